"""test_user.py - accounts: roost user, and signing in with what it made."""
import glob
import imaplib
import os
import pty
import select
import signal
import stat
import subprocess
import termios
import threading
import unittest

from program import PATIENCE, ROOST, FolderTest, Server

NO_FAILURES = ("--failure-delay", "none")


def run(*arguments, text=""):
    """Run roost to its end, with a text on standard input."""
    return subprocess.run([ROOST, *arguments], input=text, capture_output=True, text=True,
                          timeout=PATIENCE, check=False)


class UserTest(FolderTest):
    def setUp(self):
        super().setUp()
        self.data = self.path("mail")

    def user(self, *arguments, text="", status=0):
        result = run("user", *arguments, "--data", self.data, text=text)
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertEqual(result.stderr == "", status == 0, result.stderr)
        return result.stdout if status == 0 else result.stderr

    def account(self, name="anna"):
        return self.path("mail", "users", name, "account")

    def read(self, name="anna"):
        with open(self.account(name), encoding="utf-8") as file:
            return file.read()

    def serve(self, *arguments):
        return Server(*NO_FAILURES, *arguments, memory=("--data", self.data)).wait_ready()

    def refused(self, server, user="anna", password="secret"):
        """The text of the refusal."""
        with self.assertRaises(imaplib.IMAP4.error) as caught:
            server.sign_in(user, password)
        return str(caught.exception)


