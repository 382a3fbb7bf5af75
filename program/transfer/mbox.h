/* mbox.h - mbox files: messages one after another, each after a "From " line. */
#ifndef PROGRAM_MBOX_H
#define PROGRAM_MBOX_H

#include "source.h"

/* The field that our exports put before the others: the internal date in seconds, its zone in
 * minutes, the octets of the message, and whether its line ends became LF ("lf") or stayed ("raw").
 * By it a message comes back as it was. */
#define MBOX_FIELD "X-Roost-Export:"

/* Import the mbox file, or those of a folder and the folders in it. A message begins at a line "From
 * sender date" at the start of the file or after an empty line; Content-Length is not trusted. The
 * "From " line is left out, the empty line before it too, and one '>' of each body line ">From ",
 * ">>From " and so on (mboxrd, mboxo). The date of the "From " line is the internal date; Status,
 * X-Status and X-Keywords give the flags. */
void mbox_read(const struct source *source, struct deposit *deposit);

#endif
