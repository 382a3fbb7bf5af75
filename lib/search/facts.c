/* facts.c - search keys that are answered from the facts of a message alone. */
#include "search/facts.h"

#include <roost/util.h>

#include "base/date.h"
#include "base/text.h"

static bool has(const struct roost_message *message, unsigned fields)
{
	return (message->has & fields) == fields;
}

static bool flags_match(const struct roost_search *search, const struct roost_message *message)
{
	if (!has(message, ROOST_MESSAGE_FLAGS)) {
		return false;
	}
	if (search->key == ROOST_SEARCH_FLAG) {
		return (message->flags.system & search->system_flag) != 0;
	}
	return search->text != NULL && roost_flags_has_keyword(&message->flags, search->text);
}

static bool date_matches(const struct roost_search *search, const struct roost_message *message)
{
	int64_t day = date_day_of(message->internal_date);
	if (!has(message, ROOST_MESSAGE_INTERNAL_DATE)) {
		return false;
	}
	if (search->key == ROOST_SEARCH_BEFORE) {
		return day < search->day;
	}
	return search->key == ROOST_SEARCH_ON ? day == search->day : day >= search->day;
}

static bool instant_matches(const struct roost_search *search, const struct roost_message *message)
{
	if (!has(message, ROOST_MESSAGE_INTERNAL_DATE)) {
		return false;
	}
	int64_t seconds = message->internal_date.seconds;
	return search->key == ROOST_SEARCH_OLDER ? seconds <= search->seconds
						 : seconds >= search->seconds;
}

static bool save_date_matches(
	const struct roost_search *search, const struct roost_message *message)
{
	if (!has(message, ROOST_MESSAGE_SAVE_DATE)) {
		return false;
	}
	int64_t day = date_day_of((struct roost_time) { message->save_date.seconds, 0 });
	if (search->key == ROOST_SEARCH_SAVED_BEFORE) {
		return day < search->day;
	}
	return search->key == ROOST_SEARCH_SAVED_ON ? day == search->day : day >= search->day;
}

static bool id_matches(const struct roost_search *search, const struct roost_message *message)
{
	bool email = search->key == ROOST_SEARCH_EMAIL_ID;
	struct roost_text id = email ? message->email_id : message->thread_id;
	return has(message, email ? ROOST_MESSAGE_EMAIL_ID : ROOST_MESSAGE_THREAD_ID) &&
	       id.bytes != NULL && search->text != NULL && text_equal(id, text_from(search->text));
}

static bool octets_match(const struct roost_search *search, const struct roost_message *message)
{
	uint64_t octets = message->octets;
	if (!has(message, ROOST_MESSAGE_OCTETS)) {
		if (!has(message, ROOST_MESSAGE_CONTENT) || message->content == NULL) {
			return false;
		}
		octets = message->content->size;
	}
	return search->key == ROOST_SEARCH_LARGER ? octets > search->number
						  : octets < search->number;
}

bool facts_match(const struct roost_search *search, const struct roost_message *message)
{
	switch (search->key) {
	case ROOST_SEARCH_ALL:
	case ROOST_SEARCH_BODY: /* of the empty string */
	case ROOST_SEARCH_TEXT:
		return true;
	case ROOST_SEARCH_UIDS:
		return search->uids != NULL && roost_uidset_contains(search->uids, message->uid);
	case ROOST_SEARCH_FLAG:
	case ROOST_SEARCH_KEYWORD:
		return flags_match(search, message);
	case ROOST_SEARCH_BEFORE:
	case ROOST_SEARCH_ON:
	case ROOST_SEARCH_SINCE:
		return date_matches(search, message);
	case ROOST_SEARCH_OLDER:
	case ROOST_SEARCH_YOUNGER:
		return instant_matches(search, message);
	case ROOST_SEARCH_SAVED_BEFORE:
	case ROOST_SEARCH_SAVED_ON:
	case ROOST_SEARCH_SAVED_SINCE:
		return save_date_matches(search, message);
	case ROOST_SEARCH_EMAIL_ID:
	case ROOST_SEARCH_THREAD_ID:
		return id_matches(search, message);
	case ROOST_SEARCH_LARGER:
	case ROOST_SEARCH_SMALLER:
		return octets_match(search, message);
	case ROOST_SEARCH_MODSEQ:
		return has(message, ROOST_MESSAGE_MODSEQ) && message->modseq >= search->number;
	case ROOST_SEARCH_AND:
	case ROOST_SEARCH_OR:
	case ROOST_SEARCH_NOT:
	case ROOST_SEARCH_HEADER:
	case ROOST_SEARCH_SENT_BEFORE:
	case ROOST_SEARCH_SENT_ON:
	case ROOST_SEARCH_SENT_SINCE:
		break;
	}
	return false;
}

static unsigned fields_of_key(const struct roost_search *search)
{
	switch (search->key) {
	case ROOST_SEARCH_FLAG:
	case ROOST_SEARCH_KEYWORD:
		return ROOST_MESSAGE_FLAGS;
	case ROOST_SEARCH_BEFORE:
	case ROOST_SEARCH_ON:
	case ROOST_SEARCH_SINCE:
	case ROOST_SEARCH_OLDER:
	case ROOST_SEARCH_YOUNGER:
		return ROOST_MESSAGE_INTERNAL_DATE;
	case ROOST_SEARCH_SAVED_BEFORE:
	case ROOST_SEARCH_SAVED_ON:
	case ROOST_SEARCH_SAVED_SINCE:
		return ROOST_MESSAGE_SAVE_DATE;
	case ROOST_SEARCH_EMAIL_ID:
		return ROOST_MESSAGE_EMAIL_ID;
	case ROOST_SEARCH_THREAD_ID:
		return ROOST_MESSAGE_THREAD_ID;
	case ROOST_SEARCH_SENT_BEFORE:
	case ROOST_SEARCH_SENT_ON:
	case ROOST_SEARCH_SENT_SINCE:
		return ROOST_MESSAGE_OUTLINE;
	case ROOST_SEARCH_LARGER:
	case ROOST_SEARCH_SMALLER:
		return ROOST_MESSAGE_OCTETS;
	case ROOST_SEARCH_MODSEQ:
		return ROOST_MESSAGE_MODSEQ;
	case ROOST_SEARCH_BODY:
	case ROOST_SEARCH_TEXT:
		/* The empty string is in every text. */
		return search->text == NULL || search->text[0] == 0
			       ? 0
			       : ROOST_MESSAGE_OUTLINE | ROOST_MESSAGE_CONTENT;
	case ROOST_SEARCH_HEADER:
		return ROOST_MESSAGE_OUTLINE | ROOST_MESSAGE_CONTENT;
	case ROOST_SEARCH_ALL:
	case ROOST_SEARCH_AND:
	case ROOST_SEARCH_OR:
	case ROOST_SEARCH_NOT:
	case ROOST_SEARCH_UIDS:
		break;
	}
	return 0;
}

static unsigned fields_of(const struct roost_search *search, unsigned depth)
{
	unsigned fields = fields_of_key(search);
	if (search->key != ROOST_SEARCH_AND && search->key != ROOST_SEARCH_OR &&
		search->key != ROOST_SEARCH_NOT) {
		return fields;
	}
	/* What is nested deeper is refused by the match. */
	const struct roost_search *child = depth < FACTS_MAX_DEPTH ? search->children : NULL;
	for (; child != NULL; child = child->next) {
		fields |= fields_of(child, depth + 1);
	}
	return fields;
}

unsigned roost_util_match_fields(const struct roost_search *search)
{
	return fields_of(search, 0);
}
