/* user_list.c - what accounts there are. */
#include "user_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <roost/local.h>

#include "common/verb.h"
#include "account_file.h"
#include "hash.h"
#include "user_name.h"

struct names {
	char **list;
	size_t count;
	size_t room;
};

static bool add(struct names *names, char *name)
{
	if (names->count == names->room) {
		size_t room = names->room == 0 ? 64 : names->room * 2;
		char **list = reallocarray(names->list, room, sizeof(*list));
		if (list == NULL) {
			return false;
		}
		names->list = list;
		names->room = room;
	}
	names->list[names->count++] = name;
	return true;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Call `visit` with the name of each user that has a folder, in memory that it takes over, until it
 * returns something else than 0. Returns that, or an errno. */
static int each_name(const char *data, int (*visit)(void *context, char *name), void *context)
{
	char *path = NULL;
	struct dirent *entry;
	if (asprintf(&path, "%s/users", data) < 0) {
		return ENOMEM;
	}
	DIR *folder = opendir(path);
	free(path);
	if (folder == NULL) {
		return errno;
	}
	int result = 0;
	while (errno = 0, result == 0 && (entry = readdir(folder)) != NULL) {
		char *name = user_name_of_folder(entry->d_name);
		result = name == NULL ? 0 : visit(context, name);
	}
	result = result != 0 ? result : errno;
	(void)closedir(folder);
	return result;
}

static int keep_name(void *context, char *name)
{
	if (!add(context, name)) {
		free(name);
		return ENOMEM;
	}
	return 0;
}

static int read_names(const char *data, struct names *names)
{
	int error = each_name(data, keep_name, names);
	if (names->count > 0) {
		qsort(names->list, names->count, sizeof(names->list[0]), compare);
	}
	return error;
}

static int find_account(void *context, char *name)
{
	struct account_file account = { 0 };
	bool found = account_file_read(context, name, &account) != ACCOUNT_MISSING;
	account_file_clear(&account);
	free(name);
	return found ? -1 : 0;
}

bool user_list_is_any(const char *data)
{
	return each_name(data, find_account, (void *)data) == -1;
}

static const char *scheme_of(const struct account_file *account)
{
	const char *scheme = account->password == NULL ? NULL : hash_scheme(account->password);
	return scheme != NULL ? scheme : account->password == NULL ? "none" : "unknown";
}

static bool is_folder(const char *path)
{
	struct stat about;
	return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static bool has_folder(const char *data, const char *name)
{
	char *folder = NULL;
	bool has = roost_local_user_folder(data, name, &folder) < 0 || is_folder(folder);
	free(folder);
	return has;
}

static void print_line(const char *data, const char *name)
{
	struct account_file account = { 0 };
	switch (account_file_read(data, name, &account)) {
	case ACCOUNT_GOOD:
		printf("%s\t%s%s\n", name, scheme_of(&account),
			account.disabled ? "\tdisabled" : "");
		break;
	case ACCOUNT_MISSING:
		/* Whose mail was removed since the folders were listed is no user any more. */
		if (has_folder(data, name)) {
			printf("%s\t-\tno-account\n", name);
		}
		break;
	default:
		printf("%s\t-\tdamaged\n", name);
		break;
	}
	account_file_clear(&account);
}

int user_list(const char *data)
{
	struct names names = { .count = 0 };
	int error = read_names(data, &names);
	if (error != 0 && error != ENOENT) {
		(void)verb_refuse("cannot list the users of %s: %s", data, strerror(error));
	}
	for (size_t i = 0; i < names.count; i++) {
		print_line(data, names.list[i]);
		free(names.list[i]);
	}
	free(names.list);
	int status = verb_say("");
	return error == 0 || error == ENOENT ? status : VERB_TROUBLE;
}

int user_show(const char *data, const char *name)
{
	struct account_file account = { 0 };
	char *folder = NULL;
	if (roost_local_user_folder(data, name, &folder) < 0) {
		(void)verb_refuse("out of memory");
		return VERB_TROUBLE;
	}
	enum account_result result = account_file_read(data, name, &account);
	int status = VERB_TROUBLE;
	if (result == ACCOUNT_MISSING && !is_folder(folder)) {
		(void)verb_refuse("there is no user %s in %s", name, data);
	} else if (result == ACCOUNT_TROUBLE) {
		(void)verb_refuse("the account of %s in %s: %s", name, data, strerror(errno));
	} else {
		printf("user      %s\n", name);
		printf("account   %s\n", result == ACCOUNT_MISSING   ? "none: there is only mail"
					 : result == ACCOUNT_DAMAGED ? "damaged"
					 : account.disabled          ? "disabled"
								     : "enabled");
		printf("password  %s\n", scheme_of(&account));
		printf("folder    %s\n", folder);
		status = verb_say("");
	}
	account_file_clear(&account);
	free(folder);
	return status;
}
