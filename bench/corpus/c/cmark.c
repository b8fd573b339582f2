/* A long document in Markdown turned to HTML, to CommonMark and to a man page. */
#include "bench.h"
#include <cmark.h>

enum { room = 1 << 20, rounds = 6 };

static char text[room + 2000];

static size_t document(void) {
	size_t n = 0;
	for (unsigned i = 0; n < room; i++) {
		char words[600];
		bench_text(words, sizeof words - 1);
		words[sizeof words - 1] = 0;
		switch (i % 6) {
		case 0: n += (size_t)sprintf(text + n, "## %.30s\n\n", words); break;
		case 1: n += (size_t)sprintf(text + n, "%.100s *%.20s* **%.30s** `%.12s` %.200s\n\n", words, words + 100, words + 120, words + 150, words + 170); break;
		case 2: n += (size_t)sprintf(text + n, "- %.30s\n- [%.12s](http://example.org/%u \"%.9s\")\n  1. %.40s\n  2. %.50s\n\n", words, words + 30, i, words + 50, words + 70, words + 120); break;
		case 3: n += (size_t)sprintf(text + n, "> %.80s\n> > %.60s &copy; &#35;\n\n", words, words + 80); break;
		case 4: n += (size_t)sprintf(text + n, "```c\n%.200s\n```\n\n", words); break;
		case 5: n += (size_t)sprintf(text + n, "![%.10s][r%u] <b>%.30s</b> \\* %.100s\n\n[r%u]: /pictures/%u 'x'\n\n", words, i, words + 10, words + 40, i, i); break;
		}
	}
	return n;
}

int main(void) {
	size_t n = document();
	uint64_t sum = BENCH_SUM;
	size_t size = 0;
	bench_start();
	for (int i = 0; i < rounds; i++) {
		cmark_node *root = cmark_parse_document(text, n, CMARK_OPT_DEFAULT);
		char *outputs[] = {cmark_render_html(root, CMARK_OPT_DEFAULT), cmark_render_commonmark(root, CMARK_OPT_DEFAULT, 72),
			cmark_render_man(root, CMARK_OPT_DEFAULT, 72)};
		for (int j = 0; j < 3; j++) {
			size = strlen(outputs[j]);
			sum = bench_sum(sum, outputs[j], size);
			if (i == 0) printf("%u bytes\n", (unsigned)size);
			free(outputs[j]);
		}
		cmark_node_free(root);
	}
	bench_end();
	bench_print("sum", sum);
	return 0;
}
