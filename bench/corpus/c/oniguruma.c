/* Regular expressions over a text, with the library of Ruby and jq. */
#include "bench.h"
#include "oniguruma.h"

enum { size = 1 << 20 };

static const char *const patterns[] = {
	"[a-z]+ing\\b", "(?i:ba|be|bi|bo|bu)[dfg][aeiou]+", "\\b(\\w)(\\w)\\w*\\2\\1\\b", "(?=[aeiou])\\w+(?<=n)", "^[A-Z].*?(?:,|\\.)",
	"\\p{Lu}\\p{Ll}+ \\p{Ll}+", "(?:(\\w+),? ){3}\\1", "x+y+z+|lalala|ra(?:te|ri)", "(?<word>\\w{8,})\\W+\\k<word>",
};

int main(void) {
	UChar *text = bench_alloc(size);
	OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
	bench_text((char *)text, size);
	bench_start();
	onig_initialize(encodings, 1);
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		regex_t *regex;
		const UChar *pattern = (const UChar *)patterns[i];
		bench_require(onig_new(&regex, pattern, pattern + strlen(patterns[i]), ONIG_OPTION_NONE, ONIG_ENCODING_UTF8,
			ONIG_SYNTAX_RUBY, NULL) == ONIG_NORMAL, patterns[i]);
		OnigRegion *region = onig_region_new();
		unsigned count = 0;
		uint64_t sum = BENCH_SUM;
		for (const UChar *at = text, *end = text + size; at < end;) {
			if (onig_search(regex, text, end, at, end, region, ONIG_OPTION_NONE) < 0) break;
			sum = bench_sum(sum, text + region->beg[0], (size_t)(region->end[0] - region->beg[0]));
			count++;
			at = text + region->end[0] + (region->end[0] == region->beg[0]);
		}
		printf("%-40s %7u %016llx\n", patterns[i], count, (unsigned long long)sum);
		onig_region_free(region, 1);
		onig_free(regex);
	}
	bench_end();
	return 0;
}
