/* check_local.c - runs the conformance kit on the local backend: check_local [--shared] [PART OF A NAME].
 * With --shared, another process has the same mail open all the time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roost/local.h>

#include "kit_run.h"
#include "local_folder.h"
#include "local_other.h"
#include "local_session.h"

/* Low, so that there are many files. */
#define INLINE_OCTETS 4096

struct place {
	char path[256];
	bool shared;
	struct local_other other;
};

static struct local_user users[] = { { "anna", "secret" }, { "bert", "geheim" }, { NULL, NULL } };

static void log_line(void *context, enum roost_log_level level, const char *line)
{
	(void)context;
	(void)level;
	printf("        log: %s\n", line);
}

static int open_in(const char *path, struct roost_backend **backend_out)
{
	const struct roost_local_options options = {
		.size = sizeof(options),
		.folder = path,
		.append_limit = KIT_APPEND_LIMIT,
		.verify = local_folder_verify,
		.log = log_line,
		.context = users,
		.inline_octets = INLINE_OCTETS,
	};
	return roost_local_create(&options, backend_out);
}

static int create(void *context, struct roost_backend **backend_out)
{
	struct place *place = context;
	local_folder_make(place->path, sizeof(place->path));
	int r = open_in(place->path, backend_out);
	if (place->shared) {
		local_other_start(&place->other, "--other", place->path, NULL);
		r = r == 0 && local_other_hear(&place->other) < 0 ? ROOST_ERR_IO : r;
	}
	return r;
}

static void destroy(void *context, struct roost_backend *backend)
{
	struct place *place = context;
	roost_backend_destroy(backend);
	if (place->shared && local_other_end(&place->other) != 0) {
		printf("        the other process failed\n");
		exit(1);
	}
	local_folder_remove(place->path);
}

static int reopen(void *context, struct roost_backend **backend)
{
	const struct place *place = context;
	roost_backend_destroy(*backend);
	*backend = NULL;
	return open_in(place->path, backend);
}

/* Have the mail of both users open until the input ends. */
static int be_other(const char *path)
{
	struct roost_backend *backend;
	struct local_session sessions[2];
	struct roost_mailbox *inboxes[2];
	char byte = '.';
	if (local_session_open(path, 0, 0, &backend) < 0) {
		return 1;
	}
	for (size_t i = 0; i < 2; i++) {
		if (local_session_login(&sessions[i], backend, users[i].name) < 0) {
			return 1;
		}
		/* Not selected: the recent messages are for who is tested. */
		inboxes[i] = local_session_select(&sessions[i], "INBOX", true);
		if (inboxes[i] == NULL) {
			return 1;
		}
	}
	if (write(STDOUT_FILENO, &byte, 1) != 1 || read(STDIN_FILENO, &byte, 1) != 0) {
		return 1;
	}
	for (size_t i = 0; i < 2; i++) {
		inboxes[i]->ops->close(inboxes[i]);
		local_session_logout(&sessions[i]);
	}
	roost_backend_destroy(backend);
	return 0;
}

int main(int argc, char **argv)
{
	struct place place = { .shared = argc > 1 && strcmp(argv[1], "--shared") == 0 };
	const struct roost_check_factory factory = {
		.size = sizeof(factory),
		.create = create,
		.destroy = destroy,
		.reopen = reopen,
		.context = &place,
	};
	if (argc > 2 && strcmp(argv[1], "--other") == 0) {
		return be_other(argv[2]);
	}
	int next = place.shared ? 2 : 1;
	return kit_run(&factory, argc > next ? argv[next] : NULL);
}
