"""sick_disk.py - a disk that is full, that fails, that is read-only: nobody loses anything, all who can go on.

sick_disk.py PROGRAM [SHIM] [--seed N] [--workers N]

A full disk is a small file system in memory, where one may be mounted; else, and for all other
troubles, the library SHIM plays the disk.
"""
import argparse
import contextlib
import errno
import math
import mmap
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time

from client import PATIENCE, Gone, Refused, is_unavailable, sign_in
from crew import USERS, Crew, program
from look import Marks, Wrong, check

REFUSALS = 40       # until a disk counts as full
COMMANDS = 15       # of each worker, where all is well


class SmallDisk:
    """A file system in memory."""

    environment = None

    def __init__(self, folder):
        self.path = os.path.join(folder, "disk")
        os.mkdir(self.path)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m", "roost-test", self.path],
                       check=True, capture_output=True)

    def leave(self, octets):
        """Have only so much room left. Where more was written meanwhile, mount says no."""
        for _ in range(1000):
            is_so = os.statvfs(self.path)
            used = (is_so.f_blocks - is_so.f_bfree) * is_so.f_frsize
            if self._resize(used + octets):
                return
        raise Wrong("mount does not take room away")

    def heal(self):
        check(self._resize(256 << 20), "mount gives no room")

    def _resize(self, size):
        return subprocess.run(["mount", "-o", f"remount,size={size}", self.path], check=False,
                              capture_output=True).returncode == 0

    def close(self):
        subprocess.run(["umount", self.path], check=True)


class SickDisk:
    """What sick_disk.c plays."""

    SICKNESS = struct.Struct("=iiiiiIq256s")

    def __init__(self, folder, shim):
        self.path = folder
        page = os.path.join(folder, "sickness")
        with open(page, "wb") as file:
            file.write(bytes(mmap.PAGESIZE))
        with open(page, "r+b") as file:
            self.page = mmap.mmap(file.fileno(), mmap.PAGESIZE)
        self.environment = {"LD_PRELOAD": os.path.abspath(shim), "SICK_DISK": page}

    def set(self, path="/users/", read=0, write=0, sync=0, name=0, full=0, room=0):
        # The path before what fails: else it would be all files for a moment.
        for failing in ((0, 0, 0, 0, 0), (read, write, sync, name, full)):
            self.page[:self.SICKNESS.size] = self.SICKNESS.pack(*failing, 0, room, path.encode())

    def failures(self):
        return self.SICKNESS.unpack(self.page[:self.SICKNESS.size])[5]

    def leave(self, octets):
        self.set(full=1, room=octets)

    def heal(self):
        self.set(path="")

    def close(self):
        self.page.close()


class Ward:
    """A crew that works on a disk."""

    def __init__(self, disk, options):
        self.disk = disk
        self.data = os.path.join(disk.path, "mail")
        self.crew = Crew(options.seed, time.monotonic, options.workers)
        self.crew.make_mailboxes(self.data)
        for worker in self.crew.workers:
            worker.closes = False
        self.marks = Marks()

    @contextlib.contextmanager
    def serve(self):
        with self.crew.serve(self.data, environment=self.disk.environment) as server:
            try:
                yield server
            except BaseException:
                print(server.stderr()[-4000:], file=sys.stderr)
                raise

    def work(self, server, bears=lambda worker, answer: False, commands=COMMANDS):
        """Each worker does so many commands, and is refused where it bears that. How often."""
        refusals = []
        for worker in self.crew.workers:
            worker.limit = len(worker.steps) + commands
            worker.bears = lambda answer, worker=worker: bears(worker, answer)
            worker.told = lambda answer: None if answer.ok else refusals.append(answer)
            worker.start(server.ports)
        for worker in self.crew.workers:
            worker.join()
        return refusals

    def work_until_full(self, server):
        enough = threading.Event()
        refusals = []

        def told(answer):
            if not answer.ok:
                refusals.append(answer)
            if len(refusals) >= REFUSALS:
                enough.set()

        for worker in self.crew.workers:
            worker.limit = None
            worker.bears = is_unavailable
            worker.told = told
            worker.start(server.ports)
        while not enough.wait(0.5) and all(w.thread.is_alive() for w in self.crew.workers):
            pass

    def stop_work(self):
        for worker in self.crew.workers:
            worker.limit = 0
        for worker in self.crew.workers:
            worker.join()

    def look(self, server, position=None, spare=False):
        return self.crew.look(server, self.data, position, (), self.marks, spare=spare)


