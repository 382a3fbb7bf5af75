/* lock.c - who works with a user's mail. */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <roost/error.h>

#include "folder.h"

/* The bytes of the file that are locked. */
enum {
	ROOM, /* shared by who is in, or one's own */
	DOOR, /* held by who comes in or goes out */
};

/* Between two tries. */
#define STEP_MILLISECONDS 2u
/* How long one waits for the door to go out. */
#define LEAVE_MILLISECONDS 200u

/* What the file says: how many are in, and the era. Those who died are still counted. */
#define RECORD "%010u %020" PRIu64 "\n"
#define RECORD_SIZE 32

/* Locks of the file's description, which other descriptors of this process do not share, and which
 * no close() of theirs ends. */
static int set(int fd, short type, off_t byte)
{
	struct flock range = {
		.l_type = type,
		.l_whence = SEEK_SET,
		.l_start = byte,
		.l_len = 1,
	};
	return fcntl(fd, F_OFD_SETLK, &range);
}

/* Try until it works; `left` is what may be waited. */
static int set_patiently(int fd, short type, off_t byte, unsigned *left)
{
	const struct timespec step = { .tv_nsec = STEP_MILLISECONDS * 1000000 };
	while (set(fd, type, byte) < 0) {
		if (errno != EAGAIN && errno != EACCES) {
			return local_folder_error(errno);
		}
		if (*left < STEP_MILLISECONDS) {
			return ROOST_ERR_IN_USE;
		}
		*left -= STEP_MILLISECONDS;
		(void)nanosleep(&step, NULL);
	}
	return 0;
}

static void read_record(int fd, unsigned *in_out, uint64_t *era_out)
{
	char text[RECORD_SIZE + 1];
	ssize_t n = pread(fd, text, RECORD_SIZE, 0);
	text[n < 0 ? 0 : n] = '\0';
	/* A new file says nothing, a damaged one something: a look too many does no harm. */
	char *rest = text;
	*in_out = (unsigned)strtoul(text, &rest, 10);
	*era_out = strtoull(rest, NULL, 10);
}

/* A disk that is full keeps nobody out: then it may only not show that somebody died. */
static void write_record(int fd, unsigned in, uint64_t era)
{
	char text[RECORD_SIZE + 1];
	(void)snprintf(text, sizeof(text), RECORD, in, era);
	ssize_t n = pwrite(fd, text, RECORD_SIZE, 0);
	(void)n;
}

/* Count oneself in, and see what is left of others. With the door. */
static void come_in(struct lock *lock, bool own)
{
	unsigned in;
	uint64_t era;
	read_record(lock->fd, &in, &era);
	lock->died = lock->alone && in > 0;
	lock->era = own ? era + 1 : era;
	write_record(lock->fd, in + 1, lock->era);
}

static int open_file(const char *path, struct lock *lock)
{
	*lock = LOCK_NONE;
	return local_folder_open_file(path, 0, &lock->fd);
}

static void close_file(struct lock *lock)
{
	int number = errno;
	if (lock->fd >= 0) {
		(void)close(lock->fd);
	}
	*lock = LOCK_NONE;
	errno = number;
}

int local_lock_enter(const char *path, unsigned milliseconds, struct lock *lock_out)
{
	struct lock lock;
	int r = open_file(path, &lock);
	if (r == 0) {
		r = set_patiently(lock.fd, F_WRLCK, DOOR, &milliseconds);
	}
	if (r == 0) {
		lock.alone = set(lock.fd, F_WRLCK, ROOM) == 0;
		r = lock.alone ? 0 : set_patiently(lock.fd, F_RDLCK, ROOM, &milliseconds);
	}
	if (r < 0) {
		close_file(&lock);
		return r;
	}
	come_in(&lock, false);
	*lock_out = lock;
	return 0;
}

void local_lock_settle(struct lock *lock)
{
	if (lock->alone && !lock->died) {
		write_record(lock->fd, 1, lock->era);
	}
	/* From a lock for writing to one for reading, in one step; it cannot be refused. */
	(void)set(lock->fd, F_RDLCK, ROOM);
	(void)set(lock->fd, F_UNLCK, DOOR);
	lock->alone = lock->died = false;
}

int local_lock_own(const char *path, unsigned milliseconds, struct lock *lock_out)
{
	struct lock lock;
	int r = open_file(path, &lock);
	if (r == 0) {
		r = set_patiently(lock.fd, F_WRLCK, DOOR, &milliseconds);
	}
	if (r == 0) {
		r = set_patiently(lock.fd, F_WRLCK, ROOM, &milliseconds);
	}
	if (r < 0) {
		close_file(&lock);
		return r;
	}
	lock.alone = true;
	come_in(&lock, true);
	(void)set(lock.fd, F_UNLCK, DOOR);
	*lock_out = lock;
	return 0;
}

void local_lock_leave(struct lock *lock)
{
	unsigned in, left = LEAVE_MILLISECONDS;
	uint64_t era;
	if (lock->fd < 0) {
		return;
	}
	/* Who stands in the door itself has that already. Without it, this one counts as dead. */
	if (!lock->untidy && set_patiently(lock->fd, F_WRLCK, DOOR, &left) == 0) {
		bool clean = lock->alone && !lock->died;
		read_record(lock->fd, &in, &era);
		write_record(lock->fd, clean || in == 0 ? 0 : in - 1, era);
	}
	close_file(lock);
}

int local_lock_join(const char *path, int *fd_out)
{
	struct lock lock;
	int r = open_file(path, &lock);
	if (r == 0 && set(lock.fd, F_RDLCK, ROOM) < 0) {
		r = local_folder_error(errno);
	}
	if (r < 0) {
		close_file(&lock);
		return r;
	}
	*fd_out = lock.fd;
	return 0;
}

bool local_lock_has_others(int fd)
{
	struct flock range = {
		.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = ROOM,
		.l_len = 1,
	};
	return fcntl(fd, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}
