"""test_import_verb.py - `roost import` from files: once, again, and after being killed."""
import os
import random
import signal
import sqlite3
import subprocess
import unittest

from program import PATIENCE, ROOST, run
from transfer import StoreTest

FROM = b"From a@x Mon Apr  4 12:00:01 2005\n"


def mail(i):
    return b"Subject: %d\n\nbody %d\n" % (i, i)


def crlf(text):
    return text.replace(b"\n", b"\r\n")


class Use(StoreTest):
    def test_wrong(self):
        for arguments in ([], ["anna"], ["anna", "a", "b"], ["anna", "a", "--format", "pst"],
                          ["anna", "a", "--mailbox", "a//b"], ["anna", "a", "--no"],
                          ["anna", "a", "--mailbox"]):
            result = run("import", *arguments, "--data", self.data)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertRegex(result.stderr, r"^roost: [^\n]+\n$")
        self.write("a.mbox", FROM + mail(1))
        result = run("import", "anna", self.path("a.mbox"), "--data", self.data)
        self.assertEqual(result.returncode, 2)
        self.assertIn("no user anna", result.stderr)
        self.assertIn("nothing", self.take(self.path("nothing"), status=2))
        self.assertFalse(os.path.exists(self.data))

    def test_help(self):
        result = run("import", "--help")
        self.assertEqual(result.returncode, 0)
        self.assertIn("--only", result.stdout)


class Once(StoreTest):
    """What a second run does."""

    def test_maildir(self):
        for i in range(5):
            self.write(f"md/cur/{i}.a:2,", mail(i))
        self.write("md/.Work/new/7.a", mail(7))
        os.mkdir(self.path("md/.Work/cur"))
        self.assertEqual(self.sums(self.path("md")), (6, 0))
        self.assertEqual(self.sums(self.path("md") + "/"), (0, 6))
        os.rename(self.path("md/cur/3.a:2,"), self.path("md/cur/3.a:2,FS"))
        os.rename(self.path("md/.Work/new/7.a"), self.path("md/.Work/cur/7.a:2,P"))
        self.write("md/cur/9.a:2,", mail(9))
        said = self.take(self.path("md"))
        self.assertIn("imported: 1, imported before: 6, of these with other flags now: 2\n", said)
        contents, _ = self.contents()
        inbox = contents["INBOX"][0]
        self.assertEqual([body for body, _, _ in inbox],
                         [crlf(mail(i)) for i in (0, 1, 2, 3, 4, 9)])
        self.assertEqual([flags for _, flags, _ in inbox],
                         [set(), set(), set(), {"\\Flagged", "\\Seen"}, set(), set()])
        self.assertEqual(contents["Work"][0][0][1], {"$Forwarded"})
        self.assertEqual(self.sums(self.path("md"), "--again"), (7, 0))
        self.assertEqual(self.sums(self.path("md")), (0, 7))

    def test_flags_changed_here_stay(self):
        self.write("md/cur/1.a:2,S", mail(1))
        self.take(self.path("md"))
        with self.serve() as server:
            client = server.wait_ready().sign_in()
            client.select()
            client.store("1", "FLAGS", "(\\Flagged mine)")
            client.logout()
        self.assertEqual(self.sums(self.path("md")), (0, 1))
        self.assertEqual(self.contents()[0]["INBOX"][0][0][1], {"\\Flagged", "mine"})
        os.rename(self.path("md/cur/1.a:2,S"), self.path("md/cur/1.a:2,R"))
        self.take(self.path("md"))
        self.assertEqual(self.contents()[0]["INBOX"][0][0][1],
                         {"\\Flagged", "mine", "\\Answered"})

    def test_expunged_here_stay_away(self):
        self.write("md/cur/1.a:2,S", mail(1))
        self.write("md/cur/2.a:2,S", mail(2))
        self.take(self.path("md"))
        with self.serve() as server:
            client = server.wait_ready().sign_in()
            client.select()
            client.store("1", "+FLAGS", "\\Deleted")
            client.expunge()
            client.logout()
        os.rename(self.path("md/cur/1.a:2,S"), self.path("md/cur/1.a:2,FS"))
        self.assertEqual(self.sums(self.path("md")), (0, 2))
        self.assertEqual(self.bodies(), [crlf(mail(2))])

    def test_mbox(self):
        twice = FROM + mail(1) + b"\n"
        path = self.write("a.mbox", twice + FROM + mail(2) + b"\n" + twice)
        self.assertEqual(self.sums(path), (3, 0))
        self.assertEqual(self.sums(path), (0, 3))
        # A mail program has flagged one, removed the first and added one.
        self.write("a.mbox", FROM + b"Status: RO\nX-Status: F\n" + mail(2) + b"\n" + twice +
                   FROM + mail(3))
        said = self.take(path)
        self.assertIn("imported: 1, imported before: 2, of these with other flags now: 1", said)
        messages = self.contents()[0]["INBOX"][0]
        self.assertEqual([body for body, _, _ in messages],
                         [crlf(mail(i)) for i in (1, 2, 1, 3)])
        self.assertEqual(messages[1][1], {"\\Seen", "\\Flagged"})

    def test_eml(self):
        for i in range(3):
            self.write(f"in/{i}.eml", mail(i))
        self.assertEqual(self.sums(self.path("in")), (3, 0))
        self.write("in/1.eml", mail(10))
        self.assertEqual(self.sums(self.path("in")), (1, 2))

    def test_another_mailbox_is_another_import(self):
        path = self.write("a.mbox", FROM + mail(1))
        self.assertEqual(self.sums(path), (1, 0))
        self.assertEqual(self.sums(path, "--mailbox", "Old/Mail"), (1, 0))
        self.assertEqual(self.sums(path, "--mailbox", "inbox"), (0, 1))
        self.assertEqual(self.bodies("Old/Mail"), [crlf(mail(1))])

    def test_serve_imports_once(self):
        path = self.write("a.mbox", FROM + mail(1))
        for _ in range(3):
            with self.serve("--import", f"anna/In={path}") as server:
                client = server.wait_ready().sign_in()
                self.assertEqual(client.select("In"), ("OK", [b"1"]))
                client.logout()


