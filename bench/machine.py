"""machine.py - what a measurement was made on."""
import os
import platform
import subprocess
import time


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def cpu_model():
    for line in read("/proc/cpuinfo").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def memory():
    for line in read("/proc/meminfo").splitlines():
        if line.startswith("MemTotal:"):
            return f"{int(line.split()[1]) / 2 ** 20:.0f} GiB"
    return "unknown"


def file_system(folder):
    """The kind of file system a folder is in, and its options."""
    folder, best = os.path.realpath(folder), ("", "unknown")
    for line in read("/proc/self/mounts").splitlines():
        _, place, kind, options = line.split()[:4]
        inside = folder == place or folder.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= len(best[0]):
            best = place, f"{kind} ({options})"
    return best[1]


def git(top, *arguments):
    result = subprocess.run(["git", "-C", top, *arguments], capture_output=True, text=True,
                            check=False)
    return result.stdout.strip()


def commit(top):
    """The commit that was measured; the page itself, which may be of an earlier measurement, is no part of it."""
    name = git(top, "describe", "--always", "--abbrev=12")
    changed = git(top, "status", "--porcelain", "--untracked-files=no", "--", ".",
                  ":(exclude)doc/performance*")
    return name + ("-dirty" if changed else "") if name else "unknown"


def describe(folder, top, versions):
    """What stands at the head of a page of figures, as {what: how it is}."""
    return {
        "date": time.strftime("%Y-%m-%d"),
        "processor": f"{cpu_model()}, {os.cpu_count()} cores",
        "memory": memory(),
        "kernel": f"{platform.system()} {platform.release()}",
        "file system": file_system(folder),
        "commit": commit(top),
        "versions": ", ".join(versions),
    }
