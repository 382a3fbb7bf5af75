/* eml.c - folders of message files, one message in each, and folders in them. */
#include "eml.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "found.h"
#include "identity.h"
#include "mail_file.h"
#include "manifest.h"

bool eml_is_message_name(const char *name)
{
	size_t n = strlen(name);
	return n > 4 && strcasecmp(name + n - 4, ".eml") == 0;
}

static int is_message(const struct dirent *entry)
{
	return eml_is_message_name(entry->d_name) && entry->d_name[0] != '.';
}

static int is_other(const struct dirent *entry)
{
	return !eml_is_message_name(entry->d_name) && entry->d_name[0] != '.';
}

/* `row` is what the export says of the file; NULL for a file of others. */
static void read_message(
	struct deposit *deposit, const char *path, const char *name, const struct manifest_row *row)
{
	struct message message = { .exact = row != NULL };
	char *identity = NULL;
	int error = mail_file_read(path, &message);
	if (error != 0) {
		deposit_fail(deposit, path, strerror(error));
		goto done;
	}
	if (row != NULL && manifest_give(row, &message) < 0) {
		error = ENOMEM;
	}
	/* Names like 1.eml are used again for other messages: the bytes tell them apart. */
	if (error == 0) {
		identity = identity_of_bytes(name, message.bytes, message.size);
	}
	if (identity == NULL) {
		deposit_break(deposit, path, strerror(ENOMEM));
		goto done;
	}
	const struct roost_flags flags = message_flags(&message);
	if (!deposit_knows(deposit, identity, &flags)) {
		deposit_add(deposit, &message, identity, path);
	}
done:
	free(identity);
	message_clear(&message);
}

/* The messages of one folder. */
static void read_folder(struct deposit *deposit, const char *path)
{
	struct manifest manifest;
	struct dirent **entries = NULL;
	int error = manifest_read(path, &manifest);
	int count = error == 0 ? scandir(path, &entries, is_message, versionsort) : 0;
	if (error != 0 || count < 0) {
		deposit_fail(deposit, path, strerror(error != 0 ? error : errno));
	}
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		char *file = NULL;
		if (!deposit_goes_on(deposit)) {
			free(entries[i]);
			continue;
		}
		if (asprintf(&file, "%s/%s", path, name) < 0) {
			deposit_break(deposit, path, strerror(ENOMEM));
		} else {
			read_message(deposit, file, name, manifest_find(&manifest, name));
			deposit_advance(deposit, 1);
			free(file);
		}
		free(entries[i]);
	}
	free(entries);
	manifest_clear(&manifest);
}

/* Find the folder, if it has messages or is marked as a mailbox, and those in it. False when memory
 * is out. */
static bool find_folders(struct found *found, const struct source *source, struct deposit *deposit,
	const char *path, const char *name, const struct found_way *above)
{
	struct found_way way;
	struct dirent **entries = NULL;
	if (!found_goes_in(path, above, &way)) {
		return true;
	}
	int count = scandir(path, &entries, is_message, NULL);
	for (int i = 0; i < count; i++) {
		free(entries[i]);
	}
	free(entries);
	if (count < 0) {
		deposit_fail(deposit, path, strerror(errno));
		return true;
	}
	deposit_expect(deposit, (uint64_t)count);
	if ((count > 0 || source_marked(source, path) != NULL) && !found_add(found, path, name)) {
		return false;
	}
	entries = NULL;
	count = scandir(path, &entries, is_other, versionsort);
	bool good = true;
	for (int i = 0; i < count; i++) {
		char *full = NULL;
		char *below = NULL;
		good = good && asprintf(&full, "%s/%s", path, entries[i]->d_name) >= 0;
		good = good && asprintf(&below, "%s%s%s", name, name[0] != '\0' ? "/" : "",
				       entries[i]->d_name) >= 0;
		good = good && find_folders(found, source, deposit, full, below, &way);
		free(below);
		free(full);
		free(entries[i]);
	}
	free(entries);
	return good;
}

void eml_read(const struct source *source, struct deposit *deposit)
{
	struct found found = { 0 };
	if (source->is_file) {
		const char *slash = strrchr(source->path, '/');
		deposit_expect(deposit, 1);
		if (source_enter(source, deposit, source->path, "")) {
			read_message(deposit, source->path,
				slash != NULL ? slash + 1 : source->path, NULL);
			deposit_advance(deposit, 1);
		}
		return;
	}
	if (!find_folders(&found, source, deposit, source->path, "", NULL)) {
		deposit_break(deposit, source->path, strerror(ENOMEM));
	} else if (found.count == 0) {
		deposit_fail(deposit, source->path, "no .eml files are in this folder");
	}
	for (size_t i = 0; i < found.count && deposit_goes_on(deposit); i++) {
		if (source_enter(source, deposit, found.list[i].path, found.list[i].name)) {
			read_folder(deposit, found.list[i].path);
		}
	}
	found_clear(&found);
}
