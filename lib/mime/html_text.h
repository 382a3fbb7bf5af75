/* html_text.h - the text of HTML, as far as a preview needs it: tags, comments, scripts and styles left out, character
 * references resolved, lines broken where blocks end. It is no parser of HTML, and never fails. */
#ifndef MIME_HTML_TEXT_H
#define MIME_HTML_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mime/preview_text.h"

enum html_state {
	HTML_TEXT,
	HTML_OPEN, /* after "<" */
	HTML_NAME,
	HTML_ATTRIBUTES,
	HTML_QUOTED, /* the value of one */
	HTML_MARKUP, /* "<!", "<?" */
	HTML_COMMENT,
	HTML_REFERENCE, /* after "&" */
	HTML_RAW, /* in an element whose content is no text to read */
};

/* All zero, but `text`, before the first character. */
struct html_text {
	struct preview_text *text; /* where it goes to */
	enum html_state state;
	char word[12]; /* of a tag, in lower case, or of a reference */
	size_t word_size;
	bool closing; /* "</" */
	bool slash; /* the last character was "/": a tag that is closed at once */
	uint32_t quote;
	unsigned dashes;
	char raw[12]; /* the name of the element whose end is waited for */
	size_t raw_size, raw_matched;
	unsigned preformatted;
};

void html_text_add(struct html_text *html, uint32_t character);
void html_text_end(struct html_text *html);

#endif
