/* imap_client.c - a client of an IMAP server, for reading. */
#include "imap_client.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "imap_reader.h"

#define TEXT_MAX 400

struct imap_client {
	const struct imap_client_options *options;
	struct imap_link *link;
	struct imap_reader *reader;
	uint32_t tag; /* the last one */
	char *capabilities; /* with spaces between them; NULL: not known */
	bool signed_in;
	bool broken;
	char text[TEXT_MAX];
};

/* What the server says is not for the terminal to obey. */
static void keep_text(struct imap_client *client, struct roost_text text)
{
	size_t n = text.size < TEXT_MAX ? text.size : TEXT_MAX - 1;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text.bytes[i];
		client->text[i] = (char)(c < ' ' || c > '~' ? '?' : c);
	}
	client->text[n] = '\0';
}

/* `what` may be what the server said. */
static bool fail_with(struct imap_client *client, const char *before, const char *what)
{
	char *text = NULL;
	if (!client->broken && asprintf(&text, "%s%s", before, what) >= 0) {
		keep_text(client, (struct roost_text) { text, strlen(text) });
		free(text);
	}
	client->broken = true;
	return false;
}

static bool fail(struct imap_client *client, const char *why)
{
	return fail_with(client, why, "");
}

static bool fail_link(struct imap_client *client)
{
	return fail(client, imap_link_error(client->link));
}

const char *imap_client_text(const struct imap_client *client)
{
	return client->text;
}

bool imap_client_can(const struct imap_client *client, const char *capability)
{
	const char *all = client->capabilities;
	return all != NULL &&
	       imap_response_has_word((struct roost_text) { all, strlen(all) }, capability);
}

static void learn(struct imap_client *client, struct roost_text capabilities)
{
	if (capabilities.bytes != NULL) {
		free(client->capabilities);
		client->capabilities = strndup(capabilities.bytes, capabilities.size);
	}
}

/* The next response, with what concerns the connection done. */
static bool next(struct imap_client *client, struct imap_response *response)
{
	const char *error = imap_reader_next(client->reader, response);
	if (error != NULL) {
		return fail(client, error);
	}
	switch (response->kind) {
	case IMAP_CAPABILITY:
		learn(client, response->text);
		break;
	case IMAP_STATUS:
	case IMAP_TAGGED:
		learn(client, response->capabilities);
		keep_text(client, response->text);
		break;
	default:
		break;
	}
	if (response->kind == IMAP_STATUS && response->status == IMAP_BYE) {
		char why[TEXT_MAX + 64];
		(void)snprintf(
			why, sizeof(why), "the server ended the connection: %s", client->text);
		return fail(client, why);
	}
	return true;
}

bool imap_client_send(struct imap_client *client, uint32_t *tag_out, const char *format, ...)
{
	char *command = NULL;
	char *line = NULL;
	va_list arguments;
	va_start(arguments, format);
	int n = vasprintf(&command, format, arguments);
	va_end(arguments);
	*tag_out = ++client->tag;
	int size = n < 0 ? -1 : asprintf(&line, "A%u %s\r\n", client->tag, command);
	bool good = false;
	if (client->broken || size < 0) {
		good = client->broken ? false : fail(client, strerror(ENOMEM));
	} else {
		good = imap_link_write(client->link, line, (size_t)size) || fail_link(client);
	}
	if (n >= 0) {
		explicit_bzero(command, (size_t)n); /* a password may be in it */
		free(command);
	}
	if (size >= 0) {
		explicit_bzero(line, (size_t)size);
		free(line);
	}
	return good;
}

/* Read until the server asks for more. False also when it refuses, which `good_out` tells. */
static bool wait_for_more(struct imap_client *client, uint32_t tag, bool *refused_out)
{
	struct imap_response response;
	*refused_out = false;
	while (next(client, &response)) {
		if (response.kind == IMAP_CONTINUE) {
			return true;
		}
		if (response.kind == IMAP_TAGGED && response.tag == tag) {
			*refused_out = true;
			return false;
		}
	}
	return false;
}

/* A quoted string for what can be one; from malloc. */
static char *quote(struct roost_text text)
{
	char *quoted = malloc(2 * text.size + 3);
	char *to = quoted;
	if (quoted == NULL) {
		return NULL;
	}
	*to++ = '"';
	for (size_t i = 0; i < text.size; i++) {
		if (text.bytes[i] == '"' || text.bytes[i] == '\\') {
			*to++ = '\\';
		}
		*to++ = text.bytes[i];
	}
	*to++ = '"';
	*to = '\0';
	return quoted;
}

