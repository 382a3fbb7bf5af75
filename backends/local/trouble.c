/* trouble.c - telling clients and administrators what is wrong. */
#include "store.h"

#include <stdarg.h>
#include <stdio.h>

#define LINE 1024

void local_trouble_log(struct store *store, enum roost_log_level level, const char *format, ...)
{
	if (store->options.log == NULL) {
		return;
	}
	char line[LINE];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	store->options.log(store->options.context, level, line);
}

void local_trouble_quote(char *line, size_t size, const char *text)
{
	size_t n = 0;
	if (size < 3) {
		return;
	}
	line[n++] = '"';
	for (; *text != '\0' && n + 2 < size; text++) {
		bool plain = (unsigned char)*text >= 0x20 && *text != '"' && *text != 0x7f;
		line[n++] = plain ? *text : *text == '"' ? '\'' : ' ';
	}
	line[n++] = '"';
	line[n] = '\0';
}

/* What the client hears. */
static const char *client_text(int error)
{
	switch (error) {
	case ROOST_ERR_CORRUPT:
		return "The mail store of this user is damaged";
	case ROOST_ERR_OVER_QUOTA:
		return "The disk quota of the mail store is used up";
	case ROOST_ERR_READ_ONLY:
		return "The mail store cannot be written to";
	case ROOST_ERR_NO_PERMISSION:
		return "The server may not open the mail store of this user";
	case ROOST_ERR_NO_MEMORY:
		return "The server has no memory left for this";
	default:
		return "The mail store of this user does not work at the moment";
	}
}

/* What the administrator can do. */
static const char *advice(int error)
{
	switch (error) {
	case ROOST_ERR_CORRUPT:
		return "see roost check; restore the user from a backup, or roost check --repair";
	case ROOST_ERR_UNAVAILABLE:
		return "make room on the disk, or see what holds the database";
	case ROOST_ERR_OVER_QUOTA:
		return "raise the disk quota";
	case ROOST_ERR_READ_ONLY:
		return "the file system is read-only: see the kernel's log";
	case ROOST_ERR_NO_PERMISSION:
		return "give the folder to the user that roost runs as";
	default:
		return "see the kernel's log for errors of the disk";
	}
}

int local_trouble(struct account *account, struct roost_call *call, int error, const char *text)
{
	switch (error) {
	case ROOST_ERR_CORRUPT:
	case ROOST_ERR_UNAVAILABLE:
	case ROOST_ERR_OVER_QUOTA:
	case ROOST_ERR_READ_ONLY:
	case ROOST_ERR_NO_PERMISSION:
	case ROOST_ERR_IO: {
		char name[256], why[512];
		local_trouble_quote(name, sizeof(name), account->name);
		local_trouble_quote(why, sizeof(why), text);
		local_trouble_log(account->store, ROOST_LOG_ERROR,
			"event=store-trouble user=%s error=%s reason=%s advice=\"%s\"", name,
			roost_error_name(error), why, advice(error));
		break;
	}
	case ROOST_ERR_NO_MEMORY:
		break;
	default:
		return error;
	}
	return call == NULL ? error : roost_call_fail(call, error, client_text(error));
}
