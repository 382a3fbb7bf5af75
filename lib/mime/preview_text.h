/* preview_text.h - the beginning of what a text says: without quoted lines, signatures and ornaments, on one line. */
#ifndef MIME_PREVIEW_TEXT_H
#define MIME_PREVIEW_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/outline.h>

#define PREVIEW_CHARACTERS 200 /* RFC 8970 section 3.3 */
#define PREVIEW_MAX_LINE 1024 /* bytes of one line that count */

/* Text that has been chosen. */
struct preview_choice {
	char bytes[4 * PREVIEW_CHARACTERS];
	size_t size;
	size_t characters;
};

/* All zero before the first character. */
struct preview_text {
	struct preview_choice chosen;
	struct preview_choice rest; /* what is shown when nothing else is there */
	char line[PREVIEW_MAX_LINE];
	size_t line_size;
	bool space; /* before the next character of the line */
	uint32_t joiner; /* the same */
	bool after_cr;
	unsigned quotes; /* how deep quotations are nested, as the markup says */
	bool is_signed; /* in the header of an OpenPGP message that is signed */
	bool is_over; /* what follows is a signature, or another message */
	bool is_sealed; /* encrypted */
	bool may_introduce; /* the line chosen last ends as one does that introduces a quotation */
	struct preview_choice before; /* what was chosen before that line */
};

void preview_text_add(struct preview_text *text, uint32_t character);
/* The end of the text, or a part of it that stands apart. */
void preview_text_end_line(struct preview_text *text);
/* Whether no more is needed. */
bool preview_text_is_full(const struct preview_text *text);
/* What was made of it; empty when there was nothing to show. Borrowed. */
struct roost_text preview_text_get(const struct preview_text *text);

#endif
