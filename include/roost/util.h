/* util.h - help for those who implement backends or use the library without a server: envelope,
 * body structure, body section, match and flags, each worked out from an outline. None of it needs
 * a backend, and none holds a whole message in memory. */
#ifndef ROOST_UTIL_H
#define ROOST_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>
#include <roost/call.h>
#include <roost/content.h>
#include <roost/flags.h>
#include <roost/outline.h>
#include <roost/search.h>
#include <roost/version.h>

ROOST_BEGIN_DECLS

/* The ENVELOPE of the message as IMAP writes it, `("Mon, 7 Feb …" "Subject" …)`, without the word
 * ENVELOPE. RFC 3501 section 7.4.2. `text_out` is in the memory of the call.
 * ROOST_ERR_NO_MEMORY. */
ROOST_API int roost_util_envelope(
	struct roost_call *call, const struct roost_outline *outline, struct roost_text *text_out);

/* BODYSTRUCTURE, or BODY without `extensible`, in the same way. RFC 3501 section 7.4.2.
 * ROOST_ERR_NO_MEMORY. */
ROOST_API int roost_util_body_structure(struct roost_call *call,
	const struct roost_outline *outline, bool extensible, struct roost_text *text_out);

enum roost_section_kind {
	ROOST_SECTION_ALL, /* BODY[], BODY[1.2] */
	ROOST_SECTION_HEADER, /* BODY[HEADER], BODY[1.2.HEADER] */
	ROOST_SECTION_HEADER_FIELDS,
	ROOST_SECTION_HEADER_FIELDS_NOT,
	ROOST_SECTION_TEXT,
	ROOST_SECTION_MIME, /* only with numbers */
};

/* What stands between the brackets of BODY[…], and the partial range behind it. RFC 3501
 * section 6.4.5. */
struct roost_section {
	size_t size; /* of this struct */
	enum roost_section_kind kind;
	size_t number_count;
	const uint32_t *numbers; /* 1.2.3; none: the message itself */
	size_t field_count;
	const struct roost_text *fields; /* names of HEADER.FIELDS and HEADER.FIELDS.NOT */
	bool partial;
	uint64_t partial_offset;
	uint64_t partial_size;
};

/* The bytes of a section, as content made of ranges of `content`: nothing is copied but the few
 * bytes of a header's end that the message lacks. Part 1 of what is no multipart is its text.
 * `section_out` has one reference, the caller's; it is set to NULL, with 0, when the message has no
 * such section (NIL). ROOST_ERR_NO_MEMORY, ROOST_ERR_IO,
 * ROOST_ERR_CORRUPT (the outline is of another content). RFC 3501 section 6.4.5. */
ROOST_API int roost_util_body_section(const struct roost_outline *outline,
	struct roost_content *content, const struct roost_section *section,
	struct roost_content **section_out);

/* Whether a message matches. `message` has the facts that roost_util_match_fields() names. 1 or 0,
 * or an error from reading the content. RFC 3501 section 6.4.4. */
ROOST_API int roost_util_match(struct roost_call *call, const struct roost_search *search,
	const struct roost_message *message);
/* Which facts of a message the search looks at: ROOST_MESSAGE_… bits for
 * roost_fetch_options.fields. ROOST_MESSAGE_CONTENT is among them only if bodies or headers must be
 * read. */
ROOST_API unsigned roost_util_match_fields(const struct roost_search *search);

/* A search made ready to be held against many messages: the same as roost_util_match(), but what the
 * search needs is worked out once. Call and search must stay; one thread at a time.
 * ROOST_ERR_NO_MEMORY, ROOST_ERR_LIMIT (nested too deep). */
struct roost_matcher;
ROOST_API int roost_matcher_create(struct roost_call *call, const struct roost_search *search,
	struct roost_matcher **matcher_out);
ROOST_API int roost_matcher_match(
	struct roost_matcher *matcher, const struct roost_message *message);
ROOST_API void roost_matcher_destroy(struct roost_matcher *matcher); /* NULL is allowed */

/* For an index of words or letters that says quickly in which messages a search need not look.
 * HEADER, BODY and TEXT match a message only if their text, folded, is a string of bytes in one of
 * the texts that are told here: the decoded header, names and decoded values of fields, each part of
 * the body, all folded. The index may tell of too many messages; roost_util_match() has the last
 * word. */

/* Takes a piece of a text, in whole characters of UTF-8; a NUL may be among them. The next piece goes
 * on where this one ends, unless it is the `last` of its text, which may be empty. 0 to go on,
 * ROOST_STOP for no more, or an error to return. */
typedef int (*roost_search_text_fn)(void *context, struct roost_text piece, bool last);
/* Tell all the text of a message. 0; ROOST_STOP when some was left out, by `deliver` or because the
 * message has too many header fields: it must always be looked at. Or an error from reading or of
 * `deliver`, ROOST_ERR_CANCELLED, ROOST_ERR_NO_MEMORY. */
ROOST_API int roost_util_search_text(struct roost_call *call, const struct roost_outline *outline,
	struct roost_content *content, roost_search_text_fn deliver, void *context);
/* One form for all spellings that a search takes as equal (RFC 5051, i;unicode-casemap), in the
 * memory of the call. ROOST_ERR_NO_MEMORY. */
ROOST_API int roost_util_search_fold(
	struct roost_call *call, struct roost_text text, struct roost_text *folded_out);
/* What texts and folding depend on, versions of other libraries too: an index that was made under
 * another one must be made anew. ROOST_ERR_LIMIT when `size`, 128 say, is too small. */
ROOST_API int roost_util_search_text_version(char *text_out, size_t size);

/* The flags that `flags` become by `change`, in the memory of the call: keywords that are there
 * already keep their spelling and place. ROOST_ERR_NO_MEMORY; ROOST_ERR_LIMIT above
 * ROOST_MAX_KEYWORDS. */
ROOST_API int roost_util_update_flags(struct roost_call *call, const struct roost_flags *flags,
	const struct roost_flags_change *change, struct roost_flags *flags_out);

ROOST_END_DECLS

#endif
