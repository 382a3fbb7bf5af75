"""harness.py - starts the program with a certificate of its own and runs real mail programs against it.

Each test is a function that takes a Server and perhaps a way to connect; main() runs them and
answers as Meson wants: 0, 1, or 77 for a client that is not installed. They run on mail in memory, and
once more on mail in a folder, where the server is stopped or killed in the middle.
"""

import contextlib
import ctypes
import email.utils
import imaplib
import os
import pathlib
import pwd
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

SKIP = 77
USER = "anna"
PASSWORD = "secret"
WAYS = ("plain", "tls", "starttls")
SOURCE = pathlib.Path(__file__).resolve().parent
PATIENCE = 120  # seconds, for what takes no time when all is well
PR_SET_CHILD_SUBREAPER = 36


class Skip(Exception):
    pass


def say(text):
    print(text, flush=True)


def need(program):
    """The path of a program; without it the test is skipped, and fails where CI=true."""
    path = shutil.which(program)
    if path is None:
        raise Skip(program + " is not installed")
    return path


def equal(got, expected, what):
    if got != expected:
        raise AssertionError(f"{what}: got {got!r}, expected {expected!r}")


def run(command, *, env=None, status=0, timeout=PATIENCE, user=None):
    """Run a client and return what it wrote; `status` is what it must end with. As another user of
    this machine, if one is given."""
    say("+ " + " ".join(str(word) for word in command))
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=timeout, user=user,
                          group=pwd.getpwnam(user).pw_gid if user else None,
                          extra_groups=[] if user else None, env={**os.environ, **(env or {})})
    if done.returncode != status:
        say(done.stdout.decode("utf-8", "replace"))
        say(done.stderr.decode("utf-8", "replace"))
        raise AssertionError(f"{command[0]} ended with {done.returncode}, expected {status}")
    return done


def make_certificate(folder):
    """A certificate for 127.0.0.1 and localhost, and its key."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    run([need("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", key, "-out", certificate])
    return certificate, key


def start_group(command, **options):
    """Start a program that starts others, for end_group(): whom it leaves behind is our child then."""
    if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise AssertionError("nobody can wait for what a program leaves behind")
    return subprocess.Popen(command, start_new_session=True, **options)


def end_group(process):
    """The program has ended. What it left behind ends now, and writes into no folder after this."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-process.pid, 0)


class Ports:
    """Ports that nobody is given by chance, while servers that may take an address that is in use
    (SO_REUSEADDR) come and go on them."""

    def __init__(self, count):
        self.sockets = [socket.socket() for _ in range(count)]
        for held in self.sockets:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(("127.0.0.1", 0))
        self.numbers = [held.getsockname()[1] for held in self.sockets]

    def close(self):
        for held in self.sockets:
            held.close()


class Log:
    """What a server writes to its log, line by line, also over its restarts. All that it wrote before it
    answered a client is there once the client has the answer."""

    def __init__(self):
        self.lines = []
        self.rest = b""     # the beginning of a line
        self.pipe = None    # while a server writes
        self.news = threading.Condition()

    def follow(self, pipe):
        """Read what a server writes until it ends; the thread that does so."""
        os.set_blocking(pipe.fileno(), False)
        self.pipe = pipe
        reader = threading.Thread(target=self.read, args=[pipe], daemon=True)
        reader.start()
        return reader

    def read(self, pipe):
        while self.pipe:
            select.select([pipe], [], [])
            self.catch_up()
        pipe.close()

    def catch_up(self):
        """Take what has been written until now."""
        with self.news:
            while self.pipe:
                try:
                    data = os.read(self.pipe.fileno(), 65536)
                except BlockingIOError:
                    break
                if not data:
                    self.pipe = None
                    data = b"\n" if self.rest else b""
                *lines, self.rest = (self.rest + data).split(b"\n")
                self.lines += [line.decode("utf-8", "replace") for line in lines]
            self.news.notify_all()

    def wait(self, find, what):
        """What `find` makes of the lines, as soon as that is true."""
        self.catch_up()
        with self.news:
            if not self.news.wait_for(lambda: find(self.lines), timeout=PATIENCE):
                raise AssertionError(f"the log does not tell: {what}")
            return find(self.lines)

    def sessions(self):
        """How many octets the server sent in each session since it began to listen; waits for their ends."""
        def ended(lines):
            start = max(n for n, line in enumerate(lines) if " event=listening " in line)
            octets = [int(re.search(r" out=(\d+)", line)[1]) for line in lines[start:]
                      if " event=sign-out " in line]
            begun = [line for line in lines[start:] if " event=sign-in " in line]
            return octets if len(octets) == len(begun) else None
        return self.wait(lambda lines: ended(lines) is not None and (ended(lines),),
                         "the end of each session")[0]

    def commands(self):
        """What clients said, without tags; the trace tells it."""
        self.catch_up()
        with self.news:
            found = [re.search(r' event=trace .*from=client .*line="?\S+ (.*?)"?$', line)
                     for line in self.lines]
        return [re.sub(r'\\(["\\])', r'\1', match[1]) for match in found if match]


