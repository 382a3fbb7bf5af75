/* account_file.c - the accounts of a store: reading and writing users/NAME/account. */
#include "account_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roost/local.h>

#include "account_text.h"

#define FILE_NAME "account"
#define NEW_FILE_NAME "account.new"

static void close_quietly(int fd)
{
	int number = errno;
	if (fd >= 0) {
		(void)close(fd);
	}
	errno = number;
}

/* The whole file; MISSING when there is none. */
static enum account_result read_text(int folder, char **text_out)
{
	struct stat about;
	/* A pipe in its place is not waited for. */
	int fd = openat(folder, FILE_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0) {
		return errno == ENOENT  ? ACCOUNT_MISSING
		       : errno == ELOOP ? ACCOUNT_DAMAGED
					: ACCOUNT_TROUBLE;
	}
	enum account_result result = ACCOUNT_TROUBLE;
	char *text = malloc(ACCOUNT_TEXT_MAX + 1);
	ssize_t n = -1;
	if (text != NULL && fstat(fd, &about) == 0) {
		if (!S_ISREG(about.st_mode) || about.st_size > ACCOUNT_TEXT_MAX) {
			result = ACCOUNT_DAMAGED;
		} else {
			n = read(fd, text, ACCOUNT_TEXT_MAX);
		}
	}
	close_quietly(fd);
	if (n >= 0) {
		text[n] = '\0';
		result = strlen(text) == (size_t)n ? ACCOUNT_GOOD : ACCOUNT_DAMAGED;
	}
	if (result != ACCOUNT_GOOD) {
		free(text);
		return result;
	}
	*text_out = text;
	return ACCOUNT_GOOD;
}

/* ENOENT for a name that no folder can have. */
static char *folder_of(const char *data, const char *name)
{
	char *folder = NULL;
	int r = roost_local_user_folder(data, name, &folder);
	if (r < 0) {
		errno = r == ROOST_ERR_NO_MEMORY ? ENOMEM : ENOENT;
		return NULL;
	}
	return folder;
}

static enum account_result open_folder(const char *data, const char *name, int *folder_out)
{
	char *path = folder_of(data, name);
	int folder = -1;
	if (path != NULL) {
		folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		free(path);
	}
	if (folder < 0) {
		return errno == ENOENT ? ACCOUNT_MISSING : ACCOUNT_TROUBLE;
	}
	*folder_out = folder;
	return ACCOUNT_GOOD;
}

/* Whether it is the user's folder still: who restores mail puts another in its place, and deletes it. */
static bool is_in_place(int folder, const char *data, const char *name)
{
	struct stat ours, theirs;
	char *path = folder_of(data, name);
	bool is = path != NULL && fstat(folder, &ours) == 0 && stat(path, &theirs) == 0 &&
		  ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
	free(path);
	return is;
}

enum account_result account_file_read(
	const char *data, const char *name, struct account_file *account_out)
{
	enum account_result result;
	char *text = NULL;
	bool again = false;
	do {
		int folder = -1;
		result = open_folder(data, name, &folder);
		if (result == ACCOUNT_GOOD) {
			result = read_text(folder, &text);
			again = result == ACCOUNT_MISSING && !is_in_place(folder, data, name);
			close_quietly(folder);
		} else {
			again = false;
		}
	} while (again);
	if (result == ACCOUNT_GOOD) {
		result = account_text_parse(text, account_out);
		explicit_bzero(text, strlen(text));
		free(text);
	}
	return result;
}

/* Give what root has made to whom the folder around it belongs. */
static bool give_to_owner(int fd, int around)
{
	struct stat about;
	return geteuid() != 0 ||
	       (fstat(around, &about) == 0 && fchown(fd, about.st_uid, about.st_gid) == 0);
}

/* Open a folder in another, made when it is missing. */
static int need_folder(int around, const char *name)
{
	bool made = mkdirat(around, name, 0700) == 0;
	if (!made && errno != EEXIST) {
		return -1;
	}
	int fd = openat(around, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && made && (!give_to_owner(fd, around) || fsync(around) < 0)) {
		close_quietly(fd);
		return -1;
	}
	return fd;
}

