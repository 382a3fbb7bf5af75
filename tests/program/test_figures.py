"""test_figures.py - what script/bench makes of its figures, and what it does without servers."""
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import unittest
from xml.etree import ElementTree

BENCH = os.path.realpath(os.path.join(os.path.dirname(__file__), "../../bench"))
sys.path.insert(0, BENCH)

import chart  # noqa: E402
import contest  # noqa: E402
import figures  # noqa: E402
import machine  # noqa: E402
import page  # noqa: E402
import process  # noqa: E402
import scale  # noqa: E402
import tool  # noqa: E402
import work  # noqa: E402


def row_named(name):
    return next(row for row in work.ROWS if row.name == name)


def record(name, number, server, value, **more):
    return {"row": name, "round": number, "server": server, "value": value, "wall": 1,
            "other_cpu": 0, **more}


def pairs(name, *values, **more):
    """Records of rounds, each (ours, theirs)."""
    return [record(name, i, server, value, **more) for i, both in enumerate(values, 1)
            for server, value in zip((figures.OURS, figures.THEIRS), both) if value is not None]


def summary_of(name, records):
    return figures.summarize([row_named(name)], records)[0]


class Figures(unittest.TestCase):
    SHOWN = [(None, "–"), (0, "0"), (0.01234, "0.0123"), (0.5, "0.5"), (1, "1"), (2.345, "2.35"),
             (12.34, "12.3"), (99.96, "100"), (123.4, "123"), (999.6, "1,000"), (1234, "1,230"),
             (12345, "12,300"), (1234567, "1,230,000"), (1.999, "2"), (0.0000001, "0"),
             (-12.34, "-12.3")]

    def test_numbers(self):
        for number, shown in self.SHOWN:
            with self.subTest(number):
                self.assertEqual(figures.show(number), shown)

    def test_ratios_are_of_pairs(self):
        # The median of the ratios, 2, is not the ratio of the medians, 1.5.
        summary = summary_of("noop-1", pairs("noop-1", (20, 10), (30, 15), (40, 40), (30, 20), (90, 30)))
        self.assertEqual((summary.ours, summary.theirs, summary.ratio), (30, 20, 2))

    def test_less_is_better(self):
        summary = summary_of("select", pairs("select", (1, 4), (2, 4), (1, 2)))
        self.assertEqual((summary.ours, summary.theirs, summary.ratio), (1, 4, 2))
        self.assertEqual(figures.verdict(summary), "yes")

    def test_one_side_alone(self):
        summary = summary_of("select", pairs("select", (1, None), (2, None), (3, None)))
        self.assertEqual((summary.ours, summary.theirs, summary.ratio), (2, None, None))
        self.assertEqual(figures.verdict(summary), "–")

    def test_nothing_is_divided_by_zero(self):
        summary = summary_of("select", pairs("select", (0, 4), (0, 0)))
        self.assertIsNone(summary.ratio)

    def test_targets(self):
        for name, records, misses in [
                ("noop-64", pairs("noop-64", (49, 10)), 1),
                ("noop-64", pairs("noop-64", (50, 10)), 0),
                ("idle", pairs("idle", (4.9, 10)), 0),
                ("idle", pairs("idle", (5.1, 10)), 1),
                ("idle", pairs("idle", (5.1, 6)), 2),
                ("idle-tls", pairs("idle-tls", (25.1, 100)), 1),
                ("start", pairs("start", (100, 10)), 0)]:
            with self.subTest(name):
                self.assertEqual(len(summary_of(name, records).misses), misses)

    def test_shares_of_rates(self):
        records = pairs("append-32", (40, 1)) + [{"limit": "fdatasync-32", "value": value}
                                                 for value in (90, 100, 110)]
        summary = summary_of("append-32", records)
        self.assertEqual((summary.limit, summary.share), (100, 40))
        self.assertEqual(len(summary.misses), 1)

    def test_shares_of_times(self):
        # 100 MB at 1,000 MB/s are 100 ms.
        records = [{"limit": "sendfile", "value": 1000}]
        records += pairs("fetch-bodies", (125, 500), bytes=100000000)
        summary = summary_of("fetch-bodies", records)
        self.assertEqual((summary.limit, summary.share), (100, 80))
        self.assertEqual(figures.verdict(summary), "yes")
        records = [{"limit": "memmem", "value": 1024}, *pairs("search-text-bare", (200, 2000), bytes=9)]
        self.assertEqual(summary_of("search-text-bare", records).limit, 100)

    def test_disturbed(self):
        records = pairs("noop-1", (2, 1)) + pairs("noop-1", (2, 1), other_cpu=0.5)
        summary = summary_of("noop-1", records)
        self.assertEqual(summary.disturbed, 2)
        self.assertIn("* others", figures.table([summary])[-1])
        self.assertFalse(figures.is_disturbed({"value": 1}))

    def test_table(self):
        lines = figures.table(figures.summarize(work.ROWS, canned()))
        self.assertEqual(len(lines), len(work.ROWS) + 1)
        self.assertRegex(lines[1], r"^noop-1 +2,000 +1,000 +per second +2 +1\.2 +– +yes$")


