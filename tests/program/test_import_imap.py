"""test_import_imap.py - `roost import` from another IMAP server: roost, Dovecot, and hostile ones."""
import imaplib
import os
import pwd
import random
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
import unittest

from program import PATIENCE, ROOST, Server, fetch_all, make_certificate
from transfer import StoreTest, list_names, quoted

DATE = '"05-Mar-2005 04:05:06 +1400"'


class ServerTest(StoreTest):
    """A test with another store in self.source, of dora with the password geheim\\"x."""

    LOGIN = 'geheim\\"x'

    def setUp(self):
        super().setUp()
        self.source = self.path("source")
        self.password = self.write("password", self.LOGIN.encode() + b"\nmore\n")
        self.certificate, self.key = make_certificate(self.folder)

    def serve_source(self, *listen):
        listen = listen or ("--tls-listen", "127.0.0.1:0")
        return Server("--user", f"dora:{self.LOGIN}", "--log-level", "error", "--tls-cert",
                      self.certificate, "--tls-key", self.key, listen=listen,
                      memory=("--data", self.source))

    @staticmethod
    def ready(server):
        """Wait for it, and have the port with TLS first, and the one without second."""
        server.wait_ready(2)
        server.ports.sort(key=lambda port: f":{port} (imaps)" not in "".join(server.lines))
        return server

    def client_of(self, server):
        """A client of the source's server, on its address that has no TLS."""
        client = imaplib.IMAP4("127.0.0.1", server.ports[1], timeout=PATIENCE)
        client.login("dora", self.LOGIN)
        return client

    def fetch(self, url, *arguments, **options):
        """Run the import; its sums."""
        return self.sums(url, "--password-file", self.password, "--ca-file", self.certificate,
                         *arguments, **options)

    def fill(self, client, names, messages):
        for name in names:
            client.create(quoted(name))
        for name, body, flags in messages:
            self.assertEqual(client.append(quoted(name), f"({' '.join(flags)})", DATE, body)[0],
                             "OK")

    def compare(self, theirs, ours=None):
        """The stores have the same mail."""
        data, self.data = self.data, ours or self.data
        has = self.contents()
        self.data = data
        contents = {}
        with theirs as server:
            client = self.client_of(self.ready(server))
            for name, attributes in list_names(client).items():
                if "\\Noselect" in attributes:
                    continue
                contents[name] = self.all_of(client, name)
            client.logout()
        self.assertEqual(sorted(contents), sorted(has[0]))
        for name, messages in contents.items():
            self.assertEqual(len(messages), len(has[0][name][0]), name)
            for one, other in zip(messages, has[0][name][0]):
                self.assertEqual(other, one, name)
        return has

    @staticmethod
    def all_of(client, name):
        return fetch_all(client, quoted(name)[1:-1])


BOTH = ("--tls-listen", "127.0.0.1:0", "--listen", "127.0.0.1:0")
NAMES = ["Work", "Work/Old", "Grüße 日本語 😀", "a.b", "R&D", 'q"q\\', "[brackets] (x)", "%", " "]


