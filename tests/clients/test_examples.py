"""The examples: hello serves its message, ticker's messages reach an idling client."""

import imaplib
import signal
import sys

from harness import PASSWORD, USER, Process, equal, ok, say


def connect(process):
    client = imaplib.IMAP4("127.0.0.1", process.ports[0])
    client.sock.settimeout(60)
    client.login(USER, PASSWORD)
    return client


def refused(command, *arguments):
    try:
        return command(*arguments)[0] == "NO"
    except imaplib.IMAP4.readonly:  # how imaplib takes NO in a mailbox that is read-only
        return True


def test_hello(program):
    process = Process([program, "0"], 1)
    try:
        with connect(process) as client:
            assert b"INBOX" in ok(client.list())[0]
            equal(ok(client.select(readonly=True)), [b"1"], "messages")
            message = ok(client.fetch("1", "(BODY.PEEK[])"))[0][1]
            assert message.endswith(b"\r\n\r\nHello, world.\r\n"), message
            assert b'"Hello"' in ok(client.fetch("1", "(ENVELOPE)"))[0]
            equal(ok(client.search(None, "BODY", "world")), [b"1"], "SEARCH")
            equal(refused(client.store, "1", "+FLAGS", r"(\Seen)"), True, "STORE is refused")
            equal(client.create("More")[0], "NO", "CREATE")
    finally:
        process.stop(-signal.SIGTERM)


def test_ticker(program):
    process = Process([program, "0", "20"], 1)
    try:
        with connect(process) as client:
            count = int(ok(client.select(readonly=True))[0])
            client.send(b"x1 IDLE\r\n")
            while not client.readline().startswith(b"+"):
                pass
            told = []
            while len(told) < 5:
                line = client.readline()
                if line.endswith(b" EXISTS\r\n"):
                    told.append(int(line.split()[1]))
            assert told[0] > count and told == sorted(set(told)), told
            client.send(b"DONE\r\n")
            while not client.readline().startswith(b"x1 OK"):
                pass
            message = ok(client.fetch(str(told[-1]), "(BODY.PEEK[])"))[0][1]
            assert b"tick number %d" % told[-1] in message, message
    finally:
        process.stop()


if __name__ == "__main__":
    test_hello(sys.argv[1])
    test_ticker(sys.argv[2])
    say("all passed")
