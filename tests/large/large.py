"""large.py - a mailbox of very many messages, a user with very many mailboxes, and very many users.

large.py PROGRAM [--messages N] [--mailboxes N] [--users N] [--keep DIR]

Everything is filled, read, searched, changed and emptied once; every answer must be complete. Each
line tells how long a step took, and what memory the server has after it and had at most (in MiB). In
the tests it runs with small numbers, for the answers; for the figures:

large.py build/roost --messages 100000 --mailboxes 1000 --users 1000
"""
import argparse
import os
import random
import re
import resource
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(__file__)
sys.path[1:1] = [os.path.join(HERE, os.pardir, "crash"), os.path.join(HERE, os.pardir, "program")]

import program
from client import Client, Gone

WORDS = "farm barn horse field seed rain north river market bread wool lamp stone wheel milk".split()


class Wrong(Exception):
    pass


def check(condition, text):
    if not condition:
        raise Wrong(text)


def message(number, rng):
    """A mail of some 2 KiB, which may be an answer to one before."""
    text = "".join(" ".join(rng.choices(WORDS, k=10)) + "\r\n" for _ in range(rng.randrange(10, 50)))
    references = f"In-Reply-To: <{rng.randrange(number)}@example.org>\r\n" if number % 3 else ""
    subject = f"{'Re: ' if references else ''}{rng.choice(WORDS)} {rng.choice(WORDS)} {number // 10}"
    return (f"Return-Path: <ben{number % 50}@example.org>\r\nReceived: from a by b; Mon, 7 Feb 2022 "
            f"21:52:25 -0800\r\nFrom: Ben {number % 50} <ben{number % 50}@example.org>\r\n"
            f"To: Anna <anna@example.org>\r\nSubject: {subject}\r\nMessage-ID: <{number}@example.org>"
            f"\r\n{references}Date: Mon, 7 Feb 2022 21:52:25 -0800\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\n\r\nnumber{number:09d}\r\n{text}").encode()


def write_mbox(path, count):
    rng = random.Random(count)
    with open(path, "wb") as file:
        for number in range(1, count + 1):
            file.write(b"From ben Mon Feb  7 21:52:25 2022\n"
                       + message(number, rng).replace(b"\r\n", b"\n") + b"\n")


class Reader(Client):
    """Reads answers without keeping them, so that it is the server that takes the time."""

    def count(self, command, word=b"FETCH ("):
        """How many lines of an answer begin with * and have the word, if it is OK; it is not kept."""
        self.tags += 1
        tag = b"t%d" % self.tags
        self.send(tag + b" " + command.encode() + b"\r\n")
        pattern = re.compile(rb"^\* [^\r]{0,20}?" + re.escape(word), re.M)
        end = re.compile(rb"^" + tag + rb" (OK|NO|BAD)[^\r]*\r\n\Z", re.M)
        found = 0
        while True:
            last = self.unread.rfind(b"\n") + 1
            self.octets += last
            whole, rest = self.unread[:last], self.unread[last:]
            answer = end.search(whole[-1000:])
            found += len(pattern.findall(whole))
            self.unread = rest
            if answer:
                check(answer[1] == b"OK", f"{command}: {answer[0]}")
                return found
            self._more()

    octets = 0


