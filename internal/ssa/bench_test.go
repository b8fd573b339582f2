package ssa

import "testing"

// benchFuncs are functions of a few hundred values, as front ends make them.
func benchFuncs() (texts []string, values int) {
	for seed := range uint64(20) {
		f := makeRandom(seed, 300)
		texts = append(texts, f.String())
		for _, b := range f.Order() {
			for v := f.First(b); v != 0; v = f.Next(v) {
				values++
			}
		}
	}
	return texts, values
}

// BenchmarkPasses measures each pass on what the passes before it made; ns/value is per value of the function as it was built.
func BenchmarkPasses(b *testing.B) {
	texts, values := benchFuncs()
	passes := Passes()
	for i, pass := range passes {
		b.Run(pass.Name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				funcs := make([]*Func, len(texts))
				for j, text := range texts {
					funcs[j], _ = Parse(text)
					(&Pipeline{Passes: passes[:i]}).Run(funcs[j])
				}
				b.StartTimer()
				for _, f := range funcs {
					pass.Run(f)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(values), "ns/value")
		})
	}
}

// BenchmarkBuild measures the builder: a row of branches that each change two of eight variables.
func BenchmarkBuild(b *testing.B) {
	var build Builder
	f := new(Func)
	for b.Loop() {
		f.Reset("bench", Sig{Params: []Type{TypeI32}, Results: []Type{TypeI32}})
		build.Reset(f)
		buildChain(&build, 1000)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(f.NumValues()), "ns/value")
}

// buildChain makes a row of branches that each change two of a few variables.
func buildChain(b *Builder, branches int) {
	var vars [8]Var
	for i := range vars {
		vars[i] = b.NewVar(TypeI32)
		b.WriteVar(vars[i], b.Params(Entry)[0])
	}
	for i := range branches {
		x, y := vars[i%8], vars[i*3%8]
		then, end := b.NewBlock(), b.NewBlock()
		b.If(b.Emit(OpI32LtS, b.ReadVar(x), b.ReadVar(y)), HintNone, then, end)
		b.Seal(then)
		b.SetBlock(then)
		b.WriteVar(x, b.Emit(OpI32Add, b.ReadVar(x), b.Const32(int32(i%4))))
		b.WriteVar(y, b.Emit(OpI32Mul, b.ReadVar(x), b.ReadVar(y)))
		b.Jump(end)
		b.Seal(end)
		b.SetBlock(end)
	}
	sum := b.ReadVar(vars[0])
	for _, x := range vars[1:] {
		sum = b.Emit(OpI32Xor, sum, b.ReadVar(x))
	}
	b.Return(sum)
	b.Finish()
}
