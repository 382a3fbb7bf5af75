"""test_damage.py - deletes, truncates and changes every kind of file of a store, and shows what a mail
program hears, what `roost check` says, and what --repair leaves."""
import imaplib
import os
import re
import shutil
import sqlite3
import subprocess
import unittest

from program import PATIENCE, ROOST, FolderTest, Server, run
from test_care import LARGE, SMALL, fill

PASSWORD = "secret"
BODY = "bodies/0000000000000004"
NOT_AT_ALL = "sign-in: [CORRUPTION]"
NOT_INBOX = "SELECT: [CORRUPTION]"

# What happens to mail.db is told by the table that begins where it happens, or "header". INBOX has five
# messages, two of them in files; after a crash two more, which are in the log only.
#
# of a store after  file  what is done  the mail program reads  check finds
#     --repair leaves: messages of INBOX that can be read, those of lost+found, what check finds then
DAMAGE = [
    ("a stop", "mail.db", "delete", NOT_AT_ALL, {"database-missing"}, 0, 2, set()),
    ("a stop", "mail.db", "empty", NOT_AT_ALL, {"database-missing"}, 0, 2, set()),
    ("a stop", "mail.db", "truncate", NOT_AT_ALL, {"database-damaged"}, 2, 0, {"body-missing"}),
    ("a stop", "mail.db", "header", NOT_AT_ALL, {"database-damaged"}, 5, 0, set()),
    ("a stop", "mail.db", "account", NOT_AT_ALL, {"database-damaged"}, 5, 0, set()),
    ("a stop", "mail.db", "mailbox", NOT_INBOX, {"database-damaged"}, 5, 0, set()),
    ("a stop", "mail.db", "message", NOT_INBOX, {"database-damaged"}, 0, 5, set()),
    ("a stop", "mail.db", "email", "5 of 5", {"database-damaged"}, 5, 0, set()),
    ("a stop", "mail.db", "outline", "5 of 5", {"database-damaged"}, 5, 0, set()),
    ("a stop", "mail.db", "body", "0 of 5", {"database-damaged"}, 2, 0, {"body-missing"}),
    ("a stop", "mail.db", "keyword", NOT_INBOX, {"database-damaged"}, 5, 0, set()),
    ("a stop", "mail.db", "subscription", "5 of 5", {"database-damaged"}, 5, 0, set()),
    ("a stop", "mail.db", "message_id", "5 of 5", {"database-damaged"}, 5, 0, set()),
    ("a crash", "mail.db", "delete", NOT_AT_ALL, {"database-missing"}, 0, 3, set()),
    ("a crash", "mail.db-wal", "nothing", "7 of 7", set(), 7, 0, set()),
    ("a crash", "mail.db-wal", "delete", "5 of 5", {"body-to-sweep"}, 5, 1, set()),
    ("a crash", "mail.db-wal", "truncate", "5 of 5", {"body-to-sweep"}, 5, 1, set()),
    ("a crash", "mail.db-wal", "flip", "5 of 5", {"body-to-sweep"}, 5, 1, set()),
    ("a crash", "mail.db-shm", "delete", "7 of 7", set(), 7, 0, set()),
    ("a crash", "mail.db-shm", "truncate", "7 of 7", set(), 7, 0, set()),
    ("a crash", "mail.db-shm", "flip", "7 of 7", set(), 7, 0, set()),
    ("a stop", BODY, "delete", "4 of 5", {"body-missing"}, 4, 0, {"body-missing"}),
    ("a stop", BODY, "empty", "4 of 5", {"body-size"}, 4, 0, {"body-size"}),
    ("a stop", BODY, "truncate", "4 of 5", {"body-size"}, 4, 0, {"body-size"}),
    ("a stop", BODY, "flip", "5 of 5", {"body-changed"}, 5, 0, {"body-changed"}),
    ("a stop", "bodies", "delete", "3 of 5", {"body-missing"}, 3, 0, {"body-missing"}),
    ("a stop", "search.db", "delete", "5 of 5", set(), 5, 0, set()),
    ("a stop", "search.db", "truncate", "5 of 5", {"search-index"}, 5, 0, set()),
    ("a stop", "search.db", "flip", "5 of 5", {"search-index"}, 5, 0, set()),
    ("a stop", "account", "delete", "sign-in: [AUTHENTICATIONFAILED]", set(), None, 0, set()),
    ("a stop", "account", "empty", "sign-in: [AUTHENTICATIONFAILED]", set(), None, 0, set()),
    ("a stop", "account", "flip", "sign-in: [AUTHENTICATIONFAILED]", set(), None, 0, set()),
    ("a stop", "account", "header", "sign-in: [AUTHENTICATIONFAILED]", {"account"}, None, 0,
     {"account"}),
    ("a stop", "notes.txt", "nothing", "5 of 5", {"file-unknown"}, 5, 0, set()),
    ("a stop", "bodies/notes.txt", "nothing", "5 of 5", {"file-unknown"}, 5, 0, set()),
]