class Work(unittest.TestCase):
    def test_names(self):
        for table in (work.ROWS, work.LIMITS, scale.SERIES):
            names = [entry.name for entry in table]
            self.assertEqual(len(names), len(set(names)))
        titles = [row.title for row in work.ROWS]
        self.assertEqual(len(titles), len(set(titles)))
        limits = {limit.name for limit in work.LIMITS}
        self.assertLessEqual({row.limit for row in work.ROWS if row.limit}, limits)
        self.assertEqual({row.group for row in work.ROWS}, set(work.GROUPS))

    def test_a_share_has_a_limit(self):
        for row in work.ROWS:
            self.assertTrue(row.share is None or row.limit, row.name)
            self.assertTrue(row.target or row.most, row.name)

    def test_quick_arguments_replace_some(self):
        for entry in (*work.ROWS, *work.LIMITS):
            changed = work.change(entry.arguments, entry.quick)
            self.assertEqual(len(changed), len(entry.arguments))
            self.assertLessEqual(set(entry.quick), set(changed), entry.name)

    def test_words(self):
        words = {"rare": "xylo", "subject": "sub"}
        said = work.put_words(row_named("search-text").arguments, words)
        self.assertIn("text=UID SEARCH TEXT xylo", said)
        for row in work.ROWS:
            self.assertNotIn("{", "".join(work.put_words(row.arguments, words)))

    def test_find(self):
        rows, unknown = work.find_rows(["sort", "nothing", "noop-1"])
        self.assertEqual(([row.name for row in rows], unknown), (["noop-1", "sort"], ["nothing"]))
        self.assertEqual(work.find_rows([]), (list(work.ROWS), []))

    def test_no_server_has_more_connections_than_may_be(self):
        for count, most, parts in ((50000, 19000, [16667, 16667, 16666]), (20, 20, [20]),
                                   (21, 20, [11, 10]), (3, 1, [1, 1, 1])):
            self.assertEqual(scale.shares(count, most), parts)

    def test_each_series_has_a_measure(self):
        self.assertEqual({series.name for series in scale.SERIES}, set(scale.MEASURES))
        for series in scale.SERIES:
            self.assertLessEqual(set(series.quick), set(series.sizes))


class Tool(unittest.TestCase):
    def test_lines(self):
        self.assertEqual(tool.read_lines('{"value": 1}\n{"value": 2}\n'), [{"value": 1}, {"value": 2}])
        for wrong in ("value", "[1]", '{"value": 1', "5"):
            with self.subTest(wrong), self.assertRaises(process.BenchError):
                tool.read_lines(wrong)

    def test_figure(self):
        self.assertEqual(tool.pick([{"value": 1}, {"value": 2}, {"note": ""}], "x")["value"], 2)
        lines = [{"value": 0, "connections": 0}, {"value": 2048, "connections": 9},
                 {"value": 5, "connections": 0}]
        for line in lines:
            line["unit"] = "bytes/connection"
        self.assertEqual(tool.pick(lines, "x")["value"], 2)
        for lines in ([], [{"value": None}], [{"other": 1}]):
            with self.assertRaises(process.BenchError):
                tool.pick(lines, "x")

    def test_programs_that_fail(self):
        with self.assertRaisesRegex(process.BenchError, "no such luck"):
            tool.run("/bin/sh", "-c", "echo no such luck >&2; exit 1")
        with self.assertRaisesRegex(process.BenchError, "cannot run"):
            tool.run("/nowhere/at/all")
        self.assertEqual(tool.run("/bin/echo", '{"value": 3}'), [{"value": 3}])


