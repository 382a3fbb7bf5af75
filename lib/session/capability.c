/* capability.c - what the server can do for this connection, now. RFC 3501 section 6.1.1. */
#include <string.h>

#include "base/text.h"
#include "session/info.h"
#include "session/session.h"

/* When a capability is shown. */
enum when {
	BEFORE = 1 << 0, /* before sign-in */
	AFTER = 1 << 1,
	ALWAYS = BEFORE | AFTER,
	PASSWORDS = 1 << 2, /* only while passwords are taken */
	NO_PASSWORDS = 1 << 3, /* only while they are not */
	CAN_START_TLS = 1 << 4,
	PLUS = 1 << 5, /* by the embedder's choice of LITERAL+ or LITERAL- */
	MINUS = 1 << 6,
	WRITES = 1 << 7, /* not on a backend that can only be read */
	LIMITS_MESSAGES = 1 << 8, /* only with such a limit */
	LIMITS_SAVING = 1 << 9,
	CAN_DEFLATE = 1 << 10, /* the embedder can */
	CAN_UNAUTHENTICATE = 1 << 11, /* the embedder allows it */
};

struct capability {
	const char *name;
	unsigned when;
	unsigned features; /* ROOST_FEATURE_… that the backend must have */
	unsigned enables; /* ENABLED_… bits; 0 when there is nothing to enable */
};

/* One row each, in this order. */
/* clang-format off */
static const struct capability capabilities[] = {
	{ "IMAP4rev1", ALWAYS, 0, 0 },
	{ "IMAP4rev2", ALWAYS, 0, ENABLED_REV2 },
	{ "LITERAL+", ALWAYS | PLUS, 0, 0 },
	{ "LITERAL-", ALWAYS | MINUS, 0, 0 },
	{ "SASL-IR", ALWAYS, 0, 0 },
	{ "ID", ALWAYS, 0, 0 },
	{ "ENABLE", ALWAYS, 0, 0 },
	{ "IDLE", ALWAYS, 0, 0 },
	{ "LANGUAGE", ALWAYS, 0, 0 },
	{ "STARTTLS", BEFORE | CAN_START_TLS, 0, 0 },
	{ "AUTH=PLAIN", BEFORE | PASSWORDS, 0, 0 },
	{ "AUTH=LOGIN", BEFORE | PASSWORDS, 0, 0 },
	{ "LOGINDISABLED", BEFORE | NO_PASSWORDS, 0, 0 },
	{ "COMPRESS=DEFLATE", AFTER | CAN_DEFLATE, 0, 0 },
	{ "UNAUTHENTICATE", AFTER | CAN_UNAUTHENTICATE, 0, 0 },
	{ "NAMESPACE", AFTER, 0, 0 },
	{ "CHILDREN", AFTER, 0, 0 },
	{ "UNSELECT", AFTER, 0, 0 },
	{ "SPECIAL-USE", AFTER, 0, 0 },
	{ "CREATE-SPECIAL-USE", AFTER | WRITES, ROOST_FEATURE_SPECIAL_USE, 0 },
	{ "LIST-EXTENDED", AFTER, 0, 0 },
	{ "LIST-STATUS", AFTER, 0, 0 },
	{ "STATUS=SIZE", AFTER, 0, 0 },
	{ "ESEARCH", AFTER, 0, 0 },
	{ "SEARCHRES", AFTER, 0, 0 },
	{ "WITHIN", AFTER, 0, 0 },
	{ "I18NLEVEL=1", AFTER, 0, 0 },
	{ "I18NLEVEL=2", AFTER, 0, 0 },
	{ "SEARCH=FUZZY", AFTER, 0, 0 },
	{ "INPROGRESS", AFTER, 0, 0 },
	{ "MULTISEARCH", AFTER, 0, 0 },
	{ "THREAD=ORDEREDSUBJECT", AFTER, 0, 0 },
	{ "THREAD=REFERENCES", AFTER, 0, 0 },
	{ "THREAD=REFS", AFTER, 0, 0 },
	{ "SORT", AFTER, 0, 0 },
	{ "SORT=DISPLAY", AFTER, 0, 0 },
	{ "ESORT", AFTER, 0, 0 },
	{ "CONTEXT=SEARCH", AFTER, 0, 0 },
	{ "CONTEXT=SORT", AFTER, 0, 0 },
	{ "NOTIFY", AFTER, 0, 0 },
	{ "CONDSTORE", AFTER, ROOST_FEATURE_MODSEQ, ENABLED_CONDSTORE },
	{ "QRESYNC", AFTER, ROOST_FEATURE_MODSEQ, ENABLED_QRESYNC | ENABLED_CONDSTORE },
	{ "BINARY", AFTER, 0, 0 },
	{ "PREVIEW", AFTER, 0, 0 },
	{ "PARTIAL", AFTER, 0, 0 },
	{ "UIDBATCHES", AFTER, 0, 0 },
	{ "UIDONLY", AFTER, 0, ENABLED_UIDONLY },
	{ "OBJECTID", AFTER, ROOST_FEATURE_OBJECT_ID, 0 },
	{ "SAVEDATE", AFTER, ROOST_FEATURE_SAVE_DATE, 0 },
	{ "UIDPLUS", AFTER | WRITES, 0, 0 },
	{ "MOVE", AFTER | WRITES, 0, 0 },
	{ "MULTIAPPEND", AFTER | WRITES, 0, 0 },
	{ "REPLACE", AFTER | WRITES, 0, 0 },
	/* The number follows. */
	{ "APPENDLIMIT=", AFTER | WRITES, 0, 0 },
	{ "MESSAGELIMIT=", AFTER | LIMITS_MESSAGES, 0, 0 },
	{ "SAVELIMIT=", AFTER | WRITES | LIMITS_SAVING, 0, 0 },
};
/* clang-format on */
#define CAPABILITY_COUNT (sizeof(capabilities) / sizeof(capabilities[0]))

