"""actor.py - one user at one program: does at random what mail programs do, and worse."""
import asyncio
import random

from session import Gone, Mailbox, Session
from wire import Response, Violation, check, numbers_of_set, set_of_numbers

STABLE = ["INBOX", "Work", "Old mail"]
VOLATILE = ["Tmp", "Tmp/a", "Tmp/b", "Passing"]
FLAGS = ["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft", "$Forwarded", "Later", "k1"]
DATE = '"17-Jul-1996 02:44:25 -0700"'
# Codes of a NO that another session's doings explain.
OVERTAKEN = {"EXPUNGEISSUED", "NONEXISTENT", "TRYCREATE", "ALREADYEXISTS", "HASCHILDREN", "CANNOT"}
SECTIONS = ["BODY.PEEK[]", "BODY[]", "BODY.PEEK[HEADER]", "BODY.PEEK[TEXT]", "BODY.PEEK[1]",
            "BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)]", "BODY.PEEK[]<3.100>", "BODY.PEEK[2.MIME]",
            "RFC822.HEADER"]
FACTS = ["FLAGS", "UID", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY", "BODYSTRUCTURE"]
KEYS = ["ALL", "SEEN", "UNDELETED", "RECENT", "KEYWORD Later", "SUBJECT stress", "TEXT needle",
        "BODY quick", "LARGER 5000", "SINCE 1-Jan-2020", "OR FLAGGED NOT ANSWERED", "FROM anna"]


def quoted(name):
    return f'"{name}"'


def make_message(rng):
    """Bytes of any size; most are a mail."""
    kind = rng.random()
    if kind < 0.05:
        return b"X: %07d" % rng.randrange(10**7)
    size = int(10 ** rng.uniform(1, 3.5)) if kind < 0.9 else rng.randrange(4000, 60000)
    if kind > 0.97:
        size = rng.randrange(200_000, 300_000)  # some of them go through a file
    number = rng.randrange(1 << 60)
    lines = [b"quick %d needle \xc3\xa4 %d" % (rng.randrange(1000), number)] * 40
    text = (b"\r\n".join(lines) * (size // 1200 + 1))[:size]
    head = (b"From: Anna <anna@example.org>\r\nTo: ben@example.org\r\nSubject: stress %d\r\n"
            b"Message-ID: <%d@example.org>\r\nDate: Mon, 7 Feb 1994 21:52:25 -0800\r\n"
            b"MIME-Version: 1.0\r\n" % (number, number))
    if rng.random() < 0.5:
        return head + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text + b"\r\n"
    return (head + b'Content-Type: multipart/mixed; boundary="=b"\r\n\r\n--=b\r\n'
            b"Content-Type: text/plain\r\n\r\n" + text + b"\r\n--=b\r\nContent-Type: "
            b'application/octet-stream; name="x"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
            b"AAECAwQF\r\n--=b--\r\n")


class Actor:
    def __init__(self, stress, number):
        self.stress = stress
        self.number = number
        self.user = stress.users[number % len(stress.users)]
        self.rng = random.Random(f"{stress.seed} {number}")
        self.session = None
        self.sessions = 0

    # -- coming and going

    async def open(self):
        stress, rng = self.stress, self.rng
        self.sessions += 1
        session = Session(f"{self.number}.{self.sessions}", self.user, stress.ledger)
        session.stopping = stress.stopping
        stress.sessions.add(session)
        self.session = session
        way = rng.random()
        if way < 0.6:
            await session.connect(stress.port)
        elif way < 0.8:
            await session.connect(stress.tls_port, stress.tls)
        else:
            await session.connect(stress.port, stress.tls, starttls=True)
        _, answer = await session.run("LOGIN", f"{self.user} secret")
        check(answer.kind == "OK", f"LOGIN: {answer}")

    async def leave(self):
        """Go in one of the ways in which clients go."""
        session, rng = self.session, self.rng
        way = rng.random()
        if way < 0.3:
            session.leaving = True
            _, answer = await session.run("LOGOUT")
            check(answer.kind == "OK" and session.ended, f"LOGOUT: {answer}")
            await session.close()
        elif way < 0.5:
            await session.close()
        else:
            await self.vanish()
        self.forget()

    async def vanish(self):
        """Hang up in the middle of something."""
        session, rng = self.session, self.rng
        message = make_message(rng)
        halves = [
            b"",
            b"x UID FET",
            b"x FETCH 1:* (BODY.PEEK[])\r\n" * rng.randrange(1, 20),
            b"x APPEND INBOX {%d}\r\n" % len(message),
            b"x APPEND INBOX {%d+}\r\n%s" % (len(message), message[:rng.randrange(len(message))]),
            b"x IDLE\r\n",
            b"x SEARCH TEXT needle\r\n" * 5,
            b"x NOOP\r\n" * 200,
            b"x LOGIN {3+}\r\nab",
            b"x UID STORE 1:* +FLAGS (Later)\r\nx UID COPY 1:3 Work\r\nx UID EXPUNGE 1:5\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        ]
        session.write_raw(rng.choice(halves))
        for _ in range(rng.randrange(4)):
            await asyncio.sleep(0)
        await session.abort(reset=rng.random() < 0.5)

    def forget(self):
        self.stress.sessions.discard(self.session)
        self.session = None

    # -- what to do

    async def act(self):
        """One step; the connection may be another one afterwards."""
        try:
            if self.session is None:
                await self.open()
            elif self.rng.random() < 0.01:
                await self.leave()
            elif self.session.selected is None:
                await self.act_outside()
            else:
                await self.act_inside()
        except Gone:
            if not (self.stress.stopping or self.session.leaving or self.session.broken is None):
                raise
            await self.session.close()
            self.forget()
        except Violation as violation:
            if self.session is not None:
                self.session.broken = violation
            raise

    async def act_outside(self):
        steps = [(10, self.select), (2, self.append), (1, self.status), (1, self.list),
                 (1, self.make_mailbox), (0.5, self.idle)]
        await self.choose(steps)

    async def act_inside(self):
        full = len(self.session.selected.uids) > self.stress.most_messages
        steps = [
            (1 if full else 8, self.append), (6, self.fetch), (6, self.store), (3, self.copy),
            (2, self.move), (12 if full else 1, self.expunge), (3, self.search), (2, self.idle),
            (4, self.noop), (1, self.status), (1, self.list), (1, self.make_mailbox),
            (1, self.select), (0.5, self.unselect), (3, self.pipeline), (0.2, self.nonsense),
        ]
        await self.choose(steps)

    async def choose(self, steps):
        weights, functions = zip(*steps)
        await self.rng.choices(functions, weights)[0]()

    def any_mailbox(self):
        return self.rng.choice(STABLE * 3 + VOLATILE)

    def expect(self, answer, command, *codes):
        """OK, or NO for a reason that there may be; BAD only where the mailbox was taken away."""
        code = answer.code.split(" ")[0]
        if answer.kind == "BAD":
            check(self.session.closed_count > self.closed_before, f"{command.name}: {answer}")
        elif answer.kind == "NO":
            check(code in OVERTAKEN or code in codes, f"{command.name}: {answer}")
        return answer.kind == "OK"

    async def run(self, name, arguments="", *codes, literals=()):
        self.closed_before = self.session.closed_count
        command, answer = await self.session.run(name, arguments, literals=literals)
        return command, answer, self.expect(answer, command, *codes)

    # -- mailboxes

    async def select(self, name=None):
        session = self.session
        verb = "EXAMINE" if self.rng.random() < 0.2 else "SELECT"
        mailbox = Mailbox(name or self.any_mailbox(), verb == "EXAMINE")
        self.closed_before = session.closed_count
        command, answer = await session.run(verb, quoted(mailbox.name), mailbox)
        if self.expect(answer, command):
            check(session.selected is mailbox, "not selected")
            check(mailbox.read_only == (verb == "EXAMINE"), f"{verb}: {answer}")

    async def unselect(self):
        await self.run(self.rng.choice(["UNSELECT", "CLOSE"]))

    async def make_mailbox(self):
        rng = self.rng
        way = rng.random()
        name, other = rng.choice(VOLATILE), rng.choice(VOLATILE)
        if way < 0.5:
            await self.run("CREATE", quoted(name))
        elif way < 0.7:
            await self.run("DELETE", quoted(name))
        elif way < 0.9:
            await self.run("RENAME", f"{quoted(name)} {quoted(other)}")
        else:
            await self.run(rng.choice(["SUBSCRIBE", "UNSUBSCRIBE"]), quoted(name))

    async def status(self):
        at_least = dict(self.stress.ledger.uid_next)
        name = self.any_mailbox()
        command, _, ok = await self.run(
            "STATUS", f"{quoted(name)} (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)")
        if not ok:
            return
        told = [r.values for r in command.data if isinstance(r, Response) and r.kind == "STATUS"]
        check(len(told) == 1 and len(told[0][1]) == 10, f"STATUS: {told}")
        items = dict(zip(told[0][1][::2], map(int, told[0][1][1::2])))
        key = (self.user, items["UIDVALIDITY"])
        self.stress.ledger.saw_uid_next(*key, items["UIDNEXT"], at_least.get(key, 1))
        check(items["UNSEEN"] <= items["MESSAGES"] < items["UIDNEXT"], f"STATUS: {items}")

    async def list(self):
        verb = self.rng.choice(["LIST", "LSUB"])
        command, _, _ = await self.run(verb, '"" "*"')
        names = [r.values[-1] for r in command.data if isinstance(r, Response) and r.kind == verb]
        names = [n if isinstance(n, str) else n.decode() for n in names]
        check(len(set(names)) == len(names), f"a mailbox twice: {names}")
        check(verb == "LSUB" or set(STABLE) <= set(names), f"a mailbox is missing: {names}")

    # -- messages

    async def append(self):
        rng, session = self.rng, self.session
        message, name = make_message(rng), self.any_mailbox()
        flags = " ".join(rng.sample(FLAGS, rng.randrange(3)))
        self.stress.ledger.sending(self.user, message)
        arguments = f"{quoted(name)} ({flags}) {rng.choice(['', DATE + ' '])}"
        self.closed_before = session.closed_count
        if rng.random() < 0.5:
            command = session.begin("APPEND", arguments, literals=[message])
        else:
            command = session.begin("APPEND", arguments + "{%d}" % len(message))
            if await session.wait_to_go_on(command):
                session.send_more(message + b"\r\n")
        answer = await session.finish(command)
        if self.expect(answer, command):
            self.appended(answer, message)

    def appended(self, answer, message):
        words = answer.code.split(" ")
        check(len(words) == 3 and words[0] == "APPENDUID", f"APPEND: {answer}")
        ledger, validity, uid = self.stress.ledger, int(words[1]), int(words[2])
        ledger.is_uid_of(self.user, validity, uid, ledger.digest(message))
        ledger.saw_uid_next(self.user, validity, uid + 1, 1)

    def some(self, uid):
        """A set of messages, of UIDs if `uid`, else of sequence numbers; and what it names."""
        mailbox, rng = self.session.selected, self.rng
        numbers = mailbox.known() if uid else list(range(1, len(mailbox.uids) + 1))
        if not numbers or (uid and rng.random() < 0.1):
            return ("1:*", None) if uid else (None, None)
        way = rng.random()
        if way < 0.2:
            return "1:*", (None if uid else numbers)
        if way < 0.6:
            numbers = [rng.choice(numbers)]
        elif way < 0.8:
            first = rng.randrange(len(numbers))
            numbers = numbers[first:first + rng.randrange(1, 12)]
        else:
            numbers = sorted(rng.sample(numbers, min(len(numbers), rng.randrange(1, 8))))
        return set_of_numbers(numbers), numbers

    def choose_set(self):
        uid = self.rng.random() < 0.6
        numbers, named = self.some(uid)
        if numbers is None:
            uid, (numbers, named) = True, self.some(True)
        return "UID " if uid else "", numbers, named

    async def fetch(self):
        uid, numbers, named = self.choose_set()
        rng = self.rng
        items = rng.sample(FACTS, rng.randrange(1, 4)) + rng.sample(SECTIONS, rng.randrange(0, 2))
        command, answer, ok = await self.run(uid + "FETCH", f"{numbers} ({' '.join(items)})")
        if answer.kind != "OK" or uid or named is None:
            return
        for number in named:
            told = [i for r in command.data if isinstance(r, tuple)
                    for n, _, i in [r] if n == number]
            for item in items:
                name = item.replace(".PEEK", "").replace("<3.100>", "<3>")
                check(any(name in i for i in told), f"{name} of {number} was not told")

    async def store(self):
        uid, numbers, _ = self.choose_set()
        rng, mailbox = self.rng, self.session.selected
        silent = rng.choice(["", ".SILENT"])
        flags = " ".join(rng.sample(FLAGS, rng.randrange(0 if rng.random() < 0.1 else 1, 3)))
        await self.run(uid + "STORE", f"{numbers} {rng.choice(['', '+', '-'])}FLAGS{silent} ({flags})",
                       *(["NOPERM"] if mailbox.read_only else []))
        if silent:
            mailbox.flags.clear()   # they are what we made them, which we do not work out

    async def copy(self):
        uid, numbers, named = self.choose_set()
        mailbox = self.session.selected
        _, answer, ok = await self.run(uid + "COPY", f"{numbers} {quoted(self.any_mailbox())}")
        if ok and answer.code:
            self.copied(mailbox, answer.code, named if uid else None)

    def copied(self, mailbox, code, named):
        words = code.split(" ")
        check(len(words) == 4 and words[0] == "COPYUID", code)
        sources, uids = numbers_of_set(words[2]), numbers_of_set(words[3])
        check(named is None or set(sources) <= set(named), f"{code} of {named}")
        self.stress.ledger.saw_copy(self.user, mailbox.validity, sources, int(words[1]), uids)

    async def move(self):
        uid, numbers, named = self.choose_set()
        mailbox = self.session.selected
        command, _, _ = await self.run(uid + "MOVE", f"{numbers} {quoted(self.any_mailbox())}",
                                       *(["NOPERM"] if mailbox.read_only else []))
        for response in command.data:
            if isinstance(response, Response) and response.code.startswith("COPYUID "):
                self.copied(mailbox, response.code, named if uid else None)

    async def expunge(self):
        mailbox, rng = self.session.selected, self.rng
        codes = ["NOPERM"] if mailbox.read_only else []
        if rng.random() < 0.5:
            _, numbers, _ = self.choose_set()
            await self.run("UID STORE", f"{numbers} +FLAGS (\\Deleted)", *codes)
        if self.session.selected is None:
            return
        if rng.random() < 0.5:
            await self.run("EXPUNGE", "", *codes)
        else:
            await self.run("UID EXPUNGE", self.some(True)[0], *codes)

    async def search(self):
        uid = self.rng.choice(["", "UID "])
        mailbox = self.session.selected
        count, known = len(mailbox.uids), mailbox.known()
        command, _, ok = await self.run(uid + "SEARCH", " ".join(self.rng.sample(KEYS, 2)))
        if not ok:
            return
        told = [r.values for r in command.data if isinstance(r, Response) and r.kind == "SEARCH"]
        check(len(told) == 1, f"{len(told)} answers to SEARCH")
        found = [int(number) for number in told[0]]
        check(sorted(set(found)) == found, "SEARCH: not in order")
        check(uid or not found or found[-1] <= count, "SEARCH: a number that there is not")
        check(not uid or len(known) < count or set(found) <= set(known),
              "SEARCH: a UID that was not told")

    async def noop(self):
        await self.run(self.rng.choice(["NOOP", "NOOP", "CHECK", "CAPABILITY"]))

    async def idle(self):
        self.closed_before = self.session.closed_count
        command = self.session.begin("IDLE")
        if await self.session.wait_to_go_on(command):
            for _ in range(self.rng.randrange(40)):
                await asyncio.sleep(0)
            self.session.send_more(b"DONE\r\n")
        self.expect(await self.session.finish(command), command)

    async def pipeline(self):
        """Many commands at once; by UID, as their numbers may change on the way."""
        session, rng = self.session, self.rng
        mailbox = session.selected
        codes = ["NOPERM"] if mailbox.read_only else []
        self.closed_before = session.closed_count
        commands = []
        for _ in range(rng.randrange(2, 9)):
            numbers = self.some(True)[0]
            name, arguments = rng.choice([
                ("UID FETCH", f"{numbers} (FLAGS BODY.PEEK[HEADER])"),
                ("UID FETCH", f"{numbers} (BODY[])"),
                ("UID STORE", f"{numbers} +FLAGS (Later)"),
                ("UID STORE", f"{numbers} -FLAGS (Later \\Seen)"),
                ("UID SEARCH", "UNSEEN"),
                ("NOOP", ""),
            ])
            commands.append(session.begin(name, arguments))
        for command in commands:
            self.expect(await session.finish(command), command, *codes)

    async def nonsense(self):
        """What is refused, and changes nothing."""
        name, arguments = self.rng.choice([
            ("FETCH", "1"), ("NONSENSE", ""), ("FETCH", "4000000000 (FLAGS)"), ("STORE", "0 FLAGS ()"),
            ("SELECT", ""), ("UID FETCH", "1:* (BODY[)"), ("APPEND", "INBOX (\\Nope"),
            ("LOGIN", "a b"), ("SEARCH", "(" * 60), ("LIST", '"" {0+}x')])
        command, answer = await self.session.run(name, arguments)
        check(answer.kind in ("BAD", "NO"), f"{name} {arguments}: {answer}")
