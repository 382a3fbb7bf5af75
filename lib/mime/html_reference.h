/* html_reference.h - character references of HTML: "&eacute;", "&#233;". */
#ifndef MIME_HTML_REFERENCE_H
#define MIME_HTML_REFERENCE_H

#include <stdint.h>

#include <roost/outline.h>

/* The character that "eacute", "#233" or "#xE9" stands for; 0 when it is not known. */
uint32_t html_reference_find(struct roost_text word);

#endif
