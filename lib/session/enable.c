/* enable.c - what the client has asked for: ENABLE (RFC 5161), and mod-sequences (RFC 7162). */
#include "base/text.h"
#include "session/context.h"
#include "session/session.h"

bool conn_has_enabled(const struct roost_conn *conn, unsigned bits)
{
	return (conn->enabled & bits) == bits;
}

bool conn_tells_recent(const struct roost_conn *conn)
{
	return !conn_has_enabled(conn, ENABLED_REV2);
}

bool conn_shows_modseq(const struct roost_conn *conn)
{
	return conn_has_enabled(conn, ENABLED_CONDSTORE) && conn->view != NULL &&
	       conn->view->modseq != 0;
}

/* "HIGHESTMODSEQ 715194045007" as a response code, in the memory of the command. */
static const char *highest_modseq(struct roost_conn *conn, uint64_t modseq)
{
	struct buf buf;

	buf_init(&buf, 64);
	buf_string(&buf, "HIGHESTMODSEQ ");
	buf_number(&buf, modseq);
	const char *text = conn_text(conn, &buf);
	buf_free(&buf);
	return text[0] == '\0' ? NULL : text;
}

void conn_use_modseq(struct roost_conn *conn)
{
	bool first = !conn_has_enabled(conn, ENABLED_CONDSTORE);

	conn->enabled |= ENABLED_CONDSTORE;
	if (first && conn_shows_modseq(conn)) {
		struct reply reply = { REPLY_OK, highest_modseq(conn, conn->view->modseq),
			"What you know of the mailbox" };
		conn_tagged(conn, TEXT_ABSENT, &reply);
	}
}

static int note_changed(void *context, const struct roost_message *message)
{
	return roost_uidset_add(context, message->uid);
}

const char *conn_highest_modseq(struct roost_conn *conn)
{
	struct view *view = conn->view;
	struct roost_fetch_options options = { .size = sizeof(options),
		.fields = ROOST_MESSAGE_MODSEQ };

	if (!conn_shows_modseq(conn)) {
		return NULL;
	}
	conn->tell_all = true;
	/* What the snapshot does not show has happened later, and has a higher mod-sequence. */
	view->look = true;
	int r = view_look(view, conn->call);
	if (r == 0 && !view->ended) {
		options.changed_since = view->modseq;
		r = mailbox_list_messages(view->mailbox, conn->call, &view->uids, &options,
			note_changed, &view->changed);
	}
	if (r < 0 || view->ended) {
		return NULL;
	}
	view->modseq = view->looked_modseq;
	return highest_modseq(conn, view->modseq);
}

enum step cmd_enable(struct roost_conn *conn, struct roost_text line)
{
	static const struct {
		unsigned bit;
		const char *name;
	} told[] = {
		{ ENABLED_CONDSTORE, " CONDSTORE" },
		{ ENABLED_QRESYNC, " QRESYNC" },
		{ ENABLED_UIDONLY, " UIDONLY" },
		{ ENABLED_REV2, " IMAP4rev2" },
	};
	unsigned bits = 0;

	(void)line;
	for (size_t i = 0; i < conn->command.enable.count; i++) {
		bits |= capability_enables(conn, conn->command.enable.names[i]);
	}
	unsigned added = bits & ~conn->enabled;
	if ((bits & ENABLED_CONDSTORE) != 0) {
		conn_use_modseq(conn);
	}
	conn->enabled |= bits;
	struct buf *buf = conn_buf(conn);
	buf_string(buf, "* ENABLED");
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		if ((added & told[i].bit) != 0) {
			buf_string(buf, told[i].name);
		}
	}
	buf_string(buf, "\r\n");
	if ((added & ENABLED_UIDONLY) != 0) {
		context_end_numbers(conn);
	}
	return reply_ok(conn, NULL, "Enabled what is known");
}
