/* collation.c - what it takes for two texts to be equal, and which comes first. */
#include "search/collation.h"

#include "base/ascii.h"
#include "search/casemap.h"

static void fold_ascii(struct roost_text utf8, struct buf *folded)
{
	char *end = buf_reserve(folded, utf8.size);

	for (size_t i = 0; end != NULL && i < utf8.size; i++) {
		end[i] = ascii_upper(utf8.bytes[i]);
	}
	folded->size += end != NULL ? utf8.size : 0;
}

void collation_fold(enum roost_comparator comparator, struct roost_text utf8, struct buf *folded)
{
	switch (comparator) {
	case ROOST_COMPARATOR_UNICODE_CASEMAP:
		casemap_fold(utf8, folded);
		break;
	case ROOST_COMPARATOR_ASCII_CASEMAP:
		fold_ascii(utf8, folded);
		break;
	case ROOST_COMPARATOR_OCTET:
		buf_text(folded, utf8);
		break;
	}
}