/* The user's folder, made when it is missing, with those above up to the store's. */
static enum account_result need_user_folder(const char *data, const char *name, int *folder_out)
{
	char *path = folder_of(data, name);
	int store = -1, users = -1, folder = -1;
	if (path != NULL && (mkdir(data, 0700) == 0 || errno == EEXIST)) {
		store = open(data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (store >= 0) {
		users = need_folder(store, "users");
	}
	if (users >= 0) {
		folder = need_folder(users, strrchr(path, '/') + 1);
	}
	close_quietly(users);
	close_quietly(store);
	free(path);
	if (folder < 0) {
		return ACCOUNT_TROUBLE;
	}
	*folder_out = folder;
	return ACCOUNT_GOOD;
}

static bool write_all(int fd, const char *text)
{
	for (size_t left = strlen(text); left > 0;) {
		ssize_t n = write(fd, text, left);
		if (n < 0 && errno != EINTR) {
			return false;
		}
		text += n > 0 ? n : 0;
		left -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

static enum account_result write_text(int folder, const char *text)
{
	(void)unlinkat(folder, NEW_FILE_NAME, 0); /* of a process that died */
	int fd = openat(folder, NEW_FILE_NAME, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		return ACCOUNT_TROUBLE;
	}
	bool good = give_to_owner(fd, folder) && write_all(fd, text) && fsync(fd) == 0;
	close_quietly(fd);
	good = good && renameat(folder, NEW_FILE_NAME, folder, FILE_NAME) == 0 &&
	       fsync(folder) == 0;
	return good ? ACCOUNT_GOOD : ACCOUNT_TROUBLE;
}

/* The user's folder, locked against others who write, until it is closed. Who restores mail has it
 * locked until another is in its place; then that one is waited for. */
static enum account_result lock_folder(
	const char *data, const char *name, bool make, int *folder_out)
{
	for (;;) {
		int folder = -1;
		enum account_result result = make ? need_user_folder(data, name, &folder)
						  : open_folder(data, name, &folder);
		if (result != ACCOUNT_GOOD) {
			return result;
		}
		if (flock(folder, LOCK_EX) < 0) {
			close_quietly(folder);
			return ACCOUNT_TROUBLE;
		}
		if (is_in_place(folder, data, name)) {
			*folder_out = folder;
			return ACCOUNT_GOOD;
		}
		close_quietly(folder);
	}
}

static enum account_result update(
	const char *data, const char *name, bool add, const struct account_change *change)
{
	char *before = NULL;
	char *after = NULL;
	int folder = -1;
	enum account_result result = lock_folder(data, name, add, &folder);
	if (result == ACCOUNT_GOOD) {
		result = read_text(folder, &before);
		if (add) {
			result = result == ACCOUNT_MISSING   ? ACCOUNT_GOOD
				 : result == ACCOUNT_TROUBLE ? ACCOUNT_TROUBLE
							     : ACCOUNT_EXISTS;
		}
	}
	if (result == ACCOUNT_GOOD) {
		result = account_text_change(before == NULL ? "" : before, change, &after);
	}
	if (result == ACCOUNT_GOOD) {
		result = write_text(folder, after);
	}
	free(before);
	free(after);
	close_quietly(folder);
	return result;
}

enum account_result account_file_add(
	const char *data, const char *name, const struct account_change *change)
{
	return update(data, name, true, change);
}

enum account_result account_file_change(
	const char *data, const char *name, const struct account_change *change)
{
	return update(data, name, false, change);
}

enum account_result account_file_remove(const char *data, const char *name)
{
	int folder = -1;
	enum account_result result = lock_folder(data, name, false, &folder);
	if (result != ACCOUNT_GOOD) {
		return result;
	}
	result = ACCOUNT_TROUBLE;
	if (unlinkat(folder, FILE_NAME, 0) == 0) {
		result = fsync(folder) == 0 ? ACCOUNT_GOOD : ACCOUNT_TROUBLE;
	} else if (errno == ENOENT) {
		result = ACCOUNT_MISSING;
	}
	close_quietly(folder);
	return result;
}
