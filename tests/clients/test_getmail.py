"""getmail: takes the mail of several mailboxes to a Maildir. It knows no STARTTLS."""

import os
import shutil

from harness import (PASSWORD, USER, equal, main, maildir_messages, make_message, need, ok, run,
                     without_field)


# It delivers each message by a child, and waits a long time for one that ends before it begins to wait. Python reads
# this before the program.
WAITS = """
import os
from getmailcore.baseclasses import ForkingBase

ForkingBase._prepare_child = lambda self: None
ForkingBase._wait_for_child = lambda self, pid: os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
"""


class Client:
    def __init__(self, server, way, options):
        self.folder = server.folder
        self.maildir = server.folder / "Maildir"
        for name in ("cur", "new", "tmp"):
            (self.maildir / name).mkdir(parents=True)
        retriever = "SimpleIMAPSSLRetriever" if way == "tls" else "SimpleIMAPRetriever"
        certificate = f"ca_certs = {server.certificate}" if way == "tls" else ""
        (server.folder / "getmailrc").write_text(f"""\
[retriever]
type = {retriever}
server = localhost
port = {server.port(way)}
username = {USER}
password = {PASSWORD}
mailboxes = ("INBOX", "Work")
{certificate}

[destination]
type = Maildir
path = {self.maildir}/

[options]
delivered_to = false
received = false
verbose = 1
{options}
""")

        (self.folder / "sitecustomize.py").write_text(WAITS)

        # It does not deliver as root.
        self.user = "nobody" if os.geteuid() == 0 else None
        if self.user:
            for path in (self.folder, *self.folder.rglob("*")):
                shutil.chown(path, self.user)

    def fetch(self):
        run([need("getmail"), "--getmaildir", self.folder, "--rcfile", self.folder / "getmailrc"],
            env={"HOME": str(self.folder), "PYTHONPATH": str(self.folder)}, user=self.user)

    def messages(self):
        return sorted(without_field(without_field(message, b"Return-Path"),
                                    b"X-getmail-retrieved-from-mailbox")
                      for message in maildir_messages(self.maildir).values())


def test_getmail(server, way):
    messages = [make_message(number, 300 * number) for number in range(1, 13)]
    server.fill("INBOX", messages[:10])
    server.fill("Work", messages[10:])
    client = Client(server, way, "read_all = false\ndelete = false")
    server.restart()
    client.fetch()
    equal(client.messages(), sorted(message.replace(b"\r\n", b"\n") for message in messages),
          "delivered")
    server.fill("Work", [make_message(13)])
    server.restart()
    client.fetch()
    equal(len(client.messages()), 13, "delivered after the second time")


def test_getmail_delete(server, way):
    server.fill("INBOX", [make_message(number) for number in range(1, 4)])
    server.fill("Work", [])
    client = Client(server, way, "delete = true")
    client.fetch()
    equal(len(client.messages()), 3, "delivered")
    with server.imap(way) as imap:
        equal(ok(imap.select()), [b"0"], "messages left")


if __name__ == "__main__":
    main([test_getmail, test_getmail_delete], ways=("plain", "tls"))
