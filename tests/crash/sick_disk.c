/* sick_disk.c - a disk that fails when it is told to: a library to be preloaded.
 *
 * SICK_DISK is a file that begins with a struct sickness, which the test maps and changes while the
 * program runs. It concerns all files whose path has `path` in it, and none when that is empty, but for the
 * shared memory of SQLite (-shm). */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct sickness {
	int32_t read, write, sync; /* what these calls fail with; 0: they do not */
	int32_t name; /* and what changes names: creating, renaming, removing */
	int32_t full; /* whether there is only so much room left */
	uint32_t failures; /* counted here */
	int64_t room;
	char path[256];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sickness health;
static volatile struct sickness *sickness = &health; /* until it is mapped */

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("SICK_DISK");
	int fd =
		path == NULL ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
	void *page =
		fd < 0 ? MAP_FAILED
		       : mmap(NULL, sizeof(*sickness), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED) {
		fputs("sick_disk: SICK_DISK must be a file\n", stderr);
		abort();
	}
	sickness = page;
	(void)syscall(SYS_close, fd);
}

static bool fits(const char *path, size_t n)
{
	char wanted[sizeof(sickness->path)];
	for (size_t i = 0; i < sizeof(wanted); i++) {
		wanted[i] = sickness->path[i];
	}
	return wanted[0] != '\0' && strstr(path, wanted) != NULL &&
	       (n < 4 || strcmp(path + n - 4, "-shm") != 0);
}

static bool is_sick(int fd)
{
	char link[64], path[PATH_MAX];
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, sizeof(path) - 1);
	path[n < 0 ? 0 : n] = '\0';
	return fits(path, n < 0 ? 0 : (size_t)n);
}

static int fail(int number)
{
	sickness->failures++;
	errno = number;
	return -1;
}

/* Whether a call on a file is to fail; errno is set then. */
static bool fails(int fd, int number)
{
	return number != 0 && is_sick(fd) && fail(number) < 0;
}

static bool name_fails(int number, const char *path)
{
	return number != 0 && fits(path, strlen(path)) && fail(number) < 0;
}

/* How many of `n` octets have room. */
static size_t take_room(int fd, size_t n, off_t at)
{
	struct stat is;
	if (sickness->full == 0 || fstat(fd, &is) < 0 || !S_ISREG(is.st_mode) || !is_sick(fd)) {
		return n;
	}
	pthread_mutex_lock(&lock);
	int64_t grows = at + (int64_t)n - is.st_size;
	int64_t over = grows - sickness->room;
	grows = grows < 0 ? 0 : grows;
	size_t fitting = n;
	if (over > 0) {
		fitting = (int64_t)n > over ? n - (size_t)over : 0;
		grows = sickness->room;
	}
	sickness->room -= grows;
	pthread_mutex_unlock(&lock);
	return fitting;
}

ssize_t pread64(int fd, void *bytes, size_t n, off64_t at)
{
	return fails(fd, sickness->read) ? -1 : syscall(SYS_pread64, fd, bytes, n, at);
}

ssize_t pread(int fd, void *bytes, size_t n, off_t at)
{
	return pread64(fd, bytes, n, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
	if (fails(fd, sickness->write)) {
		return -1;
	}
	size_t fitting = take_room(fd, n, at);
	if (fitting == 0 && n > 0) {
		return fail(ENOSPC);
	}
	return syscall(SYS_pwrite64, fd, bytes, fitting, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	return pwrite64(fd, bytes, n, at);
}

ssize_t write(int fd, const void *bytes, size_t n)
{
	if (fails(fd, sickness->write)) {
		return -1;
	}
	size_t fitting = sickness->full == 0 ? n : take_room(fd, n, lseek(fd, 0, SEEK_CUR));
	if (fitting == 0 && n > 0) {
		return fail(ENOSPC);
	}
	return syscall(SYS_write, fd, bytes, fitting);
}

int ftruncate64(int fd, off64_t size)
{
	return fails(fd, sickness->write) ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}

int ftruncate(int fd, off_t size)
{
	return ftruncate64(fd, size);
}

int fsync(int fd)
{
	return fails(fd, sickness->sync) ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return fails(fd, sickness->sync) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

static int open_at(int at, const char *path, int flags, va_list arguments)
{
	mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
	bool writes = (flags & O_CREAT) != 0 || (flags & O_ACCMODE) != O_RDONLY;
	return writes && name_fails(sickness->name, path)
		       ? -1
		       : (int)syscall(SYS_openat, at, path, flags, mode);
}

#define OPEN(name) \
	int name(const char *path, int flags, ...) \
	{ \
		va_list arguments; \
		va_start(arguments, flags); \
		int fd = open_at(AT_FDCWD, path, flags, arguments); \
		va_end(arguments); \
		return fd; \
	}
OPEN(open)
OPEN(open64)

int unlink(const char *path)
{
	return name_fails(sickness->name, path) ? -1 : (int)syscall(SYS_unlink, path);
}

int rename(const char *path, const char *to)
{
	return name_fails(sickness->name, to) ? -1 : (int)syscall(SYS_rename, path, to);
}

int mkdir(const char *path, mode_t mode)
{
	return name_fails(sickness->name, path) ? -1 : (int)syscall(SYS_mkdir, path, mode);
}
