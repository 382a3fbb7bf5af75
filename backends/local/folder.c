/* folder.c - where things lie on disk. */
#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roost/error.h>
#include <roost/local.h>

#include "lock.h"

#define USERS "users"
#define LOCKS "locks"
/* Bytes of a name in most file systems. */
#define NAME_MAX_BYTES 255

int local_folder_error(int number)
{
	switch (number) {
	case ENOMEM:
		return ROOST_ERR_NO_MEMORY;
	case EACCES:
	case EPERM:
		return ROOST_ERR_NO_PERMISSION;
	case EROFS:
		return ROOST_ERR_READ_ONLY;
	case EDQUOT:
		return ROOST_ERR_OVER_QUOTA;
	case ENOSPC:
	case EMFILE:
	case ENFILE:
		return ROOST_ERR_UNAVAILABLE;
	default:
		return ROOST_ERR_IO;
	}
}

char *local_folder_join(const char *folder, const char *name)
{
	char *path = NULL;
	return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

int local_folder_sync(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 || fsync(fd) < 0 ? local_folder_error(errno) : 0;
	if (fd >= 0) {
		(void)close(fd);
	}
	return r;
}

/* Give what root has just made at `path` to who owns the folder that it is in. */
static int give(int fd, const char *path)
{
	struct stat is, around;
	if (geteuid() != 0) {
		return 0;
	}
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash + 1 - path));
	int r = folder == NULL                                    ? ROOST_ERR_NO_MEMORY
		: stat(folder, &around) < 0 || fstat(fd, &is) < 0 ? local_folder_error(errno)
								  : 0;
	if (r == 0 && (is.st_uid != around.st_uid || is.st_gid != around.st_gid) &&
		fchown(fd, around.st_uid, around.st_gid) < 0) {
		r = local_folder_error(errno);
	}
	free(folder);
	return r;
}

static void close_quietly(int fd)
{
	int number = errno;
	if (fd >= 0) {
		(void)close(fd);
	}
	errno = number;
}

/* Only a file that is new is given away: what else has its name may be anybody's. */
static int make_file(const char *path, int flags, int *fd_out)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | flags, 0600);
	int r = fd < 0 ? local_folder_error(errno) : give(fd, path);
	if (r < 0) {
		close_quietly(fd);
		return r;
	}
	*fd_out = fd;
	return 0;
}

int local_folder_open_file(const char *path, int flags, int *fd_out)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | flags);
	if (fd < 0 && errno == ENOENT) {
		int r = make_file(path, flags, fd_out);
		if (r == 0 || errno != EEXIST) {
			return r;
		}
		/* Another process was faster. */
		fd = open(path, O_RDWR | O_CLOEXEC | flags);
	}
	if (fd < 0) {
		return local_folder_error(errno);
	}
	*fd_out = fd;
	return 0;
}

int local_folder_make_file(const char *path)
{
	int fd = -1;
	int r = make_file(path, 0, &fd);
	if (r < 0) {
		return errno == EEXIST ? ROOST_ERR_MAILBOX_EXISTS : r;
	}
	(void)close(fd);
	return 0;
}

/* Make a folder, when it is missing, in one that is there. */
static int make(const char *path)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : local_folder_error(errno);
}

