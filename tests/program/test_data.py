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

    def test_second_server_is_refused(self):
        with self.serve() as server:
            server.wait_ready()
            result = run("serve", "--data", os.path.join(self.folder, "mail"), "--listen",
                         "127.0.0.1:0", "--user", "anna:secret")
            self.assertEqual(result.returncode, 1)
            self.assertIn("another roost", result.stderr)

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
