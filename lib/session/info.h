/* info.h - a connection's own copy of what is known of its peer. */
#ifndef SESSION_INFO_H
#define SESSION_INFO_H

#include <roost/backend.h>

struct conn_info {
	struct roost_conn_info info; /* its pointers lead into `bytes` */
	char bytes[];
};

/* Copy `info`; NULL: there is no socket. ROOST_ERR_NO_MEMORY. Freed with free(). */
int info_copy(const struct roost_conn_info *info, struct conn_info **copy_out);

#endif
