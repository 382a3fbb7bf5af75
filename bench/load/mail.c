/* mail.c - messages that look like real mail and are the same in every run. */
#include "mail.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "words.h"

enum { PEOPLE = 300, LISTS = 12 };

/* Below these of ten a message is plain text, or text beside HTML; above it has an attachment. */
enum { PLAIN_TENTHS = 6, ALTERNATIVE_TENTHS = 9 };

struct writer {
	struct bytes *text;
	const struct mail_plan *plan;
	uint32_t number;
	uint64_t chance;
	char date[40]; /* RFC 5322 */
};

static void set_dates(struct writer *writer, struct mail *mail)
{
	/* One an hour, but not in order: dates sort otherwise than numbers. */
	time_t time = 1600000000 + (time_t)writer->number * 3600 +
		      (time_t)words_below(&writer->chance, 86400 * 3);
	bool seen = writer->number % writer->plan->unread != 0;
	struct tm parts;
	char date[40];
	gmtime_r(&time, &parts);
	strftime(writer->date, sizeof(writer->date), "%a, %d %b %Y %H:%M:%S +0000", &parts);
	strftime(date, sizeof(date), "%d-%b-%Y %H:%M:%S +0000", &parts);
	snprintf(mail->arguments, sizeof(mail->arguments), "(%s) \"%s\"", seen ? "\\Seen" : "",
		date);
}

static void add(struct writer *writer, const char *text)
{
	bytes_add(writer->text, text, strlen(text));
}

/* Someone, always with the same name. */
static void add_person(struct writer *writer, uint32_t person)
{
	if (person % 7 == 0) {
		add(writer, "=?utf-8?q?J=C3=BCrgen_");
		words_add(writer->text, person * 11, "?=");
	} else {
		add(writer, "\"");
		words_add(writer->text, person * 13, " ");
		words_add(writer->text, person * 17 + 5, "\"");
	}
	bytes_format(writer->text, " <person%u@mail%u.example>", person, person % 5);
}

static void add_received(struct writer *writer)
{
	for (uint32_t hop = 3; hop > 0; hop--) {
		bytes_format(writer->text,
			"Received: from relay%u.example (relay%u.example [192.0.2.%u])\r\n"
			"\tby relay%u.example with ESMTPS id %016llx\r\n"
			"\tfor <person%u@example.net>; %s\r\n",
			hop, hop, words_below(&writer->chance, 254) + 1, hop - 1,
			(unsigned long long)words_chance(&writer->chance), writer->number % PEOPLE,
			writer->date);
	}
}

static void add_id(struct writer *writer, const char *before, uint32_t number)
{
	bytes_format(
		writer->text, "%s<%08x.%u@mail.example>", before, number * 2654435761U, number);
}

static void add_ids(struct writer *writer)
{
	uint32_t place = (writer->number - 1) % MAIL_THREAD;
	add_id(writer, "Message-ID: ", writer->number);
	if (place > 0) {
		add_id(writer, "\r\nIn-Reply-To: ", writer->number - 1);
		add_id(writer, "\r\nReferences: ", writer->number - place);
		for (uint32_t behind = place - 1; behind > 0; behind--) {
			add_id(writer, "\r\n\t", writer->number - behind);
		}
	}
	add(writer, "\r\n");
}

static void add_subject(struct writer *writer)
{
	uint32_t thread = (writer->number - 1) / MAIL_THREAD;
	uint32_t place = (writer->number - 1) % MAIL_THREAD;
	add(writer, place > 0 ? "Subject: Re: " : "Subject: ");
	words_add(writer->text, thread * 3, " ");
	words_add(writer->text, thread * 7 + 1, " ");
	words_add(writer->text, thread * 31 + 2, " ");
	add(writer, thread % MAIL_SUBJECT_EVERY == 0 ? MAIL_SUBJECT_WORD : "notes");
	add(writer, "\r\n");
}

