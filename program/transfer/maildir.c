/* maildir.c - Maildir and Maildir++: a file for each message, its flags in its name. */
#include "maildir.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/flags.h>

#include "folder.h"
#include "mailbox_name.h"

/* The files of cur and new, which go into one order. */
struct names {
	char **list; /* paths */
	size_t count;
};

static void clear_names(struct names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		free(names->list[i]);
	}
	free(names->list);
}

/* The file's name in a path. */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

/* Names begin with the time of delivery. */
static int compare(const void *a, const void *b)
{
	return strverscmp(base_name(*(char *const *)a), base_name(*(char *const *)b));
}

/* Add what stands in the folder; one that is not there adds nothing. 0 or an errno. */
static int list_folder(struct names *names, const char *path, const char *folder)
{
	char *full = NULL;
	if (asprintf(&full, "%s/%s", path, folder) < 0) {
		return ENOMEM;
	}
	DIR *dir = opendir(full);
	int error = dir == NULL && errno != ENOENT ? errno : 0;
	const struct dirent *entry = NULL;
	while (dir != NULL && error == 0 && (entry = readdir(dir)) != NULL) {
		char **list = reallocarray(names->list, names->count + 1, sizeof(*list));
		char *name = NULL;
		if (list != NULL) {
			names->list = list;
		}
		if (entry->d_name[0] == '.') {
			continue;
		}
		if (list == NULL || asprintf(&name, "%s/%s", full, entry->d_name) < 0) {
			error = ENOMEM;
		} else {
			list[names->count++] = name;
		}
	}
	if (dir != NULL) {
		(void)closedir(dir);
	}
	free(full);
	return error;
}

/* The flags follow ":2," in the name, and the file's time is the internal date: delivery agents and
 * IMAP servers keep it there. */
static void read_name(struct message *message, const char *path)
{
	static const struct {
		char letter;
		unsigned flag;
	} letters[] = {
		{ 'S', ROOST_FLAG_SEEN },
		{ 'R', ROOST_FLAG_ANSWERED },
		{ 'F', ROOST_FLAG_FLAGGED },
		{ 'T', ROOST_FLAG_DELETED },
		{ 'D', ROOST_FLAG_DRAFT },
	};
	message->has_date = true;
	message->date = message->fallback_date;
	const char *info = strstr(base_name(path), ":2,");
	if (info == NULL) {
		return;
	}
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (strchr(info + 3, letters[i].letter) != NULL) {
			message->system_flags |= letters[i].flag;
		}
	}
	message->forwarded = strchr(info + 3, 'P') != NULL;
}

/* The messages of one Maildir, without its folders. */
static bool read_messages(struct import *import, const char *path)
{
	struct names names = { 0 };
	int error = list_folder(&names, path, "cur");
	if (error == 0) {
		error = list_folder(&names, path, "new");
	}
	if (error != 0) {
		import_failed(import, path, strerror(error));
	}
	if (names.count > 0) {
		qsort(names.list, names.count, sizeof(*names.list), compare);
	}
	bool good = error != ENOMEM;
	for (size_t i = 0; good && i < names.count && import_goes_on(import); i++) {
		good = folder_read_message(import, names.list[i], read_name);
	}
	clear_names(&names);
	return good;
}

/* ".Work.Old" to "Work/Old", under the mailbox; false when memory is out. */
static bool name_folder(const char *mailbox, const char *folder, char **name_out)
{
	char *decoded = mailbox_name_decode(folder + 1);
	if (decoded == NULL) {
		return false;
	}
	for (char *c = decoded; *c != '\0'; c++) {
		*c = *c == '.' ? '/' : *c;
	}
	bool good = asprintf(name_out, "%s/%s", mailbox, decoded) >= 0;
	free(decoded);
	return good;
}

static bool read_folder(
	struct import *import, const char *mailbox, const char *path, const char *folder)
{
	char *full = NULL;
	char *name = NULL;
	bool good = true;
	enum import_kind kind;
	if (asprintf(&full, "%s/%s", path, folder) < 0) {
		return false;
	}
	if (!import_look(full, &kind) || kind != IMPORT_MAILDIR) {
		goto done;
	}
	if (!name_folder(mailbox, folder, &name)) {
		good = false;
		goto done;
	}
	if (!mailbox_name_is_valid(name)) {
		import_failed(import, full, "the folder's name cannot be a mailbox's");
		goto done;
	}
	good = import_open(import, name) && read_messages(import, full);
done:
	free(name);
	free(full);
	return good;
}

static int is_folder(const struct dirent *entry)
{
	const char *name = entry->d_name;
	return name[0] == '.' && name[1] != '\0' && name[1] != '.' &&
	       (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN || entry->d_type == DT_LNK);
}

bool maildir_read(struct import *import, const char *mailbox, const char *path)
{
	struct dirent **entries = NULL;
	if (!read_messages(import, path)) {
		return false;
	}
	int count = scandir(path, &entries, is_folder, versionsort);
	if (count < 0) {
		import_failed(import, path, strerror(errno));
		return true;
	}
	bool good = true;
	for (int i = 0; i < count; i++) {
		if (good && import_goes_on(import)) {
			good = read_folder(import, mailbox, path, entries[i]->d_name);
		}
		free(entries[i]);
	}
	free(entries);
	return good;
}
