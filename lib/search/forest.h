/* forest.h - trees that are linked and cut while one asks for their roots, each in logarithmic time however deep
 * they are: a link-cut forest. */
#ifndef SEARCH_FOREST_H
#define SEARCH_FOREST_H

#include <stddef.h>
#include <stdint.h>

struct forest_node;

/* Nodes are numbered from 1. An all-zero forest is empty. */
struct forest {
	struct forest_node *nodes;
	size_t capacity;
	uint32_t count;
};

void forest_free(struct forest *forest);
/* Add a tree of one node, whose number is then `count`. ROOST_ERR_NO_MEMORY. */
int forest_add(struct forest *forest);
uint32_t forest_root(struct forest *forest, uint32_t node);
/* Make `child`, the root of one tree, a child of a node in another. */
void forest_link(struct forest *forest, uint32_t child, uint32_t parent);
/* Take a node with what is under it from its parent. */
void forest_cut(struct forest *forest, uint32_t child);

#endif
