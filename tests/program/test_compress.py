"""COMPRESS=DEFLATE (RFC 4978) with a client of its own over zlib, plain and within TLS."""
import random
import socket
import ssl
import unittest
import zlib

from program import PATIENCE, FolderTest, Server, make_certificate


class Client:
    """Speaks IMAP line by line; compresses once it is told to."""

    def __init__(self, port, trust=None):
        self.socket = socket.create_connection(("localhost" if trust else "127.0.0.1", port),
                                               timeout=PATIENCE)
        if trust:
            self.socket = trust.wrap_socket(self.socket, server_hostname="localhost")
        self.inflate = self.deflate = None
        self.buffer = b""
        self.wire = 0
        self.line()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def more(self):
        got = self.socket.recv(65536)
        if not got:
            raise EOFError
        self.wire += len(got)
        if self.inflate is None:
            self.buffer += got
            return
        self.buffer += self.inflate.decompress(got)
        if self.inflate.eof:
            self.buffer += self.inflate.unused_data
            self.inflate = None

    def line(self):
        while b"\r\n" not in self.buffer:
            self.more()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def bytes(self, n):
        while len(self.buffer) < n:
            self.more()
        taken, self.buffer = self.buffer[:n], self.buffer[n:]
        return taken

    def send(self, data, flush=zlib.Z_SYNC_FLUSH):
        if self.deflate is not None:
            data = self.deflate.compress(data) + self.deflate.flush(flush)
        self.socket.sendall(data)

    def tagged(self, tag):
        lines = []
        while not lines or not lines[-1].startswith(tag + b" "):
            lines.append(self.line())
        return lines

    def command(self, text, flush=zlib.Z_SYNC_FLUSH):
        self.send(b"t " + text + b"\r\n", flush)
        return self.tagged(b"t")

    def begin(self, level=6):
        self.command(b"LOGIN anna secret")
        self.begin_again(level)

    def begin_again(self, level=6):
        answer = self.command(b"COMPRESS DEFLATE")
        if not answer[-1].startswith(b"t OK"):
            raise AssertionError(answer)
        self.compress(level)

    def compress(self, level=6):
        self.inflate = zlib.decompressobj(-15)
        self.deflate = zlib.compressobj(level, zlib.DEFLATED, -15)

    def append(self, message):
        self.send(b"t APPEND INBOX {%d+}\r\n%s\r\n" % (len(message), message))
        answer = self.tagged(b"t")
        if not answer[-1].startswith(b"t OK"):
            raise AssertionError(answer)

    def fetch(self, number):
        self.send(b"t FETCH %d BODY.PEEK[]\r\n" % number)
        size = int(self.line().rsplit(b"{", 1)[1][:-1])
        message = self.bytes(size)
        self.tagged(b"t")
        return message


