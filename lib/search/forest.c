/* forest.c - trees that are linked and cut while one asks for their roots.
 *
 * Each tree is divided into paths that lead down. A path is kept as a splay tree ordered by depth, and the top of
 * that splay tree knows the node that the path hangs from. Sleator and Tarjan, "A Data Structure for Dynamic
 * Trees", 1983. */
#include "search/forest.h"

#include <stdbool.h>
#include <stdlib.h>

#include <roost/error.h>

struct forest_node {
	uint32_t left, right; /* in the splay tree: less deep, deeper; 0 for none */
	uint32_t up; /* in the splay tree; at its top: what the path hangs from */
};

void forest_free(struct forest *forest)
{
	free(forest->nodes);
	*forest = (struct forest) { 0 };
}

int forest_add(struct forest *forest)
{
	if (forest->count + (size_t)1 >= forest->capacity) {
		size_t capacity = forest->capacity == 0 ? 256 : 2 * forest->capacity;
		struct forest_node *nodes =
			realloc(forest->nodes, capacity * sizeof(*forest->nodes));
		if (nodes == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		forest->nodes = nodes;
		forest->capacity = capacity;
		nodes[0] = (struct forest_node) { 0 };
	}
	forest->nodes[++forest->count] = (struct forest_node) { 0 };
	return 0;
}

static bool is_top(const struct forest_node *nodes, uint32_t node)
{
	uint32_t up = nodes[node].up;
	return up == 0 || (nodes[up].left != node && nodes[up].right != node);
}

/* Bring a node above the one that it is under in the splay tree. */
static void rotate(struct forest_node *nodes, uint32_t node)
{
	uint32_t up = nodes[node].up;
	uint32_t over = nodes[up].up;
	uint32_t inner;

	if (!is_top(nodes, up)) {
		if (nodes[over].left == up) {
			nodes[over].left = node;
		} else {
			nodes[over].right = node;
		}
	}
	if (nodes[up].left == node) {
		inner = nodes[node].right;
		nodes[up].left = inner;
		nodes[node].right = up;
	} else {
		inner = nodes[node].left;
		nodes[up].right = inner;
		nodes[node].left = up;
	}
	if (inner != 0) {
		nodes[inner].up = up;
	}
	nodes[up].up = node;
	nodes[node].up = over;
}

static void splay(struct forest_node *nodes, uint32_t node)
{
	while (!is_top(nodes, node)) {
		uint32_t up = nodes[node].up;
		if (!is_top(nodes, up)) {
			bool straight =
				(nodes[up].left == node) == (nodes[nodes[up].up].left == up);
			rotate(nodes, straight ? up : node);
		}
		rotate(nodes, node);
	}
}

/* Make the way from the root to a node one path, which ends there, with the node on top of its splay tree. */
static void access_node(struct forest_node *nodes, uint32_t node)
{
	uint32_t below = 0;

	for (uint32_t at = node; at != 0; at = nodes[at].up) {
		splay(nodes, at);
		nodes[at].right = below;
		below = at;
	}
	splay(nodes, node);
}

uint32_t forest_root(struct forest *forest, uint32_t node)
{
	struct forest_node *nodes = forest->nodes;
	uint32_t root = node;

	access_node(nodes, node);
	while (nodes[root].left != 0) {
		root = nodes[root].left;
	}
	splay(nodes, root);
	return root;
}

void forest_link(struct forest *forest, uint32_t child, uint32_t parent)
{
	access_node(forest->nodes, child);
	forest->nodes[child].up = parent;
}

void forest_cut(struct forest *forest, uint32_t child)
{
	struct forest_node *nodes = forest->nodes;

	access_node(nodes, child);
	uint32_t above = nodes[child].left;
	if (above != 0) {
		nodes[above].up = 0;
		nodes[child].left = 0;
	}
}
