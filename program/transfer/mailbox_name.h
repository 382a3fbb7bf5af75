/* mailbox_name.h - names of mailboxes as a command line or a Maildir++ folder gives them. */
#ifndef PROGRAM_MAILBOX_NAME_H
#define PROGRAM_MAILBOX_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include <roost/outline.h>

/* Whether a mailbox of that name could be asked for over IMAP: UTF-8, levels divided by '/', none
 * of them empty, no control characters. */
bool mailbox_name_is_valid(const char *name);

/* The folder name in UTF-8: from modified UTF-7 (RFC 3501 section 5.1.3), or unchanged when it is
 * none. From malloc; NULL when memory is out. */
char *mailbox_name_decode(const char *folder);

/* The opposite: modified UTF-7, in which the characters of `escaped` are encoded too, so that what
 * reads the folder's name does not take them for its own. From malloc; NULL when memory is out. */
char *mailbox_name_encode(const char *name, const char *escaped);

/* The mailbox for what a source calls `name` ("" or "INBOX" in any case: the source's own), when the
 * source goes into `mailbox`, or, with NULL, into INBOX and beside it. From malloc; NULL when memory
 * is out. */
char *mailbox_name_under(const char *mailbox, const char *name);

/* The name here for a mailbox of an IMAP server, from malloc: from modified UTF-7, or UTF-8, with the
 * server's delimiter between its levels. A '/' in a level becomes U+2215, which looks like it. NULL
 * when it cannot be a name here. */
char *mailbox_name_of_server(struct roost_text raw, char delimiter);

#endif
