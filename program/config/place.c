/* place.c - where the mail is. */
#include "place.h"

#include <stddef.h>
#include <stdio.h>

#include "common/verb.h"
#include "file.h"
#include "settings.h"

bool place_take(struct place *place, int option, const char *value)
{
	switch (option) {
	case PLACE_CONFIG:
		place->config = value;
		return true;
	case PLACE_DATA:
		place->data = value;
		return true;
	default:
		return false;
	}
}

/* Have `place` name the folder that a file names. */
static bool read_file(struct place *place, const char *path)
{
	struct settings settings;
	bool good = settings_init(&settings) &&
		    config_file_read(&settings, path, config_file_say, NULL);
	if (good && settings.data != NULL) {
		(void)snprintf(place->data_found, sizeof(place->data_found), "%s", settings.data);
		place->data = place->data_found;
	}
	settings_clear(&settings);
	return good;
}

bool place_find(struct place *place)
{
	if (place->data != NULL && place->data[0] != '\0') {
		return true;
	}
	const char *path = config_file_choose(place->config);
	if (path != NULL && !read_file(place, path)) {
		return false;
	}
	if (place->data != NULL && place->data[0] != '\0') {
		return true;
	}
	if (path != NULL) {
		(void)verb_refuse("where is the mail? %s has no data = DIR; say --data DIR", path);
	} else {
		(void)verb_refuse("where is the mail? Say --data DIR, or data = DIR in %s",
			config_file_usual());
	}
	return false;
}
