/* pack_rows.c - the rows of packs. */
#include "packing.h"
#include "rows.h"

/* 1 when it has a row, or 0. */
static int read_row(struct driver *db, int64_t pack, int64_t *size_out, int64_t *live_out)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, "SELECT size, live FROM pack WHERE id = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, pack);
	r = local_driver_step(s);
	if (r == 1) {
		*size_out = local_driver_number(s, 0);
		*live_out = local_driver_number(s, 1);
	}
	local_driver_done(s);
	return r;
}

static int run_with(struct driver *db, const char *sql, const int64_t *numbers, size_t count)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, sql, &s);
	if (r < 0) {
		return r;
	}
	for (size_t i = 0; i < count; i++) {
		local_driver_bind_number(s, numbers[i]);
	}
	return local_driver_run(s);
}

int local_pack_row_add(struct driver *db, int64_t pack, bool made, int64_t size, int64_t octets)
{
	int64_t before, live = 0;
	int r = read_row(db, pack, &before, &live);
	if (r == 0 && made) {
		const int64_t numbers[] = { pack, size, octets };
		return run_with(
			db, "INSERT INTO pack (id, size, live) VALUES (?, ?, ?)", numbers, 3);
	}
	if (r != 1) {
		return r < 0 ? r : ROOST_ERR_EXPUNGED;
	}
	const int64_t numbers[] = { size, live + octets, pack };
	return run_with(db, "UPDATE pack SET size = ?, live = ? WHERE id = ?", numbers, 3);
}

/* What emails need of a pack, by themselves. */
static int count_needed(struct driver *db, int64_t pack, int64_t *octets_out)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		db, "SELECT COUNT(*), SUM(octets) FROM email WHERE pack = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, pack);
	r = local_driver_step(s);
	if (r == 1) {
		*octets_out = PACK_RECORD * local_driver_number(s, 0) + local_driver_number(s, 1);
	}
	local_driver_done(s);
	return r < 0 ? r : 0;
}

int local_pack_row_release(struct driver *db, struct job *job, int64_t pack, int64_t octets)
{
	int64_t size = 0, live = 0;
	int r = read_row(db, pack, &size, &live);
	if (r != 1) {
		return r; /* one that is lost has nothing to count */
	}
	live -= PACK_RECORD + octets;
	if (live <= 0) {
		/* Before a file goes that may have mail, nothing is taken on trust. */
		r = count_needed(db, pack, &live);
		if (r < 0) {
			return r;
		}
	}
	if (live == 0) {
		r = run_with(db, "DELETE FROM pack WHERE id = ?", &pack, 1);
		return r < 0 ? r : local_job_drop_pack(job, pack);
	}
	if (local_packing_is_thin(&job->account->store->packing, size, live)) {
		job->thins = true;
	}
	const int64_t numbers[] = { live, pack };
	return run_with(db, "UPDATE pack SET live = ? WHERE id = ?", numbers, 2);
}
