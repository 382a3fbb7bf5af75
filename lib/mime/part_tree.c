/* part_tree.c - one pass over a message, from its bytes to its outline. RFC 2046 section 5.1. */
#include <roost/outline.h>

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>
#include <roost/limits.h>

#include "base/ascii.h"
#include "mime/lines.h"
#include "mime/outline_write.h"
#include "mime/part_header.h"
#include "mime/preview.h"

_Static_assert(PART_HEADER_MAX_BOUNDARY + 64 < LINES_START, "boundaries lie in first segments");

/* A part whose end has not been seen. */
struct open_part {
	uint32_t part;
	uint64_t body_offset;
	uint64_t lines_before; /* its body, from the start of the message */
	char *boundary; /* of a multipart that has not been closed; owned */
	size_t boundary_size;
	bool is_digest;
};

/* Part 0 is the first of the open parts; each is the parent of the next. The last one is where
 * lines belong. */
struct part_tree {
	struct outline_writer writer;
	struct part_header header;
	struct open_part open[ROOST_MAX_PART_DEPTH + 1];
	size_t depth; /* how many are open */
	bool in_header; /* of the last one */
	uint64_t lines; /* that have ended before the current one */
	uint64_t line_offset; /* of the current line */
	uint64_t last_line_offset; /* of the one before */
	unsigned last_end_size; /* of its line end */
	uint64_t header_lines_before;
};

enum boundary_match {
	BOUNDARY_NONE,
	BOUNDARY_NEXT, /* "--boundary" */
	BOUNDARY_LAST, /* "--boundary--" */
};

static struct open_part *innermost(struct part_tree *tree)
{
	return &tree->open[tree->depth - 1];
}

static uint32_t saturate(uint64_t number)
{
	return number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
}

/* Whether a boundary that ends at `at` is over there: RFC 2046 section 5.1.1 wants only the beginning
 * of the line to be compared, but then "--a" would also be found in "--ab", which is another's. */
static bool is_over(const char *at, const char *end)
{
	return at == end || !(ascii_is_alpha(*at) || ascii_is_digit(*at) ||
				    (*at != '\0' && strchr("'()+_,-./:=?", *at) != NULL));
}

/* Whether a line is the delimiter that goes with a boundary. */
static enum boundary_match match_boundary(
	const struct segment *line, const char *boundary, size_t size)
{
	const char *end = line->bytes + (line->size < LINES_START ? line->size : LINES_START);
	if ((size_t)(end - line->bytes) < 2 + size || line->bytes[0] != '-' ||
		line->bytes[1] != '-' || memcmp(line->bytes + 2, boundary, size) != 0) {
		return BOUNDARY_NONE;
	}
	const char *behind = line->bytes + 2 + size;
	const char *dashes = behind;
	while (dashes < end && (*dashes == ' ' || *dashes == '\t')) {
		dashes++;
	}
	if (end - dashes >= 2 && dashes[0] == '-' && dashes[1] == '-' && is_over(dashes + 2, end)) {
		return BOUNDARY_LAST;
	}
	return is_over(behind, end) ? BOUNDARY_NEXT : BOUNDARY_NONE;
}

/* Whose boundary a line is: the innermost one's that has this boundary. */
static enum boundary_match find_boundary(
	struct part_tree *tree, const struct segment *line, size_t *level_out)
{
	if (line->size < 2 || line->bytes[0] != '-' || line->bytes[1] != '-') {
		return BOUNDARY_NONE;
	}
	for (size_t level = tree->depth; level-- > 0;) {
		const struct open_part *open = &tree->open[level];
		enum boundary_match match =
			open->boundary == NULL
				? BOUNDARY_NONE
				: match_boundary(line, open->boundary, open->boundary_size);
		if (match != BOUNDARY_NONE) {
			*level_out = level;
			return match;
		}
	}
	/* The empty line before a multipart's body is often forgotten. */
	const struct buf *boundary = &tree->header.boundary;
	if (!tree->in_header || !part_header_has_boundary(&tree->header)) {
		return BOUNDARY_NONE;
	}
	*level_out = tree->depth - 1;
	return match_boundary(line, boundary->data, boundary->size);
}

