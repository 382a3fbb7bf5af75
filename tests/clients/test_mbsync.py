"""mbsync: both ways, until nothing is left to do; and a mailing list that comes back as it was."""

import re
import time

from harness import (PASSWORD, USER, equal, mailing_list, main, maildir_messages, make_message,
                     need, ok, run, say, without_field)

SSL_TYPE = {"plain": "None", "tls": "IMAPS", "starttls": "STARTTLS"}


class Client:
    def __init__(self, server, way):
        self.folder = server.folder / "mail"
        self.folder.mkdir()
        self.settings = server.folder / "mbsyncrc"
        self.settings.write_text(f"""\
IMAPAccount roost
Host localhost
Port {server.port(way)}
User {USER}
Pass {PASSWORD}
AuthMechs LOGIN
Timeout 120
SSLType {SSL_TYPE[way]}
CertificateFile {server.certificate}

IMAPStore remote
Account roost

MaildirStore local
Path {self.folder}/
Inbox {self.folder}/INBOX
SubFolders Verbatim

Channel all
Far :remote:
Near :local:
Patterns *
Create Both
Remove Both
Expunge Both
SyncState *
""")

    def sync(self):
        run([need("mbsync"), "-c", self.settings, "-a"])

    def state(self):
        """All messages of the Maildirs, by path."""
        return {path: path.read_bytes() for name in ("cur", "new")
                for path in self.folder.rglob(f"{name}/*")}

    def messages(self, mailbox):
        return {path: without_field(message, b"X-TUID")
                for path, message in maildir_messages(self.folder / mailbox).items()}


def lines(message):
    """A message with the line ends of a Maildir."""
    return message.replace(b"\r\n", b"\n")


def nothing_left(server, client):
    """A further synchronisation finds nothing to do, on either side."""
    before = (server.state(), client.state())
    client.sync()
    equal((server.state(), client.state()) == before, True, "nothing changed")


def test_mbsync(server, way):
    server.fill("INBOX", [make_message(number) for number in range(1, 21)])
    server.fill("Work", [make_message(number) for number in range(21, 26)])
    client = Client(server, way)
    client.sync()
    equal(sorted(client.messages("INBOX").values()),
          sorted(lines(make_message(number)) for number in range(1, 21)), "INBOX")
    equal(len(client.messages("Work")), 5, "Work")
    server.restart()
    client.sync()
    nothing_left(server, client)

    # Changes on the side of the server ...
    with server.imap(way) as imap:
        ok(imap.select())
        ok(imap.store("1", "+FLAGS", r"(\Flagged)"))
        ok(imap.store("2", "+FLAGS", r"(\Deleted)"))
        ok(imap.expunge())
        ok(imap.append("INBOX", r"(\Seen)", None, make_message(30)))
    # ... and of the Maildir: one is read, one is deleted, one is new.
    by_content = {message: path for path, message in client.messages("INBOX").items()}
    read = by_content[lines(make_message(5))]
    cur = client.folder / "INBOX" / "cur"
    read.rename(cur / (re.sub(r":2,.*", "", read.name) + ":2,S"))
    by_content[lines(make_message(6))].unlink()
    (cur / f"{int(time.time())}.new.roost:2,FS").write_bytes(lines(make_message(31)))
    server.restart()
    client.sync()
    server.restart()
    client.sync()
    nothing_left(server, client)

    expected = [number for number in range(1, 21) if number not in (2, 6)] + [30, 31]
    equal(sorted(client.messages("INBOX").values()),
          sorted(lines(make_message(number)) for number in expected), "INBOX of the Maildir")
    with server.imap(way) as imap:
        ok(imap.select())
        equal(len(ok(imap.search(None, "ALL"))[0].split()), len(expected), "INBOX of the server")
        for number, key in ((1, "FLAGGED"), (5, "SEEN"), (30, "SEEN"), (31, "FLAGGED SEEN")):
            found = ok(imap.search(None, key, "HEADER", "Message-ID", f"<{number}@example.org>"))
            equal(len(found[0].split()), 1, f"message {number} is {key}")
    flagged = [path.name for path, message in client.messages("INBOX").items()
               if message == lines(make_message(1))]
    assert "F" in flagged[0].rpartition(":2,")[2], flagged
    server.uses("COMPRESS DEFLATE", "NAMESPACE", r"APPEND .*\{\d+\+\}$")


def test_mbsync_mailboxes(server, way):
    """Mailboxes that are made on either side come to be on the other, with their mail."""
    server.fill("Server/Sub", [make_message(1)])
    client = Client(server, way)
    for name in ("cur", "new", "tmp"):
        (client.folder / "Local" / name).mkdir(parents=True)
    (client.folder / "Local" / "new" / "1.new.roost").write_bytes(lines(make_message(2)))
    server.restart()
    client.sync()
    server.restart()
    equal(list(client.messages("Server/Sub").values()), [lines(make_message(1))], "Server/Sub")
    with server.imap(way) as imap:
        ok(imap.select("Local"))
        got = ok(imap.fetch("1", "(BODY.PEEK[])"))[0][1]
        equal(without_field(lines(got), b"X-TUID"), lines(make_message(2)), "Local")
    client.sync()
    nothing_left(server, client)


def test_mbsync_mailing_list(server, way):
    """In by APPEND through imaplib, out through mbsync: the same lines."""
    messages = mailing_list()
    assert len(messages) >= 300
    server.fill("list", messages)
    client = Client(server, way)
    client.sync()
    equal(sorted(client.messages("list").values()) == sorted(map(lines, messages)), True,
          "all messages came back")
    server.restart()
    client.sync()
    nothing_left(server, client)
    say(f"{len(messages)} messages came back line for line")


if __name__ == "__main__":
    main([test_mbsync, test_mbsync_mailboxes, test_mbsync_mailing_list], trace=True)