static int make_in(const char *folder, const char *name)
{
	char *path = local_folder_join(folder, name);
	if (path == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	int r = 0;
	if (mkdir(path, 0700) == 0) {
		int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		r = fd < 0 ? local_folder_error(errno) : give(fd, path);
		close_quietly(fd);
	} else if (errno != EEXIST) {
		r = local_folder_error(errno);
	}
	free(path);
	return r < 0 ? r : local_folder_sync(folder);
}

/* Make the store's own folder. Its name must last too, even if who made it died at once; but what is
 * above may be somebody else's, who lets nobody look. */
static int make_store(const char *path)
{
	char *above = local_folder_join(path, "..");
	int r = above == NULL ? ROOST_ERR_NO_MEMORY : make(path);
	if (r == 0) {
		r = local_folder_sync(above);
		r = r == ROOST_ERR_NO_PERMISSION ? 0 : r;
	}
	free(above);
	return r;
}

int local_folder_join_store(const char *path, int *lock_fd_out)
{
	char *lock = local_folder_join(path, "lock");
	int fd = -1;
	int r = lock == NULL ? ROOST_ERR_NO_MEMORY : make_store(path);
	if (r == 0) {
		r = local_lock_join(lock, &fd);
	}
	free(lock);
	if (r == 0) {
		r = make_in(path, USERS);
	}
	if (r == 0) {
		r = make_in(path, LOCKS);
	}
	if (r < 0) {
		int number = errno;
		if (fd >= 0) {
			(void)close(fd);
		}
		errno = number;
		return r;
	}
	*lock_fd_out = fd;
	return 0;
}

static bool is_plain(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
	       (c == '.' && !first);
}

/* The path of what has the user's name in a folder of the store. */
static int path_of_user(const char *path, const char *folder, const char *name, char **path_out)
{
	static const char digits[] = "0123456789ABCDEF";
	char encoded[NAME_MAX_BYTES + 1];
	size_t n = 0;
	for (size_t i = 0; name[i] != '\0'; i++) {
		if (n + 3 > NAME_MAX_BYTES) {
			return ROOST_ERR_CANNOT;
		}
		if (is_plain(name[i], i == 0)) {
			encoded[n++] = name[i];
		} else {
			encoded[n++] = '%';
			encoded[n++] = digits[(unsigned char)name[i] >> 4];
			encoded[n++] = digits[(unsigned char)name[i] & 15];
		}
	}
	encoded[n] = '\0';
	if (n == 0) {
		return ROOST_ERR_CANNOT;
	}
	char *joined = NULL;
	if (asprintf(&joined, "%s/%s/%s", path, folder, encoded) < 0) {
		return ROOST_ERR_NO_MEMORY;
	}
	*path_out = joined;
	return 0;
}

int local_folder_of_user(const char *path, const char *name, char **folder_out)
{
	return path_of_user(path, USERS, name, folder_out);
}

int local_folder_lock_of_user(const char *path, const char *name, char **lock_out)
{
	return path_of_user(path, LOCKS, name, lock_out);
}

int local_folder_locks(const char *path, char **folder_out)
{
	*folder_out = local_folder_join(path, LOCKS);
	return *folder_out == NULL ? ROOST_ERR_NO_MEMORY : 0;
}

int roost_local_user_folder(const char *store_folder, const char *user, char **path_out)
{
	return local_folder_of_user(store_folder, user, path_out);
}

static int digit_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int local_folder_user_of(const char *file_name, char **name_out)
{
	size_t n = 0;
	char *name = strdup(file_name);
	if (name == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (const char *at = file_name; *at != '\0'; at++, n++) {
		if (is_plain(*at, n == 0)) {
			name[n] = *at;
			continue;
		}
		int high = *at == '%' ? digit_of(at[1]) : -1;
		int low = high < 0 ? -1 : digit_of(at[2]);
		char c = (char)(low < 0 ? 0 : high * 16 + low);
		/* One way to write each name: what needs no escape has none. */
		if (c == '\0' || is_plain(c, n == 0)) {
			free(name);
			return ROOST_ERR_CANNOT;
		}
		name[n] = c;
		at += 2;
	}
	name[n] = '\0';
	if (n == 0) {
		free(name);
		return ROOST_ERR_CANNOT;
	}
	*name_out = name;
	return 0;
}

int local_folder_make_user(const char *folder)
{
	struct stat there;
	if (stat(folder, &there) == 0) {
		return 0;
	}
	const char *name = strrchr(folder, '/') + 1;
	char *parent = strndup(folder, (size_t)(name - 1 - folder));
	int r = parent == NULL ? ROOST_ERR_NO_MEMORY : make_in(parent, name);
	free(parent);
	return r;
}

int local_folder_make_bodies(const char *folder)
{
	char *bodies = local_folder_join(folder, "bodies");
	struct stat there;
	int r = bodies == NULL              ? ROOST_ERR_NO_MEMORY
		: stat(bodies, &there) == 0 ? 0
					    : make_in(folder, "bodies");
	free(bodies);
	return r;
}