static bool can_be_quoted(struct roost_text text)
{
	for (size_t i = 0; i < text.size; i++) {
		unsigned char c = (unsigned char)text.bytes[i];
		if (c < ' ' || c >= 0x7f) {
			return false;
		}
	}
	return true;
}

/* A literal, and what follows it; the server is asked first. When it refuses, the answer to the
 * command is used up: that is told as a failure of the connection. */
static bool send_literal(struct imap_client *client, uint32_t *tag_out, const char *command,
	struct roost_text text, const char *after)
{
	bool refused = false;
	if (!imap_client_send(client, tag_out, "%s {%zu}", command, text.size)) {
		return false;
	}
	if (!wait_for_more(client, *tag_out, &refused)) {
		return refused ? fail(client, client->text) : false;
	}
	return (imap_link_write(client->link, text.bytes, text.size) &&
		       imap_link_write(client->link, after, strlen(after)) &&
		       imap_link_write(client->link, "\r\n", 2)) ||
	       fail_link(client);
}

bool imap_client_send_name(struct imap_client *client, uint32_t *tag_out, const char *command,
	struct roost_text name, const char *after)
{
	if (!can_be_quoted(name)) {
		return send_literal(client, tag_out, command, name, after);
	}
	char *quoted = quote(name);
	bool good = quoted != NULL
			    ? imap_client_send(client, tag_out, "%s %s%s", command, quoted, after)
			    : fail(client, strerror(ENOMEM));
	free(quoted);
	return good;
}

bool imap_client_finish(struct imap_client *client, uint32_t tag, imap_client_fn take,
	void *context, bool *good_out)
{
	struct imap_response response;
	while (next(client, &response)) {
		if (response.kind == IMAP_TAGGED && response.tag == tag) {
			*good_out = response.status == IMAP_OK;
			return true;
		}
		if (response.kind == IMAP_TAGGED || response.kind == IMAP_CONTINUE) {
			return fail(client, "the server answers something that was not asked");
		}
		if (take != NULL) {
			take(context, &response);
		}
	}
	return false;
}

/* A command without arguments to which the answer has to be OK. */
static bool run(struct imap_client *client, const char *command)
{
	uint32_t tag = 0;
	bool good = false;
	if (!imap_client_send(client, &tag, "%s", command) ||
		!imap_client_finish(client, tag, NULL, NULL, &good)) {
		return false;
	}
	return good || fail_with(client, "the server refuses this: ", client->text);
}

/* What came before TLS counts for nothing: whoever is in between may have sent it. */
static bool start_tls(struct imap_client *client)
{
	if (!run(client, "STARTTLS")) {
		return false;
	}
	if (!imap_link_is_empty(client->link)) {
		return fail(client, "somebody speaks between this program and the server");
	}
	free(client->capabilities);
	client->capabilities = NULL;
	return imap_link_start_tls(client->link) || fail_link(client);
}

static bool secure(struct imap_client *client)
{
	if (client->options->tls) {
		return true;
	}
	if (client->signed_in) {
		return client->options->link.insecure ||
		       fail(client, "the server signs everybody in before there is TLS; --insecure "
				    "accepts that");
	}
	if (client->capabilities == NULL && !run(client, "CAPABILITY")) {
		return false;
	}
	if (imap_client_can(client, "STARTTLS")) {
		return start_tls(client);
	}
	return client->options->link.insecure ||
	       fail(client, "the server offers no TLS, so everybody on the way could read the "
			    "password; use imaps://, or --insecure, which accepts that");
}

/* "\0user\0password" in base64; from malloc, to be wiped. */
static char *plain_message(const char *user, const char *password, size_t *size_out)
{
	size_t user_size = strlen(user);
	size_t password_size = strlen(password);
	size_t size = user_size + password_size + 2;
	unsigned char *message = malloc(size);
	char *encoded = malloc(4 * ((size + 2) / 3) + 1);
	if (message != NULL && encoded != NULL) {
		message[0] = '\0';
		memcpy(message + 1, user, user_size + 1);
		memcpy(message + 2 + user_size, password, password_size);
		*size_out = (size_t)EVP_EncodeBlock((unsigned char *)encoded, message, (int)size);
		explicit_bzero(message, size);
	} else {
		free(encoded);
		encoded = NULL;
	}
	free(message);
	return encoded;
}

