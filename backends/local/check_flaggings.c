/* check_flaggings.c - whether changes of flags that stand beside the messages can be, and come to what
 * is counted. */
#include "check.h"

#include "rows.h"

static int settle(struct checking *checking, const struct check_rows *mailboxes)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < mailboxes->count; i++) {
		r = local_flagging_rows_settle(checking->care.db, mailboxes->list[i][0]);
	}
	return r;
}

/* There are more than the store leaves; they may be right for all that. */
static void tell_too_many(struct checking *checking, const struct check_rows *mailboxes)
{
	for (size_t i = 0; i < mailboxes->count; i++) {
		const int64_t *row = mailboxes->list[i];
		char where[1200];
		if (row[2] > FLAGGINGS_MAX) {
			local_check_where(checking, row[0], 0, where, sizeof(where));
			local_check_tell(checking, CHECK_FLAGS, checking->options.repair, where,
				"flags have changed in %lld steps that are not written with the "
				"messages: more than %d cannot be",
				(long long)row[2], FLAGGINGS_MAX);
		}
	}
}

static int compare(struct checking *checking, int64_t mailbox, const int64_t said[3])
{
	static const char *const texts[] = {
		"it counts %lld unseen messages, and there are %lld",
		"it counts %lld deleted messages, and there are %lld",
		"it counts %lld octets of deleted messages, and there are %lld",
	};
	struct entries entries = { .list = NULL };
	struct mailbox_row is = { .id = mailbox };
	char where[1200];
	int r = local_message_rows_read(checking->care.db, checking->care.call, mailbox,
		&local_rows_all_uids, false, &entries);
	for (size_t i = 0; r == 0 && i < entries.count; i++) {
		local_mailbox_row_count(&is, &entries.list[i], 1);
	}
	local_entries_clear(&entries);
	if (r < 0) {
		return r == ROOST_ERR_CORRUPT ? 0 : r; /* that is told where rows are looked at */
	}
	const int64_t counted[] = { is.unseen, is.deleted, is.deleted_octets };
	for (size_t i = 0; i < 3; i++) {
		if (said[i] != counted[i]) {
			local_check_where(checking, mailbox, 0, where, sizeof(where));
			local_check_tell(checking, CHECK_COUNTS, false, where, texts[i],
				(long long)said[i], (long long)counted[i]);
		}
	}
	return 0;
}

static int count(struct checking *checking)
{
	struct check_rows rows = { .list = NULL };
	int r = local_check_collect(checking,
		"SELECT id, unseen, deleted, deleted_octets FROM mailbox WHERE id IN (SELECT"
		" mailbox FROM flagging)",
		&rows);
	for (size_t i = 0; r == 0 && i < rows.count; i++) {
		r = compare(checking, rows.list[i][0], &rows.list[i][1]);
	}
	local_check_rows_clear(&rows);
	return r;
}

int local_check_flaggings(struct checking *checking)
{
	struct check_rows mailboxes = { .list = NULL };
	int r = local_check_flagging_rows(checking);
	if (r == 0) {
		r = local_check_collect(checking,
			"SELECT mailbox, 0, COUNT(*), 0 FROM flagging GROUP BY mailbox",
			&mailboxes);
	}
	if (r == 0) {
		tell_too_many(checking, &mailboxes);
		r = checking->options.repair ? settle(checking, &mailboxes) : count(checking);
	}
	local_check_rows_clear(&mailboxes);
	return r;
}
