/* thread_record.h - what a message is threaded by, as octets: the same for as long as there is the message. */
#ifndef SEARCH_THREAD_RECORD_H
#define SEARCH_THREAD_RECORD_H

#include <roost/backend.h>
#include <roost/search.h>

#include "base/buf.h"

/* Which facts the message must have: ROOST_MESSAGE_… bits, never the content. */
#define THREAD_RECORD_FIELDS ((unsigned)(ROOST_MESSAGE_OUTLINE | ROOST_MESSAGE_INTERNAL_DATE))

/* Add the record of a message: the sent date as 8 octets, whether the subject is that of a reply, the base subject in
 * the form that is compared, the message's id, and those that it refers to. `outline` may be NULL. */
void thread_record_write(enum roost_comparator comparator, const struct roost_message *message,
	const struct roost_outline *outline, struct buf *record);

/* Read on. What is missing is 0, or absent. */
uint64_t thread_record_number(unsigned octets, struct roost_text *rest);
struct roost_text thread_record_text(struct roost_text *rest);

#endif
