/* pack.h - files that hold the bytes of many messages, one behind the other.
 *
 * A pack only grows: what was written is never written over, not even what a crash has left behind the
 * last message, and in the end the file goes as a whole. It begins with a header; a record is a header
 * and the bytes of a message. Which records count is what mail.db says; but a pack can be read without
 * it. Headers of records carry a check that only who knows the pack's salt can make: no message can
 * pretend, by its bytes, to be a record. Numbers are little-endian:
 *
 *	0   "roostpak"            0   "rec:"
 *	8   version, 1 (4 bytes)  4   check (4 bytes)
 *	12  0 (4 bytes)           8   email
 *	16  number of the pack    16  octets
 *	24  salt                  24  digest (bodies.h)
 *
 * Only the pack with the highest number is written to, and only while it is not full: no other ever
 * changes again. Numbers are taken from those of emails (account.email, which is never lower than that of a
 * pack), so none comes twice. */
#ifndef LOCAL_PACK_H
#define LOCAL_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Octets of a header of a file, and of a record. */
#define PACK_HEADER 32
#define PACK_RECORD 32
/* A pack of so many octets gets no more, however stores are configured. */
#define PACK_FULL ((uint64_t)64 * 1024 * 1024)
/* Messages with more octets are in no pack. */
#define PACK_MESSAGE_MAX ((uint64_t)1024 * 1024)

struct pack_record {
	uint64_t email, octets, digest;
};

/* "folder/pack-00000000000000ff", from malloc(); NULL without memory. */
char *local_pack_path(const char *folder, uint64_t id);
/* The number in a file's name. False when it is no pack's. None is `unfinished`: what was not counted
 * in it shows in mail.db only. */
bool local_pack_read_name(const char *name, uint64_t *id_out, bool *unfinished_out);
/* Remove a pack; who reads it goes on. One that is not there is no error. */
int local_pack_drop(const char *folder, uint64_t id);

/* Writing: by one process at a time. */
struct pack {
	int fd;
	uint64_t id, salt;
	uint64_t end; /* where the next record goes */
};

/* Make a pack, whose number no other has. It is not on disk before local_pack_sync(). */
int local_pack_create(const char *folder, uint64_t id, struct pack *pack_out);
/* Open one to go on behind all that is there, which are `size` octets that count and perhaps rubbish.
 * ROOST_ERR_CORRUPT when it is not there, shorter, has another's header, or a second name. */
int local_pack_open(const char *folder, uint64_t id, uint64_t size, struct pack *pack_out);
/* Put the header of a record that will stand at `at` before its bytes. */
void local_pack_write_header(const struct pack *pack, uint64_t at, const struct pack_record *record,
	char header[PACK_RECORD]);
/* Write records, made for the place where the pack ends. */
int local_pack_append(struct pack *pack, const char *records, size_t size);
/* Take back what was written since the pack ended there, which nobody can know of: a disk that is full may need the
 * room, and one that is ill is not to be filled. */
void local_pack_cut(struct pack *pack, uint64_t end);
/* All that was written is on disk. */
int local_pack_sync(const struct pack *pack);
void local_pack_close(struct pack *pack);

/* Open a pack to read from it. ROOST_ERR_CORRUPT when it is not there. */
int local_pack_open_reader(const char *folder, uint64_t id, int *fd_out);
/* Read all of a range. ROOST_ERR_CORRUPT when the file is shorter. */
int local_pack_read(int fd, uint64_t at, char *bytes, size_t size);
/* The salt of the pack of that number. ROOST_ERR_CORRUPT when the file's header is damaged, or
 * another's. */
int local_pack_read_salt(int fd, uint64_t id, uint64_t *salt_out);
/* Whether a header is that of a record with these bytes. */
bool local_pack_is_of(const char header[PACK_RECORD], uint64_t email, uint64_t octets);

/* Told of a record: its place, what its header says, and its bytes, which live until this returns.
 * They are `whole` when their digest is the header's. Another result than 0 ends the scan. */
typedef int (*pack_record_fn)(void *context, uint64_t at, const struct pack_record *record,
	const char *bytes, bool whole);

/* Tell of all records of a file up to `size`, those of a damaged one that can be found, too. Among
 * them are messages that are gone, and what was never counted. The result of `tell`, or
 * ROOST_ERR_CORRUPT (the file became shorter), ROOST_ERR_NO_MEMORY. */
int local_pack_scan(int fd, uint64_t size, pack_record_fn tell, void *context);

#endif
