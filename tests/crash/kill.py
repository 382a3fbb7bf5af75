"""kill.py - kills the program under load, again and again: all that it acknowledged is there.

kill.py PROGRAM [--kills N] [--seed N] [--workers N]

In each round clients change mail until so many answers have come; then, a moment later, the server
is killed and started anew. The seed says what each client does and when the server is killed; how
far it is then, the threads decide.
"""
import argparse
import itertools
import math
import os
import random
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(1, os.path.join(os.path.dirname(__file__), os.pardir, "program"))

import program
from client import Refused, sign_in
from look import Marks, Wrong, check, read_user, resolve
from program import Server
from worker import SHARED, Worker

USERS = ["anna", "ben"]
ANSWERS = 400       # at most, until a kill
NEWCOMERS = 2       # who sign in for the first time then
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
        self.seed = options.seed
        self.folder = tempfile.mkdtemp(prefix="roost-kill-")
        self.data = os.path.join(self.folder, "mail")
        self.positions = itertools.count()
        self.newcomers = [self.worker(f"new{n}", "w", ["INBOX"])
                          for n in range(NEWCOMERS * options.kills)]
        self.workers = [self.worker(USERS[n % len(USERS)], f"w{n}", SHARED)
                        for n in range(options.workers)]
        self.users = USERS + [worker.user for worker in self.newcomers]
        self.marks = Marks()
        self.answers = 0

    def worker(self, user, name, shared):
        return Worker(user, name, self.seed, self.positions.__next__, shared)

    def serve(self):
        arguments = [word for user in self.users for word in ("--user", f"{user}:secret")]
        return Server(*arguments, memory=("--data", self.data)).wait_ready()

    def make_mailboxes(self):
        with self.serve() as server:
            for user in USERS:
                client = sign_in(server.ports[0], user)
                for name in SHARED[1:]:
                    client.must(f'CREATE "{name}"')
                client.close()

    def work_and_kill(self, server):
        """All work, newcomers sign in for the first time, and the server is killed."""
        bell = Bell(self.rng.randrange(1, ANSWERS))
        for worker in self.workers:
            worker.told = bell.told
            worker.start(server.ports[0])
        # One that ends before has found something wrong.
        while not bell.rung.wait(0.5) and all(w.thread.is_alive() for w in self.workers):
            pass
        newcomers, self.newcomers = self.newcomers[:NEWCOMERS], self.newcomers[NEWCOMERS:]
        for worker in newcomers:
            worker.start(server.ports[0])
        time.sleep(self.rng.random() * MOMENT)
        server.process.kill()
        server.process.wait()
        for worker in self.workers + newcomers:
            worker.join()
            self.answers += sum(step.end is not None for step in worker.steps)
        return newcomers

    def look(self, server, user, workers):
        """Every worker finds what it was told, and may go on from there."""
        pictures = read_user(server.ports[0], user, self.data)
        for worker in workers:
            self.marks.told(user, worker.marks_at(math.inf))
            worker.go_on_from(resolve(worker, worker.states_at(math.inf), pictures))
        self.marks.seen(user, pictures)
        count = sum(len(picture.messages) for picture in pictures.values())
        check(count == sum(len(worker.state.items) for worker in workers),
              f"{user}: there are messages of nobody")
        return count

    def look_at_all(self, server, newcomers):
        count = 0
        for user in USERS:
            count += self.look(server, user, [w for w in self.workers if w.user == user])
        for worker in newcomers:
            self.look(server, worker.user, [worker])
        return count

    def run(self, kills):
        self.make_mailboxes()
        newcomers = []
        for _ in range(kills):
            with self.serve() as server:
                self.look_at_all(server, newcomers)
                newcomers = self.work_and_kill(server)
        with self.serve() as server:
            return self.look_at_all(server, newcomers)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=8)
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
