"""test_data.py - serving mail from a folder: it is there after a restart, and after a kill."""
import os
import pwd
import resource
import signal
import subprocess
import time
import unittest

from program import PATIENCE, ROOST, FolderTest, Server, run

MESSAGE = b"Subject: kept\r\n\r\nbody\r\n"


class Data(FolderTest):
    def serve(self, *arguments):
        folder = os.path.join(self.folder, "mail")
        return Server("--user", "anna:secret", *arguments, memory=("--data", folder))

    def test_mail_is_there_after_a_restart(self):
        with self.serve() as server:
            client = server.wait_ready().sign_in()
            self.assertEqual(client.create("Work")[0], "OK")
            self.assertEqual(client.append("Work", "\\Seen", None, MESSAGE)[0], "OK")
            client.logout()
        with self.serve() as server:
            client = server.wait_ready().sign_in()
            self.assertEqual(client.select("Work"), ("OK", [b"1"]))
            self.assertEqual(client.fetch("1", "(FLAGS)")[1], [b"1 (FLAGS (\\Seen \\Recent))"])
            self.assertEqual(client.fetch("1", "(BODY[])")[1][0][1], MESSAGE)
            client.logout()

    def test_mail_is_there_after_a_kill(self):
        with self.serve() as server:
            client = server.wait_ready().sign_in()
            self.assertEqual(client.append("INBOX", None, None, MESSAGE)[0], "OK")
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
            client.file.close()
            client.sock.close()
        with self.serve() as server:
            client = server.wait_ready().sign_in()
            self.assertEqual(client.select("INBOX"), ("OK", [b"1"]))
            client.logout()

    def test_no_text_index(self):
        index = self.path("mail", "users", "anna", "search.db")
        for arguments in (("--no-text-index",), ()):
            with self.serve(*arguments) as server:
                client = server.wait_ready().sign_in()
                client.append("INBOX", None, None, MESSAGE)
                client.select("INBOX")
                self.assertIn(b"1", client.search(None, "TEXT", "ody")[1][0].split())
                end = time.monotonic() + PATIENCE
                while not arguments and not os.path.exists(index):  # filled in the background
                    self.assertLess(time.monotonic(), end)
                    client.noop()
                client.logout()
            self.assertEqual(os.path.exists(index), not arguments)

    def test_packs(self):
        """Messages move into packs in the background, and nobody notices."""
        bodies = self.path("mail", "users", "anna", "bodies")
        messages = {number: b"Subject: %d\r\n\r\n" % number + b"word%d \r\n" % number * (number * 7)
                    for number in range(1, 101)}

        def packs():
            return {name for name in os.listdir(bodies) if name.startswith("pack-")}

        def wait_until(done):
            end = time.monotonic() + PATIENCE
            while not done():
                self.assertLess(time.monotonic(), end)
                client.noop()

        def expect(numbers):
            told = client.fetch("1:*", "(BODY.PEEK[])")[1]
            self.assertEqual([part[1] for part in told if isinstance(part, tuple)],
                             [messages[number] for number in numbers])

        with self.serve("--background-delay", "1ms", "--pack-size", "64K") as server:
            client = server.wait_ready().sign_in()
            for message in messages.values():
                self.assertEqual(client.append("INBOX", None, None, message)[0], "OK")
            client.select("INBOX")
            expect(messages)
            wait_until(lambda: len(packs()) > 3)
            expect(messages)
            self.assertEqual(client.search(None, "TEXT", "word77"), ("OK", [b"77"]))
            client.logout()
        with self.serve("--no-text-index", "--background-delay", "1ms") as server:
            client = server.wait_ready().sign_in()
            client.select("INBOX")
            expect(messages)
            self.assertEqual(client.search(None, "TEXT", "word77"), ("OK", [b"77"]))
            before = packs()
            client.store("1:99", "+FLAGS.SILENT", "(\\Deleted)")
            client.expunge()
            expect([100])
            wait_until(lambda: len(packs()) < len(before))
            expect([100])
            client.store("1", "+FLAGS.SILENT", "(\\Deleted)")
            client.expunge()
            wait_until(lambda: not packs())
            client.logout()

    def test_two_servers(self):
        with self.serve() as one, self.serve() as two:
            here = one.wait_ready().sign_in()
            there = two.wait_ready().sign_in()
            here.select("INBOX")
            self.assertEqual(there.append("INBOX", "\\Seen", None, MESSAGE)[0], "OK")
            self.assertEqual(there.append("INBOX", None, None, MESSAGE)[0], "OK")
            while here.untagged_responses.get("EXISTS", [b"0"])[-1] != b"2":
                here.noop()
            self.assertEqual(here.status("INBOX", "(MESSAGES UNSEEN)")[1],
                             [b"INBOX (MESSAGES 2 UNSEEN 1)"])
            self.assertEqual(there.create("Work")[0], "OK")
            self.assertIn(b'(\\HasNoChildren) "/" Work', here.list()[1])
            self.assertEqual(here.copy("1:2", "Work")[0], "OK")
            self.assertEqual(there.select("Work"), ("OK", [b"2"]))
            # Who dies is in nobody's way.
            one.process.send_signal(signal.SIGKILL)
            one.process.wait()
            here.shutdown()
            self.assertEqual(there.append("Work", None, None, MESSAGE)[0], "OK")
            there.logout()

    def test_idle_hears_of_another_server(self):
        with self.serve() as one, self.serve() as two:
            here = one.wait_ready().sign_in()
            there = two.wait_ready().sign_in()
            for mailbox in "Work", "Play":
                self.assertEqual(there.create(mailbox)[0], "OK")
            self.assertEqual(there.append("Work", None, None, MESSAGE)[0], "OK")
            here.select("Work")
            there.select("Work")
            here.send(b"i IDLE\r\n")
            self.assertTrue(here.readline().startswith(b"+ "))

            def hear(expected):
                lines = [here.readline().rstrip()]
                while expected not in lines[-1]:
                    self.assertTrue(lines[-1], lines)
                    lines.append(here.readline().rstrip())

            self.assertEqual(there.append("Work", None, None, MESSAGE)[0], "OK")
            hear(b"* 2 EXISTS")
            self.assertEqual(there.store("1", "+FLAGS", "(\\Flagged)")[0], "OK")
            hear(b"* 1 FETCH (UID 1 FLAGS (\\Flagged")
            self.assertEqual(there.store("1", "+FLAGS", "(\\Deleted)")[0], "OK")
            hear(b"\\Deleted")
            self.assertEqual(there.expunge()[0], "OK")
            hear(b"* 1 EXPUNGE")
            there.close()
            self.assertEqual(there.rename("Work", "Old")[0], "OK")
            hear(b"* OK [CLOSED]")
            here.send(b"DONE\r\n")
            hear(b"i OK")
            here.logout()
            there.logout()

    def test_few_files(self):
        """Users whose databases do not fit at once all find their mail."""
        users = [f"user{number}" for number in range(40)]
        arguments = [word for user in users for word in ("--user", f"{user}:secret")]
        folder = os.path.join(self.folder, "mail")
        with Server(*arguments, memory=("--data", folder)) as server:
            server.wait_ready()
            resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (192, 192))
            clients = [server.sign_in(user) for user in users]
            for _ in range(2):
                for client in clients:
                    self.assertEqual(client.append("INBOX", None, None, MESSAGE)[0], "OK")
                    self.assertEqual(client.select("INBOX")[0], "OK")
            for client in clients:
                self.assertEqual(client.search(None, "SUBJECT kept"), ("OK", [b"1 2"]))
                client.logout()

    def test_folder_that_cannot_be(self):
        result = run("serve", "--data", "/nowhere/at/all", "--listen", "127.0.0.1:0")
        self.assertEqual(result.returncode, 1)
        self.assertIn("/nowhere/at/all: No such file or directory", result.stderr)

    def test_wrong_password(self):
        with self.serve() as server:
            server.wait_ready()
            with self.assertRaisesRegex(Exception, "AUTHENTICATIONFAILED"):
                server.sign_in("anna", "wrong")
            with self.assertRaisesRegex(Exception, "AUTHENTICATIONFAILED"):
                server.sign_in("bert", "secret")
            self.assertEqual(os.listdir(os.path.join(self.folder, "mail", "users")), [])


