#!/usr/bin/env python3
"""Runs every message of the mail corpus through the library and compares: with the corpus's own expected results where
their offsets mean what ours mean, with GMime's part structure, and with what must be true of any outline. A difference
that is not in the list of known ones fails, and so does a known one that is no difference any more.

usage: compare.py OUTLINE_DUMP GMIME_DUMP KNOWN CORPUS"""

import datetime
import json
import os
import re
import subprocess
import sys

SKIP = 77
FROM_LINE = re.compile(rb"^From .*\d\d:\d\d.*$", re.M)


def to_crlf(data):
    return re.sub(rb"\r\n|\n", b"\r\n", data)


def split_mbox(data):
    """The messages of a mailbox file, without their From_ lines."""
    starts = [m.start() for m in FROM_LINE.finditer(data) if m.start() == 0 or data[:m.start()].endswith((b"\n\n", b"\r\n\r\n"))]
    if not starts or starts[0] != 0:
        return []
    messages = []
    for start, end in zip(starts, starts[1:] + [len(data)]):
        line_end = data.find(b"\n", start)
        if line_end >= 0:
            messages.append(data[line_end + 1:end])
    return messages


def dump(tool, messages):
    frames = b"".join(b"%d\n" % len(m) + m for m in messages)
    result = subprocess.run([tool], input=frames, stdout=subprocess.PIPE)
    lines = result.stdout.split(b"\n")[:-1]
    if result.returncode != 0 or len(lines) != len(messages):
        sys.exit("%s failed on message %d of %d" % (tool, len(lines), len(messages)))
    return lines


def is_known(known, check, name):
    """The entry that tells of it: its name may end in * ."""
    for kind, pattern in known:
        if kind == check and (name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1]))):
            return kind, pattern
    return None


def tree_of(parts, index=0):
    part = parts[index]
    kind = ("%s/%s" % (part["type"], part["subtype"])).lower()
    return [kind, [tree_of(parts, i) for i, p in enumerate(parts) if p["parent"] == index]]


def lower_types(tree):
    return [tree[0].lower(), [lower_types(child) for child in tree[1]]]


def count_lines(data):
    ends = len(re.findall(rb"\r\n|\n|\r", data))
    return ends + (1 if data and data[-1:] not in (b"\r", b"\n") else 0)


def check_invariants(data, told):
    """What must be true whatever the message is."""
    parts = told["parts"]
    if parts[0]["header"] != 0 or parts[0]["end"] != len(data):
        yield "part 0 is not the whole message"
    if b"".join([told["envelope"].encode("latin-1")]).find(b"\0") >= 0:
        yield "NUL in the envelope"
    for i, part in enumerate(parts):
        header, body = data[part["header"]:part["body"]], data[part["body"]:part["end"]]
        if part["header_lines"] != count_lines(header):
            yield "part %d: %d header lines, counted %d" % (i, part["header_lines"], count_lines(header))
        if part["lines"] != count_lines(body):
            yield "part %d: %d lines, counted %d" % (i, part["lines"], count_lines(body))
        above = parts[part["parent"]] if part["parent"] >= 0 else None
        if above and not above["body"] <= part["header"] <= part["end"] <= above["end"]:
            yield "part %d is not inside its parent" % i
        for name, first, value, end in part["fields"]:
            field = data[first:end]
            if not field.startswith(name.encode("latin-1")) or data[value - 1:value] != b":":
                yield "part %d: field %s lies wrong" % (i, name)
            rest = data[end:part["body"]]
            if rest[:1] in (b" ", b"\t"):
                yield "part %d: field %s is cut" % (i, name)
    yield from check_sections(data, told)
    for name in ("body", "bodystructure"):
        if not balanced(told[name]):
            yield name + " has unbalanced parentheses"


def fnv(data):
    value = 2166136261
    for byte in data:
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value


def check_sections(data, told):
    sections = {name: (size, value) for name, size, value in told["sections"][1:]}
    part = told["parts"][0]
    if sections[""][0] != len(data) or sections["HEADER"][0] + sections["TEXT"][0] != len(data):
        yield "BODY[HEADER] and BODY[TEXT] are not BODY[]"
    if sections["HEADER"][1] != fnv(data[:part["body"]]):
        yield "BODY[HEADER] is wrong"
    chosen = b""
    for name, first, _, end in part["fields"]:
        if name.lower() in ("subject", "from"):
            chosen += data[first:end]
    if not part["cut"] and sections["HEADER.FIELDS"][1] not in [
            fnv(chosen + end) for end in (b"\n", b"\r", b"\r\n", b"\r\n\r\n")]:
        yield "BODY[HEADER.FIELDS] is wrong"