class Process:
    """A server program that says on stdout when it is ready, and where."""

    def __init__(self, command, ready, log=None):
        say("+ " + " ".join(str(word) for word in command))
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE if log else None)
        self.reader = log.follow(self.process.stderr) if log else None
        # A server that never says so is ended, which ends the reading too.
        alarm = threading.Timer(PATIENCE, self.process.kill)
        alarm.start()
        self.ports = []
        try:
            while len(self.ports) < ready:
                line = self.process.stdout.readline().decode()
                if not line:
                    raise AssertionError(f"{command[0]} ended before it was ready")
                found = re.search(r":(\d+)\b", line)
                if found:
                    self.ports.append(int(found[1]))
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            alarm.cancel()

    def stop(self, expected=0):
        """SIGTERM: it must end, with this status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the server did not end on SIGTERM")
        self.read_rest()
        equal(status, expected, "the server's exit status")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.read_rest()

    def read_rest(self):
        """What it wrote last is in the log, before that of the next one."""
        if self.reader:
            self.reader.join()


class Server:
    """roost serve, with and without TLS, in a folder of its own that a test may use; mail is in memory
    or, with `lasting`, in another folder. With `trace` its log has all that is said."""

    def __init__(self, program, *options, lasting=False, trace=False):
        self.log = Log() if trace else None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="roost-clients-"))
        self.data = pathlib.Path(tempfile.mkdtemp(prefix="roost-clients-")) if lasting else None
        self.ports = Ports(2)
        self.plain_port, self.tls_port = self.ports.numbers
        self.restarts = 0
        try:
            self.certificate, key = make_certificate(self.folder)
            store = ["--data", self.data] if lasting else ["--memory"]
            self.command = [program, "serve", *store, "--tls-cert", self.certificate,
                            "--tls-key", key, "--user", f"{USER}:{PASSWORD}",
                            "--log-level", "info" if trace else "warning",
                            *(["--trace-user", USER] if trace else []), *options]
            self.start()
        except BaseException:
            self.remove()
            raise

    def start(self):
        self.process = Process([*self.command, "--listen", f"127.0.0.1:{self.plain_port}",
                                "--tls-listen", f"127.0.0.1:{self.tls_port}"], 2, self.log)
        equal(self.process.ports, self.ports.numbers, "where it listens")

    def restart(self):
        """Stop or kill the server and start it again at the same place, if its mail lasts: nothing is
        another then. Nobody is connected."""
        if self.data is None:
            return
        before = self.state()
        if self.restarts % 2:
            self.process.stop()
        else:
            self.process.kill()
        self.restarts += 1
        self.start()
        equal(self.state(), before, "after a restart")

    def remove(self):
        self.ports.close()
        shutil.rmtree(self.folder)
        if self.data is not None:
            shutil.rmtree(self.data)

    def uses(self, *commands):
        """Clients have sent such commands: regular expressions for what stands behind the tag."""
        for command in commands:
            self.log.wait(lambda _: any(re.match(command, said) for said in self.log.commands()),
                          f"{command} in what the clients said")

    def port(self, way):
        return self.tls_port if way == "tls" else self.plain_port

    def context(self):
        """What trusts the certificate, and nothing else."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def imap(self, way="plain"):
        """A connection of Python's imaplib, signed in."""
        if way == "tls":
            client = imaplib.IMAP4_SSL("127.0.0.1", self.tls_port, ssl_context=self.context())
        else:
            client = imaplib.IMAP4("127.0.0.1", self.plain_port)
            if way == "starttls":
                client.starttls(ssl_context=self.context())
        # imaplib sends a literal and its CRLF apart: that would wait for an acknowledgement each time.
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.login(USER, PASSWORD)
        return client

    def fill(self, mailbox, messages):
        """Put messages into a mailbox, which is created if need be."""
        with self.imap() as client:
            client.create(mailbox)
            for message in messages:
                ok(client.append(mailbox, None, None, message))

    def state(self):
        """All that the mailboxes hold, by name: UID validity, UIDs and flags."""
        state = {}
        with self.imap() as client:
            for line in ok(client.list()):
                name = line.split(b' "/" ')[1].decode()
                count = int(ok(client.select(name, readonly=True))[0])
                state[name] = client.response("UIDVALIDITY")[1]
                if count > 0:
                    # \Recent is no property of the message.
                    state[name] += [data.replace(rb" \Recent", b"").replace(rb"\Recent", b"")
                                   for data in ok(client.fetch("1:*", "(UID FLAGS)"))]
        return state

    def close(self):
        try:
            self.process.stop()
        finally:
            self.remove()


