/* corpus.h - files of the mail corpus, for tests that have more to say when it is there. */
#ifndef TESTS_UNIT_MIME_CORPUS_H
#define TESTS_UNIT_MIME_CORPUS_H

#include <stddef.h>

/* The bytes of a file of the corpus, with a NUL added; the caller frees them. NULL when it is not
 * there. The corpus is at $ROOST_CORPUS, else beside the source tree. */
char *corpus_read(const char *name, size_t *size_out);

#endif
