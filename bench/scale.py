"""scale.py - roost alone: what becomes of a cost when there is more of something."""
import contextlib
import os
import time
from dataclasses import dataclass

import contest
import process
import servers
import tool
import work

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True)
class Series:
    """Measurements of which only one thing changes."""

    name: str
    title: str
    x_name: str
    sizes: tuple
    quick: tuple
    charts: tuple  # (title, unit, curves) of each
    note: str  # how it is measured, and what may grow

    @property
    def curves(self):
        return [curve for _, _, curves in self.charts for curve in curves]


SERIES = (
    Series("mailbox-size", "Messages in a mailbox", "messages",
           (1000, 10000, 100000, 1000000), (1000, 10000),
           (("One command, median", "ms",
             ("SELECT by a fresh session", "NOOP", "UID FETCH of one message", "STORE of one message",
              "SEARCH TEXT of a rare word")),
            ("Each message", "µs", ("UID FETCH 1:* (FLAGS)", "SEARCH UNSEEN"))),
           "One mailbox of messages of 600 octets, by a user who has it open or had it just before. A search for a word "
           "reads from the index in which messages each group of three of its letters is, so it grows slowly; nothing "
           "else of the first table may."),
    Series("users", "Users of a store", "users", (1, 10, 100, 1000, 10000), (1, 10, 100),
           (("Rates", "per second", ("sessions, 32 connections", "NOOP, 64 connections")),
            ("Start, until the first sign-in", "ms", ("start",))),
           "The connections are of as many users as there are, as far as they reach."),
    Series("connections", "Idle connections", "connections", (1, 100, 1000, 10000, 50000),
           (1, 100, 1000), (("Memory of each", "KiB", ("plain", "TLS")),),
           "In IDLE with INBOX selected, of 1,000 users in turns, after the server has come to rest: each of the first "
           "1,000 brings its user's part, too; a single one is less than what the server gives back of its start meanwhile. "
           "Where a process may not have so many files open, several servers of the one store share the connections."),
    Series("message-size", "Octets of a message", "octets",
           (KIB, 10 * KIB, 100 * KIB, MIB, 10 * MIB, 50 * MIB), (KIB, 100 * KIB, MIB),
           (("Throughput", "MB/s", ("APPEND, 1 connection", "FETCH BODY.PEEK[]")),),
           "100 MB of messages of one size, at least two and at most 2,000 of them, so less of the smallest; what is "
           "fetched is in the page cache."),
)


# Seconds until the server has closed what who is in IDLE does not need, and done what was put off: ten, and to close a
# thousand databases on a slow disk takes some more.
SETTLE = 20


class Scale:
    """A store that grows, and its measurements."""

    def __init__(self, folder, options, results, say):
        self.folder = folder
        self.build = options.build
        self.quick = options.quick
        self.results = results
        self.say = say
        self.imapbench = os.path.join(options.build, "bench/imapbench")
        self.certificate = servers.make_certificate(folder)

    def server(self, name):
        folder = os.path.join(self.folder, name)
        os.makedirs(folder, exist_ok=True)
        return servers.Roost(folder, self.certificate, os.path.join(self.build, "roost"))

    def run(self, server, *arguments, tls=False):
        return tool.run(self.imapbench, *server.reach(tls), *arguments)

    def keep(self, series, curve, x, value):
        self.results.add({"series": series.name, "curve": curve, "x": x, "value": value})
        self.say(f"{series.name}  {x:>10,} {series.x_name}  {curve}: {value:.4g}")

    def sizes(self, series):
        return series.quick if self.quick else series.sizes


def measure_mailboxes(scale, series):
    """Commands on mailboxes of more and more small messages."""
    commands = (
        ("SELECT by a fresh session", "SELECT INBOX", 5, True, False),
        ("NOOP", "NOOP", 50, False, False),
        ("UID FETCH of one message", "UID FETCH 500 (FLAGS)", 50, False, False),
        ("STORE of one message", "UID STORE 500 +FLAGS.SILENT (\\Flagged)", 20, False, False),
        ("SEARCH TEXT of a rare word", "UID SEARCH TEXT {rare}", 5, False, False),
        ("UID FETCH 1:* (FLAGS)", "UID FETCH 1:* (FLAGS)", 3, False, True),
        ("SEARCH UNSEEN", "SEARCH UNSEEN", 3, False, True),
    )
    server = scale.server(series.name)
    users = {size: 8000 + i for i, size in enumerate(scale.sizes(series))}
    server.add_users(users.values())
    with server:
        for size, user in users.items():
            words = tool.words_of(scale.run(server, "fill", f"user={user}", f"messages={size}",
                                            "size=600"))
            server.settle(900)
            for curve, text, repeat, fresh, each in commands:
                undo = text.replace("+FLAGS", "-FLAGS") if "+FLAGS" in text else ""
                arguments = work.put_words(
                    ("command", f"user={user}", f"repeat={repeat}", f"fresh={int(fresh)}",
                     f"before={undo}", f"text={text}"), words)
                line = tool.pick(scale.run(server, *arguments), curve)
                scale.keep(series, curve, size, line["value"] * (1000 / size if each else 1))


