"""kill.py - kills the program under load, again and again: all that it acknowledged is there.

kill.py PROGRAM [--kills N] [--seed N] [--workers N] [--servers N]

In each round clients change mail, through several servers on the same folder, until so many answers
have come; then, a moment later, all servers are killed, or one of them while the others go on. The
seed says what each client does and when that is; how far it is then, the threads decide.
"""
import argparse
import contextlib
import itertools
import math
import os
import random
import shutil
import sys
import tempfile
import threading
import time

from client import Refused
from crew import USERS, Crew, program
from look import Marks, Wrong, check

ANSWERS = 400       # at most, until a kill
NEWCOMERS = 2       # who sign in for the first time then
GO_ON = 20          # commands of each client at a server that was not killed
MOMENT = 0.02       # seconds, at most, from then on


class Bell:
    """Rings when so many answers have come."""

    def __init__(self, count):
        self.left = count
        self.lock = threading.Lock()
        self.rung = threading.Event()

    def told(self, _):
        with self.lock:
            self.left -= 1
        if self.left <= 0:
            self.rung.set()


class Killer:
    def __init__(self, options):
        self.rng = random.Random(options.seed)
        self.folder = tempfile.mkdtemp(prefix="roost-kill-")
        self.data = os.path.join(self.folder, "mail")
        self.crew = Crew(options.seed, itertools.count().__next__, options.workers,
                         NEWCOMERS * options.kills)
        self.count = options.servers
        self.marks = Marks()
        self.answers = 0

    def work_and_kill(self, servers):
        """All work, newcomers sign in for the first time, and servers are killed."""
        bell = Bell(self.rng.randrange(1, ANSWERS))
        workers = self.crew.workers
        for number, worker in enumerate(workers):
            worker.told = bell.told
            worker.limit = None
            # The workers of one user are at different servers.
            worker.start(servers[number // len(USERS) % len(servers)].ports)
        # One that ends before has found something wrong.
        while not bell.rung.wait(0.5) and all(worker.thread.is_alive() for worker in workers):
            pass
        for server in servers:
            check(server.process.poll() is None, f"a server ended by itself: {server.stderr()}")
        newcomers = self.crew.take_newcomers(NEWCOMERS)
        for worker in newcomers:
            worker.limit = None
            worker.start(servers[0].ports)
        time.sleep(self.rng.random() * MOMENT)
        victims = servers if self.rng.random() < 0.5 else servers[:1]
        for server in victims:
            server.process.kill()
        for server in victims:
            server.process.wait()
        for worker in workers + newcomers:
            worker.limit = len(worker.steps) + GO_ON    # of those who can
        for worker in workers + newcomers:
            worker.join()
            self.answers += sum(step.end is not None for step in worker.steps)
        return newcomers

    def look(self, server, newcomers):
        """All is there, and the workers go on from there."""
        return self.crew.look(server, self.data, math.inf, newcomers, self.marks)

    def run(self, kills):
        self.crew.make_mailboxes(self.data)
        newcomers = []
        for _ in range(kills):
            with contextlib.ExitStack() as stack:
                servers = [stack.enter_context(self.crew.serve(self.data))
                           for _ in range(self.count)]
                self.look(servers[-1], newcomers)
                newcomers = self.work_and_kill(servers)
        with self.crew.serve(self.data) as server:
            return self.look(server, newcomers)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--servers", type=int, default=2)
    options = parser.parse_args()
    program.ROOST = options.program
    killer = Killer(options)
    begin = time.monotonic()
    try:
        count = killer.run(options.kills)
    except (Wrong, Refused, AssertionError) as error:
        print(f"seed {options.seed}: {error}; the store is in {killer.data}", file=sys.stderr)
        return 1
    shutil.rmtree(killer.folder)
    print(f"{options.kills} kills, {killer.answers} answers, {count} messages at the end; "
          f"{time.monotonic() - begin:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
