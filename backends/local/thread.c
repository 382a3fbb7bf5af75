/* thread.c - which emails belong together. */
#include "thread.h"

#include <stdlib.h>

#include <roost/content.h>
#include <roost/error.h>
#include <roost/outline.h>

/* Message ids that are noted for one email: its own, and of those it refers to. */
#define MAX_NOTED 64
/* When so many more were noted, those before them are forgotten. So a user has at most twice as
 * many, and forgetting, which looks at all of them, is rare. */
#define FORGET_EVERY 200000

static int find(struct driver *db, struct roost_text id, int64_t *thread_out)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, "SELECT thread FROM message_id WHERE id = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_bytes(s, id.bytes, id.size);
	r = local_driver_step(s);
	if (r == 1) {
		*thread_out = local_driver_number(s, 0);
	}
	local_driver_done(s);
	return r;
}

static int forget(struct driver *db, int64_t until)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, "DELETE FROM message_id WHERE number <= ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, until);
	return local_driver_run(s);
}

static int note(struct driver *db, struct roost_text id, int64_t thread, int64_t *numbered)
{
	struct driver_statement *s;
	int64_t ignored;
	int r = find(db, id, &ignored);
	if (r != 0) {
		return r < 0 ? r : 0;
	}
	r = local_driver_prepare(
		db, "INSERT INTO message_id (id, thread, number) VALUES (?, ?, ?)", &s);
	if (r < 0) {
		return r;
	}
	++*numbered;
	local_driver_bind_bytes(s, id.bytes, id.size);
	local_driver_bind_number(s, thread);
	local_driver_bind_number(s, *numbered);
	r = local_driver_run(s);
	if (r == 0 && *numbered % FORGET_EVERY == 0) {
		r = forget(db, *numbered - FORGET_EVERY);
	}
	return r;
}

/* The message ids of an email in the order in which they say where it belongs: its own, which an
 * answer that came before it has named, then what it answers, back to the first of its thread. */
static bool next_id(const struct roost_outline *outline, const struct roost_thread_keys *keys,
	size_t index, struct roost_text *id_out)
{
	size_t own = keys->message_id.bytes != NULL;
	size_t count = keys->reference_count + own;
	if (index >= count || index >= MAX_NOTED) {
		return false;
	}
	if (index < own) {
		*id_out = keys->message_id;
		return true;
	}
	/* The first one of all is worth more than one in the middle. */
	size_t back = count > MAX_NOTED && index == MAX_NOTED - 1 ? count - 1 : index;
	return roost_outline_reference(outline, count - 1 - back, id_out) == 0;
}

int local_thread_join(struct driver *db, int64_t email, const void *outline, size_t outline_size,
	int64_t *numbered, int64_t *thread_out)
{
	struct roost_outline opened;
	struct roost_thread_keys keys;
	struct roost_text id;
	int64_t thread = email;
	if (outline == NULL || roost_outline_open(outline, outline_size, &opened) < 0 ||
		roost_outline_thread_keys(&opened, &keys) < 0) {
		*thread_out = email;
		return 0;
	}
	int r = 0;
	for (size_t i = 0; r == 0 && next_id(&opened, &keys, i, &id); i++) {
		r = find(db, id, &thread);
	}
	r = r < 0 ? r : 0;
	for (size_t i = 0; r == 0 && next_id(&opened, &keys, i, &id); i++) {
		r = note(db, id, thread, numbered);
	}
	if (r == 0) {
		*thread_out = thread;
	}
	return r;
}

/* Join an email whose outline may be of an older version: then it is made anew from the body, which must be in the
 * database; one with its body in a file stays alone. */
static int join_stored(struct driver *db, int64_t email, struct roost_text outline,
	struct roost_text body, int64_t *numbered, int64_t *thread_out)
{
	struct roost_outline opened;
	struct roost_content *content = NULL;
	void *made = NULL;
	size_t size = 0;
	if (outline.bytes == NULL || body.bytes == NULL ||
		roost_outline_open(outline.bytes, outline.size, &opened) == 0) {
		return local_thread_join(
			db, email, outline.bytes, outline.size, numbered, thread_out);
	}
	int r = roost_content_create_copy(body.bytes, body.size, &content);
	if (r == 0) {
		r = roost_outline_create(content, &made, &size);
	}
	if (r == 0) {
		r = local_thread_join(db, email, made, size, numbered, thread_out);
	}
	free(made);
	roost_content_unref(content);
	return r;
}

/* Join the first email behind `email`, which moves on. 1, or 0 when there is no more. */
static int join_next(struct driver *db, int64_t *email, int64_t *numbered)
{
	struct driver_statement *s;
	int64_t thread = 0;
	int r = local_driver_prepare(db,
		"SELECT email.id, outline.bytes, body.bytes FROM email"
		" LEFT JOIN outline ON outline.email = email.id"
		" LEFT JOIN body ON body.email = email.id"
		" WHERE email.id > ? ORDER BY email.id LIMIT 1",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, *email);
	r = local_driver_step(s);
	if (r == 1) {
		*email = local_driver_number(s, 0);
		int joined = join_stored(db, *email, local_driver_bytes(s, 1),
			local_driver_bytes(s, 2), numbered, &thread);
		r = joined < 0 ? joined : 1;
	}
	local_driver_done(s);
	if (r != 1) {
		return r;
	}
	r = local_driver_prepare(db, "UPDATE email SET thread = ? WHERE id = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, thread);
	local_driver_bind_number(s, *email);
	r = local_driver_run(s);
	return r < 0 ? r : 1;
}

int local_thread_fill(struct driver *db)
{
	struct driver_statement *s;
	int64_t email = INT64_MIN, numbered = 0;
	int r;
	do {
		r = join_next(db, &email, &numbered);
	} while (r == 1);
	if (r == 0) {
		r = local_driver_prepare(db,
			"UPDATE message SET thread = COALESCE((SELECT thread FROM email"
			" WHERE email.id = message.email), message.email)",
			&s);
	}
	r = r < 0 ? r : local_driver_run(s);
	if (r == 0) {
		r = local_driver_prepare(db, "UPDATE account SET message_ids = ?", &s);
	}
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, numbered);
	return local_driver_run(s);
}
