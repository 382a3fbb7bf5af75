/* maildir.c - Maildir and Maildir++: a file for each message, its flags in its name. */
#include "maildir.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "found.h"
#include "mail_file.h"
#include "mailbox_name.h"
#include "maildir_keywords.h"
#include "maildir_name.h"
#include "maildir_subscriptions.h"

/* A mail program may be at work in the Maildir and rename files, which listing and opening them may miss: how often it
 * is looked for such. */
#define ROUNDS 5

/* The files of cur and new, which go into one order. */
struct names {
	char **list; /* paths */
	size_t count;
	size_t capacity;
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

/* Names begin with the time of delivery; after an export of ours, the UIDs in them tell. */
static int compare(const void *a, const void *b)
{
	const char *one = base_name(*(char *const *)a);
	const char *other = base_name(*(char *const *)b);
	struct roost_time date;
	uint32_t one_uid = 0;
	uint32_t other_uid = 0;
	bool one_is_ours = maildir_name_is_ours(one, &date, &one_uid);
	bool other_is_ours = maildir_name_is_ours(other, &date, &other_uid);
	if (one_is_ours && other_is_ours && one_uid != other_uid) {
		return one_uid < other_uid ? -1 : 1;
	}
	if (one_is_ours != other_is_ours) {
		return one_is_ours ? -1 : 1;
	}
	return strverscmp(one, other);
}

static bool add_name(struct names *names, const char *folder, const char *name)
{
	if (names->count == names->capacity) {
		size_t capacity = names->capacity * 2 + 64;
		char **list = reallocarray(names->list, capacity, sizeof(*list));
		if (list == NULL) {
			return false;
		}
		names->list = list;
		names->capacity = capacity;
	}
	if (asprintf(&names->list[names->count], "%s/%s", folder, name) < 0) {
		return false;
	}
	names->count++;
	return true;
}

/* Add what stands in the folder, or with NULL only count it; one that is not there adds nothing. 0
 * or an errno. */
static int list_folder(const char *path, const char *folder, struct names *names, size_t *count_io)
{
	char *full = NULL;
	if (asprintf(&full, "%s/%s", path, folder) < 0) {
		return ENOMEM;
	}
	DIR *dir = opendir(full);
	int error = dir == NULL && errno != ENOENT ? errno : 0;
	const struct dirent *entry = NULL;
	while (dir != NULL && error == 0 && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.') {
			continue;
		}
		if (names != NULL && !add_name(names, full, entry->d_name)) {
			error = ENOMEM;
		}
		++*count_io;
	}
	if (dir != NULL) {
		(void)closedir(dir);
	}
	free(full);
	return error;
}

/* All that the message's file tells beside its bytes. */
static int describe(
	const struct maildir_keywords *keywords, const char *name, struct message *message)
{
	message->has_date = true;
	if (!maildir_name_is_ours(name, &message->date, &message->wanted_uid)) {
		message->date = maildir_name_date(name, message->fallback_date);
	}
	int r = maildir_name_read_flags(maildir_name_letters(name), message);
	return r == 0 ? maildir_keywords_give(keywords, name, message) : r;
}

/* False when the file is not there any more; in the last round that is a failure. */
static bool read_message(struct deposit *deposit, const struct maildir_keywords *keywords,
	const char *path, bool last)
{
	const char *name = base_name(path);
	struct message message = { 0 };
	struct message described = { 0 };
	struct stat about;
	bool is_there = true;
	char *identity = strndup(name, maildir_name_unique(name));
	if (identity == NULL || describe(keywords, name, &described) < 0) {
		deposit_break(deposit, path, strerror(ENOMEM));
		goto done;
	}
	const struct roost_flags flags = message_flags(&described);
	if (deposit_knows(deposit, identity, &flags)) {
		goto done;
	}
	struct roost_time date;
	uint32_t uid = 0;
	message.exact = maildir_name_is_ours(name, &date, &uid);
	int error = mail_file_read(path, &message);
	if (error == ENOENT && !last && lstat(path, &about) != 0) {
		is_there = false;
		goto done;
	}
	if (error != 0) {
		deposit_fail(deposit, path, strerror(error));
		goto done;
	}
	if (describe(keywords, name, &message) < 0) {
		deposit_break(deposit, path, strerror(ENOMEM));
		goto done;
	}
	deposit_add(deposit, &message, identity, path);
done:
	message_clear(&described);
	message_clear(&message);
	free(identity);
	return is_there;
}

