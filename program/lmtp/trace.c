/* trace.c - the lines that are put in front of a message when it is delivered. */
#include "trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct roost_time trace_now(void)
{
	time_t now = time(NULL);
	struct tm parts = { 0 };
	long offset = localtime_r(&now, &parts) != NULL ? parts.tm_gmtoff : 0;
	return (struct roost_time) { .seconds = now, .zone = (int32_t)(offset / 60) };
}

/* As RFC 5322 section 3.3 writes it, whatever the locale. */
static void write_date(FILE *out, struct roost_time date)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t local = (time_t)date.seconds + (time_t)date.zone * 60;
	struct tm parts = { 0 };
	int zone = date.zone < 0 ? -date.zone : date.zone;
	(void)gmtime_r(&local, &parts);
	fprintf(out, "%.3s, %d %.3s %d %02d:%02d:%02d %c%02d%02d", days + 3 * parts.tm_wday,
		parts.tm_mday, months + 3 * parts.tm_mon, parts.tm_year + 1900, parts.tm_hour,
		parts.tm_min, parts.tm_sec, date.zone < 0 ? '-' : '+', zone / 60, zone % 60);
}

/* What a client calls itself, as far as it looks like a domain or an address literal: it stands
 * where a parenthesis would begin a comment. */
static void write_name(FILE *out, const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.-_:[]";
	size_t n = strspn(name, allowed);
	if (n == 0) {
		fputs("unknown", out);
	} else {
		fwrite(name, 1, n, out);
	}
}

static void write_received(FILE *out, const struct trace *trace)
{
	fputs("Received: from ", out);
	write_name(out, trace->client);
	if (trace->address[0] != '\0') {
		fprintf(out, " ([%s%s])", strchr(trace->address, ':') != NULL ? "IPv6:" : "",
			trace->address);
	}
	fputs("\r\n\tby ", out);
	write_name(out, trace->host);
	fprintf(out, " (roost) with %s id %s\r\n", trace->protocol, trace->id);
	if (trace->recipient != NULL) {
		fprintf(out, "\tfor <%s>;\r\n\t", trace->recipient);
	} else {
		fputs("\t; ", out);
	}
	write_date(out, trace->date);
	fputs("\r\n", out);
}

char *trace_write(const struct trace *trace, size_t *n_out)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	if (out == NULL) {
		return NULL;
	}
	if (trace->sender != NULL) {
		fprintf(out, "Return-Path: <%s>\r\n", trace->sender);
	}
	if (trace->recipient != NULL) {
		fprintf(out, "Delivered-To: %s\r\n", trace->recipient);
	}
	if (trace->protocol != NULL) {
		write_received(out, trace);
	}
	bool failed = ferror(out) != 0;
	if (fclose(out) != 0 || failed) {
		free(text);
		return NULL;
	}
	*n_out = n;
	return text;
}
