/* walk.c - reading the bytes and the outlines of emails one after another. */
#include "walk.h"

#include "bodies.h"

static void end_rows(struct walk_rows *rows)
{
	if (rows->statement != NULL) {
		local_driver_done(rows->statement);
		rows->statement = NULL;
	}
}

/* 1 when it stands at the row of that email, or 0. */
static int go_to(struct walk_rows *rows, struct driver *reader, int64_t email)
{
	int r = 0;
	if (rows->statement == NULL || email != rows->email + 1) {
		end_rows(rows);
		r = local_driver_prepare(reader, rows->sql, &rows->statement);
		if (r < 0) {
			rows->statement = NULL;
			return r;
		}
		local_driver_bind_number(rows->statement, email);
	}
	rows->email = email;
	r = local_driver_step(rows->statement);
	if (r == 1 && local_driver_number(rows->statement, 0) == email) {
		return 1;
	}
	end_rows(rows);
	return r < 0 ? r : 0;
}

void local_walk_begin(struct walk *walk, struct account *account, struct driver *reader,
	const struct entry *entries, size_t count)
{
	walk->account = account;
	walk->reader = reader;
	walk->entries = entries;
	walk->count = count;
	walk->emails = (struct walk_rows) {
		.sql = "SELECT id, pack, pack_at FROM email WHERE id >= ? ORDER BY id",
	};
	walk->bodies = (struct walk_rows) {
		.sql = "SELECT email, bytes FROM body WHERE email >= ? ORDER BY email",
	};
	walk->outlines = (struct walk_rows) {
		.sql = "SELECT email, bytes FROM outline WHERE email >= ? ORDER BY email",
	};
	walk->first = walk->known = 0;
	walk->span = NULL;
}

static void end_all_rows(struct walk *walk)
{
	end_rows(&walk->emails);
	end_rows(&walk->bodies);
	end_rows(&walk->outlines);
	walk->known = 0;
}

void local_walk_end(struct walk *walk)
{
	end_all_rows(walk);
	if (walk->span != NULL) {
		local_packs_put_span(&walk->account->packs, walk->span);
		walk->span = NULL;
	}
}

/* Look up where the bytes of the next entries are. What is not there, or cannot be read, is sought
 * where it is asked for. */
static int find_places(struct walk *walk, size_t i)
{
	size_t known = 0;
	int r = 1;
	while (known < WALK_PLACES && i + known < walk->count) {
		const struct entry *entry = &walk->entries[i + known];
		r = go_to(&walk->emails, walk->reader, entry->email);
		if (r != 1) {
			break;
		}
		walk->places[known++] = (struct pack_place) {
			.email = (uint64_t)entry->email,
			.octets = entry->octets,
			.pack = (uint64_t)local_driver_number(walk->emails.statement, 1),
			.at = (uint64_t)local_driver_number(walk->emails.statement, 2),
		};
	}
	walk->first = i;
	walk->known = known;
	return known > 0 ? 1 : r;
}

static int copy_body(struct roost_text bytes, uint64_t octets, struct roost_content **content_out)
{
	return bytes.size == octets
		       ? roost_content_create_copy(bytes.bytes, bytes.size, content_out)
		       : ROOST_ERR_CORRUPT;
}

/* The content from where the walk finds it. 0 and nothing when it does not. */
static int read_on(struct walk *walk, size_t i, struct roost_content **content_out)
{
	const struct entry *entry = &walk->entries[i];
	int r = 1;
	if (i < walk->first || i >= walk->first + walk->known) {
		r = find_places(walk, i);
	}
	if (r != 1) {
		return r;
	}
	size_t place = i - walk->first;
	if (walk->places[place].pack != 0) {
		struct packs *packs = &walk->account->packs;
		if (walk->span == NULL) {
			walk->span = local_packs_take_span(packs);
		}
		return local_packs_read(
			packs, &walk->places[place], walk->known - place, &walk->span, content_out);
	}
	r = go_to(&walk->bodies, walk->reader, entry->email);
	return r == 1 ? copy_body(local_driver_bytes(walk->bodies.statement, 1), entry->octets,
				content_out)
		      : r;
}

int local_walk_content(struct walk *walk, size_t i, struct roost_content **content_out)
{
	const struct entry *entry = &walk->entries[i];
	struct roost_content *content = NULL;
	int r = read_on(walk, i, &content);
	if (r == 0 && content == NULL) {
		r = local_bodies_get(
			walk->account->bodies, (uint64_t)entry->email, entry->octets, &content);
	}
	if (r < 0) {
		/* It has moved or gone, or the walk has come upon what is damaged, which may be another. */
		end_all_rows(walk);
		return local_walk_read_one(
			walk->account, walk->reader, entry->email, entry->octets, content_out);
	}
	*content_out = content;
	return 0;
}

