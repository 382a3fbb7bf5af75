/* live.c - what of a server may change while it runs. */
#include "server/live.h"

void live_init(struct live *live, const struct roost_limits *limits, unsigned slow_milliseconds)
{
	pthread_mutex_init(&live->lock, NULL);
	live->tls = NULL;
	live->limits = *limits;
	atomic_init(&live->slow_milliseconds, slow_milliseconds);
}

void live_finish(struct live *live)
{
	SSL_CTX_free(live->tls);
	live->tls = NULL;
	pthread_mutex_destroy(&live->lock);
}

void live_set(struct live *live, SSL_CTX *tls, const struct roost_limits *limits,
	unsigned slow_milliseconds)
{
	SSL_CTX *before = NULL;
	pthread_mutex_lock(&live->lock);
	if (tls != NULL) {
		before = live->tls;
		live->tls = tls;
	}
	live->limits = *limits;
	pthread_mutex_unlock(&live->lock);
	atomic_store(&live->slow_milliseconds, slow_milliseconds);
	SSL_CTX_free(before);
}

bool live_has_tls(struct live *live)
{
	pthread_mutex_lock(&live->lock);
	bool has = live->tls != NULL;
	pthread_mutex_unlock(&live->lock);
	return has;
}

SSL_CTX *live_tls(struct live *live)
{
	pthread_mutex_lock(&live->lock);
	SSL_CTX *tls = live->tls;
	if (tls != NULL) {
		(void)SSL_CTX_up_ref(tls);
	}
	pthread_mutex_unlock(&live->lock);
	return tls;
}

void live_limits(struct live *live, struct roost_limits *limits_out)
{
	pthread_mutex_lock(&live->lock);
	*limits_out = live->limits;
	pthread_mutex_unlock(&live->lock);
}
