/* test_response_codes.c - what a client is told for each error that a backend may return. RFC 3501 section 7.1, RFC
 * 5530. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "client.h"

/* A backend whose every op ends as the test says. */
struct house {
	struct roost_backend backend;
	struct roost_user user;
	struct client client;
	int login_error;
	int error;
	const char *text; /* NULL: the op gives none */
};

static struct house house;

static int end_op(struct roost_call *call, int error)
{
	return error != 0 && house.text != NULL ? roost_call_fail(call, error, house.text) : error;
}

static int login(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out)
{
	(void)backend;
	(void)credentials;
	if (house.login_error == 0) {
		*user_out = &house.user;
	}
	return end_op(call, house.login_error);
}

static int list_mailboxes(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context)
{
	(void)user;
	(void)options;
	(void)deliver;
	(void)context;
	return end_op(call, house.error);
}

static int get_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **mailbox_out)
{
	(void)user;
	(void)name;
	(void)options;
	(void)mailbox_out;
	return end_op(call, house.error);
}

static int create_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_create_options *options)
{
	(void)user;
	(void)name;
	(void)options;
	return end_op(call, house.error);
}

static const struct roost_backend_ops backend_ops = { .size = sizeof(backend_ops), .login = login };
static const struct roost_user_ops user_ops = { .size = sizeof(user_ops),
	.list_mailboxes = list_mailboxes,
	.get_mailbox = get_mailbox,
	.create_mailbox = create_mailbox };

static void say(const char *line)
{
	client_say(&house.client, line);
}

static void check_ends_with(const char *expected)
{
	size_t n = strlen(expected);

	if (house.client.size < n ||
		strcmp(house.client.said + house.client.size - n, expected) != 0) {
		fail_msg("expected \"%s\" at the end of \"%s\"", expected, house.client.said);
	}
}

static void begin(void)
{
	struct roost_limits limits;
	struct roost_conn_options options = { .size = sizeof(options),
		.backend = &house.backend,
		.limits = &limits,
		.insecure_auth = true };

	roost_limits_init(&limits);
	limits.sign_in_tries = 1000;
	memset(&house, 0, sizeof(house));
	house.backend.ops = &backend_ops;
	house.user = (struct roost_user) { &user_ops, &house.backend, "anna", '/' };
	client_open(&house.client, &options);
}

/* The table that roost/error.h promises, written down a second time. */
static const struct {
	int error;
	const char *code;
} table[] = {
	{ ROOST_ERR_NO_MEMORY, "UNAVAILABLE" },
	{ ROOST_ERR_IO, "UNAVAILABLE" },
	{ ROOST_ERR_INVALID, "CLIENTBUG" },
	{ ROOST_ERR_NO_SUCH_MAILBOX, "NONEXISTENT" },
	{ ROOST_ERR_MAILBOX_EXISTS, "ALREADYEXISTS" },
	{ ROOST_ERR_INVALID_CREDENTIALS, "AUTHENTICATIONFAILED" },
	{ ROOST_ERR_AUTHORIZATION_FAILED, "AUTHORIZATIONFAILED" },
	{ ROOST_ERR_EXPIRED, "EXPIRED" },
	{ ROOST_ERR_PRIVACY_REQUIRED, "PRIVACYREQUIRED" },
	{ ROOST_ERR_TOO_BIG, "TOOBIG" },
	{ ROOST_ERR_OVER_QUOTA, "OVERQUOTA" },
	{ ROOST_ERR_NO_PERMISSION, "NOPERM" },
	{ ROOST_ERR_READ_ONLY, "NOPERM" },
	{ ROOST_ERR_LIMIT, "LIMIT" },
	{ ROOST_ERR_IN_USE, "INUSE" },
	{ ROOST_ERR_CANNOT, "CANNOT" },
	{ ROOST_ERR_UNAVAILABLE, "UNAVAILABLE" },
	{ ROOST_ERR_CORRUPT, "CORRUPTION" },
	{ ROOST_ERR_NOT_SUPPORTED, "CANNOT" },
	{ ROOST_ERR_CANCELLED, "UNAVAILABLE" },
	{ ROOST_ERR_EXPUNGED, "EXPUNGEISSUED" },
	{ ROOST_ERR_HAS_CHILDREN, "HASCHILDREN" },
	{ ROOST_ERR_UNKNOWN_CHARSET, "BADCHARSET" },
};
#define ROWS (sizeof(table) / sizeof(table[0]))

static void check_no(char tag, const char *code, const char *text)
{
	char expected[256];

	assert_true(snprintf(expected, sizeof(expected), "%c NO [%s] %s\r\n", tag, code, text) <
		    (int)sizeof(expected));
	check_ends_with(expected);
}

static void test_every_error(void **state)
{
	(void)state;
	assert_int_equal(ROWS, -ROOST_ERR_UNKNOWN_CHARSET); /* none is left out */
	begin();
	say("a LOGIN anna secret\r\n");
	for (size_t i = 0; i < ROWS; i++) {
		house.error = table[i].error;
		house.text = "as the test\r\nsays";
		say("b CREATE x\r\n");
		check_no('b', table[i].code, "as the test  says");
		say("c SELECT x\r\n");
		check_no('c', table[i].code, "as the test  says");
		house.text = NULL;
		say("d LIST \"\" *\r\n");
		check_no('d', table[i].code, roost_error_text(table[i].error));
	}
	house.error = ROOST_ERR_NO_SUCH_MAILBOX;
	say("e APPEND x {1+}\r\ny\r\n");
	check_no('e', "TRYCREATE", roost_error_text(ROOST_ERR_NO_SUCH_MAILBOX));
	client_close(&house.client);
}

static void test_sign_in(void **state)
{
	(void)state;
	begin();
	for (size_t i = 0; i < ROWS; i++) {
		house.login_error = table[i].error;
		house.text = "not today";
		say("a LOGIN anna secret\r\n");
		check_no('a', table[i].code, "not today");
		say("b AUTHENTICATE PLAIN AGFubmEAc2VjcmV0\r\n");
		check_no('b', table[i].code, "not today");
	}
	house.login_error = 0;
	say("c AUTHENTICATE PLAIN AGFubmEAc2VjcmV0\r\n");
	assert_true(client_heard(&house.client, "c OK [CAPABILITY "));
	client_close(&house.client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_error),
		cmocka_unit_test(test_sign_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
