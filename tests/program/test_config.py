"""test_config.py - roost.conf: its keys, what is told of mistakes, and who wins."""
import os
import re
import unittest

from program import FolderTest, Server, run

# A file, and what must be told of it: (line, words), in order.
WRONG = [
    ("data = x\n", [(1, "data stands before the first section")]),
    ("[nail]\ndata = x\n", [(1, "there is no section [nail]")]),
    ("[nail]\n[wail]\n", [(1, "[nail]"), (2, "[wail]")]),
    ("[mail\ndata = x\n", [(1, "a section ends in ]"), (2, "before the first section")]),
    ("[mail]\ndate = x\n", [(2, "there is no key date in the section [mail]")]),
    ("[mail]\nlisten = 127.0.0.1:0\n", [(2, "no key listen in the section [mail]")]),
    ("[mail]\nuser = anna:hunter2\n", [(2, "no key user in")]),
    ("[mail]\ndata\n", [(2, "KEY = VALUE")]),
    ("[mail]\ndata\nmemory\n", [(2, "KEY = VALUE"), (3, "KEY = VALUE")]),
    ("[mail]\n= x\n", [(2, "there is no key ")]),
    ("[mail]\ndata = x\n\n[mail]\ndata = y\n", [(5, "data was set in line 2 already")]),
    ("[mail]\ndata = x\n  y\n", [(3, "belongs to data above, which has one value")]),
    ("[mail]\ndate = x\n  y\n", [(2, "there is no key date")]),
    ("[mail]\nmemory = perhaps\n", [(2, "memory is yes or no, not perhaps")]),
    ("[mail]\nquota = -1\n", [(2, "quota is a number of octets, for example 25M, or none")]),
    ("[mail]\nquota = 99999999999G\n", [(2, "quota is a number of octets")]),
    ("[mail]\nquota = 1M1\n", [(2, "quota is a number of octets")]),
    ("[limits]\nappend-limit = none\n", [(2, "append-limit is a number of octets")]),
    ("[limits]\nidle-timeout = 30 fortnights\n", [(2, "idle-timeout is a time")]),
    ("[limits]\nidle-timeout = 10ms\n", [(2, "idle-timeout is a time")]),
    ("[limits]\nconnections = 0\n", [(2, "connections is a number from 1 to 4294967295")]),
    ("[limits]\nconnections = 4294967296\n", [(2, "connections is a number from 1")]),
    ("[limits]\nconnections = 1K\n", [(2, "connections is a number from 1")]),
    ("[limits]\ncontexts = none\n", [(2, "contexts is a number from 1 to 4294967295")]),
    ("[limits]\ncontext-entries = 0\n", [(2, "context-entries is a number from 1 to")]),
    ("[log]\nlog-level = loud\n", [(2, "log-level is error, warning, info or debug, not loud")]),
    ("[network]\nlisten = 127.0.0.1:0 nowhere\n", [(2, "given as ADDR:PORT")]),
    ("[network]\nlisten =\n  127.0.0.1:0\n  127.0.0.1:x\n", [(4, "not 127.0.0.1:x")]),
    ("[network]\nlisten = unix:/run/x\n", [(2, "given as ADDR:PORT")]),
    ("[network]\nlmtp-listen = unix:run/x\n", [(2, "unix:/PATH")]),
    ("[network]\nlmtp-listen = unix:/" + "x" * 120 + "\n", [(2, "unix:/PATH")]),
    ("[network]\nlisten = [::1%lo]:143 [::1:143\n", [(2, "not [::1:143")]),
    ("[mail]\ndata = " + "x" * 500 + "\nmemory = 7\n",
     [(2, "longer than"), (3, "memory is yes or no")]),
    ("[mail]\nda\0ta = x\n", [(2, "NUL")]),
    ("[mail]\ndata = \x1b[31mred\n", [(2, "data is text without control characters, not ?[31mr")]),
    ("[mail]\n\x1b[31m = red\n", [(2, "there is no key ?[31m")]),
    ("[m\x1b]\n", [(1, "there is no section [m?]")]),
    # All at once.
    ("\n[log]\nlog-level = x\n[tls]\nkey = 1\n# fine\ntls-cert = c\n[mall]\nx = 1\n",
     [(3, "log-level"), (5, "key"), (8, "[mall]")]),
]

