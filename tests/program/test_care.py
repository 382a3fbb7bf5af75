"""test_care.py - looking after a store: check, repair, backup, restore, stats."""
import json
import os
import re
import sqlite3
import threading
import unittest

from program import FolderTest, Server, fetch_all, run

# Larger than what is kept in the database.
LARGE = b"Subject: large %d\r\n\r\n" + b"0123456789abcdef0123456789abcdef0123456789abcde\r\n" * 2000
SMALL = b"Subject: small %d\r\nMessage-ID: <%d@farm.example>\r\n\r\nbody\r\n"
OLD = 1_000_000_000


def fill(client):
    """INBOX with three small and two large messages, and Work with copies of them."""
    client.create("Work")
    for i in range(3):
        client.append("INBOX", "\\Seen" if i == 0 else None, None, SMALL % (i, i))
    for i in range(2):
        client.append("INBOX", "todo", None, LARGE % i)
    client.select("INBOX")
    client.copy("1:5", "Work")


class Care(FolderTest):
    def setUp(self):
        super().setUp()
        self.data = self.path("mail")

    def serve(self, delay="1h"):
        """So long nothing is done in the background: what lies in a folder does not depend on how
        long the server ran."""
        return Server("--user", "anna:secret", "--user", "bert:secret", "--background-delay", delay,
                      memory=("--data", self.data)).wait_ready()

    def fill(self):
        with self.serve() as server:
            client = server.sign_in()
            fill(client)
            client.logout()

    def of(self, *names, user="anna"):
        return os.path.join(self.data, "users", user, *names)

    def roost(self, verb, *arguments, status=0):
        result = run(verb, "--data", self.data, *arguments)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result.stdout, result.stderr

    def sql(self, *statements, path=None):
        with sqlite3.connect(path or self.of("mail.db")) as db:
            rows = [db.execute(statement).fetchall() for statement in statements]
        db.close()
        return rows[-1]

    def found(self, *arguments, status=1):
        """What check finds: {(name, where)}."""
        lines = self.roost("check", *arguments, status=status)[0].splitlines()
        self.lines = lines
        return {(re.search(r"\[([a-z-]+)\]$", line)[1], line.split(": ")[1]) for line in lines}

    def all_mail(self, *mailboxes):
        with self.serve() as server:
            client = server.sign_in()
            mail = [fetch_all(client, mailbox) for mailbox in mailboxes]
            client.logout()
        return mail


