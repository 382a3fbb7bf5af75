"""test_serve.py - serving: ready lines, users, TLS, limits, logs, and how it ends."""
import imaplib
import os
import signal
import socket
import ssl
import time
import unittest

from program import PATIENCE, FolderTest, Server, fetch_all, make_certificate


def connect(port):
    """A socket and its greeting line."""
    sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    lines = sock.makefile("rb")
    return sock, lines, lines.readline()


class Ready(unittest.TestCase):
    def test_line_has_the_real_port(self):
        with Server("--user", "anna:secret") as server:
            server.wait_ready()
            self.assertRegex(server.lines[0], r"^roost: ready on 127\.0\.0\.1:[1-9]\d* \(imap\)$")
            sock, lines, greeting = connect(server.ports[0])
            self.assertTrue(greeting.startswith(b"* OK"), greeting)
            lines.close()
            sock.close()

    def test_several_listeners(self):
        listen = ("--listen", "127.0.0.1:0", "--listen", "localhost:0")
        with Server("--user", "anna:secret", listen=listen) as server:
            server.wait_ready(2)
            self.assertIn(" localhost:", server.lines[1])
            self.assertNotEqual(*server.ports)
            for port in server.ports:
                client = imaplib.IMAP4("localhost", port, timeout=PATIENCE)
                client.login("anna", "secret")
                client.logout()

    def test_without_users_it_says_so(self):
        with Server() as server:
            server.wait_ready()
            self.assertIn("nobody can sign in", server.stderr())


class Users(FolderTest):
    def test_command_line_and_file(self):
        path = self.write("users", b"# the others\r\n\r\nben:pass:word\n")
        with Server("--user", "anna:secret", "--user-file", path) as server:
            server.wait_ready()
            for user, password in (("anna", "secret"), ("ben", "pass:word")):
                server.sign_in(user, password).logout()
            with self.assertRaises(imaplib.IMAP4.error):
                server.sign_in("ben", "pass")

    def test_passwords_leave_the_command_line(self):
        with Server("--user", "anna:hunter2", "--import",
                    f"anna/INBOX={self.folder}") as server:
            server.wait_ready()
            with open(f"/proc/{server.process.pid}/cmdline", "rb") as file:
                arguments = file.read()
            self.assertIn(b"--user\0anna", arguments)
            self.assertNotIn(b"hunter2", arguments)

    def test_users_do_not_see_each_other(self):
        self.write("mail/1.eml", b"Subject: for anna\n\nhello\n")
        with Server("--user", "anna:secret", "--user", "ben:geheim", "--import",
                    f"anna/INBOX={self.path('mail')}") as server:
            server.wait_ready()
            anna = server.sign_in()
            ben = server.sign_in("ben", "geheim")
            self.assertEqual(len(fetch_all(anna)), 1)
            self.assertEqual(len(fetch_all(ben)), 0)
            anna.logout()
            ben.logout()


class Limits(unittest.TestCase):
    def test_append_limit(self):
        with Server("--user", "anna:secret", "--append-limit", "1K") as server:
            server.wait_ready()
            client = server.sign_in()
            _, data = client.capability()
            self.assertIn(b"APPENDLIMIT=1024", data[0])
            self.assertEqual(client.append("INBOX", None, None, b"x" * 1024)[0], "OK")
            answer = client.append("INBOX", None, None, b"x" * 1025)
            self.assertEqual(answer[0], "NO")
            self.assertIn(b"TOOBIG", answer[1][0])
            client.logout()

    def test_contexts(self):
        """How many searches are kept up to date, and of which size."""
        command = "RETURN (COUNT UPDATE) (ARRIVAL) UTF-8 ALL"
        for options, refused in (([], [False, False]), (["--contexts", "1"], [False, True]),
                                 (["--context-entries", "1"], [True, True])):
            with self.subTest(options), Server("--user", "anna:secret", *options) as server:
                client = server.wait_ready().sign_in()
                for _ in range(2):
                    self.assertEqual(client.append("INBOX", None, None, b"a: b\r\n\r\n")[0], "OK")
                client.select("INBOX")
                told = []
                for _ in range(2):
                    client.untagged_responses.clear()
                    self.assertEqual(client._simple_command("SORT", command)[0], "OK")
                    told.append(b"NOUPDATE" in b"".join(client.untagged_responses.get("NO", [])))
                self.assertEqual(told, refused)
                client.logout()

    def test_literal_minus(self):
        for options, capability in (([], b"LITERAL+"), (["--literal-minus"], b"LITERAL-")):
            with Server("--user", "anna:secret", *options) as server:
                server.wait_ready()
                client = server.sign_in()
                self.assertIn(capability, client.capability()[1][0].split())
                client.logout()

    def test_threads(self):
        with Server("--user", "anna:secret", "--loops", "1", "--workers", "1") as server:
            server.wait_ready()
            clients = [server.sign_in() for _ in range(5)]
            for client in clients:
                self.assertEqual(client.noop()[0], "OK")
            for client in clients:
                client.logout()