class Verb(UserTest):
    def test_add(self):
        self.assertEqual(self.user("add", "Anna", text="secret\n"), "")
        self.assertRegex(self.read(), r"\Apassword = \$y\$j9T\$\S+\n\Z")
        for path, mode in (self.account(), 0o600), (os.path.dirname(self.account()), 0o700):
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), mode)
        self.assertEqual(os.listdir(os.path.dirname(self.account())), ["account"])
        before = self.read()
        self.assertIn("already", self.user("add", "ANNA", text="other\n", status=1))
        self.assertEqual(self.read(), before)

    def test_passwords_that_cannot_be(self):
        for text in "", "\n", "\r\n", "a\tb\n", "\x01\n", "x" * 512 + "\n", "a\0b\n":
            self.user("add", "anna", text=text, status=1)
            self.assertFalse(os.path.exists(self.account()), repr(text))
        for number, text in enumerate(("x" * 511 + "\n", "no end", "with CR\r\n", "ä ö:ü\nmore\n")):
            self.user("add", f"user{number}", text=text)
        with self.serve() as server:
            for number, text in enumerate(("x" * 511, "no end", "with CR")):
                server.sign_in(f"user{number}", text).logout()

    def test_names(self):
        names = {"anna": "anna", "Ärger": "%C3%84rger", "a/../b": "a%2F..%2Fb", "..": "%2E.",
                 "anna@farm.example": "anna%40farm.example", "A B": "a%20b", "x" * 250: "x" * 250}
        for name, folder in names.items():
            self.user("add", name, text="secret\n")
            self.assertTrue(os.path.isfile(self.account(folder)), name)
        self.assertEqual(sorted(os.listdir(self.path("mail", "users"))), sorted(names.values()))
        self.assertEqual(os.listdir(self.data), ["users"])
        listed = [line.split("\t") for line in self.user("list").splitlines()]
        self.assertEqual(sorted(name for name, _ in listed),
                         sorted(["anna", "Ärger", "a/../b", "..", "anna@farm.example", "a b",
                                 "x" * 250]))
        for name in "", "a\nb", "\x7f", "\udc80", "x" * 256, "ä" * 128, "\u0085":
            with self.subTest(name=name):
                result = subprocess.run([ROOST, "user", "add", name, "--data", self.data],
                                        input=b"secret\n", capture_output=True, check=False)
                self.assertEqual(result.returncode, 2)
                self.assertIn(b"no name for a user", result.stderr)

    def test_generate(self):
        first = self.user("add", "anna", "--generate")
        second = self.user("passwd", "anna", "--generate")
        for made in first, second:
            self.assertRegex(made, r"\A([a-z2-9]{4}-){4}[a-z2-9]{4}\n\Z")
        self.assertNotEqual(first, second)
        with self.serve() as server:
            server.sign_in("anna", second.strip()).logout()
            self.refused(server, "anna", first.strip())

    def test_what_a_person_wrote_is_kept(self):
        self.user("add", "anna", text="secret\n")
        with open(self.account(), "a", encoding="utf-8") as file:
            file.write("# keep this\nquota = 5G\ndisabled: no\n[more]\npassword = of the section\n")
        self.user("passwd", "anna", text="other\n")
        self.user("disable", "anna")
        text = self.read()
        self.assertIn("# keep this\nquota = 5G\n[more]\npassword = of the section\n", text)
        self.assertIn("disabled\n", self.user("list"))
        self.user("enable", "anna")
        self.assertNotIn("disabled", self.read())
        with self.serve() as server:
            server.sign_in("anna", "other").logout()

    def test_damaged_files(self):
        self.user("add", "anna", text="secret\n")
        damaged = ["password\n", "password = a\npassword = b\n", "disabled = perhaps\n",
                   "password = a\n  b\n", "x" * 70000, "password = $y$\0\n"]
        with self.serve("--user", "bert:secret") as server:
            for text in damaged:
                with self.subTest(text=text[:20]):
                    with open(self.account(), "w", encoding="utf-8") as file:
                        file.write(text)
                    self.assertIn("cannot be understood",
                                  self.user("passwd", "anna", text="x\n", status=1))
                    self.assertIn("anna\t-\tdamaged\n", self.user("list"))
                    self.assertIn("AUTHENTICATIONFAILED", self.refused(server))
            os.unlink(self.account())
            os.mkfifo(self.account())
            self.assertIn("AUTHENTICATIONFAILED", self.refused(server))
            os.unlink(self.account())
            os.symlink("/etc/passwd", self.account())
            self.assertIn("AUTHENTICATIONFAILED", self.refused(server))
            os.unlink(self.account())
            os.rmdir(os.path.dirname(self.account()))
            self.write("mail/users/anna", b"")
            self.assertIn("UNAVAILABLE", self.refused(server))
            self.assertIn("cannot be understood", server.stderr())
            # Others are not touched by it.
            server.sign_in("bert").logout()

    def test_del_keeps_mail(self):
        self.user("add", "anna", text="secret\n")
        with self.serve() as server:
            client = server.sign_in()
            self.assertEqual(client.append("INBOX", None, None, b"a: b\r\n\r\n")[0], "OK")
            client.logout()
            self.user("del", "anna")
            self.assertIn("AUTHENTICATIONFAILED", self.refused(server))
            self.assertEqual(self.user("list"), "anna\t-\tno-account\n")
            self.assertIn("there is only mail", self.user("show", "anna"))
            self.assertIn("no user anna", self.user("del", "anna", status=1))
            self.user("add", "anna", text="new\n")
            client = server.sign_in("anna", "new")
            self.assertEqual(client.select(), ("OK", [b"1"]))
            client.logout()

    def test_purge(self):
        self.user("add", "anna", text="secret\n")
        with self.serve() as server:
            client = server.sign_in()
            self.assertEqual(client.append("INBOX", None, None, b"a: b\r\n\r\n")[0], "OK")
            self.assertIn("--yes", self.user("del", "anna", "--purge", status=2))
            self.assertTrue(os.path.exists(self.account()))
            # Not under who is signed in, but nobody else signs in there.
            self.assertIn("is signed in", self.user("del", "anna", "--purge", "--yes", status=1))
            self.refused(server)
            self.assertEqual(client.select(), ("OK", [b"1"]))
            client.logout()
        self.user("del", "anna", "--purge", "--yes")
        self.assertEqual(os.listdir(self.path("mail", "users")), [])
        self.assertIn("no user anna", self.user("del", "anna", "--purge", "--yes", status=1))
        self.user("add", "anna", text="secret\n")
        with self.serve() as server:
            client = server.sign_in()
            self.assertEqual(client.select(), ("OK", [b"0"]))
            client.logout()

    def test_purge_while_a_server_runs(self):
        for name in "anna", "bert":
            self.user("add", name, text="secret\n")
        with self.serve() as server:
            client = server.sign_in("bert")
            server.sign_in("anna").logout()
            # The answer to LOGOUT may come before the session has ended.
            for _ in range(PATIENCE * 10):
                result = run("user", "del", "anna", "--purge", "--yes", "--data", self.data)
                if "is signed in" not in result.stderr:
                    break
            self.assertEqual(result.stderr, "")
            self.assertEqual(client.select(), ("OK", [b"0"]))
            client.logout()
        self.assertEqual(os.listdir(self.path("mail", "users")), ["bert"])

    def test_show(self):
        self.user("add", "anna", text="secret\n")
        self.user("disable", "anna")
        folder = os.path.dirname(self.account())
        self.assertEqual(self.user("show", "ANNA"),
                         "user      anna\naccount   disabled\npassword  yescrypt\n"
                         f"folder    {folder}\n")
        self.assertIn("no user bert", self.user("show", "bert", status=1))

    def test_no_store_yet(self):
        self.assertEqual(self.user("list"), "")
        for action in "passwd", "disable", "enable", "del", "show":
            self.assertIn("no user anna", self.user(action, "anna", status=1))
        self.assertFalse(os.path.exists(self.data))

    def test_wrong_use(self):
        wrong = [[], ["add"], ["add", "a", "b"], ["list", "a"], ["adduser", "a"], ["import"],
                 ["del", "a", "--generate"], ["add", "a", "--yes"], ["list", "--replace"],
                 ["del", "a", "--yes"], ["add", "a", "--bogus"], ["add", "a", "--data"]]
        for arguments in wrong:
            with self.subTest(arguments=arguments):
                last = [] if arguments[-1:] == ["--data"] else ["--data", self.data]
                result = run("user", *arguments, *last, text="secret\n")
                self.assertEqual(result.returncode, 2)
                self.assertEqual(result.stdout, "")
                self.assertRegex(result.stderr, r"\Aroost: [^\n]+\n\Z")
        self.assertFalse(os.path.exists(self.data))
        result = run("user", "add", "anna", "--config", self.write("roost.conf", b"[mail]\n"))
        self.assertIn("where is the mail", result.stderr)
        self.assertIn("usage: roost user add", run("user", "--help").stdout)

    def test_config_names_the_folder(self):
        conf = self.write("roost.conf", f"[mail]\ndata = {self.data}\n".encode())
        result = run("user", "add", "anna", "--config", conf, text="secret\n")
        self.assertEqual(result.stderr, "")
        self.assertIn("password", self.read())

    def test_writers_at_once(self):
        """One of many wins, and the file is whole."""
        self.user("add", "anna", text="secret\n")
        words = [f"word{number}" for number in range(8)]
        threads = [threading.Thread(target=self.user, args=("passwd", "anna"),
                                    kwargs={"text": word + "\n"}) for word in words]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(os.listdir(os.path.dirname(self.account())), ["account"])
        signed_in = 0
        with self.serve("--failures-per-address", "none", "--sign-in-tries", "100") as server:
            for word in words:
                try:
                    server.sign_in("anna", word).logout()
                    signed_in += 1
                except imaplib.IMAP4.error:
                    pass
        self.assertEqual(signed_in, 1)

    @unittest.skipUnless(os.geteuid() == 0, "only root gives files away")
    def test_root_gives_it_to_the_owner(self):
        os.mkdir(self.data)
        os.chown(self.data, 12345, 23456)
        self.user("add", "anna", text="secret\n")
        self.user("passwd", "anna", text="other\n")
        for path in self.account(), os.path.dirname(self.account()), self.path("mail", "users"):
            about = os.stat(path)
            self.assertEqual((about.st_uid, about.st_gid), (12345, 23456), path)

    def test_folder_that_cannot_be(self):
        self.write("mail", b"a file")
        self.assertIn("Not a directory", self.user("add", "anna", text="secret\n", status=1))
        self.data = "/nowhere/at/all"
        self.assertIn("No such file", self.user("add", "anna", text="secret\n", status=1))


