/* bodies.h - the bytes of larger messages, a file each in one folder. Files never change. */
#ifndef LOCAL_BODIES_H
#define LOCAL_BODIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/content.h>

/* As local_bodies_read_name(). */
typedef bool (*bodies_name_fn)(const char *name, uint64_t *id_out, bool *unfinished_out);
/* Whether a body is used; 1, 0, or an error. */
typedef int (*bodies_used_fn)(void *context, uint64_t id);

/* The bytes of content and their digest. */
int local_bodies_digest(struct roost_content *content, uint64_t *digest_out);
/* Store content under a number that no other has; it is on disk when this returns. Tells the digest
 * of its bytes. `folder` is that of the bodies. */
int local_bodies_put(
	const char *folder, uint64_t id, struct roost_content *content, uint64_t *digest_out);
/* The content of that number, which must have so many octets; one reference, the caller's.
 * ROOST_ERR_CORRUPT when the file is missing or not as large. */
int local_bodies_get(
	const char *folder, uint64_t id, uint64_t octets, struct roost_content **content_out);
/* Remove a body; who reads it goes on. One that is not there is no error. */
int local_bodies_drop(const char *folder, uint64_t id);
/* The same of one that local_bodies_put() began and could not remove. */
int local_bodies_drop_unfinished(const char *folder, uint64_t id);
/* Whether there is anything under that number. */
bool local_bodies_are(const char *folder, uint64_t id);
/* The number in a file's name; `unfinished_out` tells of one that was not written whole. False when
 * it is no body's. */
bool local_bodies_read_name(const char *name, uint64_t *id_out, bool *unfinished_out);
/* Drop what is not used of the files whose names can be read so: left by a process that died. */
int local_bodies_sweep(
	const char *folder, bodies_name_fn read_name, bodies_used_fn is_used, void *context);

#endif
