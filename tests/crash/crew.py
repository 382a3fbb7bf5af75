"""crew.py - the clients that work on one store, and how they look at it after it was cut off."""
import contextlib
import os
import signal
import sys

sys.path.insert(1, os.path.join(os.path.dirname(__file__), os.pardir, "program"))

import program
from client import Gone, sign_in
from look import Marks, check, read_user, resolve
from worker import SHARED, Worker

USERS = ["anna", "ben"]


class Crew:
    """Workers of two users, and newcomers, who have never signed in before. `clock` tells positions."""

    def __init__(self, seed, clock, workers=8, newcomers=0):
        self.workers = [Worker(USERS[n % len(USERS)], f"w{n}", seed, clock)
                        for n in range(workers)]
        self.newcomers = [Worker(f"new{n}", "w", seed, clock, ["INBOX"])
                          for n in range(newcomers)]
        self.users = USERS + [worker.user for worker in self.newcomers]

    @contextlib.contextmanager
    def serve(self, data, delay="1ms", **options):
        """A server that ends in order, or is killed by the test. Packs are small, and messages move into
        them after the delay: all the time."""
        arguments = [word for user in self.users for word in ("--user", f"{user}:secret")]
        packing = ("--background-delay", delay, "--pack-size", "64K")
        with program.Server(*arguments, "--lmtp-listen", "127.0.0.1:0",
                            memory=("--data", data, *packing), **options) as server:
            gone = ""
            try:
                yield server.wait_ready(2)
            except Gone as error:
                gone = f"{error}; "
            status, errors = server.stop(), server.stderr()
            check(not gone and status in (0, -signal.SIGKILL) and "Sanitizer" not in errors and
                  "runtime error" not in errors,
                  f"{gone}the server ended with {status}: {errors[-4000:]}")

    def make_mailboxes(self, data):
        """What the workers need before they begin."""
        with self.serve(data) as server:
            for user in USERS:
                client = sign_in(server.ports[0], user)
                for name in SHARED[1:]:
                    client.must(f'CREATE "{name}"')
                client.close()

    def take_newcomers(self, count):
        taken, self.newcomers = self.newcomers[:count], self.newcomers[count:]
        return taken

    def look(self, server, data, position, newcomers=(), marks=None, settle=True, spare=False):
        """What there is after the world ended at a position is what the workers were told until then;
        all of them go on from there when `settle` is set. `spare`: files that nothing needs cannot go
        at the moment. The number of messages."""
        marks = marks or Marks()
        total = 0
        for user in USERS + [worker.user for worker in newcomers]:
            mine = [worker for worker in [*self.workers, *newcomers] if worker.user == user]
            if not mine:
                continue
            pictures = read_user(server.ports[0], user, data, spare)
            count = 0
            for worker in mine:
                marks.told(user, worker.marks_at(position))
                state = resolve(worker, worker.states_at(position), pictures)
                count += len(state.items)
                if settle:
                    worker.go_on_from(state)
            marks.seen(user, pictures)
            total += count
            check(count == sum(len(picture.messages) for picture in pictures.values()),
                  f"{user}: there are messages of nobody")
        done = program.run("check", "--data", data)
        check(done.returncode == 0, f"roost check: {done.stdout}{done.stderr}")
        return total