class Import(UserTest):
    # Of the password "secret".
    BCRYPT = "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"
    SHA512 = ("$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDe"
              "hy0S5knV8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1")
    SHA256 = "$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA"
    YESCRYPT = "$y$j9T$saltsaltsaltsalt$.Zt5W26jjocuW0wIHGgB6AJelofw6GEpOypHGyow2y5"

    def test_hashes_sign_in(self):
        lines = [f"anna:{self.BCRYPT}", "", "# a comment", f"bert:{self.SHA512}:19000:0:99999:7:::",
                 f"carl:{{SHA256-CRYPT}}{self.SHA256}::::", f"Dora:{{crypt}}{self.YESCRYPT}\r",
                 f"emil:{{BLF-CRYPT}}$2y{self.BCRYPT[3:]}"]
        path = self.write("shadow", "\n".join(lines).encode())
        self.assertEqual(self.user("import", path),
                         "5 added, 0 changed, 0 as they were, 0 not taken\n")
        self.assertEqual(self.user("list"),
                         "anna\tbcrypt\nbert\tsha512-crypt\ncarl\tsha256-crypt\n"
                         "dora\tyescrypt\nemil\tbcrypt\n")
        with self.serve() as server:
            for name in "anna", "bert", "carl", "dora", "EMIL":
                server.sign_in(name).logout()
                self.assertIn("AUTHENTICATIONFAILED", self.refused(server, name, "wrong"))
        # Once more: nothing is new.
        self.assertEqual(self.user("import", "-", text="\n".join(lines)),
                         "0 added, 0 changed, 5 as they were, 0 not taken\n")

    def test_lines_that_cannot_be_taken(self):
        lines = {
            "anna": "no line of NAME:HASH",
            "anna:": "no password",
            "anna:!": "no password",
            "anna:*": "no password",
            "anna:x:1000": "no password",
            "anna:secret": "no yescrypt",
            "anna:{PLAIN}secret": "no yescrypt",
            "anna:$1$salt$abcdefghijklmnopqrstuv": "no yescrypt",
            "anna:rl0uE0wyL3QWg": "no yescrypt",
            "anna:" + self.BCRYPT[:-1]: "no yescrypt",
            "anna:" + self.BCRYPT.replace("$05$", "$31$"): "no yescrypt",
            "anna:" + self.SHA512.replace("$6$", "$6$rounds=999999999$"): "no yescrypt",
            "anna:" + self.SHA512.replace("$6$", "$6$rounds=x$"): "no yescrypt",
            "anna:" + self.SHA256 + "x": "no yescrypt",
            "anna:$y$j9T$": "no yescrypt",
            "anna:$2": "no yescrypt",
            "anna:$y": "no yescrypt",
            ":" + self.BCRYPT: "no name for a user",
            "a\tb:" + self.BCRYPT: "no name for a user",
            "a\0:" + self.BCRYPT: "NUL",
        }
        text = "\n".join(lines) + f"\nbert:{self.BCRYPT}"
        result = run("user", "import", "-", "--data", self.data, text=text)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout,
                         f"1 added, 0 changed, 0 as they were, {len(lines)} not taken\n")
        told = result.stderr.splitlines()
        for number, (line, why) in enumerate(lines.items()):
            self.assertIn(f"standard input:{number + 1}: ", told[number], line)
            self.assertIn(why, told[number], line)
            self.assertNotIn("secret", told[number])
        self.assertEqual(self.user("list"), "bert\tbcrypt\n")

    def test_users_that_are_there(self):
        self.user("add", "anna", text="old\n")
        line = f"anna:{self.BCRYPT}\n"
        self.assertIn("--replace", self.user("import", "-", text=line, status=1))
        self.assertIn("yescrypt", self.user("list"))
        self.assertEqual(self.user("import", "-", "--replace", text=line),
                         "0 added, 1 changed, 0 as they were, 0 not taken\n")
        self.assertIn("bcrypt", self.user("list"))

    def test_file_that_is_not_there(self):
        self.assertIn("No such file", self.user("import", self.path("none"), status=2))


