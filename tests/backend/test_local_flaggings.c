/* test_local_flaggings.c - flags that change in long runs of neighbours, against a plain array: on two
 * sides of one folder, opened anew in between, and in a process that is killed.
 *
 * What a step does follows from its number and the array, so that two processes work out the same. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "flagging.h"
#include "local_other.h"
#include "local_side.h"

#define UIDS 8000u
#define STEPS 360u
#define KILLS 4u
#define PATIENCE_SECONDS 60

static const char *const keywords[] = { "Work", "$Junk", "later" };
enum { KEYWORDS = 3 };

struct message {
	bool there;
	unsigned system;
	unsigned keywords; /* a bit for each */
	uint64_t modseq; /* of what is there, or when it went */
};

/* What INBOX must be like. */
struct model {
	struct message messages[UIDS];
	uint32_t uid_next;
	uint64_t modseq;
};

static size_t count_there(const struct model *model)
{
	size_t count = 0;
	for (uint32_t uid = 1; uid < model->uid_next; uid++) {
		count += model->messages[uid].there;
	}
	return count;
}

/* -- steps */

static unsigned choose(unsigned *seed, unsigned n)
{
	return (unsigned)rand_r(seed) % n;
}

/* All, a part, several parts, or every few. */
static void choose_uids(const struct model *model, unsigned *seed, struct roost_uidset *uids)
{
	uint32_t most = model->uid_next - 1;
	unsigned kind = choose(seed, 6);
	uint32_t step = 2 + choose(seed, 90);
	assert_int_equal(roost_uidset_add_range(uids, 1, UINT32_MAX), 0);
	if (kind == 0) {
		return;
	}
	uint32_t first = 1 + choose(seed, most), last = first + choose(seed, most - first + 1);
	if (kind > 1) {
		roost_uidset_clear(uids);
		assert_int_equal(roost_uidset_add_range(uids, first, last), 0);
	}
	if (kind == 2) {
		first = 1 + choose(seed, most);
		last = first + choose(seed, most - first + 1);
		assert_int_equal(roost_uidset_add_range(uids, first, last), 0);
	}
	for (uint32_t uid = step; kind == 3 && uid < model->uid_next; uid += step) {
		assert_int_equal(roost_uidset_remove(uids, uid), 0);
	}
}

/* What was delivered, as it was then. */
struct told {
	const struct model *model;
	uint32_t last;
	size_t count;
};

static void expect_message(const struct model *model, const struct roost_message *message)
{
	const struct message *is = &model->messages[message->uid];
	unsigned known = 0;
	assert_true(message->uid < model->uid_next && is->there);
	assert_int_equal(message->flags.system, is->system);
	assert_int_equal(message->modseq, is->modseq);
	for (size_t i = 0; i < message->flags.keyword_count; i++) {
		for (unsigned k = 0; k < KEYWORDS; k++) {
			known |= strcmp(message->flags.keywords[i], keywords[k]) == 0 ? 1u << k : 0;
		}
	}
	assert_int_equal(known, is->keywords);
}

static int note_told(void *context, const struct roost_message *message)
{
	struct told *told = context;
	assert_true(message->uid > told->last);
	told->last = message->uid;
	told->count++;
	expect_message(told->model, message);
	return 0;
}

static unsigned change_bits(unsigned bits, enum roost_flags_mode mode, unsigned given)
{
	return mode == ROOST_FLAGS_ADD   ? bits | given
	       : mode == ROOST_FLAGS_SET ? given
					 : bits & ~given;
}

/* Do it in the model: how many are told; the others fail the test. */
static size_t model_store(struct model *model, const struct roost_uidset *uids,
	const struct roost_flags_change *change, unsigned words, struct roost_uidset *modified)
{
	size_t told = 0;
	bool any = false;
	for (uint32_t uid = 1; uid < model->uid_next; uid++) {
		struct message *message = &model->messages[uid];
		if (!message->there || !roost_uidset_contains(uids, uid)) {
			continue;
		}
		if (change->has_unchanged_since && message->modseq > change->unchanged_since) {
			assert_int_equal(roost_uidset_add(modified, uid), 0);
			continue;
		}
		unsigned system = change_bits(message->system, change->mode, change->flags.system);
		unsigned now = change_bits(message->keywords, change->mode, words);
		told++;
		if (system != message->system || now != message->keywords) {
			message->system = system;
			message->keywords = now;
			message->modseq = model->modseq + 1;
			any = true;
		}
	}
	model->modseq += any;
	return told;
}

