/* purge.c - the end of a user's mail. */
#include "purge.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roost/local.h>

/* Descriptors for folders in folders; deeper ones are opened again. */
#define FOLDERS_OPEN 16

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

static bool sync_around(const char *path)
{
	char *around = strndup(path, (size_t)(strrchr(path, '/') - path));
	int fd = around == NULL ? -1 : open(around, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0) {
		(void)close(fd);
	}
	free(around);
	return good;
}

enum account_result purge_user(const char *data, const char *name)
{
	char *path = NULL;
	char *gone = NULL;
	enum account_result result = ACCOUNT_TROUBLE;
	if (roost_local_user_folder(data, name, &path) < 0) {
		errno = ENOMEM;
		return ACCOUNT_TROUBLE;
	}
	/* A dot at the start: no user's folder is called so. */
	if (asprintf(&gone, "%s/users/.removed-XXXXXX", data) < 0) {
		free(path);
		errno = ENOMEM;
		return ACCOUNT_TROUBLE;
	}
	/* The new folder is empty, so that another can take its name. */
	if (access(path, F_OK) < 0) {
		result = errno == ENOENT ? ACCOUNT_MISSING : ACCOUNT_TROUBLE;
	} else if (mkdtemp(gone) != NULL && rename(path, gone) == 0 && sync_around(gone) &&
		   nftw(gone, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS) == 0) {
		result = ACCOUNT_GOOD;
	}
	int number = errno;
	free(path);
	free(gone);
	errno = number;
	return result;
}
