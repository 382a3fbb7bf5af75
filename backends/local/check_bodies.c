/* check_bodies.c - whether the bytes of each message are those that were stored, and its outline
 * what the library makes of them now. */
#include "check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>
#include <roost/outline.h>

#include "bodies.h"

struct email {
	int64_t id;
	int64_t octets;
	uint64_t digest;
	bool in_file;
};

static int find_next(struct checking *checking, int64_t after, struct email *email_out)
{
	struct driver_statement *s;
	int r = local_driver_prepare(checking->care.db,
		"SELECT id, octets, digest, in_file FROM email WHERE id > ? ORDER BY id LIMIT 1",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, after);
	r = local_driver_step(s);
	if (r == 1) {
		*email_out = (struct email) {
			.id = local_driver_number(s, 0),
			.octets = local_driver_number(s, 1),
			.digest = (uint64_t)local_driver_number(s, 2),
			.in_file = local_driver_number(s, 3) != 0,
		};
	}
	local_driver_done(s);
	return r;
}

/* The bytes of an email: 0, 1 when there are none, ROOST_ERR_CORRUPT when they are not as many.
 * Bytes of the database live until `statement_out` is done with; it is NULL for a file. */
static int get_content(struct checking *checking, const struct email *email, bool in_file,
	struct driver_statement **statement_out, struct roost_content **content_out)
{
	*statement_out = NULL;
	if (in_file) {
		return !local_bodies_are(checking->care.bodies, (uint64_t)email->id)
			       ? 1
			       : local_bodies_get(checking->care.bodies, (uint64_t)email->id,
					 (uint64_t)email->octets, content_out);
	}
	struct driver_statement *s;
	int r = local_driver_prepare(
		checking->care.db, "SELECT bytes FROM body WHERE email = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, email->id);
	r = local_driver_step(s);
	if (r == 1) {
		struct roost_text bytes = local_driver_bytes(s, 0);
		r = bytes.bytes != NULL && (int64_t)bytes.size == email->octets
			    ? roost_content_create_borrowed(
				      bytes.bytes, bytes.size, NULL, NULL, content_out)
			    : ROOST_ERR_CORRUPT;
	} else if (r == 0) {
		r = 1;
	}
	if (r != 0) {
		local_driver_done(s);
	} else {
		*statement_out = s;
	}
	return r;
}

static int set_outline(struct checking *checking, int64_t email, const void *bytes, size_t size)
{
	struct driver_statement *s;
	int r = local_check_run(checking, "DELETE FROM outline WHERE email = ?", &email, 1);
	if (r == 0) {
		r = local_driver_prepare(
			checking->care.db, "INSERT INTO outline (email, bytes) VALUES (?, ?)", &s);
	}
	if (r == 0) {
		local_driver_bind_number(s, email);
		local_driver_bind_bytes(s, bytes, size);
		r = local_driver_run(s);
	}
	return r;
}

/* 1 when the outline is right, and else 0 and what is wrong with it. */
static int compare_outline(struct checking *checking, int64_t email, const void *bytes, size_t size,
	enum check_kind *kind_out)
{
	struct driver_statement *s;
	struct roost_outline ignored;
	int r = local_driver_prepare(
		checking->care.db, "SELECT bytes FROM outline WHERE email = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, email);
	r = local_driver_step(s);
	bool right = false;
	if (r == 1) {
		struct roost_text has = local_driver_bytes(s, 0);
		right = has.size == size && memcmp(has.bytes, bytes, size) == 0;
		*kind_out =
			roost_outline_open(has.bytes, has.size, &ignored) == ROOST_ERR_NOT_SUPPORTED
				? CHECK_OUTLINE_OLD
				: CHECK_OUTLINE_WRONG;
	} else {
		*kind_out = CHECK_OUTLINE_MISSING;
	}
	local_driver_done(s);
	return r < 0 ? r : right;
}

static int check_outline(
	struct checking *checking, const struct email *email, struct roost_content *content)
{
	void *bytes = NULL;
	size_t size = 0;
	enum check_kind kind;
	bool repair = checking->options.repair;
	int r = roost_outline_create(content, &bytes, &size);
	if (r < 0) {
		return r;
	}
	int right = compare_outline(checking, email->id, bytes, size, &kind);
	r = right < 0 ? right : 0;
	if (right == 0) {
		r = repair ? set_outline(checking, email->id, bytes, size) : 0;
		if (r == 0) {
			local_check_tell(checking, kind, repair, NULL,
				"the outline of email %" PRId64 " is %s", email->id,
				kind == CHECK_OUTLINE_MISSING ? "missing"
				: kind == CHECK_OUTLINE_OLD   ? "of another roost"
							      : "not that of its bytes");
		}
	}
	free(bytes);
	return r;
}

/* Whether the bytes at one of the two places are good; then the outline is looked at too. 1 when
 * they are, 0 and what is wrong with them else. */
static int check_place(struct checking *checking, const struct email *email, bool in_file,
	enum check_kind *kind_out)
{
	struct driver_statement *s;
	struct roost_content *content = NULL;
	uint64_t digest = 0;
	int r = get_content(checking, email, in_file, &s, &content);
	if (r == 0) {
		r = local_bodies_digest(content, &digest);
	}
	bool good = r == 0 && digest == email->digest;
	if (good) {
		r = check_outline(checking, email, content);
	} else if (r == 0) {
		*kind_out = CHECK_BODY_CHANGED;
	} else if (r == 1 || r == ROOST_ERR_CORRUPT) {
		*kind_out = r == 1 ? CHECK_BODY_MISSING : CHECK_BODY_SIZE;
		r = 0;
	} else if (r == ROOST_ERR_IO || r == ROOST_ERR_NO_PERMISSION) {
		*kind_out = CHECK_BODY_UNREADABLE;
		r = 0;
	}
	roost_content_unref(content);
	if (s != NULL) {
		local_driver_done(s);
	}
	return r < 0 ? r : good;
}

/* Beside those who work, a message may go while one looks. */
static int is_gone(struct checking *checking, int64_t email)
{
	struct driver *now = NULL;
	struct driver_statement *s;
	if (checking->options.repair) {
		return 0;
	}
	int r = local_care_open_reader(&checking->care, checking->care.database, &now);
	if (r < 0) {
		return r;
	}
	r = local_driver_prepare(now, "SELECT 1 FROM email WHERE id = ?", &s);
	if (r == 0) {
		local_driver_bind_number(s, email);
		r = local_driver_step(s);
		local_driver_done(s);
	}
	local_driver_rollback(now);
	local_driver_close(now);
	return r < 0 ? r : r == 0;
}

static int move_place(struct checking *checking, const struct email *email)
{
	const int64_t numbers[] = { !email->in_file, email->id };
	bool repair = checking->options.repair;
	int r = repair ? local_check_run(
				 checking, "UPDATE email SET in_file = ? WHERE id = ?", numbers, 2)
		       : 0;
	if (r == 0) {
		local_check_tell(checking, CHECK_BODY_PLACE, repair, NULL,
			"the bytes of email %" PRId64 " are %s, where they are not looked for",
			email->id, email->in_file ? "in the database" : "in a file");
	}
	return r;
}

static int check_email(struct checking *checking, const struct email *email, struct check_rows *bad)
{
	enum check_kind kind = CHECK_BODY_MISSING, ignored;
	int good = check_place(checking, email, email->in_file, &kind);
	if (good != 0) {
		return good < 0 ? good : 0;
	}
	good = check_place(checking, email, !email->in_file, &ignored);
	if (good != 0) {
		return good < 0 ? good : move_place(checking, email);
	}
	int gone = is_gone(checking, email->id);
	const int64_t row[4] = { email->id, (int64_t)kind, email->in_file, 0 };
	return gone < 0 ? gone : gone ? 0 : local_check_rows_add(bad, row);
}

static void tell_bad(struct checking *checking, const int64_t bad[4], const char *place)
{
	static const char *const texts[] = {
		[CHECK_BODY_MISSING] = "missing: the message is lost",
		[CHECK_BODY_SIZE] = "not as many as were stored: the message is damaged",
		[CHECK_BODY_CHANGED] = "not those that were stored: the message is damaged",
		[CHECK_BODY_UNREADABLE] = "not readable",
	};
	char what[64];
	(void)snprintf(what, sizeof(what), "bodies/%016" PRIx64, (uint64_t)bad[0]);
	local_check_tell(checking, (enum check_kind)bad[1], false, place,
		"its bytes, in %s, are %s", bad[2] != 0 ? what : "mail.db", texts[bad[1]]);
}

/* Which messages the bad emails are. They come in the order of their numbers. */
static int tell_messages(struct checking *checking, const struct check_rows *bad)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		checking->care.db, "SELECT mailbox, uid, email FROM message", &s);
	if (r < 0) {
		return r;
	}
	while ((r = local_driver_step(s)) == 1) {
		int64_t email = local_driver_number(s, 2);
		size_t low = 0, high = bad->count;
		while (low < high) {
			size_t middle = low + (high - low) / 2;
			if (bad->list[middle][0] < email) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		if (low < bad->count && bad->list[low][0] == email) {
			char where[1200];
			local_check_where(checking, local_driver_number(s, 0),
				local_driver_number(s, 1), where, sizeof(where));
			tell_bad(checking, bad->list[low], where);
		}
	}
	local_driver_done(s);
	return r;
}

int local_check_bodies(struct checking *checking)
{
	struct check_rows bad = { .list = NULL };
	struct email email = { .id = INT64_MIN };
	int64_t total = 0;
	int r = local_care_number(checking->care.db, "SELECT COUNT(*) FROM email", &total);
	if (r < 0) {
		return r;
	}
	while ((r = find_next(checking, email.id, &email)) == 1) {
		r = check_email(checking, &email, &bad);
		if (r == 0) {
			r = local_check_cancelled(checking);
		}
		if (r < 0) {
			break;
		}
		checking->messages++;
		if (checking->options.progress != NULL) {
			checking->options.progress(
				checking->options.context, checking->messages, (uint64_t)total);
		}
	}
	if (r == 0 && bad.count > 0) {
		r = tell_messages(checking, &bad);
	}
	local_check_rows_clear(&bad);
	return r;
}
