"""client.py - small clients for IMAP and LMTP that block, and tell when the server is gone."""
import re
import socket

PATIENCE = 120


class Gone(Exception):
    """The connection ended before the answer was there."""


class Refused(Exception):
    """An answer that was not OK."""

    def __init__(self, command, answer):
        super().__init__(f"{command!r}: {answer}")
        self.answer = answer


class Answer:
    """The end of a command, and what was said before it: each a list of lines and literals."""

    def __init__(self, line, untagged):
        self.kind, self.text = line.split(b" ", 2)[1:]
        self.untagged = untagged

    def __str__(self):
        return f"{self.kind.decode()} {self.text.decode(errors='replace')}"

    @property
    def ok(self):
        return self.kind == b"OK"

    def code(self, name):
        """The words of a response code, wherever it was told; None when it was not."""
        for text in [self.text] + [parts[0] for parts in self.untagged]:
            found = re.search(rb"\[" + name + rb" ?([^]]*)\]", text)
            if found:
                return found[1].split()
        return None


class Reply:
    """What LMTP says of a recipient, to be asked as an Answer is."""

    def __init__(self, line):
        self.line = line
        self.ok = line.startswith(b"2")
        self.kind = b"OK" if self.ok else b"NO"

    def __str__(self):
        return self.line.decode(errors="replace")

    def code(self, _):
        """It has numbers instead: 4 for what passes, 552 for a quota."""
        return [] if self.line.startswith((b"4", b"552")) else None


class Connection:
    def __init__(self, port):
        self.unread = b""
        try:
            self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        except ConnectionError as error:
            raise Gone(str(error)) from error
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data):
        try:
            self.socket.sendall(data)
        except ConnectionError as error:
            raise Gone(str(error)) from error

    def _more(self):
        try:
            got = self.socket.recv(1 << 18)
        except ConnectionError as error:
            raise Gone(str(error)) from error
        if not got:
            raise Gone("the server hung up")
        self.unread += got

    def read_line(self):
        at = self.unread.find(b"\r\n")
        while at < 0:
            before = max(0, len(self.unread) - 1)
            self._more()
            at = self.unread.find(b"\r\n", before)
        line, self.unread = self.unread[:at], self.unread[at + 2:]
        return line

    def read(self, size):
        while len(self.unread) < size:
            self._more()
        octets, self.unread = self.unread[:size], self.unread[size:]
        return octets

    def close(self):
        self.socket.close()


class Lmtp(Connection):
    def __init__(self, port):
        super().__init__(port)
        self._reply()
        self.send(b"LHLO client.example\r\n")
        self._reply()

    def _reply(self):
        line = self.read_line()
        while line[3:4] == b"-":
            line = self.read_line()
        return line

    def deliver(self, recipient, message):
        """A message in which no line begins with a dot."""
        self.send(b"MAIL FROM:<ben@example.org>\r\nRCPT TO:<%s>\r\nDATA\r\n" % recipient.encode())
        mail, rcpt, data = (self._reply() for _ in range(3))
        if mail.startswith(b"250") and rcpt.startswith(b"4"):
            self.send(b"RSET\r\n")
            self._reply()
            return Reply(rcpt)
        if (mail[:3], rcpt[:3], data[:3]) != (b"250", b"250", b"354"):
            raise AssertionError(f"LMTP: {mail} {rcpt} {data}")
        self.send(message + b".\r\n")
        return Reply(self._reply())


class Client(Connection):
    def __init__(self, port):
        super().__init__(port)
        self.tags = 0
        self.greeting = self._read()[0]

    def _read(self):
        """One response: lines and literals."""
        parts = []
        while True:
            line = self.read_line()
            parts.append(line)
            literal = re.search(rb"\{(\d+)\}\Z", line)
            if not literal:
                return parts
            parts.append(self.read(int(literal[1])))

    def run(self, command, *literals):
        """Run a command, each {} of which stands for a literal, to its end, whatever that is."""
        self.tags += 1
        tag = b"t%d" % self.tags
        pieces = command.encode().split(b"{}")
        text = tag + b" " + pieces[0]
        for literal, piece in zip(literals, pieces[1:]):
            text += b"{%d+}\r\n" % len(literal) + literal + piece
        self.send(text + b"\r\n")
        untagged = []
        while True:
            parts = self._read()
            if parts[0].startswith(tag + b" "):
                return Answer(parts[0], untagged)
            untagged.append(parts)

    def must(self, command, *literals):
        answer = self.run(command, *literals)
        if not answer.ok:
            raise Refused(command, answer)
        return answer


def is_unavailable(answer):
    """What a client is told when the trouble is not its own, and may pass."""
    return answer.kind == b"NO" and answer.code(b"UNAVAILABLE") is not None


def sign_in(port, user):
    client = Client(port)
    client.must(f"LOGIN {user} secret")
    return client


def numbers_of_set(text):
    """The numbers of 1:3,7 in their order."""
    numbers = []
    for part in text.split(b","):
        first, _, last = part.partition(b":")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def set_of(numbers):
    return ",".join(map(str, numbers))
