/* folder.h - where things lie on disk. No name can lead out of the store's folder. */
#ifndef LOCAL_FOLDER_H
#define LOCAL_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* Begin to work on a folder, which is made when it is missing, beside other processes; `lock_fd_out`
 * is its lock, see local_lock_join(). ROOST_ERR_…; errno says why. */
int local_folder_join_store(const char *path, int *lock_fd_out);

/* The path of a user's folder, from malloc(). ROOST_ERR_CANNOT when the name is empty or too long
 * for a file system, ROOST_ERR_NO_MEMORY. */
int local_folder_of_user(const char *path, const char *name, char **folder_out);
/* The path of a user's lock, likewise; the folder that it is in is there. */
int local_folder_lock_of_user(const char *path, const char *name, char **lock_out);
/* The name of the user whose folder is called so, from malloc(). ROOST_ERR_CANNOT when it is no
 * user's, ROOST_ERR_NO_MEMORY. */
int local_folder_user_of(const char *file_name, char **name_out);
/* The folder of all users' locks, from malloc(). */
int local_folder_locks(const char *path, char **folder_out);
/* "folder/name", from malloc(); NULL without memory. */
char *local_folder_join(const char *folder, const char *name);
/* Make a user's folder, durably. ROOST_ERR_…; errno says why. */
int local_folder_make_user(const char *folder);
/* Make the folder of the bodies in it, likewise. Only after the database: so bodies without one tell
 * that it was lost. */
int local_folder_make_bodies(const char *folder);
/* Open a file to write to it too, made when it is missing; `flags` are more of open(). Whoever else works
 * with the mail must reach what root has made: it belongs to the owner of the folder around it. */
int local_folder_open_file(const char *path, int flags, int *fd_out);
/* Make an empty file, which belongs to the same. ROOST_ERR_MAILBOX_EXISTS when there is one. */
int local_folder_make_file(const char *path);
/* Make what was done to the entries of a folder durable. */
int local_folder_sync(const char *folder);
/* The error for what errno says. */
int local_folder_error(int number);

#endif
