/* maildir_keywords.c - the keywords of the messages of one Maildir folder. */
#include "maildir_keywords.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>
#include <roost/limits.h>

#include "maildir_name.h"

#define COURIER_FILE "courierimapkeywords/:list"

/* Keywords of a Courier list: more cannot be given to one message anyway. */
#define COURIER_KEYWORDS ((size_t)ROOST_MAX_KEYWORDS)

typedef bool (*line_fn)(void *context, char *line);

/* Hand each line, without its end, to `take`; a file that is not there has none. 0, or an errno. */
static int read_lines(const char *folder, const char *name, line_fn take, void *context)
{
	char *path = NULL;
	if (asprintf(&path, "%s/%s", folder, name) < 0) {
		return ENOMEM;
	}
	FILE *file = fopen(path, "re");
	int error = file == NULL && errno != ENOENT ? errno : 0;
	free(path);
	if (file == NULL) {
		return error;
	}
	char *line = NULL;
	size_t capacity = 0;
	ssize_t n = 0;
	while (error == 0 && (n = getline(&line, &capacity, file)) >= 0) {
		if (n > 0 && line[n - 1] == '\n') {
			line[n - 1] = '\0';
		}
		error = take(context, line) ? 0 : ENOMEM;
	}
	if (error == 0 && ferror(file)) {
		error = errno;
	}
	free(line);
	(void)fclose(file);
	return error;
}

/* "0 $Forwarded" */
static bool take_letter(void *context, char *line)
{
	struct maildir_keywords *keywords = context;
	char *end = NULL;
	unsigned long i = strtoul(line, &end, 10);
	if (line[0] < '0' || line[0] > '9' || *end != ' ' || i >= MAILDIR_KEYWORDS_LETTERS) {
		return true;
	}
	free(keywords->letters[i]);
	keywords->letters[i] = strdup(end + 1);
	return keywords->letters[i] != NULL;
}

/* Takes `text`. */
static bool add_row(struct maildir_keywords *keywords, const char *name, size_t n, char *text)
{
	struct maildir_keywords_row *rows =
		reallocarray(keywords->rows, keywords->count + 1, sizeof(*rows));
	char *copy = strndup(name, n);
	if (rows != NULL) {
		keywords->rows = rows;
	}
	if (rows == NULL || copy == NULL || text == NULL) {
		free(copy);
		free(text);
		return false;
	}
	rows[keywords->count++] = (struct maildir_keywords_row) { copy, text };
	return true;
}

/* "NAME keyword keyword" */
static bool take_more(void *context, char *line)
{
	size_t n = strcspn(line, " ");
	return line[n] == '\0' || add_row(context, line, n, strdup(line + n + 1));
}

struct courier {
	struct maildir_keywords *keywords;
	char *names[COURIER_KEYWORDS];
	size_t count;
	bool in_files;
};

/* "1710000000.M1.host:2,S:0 3": the numbers stand after the last colon. */
static bool take_courier_file(struct courier *courier, char *line)
{
	char *colon = strrchr(line, ':');
	char *text = NULL;
	size_t size = 0;
	if (colon == NULL) {
		return true;
	}
	FILE *out = open_memstream(&text, &size);
	if (out == NULL) {
		return false;
	}
	char *rest = colon + 1;
	for (const char *word; (word = strsep(&rest, " ")) != NULL;) {
		char *end = NULL;
		unsigned long i = strtoul(word, &end, 10);
		if (word[0] >= '0' && word[0] <= '9' && *end == '\0' && i < courier->count) {
			fprintf(out, "%s ", courier->names[i]);
		}
	}
	if (fclose(out) != 0) {
		free(text);
		return false;
	}
	return add_row(courier->keywords, line, maildir_name_unique(line), text);
}

static bool take_courier(void *context, char *line)
{
	struct courier *courier = context;
	if (line[0] == '\0') {
		courier->in_files = true;
	} else if (courier->in_files) {
		return take_courier_file(courier, line);
	} else if (courier->count < COURIER_KEYWORDS) {
		courier->names[courier->count] = strdup(line);
		return courier->names[courier->count++] != NULL;
	}
	return true;
}

static int compare(const void *a, const void *b)
{
	const struct maildir_keywords_row *one = a;
	const struct maildir_keywords_row *other = b;
	return strcmp(one->name, other->name);
}

int maildir_keywords_read(struct maildir_keywords *keywords, const char *folder)
{
	struct courier courier = { .keywords = keywords };
	int error = read_lines(folder, MAILDIR_KEYWORDS_FILE, take_letter, keywords);
	if (error == 0) {
		error = read_lines(folder, MAILDIR_KEYWORDS_MORE, take_more, keywords);
	}
	if (error == 0) {
		error = read_lines(folder, COURIER_FILE, take_courier, &courier);
	}
	for (size_t i = 0; i < courier.count; i++) {
		free(courier.names[i]);
	}
	if (keywords->count > 0) {
		qsort(keywords->rows, keywords->count, sizeof(*keywords->rows), compare);
	}
	return error;
}

void maildir_keywords_clear(struct maildir_keywords *keywords)
{
	for (size_t i = 0; i < MAILDIR_KEYWORDS_LETTERS; i++) {
		free(keywords->letters[i]);
	}
	for (size_t i = 0; i < keywords->count; i++) {
		free(keywords->rows[i].name);
		free(keywords->rows[i].keywords);
	}
	free(keywords->rows);
	*keywords = (struct maildir_keywords) { 0 };
}

static int give_row(
	const struct maildir_keywords *keywords, const char *name, struct message *message)
{
	int r = 0;
	char *unique = strndup(name, maildir_name_unique(name));
	const struct maildir_keywords_row wanted = { .name = unique };
	const struct maildir_keywords_row *row = NULL;
	if (unique == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	if (keywords->count > 0) {
		row = bsearch(&wanted, keywords->rows, keywords->count, sizeof(*row), compare);
	}
	const char *at = row != NULL ? row->keywords : "";
	while (r == 0 && *at != '\0') {
		size_t n = strcspn(at, " ");
		r = message_add_keyword(message, at, n);
		at += n + strspn(at + n, " ");
	}
	free(unique);
	return r;
}

int maildir_keywords_give(
	const struct maildir_keywords *keywords, const char *name, struct message *message)
{
	int r = 0;
	for (const char *letter = maildir_name_letters(name); r == 0 && *letter != '\0'; letter++) {
		if (*letter >= 'a' && *letter <= 'z' && keywords->letters[*letter - 'a'] != NULL) {
			const char *keyword = keywords->letters[*letter - 'a'];
			r = message_add_keyword(message, keyword, strlen(keyword));
		}
	}
	return r == 0 ? give_row(keywords, name, message) : r;
}