def measure_users(scale, series):
    """Rates and the start of a store with more and more users."""
    side = contest.Side("roost", lambda _, fresh=False: scale.server(series.name))
    for size in scale.sizes(series):
        server = scale.server(series.name)
        server.add_users(range(size))
        with server:
            scale.run(server, "users", f"count={size}")
            server.settle()
            for curve, arguments in (
                    ("sessions, 32 connections", ("session", "connections=32", "seconds=2")),
                    ("NOOP, 64 connections", work.roundtrip("noop", 64))):
                connections = {"session": 32, "roundtrip": 64}[arguments[0]]
                lines = scale.run(server, *arguments, f"users={min(size, connections)}")
                line = tool.pick(lines, curve)
                scale.keep(series, curve, size, line["value"])
        times = sorted(contest.measure_start(side, "u0")["value"] for _ in range(3))
        scale.keep(series, "start", size, times[1])


def shares(count, most):
    """A count in as few and as equal parts as may be, none of which is above the most."""
    parts = -(-count // most)
    return [count // parts + (i < count % parts) for i in range(parts)]


def measure_crowd(scale, server, count, most, tls):
    """KiB of each idle connection where a process may not have so many: several servers of the one store,
    each with a client of its own."""
    parts = shares(count, most)
    others = [server.beside() for _ in parts[1:]]
    with contextlib.ExitStack() as stack:
        all_of_them = [stack.enter_context(one) for one in (server, *others)]
        for one in all_of_them:
            one.settle()
        time.sleep(SETTLE)
        before = sum(process.memory_of(one.process.pid) for one in all_of_them)
        for one, part in zip(all_of_them, parts):
            stack.enter_context(tool.held(
                scale.imapbench, *one.reach(tls), "idle", f"connections={part}",
                f"users={work.USERS}", "settle=1", "hold=1800", until=f"idle {part}"))
        time.sleep(SETTLE)
        after = sum(process.memory_of(one.process.pid) for one in all_of_them)
    return (after - before) / count


def measure_connections(scale, series):
    """Memory of more and more idle connections."""
    most = process.raise_file_limit() - 1000
    few = [count for count in scale.sizes(series) if count <= most]
    many = [count for count in scale.sizes(series) if count > most]
    server = scale.server(series.name)
    server.add_users(range(work.USERS))
    with server:
        scale.run(server, "users", f"count={work.USERS}")
        server.settle()
    for curve, tls in (("plain", False), ("TLS", True)):
        with scale.server(series.name) as server:
            lines = scale.run(server, "idle", "connections=" + ",".join(map(str, (0, *few))),
                              f"users={work.USERS}", f"settle={SETTLE}", tls=tls)
        for count in few:
            line = tool.pick([line for line in lines if line.get("connections") == count], curve)
            scale.keep(series, curve, count, line["value"])
        for count in many:
            value = measure_crowd(scale, scale.server(series.name), count, most, tls)
            scale.keep(series, curve, count, value)


def measure_messages(scale, series):
    """Throughput with larger and larger messages."""
    server = scale.server(series.name)
    users = {size: 8000 + i for i, size in enumerate(scale.sizes(series))}
    server.add_users([300, *users.values()])
    with server:
        for size, user in users.items():
            count = max(2, min(2000, 100 * MIB // size))
            line = tool.pick(scale.run(server, "append", "connections=1", "mailboxes=separate",
                                       f"messages={count}", f"size={size}"), "append")
            scale.keep(series, "APPEND, 1 connection", size, line["value"] * size / 1e6)
            scale.run(server, "fill", f"user={user}", f"messages={count}", f"size={size}")
            server.settle(900)
            line = tool.pick(scale.run(server, "command", f"user={user}", "repeat=3", "fresh=0",
                                       "text=FETCH 1:* BODY.PEEK[]"), "fetch")
            scale.keep(series, "FETCH BODY.PEEK[]", size, line["bytes"] / 1e3 / line["value"])


MEASURES = {"mailbox-size": measure_mailboxes, "users": measure_users,
            "connections": measure_connections, "message-size": measure_messages}


def measure(folder, options, results, say):
    """Measure the series of these names, or all."""
    for series in SERIES:
        if not options.scenarios or series.name in options.scenarios:
            MEASURES[series.name](Scale(folder, options, results, say), series)
