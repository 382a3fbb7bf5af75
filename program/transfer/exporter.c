/* exporter.c - takes the messages out of a user's mailboxes and gives them to a writer. */
#include "exporter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/call.h>
#include <roost/error.h>

#include "export_tree.h"
#include "failures.h"
#include "pattern.h"
#include "progress.h"
#include "store/mail_store.h"

/* Messages that are asked for at once; between them a signal is noticed. */
#define CHUNK 200

/* How often all mailboxes are looked at, at most: messages and mailboxes move meanwhile, perhaps from
 * where it was not looked yet to where it was. */
#define ROUNDS 5

struct exporter {
	const struct exporter_options *options;
	struct roost_user *user;
	struct roost_call *call;
	struct writer *writer;
	struct marker tree;
	struct progress progress;
	struct failures failures;
	struct exporter_sum sum;
	bool broken;

	const char *mailbox; /* the name of the one that is under way */
	uint32_t counted_below; /* messages with lower UIDs were counted in an earlier round */
	bool gone; /* it was deleted or renamed meanwhile */
};

static const char *reason(const struct exporter *exporter, int error)
{
	const char *text = roost_call_text(exporter->call);
	return text != NULL ? text : roost_error_text(error);
}

static void give_up(struct exporter *exporter, const char *origin, const char *why)
{
	if (!exporter->broken) {
		fprintf(stderr, "roost: cannot export %s: %s\n", origin, why);
	}
	exporter->broken = true;
}

static bool goes_on(const struct exporter *exporter)
{
	return *exporter->options->stop == 0 && !exporter->broken;
}

static void fail(struct exporter *exporter, const char *origin, const char *why)
{
	failures_add(&exporter->failures, origin, why);
	exporter->sum.failed++;
}

static bool counts(const struct exporter *exporter, uint32_t uid)
{
	return uid >= exporter->counted_below;
}

static void fail_message(struct exporter *exporter, uint32_t uid, const char *why)
{
	char *origin = NULL;
	if (!counts(exporter, uid)) {
		return;
	}
	if (asprintf(&origin, "%s/%s, UID %u", exporter->user->name, exporter->mailbox, uid) < 0) {
		give_up(exporter, exporter->mailbox, strerror(ENOMEM));
		return;
	}
	fail(exporter, origin, why);
	free(origin);
}

/* An error of a writer: the disk's, and nobody need try the next message. */
static void check_writer(struct exporter *exporter, int error)
{
	if (error != 0) {
		give_up(exporter, exporter->options->path, strerror(error));
	}
}

static int read_content(struct roost_content *content, char *bytes)
{
	for (uint64_t at = 0; at < content->size;) {
		int64_t n =
			roost_content_read(content, at, bytes + at, (size_t)(content->size - at));
		if (n <= 0) {
			return n < 0 ? (int)n : ROOST_ERR_IO;
		}
		at += (uint64_t)n;
	}
	return 0;
}

static void write_message(struct exporter *exporter, const struct roost_message *message)
{
	struct roost_message whole = *message;
	char *copy = NULL;
	const char *bytes = roost_content_pointer(message->content);
	int r = 0;
	whole.octets = message->content->size;
	if (bytes == NULL) {
		bytes = copy = malloc(whole.octets > 0 ? (size_t)whole.octets : 1);
		r = copy != NULL ? read_content(message->content, copy) : ROOST_ERR_NO_MEMORY;
	}
	if (r < 0) {
		fail_message(exporter, message->uid, roost_error_text(r));
	} else {
		int error = exporter->writer->ops->put(exporter->writer, &whole, bytes);
		if (error == EILSEQ) {
			fail_message(exporter, message->uid, "this format cannot hold it");
		} else if (error == 0 && counts(exporter, message->uid)) {
			exporter->sum.written++;
			progress_add(&exporter->progress, 1, whole.octets);
		}
		check_writer(exporter, error == EILSEQ ? 0 : error);
	}
	free(copy);
}

