/* sort_keys.h - giving a sorter what messages are sorted by. */
#ifndef SESSION_SORT_KEYS_H
#define SESSION_SORT_KEYS_H

#include "search/sort.h"
#include "session/session.h"

/* Add the messages to a sorter with these criteria and comparator, in the order of UIDs, but for messages that are gone.
 * `added` is called after each; 0, or a negative error. Its errors, those of the sorter, and of listing messages. */
int sort_keys_add(struct roost_conn *conn, struct sorter *sorter,
	const struct sort_criteria *criteria, enum roost_comparator comparator,
	const struct roost_uidset *uids, int (*added)(void *context, uint32_t uid), void *context);

#endif
