package ssa

import "testing"

// A value can be rewritten with its own arguments, few or many, and uses stay counted.
func TestRewrite(t *testing.T) {
	f := parse(t, `func f(i64 i64) -> i64 i64 {
b1(v1 i64, v2 i64):
  v3 = i64.sub v1 v2
  v4 = i64.add128 v1 v2 v3 v1
  v5 = proj.i64 v4 0
  return v3 v5
}
`)
	f.Rewrite(3, OpI64Add, f.Args(3)...)
	f.Rewrite(4, OpI64Sub128, f.Args(4)...)
	checked(t, f)
	const want = `func f(i64 i64) -> i64 i64 {
b1(v1 i64, v2 i64):
  v3 = i64.add v1 v2
  v4 = i64.sub128 v1 v2 v3 v1
  v5 = proj.i64 v4 0
  return v3 v5
}
`
	if have := f.String(); have != want {
		t.Errorf("have\n%s", have)
	}
	if n := f.Uses(1); n != 3 {
		t.Errorf("v1 has %d uses, want 3", n)
	}
}

// A target's operations have numbers of their own, and neither numbers nor names are given twice.
func TestDefine(t *testing.T) {
	const first = OpLimit - 2
	if OpByName("test.twice") == OpInvalid { // as in the second of several runs
		Define(first, []Info{{Name: "test.twice", Params: []Type{TypeI32}, Results: []Type{TypeI32}, Aux: AuxInt}})
	}
	const text = "func f(i32) -> i32 {\nb1(v1 i32):\n  v2 = test.twice v1 aux[7]\n  return v2\n}\n"
	f := parse(t, text)
	checked(t, f)
	if have := f.String(); have != text {
		t.Errorf("have\n%s", have)
	}
	if o := f.Op(2); o != first || !o.IsPure() || o.ResultType() != TypeI32 {
		t.Errorf("have %d %v", o, o)
	}
	for name, define := range map[string]func(){
		"number": func() { Define(first, []Info{{Name: "test.other"}}) },
		"name":   func() { Define(first+1, []Info{{Name: "i32.add"}}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("the same %s twice is accepted", name)
				}
			}()
			define()
		}()
	}
}
