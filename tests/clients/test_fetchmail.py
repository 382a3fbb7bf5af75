"""fetchmail: takes the mail from the server and gives it to an MDA."""

import sys

from harness import PASSWORD, SOURCE, USER, equal, main, make_message, need, ok, run

SECURITY = {"plain": "sslproto ''", "tls": "ssl sslcertck", "starttls": "sslproto 'TLS1.2+' sslcertck"}


class Client:
    def __init__(self, server, way, keep):
        self.folder = server.folder / "delivered"
        self.folder.mkdir()
        self.home = server.folder
        self.settings = server.folder / "fetchmailrc"
        certificate = "" if way == "plain" else f"sslcertfile {server.certificate}"
        self.settings.write_text(f"""\
set no syslog
set invisible
poll localhost protocol imap port {server.port(way)} auth password
  user {USER} password {PASSWORD} is root here
  {SECURITY[way]} {certificate}
  {"keep" if keep else "nokeep"} norewrite
  mda "{sys.executable} {SOURCE}/store_message.py {self.folder}"
""")
        self.settings.chmod(0o600)

    def fetch(self, status):
        run([need("fetchmail"), "-f", self.settings, "--pidfile", self.home / "pid", "--nodetach",
             "--nosyslog"], env={"FETCHMAILHOME": str(self.home), "HOME": str(self.home)},
            status=status)

    def messages(self):
        return sorted(path.read_bytes() for path in self.folder.iterdir())


def test_fetchmail(server, way):
    """What was fetched is gone from the server."""
    messages = [make_message(number, 500 * number) for number in range(1, 13)]
    server.fill("INBOX", messages)
    server.restart()
    client = Client(server, way, keep=False)
    client.fetch(0)
    equal(client.messages(), sorted(message.replace(b"\r\n", b"\n") for message in messages),
          "delivered")
    with server.imap(way) as imap:
        equal(ok(imap.select()), [b"0"], "messages left")
    server.restart()
    client.fetch(1)  # says: no mail


def test_fetchmail_keep(server, way):
    """What was fetched stays, marked as seen, and is not fetched again."""
    server.fill("INBOX", [make_message(number) for number in range(1, 4)])
    client = Client(server, way, keep=True)
    client.fetch(0)
    with server.imap(way) as imap:
        ok(imap.select())
        equal(ok(imap.search(None, "SEEN")), [b"1 2 3"], "seen")
        ok(imap.append("INBOX", None, None, make_message(4)))
    server.restart()
    client.fetch(0)
    equal(len(client.messages()), 4, "delivered")


if __name__ == "__main__":
    main([test_fetchmail, test_fetchmail_keep])
