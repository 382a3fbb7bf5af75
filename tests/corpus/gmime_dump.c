/* gmime_dump.c - what GMime makes of messages, as a second opinion: a line of JSON for each, its parts
 * as [type, [parts in it]]. */
#include <gmime/gmime.h>
#include <stdio.h>

#include "frame.h"

static void print_part(GMimeObject *part)
{
	GMimeContentType *type = part != NULL ? g_mime_object_get_content_type(part) : NULL;
	char *name = type != NULL ? g_mime_content_type_get_mime_type(type) : NULL;
	printf("[");
	frame_print_string(name != NULL ? name : "", name != NULL ? strlen(name) : 0);
	g_free(name);
	printf(", [");
	if (GMIME_IS_MULTIPART(part)) {
		int count = g_mime_multipart_get_count(GMIME_MULTIPART(part));
		for (int i = 0; i < count; i++) {
			printf("%s", i > 0 ? ", " : "");
			print_part(g_mime_multipart_get_part(GMIME_MULTIPART(part), i));
		}
	} else if (GMIME_IS_MESSAGE_PART(part)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
		if (inner != NULL) {
			print_part(g_mime_message_get_mime_part(inner));
		}
	}
	printf("]]");
}

int main(void)
{
	uint8_t *bytes;
	size_t size;
	g_mime_init();
	while ((bytes = frame_read(&size)) != NULL) {
		GMimeStream *stream = g_mime_stream_mem_new_with_buffer((const char *)bytes, size);
		GMimeParser *parser = g_mime_parser_new_with_stream(stream);
		GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
		print_part(message != NULL ? g_mime_message_get_mime_part(message) : NULL);
		printf("\n");
		if (message != NULL) {
			g_object_unref(message);
		}
		g_object_unref(parser);
		g_object_unref(stream);
		free(bytes);
	}
	g_mime_shutdown();
	return 0;
}
