/* sort.c - messages in the order that SORT asks for. */
#include "search/sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/radix.h"
#include "mime/decode.h"
#include "search/collation.h"

/* What a message has for one key: the first octets as a number (so that most comparisons end there) and the rest. */
struct value {
	uint64_t first;
	const char *rest; /* in the arena */
	uint32_t rest_size;
	uint32_t size; /* of the whole */
};

struct sorter {
	enum roost_comparator comparator;
	bool descending;
	struct sort_criteria criteria;
	const struct relevance *scores; /* for RELEVANCY */
	struct arena texts;
	struct buf decoded; /* of the text at hand */
	struct value *values; /* `criteria.count` for each message */
	uint32_t *uids; /* of the messages, in the order they came */
	uint32_t *order; /* indexes of `uids`; then UIDs */
	size_t count, capacity;
};

static bool is_text(enum sort_key key)
{
	return key != SORT_ARRIVAL && key != SORT_DATE && key != SORT_SIZE && key != SORT_RELEVANCY;
}

int sorter_create(enum roost_comparator comparator, bool descending,
	const struct sort_criteria *criteria, struct sorter **sorter_out)
{
	struct sorter *sorter = calloc(1, sizeof(*sorter));

	if (sorter == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	sorter->comparator = comparator;
	sorter->descending = descending;
	sorter->criteria = *criteria;
	arena_init(&sorter->texts, SIZE_MAX / 4); /* what each message adds is capped */
	buf_init(&sorter->decoded, 8 * (size_t)ROOST_MAX_OUTLINE);
	*sorter_out = sorter;
	return 0;
}

void sorter_use_scores(struct sorter *sorter, const struct relevance *scores)
{
	sorter->scores = scores;
}

void sorter_destroy(struct sorter *sorter)
{
	if (sorter != NULL) {
		arena_reset(&sorter->texts);
		buf_free(&sorter->decoded);
		free(sorter->values);
		free(sorter->uids);
		free(sorter->order);
		free(sorter);
	}
}

unsigned sorter_fields(const struct sorter *sorter)
{
	unsigned fields = 0;

	for (size_t i = 0; i < sorter->criteria.count; i++) {
		switch (sorter->criteria.list[i].key) {
		case SORT_ARRIVAL:
			fields |= ROOST_MESSAGE_INTERNAL_DATE;
			break;
		case SORT_SIZE:
			fields |= ROOST_MESSAGE_OCTETS;
			break;
		case SORT_RELEVANCY:
			break;
		case SORT_DATE:
			fields |= ROOST_MESSAGE_INTERNAL_DATE | ROOST_MESSAGE_OUTLINE;
			break;
		default:
			fields |= ROOST_MESSAGE_OUTLINE;
		}
	}
	return fields;
}

int64_t sort_sent_date(const struct roost_outline *outline, const struct roost_message *message)
{
	struct roost_envelope envelope;

	if (outline != NULL && roost_outline_envelope(outline, 0, &envelope) == 0 &&
		envelope.has_sent_date) {
		return envelope.sent_date.seconds;
	}
	return message->has & ROOST_MESSAGE_INTERNAL_DATE ? message->internal_date.seconds
							  : INT64_MIN;
}

/* -- texts */

static void read_subject(struct sorter *sorter, const struct roost_outline *outline)
{
	struct roost_thread_keys keys;

	if (roost_outline_thread_keys(outline, &keys) == 0) {
		buf_text(&sorter->decoded, keys.base_subject);
	}
}

/* The name that a reader sees, or else the address. RFC 5957 section 3. */
static void read_display(struct sorter *sorter, const struct roost_address *address)
{
	decode_header(address->name, &sorter->decoded);
	if (sorter->decoded.size == 0 && address->mailbox.bytes != NULL) {
		decode_header(address->mailbox, &sorter->decoded);
		if (address->host.bytes != NULL) {
			buf_char(&sorter->decoded, '@');
			decode_header(address->host, &sorter->decoded);
		}
	}
}

/* The start of a group counts as the first address, as it does in the envelope. */
static void read_address(struct sorter *sorter, const struct roost_outline *outline,
	enum roost_address_field field, bool display)
{
	struct roost_address address;

	if (roost_outline_address(outline, 0, field, 0, &address) < 0) {
		return;
	}
	if (display) {
		read_display(sorter, &address);
	} else {
		decode_header(address.mailbox, &sorter->decoded);
	}
}

static void read_text(struct sorter *sorter, const struct roost_outline *outline, enum sort_key key)
{
	switch (key) {
	case SORT_CC:
		read_address(sorter, outline, ROOST_ADDRESS_CC, false);
		break;
	case SORT_FROM:
		read_address(sorter, outline, ROOST_ADDRESS_FROM, false);
		break;
	case SORT_TO:
		read_address(sorter, outline, ROOST_ADDRESS_TO, false);
		break;
	case SORT_DISPLAY_FROM:
		read_address(sorter, outline, ROOST_ADDRESS_FROM, true);
		break;
	case SORT_DISPLAY_TO:
		read_address(sorter, outline, ROOST_ADDRESS_TO, true);
		break;
	case SORT_SUBJECT:
		read_subject(sorter, outline);
		break;
	case SORT_ARRIVAL:
	case SORT_DATE:
	case SORT_SIZE:
	case SORT_RELEVANCY:
	case SORT_KEYS:
		break;
	}
}

/* The text that was read, in the form that is compared. */
static void write_text(struct sorter *sorter, struct buf *key)
{
	const struct buf *decoded = &sorter->decoded;

	if (decoded->size > 0) {
		collation_fold(sorter->comparator,
			(struct roost_text) { decoded->data, decoded->size }, key);
	}
	key->size = key->size < SORT_MAX_KEY ? key->size : SORT_MAX_KEY;
	key->failed = key->failed || buf_status(decoded) < 0;
}

/* A number, so that the octets are ordered as the numbers are. */
static void write_number(uint64_t number, struct buf *key)
{
	for (unsigned shift = 64; shift > 0; shift -= 8) {
		buf_char(key, (char)(number >> (shift - 8)));
	}
}

void sorter_read(struct sorter *sorter, size_t criterion, const struct roost_message *message,
	const struct roost_outline *outline, struct buf *key)
{
	enum sort_key kind = sorter->criteria.list[criterion].key;

	if (is_text(kind)) {
		buf_reset(&sorter->decoded);
		if (outline != NULL) {
			read_text(sorter, outline, kind);
		}
		write_text(sorter, key);
	} else if (kind == SORT_DATE) {
		write_number(radix_key_of(sort_sent_date(outline, message)), key);
	} else if (kind == SORT_ARRIVAL && (message->has & ROOST_MESSAGE_INTERNAL_DATE)) {
		write_number(radix_key_of(message->internal_date.seconds), key);
	} else if (kind == SORT_SIZE && (message->has & ROOST_MESSAGE_OCTETS)) {
		write_number(message->octets, key);
	} else {
		write_number(0, key);
	}
}

/* -- gathering */

static int grow(struct sorter *sorter)
{
	size_t capacity = sorter->capacity == 0 ? 256 : 2 * sorter->capacity;
	size_t values = sorter->criteria.count * sizeof(*sorter->values);

	if (capacity > SIZE_MAX / 2 / values) {
		return ROOST_ERR_NO_MEMORY;
	}
	uint32_t *uids = realloc(sorter->uids, capacity * sizeof(*uids));
	if (uids == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	sorter->uids = uids;
	struct value *grown = realloc(sorter->values, capacity * values);
	if (grown == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	sorter->values = grown;
	sorter->capacity = capacity;
	return 0;
}

static int keep(struct sorter *sorter, struct roost_text key, struct value *value)
{
	*value = (struct value) { .size = (uint32_t)key.size };
	for (size_t i = 0; i < 8; i++) {
		value->first = value->first << 8 | (i < key.size ? (unsigned char)key.bytes[i] : 0);
	}
	if (key.size > 8) {
		value->rest_size = value->size - 8;
		value->rest = arena_strndup(&sorter->texts, key.bytes + 8, key.size - 8);
		return value->rest == NULL ? ROOST_ERR_NO_MEMORY : 0;
	}
	return 0;
}

int sorter_add(struct sorter *sorter, uint32_t uid, const struct roost_text *keys)
{
	int r = sorter->count == sorter->capacity ? grow(sorter) : 0;

	for (size_t i = 0; r == 0 && i < sorter->criteria.count; i++) {
		struct value *value = &sorter->values[sorter->count * sorter->criteria.count + i];
		if (sorter->criteria.list[i].key != SORT_RELEVANCY) {
			r = keep(sorter, keys[i], value);
			continue;
		}
		unsigned score = sorter->scores == NULL ? 0 : relevance_score(sorter->scores, uid);
		*value = (struct value) { .first = 100u - score };
	}
	if (r == 0) {
		sorter->uids[sorter->count++] = uid;
	}
	return r;
}

/* -- sorting */

static int compare_values(const struct value *a, const struct value *b)
{
	if (a->first != b->first) {
		return a->first < b->first ? -1 : 1;
	}
	uint32_t least = a->rest_size < b->rest_size ? a->rest_size : b->rest_size;
	int order = least > 0 ? memcmp(a->rest, b->rest, least) : 0;
	if (order != 0) {
		return order;
	}
	return a->size == b->size ? 0 : a->size < b->size ? -1 : 1;
}

static bool is_turned(const struct sorter *sorter, size_t criterion)
{
	const struct sort_criterion *asked = &sorter->criteria.list[criterion];
	return asked->reverse != (is_text(asked->key) && sorter->descending);
}

int sorter_compare(const struct sorter *sorter, size_t a, size_t b)
{
	uint32_t uid_a = sorter->uids[a], uid_b = sorter->uids[b];
	size_t width = sorter->criteria.count;

	for (size_t i = 0; i < width; i++) {
		int order = compare_values(
			&sorter->values[a * width + i], &sorter->values[b * width + i]);
		if (order != 0) {
			return is_turned(sorter, i) ? -order : order;
		}
	}
	return uid_a == uid_b ? 0 : uid_a < uid_b ? -1 : 1;
}

static int compare(const void *left, const void *right, void *context)
{
	return sorter_compare(context, *(const uint32_t *)left, *(const uint32_t *)right);
}

/* By the first octets of the first key; those that have the same stay as they came. */
static int order_by_first(struct sorter *sorter, struct radix_item *items)
{
	size_t width = sorter->criteria.count;
	struct radix_item *spare = malloc((sorter->count + 1) * sizeof(*spare));

	if (spare == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (size_t i = 0; i < sorter->count; i++) {
		uint64_t first = sorter->values[i * width].first;
		items[i] =
			(struct radix_item) { is_turned(sorter, 0) ? ~first : first, (uint32_t)i };
	}
	radix_sort(items, spare, sorter->count);
	free(spare);
	return 0;
}

/* Bring those in order that the first octets left undecided. */
static void order_rest(struct sorter *sorter, const struct radix_item *items)
{
	bool decided = sorter->criteria.count == 1 && !is_text(sorter->criteria.list[0].key);
	size_t end;

	for (size_t i = 0; !decided && i < sorter->count; i = end) {
		end = i + 1;
		while (end < sorter->count && items[end].key == items[i].key) {
			end++;
		}
		if (end - i > 1) {
			qsort_r(sorter->order + i, end - i, sizeof(*sorter->order), compare,
				sorter);
		}
	}
}

int sorter_sort(struct sorter *sorter, const uint32_t **uids_out, size_t *count_out)
{
	size_t n = sorter->count;
	struct radix_item *items = malloc((n + 1) * sizeof(*items));

	sorter->order = malloc((n + 1) * sizeof(*sorter->order));
	int r = items == NULL || sorter->order == NULL ? ROOST_ERR_NO_MEMORY
						       : order_by_first(sorter, items);
	for (size_t i = 0; r == 0 && i < n; i++) {
		sorter->order[i] = items[i].value;
	}
	if (r == 0) {
		order_rest(sorter, items);
	}
	for (size_t i = 0; r == 0 && i < n; i++) {
		sorter->order[i] = sorter->uids[sorter->order[i]];
	}
	free(items);
	if (r == 0) {
		*uids_out = sorter->order;
		*count_out = n;
	}
	return r;
}
