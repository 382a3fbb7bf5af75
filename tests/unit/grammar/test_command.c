/* test_command.c - commands and what they become. */
#include "expect.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void frame(void **state)
{
	static const struct expectation table[] = {
		{ "a1 NOOP", "a1 NOOP" },
		{ "a1 noop", "a1 NOOP" },
		{ "a1 NoOp   ", "a1 NOOP" },
		{ "] CHECK", "] CHECK" },
		{ "a.b-c/[]=!#$&',:;<>?@^_`|}~1 CLOSE", "a.b-c/[]=!#$&',:;<>?@^_`|}~1 CLOSE" },
		{ "a CAPABILITY", "a CAPABILITY" },
		{ "a LOGOUT", "a LOGOUT" },
		{ "a STARTTLS", "a STARTTLS" },
		{ "a UNAUTHENTICATE", "a UNAUTHENTICATE" },
		{ "a COMPRESS DEFLATE", "a COMPRESS |DEFLATE|" },
		{ "a compress deflate", "a COMPRESS |deflate|" },
		{ "a COMPRESS", "a ! Expected a way to compress after COMPRESS" },
		{ "a NAMESPACE", "a NAMESPACE" },
		{ "a IDLE", "a IDLE" },
		{ "a UNSELECT", "a UNSELECT" },
		{ "a EXPUNGE", "a EXPUNGE" },
		{ "", "! Expected a tag" },
		{ " ", "! Expected a tag" },
		{ "+ NOOP", "! Expected a tag" },
		{ "* NOOP", "! Expected a tag" },
		{ "\"a\" NOOP", "! Expected a tag" },
		{ "\xc3\xa9 NOOP", "! Expected a tag" },
		{ "a", "a ! Expected a command after the tag" },
		{ "a ", "a ! Expected a command after the tag" },
		{ "a  NOOP", "a ! Expected a command after the tag" },
		{ "a+ NOOP", "! Invalid character in the tag" },
		{ "a\tNOOP", "! Invalid character in the tag" },
		{ "a NOOP x", "a ! Unexpected text after NOOP" },
		{ "a NOOP\t", "a ! Unexpected text after NOOP" },
		{ "a NOOP(", "a ! Unexpected text after NOOP" },
		{ "a FOO", "a ! Unknown command FOO" },
		{ "a NOOPS", "a ! Unknown command NOOPS" },
		{ "a UNKNOWN", "a ! Unknown command UNKNOWN" },
		{ "a FOO bar {3}\r\nabc", "a ! Unknown command FOO" },
		{ "a \x1b[31m", "a ! Expected a command after the tag" },
		{ "a 0123456789012345678901234567890123456789X",
			"a ! Unknown command 0123456789012345678901234567890123456789..." },
		{ "a UID", "a ! Expected a command after UID" },
		{ "a UID ", "a ! Expected a command after UID" },
		{ "a UID FOO", "a ! Unknown command UID FOO" },
		{ "a UID NOOP", "a ! Unknown command UID NOOP" },
		{ "a UID UID FETCH 1 FLAGS", "a ! Unknown command UID UID" },
		{ "a NOOP {3}\r\nabc", "a ! Unexpected text after NOOP" },
	};

	(void)state;
	expect_dumps(table, COUNT(table));
}

