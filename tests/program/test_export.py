"""test_export.py - `roost export`, and that an import of it gives the same mail."""
import mailbox
import os
import random
import re
import signal
import subprocess
import unittest

from program import PATIENCE, ROOST, run
from transfer import StoreTest, quoted

FORMATS = ["maildir", "mbox", "eml"]

# Bytes that formats of files find hard to hold.
HOSTILE = [
    b"",
    b"\r\n",
    b"\n",
    b"x",
    b"Subject: no body\r\n",
    b"Subject: no body",
    b"Subject: empty body\r\n\r\n",
    b"Subject: no final line end\r\n\r\nlast",
    b"Subject: bare LF\n\nbody\n",
    b"Subject: mixed\r\n\r\none\ntwo\r\nthree\n",
    b"Subject: bare CR\r\n\r\none\rtwo\r\r\nthree\r",
    b"Subject: CRs\r\n\r\nx\r\r\r\n\r\n",
    b"Subject: NUL \0\r\n\r\n\0\0\r\n\0",
    b"Subject: 8 bit \xff\xe4\r\n\r\n\x80\xfe\r\n",
    b"Subject: empty lines\r\n\r\n\r\n\r\nx\r\n\r\n\r\n",
    b"Subject: LF empty lines\n\n\n\nx\n\n\n",
    b"From me\r\nSubject: header begins so\r\n\r\nx\r\n",
    b">From me\r\nSubject: uucp\r\n\r\nx\r\n",
    b"Subject: From lines\r\n\r\nFrom a Mon Apr  4 12:00:01 2005\r\n\r\n"
    b"From a Mon Apr  4 12:00:01 2005\r\n>From\r\n>From x\r\n>>>From y\r\n\r\nFrom ",
    b"Subject: LF From lines\n\nx\n\nFrom a Mon Apr  4 12:00:01 2005\n>From x\n",
    b"\r\nFrom a Mon Apr  4 12:00:01 2005\r\nSubject: all body\r\n",
    b"\nFrom a Mon Apr  4 12:00:01 2005\n",
    b"X-Roost-Export: 1 2 3 lf\r\nX-UID: 7\r\nStatus: RO\r\nX-Status: AF\r\n"
    b"X-Keywords: not mine\r\n\r\nx\r\n",
    b"X-UID: 7\r\nStatus: RO\r\nX-Status: DT\r\nX-Keywords: a b\r\n\r\nx\r\n",
    b"Status: R\r\n\r\nStatus: R\r\n",
    b"Subject: long lines\r\n\r\n" + b"y" * 65535 + b"\r\n" + b"z" * 65536 + b"\r\n" +
    b">" * 999 + b"From x\r\n" + b"From " + b"w " * 40000 + b"Mon Apr  4 12:00:01 2005\r\n\r\n" +
    b"From " + b"w" * 65485 + b" Mon Apr  4 12:00:01 2005 and on\r\n",
    b"Subject: large\r\n\r\n" + b"0123456789abcdef\r\n" * 12000,
]

NAMES = ["INBOX/Below", "Work", "work", "WORK", "Work/Old", "Grüße 日本語 😀", "a.b/c.d", ".", "..",
         "../up", "x/.", "x/..", "x/.hidden", "tmp", "cur/new", "R&D", "&", "Q&-A", "100%", "%2F",
         "a\\b", 'q"q', "trailing.", "trailing ", " leading", "Work.mbox", "Work.mbox/x", "mail.eml", "a.EML/x", "ROOST-messages", "mbox",
         "Sub.sbd", "roost-export", "L" * 300, "L" * 299 + "x", "é" * 150 + "/" + "日" * 120,
         "%" * 90, "con", "a:b*c?d|e<f>g"]

KEYWORDS = ["$Forwarded", "$Junk", "Later", "k1", "K2", "$MDNSent"]
SYSTEM = ["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"]
DATES = ["01-Jan-1970 00:00:00 +0000", "31-Dec-1969 23:59:59 +0000", "14-Jul-1789 12:00:00 +0009",
         "29-Feb-2024 23:59:59 -1130", "05-Mar-2005 04:05:06 +1400", "01-Jan-2100 00:00:00 +0530",
         "31-Dec-9999 23:59:59 +0000"]


