/* writer.h - what an export writes: a format is a table of functions.
 *
 * All return 0, or an errno. What was written is on disk when close returns. */
#ifndef PROGRAM_WRITER_H
#define PROGRAM_WRITER_H

#include <stdbool.h>

#include <roost/backend.h>

struct writer;

struct writer_ops {
	const char *format; /* "maildir" */

	/* Where a mailbox lies below the export, from malloc; NULL when memory is out. With a
	 * `salt` it is another place, which no other name has. */
	char *(*place)(const char *name, bool salt);

	/* Begin with a mailbox, whose place is `path`. `known_out` becomes the UIDs of the messages
	 * that are there from an earlier export. */
	int (*open)(struct writer *writer, const char *path, uint32_t uid_validity,
		struct roost_uidset *known_out);

	/* A message that is there: it may have other flags now. */
	int (*keep)(struct writer *writer, const struct roost_message *message);

	/* A message that is not there: its `octets` are `bytes`. EILSEQ: the format cannot hold it.
	 */
	int (*put)(struct writer *writer, const struct roost_message *message, const char *bytes);

	/* No more of the mailbox; `whole`: this was all of it. Also after open failed. */
	int (*close)(struct writer *writer, bool whole);

	/* Write down what is subscribed to, for other programs. NULL: there is no such thing. */
	int (*subscribe)(const char *path, char *const *names, size_t count);

	int (*create)(struct writer **writer_out);
	void (*destroy)(struct writer *writer);
};

/* An implementation begins with it. */
struct writer {
	const struct writer_ops *ops;
};

extern const struct writer_ops maildir_writer_ops, mbox_writer_ops, eml_writer_ops;

/* The one of that name, or NULL. */
const struct writer_ops *writer_find(const char *format);

#endif
