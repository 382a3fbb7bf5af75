/* marking.c - what one change of flags makes of messages. */
#include "marking.h"

#include <stdlib.h>
#include <string.h>

#include <roost/util.h>

static void forget_last(struct marking *marking)
{
	local_keywords_unref(marking->last_before);
	local_keywords_unref(marking->last_after);
	marking->last_before = marking->last_after = NULL;
	marking->has_last = false;
}

static void clear_run(struct run *run)
{
	local_keywords_unref(run->flagging.keywords);
	*run = (struct run) { .count = 0 };
}

void local_marking_clear(struct marking *marking)
{
	for (size_t i = 0; i < marking->count; i++) {
		local_keywords_unref(marking->list[i].keywords);
	}
	free(marking->list);
	free(marking->stretches);
	clear_run(&marking->run);
	forget_last(marking);
	marking->list = NULL;
	marking->stretches = NULL;
	marking->count = marking->capacity = 0;
	marking->stretch_count = marking->stretch_capacity = 0;
}

/* Takes over the reference, also on failure. */
static int add_marked(struct marking *marking, struct marked marked)
{
	if (marking->count == marking->capacity) {
		size_t capacity = marking->capacity == 0 ? 16 : marking->capacity * 2;
		struct marked *list = realloc(marking->list, capacity * sizeof(*list));
		if (list == NULL) {
			local_keywords_unref(marked.keywords);
			return ROOST_ERR_NO_MEMORY;
		}
		marking->list = list;
		marking->capacity = capacity;
	}
	marking->list[marking->count++] = marked;
	return 0;
}

