/* auth.c - signing in: LOGIN and AUTHENTICATE. RFC 3501 sections 6.2.2 and 6.2.3, RFC 4959. */
#include <gsasl.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "session/info.h"
#include "session/session.h"

/* Signed in: from now on the user's mailboxes are open to the connection. */
static int welcome(struct roost_conn *conn, struct roost_user *user)
{
	struct watch *watch = NULL;
	uint64_t limit = 0;
	int r = user_append_limit(user, conn->call, conn->limits.message, &limit);

	if (r == 0 && conn->backend->updates != NULL && conn->woken != NULL) {
		r = watch_create(
			conn->backend->updates, user->name, conn->woken, conn->context, &watch);
	}
	if (r < 0) {
		user_logout(user);
		return r;
	}
	if (watch != NULL) {
		watch_set_session(watch, user);
	}
	conn->watch = watch;
	conn->user = user;
	conn->append_limit = limit;
	conn->input.limit = conn->limits.line;
	conn->state = STATE_AUTHENTICATED;
	return 0;
}

static const char *tls_of(const struct roost_conn *conn)
{
	return conn->info->info.tls ? conn->info->info.tls_version : "none";
}

static void log_failure(
	struct roost_conn *conn, const struct roost_credentials *credentials, int error)
{
	const char *reason = roost_call_reason(conn->call);

	conn_log(conn, ROOST_LOG_WARNING, "sign-in-failed", "name", credentials->username,
		"mechanism", credentials->mechanism, "tls", tls_of(conn), "error",
		roost_error_name(error), reason == NULL ? NULL : "reason", reason, NULL);
}

static enum step fail(struct roost_conn *conn, int error)
{
	conn->failed_sign_ins++;
	if (conn->failed_sign_ins >= conn->limits.sign_in_tries) {
		conn->last_words = "BYE Too many failed sign-ins";
		conn->next_phase = PHASE_CLOSING;
	}
	return reply_error(conn, error);
}

/* Also ROOST_LATER. */
static int sign_in(struct roost_conn *conn, const struct roost_credentials *credentials)
{
	struct roost_user *user;
	int r = backend_login(conn->backend, conn->call, credentials, &user);

	if (r == ROOST_LATER) {
		return r;
	}
	if (r == 0) {
		r = welcome(conn, user);
	}
	if (r < 0) {
		log_failure(conn, credentials, r);
		return r;
	}
	conn_log(conn, ROOST_LOG_INFO, "sign-in", "mechanism", credentials->mechanism, "tls",
		tls_of(conn), NULL);
	trace_begin(conn);
	return 0;
}

/* Sign in, and answer. */
static enum step finish(struct roost_conn *conn, const struct roost_credentials *credentials)
{
	int r = sign_in(conn, credentials);

	if (r == ROOST_LATER) {
		return STEP_LATER;
	}
	return r < 0 ? fail(conn, r) : reply_ok(conn, capability_code(conn), "Signed in");
}

static bool may_send_passwords(const struct roost_conn *conn)
{
	return conn->info->info.tls || conn->insecure_auth;
}

enum step cmd_login(struct roost_conn *conn, struct roost_text line)
{
	const struct roost_text *user = &conn->command.login.user;
	const struct roost_text *password = &conn->command.login.password;

	(void)line;
	if (!may_send_passwords(conn)) {
		return reply_error(conn, ROOST_ERR_PRIVACY_REQUIRED);
	}
	struct roost_credentials credentials = {
		.size = sizeof(credentials),
		.kind = ROOST_CREDENTIALS_PASSWORD,
		.username = roost_call_strndup(conn->call, user->bytes, user->size),
		.secret = roost_call_strndup(conn->call, password->bytes, password->size),
		.secret_size = password->size,
		.mechanism = "LOGIN",
		.connection = &conn->info->info,
	};
	if (credentials.username == NULL || credentials.secret == NULL) {
		return reply_error(conn, ROOST_ERR_NO_MEMORY);
	}
	return finish(conn, &credentials);
}

/* One AUTHENTICATE exchange. */
struct exchange {
	struct roost_conn *conn;
	Gsasl *gsasl;
	Gsasl_session *session;
	bool is_plain;
	bool has_all; /* the credentials are set, in the memory of the command */
	struct roost_credentials credentials;
};

static void exchange_free(void *task)
{
	struct exchange *exchange = task;

	if (exchange->session != NULL) {
		gsasl_finish(exchange->session);
	}
	if (exchange->gsasl != NULL) {
		gsasl_done(exchange->gsasl);
	}
}

static const char *keep(struct roost_conn *conn, const char *text)
{
	return text == NULL ? NULL : roost_call_strndup(conn->call, text, strlen(text));
}

/* GNU SASL has what the client sent and asks whether it is right. That is looked at once the exchange is over,
 * and perhaps not at once. */
