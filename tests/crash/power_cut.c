/* power_cut.c - keeps a record of what a program does to the files of a folder, and of what it has
 * synced: a library to be preloaded. From the record disk.py makes the folder as a disk could have it
 * when the power goes at any moment.
 *
 * POWER_CUT_FOLDER   the folder, as an absolute path
 * POWER_CUT_RECORD   the file that the record is added to
 * POWER_CUT_LIES     "file": syncing files does nothing; "folder": syncing folders does nothing
 * POWER_CUT_FAILS    N: each Nth time that a file is synced it fails, and what should have gone to
 *                    the disk never will, though it can still be read (as Linux has it)
 *
 * All that is recorded is done one by one, so that the order in the record is what happened. The
 * shared memory of SQLite (-shm) is left out: it is mapped, and made anew after a start. What this
 * library cannot record ends the program. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind {
	CREATE = 1,
	WRITE,
	TRUNCATE,
	SYNC,
	SYNC_FOLDER,
	UNLINK,
	RENAME,
	MKDIR,
	RMDIR,
	LINK,
	LOSE
};

/* What stands before each record's bytes. */
struct header {
	uint32_t kind;
	uint32_t size; /* of the bytes */
	uint64_t file; /* its inode */
	uint64_t at;
};

#define DESCRIPTORS 65536

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder; /* NULL while other libraries begin */
static int record = -1;
static bool files_lie, folders_lie;
static unsigned long fails, syncs;
/* The inodes of what is open in the folder; 0 for all else. */
static _Atomic uint64_t inodes[DESCRIPTORS];

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("POWER_CUT_RECORD");
	const char *lies = getenv("POWER_CUT_LIES"), *number = getenv("POWER_CUT_FAILS");
	folder = getenv("POWER_CUT_FOLDER");
	files_lie = lies != NULL && strcmp(lies, "file") == 0;
	folders_lie = lies != NULL && strcmp(lies, "folder") == 0;
	fails = number == NULL ? 0 : strtoul(number, NULL, 10);
	if (path != NULL) {
		record = (int)syscall(SYS_openat, AT_FDCWD, path,
			O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	}
	if (folder == NULL || record < 0) {
		fputs("power_cut: POWER_CUT_FOLDER and POWER_CUT_RECORD must be given\n", stderr);
		abort();
	}
}

static void give_up(const char *what)
{
	fprintf(stderr, "power_cut: %s is not recorded\n", what);
	abort();
}

static void note(enum kind kind, uint64_t file, uint64_t at, const void *bytes, size_t size)
{
	struct header header = { kind, (uint32_t)size, file, at };
	const struct iovec parts[] = { { &header, sizeof(header) },
		{ (void *)(uintptr_t)bytes, size } };
	if (syscall(SYS_writev, record, parts, 2) != (long)(sizeof(header) + size)) {
		give_up("what comes now, as the record cannot be written: it");
	}
}

static void note_path(enum kind kind, uint64_t file, const char *path)
{
	note(kind, file, 0, path, strlen(path));
}

static void note_paths(enum kind kind, const char *from, const char *to)
{
	char both[2 * PATH_MAX];
	int n = snprintf(both, sizeof(both), "%s%c%s", from, 0, to);
	note(kind, 0, 0, both, (size_t)n);
}

