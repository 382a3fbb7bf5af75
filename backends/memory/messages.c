/* messages.c - the messages of one mailbox in the order of their UIDs. */
#include "messages.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct memory_entry memory_entry_ref(const struct memory_entry *entry)
{
	memory_message_ref(entry->message);
	memory_keywords_ref(entry->keywords);
	return *entry;
}

void memory_entry_unref(struct memory_entry *entry)
{
	memory_message_unref(entry->message);
	memory_keywords_unref(entry->keywords);
}

void memory_entries_free(struct memory_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		memory_entry_unref(&entries[i]);
	}
	free(entries);
}

void memory_messages_init(struct memory_messages *messages)
{
	*messages = (struct memory_messages) { .uid_next = 1, .modseq = 1 };
}

void memory_messages_clear(struct memory_messages *messages)
{
	memory_entries_free(messages->entries, messages->count);
	roost_uidset_clear(&messages->uids);
	memory_spellings_clear(&messages->spellings);
	memory_expunged_clear(&messages->expunged);
	memory_messages_init(messages);
}

/* As memory_messages_find, for what is not before `from`, and quick when it is near. */
static size_t find_from(const struct memory_messages *messages, size_t from, uint32_t uid)
{
	size_t step = 1, low = from, high = from;
	while (high < messages->count && messages->entries[high].uid < uid) {
		low = high + 1;
		high = messages->count - high > step ? high + step : messages->count;
		step *= 2;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (messages->entries[middle].uid < uid) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

size_t memory_messages_find(const struct memory_messages *messages, uint32_t uid)
{
	return find_from(messages, 0, uid);
}

uint32_t memory_messages_first_unseen(struct memory_messages *messages)
{
	if (messages->unseen == 0) {
		return 0;
	}
	size_t i = memory_messages_find(
		messages, atomic_load_explicit(&messages->unseen_from, memory_order_relaxed));
	while ((messages->entries[i].system & ROOST_FLAG_SEEN) != 0) {
		i++;
	}
	uint32_t uid = messages->entries[i].uid;
	atomic_store_explicit(&messages->unseen_from, uid, memory_order_relaxed);
	return uid;
}

struct memory_cursor memory_cursor_at(
	const struct memory_messages *messages, const struct roost_uidset *uids, uint32_t uid)
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
	return (struct memory_cursor) {
		.range = low,
		.index = memory_messages_find(messages, uid),
	};
}

bool memory_cursor_next(struct memory_cursor *cursor, const struct memory_messages *messages,
	const struct roost_uidset *uids, size_t *index_out)
{
	while (cursor->range < uids->count) {
		struct roost_uid_range range = uids->ranges[cursor->range];
		cursor->index = find_from(messages, cursor->index, range.first);
		if (cursor->index == messages->count) {
			return false;
		}
		if (messages->entries[cursor->index].uid <= range.last) {
			*index_out = cursor->index++;
			return true;
		}
		cursor->range++;
	}
	return false;
}

/* Forget the spellings that no message uses. */
static int sweep(struct memory_messages *messages)
{
	struct memory_spellings used = { .names = NULL };
	const struct memory_keywords *last = NULL;
	for (size_t i = 0; i < messages->count; i++) {
		const struct memory_keywords *set = messages->entries[i].keywords;
		if (set == NULL || set == last) {
			continue;
		}
		struct memory_keywords *adopted;
		int r = memory_spellings_adopt(&used, set->names, set->count, true, &adopted);
		if (r < 0) {
			memory_spellings_clear(&used);
			return r;
		}
		memory_keywords_unref(adopted);
		last = set;
	}
	memory_spellings_clear(&messages->spellings);
	messages->spellings = used;
	return 0;
}

int memory_messages_adopt(struct memory_messages *messages, const char *const *names, size_t count,
	bool learn, struct memory_keywords **set_out)
{
	int r = memory_spellings_adopt(&messages->spellings, names, count, learn, set_out);
	if (r != ROOST_ERR_LIMIT || !memory_spellings_tight(&messages->spellings, count)) {
		return r;
	}
	r = sweep(messages);
	if (r < 0) {
		return r;
	}
	return memory_spellings_adopt(&messages->spellings, names, count, learn, set_out);
}

static int reserve(struct memory_messages *messages, size_t more)
{
	if (more <= messages->capacity - messages->count) {
		return 0;
	}
	size_t capacity = messages->capacity == 0 ? 16 : messages->capacity * 2;
	if (capacity < messages->count + more) {
		capacity = messages->count + more;
	}
	struct memory_entry *entries =
		realloc(messages->entries, capacity * sizeof(*messages->entries));
	if (entries == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	messages->entries = entries;
	messages->capacity = capacity;
	return 0;
}

int memory_messages_number(struct memory_messages *messages, struct memory_entry *entries,
	size_t count, struct roost_uidset *added_out)
{
	struct roost_uidset added = ROOST_UIDSET_EMPTY;
	uint32_t next = messages->uid_next;
	int r = reserve(messages, count);
	for (size_t i = 0; r == 0 && i < count; i++) {
		if (next == UINT32_MAX) {
			r = ROOST_ERR_LIMIT;
			break;
		}
		/* The highest UID is never given, so that there is always a next one. */
		uint32_t uid = entries[i].uid >= next && entries[i].uid < UINT32_MAX
				       ? entries[i].uid
				       : next;
		entries[i].uid = uid;
		next = uid + 1;
		r = roost_uidset_add(&added, uid);
	}
	if (r < 0) {
		roost_uidset_clear(&added);
		return r;
	}
	*added_out = added;
	return 0;
}

static void count_flags(struct memory_messages *messages, const struct memory_entry *entry)
{
	messages->unseen += (entry->system & ROOST_FLAG_SEEN) == 0;
	if ((entry->system & ROOST_FLAG_DELETED) != 0) {
		messages->deleted++;
		messages->deleted_octets += entry->message->content->size;
	}
}

static void discount_flags(struct memory_messages *messages, const struct memory_entry *entry)
{
	messages->unseen -= (entry->system & ROOST_FLAG_SEEN) == 0;
	if ((entry->system & ROOST_FLAG_DELETED) != 0) {
		messages->deleted--;
		messages->deleted_octets -= entry->message->content->size;
	}
}

int memory_messages_append(struct memory_messages *messages, const struct memory_entry *entries,
	size_t count, const struct roost_uidset *added)
{
	int r = roost_uidset_add_set(&messages->uids, added);
	if (r < 0 || count == 0) {
		return r;
	}
	int64_t now = (int64_t)time(NULL);
	messages->modseq++;
	for (size_t i = 0; i < count; i++) {
		struct memory_entry *entry = &messages->entries[messages->count++];
		*entry = entries[i];
		entry->modseq = messages->modseq;
		entry->save_date = now;
		messages->octets += entry->message->content->size;
		count_flags(messages, entry);
		messages->uid_next = entry->uid + 1;
	}
	return 0;
}

void memory_messages_set_flags(struct memory_messages *messages, struct memory_entry *entry,
	unsigned system, struct memory_keywords *keywords, uint64_t modseq)
{
	discount_flags(messages, entry);
	memory_keywords_unref(entry->keywords);
	entry->system = system;
	entry->keywords = keywords;
	entry->modseq = modseq;
	count_flags(messages, entry);
	if ((system & ROOST_FLAG_SEEN) == 0 &&
		entry->uid < atomic_load_explicit(&messages->unseen_from, memory_order_relaxed)) {
		atomic_store_explicit(&messages->unseen_from, entry->uid, memory_order_relaxed);
	}
}

int memory_removal_prepare(struct memory_removal *removal, const struct memory_messages *messages)
{
	size_t count = (size_t)roost_uidset_size(&removal->doomed);
	int r = roost_uidset_copy(&removal->rest, &messages->uids);
	if (r == 0) {
		r = roost_uidset_remove_set(&removal->rest, &removal->doomed);
	}
	if (r < 0 || count == 0) {
		return r;
	}
	removal->removed = calloc(count, sizeof(*removal->removed));
	return removal->removed == NULL ? ROOST_ERR_NO_MEMORY : 0;
}

static void shrink(struct memory_messages *messages)
{
	if (messages->count >= messages->capacity / 4) {
		return;
	}
	size_t capacity = messages->count * 2;
	if (capacity == 0) {
		free(messages->entries);
		messages->entries = NULL;
		messages->capacity = 0;
		return;
	}
	struct memory_entry *entries =
		realloc(messages->entries, capacity * sizeof(*messages->entries));
	if (entries != NULL) {
		messages->entries = entries;
		messages->capacity = capacity;
	}
}

void memory_messages_remove(struct memory_messages *messages, struct memory_removal *removal)
{
	const struct roost_uidset *doomed = &removal->doomed;
	if (doomed->count == 0) {
		return;
	}
	struct memory_entry *entries = messages->entries;
	size_t read = memory_messages_find(messages, roost_uidset_first(doomed));
	size_t write = read;
	for (size_t i = 0; i < doomed->count; i++) {
		/* All UIDs of the range are there, and so follow each other. */
		size_t n = (size_t)doomed->ranges[i].last - doomed->ranges[i].first + 1;
		for (size_t k = read; k < read + n; k++) {
			discount_flags(messages, &entries[k]);
			messages->octets -= entries[k].message->content->size;
		}
		memcpy(&removal->removed[removal->count], &entries[read], n * sizeof(*entries));
		removal->count += n;
		read += n;
		size_t end = i + 1 < doomed->count
				     ? find_from(messages, read, doomed->ranges[i + 1].first)
				     : messages->count;
		memmove(&entries[write], &entries[read], (end - read) * sizeof(*entries));
		write += end - read;
		read = end;
	}
	messages->count = write;
	roost_uidset_clear(&messages->uids);
	messages->uids = removal->rest;
	removal->rest = (struct roost_uidset)ROOST_UIDSET_EMPTY;
	memory_expunged_note(&messages->expunged, ++messages->modseq, doomed);
	shrink(messages);
}

void memory_removal_finish(struct memory_removal *removal)
{
	memory_entries_free(removal->removed, removal->count);
	roost_uidset_clear(&removal->doomed);
	roost_uidset_clear(&removal->rest);
	*removal = (struct memory_removal) { .removed = NULL };
}
