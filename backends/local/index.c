/* index.c - what is known in memory of the messages of an open mailbox. */
#include "index.h"

#include <stdlib.h>
#include <string.h>

int local_entries_add(struct entries *entries, struct entry entry)
{
	if (entries->count == entries->capacity) {
		size_t capacity = entries->capacity == 0 ? 4 : entries->capacity * 2;
		struct entry *list = realloc(entries->list, capacity * sizeof(*list));
		if (list == NULL) {
			local_keywords_unref(entry.keywords);
			return ROOST_ERR_NO_MEMORY;
		}
		entries->list = list;
		entries->capacity = capacity;
	}
	entries->list[entries->count++] = entry;
	return 0;
}

void local_entries_clear(struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		local_keywords_unref(entries->list[i].keywords);
	}
	free(entries->list);
	*entries = (struct entries) { .list = NULL };
}

static bool same_text(struct roost_text text, const struct keywords *set)
{
	return set != NULL && set->text.size == text.size &&
	       memcmp(set->text.bytes, text.bytes, text.size) == 0;
}

int local_entry_read(struct driver_statement *statement, int column, const struct entry *last,
	struct entry *entry_out)
{
	struct entry entry = {
		.email = local_driver_number(statement, column),
		.system = (uint8_t)(local_driver_number(statement, column + 1) &
				    ROOST_FLAGS_ALL_SYSTEM),
		.modseq = (uint64_t)local_driver_number(statement, column + 3),
		.saved = local_driver_number(statement, column + 4),
		.octets = (uint64_t)local_driver_number(statement, column + 5),
		.date = local_driver_number(statement, column + 6),
		.zone = (int16_t)local_driver_number(statement, column + 7),
		.thread = local_driver_number(statement, column + 8),
	};
	struct roost_text keywords = local_driver_bytes(statement, column + 2);
	if (keywords.bytes != NULL && last != NULL && same_text(keywords, last->keywords)) {
		entry.keywords = local_keywords_ref(last->keywords);
	} else if (keywords.bytes != NULL) {
		int r = local_keywords_parse(keywords, &entry.keywords);
		if (r < 0) {
			return r;
		}
	}
	*entry_out = entry;
	return 0;
}

void local_delta_clear(struct delta *delta)
{
	local_entries_clear(&delta->added);
	local_entries_clear(&delta->changed);
	local_flaggings_clear(&delta->flagged);
	roost_uidset_clear(&delta->removed);
	*delta = (struct delta) { .mailbox = 0 };
}

