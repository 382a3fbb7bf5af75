"""test_service.py - running as a service: reload, log, rights, sockets that are handed over, and notifications."""
import fcntl
import imaplib
import os
import pwd
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
import unittest

from program import PATIENCE, ROOST, FolderTest, Server, make_certificate, run


def eventually(condition, what):
    """Wait until it holds; there is nothing to wait on but the log."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(what())
        time.sleep(0.005)


class ServiceTest(FolderTest):
    def conf(self, text):
        return self.write("roost.conf", text.encode())

    def expect_log(self, server, text, count=1):
        eventually(lambda: server.stderr().count(text) >= count,
                   lambda: f"{text} is not in {server.stderr()}")

    def reload(self, server, text, count=1):
        server.process.send_signal(signal.SIGHUP)
        self.expect_log(server, text, count)


class Reload(ServiceTest):
    def setUp(self):
        super().setUp()
        self.certificates = []
        for name in ("old", "new"):
            os.mkdir(self.path(name))
            self.certificates.append(make_certificate(self.path(name)))

    def der(self, index):
        with open(self.certificates[index][0], encoding="ascii") as file:
            return ssl.PEM_cert_to_DER_cert(file.read())

    def use(self, index):
        """Put a certificate and its key where the server looks for them."""
        for path, name in zip(self.certificates[index], ("cert.pem", "key.pem")):
            with open(path, "rb") as file:
                self.write(name, file.read())

    def seen(self, port):
        """The certificate of a new connection."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        client = imaplib.IMAP4_SSL("localhost", port, ssl_context=context, timeout=PATIENCE)
        client.login("anna", "secret")
        certificate = client.sock.getpeercert(True)
        return client, certificate

    def base(self, more=""):
        return (f"[mail]\nmemory = yes\n[network]\ntls-listen = 127.0.0.1:0\n[tls]\n"
                f"tls-cert = {self.path('cert.pem')}\ntls-key = {self.path('key.pem')}\n{more}")

    def test_new_certificate_and_old_sessions(self):
        self.use(0)
        path = self.conf(self.base())
        with Server("--config", path, "--user", "anna:secret", memory=(), listen=()) as server:
            port = server.wait_ready().ports[0]
            old, certificate = self.seen(port)
            self.assertEqual(certificate, self.der(0))
            self.use(1)
            self.reload(server, "event=reloaded")
            new, certificate = self.seen(port)
            self.assertEqual(certificate, self.der(1))
            self.assertEqual(old.noop()[0], "OK")

            # What cannot be used changes nothing.
            self.write("key.pem", b"no key\n")
            self.reload(server, "event=reload-failed")
            os.unlink(self.path("key.pem"))
            self.reload(server, "event=reload-failed", 2)
            self.assertIn("cannot read the key", server.stderr())
            last, certificate = self.seen(port)
            self.assertEqual(certificate, self.der(1))
            for client in (old, new, last):
                client.logout()
            self.assertEqual(server.stop(), 0)
            self.assertNotIn("secret", server.stderr())

    def test_settings(self):
        self.use(0)
        path = self.conf(self.base())
        with Server("--config", path, "--user", "anna:secret", memory=(), listen=()) as server:
            port = server.wait_ready().ports[0]
            self.seen(port)[0].logout()
            self.assertNotIn("level=debug", server.stderr())
            self.conf(self.base("[log]\nlog-level = debug\ntrace-user = ben anna\n"
                                "[limits]\nappend-limit = 1K\nmessage-limit = 900\n"))
            self.reload(server, "event=reloaded")
            self.assertIn("event=restart-needed key=append-limit", server.stderr())
            self.assertNotIn("restart-needed key=message-limit", server.stderr())
            client = self.seen(port)[0]
            self.assertIn(b"MESSAGELIMIT=900", client.capability()[1][0])
            client.logout()
            self.assertIn("level=debug", server.stderr())
            self.expect_log(server, "event=trace user=anna")

            # A broken file: all that is wrong is told, and nothing changes.
            self.conf(self.base("[log]\nlog-level = error\nslow = 1\n[lag]\n"))
            self.reload(server, "event=reload-failed", 2)
            log = server.stderr()
            self.assertIn("roost.conf:10: there is no key slow in the section [log]", log)
            self.assertIn("roost.conf:11: there is no section [lag]", log)
            os.unlink(path)
            self.reload(server, "cannot read the configuration")
            self.seen(port)[0].logout()
            self.assertGreater(server.stderr().count("level=debug"), log.count("level=debug"))
            self.conf(self.base("[log]\nlog-level = error\n"))
            server.process.send_signal(signal.SIGHUP)
            # Nothing tells of this one; the sign-in is not logged when it has happened.
            def is_silent():
                before = server.stderr().count("event=sign-in")
                self.seen(port)[0].logout()
                return server.stderr().count("event=sign-in") == before
            eventually(is_silent, server.stderr)

    def test_many(self):
        self.use(0)
        path = self.conf(self.base())
        with Server("--config", path, "--user", "anna:secret", memory=(), listen=()) as server:
            port = server.wait_ready().ports[0]
            for _ in range(30):
                server.process.send_signal(signal.SIGHUP)
                self.seen(port)[0].logout()
            server.process.send_signal(signal.SIGHUP)
            self.assertEqual(server.stop(), 0)