class Sources(StoreTest):
    """What is found in folders, and under which names."""

    def check(self, files, expected, *arguments):
        """`files`: {path: bytes}; `expected`: {mailbox: number of messages}."""
        for path, content in files.items():
            self.write(path, content)
        said = self.take(self.path("in"), *arguments)
        contents, _ = self.contents()
        found = {name: len(messages) for name, (messages, _) in contents.items() if messages}
        self.assertEqual(found, expected, said)
        return contents

    def test_maildir_in_folders(self):
        self.check({"in/cur/1.a": mail(1), "in/Work/cur/1.a": mail(2),
                    "in/Work/Old/new/1.a": mail(3), "in/Work/Old/cur/2.a": mail(3),
                    "in/Gr&APw-n/cur/1.a": mail(4), "in/other/readme": b"no mail",
                    "in/.Dotted.Sub/cur/1.a": mail(5), "in/.A&AC4-B/cur/1.a": mail(6)},
                   {"INBOX": 1, "Work": 1, "Work/Old": 2, "Grün": 1, "Dotted/Sub": 1, "A.B": 1})

    def test_under_a_mailbox(self):
        self.check({"in/cur/1.a": mail(1), "in/.Work/cur/1.a": mail(2)},
                   {"Old": 1, "Old/Work": 1}, "--mailbox", "Old")

    def test_only(self):
        self.check({"in/cur/1.a": mail(1), "in/.Work/cur/1.a": mail(2),
                    "in/.Work.Old/cur/1.a": mail(2), "in/.Lists.a.b/cur/1.a": mail(2)},
                   {"Work": 1, "Lists/a/b": 1}, "--only", "W%", "--only", "Li*b")

    def test_links_in_a_circle(self):
        os.makedirs(self.path("in/Work/cur"))
        os.symlink("..", self.path("in/Work/up"))
        os.symlink(".", self.path("in/Work/here"))
        self.check({"in/cur/1.a": mail(1), "in/Work/cur/1.a": mail(2)}, {"INBOX": 1, "Work": 1})

    def test_eml_folders(self):
        self.check({"in/1.eml": mail(1), "in/Work/1.eml": mail(2), "in/Work/Old/2.eml": mail(3),
                    "in/Empty/readme": b""}, {"INBOX": 1, "Work": 1, "Work/Old": 1})

    def test_mbox_folders(self):
        one = FROM + mail(1)
        self.check({"in/Inbox": one, "in/Inbox.msf": b"index", "in/Work": one + b"\n" + one,
                    "in/Work.sbd/Old": one, "in/Lists.mbox/mbox": one, "in/Lists.mbox/x.plist": b"",
                    "in/Sent.mbox": one, "in/Empty": b""},
                   {"INBOX": 1, "Work": 2, "Work/Old": 1, "Lists": 1, "Sent": 1})

    def test_format_that_was_asked_for(self):
        path = self.write("odd", b"From here on\n\nno mbox\n")
        self.take(path, "--format", "eml")
        self.assertEqual(self.bodies(), [b"From here on\r\n\r\nno mbox\r\n"])

    def test_what_cannot_be_read(self):
        self.write("in/a", FROM + mail(1))
        self.write("in/b", b"this is no mbox")
        os.symlink("nowhere", self.path("in/c"))
        said = self.take(self.path("in"), status=1)
        self.assertIn(f"not imported: {self.path('in/b')}: this is no mbox file\n", said)
        self.assertIn(f"not imported: {self.path('in/c')}: No such file", said)
        self.assertEqual(self.bodies(), [])
        self.assertEqual(self.bodies("a"), [crlf(mail(1))])

    def test_bad_names(self):
        self.write("in/cur/1.a", mail(1))
        self.write("in/.bad\xff\x01/cur/1.a".encode("latin-1").decode("utf-8", "surrogateescape"),
                   mail(1))
        self.write("in/.a..b/cur/1.a", mail(1))
        said = self.take(self.path("in"), status=1, errors="replace")
        self.assertIn("roost: not imported: 2\n", said)
        self.assertEqual(self.bodies(), [crlf(mail(1))])


