"""session.py - one client: it speaks, keeps its own picture of the mailbox, and checks every word."""
import asyncio
import collections
import itertools
import socket
import struct

import wire
from wire import Violation, check

# While these are answered no message number may change: RFC 3501 section 7.4.1.
HOLDING = {"FETCH", "STORE", "SEARCH"}
# A step that takes longer has hung. All else does not look at the clock.
PATIENCE = 120


class Gone(Exception):
    """The connection is over, as was to be expected."""


class Mailbox:
    """What one session knows of the mailbox it has selected."""

    serials = itertools.count()

    def __init__(self, name, read_only):
        self.serial = next(self.serials)
        self.name = name
        self.read_only = read_only
        self.validity = 0
        self.uids = []          # by sequence number; None where it is not known yet
        self.flags = {}         # by UID, without \Recent; a UID is missing when they are not known
        self.recent = {}        # by UID: whether it is \Recent

    def known(self):
        return [uid for uid in self.uids if uid is not None]

    def learn(self, sequence, uid):
        index = sequence - 1
        if self.uids[index] is None:
            before = next((u for u in reversed(self.uids[:index]) if u is not None), 0)
            after = next((u for u in self.uids[index + 1:] if u is not None), 1 << 32)
            check(before < uid < after, lambda: f"UID {uid} at {sequence}: not in order")
            self.uids[index] = uid
        check(self.uids[index] == uid,
              lambda: f"message {sequence} had UID {self.uids[index]} and now {uid}")


class Command:
    def __init__(self, tag, name, mailbox):
        self.tag = tag
        self.name = name        # FETCH, or UID FETCH
        self.mailbox = mailbox  # that SELECT and EXAMINE open
        self.data = []          # untagged responses that belong to it
        self.done = asyncio.get_running_loop().create_future()
        self.go_on = asyncio.get_running_loop().create_future()


