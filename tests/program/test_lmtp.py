"""test_lmtp.py - mail that comes over LMTP: replies, where it goes, who hears of it, what stays."""
import imaplib
import os
import re
import signal
import socket
import stat
import threading
import time
import unittest

from program import PATIENCE, FolderTest, Server, fetch_all, run

USERS = ("--user", "anna:secret", "--user", "bert:secret", "--user", "carl@farm.example:secret",
         "--user", "dora+x:secret")
MESSAGE = b"Message-ID: <1@x>\r\nSubject: hello\r\n\r\nbody\r\n"


class Lmtp:
    """A client that reads each reply whole."""

    def __init__(self, place, hello=True):
        if isinstance(place, int):
            self.socket = socket.create_connection(("127.0.0.1", place), timeout=PATIENCE)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(PATIENCE)
            self.socket.connect(place)
        self.file = self.socket.makefile("rb")
        if hello:
            self.greeting = self.reply()
            self.offers = self.say("LHLO client.example")

    def reply(self):
        lines = []
        while not lines or lines[-1][3:4] == "-":
            line = self.file.readline()
            if not line.endswith(b"\r\n"):
                raise EOFError(line)
            lines.append(line.decode("ascii")[:-2])
        return "\n".join(lines)

    def send(self, data):
        self.socket.sendall(data)

    def say(self, command):
        self.send(command.encode() + b"\r\n")
        return self.reply()

    def deliver(self, recipients, message=MESSAGE, sender="<ben@example.org>"):
        """A whole message, which needs no dots put in; the reply of each recipient."""
        replies = [self.say(f"MAIL FROM:{sender}")]
        replies += [self.say(f"RCPT TO:<{recipient}>") for recipient in recipients]
        if not all(reply.startswith("250 ") for reply in replies):
            raise AssertionError(replies)
        if not self.say("DATA").startswith("354 "):
            raise AssertionError("no 354")
        self.send(message + b".\r\n")
        return [self.reply() for _ in recipients]

    def is_closed(self):
        return self.file.read(1) == b""

    def close(self):
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class LmtpTest(FolderTest):
    def serve(self, *options, store=("--memory",), places=("127.0.0.1:0",), users=USERS):
        listens = [word for place in places for word in ("--lmtp-listen", place)]
        server = Server(*users, *listens, *options, memory=store)
        self.addCleanup(server.__exit__)
        server.wait_ready(1 + len(places))
        return server

    def data(self):
        return ("--data", self.path("mail"))

    def client(self, server, index=1, **options):
        client = Lmtp(server.ports[index], **options)
        self.addCleanup(client.close)
        return client

    def imap(self, server, user="anna"):
        client = server.sign_in(user)
        self.addCleanup(client.shutdown)
        return client

    def messages(self, server, user="anna", mailbox="INBOX"):
        client = server.sign_in(user)
        try:
            return fetch_all(client, mailbox)
        finally:
            client.logout()


