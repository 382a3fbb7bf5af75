/* flags.c - the options that come from the table of settings. */
#include "flags.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/verb.h"

#define HELP_INDENT 29
#define HELP_WIDTH 80

struct option *flags_table(const struct option *more)
{
	size_t n = 0;
	while (more[n].name != NULL) {
		n++;
	}
	struct option *table = calloc(n + settings_count + 1, sizeof(*table));
	if (table == NULL) {
		return NULL;
	}
	memcpy(table, more, n * sizeof(*table));
	for (size_t i = 0; i < settings_count; i++) {
		bool bare = settings_table[i].type == SETTING_BOOL;
		table[n + i] = (struct option) {
			.name = settings_flag(&settings_table[i]),
			.has_arg = bare ? no_argument : required_argument,
			.val = FLAGS_FIRST + (int)i,
		};
	}
	return table;
}

bool flags_take(struct settings *settings, int option, const char *value)
{
	const struct setting *setting = &settings_table[option - FLAGS_FIRST];
	char reason[SETTINGS_REASON];
	value = setting->type == SETTING_BOOL ? "yes" : value;
	if (settings_set(settings, setting, value, SETTING_FLAG, 0, reason)) {
		return true;
	}
	(void)verb_refuse("--%s %s", settings_flag(setting), reason);
	return false;
}

/* Write words into the column of the texts, which begins at HELP_INDENT. */
static void wrap(FILE *out, const char *text, size_t *column)
{
	for (text += strspn(text, " "); *text != '\0'; text += strspn(text, " ")) {
		size_t n = strcspn(text, " ");
		if (*column > HELP_INDENT && *column + 1 + n >= HELP_WIDTH) {
			fprintf(out, "\n%*s", HELP_INDENT, "");
			*column = HELP_INDENT;
		}
		if (*column > HELP_INDENT) {
			fputc(' ', out);
			(*column)++;
		}
		fprintf(out, "%.*s", (int)n, text);
		*column += n;
		text += n;
	}
}

static void help_of(FILE *out, const struct setting *setting)
{
	char form[64];
	size_t column = HELP_INDENT;
	const char *value = setting->form != NULL ? setting->form : "";
	(void)snprintf(form, sizeof(form), "  --%s%s%s", settings_flag(setting),
		value[0] != '\0' ? " " : "", value);
	fprintf(out, "%-*s", HELP_INDENT, form);
	if (strlen(form) >= HELP_INDENT) {
		fprintf(out, "\n%*s", HELP_INDENT, "");
	}
	wrap(out, setting->help, &column);
	if (setting->fallback[0] != '\0' && setting->type != SETTING_BOOL) {
		char text[128];
		(void)snprintf(text, sizeof(text), "Default: %s.", setting->fallback);
		wrap(out, text, &column);
	}
	fputc('\n', out);
}

void flags_help(FILE *out)
{
	const char *section = "";
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings_table[i];
		if (setting->section != NULL && strcmp(setting->section, section) != 0) {
			section = setting->section;
			if (strcmp(section, "tls") == 0) {
				fputs("\nTLS:\n", out);
			} else {
				fprintf(out, "\n%c%s:\n", toupper((unsigned char)section[0]),
					section + 1);
			}
		}
		help_of(out, setting);
	}
}
