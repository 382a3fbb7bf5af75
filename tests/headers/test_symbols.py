# test_symbols.py - the shared libraries export what the public headers declare, and nothing else.
#
# test_symbols.py INCLUDE-FOLDER LIBRARY LOCAL-LIBRARY NM…    LOCAL-LIBRARY: what local.h declares
import subprocess
import sys

import headers


def exported(library, nm):
    run = subprocess.run(nm + ["-D", "--defined-only", library], text=True, capture_output=True,
                         check=True)
    names = set()
    for line in run.stdout.splitlines():
        name = line.split()[-1].split("@")[0]
        # What the toolchain adds: sanitizers, coverage, the linker.
        if not name.startswith("_"):
            names.add(name)
    return names


def main():
    folder, library, local, nm = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    declared, failed = {}, 0
    for header, text in headers.read(folder).items():
        for name in headers.functions(text):
            if name in declared:
                print(f"{name} is declared in {declared[name]} and in {header}")
                failed += 1
            declared[name] = header
        for name in headers.unmarked(text):
            print(f"{name} in {header} is declared without ROOST_API")
            failed += 1
    names = exported(library, nm)
    for name in sorted(exported(local, nm)):
        if declared.get(name) != "local.h":
            print(f"{name} is exported by the local library and not declared in local.h")
            failed += 1
        names.add(name)
    for name in sorted(exported(library, nm)):
        if declared.get(name) == "local.h":
            print(f"{name} of local.h is exported by the library that does without")
            failed += 1
    for name in sorted(names - declared.keys()):
        print(f"{name} is exported and declared in no public header")
        failed += 1
    for name in sorted(declared.keys() - names):
        print(f"{name} is declared in {declared[name]} and not exported")
        failed += 1
    print(f"{len(declared)} functions declared, {len(names)} symbols exported")
    return 1 if failed or not declared else 0


sys.exit(main())