class Tls(FolderTest):
    def setUp(self):
        super().setUp()
        self.certificate, self.key = make_certificate(self.folder)
        self.trust = ssl.create_default_context(cafile=self.certificate)

    def test_tls_and_starttls(self):
        listen = ("--tls-listen", "localhost:0", "--listen", "localhost:0")
        with Server("--user", "anna:secret", "--tls-cert", self.certificate, "--tls-key",
                    self.key, listen=listen) as server:
            server.wait_ready(2)
            self.assertTrue(server.lines[0].endswith(" (imap)"), server.lines)
            self.assertTrue(server.lines[1].endswith(" (imaps)"), server.lines)
            client = imaplib.IMAP4_SSL("localhost", server.ports[1], ssl_context=self.trust,
                                       timeout=PATIENCE)
            client.login("anna", "secret")
            client.logout()
            client = imaplib.IMAP4("localhost", server.ports[0], timeout=PATIENCE)
            client.starttls(self.trust)
            client.login("anna", "secret")
            client.logout()

    def test_key_in_the_certificates_file(self):
        both = self.path("both.pem")
        with open(both, "wb") as out:
            for name in (self.certificate, self.key):
                with open(name, "rb") as part:
                    out.write(part.read())
        with Server("--tls-cert", both, "--user", "anna:secret",
                    listen=("--tls-listen", "localhost:0")) as server:
            server.wait_ready()
            imaplib.IMAP4_SSL("localhost", server.ports[0], ssl_context=self.trust,
                              timeout=PATIENCE).logout()

    def test_files_that_are_no_certificate(self):
        broken = self.write("broken.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n")
        with Server("--tls-cert", broken, "--user", "anna:secret") as server:
            self.assertEqual(server.process.wait(PATIENCE), 2)
            self.assertRegex(server.stderr(), r"\Aroost: .* must be PEM files .*: \S.*\n\Z")
        with Server("--tls-cert", self.certificate, "--tls-key", broken) as server:
            self.assertEqual(server.process.wait(PATIENCE), 2)


class Log(unittest.TestCase):
    def log_of(self, level):
        with Server("--user", "anna:secret", "--log-level", level) as server:
            server.wait_ready()
            with self.assertRaises(imaplib.IMAP4.error):
                server.sign_in("anna", "hunter2")
            server.sign_in().logout()
            self.assertEqual(server.stop(), 0)
            return server.stderr()

    def test_events_are_logfmt_without_passwords(self):
        log = self.log_of("debug")
        self.assertIn("user=anna", log)
        for line in log.splitlines():
            self.assertRegex(line, r"^time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z "
                                   r"level=(error|warning|info|debug) event=\S")
        self.assertNotIn("hunter2", log)
        self.assertNotIn("secret", log)

    def test_level_leaves_out(self):
        self.assertNotIn("level=info", self.log_of("error"))
        self.assertNotIn("level=debug", self.log_of("info"))


class Ending(unittest.TestCase):
    def test_signals(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number), Server("--user", "anna:secret") as server:
                server.wait_ready()
                sock, lines, _ = connect(server.ports[0])
                sock.sendall(b"a LOGIN anna secret\r\nb SELECT INBOX\r\nc IDLE\r\n")
                while not lines.readline().startswith(b"+"):
                    pass
                silent, silent_lines, _ = connect(server.ports[0])
                server.process.send_signal(number)
                rest = lines.read()
                self.assertIn(b"* BYE", rest)
                self.assertIn(b"* BYE", silent_lines.read())
                self.assertEqual(server.process.wait(PATIENCE), 0)
                for thing in (lines, sock, silent_lines, silent):
                    thing.close()

    def test_client_that_does_not_read(self):
        """A client that asked for much and reads nothing does not hold up the end."""
        with Server("--user", "anna:secret") as server:
            server.wait_ready()
            client = server.sign_in()
            client.append("INBOX", None, None, b"Subject: big\r\n\r\n" + b"x" * 76 * 100000)
            client.logout()
            sock, lines, _ = connect(server.ports[0])
            sock.sendall(b"a LOGIN anna secret\r\nb SELECT INBOX\r\n" +
                         b"".join(b"c%d FETCH 1 BODY[]\r\n" % i for i in range(20)))
            lines.readline()
            self.assertEqual(server.stop(), 0)
            lines.close()
            sock.close()

    def test_while_importing(self):
        """The program ends in the middle of an import as well."""
        folder = os.path.join(os.path.dirname(__file__), "../../examples/mail")
        imports = [part for i in range(200) for part in ("--import", f"anna/m{i}={folder}")]
        with Server("--user", "anna:secret", *imports) as server:
            # The line of the first import is on stderr, unless all are done by then.
            while "m0" not in server.stderr() and server.process.poll() is None:
                time.sleep(0.001)
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
