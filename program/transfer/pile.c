/* pile.c - files that are brought to disk together. */
#include "pile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "safe_file.h"

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t written = write(fd, bytes, n);
		if (written < 0 && errno == EINTR) {
			continue;
		}
		if (written < 0) {
			return errno;
		}
		bytes += written;
		n -= (size_t)written;
	}
	return 0;
}

static int write_file(const char *path, const char *bytes, size_t n, struct roost_time date)
{
	const struct timespec times[2] = { { .tv_sec = date.seconds }, { .tv_sec = date.seconds } };
	/* One that was left behind goes first: a link there must not be followed. */
	(void)unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		return errno;
	}
	int error = write_all(fd, bytes, n);
	if (error == 0) {
		/* Not every file system has every time; where it matters, it stands elsewhere too. */
		(void)futimens(fd, times);
	}
	if (close(fd) != 0 && error == 0) {
		error = errno;
	}
	if (error != 0) {
		(void)unlink(path);
	}
	return error;
}

static void forget(struct pile *pile)
{
	for (size_t i = 0; i < pile->count; i++) {
		free(pile->files[i].temporary);
		free(pile->files[i].path);
	}
	pile->count = 0;
	pile->octets = 0;
}

void pile_drop(struct pile *pile)
{
	for (size_t i = 0; i < pile->count; i++) {
		(void)unlink(pile->files[i].temporary);
	}
	forget(pile);
}

/* All of the file system: one sync is much cheaper than one for each file. */
static int sync_all(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int error = fd < 0 || syncfs(fd) != 0 ? errno : 0;
	if (fd >= 0) {
		(void)close(fd);
	}
	return error;
}

static int sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash != NULL ? strndup(path, (size_t)(slash - path)) : NULL;
	int error = folder != NULL ? safe_file_sync_folder(folder) : ENOMEM;
	free(folder);
	return error;
}

int pile_finish(struct pile *pile)
{
	if (pile->count == 0) {
		return 0;
	}
	int error = sync_all(pile->files[0].temporary);
	for (size_t i = 0; error == 0 && i < pile->count; i++) {
		if (rename(pile->files[i].temporary, pile->files[i].path) != 0) {
			error = errno;
		}
	}
	if (error == 0) {
		error = sync_folder_of(pile->files[0].path);
	}
	if (error != 0) {
		pile_drop(pile);
	}
	forget(pile);
	return error;
}

int pile_add(struct pile *pile, char *temporary, char *path, const char *bytes, size_t n,
	struct roost_time date)
{
	int error = temporary == NULL || path == NULL ? ENOMEM : 0;
	if (error == 0) {
		error = write_file(temporary, bytes, n, date);
	}
	if (error != 0) {
		free(temporary);
		free(path);
		return error;
	}
	pile->files[pile->count++] = (struct pile_file) { temporary, path };
	pile->octets += n;
	return pile->count == PILE_FILES || pile->octets >= PILE_OCTETS ? pile_finish(pile) : 0;
}
