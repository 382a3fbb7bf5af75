/* source.c - mail in files and folders: what is there, and how it is read. */
#include "source.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "eml.h"
#include "found.h"
#include "maildir.h"
#include "mailbox_name.h"
#include "mbox.h"
#include "pattern.h"

static const struct {
	const char *name;
	void (*read)(const struct source *source, struct deposit *deposit);
} formats[] = {
	[SOURCE_AUTO] = { "auto", NULL },
	[SOURCE_MAILDIR] = { "maildir", maildir_read },
	[SOURCE_MBOX] = { "mbox", mbox_read },
	[SOURCE_EML] = { "eml", eml_read },
};

bool source_find_format(const char *name, enum source_format *format_out)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, name) == 0) {
			*format_out = (enum source_format)i;
			return true;
		}
	}
	return false;
}

const char *source_format_name(enum source_format format)
{
	return formats[format].name;
}

/* An mbox begins with "From ", perhaps after empty lines, or has nothing in it. */
static bool begins_as_mbox(const char *start, size_t n)
{
	size_t at = 0;
	while (at < n && isspace((unsigned char)start[at])) {
		at++;
	}
	return at == n || (n - at >= 5 && memcmp(start + at, "From ", 5) == 0);
}

int source_is_mbox(const char *path, bool *is_mbox_out)
{
	char start[1024];
	struct stat about;
	/* O_NONBLOCK: a named pipe must not hold us up. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int error = fd < 0 || fstat(fd, &about) != 0 ? errno : 0;
	ssize_t n = 0;
	if (error == 0 && !S_ISREG(about.st_mode)) {
		error = S_ISDIR(about.st_mode) ? EISDIR : EINVAL;
	}
	if (error == 0) {
		n = read(fd, start, sizeof(start));
		error = n < 0 ? errno : 0;
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	if (error == 0) {
		*is_mbox_out = begins_as_mbox(start, (size_t)n);
	}
	return error;
}

/* What a folder holds is told by the first that is found of a cur folder, an .eml file, an mbox
 * file; the folders in it are looked into last. SOURCE_AUTO for none of them. */
static enum source_format look_into(const char *path, const struct found_way *above)
{
	struct found_way way;
	enum source_format format = SOURCE_AUTO;
	struct dirent **entries = NULL;
	int count =
		found_goes_in(path, above, &way) ? scandir(path, &entries, NULL, versionsort) : 0;
	for (int pass = 0; pass < 2 && format == SOURCE_AUTO; pass++) {
		for (int i = 0; i < count && format == SOURCE_AUTO; i++) {
			const char *name = entries[i]->d_name;
			char *full = NULL;
			bool is_mbox = false;
			struct stat about = { .st_size = 0 };
			if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
				asprintf(&full, "%s/%s", path, name) < 0) {
				continue;
			}
			bool is_folder = stat(full, &about) == 0 && S_ISDIR(about.st_mode);
			if (pass == 1) {
				format = is_folder ? look_into(full, &way) : SOURCE_AUTO;
			} else if (is_folder && strcmp(name, "cur") == 0) {
				format = SOURCE_MAILDIR;
			} else if (eml_is_message_name(name)) {
				format = SOURCE_EML;
			} else if (!is_folder && name[0] != '.' && about.st_size > 0 &&
				   source_is_mbox(full, &is_mbox) == 0 && is_mbox) {
				format = SOURCE_MBOX;
			}
			free(full);
		}
	}
	for (int i = 0; i < count; i++) {
		free(entries[i]);
	}
	free(entries);
	return format;
}

static bool refuse(const char *path, const char *why)
{
	fprintf(stderr, "roost: cannot import %s: %s\n", path, why);
	return false;
}