@unittest.skipIf(os.geteuid() != 0, "only root gives files away")
class Root(FolderTest):
    """What root does to the mail of somebody who is not root."""

    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o711)
        self.data = self.path("mail")
        self.nobody = pwd.getpwnam("nobody")
        os.mkdir(self.data)
        os.chown(self.data, self.nobody.pw_uid, self.nobody.pw_gid)

    def roost(self, *arguments, text=b""):
        result = subprocess.run([ROOST, *arguments, "--data", self.data], input=text,
                                capture_output=True, timeout=PATIENCE, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)

    def check(self):
        """Everything is nobody's; the names of all there is."""
        names = set()
        for folder, folders, files in os.walk(self.data):
            for name in folders + files:
                try:
                    about = os.lstat(os.path.join(folder, name))
                except FileNotFoundError:
                    continue  # a log that SQLite has taken away
                self.assertEqual((about.st_uid, about.st_gid),
                                 (self.nobody.pw_uid, self.nobody.pw_gid), name)
                names.add(name)
        return names

    def fill(self):
        self.roost("user", "add", "anna", text=b"secret\n")
        self.check()
        self.roost("deliver", "anna", text=MESSAGE)
        self.roost("deliver", "anna", text=MESSAGE + b"large\n" * 50000)
        self.roost("import", "anna", self.write("mbox", b"From x\n" + MESSAGE), "--format", "mbox")
        return self.check()

    def test_verbs(self):
        names = self.fill()
        self.assertLessEqual({"lock", "locks", "users", "anna", "account", "mail.db", "bodies",
                              "import.db"}, names)
        users = os.path.join(self.data, "users")
        self.write("mail/users/anna/strange", b"")
        self.roost("check", "--repair")
        os.chown(os.path.join(users, "anna", "lost+found", "strange"), self.nobody.pw_uid,
                 self.nobody.pw_gid)  # what was root's before stays so
        self.assertIn("lost+found", self.check())
        self.roost("backup", "--all", self.path("backup"))
        self.roost("restore", self.path("backup", "anna"), "--as", "bert")
        self.roost("stats")
        self.assertIn("bert", self.check())

    def test_server_of_somebody_else(self):
        self.fill()
        with Server("--run-as", "nobody", memory=("--data", self.data)) as server:
            client = server.wait_ready().sign_in()
            self.assertEqual(client.select("INBOX"), ("OK", [b"3"]))
            self.roost("deliver", "anna", text=MESSAGE)
            while client.untagged_responses.get("EXISTS", [b"3"])[-1] != b"4":
                client.noop()
            self.assertEqual(client.append("INBOX", None, None, MESSAGE)[0], "OK")
            client.logout()
        self.check()

    def test_server_of_root(self):
        with Server("--user", "anna:secret", memory=("--data", self.data)) as server:
            client = server.wait_ready().sign_in()
            self.assertEqual(client.append("INBOX", None, None, MESSAGE + b"x\r\n" * 50000)[0], "OK")
            index = os.path.join(self.data, "users", "anna", "search.db")
            end = time.monotonic() + PATIENCE
            while not os.path.exists(index):  # filled in the background
                self.assertLess(time.monotonic(), end)
                client.noop()
            client.logout()
        self.assertIn("search.db", self.check())

    def test_only_what_is_new_is_given_away(self):
        self.fill()
        lock = os.path.join(self.data, "locks", "anna")
        mine = self.write("mine", b"")
        os.unlink(lock)
        os.link(mine, lock)
        self.roost("deliver", "anna", text=MESSAGE)
        self.assertEqual(os.stat(mine).st_uid, 0)


if __name__ == "__main__":
    unittest.main()
