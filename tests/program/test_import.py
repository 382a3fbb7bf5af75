"""test_import.py - mbox, Maildir and .eml files, as they come out over IMAP."""
import mailbox
import os
import pty
import subprocess
import unittest

from program import PATIENCE, ROOST, FolderTest, Server, fetch_all

FLAGS = {"R": "\\Answered", "F": "\\Flagged", "S": "\\Seen", "T": "\\Deleted", "D": "\\Draft"}


def crlf(text):
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


class ImportTest(FolderTest):
    def fetch(self, path, name="INBOX"):
        """What is in the mailbox after an import, and what was said."""
        with Server("--user", "anna:secret", "--log-level", "error", "--import",
                    f"anna/{name}={path}") as server:
            server.wait_ready()
            client = server.sign_in()
            messages = fetch_all(client, name)
            client.logout()
            return messages, server.stderr()

    def bodies(self, path):
        return [message[0] for message in self.fetch(path)[0]]


# The bytes of an mbox, and the messages that are in it.
MBOXES = {
    "two messages": (
        b"From a@x Mon Apr  4 12:00:01 2005\nSubject: 1\n\none\n\n"
        b"From b@x Tue Apr  5 12:00:01 2005\nSubject: 2\n\ntwo\n",
        [b"Subject: 1\n\none\n", b"Subject: 2\n\ntwo\n"]),
    "CRLF": (
        b"From a@x Mon Apr  4 12:00:01 2005\r\nSubject: 1\r\n\r\none\r\n\r\n"
        b"From b@x Tue Apr  5 12:00:01 2005\r\nSubject: 2\r\n\r\ntwo\r\n\r\n",
        [b"Subject: 1\r\n\r\none\r\n", b"Subject: 2\r\n\r\ntwo\r\n"]),
    "empty": (b"", []),
    "only empty lines": (b"\n \r\n\n", []),
    "empty lines first": (b"\n    \n\t\n\nFrom a@x Mon Apr  4 12:00:01 2005\n\none\n",
                          [b"\none\n"]),
    "only a From line": (b"From a@x Mon Apr  4 12:00:01 2005", [b""]),
    "no final line end": (
        b"From a@x Mon Apr  4 12:00:01 2005\nSubject: 1\n\none",
        [b"Subject: 1\n\none"]),
    "empty lines inside and at the end stay but one": (
        b"From a@x Mon Apr  4 12:00:01 2005\nSubject: 1\n\n\n\none\n\n\ntwo\n\n\n\n"
        b"From b@x Tue Apr  5 12:00:01 2005\nSubject: 2\n\ntwo\n",
        [b"Subject: 1\n\n\n\none\n\n\ntwo\n\n\n", b"Subject: 2\n\ntwo\n"]),
    "header without body": (
        b"From a@x Mon Apr  4 12:00:01 2005\nSubject: 1\n\n"
        b"From b@x Tue Apr  5 12:00:01 2005\nSubject: 2\n",
        [b"Subject: 1\n\n", b"Subject: 2\n"]),
    "quoted": (
        b"From a@x Mon Apr  4 12:00:01 2005\n>From uucp\nSubject: 1\n\n"
        b">From here\n>>From there\n>From: not\n> From not\n>>>Frommage\n"
        b">From",
        [b">From uucp\nSubject: 1\n\nFrom here\n>From there\n>From: not\n> From not\n>>>Frommage\n"
         b">From"]),
    "From in text": (
        b"From a@x Mon Apr  4 12:00:01 2005\nSubject: 1\n\nlook:\n"
        b"From b@x Tue Apr  5 12:00:01 2005\n\n"
        b"From what I know\n\nFrom me on Mon Apr at 12:00\n\n"
        b"From x Mon Apr 44 12:00:01 2005\n\nFrom x Mon Abr 4 12:00:01 2005\n\n"
        b"From x Mon Apr 4 12:61:01 2005\n\nFrom x Mon Apr 4 12:00:01\n\nFrom \n\nFrom\n",
        [b"Subject: 1\n\nlook:\nFrom b@x Tue Apr  5 12:00:01 2005\n\n"
         b"From what I know\n\nFrom me on Mon Apr at 12:00\n\n"
         b"From x Mon Apr 44 12:00:01 2005\n\nFrom x Mon Abr 4 12:00:01 2005\n\n"
         b"From x Mon Apr 4 12:61:01 2005\n\nFrom x Mon Apr 4 12:00:01\n\nFrom \n\nFrom\n"]),
    "Mozilla": (b"From - \nSubject: 1\n\none\n\nFrom -\nSubject: 2\n\ntwo\n\n",
                [b"Subject: 1\n\none\n", b"Subject: 2\n\ntwo\n"]),
    "first line without a date": (b"From me\nSubject: 1\n\none\n", [b"Subject: 1\n\none\n"]),
    "Content-Length lies": (
        b"From a@x Mon Apr  4 12:00:01 2005\nContent-Length: 9999\n\none\n\n"
        b"From b@x Tue Apr  5 12:00:01 2005\nContent-Length: 1\n\ntwo\n",
        [b"Content-Length: 9999\n\none\n", b"Content-Length: 1\n\ntwo\n"]),
    "any bytes": (
        b"From a@x Mon Apr  4 12:00:01 2005\nSubject: \xff\0\n\n\0\xfe\r\rx\r\n\n\n",
        [b"Subject: \xff\0\n\n\0\xfe\r\rx\r\n\n"]),
    "long lines": (
        b"From a@x Mon Apr  4 12:00:01 2005\nSubject: " + b"s" * 200000 + b"\n\n" +
        b"x" * 65535 + b"\n" + b"y" * 65536 + b"\n" + b"z" * 65537 + b">From \n\n" +
        b"From " + b"b" * 300 + b" Tue Apr  5 12:00:01 2005\n\ntwo\n",
        [b"Subject: " + b"s" * 200000 + b"\n\n" + b"x" * 65535 + b"\n" + b"y" * 65536 + b"\n" +
         b"z" * 65537 + b">From \n", b"\ntwo\n"]),
}

