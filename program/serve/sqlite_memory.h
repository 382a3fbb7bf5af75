/* sqlite_memory.h - where SQLite has its memory. */
#ifndef PROGRAM_SQLITE_MEMORY_H
#define PROGRAM_SQLITE_MEMORY_H

/* From now on SQLite's memory stands apart from that of the rest, so that what stays while databases are closed does not
 * keep theirs. Before SQLite is used first; where it cannot be, all stays as it is. */
void sqlite_memory_part(void);

#endif
