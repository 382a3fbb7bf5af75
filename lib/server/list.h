/* list.h - a doubly linked list whose nodes stand inside what they link. */
#ifndef SERVER_LIST_H
#define SERVER_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* Both the head of a list and a node in one. A node in no list points to itself. */
struct list {
	struct list *previous;
	struct list *next;
};

static inline void list_init(struct list *list)
{
	list->previous = list;
	list->next = list;
}

/* Of a head: nothing is in it. Of a node: it is in no list. */
static inline bool list_is_empty(const struct list *list)
{
	return list->next == list;
}

/* Add a node, which is in no list, at the end. */
static inline void list_add(struct list *list, struct list *node)
{
	node->previous = list->previous;
	node->next = list;
	list->previous->next = node;
	list->previous = node;
}

/* Take a node out of the list it is in, if any. */
static inline void list_remove(struct list *node)
{
	node->previous->next = node->next;
	node->next->previous = node->previous;
	list_init(node);
}

/* Take the first node out; NULL when the list is empty. */
static inline struct list *list_take(struct list *list)
{
	struct list *node = list->next;
	if (node == list) {
		return NULL;
	}
	list_remove(node);
	return node;
}

/* Move all nodes of `from` into `to`, which is empty. */
static inline void list_move(struct list *from, struct list *to)
{
	if (list_is_empty(from)) {
		return;
	}
	*to = *from;
	to->previous->next = to;
	to->next->previous = to;
	list_init(from);
}

#endif
