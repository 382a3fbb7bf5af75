/* packing.c - moving the bytes of messages from mail.db into packs. */
#include "packing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "bodies.h"
#include "folder.h"
#include "numbers.h"
#include "rows.h"
#include "shrink.h"
#include "store.h"

/* What is moved in one transaction, for which others have to wait. */
#define BATCH 1024
#define BATCH_OCTETS ((size_t)4 * 1024 * 1024)
/* Other users get their turn after so many seconds. */
#define TURN 1

/* A message on its way. */
struct item {
	int64_t email, octets, digest;
	int64_t pack, at; /* where it was; 0: in mail.db */
	size_t offset; /* of its record, in the batch */
};

struct moving {
	struct job job;
	struct account *account;
	struct roost_call *call; /* only to see whether it was cancelled */
	struct driver *mail;
	struct packing_limits limits;
	struct chore_trouble *trouble;
	time_t deadline;
	struct pack pack; /* that is written to; a descriptor of -1: none yet */
	bool made; /* it has no row yet */
	struct item items[BATCH];
	size_t count;
	char *records; /* of the items, and their octets */
	size_t size;
	uint64_t from; /* where they stand in the pack */
	int64_t moved; /* octets that are in their new place since */
};

bool local_packing_is_thin(const struct packing_limits *limits, int64_t size, int64_t live)
{
	return size - live >= (int64_t)limits->least && live < size / 2;
}

/* One without a row goes. */
static void close_pack(struct moving *moving)
{
	local_pack_close(&moving->pack);
	if (moving->made) {
		local_leftovers_drop(moving->account, LEFTOVER_PACK, (int64_t)moving->pack.id);
	}
	moving->made = false;
}

/* What a disk says of it. */
static int fail_at_disk(struct moving *moving, int error)
{
	moving->trouble->of_mail = false;
	(void)snprintf(moving->trouble->text, sizeof(moving->trouble->text), "%s", strerror(errno));
	return error;
}

/* The newest pack, 0 when there is none, and its size. */
static int find_newest(struct moving *moving, int64_t *id_out, int64_t *size_out)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		moving->mail, "SELECT id, size FROM pack ORDER BY id DESC LIMIT 1", &s);
	if (r < 0) {
		return r;
	}
	r = local_driver_step(s);
	*id_out = r == 1 ? local_driver_number(s, 0) : 0;
	*size_out = r == 1 ? local_driver_number(s, 1) : 0;
	local_driver_done(s);
	return r < 0 ? r : 0;
}

static int begin_pack(struct moving *moving)
{
	int64_t id;
	int r = local_numbers_take_last(moving->account, NULL, &id);
	if (r < 0) {
		return r;
	}
	errno = 0;
	r = local_pack_create(moving->account->bodies, (uint64_t)id, &moving->pack);
	moving->made = r == 0;
	if (r < 0) {
		(void)fail_at_disk(moving, r);
		local_leftovers_drop(moving->account, LEFTOVER_PACK, id);
	}
	return r;
}

/* A pack to write to, which is not that one. Only the newest is written to. */
static int reach_pack(struct moving *moving, int64_t other)
{
	int64_t id, size;
	if (moving->pack.fd >= 0 && moving->pack.end < moving->limits.full &&
		moving->pack.id != (uint64_t)other) {
		return 0;
	}
	close_pack(moving);
	int r = find_newest(moving, &id, &size);
	if (r < 0) {
		return r;
	}
	if (id != 0 && id != other && size < (int64_t)moving->limits.full) {
		errno = 0;
		r = local_pack_open(
			moving->account->bodies, (uint64_t)id, (uint64_t)size, &moving->pack);
		/* One that is damaged is read as far as it can be, and gets no more. */
		if (r != ROOST_ERR_CORRUPT) {
			return r < 0 ? fail_at_disk(moving, r) : 0;
		}
	}
	return begin_pack(moving);
}

/* Room for the bytes of one more message in the batch; NULL when there is none. */
static char *add_item(struct moving *moving, const struct item *item)
{
	size_t size = PACK_RECORD + (size_t)item->octets;
	size_t most =
		moving->limits.full < BATCH_OCTETS ? (size_t)moving->limits.full : BATCH_OCTETS;
	bool full = moving->count == BATCH || moving->size + size > most;
	if (moving->count > 0 && full) {
		return NULL;
	}
	char *room = moving->records + moving->size + PACK_RECORD;
	moving->items[moving->count] = *item;
	moving->items[moving->count++].offset = moving->size;
	moving->size += size;
	return room;
}

