/* identity.h - by what a message is known again, when its source has no name for it that lasts. */
#ifndef PROGRAM_IDENTITY_H
#define PROGRAM_IDENTITY_H

#include <stddef.h>

/* The name, and a digest of the bytes. From malloc; NULL when memory is out. */
char *identity_of_bytes(const char *name, const char *bytes, size_t n);

/* A digest of a message in an mbox file, without the fields that mail programs change there: those
 * that tell the flags. From malloc; NULL when memory is out. */
char *identity_of_mbox(const char *bytes, size_t n);

#endif
