"""test_checks.py - the checks of script/: each finds what it is there to find."""
import json
import os
import shutil
import subprocess
import sys
import unittest

from program import FolderTest

SCRIPTS = os.path.join(os.path.dirname(__file__), "../../script")


class Check(FolderTest):
    def check(self, script, *arguments):
        result = subprocess.run([sys.executable, os.path.join(SCRIPTS, script), *arguments],
                                capture_output=True, text=True, check=False)
        self.assertEqual(result.stderr, "")
        return result.returncode, result.stdout


class Layers(Check):
    # A file, a line in it, and whether the arrow may be.
    ARROWS = [
        ("include/roost/a.h", "#include <roost/b.h>", True),
        ("include/roost/a.h", '#include "b.h"', False),
        ("lib/base/a.c", '#include "base/buf.h"', True),
        ("lib/base/a.c", "#include <roost/flags.h>", True),
        ("lib/base/a.c", '#include "grammar/lexer.h"', False),
        ("lib/grammar/a.c", '#include "base/buf.h"', True),
        ("lib/grammar/a.c", '#include "mime/outline.h"', False),
        ("lib/mime/a.c", '#include "grammar/lexer.h"', False),
        ("lib/mime/deep/a.c", '#include "grammar/lexer.h"', False),
        ("lib/search/a.c", '#include "mime/outline.h"', True),
        ("lib/session/a.h", '  #  include   "view/view.h"', True),
        ("lib/view/a.c", '#include "session/conn.h"', False),
        ("lib/view/a.c", "#include <session/conn.h>", False),
        ("lib/view/a.c", '#include "../session/conn.h"', False),
        ("lib/attic/a.c", "", False),
        ("lib/check/a.c", '#include "base/buf.h"', False),
        ("backends/memory/a.c", '#include "base/buf.h"', False),
        ("backends/memory/a.c", "#include <roost/backend.h>", True),
        ("program/a.c", "#include <base/buf.h>", False),
        ("program/a.c", '#include "own.h"', True),
        ("program/a.c", '#include "serve/serve.h"', True),
        ("program/serve/a.c", '#include "common/log.h"', True),
        ("program/common/a.c", '#include "serve/serve.h"', False),
        ("program/serve/a.c", '#include "common/missing.h"', False),
        ("examples/a.c", '#include "../lib/base/buf.h"', False),
    ]

    def test_arrows(self):
        for i, (path, line, good) in enumerate(self.ARROWS):
            with self.subTest(f"{path}: {line}"):
                self.write(f"{i}/{path}", f"/* a */\n{line}\n".encode())
                for name in ("own.h", "common/log.h", "serve/serve.h"):
                    self.write(f"{i}/program/{name}", b"")
                status, said = self.check("check-layers", self.path(str(i)))
                self.assertEqual(status, 0 if good else 1, said)
                if not good:
                    self.assertIn(path, said)


class Banned(Check):
    CALLS = [
        ("strcpy(a, b);", True),
        ("  sprintf (a, b);", True),
        ("return system(a);", True),
        ("snprintf(a, 1, b);", False),
        ("/* strcpy(a, b) */", False),
        ("/* begun\n strcpy(a, b) */", False),
        ('puts("strcpy(a, b)");', False),
        ('puts("\\"", strcpy(a, b));', True),
        ("strtok_r(a, b, c);", False),
        ("ops->system(a); flags.system(a);", False),
        ("mystrcpy(a, b);", False),
    ]

    def test_calls(self):
        for i, (line, found) in enumerate(self.CALLS):
            with self.subTest(line):
                self.write(f"{i}/lib/base/a.c", line.encode())
                status, said = self.check("check-banned", self.path(str(i)))
                self.assertEqual(status, 1 if found else 0, said)

    def test_sscanf_in_tests(self):
        for folder, status in (("tests", 0), ("program", 1)):
            self.write(f"{folder}/{folder}/a.c", b"sscanf(a, b);")
            self.assertEqual(self.check("check-banned", self.path(folder))[0], status)


