/* maildir_writer.c - an export as a Maildir with Maildir++ folders. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "file_name.h"
#include "mailbox_name.h"
#include "maildir_keywords.h"
#include "maildir_name.h"
#include "pile.h"
#include "safe_file.h"
#include "writer.h"

/* A file of an earlier export. */
struct exported {
	uint32_t uid;
	char *name; /* "cur/…" or "new/…" */
};

struct maildir_writer {
	struct writer writer;
	char *path;
	uint32_t uid_validity;
	struct exported *exported; /* in the order of their UIDs */
	size_t exported_count, exported_capacity;
	struct maildir_keywords keywords; /* their letters */
	bool new_letters;
	FILE *more; /* what becomes roost-keywords; NULL: nothing yet */
	char *more_text;
	size_t more_size;
	struct pile pile;
};

static struct maildir_writer *of(struct writer *writer)
{
	return (struct maildir_writer *)writer;
}

static int create(struct writer **writer_out)
{
	struct maildir_writer *maildir = calloc(1, sizeof(*maildir));
	if (maildir == NULL) {
		return ENOMEM;
	}
	maildir->writer.ops = &maildir_writer_ops;
	*writer_out = &maildir->writer;
	return 0;
}

/* "Work/Old" is ".Work.Old"; a '.' in a name is encoded. */
static char *place(const char *name, bool salt)
{
	if (strcmp(name, "INBOX") == 0) {
		return strdup(".");
	}
	char *encoded = mailbox_name_encode(name, ".");
	char *path = NULL;
	for (char *c = encoded; c != NULL && *c != '\0'; c++) {
		*c = *c == '/' ? '.' : *c;
	}
	if (encoded == NULL || asprintf(&path, ".%s", encoded) < 0) {
		path = NULL;
	}
	free(encoded);
	return file_name_shorten(path, name, salt);
}

static int make_folders(const char *path)
{
	static const char *const names[] = { "cur", "new", "tmp" };
	int error = safe_file_make_folders(path);
	for (size_t i = 0; error == 0 && i < sizeof(names) / sizeof(names[0]); i++) {
		char *folder = NULL;
		error = asprintf(&folder, "%s/%s", path, names[i]) < 0
				? ENOMEM
				: safe_file_make_folder(folder);
		free(folder);
	}
	return error;
}

/* The UID of a file of this mailbox, "SECONDS.V<validity>R…"; 0 for other files. */
static uint32_t uid_of(const struct maildir_writer *maildir, const char *name)
{
	struct roost_time date;
	uint32_t uid = 0;
	char validity[32];
	int n = snprintf(validity, sizeof(validity), ".V%" PRIu32 "R", maildir->uid_validity);
	const char *dot = strchr(name, '.');
	return maildir_name_is_ours(name, &date, &uid) && dot != NULL &&
			       strncmp(dot, validity, (size_t)n) == 0
		       ? uid
		       : 0;
}

static bool add_exported(
	struct maildir_writer *maildir, uint32_t uid, const char *folder, const char *name)
{
	if (maildir->exported_count == maildir->exported_capacity) {
		size_t capacity = maildir->exported_capacity * 2 + 64;
		struct exported *list = reallocarray(maildir->exported, capacity, sizeof(*list));
		if (list == NULL) {
			return false;
		}
		maildir->exported = list;
		maildir->exported_capacity = capacity;
	}
	struct exported *exported = &maildir->exported[maildir->exported_count];
	exported->uid = uid;
	if (asprintf(&exported->name, "%s/%s", folder, name) < 0) {
		return false;
	}
	maildir->exported_count++;
	return true;
}

static int find_exported(struct maildir_writer *maildir, const char *folder)
{
	char *path = NULL;
	if (asprintf(&path, "%s/%s", maildir->path, folder) < 0) {
		return ENOMEM;
	}
	DIR *dir = opendir(path);
	int error = dir == NULL ? errno : 0;
	const struct dirent *entry = NULL;
	while (error == 0 && (entry = readdir(dir)) != NULL) {
		uint32_t uid = uid_of(maildir, entry->d_name);
		if (uid != 0 && !add_exported(maildir, uid, folder, entry->d_name)) {
			error = ENOMEM;
		}
	}
	if (dir != NULL) {
		(void)closedir(dir);
	}
	free(path);
	return error;
}

static int compare(const void *a, const void *b)
{
	const struct exported *one = a;
	const struct exported *other = b;
	return one->uid < other->uid ? -1 : one->uid > other->uid;
}

/* Courier and Dovecot know by it that this is a folder of a Maildir, and none of its own. */
static int mark_folder(const char *path)
{
	char *file = NULL;
	if (asprintf(&file, "%s/maildirfolder", path) < 0) {
		return ENOMEM;
	}
	FILE *stream = fopen(file, "ae");
	int error = stream == NULL || fclose(stream) != 0 ? errno : 0;
	free(file);
	return error;
}

