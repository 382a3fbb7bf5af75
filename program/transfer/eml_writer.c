/* eml_writer.c - an export as folders of .eml files, with a manifest in each. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file_name.h"
#include "manifest.h"
#include "pile.h"
#include "safe_file.h"
#include "writer.h"

struct eml_writer {
	struct writer writer;
	char *path;
	uint32_t uid_validity;
	struct manifest before; /* of the export that is there */
	struct safe_file manifest;
	bool has_manifest;
	struct pile pile;
};

static struct eml_writer *of(struct writer *writer)
{
	return (struct eml_writer *)writer;
}

static int create(struct writer **writer_out)
{
	struct eml_writer *eml = calloc(1, sizeof(*eml));
	if (eml == NULL) {
		return ENOMEM;
	}
	eml->writer.ops = &eml_writer_ops;
	*writer_out = &eml->writer;
	return 0;
}

static char *place(const char *name, bool salt)
{
	return file_name_of_mailbox(name, "", salt);
}

/* "1795408852-12.eml": a UID may come again with another validity. */
static char *name_of(const struct eml_writer *eml, uint32_t uid)
{
	char *name = NULL;
	return asprintf(&name, "%" PRIu32 "-%" PRIu32 ".eml", eml->uid_validity, uid) < 0 ? NULL
											  : name;
}

static char *path_of(const struct eml_writer *eml, const char *name, const char *end)
{
	char *path = NULL;
	return name == NULL || asprintf(&path, "%s/%s%s", eml->path, name, end) < 0 ? NULL : path;
}

/* What was exported before and is gone from the mailbox stays, and is told again. */
static int find_known(struct eml_writer *eml, struct roost_uidset *known_out)
{
	int error = 0;
	for (size_t i = 0; error == 0 && i < eml->before.count; i++) {
		const struct manifest_row *row = &eml->before.rows[i];
		char *name = name_of(eml, row->uid);
		char *path = path_of(eml, row->name, "");
		if (name == NULL || path == NULL) {
			error = ENOMEM;
		} else if (access(path, F_OK) == 0 && strcmp(name, row->name) == 0 &&
			   roost_uidset_add(known_out, row->uid) < 0) {
			error = ENOMEM;
		}
		free(name);
		free(path);
	}
	return error;
}

static int open_mailbox(struct writer *writer, const char *path, uint32_t uid_validity,
	struct roost_uidset *known_out)
{
	struct eml_writer *eml = of(writer);
	char *manifest = NULL;
	eml->uid_validity = uid_validity;
	eml->path = strdup(path);
	if (eml->path == NULL || asprintf(&manifest, "%s/" MANIFEST_FILE, path) < 0) {
		return ENOMEM;
	}
	int error = safe_file_make_folders(path);
	if (error == 0) {
		error = manifest_read(path, &eml->before);
	}
	if (error == 0) {
		error = find_known(eml, known_out);
	}
	if (error == 0) {
		error = safe_file_open(&eml->manifest, manifest);
		eml->has_manifest = error == 0;
	}
	free(manifest);
	return error;
}

static int note(struct eml_writer *eml, const struct roost_message *message, char *name)
{
	const struct manifest_row row = {
		.name = name,
		.uid = message->uid,
		.date = message->internal_date,
		.size = message->octets,
	};
	manifest_write(eml->manifest.stream, &row, &message->flags);
	return ferror(eml->manifest.stream) ? errno : 0;
}

/* Mark a row as told. */
static void take_row(struct eml_writer *eml, const char *name)
{
	struct manifest_row *row = (struct manifest_row *)manifest_find(&eml->before, name);
	if (row != NULL) {
		row->uid = 0;
	}
}

static int keep(struct writer *writer, const struct roost_message *message)
{
	struct eml_writer *eml = of(writer);
	char *name = name_of(eml, message->uid);
	int error = name == NULL ? ENOMEM : note(eml, message, name);
	if (name != NULL) {
		take_row(eml, name);
	}
	free(name);
	return error;
}

static int put(struct writer *writer, const struct roost_message *message, const char *bytes)
{
	struct eml_writer *eml = of(writer);
	char *name = name_of(eml, message->uid);
	int error = name == NULL ? ENOMEM : 0;
	if (error == 0) {
		error = pile_add(&eml->pile, path_of(eml, name, ".tmp"), path_of(eml, name, ""),
			bytes, message->octets, message->internal_date);
	}
	if (error == 0) {
		error = note(eml, message, name);
	}
	if (name != NULL) {
		take_row(eml, name);
	}
	free(name);
	return error;
}

/* Messages that are exported and no longer in the mailbox. */
static int tell_left(struct eml_writer *eml)
{
	for (size_t i = 0; i < eml->before.count; i++) {
		const struct manifest_row *row = &eml->before.rows[i];
		if (row->uid != 0) {
			fprintf(eml->manifest.stream,
				"%s %" PRIu32 " %" PRId64 " %" PRId32 " %" PRIu64 "%s%s\n",
				row->name, row->uid, row->date.seconds, row->date.zone, row->size,
				row->flags[0] != '\0' ? " " : "", row->flags);
		}
	}
	return ferror(eml->manifest.stream) ? errno : 0;
}

static int close_mailbox(struct writer *writer, bool whole)
{
	(void)whole; /* the rest can be added later */
	struct eml_writer *eml = of(writer);
	int error = pile_finish(&eml->pile);
	if (eml->has_manifest) {
		if (error == 0) {
			error = tell_left(eml);
		}
		int other = safe_file_finish(&eml->manifest, error == 0);
		error = error == 0 ? other : error;
	}
	eml->has_manifest = false;
	manifest_clear(&eml->before);
	free(eml->path);
	eml->path = NULL;
	return error;
}

static void destroy(struct writer *writer)
{
	struct eml_writer *eml = of(writer);
	pile_drop(&eml->pile);
	free(eml);
}

const struct writer_ops eml_writer_ops = {
	.format = "eml",
	.place = place,
	.open = open_mailbox,
	.keep = keep,
	.put = put,
	.close = close_mailbox,
	.create = create,
	.destroy = destroy,
};