class Check(Care):
    # What is done to the database, what is found where, whether it can be repaired.
    ROWS = [
        ("UPDATE mailbox SET messages = 9 WHERE name = 'INBOX'", {("counts", "INBOX")}, True),
        ("UPDATE mailbox SET unseen = 0 WHERE name = 'INBOX'", {("counts", "INBOX")}, True),
        ("UPDATE mailbox SET deleted = 1", {("counts", "INBOX"), ("counts", "Work")}, True),
        ("UPDATE mailbox SET octets = octets + 1 WHERE name = 'Work'",
         {("counts", "Work")}, True),
        ("UPDATE mailbox SET deleted_octets = 1 WHERE name = 'Work'", {("counts", "Work")}, True),
        ("UPDATE mailbox SET expunged = 3 WHERE name = 'Work'", {("counts", "Work")}, True),
        ("UPDATE account SET octets = 0", {("counts", "mail.db")}, True),
        ("UPDATE account SET mailbox = 1", {("numbers", "mail.db")}, True),
        ("UPDATE account SET email = 1", {("numbers", "mail.db")}, True),
        ("UPDATE account SET uid_validity = 1", {("numbers", "mail.db")}, True),
        ("UPDATE account SET message_ids = 0", {("numbers", "mail.db")}, True),
        ("DELETE FROM account", {("numbers", "mail.db"), }, True),
        ("UPDATE mailbox SET uid_next = 3 WHERE name = 'INBOX'",
         {("numbers", "INBOX")}, True),
        ("UPDATE mailbox SET uid_next = -3 WHERE name = 'INBOX'", {("numbers", "INBOX")}, True),
        ("UPDATE mailbox SET modseq = 2 WHERE name = 'INBOX'", {("numbers", "INBOX")}, True),
        ("UPDATE mailbox SET recent_from = 99 WHERE name = 'INBOX'", {("numbers", "INBOX")}, True),
        ("UPDATE mailbox SET forgotten = 99 WHERE name = 'INBOX'", {("numbers", "INBOX")}, True),
        ("UPDATE mailbox SET uid_validity = 0 WHERE name = 'INBOX'",
         {("uid-validity", "INBOX")}, True),
        ("UPDATE mailbox SET uid_validity = 1000000000", {("uid-validity", "Work")}, True),
        ("UPDATE mailbox SET name = 'a//b' WHERE name = 'Work'",
         {("mailbox-name", "mailbox 2")}, True),
        ("UPDATE mailbox SET name = 'a' || char(10) WHERE name = 'Work'",
         {("mailbox-name", "mailbox 2")}, True),
        ("DELETE FROM mailbox WHERE name = 'Work'", {("mailbox-lost", "mailbox 2"),
                                                     ("orphan", "mailbox 2")}, True),
        ("DELETE FROM mailbox WHERE name = 'INBOX'", {("mailbox-lost", "mailbox 1"),
                                                      ("inbox-missing", "mail.db"),
                                                      ("orphan", "mailbox 1")}, True),
        ("INSERT INTO subscription VALUES ('/')", {("subscription", "subscriptions")}, True),
        ("UPDATE message SET flags = 64 + 1 WHERE uid = 1", {("message", "INBOX, UID 1"),
                                                             ("message", "Work, UID 1")}, True),
        ("INSERT INTO flagging VALUES (1, 1, 5, 3, 31, 1, 0, NULL)", {("flags", "INBOX")}, True),
        ("INSERT INTO flagging VALUES (1, 1, 0, 3, 31, 1, 0, NULL)", {("flags", "INBOX")}, True),
        ("INSERT INTO flagging VALUES (1, 1, 'x', 'y', 31, 1, 0, NULL)",
         {("flags", "INBOX")}, True),
        ("INSERT INTO flagging VALUES (1, 1, 1, 3, 99, 0, 0, NULL)", {("flags", "INBOX")}, True),
        ("INSERT INTO flagging VALUES (1, 0, 1, 3, 31, 1, 0, NULL)", {("flags", "INBOX")}, True),
        ("INSERT INTO flagging VALUES (77, 1, 1, 3, 31, 1, 0, NULL)",
         {("orphan", "mailbox 77")}, True),
        ("INSERT INTO flagging VALUES (1, 99, 70, 80, 31, 1, 0, NULL)",
         {("numbers", "INBOX")}, True),
        ("INSERT INTO flagging SELECT 1, modseq, 1, 99, 31, 8, 0, NULL FROM mailbox WHERE id = 1",
         {("counts", "INBOX")}, True),
        ("INSERT INTO flagging SELECT 1, modseq, 70, 80, 31, 0, 1, 'what' FROM mailbox"
         " WHERE id = 1",
         {("keywords", "INBOX")}, True),
        ("INSERT INTO flagging SELECT 1, modseq, 1, 99, 31, 0, 1, 'a  b' FROM mailbox"
         " WHERE id = 1",
         {("keywords", "INBOX")}, True),
        ("WITH RECURSIVE n(i) AS (SELECT 70 UNION SELECT i + 1 FROM n WHERE i < 120)"
         " INSERT INTO flagging SELECT 1, 1, i, i, 31, 1, 0, NULL FROM n",
         {("flags", "INBOX")}, True),
        ("UPDATE message SET octets = 1 WHERE uid = 1 AND mailbox = 1",
         {("message", "INBOX, UID 1"), ("counts", "INBOX"), ("counts", "mail.db")}, True),
        ("UPDATE message SET thread = 99 WHERE uid = 1 AND mailbox = 1",
         {("message", "INBOX, UID 1")}, True),
        ("UPDATE message SET zone = 99999 WHERE uid = 1 AND mailbox = 1",
         {("message", "INBOX, UID 1")}, True),
        ("UPDATE message SET modseq = 0 WHERE uid = 1 AND mailbox = 1",
         {("message", "INBOX, UID 1")}, True),
        ("UPDATE message SET uid = -5 WHERE uid = 1 AND mailbox = 1",
         {("message", "INBOX, UID -5")}, True),
        ("UPDATE message SET keywords = 'what' WHERE uid = 1 AND mailbox = 1",
         {("keywords", "INBOX")}, True),
        ("UPDATE message SET keywords = 'a  b' WHERE uid = 1 AND mailbox = 1",
         {("keywords", "INBOX")}, True),
        ("DELETE FROM keyword WHERE mailbox = 1", {("keywords", "INBOX")}, True),
        ("INSERT INTO keyword VALUES (77, 'a', 'a')", {("orphan", "mailbox 77")}, True),
        ("INSERT INTO expunged VALUES (77, 1, 1, 1)", {("orphan", "mailbox 77")}, True),
        ("INSERT INTO expunged VALUES (1, 1, 2, 3)", {("expunged", "INBOX, UID 2"),
                                                      ("counts", "INBOX")}, True),
        ("INSERT INTO expunged VALUES (1, 1, 9, 8)", {("expunged", "INBOX"),
                                                      ("numbers", "INBOX"),
                                                      ("counts", "INBOX")}, True),
        ("DELETE FROM message WHERE email = 1", {("email-unused", "mail.db"), ("counts", "INBOX"),
                                                 ("counts", "Work"), ("counts", "mail.db")}, True),
        ("DELETE FROM message WHERE email = 1 AND mailbox = 2",
         {("email-places", "mail.db"), ("counts", "Work"), ("counts", "mail.db")}, True),
        ("UPDATE email SET refs = 5 WHERE id = 2", {("email-places", "mail.db")}, True),
        ("UPDATE email SET thread = 0 WHERE id = 2", {("message", "mail.db"),
                                                      ("message", "INBOX, UID 2"),
                                                      ("message", "Work, UID 2")}, True),
        ("DELETE FROM outline WHERE email = 2", {("outline-missing", "mail.db")}, True),
        ("UPDATE outline SET bytes = zeroblob(9) WHERE email = 2",
         {("outline-wrong", "mail.db")}, True),
        ("UPDATE outline SET bytes = (SELECT bytes FROM outline WHERE email = 1) WHERE email = 2",
         {("outline-wrong", "mail.db")}, True),
        ("INSERT INTO outline VALUES (77, zeroblob(9))", {("orphan", "mail.db")}, True),
        ("DELETE FROM email WHERE id = 1", {("email-missing", "INBOX, UID 1"),
                                            ("email-missing", "Work, UID 1"),
                                            ("body-left-over", "mail.db"),
                                            ("orphan", "mail.db")}, True),
        ("UPDATE email SET in_file = 1 WHERE id = 2", {("body-place", "mail.db")}, True),
        ("UPDATE email SET in_file = 0 WHERE id = 4", {("body-place", "mail.db")}, True),
        ("DELETE FROM body WHERE email = 2", {("body-missing", "INBOX, UID 2"),
                                              ("body-missing", "Work, UID 2")}, False),
        ("UPDATE body SET bytes = bytes || 'x' WHERE email = 2",
         {("body-size", "INBOX, UID 2"), ("body-size", "Work, UID 2")}, False),
        ("UPDATE body SET bytes = CAST(replace(bytes, 'body', 'bodY') AS BLOB) WHERE email = 2",
         {("body-changed", "INBOX, UID 2"), ("body-changed", "Work, UID 2")}, False),
    ]

    def test_rows(self):
        self.fill()
        self.assertEqual(self.found(status=0), set())
        with open(self.of("mail.db"), "rb") as file:
            good = file.read()
        for statement, wanted, mends in self.ROWS:
            with self.subTest(statement):
                with open(self.of("mail.db"), "wb") as file:
                    file.write(good)
                self.sql(statement)
                found = self.found()
                self.assertEqual(found, wanted, self.lines)
                self.assertEqual(self.found(), wanted)
                self.found("--repair", status=0 if mends else 1)
                self.assertEqual(self.found(status=0 if mends else 1),
                                 set() if mends else wanted, self.lines)

    def test_nothing_is_lost_by_repairing(self):
        self.fill()
        before = self.all_mail("INBOX", "Work")
        self.sql("DELETE FROM message WHERE mailbox = 2 AND uid > 2",
                 "DELETE FROM message WHERE email > 3", "UPDATE mailbox SET messages = 0")
        self.assertIn(("email-unused", "mail.db"), self.found())
        self.roost("check", "--repair")
        inbox, work, lost = self.all_mail("INBOX", "Work", "lost+found")
        self.assertEqual(inbox, before[0][:3])
        self.assertEqual(work, before[1][:2])
        self.assertEqual([body for body, _, _ in lost], [body for body, _, _ in before[0][3:]])
        self.assertEqual(self.found(status=0), set())

    def test_left_over_files(self):
        self.fill()
        whole = self.of("bodies", "00000000000000aa")
        for name, content in (("bodies/00000000000000aa", LARGE % 9),
                              ("bodies/00000000000000ab.new", b"half"),
                              ("bodies/README", b"me"), ("notes.txt", b"mine")):
            self.write(os.path.join("mail/users/anna", name), content)
            os.utime(self.of(name), (OLD, OLD))
        os.mkdir(self.of("bodies", "00000000000000ac"))
        os.utime(self.of("bodies", "00000000000000ac"), (OLD, OLD))
        wanted = {("body-left-over", "bodies/00000000000000aa"),
                  ("file-unfinished", "bodies/00000000000000ab.new"),
                  ("file-unknown", "bodies/README"), ("file-unknown", "notes.txt"),
                  ("body-left-over", "bodies/00000000000000ac")}
        self.assertEqual(self.found(), wanted)
        self.assertEqual(self.found("--repair", status=0) - wanted,
                         {("file-unknown", "bodies/00000000000000ac"),
                          ("email-unused", "mail.db"), ("outline-missing", "mail.db")})
        self.assertEqual(self.found(status=0), set())
        self.assertEqual(sorted(os.listdir(self.of("lost+found"))),
                         ["00000000000000ac", "README", "notes.txt"])
        self.assertEqual(self.all_mail("lost+found")[0][0][0], LARGE % 9)
        self.assertTrue(os.path.exists(whole))

    def test_bodies_in_files(self):
        self.fill()
        path = self.of("bodies", "0000000000000004")
        with open(path, "rb") as file:
            good = file.read()
        places = ("INBOX, UID 4", "Work, UID 4")
        for name, bad in (("body-missing", None), ("body-size", good[:-1]), ("body-size", b""),
                          ("body-size", good + b"x"),
                          ("body-changed", good[:-3] + b"x" + good[-2:])):
            with self.subTest(name):
                os.unlink(path)
                if bad is not None:
                    self.write("mail/users/anna/bodies/0000000000000004", bad)
                for arguments in ((), ("--repair",), ()):
                    self.assertEqual(self.found(*arguments), {(name, place) for place in places})
                self.assertIn("Mail is lost. To do: restore it from a backup", self.lines[0])
                self.write("mail/users/anna/bodies/0000000000000004", good)
                self.assertEqual(self.found(status=0), set())

    def test_users(self):
        self.fill()
        with self.serve() as server:
            server.sign_in("bert").logout()
        self.sql("UPDATE mailbox SET messages = 9 WHERE name = 'INBOX'")
        self.assertEqual(self.found("bert", status=0), set())
        self.assertEqual(len(self.found("bert", "anna")), 1)
        self.assertIn("There is no user carl", self.roost("check", "carl", status=1)[1])
        self.assertIn("no store in /nowhere",
                      run("check", "--data", "/nowhere").stderr)


