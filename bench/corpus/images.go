package main

// images are encoders and decoders of pictures, and a renderer of fonts.
func images() []program {
	return []program{
		{
			name:     "libpng",
			workload: "800 by 600 pixels written 3 times with all filters, read 12 times",
			binary: &cBinary{packages: []string{"libpng1.6", "zlib"},
				sources: []string{"c/libpng.c", "libpng1.6/png*.c", "!libpng1.6/pngtest.c", "zlib/*.c", "!zlib/gz*.c"},
				include: []string{"libpng1.6", "zlib"},
				flags:   []string{"-DPNG_INTEL_SSE_OPT=0"},
				copies:  map[string]string{"pnglibconf.h": "libpng1.6/scripts/pnglibconf.h.prebuilt"}},
		},
		{
			name:     "libjpeg-turbo",
			workload: "1280 by 960 pixels written 6 times, baseline and progressive, read 12 times; no vector code",
			binary: &cBinary{packages: []string{"libjpeg-turbo"},
				sources: []string{"c/libjpeg.c", "libjpeg-turbo/jc*.c", "!libjpeg-turbo/jcarith.c", "!libjpeg-turbo/jcstest.c", "!libjpeg-turbo/jccolext.c",
					"libjpeg-turbo/jd[aimpst]*.c", "libjpeg-turbo/jdcoefct.c", "libjpeg-turbo/jdcolor.c", "libjpeg-turbo/jddctmgr.c",
					"libjpeg-turbo/jdhuff.c", "!libjpeg-turbo/jdarith.c", "!libjpeg-turbo/jdatadst-tj.c", "!libjpeg-turbo/jdatasrc-tj.c",
					"!libjpeg-turbo/jdmrg*.c", "libjpeg-turbo/jerror.c", "libjpeg-turbo/jfdct*.c", "libjpeg-turbo/jidct*.c",
					"libjpeg-turbo/jquant?.c", "libjpeg-turbo/jutils.c", "libjpeg-turbo/jmemmgr.c", "libjpeg-turbo/jmemnobs.c",
					"libjpeg-turbo/jsimd_none.c"},
				include: []string{"c/config/jpeg", "libjpeg-turbo"},
				copies:  map[string]string{"jversion.h": "libjpeg-turbo/jversion.h.in"}},
		},
		{
			name:     "giflib",
			workload: "60 frames of 640 by 480 written, read twice",
			binary: &cBinary{packages: []string{"giflib"},
				sources: []string{"c/giflib.c", "giflib/dgif_lib.c", "giflib/egif_lib.c", "giflib/gifalloc.c", "giflib/gif_err.c",
					"giflib/gif_hash.c", "giflib/openbsd-reallocarray.c"},
				include: []string{"giflib"}},
		},
		{
			name:     "libwebp",
			workload: "512 by 384 pixels, lossless once and lossy 4 times, each read 10 times",
			binary: &cBinary{packages: []string{"libwebp"},
				sources: []string{"c/libwebp.c", "libwebp/src/dec/*.c", "libwebp/src/dsp/*.c", "libwebp/src/enc/*.c",
					"libwebp/src/utils/*.c", "libwebp/sharpyuv/*.c"},
				include: []string{"libwebp", "libwebp/src"}},
		},
		{
			name:     "openjpeg",
			workload: "512 by 384 pixels written twice without loss, read 6 times",
			binary: &cBinary{packages: []string{"openjpeg2"},
				sources: []string{"c/openjpeg.c", "openjpeg2/src/lib/openjp2/*.c", "!openjpeg2/src/lib/openjp2/*_generate_luts.c",
					"!openjpeg2/src/lib/openjp2/test_sparse_array.c", "!openjpeg2/src/lib/openjp2/bench_dwt.c",
					"!openjpeg2/src/lib/openjp2/opj_clock.c",
					"!openjpeg2/src/lib/openjp2/?[hip]*x_manager.c", "!openjpeg2/src/lib/openjp2/cidx_manager.c"},
				include: []string{"c/config/openjpeg", "openjpeg2/src/lib/openjp2"}},
		},
		{
			name:     "freetype",
			workload: "all glyphs of DejaVu Sans at 32 sizes, hinted and not",
			binary: &cBinary{packages: []string{"freetype"}, data: []string{"fonts-dejavu-core"},
				sources: []string{"c/freetype.c", "freetype/src/base/ftbase.c", "freetype/src/base/ftinit.c",
					"freetype/src/base/ftsystem.c", "freetype/src/base/ftdebug.c", "freetype/src/base/ftbitmap.c",
					"freetype/src/base/ftmm.c", "freetype/src/truetype/truetype.c", "freetype/src/sfnt/sfnt.c",
					"freetype/src/psnames/psnames.c", "freetype/src/smooth/smooth.c", "freetype/src/gzip/ftgzip.c"},
				include: []string{"c/config/freetype", "freetype/include"},
				flags: []string{"-DFT2_BUILD_LIBRARY", "-DFT_CONFIG_MODULES_H=<corpus_modules.h>",
					"-DFT_CONFIG_OPTIONS_H=<corpus_options.h>"},
				// FreeType flattens arcs in another way, with other last bits, on what it does not know to be a machine of 64 bits.
				wasmFlags: []string{"-D_M_ARM64"},
				copies:    map[string]string{"font.ttf": "fonts-dejavu-core/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"}},
		},
	}
}
