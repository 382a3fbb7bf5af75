"""test_postfix.py - a real mail server in front: Postfix takes mail over SMTP and hands it on over LMTP."""

import imaplib
import os
import pathlib
import pwd
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading

import harness

DOMAINS = ("tcp.example", "unix.example")  # which go to the one socket or the other
USERS = ("anna", "bert", "dora")
PATIENCE = harness.PATIENCE

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mail.test.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
smtpd_relay_restrictions = permit_mynetworks, reject
default_transport = error:there is no network here
virtual_mailbox_domains = {domains}
virtual_mailbox_maps =
transport_maps = inline:{{ {{ tcp.example = lmtp:inet:127.0.0.1:{lmtp_port} }}, {{ unix.example = lmtp:unix:{lmtp_path} }} }}
recipient_delimiter = +
address_verify_map = btree:{folder}/data/verify
address_verify_poll_delay = 1s
address_verify_poll_count = {patience}
unverified_recipient_reject_code = 550
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{checking_port} inet n - n - - smtpd
  -o smtpd_recipient_restrictions=reject_unverified_recipient,permit
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """An instance of its own: neither the system's configuration nor its queue is touched."""

    def __init__(self, folder, lmtp_port, lmtp_path):
        self.folder = folder / "postfix"
        self.ports = harness.Ports(2)
        self.port, self.checking_port = self.ports.numbers
        owner = pwd.getpwnam("postfix")
        for name in ("", "config", "queue", "data"):
            (self.folder / name).mkdir()
        os.chown(self.folder / "data", owner.pw_uid, owner.pw_gid)
        values = {"folder": self.folder, "port": self.port, "checking_port": self.checking_port,
                  "lmtp_port": lmtp_port, "lmtp_path": lmtp_path, "domains": " ".join(DOMAINS),
                  "patience": PATIENCE}
        (self.folder / "config" / "main.cf").write_text(MAIN.format(**values))
        (self.folder / "config" / "master.cf").write_text(MASTER.format(**values))
        harness.run([harness.need("postfix"), "-c", self.folder / "config", "check"])
        programs = harness.run(["postconf", "-c", self.folder / "config", "-h",
                                "daemon_directory"]).stdout.decode().strip()
        # As a child of its own, which ends the programs that it starts, and does not wait for them; if
        # nobody ends it (-e), it does so itself.
        self.process = harness.start_group(
            [programs + "/master", "-c", self.folder / "config", "-s", "-e", "900"],
            stdin=subprocess.DEVNULL)
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise

    def wait(self):
        """Until it takes connections, which it does once it is ready."""
        for port in (self.port, self.checking_port):
            alarm = threading.Event()
            for _ in range(PATIENCE * 10):
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
                    break
                except ConnectionRefusedError:
                    if self.process.poll() is not None:
                        raise AssertionError(f"postfix ended: {self.log()}") from None
                    alarm.wait(0.1)
            else:
                raise AssertionError(f"postfix does not listen: {self.log()}")

    def log(self):
        try:
            return (self.folder / "log").read_text()
        except FileNotFoundError:
            return "(no log)"

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        harness.end_group(self.process)
        self.ports.close()


class Setup:
    """roost with both kinds of LMTP sockets, and Postfix in front of it."""

    def __init__(self, program):
        # /tmp, whatever TMPDIR says: a socket's path is short, and Postfix' user must get there.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="roost-postfix-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.postfix = None
        path = self.folder / "lmtp"
        self.roost = harness.Process(
            [program, "serve", "--data", self.folder / "mail", "--listen", "127.0.0.1:0",
             "--lmtp-listen", "127.0.0.1:0", "--lmtp-listen", f"unix:{path}", "--log-level", "warning",
             *(word for user in USERS for word in ("--user", f"{user}:secret"))], 2)
        try:
            self.port, lmtp_port = self.roost.ports
            self.postfix = Postfix(self.folder, lmtp_port, path)
        except BaseException:
            self.close()
            raise

    def close(self):
        try:
            if self.postfix is not None:
                self.postfix.stop()
            self.roost.stop()
        finally:
            shutil.rmtree(self.folder)

    def imap(self, user):
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE)
        client.login(user, "secret")
        return client

    def wait_for(self, user, count, mailbox="INBOX"):
        """The messages of a mailbox, once there are so many: IDLE tells."""
        client = self.imap(user)
        try:
            have = int(harness.ok(client.select(mailbox))[0])
            if have < count:
                client.send(b"idle IDLE\r\n")
                while have < count:
                    line = client.readline()
                    if line.endswith(b" EXISTS\r\n"):
                        have = int(line.split()[1])
                client.send(b"DONE\r\n")
                while not client.readline().startswith(b"idle "):
                    pass
            harness.equal(have, count, f"messages of {user} in {mailbox}")
            data = harness.ok(client.fetch("1:*", "(BODY.PEEK[])"))
            return [item[1] for item in data if isinstance(item, tuple)]
        except TimeoutError:
            raise AssertionError(f"no mail for {user}: {self.postfix.log()}") from None
        finally:
            client.shutdown()

    def send(self, sender, recipients, message, port=None, **options):
        with smtplib.SMTP("127.0.0.1", port or self.postfix.port, timeout=PATIENCE) as client:
            return client.sendmail(sender, recipients, message, **options)


