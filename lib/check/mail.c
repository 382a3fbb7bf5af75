/* mail.c - the messages that the cases store. */
#include "mail.h"

#include <stdio.h>
#include <string.h>

#define DAY 86400
#define FIRST_DATE 1000000000 /* 9 September 2001 */

struct mail mail_text(const char *text)
{
	return (struct mail) {
		.bytes = text,
		.size = strlen(text),
		.date = { .seconds = FIRST_DATE, .zone = 60 },
	};
}

struct mail mail_number(struct check *c, unsigned number)
{
	struct mail mail = { .date = { .seconds = FIRST_DATE + (int64_t)number * 61 } };
	mail.date.zone = (int32_t)(number % 24) * 60 - 720;
	char text[400];
	int n = snprintf(text, sizeof(text),
		"From: Anna <anna@example.org>\r\n"
		"To: Ben <ben@example.org>\r\n"
		"Subject: message %u\r\n"
		"Message-ID: <%u@example.org>\r\n"
		"Date: Mon, 7 Feb 1994 21:52:25 -0800\r\n"
		"\r\n"
		"This is the text of message %u.\r\n",
		number, number, number);
	mail.bytes = fixture_strdup(c, text);
	mail.size = (size_t)n;
	return mail;
}

uint32_t mail_random(uint32_t *state)
{
	uint32_t x = *state == 0 ? 2463534242u : *state;
	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	*state = x;
	return x;
}

struct mail mail_of_size(struct check *c, size_t size, unsigned seed)
{
	struct mail mail = { .size = size, .date = { .seconds = FIRST_DATE } };
	unsigned char *bytes = fixture_alloc(c, size + 1);
	mail.bytes = bytes;
	if (bytes == NULL) {
		return mail;
	}
	static const char head[] = "Subject: large\r\n\r\n";
	uint32_t state = seed + 1;
	for (size_t i = 0; i < size; i++) {
		if (i < sizeof(head) - 1) {
			bytes[i] = (unsigned char)head[i];
		} else {
			bytes[i] = i % 80 == 78   ? '\r'
				   : i % 80 == 79 ? '\n'
						  : (unsigned char)('a' + mail_random(&state) % 26);
		}
	}
	return mail;
}

static const struct {
	const char *text;
	const char *flags;
	int64_t day;
	int32_t zone;
} samples_table[MAIL_SAMPLES] = {
	{ "Subject: lunch\r\nFrom: Anna <anna@example.org>\r\nDate: Mon, 7 Feb 1994 21:52:25 "
	  "-0800\r\n\r\nShall we have lunch?\r\n",
		"", 0, 0 },
	{ "Subject: Re: lunch\r\nFrom: Ben <ben@example.org>\r\nTo: anna@example.org\r\nDate: Tue, "
	  "8 Feb 1994 00:10:00 +0100\r\n\r\nYes, LUNCH at noon.\r\n",
		"\\Seen \\Answered", 0, 600 },
	{ "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=\r\nFrom: =?iso-8859-1?Q?J=FCrgen?= "
	  "<j@example.org>\r\n\r\nViele Gr\xc3\xbc\xc3\x9f"
	  "e!\r\n",
		"\\Flagged Work", 1, -720 },
	{ "Subject: attachment\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; "
	  "charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	  "VGhlIHNlY3JldCB3b3JkIGlzIG1hcm1hbGFkZS4K\r\n",
		"\\Seen Work $Forwarded", 2, 840 },
	{ "Subject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
	  "boundary=b\r\n\r\npreamble\r\n--b\r\n\r\nfirst apple\r\n--b\r\nContent-Type: "
	  "text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
	  "caf=E9 second pear\r\n--b--\r\nepilogue\r\n",
		"\\Draft", 3, 0 },
	{ "Subject: forwarded\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\nSubject: "
	  "inner lunch\r\nFrom: carl@example.org\r\n\r\ninner text\r\n",
		"\\Deleted", 4, -60 },
	{ "", "\\Seen", 5, 0 },
	{ "Subject: no body at all\r\n", "", 6, 330 },
	{ "\r\nonly a body with lunch in it\r\n", "\\Seen \\Flagged \\Deleted", 7, 0 },
	{ "Subject:\r\nX-Empty:\r\nKeywords: apple,\r\n pear\r\n\r\nfolded header\r\n", "work2", 30,
		0 },
	{ "Subject: \xff\xfe not a charset\r\n\r\n\x80\x81\x82 bytes\r\n", "$Junk", 365, 0 },
	{ "Subject: bare line feeds\nFrom: dora@example.org\nDate: 1 Jan 2000 00:00:00 "
	  "+0000\n\nlines of lunch\nand pear\n",
		"\\Answered Work", 400, 0 },
};

void mail_samples(struct mail samples[MAIL_SAMPLES])
{
	for (size_t i = 0; i < MAIL_SAMPLES; i++) {
		samples[i] = mail_text(samples_table[i].text);
		samples[i].flags = samples_table[i].flags;
		samples[i].date.seconds = FIRST_DATE + samples_table[i].day * DAY;
		samples[i].date.zone = samples_table[i].zone;
	}
}
