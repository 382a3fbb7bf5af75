/* test_memory_starved.c - the memory backend when each allocation in turn fails: the op says so, has
 * changed nothing, and works when it is tried again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <roost/memory.h>

/* Counts down to the one allocation that fails; negative: none does. */
static long countdown = -1;

static bool is_starved(void)
{
	return countdown >= 0 && countdown-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t n);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t n);

void *__wrap_malloc(size_t size)
{
	return is_starved() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return is_starved() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *pointer, size_t size)
{
	return is_starved() ? NULL : __real_realloc(pointer, size);
}

char *__wrap_strdup(const char *text)
{
	return is_starved() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t n)
{
	return is_starved() ? NULL : __real_strndup(text, n);
}

struct life {
	struct roost_backend *backend;
	struct roost_user *user;
	struct roost_call *call;
	struct roost_mailbox *inbox, *work;
	struct roost_content *in_memory, *elsewhere;
	unsigned listed;
	char state[2000];
};

static int64_t read_elsewhere(
	struct roost_content *content, uint64_t offset, void *buffer, size_t n)
{
	(void)content;
	memset(buffer, 'a' + (int)(offset % 26), n);
	return (int64_t)n;
}

static void destroy_elsewhere(struct roost_content *content)
{
	(void)content;
}

static const struct roost_content_ops elsewhere_ops = {
	.size = sizeof(elsewhere_ops),
	.read_at = read_elsewhere,
	.destroy = destroy_elsewhere,
};

static int open_mailbox(struct life *life, const char *name, struct roost_mailbox **mailbox_out)
{
	const struct roost_open_options options = { .size = sizeof(options), .select = true };
	return life->user->ops->get_mailbox(life->user, life->call, name, &options, mailbox_out);
}

static struct roost_uidset range_of(struct roost_uid_range *range)
{
	return (struct roost_uidset) { range, 1, 1 };
}

/* The steps of a life. Each is tried again after it has failed. */

static int step_create(struct life *life)
{
	return roost_memory_create(NULL, &life->backend);
}

static int step_add_user(struct life *life)
{
	return roost_memory_add_user(life->backend, "anna", "secret");
}

static int step_login(struct life *life)
{
	const struct roost_conn_info nowhere = { .size = sizeof(nowhere) };
	const struct roost_credentials credentials = {
		.size = sizeof(credentials),
		.kind = ROOST_CREDENTIALS_PASSWORD,
		.username = "anna",
		.secret = "secret",
		.secret_size = 6,
		.connection = &nowhere,
	};
	return life->backend->ops->login(life->backend, life->call, &credentials, &life->user);
}

static int step_create_mailbox(struct life *life)
{
	const struct roost_create_options options = { .size = sizeof(options) };
	return life->user->ops->create_mailbox(life->user, life->call, "work/a/b", &options);
}

static int step_open_inbox(struct life *life)
{
	return open_mailbox(life, "INBOX", &life->inbox);
}

static int step_open_work(struct life *life)
{
	return open_mailbox(life, "work/a", &life->work);
}

static int step_append(struct life *life)
{
	static const char *const keywords[] = { "Later", "$Forwarded", "urgent" };
	struct roost_new_message messages[20];
	for (size_t i = 0; i < 20; i++) {
		messages[i] = (struct roost_new_message) {
			.size = sizeof(messages[i]),
			.content = i % 2 == 0 ? life->in_memory : life->elsewhere,
			.outline = "outline",
			.outline_size = 7,
			.flags = { .keyword_count = i % 4, .keywords = keywords },
			.wanted_uid = (uint32_t)(i * 2),
		};
	}
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	int r = life->inbox->ops->create_messages(life->inbox, life->call, messages, 20, &uids);
	assert_int_equal(roost_uidset_size(&uids), r == 0 ? 20 : 0);
	roost_uidset_clear(&uids);
	return r;
}

static int store(struct life *life, enum roost_flags_mode mode, struct roost_flags flags)
{
	struct roost_uid_range range = { 1, 30 };
	const struct roost_uidset uids = range_of(&range);
	const struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = mode,
		.flags = flags,
		.has_unchanged_since = true,
		.unchanged_since = 1000,
	};
	struct roost_uidset modified = ROOST_UIDSET_EMPTY;
	return life->inbox->ops->update_messages_flags(
		life->inbox, life->call, &uids, &change, &modified, NULL, NULL);
}

static int step_store_keyword(struct life *life)
{
	static const char *const keyword = "new";
	return store(life, ROOST_FLAGS_ADD,
		(struct roost_flags) { .keyword_count = 1, .keywords = &keyword });
}

static int step_store_deleted(struct life *life)
{
	return store(life, ROOST_FLAGS_ADD, (struct roost_flags) { .system = ROOST_FLAG_DELETED });
}

static int step_copy(struct life *life)
{
	struct roost_uid_range range = { 5, 20 };
	const struct roost_uidset uids = range_of(&range);
	struct roost_copy_result result = { .size = sizeof(result) };
	int r = life->inbox->ops->copy_messages(life->inbox, life->call, &uids, "work/a", &result);
	roost_copy_result_clear(&result);
	return r;
}

static int step_move(struct life *life)
{
	struct roost_uid_range range = { 15, 25 };
	const struct roost_uidset uids = range_of(&range);
	struct roost_copy_result result = { .size = sizeof(result) };
	int r = life->inbox->ops->move_messages(life->inbox, life->call, &uids, "work/a", &result);
	roost_copy_result_clear(&result);
	return r;
}

static int step_move_here(struct life *life)
{
	struct roost_uid_range range = { 2, 8 };
	const struct roost_uidset uids = range_of(&range);
	struct roost_copy_result result = { .size = sizeof(result) };
	int r = life->work->ops->move_messages(life->work, life->call, &uids, "work/a", &result);
	roost_copy_result_clear(&result);
	return r;
}