def delete(path):
    if os.path.isdir(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)


def flip(path):
    with open(path, "r+b") as file:
        middle = os.path.getsize(path) // 2
        file.seek(middle)
        byte = file.read(1)[0]
        file.seek(middle)
        file.write(bytes([byte ^ 0xff]))


def break_table(path, table):
    """Make the first page of a table unreadable, or the header."""
    page = 1
    if table != "header":
        with sqlite3.connect(path) as db:
            page = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?",
                              (table,)).fetchone()[0]
        db.close()
    with open(path, "r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"damage! " * 512)


def damage(path, what):
    if what == "delete":
        delete(path)
    elif what == "empty":
        os.truncate(path, 0)
    elif what == "truncate":
        os.truncate(path, os.path.getsize(path) // 2)
    elif what == "flip":
        flip(path)
    elif what != "nothing":
        break_table(path, what)


def code_of(error):
    return re.search(r"\[[A-Z]+\]", str(error))[0]


# What `roost check` tells of though nothing is wrong with the mail: it passes by itself.
NOTES = {"body-to-sweep", "search-index"}

class Damage(FolderTest):
    def serve(self, data):
        # Messages stay where they are, and search.db is the one that is made here.
        return Server("--background-delay", "1h", memory=("--data", data)).wait_ready()

    def make_stores(self):
        stopped, crashed = self.path("a stop"), self.path("a crash")
        subprocess.run([ROOST, "user", "add", "anna", "--data", stopped], input=PASSWORD + "\n",
                       text=True, capture_output=True, timeout=PATIENCE, check=True)
        with self.serve(stopped) as server:
            client = server.sign_in()
            fill(client)
            client.logout()
        shutil.copytree(stopped, crashed)
        with self.serve(crashed) as server:
            client = server.sign_in()
            client.append("INBOX", None, None, SMALL % (7, 7))
            client.append("INBOX", None, None, LARGE % 7)
            server.process.kill()
            server.process.wait()
            client.file.close()
            client.sock.close()
        folder = os.path.join(stopped, "users", "anna")
        with sqlite3.connect(os.path.join(folder, "search.db")) as db:
            db.execute("CREATE TABLE words (id INTEGER)")
        db.close()
        flip_here = os.path.join(folder, "search.db")
        self.assertGreater(os.path.getsize(flip_here), 0)

    def read(self, client, mailbox):
        """How many of the messages can be read: (some, all)."""
        status, data = client.select(mailbox)
        if status != "OK":
            return f"SELECT: {code_of(data)}"
        count = int(data[0])
        good = sum(client.fetch(str(i + 1), "(BODY.PEEK[])")[0] == "OK" for i in range(count))
        return f"{good} of {count}"

    def client(self, data, *mailboxes):
        with self.serve(data) as server:
            try:
                client = server.sign_in()
            except imaplib.IMAP4.error as error:
                return [f"sign-in: {code_of(error)}"]
            said = [self.read(client, mailbox) for mailbox in mailboxes]
            client.logout()
        return said

    def check(self, data, *arguments):
        result = run("check", "--data", data, *arguments)
        self.said = result.stdout + result.stderr
        return set(re.findall(r"\[([a-z-]+)\]$", result.stdout, re.M)), result.returncode

    def test_damage(self):
        self.make_stores()
        for store, name, what, reads, finds, inbox, lost, left in DAMAGE:
            with self.subTest(f"{name} after {store}: {what}"):
                self.show(store, name, what, reads, finds)
                found, status = self.check(self.path("mail"), "--repair")
                self.assertEqual(status, 1 if left else 0, self.said)
                found, status = self.check(self.path("mail"))
                self.assertEqual((found, status), (left, 1 if left else 0), self.said)
                if inbox is not None:
                    said = self.client(self.path("mail"), "INBOX",
                                       *(["lost+found"] if lost else []))
                    self.assertEqual(int(said[0].split()[0]), inbox, said)
                    self.assertEqual(said[1:], [f"{lost} of {lost}"] if lost else [])

    def show(self, store, name, what, reads, finds):
        """The damage, what check finds, and then what the mail program reads."""
        data = self.path("mail")
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(self.path(store), data)
        path = os.path.join(data, "users", "anna", name)
        if name.endswith("notes.txt"):
            self.write(os.path.relpath(path, self.folder), b"mine")
            os.utime(path, (1, 1))
        damage(path, what)
        bodies = os.path.join(data, "users", "anna", "bodies")
        for body in os.listdir(bodies) if os.path.isdir(bodies) else []:
            os.utime(os.path.join(bodies, body), (1, 1))
        copy = self.path("copy")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(data, copy)
        self.assertEqual(self.client(copy, "INBOX"), [reads])
        found, status = self.check(data)
        self.assertEqual(found, finds, self.said)
        self.assertEqual(status, 1 if found - NOTES else 0)


if __name__ == "__main__":
    unittest.main()
