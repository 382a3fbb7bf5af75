"""test_data.py - serving mail from a folder: it is there after a restart, and after a kill."""
import os
import signal
import unittest

from program import FolderTest, Server, run

MESSAGE = b"Subject: kept\r\n\r\nbody\r\n"


class Data(FolderTest):
    def serve(self):
        folder = os.path.join(self.folder, "mail")
        return Server("--user", "anna:secret", memory=("--data", folder))

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


if __name__ == "__main__":
    unittest.main()