static int add_stretch(struct marking *marking, struct stretch stretch)
{
	if (marking->stretch_count == marking->stretch_capacity) {
		size_t capacity =
			marking->stretch_capacity == 0 ? 4 : marking->stretch_capacity * 2;
		struct stretch *list = realloc(marking->stretches, capacity * sizeof(*list));
		if (list == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		marking->stretches = list;
		marking->stretch_capacity = capacity;
	}
	marking->stretches[marking->stretch_count++] = stretch;
	return 0;
}

/* Which system flags stay as they are, and which come. */
static void describe_change(const struct roost_flags_change *change, struct flagging *flagging)
{
	uint8_t given = (uint8_t)(change->flags.system & ROOST_FLAGS_ALL_SYSTEM);
	uint8_t others = (uint8_t)(ROOST_FLAGS_ALL_SYSTEM & ~given);
	switch (change->mode) {
	case ROOST_FLAGS_ADD:
		flagging->kept = ROOST_FLAGS_ALL_SYSTEM;
		flagging->added = given;
		return;
	case ROOST_FLAGS_REMOVE:
		flagging->kept = others;
		flagging->added = 0;
		return;
	case ROOST_FLAGS_SET:
		break;
	}
	flagging->kept = 0;
	flagging->added = given;
}

/* What becomes of keywords; one reference, the caller's. */
static int change_keywords(struct marking *marking, struct keywords *set, struct keywords **set_out)
{
	if (marking->has_last && set == marking->last_before) {
		*set_out = local_keywords_ref(marking->last_after);
		return 0;
	}
	struct roost_flags before = local_keywords_flags(set, 0), after;
	struct keywords *changed;
	int r = roost_util_update_flags(marking->call, &before, marking->change, &after);
	if (r < 0) {
		return r == ROOST_ERR_LIMIT ? local_rows_too_many_keywords(marking->call) : r;
	}
	after.system = 0;
	if (roost_flags_equal(&before, &after)) {
		changed = local_keywords_ref(set);
	} else {
		r = local_keywords_create(after.keywords, after.keyword_count, &changed);
		if (r < 0) {
			return r;
		}
	}
	forget_last(marking);
	marking->last_before = local_keywords_ref(set);
	marking->last_after = local_keywords_ref(changed);
	marking->has_last = true;
	*set_out = changed;
	return 0;
}

static bool same_keywords(const struct keywords *a, const struct keywords *b)
{
	return a == b || (a != NULL && b != NULL && a->text.size == b->text.size &&
				 memcmp(a->text.bytes, b->text.bytes, a->text.size) == 0);
}

/* A run that is long is a flagging, and those of a short one have their rows written. */
static int end_run(struct marking *marking)
{
	struct run *run = &marking->run;
	int r = 0;
	if (run->count >= FLAGGING_LEAST) {
		struct flagging flagging = run->flagging;
		flagging.replaces = !run->keeps;
		flagging.keywords = local_keywords_ref(run->keeps ? NULL : flagging.keywords);
		r = local_flaggings_add(&marking->delta->flagged, flagging);
	} else if (run->count > 0) {
		r = add_stretch(
			marking, (struct stretch) { run->from, marking->delta->changed.count });
	}
	clear_run(run);
	return r;
}

static void begin_run(struct marking *marking, const struct entry *now)
{
	struct run *run = &marking->run;
	*run = (struct run) {
		.flagging.modseq = now->modseq,
		.flagging.first = now->uid,
		.flagging.keywords = local_keywords_ref(now->keywords),
		.from = marking->delta->changed.count,
		.keeps = true,
		.replaces = true,
	};
	describe_change(marking->change, &run->flagging);
}

/* The run has become long: its messages are not written one by one. */
static void drop_changed(struct marking *marking)
{
	struct entries *changed = &marking->delta->changed;
	while (changed->count > marking->run.from) {
		local_keywords_unref(changed->list[--changed->count].keywords);
	}
}

static int change_one(struct marking *marking, const struct entry *entry, const struct entry *now)
{
	struct run *run = &marking->run;
	bool keeps = now->keywords == entry->keywords;
	bool fits = (run->keeps && keeps) ||
		    (run->replaces && same_keywords(now->keywords, run->flagging.keywords));
	int r = 0;
	if (run->count > 0 && !fits) {
		r = end_run(marking);
	}
	if (run->count == 0) {
		begin_run(marking, now);
	}
	run->keeps = run->keeps && keeps;
	run->replaces = run->replaces && same_keywords(now->keywords, run->flagging.keywords);
	run->flagging.last = now->uid;
	if (run->flagging.before < entry->modseq) {
		run->flagging.before = entry->modseq;
	}
	if (++run->count < FLAGGING_LEAST && r == 0) {
		local_keywords_ref(now->keywords);
		r = local_entries_add(&marking->delta->changed, *now);
	} else if (run->count == FLAGGING_LEAST) {
		drop_changed(marking);
	}
	return r;
}

int local_marking_take(void *context, const struct entry *entry, bool neighbour)
{
	struct marking *marking = context;
	const struct roost_flags_change *change = marking->change;
	struct flagging system;
	struct entry now = *entry;
	int r = neighbour ? 0 : end_run(marking);
	if (r == 0) {
		r = local_rows_check_cancelled(marking->call, marking->count);
	}
	if (r < 0) {
		return r;
	}
	if (change->has_unchanged_since && entry->modseq > change->unchanged_since) {
		r = end_run(marking);
		return r < 0 ? r : roost_uidset_add(marking->modified, entry->uid);
	}
	r = change_keywords(marking, entry->keywords, &now.keywords);
	if (r < 0) {
		return r;
	}
	describe_change(change, &system);
	now.system = (uint8_t)((entry->system & system.kept) | system.added);
	/* Without a change, the keywords are the very same set. */
	if (now.system == entry->system && now.keywords == entry->keywords) {
		r = end_run(marking);
	} else {
		now.modseq = marking->row->modseq + 1;
		local_mailbox_row_count(marking->row, entry, -1);
		local_mailbox_row_count(marking->row, &now, 1);
		r = change_one(marking, entry, &now);
	}
	if (r < 0) {
		local_keywords_unref(now.keywords);
		return r;
	}
	return add_marked(
		marking, (struct marked) { now.uid, now.system, now.modseq, now.keywords });
}

int local_marking_end(struct marking *marking)
{
	return end_run(marking);
}

static bool become_the_same(const struct entry *a, const struct entry *b)
{
	return a->system == b->system && same_keywords(a->keywords, b->keywords);
}

/* Neighbours that become the same are written together. */
static int write_stretch(struct marking *marking, struct driver *db, struct stretch stretch)
{
	const struct entry *list = marking->delta->changed.list;
	int r = 0;
	for (size_t i = stretch.from, next; r == 0 && i < stretch.to; i = next) {
		next = i + 1;
		while (next < stretch.to && become_the_same(&list[i], &list[next])) {
			next++;
		}
		r = local_message_rows_change(db, marking->row->id, list[i].uid, &list[next - 1]);
		if (r == 0) {
			r = local_rows_go_on(marking->call, next, marking->delta->changed.count);
		}
	}
	return r;
}

int local_marking_write(struct marking *marking, struct driver *db)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < marking->stretch_count; i++) {
		r = write_stretch(marking, db, marking->stretches[i]);
	}
	return r < 0 ? r
		     : local_flagging_rows_write(db, marking->row->id, &marking->delta->flagged);
}
