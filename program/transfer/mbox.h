/* mbox.h - mbox files: messages one after another, each after a "From " line. */
#ifndef PROGRAM_MBOX_H
#define PROGRAM_MBOX_H

#include <stdbool.h>

#include "import.h"

/* Import the mbox file at `path`. A message begins at a line "From sender date" at the start of the
 * file or after an empty line; Content-Length is not trusted. The "From " line is left out, the
 * empty line before it too, and one '>' of each body line ">From ", ">>From " and so on (mboxrd,
 * mboxo). The date of the "From " line is the internal date; Status and X-Status give the flags. */
bool mbox_read(struct import *import, const char *path);

#endif
