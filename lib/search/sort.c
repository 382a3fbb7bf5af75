/* sort.c - messages in the order that SORT asks for. */
#include "search/sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "mime/decode.h"
#include "search/collation.h"

/* What a message has for one key: a number, or the first octets of a text as a number (so that most
 * comparisons end there) and the rest of it. */
struct value {
	uint64_t first;
	const char *rest; /* in the arena */
	uint32_t rest_size;
	uint32_t size; /* of the whole text */
};

struct sorter {
	enum roost_comparator comparator;
	bool descending;
	struct sort_criteria criteria;
	const struct relevance *scores; /* for RELEVANCY */
	struct arena texts;
	struct buf decoded, folded; /* of the text at hand */
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
	buf_init(&sorter->folded, 64 * (size_t)ROOST_MAX_OUTLINE);
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
		buf_free(&sorter->folded);
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

/* Keep the text that was read, in the form that is compared. */
static int keep_text(struct sorter *sorter, struct value *value)
{
	struct buf *decoded = &sorter->decoded, *folded = &sorter->folded;
	struct roost_text text = { decoded->data, decoded->size };

	buf_reset(folded);
	if (text.size > 0) {
		collation_fold(sorter->comparator, text, folded);
	}
	if (buf_status(decoded) < 0 || buf_status(folded) < 0) {
		return ROOST_ERR_NO_MEMORY;
	}
	size_t size = folded->size < SORT_MAX_KEY ? folded->size : SORT_MAX_KEY;
	for (size_t i = 0; i < 8; i++) {
		value->first = value->first << 8 | (i < size ? (unsigned char)folded->data[i] : 0);
	}
	value->size = (uint32_t)size;
	if (size > 8) {
		value->rest_size = (uint32_t)size - 8;
		value->rest = arena_strndup(&sorter->texts, folded->data + 8, size - 8);
		return value->rest == NULL ? ROOST_ERR_NO_MEMORY : 0;
	}
	return 0;
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

/* A signed number as one that is compared unsigned. */
static uint64_t unsigned_of(int64_t number)
{
	return (uint64_t)number ^ UINT64_C(1) << 63;
}

static int read_value(struct sorter *sorter, enum sort_key key, const struct roost_outline *outline,
	const struct roost_message *message, struct value *value)
{
	*value = (struct value) { 0 };
	if (is_text(key)) {
		buf_reset(&sorter->decoded);
		if (outline != NULL) {
			read_text(sorter, outline, key);
		}
		return keep_text(sorter, value);
	}
	if (key == SORT_DATE) {
		value->first = unsigned_of(sort_sent_date(outline, message));
	} else if (key == SORT_ARRIVAL && (message->has & ROOST_MESSAGE_INTERNAL_DATE)) {
		value->first = unsigned_of(message->internal_date.seconds);
	} else if (key == SORT_SIZE && (message->has & ROOST_MESSAGE_OCTETS)) {
		value->first = message->octets;
	} else if (key == SORT_RELEVANCY && sorter->scores != NULL) {
		value->first = 100u - relevance_score(sorter->scores, message->uid);
	}
	return 0;
}

int sorter_add(struct sorter *sorter, const struct roost_message *message)
{
	struct roost_outline outline;
	const struct roost_outline *known = NULL;
	int r = sorter->count == sorter->capacity ? grow(sorter) : 0;

	if ((message->has & ROOST_MESSAGE_OUTLINE) &&
		roost_outline_open(message->outline, message->outline_size, &outline) == 0) {
		known = &outline;
	}
	struct value *values = sorter->values + sorter->count * sorter->criteria.count;
	for (size_t i = 0; r == 0 && i < sorter->criteria.count; i++) {
		r = read_value(sorter, sorter->criteria.list[i].key, known, message, &values[i]);
	}
	if (r == 0) {
		sorter->uids[sorter->count++] = message->uid;
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

int sorter_compare(const struct sorter *sorter, size_t a, size_t b)
{
	uint32_t uid_a = sorter->uids[a], uid_b = sorter->uids[b];
	size_t width = sorter->criteria.count;

	for (size_t i = 0; i < width; i++) {
		const struct sort_criterion *criterion = &sorter->criteria.list[i];
		int order = compare_values(
			&sorter->values[a * width + i], &sorter->values[b * width + i]);
		if (order != 0) {
			bool turned = is_text(criterion->key) && sorter->descending;
			return criterion->reverse != turned ? -order : order;
		}
	}
	return uid_a == uid_b ? 0 : uid_a < uid_b ? -1 : 1;
}

static int compare(const void *left, const void *right, void *context)
{
	return sorter_compare(context, *(const uint32_t *)left, *(const uint32_t *)right);
}

int sorter_sort(struct sorter *sorter, const uint32_t **uids_out, size_t *count_out)
{
	size_t n = sorter->count;

	sorter->order = malloc((n > 0 ? n : 1) * sizeof(*sorter->order));
	if (sorter->order == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (size_t i = 0; i < n; i++) {
		sorter->order[i] = (uint32_t)i;
	}
	qsort_r(sorter->order, n, sizeof(*sorter->order), compare, sorter);
	for (size_t i = 0; i < n; i++) {
		sorter->order[i] = sorter->uids[sorter->order[i]];
	}
	*uids_out = sorter->order;
	*count_out = n;
	return 0;
}
