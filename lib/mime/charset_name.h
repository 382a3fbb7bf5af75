/* charset_name.h - which charset a name in a message means. */
#ifndef MIME_CHARSET_NAME_H
#define MIME_CHARSET_NAME_H

#include <roost/outline.h>

#define CHARSET_NAME_SIZE 64 /* of a buffer for a name, with its NUL */

enum charset_kind {
	CHARSET_UNKNOWN, /* or a name that says "unknown" */
	CHARSET_ASCII,
	CHARSET_UTF8,
	CHARSET_WINDOWS_1252, /* and ISO-8859-1, which it contains */
	CHARSET_ICONV, /* perhaps: iconv_open() decides */
};

/* What `charset` means, quotes and spaces around it set aside. For CHARSET_ICONV `name_out` becomes
 * the name to give to iconv_open(). */
enum charset_kind charset_name_resolve(struct roost_text charset, char name_out[CHARSET_NAME_SIZE]);

#endif