static int validate(Gsasl *gsasl, Gsasl_session *session, Gsasl_property property)
{
	struct exchange *exchange = gsasl_callback_hook_get(gsasl);

	if (property != GSASL_VALIDATE_SIMPLE) {
		return GSASL_NO_CALLBACK;
	}
	struct roost_conn *conn = exchange->conn;
	const char *password = gsasl_property_fast(session, GSASL_PASSWORD);
	exchange->credentials = (struct roost_credentials) {
		.size = sizeof(exchange->credentials),
		.kind = ROOST_CREDENTIALS_PASSWORD,
		.username = keep(conn, gsasl_property_fast(session, GSASL_AUTHID)),
		.authzid = keep(conn, gsasl_property_fast(session, GSASL_AUTHZID)),
		.secret = keep(conn, password),
		.secret_size = password == NULL ? 0 : strlen(password),
		.mechanism = keep(conn, gsasl_mechanism_name(session)),
		.connection = &conn->info->info,
	};
	const struct roost_credentials *credentials = &exchange->credentials;
	bool has_authzid =
		credentials->authzid != NULL || gsasl_property_fast(session, GSASL_AUTHZID) == NULL;
	exchange->has_all = credentials->username != NULL && credentials->secret != NULL &&
			    credentials->mechanism != NULL && has_authzid;
	return exchange->has_all ? GSASL_OK : GSASL_AUTHENTICATION_ERROR;
}

static bool offers(struct roost_text mechanism)
{
	return text_equal_nocase(mechanism, TEXT("PLAIN")) ||
	       text_equal_nocase(mechanism, TEXT("LOGIN"));
}

static int exchange_begin(struct roost_conn *conn, struct exchange **exchange_out)
{
	const struct roost_text *mechanism = &conn->command.authenticate.mechanism;
	struct exchange *exchange = roost_call_alloc(conn->call, sizeof(*exchange));
	char *name = roost_call_strndup(conn->call, mechanism->bytes, mechanism->size);

	if (exchange == NULL || name == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	exchange->conn = conn;
	exchange->is_plain = text_equal_nocase(*mechanism, TEXT("PLAIN"));
	conn->task = exchange;
	conn->task_free = exchange_free;
	if (gsasl_init(&exchange->gsasl) != GSASL_OK) {
		exchange->gsasl = NULL;
		return ROOST_ERR_NO_MEMORY;
	}
	gsasl_callback_set(exchange->gsasl, validate);
	gsasl_callback_hook_set(exchange->gsasl, exchange);
	if (gsasl_server_start(exchange->gsasl, name, &exchange->session) != GSASL_OK) {
		exchange->session = NULL;
		return ROOST_ERR_NOT_SUPPORTED;
	}
	*exchange_out = exchange;
	return 0;
}

/* Give a client's answer, in base64, to the mechanism. */
static enum step exchange_step(
	struct roost_conn *conn, struct exchange *exchange, struct roost_text answer)
{
	char *base64 = roost_call_strndup(conn->call, answer.bytes, answer.size);
	char *challenge = NULL;

	if (base64 == NULL) {
		return reply_error(conn, ROOST_ERR_NO_MEMORY);
	}
	if (strlen(base64) < answer.size) {
		return reply_bad(conn, "That is not valid base64");
	}
	int r = gsasl_step64(exchange->session, base64, &challenge);
	explicit_bzero(base64, answer.size);
	/* PLAIN is one message: who sends an empty one has nothing more to say. */
	if (r == GSASL_NEEDS_MORE && !exchange->is_plain) {
		conn_continue(conn, challenge);
		gsasl_free(challenge);
		return STEP_LINE;
	}
	gsasl_free(challenge);
	if (r == GSASL_OK && exchange->has_all) {
		return finish(conn, &exchange->credentials);
	}
	if (r == GSASL_BASE64_ERROR) {
		return reply_bad(conn, "That is not valid base64");
	}
	return fail(conn, ROOST_ERR_INVALID_CREDENTIALS);
}

/* In LOGIN the server speaks first; an initial response answers what it would have asked. */
static void skip_challenge(struct exchange *exchange)
{
	char *challenge = NULL;

	(void)gsasl_step64(exchange->session, "", &challenge);
	gsasl_free(challenge);
}

static enum step begin(struct roost_conn *conn)
{
	struct exchange *exchange;

	if (!may_send_passwords(conn)) {
		return reply_error(conn, ROOST_ERR_PRIVACY_REQUIRED);
	}
	if (!offers(conn->command.authenticate.mechanism)) {
		return reply_no(conn, "CANNOT", "The mechanisms offered are PLAIN and LOGIN");
	}
	int r = exchange_begin(conn, &exchange);
	if (r < 0) {
		return reply_error(conn, r);
	}
	if (conn->command.authenticate.has_initial_response) {
		if (!exchange->is_plain) {
			skip_challenge(exchange);
		}
		return exchange_step(conn, exchange, conn->command.authenticate.initial_response);
	}
	if (exchange->is_plain) {
		conn_continue(conn, ""); /* the client speaks first */
		return STEP_LINE;
	}
	return exchange_step(conn, exchange, TEXT(""));
}

enum step cmd_authenticate(struct roost_conn *conn, struct roost_text line)
{
	struct exchange *exchange = conn->task;

	if (exchange != NULL && exchange->has_all) {
		return finish(conn, &exchange->credentials); /* it was put off */
	}
	if (line.bytes == NULL) {
		return begin(conn);
	}
	if (text_equal(text_trim(line), TEXT("*"))) {
		return reply_bad(conn, "Sign-in given up, as you wish");
	}
	return exchange_step(conn, exchange, text_trim(line));
}