# A file that can be read, and what does not go together in it.
UNSETTLED = [
    ("", "either data, which"),
    ("[mail]\ndata = x\nmemory = yes\n", "either data, which"),
    ("[mail]\nmemory = yes\nquota = 1M\n", "quota is for mail in a folder"),
    ("[mail]\ndata = x\n[tls]\ntls-key = k\n", "tls-key needs tls-cert"),
    ("[mail]\ndata = x\n[network]\ntls-listen = 127.0.0.1:0\n", "tls-listen needs tls-cert"),
]

GOOD = """\ufeff# All that a file may be.
; two kinds of comments
[mail]
data = /srv/mail ; and this one
[network]
listen = 127.0.0.1:0
    [::1]:143 localhost:2000

    # between
    0.0.0.0:1
lmtp-listen: unix:/run/roost/lmtp 127.0.0.1:24
[limits]
idle-timeout = 90
append-limit=26214400
"""


class Config(FolderTest):
    def conf(self, text):
        return self.write("roost.conf", text.encode())

    def refused(self, *arguments):
        result = run(*arguments)
        self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
        return result.stderr

    def shown(self, path):
        result = run("config", "show", "--config", path)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def test_mistakes(self):
        for text, wanted in WRONG:
            with self.subTest(text):
                path = self.conf(text)
                for arguments in (["config", "check", path], ["serve", "--config", path]):
                    lines = self.refused(*arguments).splitlines()
                    self.assertEqual(len(lines), len(wanted), lines)
                    for line, (number, words) in zip(lines, wanted):
                        self.assertTrue(line.startswith(f"roost: {path}:{number}: "), line)
                        self.assertIn(words, line)

    def test_what_does_not_go_together(self):
        for text, words in UNSETTLED:
            with self.subTest(text):
                path = self.conf(text)
                for arguments in (["config", "check", path], ["serve", "--config", path]):
                    told = self.refused(*arguments)
                    self.assertIn(words, told)
                    self.assertTrue(told.startswith(f"roost: {path}: "), told)

    def test_files_that_cannot_be_read(self):
        for path in ("/nowhere/roost.conf", self.folder):
            self.assertIn("cannot read the configuration", self.refused("config", "check", path))
            self.assertIn("cannot read", self.refused("config", "show", "--config", path))
            self.assertIn("cannot read", self.refused("serve", "--config", path))
        self.assertIn("too long", self.refused("config", "check", "/dev/zero"))

    def test_many_mistakes_are_cut(self):
        path = self.conf("[mail]\n" + "x = 1\n" * 5000)
        self.assertEqual(len(self.refused("config", "check", path).splitlines()), 100)

    def test_show_is_a_configuration(self):
        shown = self.shown(self.conf(GOOD))
        for line in ("data = /srv/mail", "listen = 127.0.0.1:0\n    [::1]:143\n"
                     "    localhost:2000\n    0.0.0.0:1", "append-limit = 25M",
                     "lmtp-listen = unix:/run/roost/lmtp\n    127.0.0.1:24",
                     "idle-timeout = 90s", "#sign-in-tries = 5", "#tls-cert ="):
            self.assertIn(f"\n{line}\n", shown)
        again = self.conf(shown)
        self.assertEqual(run("config", "check", again).returncode, 0)
        self.assertEqual(self.shown(again), shown)

    def test_defaults_are_a_configuration(self):
        """Every default may be written down."""
        shown = self.shown("/dev/null")
        keys = re.findall(r"(?m)^#([a-z-]+) =", shown)
        self.assertGreater(len(keys), 20)
        self.assertEqual(len(keys), len(set(keys)))
        path = self.conf(re.sub(r"(?m)^#([a-z-]+) =", r"\1 =", shown))
        self.assertEqual(run("config", "show", "--config", path).stderr, "")

    def test_keys_are_options(self):
        """Each key is an option of roost serve, and wants the same value."""
        for flag, key in re.findall(r"(?m)^(?:# The option is --([a-z-]+)\.\n)?#([a-z-]+) =",
                                    self.shown("/dev/null")):
            said = run("serve", f"--{flag or key}=\x01", "--memory").stderr
            self.assertNotIn("is no option", said)

    def test_manual(self):
        result = run("config", "manual")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for key in re.findall(r"(?m)^#([a-z-]+) =", self.shown("/dev/null")):
            self.assertIn(f"\n*{key}* = ", result.stdout)

    def test_wrong_use(self):
        for arguments in ([], ["x"], ["show", "x"], ["check", "a", "b"], ["--frob"], ["--config"]):
            self.assertIn("roost config --help", self.refused("config", *arguments))
        self.assertIn("usage", run("config", "--help").stdout)


