#!/usr/bin/env python3
"""Measures roost beside Dovecot, and beside what the machine allows.

Without the name of a scenario all are measured, three rounds of them, and doc/performance.md is
written anew; that takes about twelve minutes, in which nothing else should be at work. Figures are
kept in bench/results."""
import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time

import contest
import figures
import machine
import page
import process
import scale
import servers
import work
from process import BenchError

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
RESULTS = os.path.join(HERE, "results")


def say(text):
    print(text, file=sys.stderr, flush=True)


class Results:
    """A file of records, one JSON object on a line."""

    def __init__(self, kind, about):
        os.makedirs(RESULTS, exist_ok=True)
        self.path = os.path.join(RESULTS, time.strftime(f"{kind}-%Y%m%d-%H%M%S.jsonl"))
        self.about = about
        self.records = []
        self.write({"about": about})

    def write(self, record):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def add(self, record):
        self.records.append(record)
        self.write(record)


def compare(options, folder):
    """Measure rows on both servers; the file of results."""
    rows, _ = work.find_rows(options.scenarios)
    names = [figures.OURS] if options.roost_only else [figures.OURS, figures.THEIRS]
    match = contest.Contest(folder, options.build, names, options.quick, say)
    try:
        match.prepare(rows)
        versions = [side.main.version() for side in match.sides]
        results = Results("compare", machine.describe(folder, TOP, versions))
        limits = [limit for limit in work.LIMITS
                  if not options.scenarios or limit.name in {row.limit for row in rows}]
        for number in range(1, options.rounds + 1):
            for limit in limits:
                measured = match.measure_limit(limit)
                results.add({**measured, "limit": limit.name, "round": number})
                say(f"{number}  {limit.name:18} machine  {figures.show(measured['value']):>9}"
                    f" {limit.unit}")
            for row in rows:
                measure_row(match, row, number, results)
    finally:
        match.close()
    return rows, results


def measure_row(match, row, number, results):
    """Measure a row on each side; who is first changes from round to round."""
    for side in match.sides if number % 2 else match.sides[::-1]:
        measured = match.measure(row, side)
        record = {**measured, "row": row.name, "server": side.name, "round": number}
        results.add(record)
        note = "  (disturbed)" if figures.is_disturbed(record) else ""
        say(f"{number}  {row.name:18} {side.name:8} {figures.show(record['value']):>9}"
            f" {row.unit}{note}")


def list_rows():
    for group in work.GROUPS:
        print(f"{work.GROUPS[group].title} ({work.GROUPS[group].unit})")
        for row in work.ROWS:
            if row.group == group:
                print(f"  {row.name:18} {row.title}")
    print("With --scale, on roost alone")
    for series in scale.SERIES:
        print(f"  {series.name:18} {series.title}")


def read_options(arguments):
    parser = argparse.ArgumentParser(
        prog="script/bench", description=__doc__.replace("\n", " "), allow_abbrev=False)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO",
                        help="measure only these; --list tells their names")
    parser.add_argument("--list", action="store_true", help="tell what can be measured")
    parser.add_argument("--rounds", type=int, help="how often; 3 when nothing is said")
    parser.add_argument("--quick", action="store_true",
                        help="one round, shorter: to see that it runs, not for figures to keep")
    parser.add_argument("--scale", action="store_true",
                        help="on roost alone, what becomes of the cost when there is more")
    parser.add_argument("--roost-only", action="store_true", help="leave Dovecot out")
    parser.add_argument("--build", default=os.path.join(TOP, "build-bench"), metavar="DIR",
                        help="where roost and the bench are built; build-bench")
    parser.add_argument("--folder", default="/var/tmp", metavar="DIR",
                        help="where the servers keep mail meanwhile, on a real disk; /var/tmp")
    options = parser.parse_args(arguments)
    known = {series.name for series in scale.SERIES} if options.scale else \
        {row.name for row in work.ROWS}
    unknown = [name for name in options.scenarios if name not in known]
    if unknown:
        parser.error(f"there is no {unknown[0]}: script/bench --list tells what there is")
    if options.rounds is not None and options.rounds < 1:
        parser.error("--rounds is 1 or more")
    if options.rounds is None:
        options.rounds = 1 if options.quick else 3
    return options


def check_machine(options):
    """Whether all is there, and what to say about it."""
    for name in ("roost", "bench/imapbench", "bench/limits"):
        if not os.access(os.path.join(options.build, name), os.X_OK):
            raise BenchError(f"{options.build} has no {name}: script/bench builds it")
    if not options.roost_only and not options.scale and servers.Dovecot.reason_not_to():
        raise BenchError(servers.Dovecot.reason_not_to() + "; --roost-only does without")
    if machine.file_system(options.folder).startswith(("tmpfs", "ramfs")):
        say(f"{options.folder} is in memory: figures of APPEND are worth nothing. See --folder")


def measure(options):
    folder = tempfile.mkdtemp(prefix="roost-bench-", dir=options.folder)
    os.chmod(folder, 0o755)
    try:
        if options.scale:
            results = Results("scale", machine.describe(folder, TOP, [
                servers.Roost.version_of(os.path.join(options.build, "roost"))]))
            scale.measure(folder, options, results, say)
        else:
            rows, results = compare(options, folder)
            for line in figures.table(figures.summarize(rows, results.records)):
                print(line)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say(f"The figures are in {os.path.relpath(results.path)}")
    if not options.scenarios and not options.quick and not options.roost_only:
        page.write_newest(RESULTS, os.path.join(TOP, "doc"))
        say("doc/performance.md is written")


def end(number, frame):
    """When told to end, stop the servers first."""
    del number, frame
    raise KeyboardInterrupt


def main(arguments):
    options = read_options(arguments)
    if options.list:
        list_rows()
        return 0
    process.raise_file_limit()
    signal.signal(signal.SIGTERM, end)
    try:
        check_machine(options)
        measure(options)
    except BenchError as error:
        say(f"script/bench: {error}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
