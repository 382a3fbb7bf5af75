"""chart.py - charts as SVG: bars for two servers, and lines for what grows."""
import math
from html import escape

from figures import show

OURS_COLOR, THEIRS_COLOR = "#1f7a4d", "#b9b4a7"
LINE_COLORS = ("#1f7a4d", "#c2571a", "#3c5a99", "#8a3d7c", "#7a6a1f")
INK, GRID = "#222222", "#dddddd"
WIDTH = 760
LABELS = 300  # the part of it for the names of bars


class Drawing:
    """Elements of an SVG, one after another."""

    def __init__(self, width, height, title):
        self.elements = []
        self.head = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
                     f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12" '
                     f'role="img">\n<title>{escape(title)}</title>\n'
                     f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n')
        self.text(16, 24, title, size=15, weight="bold")

    def text(self, x, y, words, anchor="start", size=12, weight="normal"):
        self.elements.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
                             f'font-size="{size}" font-weight="{weight}" fill="{INK}">'
                             f'{escape(words)}</text>')

    def rect(self, x, y, width, height, color):
        self.elements.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
                             f'height="{height:.1f}" fill="{color}"/>')

    def line(self, points, color, width=1):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.elements.append(f'<polyline points="{path}" fill="none" stroke="{color}" '
                             f'stroke-width="{width}"/>')

    def dot(self, x, y, color):
        self.elements.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>')

    def legend(self, x, y, entries):
        for words, color in entries:
            self.rect(x, y - 9, 10, 10, color)
            self.text(x + 15, y, words)
            x += 30 + 7 * len(words)

    def finish(self):
        return self.head + "\n".join(self.elements) + "\n</svg>\n"


class Scale:
    """From numbers to places between `low` and `high` of a drawing; in powers of ten if wanted."""

    def __init__(self, numbers, low, high, logarithmic):
        self.logarithmic = logarithmic
        positive = [number for number in numbers if number > 0] or [1]
        if logarithmic:
            self.least = math.floor(math.log10(min(positive)) + 1e-9)
            self.most = math.ceil(math.log10(max(positive)) - 1e-9)
            if self.most <= self.least:
                self.most = self.least + 1
        else:
            self.least, self.most = 0, max(positive) * 1.05
        self.low, self.high = low, high

    def place(self, number):
        if self.logarithmic:
            number = math.log10(number) if number > 0 else self.least
        part = (number - self.least) / (self.most - self.least)
        return self.low + min(max(part, 0), 1) * (self.high - self.low)

    def ticks(self):
        if self.logarithmic:
            return [10.0 ** power for power in range(self.least, self.most + 1)]
        step = 10 ** math.floor(math.log10(self.most))
        while self.most / step < 4:
            step /= 2
        return [step * i for i in range(int(self.most / step) + 1)]


def is_wide(numbers):
    """Whether small ones among them would not be seen beside the large ones."""
    positive = [number for number in numbers if number > 0]
    return bool(positive) and max(positive) / min(positive) > 30


def shorten(words, most=40):
    return words if len(words) <= most else words[:most - 1] + "…"


def bars(title, unit, names, rows):
    """Bars, a group of them for each (label, [a number for each name, or None])."""
    numbers = [number for _, values in rows for number in values if number is not None]
    wide = is_wide(numbers)
    thick = 14
    step = thick * len(names) + 12
    top, height = 66, 66 + step * len(rows) + 30
    drawing = Drawing(WIDTH, height, f"{title}, {unit}" + (" (logarithmic)" if wide else ""))
    colors = (OURS_COLOR, THEIRS_COLOR)
    drawing.legend(LABELS, 48, list(zip(names, colors)))
    scale = Scale(numbers, LABELS, WIDTH - 70, wide)
    if wide and numbers:
        # A bar must be seen also where it is the shortest.
        scale.least -= 1 if min(n for n in numbers if n > 0) < 10 ** scale.least * 1.5 else 0
    bottom = top + step * len(rows)
    for tick in scale.ticks():
        x = scale.place(tick)
        drawing.line([(x, top - 4), (x, bottom)], GRID)
        drawing.text(x, bottom + 16, show(tick), "middle", size=11)
    for i, (label, values) in enumerate(rows):
        y = top + i * step
        drawing.text(LABELS - 8, y + thick * len(names) / 2 + 4, shorten(label), "end", size=11)
        for j, value in enumerate(values):
            if value is None:
                continue
            x = scale.place(value)
            drawing.rect(LABELS, y + j * thick, max(x - LABELS, 1), thick - 2, colors[j])
            drawing.text(x + 4, y + j * thick + 10, show(value), size=11)
    return drawing.finish()


def lines(title, x_name, y_name, series):
    """Lines, each a (name, [(x, y)]); both axes in powers of ten."""
    left, right, top, bottom = 80, WIDTH - 30, 70, 340
    drawing = Drawing(WIDTH, bottom + 62 + 18 * ((len(series) + 1) // 2), title)
    points = [point for _, places in series for point in places]
    across = Scale([x for x, _ in points], left, right, True)
    up = Scale([y for _, y in points], bottom, top, True)
    for tick in across.ticks():
        drawing.line([(across.place(tick), top), (across.place(tick), bottom)], GRID)
        drawing.text(across.place(tick), bottom + 18, show(tick), "middle", size=11)
    for tick in up.ticks():
        drawing.line([(left, up.place(tick)), (right, up.place(tick))], GRID)
        drawing.text(left - 8, up.place(tick) + 4, show(tick), "end", size=11)
    drawing.text((left + right) / 2, bottom + 42, x_name, "middle")
    drawing.text(16, top - 10, y_name)
    for i, (name, places) in enumerate(series):
        color = LINE_COLORS[i % len(LINE_COLORS)]
        drawing.legend(left + 320 * (i % 2), bottom + 66 + 18 * (i // 2), [(name, color)])
        spots = [(across.place(x), up.place(y)) for x, y in sorted(places)]
        drawing.line(spots, color, 2)
        for x, y in spots:
            drawing.dot(x, y, color)
    return drawing.finish()