class Session:
    def __init__(self, name, user, ledger):
        self.name = name
        self.user = user
        self.ledger = ledger
        self.selected = None
        self.pending = collections.deque()
        self.tags = 0
        self.raw = False        # no telling any more what an answer is to
        self.leaving = False    # we asked it to say BYE
        self.stopping = False   # the server was asked to stop
        self.ended = False      # BYE was said
        self.broken = None      # the violation that was found
        self.history = collections.deque(maxlen=80)
        self.closed_count = 0   # how often the mailbox was taken away
        self.reader = self.writer = self.task = None

    # -- the connection

    async def connect(self, port, tls=None, starttls=False):
        try:
            self.reader, self.writer = await asyncio.wait_for(asyncio.open_connection(
                "127.0.0.1", port, ssl=None if starttls else tls, limit=1 << 24), PATIENCE)
            await self._greeted()
            if starttls:
                await self._start_tls(tls)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise Gone(str(error)) from error
        self.task = asyncio.ensure_future(self._listen())

    async def _read(self):
        got = await wire.read(self.reader)
        if got is None:
            return None
        self.history.append("S: " + repr(got[1][:400])[2:-1])
        return got[0]

    async def _greeted(self):
        greeting = await asyncio.wait_for(self._read(), PATIENCE)
        if greeting is None or greeting.kind == "BYE":
            raise Gone("turned away")
        check(greeting.kind == "OK" and greeting.code.startswith("CAPABILITY IMAP4rev1"),
              f"greeting: {greeting}")

    async def _start_tls(self, tls):
        self._write(b"s STARTTLS\r\n")
        answer = await asyncio.wait_for(self._read(), PATIENCE)
        if answer is None or answer.kind == "BYE":
            raise Gone("turned away")
        check(answer.kind == "OK", f"STARTTLS: {answer}")
        await asyncio.wait_for(self.writer.start_tls(tls), PATIENCE)

    async def _listen(self):
        try:
            while True:
                response = await self._read()
                if response is None:
                    break
                self._take(response)
            check(self.ended or self.leaving or self.stopping, "the connection ended without BYE")
            self._end(Gone("the server hung up"))
        except (OSError, asyncio.IncompleteReadError) as error:
            if not (self.leaving or self.stopping or self.ended):
                self.broken = Violation(f"the connection broke: {error!r}")
            self._end(self.broken or Gone(str(error)))
        except Violation as violation:
            self.broken = violation
            self._end(violation)
        except (ValueError, KeyError, IndexError, TypeError, AttributeError,
                StopIteration) as error:
            self.broken = Violation(f"not understood: {error!r}")
            self._end(self.broken)

    def _end(self, error):
        for command in self.pending:
            for future in (command.done, command.go_on):
                if not future.done():
                    future.set_exception(error)
                    future.exception()  # nobody may be waiting

    def _write(self, data):
        self.history.append("C: " + repr(data[:400])[2:-1])
        self.writer.write(data)

    def write_raw(self, data):
        """Half a command, or worse. Only before the end."""
        self.leaving = self.raw = True
        self._write(data)

    async def close(self):
        self.leaving = True
        if self.writer is not None:
            self.writer.close()     # and no wait for TLS to be closed, which may never come
        await self._join()

    async def abort(self, reset):
        """Hang up without a word; with `reset` so that the server gets an error."""
        self.leaving = True
        sock = self.writer.get_extra_info("socket")
        if reset and sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
        await self._join()

    async def _join(self):
        if self.task is not None:
            self.task.cancel()
            try:
                await self.task
            except asyncio.CancelledError:
                pass
        if self.broken:
            raise self.broken

    # -- commands

    def begin(self, name, arguments="", mailbox=None, literals=()):
        """Send a command; its literals, if any, without waiting."""
        self.tags += 1
        command = Command(f"a{self.tags}", name, mailbox)
        self.pending.append(command)
        data = f"{command.tag} {name}{' ' if arguments else ''}{arguments}".encode()
        for literal in literals:
            data += b"{%d+}\r\n%s" % (len(literal), literal)
        if self.broken:
            raise self.broken
        if self.ended:
            raise Gone("BYE was said")
        self._write(data + b"\r\n")
        return command

    async def finish(self, command):
        """The tagged response."""
        try:
            await self.writer.drain()
            return await asyncio.wait_for(asyncio.shield(command.done), PATIENCE)
        except asyncio.TimeoutError:
            raise Violation(f"no answer to {command.tag} {command.name}") from None
        except OSError as error:
            raise self._lost(error) from error

    def _lost(self, error):
        if self.broken:
            return self.broken
        if self.leaving or self.stopping or self.ended:
            return Gone(str(error))
        return Violation(f"the connection broke: {error!r}")

    async def wait_to_go_on(self, command):
        """True when the server wants more, False when it has answered."""
        done, _ = await asyncio.wait({command.go_on, command.done}, timeout=PATIENCE,
                                     return_when=asyncio.FIRST_COMPLETED)
        check(done, f"neither + nor an answer to {command.tag}")
        for future in done:
            if future.exception():
                raise future.exception()
        return command.go_on.done()

    async def run(self, name, arguments="", mailbox=None, literals=()):
        command = self.begin(name, arguments, mailbox, literals)
        return command, await self.finish(command)

    def send_more(self, data):
        """What a command goes on with after +."""
        self._write(data)

    # -- what the server says

    def _take(self, response):
        if self.raw:
            return      # that it can be parsed is all there is to check
        check(not self.ended or response.tag != "*", "more after BYE")
        if response.tag == "+":
            check(self.pending and not self.pending[0].go_on.done(), "+ for nothing")
            self.pending[0].go_on.set_result(response.text)
        elif response.tag == "*":
            self._take_untagged(response)
        else:
            self._take_tagged(response)

    def _take_tagged(self, response):
        check(self.pending, f"an answer to nothing: {response}")
        command = self.pending.popleft()
        check(response.tag == command.tag, f"{response.tag} answered instead of {command.tag}")
        check(response.kind in ("OK", "NO", "BAD"), f"tagged {response.kind}")
        if command.mailbox is not None:
            opened = response.kind == "OK"
            if opened:
                check(command.mailbox.validity, "no UIDVALIDITY")
                command.mailbox.read_only = response.code == "READ-ONLY"
            self.selected = command.mailbox if opened else None
        elif command.name in ("CLOSE", "UNSELECT") and response.kind == "OK":
            self.selected = None
        if not command.done.done():
            command.done.set_result(response)

    def _take_untagged(self, response):
        current = self.pending[0] if self.pending else None
        mailbox = current.mailbox if current and current.mailbox else self.selected
        if response.kind in ("EXISTS", "RECENT", "EXPUNGE", "FETCH"):
            check(mailbox is not None, f"{response.kind} without a mailbox")
            check(current is not None, f"{response.kind} while no command runs")
            getattr(self, "_take_" + response.kind.lower())(mailbox, current, response)
        elif response.kind == "BYE":
            check(self.leaving or self.stopping, f"BYE that nobody asked for: {response.text}")
            self.ended = True
        elif response.kind in ("NO", "BAD"):
            raise Violation(f"untagged {response.kind} {response.text}")
        elif response.kind == "OK":
            self._take_ok(mailbox, current, response)
        elif current is not None:
            current.data.append(response)

    def _take_ok(self, mailbox, current, response):
        code, _, rest = response.code.partition(" ")
        if code == "CLOSED":
            self.selected = None
            self.closed_count += 1
        elif code == "UIDVALIDITY":
            mailbox.validity = int(rest)
        elif code == "UIDNEXT":
            key = (self.user, mailbox.validity)
            # The command was sent before; what it was told since, others may have been told too.
            self.ledger.saw_uid_next(*key, int(rest), 1)
            check(all(uid < int(rest) for uid in mailbox.known()), "UIDNEXT is behind")
        elif current is not None:
            current.data.append(response)

    def _take_exists(self, mailbox, _, response):
        check(response.number >= len(mailbox.uids),
              lambda: f"{len(mailbox.uids)} messages shrank to {response.number} without EXPUNGE")
        mailbox.uids.extend([None] * (response.number - len(mailbox.uids)))

    def _take_recent(self, mailbox, _, response):
        check(response.number <= len(mailbox.uids), "more RECENT than EXISTS")

    def _take_expunge(self, mailbox, current, response):
        check(current.name not in HOLDING, f"EXPUNGE during {current.name}")
        check(1 <= response.number <= len(mailbox.uids),
              lambda: f"EXPUNGE {response.number} of {len(mailbox.uids)}")
        uid = mailbox.uids.pop(response.number - 1)
        mailbox.flags.pop(uid, None)

    def _take_fetch(self, mailbox, current, response):
        check(1 <= response.number <= len(mailbox.uids),
              lambda: f"FETCH {response.number} of {len(mailbox.uids)}")
        check(len(response.values) == 1 and isinstance(response.values[0], list), "FETCH is no list")
        values = response.values[0]
        check(len(values) % 2 == 0 and values, "FETCH without pairs")
        items = dict(zip([name.upper() for name in values[::2]], values[1::2]))
        check(len(items) == len(values) // 2, lambda: f"an item twice: {values[::2]}")
        if "UID" in items:
            mailbox.learn(response.number, int(items["UID"]))
        uid = mailbox.uids[response.number - 1]
        if "FLAGS" in items:
            self._take_flags(mailbox, uid, items["FLAGS"])
        if isinstance(items.get("BODY[]"), bytes):
            self.ledger.saw_bytes(self.user, mailbox.validity, uid, items["BODY[]"])
        if "RFC822.SIZE" in items:
            self.ledger.saw_size(self.user, mailbox.validity, uid, int(items["RFC822.SIZE"]))
        current.data.append((response.number, uid, items))

    def _take_flags(self, mailbox, uid, flags):
        check(len(set(flags)) == len(flags), lambda: f"a flag twice: {flags}")
        if uid is None:
            return
        recent = "\\Recent" in flags
        check(mailbox.recent.setdefault(uid, recent) == recent,
              lambda: f"\\Recent of UID {uid} has changed")
        if recent and not mailbox.read_only:
            self.ledger.saw_recent(self.user, mailbox.validity, uid, mailbox.serial)
        mailbox.flags[uid] = frozenset(flags) - {"\\Recent"}