class Roost(ServerTest):
    def messages(self):
        chance = random.Random(5)
        bodies = [b"Subject: %d\r\n\r\n" % i + b"x" * chance.choice([0, 10, 3000]) for i in range(40)]
        bodies += [b"\n", b"bare\nLF\n", b"Subject: x\r\n\r\n\0\xff\rlast", b"{5}\r\nabc)",
                   b"A1 OK\r\n* BYE\r\n", b"y" * 300000 + b"\r\n", b")\r\nA2 OK done\r\n" * 30000]
        flags = ["\\Seen", "\\Flagged", "\\Answered", "\\Draft", "$Forwarded", "Later"]
        return [(chance.choice(["INBOX"] + NAMES), body,
                 chance.sample(flags, chance.randrange(len(flags)))) for body in bodies]

    def test_all_of_it(self):
        messages = self.messages()
        with self.serve_source(*BOTH) as server:
            client = self.client_of(self.ready(server))
            self.fill(client, NAMES, messages)
            for name in ("Work/Old", "R&D", "no such"):
                client.subscribe(quoted(name))
            client.select("INBOX")
            client.store("1", "+FLAGS", "\\Deleted")
            client.expunge()
            client.store("1", "+FLAGS", "\\Deleted")
            client.logout()
            url = f"imaps://dora@localhost:{server.ports[0]}"
            self.assertEqual(self.fetch(url), (len(messages) - 1, 0))
            self.assertEqual(self.fetch(url), (0, len(messages) - 1))
            uids = self.uids(server, "INBOX")
        _, subscribed = self.compare(self.serve_source(*BOTH))
        self.assertEqual(subscribed, {"Work/Old", "R&D", "no such"})
        with self.serve() as server:
            client = server.wait_ready().sign_in()
            client.select()
            self.assertEqual(client.uid("SEARCH", "ALL")[1], uids)
            client.logout()

    def uids(self, server, name):
        client = self.client_of(server)
        client.select(name)
        uids = client.uid("SEARCH", "ALL")[1]
        client.logout()
        return uids

    def test_what_is_new(self):
        with self.serve_source(*BOTH) as server:
            client = self.client_of(self.ready(server))
            self.fill(client, ["Work"], [("INBOX", b"Subject: %d\r\n\r\n" % i, []) for i in range(5)])
            url = f"imap://dora@localhost:{server.ports[1]}/"
            self.assertEqual(self.fetch(url), (5, 0))
            self.fill(client, ["New"], [("INBOX", b"Subject: 5\r\n\r\n", ["\\Seen"]),
                                        ("New", b"x", [])])
            client.select()
            client.store("2:3", "+FLAGS", "(\\Flagged Later)")
            client.store("5", "+FLAGS", "\\Deleted")
            client.expunge()
            said = self.take(url, "--password-file", self.password, "--ca-file", self.certificate)
            self.assertIn("imported: 2, imported before: 4, of these with other flags now: 2", said)
            client.select()
            client.store("2", "-FLAGS", "Later")
            client.logout()
            self.assertEqual(self.fetch(url), (0, 6))
        flags = [flags for _, flags, _ in self.contents()[0]["INBOX"][0]]
        self.assertEqual(flags, [set(), {"\\Flagged"}, {"\\Flagged", "Later"}, set(), set(),
                                 {"\\Seen"}])

    def test_uid_validity_changes(self):
        with self.serve_source(*BOTH) as server:
            client = self.client_of(self.ready(server))
            messages = [("In", b"Subject: %d\r\n\r\n" % (i // 2), []) for i in range(8)]
            self.fill(client, ["In"], messages)
            url = f"imaps://dora@localhost:{server.ports[0]}"
            self.assertEqual(self.fetch(url), (8, 0))
            client.delete("In")
            self.fill(client, ["In"], [("In", b"Subject: new\r\n\r\n", [])] + messages)
            client.logout()
            self.assertEqual(self.fetch(url), (1, 8))
            self.assertEqual(self.fetch(url), (0, 9))
        self.assertEqual(len(self.contents()[0]["In"][0]), 9)

    def test_chosen(self):
        with self.serve_source(*BOTH) as server:
            client = self.client_of(self.ready(server))
            self.fill(client, ["Work", "Work/Old", "Play"], [
                (name, b"x", []) for name in ("INBOX", "Work", "Work/Old", "Play")])
            client.logout()
            url = f"imaps://dora@localhost:{server.ports[0]}"
            self.assertEqual(self.fetch(url, "--only", "W*", "--only", "INBOX", "--mailbox", "Old"),
                             (3, 0))
            self.assertEqual(self.fetch(url + "/Work%2FOld"), (1, 0))
            self.assertIn("no such mailbox", self.take(
                url + "/None", "--password-file", self.password, "--ca-file", self.certificate,
                status=1))
        contents, _ = self.contents()
        self.assertEqual({name for name, (messages, _) in contents.items() if messages},
                         {"Old", "Old/Work", "Old/Work/Old", "Work/Old"})

    def test_killed_and_gone_on(self):
        with self.serve_source(*BOTH) as server:
            client = self.client_of(self.ready(server))
            self.write("a.mbox", b"".join(
                b"From a Mon Apr  4 12:00:01 2005\nSubject: %d\n\n%s\n\n" % (i, b"x" * 700)
                for i in range(3000)))
            client.logout()
        self.take(self.path("a.mbox"), data=self.source, user="dora")
        chance = random.Random(3)
        with self.serve_source(*BOTH) as server:
            self.ready(server)
            url = f"imap://dora@localhost:{server.ports[1]}"
            for number in (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
                process = subprocess.Popen(
                    [ROOST, "import", "anna", url, "--create-user", "--data", self.data,
                     "--password-file", self.password, "--ca-file", self.certificate],
                    stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
                log = os.path.join(self.data, "users", "anna", "mail.db-wal")
                size = chance.randrange(1, 3000000)
                while process.poll() is None:
                    try:
                        if os.path.getsize(log) > size:
                            break
                    except FileNotFoundError:
                        pass
                process.send_signal(number)
                said = process.communicate(timeout=PATIENCE)[1].decode()
                if number == signal.SIGTERM and process.returncode == 1:
                    self.assertRegex(said, "goes on where it ended|interrupted")
            self.fetch(url)
            self.assertEqual(self.fetch(url), (0, 3000))
        subjects = [int(body.split()[1]) for body in self.bodies()]
        self.assertEqual(sorted(subjects), list(range(3000)))

    def test_refused(self):
        with self.serve_source(*BOTH) as server:
            self.ready(server)
            wrong = self.write("wrong", b"nonsense\n")
            tls, plain = server.ports
            ca = ["--ca-file", self.certificate]
            right = ["--password-file", self.password]
            # Arguments, the exit status and what is said.
            table = [
                ([f"imaps://dora@localhost:{tls}", *right], 1, "certificate does not prove"),
                ([f"imap://dora@localhost:{plain}", *right], 1, "certificate does not prove"),
                ([f"imaps://dora@127.0.0.1:{tls}", *right, *ca], 1, "IP address mismatch"),
                ([f"imaps://dora@localhost:{plain}", *right, *ca], 1, "no TLS"),
                ([f"imaps://dora@localhost:{tls}", "--password-file", wrong, *ca], 1,
                 "does not sign in"),
                ([f"imaps://dora:x@localhost:{tls}", *right, *ca], 2, "does not belong into a URL"),
                ([f"imaps://localhost:{tls}", *right, *ca], 2, "whose mail"),
                (["imaps://dora@localhost:99999", *right, *ca], 2, "host and port"),
                (["imaps://dora@[::1", *right, *ca], 2, "host and port"),
                (["imaps://dora%0a@localhost", *right, *ca], 2, "control characters"),
                ([f"imaps://dora@localhost:{tls}", *ca], 2, "no password"),
                ([f"imaps://dora@localhost:{tls}", "--password-file", "/nowhere", *ca], 2,
                 "cannot read /nowhere"),
                ([f"imaps://dora@localhost:{tls}", *right, "--ca-file", "/nowhere"], 1, "/nowhere"),
                ([f"imaps://dora@localhost:{tls}", *right, "--timeout", "0"], 2, "--timeout"),
            ]
            for arguments, status, text in table:
                said = self.take(*arguments, status=status)
                self.assertIn(text, said)
                self.assertNotIn(self.LOGIN, said)
            self.assertFalse(os.path.exists(self.data))
            self.assertEqual(self.sums(f"imaps://dora@localhost:{tls}", *right, "--insecure"),
                             (0, 0))

    def test_password_from_input(self):
        with self.serve_source(*BOTH) as server:
            self.ready(server)
            result = subprocess.run(
                [ROOST, "import", "anna", f"imaps://dora@localhost:{server.ports[0]}", "--create-user",
                 "--data", self.data, "--ca-file", self.certificate], check=False,
                input=self.LOGIN + "\n", capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual(result.returncode, 0, result.stderr)

    def test_no_server(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"imaps://dora@127.0.0.1:{free.getsockname()[1]}"
            said = self.take(url, "--password-file", self.password, status=1)
        self.assertIn("Connection refused", said)


class FakeServer(threading.Thread):
    """A server that says what a test wants: a list of what is expected and what is answered, or
    of what is just said."""

    def __init__(self, script):
        super().__init__(daemon=True)
        self.script = script
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(PATIENCE)
        self.port = self.listener.getsockname()[1]
        self.heard = []
        self.start()

    def run(self):
        try:
            link, _ = self.listener.accept()
            with link, link.makefile("rb") as lines:
                link.settimeout(PATIENCE)
                for command, answer in self.script:
                    if command is not None:
                        line = lines.readline()
                        self.heard.append(line)
                        tag, _, rest = line.partition(b" ")
                        if not re.match(command, rest):
                            link.sendall(b"* BYE not expected: " + rest)
                            return
                        answer = answer.replace(b"TAG", tag)
                    link.sendall(answer)
                link.shutdown(socket.SHUT_WR)
                while lines.readline():
                    pass
        except OSError:
            pass
        finally:
            self.listener.close()


OK = b"TAG OK done\r\n"
START = [(None, b"* OK [CAPABILITY IMAP4rev1] hello\r\n"),
         (b"LOGIN \"dora\" ", b"TAG OK [CAPABILITY IMAP4rev1] in\r\n")]
LISTS = [(b'LIST "" "\\*"', b'* LIST () "/" INBOX\r\n' + OK), (b"LSUB ", OK)]


def mailbox(count, entries, bodies):
    return [(b'EXAMINE "INBOX"', b"* %d EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n" % count + OK),
            (b"UID FETCH 1:\\* \\(UID FLAGS\\)", entries + OK),
            (b"UID FETCH [0-9:,]+ \\(UID FLAGS INTERNALDATE BODY.PEEK\\[\\]\\)", bodies + OK)]


def entry(number, uid):
    return b"* %d FETCH (UID %d FLAGS ())\r\n" % (number, uid)


def body(number, uid, text, more=b""):
    return b"* %d FETCH (UID %d FLAGS (\\Seen) BODY[] {%d}\r\n%s%s)\r\n" % (
        number, uid, len(text), text, more)


class Hostile(ServerTest):
    LOGIN = "geheim"

    def talk(self, script, status, *arguments, timeout="20"):
        server = FakeServer(script)
        try:
            said = self.take(f"imap://dora@127.0.0.1:{server.port}", "--insecure",
                             "--password-file", self.password, "--timeout", timeout, *arguments,
                             status=status)
        finally:
            server.join(PATIENCE)
        return said

    def count(self):
        return len(self.bodies()) if os.path.exists(self.data) else 0

    def test_before_sign_in(self):
        # What it says, and what is told of it.
        table = [
            ([(None, b"220 mail ESMTP\r\n")], "no IMAP"),
            ([(None, b"")], "ended the connection"),
            ([(None, b"* BYE go away\x1b[2J\r\n")], "ended the connection: go away?[2J"),
            ([(None, b"x" * 3000000)], "line that is too long"),
            ([(None, b"* OK {99999999999}\r\n")], "more than 1 GiB"),
            ([(None, b"* OK {999999999999999999999999}\r\n")], "ended the connection"),
            ([(None, b"* OK {3}\r\nabc" + b" {3}\r\nabc" * 20 + b"\r\n")], "too many literals"),
            ([(None, b"\0\0\0\r\n")], "no IMAP"),
            ([(None, b"* OK hi\r\n"), (b"CAPABILITY", b"TAG NO\r\n")], "refuses"),
            ([(None, b"* OK hi\r\n"), (b"CAPABILITY", b"A999 OK\r\n")], "not asked"),
            ([(None, b"* OK [CAPABILITY LOGINDISABLED] hi\r\n")], "takes no passwords"),
            ([(None, b"* OK [CAPABILITY IMAP4rev1] hi\r\n"), (b"LOGIN", b"TAG NO [X] no\r\n")],
             "does not sign in: no"),
            ([(None, b"* OK [CAPABILITY AUTH=PLAIN] hi\r\n"),
              (b"AUTHENTICATE PLAIN\r", b"TAG BAD no\r\n")], "does not sign in: no"),
        ]
        for script, text in table:
            with self.subTest(script[-1][1][:40]):
                self.assertIn(text, self.talk(script, 1))
        self.assertFalse(os.path.exists(self.data))

    def test_no_tls(self):
        for greeting, text in ((b"* OK [CAPABILITY IMAP4rev1] hi\r\n", "offers no TLS"),
                               (b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n",
                                "before there is TLS")):
            server = FakeServer([(None, greeting)])
            said = self.take(f"imap://dora@127.0.0.1:{server.port}", "--password-file",
                             self.password, status=1)
            server.join(PATIENCE)
            self.assertIn(text, said)
            self.assertNotIn(b"geheim", b"".join(server.heard))

    def test_injection_before_tls(self):
        server = FakeServer([(None, b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n"),
                             (b"STARTTLS", OK + b"* CAPABILITY AUTH=PLAIN\r\n")])
        said = self.take(f"imap://dora@127.0.0.1:{server.port}", "--insecure",
                         "--password-file", self.password, status=1)
        server.join(PATIENCE)
        self.assertIn("somebody speaks between", said)

    def test_silent(self):
        self.assertIn("silent for 1 seconds", self.talk(
            [(None, b"* OK [CAPABILITY IMAP4rev1] hi\r\n"), (b"LOGIN", b""), (b"never", b"")], 1,
            timeout="1"))

    def test_messages(self):
        # What it answers, how many messages that makes, the exit status and what is told.
        fine = entry(1, 5) + entry(2, 9)
        left = [(b"UID FETCH 5:5 \\(UID\\)", OK)]
        table = [
            (mailbox(2, fine, body(1, 5, b"x") + body(2, 9, b"")), 2, 0, ""),
            # Twice, unasked, and flags in between.
            (mailbox(2, fine, body(1, 5, b"x") + body(1, 5, b"y") + body(3, 77, b"z") +
                     b"* 2 FETCH (FLAGS (\\Seen))\r\n* 5 EXPUNGE\r\n" + body(2, 9, b"x")), 2, 0, ""),
            # Gone meanwhile.
            (mailbox(2, fine, body(2, 9, b"x")) + left, 1, 0, ""),
            # There, but not given.
            (mailbox(2, fine, body(2, 9, b"x")) +
             [(b"UID FETCH 5:5 \\(UID\\)", b"* 1 FETCH (UID 5)\r\n" + OK),
              (b"UID FETCH 5 ", b"TAG NO broken\r\n")], 1, 1, "UID 5: broken"),
            (mailbox(2, fine, body(2, 9, b"x") + b"* 1 FETCH (UID 5 BODY[] NIL)\r\n") +
             [(b"UID FETCH 5:5 \\(UID\\)", b"* 1 FETCH (UID 5)\r\n" + OK),
              (b"UID FETCH 5 ", body(1, 5, b"late") + OK)], 2, 0, ""),
            # Odd, but right.
            (mailbox(2, b'* 1 FETCH (X-A ("a{1}" (b NIL) {3}\r\n) ( c) FLAGS (\\Seen bad[) UID 5)\r\n'
                     b"* 2 FETCH (FLAGS (\\* k) UID 9)\r\n",
                     b'* 1 FETCH (BODY[] "quoted \\"x\\"" UID 5 INTERNALDATE "nonsense")\r\n'
                     b"* 2 FETCH (UID 9 BODY[]<0> {1}\r\nx BODY[] {1}\r\ny RFC822.SIZE 1)\r\n"),
             2, 0, ""),
            # The last of all UIDs does not use up those of the mailbox.
            (mailbox(1, entry(1, 4294967295), body(1, 4294967295, b"x")), 1, 0, ""),
            # Wrong.
            (mailbox(2, fine, body(1, 5, b"x", b" ((")), 0, 1, "no IMAP response"),
            (mailbox(2, fine, body(1, 5, b"x") + b"* 2 FETCH (UID 9 BODY[] {10000}\r\nx"), 1, 1,
             "goes on where it ended"),
            (mailbox(2, b"* 1 FETCH " + b"(" * 5000 + b"\r\n", b""), 0, 1, "no IMAP response"),
            (mailbox(2, b"* 1 FETCH (X " + b"(" * 5000 + b"\r\n", b""), 0, 1, "nested too deeply"),
            (mailbox(2, b"* 1 FETCH (UID 99999999999 FLAGS ())\r\n", b""), 0, 1, "no UID"),
            ([(b"EXAMINE", b"* 1 EXISTS\r\n" + OK)], 0, 1, "no UIDs that last"),
            ([(b"EXAMINE", b"TAG NO not for you\r\n")], 0, 1, "INBOX: not for you"),
        ]
        for i, (script, count, status, text) in enumerate(table):
            with self.subTest(text or i):
                self.data = self.path(f"store{i}")
                said = self.talk(START + LISTS + script, status)
                self.assertIn(text, said)
                self.assertEqual(self.count(), count, said)

    def test_names(self):
        lists = [(b"LIST", b'* LIST (\\Noselect) "." Up\r\n* LIST () "." "Up.&AOQ-/x"\r\n'
                  b'* LIST (\\Sent \\X) NIL {3}\r\na.b\r\n* LIST () "." "bad\x01"\r\n'
                  b'* LIST () "." inbox.sub\r\n* LIST () "." "x..y"\r\n* LIST () "." [a]\r\n' + OK),
                 (b"LSUB", b'* LSUB () "." Up.&AOQ-\r\n' + OK)]
        empty = b"* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n" + OK
        said = self.talk(START + lists + [(b'EXAMINE "%s"' % name, empty) for name in (
            b"Up.&AOQ-/x", b"a.b", b"inbox.sub", b"\\[a]")], 1)
        self.assertIn("roost: not imported: 2\n", said)
        contents, subscribed = self.contents()
        self.assertEqual(sorted(contents), ["INBOX", "INBOX/sub", "Up", "Up/ä∕x", "[a]", "a.b"])
        self.assertEqual(contents["a.b"][1], {"\\Sent"})
        self.assertEqual(subscribed, {"Up/ä"})


def may_run_dovecot():
    """Dovecot wants users of its own to be there, and root to change to them."""
    try:
        pwd.getpwnam("dovenull")
    except KeyError:
        return False
    return shutil.which("dovecot", path="/usr/sbin:/usr/bin") is not None and os.geteuid() == 0


def free_port():
    """One that is still free when Dovecot takes it: the system gives no such port to who asks for any."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        first, last = map(int, file.read().split())
    ports = [port for port in range(1024, 65536) if not first <= port <= last]
    while True:
        port = random.SystemRandom().choice(ports or range(1024, 65536))
        with socket.socket() as free:
            try:
                free.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass  # somebody has it


@unittest.skipUnless(may_run_dovecot(), "there is no Dovecot that could run here")
class Dovecot(ServerTest):
    LOGIN = "geheim"

    def start(self):
        """A Dovecot of our own on a free port."""
        self.port = free_port()
        os.makedirs(self.path("dovecot/home"))
        for folder in (self.folder, self.path("dovecot")):
            os.chmod(folder, 0o755)
        config = f"""
            base_dir = {self.path("dovecot/run")}
            state_dir = {self.path("dovecot/state")}
            log_path = {self.path("dovecot/log")}
            protocols = imap
            listen = 127.0.0.1
            ssl = required
            ssl_cert = <{self.certificate}
            ssl_key = <{self.key}
            mail_location = maildir:{self.path("dovecot/home/Maildir")}
            mail_uid = nobody
            mail_gid = nogroup
            first_valid_uid = 1
            first_valid_gid = 1
            service imap-login {{
              inet_listener imap {{
                port = 0
              }}
              inet_listener imaps {{
                port = {self.port}
                ssl = yes
              }}
            }}
            namespace inbox {{
              inbox = yes
              separator = .
              mailbox Sent {{
                special_use = \\Sent
                auto = create
              }}
            }}
            passdb {{
              driver = static
              args = password=geheim
            }}
            userdb {{
              driver = static
              args = uid=nobody gid=nogroup home={self.path("dovecot/home")}
            }}
        """
        path = self.write("dovecot.conf", config.encode())
        shutil.chown(self.path("dovecot/home"), "nobody", "nogroup")
        # It tells the time of a file as it is here.
        process = subprocess.Popen(["dovecot", "-F", "-c", path], stdin=subprocess.DEVNULL,
                                   env={**os.environ, "TZ": "UTC",
                                        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        self.addCleanup(process.wait, PATIENCE)
        self.addCleanup(process.terminate)

    def connect(self):
        context = ssl.create_default_context(cafile=self.certificate)
        end = time.monotonic() + PATIENCE
        while True:
            try:
                client = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=context,
                                           timeout=PATIENCE)
                break
            except ConnectionRefusedError:
                self.assertLess(time.monotonic(), end, "Dovecot does not listen")
                time.sleep(0.01)
        client.login("dora", self.LOGIN)
        return client

    def test_all_of_it(self):
        self.start()
        client = self.connect()
        for name in ("Work", "Work.Old", "&AOQ-.R&-D"):
            self.assertEqual(client.create(f'"{name}"')[0], "OK")
            client.subscribe(f'"{name}"')
        for i in range(250):
            client.append("INBOX", "(\\Seen Later)" if i % 3 else "", DATE,
                          b"Subject: %d\r\n\r\nbody\r\n" % i + b"x\r\n" * (i * i % 700))
        client.append("Work.Old", "(\\Flagged)", DATE, b"y\r\n" * 400000)
        url = f"imaps://dora@localhost:{self.port}"
        self.assertEqual(self.fetch(url), (251, 0))
        client.select()
        client.store("7", "FLAGS", "(\\Deleted)")
        client.append("Work", "", DATE, b"Subject: new\r\n\r\n")
        self.assertEqual(self.fetch(url), (1, 251))
        contents, subscribed = self.contents()
        self.assertEqual(sorted(contents), ["INBOX", "Sent", "Work", "Work/Old", "ä", "ä/R&D"])
        self.assertEqual(contents["Sent"][1], {"\\Sent"})
        self.assertEqual(subscribed, {"Work", "Work/Old", "ä/R&D"})
        for name, there in (("INBOX", "INBOX"), ("Work", "Work"), ("Work/Old", "Work.Old")):
            self.assertEqual(contents[name][0], self.all_of(client, there))
        client.logout()

    def test_maildir_of_dovecot(self):
        """A Maildir that Dovecot made, and one that we exported and Dovecot reads."""
        self.start()
        client = self.connect()
        client.create("Work.Old")
        client.subscribe("Work.Old")
        for i in range(30):
            client.append("INBOX", ["", "(\\Seen Later)", "($Forwarded k1 k2)"][i % 3], DATE,
                          b"Subject: %d\r\n\r\nbody\r\n" % i)
        client.append("Work.Old", "(\\Draft)", DATE, b"Subject: old\r\n\r\n")
        theirs = self.all_of(client, "INBOX")
        client.logout()
        self.assertEqual(self.sums(self.path("dovecot/home/Maildir")), (31, 0))
        contents, subscribed = self.contents()
        self.assertEqual([(text, flags) for text, flags, _ in contents["INBOX"][0]],
                         [(text, flags) for text, flags, _ in theirs])
        self.assertEqual(contents["Work/Old"][0][0][1], {"\\Draft"})
        self.assertEqual(subscribed, {"Work/Old"})
        # And back. A process of Dovecot may still write to what it had open.
        os.rename(self.path("dovecot/home/Maildir"), self.path("dovecot/home/before"))
        self.give(self.path("dovecot/home/Maildir"))
        subprocess.run(["chown", "-R", "nobody:nogroup",
                        self.path("dovecot/home/Maildir")], check=True)
        client = self.connect()
        again = self.all_of(client, "INBOX")
        self.assertEqual([(text, flags) for text, flags, _ in again],
                         [(text, flags) for text, flags, _ in theirs])
        self.assertEqual({date[:20] for _, _, date in again}, {"04-Mar-2005 14:05:06"})
        self.assertIn("Work.Old", list_names(client, "LSUB"))
        client.logout()


if __name__ == "__main__":
    unittest.main()
