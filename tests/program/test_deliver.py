"""test_deliver.py - roost deliver: a message from a pipe, and what mail servers are told of it."""
import os
import subprocess
import unittest

from program import PATIENCE, ROOST, FolderTest, Server, fetch_all

USAGE, DATA, NO_USER, CANNOT_CREATE, TEMPORARY = 64, 65, 67, 73, 75  # sysexits.h
MESSAGE = b"Return-Path: <old@x>\nSubject: hello\nMessage-ID: <1@x>\n\nbody\n"


class Deliver(FolderTest):
    def setUp(self):
        super().setUp()
        subprocess.run([ROOST, "user", "add", "anna", "--data", self.path("mail")], input=b"secret\n",
                       capture_output=True, timeout=PATIENCE, check=True)
        with self.serve() as server:
            client = server.wait_ready().sign_in()
            client.create("Work")
            client.logout()

    def serve(self, *options):
        return Server(*options, memory=("--data", self.path("mail")))

    def deliver(self, *arguments, message=MESSAGE, place=("--data", "mail")):
        """Run it, without a server beside it."""
        place = [self.path(word) if word == "mail" else word for word in place]
        return subprocess.run([ROOST, "deliver", *place, *arguments], input=message,
                              capture_output=True, timeout=PATIENCE, check=False)

    def messages(self, mailbox="INBOX"):
        with self.serve() as server:
            client = server.wait_ready().sign_in()
            messages = [message[0] for message in fetch_all(client, mailbox)]
            client.logout()
        return messages

    def check(self, result, status, text=""):
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertIn(text, result.stderr.decode())
        self.assertEqual(result.stdout, b"")

    def test_message(self):
        self.check(self.deliver("anna"), 0,
                   'event=delivered user=anna mailbox=INBOX uid=1 octets=85 from="" to=anna '
                   'message-id=<1@x>\n')
        self.assertEqual(self.messages(), [b"Delivered-To: anna\r\n" + MESSAGE.replace(b"\n", b"\r\n")])

    def test_sender_and_recipient(self):
        rest = b"Subject: hello\r\nMessage-ID: <1@x>\r\n\r\nbody\r\n"
        for sender in ("ben@x", "<ben@x>", "", "<>", "two words@x"):
            self.check(self.deliver("-f", sender, "--recipient", "<anna+x@y>", "anna"), 0)
        self.assertEqual(self.messages(),
                         [b"Return-Path: <%s>\r\nDelivered-To: anna+x@y\r\n%s" % (sender, rest)
                          for sender in (b"ben@x", b"ben@x", b"", b"", b"two words@x")])

    def test_mailboxes(self):
        for words, mailbox in ((("anna", "Work"), "Work"), (("ANNA", "work"), "Work"),
                               (("anna", ""), "INBOX"), (("anna", "inbox"), "INBOX"),
                               (("anna", "nosuch"), "INBOX"), (("anna", "a//b"), "INBOX"),
                               (("--create", "anna", "Lists/x"), "Lists/x")):
            self.check(self.deliver(*words), 0, f" mailbox={mailbox} ")
        self.check(self.deliver("--create", "anna", "a//b"), CANNOT_CREATE, "no name for a mailbox")
        self.assertEqual(len(self.messages("Work")), 2)
        self.assertEqual(len(self.messages("Lists/x")), 1)

    def test_from_line(self):
        """As mbox has it, of any length, and only in front."""
        for number, line in enumerate((b"From ben@x Mon Jan  1 00:00:00 2024\n",
                                       b"From " + b"x" * 200000 + b"\n", b"From x\r\n"), start=1):
            self.check(self.deliver("anna", message=line + b"A: b\n\nFrom here on\n"), 0)
            self.assertEqual(self.messages()[number - 1:],
                             [b"Delivered-To: anna\r\nA: b\r\n\r\nFrom here on\r\n"])

    def test_large_message(self):
        message = b"Subject: large\r\n\r\n" + b"y" * 3000000
        self.check(self.deliver("anna", message=message), 0)
        self.assertEqual(self.messages(), [b"Delivered-To: anna\r\n" + message])

    def test_nothing_and_too_much(self):
        self.check(self.deliver("anna", message=b""), DATA, "no message")
        self.check(self.deliver("anna", message=b"From x\n"), DATA, "no message")
        config = self.write("roost.conf", b"[mail]\ndata = %s\n[limits]\nappend-limit = 1000\n"
                            % self.path("mail").encode())
        place = ("--config", config)
        self.check(self.deliver("anna", message=b"x" * 1001, place=place), DATA, "too big")
        self.check(self.deliver("anna", message=b"x" * 900, place=place), 0)

    def test_who_is_not_there(self):
        self.check(self.deliver("nobody"), NO_USER, "nobody")
        self.check(self.deliver("../anna"), NO_USER)
        self.check(self.deliver("anna\n"), NO_USER)
        self.assertEqual(os.listdir(self.path("mail", "users")), ["anna"])

    def test_user_of_a_file(self):
        users = self.write("users", b"bert:secret\n")
        config = self.write("roost.conf", b"[mail]\ndata = %s\n[accounts]\nuser-file = %s\n"
                            % (self.path("mail").encode(), users.encode()))
        self.check(self.deliver("bert", place=("--config", config)), 0)
        self.check(self.deliver("carl", place=("--config", config)), NO_USER)

    def test_beside_a_server(self):
        """Its sessions hear at once."""
        with self.serve() as server:
            client = server.wait_ready().sign_in()
            client.select()
            client.send(b"a IDLE\r\n")
            self.assertTrue(client.readline().startswith(b"+"))
            for number in range(1, 4):
                self.check(self.deliver("anna"), 0)
                self.assertEqual(client.readline(), b"* %d EXISTS\r\n" % number)
                self.assertEqual(client.readline(), b"* %d RECENT\r\n" % number)
            client.shutdown()

    def test_trouble_passes(self):
        """What an administrator can mend sends no mail back."""
        self.check(self.deliver("anna", place=("--data", "/nowhere/at/all")), TEMPORARY, "/nowhere")
        self.check(self.deliver("anna", place=("--config", "/nowhere/at/all")), TEMPORARY, "/nowhere")
        config = self.write("roost.conf", b"[mail]\nnonsense = yes\n")
        self.check(self.deliver("anna", place=("--config", config)), TEMPORARY, "nonsense")
        config = self.write("roost.conf", b"")
        self.check(self.deliver("anna", place=("--config", config)), TEMPORARY, "where is the mail?")
        with open(self.path("mail", "users", "anna", "mail.db"), "r+b") as file:
            file.write(b"no database at all")
        self.check(self.deliver("anna"), TEMPORARY)

    def test_wrong_use(self):
        for words in ((), ("",), ("anna", "b", "c"), ("--nonsense", "anna"), ("-x",), ("-f",),
                      ("-f", "a\nb", "anna"), ("-f", "a>b", "anna"), ("-r", "\x7f", "anna")):
            self.check(self.deliver(*words), USAGE, "roost: ")
        result = self.deliver("--help")
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertIn(b"sysexits.h", result.stdout)


if __name__ == "__main__":
    unittest.main()