def make_message(subject, body=b"Some text.\r\n"):
    return (f"From: Ben <ben@sender.example>\r\nTo: somebody@tcp.example\r\nSubject: {subject}\r\n"
            f"Message-ID: <{subject}@sender.example>\r\n").encode() + b"\r\n" + body


def check_delivered(got, sent, sender, recipient):
    if not got.startswith(b"Return-Path: <%s>\r\nDelivered-To: %s\r\nReceived: from mail.test.example"
                          % (sender, recipient)):
        raise AssertionError(got[:500])
    if not got.endswith(sent.split(b"\r\n\r\n", 1)[1]):
        raise AssertionError(f"{got[-500:]!r} does not end as was sent")
    harness.equal(got.count(b"Return-Path:"), 1, "Return-Path fields")


def one_recipient(setup, domain, counts):
    message = make_message("one")
    setup.send("ben@sender.example", [f"anna@{domain}"], message)
    counts["anna"] += 1
    got = setup.wait_for("anna", counts["anna"])
    check_delivered(got[-1], message, b"ben@sender.example", b"anna@" + domain.encode())


def several_recipients(setup, domain, counts):
    message = make_message("several", b".dot\r\n..\r\n.\r\n\r\nlast\r\n")
    setup.send("ben@sender.example", [f"{user}@{domain}" for user in USERS], message)
    for user in USERS:
        counts[user] += 1
        got = setup.wait_for(user, counts[user])
        check_delivered(got[-1], message, b"ben@sender.example", f"{user}@{domain}".encode())


def large_message(setup, domain, counts):
    line = b"x" * 70 + b"\r\n"
    message = make_message("large", line * (3000000 // len(line)))
    setup.send("ben@sender.example", [f"bert@{domain}"], message)
    counts["bert"] += 1
    check_delivered(setup.wait_for("bert", counts["bert"])[-1], message, b"ben@sender.example",
                    b"bert@" + domain.encode())


def detail(setup, domain, counts):
    with setup.imap("dora") as client:
        client.create("Lists")
    setup.send("ben@sender.example", [f"dora+lists@{domain}"], make_message("detail"))
    counts["dora/Lists"] = counts.get("dora/Lists", 0) + 1
    got = setup.wait_for("dora", counts["dora/Lists"], "Lists")
    check_delivered(got[-1], make_message("detail"), b"ben@sender.example",
                    b"dora+lists@" + domain.encode())


def unknown_recipient(setup, domain, counts):
    """The known ones get it, and the sender a report with roost's reply."""
    sender = f"anna@{domain}"
    setup.send(sender, [f"nobody@{domain}", f"bert@{domain}"], make_message("unknown"))
    counts["bert"] += 1
    counts["anna"] += 1
    setup.wait_for("bert", counts["bert"])
    report = setup.wait_for("anna", counts["anna"])[-1]
    for text in (b"Return-Path: <>\r\n", f"Final-Recipient: rfc822; nobody@{domain}\r\n".encode(),
                 b"Status: 5.1.1\r\n", b"There is no such user here"):
        if text not in report:
            raise AssertionError(f"{text!r} is not in {report!r}")


def unknown_recipient_is_refused(setup, domain, counts):
    """Postfix asks over LMTP before it takes a message."""
    refused = setup.send("ben@sender.example", [f"nobody2@{domain}", f"bert@{domain}"],
                         make_message("refused"), port=setup.postfix.checking_port)
    harness.equal({address: reply[0] for address, reply in refused.items()},
                  {f"nobody2@{domain}": 550}, "who was refused")
    counts["bert"] += 1
    setup.wait_for("bert", counts["bert"])


def utf8_address(setup, domain, counts):
    with setup.imap("anna") as client:
        client.create("&AMQ-rger")
    with smtplib.SMTP("127.0.0.1", setup.postfix.port, timeout=PATIENCE) as client:
        client.sendmail("jörg@sender.example", [f"anna+größe@{domain}", f"anna+Ärger@{domain}"],
                        make_message("utf8"), mail_options=["SMTPUTF8", "BODY=8BITMIME"])
    counts["anna"] += 1
    setup.wait_for("anna", counts["anna"])
    counts["anna/Ä"] = counts.get("anna/Ä", 0) + 1
    got = setup.wait_for("anna", counts["anna/Ä"], "&AMQ-rger")
    if "Return-Path: <jörg@sender.example>\r\n".encode() not in got[-1]:
        raise AssertionError(got[-1])


def main():
    if os.geteuid() != 0:
        raise harness.Skip("Postfix can only be started by root")
    harness.need("postfix")
    setup = Setup(pathlib.Path(sys.argv[1]).resolve())
    counts = {user: 0 for user in USERS}
    try:
        for test in (one_recipient, several_recipients, large_message, detail, unknown_recipient,
                     unknown_recipient_is_refused, utf8_address):
            # Being refused takes Postfix two seconds.
            for domain in DOMAINS[:1] if test is unknown_recipient_is_refused else DOMAINS:
                harness.say(f"== {test.__name__} ({domain})")
                test(setup, domain, counts)
    except BaseException:
        harness.say(setup.postfix.log())
        raise
    finally:
        setup.close()
    harness.say("all passed")


if __name__ == "__main__":
    try:
        main()
    except harness.Skip as reason:
        harness.say(f"skipped: {reason}")
        sys.exit(1 if os.environ.get("CI") == "true" else harness.SKIP)
