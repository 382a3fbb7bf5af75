/* section.h - where the numbers of a section lead. */
#ifndef MIME_SECTION_H
#define MIME_SECTION_H

#include <stdbool.h>

#include <roost/util.h>

/* The part that the numbers of a section lead to; false when there is none, or one without a record of its own. */
bool section_find_part(const struct roost_outline *outline, const struct roost_section *section,
	struct roost_part *part_out);

#endif
