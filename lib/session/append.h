/* append.h - what APPEND and REPLACE share. */
#ifndef SESSION_APPEND_H
#define SESSION_APPEND_H

#include "session/session.h"

/* "APPENDUID 38505 3955", in the memory of the command; NULL when UID validity or UIDs are not known. RFC 4315. */
const char *append_uid(
	struct roost_conn *conn, uint32_t uid_validity, const struct roost_uidset *uids);
/* What the backend is to store, in the memory of the command. ROOST_ERR_NO_MEMORY. */
int append_list_messages(struct roost_conn *conn, struct roost_new_message **messages_out);
/* How a client calls an APPEND off that it has begun: RFC 3502 section 6.3.11. */
bool append_is_called_off(const struct command *command);

#endif