class Large:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.data = os.path.join(folder, "mail")
        self.users = ["anna"] + [f"user{number}" for number in range(options.users)]
        self.server = None
        self.client = None
        self.step_began = 0

    def start(self):
        path = os.path.join(self.folder, "users")
        with open(path, "w") as file:
            file.writelines(f"{user}:secret\n" for user in self.users)
        os.chmod(path, 0o600)
        self.server = program.Server("--user-file", path, memory=("--data", self.data)).wait_ready()

    def sign_in(self, user="anna"):
        client = Reader(self.server.ports[0])
        client.must(f"LOGIN {user} secret")
        return client

    def memory(self, key):
        with open(f"/proc/{self.server.process.pid}/status") as file:
            return int(re.search(rf"^{key}:\s+(\d+)", file.read(), re.M)[1]) / 1024

    def begin(self):
        with open(f"/proc/{self.server.process.pid}/clear_refs", "w") as file:
            file.write("5")     # the highest memory from here on
        self.step_began = time.monotonic()

    def end(self, what):
        took = time.monotonic() - self.step_began
        print(f"{what:<58}{took * 1000:>10.1f} ms {self.memory('VmRSS'):>8.1f} "
              f"{self.memory('VmHWM'):>8.1f}", flush=True)

    def count(self, command, expected, word=b"FETCH (", what=None):
        self.begin()
        found = self.client.count(command, word)
        self.end(what or command)
        check(expected is None or found == expected, f"{command}: {found}, not {expected}")

    def search(self, keys, expected=None):
        self.begin()
        answer = self.client.must("UID SEARCH " + keys)
        self.end("UID SEARCH " + keys)
        found = len(answer.untagged[0][0].split()) - 2
        check(expected is None or found == expected, f"SEARCH {keys}: {found}, not {expected}")

    def must(self, command, what=None):
        self.begin()
        answer = self.client.must(command)
        self.end(what or command)
        return answer

    def kill(self):
        self.server.process.kill()
        self.server.process.wait()

    # -- one mailbox

    def fill(self):
        path = os.path.join(self.folder, "mbox")
        write_mbox(path, self.options.messages)
        began = time.monotonic()
        program.PATIENCE = 3600
        done = program.run("import", "anna", path, "--data", self.data, "--create")
        check(done.returncode == 0, done.stderr)
        took = time.monotonic() - began
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"roost import: {took:.1f} s, {self.options.messages / took:.0f} a second, at most "
              f"{children:.0f} MiB; {os.path.getsize(path) >> 20} MiB of mail are "
              f"{self.size_on_disk():.0f} MiB on disk")
        os.unlink(path)

    def size_on_disk(self):
        return sum(os.path.getsize(os.path.join(here, name)) for here, _, names in
                   os.walk(self.data) for name in names) / (1 << 20)

    def read(self):
        n = self.options.messages
        self.must("SELECT INBOX", "SELECT, the first time")
        self.must("SELECT INBOX", "SELECT again")
        self.count("FETCH 1:* (FLAGS)", n)
        self.count("FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE)", n)
        self.count("FETCH 1:* (ENVELOPE)", n)
        self.count("FETCH 1:* (BODYSTRUCTURE)", n)
        self.count("FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT FROM DATE)])", n)
        self.count("FETCH 1:* (BODY.PEEK[])", n)
        self.search("UNSEEN", n)
        self.search("FROM ben7@", len(range(7, n + 1, 50)))
        self.search(f"SUBJECT {n // 20}")
        self.search(f"BODY number{n // 2:09d}", 1)
        self.search("TEXT horse NOT TEXT farm")

    def wait_for_index(self):
        """Until a search for a rare word takes no longer than it does when nothing is opened."""
        path = os.path.join(self.data, "users", "anna", "search.db")
        if not os.path.exists(path):
            return
        self.begin()
        last, quiet = -1, 0
        while quiet < 5:
            now = sum(os.path.getsize(path + ending) for ending in ("", "-wal")
                      if os.path.exists(path + ending))
            quiet = quiet + 1 if now == last else 0
            last = now
            time.sleep(0.2)
        self.end(f"until the search index rests (1 s of it idle): {last >> 20} MiB")
        n = self.options.messages
        self.search(f"BODY number{n // 2:09d}", 1)
        self.search("TEXT horse NOT TEXT farm")

    def change(self):
        n = self.options.messages
        self.count("STORE 1:* +FLAGS (\\Seen)", n)
        self.must("STORE 1:* +FLAGS.SILENT (Later)")
        self.must("STORE 1:* -FLAGS.SILENT (\\Seen Later)")
        self.must("STORE 1 +FLAGS (\\Flagged)")
        self.must("CREATE Copy")
        self.must("UID COPY 1:* Copy")
        self.must("CREATE Half")
        self.count(f"MOVE 1:{n // 2} Half", n // 2, b"EXPUNGE")
        self.must("UID STORE 1:* +FLAGS.SILENT (\\Deleted)")
        self.count("EXPUNGE", n - n // 2, b"EXPUNGE")
        self.must("DELETE Half")
        self.must("SELECT Copy")
        self.count("FETCH 1:* (UID FLAGS)", n)

    def many_sessions(self):
        self.begin()
        others = [self.sign_in() for _ in range(20)]
        for other in others:
            other.must("SELECT Copy")
        self.end("20 sessions more have it open")
        for other in others:
            other.close()

    def recover(self):
        """Starting after a kill in the middle of a large change."""
        tag = b"x UID STORE 1:* +FLAGS (Again)\r\n"
        self.client.send(tag)
        self.client.read_line()
        wal = os.path.join(self.data, "users", "anna", "mail.db-wal")
        self.kill()
        size = os.path.getsize(wal) / (1 << 20) if os.path.exists(wal) else 0
        began = time.monotonic()
        self.start()
        ready = time.monotonic()
        self.client = self.sign_in()
        signed_in = time.monotonic()
        self.client.must("SELECT Copy")
        selected = time.monotonic()
        print(f"after a kill, with a WAL of {size:.1f} MiB: ready in {(ready - began) * 1000:.0f} ms, "
              f"signed in {(signed_in - ready) * 1000:.0f} ms later, selected "
              f"{(selected - signed_in) * 1000:.0f} ms later")

    def empty(self):
        """So that the rest does not carry it along."""
        self.must("DELETE Copy")
        print(f"{self.size_on_disk():.0f} MiB are left on disk")

    # -- many mailboxes

    def mailboxes(self):
        n = self.options.mailboxes
        names = [f"Group {number // 100}/Mailbox {number}" for number in range(n)]
        parents = len(range(0, n, 100))
        there = n + parents + 1

        def each(what, command):
            self.begin()
            for name in names:
                self.client.must(command(name))
            self.end(f"{n} times {what}")

        each("CREATE", lambda name: f'CREATE "{name}"')
        self.begin()
        for name in names:
            self.client.must(f'APPEND "{name}" {{}}', message(1, random.Random(1)))
        self.end(f"{n} times APPEND")
        each("SUBSCRIBE", lambda name: f'SUBSCRIBE "{name}"')
        self.count('LIST "" *', there, b"LIST (")
        self.count('LIST "" %', 1 + parents, b"LIST (")
        self.count('LSUB "" *', n, b"LSUB (")
        if b"LIST-STATUS" in self.client.must("CAPABILITY").untagged[0][0]:
            self.count('LIST "" * RETURN (STATUS (MESSAGES UNSEEN UIDNEXT))', there, b"STATUS ")
        each("STATUS", lambda name: f'STATUS "{name}" (MESSAGES UNSEEN UIDNEXT)')
        each("SELECT", lambda name: f'SELECT "{name}"')
        self.client.must("UNSELECT")
        self.must('RENAME "Group 0" "Group X"', f"RENAME with {min(n, 100)} mailboxes under it")
        names[:100] = [name.replace("Group 0/", "Group X/") for name in names[:100]]
        each("DELETE", lambda name: f'DELETE "{name}"')
        self.count('LIST "" *', 1 + parents, b"LIST (")

    # -- many users

    def many_users(self):
        others = self.users[1:]

        def each(what, work):
            self.begin()
            for user in others:
                client = self.sign_in(user)
                work(client)
                client.close()
            self.end(f"{len(others)} users {what}")

        each("sign in for the first time",
             lambda client: client.must("APPEND INBOX {}", message(1, random.Random(1))))
        each("read their mail", lambda client: (
            client.must("SELECT INBOX"), check(client.count("FETCH 1:* (BODY[])") == 1, "no mail")))
        self.begin()
        clients = [self.sign_in(user) for user in others]
        for client in clients:
            client.must("SELECT INBOX")
        self.end(f"{len(others)} users at once have their INBOX open")
        for client in clients:
            client.send(b"x NOOP\r\n")
        self.kill()
        began = time.monotonic()
        self.start()
        ready = time.monotonic() - began
        print(f"after a kill with all of them open: ready in {ready * 1000:.0f} ms")
        each("sign in after that", lambda client: check(
            client.must("STATUS INBOX (MESSAGES)").untagged[0][0].endswith(b"(MESSAGES 1)"),
            "no mail"))

    def run(self):
        self.fill()
        self.start()
        try:
            self.client = self.sign_in()
            self.begin()
            print(f"{'':<58}{'time':>10}    {'memory':>8} {'at most':>8}")
            self.end("nothing yet")
            self.read()
            self.wait_for_index()
            self.change()
            self.many_sessions()
            self.recover()
            self.empty()
            self.mailboxes()
            self.many_users()
        finally:
            self.server.stop()
        done = program.run("check", "--data", self.data)
        check(done.returncode == 0, done.stdout + done.stderr)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--mailboxes", type=int, default=150)
    parser.add_argument("--users", type=int, default=30)
    options = parser.parse_args()
    program.ROOST = options.program
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    folder = tempfile.mkdtemp(prefix="roost-large-")
    try:
        Large(options, folder).run()
    except (Wrong, Gone) as error:
        print(f"{error}; see {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
