/* An XML document with attributes, entities, namespaces and several scripts, parsed again and again. */
#include "bench.h"
#include <expat.h>

enum { room = 2 << 20, rounds = 25 };

static char text[room + 1000];
static uint64_t sum = BENCH_SUM;
static unsigned elements, attributes, depth, deepest;

static void XMLCALL start(void *user, const XML_Char *name, const XML_Char **values) {
	(void)user;
	elements++;
	if (++depth > deepest) deepest = depth;
	sum = bench_sum(sum, name, strlen(name));
	for (; *values; values += 2, attributes++) sum = bench_sum(sum, values[1], strlen(values[1]));
}

static void XMLCALL end(void *user, const XML_Char *name) {
	(void)user, (void)name;
	depth--;
}

static void XMLCALL characters(void *user, const XML_Char *s, int n) {
	(void)user;
	for (int i = 0; i < n; i++) sum = (sum ^ (unsigned char)s[i]) * 1099511628211u;
}

static size_t document(void) {
	size_t n = (size_t)sprintf(text, "<?xml version='1.0' encoding='UTF-8'?>\n<!DOCTYPE shop [<!ENTITY brand 'Weft &amp; Warp'>]>\n"
		"<shop xmlns='urn:shop' xmlns:x='urn:extra'>\n");
	while (n < room) {
		char words[400];
		bench_text(words, sizeof words - 1);
		words[sizeof words - 1] = 0;
		for (char *c = words; *c; c++)
			if (*c == '\n') *c = ' ';
		n += (size_t)sprintf(text + n, "<item id='i%u' price='%u.%02u' x:rank=\"%u\"><name>%.30s &brand; \xc3\xa4\xe2\x82\xac</name>"
			"<!-- %.20s --><text><b>%.80s</b> &lt;%.200s&gt; &#x41;</text><![CDATA[<%.30s>]]></item>\n", bench_random(),
			bench_random() % 1000, bench_random() % 100, bench_random() % 50, words, words + 30, words + 50, words + 130, words + 330);
	}
	return n + (size_t)sprintf(text + n, "</shop>\n");
}

int main(void) {
	size_t n = document();
	bench_start();
	for (int i = 0; i < rounds; i++) {
		XML_Parser parser = XML_ParserCreateNS(NULL, '|');
		XML_SetHashSalt(parser, 1);
		XML_SetElementHandler(parser, start, end);
		XML_SetCharacterDataHandler(parser, characters);
		for (size_t at = 0; at < n; at += 65536) {
			int piece = n - at < 65536 ? (int)(n - at) : 65536;
			bench_require(XML_Parse(parser, text + at, piece, at + 65536 >= n) == XML_STATUS_OK, "XML_Parse");
		}
		XML_ParserFree(parser);
	}
	bench_end();
	printf("%u elements, %u attributes, depth %u\n", elements, attributes, deepest);
	bench_print("sum", sum);
	return 0;
}