int local_walk_outline(struct walk *walk, size_t i, struct roost_text *bytes_out)
{
	int r = go_to(&walk->outlines, walk->reader, walk->entries[i].email);
	if (r == 1) {
		*bytes_out = local_driver_bytes(walk->outlines.statement, 1);
	}
	return r;
}

/* One row of an email. 1 when it is there; let go of the statement, unless it is NULL. */
static int find_row(struct driver *reader, const char *sql, int64_t email,
	struct driver_statement **statement_out)
{
	int r = local_driver_prepare(reader, sql, statement_out);
	if (r < 0) {
		*statement_out = NULL;
		return r;
	}
	local_driver_bind_number(*statement_out, email);
	return local_driver_step(*statement_out);
}

static void let_go(struct driver_statement *statement)
{
	if (statement != NULL) {
		local_driver_done(statement);
	}
}

/* The reader sees what was committed since its transaction began, if it is in one. */
static int look_anew(struct driver *reader)
{
	if (!local_driver_in_transaction(reader)) {
		return 0;
	}
	int r = local_driver_commit(reader);
	return r < 0 ? r : local_driver_begin_read(reader);
}

int local_walk_is_there(struct walk *walk, int64_t email)
{
	struct driver_statement *s = NULL;
	end_all_rows(walk);
	int r = look_anew(walk->reader);
	if (r == 0) {
		r = find_row(walk->reader, "SELECT id FROM email WHERE id = ?", email, &s);
	}
	let_go(s);
	return r;
}

/* Where the row of an email says that its bytes are, and 1. When there is no row, or none that can be read,
 * they may still be where no row is needed to find them. */
static int find_place(
	struct driver *reader, int64_t email, uint64_t octets, struct pack_place *place_out)
{
	struct driver_statement *s;
	*place_out = (struct pack_place) { .email = (uint64_t)email, .octets = octets };
	int r = find_row(reader, "SELECT pack, pack_at FROM email WHERE id = ?", email, &s);
	if (r == 1) {
		place_out->pack = (uint64_t)local_driver_number(s, 0);
		place_out->at = (uint64_t)local_driver_number(s, 1);
	}
	let_go(s);
	return r;
}

static int read_packed(
	struct account *account, const struct pack_place *place, struct roost_content **content_out)
{
	struct span *span = local_packs_take_span(&account->packs);
	int r = local_packs_read(&account->packs, place, 1, &span, content_out);
	local_packs_put_span(&account->packs, span);
	return r;
}

/* The content from mail.db, or 0 and nothing when it is not there. */
static int read_inline(
	struct driver *reader, int64_t email, uint64_t octets, struct roost_content **content_out)
{
	struct driver_statement *s;
	int r = find_row(reader, "SELECT bytes FROM body WHERE email = ?", email, &s);
	if (r == 1) {
		r = copy_body(local_driver_bytes(s, 0), octets, content_out);
	}
	let_go(s);
	return r < 0 ? r : 0;
}

static int read_place(struct account *account, struct driver *reader,
	const struct pack_place *place, struct roost_content **content_out)
{
	struct roost_content *content = NULL;
	if (place->pack != 0) {
		return read_packed(account, place, content_out);
	}
	int r = read_inline(reader, (int64_t)place->email, place->octets, &content);
	if (r == 0 && content == NULL) {
		r = local_bodies_get(account->bodies, place->email, place->octets, &content);
	}
	if (r == 0) {
		*content_out = content;
	}
	return r;
}

int local_walk_read_one(struct account *account, struct driver *reader, int64_t email,
	uint64_t octets, struct roost_content **content_out)
{
	struct pack_place place, sought;
	int there;
	(void)find_place(reader, email, octets, &place);
	/* While they are looked for they may move, and again, and go. They are missing only when they are
	 * still said to be where they were not found. */
	do {
		int r = read_place(account, reader, &place, content_out);
		if (r != ROOST_ERR_CORRUPT) {
			return r;
		}
		sought = place;
		r = look_anew(reader);
		if (r < 0) {
			return r;
		}
		there = find_place(reader, email, octets, &place);
	} while (place.pack != sought.pack || place.at != sought.at);
	return there == 0 ? ROOST_ERR_EXPUNGED : ROOST_ERR_CORRUPT;
}
