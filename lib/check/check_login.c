/* check_login.c - cases about signing in. */
#include "families.h"

#include <string.h>

#include <roost/updates.h>

#include "expect.h"
#include "step.h"
#include "threads.h"

static void required_ops(struct check *c)
{
	const struct roost_user_ops *ops = c->user->ops;
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (inbox == NULL) {
		return;
	}
	(void)(expect_true(c, __LINE__, ROOST_HAS_OP(c->backend->ops, login), "there is login") &&
		expect_true(c, __LINE__, ROOST_HAS_OP(ops, list_mailboxes),
			"there is list_mailboxes") &&
		expect_true(c, __LINE__, ROOST_HAS_OP(ops, get_mailbox), "there is get_mailbox") &&
		expect_true(c, __LINE__, ROOST_HAS_OP(inbox->ops, snapshot), "there is snapshot") &&
		expect_true(c, __LINE__, ROOST_HAS_OP(inbox->ops, list_messages),
			"there is list_messages") &&
		expect_true(c, __LINE__, ROOST_HAS_OP(inbox->ops, close), "there is close") &&
		expect_true(c, __LINE__, inbox->user == c->user,
			"the mailbox points to the user who opened it"));
}

static void right_password(struct check *c)
{
	if (!expect_true(c, __LINE__, c->user->backend == c->backend,
		    "the user points to its backend") ||
		!expect_true(c, __LINE__, c->user->name != NULL && c->user->name[0] != '\0',
			"the user has a name")) {
		return;
	}
	const struct check *second = fixture_session(c, __LINE__);
	if (second != NULL &&
		expect_true(c, __LINE__, second->user != c->user, "each login is its own handle")) {
		(void)expect_text(
			c, __LINE__, second->user->name, c->user->name, "name at the second login");
	}
}

/* Try to sign in, and fail unless that is refused as it must be. */
static void expect_wrong(
	struct check *c, int line, const struct roost_credentials *credentials, const char *what)
{
	struct roost_user *user = NULL;
	int r = fixture_try_login(c, credentials, &user);
	if (r == 0) {
		fixture_logout(user);
		user = NULL;
	}
	if (expect_error(c, line, r, ROOST_ERR_INVALID_CREDENTIALS, what)) {
		(void)expect_true(c, line, user == NULL, "a refused login gives no user");
	}
}

static void wrong_password(struct check *c)
{
	const char *name = c->options->username, *password = c->options->password;
	const char *longer = fixture_join(c, password, "x");
	if (longer == NULL) {
		return;
	}
	struct roost_credentials credentials = fixture_password(name, longer);
	expect_wrong(c, __LINE__, &credentials, "a password with one more letter");
	if (password[0] != '\0') {
		credentials = fixture_password(name, password + 1);
		expect_wrong(c, __LINE__, &credentials, "a password without its first letter");
		credentials = fixture_password(name, "");
		expect_wrong(c, __LINE__, &credentials, "an empty password");
	}
}

static void password_with_nul(struct check *c)
{
	size_t n = strlen(c->options->password);
	char *secret = fixture_alloc(c, n + 3);
	if (secret == NULL) {
		return;
	}
	memcpy(secret, c->options->password, n);
	secret[n + 1] = 'x';
	struct roost_credentials credentials = fixture_password(c->options->username, secret);
	credentials.secret_size = n + 2;
	expect_wrong(c, __LINE__, &credentials, "the password, a NUL and more");
}

static void unknown_user(struct check *c)
{
	const char *name = fixture_join(c, c->options->username, "-unknown");
	if (name == NULL) {
		return;
	}
	struct roost_credentials credentials = fixture_password(name, c->options->password);
	expect_wrong(c, __LINE__, &credentials, "a user who does not exist");
	credentials = fixture_password("", c->options->password);
	expect_wrong(c, __LINE__, &credentials, "a user without a name");
	credentials = fixture_password("../etc/passwd", c->options->password);
	expect_wrong(c, __LINE__, &credentials, "a user named like a path");
}

static void others_password(struct check *c)
{
	struct roost_credentials credentials =
		fixture_password(c->options->other_username, c->options->password);
	if (strcmp(c->options->password, c->options->other_password) == 0) {
		fixture_skip(c, "both users of the options have the same password");
		return;
	}
	expect_wrong(c, __LINE__, &credentials, "a user with the other user's password");
}

static void verified(struct check *c)
{
	struct roost_credentials credentials = fixture_password(c->options->username, "");
	credentials.kind = ROOST_CREDENTIALS_VERIFIED;
	credentials.secret = NULL;
	credentials.mechanism = "SCRAM-SHA-256";
	struct roost_user *user = NULL;
	int r = fixture_try_login(c, &credentials, &user);
	if (r == ROOST_ERR_NOT_SUPPORTED || r == ROOST_ERR_NO_PERMISSION) {
		fixture_skip(c, "the backend takes no users that a mechanism has verified");
		return;
	}
	if (!expect_ok(c, __LINE__, r, "login of a verified user")) {
		return;
	}
	(void)expect_text(c, __LINE__, user->name, c->user->name, "name of the verified user");
	fixture_logout(user);
	credentials.username = "nobody-of-this-name";
	expect_wrong(c, __LINE__, &credentials, "a verified user who does not exist");
}