def balanced(text):
    """Whether parentheses match outside of strings."""
    depth = 0
    at = 0
    while at < len(text):
        c = text[at]
        if c == '"':
            at += 1
            while text[at] != '"':
                at += 2 if text[at] == "\\" else 1
        elif c == "{":
            end = text.index("}", at)
            at = end + 2 + int(text[at + 1:end])
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            if depth < 0 or (depth == 0 and at + 1 != len(text)):
                return False
        at += 1
    return depth == 0


def flatten_mail_parser(result):
    """(header, body, end) of each part in the order of their bytes; None for the end of what is decoded."""
    parts = []

    def walk(message, index):
        part = message["parts"][index]
        body = part["body"]
        parts.append((part["offset_header"], part["offset_body"], part["offset_end"]))
        if isinstance(body, dict) and "Multipart" in body:
            for child in body["Multipart"]:
                walk(message, child)
        elif isinstance(body, dict) and "Message" in body:
            walk(body["Message"], 0)

    walk(result, 0)
    return parts


def flatten_mimekit(part, base, marker):
    """The same of a MimeKit tree, whose offsets count from the start of the mailbox file."""
    found = [(part["beginOffset"] - base, part["headersEndOffset"] - base, part["endOffset"] - base, part.get("lines"))]
    for child in part.get("children", []):
        found += flatten_mimekit(child, base, marker)
    return found


def check_wildduck(node, told):
    """Sizes of leaves; wildduck counts a line for what follows the last line end."""
    parts = told["parts"]

    def walk(node):
        yield node
        for child in node.get("childNodes", []):
            yield from walk(child)
        if isinstance(node.get("message"), dict):
            yield from walk(node["message"])

    nodes = list(walk(node))
    if len(nodes) != len(parts):
        yield "wildduck has %d parts, we %d" % (len(nodes), len(parts))
        return
    for i, (node, part) in enumerate(zip(nodes, parts)):
        if "childNodes" not in node and "message" not in node and node["size"] != part["end"] - part["body"]:
            yield "part %d has %d bytes, wildduck %d" % (i, part["end"] - part["body"], node["size"])


def find_expected(corpus):
    """(name, message, check) for each expected result whose offsets are comparable."""
    base = os.path.join(corpus, "mail-parser")
    for folder in ("rfc", "legacy", "malformed", "thirdparty"):
        for name in sorted(os.listdir(os.path.join(base, folder))):
            path = os.path.join(base, folder, name)
            message = re.sub(r"(\.crlf)?\.json$", ".eml", path)
            if name.endswith(".crlf.json"):
                data = to_crlf(open(message, "rb").read())
                expected = flatten_mail_parser(json.load(open(path)))
                yield "mail-parser/%s/%s" % (folder, name), data, check_offsets(expected)
    for i, entry in enumerate(json.load(open(os.path.join(base, "headers/date.json")))):
        message = ("Date: " + entry["header"].rstrip() + "\r\n\r\n").encode()
        yield "mail-parser/headers/date.json#%d" % i, message, check_date(entry["expected"])
    mbox = open(os.path.join(corpus, "MimeKit/mbox/issue1189.mbox.txt"), "rb").read()
    for style in ("unix", "dos"):
        data = to_crlf(mbox) if style == "dos" else mbox
        for i, entry in enumerate(json.load(open(os.path.join(corpus, "MimeKit/mbox/issue1189.%s-offsets.json" % style)))):
            expected = flatten_mimekit(entry["body"], entry["beginOffset"], 0)
            yield ("MimeKit/mbox/issue1189.%s-offsets.json#%d" % (style, i),
                   data[entry["beginOffset"]:entry["endOffset"]], check_offsets(expected))
    for name in ("simple", "mimetorture"):
        path = os.path.join(corpus, "wildduck", name)
        node = json.load(open(path + ".json"))
        yield ("wildduck/%s.json" % name, to_crlf(open(path + ".eml", "rb").read()),
               lambda told, node=node: check_wildduck(node, told))


