/* stats.c - who has mail here, and how much. */
#include "care.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "files.h"
#include "folder.h"

struct names_list {
	char **names;
	size_t count, capacity;
};

static int add(struct names_list *list, const char *file_name)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
		char **names = realloc(list->names, capacity * sizeof(*names));
		if (names == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		list->names = names;
		list->capacity = capacity;
	}
	int r = local_folder_user_of(file_name, &list->names[list->count]);
	list->count += r == 0;
	return r == ROOST_ERR_CANNOT ? 0 : r; /* something else that lies there */
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int read_names(const char *path, struct names_list *list)
{
	DIR *folder = opendir(path);
	if (folder == NULL) {
		return local_folder_error(errno);
	}
	int r = 0;
	const struct dirent *entry = NULL;
	while (r == 0 && (errno = 0, entry = readdir(folder)) != NULL) {
		r = add(list, entry->d_name);
	}
	if (r == 0 && errno != 0) {
		r = local_folder_error(errno);
	}
	(void)closedir(folder);
	if (list->count > 0) {
		qsort(list->names, list->count, sizeof(*list->names), compare);
	}
	return r;
}

int roost_local_list_users(struct roost_backend *backend, struct roost_call *call,
	int (*deliver)(void *context, const char *name), void *context)
{
	const struct store *store = local_store_of(backend);
	if (store == NULL) {
		return roost_call_fail(
			call, ROOST_ERR_INVALID, "This can be done with a local store only");
	}
	struct names_list list = { .names = NULL };
	char *path = local_folder_join(store->folder, "users");
	int r = path == NULL ? ROOST_ERR_NO_MEMORY : read_names(path, &list);
	if (r < 0 && r != ROOST_ERR_NO_MEMORY) {
		r = roost_call_failf(call, r, "Cannot read %s: %s", path, strerror(errno));
	}
	free(path);
	for (size_t i = 0; r == 0 && i < list.count; i++) {
		r = deliver(context, list.names[i]);
	}
	for (size_t i = 0; i < list.count; i++) {
		free(list.names[i]);
	}
	free(list.names);
	return r == ROOST_STOP ? 0 : r;
}

static int count(struct care *care, struct roost_local_stats *stats)
{
	const struct {
		const char *sql;
		uint64_t *number;
	} numbers[] = {
		{ "SELECT COUNT(*) FROM mailbox", &stats->mailboxes },
		{ "SELECT SUM(messages) FROM mailbox", &stats->messages },
		{ "SELECT octets FROM account WHERE id = 1", &stats->octets },
		{ "SELECT COUNT(*) FROM email", &stats->emails },
		{ "SELECT SUM(octets) FROM email", &stats->email_octets },
		{ "SELECT COUNT(*) FROM email WHERE refs > 1", &stats->shared },
		{ "SELECT COUNT(*) FROM email WHERE in_file <> 0", &stats->files },
	};
	int r = 0;
	for (size_t i = 0; r == 0 && i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		int64_t number = 0;
		r = local_care_number(care->db, numbers[i].sql, &number);
		*numbers[i].number = number < 0 ? 0 : (uint64_t)number;
	}
	if (r == 0) {
		r = local_driver_sizes(care->db, &stats->database_bytes, &stats->free_bytes);
	}
	return r < 0 ? local_care_fail_database(care, care->db, r) : 0;
}

int roost_local_stats(struct roost_backend *backend, struct roost_call *call, const char *name,
	struct roost_local_stats *stats_out)
{
	struct roost_local_stats stats = { .size = sizeof(stats) };
	struct care care;
	int r = local_care_begin(&care, backend, call, name);
	if (r < 0) {
		return r;
	}
	r = local_care_need_user(&care);
	/* Who has never signed in has an account perhaps, but no mail yet. */
	if (r == 0 && local_files_are(care.database) && local_care_has_mail(&care)) {
		r = local_care_open(&care);
		if (r == 0) {
			r = count(&care, &stats);
			local_driver_rollback(care.db);
		}
	}
	if (r == 0) {
		errno = 0;
		r = local_files_usage(care.folder, &stats.disk_bytes);
		r = r < 0 ? local_care_fail(&care, r, "look through", care.folder) : 0;
	}
	local_care_end(&care);
	if (r == 0) {
		size_t size = stats_out->size < sizeof(stats) ? stats_out->size : sizeof(stats);
		stats.size = stats_out->size;
		memcpy(stats_out, &stats, size);
	}
	return r;
}
