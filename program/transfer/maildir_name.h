/* maildir_name.h - the names of files in a Maildir: when a message came, and its flags. */
#ifndef PROGRAM_MAILDIR_NAME_H
#define PROGRAM_MAILDIR_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/outline.h>

#include "message.h"

/* The part that stays when flags change: up to the ':'. */
size_t maildir_name_unique(const char *name);

/* The letters after ":2,"; "" when there are none. */
const char *maildir_name_letters(const char *name);

/* Whether an export of ours gave the file its name: then its bytes are the message's, and the name
 * tells the date with its zone, and the UID. */
bool maildir_name_is_ours(const char *name, struct roost_time *date_out, uint32_t *uid_out);
/* Such a name without flags, from malloc; NULL when memory is out. */
char *maildir_name_create(
	uint32_t uid_validity, uint32_t uid, struct roost_time date, uint64_t size);

/* When the message came, for a file of others: the time at the start of the name, or that of the
 * file, whichever is earlier: servers keep the internal date as the file's time and may have made
 * the file later; a copy has the time of copying. */
struct roost_time maildir_name_date(const char *name, struct roost_time file_date);

/* The letters of the flags there are letters for, in their order. `letters_out` has room for 8. */
void maildir_name_write_flags(const struct roost_flags *flags, char *letters_out);
/* Give the message the flags that the capital letters stand for. 0 or ROOST_ERR_NO_MEMORY. */
int maildir_name_read_flags(const char *letters, struct message *message);

#endif
