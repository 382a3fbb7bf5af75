/* mailbox_replace.c - putting a new message in the place of an old one, with the backend's op or without. RFC 8508. */
#include "backend/ops.h"

#include <stdlib.h>
#include <string.h>

#include "backend/changing.h"
#include "backend/contract.h"
#include "backend/name.h"
#include "backend/post.h"

/* Whether the result is of this one message. */
static bool is_sound(const struct roost_copy_result *result, uint32_t uid)
{
	const char *op = "replace_message";
	return contract_kept(roost_uidset_size(&result->source) == 1 &&
				     roost_uidset_contains(&result->source, uid),
		       op, "the source of the result is the message that was named") &&
	       contract_kept(roost_uidset_size(&result->destination) == 1, op,
		       "the new message gets a UID") &&
	       contract_kept(
		       result->uid_validity != 0, op, "the destination's uid_validity is not 0");
}

static int replace_by_op(struct roost_mailbox *mailbox, struct roost_call *call, uint32_t uid,
	const char *destination, const struct roost_new_message *message,
	struct roost_copy_result *result)
{
	int r = contract_result("replace_message",
		mailbox->ops->replace_message(mailbox, call, uid, destination, message, result));
	if (r < 0) {
		return r;
	}
	post_mailbox(mailbox->user, destination);
	if (is_sound(result, uid)) {
		post_expunged(mailbox->user, mailbox->name, &result->source);
	} else {
		roost_copy_result_clear(result); /* better told nothing than what is wrong */
		post_mailbox(mailbox->user, mailbox->name);
	}
	return 0;
}

static int note_there(void *context, const struct roost_message *message)
{
	(void)message;
	*(bool *)context = true;
	return 0;
}

/* ROOST_ERR_EXPUNGED when it is gone. */
static int check_there(
	struct roost_mailbox *mailbox, struct roost_call *call, const struct roost_uidset *old)
{
	struct roost_fetch_options options = { .size = sizeof(options),
		.fields = ROOST_MESSAGE_FLAGS };
	bool there = false;
	int r = mailbox_list_messages(mailbox, call, old, &options, note_there, &there);
	return r < 0 ? r : there ? 0 : ROOST_ERR_EXPUNGED;
}

static int fail_after_append(struct roost_call *call, int error, const char *destination)
{
	const char *why = roost_call_text(call);
	char *copy = why != NULL ? roost_call_strndup(call, why, strlen(why)) : NULL;
	return roost_call_failf(call, error,
		"The new message is in \"%.100s\" but the old one could not be removed: %s",
		destination, copy != NULL ? copy : roost_error_text(error));
}

/* Not one step: others may see both messages, and when the second part fails both stay, of which the text tells. */
static int replace_by_steps(struct roost_mailbox *mailbox, struct roost_call *call, uint32_t uid,
	const char *destination, struct roost_new_message *message,
	struct roost_copy_result *result)
{
	int r = roost_uidset_add(&result->source, uid);
	if (r == 0) {
		r = check_there(mailbox, call, &result->source);
	}
	if (r == 0) {
		r = user_append_messages(mailbox->user, call, destination, message, 1,
			&result->uid_validity, &result->destination);
	}
	if (r < 0) {
		return r;
	}
	(void)roost_call_fail(call, 0, ""); /* what a text says from here on is of the removal */
	r = mailbox_copy_remove(mailbox, call, &result->source);
	return r < 0 ? fail_after_append(call, r, destination) : 0;
}

/* What create_messages refuses and supplies. */
static int prepare(struct roost_mailbox *mailbox, struct roost_call *call,
	struct roost_new_message *message, void **made_out)
{
	struct roost_outline outline;
	uint64_t limit;
	int r = user_append_limit(mailbox->user, call, ROOST_NO_LIMIT, &limit);
	if (r == 0 && message->content->size > limit) {
		r = ROOST_ERR_TOO_BIG;
	}
	if (r < 0 || (message->outline != NULL && roost_outline_open(message->outline,
							  message->outline_size, &outline) == 0)) {
		return r;
	}
	r = roost_outline_create(message->content, made_out, &message->outline_size);
	message->outline = r == 0 ? *made_out : NULL;
	return r;
}

int mailbox_replace_message(struct roost_mailbox *mailbox, struct roost_call *call, uint32_t uid,
	const char *destination, const struct roost_new_message *given,
	struct roost_copy_result *result_out)
{
	struct roost_copy_result result = { .size = sizeof(result) };
	struct roost_new_message message = *given;
	bool has_op = ROOST_HAS_OP(mailbox->ops, replace_message);
	bool has_steps = ROOST_HAS_OP(mailbox->ops, create_messages) &&
			 ROOST_HAS_OP(mailbox->ops, update_messages_flags) &&
			 ROOST_HAS_OP(mailbox->ops, expunge);
	void *made = NULL;
	int r = changing_allowed(mailbox->user, has_op || has_steps);
	if (r == 0) {
		r = name_normalize(mailbox->user, call, destination, &destination);
		r = r == ROOST_ERR_CANNOT ? ROOST_ERR_NO_SUCH_MAILBOX : r;
	}
	if (r == 0) {
		r = prepare(mailbox, call, &message, &made);
	}
	if (r == 0 && has_op) {
		r = replace_by_op(mailbox, call, uid, destination, &message, &result);
	} else if (r == 0) {
		r = replace_by_steps(mailbox, call, uid, destination, &message, &result);
	}
	free(made);
	if (r < 0) {
		roost_copy_result_clear(&result);
		return r;
	}
	roost_copy_result_clear(result_out);
	*result_out = result;
	return 0;
}