static bool fits(const struct item *item)
{
	return item->octets >= 0 && item->octets <= (int64_t)PACK_MESSAGE_MAX;
}

/* Messages of mail.db behind `*after`, which moves on. 1 when there are no more. */
static int gather_stored(struct moving *moving, int64_t *after)
{
	struct driver_statement *s;
	int r = local_driver_prepare(moving->mail,
		"SELECT b.email, e.octets, e.digest, b.bytes FROM body b CROSS JOIN email e"
		" WHERE b.email > ? AND e.id = b.email AND e.in_file = 0 AND e.pack = 0"
		" ORDER BY b.email",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, *after);
	while ((r = local_driver_step(s)) == 1) {
		const struct item item = {
			.email = local_driver_number(s, 0),
			.octets = local_driver_number(s, 1),
			.digest = local_driver_number(s, 2),
		};
		struct roost_text bytes = local_driver_bytes(s, 3);
		/* What is not as it should be stays for who checks the store. */
		if (fits(&item) && bytes.size == (size_t)item.octets) {
			char *room = add_item(moving, &item);
			if (room == NULL) {
				break;
			}
			if (bytes.size > 0) {
				memcpy(room, bytes.bytes, bytes.size);
			}
		}
		*after = item.email;
	}
	local_driver_done(s);
	return r < 0 ? r : r == 0;
}

/* The same for messages of a pack, which is open for reading. */
static int gather_packed(struct moving *moving, int64_t pack, int fd, int64_t *after)
{
	struct driver_statement *s;
	int r = local_driver_prepare(moving->mail,
		"SELECT id, octets, digest, pack_at FROM email WHERE id > ? AND pack = ?"
		" ORDER BY id",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, *after);
	local_driver_bind_number(s, pack);
	while ((r = local_driver_step(s)) == 1) {
		char header[PACK_RECORD];
		const struct item item = {
			.email = local_driver_number(s, 0),
			.octets = local_driver_number(s, 1),
			.digest = local_driver_number(s, 2),
			.pack = pack,
			.at = local_driver_number(s, 3),
		};
		uint64_t at = (uint64_t)item.at;
		/* What cannot be read stays where it is; and the others in order. */
		if (fits(&item) && local_pack_read(fd, at, header, sizeof(header)) == 0 &&
			local_pack_is_of(header, (uint64_t)item.email, (uint64_t)item.octets)) {
			size_t size = moving->size;
			char *room = add_item(moving, &item);
			if (room == NULL) {
				break;
			}
			if (local_pack_read(fd, at + PACK_RECORD, room, (size_t)item.octets) < 0) {
				moving->count--;
				moving->size = size;
			}
		}
		*after = item.email;
	}
	local_driver_done(s);
	return r < 0 ? r : r == 0;
}

/* Whether an email is where it was found. */
static int is_there(struct driver *db, const struct item *item)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		db, "SELECT in_file, pack, pack_at FROM email WHERE id = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, item->email);
	r = local_driver_step(s);
	if (r == 1) {
		r = local_driver_number(s, 0) == 0 && local_driver_number(s, 1) == item->pack &&
		    local_driver_number(s, 2) == item->at;
	}
	local_driver_done(s);
	return r;
}

