/* safe_file.c - files that are there whole or not at all. */
#include "safe_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int safe_file_open(struct safe_file *file, const char *path)
{
	*file = (struct safe_file) { 0 };
	if (asprintf(&file->path, "%s", path) < 0) {
		file->path = NULL;
	}
	if (asprintf(&file->temporary, "%s.tmp", path) < 0) {
		file->temporary = NULL;
	}
	int fd = -1;
	int error = file->path == NULL || file->temporary == NULL ? ENOMEM : 0;
	if (error == 0) {
		/* One that was left behind goes first: a link there must not be followed. */
		(void)unlink(file->temporary);
		fd = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		error = fd < 0 ? errno : 0;
	}
	if (error == 0) {
		file->stream = fdopen(fd, "w");
		error = file->stream == NULL ? errno : 0;
	}
	if (error != 0) {
		if (fd >= 0) {
			(void)close(fd);
			(void)unlink(file->temporary);
		}
		free(file->path);
		free(file->temporary);
	}
	return error;
}

int safe_file_finish(struct safe_file *file, bool good)
{
	int error = 0;
	if (fflush(file->stream) != 0 || ferror(file->stream) || fsync(fileno(file->stream)) != 0) {
		error = errno != 0 ? errno : EIO;
	}
	if (fclose(file->stream) != 0 && error == 0) {
		error = errno;
	}
	if (error == 0 && good && rename(file->temporary, file->path) != 0) {
		error = errno;
	}
	if (error != 0 || !good) {
		(void)unlink(file->temporary);
	}
	free(file->path);
	free(file->temporary);
	return error;
}

int safe_file_sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = fd < 0 || fsync(fd) != 0 ? errno : 0;
	if (fd >= 0) {
		(void)close(fd);
	}
	return error;
}

int safe_file_make_folder(const char *path)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : errno;
}

int safe_file_make_folders(const char *path)
{
	char *copy = NULL;
	if (asprintf(&copy, "%s", path) < 0) {
		return ENOMEM;
	}
	int error = 0;
	for (char *slash = copy; error == 0 && (slash = strchr(slash + 1, '/')) != NULL;) {
		*slash = '\0';
		error = safe_file_make_folder(copy);
		*slash = '/';
	}
	error = error == 0 ? safe_file_make_folder(copy) : error;
	free(copy);
	return error;
}