class Count(Check):
    # Results, the status of meson test, the last line.
    RUNS = [
        (["OK", "OK", "SKIP"], 0, "2 passed, 0 failed"),
        (["OK", "FAIL"], 1, "1 passed, 1 failed"),
        (["OK", "TIMEOUT", "ERROR"], 2, "1 passed, 2 failed"),
        (["OK"], 1, "1 passed, 1 failed"),
        (["SKIP"], 0, "0 passed, 1 failed"),
        ([], 0, "0 passed, 1 failed"),
    ]

    def test_runs(self):
        for results, status, line in self.RUNS:
            with self.subTest(results):
                log = "".join(json.dumps({"name": f"t{i}", "result": result}) + "\n"
                              for i, result in enumerate(results))
                path = self.write("log.json", log.encode())
                code, said = self.check("count-tests", path, str(status))
                self.assertEqual(said.splitlines()[-1], line)
                self.assertEqual(code, 0 if line.endswith(" 0 failed") else 1)

    def test_no_log(self):
        code, said = self.check("count-tests", self.path("nowhere"), "0")
        self.assertEqual((code, said.splitlines()[-1]), (1, "0 passed, 1 failed"))


class Bootstrap(FolderTest):
    """script/bootstrap among tools that only note what they are called with."""

    TOOLS = ["gcc", "python3", "pkg-config", "scdoc", "curl"]

    def setUp(self):
        super().setUp()
        for tool in ("bash", "dirname", "mktemp", "tail", "rm", "env"):
            os.symlink(shutil.which(tool), self.path(tool))
        for tool in self.TOOLS:
            self.tool(tool, "")

    def tool(self, name, script):
        path = self.write(name, f"#!/bin/sh\n{script}\n".encode())
        os.chmod(path, 0o755)

    def bootstrap(self, *arguments):
        return subprocess.run([self.path("bash"), os.path.join(SCRIPTS, "bootstrap"), *arguments],
                              env={"PATH": self.folder}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)

    def calls(self):
        with open(self.path("calls"), encoding="utf-8") as file:
            return file.read().splitlines()

    def note(self, name, then=""):
        self.tool(name, f'echo "{name} $*" >>{self.path("calls")}; {then}')

    INSTALL = ("DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "
               "meson ninja-build")

    def test_nothing_missing(self):
        self.tool("meson", "")
        self.tool("ninja", "")
        result = self.bootstrap()
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))

    def test_installs_as_root(self):
        self.tool("id", "echo 0")
        self.note("apt-get")
        result = self.bootstrap()
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("installing meson ninja-build", result.stdout)
        self.assertEqual(self.calls(), ["apt-get update",
                                        self.INSTALL.removeprefix("DEBIAN_FRONTEND="
                                                                  "noninteractive ")])

    def test_installs_with_sudo(self):
        self.tool("id", "echo 1000")
        self.note("sudo")
        self.tool("apt-get", "exit 1")
        self.assertEqual(self.bootstrap().returncode, 0)
        self.assertEqual(self.calls(), ["sudo apt-get update", f"sudo env {self.INSTALL}"])

    def test_says_what_to_do(self):
        self.tool("id", "echo 1000")
        without_apt = self.bootstrap()
        self.assertEqual(without_apt.returncode, 1)
        self.assertIn("missing here: meson ninja-build", without_apt.stderr)
        self.tool("apt-get", "exit 1")
        without_sudo = self.bootstrap()
        self.assertEqual(without_sudo.returncode, 1)
        self.assertRegex(without_sudo.stderr, "As root, run:\n .*apt-get install .*meson ninja-build")

    def test_apt_fails(self):
        self.tool("id", "echo 0")
        self.tool("apt-get", "echo no such package; exit 100")
        result = self.bootstrap()
        self.assertEqual(result.returncode, 1)
        self.assertIn("no such package", result.stderr)

    def test_wrong_option(self):
        self.assertEqual(self.bootstrap("--everything").returncode, 2)


if __name__ == "__main__":
    unittest.main()
