/* message.h - what never changes of a message. Its copies in all mailboxes share it. */
#ifndef MEMORY_MESSAGE_H
#define MEMORY_MESSAGE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>

struct memory_message {
	atomic_uint refs;
	struct roost_content *content;
	struct roost_time internal_date;
	char email_id[32], thread_id[32]; /* RFC 8474 */
	size_t outline_size;
	unsigned char outline[];
};

/* Numbers for object ids: those of one run are not those of another. */
struct memory_ids {
	uint32_t started;
	uint64_t email, thread;
};

/* Keep a new message, with one reference. Content that is not in memory is read into it, so that
 * no file stays open. ROOST_ERR_NO_MEMORY, or what reading fails with. */
int memory_message_create(const struct roost_new_message *from, const struct memory_ids *ids,
	struct memory_message **message_out);
struct memory_message *memory_message_ref(struct memory_message *message);
void memory_message_unref(struct memory_message *message);

#endif
