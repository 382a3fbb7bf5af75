/* view.c - one session's sight of the mailbox it has selected. */
#include "view/view.h"

#include <stdlib.h>
#include <string.h>

#include "backend/ops.h"

int view_create(struct roost_mailbox *mailbox, struct roost_call *call, bool read_only,
	struct roost_snapshot *snapshot_out, struct view **view_out)
{
	struct view *view = calloc(1, sizeof(*view));
	if (view == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	int r = mailbox_snapshot(mailbox, call, snapshot_out);
	if (r == 0) {
		r = roost_uidset_copy(&view->uids, &snapshot_out->uids);
	}
	if (r == 0) {
		r = roost_uidset_copy(&view->recent, &snapshot_out->recent);
	}
	if (r < 0) {
		view_destroy(view);
		return r;
	}
	view->mailbox = mailbox;
	view->read_only = read_only || snapshot_out->read_only;
	view->uid_validity = snapshot_out->uid_validity;
	view->modseq = view->looked_modseq = snapshot_out->highest_modseq;
	*view_out = view;
	return 0;
}

void view_destroy(struct view *view)
{
	if (view == NULL) {
		return;
	}
	mailbox_close(view->mailbox);
	roost_uidset_clear(&view->uids);
	roost_uidset_clear(&view->recent);
	roost_uidset_clear(&view->saved);
	roost_uidset_clear(&view->gone);
	roost_uidset_clear(&view->fresh);
	roost_uidset_clear(&view->changed);
	free(view->starts);
	free(view);
}

uint32_t view_count(const struct view *view)
{
	return (uint32_t)roost_uidset_size(&view->uids);
}

/* Work out where each range begins, if that is not known. Without memory for it, view_sequence() counts. */
static bool know_starts(struct view *view)
{
	if (view->starts_valid) {
		return true;
	}
	if (view->starts_capacity < view->uids.count) {
		uint32_t *starts = realloc(view->starts, view->uids.count * sizeof(*starts));
		if (starts == NULL) {
			return false;
		}
		view->starts = starts;
		view->starts_capacity = view->uids.count;
	}
	uint32_t next = 1;
	for (size_t i = 0; i < view->uids.count; i++) {
		view->starts[i] = next;
		next += view->uids.ranges[i].last - view->uids.ranges[i].first + 1;
	}
	view->starts_valid = true;
	return true;
}

/* The index of the first range that ends at `uid` or above. */
static size_t find_range(const struct view *view, uint32_t uid)
{
	size_t low = 0;
	size_t high = view->uids.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (view->uids.ranges[middle].last < uid) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* How many of the messages that the client knows have lower UIDs. */
static uint32_t count_below(struct view *view, uint32_t uid)
{
	const struct roost_uid_range *ranges = view->uids.ranges;
	uint32_t below = 0;
	size_t i = 0;

	if (know_starts(view)) {
		i = find_range(view, uid);
		below = i == 0 ? 0
			       : view->starts[i - 1] + (ranges[i - 1].last - ranges[i - 1].first);
	} else {
		for (; i < view->uids.count && ranges[i].last < uid; i++) {
			below += ranges[i].last - ranges[i].first + 1;
		}
	}
	if (i < view->uids.count && ranges[i].first < uid) {
		below += uid - ranges[i].first;
	}
	return below;
}

uint32_t view_sequence(struct view *view, uint32_t uid)
{
	size_t i = find_range(view, uid);

	if (i == view->uids.count || view->uids.ranges[i].first > uid) {
		return 0;
	}
	return count_below(view, uid) + 1;
}

/* The index of the last range that begins with that sequence number or a lower one. The starts are known, and there
 * are messages. */
static size_t find_start(const struct view *view, uint32_t sequence)
{
	size_t low = 0;
	size_t high = view->uids.count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (view->starts[middle] <= sequence) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return low;
}

uint32_t view_uid(struct view *view, uint32_t sequence)
{
	const struct roost_uid_range *ranges = view->uids.ranges;
	uint32_t before = 0;
	size_t i = 0;

	if (know_starts(view)) {
		i = find_start(view, sequence);
		before = view->starts[i] - 1;
	} else {
		while (sequence - before > ranges[i].last - ranges[i].first + 1) {
			before += ranges[i].last - ranges[i].first + 1;
			i++;
		}
	}
	return ranges[i].first + (sequence - before - 1);
}

/* Add the UIDs of the sequence numbers in `numbers`, those that there are. */
static int add_sequences(
	struct view *view, const struct roost_uidset *numbers, struct roost_uidset *uids)
{
	int r = 0;

	if (numbers->count > 0 && !know_starts(view)) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (size_t j = 0; r == 0 && j < numbers->count; j++) {
		uint32_t wanted = numbers->ranges[j].first;
		uint32_t wanted_last = numbers->ranges[j].last;
		size_t i = find_start(view, wanted);
		for (; r == 0 && i < view->uids.count && view->starts[i] <= wanted_last; i++) {
			const struct roost_uid_range *range = &view->uids.ranges[i];
			uint32_t start = view->starts[i];
			uint32_t end = start + (range->last - range->first);
			uint32_t first = wanted > start ? wanted : start;
			uint32_t last = wanted_last < end ? wanted_last : end;
			if (first <= last) {
				r = roost_uidset_add_range(uids, range->first + (first - start),
					range->first + (last - start));
			}
		}
	}
	return r;
}

int view_numbers(
	const struct view *view, const struct roost_uidset *uids, struct roost_uidset *numbers_out)
{
	uint32_t start = 1; /* the sequence number of the first UID in range i */
	size_t i = 0;
	size_t j = 0;

	while (i < view->uids.count && j < uids->count) {
		const struct roost_uid_range *range = &view->uids.ranges[i];
		const struct roost_uid_range *wanted = &uids->ranges[j];
		uint32_t first = wanted->first > range->first ? wanted->first : range->first;
		uint32_t last = wanted->last < range->last ? wanted->last : range->last;
		if (first <= last) {
			int r = roost_uidset_add_range(numbers_out, start + (first - range->first),
				start + (last - range->first));
			if (r < 0) {
				return r;
			}
		}
		if (wanted->last <= range->last) {
			j++;
		} else {
			start += range->last - range->first + 1;
			i++;
		}
	}
	return 0;
}

/* Put the numbers of a range in order, `*` being `star`. False when there is nothing in it. */
static bool order_range(
	const struct sequence_range *range, uint32_t star, struct roost_uid_range *out)
{
	uint32_t first = range->first == SEQUENCE_STAR ? star : range->first;
	uint32_t last = range->last == SEQUENCE_STAR ? star : range->last;

	if (first == 0 || last == 0) {
		return false; /* `*` in an empty mailbox */
	}
	out->first = first < last ? first : last;
	out->last = first < last ? last : first;
	return true;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct roost_uid_range *x = a;
	const struct roost_uid_range *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* The numbers of the set, `*` being `star`. They are sorted first, so that a set written backwards takes no
 * longer than one written forwards. */
static int collect(const struct sequence_set *set, uint32_t star, struct roost_uidset *numbers)
{
	struct roost_uid_range *ranges = malloc(set->count * sizeof(*ranges) + 1);
	size_t count = 0;
	int r = 0;

	if (ranges == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (size_t i = 0; i < set->count; i++) {
		if (order_range(&set->ranges[i], star, &ranges[count])) {
			count++;
		}
	}
	qsort(ranges, count, sizeof(*ranges), compare_ranges);
	for (size_t i = 0; r == 0 && i < count; i++) {
		r = roost_uidset_add_range(numbers, ranges[i].first, ranges[i].last);
	}
	free(ranges);
	return r;
}

/* Whether a number other than one beside `*` is higher than `count`. */
static bool has_unknown(const struct sequence_set *set, uint32_t count)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct sequence_range *range = &set->ranges[i];
		bool star = range->first == SEQUENCE_STAR || range->last == SEQUENCE_STAR;
		if (!star && (range->first > count || range->last > count)) {
			return true;
		}
	}
	return false;
}

int view_collect(const struct view *view, const struct sequence_set *set, uint32_t star,
	struct roost_uidset *uids_out)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	int r = set->saved ? roost_uidset_copy(&uids, &view->saved) : collect(set, star, &uids);

	if (r < 0) {
		roost_uidset_clear(&uids);
		return r;
	}
	roost_uidset_clear(uids_out);
	*uids_out = uids;
	return 0;
}

static int resolve_sequences(
	struct view *view, const struct sequence_set *set, bool lenient, struct roost_uidset *uids)
{
	struct roost_uidset numbers = ROOST_UIDSET_EMPTY;
	uint32_t count = view_count(view);

