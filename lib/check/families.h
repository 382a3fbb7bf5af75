/* families.h - the cases of the conformance kit, a file for each family. */
#ifndef ROOST_CHECK_FAMILIES_H
#define ROOST_CHECK_FAMILIES_H

#include "fixture.h"

extern const struct check_family check_login;
extern const struct check_family check_mailboxes;
extern const struct check_family check_names;
extern const struct check_family check_rename;
extern const struct check_family check_status;
extern const struct check_family check_append;
extern const struct check_family check_append_by_name;
extern const struct check_family check_list;
extern const struct check_family check_content;
extern const struct check_family check_flags;
extern const struct check_family check_copy;
extern const struct check_family check_move;
extern const struct check_family check_replace;
extern const struct check_family check_expunge;
extern const struct check_family check_search;
extern const struct check_family check_modseq;
extern const struct check_family check_object_id;
extern const struct check_family check_optional;
extern const struct check_family check_call;
extern const struct check_family check_try;
extern const struct check_family check_sessions;
extern const struct check_family check_concurrent;
extern const struct check_family check_reopen;

#endif
