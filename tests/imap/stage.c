/* stage.c - the backend that a transcript is played on. */
#include "stage.h"

#include <string.h>

#include <roost/memory.h>

static int create_local(struct stage *stage, struct roost_backend **backend_out)
{
	local_folder_make(stage->folder, sizeof(stage->folder));
	const struct roost_local_options options = {
		.size = sizeof(options),
		.folder = stage->folder,
		.delimiter = stage->delimiter,
		.append_limit = stage->append_limit,
		.quota = stage->quota,
		.verify = local_folder_verify,
		.context = stage->users,
		.inline_octets = 200, /* so that many bodies are files */
	};
	return roost_local_create(&options, backend_out);
}

int stage_create(struct stage *stage, struct roost_backend **backend_out)
{
	if (stage->local) {
		return create_local(stage, backend_out);
	}
	const struct roost_memory_options options = {
		.size = sizeof(options),
		.delimiter = stage->delimiter,
		.append_limit = stage->append_limit,
		.quota = stage->quota,
	};
	int r = roost_memory_create(&options, backend_out);
	for (const struct local_user *user = stage->users; r == 0 && user->name != NULL; user++) {
		r = roost_memory_add_user(*backend_out, user->name, user->password);
		if (r < 0) {
			roost_backend_destroy(*backend_out);
		}
	}
	return r;
}

static unsigned special_use_from_name(const char *name)
{
	static const struct {
		const char *name;
		unsigned use;
	} uses[] = {
		{ "\\All", ROOST_MAILBOX_ALL },
		{ "\\Archive", ROOST_MAILBOX_ARCHIVE },
		{ "\\Drafts", ROOST_MAILBOX_DRAFTS },
		{ "\\Flagged", ROOST_MAILBOX_FLAGGED },
		{ "\\Junk", ROOST_MAILBOX_JUNK },
		{ "\\Sent", ROOST_MAILBOX_SENT },
		{ "\\Trash", ROOST_MAILBOX_TRASH },
	};
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		if (strcmp(uses[i].name, name) == 0) {
			return uses[i].use;
		}
	}
	return 0;
}

static int create_special(
	struct roost_user *user, struct roost_call *call, const char *name, const char *use)
{
	struct roost_create_options options = { .size = sizeof(options),
		.special_use = special_use_from_name(use) };
	int r = options.special_use == 0 ? ROOST_ERR_INVALID
					 : user->ops->create_mailbox(user, call, name, &options);
	user->ops->logout(user);
	return r;
}

int stage_create_special(
	const struct stage *stage, struct roost_backend *backend, const char *name, const char *use)
{
	const struct roost_conn_info info = {
		.size = sizeof(info), .remote_address = "", .local_address = ""
	};
	const struct roost_credentials credentials = { .size = sizeof(credentials),
		.username = stage->users[0].name,
		.secret = stage->users[0].password,
		.secret_size = strlen(stage->users[0].password),
		.mechanism = "LOGIN",
		.connection = &info };
	struct roost_call *call;
	struct roost_user *user;
	int r = roost_call_create(&call, 0);
	if (r < 0) {
		return r;
	}
	r = backend->ops->login(backend, call, &credentials, &user);
	if (r == 0) {
		r = create_special(user, call, name, use);
	}
	roost_call_destroy(call);
	return r;
}

void stage_clear(struct stage *stage)
{
	if (stage->folder[0] != '\0') {
		local_folder_remove(stage->folder);
	}
}
