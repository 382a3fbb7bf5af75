/* manifest.c - what the files of messages do not tell, beside them in an export. */
#include "manifest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

static int compare(const void *a, const void *b)
{
	const struct manifest_row *one = a;
	const struct manifest_row *other = b;
	return strcmp(one->name, other->name);
}

static int64_t next_number(char **rest)
{
	const char *word = strsep(rest, " ");
	return word != NULL ? strtoll(word, NULL, 10) : 0;
}

static bool add(struct manifest *manifest, char *line)
{
	char *rest = line;
	const char *name = strsep(&rest, " ");
	struct manifest_row row = {
		.uid = (uint32_t)next_number(&rest),
		.date.seconds = next_number(&rest),
		.date.zone = (int32_t)next_number(&rest),
		.size = (uint64_t)next_number(&rest),
	};
	if (row.date.zone < -1440 || row.date.zone > 1440) {
		row.date.zone = 0;
	}
	if (manifest->count == manifest->capacity) {
		size_t capacity = manifest->capacity * 2 + 64;
		struct manifest_row *rows = reallocarray(manifest->rows, capacity, sizeof(*rows));
		if (rows == NULL) {
			return false;
		}
		manifest->rows = rows;
		manifest->capacity = capacity;
	}
	row.name = strdup(name);
	row.flags = strdup(rest != NULL ? rest : "");
	manifest->rows[manifest->count++] = row;
	return row.name != NULL && row.flags != NULL;
}

int manifest_read(const char *folder, struct manifest *manifest_out)
{
	char *path = NULL;
	*manifest_out = (struct manifest) { 0 };
	if (asprintf(&path, "%s/" MANIFEST_FILE, folder) < 0) {
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
	for (ssize_t n; error == 0 && (n = getline(&line, &capacity, file)) >= 0;) {
		if (n > 0 && line[n - 1] == '\n') {
			line[n - 1] = '\0';
		}
		error = add(manifest_out, line) ? 0 : ENOMEM;
	}
	if (error == 0 && ferror(file)) {
		error = errno;
	}
	free(line);
	(void)fclose(file);
	if (error != 0) {
		manifest_clear(manifest_out);
	} else if (manifest_out->count > 0) {
		qsort(manifest_out->rows, manifest_out->count, sizeof(*manifest_out->rows),
			compare);
	}
	return error;
}

const struct manifest_row *manifest_find(const struct manifest *manifest, const char *name)
{
	const struct manifest_row wanted = { .name = (char *)name };
	return manifest->count > 0 ? bsearch(&wanted, manifest->rows, manifest->count,
					     sizeof(*manifest->rows), compare)
				   : NULL;
}

void manifest_clear(struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->count; i++) {
		free(manifest->rows[i].name);
		free(manifest->rows[i].flags);
	}
	free(manifest->rows);
	*manifest = (struct manifest) { 0 };
}

int manifest_give(const struct manifest_row *row, struct message *message)
{
	int r = 0;
	message->has_date = true;
	message->date = row->date;
	message->wanted_uid = row->uid;
	for (const char *at = row->flags; r == 0 && *at != '\0';) {
		size_t n = strcspn(at, " ");
		r = message_add_flag(message, at, n);
		at += n + strspn(at + n, " ");
	}
	return r;
}

void manifest_write(FILE *stream, const struct manifest_row *row, const struct roost_flags *flags)
{
	fprintf(stream, "%s %" PRIu32 " %" PRId64 " %" PRId32 " %" PRIu64, row->name, row->uid,
		row->date.seconds, row->date.zone, row->size);
	for (unsigned flag = 1; flag < ROOST_FLAGS_ALL_SYSTEM; flag <<= 1) {
		if (flags->system & flag) {
			fprintf(stream, " %s", roost_flag_name((enum roost_system_flag)flag));
		}
	}
	for (size_t i = 0; i < flags->keyword_count; i++) {
		fprintf(stream, " %s", flags->keywords[i]);
	}
	fputc('\n', stream);
}
