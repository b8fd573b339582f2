package main

// kernels are short loops of our own, most of them on vectors of 128 bits. The native build may use what Weft assumes of a
// machine, x86-64-v3, because without it the vectors of the source would be cut in pieces.
func kernels() []program {
	vector := func(name, workload string) program {
		return program{
			name:     "simd-" + name,
			workload: workload,
			binary: &cBinary{sources: []string{"c/kernels/" + name + ".c"}, include: []string{"c/kernels"},
				wasmFlags: []string{"-msimd128", "-O3"}, nativeFlags: []string{"-march=x86-64-v3"}},
		}
	}
	scalar := func(name, workload string) program {
		return program{
			name:     name,
			workload: workload,
			binary:   &cBinary{sources: []string{"c/kernels/" + name + ".c"}, wasmFlags: []string{"-O3"}},
		}
	}
	return []program{
		vector("matmul", "product of 512 by 512 matrices in single precision, 40 times"),
		vector("blur", "Gaussian blur of 2048 by 1024 bytes, 500 times"),
		vector("base64", "3 MB to base64 and back, 400 times"),
		vector("utf8", "validation of 4 MB of UTF-8, 480 times"),
		vector("mandelbrot", "640 by 480 points, 400 steps, 8 times, two doubles at a time"),
		vector("dot", "400 searches in 8192 vectors of 384 floats and of 384 bytes"),
		vector("chacha", "600 MB of ChaCha20, four blocks at a time"),
		scalar("life", "500 generations of 512 by 512 cells"),
		scalar("nbody", "6,000,000 steps of five bodies in double precision"),
	}
}
