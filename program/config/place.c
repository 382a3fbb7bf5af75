/* place.c - where the mail is. */
#include "place.h"

#include <stddef.h>

#include "common/verb.h"

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

bool place_find(struct place *place)
{
	if (place->data == NULL || place->data[0] == '\0') {
		(void)verb_refuse("where is the mail? Say --data DIR");
		return false;
	}
	return true;
}
