/* owner.c - whose mail a verb works on. */
#include "owner.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <roost/local.h>

#include "accounts/account_file.h"
#include "accounts/user_name.h"
#include "common/verb.h"

static bool has_mail(const char *data, const char *name)
{
	char *folder = NULL;
	char *file = NULL;
	if (roost_local_user_folder(data, name, &folder) < 0) {
		return false;
	}
	bool has = asprintf(&file, "%s/mail.db", folder) >= 0 && access(file, F_OK) == 0;
	free(file);
	free(folder);
	return has;
}

char *owner_find(const char *data, const char *name, bool any)
{
	const char *why = NULL;
	struct account_file account = { 0 };
	char *folded = user_name_fold(name, &why);
	if (folded == NULL) {
		(void)verb_refuse("%s is no name for a user: %s", name, why);
		return NULL;
	}
	bool known = any || has_mail(data, folded) ||
		     account_file_read(data, folded, &account) != ACCOUNT_MISSING;
	account_file_clear(&account);
	if (!known) {
		(void)verb_refuse("there is no user %s in %s: roost user add %s makes one", folded,
			data, folded);
		free(folded);
		folded = NULL;
	}
	return folded;
}
