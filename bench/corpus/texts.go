package main

// texts are parsers and writers of text formats, and searches in texts.
func texts() []program {
	return []program{
		{
			name:     "expat",
			workload: "2 MB of XML with namespaces and entities, parsed 25 times",
			binary: &cBinary{packages: []string{"expat"},
				sources: []string{"c/expat.c", "expat/expat/lib/xmlparse.c", "expat/expat/lib/xmlrole.c", "expat/expat/lib/xmltok.c"},
				include: []string{"c/config/expat", "expat/expat/lib"},
				flags:   []string{"-DXML_STATIC"}},
		},
		{
			name:     "cmark",
			workload: "1 MB of Markdown to HTML, CommonMark and man, 6 times",
			binary: &cBinary{packages: []string{"cmark"},
				sources: []string{"c/cmark.c", "cmark/src/*.c", "!cmark/src/main.c"},
				include: []string{"c/config/cmark", "cmark/src"}},
		},
		{
			name:     "jansson",
			workload: "1 MB of JSON parsed, changed and written 12 times",
			binary: &cBinary{packages: []string{"jansson"},
				sources: []string{"c/jansson.c", "jansson/src/*.c"},
				include: []string{"c/config/jansson", "jansson/src"},
				flags:   []string{"-DHAVE_STDINT_H"}},
		},
		{
			name:     "pcre2",
			workload: "nine expressions over 1 MB of text, no machine code",
			binary: &cBinary{packages: []string{"pcre2"},
				sources: []string{"c/pcre2.c", "pcre2/src/pcre2_*.c", "!pcre2/src/pcre2_dftables.c", "!pcre2/src/pcre2_fuzzsupport.c",
					"!pcre2/src/pcre2_jit_[mt]*.c", "!pcre2/src/pcre2_printint.c", "!pcre2/src/pcre2_ucptables.c", "made/pcre2_chartables.c"},
				include: []string{"pcre2/src"},
				flags:   []string{"-DHAVE_CONFIG_H", "-DPCRE2_CODE_UNIT_WIDTH=8", "-DPCRE2_STATIC", "-DSUPPORT_UNICODE"},
				copies: map[string]string{"config.h": "pcre2/src/config.h.generic", "pcre2.h": "pcre2/src/pcre2.h.generic",
					"pcre2_chartables.c": "pcre2/src/pcre2_chartables.c.dist"}},
		},
		{
			name:     "oniguruma",
			workload: "nine expressions over 1 MB of text",
			binary: &cBinary{packages: []string{"libonig"},
				sources: []string{"c/oniguruma.c", "libonig/src/reg*.c", "!libonig/src/regposix.c", "!libonig/src/regposerr.c", "!libonig/src/reggnu.c",
					"libonig/src/st.c", "libonig/src/ascii.c", "libonig/src/utf8.c", "libonig/src/unicode*.c", "libonig/src/onig_init.c",
					"!libonig/src/unicode_egcb_data.c", "!libonig/src/unicode_wb_data.c", "!libonig/src/unicode_property_data*.c",
					"!libonig/src/unicode_fold_data.c"},
				include: []string{"c/config/onig", "libonig/src"},
				flags:   []string{"-DHAVE_CONFIG_H"}},
		},
	}
}