static int move_row(struct moving *moving, const struct item *item)
{
	struct driver *db = moving->account->writer;
	struct driver_statement *s;
	int r = local_driver_prepare(db, "UPDATE email SET pack = ?, pack_at = ? WHERE id = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, (int64_t)moving->pack.id);
	local_driver_bind_number(s, (int64_t)(moving->from + item->offset));
	local_driver_bind_number(s, item->email);
	r = local_driver_run(s);
	if (r < 0) {
		return r;
	}
	if (item->pack != 0) {
		return local_pack_row_release(db, &moving->job, item->pack, item->octets);
	}
	r = local_driver_prepare(db, "DELETE FROM body WHERE email = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, item->email);
	return local_driver_run(s);
}

/* The records are on disk: from now on the emails are there. Those that went meanwhile are not. */
static int run(struct job *job)
{
	struct moving *moving = roost_container_of(job, struct moving, job);
	struct driver *db = moving->account->writer;
	int r = 0;
	moving->moved = 0;
	for (size_t i = 0; r >= 0 && i < moving->count; i++) {
		r = is_there(db, &moving->items[i]);
		if (r == 1) {
			moving->moved += PACK_RECORD + moving->items[i].octets;
			r = move_row(moving, &moving->items[i]);
		}
	}
	if (r < 0 || moving->moved == 0) {
		return r < 0 ? r : 0;
	}
	return local_pack_row_add(db, (int64_t)moving->pack.id, moving->made,
		(int64_t)moving->pack.end, moving->moved);
}

/* Write what was gathered to the pack, and have it on disk. */
static int write_batch(struct moving *moving)
{
	moving->from = moving->pack.end;
	for (size_t i = 0; i < moving->count; i++) {
		const struct item *item = &moving->items[i];
		const struct pack_record record = {
			.email = (uint64_t)item->email,
			.octets = (uint64_t)item->octets,
			.digest = (uint64_t)item->digest,
		};
		local_pack_write_header(&moving->pack, moving->from + item->offset, &record,
			moving->records + item->offset);
	}
	errno = 0;
	int r = local_pack_append(&moving->pack, moving->records, moving->size);
	if (r == 0) {
		r = local_pack_sync(&moving->pack);
		if (r < 0) {
			local_pack_cut(&moving->pack, moving->from);
		}
	}
	return r < 0 ? fail_at_disk(moving, r) : 0;
}

/* Move what was gathered to a pack that is not `other`. */
static int move_batch(struct moving *moving, int64_t other)
{
	int r = reach_pack(moving, other);
	if (r == 0) {
		r = write_batch(moving);
	}
	if (r < 0) {
		return r;
	}
	r = local_job_do(&moving->job);
	local_job_clear(&moving->job);
	if (r == 0 && moving->moved > 0) {
		moving->made = false;
	}
	if (r == ROOST_ERR_EXPUNGED) {
		close_pack(moving); /* nobody needs the pack any more: another one is begun */
		r = 0;
	}
	return r;
}

/* Whether it is time to end, and the result then. */
static bool is_over(struct moving *moving, int *result_out)
{
	if (roost_call_cancelled(moving->call)) {
		*result_out = ROOST_ERR_CANCELLED;
		return true;
	}
	*result_out = 1;
	return time(NULL) >= moving->deadline ||
	       local_chores_give_way(moving->account->store->chores);
}

/* Forget what was gathered. */
static int begin_batch(struct moving *moving)
{
	moving->count = 0;
	moving->size = 0;
	if (moving->records == NULL) {
		moving->records = malloc(BATCH_OCTETS);
	}
	return moving->records == NULL ? ROOST_ERR_NO_MEMORY : 0;
}

/* Whether so much is in mail.db that it is worth a sync. */
static int is_enough(struct moving *moving)
{
	struct driver_statement *s;
	uint64_t octets = 0;
	int r = local_driver_prepare(moving->mail,
		"SELECT e.octets FROM body b CROSS JOIN email e WHERE e.id = b.email"
		" ORDER BY b.email",
		&s);
	if (r < 0) {
		return r;
	}
	while (octets < moving->limits.least && (r = local_driver_step(s)) == 1) {
		octets += PACK_RECORD + (uint64_t)local_driver_number(s, 0);
	}
	local_driver_done(s);
	return r < 0 ? r : octets >= moving->limits.least;
}

static int move_stored(struct moving *moving)
{
	int64_t after = INT64_MIN;
	int ended = 0, result = 0, r = 0;
	while (ended == 0 && (r = is_enough(moving)) == 1) {
		r = begin_batch(moving);
		ended = r < 0 ? r : gather_stored(moving, &after);
		if (ended < 0 || moving->count == 0) {
			return ended < 0 ? ended : 0;
		}
		r = move_batch(moving, 0);
		if (r < 0) {
			return r;
		}
		if (ended == 0 && is_over(moving, &result)) {
			return result;
		}
	}
	return r < 0 ? r : 0;
}

/* Move what is needed of a pack. What cannot be read of it stays. */
static int empty_pack(struct moving *moving, int64_t pack)
{
	int64_t after = INT64_MIN;
	int fd = -1, result = 0, ended = 0;
	int r = local_pack_open_reader(moving->account->bodies, (uint64_t)pack, &fd);
	if (r < 0) {
		return r == ROOST_ERR_CORRUPT || r == ROOST_ERR_IO ? 0 : fail_at_disk(moving, r);
	}
	while (r == 0 && ended == 0) {
		r = begin_batch(moving);
		ended = r < 0 ? r : gather_packed(moving, pack, fd, &after);
		if (ended >= 0 && moving->count > 0) {
			r = move_batch(moving, pack);
		}
		if (r == 0 && ended == 0 && is_over(moving, &result)) {
			r = result;
		}
	}
	(void)close(fd);
	return ended < 0 ? ended : r;
}

/* The first pack that has little in it, behind those that this process has emptied as far as it could,
 * and had to leave; 0 when there is none. */
static int find_thin(struct moving *moving, int64_t *pack_out)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		moving->mail, "SELECT id, size, live FROM pack WHERE id > ? ORDER BY id", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, moving->account->chores.emptied_pack);
	*pack_out = 0;
	while (*pack_out == 0 && (r = local_driver_step(s)) == 1) {
		if (local_packing_is_thin(&moving->limits, local_driver_number(s, 1),
			    local_driver_number(s, 2))) {
			*pack_out = local_driver_number(s, 0);
		}
	}
	local_driver_done(s);
	return r < 0 ? r : 0;
}

