"""work.py - the table of what is measured: on both servers, and of the machine itself."""
from dataclasses import dataclass

BIG = 7000  # the user with a large INBOX
MESSAGES, OCTETS = 10000, 10240
USERS = 1000


@dataclass(frozen=True)
class Row:
    """A piece of work."""

    name: str
    title: str
    group: str
    arguments: tuple  # of imapbench
    quick: tuple = ()  # what replaces some of them when there is no time
    target: float = None  # the least ratio
    most: float = None  # the largest figure
    limit: str = None  # of the machine
    share: float = None  # percent of it, at least
    octets: int = None  # that are worked on, if not those of the answer
    needs: tuple = ()  # "big": the large INBOX; "idle": a server just started, users without mail
    tls: bool = False
    options: tuple = ()  # of roost, which is then started beside the first

    @property
    def unit(self):
        return GROUPS[self.group].unit

    @property
    def more_is_better(self):
        return GROUPS[self.group].more_is_better


@dataclass(frozen=True)
class Group:
    """Work that is measured in the same unit, and stands in one chart."""

    title: str
    unit: str
    more_is_better: bool


GROUPS = {
    "trips": Group("Round trips and sessions", "per second", True),
    "append": Group("APPEND of 10 KiB, durable", "per second", True),
    "read": Group("Reading a mailbox of 10,000 messages", "ms", False),
    "search": Group("Searching in 10,000 messages", "ms", False),
    "change": Group("Changing 10,000 messages", "ms", False),
    "memory": Group("Memory of an idle connection", "KiB", False),
    "delay": Group("Waiting", "ms", False),
}


def roundtrip(command, connections):
    return ("roundtrip", f"command={command}", f"connections={connections}", "seconds=2",
            "messages=10")


def append(connections, mailboxes, messages):
    return ("append", f"connections={connections}", f"mailboxes={mailboxes}",
            f"messages={messages}", f"size={OCTETS}")


def command(text, repeat, *more, fresh=0):
    """{rare} and {subject} stand for words of few of the messages, in a text and in a subject."""
    return ("command", f"user={BIG}", f"fresh={fresh}", f"repeat={repeat}", f"text={text}", *more)


HEADERS = "FETCH 1:* BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT DATE MESSAGE-ID)]"
FACTS = "FETCH 1:* (ENVELOPE BODYSTRUCTURE INTERNALDATE RFC822.SIZE)"
SHORT = ("seconds=1",)
ONCE = ("repeat=1",)
IN_BIG = ("big",)
# Dovecot hibernates after a second; roost closes the databases of who waits after ten.
SETTLED = "settle=15"