static int open_mailbox(struct writer *writer, const char *path, uint32_t uid_validity,
	struct roost_uidset *known_out)
{
	struct maildir_writer *maildir = of(writer);
	maildir->uid_validity = uid_validity;
	maildir->path = strdup(path);
	maildir->more = open_memstream(&maildir->more_text, &maildir->more_size);
	if (maildir->path == NULL || maildir->more == NULL) {
		return ENOMEM;
	}
	const char *slash = strrchr(path, '/');
	int error = make_folders(path);
	if (error == 0 && slash != NULL && slash[1] == '.' && slash[2] != '\0') {
		error = mark_folder(path);
	}
	if (error == 0) {
		error = maildir_keywords_read(&maildir->keywords, path);
	}
	if (error == 0) {
		error = find_exported(maildir, "cur");
	}
	if (error == 0) {
		error = find_exported(maildir, "new");
	}
	if (maildir->exported_count > 0) {
		qsort(maildir->exported, maildir->exported_count, sizeof(*maildir->exported),
			compare);
	}
	for (size_t i = 0; error == 0 && i < maildir->exported_count; i++) {
		error = roost_uidset_add(known_out, maildir->exported[i].uid) < 0 ? ENOMEM : 0;
	}
	return error;
}

/* The letter of a keyword, or '\0' when there is none left. */
static char letter_of(struct maildir_writer *maildir, const char *keyword)
{
	char **letters = maildir->keywords.letters;
	for (size_t i = 0; i < MAILDIR_KEYWORDS_LETTERS; i++) {
		if (letters[i] == NULL) {
			letters[i] = strdup(keyword);
			maildir->new_letters = true;
		}
		if (letters[i] != NULL && strcmp(letters[i], keyword) == 0) {
			return (char)('a' + (int)i);
		}
	}
	return '\0';
}

/* The letters for the flags, capital ones first; what has none is written down for the unique part
 * of the name. */
static void write_letters(struct maildir_writer *maildir, const struct roost_flags *flags,
	const char *unique, size_t unique_size, char *to)
{
	char used[MAILDIR_KEYWORDS_LETTERS + 1] = "";
	const char *before = "";
	maildir_name_write_flags(flags, to);
	bool has_forwarded = strchr(to, 'P') != NULL;
	for (size_t i = 0; i < flags->keyword_count; i++) {
		const char *keyword = flags->keywords[i];
		char letter = letter_of(maildir, keyword);
		if (letter != '\0') {
			used[letter - 'a'] = letter;
			continue;
		}
		/* It has a letter of its own, which Dovecot does not know. */
		if (has_forwarded && strcmp(keyword, "$Forwarded") == 0) {
			continue;
		}
		if (before[0] == '\0') {
			fprintf(maildir->more, "%.*s", (int)unique_size, unique);
		}
		before = " ";
		fprintf(maildir->more, " %s", keyword);
	}
	if (before[0] != '\0') {
		fputc('\n', maildir->more);
	}
	to += strlen(to);
	for (size_t i = 0; i < MAILDIR_KEYWORDS_LETTERS; i++) {
		if (used[i] != '\0') {
			*to++ = used[i];
		}
	}
	*to = '\0';
}

/* Before a file gets a name with the letter in it. */
static int write_letters_file(struct maildir_writer *maildir)
{
	struct safe_file file;
	char *path = NULL;
	if (!maildir->new_letters) {
		return 0;
	}
	if (asprintf(&path, "%s/" MAILDIR_KEYWORDS_FILE, maildir->path) < 0) {
		return ENOMEM;
	}
	int error = safe_file_open(&file, path);
	free(path);
	if (error != 0) {
		return error;
	}
	for (size_t i = 0; i < MAILDIR_KEYWORDS_LETTERS; i++) {
		if (maildir->keywords.letters[i] != NULL) {
			fprintf(file.stream, "%zu %s\n", i, maildir->keywords.letters[i]);
		}
	}
	maildir->new_letters = false;
	return safe_file_finish(&file, true);
}