	if (!lenient && has_unknown(set, count)) {
		return ROOST_ERR_INVALID;
	}
	int r = collect(set, count, &numbers);
	if (r == 0) {
		r = add_sequences(view, &numbers, uids);
	}
	roost_uidset_clear(&numbers);
	return r;
}

int view_resolve(struct view *view, const struct sequence_set *set, bool uid, bool lenient,
	struct roost_uidset *uids_out)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	int r;

	if (set->saved) {
		r = roost_uidset_copy(&uids, &view->saved);
		if (r == 0) {
			r = roost_uidset_intersect(&uids, &view->uids);
		}
	} else if (uid) {
		r = collect(set, roost_uidset_last(&view->uids), &uids);
		if (r == 0) {
			r = roost_uidset_intersect(&uids, &view->uids);
		}
	} else {
		r = resolve_sequences(view, set, lenient, &uids);
	}
	if (r < 0) {
		roost_uidset_clear(&uids);
		return r;
	}
	roost_uidset_clear(uids_out);
	*uids_out = uids;
	return 0;
}

/* Add those of `uids` that the client knows. */
static int add_known(
	const struct view *view, const struct roost_uidset *uids, struct roost_uidset *set)
{
	struct roost_uidset known = ROOST_UIDSET_EMPTY;
	int r = roost_uidset_copy(&known, uids);

	if (r == 0) {
		r = roost_uidset_intersect(&known, &view->uids);
	}
	if (r == 0) {
		r = roost_uidset_add_set(set, &known);
	}
	roost_uidset_clear(&known);
	return r;
}