static void store(struct model *model, unsigned *seed, struct local_side *side)
{
	static const unsigned sets[] = { ROOST_FLAG_SEEN, ROOST_FLAG_SEEN, ROOST_FLAG_FLAGGED,
		ROOST_FLAG_SEEN | ROOST_FLAG_DELETED, ROOST_FLAG_ANSWERED, 0 };
	const char *names[KEYWORDS];
	struct roost_uidset uids = ROOST_UIDSET_EMPTY, modified = ROOST_UIDSET_EMPTY;
	struct roost_uidset refused = ROOST_UIDSET_EMPTY;
	unsigned words = choose(seed, 2) == 0 ? 0 : choose(seed, 1u << KEYWORDS);
	struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = (enum roost_flags_mode)choose(seed, 3),
		.flags.system = sets[choose(seed, 6)],
		.flags.keywords = names,
		.has_unchanged_since = choose(seed, 4) == 0,
	};
	change.unchanged_since = model->modseq - choose(seed, 4);
	for (unsigned k = 0; k < KEYWORDS; k++) {
		if ((words & (1u << k)) != 0) {
			names[change.flags.keyword_count++] = keywords[k];
		}
	}
	choose_uids(model, seed, &uids);
	size_t wanted = model_store(model, &uids, &change, words, &modified);
	if (side != NULL) {
		struct told told = { .model = model };
		assert_int_equal(
			side->inbox->ops->update_messages_flags(side->inbox, side->anna.call, &uids,
				&change, &refused, note_told, &told),
			0);
		assert_int_equal(told.count, wanted);
		assert_true(roost_uidset_equal(&refused, &modified));
		roost_call_reset(side->anna.call);
	}
	roost_uidset_clear(&uids);
	roost_uidset_clear(&modified);
	roost_uidset_clear(&refused);
}

static void append(struct model *model, struct local_side *side)
{
	char bytes[] = "X: y\r\n\r\n";
	char *messages[LOCAL_SESSION_BATCH];
	size_t sizes[LOCAL_SESSION_BATCH];
	uint32_t first = 0;
	model->modseq++;
	for (size_t i = 0; i < LOCAL_SESSION_BATCH; i++) {
		messages[i] = bytes;
		sizes[i] = sizeof(bytes) - 1;
		model->messages[model->uid_next + i] =
			(struct message) { .there = true, .modseq = model->modseq };
	}
	if (side != NULL) {
		assert_int_equal(local_session_append_all(&side->anna, side->inbox, messages, sizes,
					 LOCAL_SESSION_BATCH, &first),
			0);
		assert_int_equal(first, model->uid_next);
	}
	model->uid_next += LOCAL_SESSION_BATCH;
}

static void copy(struct model *model, unsigned *seed, struct local_side *side)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	uint32_t first = 1 + choose(seed, model->uid_next - 1), end = model->uid_next;
	uint32_t last = first + 150 < end ? first + 150 : end - 1;
	bool any = false;
	for (uint32_t uid = first; uid <= last; uid++) {
		if (model->messages[uid].there) {
			model->messages[model->uid_next] = model->messages[uid];
			model->messages[model->uid_next++].modseq = model->modseq + 1;
			any = true;
		}
	}
	model->modseq += any;
	assert_int_equal(roost_uidset_add_range(&uids, first, last), 0);
	if (side != NULL) {
		struct roost_copy_result result = { .size = sizeof(result) };
		assert_int_equal(side->inbox->ops->copy_messages(
					 side->inbox, side->anna.call, &uids, "INBOX", &result),
			0);
		assert_int_equal(roost_uidset_size(&result.destination), model->uid_next - end);
		roost_copy_result_clear(&result);
		roost_call_reset(side->anna.call);
	}
	roost_uidset_clear(&uids);
}