static void session(void **state)
{
	static const struct expectation table[] = {
		{ "a LOGIN anna secret", "a LOGIN user=|anna| password=|secret|" },
		{ "a login \"anna\" \"s e\\\"c\\\\ret\"",
			"a LOGIN user=|anna| password=|s e\"c\\ret|" },
		{ "a LOGIN {4}\r\nanna {8}\r\npa ss\r\nw",
			"a LOGIN user=|anna| password=|pa ss\r\nw|" },
		{ "a LOGIN {4+}\r\nanna {0+}\r\n", "a LOGIN user=|anna| password=||" },
		{ "a LOGIN \"\" \"\"", "a LOGIN user=|| password=||" },
		{ "a LOGIN a]b NIL", "a LOGIN user=|a]b| password=|NIL|" },
		{ "a LOGIN j\xc3\xbcrg \"\xc3\xa9\"",
			"a LOGIN user=|j\xc3\xbcrg| password=|\xc3\xa9|" },
		{ "a LOGIN {4}\r\nanna {5}\r\n{3}\r\n", "a LOGIN user=|anna| password=|{3}\r\n|" },
		{ "a LOGIN", "a ! Expected a user name after LOGIN" },
		{ "a LOGIN ", "a ! Expected a user name after LOGIN" },
		{ "a LOGIN anna", "a ! Expected a password after a user name" },
		{ "a LOGIN anna  x", "a ! Expected a password after a user name" },
		{ "a LOGIN (anna x", "a ! Expected a user name after LOGIN" },
		{ "a LOGIN an(na x", "a ! Missing space after a user name" },
		{ "a LOGIN anna secret more", "a ! Unexpected text after a password" },
		{ "a LOGIN \"anna", "a ! A quoted string has no end" },
		{ "a LOGIN \"anna\\", "a ! A quoted string has no end" },
		{ "a LOGIN \"anna\\\"", "a ! A quoted string has no end" },
		{ "a LOGIN \"an\\na\" x",
			"a ! In a quoted string a backslash must be followed by \" or \\" },
		{ "a LOGIN \"an{3}\r\nabc",
			"a ! A quoted string cannot hold NUL, CR or LF; send a literal" },
		{ "a LOGIN \"anna\"secret", "a ! Missing space after a user name" },
		{ "a LOGIN {}\r\n", "a ! A literal begins with {, its size and }" },
		{ "a LOGIN {x}", "a ! A literal begins with {, its size and }" },
		{ "a LOGIN {4} anna x", "a ! A literal begins with {, its size, } and a line end" },
		{ "a LOGIN {4-}\r\nanna x",
			"a ! A literal begins with {, its size, } and a line end" },
		{ "a LOGIN {4", "a ! A literal begins with {, its size, } and a line end" },
		{ "a LOGIN {9}\r\nanna", "a ! The octets of a literal are missing" },
		{ "a LOGIN {99999999999999999999}", "a ! A literal begins with {, its size and }" },
		{ "a LOGIN {18446744073709551615}",
			"a ! A literal begins with {, its size, } and a line end" },
		{ "a AUTHENTICATE plain", "a AUTHENTICATE mechanism=|PLAIN|" },
		{ "a AUTHENTICATE PLAIN ", "a AUTHENTICATE mechanism=|PLAIN|" },
		{ "a AUTHENTICATE SCRAM-SHA-256 AGE=",
			"a AUTHENTICATE mechanism=|SCRAM-SHA-256| response=|AGE=|" },
		{ "a AUTHENTICATE PLAIN =", "a AUTHENTICATE mechanism=|PLAIN| response=||" },
		{ "a AUTHENTICATE PLAIN = ", "a AUTHENTICATE mechanism=|PLAIN| response=||" },
		{ "a AUTHENTICATE", "a ! Expected a SASL mechanism after AUTHENTICATE" },
		{ "a AUTHENTICATE \"PLAIN\"", "a ! Expected a SASL mechanism after AUTHENTICATE" },
		{ "a AUTHENTICATE PLAIN a,b", "a ! The initial response is not base64" },
		{ "a AUTHENTICATE PLAIN AA AA", "a ! Unexpected text after an initial response" },
		{ "a ID NIL", "a ID" },
		{ "a ID nil ", "a ID" },
		{ "a ID ()", "a ID" },
		{ "a ID (\"name\" \"x y\" \"version\" NIL)", "a ID |name|=|x y| |version|=NIL" },
		{ "a ID (name {3}\r\nabc \"a\" \"\")", "a ID |name|=|abc| |a|=||" },
		{ "a ID", "a ! Expected a list of fields and values, or NIL after ID" },
		{ "a ID NILS", "a ! Expected a quoted string, a literal or NIL" },
		{ "a ID \"x\"", "a ! Expected a list of fields and values, or NIL after ID" },
		{ "a ID (\"name\")", "a ! Missing space after a field name" },
		{ "a ID (\"name\" x)", "a ! Expected a value or NIL after a field name" },
		{ "a ID (\"name\" \"x\"", "a ! Expected a space or ) after a value or NIL" },
		{ "a ID (\"name\" \"x\" )", "a ! Expected a field name after a value or NIL" },
		{ "a ID (\"0123456789012345678901234567890\" NIL)",
			"a ! A field name or value of ID is too long" },
		{ "a ENABLE condstore", "a ENABLE |CONDSTORE|" },
		{ "a ENABLE CONDSTORE utf8=accept ", "a ENABLE |CONDSTORE| |UTF8=ACCEPT|" },
		{ "a ENABLE", "a ! Expected a capability after ENABLE" },
		{ "a ENABLE (X)", "a ! Expected a capability after ENABLE" },
		{ "a ENABLE X  Y", "a ! Unexpected text after a capability" },
		{ "a ENABLE {3}\r\nabc", "a ! Expected a capability after ENABLE" },
	};

	(void)state;
	expect_dumps(table, COUNT(table));
}

