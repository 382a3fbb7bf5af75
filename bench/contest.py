"""contest.py - both servers with the same users and mail, and a row of work done on one of them."""
import imaplib
import os
import socket
import time

import process
import servers
import tool
import work
from process import BenchError


class Side:
    """One of the two servers: the one with mail, and where a store of users without mail is."""

    def __init__(self, name, make):
        self.name = name
        self.make = make  # (folder name, **options) -> Server
        self.main = make("main")

    def idle_server(self):
        """A server that has just been started, for what only a new one shows."""
        return self.make("idle", fresh=True)


class Contest:
    """Both sides, and the programs that measure them."""

    def __init__(self, folder, build, names, quick=False, say=print):
        self.folder = folder
        self.build = build
        self.quick = quick
        self.say = say
        self.imapbench = os.path.join(build, "bench/imapbench")
        self.limits = os.path.join(build, "bench/limits")
        self.words = {}
        self.certificate = servers.make_certificate(folder)
        makers = {"roost": self.make_roost, "Dovecot": self.make_dovecot}
        self.sides = [Side(name, makers[name]) for name in names]

    def server_folder(self, *names):
        path = os.path.join(self.folder, *names)
        os.makedirs(path, exist_ok=True)
        return path

    def make_roost(self, name, fresh=False):
        del fresh
        return servers.Roost(self.server_folder("roost", name), self.certificate,
                             os.path.join(self.build, "roost"))

    def make_dovecot(self, name, fresh=False):
        return servers.Dovecot(self.server_folder("dovecot", name), self.certificate,
                               hibernate=fresh)

    def close(self):
        for side in self.sides:
            side.main.stop()

    # Untimed: users and mail.

    def prepare(self, rows):
        """Start the servers, and fill what the rows need."""
        needs = {need for row in rows for need in row.needs}
        for side in self.sides:
            begun = time.monotonic()
            side.main.add_users([*range(500), work.BIG])
            side.main.launch()
            side.main.wait_ready()
            if "big" in needs:
                self.fill(side.main)
            if "idle" in needs:
                self.make_idle_users(side)
            side.main.settle()
            self.say(f"{side.name} is ready after {time.monotonic() - begun:.0f} s")

    def fill(self, server):
        lines = tool.run(self.imapbench, *server.reach(), "fill", f"user={work.BIG}",
                         f"messages={work.MESSAGES}", f"size={work.OCTETS}")
        self.words = tool.words_of(lines)

    def make_idle_users(self, side):
        """Everybody's folders, as a first sign-in makes them."""
        with side.idle_server() as server:
            server.add_users(range(work.USERS))
            tool.run(self.imapbench, *server.reach(), "users", f"count={work.USERS}")
            server.settle()

    # Timed.

    def measure(self, row, side):
        """Do a row of work on a side; the line with the figure, as imapbench printed it."""
        if row.name == "start":
            return measure_start(side)
        if "idle" in row.needs:
            with side.idle_server() as server:
                server.settle()
                return self.run_row(row, server)
        if row.options:
            with side.main.beside(*row.options) as server:
                return self.run_warm(row, server)
        measured = self.run_warm(row, side.main)
        if row.group == "append":
            side.main.settle()  # what becomes of new mail in the background is not for the next row
        return measured

    def run_row(self, row, server, changes=()):
        changes = changes or (row.quick if self.quick else ())
        arguments = work.put_words(work.change(row.arguments, changes), self.words)
        return tool.pick(tool.run(self.imapbench, *server.reach(row.tls), *arguments), row.name)

    def run_warm(self, row, server):
        """A row of work; what it reads is in memory, also when it was not touched since the last turn:
        Linux may take from memory what was not read for a minute, which is not what is compared."""
        if row.group in ("read", "search"):
            self.run_row(row, server, ("repeat=1",))
        return self.run_row(row, server)

    def measure_limit(self, limit):
        arguments = list(work.change(limit.arguments, limit.quick if self.quick else ()))
        if limit.arguments[0] in ("sendfile", "pieces", "tls_sendfile", "fdatasync"):
            arguments.append(f"folder={self.server_folder('limits')}")
        return tool.pick(tool.run(self.limits, *arguments), limit.name)


def first_sign_in(server, user):
    """Sign in as soon as it can be done."""
    end = time.monotonic() + servers.PATIENCE
    while time.monotonic() < end:
        try:
            client = imaplib.IMAP4("127.0.0.1", server.port, timeout=servers.PATIENCE)
        except ConnectionRefusedError:
            time.sleep(0.0005)
            continue
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.login(user, servers.PASSWORD)
        return client
    raise BenchError(f"{server.name} did not start: {server.tail()}")


def measure_start(side, user="u1"):
    """From exec to the answer of the first sign-in, in a store with users, in milliseconds."""
    server = side.idle_server()
    begun = time.monotonic()
    server.launch()
    try:
        client = first_sign_in(server, user)
        wall = time.monotonic() - begun
        _, cpu = process.tree_of(server.process.pid)
        client.logout()
    finally:
        server.stop()
    return {"name": "start", "value": wall * 1000, "unit": "ms", "wall": wall, "server_cpu": cpu,
            "samples": [wall * 1000]}
