"""mutt without hands: reads, copies, flags, deletes and writes mail by the keys it is pushed."""

import os
import pty
import select
import signal
import time

from harness import PASSWORD, PATIENCE, USER, equal, main, make_message, need, ok, say


def run_mutt(server, way, mailbox, keys, more=""):
    """Run mutt on a terminal that nobody looks at, until the keys make it quit."""
    settings = server.folder / "muttrc"
    url = f"{'imaps' if way == 'tls' else 'imap'}://{USER}@localhost:{server.port(way)}/"
    settings.write_text(f"""\
set imap_user={USER} imap_pass={PASSWORD} folder={url} spoolfile={url}INBOX
set certificate_file={server.certificate} ssl_force_tls={"no" if way == "plain" else "yes"}
set ssl_starttls={"yes" if way == "starttls" else "no"} ssl_verify_host=no
set tmpdir={server.folder}
{more}
set confirmappend=no confirmcreate=no delete=yes quit=yes move=no mark_old=no wait_key=no
set sleep_time=0 from=anna@example.org record= read_inc=0 net_inc=0
set imap_poll_timeout=0
push "{keys}<quit>"
""")
    command = [need("mutt"), "-n", "-F", str(settings), "-f", url + mailbox]
    say("+ " + " ".join(command) + "  " + keys)
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="vt100", HOME=str(server.folder), LC_ALL="C.UTF-8")
        os.execv(command[0], command)
    output = b""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            data = os.read(terminal, 4096)
        except OSError:  # it has closed its side
            break
        if not data:
            break
        output += data
    else:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    if status != 0:
        say(output.decode("utf-8", "replace"))
    equal(status, 0, "how mutt ended")


def test_mutt(server, way):
    server.fill("INBOX", [make_message(number) for number in range(1, 9)])
    server.fill("Work", [])
    server.restart()
    # Copy three, flag one, read one, delete two.
    run_mutt(server, way, "INBOX",
             "<tag-pattern>~s 'Message [123]'<enter><tag-prefix><copy-message>=Work<enter>"
             "<untag-pattern>~A<enter>"
             "<search>~s 'Message 4'<enter><flag-message>"
             "<search>~s 'Message 5'<enter><display-message><exit>"
             "<delete-pattern>~s 'Message [67]'<enter><sync-mailbox>")
    server.restart()
    with server.imap(way) as imap:
        equal(ok(imap.select()), [b"6"], "messages left")
        equal(ok(imap.search(None, "FLAGGED")), [b"4"], "flagged")
        equal(ok(imap.search(None, "SEEN")), [b"5"], "read")
        equal(ok(imap.select("Work")), [b"3"], "copied")
        for number in range(1, 4):
            data = ok(imap.fetch(str(number), "(BODY.PEEK[])"))[0][1]
            equal(data, make_message(number), "a copy")


def test_mutt_save(server, way):
    """Save to a mailbox that is not there yet: it is created, and the message moves."""
    server.fill("INBOX", [make_message(number) for number in range(1, 4)])
    run_mutt(server, way, "INBOX",
             "<search>~s 'Message 2'<enter><save-message>=New/Place<enter><sync-mailbox>")
    server.restart()
    with server.imap(way) as imap:
        equal(ok(imap.select()), [b"2"], "messages left")
        equal(ok(imap.select("New/Place")), [b"1"], "saved")


def test_mutt_qresync(server, way):
    """With a cache of headers it comes back by QRESYNC, and knows what others did."""
    more = f"set header_cache={server.folder}/headers imap_condstore=yes imap_qresync=yes"
    server.fill("INBOX", [make_message(number) for number in range(1, 31)])
    server.fill("Work", [])
    run_mutt(server, way, "INBOX", "", more)
    with server.imap(way) as imap:
        ok(imap.select())
        ok(imap.store("4,20", "+FLAGS", r"(\Flagged)"))
        ok(imap.store("5:7", "+FLAGS", r"(\Deleted)"))
        ok(imap.expunge())
        ok(imap.append("INBOX", r"(\Flagged)", None, make_message(31)))
    server.restart()
    before = len(server.log.commands())
    run_mutt(server, way, "INBOX",
             "<tag-pattern>~F<enter><tag-prefix><copy-message>=Work<enter><untag-pattern>~A<enter>"
             "<search>~s 'Message 8'<enter><flag-message><sync-mailbox>", more)
    with server.imap(way) as imap:
        equal(ok(imap.select("Work")), [b"3"], "copied: what is flagged")
        ok(imap.select())
        equal(ok(imap.uid("SEARCH", "FLAGGED")), [b"4 8 20 31"], "flagged")
    server.uses("ENABLE .*QRESYNC", r"UID FETCH .* \(CHANGEDSINCE \d+ VANISHED\)")
    # Of 28 messages it asked for the header of the new one.
    said = server.log.commands()[before:]
    equal([line.split()[1] for line in said if "HEADER.FIELDS" in line], ["28"], "headers fetched")


if __name__ == "__main__":
    main([test_mutt, test_mutt_save, test_mutt_qresync], trace=True)
