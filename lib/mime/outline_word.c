/* outline_word.c - the words that every outline knows, so that none has to hold them. */
#include "mime/outline_format.h"

#include <string.h>

/* In the order of memcmp. A change here is a new OUTLINE_VERSION. */
static const char *const words[] = {
	"",
	"7BIT",
	"7bit",
	"8BIT",
	"8bit",
	"ARC-Authentication-Results",
	"ARC-Message-Signature",
	"ARC-Seal",
	"Accept-Language",
	"Approved",
	"Authentication-Results",
	"Auto-Submitted",
	"Autocrypt",
	"BASE64",
	"Bcc",
	"CC",
	"Cc",
	"Comments",
	"Content-Class",
	"Content-Description",
	"Content-Disposition",
	"Content-ID",
	"Content-Language",
	"Content-Length",
	"Content-Location",
	"Content-MD5",
	"Content-Transfer-Encoding",
	"Content-Type",
	"Content-class",
	"DKIM-Signature",
	"Date",
	"Delivered-To",
	"Disposition-Notification-To",
	"DomainKey-Signature",
	"Envelope-To",
	"Envelope-to",
	"Errors-To",
	"Face",
	"Feedback-ID",
	"From",
	"HTML",
	"ISO-8859-1",
	"Importance",
	"In-Reply-To",
	"Keywords",
	"Lines",
	"List-Archive",
	"List-Help",
	"List-ID",
	"List-Id",
	"List-Owner",
	"List-Post",
	"List-Subscribe",
	"List-Unsubscribe",
	"List-Unsubscribe-Post",
	"MIME-Version",
	"Mail-Followup-To",
	"Mailing-List",
	"Message-ID",
	"Message-Id",
	"Mime-Version",
	"Newsgroups",
	"Organization",
	"PLAIN",
	"Precedence",
	"Priority",
	"Received",
	"Received-SPF",
	"References",
	"Reply-To",
	"Resent-Date",
	"Resent-From",
	"Resent-Message-ID",
	"Resent-To",
	"Return-Path",
	"Sender",
	"Status",
	"Subject",
	"TEXT",
	"Thread-Index",
	"Thread-Topic",
	"Thread-index",
	"To",
	"US-ASCII",
	"UTF-8",
	"User-Agent",
	"X-Attachment-Id",
	"X-Auto-Response-Suppress",
	"X-BeenThere",
	"X-Face",
	"X-Forwarded-For",
	"X-Forwarded-To",
	"X-Gm-Message-State",
	"X-Google-DKIM-Signature",
	"X-Google-Original-From",
	"X-Google-Smtp-Source",
	"X-IMAPbase",
	"X-Keywords",
	"X-Loop",
	"X-MS-Exchange-CrossTenant-id",
	"X-MS-Exchange-Organization-SCL",
	"X-MS-Exchange-Transport-CrossTenantHeadersStamped",
	"X-MS-Has-Attach",
	"X-MS-TNEF-Correlator",
	"X-MSMail-Priority",
	"X-Mailer",
	"X-Mailing-List",
	"X-Mailman-Approved-At",
	"X-Mailman-Version",
	"X-Microsoft-Antispam",
	"X-MimeOLE",
	"X-Mozilla-Status",
	"X-Mozilla-Status2",
	"X-Notifications",
	"X-Original-To",
	"X-OriginalArrivalTime",
	"X-Originating-IP",
	"X-Patchwork-Id",
	"X-Priority",
	"X-Received",
	"X-Sender",
	"X-Spam-Checker-Version",
	"X-Spam-Flag",
	"X-Spam-Level",
	"X-Spam-Score",
	"X-Spam-Status",
	"X-Status",
	"X-UID",
	"X-Virus-Scanned",
	"alternative",
	"application",
	"application/pgp-signature",
	"attachment",
	"audio",
	"base64",
	"binary",
	"boundary",
	"calendar",
	"charset",
	"creation-date",
	"csv",
	"de",
	"delivery-status",
	"delsp",
	"digest",
	"en",
	"encrypted",
	"filename",
	"filename*",
	"flowed",
	"format",
	"gif",
	"gmail.com",
	"googlegroups.com",
	"html",
	"image",
	"inline",
	"iso-8859-1",
	"jpeg",
	"message",
	"method",
	"micalg",
	"mixed",
	"modification-date",
	"msword",
	"multipart",
	"multipart/alternative",
	"name",
	"name*",
	"no",
	"octet-stream",
	"outlook.com",
	"pdf",
	"pgp-sha256",
	"pgp-sha512",
	"pgp-signature",
	"pkcs7-signature",
	"plain",
	"png",
	"protocol",
	"quoted-printable",
	"related",
	"report",
	"report-type",
	"rfc822",
	"sha-256",
	"signed",
	"size",
	"start",
	"text",
	"text/html",
	"text/plain",
	"type",
	"us-ascii",
	"utf-8",
	"vger.kernel.org",
	"video",
	"windows-1252",
	"x-pkcs7-signature",
	"xml",
	"yes",
	"zip",
};

#define WORD_COUNT (sizeof(words) / sizeof(words[0]))

_Static_assert(WORD_COUNT < OUTLINE_FIRST_STRING, "references of words and of strings overlap");

static int compare(struct roost_text text, const char *word)
{
	size_t size = strlen(word);
	size_t common = text.size < size ? text.size : size;
	int order = memcmp(text.bytes, word, common);
	if (order != 0) {
		return order;
	}
	return text.size < size ? -1 : text.size > size;
}

uint32_t outline_word_find(struct roost_text text)
{
	size_t low = 0;
	size_t high = WORD_COUNT;
	while (text.bytes != NULL && low < high) {
		size_t middle = (low + high) / 2;
		int order = compare(text, words[middle]);
		if (order == 0) {
			return (uint32_t)middle + 1;
		}
		if (order < 0) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return 0;
}

struct roost_text outline_word(uint32_t reference)
{
	struct roost_text text = { NULL, 0 };
	if (reference >= 1 && reference <= WORD_COUNT) {
		text.bytes = words[reference - 1];
		text.size = strlen(text.bytes);
	}
	return text;
}
