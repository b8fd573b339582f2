#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Counts the words of a file and prints them sorted: compiled, linked and run inside WebAssembly. */

struct entry {
	char word[24];
	int count;
};

static int compare(const void *a, const void *b) {
	const struct entry *x = a, *y = b;
	return x->count != y->count ? y->count - x->count : strcmp(x->word, y->word);
}

int main(int argc, char **argv) {
	static struct entry entries[100];
	int used = 0;
	char word[24];
	FILE *f = fopen("/words.txt", "r");
	if (!f) {
		perror("/words.txt");
		return 1;
	}
	while (fscanf(f, "%23s", word) == 1) {
		int i = 0;
		while (i < used && strcmp(entries[i].word, word)) i++;
		if (i == used) strcpy(entries[used++].word, word);
		entries[i].count++;
	}
	fclose(f);
	qsort(entries, used, sizeof *entries, compare);
	for (int i = 0; i < used; i++) printf("%-8s %d\n", entries[i].word, entries[i].count);
	printf("%d different words, %d argument(s)\n", used, argc - 1);
	return 0;
}
