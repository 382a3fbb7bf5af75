/* check_search.c - whether the index for searches can be read. It is made of the messages, and made
 * anew when it is not there. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

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

static int look(const char *path, char *text, size_t size)
{
	struct driver *db = NULL;
	int r = local_driver_open_still(path, &db, text, size);
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
		r = look(path, text, sizeof(text));
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