static void mailboxes(void **state)
{
	static const struct expectation table[] = {
		{ "a SELECT inbox", "a SELECT |INBOX|" },
		{ "a SELECT \"InBox\"", "a SELECT |INBOX|" },
		{ "a EXAMINE {5}\r\niNBOX", "a EXAMINE |INBOX|" },
		{ "a SELECT inbox/x", "a SELECT |inbox/x|" },
		{ "a CREATE Entw&APw-rfe/", "a CREATE |Entw\xc3\xbcrfe/|" },
		{ "a CREATE \xc3\xa9t\xc3\xa9", "a CREATE |\xc3\xa9t\xc3\xa9|" },
		{ "a DELETE \"a b\"", "a DELETE |a b|" },
		{ "a DELETE NIL", "a DELETE |NIL|" },
		{ "a SUBSCRIBE a]b", "a SUBSCRIBE |a]b|" },
		{ "a UNSUBSCRIBE \"\"", "a UNSUBSCRIBE ||" },
		{ "a RENAME old inbox", "a RENAME |old| to=|INBOX|" },
		{ "a RENAME {3}\r\nold {5+}\r\nnew x", "a RENAME |old| to=|new x|" },
		{ "a SELECT", "a ! Expected a mailbox name after SELECT" },
		{ "a SELECT ", "a ! Expected a mailbox name after SELECT" },
		{ "a EXAMINE", "a ! Expected a mailbox name after EXAMINE" },
		{ "a SELECT a*", "a ! Unexpected text after a mailbox name" },
		{ "a SELECT a b", "a ! Unexpected text after a mailbox name" },
		{ "a SELECT x (CONDSTORE)", "a SELECT |x| condstore" },
		{ "a EXAMINE x (condstore)", "a EXAMINE |x| condstore" },
		{ "a SELECT x (QRESYNC (67890007 20050715194045000))",
			"a SELECT |x| qresync=67890007/20050715194045000" },
		{ "a SELECT x (QRESYNC (1 2 41,43:211,214:541) CONDSTORE)",
			"a SELECT |x| condstore qresync=1/2 known 41,43:211,214:541" },
		{ "a SELECT x (QRESYNC (1 2 1:29997 (5000,9990:9999 15000,29970:29979)))",
			"a SELECT |x| qresync=1/2 known 1:29997 match 5000,9990:9999 uids "
			"15000,29970:29979" },
		{ "a SELECT x (QRESYNC (1 2 (1 3)))", "a SELECT |x| qresync=1/2 match 1 uids 3" },
		{ "a SELECT x ()", "a ! Expected a modifier after a mailbox name" },
		{ "a SELECT x (FOO)", "a ! Unknown modifier FOO" },
		{ "a SELECT x (CONDSTORE CONDSTORE)", "a ! A modifier stands twice: CONDSTORE" },
		{ "a SELECT x (CONDSTORE", "a ! Expected a space or ) after CONDSTORE" },
		{ "a SELECT x (QRESYNC)", "a ! Missing space after QRESYNC" },
		{ "a SELECT x (QRESYNC (0 1))", "a ! Expected a UID validity after QRESYNC" },
		{ "a SELECT x (QRESYNC (1))", "a ! Missing space after a UID validity" },
		{ "a SELECT x (QRESYNC (1 0))",
			"a ! Expected a mod-sequence after a UID validity" },
		{ "a SELECT x (QRESYNC (1 9223372036854775808))",
			"a ! This number is too large: 9223372036854775808" },
		{ "a SELECT x (QRESYNC (1 2 1:*))", "a ! Known UIDs are given without *" },
		{ "a SELECT x (QRESYNC (1 2 1 (1:2 3)))",
			"a ! Sequence match data are as many UIDs as numbers, both ascending" },
		{ "a SELECT x (QRESYNC (1 2 1 (2,1 3,4)))",
			"a ! Sequence match data are as many UIDs as numbers, both ascending" },
		{ "a SELECT x (QRESYNC (1 2 1 (1 *)))",
			"a ! Sequence match data are as many UIDs as numbers, both ascending" },
		{ "a CREATE x (CONDSTORE)", "a ! Unknown modifier CONDSTORE" },
		{ "a SELECT \xff", "a ! A mailbox name with bytes over 127 is not valid UTF-8" },
		{ "a SELECT R&D", "a ! The mailbox name is not valid modified UTF-7; write & as &- "
				  "(RFC 3501 section 5.1.3)" },
		{ "a SELECT {3}\r\na\nb", "a ! A mailbox name cannot hold control characters" },
		{ "a RENAME x", "a ! Expected a new mailbox name after a mailbox name" },
		{ "a LIST \"\" *", "a LIST reference=|| pattern=|*|" },
		{ "a LIST \"\" \"\"", "a LIST reference=|| pattern=||" },
		{ "a LIST inbox %/*]", "a LIST reference=|INBOX| pattern=|%/*]|" },
		{ "a LSUB \"~x/\" {2}\r\n%%", "a LSUB reference=|~x/| pattern=|%%|" },
		{ "a LIST \"\" Entw&APw-%", "a LIST reference=|| pattern=|Entw\xc3\xbc%|" },
		{ "a LIST \"\" inbox", "a LIST reference=|| pattern=|inbox|" },
		{ "a LIST \"\"", "a ! Expected a mailbox pattern after a reference name" },
		{ "a LIST (SUBSCRIBED) \"\" *",
			"a LIST reference=|| pattern=|*| extended subscribed" },
		{ "a LIST \"\" (a b)", "a LIST reference=|| pattern=|a| pattern=|b| extended" },
		{ "a LIST () \"\" %", "a LIST reference=|| pattern=|%| extended" },
		{ "a LIST (subscribed RECURSIVEMATCH REMOTE SPECIAL-USE SUBSCRIBED) \"\" %",
			"a LIST reference=|| pattern=|%| extended subscribed remote "
			"recursivematch special-use" },
		{ "a LIST \"\" % RETURN (STATUS (MESSAGES UNSEEN) CHILDREN SUBSCRIBED "
		  "SPECIAL-USE)",
			"a LIST reference=|| pattern=|%| extended return subscribed children "
			"special-use status messages unseen" },
		{ "a LIST \"\" % RETURN ()", "a LIST reference=|| pattern=|%| extended" },
		{ "a LIST \"\" % ", "a LIST reference=|| pattern=|%|" },
		{ "a LIST (RECURSIVEMATCH) \"\" %",
			"a ! RECURSIVEMATCH needs another selection option" },
		{ "a LIST (RECURSIVEMATCH REMOTE) \"\" %",
			"a ! RECURSIVEMATCH needs another selection option" },
		{ "a LIST (FOO) \"\" %", "a ! Unknown LIST option FOO" },
		{ "a LIST \"\" % RETURN (REMOTE)", "a ! Unknown LIST option REMOTE" },
		{ "a LIST \"\" % RETURN (STATUS)", "a ! Missing space after STATUS" },
		{ "a LIST \"\" % RETURN", "a ! Expected a list of options after RETURN" },
		{ "a LIST \"\" % CHILDREN", "a ! Expected RETURN, not CHILDREN" },
		{ "a LIST \"\" ()", "a ! Expected a mailbox pattern after a reference name" },
		{ "a LIST \"\" (a", "a ! Expected a space or ) after a mailbox pattern" },
		{ "a LSUB \"\" (a b)", "a ! Expected a mailbox pattern after a reference name" },
		{ "a CREATE x (USE (\\Drafts \\sent))", "a CREATE |x| use=9216" },
		{ "a CREATE x (USE ())", "a CREATE |x|" },
		{ "a CREATE x (USE (\\Foo))", "a CREATE |x| use=0 unknown" },
		{ "a CREATE x (USE)", "a ! Missing space after USE" },
		{ "a LIST * *", "a ! Expected a reference name after LIST" },
		{ "a STATUS x (messages RECENT uidnext UIDVALIDITY UNSEEN SIZE APPENDLIMIT "
		  "DELETED)",
			"a STATUS |x| messages recent uidnext uidvalidity unseen deleted size "
			"appendlimit" },
		{ "a STATUS x (UNSEEN UNSEEN)", "a STATUS |x| unseen" },
		{ "a STATUS x", "a ! Expected a list of STATUS items after a mailbox name" },
		{ "a STATUS x ()", "a ! Expected a STATUS item after a mailbox name" },
		{ "a STATUS x UNSEEN", "a ! Expected a list of STATUS items after a mailbox name" },
		{ "a STATUS x (UNSEEN", "a ! Expected a space or ) after a STATUS item" },
		{ "a STATUS x (UNSEEN )", "a ! Expected a STATUS item after a STATUS item" },
		{ "a STATUS x (MAILBOXID)", "a STATUS |x| mailboxid" },
		{ "a STATUS x (FOO)", "a ! Unknown STATUS item FOO" },
		{ "a NOTIFY NONE", "a NOTIFY none" },
		{ "a notify set (selected none)", "a NOTIFY set [selected events=0]" },
		{ "a NOTIFY SET STATUS (PERSONAL (MessageNew MessageExpunge FlagChange)) "
		  "(SUBTREE (a \"b c\") (MailboxName SubscriptionChange)) (mailboxes inbox NONE)",
			"a NOTIFY set status [personal events=7] [subtree |a| |b c| events=24] "
			"[mailboxes |INBOX| events=0]" },
		{ "a NOTIFY SET (SELECTED-DELAYED (MessageNew (UID BODY.PEEK[HEADER.FIELDS (A)]) "
		  "messageexpunge))",
			"a NOTIFY set [selected-delayed events=3 UID BODY[HEADER.FIELDS (A)]]" },
		{ "a NOTIFY SET (SUBSCRIBED (MessageNew MessageExpunge)) (inboxes none)",
			"a NOTIFY set [subscribed events=3] [inboxes events=0]" },
		{ "a NOTIFY SET (PERSONAL (Moon FlagChange))",
			"a NOTIFY set unknown [personal events=4]" },
		{ "a NOTIFY SET (mailboxes {1+}\r\nb (MailboxName)) ",
			"a NOTIFY set [mailboxes |b| events=8]" },
		{ "a NOTIFY", "a ! Expected SET or NONE after NOTIFY" },
		{ "a NOTIFY SOME", "a ! Expected SET or NONE, not SOME" },
		{ "a NOTIFY SET", "a ! Expected a group of events after SET" },
		{ "a NOTIFY SET STATUS", "a ! Expected a group of events after SET" },
		{ "a NOTIFY SET PERSONAL", "a ! Expected a group of events after SET" },
		{ "a NOTIFY SET ()", "a ! Expected which mailboxes are meant after SET" },
		{ "a NOTIFY SET (HERE NONE)", "a ! NOTIFY knows no mailboxes called HERE" },
		{ "a NOTIFY SET (PERSONAL ())", "a ! Expected an event after PERSONAL" },
		{ "a NOTIFY SET (PERSONAL MessageNew)",
			"a ! Expected events in parentheses, or NONE" },
		{ "a NOTIFY SET (PERSONAL (MailboxName)", "a ! Expected ) after the events" },
		{ "a NOTIFY SET (PERSONAL NONE)(INBOXES NONE)",
			"a ! Unexpected text after the events" },
		{ "a NOTIFY SET (SELECTED NONE) (SELECTED-DELAYED NONE)",
			"a ! SELECTED or SELECTED-DELAYED may stand only once" },
		{ "a NOTIFY SET (PERSONAL (MessageNew))",
			"a ! MessageNew and MessageExpunge go together, and FlagChange with both" },
		{ "a NOTIFY SET (SELECTED (MessageNew MessageExpunge MailboxName))",
			"a ! SELECTED is for the events of messages only" },
		{ "a NOTIFY SET (PERSONAL (MessageNew (UID) MessageExpunge))",
			"a ! FETCH items are for SELECTED and SELECTED-DELAYED only" },
		{ "a NOTIFY SET (SELECTED (MessageNew () MessageExpunge))",
			"a ! Expected a FETCH item after an event" },
		{ "a UIDBATCHES 500", "a UIDBATCHES" },
		{ "a UIDBATCHES 500 1:2", "a UIDBATCHES" },
		{ "a UIDBATCHES 500 1", "a ! Expected : after a range of batches" },
		{ "a STATUS x (HIGHESTMODSEQ)", "a STATUS |x| highestmodseq" },
		{ "a STATUS x (UNSEEN) x", "a ! Unexpected text after the STATUS items" },
	};

	(void)state;
	expect_dumps(table, COUNT(table));
}

