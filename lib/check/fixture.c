/* fixture.c - one case of the conformance kit: its backend, its session, what it must give back. */
#include "fixture.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture_owned {
	struct fixture_owned *next;
	void *thing;
	void (*release)(void *thing); /* NULL: the thing is memory behind this struct */
	bool handle;
};

static const struct roost_conn_info nowhere = {
	.size = sizeof(nowhere),
	.remote_address = "",
	.local_address = "",
};

static void record(
	struct check *c, enum roost_check_result result, int line, const char *format, va_list args)
{
	struct fixture_outcome *outcome = c->outcome;
	pthread_mutex_lock(&outcome->lock);
	if (outcome->result == ROOST_CHECK_PASSED) {
		int n = 0;
		if (line > 0) {
			n = snprintf(
				outcome->text, sizeof(outcome->text), "%s:%d: ", c->file, line);
		}
		if (n >= 0 && (size_t)n < sizeof(outcome->text)) {
			(void)vsnprintf(
				outcome->text + n, sizeof(outcome->text) - (size_t)n, format, args);
		}
		outcome->result = result;
	}
	pthread_mutex_unlock(&outcome->lock);
}

void fixture_fail(struct check *c, int line, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	record(c, ROOST_CHECK_FAILED, line, format, args);
	va_end(args);
}

void fixture_skip(struct check *c, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	record(c, ROOST_CHECK_SKIPPED, 0, format, args);
	va_end(args);
}

bool fixture_failed(struct check *c)
{
	pthread_mutex_lock(&c->outcome->lock);
	bool failed = c->outcome->result == ROOST_CHECK_FAILED;
	pthread_mutex_unlock(&c->outcome->lock);
	return failed;
}

static void push(struct check *c, struct fixture_owned *owned)
{
	owned->next = c->owned;
	c->owned = owned;
}

void *fixture_alloc(struct check *c, size_t size)
{
	struct fixture_owned *owned = calloc(1, sizeof(*owned) + size);
	if (owned == NULL) {
		fixture_fail(c, 0, "the kit is out of memory");
		return NULL;
	}
	owned->thing = owned + 1;
	push(c, owned);
	return owned->thing;
}

char *fixture_strdup(struct check *c, const char *text)
{
	size_t n = strlen(text) + 1;
	char *copy = fixture_alloc(c, n);
	return copy == NULL ? NULL : memcpy(copy, text, n);
}

char *fixture_join(struct check *c, const char *text, const char *more)
{
	size_t size = strlen(text) + strlen(more) + 1;
	char *joined = fixture_alloc(c, size);
	if (joined != NULL) {
		(void)snprintf(joined, size, "%s%s", text, more);
	}
	return joined;
}

bool fixture_own(struct check *c, void *thing, void (*release)(void *thing), bool handle)
{
	struct fixture_owned *owned = calloc(1, sizeof(*owned));
	if (owned == NULL) {
		release(thing);
		fixture_fail(c, 0, "the kit is out of memory");
		return false;
	}
	owned->thing = thing;
	owned->release = release;
	owned->handle = handle;
	push(c, owned);
	return true;
}

static void drop(struct fixture_owned *owned)
{
	if (owned->release != NULL) {
		owned->release(owned->thing);
	}
	free(owned);
}

void fixture_release(struct check *c, const void *thing)
{
	for (struct fixture_owned **at = &c->owned; *at != NULL; at = &(*at)->next) {
		if ((*at)->thing == thing) {
			struct fixture_owned *owned = *at;
			*at = owned->next;
			drop(owned);
			return;
		}
	}
}

static void release_all(struct check *c, bool handles_only)
{
	struct fixture_owned **at = &c->owned;
	while (*at != NULL) {
		struct fixture_owned *owned = *at;
		if (handles_only && !owned->handle) {
			at = &owned->next;
			continue;
		}
		*at = owned->next;
		drop(owned);
	}
}

int fixture_try_login(
	struct check *c, const struct roost_credentials *credentials, struct roost_user **user_out)
{
	return c->backend->ops->login(c->backend, c->call, credentials, user_out);
}

struct roost_credentials fixture_password(const char *username, const char *password)
{
	return (struct roost_credentials) {
		.size = sizeof(struct roost_credentials),
		.kind = ROOST_CREDENTIALS_PASSWORD,
		.username = username,
		.secret = password,
		.secret_size = strlen(password),
		.mechanism = "LOGIN",
		.connection = &nowhere,
	};
}

void fixture_logout(struct roost_user *user)
{
	if (user != NULL && ROOST_HAS_OP(user->ops, logout)) {
		user->ops->logout(user);
	}
}

static void release_user(void *thing)
{
	fixture_logout(thing);
}

struct roost_user *fixture_login(
	struct check *c, int line, const char *username, const char *password)
{
	struct roost_credentials credentials = fixture_password(username, password);
	struct roost_user *user = NULL;
	int r = fixture_try_login(c, &credentials, &user);
	if (r != 0 || user == NULL) {
		fixture_fail(c, line, "login as %s: %s", username, roost_error_name(r));
		return NULL;
	}
	return fixture_own(c, user, release_user, true) ? user : NULL;
}

static void release_session(void *thing)
{
	struct check *session = thing;
	release_all(session, false);
	roost_call_destroy(session->call);
	free(session);
}

struct check *fixture_session(struct check *c, int line)
{
	struct check *session = malloc(sizeof(*session));
	if (session == NULL) {
		fixture_fail(c, line, "the kit is out of memory");
		return NULL;
	}
	*session = *c;
	session->owned = NULL;
	session->call = NULL;
	if (!fixture_own(c, session, release_session, true)) {
		return NULL;
	}
	if (roost_call_create(&session->call, 0) != 0) {
		fixture_fail(c, line, "the kit is out of memory");
		return NULL;
	}
	session->user = fixture_login(session, line, c->options->username, c->options->password);
	return session->user == NULL ? NULL : session;
}

bool fixture_begin(struct check *c, bool bare)
{
	if (roost_call_create(&c->call, 0) != 0) {
		fixture_fail(c, 0, "the kit is out of memory");
		return false;
	}
	int r = c->factory->create(c->factory->context, &c->backend);
	if (r != 0 || c->backend == NULL) {
		c->backend = NULL;
		fixture_fail(c, 0, "the factory made no backend: %s", roost_error_name(r));
		return false;
	}
	if (!ROOST_HAS_OP(c->backend->ops, login)) {
		fixture_fail(c, 0, "the backend has no login");
		return false;
	}
	if (bare) {
		return true;
	}
	c->user = fixture_login(c, 0, c->options->username, c->options->password);
	return c->user != NULL;
}

void fixture_end(struct check *c)
{
	release_all(c, false);
	if (c->backend != NULL && c->factory->destroy != NULL) {
		c->factory->destroy(c->factory->context, c->backend);
	} else {
		roost_backend_destroy(c->backend);
	}
	roost_call_destroy(c->call);
	c->backend = NULL;
	c->user = NULL;
	c->call = NULL;
}

bool fixture_reopen(struct check *c, int line)
{
	release_all(c, true);
	c->user = NULL;
	int r = c->factory->reopen(c->factory->context, &c->backend);
	if (r != 0 || c->backend == NULL) {
		fixture_fail(c, line, "reopen: %s", roost_error_name(r));
		return false;
	}
	c->user = fixture_login(c, line, c->options->username, c->options->password);
	return c->user != NULL;
}
