/* marker.c - the file in which an export says what it is. */
#include "marker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <roost/backend.h>

#include "safe_file.h"

#define FIRST_WORDS "roost-export 1 "

static const struct {
	const char *name;
	unsigned use;
} uses[] = {
	{ "\\All", ROOST_MAILBOX_ALL },
	{ "\\Archive", ROOST_MAILBOX_ARCHIVE },
	{ "\\Drafts", ROOST_MAILBOX_DRAFTS },
	{ "\\Flagged", ROOST_MAILBOX_FLAGGED },
	{ "\\Junk", ROOST_MAILBOX_JUNK },
	{ "\\Sent", ROOST_MAILBOX_SENT },
	{ "\\Trash", ROOST_MAILBOX_TRASH },
	{ "\\Important", ROOST_MAILBOX_IMPORTANT },
};

unsigned marker_special_use(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		if (strlen(uses[i].name) == n && strncasecmp(uses[i].name, name, n) == 0) {
			return uses[i].use;
		}
	}
	return 0;
}

char *marker_escape(const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	char *escaped = malloc(3 * strlen(text) + 1);
	char *to = escaped;
	for (; escaped != NULL && *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		if (c <= ' ' || c == '%' || c == 0x7f) {
			*to++ = '%';
			*to++ = digits[c >> 4];
			*to++ = digits[c & 15];
		} else {
			*to++ = *text;
		}
	}
	if (escaped != NULL) {
		*to = '\0';
	}
	return escaped;
}

static int digit_of(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;
	return at != NULL ? (int)(at - digits) : -1;
}