static void append(void **state)
{
	static const struct expectation table[] = {
		{ "a APPEND x {5}\r\nhello", "a APPEND |x| () message=|hello|" },
		{ "a APPEND x {5+}\r\nhello  ", "a APPEND |x| () message=|hello|" },
		{ "a APPEND x {0}\r\n", "a APPEND |x| () message=||" },
		{ "a APPEND {5}\r\ninbox () {5}\r\nhello", "a APPEND |INBOX| () message=|hello|" },
		{ "a APPEND {0}\r\n {3+}\r\nabc", "a APPEND || () message=|abc|" },
		{ "a APPEND \"a b\" (\\seen $X \\Recent) {7}\r\na {3}\r\n",
			"a APPEND |a b| (\\Seen $X) message=|a {3}\r\n|" },
		{ "a APPEND x \"17-Jul-1996 02:44:25 -0700\" {1}\r\nm",
			"a APPEND |x| () \"17-Jul-1996 02:44:25 -0700\" message=|m|" },
		{ "a APPEND x (\\Draft) \" 1-feb-2024 23:59:60 +1400\" {1}\r\nm",
			"a APPEND |x| (\\Draft) \"02-Feb-2024 00:00:00 +1400\" message=|m|" },
		{ "a REPLACE 4 Drafts (\\Seen) {5}\r\nhello",
			"a REPLACE 4 |Drafts| (\\Seen) message=|hello|" },
		{ "a UID REPLACE * x \"17-Jul-1996 02:44:25 -0700\" {1}\r\nm",
			"a UID REPLACE * |x| () \"17-Jul-1996 02:44:25 -0700\" message=|m|" },
		{ "a REPLACE 4 x {1}\r\nm {1}\r\nm", "a ! Unexpected text after the message" },
		{ "a REPLACE 1,2 x {1}\r\nm", "a ! REPLACE is of one message" },
		{ "a REPLACE 1:2 x {1}\r\nm", "a ! REPLACE is of one message" },
		{ "a REPLACE $ x {1}\r\nm", "a ! REPLACE is of one message" },
		{ "a REPLACE 0 x {1}\r\nm", "a ! Expected a number from 1 up, or * after REPLACE" },
		{ "a REPLACE x {1}\r\nm",
			"a ! Expected a message set such as 1,3:5,7:* after REPLACE" },
		{ "a REPLACE 4 x",
			"a ! Expected flags, a date-time or the message after a mailbox name" },
		{ "a REPLACE 4", "a ! Expected a mailbox name after a message set" },
		{ "a APPEND", "a ! Expected a mailbox name after APPEND" },
		{ "a APPEND x",
			"a ! Expected flags, a date-time or the message after a mailbox name" },
		{ "a APPEND x ", "a ! Expected the message as a literal after a mailbox name" },
		{ "a APPEND x \"hello\"", "a ! Expected a date-time such as \"17-Jul-1996 02:44:25 "
					  "-0700\", not hello" },
		{ "a APPEND x hello",
			"a ! Expected the message as a literal after a mailbox name" },
		{ "a APPEND x \\Seen {1}\r\nm",
			"a ! Expected the message as a literal after a mailbox name" },
		{ "a APPEND x ()", "a ! Expected a date-time or the message after the flags" },
		{ "a APPEND x (){1}\r\nm", "a ! Missing space after the flags" },
		{ "a APPEND x \"17-Jul-1996 02:44:25 -0700\" () {1}\r\nm",
			"a ! Expected the message as a literal after a date-time" },
		{ "a APPEND x ~{1}\r\nm", "a APPEND |x| () message=|m|" },
		{ "a APPEND x {9}\r\nhello", "a ! The octets of the message are missing" },
		{ "a APPEND x {5}\r\nhello {5}\r\nworld",
			"a APPEND |x| () message=|hello| () message=|world|" },
		{ "a APPEND x (\\Seen) {2}\r\nab \" 1-feb-2024 00:00:00 +0000\" {1+}\r\nc  ",
			"a APPEND |x| (\\Seen) message=|ab| () \"01-Feb-2024 00:00:00 +0000\" "
			"message=|c|" },
		{ "a APPEND x {5}\r\nhello x",
			"a ! Expected the message as a literal after the message" },
		{ "a APPEND x {5}\r\nhello)", "a ! Unexpected text after the message" },
		{ "a APPEND \"x {5}\r\nhello",
			"a ! A quoted string cannot hold NUL, CR or LF; send a literal" },
	};

	(void)state;
	expect_dumps(table, COUNT(table));
}