/* Open a part whose header begins at `offset`. Without room for it, lines go on belonging to its
 * parent. */
static int open_part(struct part_tree *tree, uint32_t parent, bool is_message, uint64_t offset)
{
	if (tree->depth > ROOST_MAX_PART_DEPTH) {
		return 0;
	}
	uint32_t part = outline_write_part(&tree->writer, parent, is_message);
	if (part == ROOST_NO_PART) {
		return tree->writer.failed ? ROOST_ERR_NO_MEMORY : 0;
	}
	outline_writer_part(&tree->writer, part)->header_offset = offset;
	tree->open[tree->depth++] = (struct open_part) { .part = part };
	tree->in_header = true;
	tree->header_lines_before = tree->lines;
	part_header_begin(&tree->header, part);
	return 0;
}

static int take_boundary(struct part_tree *tree, struct open_part *open)
{
	const struct buf *boundary = &tree->header.boundary;
	if (!part_header_has_boundary(&tree->header)) {
		return 0;
	}
	open->boundary = malloc(boundary->size);
	if (open->boundary == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	memcpy(open->boundary, boundary->data, boundary->size);
	open->boundary_size = boundary->size;
	open->is_digest = tree->header.is_digest;
	return 0;
}

/* The header of the innermost part ends before `offset`, behind `lines` lines; `end_size` is that of
 * its empty line. A message in it begins there. */
static int end_header(struct part_tree *tree, uint64_t offset, uint64_t lines, unsigned end_size)
{
	struct open_part *open = innermost(tree);
	bool in_digest = tree->depth > 1 && tree->open[tree->depth - 2].is_digest;
	tree->in_header = false;
	int r = part_header_end(&tree->header, in_digest);
	if (r < 0) {
		return r;
	}
	struct outline_part *part = outline_writer_part(&tree->writer, open->part);
	part->header_size = offset - part->header_offset;
	part->header_lines = saturate(lines - tree->header_lines_before);
	part->header_end = end_size;
	open->body_offset = offset;
	open->lines_before = lines;
	bool has_room = tree->depth <= ROOST_MAX_PART_DEPTH;
	if (part->kind == ROOST_PART_MULTIPART && has_room) {
		return take_boundary(tree, open);
	}
	if (part->kind == ROOST_PART_MESSAGE) {
		uint32_t index = open->part;
		tree->lines = lines;
		r = open_part(tree, index, true, offset);
		if (!tree->in_header) {
			outline_writer_part(&tree->writer, index)->kind = ROOST_PART_BASIC;
		}
	}
	return r;
}

/* Close all parts from `level` on; their bodies end before `offset`, which is behind `lines` lines,
 * the last of which may have no end. */
static void close_parts(struct part_tree *tree, size_t level, uint64_t offset, uint64_t lines)
{
	while (tree->depth > level) {
		struct open_part *open = innermost(tree);
		struct outline_part *part = outline_writer_part(&tree->writer, open->part);
		part->body_size = offset - open->body_offset;
		part->body_lines = saturate(lines - open->lines_before);
		free(open->boundary);
		tree->depth--;
	}
}

/* A boundary line: what is open below its multipart ends before the line end that comes before it,
 * which belongs to the boundary. */
static int end_body(struct part_tree *tree, size_t level)
{
	while (tree->in_header) {
		int r = end_header(tree, tree->line_offset, tree->lines, 0);
		if (r < 0) {
			return r;
		}
	}
	uint64_t end = tree->line_offset;
	uint64_t lines = tree->lines;
	if (innermost(tree)->body_offset < end) {
		end -= tree->last_end_size;
		/* The last line still counts when there is anything in it. */
		lines -= end == tree->last_line_offset;
	}
	close_parts(tree, level + 1, end, lines);
	return 0;
}

/* The boundary line of the multipart at `level` is over: `offset` is behind it, in a message of
 * `size` bytes. */
static int after_boundary(struct part_tree *tree, size_t level, enum boundary_match match,
	uint64_t offset, uint64_t size)
{
	struct open_part *multipart = &tree->open[level];
	if (match == BOUNDARY_LAST) {
		free(multipart->boundary);
		multipart->boundary = NULL;
		return 0;
	}
	/* A boundary that ends the message is meant to close its multipart. */
	return offset == size ? 0 : open_part(tree, multipart->part, false, offset);
}

static int take_header_line(struct part_tree *tree, const struct segment *segment)
{
	bool empty = segment->first && segment->last && segment->size == 0;
	if (!empty) {
		part_header_segment(&tree->header, segment);
		return 0;
	}
	if (segment->end_size == 0) {
		return 0;
	}
	return end_header(
		tree, segment->offset + segment->end_size, tree->lines + 1, segment->end_size);
}

/* The end of the message, behind a last line of `size` bytes that has no line end. */
static int end_message(struct part_tree *tree, uint64_t offset, bool unended)
{
	uint64_t lines = tree->lines + (unended ? 1 : 0);
	while (tree->in_header) {
		uint32_t part = innermost(tree)->part;
		bool has_line = offset > outline_writer_part(&tree->writer, part)->header_offset;
		int r = end_header(tree, offset, lines, 0);
		if (r < 0) {
			return r;
		}
		outline_writer_part(&tree->writer, part)->header_unended = unended && has_line;
	}
	close_parts(tree, 0, offset, lines);
	return 0;
}

static int scan(struct part_tree *tree, struct lines *lines)
{
	struct segment segment;
	enum boundary_match match = BOUNDARY_NONE;
	size_t level = 0;
	bool unended = false;
	int r = open_part(tree, ROOST_NO_PART, true, 0);
	while (r == 0 && (r = lines_next(lines, &segment)) > 0) {
		uint64_t end = segment.offset + segment.size + segment.end_size;
		r = 0;
		if (segment.first) {
			tree->line_offset = segment.offset;
			match = find_boundary(tree, &segment, &level);
			if (match != BOUNDARY_NONE) {
				r = end_body(tree, level);
			}
		}
		uint64_t lines_before = tree->lines;
		if (r == 0 && match == BOUNDARY_NONE && tree->in_header) {
			r = take_header_line(tree, &segment);
		}
		if (segment.last) {
			/* An unended boundary line is no line of the part after it. */
			unended = segment.end_size == 0 && match == BOUNDARY_NONE;
			tree->lines = lines_before + (unended ? 0 : 1);
			tree->last_line_offset = tree->line_offset;
			tree->last_end_size = segment.end_size;
			if (r == 0 && match != BOUNDARY_NONE) {
				r = after_boundary(tree, level, match, end, lines->end);
				match = BOUNDARY_NONE;
			}
		}
	}
	if (r == 0) {
		r = end_message(tree, lines->end, unended);
	}
	return r;
}

/* Give the outline its preview. What the message says is known only once its parts are. */
static int write_preview(struct outline_writer *writer, struct roost_content *content)
{
	struct roost_outline outline;
	struct preview_choice preview;
	void *bytes = NULL;
	int r = outline_writer_finish(writer, &bytes, &outline.size);

	if (r < 0) {
		return r;
	}
	outline.bytes = bytes;
	r = preview_find(&outline, content, &preview);
	if (r == 0) {
		writer->preview = outline_write_text(writer, OUTLINE_PREVIEW,
			(struct roost_text) { preview.bytes, preview.size });
	}
	free(bytes);
	return r;
}

int roost_outline_create(struct roost_content *content, void **bytes_out, size_t *size_out)
{
	struct lines lines;
	struct part_tree *tree = malloc(sizeof(*tree));
	if (tree == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	memset(tree, 0, sizeof(*tree));
	outline_writer_init(&tree->writer);
	part_header_init(&tree->header, &tree->writer);
	lines_init(&lines, content, 0, content->size);
	int r = scan(tree, &lines);
	if (r == 0) {
		r = write_preview(&tree->writer, content);
	}
	if (r == 0) {
		r = outline_writer_finish(&tree->writer, bytes_out, size_out);
	}
	while (tree->depth > 0) {
		free(innermost(tree)->boundary);
		tree->depth--;
	}
	lines_finish(&lines);
	part_header_free(&tree->header);
	outline_writer_free(&tree->writer);
	free(tree);
	return r;
}