def full(disk, options):
    """All that can be read can be read; what is refused is not there; when there is room, all goes on;
    and the same when the server is killed meanwhile."""
    ward = Ward(disk, options)
    with ward.serve() as server:
        ward.work(server)
        disk.leave(300_000)
        ward.work_until_full(server)
        ward.stop_work()
        ward.look(server, spare=True)
        disk.heal()
        ward.work(server)
        ward.look(server)
        disk.leave(300_000)
        ward.work_until_full(server)
        server.process.kill()
        server.process.wait()
        ward.stop_work()
    with ward.serve() as server:
        for user in USERS:  # perhaps not yet, but it is said so
            try:
                sign_in(server.ports[0], user).close()
            except Refused as refused:
                check(is_unavailable(refused.answer), f"signing in: {refused}")
        disk.heal()
        count = ward.look(server, math.inf)
        ward.work(server)
        count = ward.look(server)
    print(f"{type(disk).__name__} was full: {count} messages are there")


# What fails, and what clients may be told.
TROUBLES = [
    ("writing", {"write": errno.EIO}, b"UNAVAILABLE"),
    ("syncing", {"sync": errno.EIO}, b"UNAVAILABLE"),
    ("syncing, for want of room", {"sync": errno.ENOSPC}, b"UNAVAILABLE"),
    ("reading", {"read": errno.EIO}, b"UNAVAILABLE"),
    ("read-only", {"write": errno.EROFS, "sync": errno.EROFS, "name": errno.EROFS}, b"NOPERM"),
    ("quota", {"write": errno.EDQUOT, "name": errno.EDQUOT}, b"OVERQUOTA"),
]


def read_past(server, user):
    """Reading goes on where it can, and is refused where it cannot."""
    client = sign_in(server.ports[0], user)
    for command in ("SELECT INBOX", "FETCH 1:* (FLAGS ENVELOPE BODY.PEEK[])", "SEARCH TEXT x"):
        answer = client.run(command)
        # Bytes that cannot be read are left out.
        some = command.startswith("FETCH") and answer.code(b"CORRUPTION") is not None
        check(answer.ok or is_unavailable(answer) or some, f"{command}: {answer}")
        if command.startswith("SELECT") and not answer.ok:
            break
    client.close()


def trouble(ward, server, what, failing, code):
    """One user's files fail: the others do not notice, and when it is over nobody does."""
    sick = USERS[0]

    def bears(worker, answer):
        return worker.user == sick and answer.kind == b"NO" and answer.code(code) is not None

    ward.disk.set(path=f"/users/{sick}/", **failing)
    refusals = ward.work(server, bears)
    if "read" in failing:
        try:
            read_past(server, sick)
        except Refused as refused:
            check(is_unavailable(refused.answer), f"signing in: {refused}")
    failures = ward.disk.failures()
    check(failures > 0, "nothing failed")
    check(refusals or "read" in failing, "nobody noticed")
    ward.disk.heal()
    ward.look(server)
    ward.work(server)
    ward.look(server)
    print(f"{what}: {failures} failures, {len(refusals)} commands refused")


def troubles(disk, options):
    for what, failing, code in TROUBLES:
        folder = tempfile.mkdtemp(dir=disk.path)
        try:
            disk.heal()
            ward = Ward(disk, options)
            with ward.serve() as server:
                ward.work(server)
                trouble(ward, server, what, failing, code)
                # And once more, with a kill at the end.
                disk.set(path=f"/users/{USERS[0]}/", **failing)
                ward.work(server, lambda worker, answer: worker.user == USERS[0])
                server.process.kill()
                server.process.wait()
            disk.heal()
            with ward.serve() as server:
                ward.look(server, math.inf)
        except (Wrong, Refused, AssertionError, Gone) as error:
            raise Wrong(f"{what}: {error}") from error
        shutil.rmtree(ward.data)


def large_message(number):
    """One that gets a file."""
    return b"Subject: %d\r\n\r\n" % number + b"All of it.\r\n" * 20_000


def read_all(server, user, data):
    """The subjects of what is in INBOX, all of which can be read, and of which `check` thinks well."""
    client = sign_in(server.ports[0], user)
    client.must("SELECT INBOX")
    bodies = [parts[1] for parts in client.must("UID FETCH 1:* BODY.PEEK[]").untagged
              if len(parts) > 1]
    client.must("LOGOUT")
    client.close()
    numbers = [int(body[len("Subject: "):body.index(b"\r")]) for body in bodies]
    check(bodies == [large_message(number) for number in numbers], f"other bytes: {numbers}")
    done = program.run("check", "--data", data)
    check(done.returncode == 0, f"roost check: {done.stdout}{done.stderr}")
    return numbers


