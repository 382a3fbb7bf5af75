#!/usr/bin/env python3
"""page.py - doc/performance.md and its charts, from files of results: page.py COMPARE SCALE FOLDER."""
import json
import os
import sys

import chart
import figures
import scale
import work
from figures import show

HERE = os.path.dirname(os.path.abspath(__file__))
METHOD = """
`script/bench` measures this, and writes this page; `bench/` has the load generator, the table of work and its targets. Both servers run on one machine, on its
loopback, and have the same users and the same {messages:,} messages of {octets} KiB; a row is measured on one and at once on the other while
nothing else is at work, three times in turns. Figures are medians; the ratio is the median of the ratios of each turn, and more than one is better for roost whatever the unit.

- Dovecot is set up at its best: sdbox with its durability of the package, the login service for speed (`service_count = 0`), processes that serve many sessions one after another
  (`service imap {{ service_count = 1000 }}`), enough processes and memory for all, a static password; for idle connections `imap-hibernate` after a second. FTS is none, as the package has none.
- roost is as it comes, built with `--buildtype=release`. Its accounts have SHA-256-crypt with the fewest rounds, as Dovecot's have plain passwords: hashing is not measured, and sign-ins
  that were right are remembered by both or cost nothing.
- What reads was done once just before, in each turn, so that all is warm on both sides; after filling, and before each start, we wait until the server does nothing more. *No index* is a roost with `no-text-index`.
- EXPUNGE empties a mailbox whose messages are in another one, too, as the copy is made back for the next turn; STORE and COPY are undone, untimed.
- Memory is the growth of the proportional set size (PSS) of all processes of the server, for each connection, signed in as one of {users:,} users, with INBOX selected, in IDLE.
- The limits of the machine were measured in the same turns, by programs of a few lines that serve no mail: a row's share is what roost reaches of it.
""".strip()


def cell(words):
    return words.replace("|", "\\|")


def head(about):
    lines = ["| | |", "|---|---|"]
    return lines + [f"| {what} | {cell(str(how))} |" for what, how in about.items()]


def group_table(group, summaries):
    lines = [f"| {group.title}, {group.unit} | roost | Dovecot | ratio | target | met |",
             "|---|--:|--:|--:|--:|---|"]
    for summary in summaries:
        row = summary.row
        wanted = [] if row.target is None else [show(row.target)]
        wanted += [] if row.most is None else [f"≤ {show(row.most)} {row.unit}"]
        lines.append(f"| {cell(row.title)} | {show(summary.ours)} | {show(summary.theirs)} | "
                     f"{show(summary.ratio)} | {', '.join(wanted) or '–'} | "
                     f"{figures.verdict(summary)} |")
    return lines


def limit_tables(summaries, records):
    values = {}
    for record in records:
        if "limit" in record:
            values.setdefault(record["limit"], []).append(record["value"])
    lines = ["| limit | figure | unit |", "|---|--:|---|"]
    for limit in work.LIMITS:
        if limit.name in values:
            median = figures.statistics.median(values[limit.name])
            lines.append(f"| {limit.title} | {show(median)} | {limit.unit} |")
    lines += ["", "| work | roost | limit | unit | share | target |", "|---|--:|--:|---|--:|--:|"]
    for summary in summaries:
        if summary.share is not None:
            row = summary.row
            wanted = "–" if row.share is None else f"{show(row.share)}%"
            lines.append(f"| {cell(row.title)} | {show(summary.ours)} | {show(summary.limit)} | "
                         f"{row.unit} | {show(summary.share)}% | {wanted} |")
    return lines


def missed(summaries):
    """What is below its target, as a list."""
    lines = [f"- `{summary.row.name}`: {'; '.join(summary.misses)}"
             for summary in summaries if summary.misses]
    return lines or ["Every target is met."]


def compare_part(about, records, notes):
    """The lines of the page about both servers, and {name of a chart: its SVG}."""
    summaries = figures.summarize(work.ROWS, records)
    lines = [*head(about), "", "## Beside Dovecot", ""]
    charts = {}
    for name, group in work.GROUPS.items():
        mine = [summary for summary in summaries if summary.row.group == name]
        if not mine:
            continue
        charts[f"performance-{name}.svg"] = chart.bars(
            group.title, group.unit, (figures.OURS, figures.THEIRS),
            [(summary.row.title, (summary.ours, summary.theirs)) for summary in mine])
        lines += [*group_table(group, mine), "",
                  f"![{group.title}: roost and Dovecot](performance-{name}.svg)", ""]
    disturbed = sum(summary.disturbed for summary in summaries)
    count = sum("row" in record for record in records)
    if disturbed:
        lines += [f"{disturbed} of {count} measurements were disturbed: others took more than a "
                  "fifth of a core meanwhile.", ""]
    lines += ["## Beside the machine", "", *limit_tables(summaries, records), "",
              "## Targets that are missed", "", *missed(summaries)]
    if notes.strip():
        lines += ["", notes.strip()]
    return lines, charts