int view_note_expunged(struct view *view, const struct roost_uidset *uids)
{
	int r = add_known(view, uids, &view->gone);

	if (r == 0) {
		r = roost_uidset_remove_set(&view->fresh, uids);
	}
	return r;
}

/* Whether an event of one mailbox may end the view of another: it is the same, or above it when renamed.
 * An event may also come late, when another mailbox has the name: only looking tells. */
static bool may_end_view(const struct view *view, const struct change *change)
{
	if (change->mailbox == NULL || (change->event != ROOST_MAILBOX_DELETED &&
					       change->event != ROOST_MAILBOX_RENAMED)) {
		return false;
	}
	size_t n = strlen(change->mailbox);
	if (strncmp(view->mailbox->name, change->mailbox, n) != 0) {
		return false;
	}
	char next = view->mailbox->name[n];
	bool inbox =
		strcmp(change->mailbox, "INBOX") == 0; /* keeps its children, and stays itself */
	return !inbox && (next == '\0' || (change->event == ROOST_MAILBOX_RENAMED && next != '\0' &&
						  next == view->mailbox->user->delimiter));
}

int view_note(struct view *view, const struct change *change)
{
	switch (change->kind) {
	case ROOST_UPDATE_STATUS:
		return 0;
	case ROOST_UPDATE_MAILBOX:
		view->look = true;
		return 0;
	case ROOST_UPDATE_MAILBOX_INFO:
		view->look = view->look || may_end_view(view, change);
		return 0;
	case ROOST_UPDATE_MESSAGE:
		return add_known(
			view, change->all_uids ? &view->uids : &change->uids, &view->changed);
	case ROOST_UPDATE_EXPUNGE:
		return view_note_expunged(view, &change->uids);
	}
	return 0;
}

int view_note_lost(struct view *view)
{
	view->look = true;
	return roost_uidset_copy(&view->changed, &view->uids);
}

/* Compare a snapshot with what is known. */
static int compare(struct view *view, const struct roost_snapshot *snapshot)
{
	struct roost_uidset gone = ROOST_UIDSET_EMPTY;
	struct roost_uidset fresh = ROOST_UIDSET_EMPTY;
	uint32_t last = roost_uidset_last(&view->uids);
	int r = roost_uidset_copy(&gone, &view->uids);

	if (r == 0) {
		r = roost_uidset_remove_set(&gone, &snapshot->uids);
	}
	if (r == 0) {
		r = roost_uidset_copy(&fresh, &snapshot->uids);
	}
	if (r == 0 && last > 0) {
		r = roost_uidset_remove_range(&fresh, 1, last);
	}
	if (r == 0) {
		r = roost_uidset_add_set(&view->recent, &snapshot->recent);
	}
	if (r < 0) {
		roost_uidset_clear(&gone);
		roost_uidset_clear(&fresh);
		return r;
	}
	roost_uidset_clear(&view->gone);
	roost_uidset_clear(&view->fresh);
	view->gone = gone;
	view->fresh = fresh;
	return 0;
}