int local_index_create(int64_t mailbox, struct index **index_out)
{
	struct index *index = calloc(1, sizeof(*index));
	pthread_rwlockattr_t attributes;
	if (index == NULL || pthread_rwlockattr_init(&attributes) != 0) {
		free(index);
		return ROOST_ERR_NO_MEMORY;
	}
	/* Writers get through though there are always readers. */
	(void)pthread_rwlockattr_setkind_np(
		&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	bool made = pthread_rwlock_init(&index->lock, &attributes) == 0;
	(void)pthread_rwlockattr_destroy(&attributes);
	if (!made) {
		free(index);
		return ROOST_ERR_NO_MEMORY;
	}
	index->mailbox = mailbox;
	*index_out = index;
	return 0;
}

void local_index_forget(struct index *index)
{
	local_entries_clear(&index->entries);
	roost_uidset_clear(&index->uids);
	local_names_clear(&index->keywords);
	index->unseen = 0;
	atomic_store(&index->unseen_from, 0);
	index->loaded = false;
}

bool local_index_is_named(const struct index *index, const char *name)
{
	return !index->gone && index->name != NULL && strcmp(index->name, name) == 0;
}

void local_index_destroy(struct index *index)
{
	if (index != NULL) {
		local_index_forget(index);
		free(index->name);
		pthread_rwlock_destroy(&index->lock);
		free(index);
	}
}

/* As local_index_find, for what is not before `from`, and quick when it is near. */
static size_t find_from(const struct index *index, size_t from, uint32_t uid)
{
	const struct entries *entries = &index->entries;
	size_t step = 1, low = from, high = from;
	while (high < entries->count && entries->list[high].uid < uid) {
		low = high + 1;
		high = entries->count - high > step ? high + step : entries->count;
		step *= 2;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (entries->list[middle].uid < uid) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

size_t local_index_find(const struct index *index, uint32_t uid)
{
	return find_from(index, 0, uid);
}

uint32_t local_index_first_unseen(struct index *index)
{
	if (index->unseen == 0) {
		return 0;
	}
	size_t i = local_index_find(index, atomic_load(&index->unseen_from));
	while ((index->entries.list[i].system & ROOST_FLAG_SEEN) != 0) {
		i++;
	}
	uint32_t uid = index->entries.list[i].uid;
	atomic_store(&index->unseen_from, uid);
	return uid;
}

struct cursor local_cursor_at(
	const struct index *index, const struct roost_uidset *uids, uint32_t uid)
{
	size_t low = 0, high = uids->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (uids->ranges[middle].last < uid) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return (struct cursor) { .range = low, .position = local_index_find(index, uid) };
}

bool local_cursor_next(struct cursor *cursor, const struct index *index,
	const struct roost_uidset *uids, size_t *position_out)
{
	while (cursor->range < uids->count) {
		struct roost_uid_range range = uids->ranges[cursor->range];
		cursor->position = find_from(index, cursor->position, range.first);
		if (cursor->position == index->entries.count) {
			return false;
		}
		if (index->entries.list[cursor->position].uid <= range.last) {
			*position_out = cursor->position++;
			return true;
		}
		cursor->range++;
	}
	return false;
}

int local_index_walk(struct index *index, uint32_t uid_validity, uint64_t modseq,
	const struct roost_uidset *uids, local_index_fn look, void *context)
{
	size_t position, next = SIZE_MAX;
	int r = 0;
	pthread_rwlock_rdlock(&index->lock);
	bool stands_there = index->loaded && !index->gone && !index->doubtful &&
			    index->uid_validity == uid_validity && index->modseq == modseq;
	if (stands_there) {
		struct cursor cursor = local_cursor_at(index, uids, roost_uidset_first(uids));
		while (r == 0 && local_cursor_next(&cursor, index, uids, &position)) {
			r = look(context, &index->entries.list[position], position == next);
			next = position + 1;
		}
	}
	pthread_rwlock_unlock(&index->lock);
	return r < 0 ? r : stands_there;
}

/* Knows the keywords of what is new or changed. */
static int learn(struct index *index, const struct keywords *set, const struct keywords **last)
{
	if (set == NULL || set == *last) {
		return 0;
	}
	*last = set;
	int r = 0;
	for (size_t i = 0; r == 0 && i < set->count; i++) {
		r = local_names_add(&index->keywords, set->names[i]);
	}
	return r;
}

static int add(struct index *index, const struct entries *added)
{
	const struct keywords *last = NULL;
	for (size_t i = 0; i < added->count; i++) {
		struct entry entry = added->list[i];
		entry.keywords = local_keywords_ref(entry.keywords);
		int r = local_entries_add(&index->entries, entry);
		if (r == 0) {
			r = roost_uidset_add(&index->uids, entry.uid);
		}
		if (r == 0) {
			r = learn(index, entry.keywords, &last);
		}
		if (r < 0) {
			return r;
		}
		index->unseen += (entry.system & ROOST_FLAG_SEEN) == 0;
	}
	return 0;
}

static int change(struct index *index, const struct entries *changed)
{
	const struct keywords *last = NULL;
	size_t position = 0;
	for (size_t i = 0; i < changed->count; i++) {
		const struct entry *now = &changed->list[i];
		position = find_from(index, position, now->uid);
		if (position == index->entries.count ||
			index->entries.list[position].uid != now->uid) {
			return ROOST_ERR_CORRUPT;
		}
		struct entry *entry = &index->entries.list[position];
		index->unseen -= (entry->system & ROOST_FLAG_SEEN) == 0;
		index->unseen += (now->system & ROOST_FLAG_SEEN) == 0;
		if ((now->system & ROOST_FLAG_SEEN) == 0 &&
			now->uid < atomic_load(&index->unseen_from)) {
			atomic_store(&index->unseen_from, now->uid);
		}
		local_keywords_unref(entry->keywords);
		*entry = *now;
		entry->keywords = local_keywords_ref(now->keywords);
		int r = learn(index, now->keywords, &last);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static void flag_range(struct index *index, const struct flagging *flagging)
{
	const struct entries *entries = &index->entries;
	for (size_t i = local_index_find(index, flagging->first);
		i < entries->count && entries->list[i].uid <= flagging->last; i++) {
		struct entry *entry = &entries->list[i];
		if (entry->modseq < flagging->modseq) {
			index->unseen -= (entry->system & ROOST_FLAG_SEEN) == 0;
			local_flagging_apply(flagging, entry);
			index->unseen += (entry->system & ROOST_FLAG_SEEN) == 0;
		}
	}
}

static int flag(struct index *index, const struct flaggings *flagged)
{
	const struct keywords *last = NULL;
	int r = 0;
	for (size_t i = 0; r == 0 && i < flagged->count; i++) {
		const struct flagging *flagging = &flagged->list[i];
		bool unseen = ((flagging->kept | flagging->added) & ROOST_FLAG_SEEN) == 0;
		flag_range(index, flagging);
		if (unseen && flagging->first < atomic_load(&index->unseen_from)) {
			atomic_store(&index->unseen_from, flagging->first);
		}
		r = learn(index, flagging->keywords, &last);
	}
	return r;
}

static int drop(struct index *index, const struct roost_uidset *removed)
{
	struct entries *entries = &index->entries;
	struct cursor cursor = local_cursor_at(index, removed, roost_uidset_first(removed));
	size_t position, read = 0, write = 0;
	while (local_cursor_next(&cursor, index, removed, &position)) {
		if (write == 0 && read == 0) {
			write = read = position;
		}
		memmove(&entries->list[write], &entries->list[read],
			(position - read) * sizeof(*entries->list));
		write += position - read;
		read = position + 1;
		index->unseen -= (entries->list[position].system & ROOST_FLAG_SEEN) == 0;
		local_keywords_unref(entries->list[position].keywords);
	}
	if (read > write) {
		memmove(&entries->list[write], &entries->list[read],
			(entries->count - read) * sizeof(*entries->list));
		entries->count -= read - write;
	}
	return roost_uidset_remove_set(&index->uids, removed);
}

int local_index_change(struct index *index, const struct delta *delta)
{
	int r = add(index, &delta->added);
	if (r == 0) {
		r = change(index, &delta->changed);
	}
	if (r == 0) {
		r = flag(index, &delta->flagged);
	}
	if (r == 0 && delta->removed.count > 0) {
		r = drop(index, &delta->removed);
	}
	index->modseq = delta->modseq;
	index->uid_next = delta->uid_next;
	return r;
}

bool local_index_apply(struct index *index, const struct delta *delta)
{
	bool complete = true;
	pthread_rwlock_wrlock(&index->lock);
	if (delta->ended) {
		free(index->name);
		index->name = NULL;
		atomic_store(&index->generation, 0);
	}
	if (index->loaded && delta->modseq == index->modseq + 1) {
		index->loaded = local_index_change(index, delta) == 0;
	} else if (index->loaded && delta->modseq > index->modseq) {
		atomic_store(&index->generation, 0);
		complete = false;
	}
	if (delta->reload) {
		index->loaded = false;
	}
	pthread_rwlock_unlock(&index->lock);
	return complete;
}
