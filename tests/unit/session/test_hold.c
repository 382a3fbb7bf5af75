/* test_hold.c - answers that a backend has held back, and sign-ins that it puts off to where hard work is
 * done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client.h"

static struct {
	struct roost_backend backend;
	struct roost_user user;
	struct client client;
	uint32_t delay; /* of the next sign-ins */
	int result;
	const char *reason;
	bool hard;
	unsigned calls;
	char name[64];
	char secret[64];
	char logged[1024];
} house;

static int login(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out)
{
	(void)backend;
	house.calls++;
	if (house.hard) {
		int r = roost_call_begin_hard_work(call);
		if (r != 0) {
			return r;
		}
	}
	assert_true(strlen(credentials->username) < sizeof(house.name));
	assert_true(strlen(credentials->secret) < sizeof(house.secret));
	memcpy(house.name, credentials->username, strlen(credentials->username) + 1);
	memcpy(house.secret, credentials->secret, strlen(credentials->secret) + 1);
	roost_call_delay(call, house.delay / 2);
	roost_call_delay(call, house.delay);
	roost_call_delay(call, 0);
	if (house.reason != NULL) {
		roost_call_explain(call, house.reason);
	}
	if (house.result == 0) {
		*user_out = &house.user;
	}
	return house.result;
}

static int list_mailboxes(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context)
{
	(void)user;
	(void)call;
	(void)options;
	(void)deliver;
	(void)context;
	return 0;
}

static int get_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **mailbox_out)
{
	(void)user;
	(void)call;
	(void)name;
	(void)options;
	(void)mailbox_out;
	return ROOST_ERR_NO_SUCH_MAILBOX;
}

static const struct roost_backend_ops backend_ops = { .size = sizeof(backend_ops), .login = login };
static const struct roost_user_ops user_ops = {
	.size = sizeof(user_ops), .list_mailboxes = list_mailboxes, .get_mailbox = get_mailbox
};

static void keep_log(void *context, enum roost_log_level level, const char *line)
{
	(void)context;
	(void)level;
	assert_true(strlen(line) < sizeof(house.logged));
	memcpy(house.logged, line, strlen(line) + 1);
}

static void say_part(const char *text, size_t taken)
{
	client_say_part(&house.client, text, taken);
}

static void say(const char *text)
{
	client_say(&house.client, text);
}

static void settle(void)
{
	client_settle(&house.client);
}

static void expect(const char *text)
{
	assert_string_equal(house.client.said, text);
	client_forget(&house.client);
}

static int begin(void **state)
{
	struct roost_conn_options options = { .size = sizeof(options),
		.backend = &house.backend,
		.insecure_auth = true,
		.log = keep_log };

	(void)state;
	memset(&house, 0, sizeof(house));
	house.backend.ops = &backend_ops;
	house.user = (struct roost_user) { &user_ops, &house.backend, "anna", '/' };
	house.result = ROOST_ERR_INVALID_CREDENTIALS;
	client_open(&house.client, &options);
	return 0;
}

static int end(void **state)
{
	(void)state;
	client_close(&house.client);
	return 0;
}

static void expect_held(void)
{
	expect("");
	assert_int_equal(roost_conn_wants(house.client.conn), ROOST_CONN_DELAY);
	assert_int_equal(roost_conn_delay(house.client.conn), 4000);
}

static void test_answer_is_held(void **state)
{
	static const char two[] = "a LOGIN anna wrong\r\nb NOOP\r\n";

	(void)state;
	house.delay = 4000;
	assert_int_equal(roost_conn_delay(house.client.conn), 0);
	roost_conn_resume(house.client.conn); /* nothing is held back */
	say_part(two, strlen("a LOGIN anna wrong\r\n"));
	expect_held();
	roost_conn_wake(house.client.conn);
	roost_conn_trim(house.client.conn);
	assert_int_equal(roost_conn_run(house.client.conn), 0);
	settle();
	expect_held();
	roost_conn_resume(house.client.conn);
	assert_int_equal(roost_conn_delay(house.client.conn), 0);
	settle();
	expect("a NO [AUTHENTICATIONFAILED] Wrong user name or password\r\n");
	/* The delay was that command's. */
	say("b NOOP\r\n");
	expect("b OK Nothing done\r\n");
	house.delay = 0;
	say("c LOGIN anna wrong\r\n");
	expect("c NO [AUTHENTICATIONFAILED] Wrong user name or password\r\n");
}

static void test_authenticate_is_held(void **state)
{
	(void)state;
	house.delay = 4000;
	say("a AUTHENTICATE LOGIN\r\n");
	expect("+ VXNlciBOYW1l\r\n");
	say("YW5uYQ==\r\n");
	expect("+ UGFzc3dvcmQ=\r\n");
	say("d3Jvbmc=\r\n");
	expect_held();
	roost_conn_resume(house.client.conn);
	settle();
	expect("a NO [AUTHENTICATIONFAILED] Wrong user name or password\r\n");
}

