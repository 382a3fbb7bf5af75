/* mutants_user.c - broken ops of backends and users. */
#include "mutants.h"

#include <string.h>

static int any_password(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out)
{
	struct roost_credentials trusting = *credentials;
	trusting.kind = ROOST_CREDENTIALS_VERIFIED;
	return wrap_login(backend, call, &trusting, user_out);
}

static void take_any_password(struct wrap *wrap)
{
	wrap->backend_ops.login = any_password;
}

static int password_to_nul(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out)
{
	struct roost_credentials cut = *credentials;
	cut.secret_size = cut.secret == NULL ? 0 : strlen(cut.secret);
	return wrap_login(backend, call, &cut, user_out);
}

static void compare_to_nul(struct wrap *wrap)
{
	wrap->backend_ops.login = password_to_nul;
}

static int no_authzid(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out)
{
	struct roost_credentials own = *credentials;
	own.authzid = NULL;
	return wrap_login(backend, call, &own, user_out);
}

static void ignore_authzid(struct wrap *wrap)
{
	wrap->backend_ops.login = no_authzid;
}

static int always_anna(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out)
{
	struct roost_credentials anna = *credentials;
	anna.username = "anna";
	anna.secret = "secret";
	anna.secret_size = strlen(anna.secret);
	anna.authzid = NULL;
	return wrap_login(backend, call, &anna, user_out);
}

static void share_mail(struct wrap *wrap)
{
	wrap->backend_ops.login = always_anna;
}

/* What a broken list_mailboxes does to each. */
struct filter {
	roost_mailbox_fn deliver;
	void *context;
	int (*change)(struct roost_mailbox_info *info);
};

static int filter_info(void *context, const struct roost_mailbox_info *info)
{
	struct filter *filter = context;
	struct roost_mailbox_info changed = *info;
	return filter->change(&changed) ? filter->deliver(filter->context, &changed) : 0;
}

static int hide_superiors(struct roost_mailbox_info *info)
{
	return strlen(info->name) > 1;
}

static int list_without_superiors(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context)
{
	struct filter filter = { deliver, context, hide_superiors };
	return wrap_list_mailboxes(user, call, options, filter_info, &filter);
}

static void make_no_superiors(struct wrap *wrap)
{
	wrap->user_ops.list_mailboxes = list_without_superiors;
}

static int forget_noselect(struct roost_mailbox_info *info)
{
	info->attributes &= ~(unsigned)ROOST_MAILBOX_NOSELECT;
	return 1;
}

static int list_all_selectable(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context)
{
	struct filter filter = { deliver, context, forget_noselect };
	return wrap_list_mailboxes(user, call, options, filter_info, &filter);
}

static void know_no_noselect(struct wrap *wrap)
{
	wrap->user_ops.list_mailboxes = list_all_selectable;
}

static int list_all(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context)
{
	struct roost_list_options all = { .size = sizeof(all) };
	(void)options;
	return wrap_list_mailboxes(user, call, &all, deliver, context);
}

static void ignore_subscribed_only(struct wrap *wrap)
{
	wrap->user_ops.list_mailboxes = list_all;
}

static int deliver_on(void *context, const struct roost_mailbox_info *info)
{
	struct filter *filter = context;
	(void)filter->deliver(filter->context, info);
	return 0;
}

static int list_on(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context)
{
	struct filter filter = { deliver, context, NULL };
	return wrap_list_mailboxes(user, call, options, deliver_on, &filter);
}

static void list_mailboxes_on_after_stop(struct wrap *wrap)
{
	wrap->user_ops.list_mailboxes = list_on;
}

static int touch_out(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **mailbox_out)
{
	int r = wrap_get_mailbox(user, call, name, options, mailbox_out);
	if (r < 0) {
		*mailbox_out = (struct roost_mailbox *)(void *)mailbox_out;
	}
	return r;
}

static void touch_out_on_failure(struct wrap *wrap)
{
	wrap->user_ops.get_mailbox = touch_out;
}

static int create_again(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_create_options *options)
{
	int r = wrap_create_mailbox(user, call, name, options);
	return r == ROOST_ERR_MAILBOX_EXISTS ? 0 : r;
}

static void create_what_exists(struct wrap *wrap)
{
	wrap->user_ops.create_mailbox = create_again;
}