def series_part(series, records):
    """The tables and charts of a series."""
    values = {(record["curve"], record["x"]): record["value"] for record in records
              if record.get("series") == series.name}
    sizes = sorted({x for _, x in values})
    lines, charts = [f"### {series.title}", "", series.note, ""], {}
    for i, (title, unit, curves) in enumerate(series.charts):
        drawn = [(curve, [(x, values[curve, x]) for x in sizes if (curve, x) in values])
                 for curve in curves]
        drawn = [(curve, points) for curve, points in drawn if points]
        if not drawn:
            continue
        name = f"performance-{series.name}{f'-{i + 1}' if i else ''}.svg"
        charts[name] = chart.lines(f"{series.title}: {title[0].lower()}{title[1:]}", series.x_name,
                                   unit, drawn)
        lines += [f"| {title}, {unit} | " + " | ".join(f"{x:,}" for x in sizes) + " |",
                  "|---|" + "--:|" * len(sizes)]
        for curve, _ in drawn:
            lines.append(f"| {cell(curve)} | "
                         + " | ".join(show(values.get((curve, x))) for x in sizes) + " |")
        lines += ["", f"![{series.title}]({name})", ""]
    return (lines, charts) if charts else ([], {})


def render(compared, scaled, notes):
    """The page, and its charts; each of the two is (about, records), or None."""
    lines = ["# How fast roost is", "", METHOD.format(
        messages=work.MESSAGES, octets=work.OCTETS // 1024, users=work.USERS), ""]
    charts = {}
    if compared is not None:
        more, drawn = compare_part(*compared, notes)
        lines += more
        charts.update(drawn)
    if scaled is not None:
        about, records = scaled
        lines += ["", "## When there is more", "",
                  "roost alone, measured with `script/bench --scale` on "
                  f"{about.get('date', 'another day')} at {about.get('commit', 'some commit')}.", ""]
        for series in scale.SERIES:
            more, drawn = series_part(series, records)
            lines += more
            charts.update(drawn)
    return "\n".join(lines).rstrip() + "\n", charts


def read_results(path):
    """What a file of results says: (about, records)."""
    about, records = {}, []
    with open(path, encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            if "about" in record:
                about = record["about"]
            else:
                records.append(record)
    return about, records


def newest(folder, kind, is_whole):
    """The newest whole results of a kind, or None."""
    for name in sorted(os.listdir(folder), reverse=True):
        if name.startswith(kind + "-") and name.endswith(".jsonl"):
            found = read_results(os.path.join(folder, name))
            if is_whole(found[1]):
                return found
    return None


def has_all_rows(records):
    """Whether each row was measured on both sides, three times at least."""
    done = [(record.get("row"), record.get("server")) for record in records]
    return all(done.count((row.name, server)) >= 3 for row in work.ROWS
               for server in (figures.OURS, figures.THEIRS))


def has_all_series(records):
    """Whether each curve was measured, to its end or as far as files may be open."""
    most = {}
    for record in records:
        key = record.get("series"), record.get("curve")
        most[key] = max(most.get(key, 0), record.get("x", 0))
    return all(most.get((series.name, curve), 0) >= series.sizes[-2] for series in scale.SERIES
               for curve in series.curves)


def write(compared, scaled, folder):
    """Write the page and its charts into a folder, and remove charts of before."""
    with open(os.path.join(HERE, "notes.md"), encoding="utf-8") as file:
        text, charts = render(compared, scaled, file.read())
    for name in os.listdir(folder):
        if name.startswith("performance-") and name.endswith(".svg") and name not in charts:
            os.unlink(os.path.join(folder, name))
    for name, content in {"performance.md": text, **charts}.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(content)


def write_newest(results, folder):
    """The page from the newest whole results of both kinds."""
    write(newest(results, "compare", has_all_rows), newest(results, "scale", has_all_series), folder)


def main(compare_path, scale_path, folder):
    write(*(read_results(path) if path else None for path in (compare_path, scale_path)), folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
