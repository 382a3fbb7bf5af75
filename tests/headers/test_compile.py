# test_compile.py - each public header compiles alone, as strict C11 and as C++.
#
# test_compile.py INCLUDE-FOLDER c|c++ COMPILER…
import subprocess
import sys

import headers

OPTIONS = {
    "c": ["-x", "c", "-std=c11", "-Wstrict-prototypes"],
    "c++": ["-x", "c++", "-std=c++11"],
}


def main():
    folder, language, compiler = sys.argv[1], sys.argv[2], sys.argv[3:]
    failed = 0
    for name in headers.read(folder):
        program = f"#include <roost/{name}>\n#include <roost/{name}>\nint main(void);\n"
        run = subprocess.run(
            compiler + OPTIONS[language] + ["-pedantic-errors", "-Wall", "-Wextra", "-Werror",
                                            "-fsyntax-only", "-I", folder, "-"],
            input=program, text=True, capture_output=True, check=False)
        if run.returncode != 0:
            print(f"roost/{name} does not compile alone as {language}:\n{run.stderr}")
            failed += 1
    return 1 if failed else 0


sys.exit(main())
