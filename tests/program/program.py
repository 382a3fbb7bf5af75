"""program.py - starts and stops the built roost for the tests of this folder."""
import imaplib
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import unittest

ROOST = os.environ.get("ROOST_PROGRAM", "build/roost")
# Generous: sanitizers and a busy machine are slow. Tests do not wait for it when all is well.
PATIENCE = 60


def run(*arguments, **options):
    """Run roost to its end."""
    return subprocess.run([ROOST, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=PATIENCE, check=False, **options)


class Server:
    """A roost that serves, on free ports; a context manager."""

    def __init__(self, *arguments, listen=("--listen", "127.0.0.1:0"), memory=("--memory",),
                 environment=None):
        self.errors = tempfile.TemporaryFile()
        # Unbuffered: select() must see what readline() has not taken yet.
        self.process = subprocess.Popen([ROOST, "serve", *memory, *listen, *arguments],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=self.errors, bufsize=0,
                                        env={**os.environ, **(environment or {})})
        self.lines = []
        self.ports = []

    def wait_ready(self, count=1):
        """Read the ready lines, and keep their ports; of a Unix socket its path."""
        for _ in range(count):
            readable, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
            line = self.process.stdout.readline().decode() if readable else ""
            match = re.fullmatch(r"roost: ready on (?:unix:(.+)|.+:(\d+)) \((imaps?|lmtp)\)\n", line)
            if not match:
                self.process.kill()
                raise AssertionError(f"no ready line but {line!r}; {self.stderr()}")
            self.lines.append(line.rstrip("\n"))
            self.ports.append(int(match[2]) if match[2] else match[1])
        return self

    def stderr(self):
        """What it has said so far. The file's position is the server's as well: a seek() here would
        have it write over what it has said."""
        self.process.poll()
        said = os.pread(self.errors.fileno(), os.fstat(self.errors.fileno()).st_size, 0)
        return said.decode(errors="replace")

    def sign_in(self, user="anna", password="secret"):
        client = imaplib.IMAP4("127.0.0.1", self.ports[0], timeout=PATIENCE)
        try:
            client.login(user, password)
        except imaplib.IMAP4.error:
            client.shutdown()
            raise
        return client

    def stop(self, number=signal.SIGTERM):
        """Ask it to end; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()


class FolderTest(unittest.TestCase):
    """A test with a folder of its own, self.folder."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="roost-test-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, content):
        """Write bytes to a file of the folder, and make the folders on the way."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        return path


def make_certificate(folder):
    """A certificate for localhost, signed by itself, and its key: two paths."""
    if shutil.which("openssl") is None and os.environ.get("CI") != "true":
        raise unittest.SkipTest("openssl is not installed")
    certificate = os.path.join(folder, "cert.pem")
    key = os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


def fetch_all(client, mailbox="INBOX"):
    """[(bytes, set of flags, internal date)] of all messages of a mailbox."""
    status, data = client.select(f'"{mailbox}"', readonly=True)
    if status != "OK":
        raise AssertionError(data)
    if int(data[0]) == 0:
        return []
    _, data = client.fetch("1:*", "(FLAGS INTERNALDATE BODY.PEEK[])")
    messages = []
    for before, body in (item for item in data if isinstance(item, tuple)):
        flags = re.search(rb"FLAGS \(([^)]*)\)", before)[1].decode().split()
        date = re.search(rb'INTERNALDATE "([^"]+)"', before)[1].decode()
        messages.append((body, set(flags) - {"\\Recent"}, date))
    return messages