class Replies(LmtpTest):
    def test_greeting_and_offers(self):
        server = self.serve()
        client = self.client(server)
        self.assertRegex(client.greeting, r"^220 \S+ LMTP roost$")
        self.assertEqual([line[4:] for line in client.offers.split("\n")][1:],
                         ["8BITMIME", "CHUNKING", "ENHANCEDSTATUSCODES", "PIPELINING",
                          "SIZE 67108864", "SMTPUTF8"])
        self.assertEqual(client.say("QUIT"), "221 2.0.0 Bye")
        self.assertTrue(client.is_closed())

    def test_one_status_for_each_recipient(self):
        server = self.serve()
        client = self.client(server)
        client.say("MAIL FROM:<ben@example.org>")
        self.assertEqual(client.say("RCPT TO:<anna@anywhere>"), "250 2.1.5 The recipient is taken")
        self.assertEqual(client.say("RCPT TO:<nobody@anywhere>"),
                         "550 5.1.1 There is no such user here")
        self.assertEqual(client.say("RCPT TO:<bert>"), "250 2.1.5 The recipient is taken")
        self.assertEqual(client.say("RCPT TO:<anna>"), "250 2.1.5 The recipient is taken")
        client.say("DATA")
        client.send(MESSAGE + b".\r\n")
        replies = [client.reply() for _ in range(3)]
        self.assertEqual(replies[1], "250 2.1.5 Saved as UID 1 in INBOX")
        self.assertEqual({replies[0], replies[2]}, {"250 2.1.5 Saved as UID 1 in INBOX",
                                                    "250 2.1.5 Saved as UID 2 in INBOX"})
        self.assertEqual(len(self.messages(server)), 2)
        self.assertEqual(len(self.messages(server, "bert")), 1)

    def test_nothing_but_unknown_recipients(self):
        client = self.client(self.serve())
        client.say("MAIL FROM:<>")
        self.assertEqual(client.say("RCPT TO:<nobody>")[:9], "550 5.1.1")
        self.assertEqual(client.say("DATA")[:9], "503 5.5.1")

    def test_pipelined_at_once(self):
        server = self.serve()
        client = self.client(server, hello=False)
        message = b"MAIL FROM:<a@b>\r\nRCPT TO:<anna>\r\nRCPT TO:<no>\r\nDATA\r\n" + MESSAGE + b".\r\n"
        client.send(b"LHLO x\r\n" + 20 * message + b"QUIT\r\n")
        client.socket.shutdown(socket.SHUT_WR)
        codes = [line[:3] for line in client.file.read().decode().split("\r\n") if line[3:4] == " "]
        self.assertEqual(codes, ["220", "250"] + 20 * ["250", "250", "550", "354", "250"] + ["221"])
        self.assertEqual(len(self.messages(server)), 20)

    def test_wants_no_more_after_eof(self):
        """Half a message is none."""
        server = self.serve()
        client = self.client(server)
        client.say("MAIL FROM:<a@b>")
        client.say("RCPT TO:<anna>")
        client.say("DATA")
        client.send(MESSAGE)
        client.socket.shutdown(socket.SHUT_WR)
        self.assertTrue(client.is_closed())
        self.assertEqual(self.messages(server), [])

    def test_size(self):
        server = self.serve("--append-limit", "1000")
        client = self.client(server)
        self.assertIn("SIZE 1000", client.offers)
        self.assertEqual(client.say("MAIL FROM:<a@b> SIZE=1001")[:9], "552 5.3.4")
        big = b"Subject: big\r\n\r\n" + 20 * (b"x" * 58 + b"\r\n")
        self.assertEqual([reply[:9] for reply in client.deliver(["anna", "bert"], big)],
                         ["552 5.3.4"] * 2)
        # With what is put in front it is too large for the store.
        big = b"Subject: big\r\n\r\n" + b"x" * 980 + b"\r\n"
        self.assertEqual(client.deliver(["anna"], big)[0][:9], "552 5.2.3")
        self.assertEqual(client.deliver(["anna"])[0][:9], "250 2.1.5")

    def test_large_messages(self):
        server = self.serve(store=self.data())
        client = self.client(server)
        line = bytes(range(32, 127)) + b"\r\n"
        for uid, size in enumerate((255 << 10, 257 << 10, 5 << 20), start=1):
            message = b"Subject: large\r\n\r\n" + line * (size // len(line))
            self.assertEqual(client.deliver(["anna", "bert"], message),
                             2 * [f"250 2.1.5 Saved as UID {uid} in INBOX"])
            for user in ("anna", "bert"):
                self.assertTrue(self.messages(server, user)[-1][0].endswith(message))

    def test_bdat(self):
        server = self.serve()
        client = self.client(server)
        client.say("MAIL FROM:<a@b>")
        client.say("RCPT TO:<anna>")
        client.send(b"BDAT 5\r\nA: b\rBDAT 14 LAST\r\n\n\r\n.\r\n..\r\n..\r\n")
        self.assertEqual(client.reply()[:9], "250 2.0.0")
        self.assertEqual(client.reply(), "250 2.1.5 Saved as UID 1 in INBOX")
        self.assertTrue(self.messages(server)[0][0].endswith(b"A: b\r\n\r\n.\r\n..\r\n..\r\n"))

    def test_quota(self):
        """One user's is full, the other's is not."""
        server = self.serve("--quota", "3000", store=self.data())
        client = self.client(server)
        message = b"Subject: large\r\n\r\n" + b"x" * 1900 + b"\r\n"
        self.assertEqual([reply[:9] for reply in client.deliver(["anna"], message)], ["250 2.1.5"])
        self.assertEqual([reply[:9] for reply in client.deliver(["anna", "bert"], message)],
                         ["452 4.2.2", "250 2.1.5"])
        self.assertRegex(server.stderr(), r"event=delivery-failed user=anna .* reason=")
        self.assertEqual(len(self.messages(server)), 1)

    def test_store_in_trouble(self):
        """A store that cannot take it says so for the time being."""
        server = self.serve(store=self.data())
        client = self.client(server)
        self.assertEqual(client.deliver(["anna"])[0][:9], "250 2.1.5")
        users = self.path("mail", "users")
        os.rename(users, users + ".away")
        with open(users, "wb"):
            pass
        client.say("MAIL FROM:<a@b>")
        self.assertRegex(client.say("RCPT TO:<bert>"), "^451 4.3.0 ")
        os.remove(users)
        os.rename(users + ".away", users)
        self.assertEqual(client.say("RCPT TO:<bert>")[:9], "250 2.1.5")


class Places(LmtpTest):
    def test_details(self):
        server = self.serve()
        imap = self.imap(server)
        for name in ("Lists", "Lists/roost", "work", "WORK", '"Two Words"', "&AMQ-rger"):
            self.assertEqual(imap.create(name)[0], "OK")
        client = self.client(server)
        for recipient, mailbox in (
                ("anna", "INBOX"), ("anna+", "INBOX"), ("anna+nosuch@x", "INBOX"),
                ("anna+inbox", "INBOX"), ("anna+Lists@x", "Lists"), ("ANNA+lists@x", "Lists"),
                ("anna+Lists/Roost", "Lists/roost"), ("anna+work", "work"),
                ("anna+WORK", "WORK"), ("anna+Work", "WORK"), ('"anna+two words"@x', "Two Words"),
                ("anna+../../etc/passwd", "INBOX"), ("anna+/Lists", "INBOX"), ("anna+*", "INBOX"),
                ("anna+Lists+x", "INBOX"), ("anna+" + "x" * 900, "INBOX")):
            reply = client.deliver([recipient])[0]
            self.assertRegex(reply, rf"^250 2\.1\.5 Saved as UID \d+ in {re.escape(mailbox)}$",
                             recipient)
        self.assertEqual(client.say("MAIL FROM:<a@b> SMTPUTF8")[:3], "250")
        self.assertEqual(client.say("RCPT TO:<anna+Ärger@x>")[:3], "250")
        client.say("DATA")
        client.send(b".\r\n")
        self.assertEqual(client.reply(), "250 2.1.5 Saved as UID 1 in ??rger")

    def test_mailbox_that_is_only_a_name(self):
        server = self.serve()
        imap = self.imap(server)
        imap.create("Lists/roost")
        imap.delete("Lists")
        self.assertEqual(self.client(server).deliver(["anna+Lists"])[0][-8:], "in INBOX")

    def test_users_with_a_domain_or_a_plus(self):
        server = self.serve()
        client = self.client(server)
        client.deliver(["carl@FARM.example", "Carl+x@farm.example", "dora+x", "DORA+x@y"])
        self.assertEqual(len(self.messages(server, "carl@farm.example")), 2)
        self.assertEqual(len(self.messages(server, "dora+x")), 2)
        client.say("MAIL FROM:<>")
        for nobody in ("carl", "carl@other.example", "dora", "dora+y"):
            self.assertEqual(client.say(f"RCPT TO:<{nobody}>")[:9], "550 5.1.1", nobody)

    def test_what_is_put_in_front(self):
        server = self.serve(places=("127.0.0.1:0", "unix:" + self.path("socket")))
        self.client(server).deliver(["Anna+x@Y"], b"Return-Path: <old@x>\r\n" + MESSAGE)
        unix = self.client(server, 2)
        unix.say("MAIL FROM:<> SMTPUTF8")
        unix.say("RCPT TO:<anna+ä>")
        unix.say("DATA")
        unix.send(MESSAGE + b".\r\n")
        unix.reply()
        first, second = (message[0].decode() for message in self.messages(server))
        received = (r"Received: from client\.example{}\r\n\tby \S+ \(roost\) with {} id \S+\r\n"
                    r"\tfor <{}>;\r\n\t[A-Z][a-z][a-z], \d+ [A-Z][a-z][a-z] \d+ \d\d:\d\d:\d\d "
                    r"[+-]\d\d\d\d\r\n" + re.escape(MESSAGE.decode()))
        self.assertRegex(first, "^Return-Path: <ben@example\\.org>\r\nDelivered-To: Anna\\+x@Y\r\n" +
                         received.format(r" \(\[127\.0\.0\.1\]\)", "LMTP", r"Anna\+x@Y") + "$")
        self.assertRegex(second, "^Return-Path: <>\r\nDelivered-To: anna\\+ä\r\n" +
                         received.format("", "UTF8LMTP", r"anna\+ä") + "$")

    def test_internal_date_is_now(self):
        server = self.serve()
        before = time.time()
        self.client(server).deliver(["anna"])
        date = self.messages(server)[0][2]
        stored = time.mktime(imaplib.Internaldate2tuple(f'INTERNALDATE "{date}"'.encode()))
        self.assertTrue(before - 2 <= stored <= time.time() + 2)

    def test_log(self):
        server = self.serve()
        client = self.client(server)
        client.deliver(["anna+x"], sender="<>")
        client.say("MAIL FROM:<>")
        client.say('RCPT TO:<"no body\\""@x>')
        self.assertRegex(server.stderr(), r"event=delivered user=anna mailbox=INBOX uid=1 octets=\d+ "
                         r'from="" to=anna\+x message-id=<1@x> id=\S+ ms=\d+\n')
        self.assertIn(r'event=recipient-refused to="\"no body\\\"\"@x" id=', server.stderr())
        self.assertIn('reason="no such user"', server.stderr())


class Hearing(LmtpTest):
    def test_idle_hears(self):
        for store in (("--memory",), self.data()):
            server = self.serve(store=store)
            imap = self.imap(server)
            imap.select()
            imap.send(b"a IDLE\r\n")
            self.assertTrue(imap.readline().startswith(b"+"))
            client = self.client(server)
            for number in range(1, 21):
                client.deliver(["anna"])
                self.assertEqual(imap.readline(), b"* %d EXISTS\r\n" % number)
                self.assertEqual(imap.readline(), b"* %d RECENT\r\n" % number)

    def test_many_at_once(self):
        """Many connections and users; what was acknowledged is there, once."""
        users = [f"user{number}" for number in range(8)]
        server = self.serve(store=self.data(),
                            users=[word for user in users for word in ("--user", user + ":secret")])
        failures = []

        def send(number):
            try:
                with Lmtp(server.ports[1]) as client:
                    for count in range(15):
                        text = MESSAGE + b"%d-%d\r\n" % (number, count)
                        replies = client.deliver([users[number % 8], users[(number + 1) % 8]], text)
                        if not all(reply.startswith("250 2.1.5") for reply in replies):
                            failures.append(replies)
            except (OSError, EOFError, AssertionError) as error:
                failures.append(error)

        threads = [threading.Thread(target=send, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        for place, user in enumerate(users):
            texts = sorted(message[0].split(b"\r\n")[-2] for message in self.messages(server, user))
            self.assertEqual(texts, sorted(b"%d-%d" % (number, count) for count in range(15)
                                           for number in range(16)
                                           if place in (number % 8, (number + 1) % 8)))

    def test_kill_after_the_reply(self):
        for round_number in range(5):
            server = self.serve(store=self.data())
            self.assertEqual(self.client(server).deliver(["anna", "bert"]),
                             2 * [f"250 2.1.5 Saved as UID {round_number + 1} in INBOX"])
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
        server = self.serve(store=self.data())
        self.assertEqual(len(self.messages(server)), 5)
        self.assertEqual(len(self.messages(server, "bert")), 5)


class Listening(LmtpTest):
    def test_unix_socket(self):
        path = self.path("socket")
        server = self.serve(places=("unix:" + path,))
        self.assertEqual(server.lines[1], f"roost: ready on unix:{path} (lmtp)")
        self.assertTrue(stat.S_ISSOCK(os.stat(path).st_mode))
        self.assertEqual(os.stat(path).st_mode & 0o666, 0o666)
        self.assertEqual(self.client(server).deliver(["anna"]),
                         ["250 2.1.5 Saved as UID 1 in INBOX"])
        # It is taken, as long as this one runs.
        result = run("serve", "--memory", "--listen", "127.0.0.1:0", "--lmtp-listen", "unix:" + path)
        self.assertEqual(result.returncode, 1)
        self.assertIn("another program does already", result.stderr)
        self.assertEqual(server.stop(), 0)
        self.assertFalse(os.path.exists(path))

    def test_unix_socket_that_was_left(self):
        path = self.path("socket")
        server = self.serve(places=("unix:" + path,))
        server.process.kill()
        server.process.wait()
        self.assertTrue(os.path.exists(path))
        server = self.serve(places=("unix:" + path,))
        self.assertEqual(self.client(server).deliver(["anna"])[0][:3], "250")

    def test_places_that_cannot_be(self):
        self.write("file", b"precious")
        busy = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(busy.close)
        for place, status, text in (
                ("nonsense", 2, "unix:/PATH"),
                ("unix:relative", 2, "unix:/PATH"),
                ("0.0.0.0:0", 2, "--lmtp-insecure"),
                ("[::]:0", 2, "--lmtp-insecure"),
                ("unix:" + self.path("file"), 1, "is no socket"),
                ("unix:" + self.path("nowhere", "socket"), 1, "a folder that is there"),
                (f"127.0.0.1:{busy.getsockname()[1]}", 1, "another program does already")):
            result = run("serve", "--memory", "--listen", "127.0.0.1:0", "--lmtp-listen", place)
            self.assertEqual(result.returncode, status, place)
            self.assertIn(text, result.stderr)
            self.assertEqual(result.stderr.count("roost: "), 1, result.stderr)
        with open(self.path("file"), "rb") as file:
            self.assertEqual(file.read(), b"precious")

    def test_elsewhere_when_asked_for(self):
        server = self.serve("--lmtp-insecure", places=("0.0.0.0:0",))
        self.assertEqual(self.client(server).deliver(["anna"])[0][:3], "250")

    def test_stop_with_clients(self):
        server = self.serve()
        idle, half = self.client(server), self.client(server)
        half.say("MAIL FROM:<>")
        half.say("RCPT TO:<anna>")
        half.say("DATA")
        half.send(b"half")
        self.assertEqual(idle.say("NOOP")[:3], "250")
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(idle.reply()[:9], "421 4.3.2")
        self.assertEqual(half.reply()[:9], "421 4.3.2")
        self.assertTrue(idle.is_closed() and half.is_closed())
        self.assertEqual(server.process.wait(PATIENCE), 0)

    def test_too_many_connections(self):
        server = self.serve()
        clients = [self.client(server) for _ in range(256)]
        more = self.client(server, hello=False)
        self.assertEqual(more.reply(), "421 4.3.2 There are too many connections")
        self.assertTrue(more.is_closed())
        clients[0].say("QUIT")
        self.assertTrue(clients[0].is_closed())
        self.assertEqual(clients[1].deliver(["anna"])[0][:3], "250")

    def test_nonsense(self):
        server = self.serve()
        client = self.client(server)
        client.send(os.urandom(100000).replace(b"\n", b"") + b"\r\n" + b"\0\r\n" * 40)
        with self.assertRaises((EOFError, ConnectionError)):
            while client.reply()[:3] in ("500", "421"):
                pass
        self.assertEqual(self.client(server).deliver(["anna"])[0][:3], "250")

    def test_client_that_does_not_read(self):
        """It is held up, and nobody else; its end does no harm."""
        server = self.serve()
        deaf = self.client(server)
        deaf.socket.settimeout(1)
        with self.assertRaises(OSError):
            while True:
                deaf.send(b"NOOP\r\n" * 10000)
        self.assertEqual(self.client(server).deliver(["anna"])[0][:3], "250")
        deaf.close()
        self.assertEqual(self.client(server).deliver(["anna"])[0][:3], "250")


if __name__ == "__main__":
    unittest.main()