static void expunge(struct model *model, unsigned *seed, struct local_side *side)
{
	struct roost_uidset only = ROOST_UIDSET_EMPTY, gone = ROOST_UIDSET_EMPTY;
	struct roost_uidset expunged = ROOST_UIDSET_EMPTY;
	bool all = choose(seed, 2) == 0;
	choose_uids(model, seed, &only);
	for (uint32_t uid = 1; uid < model->uid_next; uid++) {
		struct message *message = &model->messages[uid];
		if (message->there && (message->system & ROOST_FLAG_DELETED) != 0 &&
			(all || roost_uidset_contains(&only, uid))) {
			message->there = false;
			message->modseq = model->modseq + 1;
			assert_int_equal(roost_uidset_add(&gone, uid), 0);
		}
	}
	model->modseq += gone.count > 0;
	if (side != NULL) {
		assert_int_equal(side->inbox->ops->expunge(side->inbox, side->anna.call,
					 all ? NULL : &only, &expunged),
			0);
		assert_true(roost_uidset_equal(&gone, &expunged));
		roost_call_reset(side->anna.call);
	}
	roost_uidset_clear(&only);
	roost_uidset_clear(&gone);
	roost_uidset_clear(&expunged);
}

/* Do a step in the model, and on a side unless that is NULL. */
static void take_step(struct model *model, unsigned number, struct local_side *side)
{
	unsigned seed = number * 2654435761u + 17;
	unsigned kind = choose(&seed, 12);
	bool room = model->uid_next + 400 < UIDS;
	if (count_there(model) < 300 && room) {
		append(model, side);
	} else if (kind == 0 && room) {
		copy(model, &seed, side);
	} else if (kind == 1) {
		expunge(model, &seed, side);
	} else {
		store(model, &seed, side);
	}
}

/* -- looking */

/* Each message that changed since then, and no other. */
static void expect_list(const struct model *model, struct local_side *side, uint64_t since)
{
	struct roost_uid_range range = { 1, UINT32_MAX };
	const struct roost_uidset all = { &range, 1, 1 };
	const struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_MODSEQ,
		.changed_since = since,
	};
	struct told told = { .model = model };
	size_t wanted = 0;
	for (uint32_t uid = 1; uid < model->uid_next; uid++) {
		wanted += model->messages[uid].there && model->messages[uid].modseq > since;
	}
	assert_int_equal(side->inbox->ops->list_messages(
				 side->inbox, side->anna.call, &all, &options, note_told, &told),
		0);
	assert_int_equal(told.count, wanted);
}

static void expect_vanished(const struct model *model, struct local_side *side, uint64_t since)
{
	struct roost_uidset vanished = ROOST_UIDSET_EMPTY;
	assert_int_equal(
		side->inbox->ops->changed_since(side->inbox, side->anna.call, since, &vanished), 0);
	for (uint32_t uid = 1; uid < model->uid_next; uid++) {
		const struct message *message = &model->messages[uid];
		assert_int_equal(roost_uidset_contains(&vanished, uid),
			!message->there && message->modseq > since);
	}
	roost_uidset_clear(&vanished);
}

