/* stage.c - the backend that a transcript is played on. */
#include "stage.h"

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

void stage_clear(struct stage *stage)
{
	if (stage->folder[0] != '\0') {
		local_folder_remove(stage->folder);
	}
}
