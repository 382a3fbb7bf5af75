/* account_text.h - what stands in the file of an account. */
#ifndef PROGRAM_ACCOUNT_TEXT_H
#define PROGRAM_ACCOUNT_TEXT_H

#include "account_file.h"

/* Octets of the largest one. */
#define ACCOUNT_TEXT_MAX 65536

enum account_result account_text_parse(const char *text, struct account_file *account_out);

/* The text with a change made to it, all else as it was. From malloc(); ACCOUNT_DAMAGED when it is
 * such that only a person can change it. */
enum account_result account_text_change(
	const char *text, const struct account_change *change, char **text_out);

#endif
