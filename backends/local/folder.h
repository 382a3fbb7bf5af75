/* folder.h - where things lie on disk. No name can lead out of the store's folder. */
#ifndef LOCAL_FOLDER_H
#define LOCAL_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* Take a folder, which is made when it is missing, for this process: `lock_fd_out` holds the lock
 * until it is closed. ROOST_ERR_IN_USE, and what the system says; `text_out` explains. */
int local_folder_lock(const char *path, int *lock_fd_out, char *text_out, size_t text_size);

/* The path of a user's folder, from malloc(). ROOST_ERR_CANNOT when the name is empty or too long
 * for a file system, ROOST_ERR_NO_MEMORY. */
int local_folder_of_user(const char *path, const char *name, char **folder_out);
/* The path of a user's lock, likewise; the folder that it is in is there. */
int local_folder_lock_of_user(const char *path, const char *name, char **lock_out);
/* The name of the user whose folder is called so, from malloc(). ROOST_ERR_CANNOT when it is no
 * user's, ROOST_ERR_NO_MEMORY. */
int local_folder_user_of(const char *file_name, char **name_out);
/* "folder/name", from malloc(); NULL without memory. */
char *local_folder_join(const char *folder, const char *name);
/* Make a user's folder and what must be in it, durably. ROOST_ERR_…; errno says why. */
int local_folder_make_user(const char *folder);
/* Make what was done to the entries of a folder durable. */
int local_folder_sync(const char *folder);
/* The error for what errno says. */
int local_folder_error(int number);

#endif
