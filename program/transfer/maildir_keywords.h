/* maildir_keywords.h - the keywords of the messages of one Maildir folder, which do not stand in the
 * names of the files.
 *
 * dovecot-keywords gives the letters a to z of the names a meaning: "0 $Forwarded" is that of a.
 * Courier keeps keywords in courierimapkeywords/:list: the keywords, an empty line, and for each
 * file the numbers of its keywords. roost-keywords, of our exports, has those that found no letter:
 * a file's name up to the ':', and its keywords. */
#ifndef PROGRAM_MAILDIR_KEYWORDS_H
#define PROGRAM_MAILDIR_KEYWORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "message.h"

#define MAILDIR_KEYWORDS_FILE "dovecot-keywords"
#define MAILDIR_KEYWORDS_MORE "roost-keywords"
#define MAILDIR_KEYWORDS_LETTERS 26

/* The keywords of a file, as courierimapkeywords or roost-keywords have them. */
struct maildir_keywords_row {
	char *name; /* up to the ':' */
	char *keywords; /* with a space after each */
};

struct maildir_keywords {
	char *letters[MAILDIR_KEYWORDS_LETTERS]; /* NULL: stands for none */
	struct maildir_keywords_row *rows;
	size_t count;
};

/* Read what is there in a folder. 0, or an errno. */
int maildir_keywords_read(struct maildir_keywords *keywords, const char *folder);
void maildir_keywords_clear(struct maildir_keywords *keywords);

/* Give the message of a file its keywords. 0 or ROOST_ERR_NO_MEMORY. */
int maildir_keywords_give(
	const struct maildir_keywords *keywords, const char *name, struct message *message);

#endif