# The end of a From line, and the internal date.
DATES = [
    (b"a@x Mon Apr  4 12:00:01 2005", "04-Apr-2005 12:00:01 +0000"),
    (b"a at x.org  Mon Apr 14 12:00:01 2005", "14-Apr-2005 12:00:01 +0000"),
    (b"a Mon Apr  4 12:00 2005", "04-Apr-2005 12:00:00 +0000"),
    (b"a Mon Apr  4 12:00 MET 2005", "04-Apr-2005 12:00:00 +0000"),
    (b"a Mon Apr  4 12:00:01 +0200 2005", "04-Apr-2005 12:00:01 +0200"),
    (b"a Mon Apr  4 12:00:01 2005 -0730", "04-Apr-2005 12:00:01 -0730"),
    (b"a Mon Apr  4 12:00:01 2005 remote from host", "04-Apr-2005 12:00:01 +0000"),
    (b"Mon Apr  4 12:00:01 2005", "04-Apr-2005 12:00:01 +0000"),
    (b"-", "02-Jan-2024 03:04:05 +0100"),
]

# Lines of the header, and the flags.
STATUS = [
    (b"Status: RO\n", {"\\Seen"}),
    (b"Status: O\n", set()),
    (b"X-Status: A\nStatus: R\n", {"\\Seen", "\\Answered"}),
    (b"STATUS: R\nx-status: FDT\n", {"\\Seen", "\\Flagged", "\\Deleted", "\\Draft"}),
    (b"Statuses: R\nX: Status: R\nStatus R\n", set()),
]


class Mbox(ImportTest):
    def test_table(self):
        for name, (content, messages) in MBOXES.items():
            with self.subTest(name):
                path = self.write("mail.mbox", content)
                self.assertEqual(self.bodies(path), [crlf(message) for message in messages])

    def test_dates(self):
        content = b"".join(
            b"From " + line + b"\nDate: Tue, 2 Jan 2024 03:04:05 +0100\n\nx\n\n"
            for line, _ in DATES)
        messages, _ = self.fetch(self.write("mail.mbox", content))
        self.assertEqual([date.strip() for _, _, date in messages], [date for _, date in DATES])

    def test_status(self):
        content = b"".join(b"From a Mon Apr  4 12:00:01 2005\n" + header + b"\nStatus: R\n\n"
                           for header, _ in STATUS)
        messages, _ = self.fetch(self.write("mail.mbox", content))
        self.assertEqual([flags for _, flags, _ in messages], [flags for _, flags in STATUS])
        self.assertEqual(messages[0][0], b"Status: RO\r\n\r\nStatus: R\r\n")

    def test_as_python_writes_it(self):
        path = self.path("python.mbox")
        box = mailbox.mbox(path)
        originals = []
        for i in range(300):
            text = f"Subject: {i}\n\nnumber {i}\nFrom here on\n" + "\n" * (i % 3)
            message = mailbox.mboxMessage(text)
            message.set_from("a@x", (2005, 4, 1 + i % 28, 12, 0, i % 60, 0, 1, 0))
            message.set_flags("RO" if i % 2 else "O")
            box.add(message)
            originals.append((i, text))
        box.close()
        messages, said = self.fetch(path, "list/2005")
        self.assertEqual(len(messages), 300)
        for (i, text), (body, flags, date) in zip(originals, messages):
            head, _, rest = text.partition("\n\n")
            self.assertTrue(body.startswith(head.encode() + b"\r\nStatus: "), body)
            self.assertEqual(body.split(b"\r\n\r\n", 1)[1].rstrip(b"\r\n"),
                             crlf(rest.encode()).rstrip(b"\r\n"))
            self.assertEqual(flags, {"\\Seen"} if i % 2 else set())
            self.assertIn(f"Apr-2005 12:00:{i % 60:02}", date)
        self.assertRegex(said, r"^roost: anna/list/2005: 300 messages, ")