static int create_plain(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_create_options *options)
{
	struct roost_create_options plain = *options;
	plain.special_use = 0;
	return wrap_create_mailbox(user, call, name, &plain);
}

static void forget_special_use(struct wrap *wrap)
{
	wrap->user_ops.create_mailbox = create_plain;
}

static int create_cut(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_create_options *options)
{
	char cut[64];
	size_t n = strnlen(name, sizeof(cut) - 1);
	memcpy(cut, name, n);
	cut[n] = '\0';
	return wrap_create_mailbox(user, call, cut, options);
}

static void cut_long_names(struct wrap *wrap)
{
	wrap->user_ops.create_mailbox = create_cut;
}

static int create_ascii(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_create_options *options)
{
	for (const char *at = name; *at != '\0'; at++) {
		if ((unsigned char)*at >= 0x80) {
			return ROOST_ERR_CANNOT;
		}
	}
	return wrap_create_mailbox(user, call, name, options);
}

static void refuse_utf8(struct wrap *wrap)
{
	wrap->user_ops.create_mailbox = create_ascii;
}

/* Delete the mailboxes below a name. */
struct below {
	struct roost_user *user;
	struct roost_call *call;
	const char *name;
	char victims[8][100];
	size_t count;
};

static int collect_below(void *context, const struct roost_mailbox_info *info)
{
	struct below *below = context;
	size_t n = strlen(below->name);
	if (below->count < 8 && strncmp(info->name, below->name, n) == 0 &&
		info->name[n] == below->user->delimiter && strlen(info->name) < 100) {
		char *victim = below->victims[below->count++];
		memcpy(victim, info->name, strlen(info->name) + 1);
	}
	return 0;
}

static void delete_below(struct roost_user *user, struct roost_call *call, const char *name)
{
	static const struct roost_list_options options = { .size = sizeof(options) };
	struct below below = { .user = user, .call = call, .name = name };
	if (wrap_list_mailboxes(user, call, &options, collect_below, &below) < 0) {
		return;
	}
	for (size_t i = 0; i < below.count; i++) {
		(void)wrap_delete_mailbox(user, call, below.victims[i]);
	}
}

static int rename_alone(
	struct roost_user *user, struct roost_call *call, const char *from, const char *to)
{
	delete_below(user, call, from);
	return wrap_rename_mailbox(user, call, from, to);
}

static void drop_children_on_rename(struct wrap *wrap)
{
	wrap->user_ops.rename_mailbox = rename_alone;
}

static int rename_over(
	struct roost_user *user, struct roost_call *call, const char *from, const char *to)
{
	if (strcmp(to, "INBOX") != 0) {
		(void)wrap_delete_mailbox(user, call, to);
	}
	return wrap_rename_mailbox(user, call, from, to);
}

static void overwrite_on_rename(struct wrap *wrap)
{
	wrap->user_ops.rename_mailbox = rename_over;
}

static int delete_tree(struct roost_user *user, struct roost_call *call, const char *name)
{
	delete_below(user, call, name);
	return wrap_delete_mailbox(user, call, name);
}

static void delete_children(struct wrap *wrap)
{
	wrap->user_ops.delete_mailbox = delete_tree;
}

static int delete_and_unsubscribe(
	struct roost_user *user, struct roost_call *call, const char *name)
{
	int r = wrap_delete_mailbox(user, call, name);
	return r < 0 ? r : wrap_set_subscribed(user, call, name, false);
}

static void unsubscribe_on_delete(struct wrap *wrap)
{
	wrap->user_ops.delete_mailbox = delete_and_unsubscribe;
}

static int subscribe_existing(
	struct roost_user *user, struct roost_call *call, const char *name, bool subscribed)
{
	struct roost_mailbox_status status = { .size = sizeof(status) };
	int r = wrap_mailbox_status(user, call, name, ROOST_STATUS_MESSAGES, &status);
	return r < 0 ? r : wrap_set_subscribed(user, call, name, subscribed);
}

static void subscribe_only_existing(struct wrap *wrap)
{
	wrap->user_ops.set_subscribed = subscribe_existing;
}

static int status_all_unseen(struct roost_user *user, struct roost_call *call, const char *name,
	unsigned items, struct roost_mailbox_status *status_out)
{
	int r = wrap_mailbox_status(user, call, name, items, status_out);
	status_out->unseen = status_out->messages;
	return r;
}

