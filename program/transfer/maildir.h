/* maildir.h - Maildir and Maildir++: a file for each message, its flags in its name. */
#ifndef PROGRAM_MAILDIR_H
#define PROGRAM_MAILDIR_H

#include <stdbool.h>

#include "import.h"

/* Import the Maildir at `path` into `mailbox`, and its Maildir++ folders (".Work.Old") into
 * mailboxes under it ("Work/Old"; under INBOX too). What is in tmp is not there yet and stays out.
 */
bool maildir_read(struct import *import, const char *mailbox, const char *path);

#endif