class Serving(FolderTest):
    def conf(self, text):
        return self.write("roost.conf", text.encode())

    def test_all_from_the_file(self):
        users = self.write("users", b"anna:secret\n")
        path = self.conf(f"[mail]\ndata = {self.path('mail')}\n[network]\nlisten = 127.0.0.1:0 "
                         f"localhost:0\n[accounts]\nuser-file = {users}\n"
                         "[limits]\nappend-limit = 1K\n")
        with Server("--config", path, listen=(), memory=()) as server:
            client = server.wait_ready(2).sign_in()
            self.assertIn(b"APPENDLIMIT=1024", client.capability()[1][0])
            client.logout()
        self.assertTrue(os.path.isdir(self.path("mail", "users", "anna")))

    def test_flags_win(self):
        path = self.conf("[mail]\ndata = /nowhere/at/all\nquota = none\n[network]\n"
                         "listen = 127.0.0.1:1 127.0.0.1:2\n[limits]\nappend-limit = 1K\n")
        for arguments in (["--append-limit", "2K", "--config", path],
                          ["--config", path, "--append-limit", "3K", "--append-limit", "2K"]):
            with Server("--user", "anna:secret", *arguments) as server:
                client = server.wait_ready().sign_in()
                self.assertIn(b"APPENDLIMIT=2048", client.capability()[1][0])
                client.logout()
        path = self.conf("[mail]\nmemory = yes\n")
        with Server("--config", path, "--user", "anna:secret",
                    memory=("--data", self.path("mail"))) as server:
            server.wait_ready().sign_in().logout()
        self.assertTrue(os.path.isdir(self.path("mail", "users", "anna")))

    def test_other_verbs_find_the_store(self):
        path = self.conf(f"[mail]\ndata = {self.path('mail')}\n")
        result = run("user", "add", "anna", "--generate", "--config", path)
        self.assertEqual(result.returncode, 0, result.stderr)
        result = run("user", "list", "--config", path)
        self.assertEqual((result.returncode, result.stdout.split()[0]), (0, "anna"))
        self.assertTrue(os.path.isdir(self.path("mail")))
        for text, words in (("[mail]\nmemory = yes\n", "has no data = DIR"),
                            ("[mail]\ndate = x\n", "roost.conf:2: there is no key date")):
            result = run("user", "list", "--config", self.conf(text))
            self.assertEqual(result.returncode, 2)
            self.assertIn(words, result.stderr)

    def test_what_flags_hide_is_checked(self):
        path = self.conf("[log]\nlog-level = loud\n")
        result = run("serve", "--memory", "--config", path, "--log-level", "info")
        self.assertEqual(result.returncode, 2)
        self.assertIn(f"{path}:2: log-level", result.stderr)


if __name__ == "__main__":
    unittest.main()
