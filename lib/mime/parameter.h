/* parameter.h - values with parameters: Content-Type and Content-Disposition. RFC 2045 section 5.1,
 * RFC 2183, RFC 2231. */
#ifndef MIME_PARAMETER_H
#define MIME_PARAMETER_H

#include <roost/outline.h>

/* The word at the start of the value ("text" of "text/plain; …"), and in `rest_out` what follows
 * it, spaces and comments passed over. Empty when there is none. */
struct roost_text parameter_token(struct roost_text value, struct roost_text *rest_out);

/* Read parameters (unfolded) leniently and give each with its quotes and backslashes taken off. RFC
 * 2231 pieces are joined, and given under the name of the first with a "*" when any of them is
 * encoded. The texts live until `deliver` returns. 0, ROOST_ERR_NO_MEMORY. */
int parameter_parse(struct roost_text value,
	void (*deliver)(void *context, struct roost_text name, struct roost_text value),
	void *context);

#endif
