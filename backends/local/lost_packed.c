/* lost_packed.c - messages in packs that no row tells of, or not rightly.
 *
 * A pack has many messages that were expunged, which must not come back: rows that are whole tell so
 * by not knowing them. */
#include "check.h"

#include <inttypes.h>

#include <roost/error.h>

#include "pack.h"

/* A look through packs for what is wanted. */
struct search {
	struct checking *checking;
	int64_t pack; /* that is looked through */
	/* Of local_lost_packed(): email, messages, thread */
	const struct check_rows *missing;
	uint64_t with_message, without; /* that were found in the pack */
	/* Of local_lost_find() */
	const struct check_rows *emails;
	struct check_rows found;
};

/* Look through a file as far as it can be read. What was written to it since it was listed is of
 * messages that came after the rows were read. */
static int scan(struct search *search, const int64_t file[4], pack_record_fn tell)
{
	struct checking *checking = search->checking;
	search->pack = file[0];
	int r = local_check_pack_open(checking, file[0]);
	if (r == 0) {
		r = local_pack_scan(checking->packs.open.fd, (uint64_t)file[1], tell, search);
	}
	/* What cannot be read is told of with the messages that lack it. */
	return r == ROOST_ERR_CORRUPT || r == ROOST_ERR_IO || r == ROOST_ERR_NO_PERMISSION ? 0 : r;
}

/* Whether no row could tell that the email was there. */
static bool is_unknown(const struct check_packs *packs, int64_t email)
{
	size_t low = 0, high = packs->unknown.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (packs->unknown.list[middle][1] < email) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return email > packs->last ||
	       (low < packs->unknown.count && packs->unknown.list[low][0] <= email);
}

/* `message`: email, messages and thread of the rows that need it, or NULL. */
static int bring_back(struct search *search, uint64_t at, const struct pack_record *record,
	const int64_t *message)
{
	struct checking *checking = search->checking;
	const struct check_email email = {
		.id = (int64_t)record->email,
		.octets = (int64_t)record->octets,
		.digest = record->digest,
		.pack = search->pack,
		.pack_at = (int64_t)at,
	};
	int r = local_lost_insert_email(checking, &email);
	if (r == 0 && message != NULL) {
		const int64_t numbers[] = { message[1], message[2], email.id };
		r = local_check_run(
			checking, "UPDATE email SET refs = ?, thread = ? WHERE id = ?", numbers, 3);
	}
	return r;
}

static int tell_packed(
	void *context, uint64_t at, const struct pack_record *record, const char *bytes, bool whole)
{
	struct search *search = context;
	struct checking *checking = search->checking;
	(void)bytes;
	if (!whole || record->email == 0 || record->email > INT64_MAX / 2) {
		return 0;
	}
	int64_t id = (int64_t)record->email;
	const int64_t *message = local_check_rows_find(search->missing, id);
	if (message == NULL && !is_unknown(&checking->packs, id)) {
		return 0;
	}
	int r = local_check_has(checking, "SELECT 1 FROM email WHERE id = ?", id);
	if (r == 0 && checking->options.repair) {
		r = bring_back(search, at, record, message);
	} else if (r == 1) {
		return 0;
	}
	search->with_message += message != NULL;
	search->without += message == NULL;
	return r == 0 ? local_check_cancelled(checking) : r;
}

static void tell_found(struct search *search, bool counted)
{
	struct checking *checking = search->checking;
	bool repair = checking->options.repair;
	char where[64];
	local_check_pack_where(search->pack, where, sizeof(where));
	if (search->with_message > 0 && repair) {
		local_check_tell(checking, CHECK_EMAIL_MISSING, true, where,
			"the emails of %" PRIu64 " messages that are in it were not there",
			search->with_message);
	}
	if (search->without > 0) {
		local_check_tell(checking,
			checking->died && !repair && !counted ? CHECK_BODY_TO_SWEEP
							      : CHECK_BODY_LEFT_OVER,
			repair, where, "%" PRIu64 " messages that are in it are in no mailbox",
			search->without);
	}
}

int local_lost_packed(struct checking *checking)
{
	struct check_packs *packs = &checking->packs;
	struct check_rows missing = { .list = NULL }, rows = { .list = NULL };
	struct search search = { .checking = checking, .missing = &missing };
	uint64_t found = 0;
	int r = local_check_collect(checking,
		"SELECT m.email, COUNT(*), MAX(m.thread), 0 FROM message m LEFT JOIN email e ON "
		"e.id"
		" = m.email WHERE e.id IS NULL GROUP BY m.email ORDER BY m.email",
		&missing);
	if (r == 0) {
		r = local_check_collect(
			checking, "SELECT id, size, 0, 0 FROM pack ORDER BY id", &rows);
	}
	for (size_t i = 0; r == 0 && i < packs->files.count; i++) {
		const int64_t *file = packs->files.list[i];
		const int64_t *row = local_check_rows_find(&rows, file[0]);
		/* What is counted has no message that came after the rows. */
		if (missing.count == 0 && packs->unknown.count == 0 && row != NULL &&
			row[1] >= file[1]) {
			continue;
		}
		search.with_message = search.without = 0;
		r = scan(&search, file, tell_packed);
		if (file[2] != 0 && !checking->alone) {
			search.without = 0; /* they may have come after the rows were read */
		}
		if (r == 0) {
			tell_found(&search, row != NULL);
		}
		found += search.with_message;
	}
	packs->lacking = packs->lacking || found < missing.count;
	local_check_rows_clear(&missing);
	local_check_rows_clear(&rows);
	return r;
}

static int tell_wanted(
	void *context, uint64_t at, const struct pack_record *record, const char *bytes, bool whole)
{
	struct search *search = context;
	struct check_email email;
	(void)bytes;
	if (!whole || record->email > INT64_MAX ||
		local_check_rows_find(search->emails, (int64_t)record->email) == NULL) {
		return 0;
	}
	int r = local_check_read_email(search->checking, (int64_t)record->email, false, &email);
	if (r == 1 && email.octets == (int64_t)record->octets && email.digest == record->digest) {
		const int64_t row[4] = { email.id, search->pack, (int64_t)at, 0 };
		r = local_check_rows_add(&search->found, row);
	}
	return r < 0 ? r : local_check_cancelled(search->checking);
}

int local_lost_find(
	struct checking *checking, const struct check_rows *emails, struct check_rows *found_out)
{
	struct check_packs *packs = &checking->packs;
	struct search search = { .checking = checking, .emails = emails };
	int r = 0;
	for (size_t i = 0; r == 0 && i < packs->files.count; i++) {
		r = scan(&search, packs->files.list[i], tell_wanted);
	}
	if (r < 0) {
		local_check_rows_clear(&search.found);
		return r;
	}
	local_check_rows_sort(&search.found);
	*found_out = search.found;
	return 0;
}
