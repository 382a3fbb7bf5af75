/* mail_file.h - a file that holds one message. */
#ifndef PROGRAM_MAIL_FILE_H
#define PROGRAM_MAIL_FILE_H

#include "message.h"

/* Read the whole file into `message`, which may be `exact`; its last change is the date to fall
 * back on. 0, or an errno. */
int mail_file_read(const char *path, struct message *message);

#endif
