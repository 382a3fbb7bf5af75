/* records.c - what SORT and THREAD go by of each message, kept from last time or worked out now. */
#include "session/records.h"

#include <stdlib.h>

#include "backend/memo.h"
#include "base/arena.h"
#include "base/text.h"

/* Messages that are looked up at a time. */
#define SLICE 512u

struct gathering {
	struct roost_conn *conn;
	const struct records *records;
	struct memo *memos[RECORDS_MAX];
	uint32_t uids[SLICE];
	size_t count, at; /* of `uids`; the one worked on */
	struct roost_text *found; /* of each kind SLICE */
	struct arena made; /* records of the slice that were not kept */
	struct buf record;
	uint64_t done, total;
	bool lasting; /* so far */
};

static struct roost_text *found_of(struct gathering *gathering, size_t kind, size_t at)
{
	return &gathering->found[kind * SLICE + at];
}

static bool is_complete(struct gathering *gathering, size_t at)
{
	for (size_t i = 0; i < gathering->records->count; i++) {
		if (found_of(gathering, i, at)->bytes == NULL) {
			return false;
		}
	}
	return true;
}

static int work_out(struct gathering *gathering, size_t kind, const struct roost_message *message,
	const struct roost_outline *outline)
{
	struct buf *record = &gathering->record;

	buf_reset(record);
	gathering->records->write(gathering->records->context, kind, message, outline, record);
	if (buf_status(record) < 0) {
		return ROOST_ERR_NO_MEMORY;
	}
	char *copy = arena_strndup(
		&gathering->made, record->size == 0 ? "" : record->data, record->size);
	if (copy == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	struct roost_text made = { copy, record->size };
	*found_of(gathering, kind, gathering->at) = made;
	if (outline != NULL) {
		memo_add(gathering->memos[kind], message->uid, made);
	} else {
		gathering->lasting = false; /* it may be read later */
	}
	return 0;
}

static int deliver(void *context, const struct roost_message *message)
{
	struct gathering *gathering = context;
	struct roost_call *call = gathering->conn->call;
	struct roost_outline outline;
	const struct roost_outline *known = NULL;
	int r = 0;

	roost_call_progress(call, ++gathering->done, gathering->total);
	if (roost_call_cancelled(call)) {
		return ROOST_ERR_CANCELLED;
	}
	while (gathering->at < gathering->count && gathering->uids[gathering->at] < message->uid) {
		gathering->at++;
	}
	if (gathering->at == gathering->count || gathering->uids[gathering->at] != message->uid) {
		return 0;
	}
	if ((message->has & ROOST_MESSAGE_OUTLINE) &&
		roost_outline_open(message->outline, message->outline_size, &outline) == 0) {
		known = &outline;
	}
	for (size_t i = 0; r == 0 && i < gathering->records->count; i++) {
		if (found_of(gathering, i, gathering->at)->bytes == NULL) {
			r = work_out(gathering, i, message, known);
		}
	}
	return r;
}

static int find_missing(struct gathering *gathering, struct roost_uidset *missing)
{
	size_t found = 0;
	int r = 0;

	for (size_t i = 0; i < gathering->records->count; i++) {
		found += memo_find(gathering->memos[i], gathering->uids, gathering->count,
			found_of(gathering, i, 0));
	}
	if (found == gathering->count * gathering->records->count) {
		return 0;
	}
	for (size_t i = 0; r == 0 && i < gathering->count; i++) {
		if (!is_complete(gathering, i)) {
			r = roost_uidset_add(missing, gathering->uids[i]);
		}
	}
	return r;
}

/* The messages in `uids`. */
static int gather_slice(struct gathering *gathering)
{
	const struct records *records = gathering->records;
	struct roost_fetch_options options = { .size = sizeof(options), .fields = records->fields };
	struct roost_uidset missing = ROOST_UIDSET_EMPTY;
	struct roost_call *call = gathering->conn->call;
	struct roost_text of_message[RECORDS_MAX];
	uint64_t before = gathering->done;
	int r = roost_call_cancelled(call) ? ROOST_ERR_CANCELLED
					   : find_missing(gathering, &missing);

	gathering->at = 0;
	if (r == 0 && missing.count > 0) {
		r = mailbox_list_messages(gathering->conn->view->mailbox, call, &missing, &options,
			deliver, gathering);
	}
	for (size_t i = 0; r == 0 && i < gathering->count; i++) {
		if (is_complete(gathering, i)) {
			for (size_t k = 0; k < records->count; k++) {
				of_message[k] = *found_of(gathering, k, i);
			}
			r = records->take(records->context, gathering->uids[i], of_message);
		} else {
			gathering->lasting = false;
		}
	}
	roost_uidset_clear(&missing);
	arena_reset(&gathering->made);
	gathering->done = before + gathering->count;
	gathering->count = 0;
	return r;
}

static int gather_all(struct gathering *gathering, const struct roost_uidset *uids)
{
	struct roost_uidset_iter iter = { 0 };
	uint32_t uid;
	int r = 0;

	while (r == 0 && roost_uidset_next(uids, &iter, &uid)) {
		gathering->uids[gathering->count++] = uid;
		if (gathering->count == SLICE) {
			r = gather_slice(gathering);
		}
	}
	return r == 0 && gathering->count > 0 ? gather_slice(gathering) : r;
}

int records_gather(struct roost_conn *conn, const struct records *records,
	const struct roost_uidset *uids, bool *lasting_out)
{
	struct view *view = conn->view;
	struct gathering gathering = {
		.conn = conn, .records = records, .total = roost_uidset_size(uids), .lasting = true
	};

	gathering.found = malloc((records->count + 1) * SLICE * sizeof(*gathering.found));
	if (gathering.found == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	arena_init(&gathering.made, SIZE_MAX / 4); /* what each message adds is capped */
	buf_init(&gathering.record, 128 * (size_t)ROOST_MAX_OUTLINE);
	for (size_t i = 0; i < records->count; i++) {
		gathering.memos[i] = memo_open(memos_of(view->mailbox), view->mailbox,
			view->uid_validity, records->kinds[i], view_count(view));
	}
	int r = gather_all(&gathering, uids);
	for (size_t i = 0; i < records->count; i++) {
		memo_close(gathering.memos[i]);
	}
	arena_reset(&gathering.made);
	buf_free(&gathering.record);
	free(gathering.found);
	if (lasting_out != NULL) {
		*lasting_out = gathering.lasting;
	}
	return r;
}
