/* mbox_tree.c - which files of a folder are mbox files, and what their mailboxes are called. */
#include "mbox_tree.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static bool ends_with(const char *name, size_t n, const char *end)
{
	size_t size = strlen(end);
	return n > size && strcasecmp(name + n - size, end) == 0;
}

/* What mail programs keep beside their mailboxes. */
static bool is_other_file(const char *name)
{
	static const char *const ends[] = { ".msf", ".dat", ".html", ".json", ".sqlite", ".lock",
		".plist", ".tmp" };
	if (name[0] == '.' || strcmp(name, MARKER_FILE) == 0) {
		return true;
	}
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (ends_with(name, strlen(name), ends[i])) {
			return true;
		}
	}
	return false;
}

/* The name without what tells of the format. */
static size_t bare_length(const char *name)
{
	size_t n = strlen(name);
	return ends_with(name, n, ".mbox") ? n - 5 : ends_with(name, n, ".sbd") ? n - 4 : n;
}

struct search {
	struct found *found;
	struct deposit *deposit;
};

static bool add_file(struct search *search, const char *path, const char *name, uint64_t size)
{
	bool is_mbox = false;
	int error = source_is_mbox(path, &is_mbox);
	if (error != 0 || !is_mbox) {
		deposit_fail(search->deposit, path,
			error != 0 ? strerror(error) : "this is no mbox file");
		return true;
	}
	deposit_expect(search->deposit, size);
	return found_add(search->found, path, name);
}

static bool look_into(
	struct search *search, const char *path, const char *name, const struct found_way *above);

/* `below` is the name of the mailbox, `entry` that of the file. */
static bool look_at(struct search *search, const char *path, const char *name, const char *below,
	const char *entry, const struct found_way *way)
{
	struct stat about;
	if (stat(path, &about) != 0) {
		deposit_fail(search->deposit, path, strerror(errno));
		return true;
	}
	if (S_ISDIR(about.st_mode)) {
		return look_into(search, path, below, way);
	}
	/* Apple Mail: "Work.mbox" is a folder, with the mail in a file of this name. */
	bool is_apples = strcmp(entry, "mbox") == 0 && name[0] != '\0';
	return is_other_file(entry) ||
	       add_file(search, path, is_apples ? name : below, (uint64_t)about.st_size);
}

static bool look_into(
	struct search *search, const char *path, const char *name, const struct found_way *above)
{
	struct found_way way;
	struct dirent **entries = NULL;
	if (!found_goes_in(path, above, &way)) {
		return true;
	}
	int count = scandir(path, &entries, NULL, versionsort);
	if (count < 0) {
		deposit_fail(search->deposit, path, strerror(errno));
		return true;
	}
	bool good = true;
	for (int i = 0; i < count; i++) {
		const char *entry = entries[i]->d_name;
		char *full = NULL;
		char *below = NULL;
		if (good && entry[0] != '.') {
			good = asprintf(&full, "%s/%s", path, entry) >= 0;
			good = good &&
			       asprintf(&below, "%s%s%.*s", name, name[0] != '\0' ? "/" : "",
				       (int)bare_length(entry), entry) >= 0;
			good = good && look_at(search, full, name, below, entry, &way);
			free(below);
			free(full);
		}
		free(entries[i]);
	}
	free(entries);
	return good;
}

bool mbox_tree_find(struct found *found, const struct source *source, struct deposit *deposit)
{
	struct search search = { .found = found, .deposit = deposit };
	struct stat about;
	if (!source->is_file) {
		return look_into(&search, source->path, "", NULL);
	}
	uint64_t size = stat(source->path, &about) == 0 ? (uint64_t)about.st_size : 0;
	return add_file(&search, source->path, "", size);
}