static void expect_status(const struct model *model, struct local_side *side)
{
	struct roost_mailbox_status status = { .size = sizeof(status) };
	struct roost_snapshot snapshot;
	size_t unseen = 0, deleted = 0;
	uint32_t first_unseen = 0;
	for (uint32_t uid = 1; uid < model->uid_next; uid++) {
		const struct message *message = &model->messages[uid];
		bool seen = !message->there || (message->system & ROOST_FLAG_SEEN) != 0;
		first_unseen = !seen && first_unseen == 0 ? uid : first_unseen;
		unseen += !seen;
		deleted += message->there && (message->system & ROOST_FLAG_DELETED) != 0;
	}
	assert_int_equal(side->anna.user->ops->mailbox_status(side->anna.user, side->anna.call,
				 "INBOX", ROOST_STATUS_UNSEEN | ROOST_STATUS_DELETED, &status),
		0);
	assert_int_equal(status.unseen, unseen);
	assert_int_equal(status.deleted, deleted);
	assert_int_equal(status.deleted_octets, deleted * 8);
	assert_int_equal(status.messages, count_there(model));
	assert_int_equal(status.highest_modseq, model->modseq);
	assert_int_equal(local_session_snapshot(&side->anna, side->inbox, &snapshot), 0);
	assert_int_equal(snapshot.unseen_count, unseen);
	assert_int_equal(snapshot.first_unseen, first_unseen);
	assert_int_equal(snapshot.uid_next, model->uid_next);
	roost_snapshot_clear(&snapshot);
	roost_call_reset(side->anna.call);
}

/* A side learns of what the other one does within a moment. */
static void await_modseq(struct local_side *side, uint64_t modseq)
{
	time_t end = time(NULL) + PATIENCE_SECONDS;
	uint64_t now = 0;
	while (now < modseq && time(NULL) < end) {
		struct roost_snapshot snapshot;
		assert_int_equal(local_session_snapshot(&side->anna, side->inbox, &snapshot), 0);
		now = snapshot.highest_modseq;
		roost_snapshot_clear(&snapshot);
		roost_call_reset(side->anna.call);
		(void)sched_yield();
	}
	assert_int_equal(now, modseq);
}

static void expect_all(const struct model *model, struct local_side *side, unsigned number)
{
	await_modseq(side, model->modseq);
	expect_list(model, side, 0);
	uint64_t since = model->modseq - number % (model->modseq < 40 ? model->modseq : 40);
	expect_list(model, side, since);
	expect_vanished(model, side, since);
	expect_status(model, side);
}

/* The bodies and outlines of these messages are not what they should be. */
static void note_finding(void *context, const struct roost_local_finding *finding)
{
	static const char *const kinds[] = { "counts", "numbers", "flags", "message", "keywords" };
	unsigned *count = context;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		*count += strcmp(finding->what, kinds[i]) == 0;
	}
}

static unsigned find_wrong(struct local_side *side, bool repair)
{
	unsigned count = 0;
	const struct roost_local_check_options options = {
		.size = sizeof(options),
		.repair = repair,
		.report = note_finding,
		.context = &count,
	};
	assert_int_equal(roost_local_check(side->backend, side->anna.call, "anna", &options), 0);
	roost_call_reset(side->anna.call);
	return count;
}

/* -- tests */