void marker_unescape(char *text)
{
	char *to = text;
	for (; *text != '\0'; text++) {
		int high = text[0] == '%' ? digit_of(text[1]) : -1;
		int low = high >= 0 ? digit_of(text[2]) : -1;
		if (low >= 0 && high * 16 + low != 0) {
			*to++ = (char)(high * 16 + low);
			text += 2;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

bool marker_add_mailbox(
	struct marker *marker, const char *path, const char *name, unsigned special_use)
{
	struct marker_mailbox *list =
		reallocarray(marker->mailboxes, marker->mailbox_count + 1, sizeof(*list));
	if (list == NULL) {
		return false;
	}
	marker->mailboxes = list;
	struct marker_mailbox *mailbox = &list[marker->mailbox_count];
	*mailbox = (struct marker_mailbox) {
		.path = strdup(path),
		.name = strdup(name),
		.special_use = special_use,
	};
	if (mailbox->path == NULL || mailbox->name == NULL) {
		free(mailbox->path);
		free(mailbox->name);
		return false;
	}
	marker->mailbox_count++;
	return true;
}

bool marker_add_subscribed(struct marker *marker, const char *name)
{
	char **list = reallocarray(marker->subscribed, marker->subscribed_count + 1, sizeof(*list));
	if (list == NULL) {
		return false;
	}
	marker->subscribed = list;
	list[marker->subscribed_count] = strdup(name);
	return list[marker->subscribed_count++] != NULL;
}

static int compare(const void *a, const void *b)
{
	const struct marker_mailbox *one = a;
	const struct marker_mailbox *other = b;
	return strcmp(one->path, other->path);
}

static void sort(struct marker *marker)
{
	if (marker->mailbox_count > 0) {
		qsort(marker->mailboxes, marker->mailbox_count, sizeof(*marker->mailboxes),
			compare);
	}
}

const struct marker_mailbox *marker_find(const struct marker *marker, const char *path)
{
	const struct marker_mailbox wanted = { .path = (char *)path };
	if (marker->mailbox_count == 0) {
		return NULL;
	}
	return bsearch(&wanted, marker->mailboxes, marker->mailbox_count,
		sizeof(*marker->mailboxes), compare);
}

/* A line after the first. What is not known is passed over: a newer roost may have written it. */
static bool read_line(struct marker *marker, char *line)
{
	char *rest = line;
	const char *kind = strsep(&rest, " ");
	char *words[3];
	size_t count = 0;
	while (rest != NULL && count < 3) {
		words[count] = strsep(&rest, " ");
		marker_unescape(words[count++]);
	}
	if (strcmp(kind, "subscribed") == 0 && count >= 1) {
		return marker_add_subscribed(marker, words[0]);
	}
	if (strcmp(kind, "mailbox") != 0 || count < 3) {
		return true;
	}
	unsigned special_use = 0;
	char *names = words[2];
	for (const char *name; (name = strsep(&names, ",")) != NULL;) {
		special_use |= marker_special_use(name, strlen(name));
	}
	return marker_add_mailbox(marker, words[0], words[1], special_use);
}

static bool read_lines(FILE *file, const char *path, struct marker *marker)
{
	char *line = NULL;
	size_t capacity = 0;
	bool first = true;
	bool good = true;
	for (ssize_t n; good && (n = getline(&line, &capacity, file)) >= 0;) {
		if (n > 0 && line[n - 1] == '\n') {
			line[n - 1] = '\0';
		}
		if (!first) {
			good = read_line(marker, line);
		} else if (strncmp(line, FIRST_WORDS, strlen(FIRST_WORDS)) == 0) {
			marker->format = strdup(line + strlen(FIRST_WORDS));
			good = marker->format != NULL;
		} else {
			fprintf(stderr,
				"roost: cannot read %s: it is not as this roost writes it; to "
				"import this as foreign mail, remove it\n",
				path);
			free(line);
			return false;
		}
		first = false;
	}
	if (!good || ferror(file)) {
		fprintf(stderr, "roost: cannot read %s: %m\n", path);
	}
	good = good && !ferror(file);
	free(line);
	return good;
}

bool marker_read(const char *folder, struct marker *marker_out)
{
	char *path = NULL;
	*marker_out = (struct marker) { 0 };
	if (asprintf(&path, "%s/" MARKER_FILE, folder) < 0) {
		return false;
	}
	FILE *file = fopen(path, "re");
	bool good = file != NULL || errno == ENOENT || errno == ENOTDIR;
	if (!good) {
		fprintf(stderr, "roost: cannot read %s: %m\n", path);
	}
	if (file != NULL) {
		good = read_lines(file, path, marker_out);
		(void)fclose(file);
		sort(marker_out);
	}
	free(path);
	if (!good) {
		marker_clear(marker_out);
	}
	return good;
}

static void write_mailbox(FILE *file, const struct marker_mailbox *mailbox)
{
	char *path = marker_escape(mailbox->path);
	char *name = marker_escape(mailbox->name);
	if (path == NULL || name == NULL) {
		errno = ENOMEM;
	} else {
		const char *before = "";
		fprintf(file, "mailbox %s %s ", path, name);
		for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
			if (mailbox->special_use & uses[i].use) {
				fprintf(file, "%s%s", before, uses[i].name);
				before = ",";
			}
		}
		fprintf(file, "%s\n", before[0] == '\0' ? "-" : "");
	}
	free(path);
	free(name);
}

int marker_write(const char *folder, struct marker *marker)
{
	struct safe_file file;
	char *path = NULL;
	if (asprintf(&path, "%s/" MARKER_FILE, folder) < 0) {
		return ENOMEM;
	}
	int error = safe_file_open(&file, path);
	free(path);
	if (error != 0) {
		return error;
	}
	sort(marker);
	fprintf(file.stream, FIRST_WORDS "%s\n", marker->format);
	for (size_t i = 0; i < marker->mailbox_count; i++) {
		write_mailbox(file.stream, &marker->mailboxes[i]);
	}
	for (size_t i = 0; i < marker->subscribed_count; i++) {
		char *name = marker_escape(marker->subscribed[i]);
		fprintf(file.stream, "subscribed %s\n", name != NULL ? name : "");
		free(name);
	}
	return safe_file_finish(&file, true);
}

void marker_clear(struct marker *marker)
{
	for (size_t i = 0; i < marker->mailbox_count; i++) {
		free(marker->mailboxes[i].path);
		free(marker->mailboxes[i].name);
	}
	for (size_t i = 0; i < marker->subscribed_count; i++) {
		free(marker->subscribed[i]);
	}
	free(marker->mailboxes);
	free(marker->subscribed);
	free(marker->format);
	*marker = (struct marker) { 0 };
}
