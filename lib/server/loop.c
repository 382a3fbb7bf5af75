/* loop.c - one thread with an event loop, and the links that it owns for life. */
#include "server/loop.h"

#include <roost/error.h>
#include <roost/version.h>

#include "server/link.h"
#include "server/thread.h"

/* While stopping, in milliseconds from then on: what runs is told to give up; sockets are closed,
 * sent or not; the loop ends even though workers are still at it. */
#define CANCEL_AFTER 3000
#define DROP_AFTER 4000
#define END_AFTER 4500

/* What happens to a link within so many milliseconds after it was told of something is told together. */
#define GATHER_FOR 20

uint64_t loop_now(struct loop *loop)
{
	return uv_now(&loop->uv);
}

static void on_second(uv_timer_t *timer)
{
	struct loop *loop = timer->data;
	wheel_advance(&loop->wheel, loop_now(loop), link_timeout);
}

static void on_turn(uv_idle_t *idle)
{
	struct loop *loop = idle->data;
	struct list ready;
	list_init(&ready);
	list_move(&loop->ready, &ready);
	struct list *node;
	while ((node = list_take(&ready)) != NULL) {
		link_pump(roost_container_of(node, struct link, of_ready));
	}
	if (list_is_empty(&loop->ready)) {
		(void)uv_idle_stop(idle);
	}
}

void loop_ready(struct loop *loop, struct link *link)
{
	if (list_is_empty(&link->of_ready)) {
		list_add(&loop->ready, &link->of_ready);
		(void)uv_idle_start(&loop->turn, on_turn);
	}
}

static void on_gather(uv_timer_t *timer)
{
	struct loop *loop = timer->data;
	struct list gathered;
	list_init(&gathered);
	list_move(&loop->gathered, &gathered);
	struct list *node;
	while ((node = list_take(&gathered)) != NULL) {
		link_wake(roost_container_of(node, struct link, of_gathered));
	}
}

bool loop_gathers(struct loop *loop, struct link *link)
{
	uint64_t now = loop_now(loop);
	if (list_is_empty(&link->of_gathered)) {
		if (now - link->last_wake >= GATHER_FOR) {
			link->last_wake = now;
			return false;
		}
		list_add(&loop->gathered, &link->of_gathered);
	}
	if (!uv_is_active((uv_handle_t *)&loop->gather)) {
		(void)uv_timer_start(&loop->gather, on_gather, GATHER_FOR, 0);
	}
	return true;
}

void loop_links_changed(struct loop *loop)
{
	if (list_is_empty(&loop->links)) {
		(void)uv_timer_stop(&loop->second);
		if (loop->stopping && !loop->ended) {
			uv_stop(&loop->uv);
		}
	} else if (!uv_is_active((uv_handle_t *)&loop->second)) {
		(void)uv_timer_start(&loop->second, on_second, 1000, 1000);
	}
}

static void each_link(struct loop *loop, void (*visit)(struct link *link))
{
	struct list *next;
	for (struct list *node = loop->links.next; node != &loop->links; node = next) {
		next = node->next;
		visit(roost_container_of(node, struct link, of_loop));
	}
}

static void on_patience(uv_timer_t *timer)
{
	struct loop *loop = timer->data;
	switch (loop->patience_step++) {
	case 0:
		each_link(loop, link_cancel);
		(void)uv_timer_start(timer, on_patience, DROP_AFTER - CANCEL_AFTER, 0);
		break;
	case 1:
		each_link(loop, link_drop);
		(void)uv_timer_start(timer, on_patience, END_AFTER - DROP_AFTER, 0);
		break;
	default:
		uv_stop(&loop->uv);
		break;
	}
}

static void begin_stop(struct loop *loop)
{
	loop->stopping = true;
	(void)uv_timer_start(&loop->patience, on_patience, CANCEL_AFTER, 0);
	each_link(loop, link_stop);
	loop_links_changed(loop);
}

/* Take what other threads have left. Wakes come before ends, because a link may be gone after its
 * end; once its connection is destroyed nobody can wake it. */
