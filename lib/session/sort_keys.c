/* sort_keys.c - giving a sorter what messages are sorted by. */
#include "session/sort_keys.h"

#include <stdio.h>

#include "session/records.h"

_Static_assert(SORT_KEYS <= RECORDS_MAX, "each criterion has a record");

struct adding {
	struct sorter *sorter;
	size_t lasting[SORT_KEYS]; /* criteria by which a message has its place once and for all */
	size_t count;
	char names[SORT_KEYS][32]; /* of their records */
	int (*added)(void *context, uint32_t uid);
	void *context;
};

static void write(void *context, size_t kind, const struct roost_message *message,
	const struct roost_outline *outline, struct buf *record)
{
	struct adding *adding = context;

	sorter_read(adding->sorter, adding->lasting[kind], message, outline, record);
}

static int take(void *context, uint32_t uid, const struct roost_text *records)
{
	struct adding *adding = context;
	struct roost_text keys[SORT_KEYS] = { { NULL, 0 } };

	for (size_t i = 0; i < adding->count; i++) {
		keys[adding->lasting[i]] = records[i];
	}
	int r = sorter_add(adding->sorter, uid, keys);
	return r < 0 ? r : adding->added(adding->context, uid);
}

int sort_keys_add(struct roost_conn *conn, struct sorter *sorter,
	const struct sort_criteria *criteria, enum roost_comparator comparator,
	const struct roost_uidset *uids, int (*added)(void *context, uint32_t uid), void *context)
{
	struct adding adding = { .sorter = sorter, .added = added, .context = context };
	struct records records = {
		.fields = sorter_fields(sorter), .write = write, .take = take, .context = &adding
	};

	for (size_t i = 0; i < criteria->count; i++) {
		if (criteria->list[i].key != SORT_RELEVANCY) {
			char *name = adding.names[adding.count];
			int n = snprintf(name, sizeof(adding.names[0]), "sort %d %d",
				(int)criteria->list[i].key, (int)comparator);
			records.kinds[adding.count] = (struct roost_text) { name, (size_t)n };
			adding.lasting[adding.count++] = i;
		}
	}
	records.count = adding.count;
	return records_gather(conn, &records, uids, NULL);
}
