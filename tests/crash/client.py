"""client.py - a small IMAP client that blocks, and tells when the server is gone."""
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


class Client:
    def __init__(self, port):
        self.unread = b""
        self.tags = 0
        try:
            self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        except ConnectionError as error:
            raise Gone(str(error)) from error
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.greeting = self._read()[0]

    def _more(self):
        try:
            got = self.socket.recv(1 << 18)
        except ConnectionError as error:
            raise Gone(str(error)) from error
        if not got:
            raise Gone("the server hung up")
        self.unread += got

    def _line(self):
        at = self.unread.find(b"\r\n")
        while at < 0:
            before = max(0, len(self.unread) - 1)
            self._more()
            at = self.unread.find(b"\r\n", before)
        line, self.unread = self.unread[:at], self.unread[at + 2:]
        return line

    def _read(self):
        """One response."""
        parts = []
        while True:
            line = self._line()
            parts.append(line)
            literal = re.search(rb"\{(\d+)\}\Z", line)
            if not literal:
                return parts
            size = int(literal[1])
            while len(self.unread) < size:
                self._more()
            parts.append(self.unread[:size])
            self.unread = self.unread[size:]

    def run(self, command, *literals):
        """Run a command, each {} of which stands for a literal, to its end, whatever that is."""
        self.tags += 1
        tag = b"t%d" % self.tags
        pieces = command.encode().split(b"{}")
        text = tag + b" " + pieces[0]
        for literal, piece in zip(literals, pieces[1:]):
            text += b"{%d+}\r\n" % len(literal) + literal + piece
        try:
            self.socket.sendall(text + b"\r\n")
        except ConnectionError as error:
            raise Gone(str(error)) from error
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

    def close(self):
        self.socket.close()


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