class Export(StoreTest):
    def fill(self, names, messages):
        """Make mailboxes with messages (mailbox, bytes, flags, date)."""
        with self.serve() as server:
            client = server.wait_ready().sign_in()
            for name in names:
                self.assertEqual(client.create(quoted(name))[0], "OK", name)
            for name, body, flags, date in messages:
                answer = client.append(quoted(name), "(" + " ".join(flags) + ")", f'"{date}"', body)
                self.assertEqual(answer[0], "OK", answer)
            client.subscribe(quoted("Work"))
            client.subscribe(quoted("no such"))
            client.subscribe(quoted("a.b/c.d"))
            client.logout()

    def fill_all(self):
        self.take(self.write("empty.eml", b""))
        chance = random.Random(11)
        self.fill(NAMES, [
            (chance.choice(["INBOX"] + NAMES[:6]), body,
             chance.sample(SYSTEM + KEYWORDS, chance.randrange(6)), chance.choice(DATES))
            for body in HOSTILE[1:] for _ in range(2)])
        self.write("uses/roost-export", b"roost-export 1 eml\nmailbox 1 Sent%20mail \\Sent\n"
                   b"mailbox 2 Old/Archive \\Archive,\\All\nmailbox 3 Junk \\Junk\n")
        for name in ("1", "2", "3"):
            os.mkdir(self.path("uses", name))
        self.take(self.path("uses"))
        self.assertEqual(self.contents()[0]["Sent mail"], ([], {"\\Sent"}))

    def check_round_trip(self, *formats):
        before = self.contents()
        for form in formats:
            with self.subTest(form):
                self.give(self.path(form), "--format", form)
                self.take(self.path(form), data=self.path("again-" + form))
                contents, subscribed = self.contents(self.path("again-" + form))
                self.assertEqual(sorted(contents), sorted(before[0]))
                for name, (messages, uses) in before[0].items():
                    self.assertEqual(len(contents[name][0]), len(messages), name)
                    for had, has in zip(messages, contents[name][0]):
                        self.assertEqual(has, had, name)
                    self.assertEqual(contents[name][1], uses)
                self.assertEqual(subscribed, before[1])
                self.assertEqual(self.sums(self.path(form), data=self.path("again-" + form))[0], 0)

    def test_hostile(self):
        self.fill_all()
        self.check_round_trip(*FORMATS)

    def test_many_keywords(self):
        keywords = [f"key{i}" for i in range(60)]
        chance = random.Random(3)
        self.fill(["Work"], [("Work", b"Subject: %d\r\n\r\n" % i, chance.sample(keywords, 12),
                              DATES[3]) for i in range(40)])
        self.check_round_trip(*FORMATS)
        # Again, with other flags.
        with self.serve() as server:
            client = server.wait_ready().sign_in()
            client.select("Work")
            client.store("3", "FLAGS", "(key1 key59 \\Seen)")
            client.store("4", "FLAGS", "()")
            client.logout()
        self.give(self.path("maildir"))
        self.take(self.path("maildir"), data=self.path("third"))
        self.assertEqual(self.contents(self.path("third")), self.contents())

    def test_corpus(self):
        folder = os.environ.get("ROOST_CORPUS", os.path.join(
            os.path.dirname(__file__), "../../../shared/corpus"))
        if not os.path.isdir(folder):
            self.skipTest("there is no corpus")
        files = []
        for here, folders, names in os.walk(folder):
            folders.sort()
            files += [os.path.join(here, name) for name in sorted(names)]
        files = [name for name in files if os.path.getsize(name) < 300000]
        for i, name in enumerate(files[::max(1, len(files) // 150)]):
            os.makedirs(self.path("in/Corpus"), exist_ok=True)
            os.symlink(name, self.path(f"in/Corpus/{i}.eml"))
        self.take(self.path("in"))
        self.check_round_trip(*FORMATS)

    def test_others_can_read_it(self):
        self.fill(["Work"], [("INBOX", b"Subject: %d\r\n\r\nFrom x\r\n" % i,
                              ["\\Seen", "\\Flagged"], DATES[4]) for i in range(5)])
        self.give(self.path("md"))
        box = mailbox.Maildir(self.path("md"), create=False)
        self.assertEqual(len(box), 5)
        self.assertEqual(box.list_folders(), ["Work"])
        for message in box:
            self.assertEqual(message.get_flags(), "FS")
            self.assertEqual(message.get_date(), 1109945106)
        with open(self.path("md/subscriptions"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "V\t2\n\nWork\na.b\tc.d\nno such\n")
        self.give(self.path("mb"), "--format", "mbox")
        box = mailbox.mbox(self.path("mb/INBOX.mbox"), create=False)
        self.assertEqual([message["Subject"] for message in box], list("01234"))
        self.assertEqual([message.get_flags() for message in box], ["ROF"] * 5)
        box.close()

    def test_second_run_adds(self):
        for form in FORMATS:
            with self.subTest(form):
                self.data = self.path("store-" + form)
                self.fill(["Work"], [("INBOX", b"Subject: %d\r\n\r\n" % i, [], DATES[3])
                                     for i in range(4)])
                said = self.give(self.path(form), "--format", form)
                self.assertIn("exported: 4, exported before: 0\n", said)
                with self.serve() as server:
                    client = server.wait_ready().sign_in()
                    client.append("INBOX", None, f'"{DATES[4]}"', b"Subject: new\r\n\r\n")
                    client.append("Work", "(\\Seen later)", f'"{DATES[4]}"', b"Subject: 7\r\n\r\n")
                    client.create("New")
                    client.select()
                    client.store("2", "+FLAGS", "(\\Flagged Mine)")
                    client.logout()
                said = self.give(self.path(form), "--format", form)
                counts = "7" if form == "mbox" else "2, exported before: 4"
                self.assertIn(f"exported: {6 if form == 'mbox' else counts}", said)
                copy = self.path("again-" + form)
                self.take(self.path(form), data=copy)
                self.assertEqual(self.contents(copy), self.contents())
                # What is expunged stays in the export, but for mbox.
                with self.serve() as server:
                    client = server.wait_ready().sign_in()
                    client.select()
                    client.store("1:2", "+FLAGS", "\\Deleted")
                    client.expunge()
                    client.logout()
                self.give(self.path(form), "--format", form)
                copy = self.path("third-" + form)
                self.take(self.path(form), data=copy)
                contents, _ = self.contents(copy)
                self.assertEqual(len(contents["INBOX"][0]), 3 if form == "mbox" else 5)

    def test_only(self):
        self.fill(["Work", "Work/Old", "Play"],
                  [(name, b"x", [], DATES[3]) for name in ("INBOX", "Work", "Work/Old", "Play")])
        self.give(self.path("out"), "--only", "W*", "--format", "mbox")
        self.assertEqual(sorted(os.listdir(self.path("out"))), ["Work", "Work.mbox", "roost-export"])
        self.give(self.path("out"), "--only", "Play", "--format", "mbox")
        self.take(self.path("out"), data=self.path("again"))
        self.assertEqual(sorted(self.contents(self.path("again"))[0]),
                         ["INBOX", "Play", "Work", "Work/Old"])

    def test_names_are_safe(self):
        self.fill(NAMES, [])
        for form in FORMATS:
            self.give(self.path("out", form), "--format", form, status=1)
            os.makedirs(self.path("out"), exist_ok=True)
            self.give(self.path("out", form), "--format", form)
            for _, folders, files in os.walk(self.path("out", form)):
                for name in folders + files:
                    self.assertLess(len(os.fsencode(name)), 251)
                    self.assertNotRegex(name, r"[\x00-\x1f\x7f]")
            with open(self.path("out", form, "roost-export"), encoding="utf-8") as file:
                places = [line.split()[1].lower() for line in file if line.startswith("mailbox ")]
            self.assertEqual(len(places), len(set(places)))
            self.assertGreater(len(places), len(NAMES))
            self.assertEqual(os.listdir(self.path("out")), [form])
            for name in os.listdir(self.path("out")):
                subprocess.run(["rm", "-r", self.path("out", name)], check=True)
            os.rmdir(self.path("out"))

    def test_where_something_else_is(self):
        self.fill([], [("INBOX", b"x", [], DATES[3])])
        self.write("out/precious", b"")
        self.assertIn("something else", self.give(self.path("out"), status=1))
        self.assertEqual(os.listdir(self.path("out")), ["precious"])
        self.give(self.path("md"))
        self.assertIn("as maildir is there", self.give(self.path("md"), "--format", "mbox",
                                                       status=1))

    def test_wrong_use(self):
        self.fill([], [])
        for arguments in (["anna"], ["bert", "x"], ["anna", "x", "--format", "pst"],
                          ["anna", "x", "y"], ["anna", ""]):
            result = run("export", *arguments, "--data", self.data)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertRegex(result.stderr, r"^roost: [^\n]+\n$")

    def test_bytes_that_are_gone(self):
        self.fill([], [("INBOX", b"Subject: %d\r\n\r\n" % i + b"x" * 100000, [], DATES[3])
                       for i in range(3)])
        bodies = os.path.join(self.data, "users/anna/bodies")
        paths = sorted(os.path.join(here, name) for here, _, names in os.walk(bodies)
                       for name in names)
        os.unlink(paths[1])
        for form in FORMATS:
            said = self.give(self.path(form), "--format", form, status=1)
            self.assertRegex(said, r"not exported: anna/INBOX, UID 2: ")
            self.assertIn("exported: 2", said)

    def inode(self, form):
        """Another one once an export has begun."""
        try:
            return os.stat(self.path(form, "roost-export")).st_ino
        except FileNotFoundError:
            return None

    def test_killed_and_gone_on(self):
        self.fill([], [("INBOX", b"Subject: 0\r\n\r\n", [], DATES[3])])
        self.write("a.mbox", b"".join(b"From a Mon Apr  4 12:00:01 2005\nSubject: %d\n\nx\n\n" % i
                                      for i in range(1, 1200)))
        self.take(self.path("a.mbox"))
        for form in FORMATS:
            with self.subTest(form):
                for stop in (signal.SIGKILL, signal.SIGTERM):
                    before = self.inode(form)
                    process = subprocess.Popen(
                        [ROOST, "export", "anna", self.path(form), "--format", form, "--data",
                         self.data], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
                    while process.poll() is None and self.inode(form) == before:
                        pass
                    process.send_signal(stop)
                    said = process.communicate(timeout=PATIENCE)[1].decode()
                    if stop == signal.SIGTERM and process.returncode != 0:
                        self.assertEqual(process.returncode, 1)
                        self.assertIn("goes on where it ended", said)
                self.give(self.path(form), "--format", form)
                copy = self.path("again-" + form)
                self.take(self.path(form), data=copy)
                bodies = self.bodies(data=copy)
                self.assertEqual([int(re.search(rb"\d+", body)[0]) for body in bodies],
                                 list(range(1200)))


if __name__ == "__main__":
    unittest.main()