static int step_expunge(struct life *life)
{
	struct roost_uidset expunged = ROOST_UIDSET_EMPTY;
	int r = life->inbox->ops->expunge(life->inbox, life->call, NULL, &expunged);
	assert_int_equal(expunged.count > 0, r == 0);
	roost_uidset_clear(&expunged);
	return r;
}

/* What cannot be remembered is told too largely; so it is not part of the state. */
static int step_changed_since(struct life *life)
{
	struct roost_uidset vanished = ROOST_UIDSET_EMPTY;
	int r = life->inbox->ops->changed_since(life->inbox, life->call, 1, &vanished);
	assert_true(r < 0 || roost_uidset_size(&vanished) >= 16);
	roost_uidset_clear(&vanished);
	return r;
}

static int step_close_work(struct life *life)
{
	life->work->ops->close(life->work);
	return 0;
}

static int step_rename(struct life *life)
{
	return life->user->ops->rename_mailbox(life->user, life->call, "work/a", "new/name/c");
}

static int step_subscribe(struct life *life)
{
	return life->user->ops->set_subscribed(life->user, life->call, "new/name", true);
}

static int step_snapshot(struct life *life)
{
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	int r = life->inbox->ops->snapshot(life->inbox, life->call, &snapshot);
	roost_snapshot_clear(&snapshot);
	return r;
}

static int add_name(void *context, const struct roost_mailbox_info *info)
{
	struct life *life = context;
	size_t used = strlen(life->state);
	snprintf(life->state + used, sizeof(life->state) - used, "%s %x;", info->name,
		info->attributes);
	return 0;
}

static int add_message(void *context, const struct roost_message *message)
{
	struct life *life = context;
	size_t used = strlen(life->state);
	snprintf(life->state + used, sizeof(life->state) - used, "%u %u %zu %u;",
		(unsigned)message->uid, message->flags.system, message->flags.keyword_count,
		(unsigned)message->modseq);
	return 0;
}

/* Everything there is, in words; needs memory. */
static int step_describe(struct life *life)
{
	const struct roost_list_options all = { .size = sizeof(all) };
	const struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_MODSEQ,
	};
	struct roost_uid_range range = { 1, UINT32_MAX };
	const struct roost_uidset uids = range_of(&range);
	const char *const names[] = { "INBOX", "new/name/c" };
	life->state[0] = '\0';
	int r = life->user->ops->list_mailboxes(life->user, life->call, &all, add_name, life);
	for (size_t i = 0; r == 0 && i < 2; i++) {
		struct roost_mailbox_status status = { .size = sizeof(status) };
		struct roost_mailbox *mailbox;
		r = life->user->ops->mailbox_status(life->user, life->call, names[i], 0, &status);
		if (r < 0) {
			break;
		}
		size_t used = strlen(life->state);
		snprintf(life->state + used, sizeof(life->state) - used,
			"%llu %llu %llu %u: ", (unsigned long long)status.octets,
			(unsigned long long)status.unseen,
			(unsigned long long)status.highest_modseq, (unsigned)status.uid_next);
		r = open_mailbox(life, names[i], &mailbox);
		if (r == 0) {
			r = mailbox->ops->list_messages(
				mailbox, life->call, &uids, &options, add_message, life);
			mailbox->ops->close(mailbox);
		}
	}
	return r;
}

static int step_delete(struct life *life)
{
	return life->user->ops->delete_mailbox(life->user, life->call, "new/name/c");
}

static int (*const steps[])(struct life *life) = {
	step_create,
	step_add_user,
	step_login,
	step_create_mailbox,
	step_open_inbox,
	step_open_work,
	step_append,
	step_store_keyword,
	step_copy,
	step_move,
	step_move_here,
	step_store_deleted,
	step_expunge,
	step_changed_since,
	step_append,
	step_close_work,
	step_rename,
	step_subscribe,
	step_snapshot,
	step_describe,
	step_delete,
};

/* Live through all steps while allocation `failing` fails; whether there was such a one. The state
 * that was reached goes to `state`. */
static bool live(long failing, char *state, size_t size)
{
	static const char text[] = "Subject: starving\r\n\r\nText\r\n";
	struct life life = { .backend = NULL };
	struct roost_content elsewhere;
	roost_content_init(&elsewhere, &elsewhere_ops, 100);
	life.elsewhere = &elsewhere;
	assert_int_equal(roost_content_create_copy(text, strlen(text), &life.in_memory), 0);
	assert_int_equal(roost_call_create(&life.call, 0), 0);
	countdown = failing;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		int r = steps[i](&life);
		if (r == ROOST_ERR_NO_MEMORY) {
			assert_true(countdown < 0);
			r = steps[i](&life);
		}
		if (r != 0) {
			fail_msg("allocation %ld, step %zu: %s", failing, i, roost_error_name(r));
		}
		roost_call_reset(life.call);
	}
	bool failed = countdown < 0;
	countdown = -1;
	snprintf(state, size, "%s", life.state);
	life.inbox->ops->close(life.inbox);
	life.user->ops->logout(life.user);
	roost_call_destroy(life.call);
	roost_backend_destroy(life.backend);
	roost_content_unref(life.in_memory);
	assert_int_equal(elsewhere.refs, 1);
	return failed;
}

static void test_each_allocation_fails(void **state)
{
	(void)state;
	char wanted[2000], got[2000];
	long failing = 0;
	assert_false(live(1000000, wanted, sizeof(wanted)));
	assert_non_null(strstr(wanted, "new/name/c/b"));
	while (live(failing, got, sizeof(got))) {
		assert_string_equal(got, wanted);
		failing++;
	}
	assert_true(failing > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_allocation_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
