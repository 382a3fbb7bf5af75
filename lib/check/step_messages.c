/* step_messages.c - the ops of a mailbox on its messages, as cases use them. */
#include "step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"

static void release_set(void *thing)
{
	roost_uidset_clear(thing);
	free(thing);
}

struct roost_uidset *step_set(struct check *c, const uint32_t *uids, size_t n)
{
	struct roost_uidset *set = calloc(1, sizeof(*set));
	int r = set == NULL ? ROOST_ERR_NO_MEMORY : 0;
	for (size_t i = 0; i < n && r == 0; i++) {
		r = roost_uidset_add(set, uids[i]);
	}
	if (r != 0) {
		roost_uidset_clear(set);
		free(set);
		fixture_fail(c, 0, "making a set: %s", roost_error_name(r));
		return NULL;
	}
	return fixture_own(c, set, release_set, false) ? set : NULL;
}

struct roost_uidset *step_one(struct check *c, uint32_t uid)
{
	return step_set(c, &uid, 1);
}

struct roost_uidset *step_everything(struct check *c)
{
	struct roost_uidset *set = step_set(c, NULL, 0);
	if (set != NULL && roost_uidset_add_range(set, 1, UINT32_MAX) != 0) {
		fixture_fail(c, 0, "the kit is out of memory");
		return NULL;
	}
	return set;
}

struct roost_flags step_flags(struct check *c, const char *flags)
{
	struct roost_flags result = { 0 };
	char *copy = fixture_strdup(c, flags == NULL ? "" : flags);
	const char **keywords =
		copy == NULL ? NULL : fixture_alloc(c, (strlen(copy) + 1) * sizeof(*keywords));
	if (keywords == NULL) {
		return result;
	}
	char *rest = NULL;
	for (char *word = strtok_r(copy, " ", &rest); word != NULL;
		word = strtok_r(NULL, " ", &rest)) {
		unsigned flag = roost_flag_from_name(word, strlen(word));
		result.system |= flag;
		if (flag == 0) {
			keywords[result.keyword_count++] = word;
		}
	}
	result.keywords = keywords;
	return result;
}

/* What one append gives to the backend; all of it is overwritten afterwards. */
struct parcel {
	struct roost_new_message *messages;
	size_t count;
};

static void overwrite(void *context, const void *bytes)
{
	const size_t *size = context;
	memset((char *)(uintptr_t)bytes, 0xdd, *size);
	free((void *)(uintptr_t)bytes);
	free(context);
}

/* The content is a copy that is overwritten once nobody has a reference to it. */
static int make_content(const struct mail *mail, struct roost_content **content_out)
{
	char *bytes = malloc(mail->size + 1);
	size_t *size = malloc(sizeof(*size));
	int r = ROOST_ERR_NO_MEMORY;
	if (bytes != NULL && size != NULL) {
		*size = mail->size;
		if (mail->size > 0) {
			memcpy(bytes, mail->bytes, mail->size);
		}
		r = roost_content_create_borrowed(bytes, mail->size, overwrite, size, content_out);
	}
	if (r != 0) {
		free(bytes);
		free(size);
	}
	return r;
}

static void free_flags(struct roost_flags *flags)
{
	const char **keywords = (const char **)(uintptr_t)flags->keywords;
	for (size_t i = 0; i < flags->keyword_count; i++) {
		char *keyword = (char *)(uintptr_t)keywords[i];
		memset(keyword, '!', strlen(keyword));
		free(keyword);
		keywords[i] = "(freed)";
	}
	free(keywords);
}

