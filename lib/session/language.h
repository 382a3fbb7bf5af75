/* language.h - in which language the server speaks to a person. RFC 5255 section 3. */
#ifndef SESSION_LANGUAGE_H
#define SESSION_LANGUAGE_H

#include <stddef.h>

#include <roost/outline.h>

enum language {
	LANGUAGE_DEFAULT, /* English in ASCII: "i-default" */
	LANGUAGE_ENGLISH,
	LANGUAGE_GERMAN,
	LANGUAGES
};

/* The tag of a language, "de". Static. */
const char *language_tag(enum language language);
/* The language for a range such as "de-AT", "*" or "default"; LANGUAGES when there is none. RFC 4647 section 3.4. */
enum language language_find(struct roost_text range);
/* What stands for an English text in a language, in UTF-8; the text itself where nothing does. Static. */
const char *language_text(enum language language, const char *english);

#endif