class Maildir(ImportTest):
    def write_message(self, name, text, seconds):
        os.utime(self.write(name, text), (seconds, seconds))

    def test_flags_dates_and_order(self):
        letters = ["", "S", "FS", "R", "T", "D", "P", "DFPRST", "aS"]
        for i, flags in enumerate(letters):
            folder = "new" if i == 0 else "cur"
            info = "" if i == 0 else f":2,{flags}"
            self.write_message(f"md/{folder}/{1000 + i}.M{i}.host{info}",
                               b"Subject: %d\n\nhi\n" % i, 86400 * 365 + i)
        self.write_message("md/tmp/1.x", b"Subject: not there yet\n\n", 1)
        self.write_message("md/cur/.hidden", b"Subject: hidden\n\n", 1)
        messages, said = self.fetch(self.path("md"))
        self.assertEqual([body for body, _, _ in messages],
                         [b"Subject: %d\r\n\r\nhi\r\n" % i for i in range(len(letters))])
        for i, flags in enumerate(letters):
            expected = {FLAGS[letter] for letter in flags if letter in FLAGS}
            expected |= {"$Forwarded"} if "P" in flags else set()
            self.assertEqual(messages[i][1], expected)
            self.assertEqual(messages[i][2], f"01-Jan-1971 00:00:{i:02} +0000")
        self.assertNotIn("not imported", said)

    def test_folders(self):
        folders = {
            "": "INBOX",
            ".Work": "INBOX/Work",
            ".Work.Old": "INBOX/Work/Old",
            ".Entw&APw-rfe": "INBOX/Entw&APw-rfe",
            ".Q&-A": "INBOX/Q&-A",
            ".&2D3cFA-": "INBOX/&2D3cFA-",
            ".R&D": "INBOX/R&-D",
        }
        for i, folder in enumerate(folders):
            self.write_message(f"md/{folder}/cur/1.a:2,S", b"Subject: %d\n\n" % i, 1000)
        self.write("md/.NoMaildir/file", b"")
        with Server("--user", "anna:secret", "--import",
                    f"anna/INBOX={self.path('md')}") as server:
            server.wait_ready()
            client = server.sign_in()
            for i, name in enumerate(folders.values()):
                self.assertEqual([message[0] for message in fetch_all(client, name)],
                                 [b"Subject: %d\r\n\r\n" % i], name)
            client.logout()

    def test_unreadable(self):
        self.write_message("md/cur/1.a:2,", b"Subject: 1\n\n", 1)
        self.write_message("md/cur/3.c:2,", b"Subject: 3\n\n", 1)
        os.symlink("nowhere", self.path("md/cur/2.b:2,S"))
        messages, said = self.fetch(self.path("md"))
        self.assertEqual(len(messages), 2)
        self.assertIn(f"not imported: {self.path('md/cur/2.b:2,S')}: No such file", said)


