/* writer.c - what an export writes. */
#include "writer.h"

#include <string.h>

const struct writer_ops *writer_find(const char *format)
{
	static const struct writer_ops *const all[] = { &maildir_writer_ops, &mbox_writer_ops,
		&eml_writer_ops };
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(all[i]->format, format) == 0) {
			return all[i];
		}
	}
	return NULL;
}
