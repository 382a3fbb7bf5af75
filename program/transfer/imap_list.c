/* imap_list.c - the mailboxes of another IMAP server, and what they are called here. */
#include "imap_list.h"

#include <stdlib.h>
#include <string.h>

#include <roost/backend.h>

#include "mailbox_name.h"
#include "marker.h"

static void add(void *context, const struct imap_response *response)
{
	struct imap_list *list = context;
	if (response->kind != IMAP_LIST || list->full) {
		return;
	}
	struct imap_mailbox *mailboxes =
		list->count < IMAP_LIST_MAX
			? reallocarray(list->mailboxes, list->count + 1, sizeof(*mailboxes))
			: NULL;
	if (mailboxes == NULL) {
		list->full = true;
		return;
	}
	list->mailboxes = mailboxes;
	struct imap_mailbox *mailbox = &mailboxes[list->count];
	*mailbox = (struct imap_mailbox) {
		.raw = malloc(response->name.size + 1),
		.raw_size = response->name.size,
		.name = mailbox_name_of_server(response->name, response->delimiter),
		.selectable = !response->subscribed,
		.subscribed = response->subscribed,
	};
	if (mailbox->raw == NULL) {
		free(mailbox->name);
		list->full = true;
		return;
	}
	memcpy(mailbox->raw, response->name.bytes, response->name.size);
	mailbox->raw[response->name.size] = '\0';
	for (size_t i = 0; i < response->flag_count; i++) {
		struct roost_text flag = response->flags[i];
		const struct roost_text one = { flag.bytes, flag.size };
		mailbox->special_use |= marker_special_use(flag.bytes, flag.size);
		if (imap_response_has_word(one, "\\Noselect") ||
			imap_response_has_word(one, "\\NonExistent")) {
			mailbox->selectable = false;
		}
	}
	list->count++;
}

static bool ask(struct imap_list *list, struct imap_client *client, const char *command)
{
	uint32_t tag = 0;
	bool good = false;
	return imap_client_send(client, &tag, "%s", command) &&
	       imap_client_finish(client, tag, add, list, &good) && good;
}

bool imap_list_read(struct imap_list *list, struct imap_client *client)
{
	bool extended =
		imap_client_can(client, "SPECIAL-USE") && imap_client_can(client, "LIST-EXTENDED");
	return ask(list, client,
		       extended ? "LIST \"\" \"*\" RETURN (SPECIAL-USE)" : "LIST \"\" \"*\"") &&
	       ask(list, client, "LSUB \"\" \"*\"");
}

void imap_list_clear(struct imap_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->mailboxes[i].raw);
		free(list->mailboxes[i].name);
	}
	free(list->mailboxes);
	*list = (struct imap_list) { .count = 0 };
}