class Terminal(UserTest):
    """On a terminal: what is typed is not shown, and has to be typed twice."""

    def setUp(self):
        super().setUp()
        self.master, slave = pty.openpty()
        self.addCleanup(os.close, self.master)
        self.slave = slave
        self.addCleanup(os.close, slave)
        self.seen = ""

    def begin(self, *arguments):
        self.process = subprocess.Popen([ROOST, "user", *arguments, "--data", self.data],
                                        stdin=self.slave, stdout=self.slave, stderr=self.slave,
                                        start_new_session=True)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)

    def wait_for(self, text):
        while text not in self.seen:
            readable, _, _ = select.select([self.master], [], [], PATIENCE)
            self.assertTrue(readable, f"{text!r} did not come but {self.seen!r}")
            self.seen += os.read(self.master, 1000).decode()

    def type(self, prompt, text):
        self.wait_for(prompt)
        # The prompt comes before the echo goes; what is typed in between is thrown away.
        for _ in range(PATIENCE * 100):
            if "ssword" not in prompt and "more" not in prompt or not self.echoes():
                break
            select.select([], [], [], 0.01)
        self.seen = ""
        os.write(self.master, text.encode())

    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def test_typed_twice(self):
        self.begin("add", "anna")
        self.type("New password of anna: ", "hunter2\n")
        self.type("Once more: ", "hunter2\n")
        self.assertEqual(self.process.wait(PATIENCE), 0)
        self.assertNotIn("hunter2", self.seen)
        self.assertTrue(self.echoes())
        with self.serve() as server:
            server.sign_in("anna", "hunter2").logout()

    def test_typed_differently(self):
        self.begin("add", "anna")
        self.type("New password of anna: ", "hunter2\n")
        self.type("Once more: ", "hunter3\n")
        self.wait_for("two different passwords")
        self.assertEqual(self.process.wait(PATIENCE), 1)
        self.assertNotIn("hunter", self.seen)
        self.assertFalse(os.path.exists(self.account()))

    def test_interrupted(self):
        for number in signal.SIGINT, signal.SIGTERM:
            self.seen = ""
            self.begin("add", "anna")
            self.type("New password of anna: ", "hun")
            self.process.send_signal(number)
            self.assertEqual(self.process.wait(PATIENCE), -number)
            self.assertTrue(self.echoes())
        self.assertFalse(os.path.exists(self.account()))

    def test_purge_is_confirmed(self):
        self.user("add", "anna", text="secret\n")
        self.begin("del", "anna", "--purge")
        self.type("Type the name again", "bert\n")
        self.wait_for("nothing was done")
        self.assertEqual(self.process.wait(PATIENCE), 2)
        self.assertTrue(os.path.exists(self.account()))
        self.begin("del", "anna", "--purge")
        self.type("Type the name again", "anna\n")
        self.assertEqual(self.process.wait(PATIENCE), 0)
        self.assertEqual(self.user("list"), "")