def expect_files(bodies, client):
    """Before long there are as many files as messages in INBOX."""
    count = int(re.search(rb"MESSAGES (\d+)",
                          client.must("STATUS INBOX (MESSAGES)").untagged[0][0])[1])
    until = time.monotonic() + PATIENCE
    while len(os.listdir(bodies)) != count and time.monotonic() < until:
        time.sleep(0.01)
    check(len(os.listdir(bodies)) == count, f"{os.listdir(bodies)}: of {count} messages")


def doubtful(disk, options):
    """A commit that fails may have come to the disk. Then all of its message is there after a crash, and when
    it has not, nothing of it for long. When the server goes on, or ends in order, it is not there, and its file goes."""
    crew = Crew(options.seed, time.monotonic, 1)
    data = os.path.join(disk.path, "mail")
    user = crew.workers[0].user
    bodies = os.path.join(data, "users", user, "bodies")
    disk.heal()
    wanted = set()
    for number, what in enumerate(("dies", "goes on", "ends")):
        with crew.serve(data, environment=disk.environment) as server:
            client = sign_in(server.ports[0], user)
            client.must("APPEND INBOX {}", large_message(10 + number))
            disk.set(path=f"/users/{user}/mail.db-wal", sync=errno.EIO)
            answer = client.run("APPEND INBOX {}", large_message(20 + number))
            check(is_unavailable(answer), f"APPEND: {answer}")
            check(disk.failures() > 0, "nothing failed")
            if what == "dies":
                server.process.kill()
                server.process.wait()
            disk.heal()
            if what == "goes on":
                client.must("APPEND INBOX {}", large_message(30))
                wanted.add(30)
                expect_files(bodies, client)
            client.close()
        with crew.serve(data, environment=disk.environment) as server:
            client = sign_in(server.ports[0], user)
            if what == "dies":  # what is in memory of a log that could not be synced may not be on disk
                check(os.path.getsize(os.path.join(data, "users", user, "mail.db-wal")) == 0,
                      "the log goes on")
            client.close()
            numbers = read_all(server, user, data)
        wanted.add(10 + number)
        check(wanted <= set(numbers) <= wanted | {20},
              f"it {what}: {numbers} are there, not {wanted}")
        check(len(os.listdir(bodies)) == len(numbers), f"{os.listdir(bodies)}: of {numbers}")
    print("what is doubtful is there, or not")


def go_where_one_may_mount():
    """Become a process of which nobody else sees the mounts, and which leaves none behind."""
    unshare = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
    if shutil.which("unshare") is None or os.environ.get("SICK_DISK_MAY_MOUNT"):
        return
    if subprocess.run([*unshare, "mount", "-t", "tmpfs", "roost-test", tempfile.gettempdir()],
                      check=False, capture_output=True).returncode == 0:
        os.environ["SICK_DISK_MAY_MOUNT"] = "yes"
        os.execvp(unshare[0], [*unshare, sys.executable, "-B", *sys.argv])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("shim", nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=6)
    options = parser.parse_args()
    go_where_one_may_mount()
    program.ROOST = options.program
    begin = time.monotonic()
    scenes = [(full, SmallDisk, ())] if os.environ.get("SICK_DISK_MAY_MOUNT") else []
    if options.shim:
        scenes += [(full, SickDisk, (options.shim,)), (troubles, SickDisk, (options.shim,)),
                   (doubtful, SickDisk, (options.shim,))]
    folder = tempfile.mkdtemp(prefix="roost-sick-disk-")
    for number, (scene, kind, arguments) in enumerate(scenes):
        place = os.path.join(folder, str(number))
        os.mkdir(place)
        disk = kind(place, *arguments)
        try:
            scene(disk, options)
        except (Wrong, Refused, AssertionError, Gone) as error:
            shutil.copytree(disk.path, place + ".kept")
            print(f"seed {options.seed}: {error}; see {place}.kept", file=sys.stderr)
            return 1
        disk.close()
    shutil.rmtree(folder)
    print(f"{time.monotonic() - begin:.1f} s")
    return 0 if scenes else 77


if __name__ == "__main__":
    sys.exit(main())