static int take_new(void *context, const struct roost_message *message)
{
	struct exporter *exporter = context;
	if ((message->has & ROOST_MESSAGE_CONTENT) == 0 || message->content == NULL) {
		fail_message(exporter, message->uid, "its bytes cannot be read; see roost check");
	} else {
		write_message(exporter, message);
	}
	progress_advance(&exporter->progress, 1);
	return goes_on(exporter) ? 0 : ROOST_STOP;
}

static int take_known(void *context, const struct roost_message *message)
{
	struct exporter *exporter = context;
	exporter->sum.known += counts(exporter, message->uid);
	check_writer(exporter, exporter->writer->ops->keep(exporter->writer, message));
	progress_advance(&exporter->progress, 1);
	return goes_on(exporter) ? 0 : ROOST_STOP;
}

/* Have all of `uids` delivered, a chunk at a time. */
static void list(struct exporter *exporter, struct roost_mailbox *mailbox,
	const struct roost_uidset *uids, unsigned fields, roost_message_fn deliver)
{
	const struct roost_fetch_options options = { .size = sizeof(options), .fields = fields };
	struct roost_uidset_iter iter = { 0 };
	uint32_t uid = 0;
	bool more = roost_uidset_next(uids, &iter, &uid);
	while (more && goes_on(exporter) && !exporter->gone) {
		struct roost_uidset chunk = ROOST_UIDSET_EMPTY;
		int r = 0;
		for (size_t i = 0; i < CHUNK && more && r == 0; i++) {
			r = roost_uidset_add(&chunk, uid);
			more = roost_uidset_next(uids, &iter, &uid);
		}
		if (r == 0) {
			r = mailbox->ops->list_messages(
				mailbox, exporter->call, &chunk, &options, deliver, exporter);
		}
		roost_uidset_clear(&chunk);
		if (r == ROOST_ERR_NO_SUCH_MAILBOX) {
			exporter->gone = true;
		} else if (r < 0) {
			fail(exporter, exporter->mailbox, reason(exporter, r));
			more = false;
		}
		roost_call_reset(exporter->call);
	}
}

static void export_messages(struct exporter *exporter, struct roost_mailbox *mailbox,
	struct roost_snapshot *snapshot, const char *path)
{
	const unsigned facts =
		ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_INTERNAL_DATE | ROOST_MESSAGE_OCTETS;
	struct roost_uidset known = ROOST_UIDSET_EMPTY;
	struct writer *writer = exporter->writer;
	check_writer(exporter, writer->ops->open(writer, path, snapshot->uid_validity, &known));
	int r = roost_uidset_intersect(&known, &snapshot->uids);
	r = r == 0 ? roost_uidset_remove_set(&snapshot->uids, &known) : r;
	if (r < 0) {
		give_up(exporter, exporter->mailbox, roost_error_text(r));
	}
	list(exporter, mailbox, &known, facts, take_known);
	list(exporter, mailbox, &snapshot->uids, facts | ROOST_MESSAGE_CONTENT, take_new);
	check_writer(exporter, writer->ops->close(writer, goes_on(exporter) && !exporter->gone));
	roost_uidset_clear(&known);
}

static int open_mailbox(struct exporter *exporter, const char *name,
	struct roost_mailbox **mailbox_out, struct roost_snapshot *snapshot_out)
{
	const struct roost_open_options options = { .size = sizeof(options), .read_only = true };
	struct roost_user *user = exporter->user;
	struct roost_mailbox *mailbox = NULL;
	int r = user->ops->get_mailbox(user, exporter->call, name, &options, &mailbox);
	if (r < 0) {
		return r;
	}
	*snapshot_out = (struct roost_snapshot) { .size = sizeof(*snapshot_out) };
	r = mailbox->ops->snapshot(mailbox, exporter->call, snapshot_out);
	if (r < 0) {
		mailbox->ops->close(mailbox);
		return r;
	}
	*mailbox_out = mailbox;
	return 0;
}

/* For the sums: what is new since the round before. */
static void begin_to_count(struct exporter *exporter, const struct marker_seen *seen,
	const struct roost_snapshot *snapshot)
{
	exporter->gone = false;
	exporter->counted_below = seen->uid_validity == snapshot->uid_validity ? seen->uid_next : 0;
	if (seen->uid_next != 0) {
		progress_expect(&exporter->progress, roost_uidset_size(&snapshot->uids));
	}
}

