/* imap_url.c - where mail of another server is. */
#include "imap_url.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/verb.h"

static size_t scheme_size(const char *text)
{
	static const char *const schemes[] = { "imap://", "imaps://" };
	for (size_t i = 0; i < 2; i++) {
		if (strncasecmp(text, schemes[i], strlen(schemes[i])) == 0) {
			return strlen(schemes[i]);
		}
	}
	return 0;
}

bool imap_url_is_one(const char *text)
{
	return scheme_size(text) > 0;
}

static int digit_of(char c)
{
	return isdigit((unsigned char)c)    ? c - '0'
	       : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
					    : -1;
}

/* `n` bytes with %XX decoded, from malloc; NULL when memory is out or a control character is in
 * them. */
static char *decode(const char *text, size_t n)
{
	char *decoded = malloc(n + 1);
	char *to = decoded;
	for (size_t i = 0; decoded != NULL && i < n; i++) {
		int high = text[i] == '%' && n - i > 2 ? digit_of(text[i + 1]) : -1;
		int low = high >= 0 ? digit_of(text[i + 2]) : -1;
		int c = low >= 0 ? high * 16 + low : (unsigned char)text[i];
		if (c < 0x20 || c == 0x7f) {
			free(decoded);
			return NULL;
		}
		*to++ = (char)c;
		i += low >= 0 ? 2 : 0;
	}
	if (decoded != NULL) {
		*to = '\0';
	}
	return decoded;
}

static bool is_port(const char *port)
{
	unsigned long number = strtoul(port, NULL, 10);
	size_t n = strspn(port, "0123456789");
	return n > 0 && n <= 5 && port[n] == '\0' && number >= 1 && number <= 65535;
}

/* "HOST:PORT", "[::1]:PORT". */
static bool parse_place(struct imap_url *url, const char *text, size_t n)
{
	const char *end = text + n;
	const char *colon = NULL;
	bool brackets = n > 0 && text[0] == '[';
	if (brackets) {
		const char *bracket = memchr(text, ']', n);
		if (bracket == NULL || (bracket + 1 < end && bracket[1] != ':')) {
			return false;
		}
		url->host = decode(text + 1, (size_t)(bracket - text) - 1);
		colon = bracket + 1 < end ? bracket + 1 : NULL;
	} else {
		colon = memchr(text, ':', n);
		url->host = decode(text, colon != NULL ? (size_t)(colon - text) : n);
	}
	url->port = colon != NULL ? decode(colon + 1, (size_t)(end - colon) - 1)
				  : strdup(url->tls ? "993" : "143");
	for (char *c = url->host; c != NULL && *c != '\0'; c++) {
		*c = (char)tolower((unsigned char)*c);
	}
	return url->host != NULL && url->host[0] != '\0' && url->port != NULL && is_port(url->port);
}

static bool refuse(struct imap_url *url, const char *why)
{
	imap_url_clear(url);
	(void)verb_refuse("%s; it is given as imaps://USER@HOST, and an @ in USER as %%40", why);
	return false;
}

bool imap_url_parse(const char *text, struct imap_url *url_out)
{
	struct imap_url url = { .tls = tolower((unsigned char)text[4]) == 's' };
	const char *at = text + scheme_size(text);
	size_t n = strcspn(at, "/");
	const char *sign = memchr(at, '@', n);
	if (sign == NULL || sign == at) {
		return refuse(&url, "the URL does not say whose mail it is");
	}
	size_t user = (size_t)(sign - at);
	if (memchr(at, ':', user) != NULL) {
		return refuse(&url, "a password does not belong into a URL, where others can see "
				    "it; it is asked for, or read from --password-file");
	}
	url.user = decode(at, user);
	if (url.user == NULL) {
		return refuse(&url, "the URL has a user with control characters");
	}
	if (!parse_place(&url, sign + 1, n - user - 1)) {
		return refuse(&url, "the URL has no host and port that can be");
	}
	if (at[n] == '/' && at[n + 1] != '\0') {
		url.mailbox = decode(at + n + 1, strlen(at + n + 1));
		if (url.mailbox == NULL) {
			return refuse(&url, "the URL has a mailbox with control characters");
		}
	}
	*url_out = url;
	return true;
}

void imap_url_clear(struct imap_url *url)
{
	free(url->user);
	free(url->host);
	free(url->port);
	free(url->mailbox);
	*url = (struct imap_url) { .tls = false };
}
