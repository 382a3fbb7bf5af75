/* maildir.h - Maildir and Maildir++: a file for each message, its flags in its name. */
#ifndef PROGRAM_MAILDIR_H
#define PROGRAM_MAILDIR_H

#include "source.h"

/* Import the Maildir and the folders in it, both those of Maildir++ (".Work.Old") and those that lie
 * in one another ("Work/Old/cur"). What is in tmp is not there yet and stays out. */
void maildir_read(const struct source *source, struct deposit *deposit);

#endif