class SignIn(UserTest):
    def setUp(self):
        super().setUp()
        self.user("add", "anna", text="secret\n")

    def test_a_running_server_sees_changes(self):
        with self.serve() as server:
            server.sign_in("Anna", "secret").logout()
            server.sign_in("anna", "secret").logout()
            self.user("passwd", "anna", text="other\n")
            self.refused(server, "anna", "secret")
            server.sign_in("anna", "other").logout()
            self.user("disable", "anna")
            self.refused(server, "anna", "other")
            self.user("enable", "anna")
            server.sign_in("anna", "other").logout()
            self.user("add", "bert", text="secret\n")
            server.sign_in("bert", "secret").logout()
            self.user("del", "bert")
            self.refused(server, "bert", "secret")

    def test_refusals_say_the_same(self):
        self.user("add", "bert", text="secret\n")
        self.user("disable", "bert")
        with self.serve() as server:
            texts = {self.refused(server, *who) for who in
                     (("anna", "wrong"), ("bert", "secret"), ("bert", "wrong"), ("carl", "x"),
                      ("..", "x"), ("x" * 2000, "x"), ("anna", '""'))}
            self.assertEqual(len(texts), 1, texts)
            log = server.stderr()
        for reason in "wrong password", "disabled", "unknown user":
            self.assertIn(f'reason="{reason}"'.replace('"disabled"', "disabled"), log)
        self.assertNotIn("secret", log)
        self.assertRegex(log, r"event=sign-in-failed address=127.0.0.1 name=anna mechanism=LOGIN "
                              r"tls=none error=\S+ reason=")

    def test_hash_on_the_command_line(self):
        hashed = self.read().split("= ")[1].strip()
        with self.serve("--user", f"Bert:{hashed}", "--user", "anna:plain") as server:
            server.sign_in("bert", "secret").logout()
            # The command line comes first.
            server.sign_in("ANNA", "plain").logout()
            self.refused(server, "anna", "secret")
        result = run("serve", "--memory", "--user", f"bert:{hashed}", "--listen", "127.0.0.1:0")
        self.assertEqual(result.returncode, 2)
        self.assertIn("--memory", result.stderr)

    def test_import_for_an_account(self):
        mail = self.write("mail.eml", b"Subject: x\r\n\r\nbody\r\n")
        with self.serve("--import", f"anna/INBOX={mail}") as server:
            client = server.sign_in()
            self.assertEqual(client.select(), ("OK", [b"1"]))
            client.logout()
        result = run("serve", "--data", self.data, "--listen", "127.0.0.1:0", "--import",
                     f"carl/INBOX={mail}")
        self.assertEqual(result.returncode, 1)
        self.assertIn("cannot import for carl", result.stderr)

    def test_told_when_there_is_nobody(self):
        self.user("del", "anna")
        with self.serve() as server:
            self.assertIn("nobody can sign in yet: roost user add", server.stderr())
        self.user("add", "anna", text="x\n")
        with self.serve() as server:
            self.assertNotIn("nobody", server.stderr())


