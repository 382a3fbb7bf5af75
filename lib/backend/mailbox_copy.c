/* mailbox_copy.c - copying messages, and moving them, with the backend's op or without. */
#include "backend/ops.h"

#include <string.h>

#include "backend/changing.h"
#include "backend/contract.h"
#include "backend/name.h"
#include "backend/post.h"

void roost_copy_result_clear(struct roost_copy_result *result)
{
	roost_uidset_clear(&result->source);
	roost_uidset_clear(&result->destination);
}

typedef int (*transfer_fn)(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out);

/* Whether all of `part` is in `whole`: as ranges are never adjacent, each lies in one. */
static bool is_subset(const struct roost_uidset *part, const struct roost_uidset *whole)
{
	size_t j = 0;
	for (size_t i = 0; i < part->count; i++) {
		while (j < whole->count && whole->ranges[j].last < part->ranges[i].first) {
			j++;
		}
		if (j == whole->count || part->ranges[i].first < whole->ranges[j].first ||
			part->ranges[i].last > whole->ranges[j].last) {
			return false;
		}
	}
	return true;
}

/* Whether the result says which message became which; if not, better say nothing of it. */
static bool is_sound(
	const struct roost_copy_result *result, const struct roost_uidset *uids, const char *op)
{
	return contract_kept(is_subset(&result->source, uids), op,
		       "only messages that were named are copied") &&
	       contract_kept(roost_uidset_size(&result->source) ==
				     roost_uidset_size(&result->destination),
		       op, "the two sets of the result are equally large") &&
	       contract_kept(result->source.count == 0 || result->uid_validity != 0, op,
		       "the destination's uid_validity is not 0");
}

/* Copy or move by an op of the backend. `sound_out` is false when the result had to be emptied. */
static int transfer(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination, transfer_fn transfer_op,
	const char *op, struct roost_copy_result *result, bool *sound_out)
{
	int r = contract_result(op, transfer_op(mailbox, call, uids, destination, result));
	if (r < 0) {
		roost_copy_result_clear(result);
		return r;
	}
	*sound_out = is_sound(result, uids, op);
	if (!*sound_out) {
		roost_copy_result_clear(result);
	}
	if (!*sound_out || result->source.count > 0) {
		post_mailbox(mailbox->user, destination);
	}
	return 0;
}

static void give_result(struct roost_copy_result *result, struct roost_copy_result *result_out)
{
	roost_copy_result_clear(result_out);
	*result_out = *result;
}

static int find_destination(const struct roost_mailbox *mailbox, struct roost_call *call,
	const char *name, const char **name_out)
{
	int r = name_normalize(mailbox->user, call, name, name_out);
	return r == ROOST_ERR_CANNOT ? ROOST_ERR_NO_SUCH_MAILBOX : r;
}

int mailbox_copy_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out)
{
	struct roost_copy_result result = { .size = sizeof(result) };
	bool sound = false;
	int r = changing_allowed(mailbox->user, ROOST_HAS_OP(mailbox->ops, copy_messages));
	if (r == 0) {
		r = find_destination(mailbox, call, destination, &destination);
	}
	if (r == 0) {
		r = transfer(mailbox, call, uids, destination, mailbox->ops->copy_messages,
			"copy_messages", &result, &sound);
	}
	if (r == 0) {
		give_result(&result, result_out);
	}
	return r;
}

static int move_by_op(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination, struct roost_copy_result *result)
{
	bool sound = false;
	int r = transfer(mailbox, call, uids, destination, mailbox->ops->move_messages,
		"move_messages", result, &sound);
	if (r == 0 && sound) {
		post_expunged(mailbox->user, mailbox->name, &result->source);
	} else if (r == 0) {
		post_mailbox(mailbox->user, mailbox->name);
	}
	return r;
}

int mailbox_copy_remove(
	struct roost_mailbox *mailbox, struct roost_call *call, const struct roost_uidset *copied)
{
	struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = ROOST_FLAGS_ADD,
		.flags = { .system = ROOST_FLAG_DELETED },
	};
	struct roost_uidset modified = ROOST_UIDSET_EMPTY;
	/* Not the wrapper: nobody is to see the flag, unless the messages stay. */
	int r = contract_result(
		"update_messages_flags", mailbox->ops->update_messages_flags(mailbox, call, copied,
						 &change, &modified, NULL, NULL));
	roost_uidset_clear(&modified);
	if (r == 0) {
		r = mailbox_expunge(mailbox, call, copied, NULL);
	}
	if (r < 0) {
		post_flags(mailbox->user, mailbox->name, copied, NULL);
	}
	return r;
}

static int fail_after_copy(struct roost_call *call, int error, const char *destination)
{
	const char *why = roost_call_text(call);
	char *copy = why != NULL ? roost_call_strndup(call, why, strlen(why)) : NULL;
	return roost_call_failf(call, error,
		"The messages were copied to \"%.100s\" but could not be removed here: %s",
		destination, copy != NULL ? copy : roost_error_text(error));
}

static int move_by_steps(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination, struct roost_copy_result *result)
{
	bool sound = false;
	int r = transfer(mailbox, call, uids, destination, mailbox->ops->copy_messages,
		"copy_messages", result, &sound);
	if (r < 0) {
		return r;
	}
	if (!sound) {
		return fail_after_copy(call, ROOST_ERR_IO, destination);
	}
	(void)roost_call_fail(call, 0, ""); /* what a text says from here on is of the removal */
	if (result->source.count > 0) {
		r = mailbox_copy_remove(mailbox, call, &result->source);
	}
	if (r < 0) {
		roost_copy_result_clear(result);
		return fail_after_copy(call, r, destination);
	}
	return 0;
}

int mailbox_move_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out)
{
	struct roost_copy_result result = { .size = sizeof(result) };
	bool has_op = ROOST_HAS_OP(mailbox->ops, move_messages);
	bool has_steps = ROOST_HAS_OP(mailbox->ops, copy_messages) &&
			 ROOST_HAS_OP(mailbox->ops, update_messages_flags) &&
			 ROOST_HAS_OP(mailbox->ops, expunge);
	int r = changing_allowed(mailbox->user, has_op || has_steps);
	if (r == 0) {
		r = find_destination(mailbox, call, destination, &destination);
	}
	if (r == 0 && has_op) {
		r = move_by_op(mailbox, call, uids, destination, &result);
	} else if (r == 0) {
		r = move_by_steps(mailbox, call, uids, destination, &result);
	}
	if (r == 0) {
		give_result(&result, result_out);
	}
	return r;
}
