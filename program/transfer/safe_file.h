/* safe_file.h - files that are there whole or not at all: written under another name, brought to
 * disk, and renamed. */
#ifndef PROGRAM_SAFE_FILE_H
#define PROGRAM_SAFE_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct safe_file {
	FILE *stream;
	char *path;
	char *temporary;
};

/* All return 0 or an errno. */

/* Begin a file that shall be called `path`; what was called so stays until the end. */
int safe_file_open(struct safe_file *file, const char *path);
/* Give it its name, unless `good` is false or something could not be written; then it is removed.
 */
int safe_file_finish(struct safe_file *file, bool good);

/* Make what was done to the entries of a folder durable. */
int safe_file_sync_folder(const char *path);

/* Make a folder, unless it is there. */
int safe_file_make_folder(const char *path);
/* Make a folder and those it is in, unless they are there. */
int safe_file_make_folders(const char *path);

#endif
