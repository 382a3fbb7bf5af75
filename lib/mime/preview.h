/* preview.h - the beginning of what a message says. RFC 8970 section 3. */
#ifndef MIME_PREVIEW_H
#define MIME_PREVIEW_H

#include <roost/content.h>
#include <roost/outline.h>

#include "mime/preview_text.h"

/* Find the preview of a message: UTF-8, at most PREVIEW_CHARACTERS of it, on one line; empty when there is no text, or
 * it is encrypted. So much of the message is read, and no more: what hostile mail hides far behind is not shown.
 * ROOST_ERR_NO_MEMORY, ROOST_ERR_IO, … from reading. */
int preview_find(const struct roost_outline *outline, struct roost_content *content,
	struct preview_choice *preview_out);

#endif
