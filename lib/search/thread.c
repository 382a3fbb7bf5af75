/* thread.c - messages in the threads that THREAD groups them in.
 *
 * Nothing here recurses, and no step walks along a thread: References fields are written by strangers. */
#include "search/thread.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/numbering.h"
#include "base/radix.h"
#include "search/forest.h"
#include "search/thread_record.h"

/* Messages that are referred to but not there. Above it, references to further ones are passed over, as if the
 * field had been cut. */
#define MAX_DUMMIES 1000000u
#define DUMMIES_PER_MESSAGE 8u

struct member {
	int64_t date;
	uint32_t uid;
	uint32_t node;
	uint32_t subject; /* messages of one subject have the same number; 0: the empty one */
	bool is_reply;
};

/* A message, or a dummy for one that is referred to. */
struct node {
	uint32_t parent; /* as the references say; 0 for none */
	uint32_t member; /* 1 and up; 0: a dummy */
};

struct threader {
	enum thread_algorithm algorithm;
	struct member *members;
	size_t member_count, member_capacity;
	struct node *nodes; /* from 1 on */
	size_t node_count, node_capacity;
	size_t dummies; /* made so far */
	struct forest forest; /* of the same nodes */
	struct numbering ids; /* nodes of normalized message ids */
	struct numbering subjects; /* in the form that is compared */
	struct thread_node *tree;
};