def ok(answer):
    """The data of an imaplib answer, which must be OK."""
    status, data = answer
    equal(status, "OK", f"status (with {data!r})")
    return data


def make_message(number, size=200):
    """A message with CRLF line ends; the same for the same number."""
    body = "".join(f"Line {line} of message {number}.\r\n" for line in range(size // 24 + 1))
    date = email.utils.formatdate(1700000000 + number * 3600)
    return (f"From: Ben <ben@example.org>\r\nTo: Anna <anna@example.org>\r\n"
            f"Subject: Message {number}\r\nDate: {date}\r\n"
            f"Message-ID: <{number}@example.org>\r\n\r\n{body}").encode()


def corpus():
    """The folder of real mail, or None."""
    for path in (os.environ.get("ROOST_CORPUS"), SOURCE.parents[2] / "shared" / "corpus"):
        if path and pathlib.Path(path).is_dir():
            return pathlib.Path(path)
    return None


def mailing_list():
    """The messages of a real mailing list with CRLF line ends, or as many made ones."""
    folder = corpus()
    files = sorted(folder.glob("git-list-2005-04/**/archive.mbox")) if folder else []
    if not files:
        say("no corpus here: a mailing list of made messages")
        return [make_message(number, 100 + number * 37 % 5000) for number in range(1, 351)]
    text = files[0].read_bytes().replace(b"\r\n", b"\n")
    parts = re.split(rb"(?:\A|\n)From [^\n]*\n", text)
    messages = [part + b"\n" for part in parts if part.strip()]
    say(f"{files[0]}: {len(messages)} messages")
    return [message.replace(b"\n", b"\r\n") for message in messages]


def without_field(message, name):
    """A message (with LF) without one header field: what a client adds for itself."""
    header, separator, body = message.partition(b"\n\n")
    lines = [line for line in header.split(b"\n")
             if not line.lower().startswith(name.lower() + b":")]
    return b"\n".join(lines) + separator + body


def maildir_messages(folder):
    """The messages of a Maildir, as bytes by path."""
    return {path: path.read_bytes()
            for name in ("cur", "new") for path in sorted((folder / name).iterdir())}


def main(tests, ways=WAYS, options=(), trace=False):
    """Run each test on a server of its own, in each way to connect, and in one on mail that lasts."""
    program = pathlib.Path(sys.argv[1]).resolve()
    try:
        for test in tests:
            for way, lasting in [(way, False) for way in ways] + [(ways[-1], True)]:
                say(f"== {test.__name__} ({way}{', lasting' if lasting else ''})")
                server = Server(program, *options, lasting=lasting, trace=trace)
                try:
                    test(server, way)
                finally:
                    server.close()
    except Skip as reason:
        say(f"skipped: {reason}")
        sys.exit(1 if os.environ.get("CI") == "true" else SKIP)
    say("all passed")
