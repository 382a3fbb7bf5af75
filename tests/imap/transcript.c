/* transcript.c - reads transcript files. */
#include "transcript.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"

static const struct {
	const char *mark;
	enum step_kind kind;
} marks[] = {
	{ "S", STEP_EXPECT },
	{ "S?", STEP_EXPECT_OPTIONAL },
	{ "S*", STEP_EXPECT_UNORDERED },
};

static struct step *add_step(struct transcript *transcript, enum step_kind kind, unsigned line)
{
	if (transcript->count == transcript->capacity) {
		size_t capacity = transcript->capacity * 2 + 32;
		struct step *grown = realloc(transcript->steps, capacity * sizeof(*grown));
		if (grown == NULL) {
			abort();
		}
		transcript->steps = grown;
		transcript->capacity = capacity;
	}
	struct step *step = &transcript->steps[transcript->count++];
	*step = (struct step) { .kind = kind, .line = line, .wire = 1 };
	bytes_add(&step->text, "", 0);
	return step;
}

/* Add text with its \xNN replaced. */
static void add_unescaped(struct bytes *bytes, const char *text, size_t n)
{
	char *copy = malloc(n + 1);
	if (copy == NULL) {
		abort();
	}
	memcpy(copy, text, n);
	bytes_add(bytes, copy, pattern_unescape(copy, n));
	free(copy);
}

/* Add text that is to be sent: {{repeat N text}} stands for N times the text. */
static void add_sent(struct bytes *bytes, const char *text)
{
	const char *repeat = strstr(text, "{{repeat ");
	const char *end = repeat == NULL ? NULL : strstr(repeat, "}}");
	if (end == NULL) {
		add_unescaped(bytes, text, strlen(text));
		return;
	}
	add_unescaped(bytes, text, (size_t)(repeat - text));
	char *what = NULL;
	unsigned long times = strtoul(repeat + strlen("{{repeat "), &what, 10);
	what += *what == ' ';
	for (unsigned long i = 0; i < times; i++) {
		add_unescaped(bytes, what, (size_t)(end - what));
	}
	add_sent(bytes, end + 2);
}

/* Read the mark before the colon, "C2~": its letters go to `mark_out`, its number to `wire_out`. */
static bool read_mark(const char *text, size_t n, char mark_out[4], size_t *wire_out)
{
	size_t out = 0;
	*wire_out = 1;
	for (size_t i = 0; i < n; i++) {
		if (isdigit((unsigned char)text[i])) {
			*wire_out = (size_t)(text[i] - '0');
		} else if (out < 3) {
			mark_out[out++] = text[i];
		} else {
			return false;
		}
	}
	mark_out[out] = '\0';
	return true;
}

/* A line "X: text"; false when it is none. */
static bool read_session_line(struct transcript *transcript, const char *text, unsigned line)
{
	const char *colon = strchr(text, ':');
	char mark[4];
	size_t wire = 1;
	if (colon == NULL || colon - text > 3 ||
		!read_mark(text, (size_t)(colon - text), mark, &wire)) {
		return false;
	}
	const char *rest = colon[1] == ' ' ? colon + 2 : colon + 1;
	if (strcmp(mark, "C") == 0 || strcmp(mark, "C~") == 0 || strcmp(mark, "L") == 0) {
		struct step *step = add_step(transcript, STEP_SEND, line);
		step->wire = wire;
		step->quiet_before = mark[0] == 'C';
		add_sent(&step->text, rest);
		if (strcmp(mark, "C~") != 0) {
			bytes_add_text(&step->text, "\r\n");
		}
		return true;
	}
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (strcmp(mark, marks[i].mark) == 0) {
			struct step *step = add_step(transcript, marks[i].kind, line);
			step->wire = wire;
			add_unescaped(&step->text, rest, strlen(rest));
			return true;
		}
	}
	return false;
}

/* A line "| text": more lines of what is sent or expected. */
static bool read_continuation(struct transcript *transcript, const char *text)
{
	if (text[0] != '|' || (text[1] != ' ' && text[1] != '\0') || transcript->count == 0) {
		return false;
	}
	struct step *step = &transcript->steps[transcript->count - 1];
	const char *rest = text[1] == ' ' ? text + 2 : text + 1;
	if (step->kind == STEP_SEND) {
		add_sent(&step->text, rest);
		bytes_add_text(&step->text, "\r\n");
	} else {
		bytes_add_text(&step->text, "\r\n");
		add_unescaped(&step->text, rest, strlen(rest));
	}
	return true;
}

/* A line "word text", "word2 text" or "word text <<EOF"; true when a block follows. */
static bool read_directive(struct transcript *transcript, const char *text, unsigned line)
{
	struct step *step = add_step(transcript, STEP_DIRECTIVE, line);
	size_t n = strcspn(text, " ");
	size_t letters = n;
	if (n > 0 && isdigit((unsigned char)text[n - 1])) {
		step->wire = (size_t)(text[n - 1] - '0');
		letters--;
	}
	if (letters < sizeof(step->word)) {
		memcpy(step->word, text, letters);
	}
	const char *rest = text[n] == ' ' ? text + n + 1 : text + n;
	size_t size = strlen(rest);
	bool block = size >= 5 && strcmp(rest + size - 5, "<<EOF") == 0;
	if (block) {
		size -= 5;
		while (size > 0 && rest[size - 1] == ' ') {
			size--;
		}
	}
	bytes_add(&step->text, rest, size);
	return block;
}

bool transcript_read(struct transcript *transcript, const char *path)
{
	*transcript = (struct transcript) { .path = path };
	FILE *file = fopen(path, "r");
	if (file == NULL) {
		perror(path);
		return false;
	}
	char *text = NULL;
	size_t capacity = 0;
	ssize_t size = 0;
	bool in_block = false;
	for (unsigned line = 1; (size = getline(&text, &capacity, file)) >= 0; line++) {
		if (size > 0 && text[size - 1] == '\n') {
			text[--size] = '\0';
		}
		if (in_block) {
			in_block = strcmp(text, "EOF") != 0;
			if (in_block) {
				struct step *step = &transcript->steps[transcript->count - 1];
				add_unescaped(&step->block, text, (size_t)size);
				bytes_add_text(&step->block, "\r\n");
			}
		} else if (size > 0 && text[0] != '#' && !read_continuation(transcript, text) &&
			   !read_session_line(transcript, text, line)) {
			in_block = read_directive(transcript, text, line);
		}
	}
	free(text);
	(void)fclose(file);
	return true;
}

void transcript_clear(struct transcript *transcript)
{
	for (size_t i = 0; i < transcript->count; i++) {
		bytes_clear(&transcript->steps[i].text);
		bytes_clear(&transcript->steps[i].block);
	}
	free(transcript->steps);
	*transcript = (struct transcript) { 0 };
}
