package main

// codecs are compressors of bytes and of sound.
func codecs() []program {
	return []program{
		{
			name:     "lz4",
			workload: "4 MB of text: 40 times fast, once high compression, decompressed",
			binary:   &cBinary{packages: []string{"lz4"}, sources: []string{"c/lz4.c", "lz4/lib/*.c", "!lz4/lib/lz4file.c"}, include: []string{"lz4/lib"}},
		},
		{
			name:     "zlib",
			workload: "2 MB of text: deflate at levels 1, 6, 9, inflate, checksums",
			binary:   &cBinary{packages: []string{"zlib"}, sources: []string{"c/zlib.c", "zlib/*.c", "!zlib/gz*.c"}, include: []string{"zlib"}},
		},
		{
			name:     "libdeflate",
			workload: "2 MB of text: gzip at levels 1, 6, 10 and back",
			binary: &cBinary{packages: []string{"libdeflate"},
				sources: []string{"c/libdeflate.c", "libdeflate/lib/*.c", "libdeflate/lib/x86/*.c"},
				include: []string{"libdeflate"}},
		},
		{
			name:     "zstd",
			workload: "6 MB of text: levels 1, 3, 9 and back",
			binary: &cBinary{packages: []string{"libzstd"},
				sources: []string{"c/zstd.c", "libzstd/lib/common/*.c", "libzstd/lib/compress/*.c", "libzstd/lib/decompress/*.c"},
				include: []string{"libzstd/lib"},
				flags:   []string{"-DZSTD_DISABLE_ASM", "-DXXH_NAMESPACE=ZSTD_"}},
		},
		{
			name:     "brotli",
			workload: "2 MB of text: qualities 5 and 9 and back",
			binary: &cBinary{packages: []string{"brotli"},
				sources: []string{"c/brotli.c", "brotli/c/common/*.c", "brotli/c/dec/*.c", "brotli/c/enc/*.c"},
				include: []string{"brotli/c/include"}},
		},
		{
			name:     "bzip2",
			workload: "3 MB of text: block size 900 kB and back",
			binary: &cBinary{packages: []string{"bzip2"},
				sources: []string{"c/bzip2.c", "bzip2/blocksort.c", "bzip2/huffman.c", "bzip2/crctable.c", "bzip2/randtable.c",
					"bzip2/compress.c", "bzip2/decompress.c", "bzip2/bzlib.c"},
				include: []string{"bzip2"},
				flags:   []string{"-DBZ_NO_STDIO"}},
		},
		{
			name:     "xz",
			workload: "2 MB of text: LZMA2 preset 2 and back 6 times, CRC-64",
			binary: &cBinary{packages: []string{"xz-utils"},
				sources: []string{"c/xz.c", "xz-utils/src/liblzma/common/*.c", "!xz-utils/src/liblzma/common/*_mt.c",
					"!xz-utils/src/liblzma/common/hardware_*.c", "!xz-utils/src/liblzma/common/outqueue.c",
					"xz-utils/src/liblzma/check/check.c", "xz-utils/src/liblzma/check/*_fast.c", "xz-utils/src/liblzma/check/*_table.c",
					"xz-utils/src/liblzma/lz/*.c", "xz-utils/src/liblzma/lzma/*.c", "!xz-utils/src/liblzma/lzma/*tablegen.c",
					"xz-utils/src/liblzma/rangecoder/price_table.c"},
				include: []string{"c/config/xz", "xz-utils/src/common", "xz-utils/src/liblzma/api", "xz-utils/src/liblzma/common",
					"xz-utils/src/liblzma/check", "xz-utils/src/liblzma/lz", "xz-utils/src/liblzma/lzma",
					"xz-utils/src/liblzma/rangecoder", "xz-utils/src/liblzma/simple", "xz-utils/src/liblzma/delta"},
				flags:     []string{"-DHAVE_CONFIG_H"},
				wasmFlags: []string{"-Dsigset_t=int", "-Dsigprocmask(how,set,old)=0"}},
		},
	}
}
