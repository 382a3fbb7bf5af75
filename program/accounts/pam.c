/* pam.c - accounts of the system, asked of PAM. */
#include "pam.h"

#include <security/pam_appl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#define SERVICE "roost"

static void free_replies(struct pam_response *replies, int n)
{
	for (int i = 0; i < n; i++) {
		if (replies[i].resp != NULL) {
			explicit_bzero(replies[i].resp, strlen(replies[i].resp));
			free(replies[i].resp);
		}
	}
	free(replies);
}

/* PAM asks for the password, and is not asked back. */
static int converse(int n, const struct pam_message **messages, struct pam_response **replies_out,
	void *context)
{
	const struct pam_question *question = context;
	if (n <= 0 || n > PAM_MAX_NUM_MSG || question->password == NULL) {
		return PAM_CONV_ERR;
	}
	struct pam_response *replies = calloc((size_t)n, sizeof(*replies));
	if (replies == NULL) {
		return PAM_BUF_ERR;
	}
	for (int i = 0; i < n; i++) {
		switch (messages[i]->msg_style) {
		case PAM_PROMPT_ECHO_OFF:
			replies[i].resp = strdup(question->password);
			break;
		case PAM_PROMPT_ECHO_ON:
			replies[i].resp = strdup(question->user);
			break;
		default:
			continue;
		}
		if (replies[i].resp == NULL) {
			free_replies(replies, n);
			return PAM_BUF_ERR;
		}
	}
	*replies_out = replies;
	return PAM_SUCCESS;
}

/* In place of sleeping: the answer to a failure is held back elsewhere, without a thread. */
static void no_delay(int result, unsigned microseconds, void *context)
{
	(void)result;
	(void)microseconds;
	(void)context;
}

static int begin(const struct pam_question *question, const struct pam_conv *conversation,
	pam_handle_t **handle_out)
{
	pam_handle_t *handle = NULL;
	int r = question->folder == NULL ? pam_start(SERVICE, question->user, conversation, &handle)
					 : pam_start_confdir(SERVICE, question->user, conversation,
						   question->folder, &handle);
	if (r != PAM_SUCCESS) {
		return r;
	}
	union {
		void (*function)(int result, unsigned microseconds, void *context);
		const void *pointer;
	} delay = { .function = no_delay };
	r = pam_set_item(handle, PAM_FAIL_DELAY, delay.pointer);
	if (r == PAM_SUCCESS && question->address[0] != '\0') {
		r = pam_set_item(handle, PAM_RHOST, question->address);
	}
	if (r != PAM_SUCCESS) {
		(void)pam_end(handle, r);
		return r;
	}
	*handle_out = handle;
	return PAM_SUCCESS;
}

/* What a result of PAM means, and what the log is told. */
static int tell(int result, const char **reason_out)
{
	switch (result) {
	case PAM_SUCCESS:
		return 0;
	case PAM_USER_UNKNOWN:
		*reason_out = "PAM: unknown user";
		return ROOST_ERR_INVALID_CREDENTIALS;
	case PAM_AUTH_ERR:
	case PAM_CRED_INSUFFICIENT:
		*reason_out = "PAM: wrong password";
		return ROOST_ERR_INVALID_CREDENTIALS;
	case PAM_MAXTRIES:
	case PAM_PERM_DENIED:
		*reason_out = "PAM: permission denied";
		return ROOST_ERR_INVALID_CREDENTIALS;
	case PAM_ACCT_EXPIRED:
		*reason_out = "PAM: disabled";
		return ROOST_ERR_INVALID_CREDENTIALS;
	case PAM_NEW_AUTHTOK_REQD:
	case PAM_AUTHTOK_EXPIRED:
		*reason_out = "PAM: the password has expired";
		return ROOST_ERR_EXPIRED;
	default:
		*reason_out = "PAM does not work: see what the service " SERVICE
			      " in /etc/pam.d asks for, and the log of the system";
		return ROOST_ERR_UNAVAILABLE;
	}
}

int pam_ask(const struct pam_question *question, const char **reason_out)
{
	const struct pam_conv conversation = { .conv = converse, .appdata_ptr = (void *)question };
	pam_handle_t *handle = NULL;
	int r = begin(question, &conversation, &handle);
	if (r == PAM_SUCCESS) {
		r = pam_authenticate(handle, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
		if (r == PAM_SUCCESS) {
			r = pam_acct_mgmt(handle, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
		}
		(void)pam_end(handle, r);
	}
	return tell(r, reason_out);
}

int pam_ask_account(const struct pam_question *question, bool closed, const char **reason_out)
{
	const struct pam_conv conversation = { .conv = converse, .appdata_ptr = (void *)question };
	pam_handle_t *handle = NULL;
	int r = begin(question, &conversation, &handle);
	if (r == PAM_SUCCESS) {
		r = pam_acct_mgmt(handle, PAM_SILENT);
		(void)pam_end(handle, r);
	}
	bool is_closed =
		r == PAM_ACCT_EXPIRED || r == PAM_NEW_AUTHTOK_REQD || r == PAM_AUTHTOK_EXPIRED;
	return closed && is_closed ? 0 : tell(r, reason_out);
}