class Main:
    """In the place of a server with mail."""

    def beside(self, *options):
        return contextlib.nullcontext(options)


class Recording(contest.Contest):
    """Runs nothing, and notes what it would."""

    def __init__(self):
        self.ran = []
        self.main = Main()

    def run_row(self, row, server, changes=()):
        self.ran.append((server, changes))
        return {}


class Contest(unittest.TestCase):
    def test_what_reads_has_just_read_in_each_turn(self):
        once = ("repeat=1",)
        for name, here in (("fetch-bodies", True), ("search-text", True), ("search-text-bare", False)):
            with self.subTest(name):
                match = Recording()
                server = match.main if here else row_named(name).options
                for _ in range(2):
                    match.measure(row_named(name), match)
                self.assertEqual(match.ran, 2 * [(server, once), (server, ())])

    def test_what_changes_is_done_as_often_as_it_says(self):
        match = Recording()
        match.measure(row_named("copy"), match)
        self.assertEqual(match.ran, [(match.main, ())])


class Machine(unittest.TestCase):
    def test_what_makes_a_commit_dirty(self):
        with tempfile.TemporaryDirectory() as top:
            def git(*arguments):
                subprocess.run(["git", "-C", top, "-c", "user.name=Anna", "-c",
                                "user.email=anna@example.org", *arguments],
                               check=True, capture_output=True)

            def write(name, text):
                with open(os.path.join(top, name), "w", encoding="utf-8") as file:
                    file.write(text)

            self.assertEqual(machine.commit(top), "unknown")
            git("init")
            os.mkdir(os.path.join(top, "doc"))
            for name in ("doc/performance.md", "code.c"):
                write(name, "before")
            git("add", ".")
            git("commit", "-m", "All")
            clean = machine.commit(top)
            self.assertRegex(clean, "^[0-9a-f]{12}$")
            write("doc/performance.md", "after")
            self.assertEqual(machine.commit(top), clean)
            write("code.c", "after")
            self.assertEqual(machine.commit(top), clean + "-dirty")


class Process(unittest.TestCase):
    def test_tree_and_stop(self):
        command = ["/bin/sh", "-c", "cat /dev/zero > /dev/null & echo $!; wait"]
        with tempfile.NamedTemporaryFile() as log:
            server = process.start(command, log.name, stdout=subprocess.PIPE)
            child = int(server.stdout.readline())
            tree, _ = process.tree_of(server.pid)
            self.assertEqual(tree, {server.pid, child})
            self.assertEqual(process.tree_of(child)[0], {child})
            os.kill(child, 9)
            process.stop(server)
            server.stdout.close()
        self.assertEqual(process.tree_of(server.pid)[0], set())


def canned(rounds=3):
    """Records as a whole comparison leaves them."""
    records = []
    for row in work.ROWS:
        ours, theirs = (2000, 1000) if row.more_is_better else (1, 2)
        records += pairs(row.name, *[(ours, theirs)] * rounds)
    return records


def canned_scale():
    return [{"series": series.name, "curve": curve, "x": x, "value": 1 + x % 7}
            for series in scale.SERIES for curve in series.curves for x in series.sizes]