static void messages(void **state)
{
	static const struct expectation table[] = {
		{ "a UID EXPUNGE 1:3", "a UID EXPUNGE 1:3" },
		{ "a UID EXPUNGE", "a ! Expected a message set after UID EXPUNGE" },
		{ "a EXPUNGE 1", "a ! Unexpected text after EXPUNGE" },
		{ "a COPY 2:4,*,7 x", "a COPY 2:4,*,7 |x|" },
		{ "a UID COPY *:1 \"inbox\"", "a UID COPY *:1 |INBOX|" },
		{ "a MOVE 1 x", "a MOVE 1 |x|" },
		{ "a UID MOVE 1 {1}\r\nx", "a UID MOVE 1 |x|" },
		{ "a COPY", "a ! Expected a message set after COPY" },
		{ "a COPY x y", "a ! Expected a message set such as 1,3:5,7:* after COPY" },
		{ "a COPY $ y", "a COPY $ |y|" },
		{ "a COPY 1", "a ! Expected a mailbox name after a message set" },
		{ "a STORE 1 FLAGS (\\Seen)", "a STORE 1 set (\\Seen)" },
		{ "a STORE 1 flags.silent ()", "a STORE 1 set silent ()" },
		{ "a UID STORE 1:* +FLAGS \\deleted", "a UID STORE 1:* add (\\Deleted)" },
		{ "a STORE 1 -FLAGS.SILENT \\Answered $x \\Draft ",
			"a STORE 1 remove silent (\\Answered \\Draft $x)" },
		{ "a STORE 1 FLAGS (\\Recent)", "a STORE 1 set ()" },
		{ "a STORE 1", "a ! Expected FLAGS, +FLAGS or -FLAGS after a message set" },
		{ "a STORE 1 FLAGS", "a ! Expected flags after FLAGS" },
		{ "a STORE 1 FLAGS ", "a ! Expected a flag after FLAGS" },
		{ "a STORE 1 +-FLAGS ()", "a ! Unknown STORE item -FLAGS" },
		{ "a STORE 1 + FLAGS ()",
			"a ! Expected FLAGS, +FLAGS or -FLAGS after a message set" },
		{ "a STORE 1 FLAG ()", "a ! Unknown STORE item FLAG" },
		{ "a STORE 1 (UNCHANGEDSINCE 1) FLAGS ()", "a STORE 1 set () unchanged since 1" },
		{ "a UID STORE 6,4,8 (unchangedsince 0) +FLAGS.SILENT (\\Deleted)",
			"a UID STORE 6,4,8 add silent (\\Deleted) unchanged since 0" },
		{ "a STORE 1 (UNCHANGEDSINCE) FLAGS ()", "a ! Missing space after UNCHANGEDSINCE" },
		{ "a STORE 1 (UNCHANGEDSINCE -1) FLAGS ()",
			"a ! Expected a mod-sequence after UNCHANGEDSINCE" },
		{ "a STORE 1 (CHANGEDSINCE 1) FLAGS ()", "a ! Unknown modifier CHANGEDSINCE" },
		{ "a STORE 1 FLAGS () x", "a ! Unexpected text after the flags" },
		{ "a STORE 1 FLAGS (\\Foo)", "a ! Invalid system flag \\Foo" },
		{ "a SEARCH ALL", "a SEARCH (and (all))" },
		{ "a SEARCH RETURN () ALL", "a SEARCH return all (and (all))" },
		{ "a SEARCH return (MIN max COUNT) CHARSET utf-8 ALL",
			"a SEARCH return min max count charset=|utf-8| (and (all))" },
		{ "a UID SEARCH RETURN (SAVE) $ SMALLER 4096",
			"a UID SEARCH return save (and (sequence $) (smaller 4096))" },
		{ "a SEARCH RETURN (PARTIAL 1:500 COUNT) 1",
			"a SEARCH return count partial 1:500 (and (sequence 1))" },
		{ "a SEARCH RETURN (PARTIAL -500:-1) 1",
			"a SEARCH return partial -1:500 (and (sequence 1))" },
		{ "a SEARCH RETURN (ALL PARTIAL 1:2) 1", "a ! RETURN has either ALL or PARTIAL" },
		{ "a SEARCH RETURN (PARTIAL 1:-2) 1",
			"a ! Expected a range such as 1:100 or -1:-100 after PARTIAL" },
		{ "a SEARCH RETURN (PARTIAL -1:2) 1",
			"a ! Expected a range with the same sign on both sides after PARTIAL" },
		{ "a SEARCH RETURN (PARTIAL 0:2) 1",
			"a ! Expected a range such as 1:100 or -1:-100 after PARTIAL" },
		{ "a SEARCH RETURN (PARTIAL 1) 1",
			"a ! Expected a range such as 1:100 or -1:-100 after PARTIAL" },
		{ "a SORT (SUBJECT) UTF-8 ALL", "a SORT subject charset=|UTF-8| (and (all))" },
		{ "a uid sort (reverse date Cc REVERSE size) \"utf-8\" 1 SEEN",
			"a UID SORT reverse date cc reverse size charset=|utf-8| "
			"(and (sequence 1) (flag \\Seen))" },
		{ "a SORT (ARRIVAL FROM TO DISPLAYFROM DISPLAYTO) X ALL",
			"a SORT arrival from to displayfrom displayto charset=|X| (and (all))" },
		{ "a SORT (DATE REVERSE DATE SIZE) X ALL",
			"a SORT date size charset=|X| (and (all))" },
		{ "a SORT RETURN (PARTIAL -1:-9 COUNT) (TO) X ALL",
			"a SORT return count partial -1:9 to charset=|X| (and (all))" },
		{ "a SORT RETURN () (TO) X ALL", "a SORT return all to charset=|X| (and (all))" },
		{ "a SORT (REVERSE RELEVANCY DATE) UTF-8 FUZZY TEXT x",
			"a SORT reverse relevancy date charset=|UTF-8| (and (fuzzy (text |x|)))" },
		{ "a SORT (RELEVANCY) UTF-8 ALL", "a ! RELEVANCY needs a FUZZY key" },
		{ "a SEARCH RETURN (RELEVANCY ALL) NOT FUZZY (SUBJECT x SEEN) 3",
			"a SEARCH return all relevancy (and (not (fuzzy (and (header |Subject| "
			"|x|) (flag \\Seen)))) (sequence 3))" },
		{ "a SEARCH RETURN (CONTEXT COUNT) ALL",
			"a SEARCH return count context (and (all))" },
		{ "a UID SEARCH RETURN (UPDATE) ALL", "a UID SEARCH return update (and (all))" },
		{ "a SEARCH RETURN (UPDATE (UID BODY[1.2]) MIN) ALL",
			"a SEARCH return min update  UID BODY[1.2] seen (and (all))" },
		{ "a SORT RETURN (UPDATE(FLAGS)) (TO) X ALL",
			"a SORT return update  FLAGS to charset=|X| (and (all))" },
		{ "a SEARCH RETURN (UPDATE ()) ALL", "a ! Expected a FETCH item after UPDATE" },
		{ "a SEARCH RETURN (UPDATE (UID) ALL", "a ! Expected a space or ) after ALL" },
		{ "a SEARCH RETURN (UPDATE (UID ALL)) ALL",
			"a ! A FETCH macro stands alone, without parentheses: ALL" },
		{ "a SEARCH RETURN (UPDATE (UID)(UID)) ALL",
			"a ! Expected a space or ) after the FETCH items" },
		{ "a SEARCH RETURN (CONTEXT (UID)) ALL",
			"a ! Expected a RETURN option after CONTEXT" },
		{ "a ESEARCH RETURN (UPDATE) ALL", "a UID ESEARCH return update (and (all))" },
		{ "a ESEARCH IN (selected) RETURN (UPDATE) ALL",
			"a UID ESEARCH in selected return update (and (all))" },
		{ "a ESEARCH IN (selected inboxes) RETURN (UPDATE) ALL",
			"a ! SAVE and UPDATE are for the selected mailbox only" },
		{ "a CANCELUPDATE \"a1\"", "a CANCELUPDATE |a1|" },
		{ "a cancelupdate \"a\\\"1\" \"\"", "a CANCELUPDATE |a\"1| ||" },
		{ "a CANCELUPDATE", "a ! Expected the quoted tag of a search after CANCELUPDATE" },
		{ "a CANCELUPDATE ", "a ! Expected the quoted tag of a search after CANCELUPDATE" },
		{ "a CANCELUPDATE a1",
			"a ! Expected the quoted tag of a search after CANCELUPDATE" },
		{ "a CANCELUPDATE \"a1\" a2", "a ! Expected the quoted tag of a search after the "
					      "quoted tag of a search" },
		{ "a CANCELUPDATE \"a1", "a ! A quoted string has no end" },
		{ "a UID CANCELUPDATE \"a1\"", "a ! Unknown command UID CANCELUPDATE" },
		{ "a SEARCH RETURN (RELEVANCY) TEXT x", "a ! RELEVANCY needs a FUZZY key" },
		{ "a SEARCH FUZZY", "a ! Expected a SEARCH key after FUZZY" },
		{ "a SEARCH FUZZY ()", "a ! Expected a SEARCH key after (" },
		{ "a ESEARCH ALL", "a UID ESEARCH return all (and (all))" },
		{ "a UID ESEARCH IN (selected mailboxes (a \"b c\") SubTree-One x personal) RETURN "
		  "(COUNT) SEEN",
			"a UID ESEARCH in selected mailboxes a b c subtree-one x personal return "
			"count (and (flag \\Seen))" },
		{ "a ESEARCH IN (selected) RETURN (SAVE) ALL",
			"a UID ESEARCH in selected return save (and (all))" },
		{ "a ESEARCH IN (personal) RETURN (SAVE) ALL",
			"a ! SAVE and UPDATE are for the selected mailbox only" },
		{ "a ESEARCH IN (selected-delayed) ALL",
			"a ! ESEARCH knows no mailboxes called selected-delayed" },
		{ "a ESEARCH IN (mailboxes) ALL", "a ! Missing space after MAILBOXES" },
		{ "a ESEARCH IN (personal", "a ! Expected a space or ) after PERSONAL" },
		{ "a SORT () X ALL", "a ! Expected a sort key after SORT" },
		{ "a SORT (DATE X ALL", "a ! Unknown sort key X" },
		{ "a SORT (DATE", "a ! Expected a space or ) after DATE" },
		{ "a SORT (REVERSE) X ALL", "a ! Unknown sort key REVERSE" },
		{ "a SORT (REVERSE REVERSE DATE) X ALL", "a ! Unknown sort key REVERSE" },
		{ "a SORT (DATE) X", "a ! Expected a SEARCH key after a charset" },
		{ "a SORT (DATE)", "a ! Expected a charset after the sort keys" },
		{ "a SORT DATE X ALL", "a ! Expected sort keys after SORT" },
		{ "a THREAD REFERENCES UTF-8 SINCE 5-MAR-2000",
			"a THREAD references charset=|UTF-8| (and (since 2000-3-5))" },
		{ "a UID THREAD orderedsubject X 1:*",
			"a UID THREAD orderedsubject charset=|X| (and (sequence 1:*))" },
		{ "a THREAD RETURN () REFERENCES X ALL", "a ! Unknown threading algorithm RETURN" },
		{ "a UID THREAD Refs UTF-8 ALL", "a UID THREAD refs charset=|UTF-8| (and (all))" },
		{ "a THREAD GUESSING X ALL", "a ! Unknown threading algorithm GUESSING" },
		{ "a THREAD REFERENCES X", "a ! Expected a SEARCH key after a charset" },
		{ "a THREAD", "a ! Expected a threading algorithm after THREAD" },
		{ "a COMPARATOR", "a COMPARATOR" },
		{ "a COMPARATOR ", "a COMPARATOR" },
		{ "a COMPARATOR \"cz;*\" i;basic", "a COMPARATOR |cz;*| |i;basic|" },
		{ "a COMPARATOR (", "a ! Expected a choice after COMPARATOR" },
		{ "a LANGUAGE", "a LANGUAGE" },
		{ "a LANGUAGE fr-CA \"default\"", "a LANGUAGE |fr-CA| |default|" },
		{ "a SEARCH RETURN (FOO) 1", "a ! Unknown RETURN option FOO" },
		{ "a SEARCH RETURN (MIN", "a ! Expected a space or ) after MIN" },
		{ "a SEARCH RETURN (MIN)", "a ! Expected a SEARCH key after the RETURN options" },
		{ "a SEARCH RETURN 1", "a ! Unknown SEARCH key RETURN" },
		{ "a FETCH $ FLAGS", "a FETCH $ FLAGS" },
		{ "a STORE $ FLAGS ()", "a STORE $ set ()" },
		{ "a COPY $,1 x", "a ! Missing space after a message set" },
		{ "a UID SEARCH UID 1", "a UID SEARCH (and (uid 1))" },
		{ "a FETCH 1 FLAGS", "a FETCH 1 FLAGS" },
		{ "a UID FETCH 1:* (FLAGS)", "a UID FETCH 1:* FLAGS" },
	};

	(void)state;
	expect_dumps(table, COUNT(table));
}