static void add_header(struct writer *writer)
{
	uint32_t list = writer->number % LISTS;
	bytes_format(writer->text, "Return-Path: <bounces%u@example.org>\r\n", list);
	add_received(writer);
	add(writer,
		"Authentication-Results: example.net; dkim=pass header.d=example.org\r\nFrom: ");
	add_person(writer, writer->number * 7 % PEOPLE);
	add(writer, "\r\nTo: ");
	add_person(writer, writer->number % 100);
	bytes_format(writer->text, ",\r\n\tlist%u@lists.example\r\n", list);
	if (writer->number % 3 == 0) {
		add(writer, "Cc: ");
		add_person(writer, writer->number * 3 % PEOPLE);
		add(writer, "\r\n");
	}
	add_subject(writer);
	bytes_format(writer->text, "Date: %s\r\n", writer->date);
	add_ids(writer);
	bytes_format(writer->text,
		"List-Id: <list%u.lists.example>\r\nUser-Agent: Letters/%u.0\r\nMIME-Version: "
		"1.0\r\n",
		list, words_below(&writer->chance, 20) + 1);
}

static void add_text(struct writer *writer, size_t until)
{
	if (writer->number == 1) {
		add(writer, "and here we say " MAIL_RARE_WORD " once\r\n");
	}
	words_prose(writer->text, until, &writer->chance);
}

static void add_plain(struct writer *writer)
{
	add(writer, "Content-Type: text/plain; charset=utf-8\r\n"
		    "Content-Transfer-Encoding: 8bit\r\n\r\n");
	add_text(writer, writer->plan->size);
}

/* Where the first of two parts ends. */
static size_t third(const struct writer *writer)
{
	size_t length = writer->text->length;
	return length + (writer->plan->size > length ? (writer->plan->size - length) / 3 : 0);
}

/* Text, what stands between, a second part that is filled, and the end. */
static void add_parts(struct writer *writer, const char *subtype, const char *second,
	void (*fill)(struct bytes *, size_t, uint64_t *), const char *end)
{
	char boundary[32];
	char last[96];
	snprintf(boundary, sizeof(boundary), "=_part_%08x", writer->number);
	size_t length = (size_t)snprintf(last, sizeof(last), "%s--%s--\r\n", end, boundary);
	bytes_format(writer->text,
		"Content-Type: multipart/%s; boundary=\"%s\"\r\n\r\n--%s\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n\r\n",
		subtype, boundary, boundary);
	add_text(writer, third(writer));
	bytes_format(writer->text, "--%s\r\n%s", boundary, second);
	if (writer->plan->size > length) {
		fill(writer->text, writer->plan->size - length, &writer->chance);
	}
	add(writer, last);
}

static void add_alternative(struct writer *writer)
{
	add_parts(writer, "alternative",
		"Content-Type: text/html; charset=utf-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><body><p>\r\n",
		words_prose, "</p></body></html>\r\n");
}

static void add_attachment(struct writer *writer)
{
	add_parts(writer, "mixed",
		"Content-Type: application/pdf; name=\"report.pdf\"\r\n"
		"Content-Transfer-Encoding: base64\r\n"
		"Content-Disposition: attachment;\r\n\tfilename=\"report.pdf\"\r\n\r\n",
		words_base64, "");
}

void mail_write(struct mail *mail, const struct mail_plan *plan, uint32_t number)
{
	struct writer writer = {
		.text = &mail->text,
		.plan = plan,
		.number = number,
		.chance = number * 0x100000001b3U,
	};
	uint32_t kind = number % 10;
	mail->text.length = 0;
	set_dates(&writer, mail);
	add_header(&writer);
	if (!plan->multiparts || kind < PLAIN_TENTHS) {
		add_plain(&writer);
	} else if (kind < ALTERNATIVE_TENTHS) {
		add_alternative(&writer);
	} else {
		add_attachment(&writer);
	}
}

void mail_clear(struct mail *mail)
{
	bytes_clear(&mail->text);
}