/* What of enum when is true now. */
static unsigned now(const struct roost_conn *conn)
{
	bool tls = conn->info->info.tls;
	bool read_only = (conn->backend->features & ROOST_FEATURE_READ_ONLY) != 0;
	unsigned when = conn->state == STATE_NOT_AUTHENTICATED ? BEFORE : AFTER;

	when |= tls || conn->insecure_auth ? PASSWORDS : NO_PASSWORDS;
	when |= conn->starttls && !tls ? CAN_START_TLS : 0;
	when |= conn->literal_minus ? MINUS : PLUS;
	when |= conn->limits.messages > 0 ? LIMITS_MESSAGES : 0;
	when |= conn->limits.saved_messages > 0 ? LIMITS_SAVING : 0;
	when |= conn->can_deflate && !conn->deflating ? CAN_DEFLATE : 0;
	when |= conn->can_unauthenticate ? CAN_UNAUTHENTICATE : 0;
	return when | (read_only ? 0 : WRITES);
}

static bool is_shown(
	const struct roost_conn *conn, const struct capability *capability, unsigned now)
{
	unsigned conditions = capability->when & ~(unsigned)ALWAYS;

	return (capability->when & now & ALWAYS) != 0 && (conditions & now) == conditions &&
	       (conn->backend->features & capability->features) == capability->features;
}

/* What stands behind the "=" of a capability that ends in it. */
static uint64_t number_of(const struct roost_conn *conn, const char *name)
{
	switch (name[0]) {
	case 'M':
		return conn->limits.messages;
	case 'S':
		return conn->limits.saved_messages;
	default:
		return conn->append_limit;
	}
}

void capability_write(const struct roost_conn *conn, struct buf *buf)
{
	unsigned when = now(conn);
	const char *separator = "";

	for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
		const char *name = capabilities[i].name;
		if (is_shown(conn, &capabilities[i], when)) {
			buf_string(buf, separator);
			buf_string(buf, name);
			separator = " ";
			if (name[strlen(name) - 1] == '=') {
				buf_number(buf, number_of(conn, name));
			}
		}
	}
}

unsigned capability_enables(const struct roost_conn *conn, struct roost_text name)
{
	unsigned when = now(conn);

	for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
		if (text_equal_nocase(name, text_from(capabilities[i].name)) &&
			is_shown(conn, &capabilities[i], when)) {
			return capabilities[i].enables;
		}
	}
	return 0;
}

const char *capability_code(struct roost_conn *conn)
{
	struct buf buf;

	buf_init(&buf, 2048);
	buf_string(&buf, "CAPABILITY ");
	capability_write(conn, &buf);
	const char *text = conn_text(conn, &buf);
	buf_free(&buf);
	return text;
}

enum step cmd_capability(struct roost_conn *conn, struct roost_text line)
{
	struct buf *buf = conn_buf(conn);

	(void)line;
	buf_string(buf, "* CAPABILITY ");
	capability_write(conn, buf);
	buf_string(buf, "\r\n");
	return reply_ok(conn, NULL, "Capabilities listed");
}