/* Whether it was there. */
static bool export_mailbox(struct exporter *exporter, struct marker_mailbox *wanted)
{
	struct roost_mailbox *mailbox = NULL;
	struct roost_snapshot snapshot;
	char *path = NULL;
	exporter->mailbox = wanted->name;
	int r = open_mailbox(exporter, wanted->name, &mailbox, &snapshot);
	if (r < 0) {
		if (r != ROOST_ERR_NO_SUCH_MAILBOX) { /* else it was deleted or renamed meanwhile */
			fail(exporter, wanted->name, reason(exporter, r));
			wanted->seen.failed = true;
		}
		roost_call_reset(exporter->call);
		return false;
	}
	begin_to_count(exporter, &wanted->seen, &snapshot);
	bool is_root = strcmp(wanted->path, ".") == 0;
	if (asprintf(&path, "%s%s%s", exporter->options->path, is_root ? "" : "/",
		    is_root ? "" : wanted->path) < 0) {
		give_up(exporter, wanted->name, strerror(ENOMEM));
	} else {
		export_messages(exporter, mailbox, &snapshot, path);
		free(path);
	}
	wanted->seen.uid_validity = exporter->gone ? 0 : snapshot.uid_validity;
	wanted->seen.uid_next = exporter->gone ? 0 : snapshot.uid_next;
	roost_snapshot_clear(&snapshot);
	mailbox->ops->close(mailbox);
	roost_call_reset(exporter->call);
	return true;
}

/* Whether messages have come to it since it was exported. */
static bool has_grown(struct exporter *exporter, const struct marker_mailbox *mailbox)
{
	const unsigned items = ROOST_STATUS_UID_NEXT | ROOST_STATUS_UID_VALIDITY;
	struct roost_user *user = exporter->user;
	struct roost_mailbox_status status = { .size = sizeof(status) };
	int r = !ROOST_HAS_OP(user->ops, mailbox_status)
			? ROOST_ERR_NOT_SUPPORTED
			: user->ops->mailbox_status(
				  user, exporter->call, mailbox->name, items, &status);
	roost_call_reset(exporter->call);
	return r == 0 && (status.has & items) == items &&
	       (status.uid_validity != mailbox->seen.uid_validity ||
		       status.uid_next != mailbox->seen.uid_next);
}

static bool wants(const struct exporter *exporter, const char *name)
{
	const struct exporter_options *options = exporter->options;
	for (size_t i = 0; i < options->only_count; i++) {
		if (pattern_matches(options->only[i], name)) {
			return true;
		}
	}
	return options->only_count == 0;
}

static int take_mailbox(void *context, const struct roost_mailbox_info *info)
{
	struct exporter *exporter = context;
	const unsigned none = ROOST_MAILBOX_NOSELECT | ROOST_MAILBOX_NONEXISTENT;
	if ((info->attributes & none) != 0 || !wants(exporter, info->name)) {
		return 0;
	}
	return export_tree_add(&exporter->tree, exporter->options->format, info->name,
		       info->attributes & ROOST_MAILBOX_SPECIAL_USES)
		       ? 0
		       : ROOST_ERR_NO_MEMORY;
}

static int take_subscribed(void *context, const struct roost_mailbox_info *info)
{
	struct exporter *exporter = context;
	bool good =
		!wants(exporter, info->name) || marker_add_subscribed(&exporter->tree, info->name);
	return good ? 0 : ROOST_ERR_NO_MEMORY;
}

static int find_mailboxes(struct exporter *exporter)
{
	struct roost_user *user = exporter->user;
	const struct roost_list_options all = { .size = sizeof(all) };
	const struct roost_list_options subscribed = {
		.size = sizeof(subscribed),
		.subscribed_only = true,
	};
	int r = user->ops->list_mailboxes(user, exporter->call, &all, take_mailbox, exporter);
	if (r == 0) {
		r = user->ops->list_mailboxes(
			user, exporter->call, &subscribed, take_subscribed, exporter);
	}
	roost_call_reset(exporter->call);
	return r;
}

