/* files.h - copying, linking and removing files and folders, durably. Never through a symbolic
 * link. Results are 0 or ROOST_ERR_…; errno says why. */
#ifndef LOCAL_FILES_H
#define LOCAL_FILES_H

#include <stdbool.h>
#include <stdint.h>

/* Copy a regular file to a path where nothing is yet, with its time. ROOST_ERR_CORRUPT when it is
 * not there, or no file. */
int local_files_copy(const char *from, const char *to);
/* Make a file have the first `size` octets of one that only grows, and its time: what it has already
 * stays. ROOST_ERR_CORRUPT when there are not as many; it has those that are there. */
int local_files_copy_part(int from, const char *to, uint64_t size);
/* A second name for a regular file that never changes, or a copy where there can be none. */
int local_files_link(const char *from, const char *to);
/* Whether both are files of the same size and time, as a copy has them. */
bool local_files_look_alike(const char *one, const char *other);
/* Whether anything of that name is there. */
bool local_files_are(const char *path);
/* Make a folder in one that is there; EEXIST is an error. */
int local_files_make_folder(const char *path);
/* Put what is at `path` to `place`, in one step; what was there, if `replace` allows that, is at
 * `path` then. ROOST_ERR_MAILBOX_EXISTS when something is there. */
int local_files_place(const char *path, const char *place, bool replace);
/* Give a file or a folder with all in it to who owns `like`, if we may: a server that runs as
 * somebody else must read what an administrator brought. */
int local_files_give(const char *path, const char *like);
/* Remove a file or a folder with all in it. Nothing there is no error. */
int local_files_remove(const char *path);
/* What a file or a folder with all in it takes on the disk. */
int local_files_usage(const char *path, uint64_t *bytes_out);

#endif