class Page(unittest.TestCase):
    ABOUT = {"date": "2026-01-02", "processor": "A|B", "commit": "abc"}

    def test_whole(self):
        text, charts = page.render((self.ABOUT, canned()), (self.ABOUT, canned_scale()), "A reason.")
        for row in work.ROWS:
            self.assertIn("| " + row.title.replace("|", "\\|") + " | ", text)
        self.assertIn("| NOOP, 1 connection | 2,000 | 1,000 | 2 | 1.2 | yes |", text)
        self.assertIn("A\\|B", text)
        self.assertIn("\nA reason.\n", text)
        self.assertIn("- `noop-64`: the ratio is 2, not 5", text)
        for name, content in charts.items():
            self.assertIn(f"]({name})", text)
            ElementTree.fromstring(content)
        self.assertEqual(text.count(".svg)"), len(charts))
        self.assertEqual(len(charts),
                         len(work.GROUPS) + sum(len(series.charts) for series in scale.SERIES))

    def test_parts(self):
        text, charts = page.render(None, (self.ABOUT, canned_scale()[:4]), "")
        self.assertNotIn("Beside Dovecot", text)
        self.assertEqual(list(charts), ["performance-mailbox-size.svg"])
        text, _ = page.render((self.ABOUT, pairs("sort", (1, None))), None, "")
        self.assertIn("| SORT (DATE) | 1 | – | – | 4 | – |", text)
        self.assertNotIn("When there is more", text)

    def test_the_newest_whole_results_count(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, day, records in (("compare-1", "a", canned()), ("compare-2", "b", canned()),
                                       ("compare-3", "c", canned(2)), ("scale-9", "d", [])):
                with open(os.path.join(folder, name + ".jsonl"), "w", encoding="utf-8") as file:
                    for line in ({"about": {"date": day}}, *records):
                        file.write(json.dumps(line) + "\n")
            self.assertEqual(page.newest(folder, "compare", page.has_all_rows)[0], {"date": "b"})
            self.assertIsNone(page.newest(folder, "scale", page.has_all_series))
        self.assertTrue(page.has_all_series(canned_scale()))
        self.assertFalse(page.has_all_series([record for record in canned_scale()
                                              if record["curve"] != "TLS"]))

    def test_notes_are_there(self):
        self.assertTrue(os.path.exists(os.path.join(BENCH, "notes.md")))

    def test_machine(self):
        about = machine.describe(tempfile.gettempdir(), BENCH, ["roost 1"])
        self.assertEqual(about["versions"], "roost 1")
        self.assertTrue(all(about.values()), about)


class Chart(unittest.TestCase):
    def test_bars(self):
        drawing = chart.bars("a < b", "ms", ("roost", "Dovecot"),
                             [("x & y", (1, 2)), ("nothing", (None, 0)), ("much", (5000, 0.001))])
        texts = [element.text for element in ElementTree.fromstring(drawing).iter()]
        for text in ("a < b, ms (logarithmic)", "x & y", "5,000", "0.001"):
            self.assertIn(text, texts)

    def test_nothing_to_draw(self):
        for drawing in (chart.bars("a", "ms", ("roost",), []), chart.lines("a", "x", "y", []),
                        chart.lines("a", "x", "y", [("b", [(1, 1)])]),
                        chart.lines("a", "x", "y", [("b", [(0, 0), (10, 5)])])):
            ElementTree.fromstring(drawing)

    def test_places(self):
        for numbers, logarithmic in (([1, 1000], True), ([0, 7], False), ([3], True), ([], False)):
            scaled = chart.Scale(numbers, 100, 200, logarithmic)
            for number in numbers + scaled.ticks():
                self.assertTrue(100 <= scaled.place(number) <= 200)
        scaled = chart.Scale([1, 1000], 0, 300, True)
        self.assertEqual([round(scaled.place(number)) for number in (1, 10, 100, 1000)],
                         [0, 100, 200, 300])


class Run(unittest.TestCase):
    def bench(self, *arguments):
        return subprocess.run([sys.executable, "-B", os.path.join(BENCH, "run.py"), *arguments],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    def test_list(self):
        result = self.bench("--list")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for entry in (*work.ROWS, *scale.SERIES):
            self.assertIn(f"  {entry.name} ", result.stdout)

    def test_wrong_use(self):
        for arguments, said in ((["nothing"], "there is no nothing"), (["--rounds", "0"], "--rounds"),
                                (["--scale", "noop-1"], "there is no noop-1"),
                                (["users"], "there is no users"), (["--rou", "3"], "--rou")):
            with self.subTest(arguments):
                result = self.bench(*arguments)
                self.assertEqual(result.returncode, 2)
                self.assertIn(said, result.stderr)

    def test_nothing_is_built(self):
        with tempfile.TemporaryDirectory() as folder:
            result = self.bench("--build", folder)
        self.assertEqual(result.returncode, 1)
        self.assertIn("has no roost: script/bench builds it", result.stderr)


if __name__ == "__main__":
    unittest.main()
