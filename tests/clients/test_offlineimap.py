"""OfflineIMAP: both ways between the server and a Maildir."""

import re

from harness import (PASSWORD, USER, equal, main, maildir_messages, make_message, need, ok, run,
                     without_field)

SECURITY = {"plain": "ssl = no\nstarttls = no", "tls": "ssl = yes\nstarttls = no",
            "starttls": "ssl = no\nstarttls = yes"}


class Client:
    def __init__(self, server, way):
        self.folder = server.folder / "mail"
        self.settings = server.folder / "offlineimaprc"
        self.settings.write_text(f"""\
[general]
accounts = roost
metadata = {server.folder}/metadata
ui = basic

[Account roost]
localrepository = local
remoterepository = remote

[Repository local]
type = Maildir
localfolders = {self.folder}

[Repository remote]
type = IMAP
remotehost = localhost
remoteport = {server.port(way)}
remoteuser = {USER}
remotepass = {PASSWORD}
auth_mechanisms = PLAIN, LOGIN
sslcacertfile = {server.certificate}
{SECURITY[way]}
""")

    def sync(self):
        run([need("offlineimap"), "-o", "-c", self.settings], env={"HOME": str(self.folder.parent)})

    def messages(self, mailbox):
        return {path: without_field(message, b"X-OfflineIMAP")
                for path, message in maildir_messages(self.folder / mailbox).items()}


def lines(message):
    return message.replace(b"\r\n", b"\n")


def test_offlineimap(server, way):
    server.fill("INBOX", [make_message(number) for number in range(1, 11)])
    server.fill("Work/2026", [make_message(11)])
    client = Client(server, way)
    client.sync()
    equal(sorted(client.messages("INBOX").values()),
          sorted(lines(make_message(number)) for number in range(1, 11)), "INBOX")
    equal(len(client.messages("Work.2026")), 1, "Work/2026")
    server.restart()

    with server.imap(way) as imap:
        ok(imap.select())
        ok(imap.store("1", "+FLAGS", r"(\Flagged)"))
        ok(imap.store("2", "+FLAGS", r"(\Deleted)"))
        ok(imap.expunge())
        ok(imap.append("INBOX", r"(\Seen)", None, make_message(12)))
    by_content = {message: path for path, message in client.messages("INBOX").items()}
    cur = client.folder / "INBOX" / "cur"
    read = by_content[lines(make_message(5))]
    read.rename(cur / (re.sub(r":2,.*", "", read.name) + ":2,S"))
    by_content[lines(make_message(6))].unlink()
    (cur / "1.new.roost:2,S").write_bytes(lines(make_message(13)))
    server.restart()
    client.sync()
    server.restart()
    client.sync()

    expected = [number for number in range(1, 11) if number not in (2, 6)] + [12, 13]
    equal(sorted(client.messages("INBOX").values()),
          sorted(lines(make_message(number)) for number in expected), "INBOX of the Maildir")
    with server.imap(way) as imap:
        ok(imap.select())
        ids = [data[1].strip() for data in
               ok(imap.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"))[::2]]
        equal(sorted(ids), sorted(b"Message-ID: <%d@example.org>" % number for number in expected),
              "INBOX of the server")
        found = ok(imap.search(None, "SEEN", "HEADER", "Message-ID", "<5@example.org>"))
        equal(len(found[0].split()), 1, "message 5 is read")

    # Nothing is left: what the server has does not change any more.
    with server.imap(way) as imap:
        before = ok(imap.status("INBOX", "(UIDNEXT MESSAGES)"))
    client.sync()
    with server.imap(way) as imap:
        equal(ok(imap.status("INBOX", "(UIDNEXT MESSAGES)")), before, "after one sync more")
    # UIDPLUS told it the UID of what it has stored: it has not searched for it.
    server.uses("APPEND .*INBOX")
    equal([said for said in server.log.commands() if "X-OfflineIMAP" in said], [], "searches")


if __name__ == "__main__":
    main([test_offlineimap], trace=True)
