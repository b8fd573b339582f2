/* Regular expressions over a text: alternatives, classes, back references, lookahead, Unicode properties; the interpreter
   of the library, not its compiler to machine code. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "bench.h"
#include "pcre2.h"

enum { size = 1 << 20 };

static const char *const patterns[] = {
	"[a-z]+ing\\b", "(?i)(ba|be|bi|bo|bu)[dfg][aeiou]+", "\\b(\\w)(\\w)\\w*\\2\\1\\b", "[^.]{200,}?\\. ", "(?=[aeiou])\\w+(?<=n)",
	"^[A-Z].*?(?:,|\\.)", "\\p{Lu}\\p{Ll}+ \\p{Ll}+", "(?:(\\w+),? ){3}\\1", "x+y+z+|lalala|ra(?:te|ri)",
};

int main(void) {
	char *text = bench_alloc(size);
	bench_text(text, size);
	bench_start();
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		int error;
		PCRE2_SIZE where, at = 0;
		pcre2_code *code = pcre2_compile((PCRE2_SPTR)patterns[i], PCRE2_ZERO_TERMINATED, PCRE2_MULTILINE | PCRE2_UTF | PCRE2_UCP, &error, &where, NULL);
		bench_require(code != NULL, patterns[i]);
		pcre2_match_data *match = pcre2_match_data_create_from_pattern(code, NULL);
		unsigned count = 0;
		uint64_t sum = BENCH_SUM;
		while (pcre2_match(code, (PCRE2_SPTR)text, size, at, PCRE2_NO_UTF_CHECK, match, NULL) > 0) {
			PCRE2_SIZE *found = pcre2_get_ovector_pointer(match);
			sum = bench_sum(sum, text + found[0], found[1] - found[0]);
			count++;
			at = found[1] > found[0] ? found[1] : found[1] + 1;
		}
		printf("%-40s %7u %016llx\n", patterns[i], count, (unsigned long long)sum);
		pcre2_match_data_free(match);
		pcre2_code_free(code);
	}
	bench_end();
	return 0;
}
