/* corpus.c - files of the mail corpus, for tests that have more to say when it is there. */
#include "corpus.h"

#include <stdio.h>
#include <stdlib.h>

static char *read_all(FILE *file, size_t *size_out)
{
	long size;
	char *bytes;
	if (fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0 ||
		fseek(file, 0, SEEK_SET) != 0 || (bytes = malloc((size_t)size + 1)) == NULL) {
		return NULL;
	}
	*size_out = fread(bytes, 1, (size_t)size, file);
	bytes[*size_out] = 0;
	return bytes;
}

char *corpus_read(const char *name, size_t *size_out)
{
	const char *folder = getenv("ROOST_CORPUS");
	char path[4096];
	if (folder == NULL) {
		folder = SOURCE_ROOT "/../shared/corpus";
	}
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "rb");
	if (file == NULL) {
		return NULL;
	}
	char *bytes = read_all(file, size_out);
	(void)fclose(file);
	return bytes;
}
