/* check_lists.c - rows of numbers that a check keeps, and statements that give or take them. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#define SELECT_EMAIL "SELECT id, octets, digest, in_file, pack, pack_at FROM email"

void local_check_rows_clear(struct check_rows *rows)
{
	free(rows->list);
	*rows = (struct check_rows) { .list = NULL };
}

int local_check_rows_add(struct check_rows *rows, const int64_t row[4])
{
	if (rows->count == rows->capacity) {
		size_t capacity = rows->capacity * 2 + 16;
		void *list = realloc(rows->list, capacity * sizeof(*rows->list));
		if (list == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		rows->list = list;
		rows->capacity = capacity;
	}
	memcpy(rows->list[rows->count++], row, sizeof(*rows->list));
	return 0;
}

static int compare(const void *a, const void *b)
{
	int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;
	return (first > second) - (first < second);
}

void local_check_rows_sort(struct check_rows *rows)
{
	if (rows->count > 0) {
		qsort(rows->list, rows->count, sizeof(*rows->list), compare);
	}
}

const int64_t *local_check_rows_find(const struct check_rows *rows, int64_t number)
{
	const int64_t key[4] = { number, 0, 0, 0 };
	return rows->count == 0
		       ? NULL
		       : bsearch(key, rows->list, rows->count, sizeof(*rows->list), compare);
}

int local_check_collect(struct checking *checking, const char *sql, struct check_rows *rows_out)
{
	struct driver_statement *s;
	struct check_rows rows = { .list = NULL };
	int r = local_driver_prepare(checking->care.db, sql, &s);
	if (r < 0) {
		return r;
	}
	while ((r = local_driver_step(s)) == 1) {
		const int64_t row[4] = { local_driver_number(s, 0), local_driver_number(s, 1),
			local_driver_number(s, 2), local_driver_number(s, 3) };
		r = local_check_rows_add(&rows, row);
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	if (r == 0) {
		r = local_check_cancelled(checking);
	}
	if (r < 0) {
		local_check_rows_clear(&rows);
		return r;
	}
	*rows_out = rows;
	return 0;
}

int local_check_run(
	struct checking *checking, const char *sql, const int64_t *numbers, size_t count)
{
	struct driver_statement *s;
	int r = local_driver_prepare(checking->care.db, sql, &s);
	if (r < 0) {
		return r;
	}
	for (size_t i = 0; i < count; i++) {
		local_driver_bind_number(s, numbers[i]);
	}
	return local_driver_run(s);
}

int local_check_has(struct checking *checking, const char *sql, int64_t number)
{
	struct driver_statement *s;
	int r = local_driver_prepare(checking->care.db, sql, &s);
	if (r == 0) {
		local_driver_bind_number(s, number);
		r = local_driver_step(s);
		local_driver_done(s);
	}
	return r;
}

/* The first email that a statement with a number for parameter finds. */
static int find_email(
	struct driver *db, const char *sql, int64_t number, struct check_email *email_out)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, sql, &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, number);
	r = local_driver_step(s);
	if (r == 1) {
		*email_out = (struct check_email) {
			.id = local_driver_number(s, 0),
			.octets = local_driver_number(s, 1),
			.digest = (uint64_t)local_driver_number(s, 2),
			.in_file = local_driver_number(s, 3) != 0,
			.pack = local_driver_number(s, 4),
			.pack_at = local_driver_number(s, 5),
		};
	}
	local_driver_done(s);
	return r;
}

int local_check_read_email(
	struct checking *checking, int64_t id, bool now, struct check_email *email_out)
{
	static const char sql[] = SELECT_EMAIL " WHERE id = ?";
	struct driver *db = NULL;
	if (!now) {
		return find_email(checking->care.db, sql, id, email_out);
	}
	int r = local_care_open_reader(&checking->care, checking->care.database, &db);
	if (r < 0) {
		return r;
	}
	r = find_email(db, sql, id, email_out);
	local_driver_rollback(db);
	local_care_close(&checking->care, db);
	return r;
}

int local_check_next_email(struct checking *checking, int64_t after, struct check_email *email_out)
{
	return find_email(checking->care.db, SELECT_EMAIL " WHERE id > ? ORDER BY id LIMIT 1",
		after, email_out);
}
