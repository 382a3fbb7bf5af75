"""power_cut.py - cuts the power of a disk under load: all that the program acknowledged is there.

power_cut.py PROGRAM SHIM [--cuts N] [--seed N] [--workers N] [--commands N] [--dishonest]

Clients work while the library SHIM keeps a record of each write and each sync. From it folders are
made as a disk could have them after a cut at any moment, and the program is started on each. Then the
same with a disk on which some syncs fail, with a store that is only being made, and with one that
an old program has made. With --dishonest the record lacks the syncs of files or folders, as if the disk did not do them: then mail
must be found missing, or these tests could not find anything.
"""
import argparse
import os
import random
import shutil
import sys
import tempfile
import time

import migration
from client import Refused, is_unavailable
from crew import Crew, program
from disk import Disk, positions
from look import Wrong

WAYS = ("synced", "torn", "torn", "all")
FAILS = 7           # each such sync fails, where they do


class Recording:
    """What clients did with a store in a folder, and what went to its disk meanwhile."""

    def __init__(self, folder, options, workers, newcomers, lies="", fails=0):
        self.root = os.path.join(folder, "root")
        self.data = os.path.join(self.root, "mail")
        self.path = os.path.join(folder, "record")
        self.environment = {"LD_PRELOAD": os.path.abspath(options.shim),
                            "POWER_CUT_FOLDER": self.root, "POWER_CUT_RECORD": self.path,
                            "POWER_CUT_LIES": lies, "POWER_CUT_FAILS": str(fails)}
        self.crew = Crew(options.seed, lambda: os.stat(self.path).st_size, workers,
                         newcomers)
        self.newcomers = self.crew.take_newcomers(newcomers)
        if fails:
            for worker in self.crew.workers:
                worker.bears = is_unavailable
                worker.closes = False
        os.makedirs(self.root)

    def make(self, work):
        """Have a server run while `work` uses it, and end."""
        disk = Disk(self.root, None)
        with self.crew.serve(self.data, environment=self.environment) as server:
            work(server)
            self.worked_until = os.stat(self.path).st_size
        with open(self.path, "rb") as file:
            disk.record = memoryview(file.read())
        if self.worked_until == 0:
            raise Wrong("nothing was recorded")
        return disk

    def make_of_commands(self, commands):
        """Have all clients do so many commands each. Newcomers only find nothing at all at first."""
        workers = self.crew.workers + self.newcomers

        def work(server):
            for worker in workers:
                worker.limit = commands
                worker.start(server.ports)
            for worker in workers:
                worker.join()

        if self.crew.workers:
            self.crew.make_mailboxes(self.data)
        return self.make(work)

    def look(self, disk, position, way, rng):
        """Start the program on what the disk may have then."""
        disk.go_to(position)
        root = self.root + ".cut"
        shutil.rmtree(root, ignore_errors=True)
        disk.write(root, way, rng)
        data = os.path.join(root, "mail")
        try:
            with self.crew.serve(data) as server:
                return self.crew.look(server, data, position, self.newcomers, settle=False)
        except (Wrong, Refused, AssertionError) as error:
            raise Wrong(f"after {position} of {len(disk.record)}, {way}: {error}") from error


def cut(recording, disk, options):
    rng = random.Random(options.seed)
    ends = [end for end, _ in positions(disk.record)]
    # Some while the server works, some while it ends, which may have nothing left to do.
    last = [end for end in ends if end > recording.worked_until] or ends[-1:]
    cuts = rng.choices(ends, k=options.cuts) + rng.choices(last, k=options.cuts // 3)
    counts = [recording.look(disk, position, rng.choice(WAYS), rng) for position in sorted(cuts)]
    print(f"{len(counts)} cuts in {len(ends)} changes to the disk, "
          f"up to {max(counts)} messages there")


def find_lies(recording, options, lies):
    """With the syncs left out, mail is missing at the latest when all is done."""
    disk = recording.make_of_commands(options.commands)
    try:
        recording.look(disk, recording.worked_until, "synced", random.Random(1))
    except Wrong as error:
        print(f"without the syncs of a {lies}: {str(error)[:200]}")
        return
    raise Wrong(f"nobody noticed that the syncs of a {lies} were left out")


def run(folder, options):
    def recording(name, *what):
        return Recording(os.path.join(folder, name), options, *what)

    if options.dishonest:
        for lies in ("file", "folder"):
            find_lies(recording(lies, options.workers, 0, lies), options, lies)
        return
    scenes = [(recording("load", options.workers, 2), options.commands),
              (recording("failing", options.workers, 0, "", FAILS), options.commands),
              (recording("first", 0, 3), 4)]
    for scene, commands in scenes:
        cut(scene, scene.make_of_commands(commands), options)
    old = recording("migration", 4, 0)
    cut(old, migration.make(old), options)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("shim")
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--commands", type=int, default=60, help="of each worker")
    parser.add_argument("--dishonest", action="store_true")
    options = parser.parse_args()
    program.ROOST = options.program
    begin = time.monotonic()
    folder = tempfile.mkdtemp(prefix="roost-power-cut-")
    try:
        run(folder, options)
    except (Wrong, Refused, AssertionError) as error:
        print(f"seed {options.seed}: {error}; see {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    print(f"{time.monotonic() - begin:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