static void nul_is_refused(void **state)
{
	(void)state;
	expect_dump("a NO\0OP", 7, "a ! Unknown command NO");
	expect_dump("a NOOP\0", 7, "a ! Unexpected text after NOOP");
	expect_dump("a LOGIN \"x\0\" y", 14,
		"a ! A quoted string cannot hold NUL, CR or LF; send a literal");
	expect_dump("a LOGIN {1}\r\n\0 y", 16, "a ! A literal cannot hold NUL");
	expect_dump("a SELECT x\0", 11, "a ! Unexpected text after a mailbox name");
	expect_dump("a APPEND x {3}\r\na\0b", 19, "a APPEND |x| () message=|a");
}

static void id_has_limits(void **state)
{
	struct buf buf;

	(void)state;
	for (unsigned pairs = 30; pairs <= 31; pairs++) {
		struct buf dump;

		buf_init(&buf, 1 << 16);
		buf_init(&dump, 1 << 16);
		buf_string(&buf, "a ID (");
		for (unsigned i = 0; i < pairs; i++) {
			buf_string(&buf, i > 0 ? " \"f\" NIL" : "\"f\" NIL");
		}
		buf_char(&buf, ')');
		assert_int_equal(dump_parsed(&dump, buf.data, buf.size, 1 << 20),
			pairs <= 30 ? 0 : ROOST_ERR_INVALID);
		buf_free(&buf);
		buf_free(&dump);
	}
}

