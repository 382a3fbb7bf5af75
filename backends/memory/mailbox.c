/* mailbox.c - a mailbox: its messages, its lock, and who still needs it. */
#include "memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int memory_lock_init(pthread_rwlock_t *lock)
{
	pthread_rwlockattr_t attributes;
	if (pthread_rwlockattr_init(&attributes) != 0) {
		return ROOST_ERR_NO_MEMORY;
	}
	(void)pthread_rwlockattr_setkind_np(
		&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	int r = pthread_rwlock_init(lock, &attributes) == 0 ? 0 : ROOST_ERR_NO_MEMORY;
	(void)pthread_rwlockattr_destroy(&attributes);
	return r;
}

int memory_mailbox_create(struct memory *memory, char *name, struct memory_mailbox **mailbox_out)
{
	struct memory_mailbox *mailbox = calloc(1, sizeof(*mailbox));
	if (name == NULL || mailbox == NULL || memory_lock_init(&mailbox->lock) < 0) {
		free(mailbox);
		free(name);
		return ROOST_ERR_NO_MEMORY;
	}
	atomic_init(&mailbox->refs, 1);
	atomic_init(&mailbox->recent_from, 1);
	mailbox->uid_validity = atomic_fetch_add(&memory->uid_validity, 1) + 1;
	mailbox->name = name;
	memory_messages_init(&mailbox->messages);
	*mailbox_out = mailbox;
	return 0;
}

void memory_mailbox_unref(struct memory_mailbox *mailbox)
{
	if (mailbox != NULL && atomic_fetch_sub(&mailbox->refs, 1) == 1) {
		memory_messages_clear(&mailbox->messages);
		pthread_rwlock_destroy(&mailbox->lock);
		free(mailbox->name);
		free(mailbox);
	}
}

static int check_epoch(struct memory_mailbox *mailbox, struct roost_call *call, uint64_t epoch)
{
	if (mailbox->epoch == epoch) {
		return 0;
	}
	pthread_rwlock_unlock(&mailbox->lock);
	return roost_call_fail(
		call, ROOST_ERR_NO_SUCH_MAILBOX, "The mailbox was deleted or renamed");
}

int memory_mailbox_lock_read(
	struct memory_mailbox *mailbox, struct roost_call *call, uint64_t epoch)
{
	pthread_rwlock_rdlock(&mailbox->lock);
	return check_epoch(mailbox, call, epoch);
}

int memory_mailbox_lock_write(
	struct memory_mailbox *mailbox, struct roost_call *call, uint64_t epoch)
{
	pthread_rwlock_wrlock(&mailbox->lock);
	return check_epoch(mailbox, call, epoch);
}

void memory_mailbox_unlock(struct memory_mailbox *mailbox)
{
	pthread_rwlock_unlock(&mailbox->lock);
}

struct roost_text memory_mailbox_id(const struct memory_mailbox *mailbox, struct roost_call *call)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "F%08" PRIx32, mailbox->uid_validity);
	const char *bytes = roost_call_strndup(call, text, (size_t)n);
	return (struct roost_text) { bytes, bytes == NULL ? 0 : (size_t)n };
}

void memory_mailbox_status(struct memory_mailbox *mailbox, struct roost_mailbox_status *status)
{
	const struct memory_messages *messages = &mailbox->messages;
	status->messages = messages->count;
	status->recent = messages->count -
			 memory_messages_find(messages, atomic_load(&mailbox->recent_from));
	status->unseen = messages->unseen;
	status->deleted = messages->deleted;
	status->octets = messages->octets;
	status->deleted_octets = messages->deleted_octets;
	status->highest_modseq = messages->modseq;
	status->uid_next = messages->uid_next;
	status->uid_validity = mailbox->uid_validity;
	status->has = ROOST_STATUS_MESSAGES | ROOST_STATUS_RECENT | ROOST_STATUS_UNSEEN |
		      ROOST_STATUS_DELETED | ROOST_STATUS_SIZE | ROOST_STATUS_DELETED_STORAGE |
		      ROOST_STATUS_HIGHEST_MODSEQ | ROOST_STATUS_UID_NEXT |
		      ROOST_STATUS_UID_VALIDITY;
}
