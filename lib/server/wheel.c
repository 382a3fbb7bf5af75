/* wheel.c - many timeouts on one timer: a wheel of seconds. */
#include "server/wheel.h"

#include <roost/version.h>

void wheel_init(struct wheel *wheel, uint64_t now)
{
	for (size_t i = 0; i < WHEEL_SLOTS; i++) {
		list_init(&wheel->slots[i]);
	}
	wheel->second = now / 1000;
}

void timeout_init(struct timeout *timeout)
{
	list_init(&timeout->node);
	timeout->due = 0;
}

void wheel_set(struct wheel *wheel, struct timeout *timeout, uint64_t due)
{
	uint64_t second = due / 1000 + (due % 1000 != 0);
	if (second <= wheel->second) {
		second = wheel->second + 1;
	}
	list_remove(&timeout->node);
	timeout->due = due;
	timeout->due_second = second;
	list_add(&wheel->slots[second % WHEEL_SLOTS], &timeout->node);
}

void wheel_set_earlier(struct wheel *wheel, struct timeout *timeout, uint64_t due)
{
	if (timeout->due == 0 || due < timeout->due) {
		wheel_set(wheel, timeout, due);
	}
}

void wheel_remove(struct timeout *timeout)
{
	list_remove(&timeout->node);
	timeout->due = 0;
}

/* Move what is due from a slot to `due`. */
static void collect(struct list *slot, uint64_t second, struct list *due)
{
	struct list *next;
	for (struct list *node = slot->next; node != slot; node = next) {
		next = node->next;
		if (roost_container_of(node, struct timeout, node)->due_second <= second) {
			list_remove(node);
			list_add(due, node);
		}
	}
}

void wheel_advance(struct wheel *wheel, uint64_t now, void (*expired)(struct timeout *timeout))
{
	uint64_t second = now / 1000;
	if (second <= wheel->second) {
		return;
	}
	struct list due;
	list_init(&due);
	uint64_t turns = second - wheel->second;
	for (uint64_t i = 0; i < (turns < WHEEL_SLOTS ? turns : WHEEL_SLOTS); i++) {
		collect(&wheel->slots[(wheel->second + 1 + i) % WHEEL_SLOTS], second, &due);
	}
	wheel->second = second;
	struct list *node;
	while ((node = list_take(&due)) != NULL) {
		struct timeout *timeout = roost_container_of(node, struct timeout, node);
		timeout->due = 0;
		expired(timeout);
	}
}
