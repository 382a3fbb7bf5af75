/* mailbox_search.c - searching a mailbox: by the backend, or message by message. */
#include "backend/ops.h"

#include <roost/util.h>

#include "backend/contract.h"
#include "search/match.h"

struct scanning {
	struct roost_call *call;
	struct matcher *matcher;
	struct roost_uidset *uids;
	uint64_t done, total;
};

static int look_at(void *context, const struct roost_message *message)
{
	struct scanning *scanning = context;
	if (roost_call_cancelled(scanning->call)) {
		return ROOST_ERR_CANCELLED;
	}
	roost_call_progress(scanning->call, ++scanning->done, scanning->total);
	int r = matcher_match(scanning->matcher, message);
	if (r == ROOST_ERR_NO_MEMORY || r == ROOST_ERR_CANCELLED) {
		return r;
	}
	/* A message that cannot be read does not match, and the others are searched on. */
	return r == 1 ? roost_uidset_add(scanning->uids, message->uid) : 0;
}

static int scan(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids)
{
	struct roost_fetch_options options = { .size = sizeof(options),
		.fields = roost_util_match_fields(search) };
	struct scanning scanning = {
		.call = call, .uids = uids, .total = roost_uidset_size(within)
	};
	int r = matcher_create(call, search, &scanning.matcher);
	if (r == 0) {
		r = mailbox_list_messages(mailbox, call, within, &options, look_at, &scanning);
		matcher_destroy(scanning.matcher);
	}
	return r;
}

static int ask(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids)
{
	if (!ROOST_HAS_OP(mailbox->ops, search_messages)) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	int r = contract_result("search_messages",
		mailbox->ops->search_messages(mailbox, call, search, within, uids));
	if (r == 0) {
		r = contract_within(
			uids, within, "search_messages", "only UIDs of those to search are found");
	}
	return r;
}

int mailbox_search_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids_out)
{
	struct roost_uidset found = ROOST_UIDSET_EMPTY;
	if (within->count == 0) {
		return 0;
	}
	int r = ask(mailbox, call, search, within, &found);
	if (r == ROOST_ERR_NOT_SUPPORTED) {
		roost_uidset_clear(&found);
		r = scan(mailbox, call, search, within, &found);
	}
	if (r == 0) {
		r = roost_uidset_add_set(uids_out, &found);
	}
	roost_uidset_clear(&found);
	return r;
}