int threader_create(enum thread_algorithm algorithm, struct threader **threader_out)
{
	struct threader *threader = calloc(1, sizeof(*threader));

	if (threader == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	threader->algorithm = algorithm;
	*threader_out = threader;
	return 0;
}

void threader_destroy(struct threader *threader)
{
	if (threader != NULL) {
		free(threader->members);
		free(threader->nodes);
		forest_free(&threader->forest);
		numbering_free(&threader->ids);
		numbering_free(&threader->subjects);
		free(threader->tree);
		free(threader);
	}
}

/* -- step 1: links by references */

/* A node that is nobody's parent or child; its number. 0 without memory. */
static uint32_t make_node(struct threader *threader, uint32_t member)
{
	if (threader->node_count + 1 >= threader->node_capacity) {
		size_t capacity = threader->node_capacity == 0 ? 256 : 2 * threader->node_capacity;
		struct node *nodes = realloc(threader->nodes, capacity * sizeof(*nodes));
		if (nodes == NULL || capacity > UINT32_MAX) {
			threader->nodes = nodes != NULL ? nodes : threader->nodes;
			return 0;
		}
		threader->nodes = nodes;
		threader->node_capacity = capacity;
	}
	if (forest_add(&threader->forest) < 0) {
		return 0;
	}
	threader->nodes[++threader->node_count] = (struct node) { .member = member };
	return (uint32_t)threader->node_count;
}

/* Step 1.A: the node of a message with that id, so that the next references find it, too. Without a valid id, or with
 * one that an earlier message has, the message is a node that nobody can refer to. 0 without memory. */
static uint32_t place_member(struct threader *threader, struct roost_text id, uint32_t member)
{
	bool valid = id.bytes != NULL;
	uint32_t *known = valid ? numbering_at(&threader->ids, id) : NULL;

	if (valid && known == NULL) {
		return 0;
	}
	if (valid && *known != 0 && threader->nodes[*known].member == 0) {
		threader->nodes[*known].member = member;
		return *known;
	}
	uint32_t node = make_node(threader, member);
	if (valid && *known == 0) {
		*known = node;
	}
	return node;
}

/* The node that a reference leads to; `*r` without memory. 0 when it is passed over. */
static uint32_t find_reference(struct threader *threader, struct roost_text id, int *r)
{
	if (id.bytes == NULL) {
		return 0;
	}
	if (threader->dummies >= MAX_DUMMIES + DUMMIES_PER_MESSAGE * threader->member_count) {
		return numbering_get(&threader->ids, id);
	}
	uint32_t *node = numbering_at(&threader->ids, id);
	if (node != NULL && *node == 0) {
		*node = make_node(threader, 0);
		threader->dummies++;
	}
	*r = node == NULL || *node == 0 ? ROOST_ERR_NO_MEMORY : 0;
	return *r < 0 ? 0 : *node;
}

/* Unless it makes a loop: the child, which has no parent, is the root of its tree. */
static void link_nodes(struct threader *threader, uint32_t child, uint32_t parent)
{
	if (child != parent && forest_root(&threader->forest, parent) != child) {
		forest_link(&threader->forest, child, parent);
		threader->nodes[child].parent = parent;
	}
}

static int link_references(struct threader *threader, struct roost_text references, uint32_t node)
{
	uint32_t last = 0;
	int r = 0;

	while (r == 0 && references.size > 0) {
		uint32_t next = find_reference(threader, thread_record_text(&references), &r);
		if (r == 0 && next != 0) {
			if (last != 0 && threader->nodes[next].parent == 0) {
				link_nodes(threader, next, last);
			}
			last = next;
		}
	}
	/* Step 1.B: what the message itself says of its parent is right. */
	if (r == 0 && threader->nodes[node].parent != 0) {
		forest_cut(&threader->forest, node);
		threader->nodes[node].parent = 0;
	}
	if (r == 0 && last != 0) {
		link_nodes(threader, node, last);
	}
	return r;
}

/* -- gathering */

static int grow_members(struct threader *threader)
{
	size_t capacity = threader->member_capacity == 0 ? 256 : 2 * threader->member_capacity;
	struct member *members = realloc(threader->members, capacity * sizeof(*members));

	if (members == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	threader->members = members;
	threader->member_capacity = capacity;
	return 0;
}

static int number_subject(
	struct threader *threader, struct roost_text subject, uint32_t *number_out)
{
	*number_out = 0;
	if (subject.size == 0) {
		return 0;
	}
	uint32_t *number = numbering_at(&threader->subjects, subject);
	if (number == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	if (*number == 0) {
		*number = (uint32_t)threader->subjects.count;
	}
	*number_out = *number;
	return 0;
}

int threader_add(struct threader *threader, uint32_t uid, struct roost_text record)
{
	bool by_references = threader->algorithm != THREAD_ORDERED_SUBJECT;
	uint32_t number = (uint32_t)threader->member_count + 1;
	int r = threader->member_count == threader->member_capacity ? grow_members(threader) : 0;
	struct member member = { .uid = uid };

	member.date = (int64_t)thread_record_number(8, &record);
	member.is_reply = thread_record_number(1, &record) != 0;
	struct roost_text subject = thread_record_text(&record), id = thread_record_text(&record);
	if (r == 0) {
		r = number_subject(threader, subject, &member.subject);
	}
	if (r == 0) {
		struct roost_text none = { NULL, 0 };
		member.node = place_member(threader, by_references ? id : none, number);
		r = member.node == 0 ? ROOST_ERR_NO_MEMORY : 0;
	}
	if (r == 0 && by_references) {
		r = link_references(threader, record, member.node);
	}
	if (r == 0) {
		threader->members[threader->member_count++] = member;
	}
	return r;
}

/* -- the threads */

/* What becomes of a node. */
struct place {
	uint32_t
		up; /* the parent: 0 for the root. Of a dummy in step 3: the message above it, or the top dummy */
	uint32_t children; /* of a top dummy: messages right under it and under dummies there */
	uint32_t first; /* of a top dummy: its first member */
	uint32_t merged; /* the dummy that has taken over this one's children */
	int64_t newest; /* of the root that references lead to: the last date under it */
};

struct building {
	struct threader *threader;
	struct place *places; /* of nodes */
	uint32_t *order; /* members by date */
	uint32_t *tops; /* nodes under the root, by date */
	size_t top_count;
	uint32_t *table; /* of each subject the node under the root that stands for it */
};

/* Of the same date in the order they came. */
static int order_members(struct building *building)
{
	const struct threader *threader = building->threader;
	size_t count = threader->member_count;
	struct radix_item *items = malloc(2 * (count + 1) * sizeof(*items));

	if (items == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (size_t i = 0; i < count; i++) {
		items[i] = (struct radix_item) { radix_key_of(threader->members[i].date),
			(uint32_t)i };
	}
	radix_sort(items, items + count, count);
	for (size_t i = 0; i < count; i++) {
		building->order[i] = items[i].value;
	}
	free(items);
	return 0;
}

static int begin(struct building *building)
{
	struct threader *threader = building->threader;
	size_t members = threader->member_count + 1;
	/* Step 5 makes at most one dummy for each subject. */
	size_t nodes = threader->node_count + threader->subjects.count + 1;

	building->places = calloc(nodes, sizeof(*building->places));
	building->order = calloc(members, sizeof(*building->order));
	building->tops = calloc(members, sizeof(*building->tops));
	building->table = calloc(threader->subjects.count + 1, sizeof(*building->table));
	threader->tree = calloc(nodes, sizeof(*threader->tree));
	if (building->places == NULL || building->order == NULL || building->tops == NULL ||
		building->table == NULL || threader->tree == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	return order_members(building);
}

static void end(struct building *building)
{
	free(building->places);
	free(building->order);
	free(building->tops);
	free(building->table);
}

/* Nodes that step 5 makes lie behind those of the threader. */
static const struct member *member_of(const struct building *building, uint32_t node)
{
	const struct threader *threader = building->threader;
	uint32_t member = node <= threader->node_count ? threader->nodes[node].member : 0;
	return member == 0 ? NULL : &threader->members[member - 1];
}

/* Step 3: the message that a dummy's children go to, or the dummy that no message is above. Each dummy is walked over
 * once. */
static uint32_t resolve_dummy(struct building *building, uint32_t dummy)
{
	const struct node *nodes = building->threader->nodes;
	struct place *places = building->places;
	uint32_t at = dummy;

	while (places[at].up == 0 && nodes[at].parent != 0 && nodes[nodes[at].parent].member == 0) {
		at = nodes[at].parent;
	}
	uint32_t up = places[at].up != 0      ? places[at].up
		      : nodes[at].parent != 0 ? nodes[at].parent
					      : at;
	for (at = dummy; places[at].up == 0; at = nodes[at].parent) {
		places[at].up = up;
		if (at == up || nodes[at].parent == up) {
			break;
		}
	}
	return up;
}

/* Steps 2 and 3: dummies go, but for those under the root with several children. */
static void prune(struct building *building)
{
	const struct threader *threader = building->threader;
	struct place *places = building->places;

	for (size_t i = 0; i < threader->member_count; i++) {
		uint32_t node = threader->members[i].node;
		uint32_t up = threader->nodes[node].parent;
		if (up != 0 && threader->nodes[up].member == 0) {
			up = resolve_dummy(building, up);
			places[up].children += threader->nodes[up].member == 0;
		}
		places[node].up = up;
	}
}

/* Step 4: what is under the root, by date. */
static void gather_tops(struct building *building)
{
	const struct threader *threader = building->threader;
	struct place *places = building->places;

	for (size_t i = 0; i < threader->member_count; i++) {
		uint32_t member = building->order[i];
		uint32_t top = threader->members[member].node;
		uint32_t up = places[top].up;
		if (up != 0 && threader->nodes[up].member != 0) {
			continue;
		}
		if (up != 0 && places[up].children == 1) {
			places[top].up = 0;
		} else if (up != 0) {
			if (places[up].first != 0) {
				continue;
			}
			places[up].first = member + 1;
			top = up;
		}
		building->tops[building->top_count++] = top;
	}
}

/* A message under the root, or the first one under a dummy there. */
static const struct member *first_member(const struct building *building, uint32_t top)
{
	const struct member *member = member_of(building, top);

	return member != NULL ? member
			      : &building->threader->members[building->places[top].first - 1];
}

static uint32_t subject_of(const struct building *building, uint32_t top)
{
	return first_member(building, top)->subject;
}

static bool is_dummy(const struct building *building, uint32_t node)
{
	return member_of(building, node) == NULL;
}

static bool is_reply(const struct building *building, uint32_t node)
{
	const struct member *member = member_of(building, node);
	return member != NULL && member->is_reply;
}

/* Step 5.B */
static void fill_table(struct building *building)
{
	for (size_t i = 0; i < building->top_count; i++) {
		uint32_t top = building->tops[i];
		uint32_t *entry = &building->table[subject_of(building, top)];
		if (*entry == 0 ||
			(!is_dummy(building, *entry) &&
				(is_dummy(building, top) || (is_reply(building, *entry) &&
								    !is_reply(building, top))))) {
			*entry = top;
		}
	}
}

/* Step 5.C */
static void merge_subjects(struct building *building)
{
	struct place *places = building->places;
	uint32_t made = (uint32_t)building->threader->node_count;

	for (size_t i = 0; i < building->top_count; i++) {
		uint32_t top = building->tops[i];
		uint32_t subject = subject_of(building, top);
		uint32_t *entry = &building->table[subject];
		if (subject == 0 || *entry == top) {
			continue;
		}
		if (is_dummy(building, *entry) && is_dummy(building, top)) {
			places[top].merged = *entry;
		} else if (is_dummy(building, *entry) ||
			   (is_reply(building, top) && !is_reply(building, *entry))) {
			places[top].up = *entry;
		} else {
			made++;
			places[top].up = made;
			places[*entry].up = made;
			*entry = made;
		}
	}
}

/* All messages of a subject are children of the first. */
static void group_by_subject(struct building *building)
{
	const struct threader *threader = building->threader;

	for (size_t i = 0; i < threader->member_count; i++) {
		const struct member *member = &threader->members[building->order[i]];
		uint32_t *entry = &building->table[member->subject];
		building->places[member->node].up = *entry;
		*entry = *entry == 0 ? member->node : *entry;
	}
}

/* Step 6: taking the messages by date gives each set of siblings in its order, and a dummy the place of its first
 * child. `last` are the last children so far. */
static void build_tree(struct building *building, uint32_t *last)
{
	const struct threader *threader = building->threader;
	struct thread_node *tree = threader->tree;

	for (size_t i = 0; i < threader->member_count; i++) {
		const struct member *member = &threader->members[building->order[i]];
		uint32_t node = member->node;
		tree[node].uid = member->uid;
		for (;;) {
			uint32_t up = building->places[node].up;
			if (up != 0 && building->places[up].merged != 0) {
				up = building->places[up].merged;
			}
			uint32_t *place =
				last[up] == 0 ? &tree[up].first_child : &tree[last[up]].next;
			bool new_dummy = up != 0 && is_dummy(building, up) && last[up] == 0;
			*place = node;
			last[up] = node;
			tree[node].parent = up;
			if (!new_dummy) {
				break;
			}
			building->places[up].up = 0;
			node = up;
		}
	}
}

/* The date of the newest message of a thread. Without step 5, each is what one tree of references has become. */
static int64_t newest_date(const struct building *building, uint32_t top)
{
	struct threader *threader = building->threader;

	return building->places[forest_root(&threader->forest, top)].newest;
}

/* Threads that end at the same time are in the order of the messages that they begin with. */
static int compare_tops(const void *left, const void *right, void *context)
{
	const struct building *building = context;
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	int64_t date_a = newest_date(building, a), date_b = newest_date(building, b);

	if (date_a != date_b) {
		return date_a < date_b ? -1 : 1;
	}
	uint32_t uid_a = first_member(building, a)->uid, uid_b = first_member(building, b)->uid;
	return uid_a < uid_b ? -1 : uid_a > uid_b;
}

/* What REFS does instead of step 6 with the threads. */
static void order_by_newest(struct building *building)
{
	struct threader *threader = building->threader;
	uint32_t *end = &threader->tree[0].first_child;

	for (size_t i = 0; i < threader->member_count; i++) {
		const struct member *member = &threader->members[building->order[i]];
		building->places[forest_root(&threader->forest, member->node)].newest =
			member->date;
	}
	qsort_r(building->tops, building->top_count, sizeof(*building->tops), compare_tops,
		building);
	for (size_t i = 0; i < building->top_count; i++) {
		*end = building->tops[i];
		end = &threader->tree[building->tops[i]].next;
	}
	*end = 0;
}

static void thread(struct building *building, uint32_t *last)
{
	switch (building->threader->algorithm) {
	case THREAD_ORDERED_SUBJECT:
		group_by_subject(building);
		build_tree(building, last);
		break;
	case THREAD_REFERENCES:
		prune(building);
		gather_tops(building);
		fill_table(building);
		merge_subjects(building);
		build_tree(building, last);
		break;
	case THREAD_REFS:
		prune(building);
		gather_tops(building);
		build_tree(building, last);
		order_by_newest(building);
		break;
	}
}

int threader_build(struct threader *threader, const struct thread_node **nodes_out)
{
	struct building building = { .threader = threader };
	int r = begin(&building);

	if (r == 0) {
		size_t nodes = threader->node_count + threader->subjects.count + 1;
		uint32_t *last = calloc(nodes, sizeof(*last));
		if (last == NULL) {
			r = ROOST_ERR_NO_MEMORY;
		} else {
			thread(&building, last);
		}
		free(last);
	}
	end(&building);
	*nodes_out = threader->tree;
	return r;
}