static bool authenticate(struct imap_client *client, uint32_t *tag_out, bool *refused_out)
{
	size_t size = 0;
	bool good = true;
	char *message = plain_message(client->options->user, client->options->password, &size);
	*refused_out = false;
	if (message == NULL) {
		return fail(client, strerror(ENOMEM));
	}
	if (imap_client_can(client, "SASL-IR")) {
		good = imap_client_send(client, tag_out, "AUTHENTICATE PLAIN %s", message);
	} else {
		good = imap_client_send(client, tag_out, "AUTHENTICATE PLAIN") &&
		       wait_for_more(client, *tag_out, refused_out);
		if (good) {
			good = (imap_link_write(client->link, message, size) &&
				       imap_link_write(client->link, "\r\n", 2)) ||
			       fail_link(client);
		}
	}
	explicit_bzero(message, size);
	free(message);
	return good;
}

static bool login(struct imap_client *client, uint32_t *tag_out)
{
	const struct roost_text user = { client->options->user, strlen(client->options->user) };
	const struct roost_text password = { client->options->password,
		strlen(client->options->password) };
	if (!can_be_quoted(user) || !can_be_quoted(password)) {
		return fail(client, "the server takes only names and passwords of ASCII letters");
	}
	char *quoted_user = quote(user);
	char *quoted_password = quote(password);
	bool good = quoted_user != NULL && quoted_password != NULL
			    ? imap_client_send(
				      client, tag_out, "LOGIN %s %s", quoted_user, quoted_password)
			    : fail(client, strerror(ENOMEM));
	if (quoted_password != NULL) {
		explicit_bzero(quoted_password, strlen(quoted_password));
	}
	free(quoted_password);
	free(quoted_user);
	return good;
}

static bool sign_in(struct imap_client *client)
{
	uint32_t tag = 0;
	bool good = false;
	bool refused = false;
	if (client->signed_in) {
		return true;
	}
	if (client->capabilities == NULL && !run(client, "CAPABILITY")) {
		return false;
	}
	bool plain = imap_client_can(client, "AUTH=PLAIN");
	if (!plain && imap_client_can(client, "LOGINDISABLED")) {
		return fail(client, "the server takes no passwords");
	}
	char *before = client->capabilities; /* they change */
	bool sent = plain ? authenticate(client, &tag, &refused) : login(client, &tag);
	if (client->capabilities == before) {
		free(before);
		client->capabilities = NULL;
	}
	if (!sent && !refused) {
		return false;
	}
	if (!refused && !imap_client_finish(client, tag, NULL, NULL, &good)) {
		return false;
	}
	if (!good) {
		return fail_with(client, "the server does not sign in: ", client->text);
	}
	return client->capabilities != NULL || run(client, "CAPABILITY");
}

static bool greet(struct imap_client *client)
{
	struct imap_response response;
	if (!next(client, &response)) {
		return false;
	}
	client->signed_in = response.kind == IMAP_STATUS && response.status == IMAP_PREAUTH;
	return client->signed_in || (response.kind == IMAP_STATUS && response.status == IMAP_OK) ||
	       fail(client, "this is no IMAP server");
}

bool imap_client_open(const struct imap_client_options *options, struct imap_client **client_out)
{
	struct imap_client *client = calloc(1, sizeof(*client));
	if (client == NULL) {
		fputs("roost: out of memory\n", stderr);
		return false;
	}
	client->options = options;
	bool good = imap_link_open(&options->link, &client->link);
	if (client->link != NULL) {
		client->reader = imap_reader_create(client->link);
	}
	if (client->reader == NULL) {
		good = fail(client, strerror(ENOMEM));
	} else if (!good || (options->tls && !imap_link_start_tls(client->link))) {
		good = fail_link(client);
	}
	good = good && greet(client) && secure(client) && sign_in(client);
	if (!good) {
		fprintf(stderr, "roost: cannot import from %s: %s\n", options->link.host,
			client->text);
		imap_client_close(client);
		return false;
	}
	*client_out = client;
	return true;
}

void imap_client_close(struct imap_client *client)
{
	uint32_t tag = 0;
	if (client == NULL) {
		return;
	}
	if (!client->broken) {
		(void)imap_client_send(client, &tag, "LOGOUT");
	}
	imap_reader_destroy(client->reader);
	imap_link_close(client->link);
	free(client->capabilities);
	free(client);
}