static void count_seen_as_unseen(struct wrap *wrap)
{
	wrap->user_ops.mailbox_status = status_all_unseen;
}

static int status_takes(struct roost_user *user, struct roost_call *call, const char *name,
	unsigned items, struct roost_mailbox_status *status_out)
{
	struct roost_open_options options = { .size = sizeof(options), .select = true };
	struct roost_mailbox *mailbox;
	int r = wrap_get_mailbox(user, call, name, &options, &mailbox);
	if (r < 0) {
		return r;
	}
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	r = wrap_snapshot(mailbox, call, &snapshot);
	roost_snapshot_clear(&snapshot);
	mailbox->ops->close(mailbox);
	return r < 0 ? r : wrap_mailbox_status(user, call, name, items, status_out);
}

static void take_recent_in_status(struct wrap *wrap)
{
	wrap->user_ops.mailbox_status = status_takes;
}

static int append_elsewhere(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_new_message *messages, size_t count, uint32_t *uid_validity_out,
	struct roost_uidset *uids_out)
{
	int r = wrap_append_messages(user, call, name, messages, count, uid_validity_out, uids_out);
	return r == ROOST_ERR_NO_SUCH_MAILBOX ? wrap_append_messages(user, call, "INBOX", messages,
							count, uid_validity_out, uids_out)
					      : r;
}

static void append_to_inbox_instead(struct wrap *wrap)
{
	wrap->user_ops.append_messages = append_elsewhere;
}

static int append_with_wrong_validity(struct roost_user *user, struct roost_call *call,
	const char *name, const struct roost_new_message *messages, size_t count,
	uint32_t *uid_validity_out, struct roost_uidset *uids_out)
{
	int r = wrap_append_messages(user, call, name, messages, count, uid_validity_out, uids_out);
	*uid_validity_out += r == 0;
	return r;
}

static void tell_wrong_validity(struct wrap *wrap)
{
	wrap->user_ops.append_messages = append_with_wrong_validity;
}

const struct mutant mutants_user[] = {
	{ "takes any password", "login/wrong password", take_any_password },
	{ "compares passwords up to a NUL", "login/password with a NUL in it", compare_to_nul },
	{ "ignores authzid", "login/authorization identity is not ignored", ignore_authzid },
	{ "shares one user's mail", "login/other user's mail is not visible", share_mail },
	{ "makes no superiors", "create/makes missing superiors", make_no_superiors },
	{ "knows no \\Noselect", "delete/keeps children", know_no_noselect },
	{ "deletes children", "delete/keeps children", delete_children },
	{ "ignores subscribed_only", "list_mailboxes/subscribed_only", ignore_subscribed_only },
	{ "lists mailboxes on after STOP", "list_mailboxes/STOP and errors of deliver",
		list_mailboxes_on_after_stop },
	{ "touches an out-parameter on failure", "mailbox/no such mailbox", touch_out_on_failure },
	{ "creates what exists", "create/existing mailbox is refused and unharmed",
		create_what_exists },
	{ "creates the same name twice", "create/the same name by several at once",
		create_what_exists },
	{ "forgets special uses", "create/for a special use", forget_special_use },
	{ "cuts long names", "mailbox/names: long", cut_long_names },
	{ "refuses UTF-8", "mailbox/names: UTF-8", refuse_utf8 },
	{ "drops children on rename", "rename/takes children along", drop_children_on_rename },
	{ "overwrites on rename", "rename/to a name that is taken", overwrite_on_rename },
	{ "unsubscribes on delete", "subscribe/stays when the mailbox is deleted",
		unsubscribe_on_delete },
	{ "subscribes only what exists", "subscribe/name that does not exist",
		subscribe_only_existing },
	{ "counts seen messages as unseen", "status/numbers", count_seen_as_unseen },
	{ "stores in INBOX what has no mailbox", "append by name/into a missing mailbox",
		append_to_inbox_instead },
	{ "tells a wrong UID validity", "append by name/stores", tell_wrong_validity },
	{ "takes \\Recent in status", "status/leaves recent as it is", take_recent_in_status },
};
const size_t mutants_user_count = sizeof(mutants_user) / sizeof(mutants_user[0]);
