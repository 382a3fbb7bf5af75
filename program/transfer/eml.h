/* eml.h - folders of message files, one message in each, and folders in them. */
#ifndef PROGRAM_EML_H
#define PROGRAM_EML_H

#include <stdbool.h>

#include "source.h"

/* Whether a file of that name is a message: "….eml". */
bool eml_is_message_name(const char *name);

/* Import one file, or the .eml files of a folder, in the order of their names and the numbers in
 * them; each folder in it is a mailbox of its name. */
void eml_read(const struct source *source, struct deposit *deposit);

#endif
