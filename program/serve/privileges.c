/* privileges.c - who the program is: from root to somebody with fewer rights. */
#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "common/verb.h"

static bool refuse(const char *what, const char *name)
{
	(void)verb_refuse("cannot %s %s: %s", what, name, strerror(errno));
	return false;
}

bool privileges_find(struct privileges *privileges, const char *user, const char *group)
{
	*privileges = (struct privileges) { .name = user };
	if (user == NULL) {
		if (group != NULL) {
			(void)verb_refuse(
				"group = %s needs user too, to whom the program changes", group);
		}
		return group == NULL;
	}
	const struct passwd *passwd = getpwnam(user);
	if (passwd == NULL) {
		(void)verb_refuse(
			"there is no user %s of the system, whom the program should become", user);
		return false;
	}
	privileges->uid = passwd->pw_uid;
	privileges->gid = passwd->pw_gid;
	if (group != NULL) {
		const struct group *entry = getgrnam(group);
		if (entry == NULL) {
			(void)verb_refuse("there is no group %s of the system", group);
			return false;
		}
		privileges->gid = entry->gr_gid;
	}
	if (geteuid() != 0) {
		if (geteuid() != privileges->uid || getegid() != privileges->gid) {
			(void)verb_refuse("only root can become %s: start roost as root, or as "
					  "that user",
				user);
			return false;
		}
		return true; /* it is so already */
	}
	if (privileges->uid == 0) {
		(void)verb_refuse("the user %s is root itself; choose one with fewer rights", user);
		return false;
	}
	privileges->wanted = true;
	return true;
}

bool privileges_borrow(const struct privileges *privileges)
{
	if (!privileges->wanted) {
		return true;
	}
	if (initgroups(privileges->name, privileges->gid) < 0 || setegid(privileges->gid) < 0 ||
		seteuid(privileges->uid) < 0) {
		return refuse("become", privileges->name);
	}
	return true;
}

bool privileges_return(const struct privileges *privileges)
{
	if (privileges->wanted && (seteuid(0) < 0 || setegid(0) < 0)) {
		return refuse("become root again after", privileges->name);
	}
	return true;
}

/* All three of each are the user's, and nothing leads back. */
static bool is_final(const struct privileges *privileges)
{
	uid_t uids[3];
	gid_t gids[3];
	if (getresuid(&uids[0], &uids[1], &uids[2]) < 0 ||
		getresgid(&gids[0], &gids[1], &gids[2]) < 0) {
		return false;
	}
	for (size_t i = 0; i < 3; i++) {
		if (uids[i] != privileges->uid || gids[i] != privileges->gid) {
			return false;
		}
	}
	return setuid(0) < 0 && seteuid(0) < 0 && setgid(0) < 0;
}

bool privileges_drop(const struct privileges *privileges)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		return refuse("give up new rights as", privileges->name);
	}
	if (!privileges->wanted) {
		return true;
	}
	if (initgroups(privileges->name, privileges->gid) < 0 || setgid(privileges->gid) < 0 ||
		setuid(privileges->uid) < 0) {
		return refuse("become", privileges->name);
	}
	if (!is_final(privileges)) {
		(void)verb_refuse(
			"cannot become %s for good: there is a way back to root", privileges->name);
		return false;
	}
	return true;
}