/* By the part of the name that stays. */
static int compare_unique(const void *a, const void *b)
{
	const char *one = base_name(*(char *const *)a);
	const char *other = base_name(*(char *const *)b);
	size_t one_size = maildir_name_unique(one);
	size_t other_size = maildir_name_unique(other);
	int r = memcmp(one, other, one_size < other_size ? one_size : other_size);
	return r != 0 ? r : (one_size > other_size) - (one_size < other_size);
}

static bool has_unique(const struct names *seen, char *const *path)
{
	return seen->count > 0 &&
	       bsearch(path, seen->list, seen->count, sizeof(*seen->list), compare_unique) != NULL;
}

/* Take over those of `names` that are not NULL. */
static bool take_names(struct names *seen, struct names *names)
{
	size_t most = seen->count + names->count;
	char **list = reallocarray(seen->list, most > 0 ? most : 1, sizeof(*list));
	if (list == NULL) {
		return false;
	}
	seen->list = list;
	seen->capacity = most;
	for (size_t i = 0; i < names->count; i++) {
		if (names->list[i] != NULL) {
			seen->list[seen->count++] = names->list[i];
			names->list[i] = NULL;
		}
	}
	if (seen->count > 0) {
		qsort(seen->list, seen->count, sizeof(*seen->list), compare_unique);
	}
	return true;
}

/* When files came and went last in cur and new. */
struct stamps {
	struct timespec cur, new;
};

static struct timespec stamp(const char *path, const char *folder)
{
	struct stat about = { .st_mtim = { 0 } };
	char *full = NULL;
	if (asprintf(&full, "%s/%s", path, folder) >= 0) {
		(void)stat(full, &about);
		free(full);
	}
	return about.st_mtim;
}

static bool is_same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* Read the messages that are not among those seen, and add them to these. Whether there may be more. */
static bool read_round(struct deposit *deposit, const char *path,
	const struct maildir_keywords *keywords, struct names *seen, bool last)
{
	struct names names = { 0 };
	size_t count = 0;
	const struct stamps before = { stamp(path, "cur"), stamp(path, "new") };
	int error = list_folder(path, "cur", &names, &count);
	if (error == 0) {
		error = list_folder(path, "new", &names, &count);
	}
	if (error != 0) {
		deposit_fail(deposit, path, strerror(error));
	}
	if (names.count > 0) {
		qsort(names.list, names.count, sizeof(*names.list), compare);
	}
	bool missed = false;
	for (size_t i = 0; i < names.count && deposit_goes_on(deposit); i++) {
		bool is_new = !has_unique(seen, &names.list[i]);
		bool is_there = !is_new || read_message(deposit, keywords, names.list[i], last);
		missed |= !is_there;
		if (!is_new || !is_there) {
			free(names.list[i]);
			names.list[i] = NULL;
		}
		deposit_advance(deposit, is_new && is_there ? 1 : 0);
	}
	bool more = error == 0 && (missed || !is_same_time(before.cur, stamp(path, "cur")) ||
					  !is_same_time(before.new, stamp(path, "new")));
	if (more && !take_names(seen, &names)) {
		deposit_break(deposit, path, strerror(ENOMEM));
	}
	clear_names(&names);
	return more;
}

/* The messages of one Maildir, without its folders. */
static void read_messages(struct deposit *deposit, const char *path)
{
	struct maildir_keywords keywords = { 0 };
	struct names seen = { 0 };
	int error = maildir_keywords_read(&keywords, path);
	if (error != 0) {
		deposit_fail(deposit, path, strerror(error));
	}
	bool more = error == 0;
	for (int i = 1; i <= ROUNDS && more && deposit_goes_on(deposit); i++) {
		more = read_round(deposit, path, &keywords, &seen, i == ROUNDS);
	}
	clear_names(&seen);
	maildir_keywords_clear(&keywords);
}

