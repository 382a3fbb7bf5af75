/* value.c - the values of settings: read from text, and written. */
#include "value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n"

struct unit {
	const char *name;
	uint64_t factor;
};

/* The largest first; the last is what a bare number means, except for durations. */
static const struct unit size_units[] = {
	{ "G", UINT64_C(1) << 30 },
	{ "M", UINT64_C(1) << 20 },
	{ "K", UINT64_C(1) << 10 },
	{ "", 1 },
};
static const struct unit duration_units[] = {
	{ "d", 86400000 },
	{ "h", 3600000 },
	{ "m", 60000 },
	{ "s", 1000 },
	{ "ms", 1 },
};
static const struct unit plain_units[] = { { "", 1 } };

static size_t units_of(enum setting_type type, const struct unit **units_out)
{
	switch (type) {
	case SETTING_SIZE:
		*units_out = size_units;
		return sizeof(size_units) / sizeof(size_units[0]);
	case SETTING_DURATION:
		*units_out = duration_units;
		return sizeof(duration_units) / sizeof(duration_units[0]);
	default:
		*units_out = plain_units;
		return 1;
	}
}

bool words_add(struct words *words, const char *word, size_t n)
{
	char **list = reallocarray(words->list, words->count + 1, sizeof(*list));
	if (list == NULL) {
		return false;
	}
	words->list = list;
	list[words->count] = strndup(word, n);
	if (list[words->count] == NULL) {
		return false;
	}
	words->count++;
	return true;
}

bool words_contain(const struct words *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++) {
		if (strcmp(words->list[i], word) == 0) {
			return true;
		}
	}
	return false;
}

void words_clear(struct words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		explicit_bzero(words->list[i], strlen(words->list[i]));
		free(words->list[i]);
	}
	free(words->list);
	*words = (struct words) { 0 };
}

/* What was wrong may be anything: it is cut, and control characters are not repeated. */
static const char *show(const char *text, char shown[64])
{
	size_t n = 0;
	for (; text[n] != '\0' && n < 60; n++) {
		unsigned char c = (unsigned char)text[n];
		shown[n] = c < 0x20 || c == 0x7f ? '?' : text[n];
	}
	(void)snprintf(shown + n, 64 - n, "%s", text[n] != '\0' ? "..." : "");
	return shown[0] != '\0' ? shown : "nothing";
}

static bool refuse(const char *wanted, const char *text, char reason[SETTINGS_REASON])
{
	char shown[64];
	(void)snprintf(reason, SETTINGS_REASON, "is %s, not %s", wanted, show(text, shown));
	return false;
}

static bool refuse_memory(char reason[SETTINGS_REASON])
{
	(void)snprintf(reason, SETTINGS_REASON, "cannot be kept: out of memory");
	return false;
}

static bool read_bool(const char *text, bool *value, char reason[SETTINGS_REASON])
{
	static const char *const words[] = { "no", "yes", "false", "true", "off", "on", "0", "1" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(text, words[i]) == 0) {
			*value = i % 2 == 1;
			return true;
		}
	}
	return refuse("yes or no", text, reason);
}

static bool refuse_number(
	const struct setting *setting, const char *text, char reason[SETTINGS_REASON])
{
	char wanted[128];
	switch (setting->type) {
	case SETTING_SIZE:
		(void)snprintf(wanted, sizeof(wanted), "a number of octets, for example 25M");
		break;
	case SETTING_DURATION:
		(void)snprintf(wanted, sizeof(wanted), "a time, for example 30s, 5m or 500ms");
		break;
	default:
		(void)snprintf(wanted, sizeof(wanted), "a number from %" PRIu64 " to %" PRIu64,
			setting->least, setting->most);
		break;
	}
	if (setting->least == 0) {
		(void)snprintf(
			wanted + strlen(wanted), sizeof(wanted) - strlen(wanted), ", or none");
	}
	return refuse(wanted, text, reason);
}

/* Digits and a unit. A duration without one is in seconds. */
static bool read_number(const struct setting *setting, const char *text, uint64_t *value,
	char reason[SETTINGS_REASON])
{
	const struct unit *units;
	size_t count = units_of(setting->type, &units);
	char *end = NULL;
	if (setting->least == 0 && strcmp(text, "none") == 0) {
		*value = 0;
		return true;
	}
	errno = 0;
	unsigned long long number = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || errno != 0) {
		return refuse_number(setting, text, reason);
	}
	const char *unit = setting->type == SETTING_DURATION && *end == '\0' ? "s" : end;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(unit, units[i].name) != 0) {
			continue;
		}
		uint64_t most = setting->most != 0 ? setting->most : UINT64_MAX >> 1;
		if (number > most / units[i].factor || number * units[i].factor < setting->least) {
			break;
		}
		*value = number * units[i].factor;
		return true;
	}
	return refuse_number(setting, text, reason);
}

static bool read_choice(const struct setting *setting, const char *text, unsigned *value,
	char reason[SETTINGS_REASON])
{
	char wanted[128] = "";
	for (unsigned i = 0; setting->choices[i] != NULL; i++) {
		if (strcmp(text, setting->choices[i]) == 0) {
			*value = i;
			return true;
		}
		const char *between = i == 0 ? "" : setting->choices[i + 1] == NULL ? " or " : ", ";
		size_t n = strlen(wanted);
		(void)snprintf(
			wanted + n, sizeof(wanted) - n, "%s%s", between, setting->choices[i]);
	}
	return refuse(wanted, text, reason);
}