static void authzid(struct check *c)
{
	struct roost_credentials credentials =
		fixture_password(c->options->username, c->options->password);
	credentials.authzid = c->options->username;
	struct roost_user *user = NULL;
	int r = fixture_try_login(c, &credentials, &user);
	if (!expect_ok(c, __LINE__, r, "login with one's own name as authzid")) {
		return;
	}
	fixture_logout(user);
	user = NULL;
	credentials.authzid = c->options->other_username;
	r = fixture_try_login(c, &credentials, &user);
	if (r == 0) {
		(void)expect_text(c, __LINE__, user->name, c->options->other_username,
			"whose mail a login for somebody else opened");
		fixture_logout(user);
	} else {
		(void)expect_true(c, __LINE__,
			r == ROOST_ERR_AUTHORIZATION_FAILED || r == ROOST_ERR_INVALID_CREDENTIALS,
			"a login for somebody else is refused as such");
	}
}

static void others_mail(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	if (inbox == NULL || !step_create(c, __LINE__, "Private") ||
		step_fill(c, __LINE__, inbox, 2) == NULL) {
		return;
	}
	struct roost_user *mine = c->user;
	struct roost_user *other =
		fixture_login(c, __LINE__, c->options->other_username, c->options->other_password);
	if (other == NULL) {
		return;
	}
	c->user = other;
	const struct roost_snapshot *snapshot = step_look(c, __LINE__, "INBOX");
	struct roost_mailbox *mailbox;
	if (snapshot != NULL &&
		expect_equal(c, __LINE__, roost_uidset_size(&snapshot->uids), 0,
			"messages in the other user's INBOX") &&
		step_expect_listed(c, __LINE__, "Private", '-')) {
		int r = step_try_open(c, "Private", STEP_SELECT, &mailbox);
		(void)expect_error(c, __LINE__, r, ROOST_ERR_NO_SUCH_MAILBOX,
			"opening the first user's mailbox as the other");
	}
	c->user = mine;
}

static void login_often(struct check *c, unsigned index, void *context)
{
	(void)context;
	for (unsigned i = 0; i < 50 && !fixture_failed(c); i++) {
		bool right = (i + index) % 2 == 0;
		struct roost_credentials credentials = fixture_password(
			c->options->username, right ? c->options->password : "not the password");
		if (!right) {
			expect_wrong(c, __LINE__, &credentials, "a wrong password");
			continue;
		}
		struct roost_user *user = NULL;
		int r = fixture_try_login(c, &credentials, &user);
		if (expect_ok(c, __LINE__, r, "login")) {
			fixture_logout(user);
		}
	}
}

static void many_at_once(struct check *c)
{
	threads_run(c, __LINE__, c->options->threads, login_often, NULL);
}

static void with_updates(struct check *c)
{
	struct roost_updates *updates = NULL;
	int r = roost_updates_create(c->backend, &updates);
	if (!expect_ok(c, __LINE__, r, "roost_updates_create")) {
		return;
	}
	struct roost_user *user =
		fixture_login(c, __LINE__, c->options->username, c->options->password);
	if (user != NULL) {
		c->user = user;
		struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
		if (inbox != NULL && step_fill(c, __LINE__, inbox, 3) != NULL) {
			(void)step_expect_count(c, __LINE__, inbox, 3);
		}
		if (inbox != NULL) {
			step_close(c, inbox);
		}
		fixture_release(c, user);
	}
	roost_updates_destroy(updates);
}

static const struct check_case cases[] = {
	{ "login/the required ops are there", 0, required_ops },
	{ "login/right password", 0, right_password },
	{ "login/wrong password", CASE_BARE, wrong_password },
	{ "login/password with a NUL in it", CASE_BARE, password_with_nul },
	{ "login/unknown user", CASE_BARE, unknown_user },
	{ "login/another user's password", CASE_BARE | NEED_OTHER_USER, others_password },
	{ "login/verified by a mechanism", 0, verified },
	{ "login/authorization identity is not ignored", NEED_OTHER_USER, authzid },
	{ "login/other user's mail is not visible",
		NEED_OTHER_USER | NEED_CREATE_MAILBOX | NEED_APPEND, others_mail },
	{ "login/many at once", 0, many_at_once },
	{ "updates/the ops work while updates are attached", CASE_BARE | NEED_UPDATES | NEED_APPEND,
		with_updates },
};

const struct check_family check_login = { "check_login.c", cases,
	sizeof(cases) / sizeof(cases[0]) };
