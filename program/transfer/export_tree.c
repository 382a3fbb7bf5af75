/* export_tree.c - the folder of an export. */
#include "export_tree.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "safe_file.h"

/* Whether nothing is in the folder; false with errno 0 when something is. */
static bool is_empty(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry = NULL;
	bool empty = dir != NULL;
	errno = dir != NULL ? 0 : errno;
	while (empty && (entry = readdir(dir)) != NULL) {
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	}
	if (dir != NULL) {
		int number = errno;
		(void)closedir(dir);
		errno = number;
	}
	return empty && errno == 0;
}

static bool refuse(const char *path, const char *why)
{
	fprintf(stderr, "roost: cannot export to %s: %s\n", path, why);
	return false;
}

bool export_tree_prepare(
	const char *path, const struct writer_ops *format, struct marker *before_out)
{
	*before_out = (struct marker) { 0 };
	int error = safe_file_make_folder(path);
	if (error != 0) {
		return refuse(path, strerror(error));
	}
	if (!marker_read(path, before_out)) {
		return false;
	}
	if (before_out->format == NULL) {
		return is_empty(path) ||
		       refuse(path, errno != 0
					    ? strerror(errno)
					    : "something else is in this folder; choose one that "
					      "is empty or not there");
	}
	if (strcmp(before_out->format, format->format) != 0) {
		fprintf(stderr,
			"roost: cannot export to %s: an export as %s is there; choose another "
			"folder\n",
			path, before_out->format);
		marker_clear(before_out);
		return false;
	}
	return true;
}

bool export_tree_add(struct marker *tree, const struct writer_ops *format, const char *name,
	unsigned special_use)
{
	if (tree->format == NULL) {
		tree->format = strdup(format->format);
	}
	return tree->format != NULL && marker_add_mailbox(tree, "", name, special_use);
}

static int compare_names(const void *a, const void *b)
{
	const struct marker_mailbox *one = *(const struct marker_mailbox *const *)a;
	const struct marker_mailbox *other = *(const struct marker_mailbox *const *)b;
	return strcmp(one->name, other->name);
}

static int compare_places(const void *a, const void *b)
{
	const struct marker_mailbox *one = *(const struct marker_mailbox *const *)a;
	const struct marker_mailbox *other = *(const struct marker_mailbox *const *)b;
	int order = strcasecmp(one->path, other->path);
	return order != 0 ? order : strcmp(one->name, other->name);
}

/* Pointers to all mailboxes of a marker, in an order; NULL when memory is out. */
static struct marker_mailbox **sort(
	const struct marker *marker, int (*compare)(const void *a, const void *b))
{
	struct marker_mailbox **sorted =
		calloc(marker->mailbox_count + 1, sizeof(struct marker_mailbox *));
	for (size_t i = 0; sorted != NULL && i < marker->mailbox_count; i++) {
		sorted[i] = &marker->mailboxes[i];
	}
	if (sorted != NULL) {
		qsort(sorted, marker->mailbox_count, sizeof(*sorted), compare);
	}
	return sorted;
}

static bool set_place(struct marker_mailbox *mailbox, char *place)
{
	free(mailbox->path);
	mailbox->path = place;
	return place != NULL;
}

/* Take over the places of before; those that are gone join the tree. */
static bool take_over(struct marker *tree, const struct marker *before)
{
	size_t count = tree->mailbox_count;
	struct marker_mailbox **names = sort(tree, compare_names);
	bool good = names != NULL;
	/* Adding moves the list that the names point into. */
	bool *gone = calloc(before->mailbox_count + 1, sizeof(bool));
	good = good && gone != NULL;
	for (size_t i = 0; good && i < before->mailbox_count; i++) {
		struct marker_mailbox *had = &before->mailboxes[i];
		const struct marker_mailbox *key = had;
		struct marker_mailbox **found =
			bsearch(&key, names, count, sizeof(struct marker_mailbox *), compare_names);
		gone[i] = found == NULL;
		if (found != NULL) {
			good = set_place(*found, strdup(had->path));
			(*found)->seen = had->seen;
		}
	}
	for (size_t i = 0; good && i < before->mailbox_count; i++) {
		const struct marker_mailbox *had = &before->mailboxes[i];
		if (gone[i]) {
			good = marker_add_mailbox(tree, had->path, had->name, had->special_use);
		}
		if (gone[i] && good) {
			tree->mailboxes[tree->mailbox_count - 1].seen = had->seen;
		}
	}
	free(gone);
	free(names);
	return good;
}

int export_tree_place(
	struct marker *tree, const struct marker *before, const struct writer_ops *format)
{
	bool *is_new = NULL;
	bool good = take_over(tree, before);
	if (good) {
		is_new = calloc(tree->mailbox_count + 1, sizeof(*is_new));
		good = is_new != NULL;
	}
	for (size_t i = 0; good && i < tree->mailbox_count; i++) {
		struct marker_mailbox *mailbox = &tree->mailboxes[i];
		is_new[i] = mailbox->path[0] == '\0';
		good = !is_new[i] || set_place(mailbox, format->place(mailbox->name, false));
	}
	struct marker_mailbox **places = good ? sort(tree, compare_places) : NULL;
	good = places != NULL;
	/* Of those that only case tells apart, the old ones keep their place, or the first. */
	for (size_t i = 0; good && i < tree->mailbox_count;) {
		size_t end = i + 1;
		while (end < tree->mailbox_count &&
			strcasecmp(places[i]->path, places[end]->path) == 0) {
			end++;
		}
		bool taken = false;
		for (size_t k = i; k < end; k++) {
			taken = taken || !is_new[places[k] - tree->mailboxes];
		}
		for (size_t k = i; good && end - i > 1 && k < end; k++) {
			if (is_new[places[k] - tree->mailboxes] && (taken || k > i)) {
				good = set_place(places[k], format->place(places[k]->name, true));
			}
		}
		i = end;
	}
	free(places);
	free(is_new);
	return good ? 0 : ENOMEM;
}