ROWS = (
    Row("noop-1", "NOOP, 1 connection", "trips", roundtrip("noop", 1), SHORT,
        target=1.2, limit="echo-1", share=60),
    Row("noop-64", "NOOP, 64 connections", "trips", roundtrip("noop", 64), SHORT,
        target=5, limit="echo-64", share=60),
    Row("fetch-1", "UID FETCH of one message's FLAGS, 1 connection", "trips",
        roundtrip("fetch", 1), SHORT, target=1.2, limit="echo-1", share=60),
    Row("fetch-64", "UID FETCH of one message's FLAGS, 64 connections", "trips", roundtrip("fetch", 64), SHORT,
        target=5, limit="echo-64", share=60),
    Row("session", "sign-in, command, sign-out, 32 connections", "trips",
        ("session", "connections=32", "seconds=3", "command=noop"), SHORT, target=5),
    Row("append-1", "APPEND, 1 connection", "append", append(1, "separate", 2000), ("messages=500",),
        target=2.5, limit="fdatasync-1"),
    Row("append-32", "APPEND, 32 users", "append", append(32, "separate", 4000), ("messages=1000",),
        target=4, limit="fdatasync-32", share=50),
    Row("append-same", "APPEND, 32 connections on one mailbox", "append", append(32, "same", 4000),
        ("messages=1000",), target=8, limit="fdatasync-32"),
    Row("select", "SELECT by a fresh session", "read", command("SELECT INBOX", 5, fresh=1), ONCE,
        target=2, needs=IN_BIG),
    Row("fetch-flags", "UID FETCH 1:* (FLAGS)", "read", command("UID FETCH 1:* (FLAGS)", 5), ONCE,
        target=4, needs=IN_BIG),
    Row("fetch-facts", FACTS, "read", command(FACTS, 3), ONCE, target=10, needs=IN_BIG),
    Row("fetch-headers", HEADERS, "read", command(HEADERS, 3), ONCE, target=4, needs=IN_BIG),
    Row("fetch-bodies", "FETCH 1:* BODY.PEEK[], 100 MB", "read", command("FETCH 1:* BODY.PEEK[]", 3),
        ONCE, target=4, limit="sendfile", share=70, needs=IN_BIG),
    Row("fetch-bodies-tls", "FETCH 1:* BODY.PEEK[], 100 MB, TLS", "read", command("FETCH 1:* BODY.PEEK[]", 3), ONCE,
        target=1.5, limit="sendfile-tls", needs=IN_BIG, tls=True),
    Row("search-text", "SEARCH TEXT of a rare word, index built", "search",
        command("UID SEARCH TEXT {rare}", 1), target=200, needs=IN_BIG),
    Row("search-text-bare", "SEARCH TEXT of a rare word, no index", "search", command("UID SEARCH TEXT {rare}", 1),
        target=8, limit="memmem", octets=MESSAGES * OCTETS, needs=IN_BIG, options=("--no-text-index",)),
    Row("search-subject", "SEARCH SUBJECT", "search", command("SEARCH SUBJECT {subject}", 5),
        ONCE, target=4, needs=IN_BIG),
    Row("search-unseen", "SEARCH UNSEEN", "search", command("SEARCH UNSEEN", 5), ONCE, target=4,
        needs=IN_BIG),
    Row("sort", "SORT (DATE)", "search", command("SORT (DATE) UTF-8 ALL", 5), ONCE, target=4,
        needs=IN_BIG),
    Row("thread", "THREAD REFERENCES", "search", command("THREAD REFERENCES UTF-8 ALL", 5), ONCE,
        target=4, needs=IN_BIG),
    Row("store", "STORE 1:* +FLAGS.SILENT (\\Seen)", "change",
        command("STORE 1:* +FLAGS.SILENT (\\Seen)", 3,
                "before=STORE 1:* -FLAGS.SILENT (\\Seen)",
                "after=STORE 1:* -FLAGS.SILENT (\\Seen)"),
        ONCE, target=1, needs=IN_BIG),
    Row("copy", "COPY 1:*", "change",
        command("COPY 1:* Copy", 3, "before=?DELETE Copy ; CREATE Copy", "after=DELETE Copy"),
        ONCE,
        target=10, needs=IN_BIG),
    Row("expunge", "EXPUNGE of all", "change",
        command("EXPUNGE", 3,
                "before=?DELETE Gone ; CREATE Gone ; COPY 1:* Gone ; SELECT Gone ; "
                "STORE 1:* +FLAGS.SILENT (\\Deleted)",
                "after=SELECT INBOX ; DELETE Gone"),
        ONCE, target=3, needs=IN_BIG),
    Row("idle", "in IDLE, without TLS", "memory",
        ("idle", "connections=0,5000", f"users={USERS}", SETTLED), ("connections=0,500",),
        target=1.5, most=5, needs=("idle",)),
    Row("idle-tls", "in IDLE, with TLS", "memory",
        ("idle", "connections=0,2000", f"users={USERS}", SETTLED), ("connections=0,500",),
        most=25, needs=("idle",), tls=True),
    Row("delivery", "a message delivered until who is in IDLE is told", "delay",
        ("delivery", "rounds=20", "gap=0.2"), ("rounds=5",), target=100, most=2),
    Row("start", f"from exec to the first sign-in, in a store of {USERS:,} users", "delay",
        (), most=100, needs=("idle",)),
)


@dataclass(frozen=True)
class Limit:
    """What the machine allows, measured without a mail server."""

    name: str
    title: str
    unit: str
    arguments: tuple  # of limits
    quick: tuple = ()


LIMITS = (
    Limit("echo-1", "a bare epoll echo, 1 connection", "per second",
          ("echo", "connections=1", "seconds=2"), SHORT),
    Limit("echo-64", "a bare epoll echo, 64 connections", "per second",
          ("echo", "connections=64", "seconds=2"), SHORT),
    Limit("sendfile", "a bare sendfile", "MB/s", ("sendfile",)),
    Limit("sendfile-pieces", "a line and a sendfile of 10 KiB, again and again", "MB/s",
          ("pieces", f"bytes={MESSAGES * OCTETS}", "way=sendfile")),
    Limit("copy-pieces", "lines and messages of 10 KiB, 25 read and written at once", "MB/s",
          ("pieces", f"bytes={MESSAGES * OCTETS}", "way=copy")),
    Limit("sendfile-tls", "a bare sendfile through TLS", "MB/s", ("tls_sendfile",)),
    Limit("fdatasync-1", "10 KiB and a bare fdatasync, 1 writer", "per second",
          ("fdatasync", f"size={OCTETS}", "writers=1")),
    Limit("fdatasync-32", "the same, 32 writers whose fdatasyncs are grouped", "per second",
          ("fdatasync", f"size={OCTETS}", "writers=32")),
    Limit("memcpy", "memcpy", "MB/s", ("memcpy",)),
    Limit("memmem", "memmem of a rare word", "MB/s", ("memmem",)),
)


def change(arguments, changes):
    """Arguments KEY=VALUE, with those of `changes` instead."""
    instead = {word.partition("=")[0]: word for word in changes}
    return tuple(instead.get(word.partition("=")[0], word) for word in arguments)


def put_words(arguments, words):
    """Arguments with {rare} and {subject} replaced."""
    for name, word in words.items():
        arguments = tuple(argument.replace("{" + name + "}", word) for argument in arguments)
    return arguments


def find_rows(names):
    """The rows of these names, in the order of the table; and the names that there are not."""
    known = {row.name for row in ROWS}
    return ([row for row in ROWS if not names or row.name in names],
            [name for name in names if name not in known])
