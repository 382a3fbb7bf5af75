"""Python's imaplib: every command that it has."""

import imaplib
import re
import threading

from harness import PASSWORD, USER, equal, main, make_message, ok, say


def test_mailboxes(server, way):
    with server.imap(way) as client:
        ok(client.create("Work"))
        ok(client.create("Work/2026"))
        ok(client.rename("Work", "Archive"))
        ok(client.subscribe("Archive/2026"))
        names = sorted(re.sub(rb'.* "/" ', b"", line) for line in ok(client.list()))
        equal(names, [b"Archive", b"Archive/2026", b"INBOX"], "names")
        equal(len(ok(client.lsub())), 1, "subscriptions")
        ok(client.unsubscribe("Archive/2026"))
        equal(client.lsub(), ("OK", [None]), "no subscription")
        ok(client.delete("Archive/2026"))
        equal(client.select("Archive/2026")[0], "NO", "a deleted mailbox")
        equal(client.create("INBOX")[0], "NO", "INBOX again")
        equal(ok(client.namespace()), [b'(("" "/")) NIL NIL'], "namespace")
        ok(client.noop())


def test_messages(server, way):
    messages = [make_message(number, 100 * number) for number in range(1, 11)]
    server.fill("INBOX", messages)
    server.restart()
    with server.imap(way) as client:
        equal(ok(client.select()), [b"10"], "EXISTS")
        for number, message in enumerate(messages, 1):
            data = ok(client.fetch(str(number), "(UID RFC822.SIZE BODY.PEEK[])"))
            equal(data[0][1], message, "content")
            assert b"RFC822.SIZE %d" % len(message) in data[0][0], data[0][0]
        equal(ok(client.search(None, "SUBJECT", '"message 1"')), [b"1 10"], "SEARCH")
        equal(ok(client.search("UTF-8", "NOT", "SEEN", "LARGER", "900")), [b"8 9 10"], "SEARCH")
        ok(client.store("1:3", "+FLAGS", r"(\Seen $Work)"))
        equal(ok(client.search(None, "KEYWORD", "$work")), [b"1 2 3"], "KEYWORD")
        flags = ok(client.fetch("2", "(FLAGS)"))[0]
        equal(set(imaplib.ParseFlags(flags)) - {rb"\Recent"}, {rb"\Seen", b"$Work"}, "FLAGS")
        ok(client.create("Copy"))
        ok(client.copy("2:4", "Copy"))
        equal(ok(client.status("Copy", "(MESSAGES UNSEEN)")), [b"Copy (MESSAGES 3 UNSEEN 1)"],
              "STATUS")
        ok(client.uid("MOVE", "5,7", "Copy"))
        equal(len(client.response("EXPUNGE")[1]), 2, "EXPUNGE of MOVE")
        ok(client.uid("STORE", "1", "+FLAGS", r"(\Deleted)"))
        equal(ok(client.expunge()), [b"1"], "EXPUNGE")
        equal(ok(client.uid("SEARCH", "ALL")), [b"2 3 4 6 8 9 10"], "what is left")
        ok(client.check())
        ok(client.close())
        ok(client.unselect() if client.state == "SELECTED" else client.noop())
        ok(client.select("Copy", readonly=True))
        try:
            answer = client.store("1", "+FLAGS", r"(\Seen)")[0]
        except client.readonly:
            answer = "NO"
        equal(answer, "NO", "STORE in EXAMINE")


def test_append(server, way):
    with server.imap(way) as client:
        when = '"17-Jul-1996 02:44:25 -0700"'
        for number in range(1, 6):
            ok(client.append("INBOX", rf"(\Flagged $N{number})", when, make_message(number)))
        ok(client.select())
        data = ok(client.fetch("5", "(FLAGS INTERNALDATE)"))[0]
        assert b"17-Jul-1996 02:44:25 -0700" in data and b"$N5" in data, data
        # Many megabytes, and what is 8-bit.
        large = make_message(6, 8 * 1024 * 1024) + bytes(range(128, 256)) * 1000
        ok(client.append("INBOX", None, None, large))
        equal(ok(client.fetch("6", "(BODY.PEEK[])"))[0][1], large, "a large message")
        equal(client.append("Nowhere", None, None, make_message(1))[0], "NO", "no such mailbox")