PAM_MATRIX = glob.glob("/usr/lib/*/pam_wrapper/pam_matrix.so")


@unittest.skipUnless(PAM_MATRIX or os.environ.get("CI") == "true", "libpam-wrapper is not there")
class Pam(UserTest):
    """The users of a service of PAM, whose passwords stand in a file."""

    def serve(self, *arguments):
        users = self.write("users", b"anna:secret:roost\nbert:secret:sshd\n")
        module = f"{PAM_MATRIX[0]} passdb={users}"
        self.write("pam.d/roost", f"auth required {module}\naccount required {module}\n".encode())
        return super().serve("--accounts", "pam", "--pam-folder", self.path("pam.d"), *arguments)

    def test_sign_in(self):
        self.user("add", "carl", text="secret\n")
        with self.serve("--user", "dora:secret") as server:
            for name in "anna", "ANNA", "dora":
                server.sign_in(name).logout()
            for name, password in (("anna", "wrong"), ("bert", "secret"), ("carl", "secret"),
                                   ("a/b", "secret"), ("dora", "wrong")):
                self.assertIn("AUTHENTICATIONFAILED", self.refused(server, name, password))
            self.assertIn('reason="PAM: ', server.stderr())
            self.assertEqual(sorted(os.listdir(self.path("mail", "users"))),
                             ["anna", "carl", "dora"])

    def test_no_such_service(self):
        with self.serve() as server:
            os.unlink(self.path("pam.d", "roost"))
            self.refused(server)
            self.assertIn("event=sign-in-failed", server.stderr())

    def test_memory_has_users_of_its_own(self):
        result = run("serve", "--memory", "--accounts", "pam", "--listen", "127.0.0.1:0")
        self.assertEqual(result.returncode, 2)
        self.assertIn("--accounts pam is for mail in a folder", result.stderr)


