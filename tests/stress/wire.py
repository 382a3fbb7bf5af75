"""wire.py - what a server says, taken apart: strictly, so that nothing odd passes."""
import re
from dataclasses import dataclass, field

# A FETCH item's name may hold blanks and parentheses: BODY[HEADER.FIELDS (TO CC)]<0>
TOKEN = re.compile(
    rb'(?P<item>(?:BODY|BINARY)\[[^\]\r\n]*\](?:<\d+>)?)'
    rb'|(?P<literal>\{\d+\}\r\n)'
    rb'|"(?P<quoted>(?:[^"\\\r\n\x00\x80-\xff]|\\["\\])*)"'
    rb'|(?P<atom>\\\*|\\?[^\s(){"\\%*\x00-\x1f\x7f-\xff]+)')
STATUS = re.compile(rb'(OK|NO|BAD|BYE|PREAUTH) (?:\[([^\]\r\n]+)\] )?([^\r\n]+)')


class Violation(Exception):
    """The server broke the protocol, or a promise."""


def check(condition, text):
    if not condition:
        raise Violation(text() if callable(text) else text)


@dataclass
class Response:
    tag: str                # "*", "+" or the tag of a command
    kind: str = ""          # of a status: OK, NO, BAD, BYE, PREAUTH; of data: EXISTS, FETCH, ...
    code: str = ""          # of a status, without brackets
    text: str = ""
    number: int = 0         # of EXISTS, RECENT, EXPUNGE, FETCH
    values: list = field(default_factory=list)


def parse_values(chunks, literals):
    """Values separated by single blanks: atoms as str, strings as bytes, NIL as None, lists."""
    stack = [[]]
    literals = iter(literals)
    data = b"".join(chunks)
    at = 0
    separated = True        # a value may begin here
    while data[at:] != b"\r\n":
        byte = data[at:at + 1]
        if byte == b"(":
            # Lists may follow each other closely: (part)(part)
            check(separated or data[at - 1:at] == b")", lambda: f"no blank at {at} in {data!r}")
            stack.append([])
            at += 1
            separated = True
            continue
        if byte == b")":
            check(len(stack) > 1, lambda: f"a list ends that did not begin in {data!r}")
            check(not separated or data[at - 1:at] == b"(", lambda: f"a blank at {at} in {data!r}")
            ended = stack.pop()
            stack[-1].append(ended)
            at += 1
            separated = False
            continue
        if byte == b" ":
            check(not separated, lambda: f"two blanks at {at} in {data!r}")
            at += 1
            separated = True
            continue
        match = TOKEN.match(data, at)
        check(match and separated, lambda: f"nonsense at {at} in {data[:2000]!r}")
        if match["literal"] is not None:
            value = next(literals)
        elif match["quoted"] is not None:
            value = re.sub(rb"\\(.)", rb"\1", match["quoted"])
        else:
            value = match[0].decode("ascii")
            value = None if value.upper() == "NIL" else value
        stack[-1].append(value)
        at = match.end()
        separated = False
    check(len(stack) == 1, lambda: f"a list does not end in {data!r}")
    check(not separated, lambda: f"a blank at the end of {data!r}")
    return stack[0]


def parse(chunks, literals):
    """A whole response: its lines, of which all but the last announce a literal; the literals."""
    first = chunks[0]
    if first.startswith(b"+ ") or first == b"+\r\n":
        return Response("+", text=first[2:-2].decode("utf-8"))
    tag, _, rest = first.partition(b" ")
    status = STATUS.fullmatch(rest.removesuffix(b"\r\n"))
    if status:
        check(not literals, "a literal in a status response")
        return Response(tag.decode("ascii"), status[1].decode(), (status[2] or b"").decode(),
                        status[3].decode("utf-8"))
    check(tag == b"*", lambda: f"neither untagged nor a status: {first!r}")
    values = parse_values([rest, *chunks[1:]], literals)
    check(values and isinstance(values[0], str), lambda: f"nothing is said in {first!r}")
    if values[0].isdigit():
        check(len(values) >= 2 and isinstance(values[1], str), lambda: f"a lone number: {first!r}")
        return Response("*", values[1].upper(), number=int(values[0]), values=values[2:])
    return Response("*", values[0].upper(), values=values[1:])


async def read(reader):
    """The next response from a stream, and how it looks in a report; None at the end."""
    chunks, literals = [], []
    while True:
        line = await reader.readline()
        if not line and not chunks:
            return None
        if not line.endswith(b"\r\n"):
            raise ConnectionResetError("the connection ended in the middle of a response")
        check(b"\r" not in line[:-2] and b"\0" not in line, lambda: f"CR or NUL within {line!r}")
        chunks.append(line)
        match = re.search(rb"\{(\d+)\}\r\n$", line)
        if not match:
            break
        literals.append(await reader.readexactly(int(match[1])))
    return parse(chunks, literals), b"".join(chunks)


def numbers_of_set(text):
    """The numbers of 3:5,9 in that order."""
    numbers = []
    for part in text.split(","):
        first, _, last = part.partition(":")
        check(first.isdigit() and (last or first).isdigit(), f"not a set of UIDs: {text}")
        numbers.extend(range(int(first), int(last or first) + 1))
    check(all(numbers) and sorted(set(numbers)) == numbers, f"not in order: {text}")
    return numbers


def set_of_numbers(numbers):
    """The shortest set, 3:5,9."""
    ranges = []
    for number in sorted(numbers):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ",".join(str(a) if a == b else f"{a}:{b}" for a, b in ranges)
