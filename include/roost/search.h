/* search.h - what a search asks for, as a tree. RFC 3501 section 6.4.4.
 *
 * Backends see neither sequence numbers nor \Recent: the library turns both into UID sets. Text is
 * UTF-8, whatever CHARSET the client used. */
#ifndef ROOST_SEARCH_H
#define ROOST_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/flags.h>
#include <roost/uidset.h>
#include <roost/version.h>

ROOST_BEGIN_DECLS

enum roost_search_key {
	ROOST_SEARCH_ALL, /* every message */
	ROOST_SEARCH_AND, /* all of `children`; none: every message */
	ROOST_SEARCH_OR, /* at least one of `children` */
	ROOST_SEARCH_NOT, /* not the one child */
	ROOST_SEARCH_UIDS, /* messages in `uids` */
	ROOST_SEARCH_FLAG, /* has the one system flag in `system_flag` */
	ROOST_SEARCH_KEYWORD, /* has the keyword `text` */
	ROOST_SEARCH_HEADER, /* a field named `header` whose decoded value contains `text`; empty
				text: the field is there */
	ROOST_SEARCH_BODY, /* the decoded body contains `text` */
	ROOST_SEARCH_TEXT, /* the decoded header or body contains `text` */
	ROOST_SEARCH_BEFORE, /* internal date, in its own zone, before day `day` */
	ROOST_SEARCH_ON,
	ROOST_SEARCH_SINCE, /* on `day` or later */
	ROOST_SEARCH_SENT_BEFORE, /* the same for the Date field, in its own zone */
	ROOST_SEARCH_SENT_ON,
	ROOST_SEARCH_SENT_SINCE,
	ROOST_SEARCH_LARGER, /* more than `number` octets */
	ROOST_SEARCH_SMALLER,
	ROOST_SEARCH_MODSEQ, /* modseq at least `number` (RFC 7162) */
	ROOST_SEARCH_OLDER, /* internal date at or before the instant `seconds` (RFC 5032) */
	ROOST_SEARCH_YOUNGER, /* at or after it */
	ROOST_SEARCH_SAVED_BEFORE, /* save date before day `day`, in UTC (RFC 8514) */
	ROOST_SEARCH_SAVED_ON,
	ROOST_SEARCH_SAVED_SINCE,
	ROOST_SEARCH_EMAIL_ID, /* email id is `text` (RFC 8474) */
	ROOST_SEARCH_THREAD_ID, /* thread id is `text` */
};

/* What it takes for texts to be equal. RFC 4790, RFC 5255 section 4. */
enum roost_comparator {
	ROOST_COMPARATOR_UNICODE_CASEMAP, /* whatever the case, in all languages: RFC 5051 */
	ROOST_COMPARATOR_ASCII_CASEMAP, /* whatever the case of a to z */
	ROOST_COMPARATOR_OCTET, /* octet by octet */
};

/* One node of the tree. Only the members that its key names are set; all is borrowed by who gets
 * it. */
struct roost_search {
	size_t size; /* of this struct */
	enum roost_search_key key;
	const struct roost_search *children; /* the first child; the others follow by `next` */
	const struct roost_search *next; /* the next child of the same parent */
	const struct roost_uidset *uids;
	unsigned system_flag;
	const char *header; /* NUL-terminated */
	const char *text; /* UTF-8, NUL-terminated */
	int64_t day; /* days since 1970-01-01 */
	uint64_t number;
	int64_t seconds; /* since 1970-01-01 00:00:00 UTC */
	/* For all texts of the search: the same in each node. What contains a text by any of them
	 * contains it by the first, which is the usual one. RFC 5255. */
	enum roost_comparator comparator;
	/* For HEADER, BODY and TEXT: find the text even when it is misspelled or in another order (RFC
	 * 6203). How is the backend's choice; roost_util_match() has the library's, and search_messages may
	 * return ROOST_ERR_NOT_SUPPORTED. */
	bool fuzzy;
};

ROOST_END_DECLS

#endif
