/* pieces.c - content made of ranges of other content. */
#include <stdlib.h>
#include <string.h>

#include <roost/content.h>
#include <roost/error.h>

struct part {
	struct roost_content *content; /* a reference */
	uint64_t offset; /* in content */
	uint64_t start; /* in the whole */
	uint64_t size;
};

struct pieces_content {
	struct roost_content base;
	size_t count;
	struct part parts[];
};

/* The part that holds `offset`, which lies inside the whole. */
static const struct part *find(const struct pieces_content *pieces, uint64_t offset)
{
	size_t low = 0;
	size_t high = pieces->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (pieces->parts[middle].start <= offset) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return &pieces->parts[low];
}

static int64_t read_at(struct roost_content *content, uint64_t offset, void *buffer, size_t n)
{
	struct pieces_content *pieces = roost_container_of(content, struct pieces_content, base);
	const struct part *part = find(pieces, offset);
	uint64_t inside = offset - part->start;

	if (n > part->size - inside) {
		n = (size_t)(part->size - inside);
	}
	return roost_content_read(part->content, part->offset + inside, buffer, n);
}

static const void *pointer(struct roost_content *content)
{
	struct pieces_content *pieces = roost_container_of(content, struct pieces_content, base);

	if (pieces->count != 1) {
		return NULL;
	}
	const char *bytes = roost_content_pointer(pieces->parts[0].content);
	return bytes == NULL ? NULL : bytes + pieces->parts[0].offset;
}

static int descriptor(struct roost_content *content, int *fd_out, uint64_t *offset_out)
{
	struct pieces_content *pieces = roost_container_of(content, struct pieces_content, base);

	if (pieces->count != 1) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	int r = roost_content_descriptor(pieces->parts[0].content, fd_out, offset_out);
	if (r == 0) {
		*offset_out += pieces->parts[0].offset;
	}
	return r;
}

static void destroy(struct roost_content *content)
{
	struct pieces_content *pieces = roost_container_of(content, struct pieces_content, base);

	for (size_t i = 0; i < pieces->count; i++) {
		roost_content_unref(pieces->parts[i].content);
	}
	free(pieces);
}

static const struct roost_content_ops pieces_ops = {
	.size = sizeof(pieces_ops),
	.read_at = read_at,
	.pointer = pointer,
	.descriptor = descriptor,
	.destroy = destroy,
};

int roost_content_create_pieces(
	const struct roost_piece *pieces, size_t n, struct roost_content **content_out)
{
	if (n > (SIZE_MAX - sizeof(struct pieces_content)) / sizeof(struct part)) {
		return ROOST_ERR_NO_MEMORY;
	}
	struct pieces_content *whole = malloc(sizeof(*whole) + n * sizeof(whole->parts[0]));
	if (whole == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	whole->count = 0;
	roost_content_init(&whole->base, &pieces_ops, 0);
	for (size_t i = 0; i < n; i++) {
		if (pieces[i].size == 0) {
			continue;
		}
		struct part *part = &whole->parts[whole->count];
		*part = (struct part) { pieces[i].content, pieces[i].offset, whole->base.size,
			pieces[i].size };
		if (part->content != NULL) {
			(void)roost_content_ref(part->content);
		} else {
			part->offset = 0;
			int r = roost_content_create_copy(
				pieces[i].bytes, (size_t)pieces[i].size, &part->content);
			if (r < 0) {
				destroy(&whole->base);
				return r;
			}
		}
		whole->count++;
		whole->base.size += part->size;
	}
	*content_out = &whole->base;
	return 0;
}
