"""figures.py - what the raw figures say: medians, ratios, and whether a target is met."""
import statistics
from dataclasses import dataclass, field

OURS, THEIRS = "roost", "Dovecot"
# A measurement during which others took this part of a core is disturbed.
DISTURBED = 0.2


@dataclass
class Summary:
    """One row of the table of work, measured."""

    row: object
    ours: float = None  # medians
    theirs: float = None
    ratios: list = field(default_factory=list)  # of each round; more is better for us
    limit: float = None  # what the machine allows, in the unit of the row
    disturbed: int = 0  # measurements

    @property
    def ratio(self):
        return statistics.median(self.ratios) if self.ratios else None

    @property
    def share(self):
        """Percent of what the machine allows."""
        if not self.limit or not self.ours:
            return None
        good, most = self.ours, self.limit
        return 100 * (good / most if self.row.more_is_better else most / good)

    @property
    def misses(self):
        """What is below its target, in words; None when there is no target, or no figure for one."""
        row, said, asked = self.row, [], False
        if row.target is not None and self.ratio is not None:
            asked = True
            if self.ratio < row.target:
                said.append(f"the ratio is {show(self.ratio)}, not {show(row.target)}")
        if row.most is not None and self.ours is not None:
            asked = True
            if self.ours > row.most:
                said.append(f"it is {show(self.ours)} {row.unit}, not {show(row.most)}")
        if row.share is not None and self.share is not None:
            asked = True
            if self.share < row.share:
                said.append(f"{show(self.share)}% of the machine's limit, not {show(row.share)}%")
        return said if asked else None


def ratio(row, ours, theirs):
    """How many times better ours is."""
    good, bad = (ours, theirs) if row.more_is_better else (theirs, ours)
    return good / bad if bad > 0 else None


def is_disturbed(record):
    return record.get("other_cpu", 0) > DISTURBED * record.get("wall", 0) > 0


def summarize(rows, records):
    """A Summary of each row that has been measured. A record has "row", "server", "round" and
    "value", and for a limit "limit" instead of "row" and "server"."""
    limits = {}
    for record in records:
        if "limit" in record:
            limits.setdefault(record["limit"], []).append(record["value"])
    summaries = []
    for row in rows:
        mine = [record for record in records if record.get("row") == row.name]
        if not mine:
            continue
        rounds = {}
        for record in mine:
            rounds.setdefault(record["round"], {})[record["server"]] = record["value"]
        summary = Summary(row, disturbed=sum(is_disturbed(record) for record in mine))
        for server, key in ((OURS, "ours"), (THEIRS, "theirs")):
            values = [values[server] for values in rounds.values() if server in values]
            if values:
                setattr(summary, key, statistics.median(values))
        pairs = [ratio(row, values[OURS], values[THEIRS]) for values in rounds.values()
                 if OURS in values and THEIRS in values]
        summary.ratios = [pair for pair in pairs if pair is not None]
        if row.limit in limits:
            answers = [record["bytes"] for record in mine if "bytes" in record]
            octets = row.octets or (statistics.median(answers) if answers else None)
            summary.limit = limit_of(row, statistics.median(limits[row.limit]), octets)
        summaries.append(summary)
    return summaries


def limit_of(row, limit, octets):
    """A limit in the unit of the row: MB/s become the milliseconds that `octets` take."""
    if row.more_is_better:
        return limit
    return octets / 1e6 / limit * 1e3 if octets and limit else None


def show(number):
    """A number with three digits that count: 12345 is 12,300, 0.01234 is 0.0123."""
    if number is None:
        return "–"
    if number == 0:
        return "0"
    magnitude = 0
    size = abs(number)
    while size >= 999.5:
        size /= 10
        magnitude += 1
    if magnitude > 0:
        return f"{round(number, -magnitude):,.0f}"
    places = 0
    while places < 6 and round(abs(number), places) * 10 ** places < 99.5:
        places += 1
    text = f"{number:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def verdict(summary):
    misses = summary.misses
    if misses is None:
        return "–"
    return "no" if misses else "yes"


def table(summaries):
    """Lines of text for a terminal."""
    rows = [("", "roost", "Dovecot", "unit", "ratio", "target", "of limit", "met")]
    for summary in summaries:
        row = summary.row
        rows.append((row.name, show(summary.ours), show(summary.theirs), row.unit,
                     show(summary.ratio), show(row.target),
                     "–" if summary.share is None else f"{show(summary.share)}%",
                     verdict(summary) + (" *" if summary.disturbed else "")))
    widths = [max(len(cells[i]) for cells in rows) for i in range(len(rows[0]))]
    left = {0, 3, 7}
    lines = ["  ".join(cell.ljust(width) if i in left else cell.rjust(width)
                       for i, (cell, width) in enumerate(zip(cells, widths))).rstrip()
             for cells in rows]
    if any(summary.disturbed for summary in summaries):
        lines.append("* others were at work on this machine meanwhile")
    return lines
