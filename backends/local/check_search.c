/* check_search.c - whether the index for searches can be read. It is made of the messages, and made
 * anew when it is not there. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "files.h"
#include "folder.h"

#define NAME "search.db"

static void note(void *context, const char *text)
{
	char *first = context;
	if (first[0] == '\0') {
		(void)snprintf(first, 200, "%s", text);
	}
}

/* Files are opened one after the other, by their names, and whoever makes the index anew must not delete
 * them meanwhile: text_index.c says why. Where nobody has made the file for that nobody is at work. */
static int hold_names(const struct checking *checking)
{
	struct flock door = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_len = 1 };
	char *path = local_folder_join(checking->care.folder, "search.lock");
	int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	free(path);
	while (fd >= 0 && fcntl(fd, F_OFD_SETLKW, &door) < 0 && errno == EINTR) {
		/* a signal */
	}
	return fd;
}

/* Open it with all of its files, which the first look does. */
static int open_index(const struct checking *checking, const char *path, struct driver **db_out,
	char *text, size_t size)
{
	unsigned ignored;
	int fd = hold_names(checking);
	int r = local_driver_open_still(path, db_out, text, size);
	if (r == 0) {
		(void)local_driver_schema_version(*db_out, &ignored);
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	return r;
}

static int look(const struct checking *checking, const char *path, char *text, size_t size)
{
	struct driver *db = NULL;
	int r = open_index(checking, path, &db, text, size);
	if (r == 0) {
		text[0] = '\0';
		r = local_driver_check(db, note, text);
		if (r < 0) {
			(void)snprintf(text, size, "%s", local_driver_text(db));
		} else if (text[0] != '\0') {
			r = ROOST_ERR_CORRUPT;
		}
	}
	local_driver_close(db);
	return r;
}

static int remove_index(struct checking *checking)
{
	static const char *const names[] = { NAME, NAME "-wal", NAME "-shm", NAME "-journal" };
	int r = 0;
	for (size_t i = 0; r == 0 && i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = local_folder_join(checking->care.folder, names[i]);
		r = path == NULL ? ROOST_ERR_NO_MEMORY : local_files_remove(path);
		if (r < 0 && path != NULL) {
			r = local_care_fail(&checking->care, r, "remove", path);
		}
		free(path);
	}
	return r;
}

int local_check_search(struct checking *checking)
{
	char text[200] = "";
	char *path = local_folder_join(checking->care.folder, NAME);
	int r = path == NULL ? ROOST_ERR_NO_MEMORY : 0;
	if (r == 0 && local_files_are(path)) {
		r = look(checking, path, text, sizeof(text));
	}
	free(path);
	if (r != ROOST_ERR_CORRUPT) {
		return r == ROOST_ERR_NO_MEMORY ? r : 0; /* somebody else may be at work with it */
	}
	bool repair = checking->options.repair;
	r = repair ? remove_index(checking) : 0;
	if (r == 0) {
		local_check_tell(
			checking, CHECK_SEARCH, repair, NAME, "it cannot be read: %s", text);
	}
	return r;
}
