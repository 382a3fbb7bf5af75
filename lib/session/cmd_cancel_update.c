/* cmd_cancel_update.c - CANCELUPDATE. RFC 5267 section 4.3.5. */
#include "session/context.h"

/* Those of which updates are told are cancelled in any case; the client hears if others were among them. */
enum step cmd_cancel_update(struct roost_conn *conn, struct roost_text line)
{
	bool all = true;

	(void)line;
	for (size_t i = 0; i < conn->command.choices.count; i++) {
		all = context_cancel(conn, conn->command.choices.texts[i]) && all;
	}
	return all ? reply_ok(conn, NULL, "No further updates")
		   : reply_no(conn, NULL, "There were no updates for some of these tags");
}
