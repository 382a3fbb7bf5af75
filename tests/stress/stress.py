"""stress.py - many clients at once on the same mailboxes of one server, each checking every word.

stress.py PROGRAM [--seed N] [--connections N] [--steps N] [--seconds N] [--lasting]
          [-- OPTION-OF-SERVE...]

From the seed follows what each client does; in which order the server does it, the threads decide.
"""
import argparse
import asyncio
import sys
import time

from actor import STABLE, Actor
from ledger import Ledger
from server import Server, split_arguments
from session import PATIENCE, Gone, Mailbox
from wire import Violation, check

USERS = ["anna", "ben", "cleo"]


class Stress:
    most_messages = 80

    def __init__(self, server, options):
        self.seed = options.seed
        self.users = USERS
        self.port, self.tls_port = server.port, server.tls_port
        self.tls = server.tls()
        self.server = server
        self.options = options
        self.ledger = Ledger()
        self.sessions = set()
        self.stopping = False
        self.complaints = []
        self.steps = 0
        self.actors = [Actor(self, number) for number in range(options.connections)]
        self.end = time.monotonic() + options.seconds

    async def set_up(self):
        for actor in self.actors[:len(USERS)]:
            await actor.open()
            for name in STABLE[1:]:
                await actor.run("CREATE", f'"{name}"')

    async def act(self, actor, most):
        for _ in range(most):
            if time.monotonic() > self.end and not self.stopping:
                break
            await actor.act()
            self.steps += 1

    async def together(self, steps):
        """Run tasks for all actors; the first that fails ends all."""
        tasks = [asyncio.ensure_future(step) for step in steps]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # -- once all is quiet

    async def settle(self, actor):
        """Have a session that has a mailbox selected which stays."""
        while actor.session is None or actor.session.selected is None or \
                actor.session.selected.name not in STABLE:
            if actor.session is None:
                await actor.act()
            else:
                await actor.select(STABLE[actor.number % len(STABLE)])

    async def picture(self, actor):
        """What a session that has just heard the news knows, and what the server says to it."""
        session = actor.session
        await actor.run("NOOP")
        mailbox = session.selected
        check(mailbox is not None, "the mailbox is gone")
        told = dict(mailbox.flags)
        command, answer, _ = await actor.run("FETCH" if mailbox.uids else "NOOP",
                                             "1:* (UID FLAGS RFC822.SIZE)" if mailbox.uids else "")
        if answer.kind != "OK":
            return mailbox, None
        now = {uid: (frozenset(items["FLAGS"]) - {"\\Recent"}, items["RFC822.SIZE"])
               for _, uid, items in (d for d in command.data if isinstance(d, tuple))}
        for uid, flags in told.items():
            if uid in now and now[uid][0] != flags:
                return mailbox, None    # an old news is still on its way, or was lost
        if len(now) != len(mailbox.uids):
            return mailbox, None
        return mailbox, list(now.items())

    async def compare(self):
        """All sessions see the same. What clients that hung up have begun may still go on, so look
        until it is so."""
        end = time.monotonic() + PATIENCE
        while True:
            pictures = {}
            for actor in self.actors:
                mailbox, picture = await self.picture(actor)
                pictures.setdefault((actor.user, mailbox.validity), []).append((actor, picture))
            differing = [key for key, all_of in pictures.items()
                         if any(p is None or p != all_of[0][1] for _, p in all_of)]
            if not differing:
                return sum(len(all_of[0][1]) for all_of in pictures.values())
            if time.monotonic() > end:
                break
            await asyncio.sleep(0.05)
        for actor, picture in pictures[differing[0]]:
            print(f"session {actor.session.name}: {picture}", file=sys.stderr)
        raise Violation(f"sessions on {differing} do not agree")

    async def read_all(self):
        """Every byte is still what was stored."""
        for actor in self.actors[:len(USERS)]:
            for name in STABLE:
                mailbox = Mailbox(name, True)
                await actor.session.run("EXAMINE", f'"{name}"', mailbox)
                _, answer = await actor.session.run("UID FETCH", "1:* (BODY.PEEK[])")
                check(answer.kind == "OK", f"reading all: {answer}")

    # -- the end

    async def act_until_gone(self, actor, steps):
        try:
            while self.server.process.poll() is None:
                await self.act(actor, 1)
                steps.release()
        except (Gone, OSError):
            pass

    @staticmethod
    async def wait_for(steps, count):
        for _ in range(count):
            await steps.acquire()

    async def stop_under_load(self):
        """The server is asked to stop while all go on."""
        steps = asyncio.Semaphore(0)
        self.stopping = True
        for session in self.sessions:
            session.stopping = True
        load = asyncio.ensure_future(
            self.together(self.act_until_gone(actor, steps) for actor in self.actors))
        enough = asyncio.ensure_future(self.wait_for(steps, 3 * len(self.actors)))
        await asyncio.wait({enough, load}, return_when=asyncio.FIRST_COMPLETED)
        if not enough.done():
            enough.cancel()
            await load  # which says what is wrong
            raise Violation("all hung up before the server was asked to stop")
        self.server.ask_to_stop()
        self.complaints += await asyncio.to_thread(self.server.wait)
        await asyncio.wait_for(load, 300)
        for session in list(self.sessions):
            await session.close()

    async def run(self):
        await self.set_up()
        rounds = self.options.rounds
        for _ in range(rounds):
            await self.together(
                self.act(actor, self.options.steps // rounds) for actor in self.actors)
            await self.together(self.settle(actor) for actor in self.actors)
            count = await self.compare()
        await self.read_all()
        print(f"{self.steps} steps, {self.ledger.count()} messages, {count} of them compared")
        await self.stop_under_load()


def report(stress, error):
    print(f"seed {stress.seed}: {error!r}", file=sys.stderr)
    for session in stress.sessions:
        if session.broken is not None:
            print(f"-- session {session.name} of {session.user}: {session.broken}", file=sys.stderr)
            print("\n".join(session.history), file=sys.stderr)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--connections", type=int, default=40)
    parser.add_argument("--steps", type=int, default=60, help="of each connection")
    parser.add_argument("--rounds", type=int, default=2, help="of load and then quiet")
    parser.add_argument("--seconds", type=float, default=3600, help="of load: a bound for safety")
    parser.add_argument("--lasting", action="store_true", help="mail is in a folder")
    own, serve = split_arguments(sys.argv[1:])
    options = parser.parse_args(own)
    server = Server(options.program, USERS, serve, options.lasting)
    stress = Stress(server, options)
    failed = False
    try:
        asyncio.run(stress.run())
    except (Violation, Gone, OSError, asyncio.TimeoutError) as error:
        failed = True
        report(stress, error)
        server.ask_to_stop()
        server.wait()
    complaints = stress.complaints + server.end()
    for complaint in complaints:
        print(f"seed {stress.seed}: {complaint}", file=sys.stderr)
    print(f"stopped after {server.took:.2f} s")
    return 1 if failed or complaints else 0


if __name__ == "__main__":
    sys.exit(main())
