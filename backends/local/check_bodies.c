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
#include "pack.h"

/* Where bytes may be. */
enum place { IN_DATABASE, IN_FILE, IN_PACK };

/* What is found of all emails. Emails are looked at in the order of their numbers. */
struct bodies {
	struct checking *checking;
	struct check_rows bad; /* email, kind, place, pack */
	struct check_rows moved; /* emails whose bytes are elsewhere than it was said */
};

/* The bytes of an email at one of the places. */
struct held {
	struct driver_statement *statement; /* that they are borrowed from, or */
	char *record; /* the record */
	struct roost_content *content;
	bool known; /* whether the header of a record says whose they are */
	bool loose; /* whether not all of the header, or that of the pack, is right */
};

static void let_go(struct held *held)
{
	roost_content_unref(held->content);
	if (held->statement != NULL) {
		local_driver_done(held->statement);
	}
	free(held->record);
}

static enum place place_of(const struct check_email *email)
{
	return email->pack != 0 ? IN_PACK : email->in_file ? IN_FILE : IN_DATABASE;
}

/* 0, 1 when there are none, ROOST_ERR_CORRUPT when they are not as many. So do the next two. */
static int get_row(struct checking *checking, const struct check_email *email, struct held *held)
{
	int r = local_driver_prepare(
		checking->care.db, "SELECT bytes FROM body WHERE email = ?", &held->statement);
	if (r < 0) {
		held->statement = NULL;
		return r;
	}
	local_driver_bind_number(held->statement, email->id);
	r = local_driver_step(held->statement);
	if (r != 1) {
		return r < 0 ? r : 1;
	}
	struct roost_text bytes = local_driver_bytes(held->statement, 0);
	return bytes.bytes != NULL && (int64_t)bytes.size == email->octets
		       ? roost_content_create_borrowed(
				 bytes.bytes, bytes.size, NULL, NULL, &held->content)
		       : ROOST_ERR_CORRUPT;
}

