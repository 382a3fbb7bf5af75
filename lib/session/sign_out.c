/* sign_out.c - the user's leave, while the connection stays or with it. RFC 8437. */
#include "session/notify.h"
#include "session/session.h"

size_t conn_line_before_sign_in(const struct roost_conn *conn)
{
	const struct roost_limits *limits = &conn->limits;

	return limits->line_before_sign_in < limits->line ? limits->line_before_sign_in
							  : limits->line;
}

void conn_sign_out(struct roost_conn *conn)
{
	conn_unselect(conn);
	notify_end(conn);
	watch_destroy(conn->watch);
	conn->watch = NULL;
	trace_end(conn);
	user_logout(conn->user);
	conn->user = NULL;
	conn->append_limit = 0;
	conn->enabled = 0;
	conn->comparator = ROOST_COMPARATOR_UNICODE_CASEMAP;
	conn->descending = false;
	conn->language = LANGUAGE_DEFAULT;
	conn->input.limit = conn_line_before_sign_in(conn);
	conn->state = STATE_NOT_AUTHENTICATED;
}

/* What the client sends next may be a sign-in already, so this cannot fail. Failed sign-ins stay counted, and so does
 * whatever was said so far. */
enum step cmd_unauthenticate(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	conn_log(conn, ROOST_LOG_INFO, "unauthenticate", NULL);
	if (conn->trace != NULL) {
		trace_output(conn, UINT64_MAX); /* what is not sent yet was said to this user */
	}
	conn_sign_out(conn);
	if (conn->deflating) {
		conn->next_phase = PHASE_DEFLATE;
	}
	return reply_ok(conn, capability_code(conn), "Signed out; sign in again as you like");
}