/* Append a level to a name; what our exports encoded, a '.' say, comes back. */
static bool add_level(char **name_io, const char *level, size_t n)
{
	char *raw = strndup(level, n);
	char *decoded = raw != NULL ? mailbox_name_decode(raw) : NULL;
	char *name = NULL;
	bool good = decoded != NULL && asprintf(&name, "%s%s%s", *name_io,
					       (*name_io)[0] != '\0' ? "/" : "", decoded) >= 0;
	free(raw);
	free(decoded);
	if (good) {
		free(*name_io);
		*name_io = name;
	}
	return good;
}

/* ".Work.Old" to "Work/Old", and "Old" in "Work" too. */
static char *name_folder(const char *above, const char *folder)
{
	char *name = strdup(above);
	bool good = name != NULL;
	if (folder[0] != '.') {
		good = good && add_level(&name, folder, strlen(folder));
	} else {
		for (const char *at = folder; good && *at == '.';) {
			size_t n = strcspn(++at, ".");
			good = add_level(&name, at, n);
			at += n;
		}
	}
	if (!good) {
		free(name);
		name = NULL;
	}
	return name;
}

static bool is_maildir(const char *path)
{
	char *cur = NULL;
	struct stat about;
	if (asprintf(&cur, "%s/cur", path) < 0) {
		return false;
	}
	bool is = stat(cur, &about) == 0 && S_ISDIR(about.st_mode);
	free(cur);
	return is;
}

/* Whether a folder of that name may be, or hold, a mailbox. */
static bool is_folder_name(const char *name, bool in_source)
{
	static const char *const others[] = { "cur", "new", "tmp" };
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strcmp(name, others[i]) == 0) {
			return false;
		}
	}
	/* Dots are Maildir++'s only beside the main folder. */
	return name[0] != '.' || (in_source && name[1] != '\0' && name[1] != '.');
}

/* Find the Maildir at `path` and those in it. False when memory is out. */
static bool find_folders(
	struct found *found, const char *path, const char *name, const struct found_way *above)
{
	struct found_way way;
	struct dirent **entries = NULL;
	if (!found_goes_in(path, above, &way)) {
		return true;
	}
	bool good = !is_maildir(path) || found_add(found, path, name);
	int count = good ? scandir(path, &entries, NULL, versionsort) : 0;
	for (int i = 0; i < count; i++) {
		const char *entry = entries[i]->d_name;
		char *full = NULL;
		char *below = NULL;
		if (good && is_folder_name(entry, above == NULL)) {
			good = asprintf(&full, "%s/%s", path, entry) >= 0;
			below = good ? name_folder(name, entry) : NULL;
			good = below != NULL;
		}
		if (below != NULL) {
			bool is_dotted = entry[0] == '.';
			good = is_dotted ? !is_maildir(full) || found_add(found, full, below)
					 : find_folders(found, full, below, &way);
			free(full);
		}
		free(below);
		free(entries[i]);
	}
	free(entries);
	return good;
}

void maildir_read(const struct source *source, struct deposit *deposit)
{
	struct found found = { 0 };
	if (!find_folders(&found, source->path, "", NULL)) {
		deposit_break(deposit, source->path, strerror(ENOMEM));
	} else if (found.count == 0) {
		deposit_fail(deposit, source->path, "no Maildir, which has a folder cur, is here");
	}
	for (size_t i = 0; i < found.count; i++) {
		size_t steps = 0;
		(void)list_folder(found.list[i].path, "cur", NULL, &steps);
		(void)list_folder(found.list[i].path, "new", NULL, &steps);
		deposit_expect(deposit, steps);
	}
	for (size_t i = 0; i < found.count && deposit_goes_on(deposit); i++) {
		if (source_enter(source, deposit, found.list[i].path, found.list[i].name)) {
			read_messages(deposit, found.list[i].path);
		}
	}
	if (source->marker.format == NULL && deposit_goes_on(deposit)) {
		maildir_subscriptions_read(source, deposit);
	}
	found_clear(&found);
}