/* Bytes behind a header that is not theirs are theirs, too, if their digest is. */
static int get_packed(struct checking *checking, const struct check_email *email, struct held *held)
{
	if (email->octets < 0 || (uint64_t)email->octets > PACK_MESSAGE_MAX ||
		email->pack_at < PACK_HEADER || email->pack_at > INT64_MAX / 2) {
		return 1;
	}
	const struct check_pack *pack = &checking->packs.open;
	uint64_t at = (uint64_t)email->pack_at;
	size_t octets = (size_t)email->octets;
	int r = local_check_pack_open(checking, email->pack);
	if (r < 0) {
		return r == ROOST_ERR_CORRUPT ? 1 : r;
	}
	held->record = malloc(PACK_RECORD + octets);
	if (held->record == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	r = local_pack_read(pack->fd, at, held->record, PACK_RECORD);
	if (r < 0) {
		return r == ROOST_ERR_CORRUPT ? 1 : r;
	}
	char header[PACK_RECORD];
	const struct pack of = { .fd = -1, .salt = pack->salt };
	const struct pack_record record = {
		.email = (uint64_t)email->id,
		.octets = octets,
		.digest = email->digest,
	};
	local_pack_write_header(&of, at, &record, header);
	held->known = local_pack_is_of(held->record, record.email, octets);
	held->loose = !pack->sound || memcmp(header, held->record, sizeof(header)) != 0;
	r = local_pack_read(pack->fd, at + PACK_RECORD, held->record + PACK_RECORD, octets);
	if (r < 0) {
		return r == ROOST_ERR_CORRUPT && !held->known ? 1 : r;
	}
	return roost_content_create_borrowed(
		held->record + PACK_RECORD, octets, NULL, NULL, &held->content);
}

static int get_content(struct checking *checking, const struct check_email *email, enum place place,
	struct held *held)
{
	*held = (struct held) { .known = true };
	return place == IN_DATABASE ? get_row(checking, email, held)
	       : place == IN_PACK   ? get_packed(checking, email, held)
	       : !local_bodies_are(checking->care.bodies, (uint64_t)email->id)
		       ? 1
		       : local_bodies_get(checking->care.bodies, (uint64_t)email->id,
				 (uint64_t)email->octets, &held->content);
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
	struct checking *checking, const struct check_email *email, struct roost_content *content)
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

static int set_place(struct checking *checking, const struct check_email *email)
{
	const int64_t numbers[] = { email->in_file && email->pack == 0, email->pack, email->pack_at,
		email->id };
	return local_check_run(checking,
		"UPDATE email SET in_file = ?, pack = ?, pack_at = ? WHERE id = ?", numbers, 4);
}

/* Put what is in a pack into the database, as nothing that was written to a pack is ever changed. */
static int take_out(struct checking *checking, struct check_email *email, const struct held *held)
{
	struct driver_statement *s;
	bool repair = checking->options.repair;
	if (checking->packs.open.sound) {
		char where[64];
		local_check_pack_where(email->pack, where, sizeof(where));
		local_check_tell(checking, CHECK_PACK_RECORD, repair, where,
			"what says that the bytes of email %" PRId64 " are in it is damaged",
			email->id);
	}
	if (!repair) {
		return 0;
	}
	int r = local_check_run(checking, "DELETE FROM body WHERE email = ?", &email->id, 1);
	if (r == 0) {
		r = local_driver_prepare(
			checking->care.db, "INSERT INTO body (email, bytes) VALUES (?, ?)", &s);
	}
	if (r == 0) {
		local_driver_bind_number(s, email->id);
		local_driver_bind_bytes(s, held->record + PACK_RECORD, (size_t)email->octets);
		r = local_driver_run(s);
	}
	email->in_file = false;
	email->pack = email->pack_at = 0;
	return r == 0 ? set_place(checking, email) : r;
}

/* Whether the bytes at one of the places are good; then the outline is looked at too. 1 when they
 * are, 0 and what is wrong with them else. */
static int check_place(struct checking *checking, struct check_email *email, enum place place,
	enum check_kind *kind_out)
{
	struct held held;
	uint64_t digest = 0;
	int r = get_content(checking, email, place, &held);
	if (r == 0) {
		r = local_bodies_digest(held.content, &digest);
	}
	bool good = r == 0 && digest == email->digest;
	if (good) {
		r = check_outline(checking, email, held.content);
		if (r == 0 && held.loose) {
			r = take_out(checking, email, &held);
		}
	} else if (r == 0) {
		*kind_out = held.known ? CHECK_BODY_CHANGED : CHECK_BODY_MISSING;
	} else if (r == 1 || r == ROOST_ERR_CORRUPT) {
		*kind_out = r == 1 ? CHECK_BODY_MISSING : CHECK_BODY_SIZE;
		r = 0;
	} else if (r == ROOST_ERR_IO || r == ROOST_ERR_NO_PERMISSION) {
		*kind_out = CHECK_BODY_UNREADABLE;
		r = 0;
	}
	let_go(&held);
	return r < 0 ? r : good;
}

static void name_place(enum place place, int64_t email, int64_t pack, char *text, size_t size,
	const char *database)
{
	if (place == IN_PACK) {
		local_check_pack_where(pack, text, size);
	} else if (place == IN_FILE) {
		(void)snprintf(text, size, "bodies/%016" PRIx64, (uint64_t)email);
	} else {
		(void)snprintf(text, size, "%s", database);
	}
}

/* The bytes are where `email` says now. */
static int move_place(struct bodies *bodies, const struct check_email *email)
{
	struct checking *checking = bodies->checking;
	const int64_t row[4] = { email->id, 0, 0, 0 };
	bool repair = checking->options.repair;
	char place[64];
	int r = repair ? set_place(checking, email) : 0;
	if (r == 0) {
		name_place(place_of(email), email->id, email->pack, place, sizeof(place),
			"the database");
		local_check_tell(checking, CHECK_BODY_PLACE, repair, NULL,
			"the bytes of email %" PRId64 " are in %s, where they are not looked for",
			email->id, place);
		r = local_check_rows_add(&bodies->moved, row);
	}
	return r;
}

/* Beside those who work, a message may go while one looks, or be put into a pack, or another, and again:
 * it is bad only when it is still said to be where it was not found. 1 when nothing is wrong with it. */
static int is_elsewhere(struct checking *checking, const struct check_email *email)
{
	struct check_email now = *email;
	enum check_kind ignored;
	int good = 0;
	while (good == 0 && !checking->options.repair) {
		const struct check_email sought = now;
		int r = local_check_read_email(checking, email->id, true, &now);
		if (r <= 0) {
			return r < 0 ? r : 1;
		}
		if (now.pack == sought.pack && now.pack_at == sought.pack_at) {
			return 0;
		}
		good = check_place(checking, &now, place_of(&now), &ignored);
	}
	return good;
}

/* Look for bytes of an email in the database or in a file where they should not be. */
static int find_other(struct bodies *bodies, const struct check_email *email)
{
	static const enum place places[] = { IN_DATABASE, IN_FILE };
	enum place own = place_of(email);
	for (size_t i = 0; i < 2; i++) {
		struct check_email other = *email;
		enum check_kind ignored;
		other.in_file = places[i] == IN_FILE;
		other.pack = other.pack_at = 0;
		int good = places[i] == own
				   ? 0
				   : check_place(bodies->checking, &other, places[i], &ignored);
		if (good != 0) {
			good = good < 0 ? good : move_place(bodies, &other);
			return good < 0 ? good : 1;
		}
	}
	return 0;
}

static int check_email(struct bodies *bodies, struct check_email *email)
{
	struct checking *checking = bodies->checking;
	enum check_kind kind = CHECK_BODY_MISSING;
	enum place own = place_of(email);
	bool two = email->pack != 0 && email->in_file;
	const int64_t pack = email->pack;
	int good = check_place(checking, email, own, &kind);
	if (good == 1 && two) {
		email->in_file = false;
		return move_place(bodies, email);
	}
	if (good == 0) {
		good = find_other(bodies, email);
	}
	if (good == 0) {
		good = is_elsewhere(checking, email);
	}
	const int64_t row[4] = { email->id, (int64_t)kind, own, pack };
	return good != 0 ? (good < 0 ? good : 0) : local_check_rows_add(&bodies->bad, row);
}

/* Look for what is bad in all packs: also where nothing is counted. */
static int find_in_packs(struct bodies *bodies)
{
	struct checking *checking = bodies->checking;
	struct check_rows found = { .list = NULL };
	size_t left = 0;
	int r = local_lost_find(checking, &bodies->bad, &found);
	for (size_t i = 0; r == 0 && i < bodies->bad.count; i++) {
		int64_t *bad = bodies->bad.list[i];
		const int64_t *place = local_check_rows_find(&found, bad[0]);
		struct check_email email;
		enum check_kind ignored;
		int good =
			place == NULL ? 0 : local_check_read_email(checking, bad[0], false, &email);
		if (good == 1) {
			email.in_file = false;
			email.pack = place[1];
			email.pack_at = place[2];
			good = check_place(checking, &email, IN_PACK, &ignored);
		}
		if (good == 1) {
			r = move_place(bodies, &email);
		} else if (good < 0) {
			r = good;
		} else {
			memmove(bodies->bad.list[left++], bad, sizeof(*bodies->bad.list));
		}
	}
	local_check_rows_clear(&found);
	if (r == 0) {
		bodies->bad.count = left;
	}
	return r;
}

/* Whether it is certain that the bytes of an email are where it says. */
static bool is_in_place(const struct bodies *bodies, int64_t email)
{
	return local_check_rows_find(&bodies->bad, email) == NULL &&
	       local_check_rows_find(&bodies->moved, email) == NULL;
}

/* Bytes that are at a second place: a crash leaves none, but damage may. */
static int check_twice(struct bodies *bodies)
{
	struct checking *checking = bodies->checking;
	const struct check_rows *files = &checking->packs.doubles;
	struct check_rows rows = { .list = NULL };
	bool repair = checking->options.repair;
	local_check_rows_sort(&bodies->moved);
	int r = local_check_collect(checking,
		"SELECT b.email, 0, 0, 0 FROM body b JOIN email e ON e.id = b.email WHERE e.pack <>"
		" 0 OR e.in_file <> 0",
		&rows);
	for (size_t i = 0; r == 0 && i < rows.count; i++) {
		const int64_t *email = rows.list[i];
		if (!is_in_place(bodies, email[0])) {
			continue;
		}
		r = repair ? local_check_run(checking, "DELETE FROM body WHERE email = ?", email, 1)
			   : 0;
		if (r == 0) {
			local_check_tell(checking, CHECK_BODY_TWICE, repair, NULL,
				"the bytes of email %" PRId64 " are elsewhere, too", email[0]);
		}
	}
	local_check_rows_clear(&rows);
	for (size_t i = 0; r == 0 && i < files->count; i++) {
		if (is_in_place(bodies, files->list[i][0])) {
			r = local_check_double(checking, files->list[i][0]);
		}
	}
	return r;
}

static void tell_bad(struct checking *checking, const int64_t bad[4], const char *where)
{
	static const char *const texts[] = {
		[CHECK_BODY_MISSING] = "missing: the message is lost",
		[CHECK_BODY_SIZE] = "not as many as were stored: the message is damaged",
		[CHECK_BODY_CHANGED] = "not those that were stored: the message is damaged",
		[CHECK_BODY_UNREADABLE] = "not readable",
	};
	char place[64];
	name_place((enum place)bad[2], bad[0], bad[3], place, sizeof(place), "mail.db");
	local_check_tell(checking, (enum check_kind)bad[1], false, where,
		"its bytes, in %s, are %s", place, texts[bad[1]]);
}

/* Which messages the bad emails are. */
static int tell_messages(struct checking *checking, const struct check_rows *bad)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		checking->care.db, "SELECT mailbox, uid, email FROM message", &s);
	if (r < 0) {
		return r;
	}
	while ((r = local_driver_step(s)) == 1) {
		const int64_t *row = local_check_rows_find(bad, local_driver_number(s, 2));
		if (row != NULL) {
			char where[1200];
			local_check_where(checking, local_driver_number(s, 0),
				local_driver_number(s, 1), where, sizeof(where));
			tell_bad(checking, row, where);
		}
	}
	local_driver_done(s);
	return r;
}

static int check_all(struct bodies *bodies)
{
	struct checking *checking = bodies->checking;
	struct check_email email = { .id = INT64_MIN };
	int64_t total = 0;
	int r = local_care_number(checking->care.db, "SELECT COUNT(*) FROM email", &total);
	while (r == 0 && (r = local_check_next_email(checking, email.id, &email)) == 1) {
		r = check_email(bodies, &email);
		if (r == 0) {
			r = local_check_cancelled(checking);
		}
		checking->messages++;
		if (r == 0 && checking->options.progress != NULL) {
			checking->options.progress(
				checking->options.context, checking->messages, (uint64_t)total);
		}
	}
	return r;
}

int local_check_bodies(struct checking *checking)
{
	struct bodies bodies = { .checking = checking };
	int r = check_all(&bodies);
	if (r == 0 && bodies.bad.count > 0) {
		r = find_in_packs(&bodies);
	}
	if (r == 0) {
		r = check_twice(&bodies);
	}
	if (r == 0 && bodies.bad.count > 0) {
		checking->packs.lacking = true;
		r = tell_messages(checking, &bodies.bad);
	}
	local_check_rows_clear(&bodies.bad);
	local_check_rows_clear(&bodies.moved);
	return r;
}
