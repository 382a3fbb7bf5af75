/* care_house.h - a store whose user anna has messages in a pack, in mail.db and in a file, what can be done with
 * it, and what a check finds in it. What cannot fail in these fails the test. */
#ifndef LOCAL_CARE_HOUSE_H
#define LOCAL_CARE_HOUSE_H

#include <stdbool.h>

#include <sqlite3.h>

#include "local_session.h"
#include "pack.h"

/* UIDs 1 to 6 are put into a pack and 5 is expunged then; 7 is in the database, 8 in a file. Emails have
 * other numbers, as those are set aside for files. */
#define HOUSE_PACKED 6
#define HOUSE_EXPUNGED 5
#define HOUSE_MESSAGES 8
#define HOUSE_LEFT (HOUSE_MESSAGES - 1)
#define HOUSE_MESSAGE_MAX (LOCAL_SESSION_INLINE * 2)

struct house {
	char folder[256];
	char path[512]; /* of the last house_path() */
	const char *user;
	int64_t pack;
	char finds[1024]; /* names of what was found, each once, in their order */
	uint64_t unmended;
};

/* A house, and none. */
void house_begin(struct house *house);
void house_end(struct house *house);

/* Paths of house->user. They live until the next one. */
const char *house_path(struct house *house, const char *name);
const char *house_bodies(struct house *house);
const char *house_pack_path(struct house *house, int64_t pack);

/* mail.db, which has to be closed; SQL on it; a number that is asked of it. */
sqlite3 *house_open(struct house *house);
void house_run_on(sqlite3 *db, const char *format, ...) __attribute__((format(printf, 2, 3)));
void house_run(struct house *house, const char *sql);
int64_t house_ask(struct house *house, const char *sql);
/* The email of a message of INBOX, and where its record begins. */
int64_t house_email(struct house *house, unsigned uid);
int64_t house_place(struct house *house, unsigned uid);

/* The bytes of the message that had that UID at first, at most HOUSE_MESSAGE_MAX and a zero. */
size_t house_message(unsigned n, char *bytes);
/* A new pack, which no row counts. */
int64_t house_make_pack(struct house *house, sqlite3 *db, struct pack *pack_out);
/* Write a record; the place where it begins. */
uint64_t house_append_record(struct pack *pack, int64_t email, const char *bytes, size_t size);
/* Put all bodies of the database up to that email into a pack, as the store does it. */
int64_t house_pack_up(struct house *house, int64_t last);
/* Put all that is in packs into a new one, and remove them, as compaction does. */
void house_compact(struct house *house);

/* Do something with the INBOX of house->user. */
void house_with_inbox(struct house *house,
	void (*act)(struct local_session *anna, struct roost_mailbox *inbox, void *context),
	void *context);
void house_fill(struct local_session *anna, struct roost_mailbox *inbox, void *context);
void house_expunge(struct local_session *anna, struct roost_mailbox *inbox, uint32_t uid);
/* Messages of a mailbox that read as they were stored, of those with the first UIDs. */
unsigned house_count_good(struct house *house, const char *mailbox);

/* What a check finds: house->finds. */
const char *house_check(struct house *house, bool repair);
/* Back anna up, into the same place each time; and restore her as `user` from there. */
void house_backup(struct house *house, struct roost_backend *backend, bool copy);
void house_restore(struct house *house, struct roost_backend *backend, const char *user);

#endif
