/* failures.c - what could not be taken in or written out, kept to be told at the end. */
#include "failures.h"

#include <stdio.h>
#include <stdlib.h>

void failures_add(struct failures *failures, const char *origin, const char *why)
{
	char *line = NULL;
	if (failures->count < FAILURES_TOLD && asprintf(&line, "%s: %s", origin, why) >= 0) {
		/* What a file or a server is called must not steer the terminal. */
		for (char *c = line; *c != '\0'; c++) {
			*c = (unsigned char)*c < 0x20 || *c == 0x7f ? '?' : *c;
		}
		failures->lines[failures->count] = line;
	}
	failures->count++;
}

void failures_tell(struct failures *failures, const char *what)
{
	size_t count = failures->count;
	if (count > 0) {
		fprintf(stderr, "roost: %s: %zu\n", what, count);
	}
	for (size_t i = 0; i < count && i < FAILURES_TOLD; i++) {
		if (failures->lines[i] != NULL) {
			fprintf(stderr, "roost: %s: %s\n", what, failures->lines[i]);
		}
		free(failures->lines[i]);
		failures->lines[i] = NULL;
	}
	if (count > FAILURES_TOLD) {
		fprintf(stderr, "roost: %s: and %zu more\n", what, count - FAILURES_TOLD);
	}
	failures->count = 0;
}