/* The BYE of too many tries waits as well, and so does the end. */
static void test_last_words_are_held(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		say("a LOGIN anna wrong\r\n");
	}
	house.delay = 4000;
	say("a LOGIN anna wrong\r\n");
	expect_held();
	roost_conn_resume(house.client.conn);
	settle();
	expect("* BYE Too many failed sign-ins\r\n"
	       "a NO [AUTHENTICATIONFAILED] Wrong user name or password\r\n");
	assert_int_equal(roost_conn_wants(house.client.conn), ROOST_CONN_CLOSE);
}

static void test_success_can_be_held(void **state)
{
	(void)state;
	house.delay = 4000;
	house.result = 0;
	say("a LOGIN anna secret\r\n");
	expect_held();
	roost_conn_resume(house.client.conn);
	settle();
	assert_memory_equal(house.client.said, "a OK [CAPABILITY ", 17);
}

static void test_shutdown_while_held(void **state)
{
	(void)state;
	house.delay = 4000;
	say("a LOGIN anna wrong\r\n");
	expect_held();
	roost_conn_shutdown(house.client.conn);
	settle();
	expect("a NO [AUTHENTICATIONFAILED] Wrong user name or password\r\n"
	       "* BYE [UNAVAILABLE] The server is shutting down\r\n");
	assert_int_equal(roost_conn_wants(house.client.conn), ROOST_CONN_CLOSE);
}

/* end() destroys it as it is. */
static void test_destroy_while_held(void **state)
{
	(void)state;
	house.delay = 4000;
	say("a LOGIN anna wrong\r\n");
	expect_held();
}

static void test_expire_while_held(void **state)
{
	(void)state;
	house.delay = 4000;
	say("a LOGIN anna wrong\r\n");
	roost_conn_expire(house.client.conn);
	settle();
	expect("* BYE Autologout: nothing was heard for too long\r\n");
	assert_int_equal(roost_conn_wants(house.client.conn), ROOST_CONN_CLOSE);
}

static void test_hard_work(void **state)
{
	static const char *const ways[] = { "a LOGIN anna secret\r\n",
		"a AUTHENTICATE PLAIN AGFubmEAc2VjcmV0\r\n",
		"a AUTHENTICATE LOGIN YW5uYQ==\r\nc2VjcmV0\r\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		const char *more = strchr(ways[i], '\n') + 1;
		char first[64] = "";
		if (i > 0) {
			(void)end(state);
			(void)begin(state);
		}
		house.hard = true;
		house.result = 0;
		memcpy(first, ways[i], (size_t)(more - ways[i]));
		say(first);
		if (*more != '\0') {
			say(more);
		}
		assert_int_equal(house.calls, 2);
		assert_int_equal(house.client.hard, 1);
		assert_string_equal(house.name, "anna");
		assert_string_equal(house.secret, "secret");
		assert_memory_equal(house.client.said, "a OK [CAPABILITY ", 17);
		assert_string_equal(roost_conn_user(house.client.conn), "anna");
		assert_int_equal(roost_conn_wants(house.client.conn), ROOST_CONN_READ);
	}
}

/* The next sign-in is put off anew. */
static void test_hard_work_that_fails(void **state)
{
	(void)state;
	house.hard = true;
	say("a LOGIN anna wrong\r\n");
	say("b LOGIN anna wrong\r\n");
	expect("b NO [AUTHENTICATIONFAILED] Wrong user name or password\r\n");
	assert_int_equal(house.calls, 4);
	assert_int_equal(house.client.hard, 2);
}

static void test_reason_is_logged(void **state)
{
	(void)state;
	house.reason = "the moon is \"full\"";
	say("a LOGIN anna wrong\r\n");
	expect("a NO [AUTHENTICATIONFAILED] Wrong user name or password\r\n");
	assert_string_equal(house.logged,
		"event=sign-in-failed name=anna mechanism=LOGIN tls=none "
		"error=ROOST_ERR_INVALID_CREDENTIALS reason=\"the moon is \\\"full\\\"\"");
	house.reason = NULL;
	say("b LOGIN anna wrong\r\n");
	assert_null(strstr(house.logged, "moon"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_answer_is_held),
		TEST(test_authenticate_is_held),
		TEST(test_last_words_are_held),
		TEST(test_success_can_be_held),
		TEST(test_shutdown_while_held),
		TEST(test_destroy_while_held),
		TEST(test_expire_while_held),
		TEST(test_hard_work),
		TEST(test_hard_work_that_fails),
		TEST(test_reason_is_logged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
