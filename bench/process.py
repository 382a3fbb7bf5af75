"""process.py - the processes of a server: their tree, what they take, and how they are ended."""
import os
import resource
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class BenchError(Exception):
    """Something that keeps the bench from going on, in words for who runs it."""


def raise_file_limit():
    """As many open files as may be, for us and whatever we start; how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with open("/proc/sys/fs/nr_open", encoding="ascii") as file:
        most = int(file.read())
    for wanted in (most, hard):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(wanted, hard)))
            return wanted
        except (ValueError, OSError):
            continue
    return soft


def parents():
    """{pid: (its parent, its ticks of CPU time)} of all processes."""
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    return found


def tree_of(root):
    """The pids of a process and all that descend from it, and the seconds of CPU they took."""
    found = parents()
    tree = {root} & set(found)
    grown = True
    while grown:
        more = {pid for pid, (parent, _) in found.items() if parent in tree and pid not in tree}
        tree |= more
        grown = bool(more)
    return tree, sum(found[pid][1] for pid in tree) / TICKS


def memory_of(root):
    """KiB of a process and all that descend from it, with their shares of what they have in common."""
    total = 0
    for pid in tree_of(root)[0]:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    return total


def settle(root, patience=120):
    """Wait until a server has nothing more to do: hardly any CPU time for three seconds, for work in
    the background may begin some time after what it is about."""
    end = time.monotonic() + patience
    quiet = 0
    _, before = tree_of(root)
    while quiet < 12:
        if time.monotonic() > end:
            raise BenchError(f"process {root} is still at work after {patience} seconds")
        time.sleep(0.25)
        _, now = tree_of(root)
        quiet = quiet + 1 if now - before <= 0.011 else 0
        before = now


def start(command, log, **options):
    """Start a server, which writes its log into a file."""
    with open(log, "ab") as file:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=file, **options)


def stop(process, patience=60):
    """End a server that start() started, and what it has started, if it does not do so itself."""
    if process.poll() is not None:
        return
    tree, _ = tree_of(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    end = time.monotonic() + patience
    left = tree - {process.pid}
    while left and time.monotonic() < end:
        left = {pid for pid in left if pid in parents()}
        time.sleep(0.01)
