/* found.c - the folders of a source. */
#include "found.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <roost/limits.h>

bool found_add(struct found *found, const char *path, const char *name)
{
	struct found_folder *list = reallocarray(found->list, found->count + 1, sizeof(*list));
	if (list == NULL) {
		return false;
	}
	found->list = list;
	struct found_folder *folder = &list[found->count];
	*folder = (struct found_folder) { .path = strdup(path), .name = strdup(name) };
	found->count++;
	return folder->path != NULL && folder->name != NULL;
}

void found_clear(struct found *found)
{
	for (size_t i = 0; i < found->count; i++) {
		free(found->list[i].path);
		free(found->list[i].name);
	}
	free(found->list);
	*found = (struct found) { 0 };
}

bool found_goes_in(const char *path, const struct found_way *above, struct found_way *way_out)
{
	struct stat about;
	if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode)) {
		return false;
	}
	unsigned depth = above != NULL ? above->depth + 1 : 0;
	for (const struct found_way *way = above; way != NULL; way = way->above) {
		if (way->device == about.st_dev && way->inode == about.st_ino) {
			return false;
		}
	}
	*way_out = (struct found_way) { above, about.st_dev, about.st_ino, depth };
	return depth <= ROOST_MAX_MAILBOX_LEVELS;
}