static int move_packed(struct moving *moving)
{
	int64_t pack = 0;
	int result = 0;
	int r = find_thin(moving, &pack);
	while (r == 0 && pack != 0) {
		int64_t emptied = pack;
		r = empty_pack(moving, emptied);
		if (r == 0) {
			r = find_thin(moving, &pack);
		}
		if (r == 0 && pack == emptied) {
			/* Only now: older packs may become thin after newer ones. */
			moving->account->chores.emptied_pack = emptied;
			r = find_thin(moving, &pack);
		}
		if (r == 0 && pack != 0 && is_over(moving, &result)) {
			r = result;
		}
	}
	return r;
}

/* With the lock. */
static int take_turn(struct moving *moving)
{
	/* A crash could bring back a commit that has failed, with places in a pack where something else would be then. */
	int r = local_job_end_doubt(moving->account);
	if (r == 0) {
		r = move_stored(moving);
	}
	if (r == 0) {
		r = move_packed(moving);
	}
	close_pack(moving);
	free(moving->records);
	if (r == 0) {
		local_shrink(moving->account, moving->call, moving->mail);
	}
	return r;
}

/* Only one process moves. */
static int lock(const char *folder, int *fd_out)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return local_folder_error(errno);
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		*fd_out = fd;
		return 0;
	}
	int r = errno == EWOULDBLOCK ? ROOST_ERR_IN_USE : local_folder_error(errno);
	(void)close(fd);
	return r;
}

static int do_turn(struct moving *moving)
{
	struct account *account = moving->account;
	int fd = -1;
	int r = local_account_take_reader(account, moving->call, &moving->mail);
	if (r < 0) {
		return r;
	}
	r = lock(account->bodies, &fd);
	if (r == 0) {
		r = take_turn(moving);
		(void)close(fd);
	} else {
		r = fail_at_disk(moving, r);
	}
	local_account_put_reader(account, moving->mail);
	return r;
}

int local_packing_do(
	struct account *account, struct roost_call *call, struct chore_trouble *trouble_out)
{
	*trouble_out = (struct chore_trouble) { .of_mail = true };
	struct moving *moving = calloc(1, sizeof(*moving));
	if (moving == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	*moving = (struct moving) {
		.job = { .run = run, .account = account },
		.account = account,
		.call = call,
		.limits = account->store->packing,
		.trouble = trouble_out,
		.deadline = time(NULL) + TURN,
		.pack = { .fd = -1 },
	};
	int r = local_store_begin_op(account, call);
	if (r == 0) {
		r = do_turn(moving);
		local_store_end_op(account);
	}
	free(moving);
	return r;
}