/* The absolute path of what is named, if it is in the folder. */
static bool is_ours(int at, const char *name, char path[PATH_MAX])
{
	char link[64], base[PATH_MAX] = "";
	if (folder == NULL) {
		return false;
	}
	size_t size = strlen(folder);
	if (name[0] != '/') {
		(void)snprintf(link, sizeof(link),
			at == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", at);
		ssize_t n = readlink(link, base, sizeof(base) - 1);
		base[n < 0 ? 0 : n] = '\0';
	}
	int n = snprintf(path, PATH_MAX, "%s%s%s", base, name[0] == '/' ? "" : "/", name);
	return n < PATH_MAX && strncmp(path, folder, size) == 0 && path[size] == '/' &&
	       (n < 4 || strcmp(path + n - 4, "-shm") != 0);
}

/* Whether a descriptor is open in the folder. */
static bool is_open(int fd, struct stat *is)
{
	if (fd < 0 || fd >= DESCRIPTORS) {
		return false;
	}
	uint64_t inode = atomic_load(&inodes[fd]);
	return inode != 0 && fstat(fd, is) == 0 && is->st_ino == inode &&
	       (S_ISREG(is->st_mode) || S_ISDIR(is->st_mode));
}

static void forget(int fd)
{
	if (fd >= 0 && fd < DESCRIPTORS) {
		atomic_store(&inodes[fd], 0);
	}
}

/* -- opening */

static int open_at(int at, const char *name, int flags, mode_t mode)
{
	char path[PATH_MAX];
	struct stat is, was = { .st_size = 0 };
	if (!is_ours(at, name, path)) {
		int fd = (int)syscall(SYS_openat, at, name, flags, mode);
		forget(fd);
		return fd;
	}
	if ((flags & O_TMPFILE) == O_TMPFILE) {
		give_up("a file without a name");
	}
	pthread_mutex_lock(&lock);
	bool existed = stat(path, &was) == 0;
	int fd = (int)syscall(SYS_openat, at, name, flags, mode);
	int number = errno;
	if (fd >= DESCRIPTORS) {
		give_up("a descriptor of that number");
	}
	if (fd >= 0 && fstat(fd, &is) == 0) {
		atomic_store(&inodes[fd], is.st_ino);
		if (!existed) {
			note_path(CREATE, is.st_ino, path);
		} else if ((flags & O_TRUNC) != 0 && was.st_size > 0) {
			note(TRUNCATE, is.st_ino, 0, NULL, 0);
		}
	}
	pthread_mutex_unlock(&lock);
	errno = number;
	return fd;
}

static mode_t mode_of(int flags, va_list arguments)
{
	return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

#define OPEN(name) \
	int name(const char *path, int flags, ...) \
	{ \
		va_list arguments; \
		va_start(arguments, flags); \
		mode_t mode = mode_of(flags, arguments); \
		va_end(arguments); \
		return open_at(AT_FDCWD, path, flags, mode); \
	}
#define OPENAT(name) \
	int name(int at, const char *path, int flags, ...) \
	{ \
		va_list arguments; \
		va_start(arguments, flags); \
		mode_t mode = mode_of(flags, arguments); \
		va_end(arguments); \
		return open_at(at, path, flags, mode); \
	}
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

/* Of programs that are built with _FORTIFY_SOURCE. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int at, const char *path, int flags);
int __openat64_2(int at, const char *path, int flags);

int __open_2(const char *path, int flags)
{
	return open_at(AT_FDCWD, path, flags, 0);
}

int __open64_2(const char *path, int flags)
{
	return open_at(AT_FDCWD, path, flags, 0);
}

int __openat_2(int at, const char *path, int flags)
{
	return open_at(at, path, flags, 0);
}

int __openat64_2(int at, const char *path, int flags)
{
	return open_at(at, path, flags, 0);
}

int creat(const char *path, mode_t mode)
{
	return open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int close(int fd)
{
	forget(fd);
	return (int)syscall(SYS_close, fd);
}

int dup(int fd)
{
	struct stat is;
	if (is_open(fd, &is)) {
		give_up("dup()");
	}
	int copy = (int)syscall(SYS_dup, fd);
	forget(copy);
	return copy;
}

/* -- writing */

static ssize_t write_at(int fd, const void *bytes, size_t n, off_t at)
{
	return syscall(SYS_pwrite64, fd, bytes, n, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	struct stat is;
	if (!is_open(fd, &is)) {
		return write_at(fd, bytes, n, at);
	}
	pthread_mutex_lock(&lock);
	ssize_t written = write_at(fd, bytes, n, at);
	if (written > 0) {
		note(WRITE, is.st_ino, (uint64_t)at, bytes, (size_t)written);
	}
	pthread_mutex_unlock(&lock);
	return written;
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
	return pwrite(fd, bytes, n, at);
}

ssize_t write(int fd, const void *bytes, size_t n)
{
	struct stat is;
	if (!is_open(fd, &is)) {
		return syscall(SYS_write, fd, bytes, n);
	}
	pthread_mutex_lock(&lock);
	bool adds = (fcntl(fd, F_GETFL) & O_APPEND) != 0;
	off_t at = lseek(fd, 0, adds ? SEEK_END : SEEK_CUR);
	ssize_t written = syscall(SYS_write, fd, bytes, n);
	if (written > 0) {
		note(WRITE, is.st_ino, (uint64_t)at, bytes, (size_t)written);
	}
	pthread_mutex_unlock(&lock);
	return written;
}

int ftruncate(int fd, off_t size)
{
	struct stat is;
	if (!is_open(fd, &is)) {
		return (int)syscall(SYS_ftruncate, fd, size);
	}
	pthread_mutex_lock(&lock);
	int r = (int)syscall(SYS_ftruncate, fd, size);
	if (r == 0) {
		note(TRUNCATE, is.st_ino, (uint64_t)size, NULL, 0);
	}
	pthread_mutex_unlock(&lock);
	return r;
}

int ftruncate64(int fd, off64_t size)
{
	return ftruncate(fd, size);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	struct stat is;
	if (is_open(fd, &is)) {
		give_up("writev()");
	}
	return syscall(SYS_writev, fd, parts, count);
}

ssize_t copy_file_range(
	int from, off64_t *from_at, int to, off64_t *to_at, size_t n, unsigned flags)
{
	struct stat is;
	if (is_open(to, &is)) {
		give_up("copy_file_range()");
	}
	return syscall(SYS_copy_file_range, from, from_at, to, to_at, n, flags);
}

int fallocate(int fd, int mode, off_t at, off_t size)
{
	struct stat is;
	if (is_open(fd, &is)) {
		give_up("fallocate()");
	}
	return (int)syscall(SYS_fallocate, fd, mode, at, size);
}

int posix_fallocate(int fd, off_t at, off_t size)
{
	return fallocate(fd, 0, at, size) < 0 ? errno : 0;
}

void *mmap(void *address, size_t size, int protection, int flags, int fd, off_t at)
{
	struct stat is;
	if ((protection & PROT_WRITE) != 0 && (flags & MAP_SHARED) != 0 && is_open(fd, &is)) {
		give_up("what is written by mmap()");
	}
	return (void *)syscall(SYS_mmap, address, size, protection, flags, fd, at);
}

void *mmap64(void *address, size_t size, int protection, int flags, int fd, off64_t at)
{
	return mmap(address, size, protection, flags, fd, at);
}

/* -- syncing */

static int sync_with(long call, int fd)
{
	struct stat is;
	char link[64], path[PATH_MAX];
	if (!is_open(fd, &is)) {
		return (int)syscall(call, fd);
	}
	pthread_mutex_lock(&lock);
	if (fails > 0 && S_ISREG(is.st_mode) && ++syncs % fails == 0) {
		note(LOSE, is.st_ino, 0, NULL, 0);
		pthread_mutex_unlock(&lock);
		errno = EIO;
		return -1;
	}
	int r = (int)syscall(call, fd);
	if (r == 0 && S_ISDIR(is.st_mode) && !folders_lie) {
		(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		ssize_t n = readlink(link, path, sizeof(path));
		note(SYNC_FOLDER, is.st_ino, 0, path, n < 0 ? 0 : (size_t)n);
	} else if (r == 0 && !S_ISDIR(is.st_mode) && !files_lie) {
		note(SYNC, is.st_ino, 0, NULL, 0);
	}
	pthread_mutex_unlock(&lock);
	return r;
}

int fsync(int fd)
{
	return sync_with(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return sync_with(SYS_fdatasync, fd);
}

/* -- names */

int unlinkat(int at, const char *name, int flags)
{
	char path[PATH_MAX];
	bool ours = is_ours(at, name, path);
	pthread_mutex_lock(&lock);
	int r = (int)syscall(SYS_unlinkat, at, name, flags);
	if (r == 0 && ours) {
		note_path((flags & AT_REMOVEDIR) != 0 ? RMDIR : UNLINK, 0, path);
	}
	pthread_mutex_unlock(&lock);
	return r;
}

int unlink(const char *name)
{
	return unlinkat(AT_FDCWD, name, 0);
}

int rmdir(const char *name)
{
	return unlinkat(AT_FDCWD, name, AT_REMOVEDIR);
}

int renameat2(int at, const char *name, int to_at, const char *to_name, unsigned flags)
{
	char from[PATH_MAX], to[PATH_MAX];
	bool from_ours = is_ours(at, name, from), to_ours = is_ours(to_at, to_name, to);
	if (from_ours != to_ours || (to_ours && flags != 0)) {
		give_up("a rename into or out of the folder");
	}
	pthread_mutex_lock(&lock);
	int r = (int)syscall(SYS_renameat2, at, name, to_at, to_name, flags);
	if (r == 0 && to_ours) {
		note_paths(RENAME, from, to);
	}
	pthread_mutex_unlock(&lock);
	return r;
}

int renameat(int at, const char *name, int to_at, const char *to_name)
{
	return renameat2(at, name, to_at, to_name, 0);
}

int rename(const char *name, const char *to_name)
{
	return renameat2(AT_FDCWD, name, AT_FDCWD, to_name, 0);
}

int linkat(int at, const char *name, int to_at, const char *to_name, int flags)
{
	char from[PATH_MAX], to[PATH_MAX];
	bool from_ours = is_ours(at, name, from), to_ours = is_ours(to_at, to_name, to);
	if (from_ours != to_ours) {
		give_up("a link into or out of the folder");
	}
	pthread_mutex_lock(&lock);
	int r = (int)syscall(SYS_linkat, at, name, to_at, to_name, flags);
	if (r == 0 && to_ours) {
		note_paths(LINK, from, to);
	}
	pthread_mutex_unlock(&lock);
	return r;
}

int link(const char *name, const char *to_name)
{
	return linkat(AT_FDCWD, name, AT_FDCWD, to_name, 0);
}

int mkdirat(int at, const char *name, mode_t mode)
{
	char path[PATH_MAX];
	bool ours = is_ours(at, name, path);
	pthread_mutex_lock(&lock);
	int r = (int)syscall(SYS_mkdirat, at, name, mode);
	if (r == 0 && ours) {
		note_path(MKDIR, 0, path);
	}
	pthread_mutex_unlock(&lock);
	return r;
}

int mkdir(const char *name, mode_t mode)
{
	return mkdirat(AT_FDCWD, name, mode);
}
