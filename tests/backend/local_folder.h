/* local_folder.h - local backends in folders of their own that go away again. */
#ifndef BACKEND_LOCAL_FOLDER_H
#define BACKEND_LOCAL_FOLDER_H

#include <stddef.h>

#include <roost/local.h>

/* A new folder under $TMPDIR or /tmp; ends the process when there can be none. */
void local_folder_make(char *path, size_t size);
void local_folder_remove(const char *path);

/* A user with a password. */
struct local_user {
	const char *name, *password;
};
/* Makes a verify callback look at `context`, an array of struct local_user that ends with a NULL
 * name. */
int local_folder_verify(void *context, struct roost_call *call,
	const struct roost_credentials *credentials, char **user_name_out);

#endif