int view_look(struct view *view, struct roost_call *call)
{
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };

	if (!view->look || view->ended) {
		return 0;
	}
	int r = mailbox_snapshot(view->mailbox, call, &snapshot);
	if (r == ROOST_ERR_NO_SUCH_MAILBOX ||
		(r == 0 && snapshot.uid_validity != view->uid_validity)) {
		view->ended = true;
		r = 0;
	} else if (r == 0) {
		r = compare(view, &snapshot);
		view->looked_modseq = snapshot.highest_modseq;
	}
	if (r == 0) {
		view->look = false;
	}
	roost_snapshot_clear(&snapshot);
	return r;
}

bool view_has_news(const struct view *view)
{
	return view->look || view->ended || view->gone.count > 0 || view->fresh.count > 0 ||
	       view->changed.count > 0;
}

/* The highest `most` numbers of a set. */
static int take_last(const struct roost_uidset *set, uint32_t most, struct roost_uidset *last)
{
	size_t i = set->count;
	uint32_t left = most;

	while (i > 0 && left > 0) {
		const struct roost_uid_range *range = &set->ranges[--i];
		uint32_t length = range->last - range->first + 1;
		uint32_t n = length < left ? length : left;
		int r = roost_uidset_add_range(last, range->last - n + 1, range->last);
		if (r < 0) {
			return r;
		}
		left -= n;
	}
	return 0;
}

int view_take_gone(struct view *view, uint32_t most, struct roost_uidset *told_out)
{
	struct roost_uidset told = ROOST_UIDSET_EMPTY;
	struct roost_uidset rest = ROOST_UIDSET_EMPTY;
	int r = take_last(&view->gone, most, &told);

	if (r == 0) {
		r = roost_uidset_copy(&rest, &view->uids);
	}
	if (r == 0) {
		r = roost_uidset_remove_set(&rest, &told);
	}
	if (r == 0) {
		r = roost_uidset_remove_set(&view->gone, &told);
	}
	if (r < 0) {
		roost_uidset_clear(&told);
		roost_uidset_clear(&rest);
		return r;
	}
	/* What stays in these is no longer in `uids`, and so does no harm. */
	(void)roost_uidset_remove_set(&view->recent, &told);
	(void)roost_uidset_remove_set(&view->changed, &told);
	roost_uidset_clear(&view->uids);
	view->uids = rest;
	view->starts_valid = false;
	roost_uidset_clear(told_out);
	*told_out = told;
	return 0;
}

int view_tell_gone(struct view *view, uint32_t most, void (*tell)(void *context, uint32_t sequence),
	void *context)
{
	struct roost_uidset told = ROOST_UIDSET_EMPTY;
	int r = view_take_gone(view, most, &told);

	/* Before a message in the client's list stand those that stay, and those that are gone but not told yet. */
	uint32_t left = (uint32_t)roost_uidset_size(&told);
	for (size_t i = told.count; r == 0 && i > 0; i--) {
		const struct roost_uid_range *range = &told.ranges[i - 1];
		uint32_t below = count_below(view, range->first);
		left -= range->last - range->first + 1;
		for (uint32_t uid = range->last; uid >= range->first; uid--) {
			tell(context, below + left + (uid - range->first) + 1);
		}
	}
	roost_uidset_clear(&told);
	return r;
}

int view_tell_fresh(struct view *view)
{
	int r = roost_uidset_add_set(&view->uids, &view->fresh);

	if (r == 0) {
		roost_uidset_clear(&view->fresh);
		view->starts_valid = false;
	}
	return r;
}

uint32_t view_recent_count(const struct view *view)
{
	uint32_t count = 0;

	for (size_t i = 0, j = 0; i < view->recent.count && j < view->uids.count;) {
		const struct roost_uid_range *a = &view->recent.ranges[i];
		const struct roost_uid_range *b = &view->uids.ranges[j];
		uint32_t first = a->first > b->first ? a->first : b->first;
		uint32_t last = a->last < b->last ? a->last : b->last;
		if (first <= last) {
			count += last - first + 1;
		}
		if (a->last < b->last) {
			i++;
		} else {
			j++;
		}
	}
	return count;
}
