/* file.c - roost.conf: read into settings. */
#include "file.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLANKS " \t\r\n\v\f"
#define MOST_OCTETS (1024 * 1024) /* of a file: more is no configuration */
#define COMPLAINTS_MAX 100

/* inih parses, and asks for the lines here; so the number of the line is known that it tells of. */
struct reader {
	FILE *file;
	const char *path;
	struct settings *settings;
	config_file_complain *complain;
	void *context;
	unsigned line; /* the number of the one that inih has, from 1 */
	size_t octets; /* read so far */
	size_t complaints;
	bool owed; /* the line has to have a key: inih has not told of one yet */
	bool indented; /* the line goes on with the value above */
	bool in_section; /* a known one */
	bool has_key; /* a key stood in the section, with which an indented line goes on */
	const struct setting *last; /* that key; NULL: it was refused */
	unsigned seen[SETTINGS_MAX]; /* the lines of the keys, in the order of the table */
	int error; /* an errno, of reading */
};

const char *config_file_usual(void)
{
	return ROOST_SYSCONFDIR "/roost/roost.conf";
}

const char *config_file_choose(const char *named)
{
	if (named != NULL) {
		return named;
	}
	return access(config_file_usual(), F_OK) == 0 ? config_file_usual() : NULL;
}

void config_file_say(void *context, const char *text)
{
	(void)context;
	fprintf(stderr, "roost: %s\n", text);
}

__attribute__((format(printf, 2, 3))) static void complain(
	struct reader *reader, const char *format, ...)
{
	char text[1024];
	int n = snprintf(text, sizeof(text), "%.300s:%u: ", reader->path, reader->line);
	va_list arguments;
	if (reader->complaints++ >= COMPLAINTS_MAX) {
		return;
	}
	va_start(arguments, format);
	(void)vsnprintf(text + n, sizeof(text) - (size_t)n, format, arguments);
	va_end(arguments);
	for (char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f) {
			*c = '?';
		}
	}
	reader->complain(reader->context, text);
}

/* "[name]": whether it is one, and known. */
static void begin_section(struct reader *reader, const char *line)
{
	const char *end = strchr(line, ']');
	reader->has_key = false;
	reader->in_section = false;
	if (end == NULL) {
		complain(reader, "a section ends in ]: [mail]");
		return;
	}
	size_t n = (size_t)(end - line - 1);
	for (size_t i = 0; i < settings_count; i++) {
		const char *section = settings_table[i].section;
		if (section != NULL && strlen(section) == n && memcmp(section, line + 1, n) == 0) {
			reader->in_section = true;
			return;
		}
	}
	complain(reader, "there is no section [%.*s]", (int)(n < 60 ? n : 60), line + 1);
}

/* What the line is that inih is about to get. */
static void look_at(struct reader *reader, const char *line)
{
	if (reader->line == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0) {
		line += 3;
	}
	const char *start = line + strspn(line, BLANKS);
	reader->indented = start > line;
	bool section = *start == '[' && !(reader->indented && reader->has_key);
	reader->owed = *start != '\0' && strchr(";#", *start) == NULL && !section;
	if (section) {
		begin_section(reader, start);
	}
}

static void end_line(struct reader *reader)
{
	if (reader->owed) {
		complain(reader, "a line is KEY = VALUE, [SECTION], or # and a comment");
	}
	reader->owed = false;
}

/* Read a line into `text`, without its end; one that is wrong is read as an empty one. False at the end. */
static bool read_line(struct reader *reader, char *text, size_t room)
{
	size_t n = 0;
	bool nul = false;
	int c = getc(reader->file);
	if (c == EOF) {
		reader->error = ferror(reader->file) ? errno : 0;
		return false;
	}
	reader->line++;
	for (; c != EOF && c != '\n' && reader->octets <= MOST_OCTETS; c = getc(reader->file)) {
		nul = nul || c == '\0';
		if (n < room) {
			text[n] = (char)c;
		}
		n++;
		reader->octets++;
	}
	reader->octets++;
	if (nul) {
		complain(reader, "there is a NUL in this line: this is no text");
	} else if (n >= room) {
		complain(reader,
			"the line is longer than %zu octets; the values of a list may stand on "
			"several lines, indented",
			room - 1);
	}
	text[nul || n >= room ? 0 : n] = '\0';
	return true;
}

/* An ini_reader, as fgets(3). */
static char *next_line(char *text, int size, void *context)
{
	struct reader *reader = context;
	end_line(reader);
	if (reader->octets > MOST_OCTETS) {
		complain(reader, "the file is too long to be a configuration");
		return NULL;
	}
	if (!read_line(reader, text, (size_t)size - 1)) {
		return NULL;
	}
	look_at(reader, text);
	memcpy(text + strlen(text), "\n", 2);
	return text;
}

/* An indented line, which inih takes for more of the value above. */
static const struct setting *go_on(struct reader *reader, const char *key)
{
	if (reader->last != NULL && reader->last->type != SETTING_LIST) {
		complain(reader,
			"this line is indented and so belongs to %s above, which has one value",
			key);
		return NULL;
	}
	return reader->last;
}

static const struct setting *begin_key(struct reader *reader, const char *section, const char *key)
{
	if (section[0] == '\0') {
		complain(reader, "%s stands before the first section", key);
		return NULL;
	}
	if (!reader->in_section) {
		return NULL; /* that was told */
	}
	const struct setting *setting = settings_find(section, key);
	if (setting == NULL) {
		complain(reader, "there is no key %s in the section [%s]", key, section);
		return NULL;
	}
	unsigned *seen = &reader->seen[setting - settings_table];
	if (*seen != 0) {
		complain(reader, "%s was set in line %u already", key, *seen);
		return NULL;
	}
	*seen = reader->line;
	return setting;
}

/* An ini_handler. */
static int take(void *context, const char *section, const char *key, const char *value)
{
	struct reader *reader = context;
	char reason[SETTINGS_REASON];
	bool more = reader->indented && reader->has_key;
	reader->owed = false;
	reader->has_key = true;
	const struct setting *setting = more ? go_on(reader, key) : begin_key(reader, section, key);
	reader->last = setting;
	if (setting != NULL && !settings_set(reader->settings, setting, value, SETTING_FILE,
				       reader->line, reason)) {
		complain(reader, "%s %s", key, reason);
	}
	return 1;
}

bool config_file_read(struct settings *settings, const char *path,
	config_file_complain *complain_to, void *context)
{
	struct reader reader = {
		.path = path, .settings = settings, .complain = complain_to, .context = context
	};
	char text[512];
	reader.file = fopen(path, "re");
	if (reader.file == NULL) {
		(void)snprintf(text, sizeof(text), "cannot read the configuration %.300s: %s", path,
			strerror(errno));
		complain_to(context, text);
		return false;
	}
	(void)ini_parse_stream(next_line, &reader, take, &reader);
	end_line(&reader);
	bool good = reader.complaints == 0;
	if (reader.error != 0) {
		(void)snprintf(text, sizeof(text), "cannot read the configuration %.300s: %s", path,
			strerror(reader.error));
		complain_to(context, text);
		good = false;
	}
	(void)fclose(reader.file);
	return good;
}
