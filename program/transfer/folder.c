/* folder.c - folders of message files, one message in each. */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roost/error.h>

bool folder_is_message_name(const char *name)
{
	size_t n = strlen(name);
	return n > 4 && strcasecmp(name + n - 4, ".eml") == 0;
}

static int is_message(const struct dirent *entry)
{
	return folder_is_message_name(entry->d_name) && entry->d_name[0] != '.';
}

static int read_all(int fd, struct message *message)
{
	char chunk[32768];
	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));
		if (n == 0) {
			return 0;
		}
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return errno;
		}
		int r = message_append(message, chunk, (size_t)n);
		if (r < 0) {
			return r == ROOST_ERR_TOO_BIG ? EFBIG : ENOMEM;
		}
	}
}

/* Read the whole file into `message`. 0, or an errno. */
static int read_file(const char *path, struct message *message)
{
	/* O_NONBLOCK: a named pipe must not hold us up. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		return errno;
	}
	struct stat about;
	int error = 0;
	if (fstat(fd, &about) != 0) {
		error = errno;
	} else if (S_ISDIR(about.st_mode)) {
		error = EISDIR;
	} else if (!S_ISREG(about.st_mode)) {
		error = EINVAL;
	} else {
		message->fallback_date.seconds = about.st_mtim.tv_sec;
		error = read_all(fd, message);
	}
	(void)close(fd);
	return error;
}

bool folder_read_message(struct import *import, const char *path,
	void (*prepare)(struct message *message, const char *path))
{
	struct message message = { 0 };
	int error = read_file(path, &message);
	if (error != 0) {
		import_failed(import, path, strerror(error));
		message_clear(&message);
		return error != ENOMEM;
	}
	if (prepare != NULL) {
		prepare(&message, path);
	}
	return import_add(import, &message, path);
}

bool folder_read(struct import *import, const char *path)
{
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, is_message, versionsort);
	if (count < 0) {
		import_failed(import, path, strerror(errno));
		return true;
	}
	if (count == 0) {
		import_failed(import, path, "no .eml files are in this folder");
	}
	bool good = true;
	for (int i = 0; i < count; i++) {
		char *file = NULL;
		if (good && import_goes_on(import)) {
			good = asprintf(&file, "%s/%s", path, entries[i]->d_name) >= 0;
			good = good && folder_read_message(import, file, NULL);
			free(file);
		}
		free(entries[i]);
	}
	free(entries);
	return good;
}
