"""test_options.py - the command line: help, version, and what is said of wrong options."""
import os
import re
import unittest

from program import FolderTest, Server, run

ANNA = ["serve", "--memory", "--listen", "127.0.0.1:0", "--user", "anna:secret"]

# What is wrong, and what the one line on stderr must say.
WRONG = [
    ([], "roost --help"),
    (["frobnicate"], "frobnicate"),
    (["--frobnicate"], "--frobnicate"),
    (["serve"], "needs either --data DIR"),
    (["serve", "--memory", "--data", "mail"], "either --data DIR"),
    (["serve", "--data", ""], "--data needs a value"),
    (["serve", "--memory", "--frobnicate"], "--frobnicate is no option"),
    (["serve", "--memory", "-x"], "-x is no option"),
    (["serve", "--memory", "-xy"], "-x is no option"),
    (["serve", "--memory=yes"], "takes no value"),
    (["serve", "--memory", "extra"], "extra"),
    (["serve", "--memory", "--listen"], "--listen needs a value"),
    (["serve", "--memory", "--listen", "nowhere"], "ADDR:PORT"),
    (["serve", "--memory", "--listen", "127.0.0.1:99999"], "ADDR:PORT"),
    (["serve", "--memory", "--listen", "127.0.0.1:"], "ADDR:PORT"),
    (["serve", "--memory", "--tls-listen", "127.0.0.1:0"], "needs --tls-cert"),
    (["serve", "--memory", "--tls-key", "key.pem"], "needs --tls-cert"),
    (["serve", "--memory", "--tls-cert", "/nowhere/cert.pem"], "/nowhere/cert.pem"),
    (["serve", "--memory", "--user", "anna"], "NAME:PASSWORD"),
    (["serve", "--memory", "--user", ":secret"], "NAME:PASSWORD"),
    (["serve", "--memory", "--user", "an\nna:secret"], "NAME:PASSWORD"),
    (["serve", "--memory", "--user", "anna:1", "--user", "anna:2"], "twice"),
    (["serve", "--memory", "--user-file", "/nowhere/users"], "/nowhere/users"),
    (["serve", "--memory", "--log-level", "loud"], "error, warning, info or debug"),
    (["serve", "--memory", "--append-limit", "0"], "25M"),
    (["serve", "--memory", "--append-limit", "-1"], "25M"),
    (["serve", "--memory", "--append-limit", "12X"], "25M"),
    (["serve", "--memory", "--append-limit", "99999999999999999999"], "25M"),
    (["serve", "--memory", "--append-limit", "99999999999G"], "25M"),
    (["serve", "--memory", "--loops", "0"], "1 to 1024"),
    (["serve", "--memory", "--workers", "4x"], "1 to 1024"),
    ([*ANNA, "--import", "INBOX=x"], "USER/MAILBOX=PATH"),
    ([*ANNA, "--import", "anna/INBOX"], "USER/MAILBOX=PATH"),
    ([*ANNA, "--import", "anna/INBOX="], "USER/MAILBOX=PATH"),
    ([*ANNA, "--import", "anna/=x"], "no name for a mailbox"),
    ([*ANNA, "--import", "anna/a//b=x"], "no name for a mailbox"),
    ([*ANNA, "--import", "anna/a/=x"], "no name for a mailbox"),
    ([*ANNA, "--import", "ben/INBOX=/"], "no such user"),
    ([*ANNA, "--import", "anna/INBOX=/nowhere/mail"], "/nowhere/mail"),
    ([*ANNA, "--import", "anna/INBOX=/dev/null"], "no file and no folder"),
]
WRONG += [([verb, *words], text.format(verb)) for verb in
          ("backup", "check", "config", "export", "import", "restore", "stats", "user") for words, text in (
              (["--frob"], "--frob is no option of roost {0}; see roost {0} --help"),
              (["-x"], "-x is no option of roost {0}; see roost {0} --help"),
              (["--config"], "--config needs a value; see roost {0} --help"),
              (["--help=x"], "takes no value; see roost {0} --help"))]


class Help(unittest.TestCase):
    def test_help(self):
        for arguments in (["--help"], ["-h"], ["help"], ["serve", "--help"], ["serve", "-h"],
                          ["serve", "--memory", "--help"]):
            with self.subTest(arguments):
                result = run(*arguments)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertIn("roost serve --data DIR", result.stdout)

    def test_help_names_every_option(self):
        source = os.path.join(os.path.dirname(__file__), "../../program/config/settings_table.c")
        with open(source, encoding="utf-8") as file:
            rows = file.read().split(".section = ")[1:]
        names = [(re.search(r'\.flag = "(.*?)"', row) or re.search(r'\.key = "(.*?)"', row))[1]
                 for row in rows]
        self.assertGreater(len(names), 20)
        text = run("serve", "--help").stdout
        for name in [*names, "config", "user", "import", "help"]:
            self.assertRegex(text, f"(?m)^ .*--{name}( |$)")
        for line in text.splitlines():
            self.assertLess(len(line), 100)

    def test_version(self):
        result = run("--version")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, r"\Aroost \d+\.\d+\.\d+\n\Z")


class Wrong(FolderTest):
    def refuse(self, arguments, text):
        result = run(*arguments)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertIn(text, result.stderr)
        self.assertTrue(result.stderr.startswith("roost: "), result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)

    def test_table(self):
        for arguments, text in WRONG:
            with self.subTest(arguments):
                self.refuse(arguments, text)

    def test_mailbox_name_is_utf8(self):
        for name in (b"a\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"a\x07"):
            with self.subTest(name):
                result = run(*ANNA, "--import",
                             b"anna/" + name + b"=" + self.folder.encode(), errors="replace")
                self.assertEqual(result.returncode, 2)
                self.assertIn("no name for a mailbox", result.stderr)

    def test_not_mail(self):
        path = self.write("notes.txt", b"Dear diary\n")
        self.refuse([*ANNA, "--import", f"anna/INBOX={path}"], "Maildir")

    def test_user_file_line(self):
        path = self.write("users", b"# people\n\nanna:secret\nben\n")
        result = run("serve", "--memory", "--user-file", path)
        self.assertEqual(result.returncode, 2)
        self.assertIn("line 4", result.stderr)

    def test_passwords_are_not_repeated(self):
        for password in ("hunter2", "hun:ter2"):
            result = run("serve", "--memory", "--user", f"anna:{password}", "--user",
                         f"anna:{password}")
            self.assertNotIn(password, result.stderr)

    def test_port_in_use(self):
        with Server("--user", "anna:secret") as server:
            server.wait_ready()
            result = run("serve", "--memory", "--user", "anna:secret", "--listen",
                         f"127.0.0.1:{server.ports[0]}")
            self.assertEqual(result.returncode, 1)
            self.assertIn("another program", result.stderr)


if __name__ == "__main__":
    unittest.main()
