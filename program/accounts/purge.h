/* purge.h - the end of a user's mail. */
#ifndef PROGRAM_PURGE_H
#define PROGRAM_PURGE_H

/* Remove a user's folder with all that is in it, unless somebody is signed in there; on failure says
 * why on stderr: an enum verb_status. */
int purge_user(const char *data, const char *name);

#endif
