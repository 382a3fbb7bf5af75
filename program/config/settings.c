/* settings.c - the values that are set, and which of them belong together. */
#include "settings.h"

#include <stdio.h>
#include <string.h>

#include "value.h"

#define AT(member) offsetof(struct settings, member)

static size_t index_of(const struct setting *setting)
{
	return (size_t)(setting - settings_table);
}

bool settings_init(struct settings *settings)
{
	char reason[SETTINGS_REASON];
	*settings = (struct settings) { 0 };
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings_table[i];
		if (setting->fallback[0] == '\0') {
			continue;
		}
		if (!value_read(setting, setting->fallback, true, settings_value(settings, setting),
			    reason)) {
			fprintf(stderr, "roost: the default of %s %s\n", setting->key, reason);
			return false;
		}
	}
	return true;
}

void settings_clear(struct settings *settings)
{
	for (size_t i = 0; i < settings_count; i++) {
		value_clear(&settings_table[i], settings_value(settings, &settings_table[i]));
	}
	*settings = (struct settings) { 0 };
}

const struct setting *settings_find(const char *section, const char *key)
{
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings_table[i];
		if (setting->section != NULL && strcmp(setting->section, section) == 0 &&
			strcmp(setting->key, key) == 0) {
			return setting;
		}
	}
	return NULL;
}

const char *settings_flag(const struct setting *setting)
{
	return setting->flag != NULL ? setting->flag : setting->key;
}

void *settings_value(struct settings *settings, const struct setting *setting)
{
	return (char *)settings + setting->offset;
}

const void *settings_value_of(const struct settings *settings, const struct setting *setting)
{
	return (const char *)settings + setting->offset;
}

enum setting_source settings_source(
	const struct settings *settings, const struct setting *setting, unsigned *line_out)
{
	*line_out = settings->origins[index_of(setting)].line;
	return settings->origins[index_of(setting)].source;
}

/* Read a value that does not count, to see whether it is right. */
static bool try_value(
	const struct setting *setting, const char *text, bool split, char reason[SETTINGS_REASON])
{
	struct settings spare = { 0 };
	void *value = settings_value(&spare, setting);
	bool good = value_read(setting, text, split, value, reason);
	value_clear(setting, value);
	return good;
}

bool settings_set(struct settings *settings, const struct setting *setting, const char *text,
	enum setting_source source, unsigned line, char reason[SETTINGS_REASON])
{
	enum setting_source before = settings->origins[index_of(setting)].source;
	bool split = source == SETTING_FILE;
	if (before > source) {
		return try_value(setting, text, split, reason);
	}
	if (text[0] == '\0' && source == SETTING_FLAG && setting->type == SETTING_PATH) {
		(void)snprintf(reason, SETTINGS_REASON, "needs a value: %s", setting->form);
		return false;
	}
	/* A number that has no default is empty in a file that shows the defaults. */
	if (text[0] == '\0' && setting->fallback[0] == '\0' &&
		(setting->type == SETTING_NUMBER || setting->type == SETTING_SIZE ||
			setting->type == SETTING_DURATION)) {
		return true;
	}
	void *value = settings_value(settings, setting);
	if (setting->type == SETTING_LIST && before != source) {
		words_clear(value);
	}
	if (!value_read(setting, text, split, value, reason)) {
		return false;
	}
	settings->origins[index_of(setting)].source = source;
	settings->origins[index_of(setting)].line = line;
	return true;
}

static enum setting_source source_of(const struct settings *settings, size_t offset)
{
	for (size_t i = 0; i < settings_count; i++) {
		if (settings_table[i].offset == offset) {
			return settings->origins[i].source;
		}
	}
	return SETTING_DEFAULT;
}

/* The store that the command line names wins over the one of the file. */
static bool settle_store(struct settings *settings, const char *dashes, char *reason)
{
	if (settings->memory && settings->data != NULL) {
		enum setting_source data = source_of(settings, AT(data));
		enum setting_source memory = source_of(settings, AT(memory));
		if (data > memory) {
			settings->memory = false;
		} else if (memory > data) {
			value_clear(settings_find("mail", "data"), &settings->data);
		}
	}
	if (settings->memory == (settings->data != NULL)) {
		(void)snprintf(reason, SETTINGS_REASON,
			"roost serve needs either %sdata%s, which keeps mail in that folder, or "
			"%smemory%s, which keeps it until the program ends",
			dashes, dashes[0] != '\0' ? " DIR" : "", dashes,
			dashes[0] != '\0' ? "" : " = yes");
		return false;
	}
	return true;
}

bool settings_settle(struct settings *settings, const char *dashes, char reason[SETTINGS_REASON])
{
	if (source_of(settings, AT(listen)) == SETTING_DEFAULT && settings->tls_listen.count > 0) {
		words_clear(&settings->listen);
	}
	if (!settle_store(settings, dashes, reason)) {
		return false;
	}
	if (settings->memory && settings->quota != 0) {
		(void)snprintf(reason, SETTINGS_REASON,
			"%squota is for mail in a folder: mail in memory has none", dashes);
		return false;
	}
	if (settings->memory && settings->accounts == ACCOUNTS_PAM) {
		(void)snprintf(reason, SETTINGS_REASON,
			"%saccounts pam is for mail in a folder: mail in memory has users of its "
			"own",
			dashes);
		return false;
	}
	if (settings->tls_key != NULL && settings->tls_cert == NULL) {
		(void)snprintf(reason, SETTINGS_REASON,
			"%stls-key needs %stls-cert, the certificate that belongs to the key",
			dashes, dashes);
		return false;
	}
	if (settings->tls_listen.count > 0 && settings->tls_cert == NULL) {
		(void)snprintf(reason, SETTINGS_REASON,
			"%stls-listen needs %stls-cert and %stls-key, PEM files with a certificate "
			"and its key",
			dashes, dashes, dashes);
		return false;
	}
	return true;
}