class Facts(StoreTest):
    """Flags, keywords and dates."""

    def test_dovecot_keywords(self):
        self.write("in/dovecot-keywords", b"0 $Forwarded\n1 Later\n25 z\nx y\n26 too\n3  bad key\n")
        self.write("in/cur/1.a:2,Sab", mail(1))
        self.write("in/cur/2.a:2,cz", mail(2))
        self.write("in/cur/3.a:2,d", mail(3))
        self.take(self.path("in"))
        self.assertEqual([flags for _, flags, _ in self.contents()[0]["INBOX"][0]],
                         [{"\\Seen", "$Forwarded", "Later"}, {"z"}, set()])

    def test_courier_keywords(self):
        self.write("in/courierimapkeywords/:list",
                   b"Later\n$Junk\n\n1.a:0 1\n2.b:1 77 x\n3.c:2,S:0\n")
        for name in ("1.a:2,S", "2.b", "3.c:2,R", "4.d"):
            self.write(f"in/cur/{name}", mail(1))
        self.take(self.path("in"))
        self.assertEqual([flags for _, flags, _ in self.contents()[0]["INBOX"][0]],
                         [{"\\Seen", "Later", "$Junk"}, {"$Junk"}, {"\\Answered", "Later"}, set()])

    def test_subscriptions(self):
        # The file, what is in it, and what is subscribed to.
        table = [("subscriptions", b"V\t2\n\nWork\tOld\na.b\n&AOQ-\n", {"Work/Old", "a.b", "ä"}),
                 ("subscriptions", b"Work.Old\nINBOX\n\n", {"Work/Old", "INBOX"}),
                 ("subscriptions", b"Work/O.d\n", {"Work/O.d"}),
                 ("courierimapsubscribed", b"INBOX\nINBOX.Work.Old\nINBOX.bad..name\n",
                  {"INBOX", "Work/Old"})]
        for i, (name, content, names) in enumerate(table):
            self.write(f"in{i}/cur/1.a", mail(1))
            self.write(f"in{i}/{name}", content)
            self.data = self.path(f"store{i}")
            self.take(self.path(f"in{i}"))
            self.assertEqual(self.contents()[1], names)

    def test_dates_of_files(self):
        # The name, the file's time, and the internal date.
        table = [("1111111111.a", 1700000000, "18-Mar-2005 01:58:31 +0000"),
                 ("1700000000.b", 1111111111, "18-Mar-2005 01:58:31 +0000"),
                 ("12.c", 1111111111, "18-Mar-2005 01:58:31 +0000"),
                 ("9999999999999999999999.d", 1111111111, "18-Mar-2005 01:58:31 +0000"),
                 ("x.e", 1111111111, "18-Mar-2005 01:58:31 +0000")]
        for name, seconds, _ in table:
            self.write_message(f"in/cur/{name}", mail(1), seconds)
        self.take(self.path("in"))
        self.assertEqual([date.strip() for _, _, date in self.contents()[0]["INBOX"][0]],
                         [date for _, _, date in table])

    def test_mbox_keywords(self):
        path = self.write("a", FROM + b"X-Keywords: Later $Junk   \nX-UID: 70\n" + mail(1))
        self.take(path)
        self.assertEqual(self.contents()[0]["INBOX"][0][0][1], {"Later", "$Junk"})
        with self.serve() as server:
            client = server.wait_ready().sign_in()
            client.select()
            self.assertEqual(client.uid("SEARCH", "ALL")[1], [b"70"])
            client.logout()