class Log(ServiceTest):
    def test_sign_in_and_out(self):
        with Server("--user", "anna:secret") as server:
            client = server.wait_ready().sign_in()
            client.select()
            client.logout()
            self.expect_log(server, "event=sign-out")
            log = server.stderr()
            self.assertRegex(log, r"level=info event=sign-in user=anna address=127\.0\.0\.1 "
                                  r"mechanism=LOGIN tls=none\n")
            self.assertRegex(log, r"level=info event=sign-out user=anna address=127\.0\.0\.1 "
                                  r"reason=logout commands=4 in=\d+ out=\d+ seconds=\d+\.\d{3}\n")

    def test_slow_command(self):
        """A hash of a password takes longer than a millisecond; other commands may or may not."""
        hashed = "$y$j9T$saltsaltsaltsalt$.Zt5W26jjocuW0wIHGgB6AJelofw6GEpOypHGyow2y5"  # of secret
        with Server("--user", f"anna:{hashed}", "--slow-command", "1ms",
                    memory=("--data", self.path("mail"))) as server:
            server.wait_ready().sign_in().logout()
            lines = re.findall(r"event=slow-command .* command=LOGIN .*", server.stderr())
            self.assertEqual(len(lines), 1, server.stderr())
            self.assertRegex(lines[0], r"^event=slow-command user=anna address=127\.0\.0\.1 "
                             r'command=LOGIN tag=\w+ mailbox="" result=OK milliseconds=\d+$')
            self.assertNotIn("secret", server.stderr())

    def test_trace(self):
        with Server("--user", "anna:secret", "--user", "ben:secret", "--trace-user",
                    "anna") as server:
            server.wait_ready()
            for name in ("anna", "ben"):
                client = server.sign_in(name)
                client.append("INBOX", None, None, b"Subject: hush\r\n\r\nhush\r\n")
                client.select()
                client.fetch("1", "(BODY[])")
                client.logout()
            self.assertEqual(server.stop(), 0)
            traces = re.findall(r"event=trace .*", server.stderr())
            self.assertTrue(all("user=anna address=127.0.0.1 port=" in line for line in traces))
            text = "\n".join(traces)
            self.assertRegex(text, r'from=client line="\w+ FETCH 1 \(BODY\[\]\)"')
            self.assertRegex(text, r'from=server line="\* 1 FETCH \(.*BODY\[\] \{23\}"')
            self.assertNotIn("hush", text)
            self.assertNotIn("secret", text)

    def test_journal(self):
        """Lines for the journal have a priority and no time; others that inherit it do not."""
        reader, writer = socket.socketpair()
        status = os.fstat(writer.fileno())
        for stream, pattern in ((f"{status.st_dev}:{status.st_ino}", r"<[346]>level=\w+ event="),
                                ("1:1", r"time=\S+ level=\w+ event=")):
            with subprocess.Popen(
                    [ROOST, "serve", "--memory", "--user", "anna:secret", "--listen",
                     "127.0.0.1:0"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=writer, env={**os.environ, "JOURNAL_STREAM": stream}) as process:
                process.stdout.readline()
                process.terminate()
                self.assertEqual(process.wait(PATIENCE), 0)
            self.assertRegex(reader.recv(65536).decode(), f"\\A({pattern}.*\n)+\\Z")
        reader.close()
        writer.close()


class Handed(ServiceTest):
    """Sockets from a service manager, and what it is told."""

    def start(self, sockets, names, *arguments, environment=None, pid="$$"):
        """Start a server with sockets as descriptors 3 and up, as systemd does."""
        moves = "".join(f" {3 + i}<&{sock.fileno()}" for i, sock in enumerate(sockets))
        script = (f'export LISTEN_PID={pid} LISTEN_FDS={len(sockets)} LISTEN_FDNAMES="{names}"; '
                  f'exec "$@"{moves}')
        process = subprocess.Popen(
            ["bash", "-c", script, "bash", ROOST, "serve", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            pass_fds=[sock.fileno() for sock in sockets], env={**os.environ, **(environment or {})})
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()

    def listen(self, path=None):
        sock = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        sock.bind(path or ("127.0.0.1", 0))
        sock.listen(5)
        # Out of the way of the numbers that are handed over.
        high = self.move_away(sock)
        sock.close()
        return high

    def move_away(self, sock):
        high = socket.socket(fileno=fcntl.fcntl(sock.fileno(), fcntl.F_DUPFD_CLOEXEC, 100))
        self.addCleanup(high.close)
        return high

    def refused(self, process, text):
        _, errors = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 2, errors)
        self.assertIn(text, errors.decode())

    def test_sockets(self):
        certificate, key = make_certificate(self.folder)
        imap, imaps, lmtp = self.listen(), self.listen(), self.listen(self.path("lmtp"))
        process = self.start([imap, imaps, lmtp], "imap:imaps:lmtp", "--memory", "--user",
                             "anna:secret", "--tls-cert", certificate, "--tls-key", key)
        ready = [process.stdout.readline().decode() for _ in range(3)]
        ports = [sock.getsockname()[1] for sock in (imap, imaps)]
        self.assertEqual(ready, [f"roost: ready on 127.0.0.1:{ports[0]} (imap)\n",
                                 f"roost: ready on 127.0.0.1:{ports[1]} (imaps)\n",
                                 f"roost: ready on unix:{self.path('lmtp')} (lmtp)\n"])
        client = imaplib.IMAP4("127.0.0.1", ports[0], timeout=PATIENCE)
        client.login("anna", "secret")
        client.logout()
        client = imaplib.IMAP4_SSL("localhost", ports[1], timeout=PATIENCE,
                                   ssl_context=ssl.create_default_context(cafile=certificate))
        client.login("anna", "secret")
        with socket.socket(socket.AF_UNIX) as sender:
            sender.settimeout(PATIENCE)
            sender.connect(self.path("lmtp"))
            lines = sender.makefile("rwb")
            for command in (b"", b"LHLO x\r\n", b"MAIL FROM:<b@x>\r\n", b"RCPT TO:<anna@x>\r\n",
                            b"DATA\r\n", b"Subject: hello\r\n\r\nhello\r\n.\r\n", b"QUIT\r\n"):
                lines.write(command)
                lines.flush()
                while True:
                    line = lines.readline()
                    if line[3:4] != b"-":
                        break
                self.assertIn(line[:1], b"23", line)
            lines.close()
        self.assertEqual(client.select()[1], [b"1"])
        client.logout()
        process.terminate()
        self.assertEqual(process.wait(PATIENCE), 0)
        # The socket is the service manager's.
        self.assertTrue(os.path.exists(self.path("lmtp")))

    def test_clients_that_came_before(self):
        """What connects while nobody serves is served later."""
        imap = self.listen()
        client = socket.create_connection(imap.getsockname(), timeout=PATIENCE)
        process = self.start([imap], "imap", "--memory", "--user", "anna:secret")
        self.assertTrue(client.recv(100).startswith(b"* OK"))
        client.close()
        process.terminate()
        self.assertEqual(process.wait(PATIENCE), 0)

    @unittest.skipIf(shutil.which("systemd-socket-activate") is None, "systemd is not installed")
    def test_systemd(self):
        """As systemd itself hands a socket over."""
        path = self.path("socket")
        with open(self.path("said"), "w+b") as said:
            process = subprocess.Popen(
                ["systemd-socket-activate", "--listen", path, "--fdname", "imap", ROOST, "serve",
                 "--memory", "--user", "anna:secret"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said)
            self.addCleanup(process.stdout.close)
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)
            eventually(lambda: os.path.exists(path), lambda: "no socket")
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(PATIENCE)
                def connected():
                    return client.connect_ex(path) == 0
                eventually(connected, lambda: "nobody listens")
                lines = client.makefile("rwb")
                self.assertTrue(lines.readline().startswith(b"* OK"))
                lines.write(b"a LOGIN anna secret\r\n")
                lines.flush()
                self.assertTrue(lines.readline().startswith(b"a OK"))
                lines.close()
            self.assertEqual(process.stdout.readline().decode(),
                             f"roost: ready on unix:{path} (imap)\n")

    def test_listen_too(self):
        imap = self.listen()
        process = self.start([imap], "imap", "--memory", "--user", "anna:secret", "--listen",
                             "127.0.0.1:0")
        lines = [process.stdout.readline().decode() for _ in range(2)]
        self.assertNotEqual(*lines)

    def test_for_somebody_else(self):
        imap = self.listen()
        process = self.start([imap], "imap", "--memory", "--user", "anna:secret", "--listen",
                             "127.0.0.1:0", pid="1")
        port = re.search(rb":(\d+) \(imap\)", process.stdout.readline())[1]
        self.assertNotEqual(int(port), imap.getsockname()[1])

    def test_wrong(self):
        one, other = socket.socketpair()
        high = self.move_away(one)
        one.close()
        other.close()
        memory = ("--memory", "--user", "anna:secret")
        self.refused(self.start([self.listen()], "roost.socket", *memory), "imap, imaps or lmtp")
        self.refused(self.start([self.listen()], "", *memory), "imap, imaps or lmtp")
        self.refused(self.start([self.listen(), self.listen()], "imap", *memory),
                     "imap, imaps or lmtp")
        self.refused(self.start([self.listen()], "imaps", *memory), "needs tls-cert")
        process = self.start([high], "imap", *memory)
        self.assertIn(b"cannot take over the socket", process.communicate(timeout=PATIENCE)[1])
        with open("/dev/null", "rb") as file:
            self.refused(self.start([file], "imap", *memory), "is no socket")

    def test_notify(self):
        for name in (self.path("notify"), f"\0roost-test-{os.urandom(8).hex()}"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
                manager.settimeout(PATIENCE)
                manager.bind(name)
                process = self.start([self.listen()], "imap", "--memory", "--user", "anna:secret",
                                     environment={"NOTIFY_SOCKET": name.replace("\0", "@")})
                self.assertEqual(manager.recv(100), b"READY=1")
                process.send_signal(signal.SIGHUP)
                self.assertRegex(manager.recv(100), rb"^RELOADING=1\nMONOTONIC_USEC=\d+$")
                self.assertEqual(manager.recv(100), b"READY=1")
                process.terminate()
                self.assertEqual(manager.recv(100), b"STOPPING=1")
                self.assertEqual(process.wait(PATIENCE), 0)


@unittest.skipIf(os.geteuid() != 0, "only root can become somebody else")
class Rights(ServiceTest):
    def status(self, process):
        with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
            return dict(line.rstrip("\n").split(":\t", 1) for line in file)

    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o711)
        self.nobody = pwd.getpwnam("nobody")
        os.mkdir(self.path("home"))
        os.chown(self.path("home"), self.nobody.pw_uid, self.nobody.pw_gid)

    def test_root_becomes_somebody(self):
        certificate, key = make_certificate(self.folder)
        os.chmod(certificate, 0o644)
        os.chmod(key, 0o600)
        with Server("--run-as", "nobody", "--user", "anna:secret", "--tls-cert", certificate,
                    "--tls-key", key, memory=("--data", self.path("home", "mail"))) as server:
            client = server.wait_ready().sign_in()
            self.assertEqual(client.append("INBOX", None, None, b"Subject: x\r\n\r\n")[0], "OK")
            status = self.status(server.process)
            uid, gid = self.nobody.pw_uid, self.nobody.pw_gid
            self.assertEqual(status["Uid"].split(), [str(uid)] * 4)
            self.assertEqual(status["Gid"].split(), [str(gid)] * 4)
            self.assertEqual(set(status["Groups"].split()), {str(gid)})
            self.assertEqual(status["NoNewPrivs"], "1")
            self.assertEqual(int(status["CapEff"], 16) | int(status["CapPrm"], 16), 0)
            # It cannot read the key any more, and says so.
            self.reload(server, "event=reload-failed")
            self.assertIn(f"cannot read the key {key}: Permission denied", server.stderr())
            client.logout()
            self.assertNotIn("running-as-root", server.stderr())
        for folder, folders, files in os.walk(self.path("home", "mail")):
            for name in folders + files:
                self.assertEqual(os.stat(os.path.join(folder, name)).st_uid, uid, name)

    def test_group(self):
        with Server("--run-as", "nobody", "--run-as-group", "daemon", "--user",
                    "anna:secret") as server:
            server.wait_ready()
            self.assertEqual(self.status(server.process)["Gid"].split(), ["1"] * 4)

    def test_root_is_warned(self):
        with Server("--user", "anna:secret") as server:
            server.wait_ready()
            self.assertIn("level=warning event=running-as-root", server.stderr())
            self.assertEqual(self.status(server.process)["NoNewPrivs"], "1")

    def test_wrong(self):
        for arguments, text in (
                (["--run-as", "nobody-at-all"], "there is no user nobody-at-all"),
                (["--run-as", "nobody", "--run-as-group", "no-group"], "there is no group"),
                (["--run-as", "root"], "is root itself"),
                (["--run-as-group", "daemon"], "needs user too")):
            result = run("serve", "--memory", "--listen", "127.0.0.1:0", *arguments)
            self.assertEqual(result.returncode, 2)
            self.assertIn(text, result.stderr)

    def test_only_root(self):
        program = shutil.copy(ROOST, self.folder)  # where nobody can reach it
        result = subprocess.run([program, "serve", "--memory", "--run-as", "daemon"],
                                stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                timeout=PATIENCE, check=False, user="nobody")
        self.assertEqual(result.returncode, 2)
        self.assertIn("only root can become daemon", result.stderr)


if __name__ == "__main__":
    unittest.main()