def test_sign_in(server, way):
    def connect():
        if way == "tls":
            return imaplib.IMAP4_SSL("127.0.0.1", server.tls_port, ssl_context=server.context())
        client = imaplib.IMAP4("127.0.0.1", server.plain_port)
        if way == "starttls":
            client.starttls(ssl_context=server.context())
        return client

    with connect() as client:
        try:
            client.login(USER, "wrong")
        except client.error as error:
            assert "AUTHENTICATIONFAILED" in str(error), error
        else:
            raise AssertionError("a wrong password was taken")
        ok(client.authenticate("PLAIN", lambda challenge: f"\0{USER}\0{PASSWORD}".encode()))
        equal("SELECTED" in client.state, False, "state")
    with connect() as client:
        answers = iter([USER.encode(), PASSWORD.encode()])
        ok(client.authenticate("LOGIN", lambda challenge: next(answers)))
        ok(client.select())


def test_idle(server, way):
    """What one session does, an idling one hears at once."""
    server.fill("INBOX", [make_message(1)])
    with server.imap(way) as idle, server.imap(way) as other:
        ok(idle.select())
        ok(other.select())
        idle.sock.settimeout(60)
        idle.send(b"x1 IDLE\r\n")
        equal(idle.readline()[:1], b"+", "IDLE")
        ok(other.append("INBOX", None, None, make_message(2)))
        equal(idle.readline(), b"* 2 EXISTS\r\n", "EXISTS")
        equal(idle.readline()[-8:], b"RECENT\r\n", "RECENT")
        ok(other.store("1", "+FLAGS", r"(\Deleted)"))
        assert rb"\Deleted" in idle.readline()
        ok(other.expunge())
        equal(idle.readline(), b"* 1 EXPUNGE\r\n", "EXPUNGE")
        idle.send(b"DONE\r\n")
        equal(idle.readline()[:5], b"x1 OK", "end of IDLE")
        ok(idle.noop())


def test_many_sessions(server, way):
    """Several threads append and read at the same time; nothing is lost or mixed up."""
    failures = []

    def work(number):
        try:
            with server.imap(way) as client:
                for step in range(20):
                    ok(client.append("INBOX", None, None, make_message(number * 100 + step)))
                ok(client.select())
                for step in range(20):
                    wanted = make_message(number * 100 + step)
                    found = ok(client.uid("SEARCH", "HEADER", "Message-ID",
                                          f"<{number * 100 + step}@example.org>"))[0]
                    data = ok(client.uid("FETCH", found.decode(), "(BODY.PEEK[])"))
                    equal(data[0][1], wanted, "content")
        except Exception as error:
            failures.append(f"session {number}: {error!r}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures:
        say(failure)
    equal(len(failures), 0, "failures")
    server.restart()
    with server.imap(way) as client:
        equal(ok(client.select()), [b"160"], "messages")


def test_shutdown(server, way):
    """SIGTERM: who idles and who does nothing is told BYE, and the server ends in order."""
    idle, quiet = server.imap(way), server.imap(way)
    ok(idle.select())
    idle.send(b"x1 IDLE\r\n")
    equal(idle.readline()[:1], b"+", "IDLE")
    server.process.stop()
    for client in (idle, quiet):
        client.sock.settimeout(60)
        equal(client.readline()[:6], b"* BYE ", "the last words")
        equal(client.readline(), b"", "the end")
        client.shutdown()


if __name__ == "__main__":
    main([test_mailboxes, test_messages, test_append, test_sign_in, test_idle, test_many_sessions,
          test_shutdown])