static void count_steps(struct exporter *exporter)
{
	struct roost_user *user = exporter->user;
	for (size_t i = 0; i < exporter->tree.mailbox_count; i++) {
		struct roost_mailbox_status status = { .size = sizeof(status) };
		if (ROOST_HAS_OP(user->ops, mailbox_status) &&
			user->ops->mailbox_status(user, exporter->call,
				exporter->tree.mailboxes[i].name, ROOST_STATUS_MESSAGES,
				&status) == 0) {
			progress_expect(&exporter->progress, status.messages);
		}
		roost_call_reset(exporter->call);
	}
}

static int write_tree(struct exporter *exporter)
{
	const struct exporter_options *options = exporter->options;
	int error = marker_write(options->path, &exporter->tree);
	if (error == 0 && options->format->subscribe != NULL) {
		error = options->format->subscribe(
			options->path, exporter->tree.subscribed, exporter->tree.subscribed_count);
	}
	return error;
}

/* The names first: an export that is cut short can then be gone on with. */
static void begin(struct exporter *exporter)
{
	const struct exporter_options *options = exporter->options;
	struct marker before;
	int r = find_mailboxes(exporter);
	if (r < 0) {
		give_up(exporter, options->user, reason(exporter, r));
		return;
	}
	if (!export_tree_prepare(options->path, options->format, &before)) {
		exporter->broken = true;
		return;
	}
	int error = export_tree_place(&exporter->tree, &before, options->format);
	error = error == 0 ? write_tree(exporter) : error;
	marker_clear(&before);
	check_writer(exporter, error);
	count_steps(exporter);
}

/* Find the mailboxes that have come meanwhile, perhaps as others were renamed. */
static void look_again(struct exporter *exporter)
{
	struct marker before = exporter->tree;
	exporter->tree = (struct marker) { 0 };
	int r = find_mailboxes(exporter);
	if (r < 0) {
		give_up(exporter, exporter->options->user, reason(exporter, r));
	} else {
		int error = export_tree_place(&exporter->tree, &before, exporter->options->format);
		if (error == 0 && exporter->tree.mailbox_count > before.mailbox_count) {
			error = write_tree(exporter);
		}
		check_writer(exporter, error);
	}
	marker_clear(&before);
}

/* Whether there was anything to export. */
static bool go_round(struct exporter *exporter)
{
	bool any = false;
	for (size_t i = 0; i < exporter->tree.mailbox_count && goes_on(exporter); i++) {
		struct marker_mailbox *mailbox = &exporter->tree.mailboxes[i];
		if (!wants(exporter, mailbox->name) || mailbox->seen.failed) {
			continue;
		}
		if (mailbox->seen.uid_next == 0 || has_grown(exporter, mailbox)) {
			any |= export_mailbox(exporter, mailbox);
		}
	}
	return any;
}

static void run(struct exporter *exporter)
{
	begin(exporter);
	bool more = goes_on(exporter) && go_round(exporter);
	for (int round = 1; round < ROUNDS && more && goes_on(exporter); round++) {
		look_again(exporter);
		more = goes_on(exporter) && go_round(exporter);
	}
}

void exporter_run(struct roost_backend *backend, const struct exporter_options *options,
	struct exporter_sum *sum_out)
{
	struct exporter exporter = { .options = options };
	int error = options->format->create(&exporter.writer);
	if (error != 0 || roost_call_create(&exporter.call, 0) < 0) {
		give_up(&exporter, options->user, strerror(ENOMEM));
		goto done;
	}
	int r = mail_store_sign_in(backend, exporter.call, options->user, &exporter.user);
	if (r < 0) {
		give_up(&exporter, options->user, reason(&exporter, r));
		exporter.user = NULL;
		goto done;
	}
	progress_begin(&exporter.progress, options->user);
	run(&exporter);
	progress_end(&exporter.progress);
	failures_tell(&exporter.failures, "not exported");
done:
	exporter.sum.stopped = !goes_on(&exporter);
	*sum_out = exporter.sum;
	marker_clear(&exporter.tree);
	if (exporter.writer != NULL) {
		exporter.writer->ops->destroy(exporter.writer);
	}
	mail_store_sign_out(exporter.user);
	roost_call_destroy(exporter.call);
}