static void on_mail(uv_async_t *async)
{
	struct loop *loop = async->data;
	struct list arrivals;
	struct list woken;
	struct list finished;
	list_init(&arrivals);
	list_init(&woken);
	list_init(&finished);
	pthread_mutex_lock(&loop->lock);
	list_move(&loop->arrivals, &arrivals);
	list_move(&loop->woken, &woken);
	list_move(&loop->finished, &finished);
	bool stop = loop->stop && !loop->stopping;
	pthread_mutex_unlock(&loop->lock);

	struct list *node;
	while ((node = list_take(&arrivals)) != NULL) {
		link_begin(roost_container_of(node, struct link, of_finished));
	}
	while ((node = list_take(&woken)) != NULL) {
		struct link *link = roost_container_of(node, struct link, of_woken);
		atomic_store(&link->woken_queued, false);
		link_wake(link);
	}
	while ((node = list_take(&finished)) != NULL) {
		link_work_finished(roost_container_of(node, struct link, of_finished));
	}
	if (stop) {
		begin_stop(loop);
	}
}

int loop_init(struct loop *loop, struct roost_server *server)
{
	loop->server = server;
	if (uv_loop_init(&loop->uv) < 0) {
		return ROOST_ERR_NO_MEMORY;
	}
	if (uv_async_init(&loop->uv, &loop->mail, on_mail) < 0) {
		(void)uv_loop_close(&loop->uv);
		return ROOST_ERR_NO_MEMORY;
	}
	(void)uv_timer_init(&loop->uv, &loop->second);
	(void)uv_timer_init(&loop->uv, &loop->patience);
	(void)uv_timer_init(&loop->uv, &loop->gather);
	(void)uv_idle_init(&loop->uv, &loop->turn);
	loop->mail.data = loop;
	loop->second.data = loop;
	loop->patience.data = loop;
	loop->gather.data = loop;
	loop->turn.data = loop;
	pthread_mutex_init(&loop->lock, NULL);
	list_init(&loop->links);
	list_init(&loop->ready);
	list_init(&loop->gathered);
	list_init(&loop->arrivals);
	list_init(&loop->woken);
	list_init(&loop->finished);
	wheel_init(&loop->wheel, loop_now(loop));
	return 0;
}

static void *run(void *context)
{
	struct loop *loop = context;
	uv_update_time(&loop->uv);
	(void)uv_run(&loop->uv, UV_RUN_DEFAULT);
	loop->ended = true;
	return NULL;
}

int loop_start(struct loop *loop)
{
	int r = thread_start(&loop->thread, run, loop);
	loop->running = r == 0;
	return r;
}

void loop_join(struct loop *loop)
{
	if (loop->running) {
		pthread_join(loop->thread, NULL);
		loop->running = false;
	}
}

static void close_handle(uv_handle_t *handle, void *context)
{
	(void)context;
	if (!uv_is_closing(handle)) {
		uv_close(handle, NULL);
	}
}

void loop_destroy_links(struct loop *loop)
{
	/* Work that ended after the loop did; the links are among `links` too. */
	struct list *node;
	while ((node = list_take(&loop->finished)) != NULL) {
		struct link *link = roost_container_of(node, struct link, of_finished);
		if (link->work == LINK_DESTROY) {
			link->conn = NULL;
		}
	}
	while ((node = list_take(&loop->arrivals)) != NULL) {
		link_destroy(roost_container_of(node, struct link, of_finished));
	}
	while ((node = list_take(&loop->links)) != NULL) {
		link_destroy(roost_container_of(node, struct link, of_loop));
	}
}

void loop_finish(struct loop *loop)
{
	uv_walk(&loop->uv, close_handle, NULL);
	(void)uv_run(&loop->uv, UV_RUN_DEFAULT);
	(void)uv_loop_close(&loop->uv);
	pthread_mutex_destroy(&loop->lock);
}

void loop_arrive(struct loop *loop, struct link *link)
{
	pthread_mutex_lock(&loop->lock);
	list_add(&loop->arrivals, &link->of_finished);
	pthread_mutex_unlock(&loop->lock);
	(void)uv_async_send(&loop->mail);
}

void loop_wake(struct loop *loop, struct link *link)
{
	pthread_mutex_lock(&loop->lock);
	list_add(&loop->woken, &link->of_woken);
	pthread_mutex_unlock(&loop->lock);
	(void)uv_async_send(&loop->mail);
}

void loop_work_finished(struct loop *loop, struct link *link)
{
	pthread_mutex_lock(&loop->lock);
	list_add(&loop->finished, &link->of_finished);
	pthread_mutex_unlock(&loop->lock);
	(void)uv_async_send(&loop->mail);
}

void loop_forget(struct loop *loop, struct link *link)
{
	pthread_mutex_lock(&loop->lock);
	list_remove(&link->of_woken);
	pthread_mutex_unlock(&loop->lock);
}

void loop_stop(struct loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	loop->stop = true;
	pthread_mutex_unlock(&loop->lock);
	(void)uv_async_send(&loop->mail);
}
