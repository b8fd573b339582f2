/* What libraries ask of libc and WASI cannot give: each function fails as POSIX lets it. */
#include <stdio.h>

int system(const char *command) {
	(void)command;
	return -1;
}

FILE *tmpfile(void) { return NULL; }

char *tmpnam(char *name) {
	(void)name;
	return NULL;
}