class BesideServer(Care):
    def test_verbs_beside_a_server(self):
        with self.serve() as server:
            client = server.sign_in()
            fill(client)
            self.assertEqual(self.found(status=0), set())
            self.assertEqual(json.loads(self.roost("stats", "--json")[0])["total"]["messages"], 10)
            self.roost("backup", "anna", self.path("backup"))
            for arguments in (("check", "anna", "--repair"),
                              ("restore", self.path("backup/anna"), "--replace")):
                self.assertIn("Somebody works with the mail of anna",
                              self.roost(*arguments, status=1)[1])
            # The server's own session goes on.
            self.assertEqual(client.append("INBOX", None, None, SMALL % (8, 8))[0], "OK")
            self.assertEqual(len(fetch_all(client)), 6)
            client.logout()
        self.assertEqual(self.sql("SELECT messages FROM mailbox WHERE name = 'INBOX'",
                                  path=self.path("backup/anna/mail.db")), [(5,)])
        self.assertEqual(self.found(status=0), set())

    def test_backups_while_mail_comes_and_goes(self):
        with self.serve("2s") as server:
            server.sign_in().logout()
            stop = threading.Event()
            failures = []

            def work():
                try:
                    client = server.sign_in()
                    i = 0
                    while not stop.is_set():
                        client.append("INBOX", None, None, LARGE % i)
                        client.append("INBOX", None, None, SMALL % (i, i))
                        client.select("INBOX")
                        client.store("1:*", "+FLAGS", "\\Deleted")
                        if i % 3 == 2:
                            client.expunge()
                        i += 1
                    client.logout()
                except Exception as error:  # pylint: disable=broad-except
                    failures.append(error)

            writers = [threading.Thread(target=work) for _ in range(2)]
            for writer in writers:
                writer.start()
            try:
                for i in range(4):
                    self.roost("backup", "anna", self.path("backup"), "--replace",
                               *(["--copy"] if i % 2 else []))
                    # Nothing lies beside it, nothing it needs is missing.
                    self.assertEqual(os.listdir(self.path("backup")), ["anna"])
                    self.roost("restore", self.path("backup/anna"), "--as", f"copy{i}")
                    self.assertEqual(self.found(f"copy{i}", status=0), set())
                    self.assertEqual(self.found("anna", status=0), set())
            finally:
                stop.set()
                for writer in writers:
                    writer.join()
            self.assertEqual(failures, [])


