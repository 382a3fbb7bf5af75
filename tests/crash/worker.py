"""worker.py - a client that changes mail, and keeps book of what it asked for and what it was told.

Each worker has messages of its own, in mailboxes that others use too, and a mailbox of its own. What
it does is one command after the other, so whenever the server is cut off, all that was acknowledged
must be there, and the one command that was under way wholly or not at all.
"""
import functools
import random
import re
import threading
from typing import NamedTuple

from client import Gone, Lmtp, Refused, numbers_of_set, set_of, sign_in

SHARED = ["INBOX", "Work", "Work/Old"]
VARIANTS = [frozenset(flags.split()) for flags in
            ("", "\\Seen", "\\Flagged Later", "\\Seen \\Answered", "\\Draft $Forwarded")]
DELETED = frozenset(["\\Deleted"])
# More messages than this are expunged rather than joined by others.
MOST = 60


def word_of(key):
    """A word that is in no other message."""
    return "%020d" % random.Random(key + " word").randrange(10**20)


@functools.lru_cache(maxsize=3000)
def message_of(key):
    """The bytes of a message, which follow from its key: small ones, and some that get a file."""
    rng = random.Random(key)
    size = rng.choices((200, 2000, 20000, 150000), (10, 8, 4, 1))[0] + rng.randrange(200)
    line = b"%s, and what else there is to say of it.\r\n" % word_of(key).encode()
    text = line * (size // len(line) + 1)   # whole ones, as LMTP wants them
    return (b"X-Key: %s\r\nFrom: Anna <anna@example.org>\r\nSubject: %s\r\n\r\n"
            % (key.encode(), key.encode()) + text)


def key_of(message):
    """The key, if all but the fields that LMTP puts in front is what belongs to the key."""
    found = re.match(rb"(?:Return-Path: .*\r\n|Delivered-To: .*\r\n|Received: .*\r\n(?:\s.*\r\n)*)*"
                     rb"X-Key: (\S+)\r\n", message)
    if not found:
        return None
    key = found[1].decode()
    return key if message[found.start(1) - len("X-Key: "):] == message_of(key) else None


class Item(NamedTuple):
    """A message in a mailbox. Its UID is None while it has not been told, as by LMTP."""
    key: str
    mailbox: str
    uid: int | None
    flags: frozenset


class State(NamedTuple):
    items: dict             # of Item, by numbers of our own
    mailbox: str | None     # the worker's own, if there is one


class Step(NamedTuple):
    """A command: when it began and was answered, by the clock of the test, and what there is then.
    After NO that is what there was before, and `perhaps` what there would have been after OK."""
    begin: int
    end: int | None
    state: State
    perhaps: State | None
    marks: list             # (mailbox, UID validity, the least UIDNEXT)


class Worker:
    """`clock` tells positions; `told` is called after each answer; `bears` says whether an answer
    other than OK is to be expected."""

    def __init__(self, user, name, seed, clock, shared=SHARED):
        self.user = user
        self.name = name
        self.rng = random.Random(f"{seed} {user} {name}")
        self.clock = clock
        self.shared = shared
        self.told = lambda answer: None
        self.bears = lambda answer: False
        self.limit = None           # of commands
        self.closes = True          # CLOSE does not tell that it could not expunge
        self.ports = None
        self.client = self.lmtp = self.thread = self.error = None
        self.selected = None
        self.state = self.first = State({}, None)
        self.steps = []             # since `first`
        self.made = 0
        self.deleted = None         # a mailbox that was

    def start(self, ports):
        """Sign in and work, in a thread, until the server is gone or the limit is reached. The ports are
        those of IMAP and of LMTP."""
        self.client = self.lmtp = self.selected = None
        self.ports = ports
        self.thread = threading.Thread(target=self.run, name=self.name, daemon=True)
        self.thread.start()

    def join(self):
        """Wait for the end of the thread, and raise what went wrong in it."""
        self.thread.join()
        if self.error is not None:
            raise self.error

    def run(self):
        try:
            if not self.enter():
                return
            while self.limit is None or len(self.steps) < self.limit:
                self.act()
        except Gone:
            pass
        except Exception as error:
            self.error = error
        finally:
            for client in (self.client, self.lmtp):
                if client is not None:
                    client.close()

    def enter(self):
        try:
            self.client = sign_in(self.ports[0], self.user)
        except Refused as refused:
            if not self.bears(refused.answer):
                raise
            self.told(refused.answer)
        return self.client is not None

    def go_on_from(self, state):
        """All that was is settled: there is this."""
        self.state = self.first = state
        self.steps = []

    # -- keeping book

    def do(self, command, wanted, *literals, learn=None, run=None):
        """A command that is to change the state into `wanted`. `learn(answer, state, marks)` gives the
        state that it has become, with what the server has told. `run` runs it, if not IMAP does."""
        before = self.state
        begin = self.clock()
        self.steps.append(Step(begin, None, wanted, None, []))
        answer = (run or self.client.run)(command, *literals)
        end = self.clock()
        marks = []
        if answer.ok:
            self.state = learn(answer, wanted, marks) if learn else wanted
            self.steps[-1] = Step(begin, end, self.state, None, marks)
        else:
            if not self.bears(answer):
                raise AssertionError(f"{self.name}: {command[:100]}: {answer}")
            self.steps[-1] = Step(begin, end, before, wanted, marks)
        self.told(answer)
        return answer.ok

    def states_at(self, position):
        """What there may be when the world ends at a position: what was acknowledged last, and what
        may have become of the command after it, or of one that was refused when nothing was changed
        since. A position of None: the world has not ended."""
        if position is None:
            return [self.state]
        acknowledged, perhaps = self.first, []
        for step in self.steps:
            if step.begin > position:
                break
            if step.end is None or step.end > position:
                perhaps.append(step.state)
                if step.perhaps is not None:
                    perhaps.append(step.perhaps)
                break
            if step.state != acknowledged:
                perhaps = []        # that was written over what had been refused before
            if step.perhaps is not None:
                perhaps.append(step.perhaps)
            acknowledged = step.state
        return [acknowledged] + perhaps

    def marks_at(self, position):
        return [mark for step in self.steps for mark in step.marks
                if position is None or step.end <= position]

    # -- what it does

    def act(self):
        many = len(self.state.items) > MOST
        steps = [(1 if many else 8, self.append), (0 if many else 1.5, self.append_many), (1 if many else 3, self.copy), (5, self.store),
                 (4, self.move), (8 if many else 2, self.expunge), (1, self.change_mailbox),
                 (0 if many else 2, self.deliver)]
        weights, functions = zip(*steps)
        self.rng.choices(functions, weights)[0]()

    def places(self):
        return self.shared + ([self.state.mailbox] if self.state.mailbox else [])

    def select(self, mailbox):
        if self.selected != mailbox:
            self.selected = None
            answer = self.client.run(f'SELECT "{mailbox}"')
            if not answer.ok and not self.bears(answer):
                raise AssertionError(f"{self.name}: SELECT {mailbox}: {answer}")
            self.selected = mailbox if answer.ok else None
        return self.selected is not None

    def some(self, condition=lambda item: True):
        """Some messages of the mailbox that is selected, after selecting another one perhaps."""
        places = sorted({item.mailbox for item in self.state.items.values()
                         if item.uid is not None and condition(item)})
        if not places:
            return []
        if self.selected not in places or self.rng.random() < 0.2:
            if not self.select(self.rng.choice(places)):
                return []
        there = [number for number, item in self.state.items.items()
                 if item.mailbox == self.selected and item.uid is not None and condition(item)]
        count = self.rng.choice((1, 1, 2, 5, 20))
        return sorted(self.rng.sample(there, min(count, len(there))),
                      key=lambda number: self.state.items[number].uid)

    def uids(self, numbers):
        return set_of(self.state.items[number].uid for number in numbers)

    def state_with(self, changed, removed=()):
        items = {number: item for number, item in self.state.items.items()
                 if number not in removed}
        items.update(changed)
        return State(items, self.state.mailbox)

    def new_number(self):
        self.made += 1
        return self.made

    def append(self, count=1):
        numbers = [self.new_number() for _ in range(count)]
        mailbox = self.rng.choice(self.places())
        items = {number: Item(f"{self.name}-{number}", mailbox, None, self.rng.choice(VARIANTS))
                 for number in numbers}

        def learn(answer, wanted, marks):
            validity, uids = answer.code(b"APPENDUID")
            uids = numbers_of_set(uids)
            marks.append((mailbox, int(validity), max(uids) + 1))
            return self.with_uids(wanted, numbers, uids)

        messages = " ".join(f"({' '.join(sorted(item.flags))}) {{}}" for item in items.values())
        self.do(f'APPEND "{mailbox}" {messages}', self.state_with(items),
                *(message_of(item.key) for item in items.values()), learn=learn)

    def append_many(self):
        """All of them in one command: RFC 3502."""
        self.append(self.rng.randrange(2, 8))

    def deliver(self):
        """A message over LMTP, after which it takes a look to know its UID."""
        number = self.new_number()
        key = f"{self.name}-{number}"
        item = Item(key, self.rng.choice(self.shared[:2]), None, frozenset())
        recipient = self.user + ("" if item.mailbox == "INBOX" else "+" + item.mailbox)
        self.lmtp = self.lmtp or Lmtp(self.ports[1])
        self.do(recipient, self.state_with({number: item}), message_of(key), run=self.lmtp.deliver)

    @staticmethod
    def with_uids(state, numbers, uids):
        for number, uid in zip(numbers, uids, strict=True):
            state.items[number] = state.items[number]._replace(uid=uid)
        return state

    def learn_copy(self, mailbox, sources, numbers):
        def learn(answer, wanted, marks):
            validity, source, uids = answer.code(b"COPYUID")
            if numbers_of_set(source) != sources:
                raise AssertionError(f"{self.name}: {sources} were copied: {answer}")
            uids = numbers_of_set(uids)
            marks.append((mailbox, int(validity), max(uids) + 1))
            return self.with_uids(wanted, numbers, uids)
        return learn

    def copy(self):
        numbers = self.some()
        if not numbers:
            return
        mailbox = self.rng.choice(self.places())
        sources = [self.state.items[number].uid for number in numbers]
        copies = {self.new_number(): self.state.items[number]._replace(mailbox=mailbox, uid=None)
                  for number in numbers}
        self.do(f'UID COPY {set_of(sources)} "{mailbox}"', self.state_with(copies),
                learn=self.learn_copy(mailbox, sources, list(copies)))

    def move(self):
        numbers = self.some()
        if not numbers:
            return
        others = [name for name in self.places() if name != self.selected]
        if not others:
            return
        mailbox = self.rng.choice(others)
        sources = [self.state.items[number].uid for number in numbers]
        moved = {number: self.state.items[number]._replace(mailbox=mailbox, uid=None)
                 for number in numbers}
        self.do(f'UID MOVE {set_of(sources)} "{mailbox}"', self.state_with(moved),
                learn=self.learn_copy(mailbox, sources, numbers))

    def store(self, flags=None, numbers=None):
        numbers = self.some() if numbers is None else numbers
        if not numbers:
            return False
        flags = self.rng.choice(VARIANTS) if flags is None else flags
        changed = {number: self.state.items[number]._replace(flags=flags) for number in numbers}
        return self.do(f"UID STORE {self.uids(numbers)} FLAGS ({' '.join(sorted(flags))})",
                       self.state_with(changed))

    def expunge(self):
        numbers = self.some()
        if not numbers or not self.store(DELETED, numbers):
            return
        if self.selected != self.state.mailbox:
            self.do(f"UID EXPUNGE {self.uids(numbers)}", self.state_with({}, set(numbers)))
            return
        # Where nobody else has messages, all that are deleted may go.
        gone = {number for number, item in self.state.items.items()
                if item.mailbox == self.selected and "\\Deleted" in item.flags}
        command = self.rng.choice(("EXPUNGE", "CLOSE") if self.closes else ("EXPUNGE",))
        if self.do(command, self.state_with({}, gone)) and command == "CLOSE":
            self.selected = None

    def change_mailbox(self):
        """Make, rename or delete the worker's own mailbox."""
        mine = self.state.mailbox
        if mine is None:
            if self.deleted is None or self.rng.random() < 0.5:
                self.deleted = f"Own/{self.name}-{self.new_number()}"
            self.do(f'CREATE "{self.deleted}"', State(self.state.items, self.deleted))
            return
        if self.selected == mine and not self.select("INBOX"):
            return
        inside = {n: item for n, item in self.state.items.items() if item.mailbox == mine}
        if self.rng.random() < 0.5:
            state = self.state_with({}, set(inside))
            self.deleted = mine     # a name that may come back
            self.do(f'DELETE "{mine}"', State(state.items, None))
        else:
            name = f"Own/{self.name}-{self.new_number()}-renamed"
            state = self.state_with(
                {n: item._replace(mailbox=name) for n, item in inside.items()})
            self.do(f'RENAME "{mine}" "{name}"', State(state.items, name))