def text(n, seed):
    """Text that compresses as mail does."""
    words = [b"message", b"mailbox", b"winter", b"of", b"the", b"a", b"reply", b"\r\n"]
    chosen = random.Random(seed)
    return b" ".join(chosen.choice(words) for _ in range(n // 5))[:n]


class Compress(FolderTest):
    def setUp(self):
        super().setUp()
        self.server = Server("--user", "anna:secret", "--user", "ben:geheim",
                             "--append-limit", "16M", memory=self.store())
        self.addCleanup(self.server.__exit__)
        self.server.wait_ready()

    def store(self):
        return ("--data", self.path("data")) if "disk" in self.id() else ("--memory",)

    def client(self):
        client = Client(self.server.ports[0])
        self.addCleanup(client.socket.close)
        return client

    def round_trip(self, client, level):
        client.begin(level)
        self.assertNotIn(b"COMPRESS", client.command(b"CAPABILITY")[0])
        messages = [b"Subject: small\r\n\r\nhello\r\n", text(300000, 1),
                    random.Random(2).randbytes(200000).replace(b"\0", b"\1"), text(3000000, 3)]
        for message in messages:
            client.append(message)
        client.command(b"SELECT INBOX")
        client.wire = 0
        for number, message in enumerate(messages, 1):
            self.assertEqual(client.fetch(number), message)
        self.assertLess(client.wire, 1300000)
        # Many commands at once, and all of it again in one answer.
        client.send(b"".join(b"n%d NOOP\r\n" % i for i in range(500)))
        for i in range(500):
            self.assertTrue(client.line().startswith(b"n%d OK" % i))
        client.send(b"all FETCH 1:4 BODY.PEEK[]\r\n")
        for message in messages:
            client.line()
            self.assertEqual(client.bytes(len(message)), message)
            self.assertEqual(client.line(), b")")
        client.tagged(b"all")

    def test_memory(self):
        for level in (0, 6):
            with self.subTest(level), self.client() as client:
                self.round_trip(client, level)
                client.command(b"STORE 1:* +FLAGS (\\Deleted)")
                client.command(b"CLOSE")

    def test_disk(self):
        self.round_trip(self.client(), 1)

    def test_idle_is_told_at_once(self):
        client = self.client()
        client.begin()
        client.command(b"SELECT INBOX")
        client.send(b"i IDLE\r\n")
        self.assertTrue(client.line().startswith(b"+"))
        other = self.client()
        other.begin()
        other.append(b"Subject: news\r\n\r\n")
        self.assertEqual(client.line(), b"* 1 EXISTS")

    def test_any_split(self):
        """What is compressed can be cut anywhere, and flushed in any way."""
        client = self.client()
        client.begin()
        for flush in (zlib.Z_PARTIAL_FLUSH, zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH):
            data = client.deflate.compress(b"a NOOP\r\nb CAPABILITY\r\n") + client.deflate.flush(flush)
            for i in range(len(data)):
                client.socket.sendall(data[i:i + 1])
            client.tagged(b"b")

    def test_a_bomb_is_a_long_line(self):
        client = self.client()
        client.begin()
        with self.assertRaises((EOFError, OSError)):
            client.send(b"x" * 30000000)
            while True:
                self.assertNotIn(b"OK", client.line())

    def test_a_bomb_in_a_literal(self):
        """Octets of a literal that is refused go by, however many they are."""
        client = self.client()
        client.begin(9)
        client.send(b"t APPEND INBOX {60000000+}\r\n" + b"x" * 60000000 + b"\r\n")
        self.assertIn(b"[TOOBIG]", client.tagged(b"t")[-1])
        self.assertTrue(client.command(b"NOOP")[-1].startswith(b"t OK"))

    def test_broken(self):
        """What is not compressed ends the connection, and no other."""
        for garbage in (b"a NOOP\r\n" * 100, b"\xff" * 1000, b"\x07" * 10, b"\x06\x00"):
            with self.subTest(garbage), self.client() as client:
                client.begin()
                client.socket.sendall(garbage)
                with self.assertRaises((EOFError, OSError)):
                    client.line()
        with self.client() as client:
            client.begin()
            client.command(b"NOOP", zlib.Z_FINISH)
            client.socket.sendall(b"more")
            with self.assertRaises((EOFError, OSError)):
                client.line()
        self.assertTrue(self.client().command(b"NOOP")[-1].startswith(b"t OK"))

    def test_pipelined(self):
        """A client must wait for the answer; what it sends in clear anyway is not its word."""
        client = self.client()
        client.command(b"LOGIN anna secret")
        client.socket.sendall(b"t COMPRESS DEFLATE\r\nu NOOP\r\n")
        self.assertTrue(client.tagged(b"t")[-1].startswith(b"t OK"))
        client.compress()
        with self.assertRaises((EOFError, OSError)):
            client.line()
        # Compressed it is.
        client = self.client()
        client.command(b"LOGIN anna secret")
        deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
        client.socket.sendall(b"t COMPRESS DEFLATE\r\n" + deflate.compress(b"u NOOP\r\n")
                              + deflate.flush(zlib.Z_SYNC_FLUSH))
        while b"\r\n" not in client.buffer:
            client.buffer += client.socket.recv(1)
        self.assertTrue(client.line().startswith(b"t OK"))
        client.compress()
        self.assertTrue(client.tagged(b"u")[-1].startswith(b"u OK"))

    def test_unauthenticate(self):
        """Both sides' compression ends, however the client ends it, and can begin anew."""
        client = self.client()
        client.begin()
        for flushes in ([zlib.Z_SYNC_FLUSH], [zlib.Z_FULL_FLUSH], [zlib.Z_FINISH],
                        [zlib.Z_SYNC_FLUSH, zlib.Z_FINISH]):
            for cut in (1000, 1):
                data = client.deflate.compress(b"t UNAUTHENTICATE\r\n")
                for flush in flushes:
                    data += client.deflate.flush(flush)
                data += b"u LOGIN ben geheim\r\nv STATUS INBOX (MESSAGES)\r\n"
                for i in range(0, len(data), cut):
                    client.socket.sendall(data[i:i + cut])
                self.assertTrue(client.tagged(b"t")[-1].startswith(b"t OK [CAPABILITY "))
                self.assertTrue(client.tagged(b"u")[-1].startswith(b"u OK"))
                self.assertIsNone(client.inflate)
                client.deflate = None
                self.assertTrue(client.tagged(b"v")[-1].startswith(b"v OK"))
                client.begin_again()
        client.socket.sendall(client.deflate.compress(b"t UNAUTHENTICATE\r\nu LOGIN ben geheim\r\n")
                              + client.deflate.flush(zlib.Z_SYNC_FLUSH))
        client.tagged(b"t")
        with self.assertRaises((EOFError, OSError)):
            client.line()

    def test_tls(self):
        certificate, key = make_certificate(self.folder)
        trust = ssl.create_default_context(cafile=certificate)
        with Server("--user", "anna:secret", "--tls-cert", certificate, "--tls-key", key,
                    listen=("--tls-listen", "localhost:0")) as server:
            server.wait_ready()
            with Client(server.ports[0], trust) as client:
                self.round_trip(client, 6)

    def test_not_offered(self):
        with Server("--user", "anna:secret", "--no-unauthenticate") as server:
            server.wait_ready()
            with Client(server.ports[0]) as client:
                client.begin()
                self.assertNotIn(b"UNAUTHENTICATE", client.command(b"CAPABILITY")[0])
                self.assertTrue(client.command(b"UNAUTHENTICATE")[-1].startswith(b"t BAD"))


if __name__ == "__main__":
    unittest.main()