class Backup(Care):
    def names(self, *folders):
        return sorted(os.listdir(self.path(*folders)))

    def validities(self, user="anna"):
        return dict(self.sql("SELECT name, uid_validity FROM mailbox",
                             path=self.of("mail.db", user=user)))

    def change(self, user="anna"):
        """One message more in INBOX, one less in Work."""
        with self.serve() as server:
            client = server.sign_in(user)
            client.append("INBOX", None, None, SMALL % (9, 9))
            client.select("Work")
            client.store("1", "+FLAGS", "\\Deleted")
            client.expunge()
            client.logout()

    def test_backup_is_whole(self):
        self.fill()
        self.write("mail/users/anna/account", b"password = x\n")
        self.roost("backup", "anna", self.path("backup"))
        self.assertEqual(self.names("backup"), ["anna"])
        self.assertEqual(self.names("backup", "anna"), ["account", "bodies", "mail.db"])
        self.assertEqual(self.names("backup", "anna", "bodies"),
                         ["0000000000000004", "0000000000000005"])
        self.assertEqual(self.sql("PRAGMA integrity_check", path=self.path("backup/anna/mail.db")),
                         [("ok",)])
        # No log came into being where there was none.
        self.assertEqual(self.names("mail", "users", "anna"), ["account", "bodies", "mail.db"])

    def test_backup_again(self):
        self.fill()
        self.roost("backup", "anna", self.path("backup"), "--copy")
        first = os.stat(self.path("backup/anna/bodies/0000000000000004"))
        self.assertNotEqual(first.st_ino, os.stat(self.of("bodies/0000000000000004")).st_ino)
        self.assertIn("There is a backup already",
                      self.roost("backup", "anna", self.path("backup"), status=1)[1])
        self.change()
        self.roost("backup", "anna", self.path("backup"), "--copy", "--replace")
        again = os.stat(self.path("backup/anna/bodies/0000000000000004"))
        self.assertEqual(first.st_ino, again.st_ino)
        self.assertEqual(self.names("backup"), ["anna"])
        self.assertEqual(self.sql("SELECT SUM(messages) FROM mailbox",
                                  path=self.path("backup/anna/mail.db")), [(10,)])

    def test_backup_of_all(self):
        self.fill()
        with self.serve() as server:
            server.sign_in("bert").logout()
        self.roost("backup", "--all", self.path("backup"))
        self.assertEqual(self.names("backup"), ["anna", "bert"])
        for arguments in (("anna",), ("--all", "anna", "x"), ()):
            self.roost("backup", *arguments, status=2)
        self.assertIn("There is no user carl",
                      self.roost("backup", "carl", self.path("backup"), status=1)[1])

    def test_backup_without_a_body(self):
        self.fill()
        os.unlink(self.of("bodies", "0000000000000004"))
        said = self.roost("backup", "anna", self.path("backup"), status=1)[0]
        self.assertIn("bodies/0000000000000004: the bytes of a message are missing", said)
        self.assertEqual(self.names("backup", "anna", "bodies"), ["0000000000000005"])

    def test_restore_of_a_lost_user(self):
        self.fill()
        before = self.all_mail("INBOX", "Work")
        validities = self.validities()
        self.roost("backup", "anna", self.path("backup"))
        os.rename(self.of(), self.path("gone"))
        self.roost("restore", self.path("backup/anna"))
        self.assertEqual(self.found(status=0), set())
        self.assertEqual(self.all_mail("INBOX", "Work"), before)
        self.assertTrue(all(now > validities[name] for name, now in self.validities().items()))
        self.assertEqual(self.names("mail", "users"), ["anna"])

    def test_restore_as_another(self):
        self.fill()
        before = self.all_mail("INBOX", "Work")
        self.roost("backup", "anna", self.path("backup"))
        self.roost("restore", self.path("backup/anna/"), "--as", "bert")
        self.assertEqual(self.found(status=0), set())
        with self.serve() as server:
            client = server.sign_in("bert")
            self.assertEqual([fetch_all(client, name) for name in ("INBOX", "Work")], before)
            client.logout()

    def test_names(self):
        """As everywhere, A-Z is the same as a-z."""
        self.fill()
        self.roost("check", "Anna")
        self.roost("backup", "ANNA", self.path("backup"))
        self.roost("restore", self.path("backup/anna"), "--as", "Bert")
        self.assertTrue(os.path.isdir(self.of(user="bert")))
        for arguments in (["check", "a\nb"], ["restore", self.path("backup/anna"), "--as", ""]):
            self.assertIn("is no name for a user", run(*arguments, "--data", self.data).stderr)
        os.rename(self.path("backup/anna"), self.path("backup/Anna"))
        said = self.roost("restore", self.path("backup/Anna"), status=2)[1]
        self.assertIn("say whose mail it becomes: --as USER", said)

    def test_restore_replaces(self):
        self.fill()
        self.write("mail/users/anna/account", b"password = old\n")
        before = self.all_mail("INBOX", "Work")
        self.roost("backup", "anna", self.path("backup"))
        validities = self.validities()
        self.write("mail/users/anna/account", b"password = new\n")
        # Nothing has changed: clients may go on with what they know.
        self.roost("restore", self.path("backup/anna"), "--replace")
        self.assertEqual(self.validities(), validities)
        with open(self.of("account"), "rb") as file:
            self.assertEqual(file.read(), b"password = new\n")
        os.unlink(self.of("account"))
        self.assertIn("has mail already",
                      self.roost("restore", self.path("backup/anna"), status=1)[1])
        self.change()
        self.roost("restore", self.path("backup/anna"), "--replace")
        self.assertEqual(self.all_mail("INBOX", "Work"), before)
        raised = self.validities()
        self.assertTrue(all(raised[name] > validities[name] for name in raised))
        self.assertEqual(self.names("mail", "users"), ["anna"])
        self.assertEqual(self.found(status=0), set())

    def test_numbers_are_not_given_again(self):
        self.fill()
        self.roost("backup", "anna", self.path("backup"))
        self.change()
        given = self.sql("SELECT MAX(id) FROM email")[0][0]
        os.rename(self.of(), self.path("gone"))
        self.roost("restore", self.path("backup/anna"))
        self.change()
        self.assertGreater(self.sql("SELECT MAX(id) FROM email")[0][0], given)

    def test_folders_that_are_none(self):
        self.fill()
        self.roost("backup", "anna", self.path("backup"))
        self.write("empty/README", b"")
        self.write("wrong/mail.db", b"this is no database" * 100)
        with sqlite3.connect(self.path("newer.db")) as db:
            db.execute("CREATE TABLE account (id INTEGER)")
            db.execute("PRAGMA user_version = 99")
        db.close()
        os.mkdir(self.path("newer"))
        os.rename(self.path("newer.db"), self.path("newer/mail.db"))
        for name, says in (("empty", "not the folder of a user's mail"),
                           ("nowhere", "not the folder of a user's mail"),
                           ("wrong", "file is not a database"),
                           ("newer", "a newer roost has written it")):
            with self.subTest(name):
                said = self.roost("restore", self.path(name), "--as", "carl", status=1)[1]
                self.assertIn(says, said)
                self.assertEqual(self.names("mail", "users"), ["anna"])


class Stats(Care):
    def test_stats(self):
        self.fill()
        stats = json.loads(self.roost("stats", "--json")[0])
        octets = 2 * sum(len(SMALL % (i, i)) for i in range(3)) + 4 * len(LARGE % 0)
        wanted = {"mailboxes": 2, "messages": 10, "octets": octets, "emails": 5,
                  "email_octets": octets // 2, "shared": 5, "files": 2}
        self.assertEqual(stats["users"]["anna"] | wanted, stats["users"]["anna"])
        self.assertEqual(stats["total"], stats["users"]["anna"])
        self.assertGreater(stats["total"]["disk"], octets // 2)
        plain = self.roost("stats", "anna")[0].splitlines()
        self.assertEqual(plain[0].split()[0], "mailboxes")
        self.assertEqual(plain[1].split()[:3], ["2", "10", str(octets)])
        self.assertIn("There is no user carl", self.roost("stats", "carl", status=1)[1])


if __name__ == "__main__":
    unittest.main()