class Crash(StoreTest):
    COUNT = 2500

    def write_mail(self):
        path = self.path("a.mbox")
        with open(path, "wb") as file:
            for i in range(self.COUNT):
                file.write(FROM + mail(i) + b"x" * 500 + b"\n\n")
        return path

    def change_ledger(self, *statements):
        ledger = sqlite3.connect(os.path.join(self.data, "users", "anna", "import.db"))
        with ledger:
            for statement in statements:
                ledger.execute(statement)
        ledger.close()

    def check_all_once(self):
        subjects = [int(body.split()[1]) for body in self.bodies()]
        self.assertEqual(sorted(subjects), list(range(self.COUNT)))

    def test_killed(self):
        path = self.write_mail()
        chance = random.Random(7)
        for _ in range(6):
            process = subprocess.Popen([ROOST, "import", "anna", path, "--create-user", "--data",
                                    self.data],
                                       stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            log = os.path.join(self.data, "users", "anna", "mail.db-wal")
            size = chance.randrange(1, 4000000)
            while process.poll() is None:
                try:
                    if os.path.getsize(log) > size:
                        process.send_signal(signal.SIGKILL)
                        break
                except FileNotFoundError:
                    pass
            process.wait(PATIENCE)
        self.take(path)
        self.check_all_once()
        self.assertEqual(self.sums(path), (0, self.COUNT))

    def test_killed_after_the_store_before_the_ledger(self):
        path = self.write_mail()
        self.take(path)
        self.change_ledger("INSERT INTO batch SELECT 'INBOX', uid_validity, 2001 FROM item LIMIT 1",
                           "UPDATE item SET uid = 0, uid_validity = 0 WHERE uid > 2000")
        self.assertEqual(self.sums(path), (0, self.COUNT))
        self.check_all_once()

    def test_killed_before_the_store(self):
        path = self.write_mail()
        self.take(path)
        with self.serve() as server:
            client = server.wait_ready().sign_in()
            client.select()
            client.uid("STORE", "2001:*", "+FLAGS.SILENT", "\\Deleted")
            client.expunge()
            client.logout()
        self.change_ledger("INSERT INTO batch SELECT 'INBOX', uid_validity, 2001 FROM item LIMIT 1",
                           "UPDATE item SET uid = 0, uid_validity = 0 WHERE uid > 2000")
        self.assertEqual(self.sums(path), (500, 2000))
        self.check_all_once()

    def test_interrupted(self):
        path = self.write_mail()
        for number in range(20):
            self.data = self.path(f"store{number}")
            process = subprocess.Popen([ROOST, "import", "anna", path, "--create-user", "--data",
                                        self.data],
                                       stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
            log = os.path.join(self.data, "users", "anna", "import.db-wal")
            while process.poll() is None and not os.path.exists(log):
                pass
            process.send_signal(signal.SIGTERM)
            said = process.communicate(timeout=PATIENCE)[1].decode()
            if process.returncode != 0:  # else it was through before it heard of it
                break
        self.assertEqual(process.returncode, 1, said)
        self.assertIn("goes on where it ended", said)
        self.take(path)
        self.check_all_once()

    def test_ledger_of_a_newer_roost(self):
        path = self.write("a.mbox", FROM + mail(1))
        self.take(path)
        self.change_ledger("PRAGMA user_version = 9")
        self.assertIn("a newer roost", self.take(path, status=1))

    def test_broken_ledger(self):
        path = self.write("a.mbox", FROM + mail(1))
        self.take(path)
        for name in ("import.db", "import.db-wal"):
            file = os.path.join(self.data, "users", "anna", name)
            if os.path.exists(file):
                with open(file, "wb") as out:
                    out.write(b"no database, but something else\n" * 300)
        said = self.take(path, status=1)
        self.assertRegex(said, r"cannot open .*import\.db: ")
        self.assertEqual(len(self.bodies()), 1)

    def test_two_at_once(self):
        path = self.write("a.mbox", FROM + mail(1))
        self.take(path)
        ledger = sqlite3.connect(os.path.join(self.data, "users", "anna", "import.db"))
        ledger.execute("BEGIN IMMEDIATE")
        said = self.take(path, status=1)
        ledger.rollback()
        ledger.close()
        self.assertIn("another import", said)
        self.assertEqual(self.sums(path), (0, 1))


if __name__ == "__main__":
    unittest.main()
