"""Coming back to a large mailbox with QRESYNC, as ImapFlow does it: a few packets, after changes and
after a restart of the server too. ROOST_DOUBLINGS=10 makes it 102,400 messages; they take a minute."""

import json
import os
import re

from harness import SOURCE, Skip, equal, main, make_message, need, ok, run, say

FIRST = 100
DOUBLINGS = int(os.environ.get("ROOST_DOUBLINGS", "7"))  # 12,800 messages
COUNT = FIRST << DOUBLINGS
PACKETS = 4 * 1460  # octets


def fill(server):
    """So many messages quickly: each COPY has as many again."""
    server.fill("INBOX", [make_message(number) for number in range(FIRST)])
    with server.imap() as imap:
        ok(imap.select())
        for _ in range(DOUBLINGS):
            ok(imap.copy("1:*", "INBOX"))


def state(server):
    """{UID: flags} as the server has it, asked without any extension."""
    with server.imap() as imap:
        ok(imap.select("INBOX", readonly=True))
        found = {}
        for line in ok(imap.fetch("1:*", "(UID FLAGS)")):
            match = re.search(rb"UID (\d+) FLAGS \(([^)]*)\)", line)
            found[int(match[1])] = set(match[2].decode().split()) - {"\\Recent"}
        return found


def come_back(server, *known):
    before = len(server.log.sessions())
    done = run([need("node"), SOURCE / "imapflow_resync.js", str(server.plain_port), *known])
    told = json.loads(done.stdout)
    (told["octets"],) = server.log.sessions()[before:]
    say(f"{told['octets']} octets from the server, {len(told['flags'])} messages changed, "
        f"{len(told['vanished'])} gone")
    equal(told["qresync"], bool(known), "the client trusts what it was told")
    return told


def change(server, first):
    """Flags here and there, some messages gone and a thousand in a row, and some new."""
    gone = f"{first},{first * 100},{COUNT // 10 * first}:{COUNT // 10 * first + 999}"
    with server.imap() as imap:
        ok(imap.select())
        ok(imap.uid("STORE", f"5,500,{COUNT // 2},{COUNT - 1}", "+FLAGS", r"(\Flagged $Later)"))
        ok(imap.uid("STORE", gone, "+FLAGS", r"(\Deleted)"))
        ok(imap.expunge())
        for number in range(3):
            ok(imap.append("INBOX", r"(\Seen)", None, make_message(number)))


def follow(server, known, mailbox):
    """The client comes back: with what it knew and what it is told it has what the server has."""
    told = come_back(server, known["uidValidity"], known["modseq"])
    for uid, earlier in told["vanished"]:
        equal(earlier, True, "VANISHED (EARLIER)")
        mailbox.pop(uid, None)
    for uid, flags in told["flags"]:
        mailbox[uid] = set(flags) - {"\\Recent"}
    equal(told["exists"], len(mailbox), "messages")
    equal(mailbox == state(server), True, "the client has what the server has")
    assert told["octets"] < PACKETS, told["octets"]
    return told


def test_resync(server, _):
    if not (SOURCE / "node_modules" / "imapflow").is_dir():
        raise Skip("imapflow is not installed")
    fill(server)
    mailbox = state(server)
    equal(len(mailbox), COUNT, "messages")
    known = come_back(server)

    known = follow(server, known, mailbox)
    equal((known["vanished"], known["flags"]), ([], []), "nothing is new")
    change(server, 7)
    known = follow(server, known, mailbox)
    equal((len(known["vanished"]), len(known["flags"])), (1002, 7), "what is new")
    change(server, 8)
    server.restart()
    known = follow(server, known, mailbox)
    equal((len(known["vanished"]), len(known["flags"])), (1002, 3), "new before the restart")
    server.restart()
    known = follow(server, known, mailbox)
    equal((known["vanished"], known["flags"]), ([], []), "nothing is new after a restart")
    server.uses("ENABLE .*QRESYNC", r"SELECT INBOX \(QRESYNC \(\d+ \d+\)\)")


if __name__ == "__main__":
    main([test_resync], ways=["plain"], trace=True)
