/* folder.h - folders of message files, one message in each. */
#ifndef PROGRAM_FOLDER_H
#define PROGRAM_FOLDER_H

#include <stdbool.h>

#include "import.h"

/* Whether a file of that name is a message: "….eml". */
bool folder_is_message_name(const char *name);

/* Read the whole file into `message`, and the time of its last change as the date to fall back on.
 * 0, or an errno. */
int folder_read_file(const char *path, struct message *message);

/* Import one file; false when memory is out. */
bool folder_read_message(struct import *import, const char *path);

/* Import the .eml files of a folder, in the order of their names and the numbers in them. */
bool folder_read(struct import *import, const char *path);

#endif
