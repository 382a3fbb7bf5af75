# test_abi_rows.py - the table of test_abi.c has a row for each public struct, member and enumerator.
#
# test_abi_rows.py INCLUDE-FOLDER TEST_ABI.C            checks
# test_abi_rows.py INCLUDE-FOLDER --print COMPILER…     prints the rows as they are now
import pathlib
import re
import subprocess
import sys
import tempfile

import headers


def rows(folder):
    for header, text in headers.read(folder).items():
        for name, members in headers.structs(text):
            yield header, "SIZE", f"struct {name}"
            for member in members:
                yield header, "OFFSET", f"struct {name}, {member}"
        for name in headers.enumerators(text):
            yield header, "VALUE", name


def check(folder, source):
    text = pathlib.Path(source).read_text()
    have = set(re.findall(r"(SIZE|OFFSET|VALUE)\(([\w ]+(?:, \w+)?), -?\d+\)", text))
    want = {(kind, what) for _, kind, what in rows(folder)}
    for kind, what in sorted(want - have):
        print(f"no row {kind}({what}, …)")
    for kind, what in sorted(have - want):
        print(f"row {kind}({what}, …) is for nothing in the headers")
    return 0 if have == want and want else 1


def show(folder, compiler):
    lines = ["#include <roost/roost.h>", "#include <roost/local.h>",
             "#include <stddef.h>", "#include <stdio.h>",
             "#define SIZE(t) (long)sizeof(t)", "#define OFFSET(t, m) (long)offsetof(t, m)",
             "#define VALUE(v) (long)(v)", "int main(void) {"]
    last = None
    for header, kind, what in rows(folder):
        if header != last:
            lines.append(f'puts("\\n\\t/* {header} */");')
            last = header
        lines.append(f'printf("\\t{kind}({what}, %ld),\\n", {kind}({what}));')
    lines.append("}")
    with tempfile.TemporaryDirectory() as scratch:
        program = pathlib.Path(scratch, "rows")
        subprocess.run(compiler + ["-x", "c", "-I", folder, "-o", str(program), "-"],
                       input="\n".join(lines), text=True, check=True)
        print(subprocess.run([str(program)], text=True, capture_output=True, check=True).stdout)
    return 0


def main():
    if sys.argv[2] == "--print":
        return show(sys.argv[1], sys.argv[3:])
    return check(sys.argv[1], sys.argv[2])


sys.exit(main())
