/* folder.h - folders of message files, one message in each. */
#ifndef PROGRAM_FOLDER_H
#define PROGRAM_FOLDER_H

#include <stdbool.h>

#include "import.h"

/* Whether a file of that name is a message: "….eml". */
bool folder_is_message_name(const char *name);

/* Import one file; false when memory is out. Its last change is the date to fall back on. `prepare`
 * may add to the message what the file's name says; it may be NULL. */
bool folder_read_message(struct import *import, const char *path,
	void (*prepare)(struct message *message, const char *path));

/* Import the .eml files of a folder, in the order of their names and the numbers in them. */
bool folder_read(struct import *import, const char *path);

#endif
