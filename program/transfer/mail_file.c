/* mail_file.c - a file that holds one message. */
#include "mail_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roost/error.h>

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

int mail_file_read(const char *path, struct message *message)
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
