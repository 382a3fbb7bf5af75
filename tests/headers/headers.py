# headers.py - reads what the public headers declare: functions, structs with their members, enums.
import pathlib
import re


def read(folder):
    """The text of all public headers, by name, without comments."""
    texts = {}
    for path in sorted(pathlib.Path(folder, "roost").glob("*.h")):
        text = re.sub(r"/\*.*?\*/", " ", path.read_text(), flags=re.S)
        texts[path.name] = text
    if not texts:
        raise SystemExit(f"no headers in {folder}/roost")
    return texts


def functions(text):
    """The names that ROOST_API makes visible."""
    found = []
    for part in text.split("ROOST_API")[1:]:
        match = re.match(r"[^;{(]*?\b(roost_\w+)\s*\(", part)
        if match:
            found.append(match.group(1))
    return found


def unmarked(text):
    """Functions that are declared without ROOST_API."""
    found = []
    for statement in re.split(r"[;{}]", re.sub(r"^\s*#.*?(?<!\\)$", "", text, flags=re.M | re.S)):
        match = re.match(r"\s*(?!typedef\b)[\w\s]+[\s*](roost_\w+)\s*\(", statement)
        if match and "ROOST_API" not in statement:
            found.append(match.group(1))
    return found


def body(text, start):
    """What stands between the braces that open at `start`."""
    depth = 0
    for i in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return text[start + 1:i]
    raise SystemExit("a brace is not closed")


def members(block):
    names = []
    for declaration in block.split(";"):
        declaration = " ".join(declaration.split())
        if not declaration:
            continue
        pointer = re.search(r"\(\*\s*(\w+)\)", declaration)
        if pointer:
            names.append(pointer.group(1))
            continue
        for declarator in declaration.split(","):
            names.append(re.search(r"(\w+)\s*(\[[^\]]*\])?$", declarator.strip()).group(1))
    return names


def structs(text):
    """(struct, members) of each struct that is defined."""
    for match in re.finditer(r"\bstruct (roost_\w+)\s*\{", text):
        yield match.group(1), members(body(text, match.end() - 1))


def enumerators(text):
    for match in re.finditer(r"\benum roost_\w+\s*\{", text):
        for item in body(text, match.end() - 1).split(","):
            if item.strip():
                yield re.match(r"\s*(\w+)", item).group(1)