static void a_message_must_be_spooled_whole(void **state)
{
	static const char bytes[] = "a APPEND x {5}\r\nhello";
	struct command_literal literal = { NULL };
	struct command_input input = { bytes, sizeof(bytes) - 1, &literal, 1, false };
	struct command command;
	const char *error = NULL;
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 16);
	assert_int_equal(command_parse(&arena, &input, &command, &error), ROOST_ERR_INVALID);
	assert_string_equal(error, "The octets of the message are missing");
	input.size -= 5;
	assert_int_equal(roost_content_create_copy("hell", 4, &literal.content), 0);
	assert_int_equal(command_parse(&arena, &input, &command, &error), ROOST_ERR_INVALID);
	roost_content_unref(literal.content);
	input.literal_count = 0;
	assert_int_equal(command_parse(&arena, &input, &command, &error), ROOST_ERR_INVALID);
	input = (struct command_input) { NULL, 0, NULL, 0, false };
	assert_int_equal(command_parse(&arena, &input, &command, &error), ROOST_ERR_INVALID);
	assert_null(command.tag.bytes);
	arena_reset(&arena);
}

static void a_spooled_literal_is_no_string(void **state)
{
	static const char bytes[] = "a SELECT {5}\r\n";
	struct command_literal literal = { NULL };
	struct command_input input = { bytes, sizeof(bytes) - 1, &literal, 1, false };
	struct command command;
	const char *error = NULL;
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 16);
	assert_int_equal(roost_content_create_copy("inbox", 5, &literal.content), 0);
	assert_int_equal(command_parse(&arena, &input, &command, &error), ROOST_ERR_INVALID);
	assert_string_equal(error, "The octets of a literal are missing");
	roost_content_unref(literal.content);
	arena_reset(&arena);
}