static int make_flags(struct check *c, const char *text, struct roost_flags *flags_out)
{
	struct roost_flags given = step_flags(c, text);
	const char **keywords = calloc(given.keyword_count + 1, sizeof(*keywords));
	if (keywords == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	*flags_out = (struct roost_flags) { .system = given.system, .keywords = keywords };
	for (size_t i = 0; i < given.keyword_count; i++) {
		keywords[i] = strdup(given.keywords[i]);
		if (keywords[i] == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		flags_out->keyword_count++;
	}
	return 0;
}

static void unpack(struct parcel *parcel)
{
	for (size_t i = 0; i < parcel->count; i++) {
		struct roost_new_message *message = &parcel->messages[i];
		free_flags(&message->flags);
		if (message->outline != NULL) {
			memset((void *)(uintptr_t)message->outline, 0xee, message->outline_size);
			free((void *)(uintptr_t)message->outline);
		}
		roost_content_unref(message->content);
		memset(message, 0xcc, sizeof(*message));
	}
	free(parcel->messages);
}

static int pack(struct check *c, const struct mail *mails, size_t n, struct parcel *parcel)
{
	parcel->messages = calloc(n + 1, sizeof(*parcel->messages));
	parcel->count = 0;
	if (parcel->messages == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	int r = 0;
	for (size_t i = 0; i < n && r == 0; i++) {
		struct roost_new_message *message = &parcel->messages[i];
		message->size = sizeof(*message);
		message->internal_date = mails[i].date;
		message->wanted_uid = mails[i].wanted_uid;
		parcel->count++;
		r = make_flags(c, mails[i].flags, &message->flags);
		if (r == 0) {
			r = make_content(&mails[i], &message->content);
		}
		void *outline = NULL;
		if (r == 0) {
			r = roost_outline_create(
				message->content, &outline, &message->outline_size);
			message->outline = outline;
		}
	}
	return r;
}

int step_try_append(struct check *c, struct roost_mailbox *mailbox, const struct mail *mails,
	size_t n, struct roost_uidset *uids_out)
{
	struct parcel parcel;
	int r = pack(c, mails, n, &parcel);
	if (r != 0) {
		fixture_fail(c, 0, "making a message: %s", roost_error_name(r));
	} else {
		r = mailbox->ops->create_messages(
			mailbox, c->call, parcel.messages, parcel.count, uids_out);
		if (r != 0 && uids_out->count != 0) {
			fixture_fail(c, 0,
				"create_messages failed with %s and touched its out-parameter",
				roost_error_name(r));
		}
	}
	unpack(&parcel);
	return r;
}

int step_try_append_by_name(struct check *c, const char *name, const struct mail *mails, size_t n,
	uint32_t *uid_validity_out, struct roost_uidset *uids_out)
{
	struct parcel parcel;
	uint32_t before = *uid_validity_out;
	int r = pack(c, mails, n, &parcel);
	if (r != 0) {
		fixture_fail(c, 0, "making a message: %s", roost_error_name(r));
	} else {
		r = c->user->ops->append_messages(c->user, c->call, step_path(c, name),
			parcel.messages, parcel.count, uid_validity_out, uids_out);
		if (r != 0 && (uids_out->count != 0 || *uid_validity_out != before)) {
			fixture_fail(c, 0,
				"append_messages failed with %s and touched its out-parameters",
				roost_error_name(r));
		}
	}
	unpack(&parcel);
	return r;
}

int step_try_replace(struct check *c, struct roost_mailbox *mailbox, uint32_t uid,
	const char *destination, const struct mail *mail, struct roost_copy_result *out)
{
	struct parcel parcel;
	int r = pack(c, mail, 1, &parcel);
	if (r != 0) {
		fixture_fail(c, 0, "making a message: %s", roost_error_name(r));
	} else {
		r = mailbox->ops->replace_message(
			mailbox, c->call, uid, step_path(c, destination), parcel.messages, out);
		if (r != 0 && (out->source.count != 0 || out->destination.count != 0)) {
			fixture_fail(c, 0,
				"replace_message failed with %s and touched its out-parameter",
				roost_error_name(r));
		}
	}
	unpack(&parcel);
	return r;
}

uint32_t *step_append(struct check *c, int line, struct roost_mailbox *mailbox,
	const struct mail *mails, size_t n)
{
	struct roost_uidset *uids = step_set(c, NULL, 0);
	uint32_t *list = fixture_alloc(c, (n + 1) * sizeof(*list));
	if (uids == NULL || list == NULL) {
		return NULL;
	}
	int r = step_try_append(c, mailbox, mails, n, uids);
	if (!expect_ok(c, line, r, "create_messages") ||
		!expect_equal(c, line, roost_uidset_size(uids), n, "how many UIDs were given")) {
		return NULL;
	}
	struct roost_uidset_iter iter = { 0 };
	for (size_t i = 0; i < n; i++) {
		(void)roost_uidset_next(uids, &iter, &list[i]);
	}
	return list;
}

uint32_t *step_fill(struct check *c, int line, struct roost_mailbox *mailbox, unsigned n)
{
	struct mail *mails = fixture_alloc(c, (n + 1) * sizeof(*mails));
	if (mails == NULL) {
		return NULL;
	}
	for (unsigned i = 0; i < n; i++) {
		mails[i] = mail_number(c, i + 1);
	}
	return step_append(c, line, mailbox, mails, n);
}

uint32_t step_append_flagged(struct check *c, int line, struct roost_mailbox *mailbox,
	unsigned number, const char *flags)
{
	struct mail mail = mail_number(c, number);
	mail.flags = flags;
	const uint32_t *uids = step_append(c, line, mailbox, &mail, 1);
	return uids == NULL ? 0 : uids[0];
}

static bool copy_text(struct check *c, struct roost_text *text)
{
	if (text->bytes == NULL) {
		return true;
	}
	char *bytes = fixture_alloc(c, text->size + 1);
	if (bytes == NULL) {
		return false;
	}
	memcpy(bytes, text->bytes, text->size);
	text->bytes = bytes;
	return true;
}

static bool copy_flags(struct check *c, struct roost_flags *flags)
{
	const char **keywords = fixture_alloc(c, (flags->keyword_count + 1) * sizeof(*keywords));
	if (keywords == NULL) {
		return false;
	}
	for (size_t i = 0; i < flags->keyword_count; i++) {
		keywords[i] = fixture_strdup(c, flags->keywords[i]);
		if (keywords[i] == NULL) {
			return false;
		}
	}
	flags->keywords = keywords;
	return true;
}

static void release_content(void *thing)
{
	roost_content_unref(thing);
}

int step_collect(void *context, const struct roost_message *message)
{
	struct step_collector *collector = context;
	struct check *c = collector->c;
	struct step_messages *messages = collector->messages;
	struct step_message *copy = fixture_alloc(c, sizeof(*copy));
	if (copy == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	size_t size = message->size < sizeof(copy->facts) ? message->size : sizeof(copy->facts);
	memcpy(&copy->facts, message, size);
	struct roost_message *facts = &copy->facts;
	if ((facts->has & ROOST_MESSAGE_FLAGS) != 0 && !copy_flags(c, &facts->flags)) {
		return ROOST_ERR_NO_MEMORY;
	}
	struct roost_text outline = { facts->outline, facts->outline_size };
	if ((facts->has & ROOST_MESSAGE_OUTLINE) != 0 && !copy_text(c, &outline)) {
		return ROOST_ERR_NO_MEMORY;
	}
	facts->outline = outline.bytes;
	if (((facts->has & ROOST_MESSAGE_EMAIL_ID) != 0 && !copy_text(c, &facts->email_id)) ||
		((facts->has & ROOST_MESSAGE_THREAD_ID) != 0 && !copy_text(c, &facts->thread_id))) {
		return ROOST_ERR_NO_MEMORY;
	}
	if ((facts->has & ROOST_MESSAGE_CONTENT) != 0 && facts->content != NULL &&
		!fixture_own(c, roost_content_ref(facts->content), release_content, true)) {
		return ROOST_ERR_NO_MEMORY;
	}
	if (messages->last == NULL) {
		messages->first = copy;
	} else {
		messages->last->next = copy;
	}
	messages->last = copy;
	messages->count++;
	return 0;
}

int step_try_list(struct check *c, struct roost_mailbox *mailbox, const struct roost_uidset *uids,
	const struct roost_fetch_options *options, struct step_messages *messages)
{
	struct step_collector collector = { c, messages };
	return mailbox->ops->list_messages(
		mailbox, c->call, uids, options, step_collect, &collector);
}

/* The fields that a backend must deliver when asked. */
static unsigned required_fields(const struct check *c, unsigned fields)
{
	unsigned required = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_INTERNAL_DATE |
			    ROOST_MESSAGE_OCTETS | ROOST_MESSAGE_CONTENT;
	if ((c->backend->features & ROOST_FEATURE_MODSEQ) != 0) {
		required |= ROOST_MESSAGE_MODSEQ;
	}
	if ((c->backend->features & ROOST_FEATURE_OBJECT_ID) != 0) {
		required |= ROOST_MESSAGE_EMAIL_ID;
	}
	if ((c->backend->features & ROOST_FEATURE_SAVE_DATE) != 0) {
		required |= ROOST_MESSAGE_SAVE_DATE;
	}
	return required & fields;
}

struct step_messages *step_list(struct check *c, int line, struct roost_mailbox *mailbox,
	const struct roost_uidset *uids, unsigned fields)
{
	struct step_messages *messages = fixture_alloc(c, sizeof(*messages));
	if (messages != NULL && uids == NULL) {
		uids = step_everything(c);
	}
	if (messages == NULL || uids == NULL) {
		return NULL;
	}
	struct roost_fetch_options options = { .size = sizeof(options), .fields = fields };
	int r = step_try_list(c, mailbox, uids, &options, messages);
	if (!expect_ok(c, line, r, "list_messages")) {
		return NULL;
	}
	unsigned required = required_fields(c, fields);
	uint32_t previous = 0;
	for (const struct step_message *m = messages->first; m != NULL; m = m->next) {
		if (!expect_true(
			    c, line, m->facts.uid > previous, "UIDs are delivered ascending") ||
			!expect_true(c, line, roost_uidset_contains(uids, m->facts.uid),
				"only messages that were asked for are delivered") ||
			!expect_equal(c, line, m->facts.has & required, required,
				"fields that were asked for")) {
			return NULL;
		}
		previous = m->facts.uid;
	}
	return messages;
}

const struct roost_message *step_message(
	struct check *c, int line, struct roost_mailbox *mailbox, uint32_t uid, unsigned fields)
{
	const struct roost_uidset *set = step_one(c, uid);
	const struct step_messages *messages =
		set == NULL ? NULL : step_list(c, line, mailbox, set, fields);
	if (messages == NULL || !expect_equal(c, line, messages->count, 1, "messages listed")) {
		return NULL;
	}
	return &messages->first->facts;
}

bool step_expect_content(
	struct check *c, int line, struct roost_content *content, const void *bytes, size_t size)
{
	if (!expect_true(c, line, content != NULL, "the message has content") ||
		!expect_equal(c, line, content->size, size, "size of the content")) {
		return false;
	}
	char *buffer = malloc(size + 1);
	if (buffer == NULL) {
		fixture_fail(c, line, "the kit is out of memory");
		return false;
	}
	int64_t n = roost_content_read(content, 0, buffer, size);
	bool same = false;
	if (n < 0) {
		fixture_fail(c, line, "reading content: %s", roost_error_name((int)n));
	} else {
		same = expect_bytes(c, line, buffer, (size_t)n, bytes, size, "content");
	}
	free(buffer);
	return same;
}

bool step_expect_mails(struct check *c, int line, struct roost_mailbox *mailbox,
	const struct mail *mails, size_t n)
{
	const struct step_messages *messages = step_list(c, line, mailbox, NULL,
		ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_INTERNAL_DATE | ROOST_MESSAGE_OCTETS |
			ROOST_MESSAGE_CONTENT);
	if (messages == NULL ||
		!expect_equal(c, line, messages->count, n, "messages in the mailbox")) {
		return false;
	}
	const struct step_message *m = messages->first;
	for (size_t i = 0; i < n; i++, m = m->next) {
		const char *flags = mails[i].flags == NULL ? "" : mails[i].flags;
		if (!step_expect_content(
			    c, line, m->facts.content, mails[i].bytes, mails[i].size) ||
			!expect_equal(c, line, m->facts.octets, mails[i].size, "octets") ||
			!expect_flags(c, line, &m->facts.flags, flags, "flags") ||
			!expect_time(c, line, &m->facts.internal_date, &mails[i].date,
				"internal date")) {
			return false;
		}
	}
	return true;
}

bool step_expect_count(struct check *c, int line, struct roost_mailbox *mailbox, uint64_t count)
{
	const struct step_messages *messages = step_list(c, line, mailbox, NULL, 0);
	return messages != NULL &&
	       expect_equal(c, line, messages->count, count, "messages in the mailbox");
}

int step_try_store(struct check *c, struct roost_mailbox *mailbox, const struct roost_uidset *uids,
	enum roost_flags_mode mode, const char *flags)
{
	struct roost_uidset *modified = step_set(c, NULL, 0);
	struct roost_flags_change change = { .size = sizeof(change), .mode = mode };
	int r = modified == NULL ? ROOST_ERR_NO_MEMORY : make_flags(c, flags, &change.flags);
	if (r == 0) {
		r = mailbox->ops->update_messages_flags(
			mailbox, c->call, uids, &change, modified, NULL, NULL);
	}
	free_flags(&change.flags);
	if (r == 0 && modified->count != 0) {
		fixture_fail(
			c, 0, "update_messages_flags left messages out without unchanged_since");
	}
	return r;
}

bool step_store(struct check *c, int line, struct roost_mailbox *mailbox,
	const struct roost_uidset *uids, enum roost_flags_mode mode, const char *flags)
{
	int r = step_try_store(c, mailbox, uids, mode, flags);
	return expect_ok(c, line, r, "update_messages_flags");
}

bool step_expect_flags(
	struct check *c, int line, struct roost_mailbox *mailbox, uint32_t uid, const char *flags)
{
	const struct roost_message *message =
		step_message(c, line, mailbox, uid, ROOST_MESSAGE_FLAGS);
	return message != NULL && expect_flags(c, line, &message->flags, flags, "flags");
}

int step_try_copy(struct check *c, bool move, struct roost_mailbox *mailbox,
	const struct roost_uidset *uids, const char *destination, struct roost_copy_result *out)
{
	const char *path = step_path(c, destination);
	int r = move ? mailbox->ops->move_messages(mailbox, c->call, uids, path, out)
		     : mailbox->ops->copy_messages(mailbox, c->call, uids, path, out);
	if (r != 0 && (out->source.count != 0 || out->destination.count != 0)) {
		fixture_fail(c, 0, "%s_messages failed with %s and touched its out-parameter",
			move ? "move" : "copy", roost_error_name(r));
	}
	return r;
}

static void release_copy_result(void *thing)
{
	roost_copy_result_clear(thing);
	free(thing);
}

struct roost_copy_result *step_copy(struct check *c, int line, bool move,
	struct roost_mailbox *mailbox, const struct roost_uidset *uids, const char *destination)
{
	struct roost_copy_result *result = calloc(1, sizeof(*result));
	if (result == NULL) {
		fixture_fail(c, line, "the kit is out of memory");
		return NULL;
	}
	result->size = sizeof(*result);
	if (!fixture_own(c, result, release_copy_result, false)) {
		return NULL;
	}
	int r = step_try_copy(c, move, mailbox, uids, destination, result);
	if (!expect_ok(c, line, r, move ? "move_messages" : "copy_messages") ||
		!expect_equal(c, line, roost_uidset_size(&result->destination),
			roost_uidset_size(&result->source), "UIDs in the result's two sets")) {
		return NULL;
	}
	return result;
}

struct roost_uidset *step_expunge(
	struct check *c, int line, struct roost_mailbox *mailbox, const struct roost_uidset *only)
{
	struct roost_uidset *expunged = step_set(c, NULL, 0);
	if (expunged == NULL) {
		return NULL;
	}
	int r = mailbox->ops->expunge(mailbox, c->call, only, expunged);
	return expect_ok(c, line, r, "expunge") ? expunged : NULL;
}

bool step_remove(
	struct check *c, int line, struct roost_mailbox *mailbox, const struct roost_uidset *uids)
{
	if (uids == NULL || !step_store(c, line, mailbox, uids, ROOST_FLAGS_ADD, "\\Deleted")) {
		return false;
	}
	const struct roost_uidset *expunged = step_expunge(c, line, mailbox, uids);
	return expunged != NULL && expect_set(c, line, expunged, uids, "what was expunged");
}