def check_date(expected):
    """A Date field as mail-parser reads it."""
    def check(told):
        seconds = None
        try:
            zone = (expected["tz_hour"] * 60 + expected["tz_minute"]) * (-1 if expected["tz_before_gmt"] else 1)
            moment = datetime.datetime(expected["year"], expected["month"], expected["day"], expected["hour"],
                                       expected["minute"], expected["second"], tzinfo=datetime.timezone.utc)
            seconds = [int(moment.timestamp()) - zone * 60, zone]
        except (TypeError, ValueError):
            pass  # no date
        if told["sent_date"] != seconds:
            yield "sent %s, expected %s" % (told["sent_date"], seconds)
    return check


def check_offsets(expected):
    def check(told):
        parts = [(p["header"], p["body"], p["end"], p["lines"]) for p in told["parts"]]
        if len(parts) != len(expected):
            yield "%d parts, expected %d" % (len(parts), len(expected))
            return
        for i, (ours, theirs) in enumerate(zip(parts, expected)):
            if ours[:3] != theirs[:3]:
                yield "part %d lies at %s, expected %s" % (i, ours[:3], theirs[:3])
            elif len(theirs) > 3 and theirs[3] is not None and ours[3] != theirs[3]:
                yield "part %d has %d lines, expected %d" % (i, ours[3], theirs[3])
    return check


def read_corpus(corpus):
    """(name, bytes) of every file, and of every message of mailbox files."""
    for folder, folders, names in os.walk(corpus):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            data = open(path, "rb").read()
            label = os.path.relpath(path, corpus)
            yield label, data
            for i, message in enumerate(split_mbox(data)):
                yield "%s#%d" % (label, i), message


def read_known(path):
    """A file of lines "check | name | reason"; the name may end in * ."""
    known = {}
    for line in open(path):
        fields = [field.strip() for field in line.split("|")]
        if len(fields) == 3 and not line.startswith("#"):
            known[(fields[0], fields[1])] = fields[2]
    return known


def main():
    outline_dump, gmime_dump, known_path, corpus = sys.argv[1:5]
    corpus = os.environ.get("ROOST_CORPUS", corpus)
    if not os.path.isdir(corpus):
        print("no corpus at", corpus)
        sys.exit(SKIP)
    known = read_known(known_path)
    used = set()
    failures = 0
    counts = {}

    def report(check, name, difference):
        nonlocal failures
        entry = is_known(known, check, name)
        reason = known.get(entry)
        used.add(entry)
        counts[check] = counts.get(check, 0) + 1
        if reason is None:
            failures += 1
        print("%s: %s: %s: %s" % ("known" if reason else "NEW", check, name, difference), "(%s)" % reason if reason else "")

    messages = list(read_corpus(corpus))
    told = [json.loads(line) for line in dump(outline_dump, [data for _, data in messages])]
    for (name, data), outline in zip(messages, told):
        for difference in check_invariants(data, outline):
            report("invariant", name, difference)
    theirs = [json.loads(line) for line in dump(gmime_dump, [data for _, data in messages])]
    for (name, data), outline, tree in zip(messages, told, theirs):
        ours = tree_of(outline["parts"])
        # GMime has no opinion on what does not begin with a header field.
        if tree[0] and not name.endswith((".json", ".xml")) and ours != lower_types(tree):
            report("gmime", name, "ours %s, GMime %s" % (json.dumps(ours), json.dumps(tree)))
    expected = list(find_expected(corpus))
    for (name, _, check), line in zip(expected, dump(outline_dump, [data for _, data, _ in expected])):
        for difference in check(json.loads(line)):
            report("expected", name, difference)
    for check, name in sorted(set(known) - used):
        failures += 1
        print("STALE: %s: %s is no difference any more" % (check, name))
    sizes = sorted(outline["outline_size"] for outline in told)
    print("%d messages, %d with other programs' results; outlines: median %d bytes, largest %d" % (
        len(messages), len(expected), sizes[len(sizes) // 2], sizes[-1]))
    print("differences: %s; %d not known" % (counts, failures))
    sys.exit(1 if failures else 0)


main()
