/* cmd_language.c - LANGUAGE: in which language the server speaks to a person. RFC 5255 section 3.2. */
#include "session/session.h"

static void list_languages(struct roost_conn *conn)
{
	struct buf *buf = conn_buf(conn);

	buf_string(buf, "* LANGUAGE (");
	for (size_t i = 0; i < LANGUAGES; i++) {
		buf_string(buf, i > 0 ? " " : "");
		buf_string(buf, language_tag((enum language)i));
	}
	buf_string(buf, ")\r\n");
}

static void use_language(struct roost_conn *conn, enum language language)
{
	struct buf *buf = conn_buf(conn);

	buf_string(buf, "* LANGUAGE (");
	buf_string(buf, language_tag(language));
	buf_string(buf, ")\r\n");
	conn->language = language;
}

enum step cmd_language(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	if (conn->command.choices.count == 0) {
		list_languages(conn);
		return reply_ok(conn, NULL, "Languages listed");
	}
	for (size_t i = 0; i < conn->command.choices.count; i++) {
		enum language language = language_find(conn->command.choices.texts[i]);
		if (language != LANGUAGES) {
			use_language(conn, language);
			return reply_ok(conn, NULL, "Speaking that language");
		}
	}
	return reply_no(conn, NULL, "That language is not spoken here");
}