class Eml(ImportTest):
    def test_order_and_dates(self):
        self.write("mail/10.eml", b"Subject: 10\n\n")
        self.write("mail/9.EML", b"Date: Tue, 2 Jan 2024 03:04:05 +0100\nSubject: 9\r\n\r\nx")
        self.write("mail/notes.txt", b"no mail")
        self.write("mail/.hidden.eml", b"no mail")
        os.utime(self.path("mail/10.eml"), (1, 1))
        messages, _ = self.fetch(self.path("mail"))
        self.assertEqual([body for body, _, _ in messages],
                         [b"Date: Tue, 2 Jan 2024 03:04:05 +0100\r\nSubject: 9\r\n\r\nx",
                          b"Subject: 10\r\n\r\n"])
        self.assertEqual([date.strip() for _, _, date in messages],
                         ["02-Jan-2024 03:04:05 +0100", "01-Jan-1970 00:00:01 +0000"])

    def test_one_file(self):
        path = self.write("one.eml", b"Subject: 1\n\nFrom\n>From x\n")
        self.assertEqual(self.bodies(path), [b"Subject: 1\r\n\r\nFrom\r\n>From x\r\n"])

    def test_empty_message_and_empty_folder(self):
        self.write("mail/1.eml", b"")
        messages, said = self.fetch(self.path("mail"))
        self.assertEqual([body for body, _, _ in messages], [b""])
        self.assertNotIn("not imported", said)
        os.unlink(self.path("mail/1.eml"))
        messages, said = self.fetch(self.path("mail"))
        self.assertEqual(messages, [])
        self.assertIn("no .eml files", said)

    def test_unreadable_and_too_big(self):
        self.write("mail/1.eml", b"Subject: 1\n\n")
        self.write("mail/2.eml", b"x" * 2000)
        os.mkdir(self.path("mail/3.eml"))
        os.symlink("nowhere", self.path("mail/4.eml"))
        os.mkfifo(self.path("mail/5.eml"))
        self.write("mail/6.eml", b"Subject: 6\n\n")
        with Server("--user", "anna:secret", "--append-limit", "1000", "--import",
                    f"anna/Mail/In={self.path('mail')}") as server:
            server.wait_ready()
            client = server.sign_in()
            self.assertEqual([message[0] for message in fetch_all(client, "Mail/In")],
                             [b"Subject: 1\r\n\r\n", b"Subject: 6\r\n\r\n"])
            client.logout()
            said = server.stderr()
        self.assertIn("roost: not imported: 4\n", said)
        for name in ("2.eml", "3.eml", "4.eml", "5.eml"):
            self.assertRegex(said, f"not imported: {self.path('mail')}/{name}: \\S")

    def test_name_of_inbox(self):
        self.write("mail/1.eml", b"Subject: 1\n\n")
        with Server("--user", "anna:secret",
                    "--import", f"anna/inbox={self.path('mail')}",
                    "--import", f"anna/Grüße={self.path('mail')}") as server:
            server.wait_ready()
            client = server.sign_in()
            self.assertEqual(len(fetch_all(client)), 1)
            self.assertEqual(len(fetch_all(client, "Gr&APwA3w-e")), 1)
            client.logout()

    def test_shipped_mail(self):
        folder = os.path.join(os.path.dirname(__file__), "../../examples/mail")
        names = sorted(os.listdir(folder))
        bodies = self.bodies(folder)
        self.assertEqual(len(bodies), len(names))
        for name, body in zip(names, bodies):
            with open(os.path.join(folder, name), "rb") as file:
                self.assertEqual(body, crlf(file.read()), name)


class Progress(ImportTest):
    def said_on_terminal(self, count):
        """What an import of so many messages says on a terminal."""
        for i in range(count):
            self.write(f"mail/{i}.eml", b"Subject: %d\n\n" % i)
        ours, theirs = pty.openpty()
        process = subprocess.Popen([ROOST, "serve", "--memory", "--listen", "127.0.0.1:0",
                                    "--log-level", "error", "--user", "anna:secret", "--import",
                                    f"anna/INBOX={self.path('mail')}"],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=theirs)
        self.assertTrue(process.stdout.readline().startswith(b"roost: ready"))
        process.terminate()
        self.assertEqual(process.wait(PATIENCE), 0)
        process.stdout.close()
        os.close(theirs)
        said = b""
        try:
            while chunk := os.read(ours, 65536):
                said += chunk
        except OSError:
            # The end of a terminal that nobody has open any more.
            pass
        os.close(ours)
        return said

    def test_terminal(self):
        said = self.said_on_terminal(3)
        self.assertRegex(said, rb"\rroost: anna/INBOX: 3 messages, 0\.0 MB, "
                               rb"\d+ messages a second\x1b\[K\r\n\Z")


if __name__ == "__main__":
    unittest.main()
