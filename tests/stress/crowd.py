"""crowd.py - many who idle, who do not read, who never finish their handshake: the others do not suffer.

crowd.py PROGRAM [--idle N] [--told N] [--slow N] [--half-open N] [--lasting] [-- OPTION-OF-SERVE...]
"""
import argparse
import os
import resource
import selectors
import socket
import sys
import time

from server import PATIENCE, Server, split_arguments

MESSAGE = b"Subject: big\r\n\r\n" + b"0123456789abcdef" * 65536    # 1 MiB
BIG = 10                # such messages
ASKED_FOR = 10          # times all of them, by each who does not read
ROUND_TRIPS = 200
# Far above what is seen, as tests run on busy machines and under sanitizers.
LATENCY = 2.0           # seconds that a NOOP may take
STALLS = 2              # round trips during which the machine may be busy with something else
IDLE_KIB = 64           # of a connection in IDLE
GONE_WITHIN = 20        # seconds; less than handshakes may take
SLOW_KIB = 2048         # of a connection that has asked for much and reads nothing


class Failed(Exception):
    pass


class Client:
    """A blocking connection."""

    def __init__(self, port, tls=None, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", port))
        if tls:
            self.socket = tls.wrap_socket(self.socket)
        self.unread = b""
        self.tags = 0

    def read_until(self, end):
        while end not in self.unread:
            got = self.socket.recv(65536)
            if not got:
                raise Failed(f"the server hung up before {end!r}: {self.unread[-200:]!r}")
            self.unread += got
        text, self.unread = self.unread.split(end, 1)
        return text

    def command(self, command):
        """Run it, which must succeed."""
        self.tags += 1
        tag = b"t%d" % self.tags
        self.socket.sendall(tag + b" " + command + b"\r\n")
        self.unread = b"\r\n" + self.unread
        self.read_until(b"\r\n" + tag + b" OK ")
        self.read_until(b"\r\n")

    def sign_in(self, user):
        self.read_until(b"* OK ")
        self.read_until(b"\r\n")
        self.command(b"LOGIN %s secret" % user)
        return self


class Crowd:
    """Connections that are all read from at once."""

    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.heard = {}

    def add(self, sock):
        sock.setblocking(False)
        self.heard[sock] = b""
        self.selector.register(sock, selectors.EVENT_READ)

    def wait(self, count, is_done):
        """Read until `count` connections have heard what is to be heard; how many have then."""
        done = {sock for sock, heard in self.heard.items() if is_done(heard)}
        end = time.monotonic() + PATIENCE
        while len(done) < count and time.monotonic() < end:
            for key, _ in self.selector.select(1):
                got = key.fileobj.recv(65536)
                if not got:
                    raise Failed(f"hung up: {self.heard[key.fileobj][-200:]!r}")
                self.heard[key.fileobj] += got
                if is_done(self.heard[key.fileobj]):
                    done.add(key.fileobj)
        if len(done) < count:
            raise Failed(f"only {len(done)} of {count} have heard")
        return len(done)


def check(condition, text):
    if not condition:
        raise Failed(text)


def open_idle(server, crowd, users):
    """A connection in IDLE for each of the users."""
    for start in range(0, len(users), 100):
        for user in users[start:start + 100]:
            sock = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
            sock.sendall(b"a LOGIN %s secret\r\nb SELECT INBOX\r\nc IDLE\r\n" % user)
            crowd.add(sock)
        crowd.wait(min(start + 100, len(users)), lambda heard: b"\r\n+ " in heard)


def idle(server, options):
    """Many are in IDLE; the sessions of one user hear of a message, and nobody else."""
    crowd = Crowd()
    writer = Client(server.port).sign_in(b"anna")
    before = server.status("VmRSS")
    users = [b"anna"] * options.told + [b"ben"] * (options.idle - options.told)
    begin = time.monotonic()
    open_idle(server, crowd, users)
    opened = time.monotonic() - begin
    # Wait for the memory that is given back in silence: 2 s after the last use.
    time.sleep(options.settle)
    each = (server.status("VmRSS") - before) / len(users)
    begin = time.monotonic()
    writer.command(b"APPEND INBOX {18+}\r\nSubject: news\r\n\r\n.")
    appended = time.monotonic() - begin
    heard = crowd.wait(options.told, lambda text: b"\r\n* 1 EXISTS\r\n" in text)
    told = time.monotonic() - begin
    check(heard == options.told, f"{heard} heard of it")
    print(f"{len(users)} in IDLE, opened in {opened:.1f} s, {each:.1f} KiB each; "
          f"APPEND answered in {appended * 1000:.1f} ms, {heard} told in {told * 1000:.1f} ms")
    check(not options.measure or each < IDLE_KIB, f"{each:.1f} KiB for each that idles")
    return crowd


def latency(server, text, tls=None):
    """How long others wait meanwhile."""
    client = Client(server.tls_port if tls else server.port, tls).sign_in(b"cleo")
    client.command(b"SELECT INBOX")
    times = []
    for number in range(ROUND_TRIPS):
        begin = time.monotonic()
        client.command(b"NOOP" if number % 2 else b"UID FETCH 1:* (FLAGS)")
        times.append(time.monotonic() - begin)
    times.sort()
    print(f"{text}: others wait {times[len(times) // 2] * 1000:.2f} ms, "
          f"at most {times[-1] * 1000:.2f} ms")
    often = times[-1 - STALLS]
    check(often < LATENCY, f"{text}: others wait {often:.2f} s more than {STALLS} times")
    client.socket.close()


def slow_readers(server, options, tls):
    """Some ask for 100 MiB each and read nothing."""
    text = f"{options.slow} that do not read{' TLS' if tls else ''}"
    before = server.status("VmRSS")
    clients = []
    for _ in range(options.slow):
        client = Client(server.tls_port if tls else server.port, tls, 4096).sign_in(b"ben")
        client.command(b"SELECT Big")
        client.socket.sendall(b"x UID FETCH 1:* (BODY.PEEK[])\r\n" * ASKED_FOR)
        clients.append(client)
    latency(server, text, tls)
    each = (server.status("VmRSS") - before) / max(1, options.slow)
    print(f"{text}: {each:.1f} KiB each")
    check(not options.measure or each < SLOW_KIB, f"{text}: {each:.1f} KiB each")
    # One of them reads after all: every byte comes.
    if clients:
        client = clients.pop()
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        total, tail = 0, b""
        while tail.count(b"x OK ") == 0 or total < ASKED_FOR * BIG * len(MESSAGE):
            got = client.socket.recv(1 << 20)
            check(got, f"{text}: the end after {total} octets")
            total += len(got)
            tail = (tail + got)[-200:]
        client.socket.close()
    return clients


def half_open(server, options):
    """Some connect for TLS and say half a hello, or nothing."""
    sockets = []
    for number in range(options.half_open):
        sock = socket.create_connection(("127.0.0.1", server.tls_port), PATIENCE)
        if number % 2:
            sock.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        sockets.append(sock)
    latency(server, f"{options.half_open} half-open handshakes", server.tls())
    return sockets


def count_sockets(server):
    """Of the server's process, without those that listen."""
    folder = f"/proc/{server.process.pid}/fd"
    count = 0
    for name in os.listdir(folder):
        try:
            count += os.readlink(f"{folder}/{name}").startswith("socket:")
        except FileNotFoundError:
            pass
    return count - 2


def wait_for_sockets(server, most):
    """Whoever is gone has no socket any more."""
    end = time.monotonic() + GONE_WITHIN
    while count_sockets(server) > most:
        check(time.monotonic() < end, f"{count_sockets(server)} sockets for {most} clients")
        time.sleep(0.05)


def run(server, options):
    writer = Client(server.port).sign_in(b"ben")
    writer.command(b"CREATE Big")
    for _ in range(BIG):
        writer.command(b"APPEND Big {%d+}\r\n%s" % (len(MESSAGE), MESSAGE))
    writer.socket.close()
    latency(server, "alone")
    crowd = idle(server, options)
    latency(server, f"{options.idle} in IDLE")
    plain = slow_readers(server, options, None)
    tls = slow_readers(server, options, server.tls())
    half = half_open(server, options)
    for sock in [c.socket for c in plain + tls] + half[::2] + list(crowd.heard)[::2]:
        sock.close()
    wait_for_sockets(server, len(half[1::2]) + len(list(crowd.heard)[1::2]))
    again = slow_readers(server, options, None) + slow_readers(server, options, server.tls())
    server.ask_to_stop()
    complaints = server.wait()
    del again
    return complaints


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--idle", type=int, default=400)
    parser.add_argument("--told", type=int, default=200, help="of those that idle")
    parser.add_argument("--slow", type=int, default=10)
    parser.add_argument("--half-open", type=int, default=200)
    parser.add_argument("--settle", type=float, default=0, help="seconds before memory is measured")
    parser.add_argument("--measure", action="store_true", help="memory must be within bounds")
    parser.add_argument("--lasting", action="store_true", help="mail is in a folder")
    own, serve = split_arguments(sys.argv[1:])
    options = parser.parse_args(own)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = Server(options.program, ["anna", "ben", "cleo"], serve, options.lasting)
    try:
        complaints = run(server, options)
    except (Failed, OSError) as error:
        server.ask_to_stop()
        complaints = [repr(error)] + server.wait()
    complaints += server.end()
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    print(f"stopped after {server.took:.2f} s")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