class Guessing(UserTest):
    """Failures are held back and locked out; with real connections and small delays."""

    def setUp(self):
        super().setUp()
        self.user("add", "anna", text="secret\n")

    def serve(self, *arguments):
        return Server(*arguments, memory=("--data", self.data)).wait_ready()

    def test_address_is_locked(self):
        with self.serve(*NO_FAILURES, "--failures-per-address", "3") as server:
            for number in range(3):
                self.assertIn("AUTHENTICATIONFAILED", self.refused(server, "anna", str(number)))
            for who in ("anna", "secret"), ("anna", "wrong"), ("bert", "secret"):
                self.assertIn("[UNAVAILABLE] There were too many", self.refused(server, *who))
            self.assertIn('reason="locked: too many failures from this address"', server.stderr())

    def test_lock_passes(self):
        with self.serve(*NO_FAILURES, "--failures-per-address", "1", "--lockout", "1s") as server:
            self.refused(server, "anna", "wrong")
            while True:
                try:
                    server.sign_in().logout()
                    break
                except imaplib.IMAP4.error as error:
                    self.assertIn("UNAVAILABLE", str(error))

    def test_the_same_mistake_is_no_guess(self):
        with self.serve(*NO_FAILURES, "--failures-per-address", "3") as server:
            for _ in range(10):
                self.assertIn("AUTHENTICATIONFAILED", self.refused(server, "anna", "wrong"))
            server.sign_in().logout()

    def test_loopback_can_be_spared(self):
        with self.serve(*NO_FAILURES, "--failures-per-address", "2", "--spare-loopback") as server:
            for number in range(5):
                self.assertIn("AUTHENTICATIONFAILED", self.refused(server, "anna", str(number)))
            server.sign_in().logout()

    def test_answers_are_held_back(self):
        """Many at once, with one worker: who waits does not keep others waiting."""
        with self.serve("--failure-delay", "2s", "--workers", "1") as server:
            self.refused(server, "anna", "0")
            held = []
            for number in range(1, 6):
                client = imaplib.IMAP4("127.0.0.1", server.ports[0], timeout=PATIENCE)
                client.send(f"a LOGIN anna {number}\r\n".encode())
                held.append(client)
            for _ in range(5):
                server.sign_in().logout()
            for client in held:
                self.assertIn(b"a NO [AUTHENTICATIONFAILED]", client.readline())
                client.logout()

    def test_flood_costs_what_may_fail(self):
        """Locks count for those who wait for their turn already: no more is hashed."""
        with self.serve(*NO_FAILURES, "--failures-per-address", "3") as server:
            clients = []
            for number in range(60):
                client = imaplib.IMAP4("127.0.0.1", server.ports[0], timeout=PATIENCE)
                self.addCleanup(client.shutdown)
                clients.append(client)
            for number, client in enumerate(clients):
                client.send(f"a LOGIN anna {number}\r\n".encode())
            answers = [client.readline() for client in clients]
            hashed = sum(b"AUTHENTICATIONFAILED" in answer for answer in answers)
            self.assertLess(hashed, 3 + os.cpu_count())
            self.assertEqual(sum(b"UNAVAILABLE" in answer for answer in answers), 60 - hashed)

    def test_shutdown_while_held(self):
        with self.serve("--failure-delay", "60s") as server:
            for number in range(6):
                client = imaplib.IMAP4("127.0.0.1", server.ports[0], timeout=PATIENCE)
                self.addCleanup(client.shutdown)
                client.send(f"a LOGIN anna {number}\r\n".encode())
                if number == 0:
                    self.assertIn(b"a NO", client.readline())
            while server.stderr().count("event=sign-in-failed") < 6:
                select.select([], [], [], 0.01)
            self.assertEqual(server.stop(), 0)
            self.assertIn(b"a NO [AUTHENTICATIONFAILED]", client.readline())
            self.assertIn(b"* BYE [UNAVAILABLE]", client.readline())

    def test_memory_needs_none_of_it(self):
        with Server("--user", "anna:secret") as server:
            server.wait_ready().sign_in().logout()
            self.refused(server, "anna", "wrong")


if __name__ == "__main__":
    unittest.main()
