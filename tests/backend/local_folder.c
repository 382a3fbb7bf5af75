/* local_folder.c - local backends in folders of their own that go away again. */
#include "local_folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void local_folder_make(char *path, size_t size)
{
	const char *top = getenv("TMPDIR");
	(void)snprintf(path, size, "%s/roost-local-XXXXXX", top == NULL ? "/tmp" : top);
	if (mkdtemp(path) == NULL) {
		perror(path);
		exit(1);
	}
}

static int remove_one(const char *path, const struct stat *is, int kind, struct FTW *at)
{
	(void)is;
	(void)kind;
	(void)at;
	return remove(path);
}

void local_folder_remove(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int local_folder_verify(void *context, struct roost_call *call,
	const struct roost_credentials *credentials, char **user_name_out)
{
	const struct local_user *user = context;
	while (user->name != NULL && strcmp(user->name, credentials->username) != 0) {
		user++;
	}
	bool good = user->name != NULL;
	switch (credentials->kind) {
	case ROOST_CREDENTIALS_PASSWORD:
		good = good && credentials->secret != NULL &&
		       strlen(user->password) == credentials->secret_size &&
		       memcmp(user->password, credentials->secret, credentials->secret_size) == 0;
		break;
	case ROOST_CREDENTIALS_VERIFIED:
		break;
	case ROOST_CREDENTIALS_TOKEN:
	case ROOST_CREDENTIALS_CERTIFICATE:
		good = false;
		break;
	}
	if (!good) {
		return roost_call_fail(call, ROOST_ERR_INVALID_CREDENTIALS,
			"There is no such user with this password");
	}
	const char *other = credentials->authzid;
	if (other != NULL && other[0] != '\0' && strcmp(other, user->name) != 0) {
		return roost_call_failf(call, ROOST_ERR_AUTHORIZATION_FAILED,
			"%s may not open the mail of %s", user->name, other);
	}
	*user_name_out = strdup(user->name);
	return *user_name_out == NULL ? ROOST_ERR_NO_MEMORY : 0;
}
