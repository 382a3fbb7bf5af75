/* live.h - what of a server may change while it runs: certificate, limits. */
#ifndef SERVER_LIVE_H
#define SERVER_LIVE_H

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <roost/limits.h>

/* Used by any thread, through the functions. */
struct live {
	pthread_mutex_t lock;
	SSL_CTX *tls; /* NULL: none; under lock */
	struct roost_limits limits; /* under lock */
	atomic_uint slow_milliseconds; /* 0: nothing is slow */
};

void live_init(struct live *live, const struct roost_limits *limits, unsigned slow_milliseconds);
void live_finish(struct live *live);
/* Change all. `tls` NULL: it stays as it is; else it is taken over. */
void live_set(struct live *live, SSL_CTX *tls, const struct roost_limits *limits,
	unsigned slow_milliseconds);
bool live_has_tls(struct live *live);
/* A reference, for SSL_CTX_free(), or NULL. */
SSL_CTX *live_tls(struct live *live);
void live_limits(struct live *live, struct roost_limits *limits_out);

#endif