static void an_error_leaves_only_the_name(void **state)
{
	static const char bytes[] = "a UID STORE 1 FLAGS (x) y";
	struct command_input input = { bytes, sizeof(bytes) - 1, NULL, 0, false };
	struct command command, empty = { .uid = true, .kind = COMMAND_STORE };
	const char *error = NULL;
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 16);
	assert_int_equal(command_parse(&arena, &input, &command, &error), ROOST_ERR_INVALID);
	assert_int_equal(command.tag.size, 1);
	assert_ptr_equal(command.tag.bytes, bytes);
	assert_int_equal(command.kind, empty.kind);
	assert_true(command.uid);
	assert_int_equal(command.set.count, 0);
	assert_int_equal(command.store.flags.keyword_count, 0);
	arena_reset(&arena);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(command_name(COMMAND_FETCH), "FETCH");
	assert_string_equal(command_name(COMMAND_UNKNOWN), "UNKNOWN");
	for (int kind = COMMAND_UNKNOWN + 1; kind < COMMAND_KINDS; kind++) {
		assert_string_not_equal(command_name((enum command_kind)kind), "UNKNOWN");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frame),
		cmocka_unit_test(session),
		cmocka_unit_test(mailboxes),
		cmocka_unit_test(append),
		cmocka_unit_test(messages),
		cmocka_unit_test(nul_is_refused),
		cmocka_unit_test(id_has_limits),
		cmocka_unit_test(a_message_must_be_spooled_whole),
		cmocka_unit_test(a_spooled_literal_is_no_string),
		cmocka_unit_test(an_error_leaves_only_the_name),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
