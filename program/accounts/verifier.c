/* verifier.c - who may sign in. */
#include "verifier.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <roost/error.h>

#include "account_file.h"
#include "cache.h"
#include "hash.h"
#include "pam.h"
#include "user_name.h"

/* PAM does not say when a password has changed. */
#define PAM_CACHE_SECONDS 60

struct verifier {
	struct verifier_options options;
	struct digest_key *key;
	struct cache *cache;
	struct guesses *guesses;
	char *decoy; /* a hash for who does not exist */
};

int verifier_create(const struct verifier_options *options, struct verifier **verifier_out)
{
	struct verifier *verifier = calloc(1, sizeof(*verifier));
	if (verifier == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	verifier->options = *options;
	unsigned seconds = options->cache_seconds;
	if (options->pam && seconds > PAM_CACHE_SECONDS) {
		seconds = PAM_CACHE_SECONDS;
	}
	verifier->cache = cache_create(seconds);
	verifier->key = digest_key_create();
	verifier->guesses = guesses_create(&options->guesses, verifier->key);
	verifier->decoy = hash_decoy();
	if (verifier->cache == NULL || verifier->guesses == NULL || verifier->decoy == NULL ||
		verifier->key == NULL) {
		verifier_destroy(verifier);
		return ROOST_ERR_NO_MEMORY;
	}
	*verifier_out = verifier;
	return 0;
}

void verifier_destroy(struct verifier *verifier)
{
	if (verifier != NULL) {
		cache_destroy(verifier->cache);
		guesses_destroy(verifier->guesses);
		free(verifier->decoy);
		digest_key_destroy(verifier->key);
		free(verifier);
	}
}

/* In seconds; 0 is before all. */
static uint64_t clock_now(void)
{
	struct timespec now = { 0 };
	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec + 1;
}

/* What is known of a name. Its texts are of the verifier's accounts, or of `file`. */
struct found {
	bool exists;
	bool disabled;
	bool by_pam;
	const char *plain; /* the password itself, from the command line; or NULL */
	const char *hash; /* NULL: none */
	const char *fault; /* why nobody can sign in, for the log; NULL: nothing is wrong */
	bool in_trouble; /* that is no fault of the account's: it may pass */
	struct account_file file;
};

static void find_file(const struct verifier *verifier, const char *name, struct found *found)
{
	switch (account_file_read(verifier->options.data, name, &found->file)) {
	case ACCOUNT_GOOD:
		found->exists = true;
		found->disabled = found->file.disabled;
		found->hash = found->file.password;
		if (found->hash == NULL) {
			found->fault = "the account has no password";
		} else if (hash_scheme(found->hash) == NULL) {
			found->fault = "the account's hash is of no known kind";
			found->hash = NULL;
		}
		break;
	case ACCOUNT_MISSING:
		break;
	case ACCOUNT_DAMAGED:
		found->exists = true;
		found->fault = "the account file cannot be understood";
		break;
	case ACCOUNT_EXISTS:
	case ACCOUNT_TROUBLE:
		found->exists = true;
		found->fault = "the account file cannot be read";
		found->in_trouble = true;
		break;
	}
	if (found->disabled) {
		found->fault = "disabled";
	}
}

/* `name`: folded, or NULL for what is no name. */
static void find(const struct verifier *verifier, const char *name, struct found *found)
{
	*found = (struct found) { .exists = false };
	if (name == NULL) {
		return;
	}
	const struct account *account =
		accounts_find(verifier->options.accounts, name, strlen(name));
	if (account != NULL) {
		found->exists = true;
		bool hashed = hash_scheme(account->password) != NULL;
		*(hashed ? &found->hash : &found->plain) = account->password;
	} else if (verifier->options.pam) {
		found->by_pam = true;
	} else {
		find_file(verifier, name, found);
	}
}

static int refuse(struct roost_call *call, const char *reason)
{
	roost_call_explain(call, reason);
	return ROOST_ERR_INVALID_CREDENTIALS;
}

static int begin_work(struct roost_call *call)
{
	int r = roost_call_begin_hard_work(call);
	/* Who has gone while this waited in a queue is not worth the work. */
	return r == 0 && roost_call_cancelled(call) ? ROOST_ERR_CANCELLED : r;
}

static int prove_by_pam(const struct verifier *verifier, struct roost_call *call,
	const struct roost_credentials *credentials, const char *name)
{
	int r = begin_work(call);
	if (r != 0) {
		return r;
	}
	const struct pam_question question = {
		.folder = verifier->options.pam_folder,
		.user = name,
		.password = credentials->secret,
		.address = credentials->connection->remote_address,
	};
	const char *reason = NULL;
	r = pam_ask(&question, &reason);
	if (reason != NULL) {
		roost_call_explain(call, reason);
	}
	return r;
}

static int prove_by_hash(const struct verifier *verifier, struct roost_call *call,
	const struct roost_credentials *credentials, const struct found *found)
{
	int r = begin_work(call);
	if (r != 0) {
		return r;
	}
	bool right = hash_matches(
		found->hash != NULL ? found->hash : verifier->decoy, credentials->secret);
	if (!found->exists) {
		return refuse(call, "unknown user");
	}
	if (found->fault != NULL) {
		int error = refuse(call, found->fault);
		return found->in_trouble ? ROOST_ERR_UNAVAILABLE : error;
	}
	return right && found->hash != NULL ? 0 : refuse(call, "wrong password");
}

/* The password of the command line: a wrong one costs what it costs for others. */
static bool is_plain(const struct found *found, const char *password)
{
	size_t n = found->plain == NULL ? 0 : strlen(found->plain);
	return found->plain != NULL && strlen(password) == n &&
	       CRYPTO_memcmp(found->plain, password, n) == 0;
}

/* 0, ROOST_LATER, or an error that is explained. */
static int prove(struct verifier *verifier, struct roost_call *call,
	const struct roost_credentials *credentials, const char *name, const struct found *found)
{
	const char *texts[] = { name == NULL ? "" : name, credentials->secret,
		found->hash == NULL ? verifier->decoy : found->hash };
	struct digest digest;
	if (is_plain(found, credentials->secret)) {
		return 0;
	}
	bool has_digest = digest_make(verifier->key, 'c', texts, 3, &digest);
	if (has_digest && found->fault == NULL &&
		cache_has(verifier->cache, &digest, clock_now())) {
		return 0;
	}
	int r = found->by_pam ? prove_by_pam(verifier, call, credentials, name)
			      : prove_by_hash(verifier, call, credentials, found);
	if (r == 0 && has_digest) {
		cache_note(verifier->cache, &digest, clock_now());
	}
	return r;
}

static int refuse_locked(
	const struct verifier *verifier, struct roost_call *call, enum guess_lock lock)
{
	roost_call_explain(call, lock == GUESS_ADDRESS_LOCKED
					 ? "locked: too many failures from this address"
					 : "locked: too many failures for this user");
	roost_call_delay(call, verifier->options.guesses.longest_delay);
	return roost_call_fail(call, ROOST_ERR_UNAVAILABLE,
		"There were too many failed sign-ins; try again in some minutes");
}

static void count_failure(struct verifier *verifier, struct roost_call *call,
	const struct guesser *guesser, const char *password)
{
	const char *const texts[] = { guesser->name, password };
	struct digest digest;
	unsigned delay = verifier->options.guesses.longest_delay;
	if (digest_make(verifier->key, 'w', texts, 2, &digest)) {
		delay = guesses_fail(verifier->guesses, guesser, &digest, clock_now());
	}
	roost_call_delay(call, delay);
}

static int check_password(struct verifier *verifier, struct roost_call *call,
	const struct roost_credentials *given, const char *name)
{
	struct roost_credentials credentials = *given;
	const struct guesser guesser = {
		.address = given->connection->remote_address,
		.name = name == NULL ? given->username : name,
	};
	enum guess_lock lock = guesses_check(verifier->guesses, &guesser, clock_now());
	if (lock != GUESS_FREE) {
		return refuse_locked(verifier, call, lock);
	}
	struct found found;
	find(verifier, name, &found);
	/* Nobody's password has a NUL in it; it costs the same to say so. */
	bool sound = given->secret != NULL && strlen(given->secret) == given->secret_size;
	credentials.secret = sound ? given->secret : "";
	int r = prove(verifier, call, &credentials, name, &found);
	if (r == 0 && !sound) {
		r = refuse(call, "wrong password");
	}
	if (r == 0) {
		guesses_succeed(verifier->guesses, &guesser, clock_now());
	} else if (r == ROOST_ERR_INVALID_CREDENTIALS) {
		count_failure(verifier, call, &guesser, credentials.secret);
	}
	account_file_clear(&found.file);
	return r;
}

/* Somebody else has found out who it is, or the program itself has mail for them. */
static int check_known(struct verifier *verifier, struct roost_call *call,
	const struct roost_credentials *credentials, const char *name)
{
	bool ours = credentials->mechanism == NULL || credentials->mechanism[0] == '\0';
	const char *reason = "unknown user";
	struct found found;
	find(verifier, name, &found);
	bool good = found.exists && (ours || !found.disabled);
	if (found.disabled) {
		reason = found.fault;
	}
	account_file_clear(&found.file);
	if (found.by_pam) {
		const struct pam_question question = {
			.folder = verifier->options.pam_folder,
			.user = name,
			.address = credentials->connection->remote_address,
		};
		int r = pam_ask_account(&question, ours, &reason);
		if (r != 0) {
			roost_call_explain(call, reason);
		}
		return r;
	}
	return good ? 0 : refuse(call, reason);
}

/* Nobody opens the mail of others. */
static int check_authzid(struct roost_call *call, const char *name, const char *authzid)
{
	if (authzid == NULL || authzid[0] == '\0') {
		return 0;
	}
	char *other = user_name_fold(authzid, NULL);
	bool same = other != NULL && strcmp(other, name) == 0;
	free(other);
	return same ? 0
		    : roost_call_failf(call, ROOST_ERR_AUTHORIZATION_FAILED,
			      "%s may not open the mail of %s", name, authzid);
}

int verifier_check(struct verifier *verifier, struct roost_call *call,
	const struct roost_credentials *credentials, char **user_name_out)
{
	char *name = user_name_fold(credentials->username, NULL);
	int r = ROOST_ERR_INVALID_CREDENTIALS;
	switch (credentials->kind) {
	case ROOST_CREDENTIALS_PASSWORD:
		r = check_password(verifier, call, credentials, name);
		break;
	case ROOST_CREDENTIALS_VERIFIED:
		r = check_known(verifier, call, credentials, name);
		break;
	case ROOST_CREDENTIALS_TOKEN:
	case ROOST_CREDENTIALS_CERTIFICATE:
		break;
	}
	if (r == 0) {
		r = check_authzid(call, name, credentials->authzid);
	}
	if (r != 0) {
		free(name);
		return r;
	}
	*user_name_out = name;
	return 0;
}