/* The file is called by other flags, when they have changed. */
static int keep(struct writer *writer, const struct roost_message *message)
{
	struct maildir_writer *maildir = of(writer);
	const struct exported wanted = { .uid = message->uid };
	char letters[8 + MAILDIR_KEYWORDS_LETTERS];
	const struct exported *exported =
		maildir->exported_count == 0
			? NULL
			: bsearch(&wanted, maildir->exported, maildir->exported_count,
				  sizeof(*exported), compare);
	if (exported == NULL) {
		return 0;
	}
	const char *name = exported->name + strlen("cur/");
	size_t unique = maildir_name_unique(name);
	write_letters(maildir, &message->flags, name, unique, letters);
	if (strcmp(maildir_name_letters(name), letters) == 0) {
		return 0;
	}
	char *from = NULL;
	char *to = NULL;
	int error = write_letters_file(maildir);
	if (asprintf(&from, "%s/%s", maildir->path, exported->name) < 0) {
		from = NULL;
	}
	if (asprintf(&to, "%s/cur/%.*s:2,%s", maildir->path, (int)unique, name, letters) < 0) {
		to = NULL;
	}
	if (from == NULL || to == NULL) {
		error = ENOMEM;
	} else if (error == 0 && rename(from, to) != 0) {
		error = errno;
	}
	free(from);
	free(to);
	return error;
}

static int put(struct writer *writer, const struct roost_message *message, const char *bytes)
{
	struct maildir_writer *maildir = of(writer);
	char letters[8 + MAILDIR_KEYWORDS_LETTERS];
	char *temporary = NULL;
	char *path = NULL;
	char *name = maildir_name_create(
		maildir->uid_validity, message->uid, message->internal_date, message->octets);
	if (name == NULL) {
		return ENOMEM;
	}
	write_letters(maildir, &message->flags, name, strlen(name), letters);
	if (asprintf(&temporary, "%s/tmp/%s", maildir->path, name) < 0) {
		temporary = NULL;
	}
	if (asprintf(&path, "%s/cur/%s:2,%s", maildir->path, name, letters) < 0) {
		path = NULL;
	}
	free(name);
	int error = write_letters_file(maildir);
	int other = pile_add(&maildir->pile, temporary, path, bytes, (size_t)message->octets,
		message->internal_date);
	return error == 0 ? other : error;
}

/* What an earlier export wrote, and this one did not come to, stays. */
static int write_more_file(struct maildir_writer *maildir, bool whole)
{
	struct safe_file file;
	char *path = NULL;
	int error = fclose(maildir->more) != 0 ? errno : 0;
	maildir->more = NULL;
	if (error != 0 || (maildir->more_size == 0 && maildir->keywords.count == 0)) {
		return error;
	}
	if (asprintf(&path, "%s/" MAILDIR_KEYWORDS_MORE, maildir->path) < 0) {
		return ENOMEM;
	}
	error = safe_file_open(&file, path);
	free(path);
	if (error != 0) {
		return error;
	}
	fwrite(maildir->more_text, 1, maildir->more_size, file.stream);
	for (size_t i = 0; !whole && i < maildir->keywords.count; i++) {
		const struct maildir_keywords_row *row = &maildir->keywords.rows[i];
		fprintf(file.stream, "%s %s\n", row->name, row->keywords);
	}
	return safe_file_finish(&file, true);
}

static int close_mailbox(struct writer *writer, bool whole)
{
	struct maildir_writer *maildir = of(writer);
	int error = maildir->more != NULL ? write_more_file(maildir, whole) : 0;
	int other = pile_finish(&maildir->pile);
	error = error == 0 ? other : error;
	for (size_t i = 0; i < maildir->exported_count; i++) {
		free(maildir->exported[i].name);
	}
	free(maildir->exported);
	maildir->exported = NULL;
	maildir->exported_count = maildir->exported_capacity = 0;
	maildir_keywords_clear(&maildir->keywords);
	maildir->new_letters = false;
	free(maildir->more_text);
	maildir->more_text = NULL;
	free(maildir->path);
	maildir->path = NULL;
	return error;
}

/* As Dovecot writes it: a line for each name, tabs between its levels. */
static int subscribe(const char *path, char *const *names, size_t count)
{
	struct safe_file file;
	char *full = NULL;
	if (asprintf(&full, "%s/subscriptions", path) < 0) {
		return ENOMEM;
	}
	int error = safe_file_open(&file, full);
	free(full);
	if (error != 0) {
		return error;
	}
	fputs("V\t2\n\n", file.stream);
	for (size_t i = 0; i < count; i++) {
		char *name = mailbox_name_encode(names[i], "");
		for (char *c = name; c != NULL && *c != '\0'; c++) {
			*c = *c == '/' ? '\t' : *c;
		}
		fprintf(file.stream, "%s\n", name != NULL ? name : "");
		free(name);
	}
	return safe_file_finish(&file, true);
}

static void destroy(struct writer *writer)
{
	struct maildir_writer *maildir = of(writer);
	pile_drop(&maildir->pile);
	free(maildir);
}

const struct writer_ops maildir_writer_ops = {
	.format = "maildir",
	.place = place,
	.open = open_mailbox,
	.keep = keep,
	.put = put,
	.close = close_mailbox,
	.subscribe = subscribe,
	.create = create,
	.destroy = destroy,
};
