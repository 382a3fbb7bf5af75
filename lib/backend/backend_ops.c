/* backend_ops.c - calling a backend itself: sign-in, and its end. */
#include "backend/ops.h"

#include "backend/contract.h"

void roost_backend_destroy(struct roost_backend *backend)
{
	if (backend != NULL && ROOST_HAS_OP(backend->ops, destroy)) {
		backend->ops->destroy(backend);
	}
}

static bool is_usable(const struct roost_user *user)
{
	return contract_kept(user->ops != NULL && user->name != NULL, "login",
		       "a user has ops and a name") &&
	       contract_kept(ROOST_HAS_OP(user->ops, list_mailboxes) &&
				     ROOST_HAS_OP(user->ops, get_mailbox),
		       "login", "list_mailboxes and get_mailbox are required");
}

int backend_login(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out)
{
	struct roost_user *user = NULL;
	if (!contract_kept(ROOST_HAS_OP(backend->ops, login), "login", "the op is required")) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	int r = backend->ops->login(backend, call, credentials, &user);
	if (r == ROOST_LATER && roost_call_begin_hard_work(call) == ROOST_LATER) {
		return r;
	}
	if (r != 0) {
		(void)contract_kept(r < 0, "login", "it returns 0 or an error");
		(void)contract_kept(user == NULL, "login", "user_out is left alone on failure");
		return r < 0 ? r : ROOST_ERR_IO;
	}
	if (!contract_kept(user != NULL, "login", "it gives a user")) {
		return ROOST_ERR_IO;
	}
	if (!contract_kept(user->backend == backend, "login", "user->backend is set")) {
		user->backend = backend;
	}
	if (!is_usable(user)) {
		if (user->ops != NULL) {
			user_logout(user);
		}
		return ROOST_ERR_IO;
	}
	*user_out = user;
	return 0;
}
