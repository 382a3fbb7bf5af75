"""tool.py - running imapbench and limits, and reading what they print."""
import contextlib
import json
import subprocess

from process import BenchError


def read_lines(text):
    """The objects of lines of JSON."""
    lines = []
    for line in text.splitlines():
        try:
            found = json.loads(line)
        except ValueError as error:
            raise BenchError(f"this is no line of JSON: {line[:200]!r}") from error
        if not isinstance(found, dict):
            raise BenchError(f"this line of JSON is no object: {line[:200]!r}")
        lines.append(found)
    return lines


def run(program, *arguments, patience=1800):
    """Run one of them; the objects that it printed."""
    try:
        result = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, timeout=patience,
                                capture_output=True, text=True, check=False)
    except OSError as error:
        raise BenchError(f"cannot run {program}: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"{program} {' '.join(arguments)}: not done after {patience} s") from error
    if result.returncode != 0:
        raise BenchError(f"{program} {' '.join(arguments)}: "
                         f"{result.stderr.strip() or f'exit status {result.returncode}'}")
    return read_lines(result.stdout)


@contextlib.contextmanager
def held(program, *arguments, until):
    """Run one of them until it has printed the object of that name, and end it afterwards."""
    with subprocess.Popen([program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True) as running:
        try:
            if not any(read_lines(line)[0].get("name") == until for line in running.stdout):
                raise BenchError(f"{program} {' '.join(arguments)}: ended before {until}")
            yield
        finally:
            running.kill()


def pick(lines, what):
    """The line with the figure: the one of most connections where there are several, else the last."""
    found = [line for line in lines if isinstance(line.get("value"), (int, float))]
    if not found:
        raise BenchError(f"{what}: there is no figure in what was printed")
    line = max(reversed(found), key=lambda line: line.get("connections", 0))
    if line.get("unit") == "bytes/connection":
        line = {**line, "value": line["value"] / 1024, "unit": "KiB"}
    return line


def words_of(lines):
    """The words that `fill` has put into few messages, by the names that work.py has for them."""
    for line in lines:
        if "rare_word" in line:
            return {"rare": line["rare_word"], "subject": line["subject_word"]}
    raise BenchError("imapbench does not tell which words are rare in the mail it makes")