static bool look_at_file(struct source *source)
{
	bool is_mbox = false;
	int error = source_is_mbox(source->path, &is_mbox);
	source->is_file = true;
	if (error != 0) {
		return refuse(source->path,
			error == EINVAL ? "it is no file and no folder" : strerror(error));
	}
	if (source->format == SOURCE_MAILDIR) {
		return refuse(source->path, "a Maildir is a folder, and this is a file");
	}
	if (source->format != SOURCE_AUTO) {
		return true;
	}
	source->format = is_mbox ? SOURCE_MBOX : SOURCE_EML;
	return is_mbox || eml_is_message_name(source->path) ||
	       refuse(source->path,
		       "it is neither an mbox file (which begins with "
		       "\"From \"), an .eml file, a Maildir nor a folder of .eml files");
}

static bool look_at_folder(struct source *source)
{
	enum source_format format = SOURCE_AUTO;
	if (!marker_read(source->path, &source->marker)) {
		return false;
	}
	if (source->marker.format != NULL && !source_find_format(source->marker.format, &format)) {
		return refuse(source->path, "a newer roost has exported it: use the newer one");
	}
	if (source->format == SOURCE_AUTO) {
		source->format = format != SOURCE_AUTO ? format : look_into(source->path, NULL);
	}
	if (source->format == SOURCE_AUTO) {
		source->format = SOURCE_EML; /* which finds nothing, and says so */
	}
	return true;
}

bool source_look(const char *path, enum source_format format, struct source *source_out)
{
	struct stat about;
	struct source source = { .format = format, .path = path };
	if (stat(path, &about) != 0) {
		return refuse(path, strerror(errno));
	}
	char *real = realpath(path, NULL);
	if (real == NULL || asprintf(&source.identity, "file:%s", real) < 0) {
		source.identity = NULL;
		free(real);
		return refuse(path, strerror(errno));
	}
	free(real);
	bool good = S_ISDIR(about.st_mode) ? look_at_folder(&source) : look_at_file(&source);
	if (!good) {
		source_clear(&source);
		return false;
	}
	*source_out = source;
	return true;
}

void source_clear(struct source *source)
{
	marker_clear(&source->marker);
	free(source->identity);
	*source = (struct source) { .format = SOURCE_AUTO };
}

void source_read(const struct source *source, struct deposit *deposit)
{
	formats[source->format].read(source, deposit);
	for (size_t i = 0; i < source->marker.subscribed_count && deposit_goes_on(deposit); i++) {
		const char *name = source->marker.subscribed[i];
		char *target = mailbox_name_under(source->mailbox, name);
		if (target != NULL && source_wants(source, name) && mailbox_name_is_valid(target)) {
			deposit_subscribe(deposit, target, name);
		}
		free(target);
	}
}

bool source_wants(const struct source *source, const char *name)
{
	name = name[0] != '\0' ? name : "INBOX";
	for (size_t i = 0; i < source->only_count; i++) {
		if (pattern_matches(source->only[i], name)) {
			return true;
		}
	}
	return source->only_count == 0;
}

/* The path below the source; "." for the source itself. */
static const char *below(const struct source *source, const char *path)
{
	path += strlen(source->path);
	while (*path == '/') {
		path++;
	}
	return *path != '\0' ? path : ".";
}

const struct marker_mailbox *source_marked(const struct source *source, const char *path)
{
	return marker_find(&source->marker, below(source, path));
}

bool source_enter(
	const struct source *source, struct deposit *deposit, const char *path, const char *name)
{
	const struct marker_mailbox *marked = source_marked(source, path);
	if (marked != NULL) {
		name = marked->name;
	}
	if (!source_wants(source, name)) {
		return false;
	}
	char *mailbox = mailbox_name_under(source->mailbox, name);
	bool good = mailbox != NULL;
	if (!good) {
		deposit_break(deposit, path, strerror(ENOMEM));
	} else if (!mailbox_name_is_valid(mailbox)) {
		deposit_fail(deposit, path, "the folder's name cannot be a mailbox's");
		good = false;
	} else {
		const struct ledger_folder folder = {
			.source = source->identity,
			.name = below(source, path),
			.mailbox = mailbox,
		};
		good = deposit_open(
			deposit, &folder, marked != NULL ? marked->special_use : 0, path);
	}
	free(mailbox);
	return good;
}