static bool is_text(const struct setting *setting, const char *text, char reason[SETTINGS_REASON])
{
	/* What is given on the command line alone is read elsewhere, and may be a password. */
	if (setting->section == NULL) {
		return true;
	}
	for (const char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f) {
			return refuse("text without control characters", text, reason);
		}
	}
	if (setting->check != NULL && text[0] != '\0' && !setting->check(text)) {
		return refuse(setting->example, text, reason);
	}
	return true;
}

static bool read_text(
	const struct setting *setting, const char *text, char **value, char reason[SETTINGS_REASON])
{
	if (!is_text(setting, text, reason)) {
		return false;
	}
	char *copy = text[0] == '\0' ? NULL : strdup(text);
	if (text[0] != '\0' && copy == NULL) {
		return refuse_memory(reason);
	}
	free(*value);
	*value = copy;
	return true;
}

static bool read_word(const struct setting *setting, const char *text, size_t n,
	struct words *value, char reason[SETTINGS_REASON])
{
	if (!words_add(value, text, n)) {
		return refuse_memory(reason);
	}
	char *word = value->list[value->count - 1];
	bool good = is_text(setting, word, reason);
	if (good && word[0] == '\0' && setting->section != NULL) {
		good = refuse(setting->form, word, reason);
	}
	if (!good) {
		explicit_bzero(word, n);
		free(word);
		value->count--;
	}
	return good;
}

static bool read_list(const struct setting *setting, const char *text, bool split,
	struct words *value, char reason[SETTINGS_REASON])
{
	if (!split) {
		return read_word(setting, text, strlen(text), value, reason);
	}
	for (text += strspn(text, BLANKS); *text != '\0'; text += strspn(text, BLANKS)) {
		size_t n = strcspn(text, BLANKS);
		if (!read_word(setting, text, n, value, reason)) {
			return false;
		}
		text += n;
	}
	return true;
}

bool value_read(const struct setting *setting, const char *text, bool split, void *value,
	char reason[SETTINGS_REASON])
{
	switch (setting->type) {
	case SETTING_BOOL:
		return read_bool(text, value, reason);
	case SETTING_NUMBER:
	case SETTING_SIZE:
	case SETTING_DURATION:
		return read_number(setting, text, value, reason);
	case SETTING_CHOICE:
		return read_choice(setting, text, value, reason);
	case SETTING_TEXT:
	case SETTING_PATH:
		return read_text(setting, text, value, reason);
	case SETTING_LIST:
		return read_list(setting, text, split, value, reason);
	}
	return false;
}

static void write_number(FILE *out, const struct setting *setting, uint64_t number)
{
	const struct unit *units;
	size_t count = units_of(setting->type, &units);
	if (number == 0 && setting->least == 0) {
		fputs("none", out);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (number % units[i].factor == 0) {
			fprintf(out, "%" PRIu64 "%s", number / units[i].factor, units[i].name);
			return;
		}
	}
}

void value_write(FILE *out, const struct setting *setting, const void *value)
{
	const char *text;
	const struct words *words;
	switch (setting->type) {
	case SETTING_BOOL:
		fputs(*(const bool *)value ? "yes" : "no", out);
		break;
	case SETTING_NUMBER:
	case SETTING_SIZE:
	case SETTING_DURATION:
		write_number(out, setting, *(const uint64_t *)value);
		break;
	case SETTING_CHOICE:
		fputs(setting->choices[*(const unsigned *)value], out);
		break;
	case SETTING_TEXT:
	case SETTING_PATH:
		text = *(char *const *)value;
		fputs(text != NULL ? text : "", out);
		break;
	case SETTING_LIST:
		words = value;
		for (size_t i = 0; i < words->count; i++) {
			fprintf(out, "%s%s", i == 0 ? "" : "\n    ", words->list[i]);
		}
		break;
	}
}

void value_clear(const struct setting *setting, void *value)
{
	if (setting->type == SETTING_LIST) {
		words_clear(value);
	} else if (setting->type == SETTING_TEXT || setting->type == SETTING_PATH) {
		char **text = value;
		free(*text);
		*text = NULL;
	}
}

static bool equal_words(const struct words *a, const struct words *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		if (strcmp(a->list[i], b->list[i]) != 0) {
			return false;
		}
	}
	return a->count == b->count;
}

bool value_equal(const struct setting *setting, const void *a, const void *b)
{
	const char *text_a;
	const char *text_b;
	switch (setting->type) {
	case SETTING_BOOL:
		return *(const bool *)a == *(const bool *)b;
	case SETTING_NUMBER:
	case SETTING_SIZE:
	case SETTING_DURATION:
		return *(const uint64_t *)a == *(const uint64_t *)b;
	case SETTING_CHOICE:
		return *(const unsigned *)a == *(const unsigned *)b;
	case SETTING_TEXT:
	case SETTING_PATH:
		text_a = *(char *const *)a;
		text_b = *(char *const *)b;
		return strcmp(text_a != NULL ? text_a : "", text_b != NULL ? text_b : "") == 0;
	case SETTING_LIST:
		return equal_words(a, b);
	}
	return false;
}