static void test_random_steps(void **state)
{
	static struct model model;
	char folder[256];
	struct local_side sides[2];
	int64_t most = 0, settled = 0, last = 0;
	(void)state;
	model = (struct model) { .uid_next = 1, .modseq = 1 };
	local_folder_make(folder, sizeof(folder));
	local_side_enter(&sides[0], folder);
	local_side_enter(&sides[1], folder);
	for (unsigned number = 1; number <= STEPS; number++) {
		struct local_side *side = &sides[(number / 3) % 2];
		take_step(&model, number, side);
		expect_all(&model, side, number);
		int64_t pending = local_side_ask(folder, "SELECT COUNT(*) FROM flagging");
		assert_true(pending <= FLAGGINGS_MAX);
		most = pending > most ? pending : most;
		settled += pending < last && last > 2;
		last = pending;
		if (number % 20 == 0) {
			assert_int_equal(find_wrong(side, false), 0);
			expect_all(&model, &sides[(number / 3 + 1) % 2], number);
		}
		if (number % 30 == 0) {
			local_side_leave(side);
			local_side_enter(side, folder);
			expect_all(&model, side, number);
		}
	}
	assert_true(most > FLAGGINGS_MAX / 2); /* or nothing of all this was tested */
	assert_true(settled > 0);
	/* A copy of the mail has them, too. */
	local_side_leave(&sides[1]);
	assert_true(local_side_ask(folder, "SELECT COUNT(*) FROM flagging") > 0);
	char aside[300], copied[600];
	(void)snprintf(aside, sizeof(aside), "%s/aside", folder);
	(void)snprintf(copied, sizeof(copied), "%s/anna", aside);
	const struct roost_local_backup_options backup = { .size = sizeof(backup) };
	assert_int_equal(
		roost_local_backup(sides[0].backend, sides[0].anna.call, "anna", aside, &backup),
		0);
	local_side_leave(&sides[0]);
	char restored[300];
	(void)snprintf(restored, sizeof(restored), "%s/restored", folder);
	struct roost_backend *backend;
	struct roost_call *call;
	assert_int_equal(local_session_open(restored, 0, 0, &backend), 0);
	assert_int_equal(roost_call_create(&call, 0), 0);
	assert_int_equal(roost_local_restore(backend, call, copied, "anna", NULL), 0);
	roost_call_destroy(call);
	roost_backend_destroy(backend);
	local_side_enter(&sides[0], restored);
	expect_all(&model, &sides[0], 7);
	local_side_leave(&sides[0]);
	/* Repairing what is right settles it. */
	assert_int_equal(local_session_open(folder, 0, 0, &sides[0].backend), 0);
	assert_int_equal(roost_call_create(&sides[0].anna.call, 0), 0);
	assert_int_equal(find_wrong(&sides[0], true), 0);
	assert_int_equal(local_side_ask(folder, "SELECT COUNT(*) FROM flagging"), 0);
	roost_call_destroy(sides[0].anna.call);
	roost_backend_destroy(sides[0].backend);
	local_side_enter(&sides[0], folder);
	expect_list(&model, &sides[0], 0);
	expect_status(&model, &sides[0]);
	local_side_leave(&sides[0]);
	local_folder_remove(folder);
}

/* Take steps for ever, and tell of each that is done. */
static int be_doomed(const char *folder, const char *first)
{
	static struct model model;
	struct local_side side;
	unsigned number = 0;
	model = (struct model) { .uid_next = 1, .modseq = 1 };
	while (number < (unsigned)strtoul(first, NULL, 10)) {
		take_step(&model, ++number, NULL);
	}
	local_side_enter(&side, folder);
	for (;;) {
		take_step(&model, ++number, &side);
		if (write(STDOUT_FILENO, "", 1) != 1) {
			return 1;
		}
	}
}

static void test_killed(void **state)
{
	static struct model model;
	char folder[256], first[24];
	unsigned number = 0;
	(void)state;
	model = (struct model) { .uid_next = 1, .modseq = 1 };
	local_folder_make(folder, sizeof(folder));
	for (unsigned round = 0; round < KILLS; round++) {
		struct local_other other;
		struct local_side side;
		unsigned heard = 0;
		(void)snprintf(first, sizeof(first), "%u", number);
		local_other_start(&other, "--doomed", folder, first);
		while (heard < 30 + round * 7) {
			assert_int_equal(local_other_hear(&other), 0);
			heard++;
		}
		local_other_kill(&other);
		while (heard-- > 0) {
			take_step(&model, ++number, NULL);
		}
		/* It may have done some more. */
		local_side_enter(&side, folder);
		struct roost_snapshot snapshot;
		assert_int_equal(local_session_snapshot(&side.anna, side.inbox, &snapshot), 0);
		while (model.modseq < snapshot.highest_modseq) {
			take_step(&model, ++number, NULL);
		}
		roost_snapshot_clear(&snapshot);
		expect_all(&model, &side, round);
		assert_int_equal(find_wrong(&side, false), 0);
		local_side_leave(&side);
	}
	local_folder_remove(folder);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_steps),
		cmocka_unit_test(test_killed),
	};
	if (argc == 4 && strcmp(argv[1], "--doomed") == 0) {
		return be_doomed(argv[2], argv[3]);
	}
	return cmocka_run_group_tests_name("local_flaggings", tests, NULL, NULL);
}
