"""curl: list, upload, fetch, search and flags by URL; and a mailing list that comes back as it was."""

from harness import PASSWORD, USER, equal, mailing_list, main, make_message, need, ok, run, say


def options(server, way, password=PASSWORD):
    """How curl is called, and where the mailboxes are."""
    command = [need("curl"), "-sS", "--max-time", "100", "-u", f"{USER}:{password}"]
    if way != "plain":
        command += ["--cacert", server.certificate]
    if way == "starttls":
        command += ["--ssl-reqd"]
    scheme = "imaps" if way == "tls" else "imap"
    return command, f"{scheme}://127.0.0.1:{server.port(way)}"


def test_curl(server, way):
    command, url = options(server, way)

    def curl(path, *more, status=0):
        return run([*command, url + path, *more], status=status).stdout

    curl("/", "-X", "CREATE Work")
    names = sorted(line.split()[-1].strip(b'"') for line in curl("/").splitlines())
    equal(names, [b"INBOX", b"Work"], "LIST")
    for number in range(1, 4):
        path = server.folder / f"{number}.eml"
        path.write_bytes(make_message(number))
        curl("/Work", "-T", str(path))
        server.restart()
    for number in range(1, 4):
        equal(curl(f"/Work;UID={number}"), make_message(number), "by UID")
    equal(curl("/Work;MAILINDEX=2"), make_message(2), "by number")
    header, _, body = make_message(3).partition(b"\r\n\r\n")
    equal(curl("/Work;UID=3;SECTION=TEXT"), body, "SECTION=TEXT")
    equal(curl("/Work;UID=3;SECTION=HEADER"), header + b"\r\n\r\n", "SECTION=HEADER")
    equal(curl("/Work?SUBJECT%20%22message%202%22"), b"* SEARCH 2\r\n", "SEARCH by URL")
    equal(curl("/Work", "-X", "SEARCH SEEN"), b"* SEARCH 1 2 3\r\n", "SEARCH by -X")
    server.restart()
    assert rb"\Deleted" in curl("/Work", "-X", r"STORE 2 +FLAGS (\Deleted)")
    assert b"* 2 EXPUNGE" in curl("/Work", "-X", "EXPUNGE")
    equal(curl("/Work", "-X", "UID SEARCH ALL"), b"* SEARCH 1 3\r\n", "after EXPUNGE")
    curl("/Work;UID=2", status=78)
    curl("/Nowhere;UID=1", status=67)  # what curl says of a failed SELECT
    assert b"STATUS" in curl("/", "-X", "STATUS Work (MESSAGES)")


def test_curl_sign_in(server, way):
    command, url = options(server, way)
    for mechanism in ("AUTH=PLAIN", "AUTH=LOGIN"):
        run([*command, url + "/", "--login-options", mechanism])
    run([*command, url + "/", "--login-options", "AUTH=PLAIN", "--sasl-ir"])
    command, url = options(server, way, "wrong")
    run([*command, url + "/"], status=67)


def test_curl_mailing_list(server, way):
    """In by APPEND through imaplib, out through curl: the same bytes."""
    messages = mailing_list()
    assert len(messages) >= 300
    with server.imap(way) as client:
        ok(client.create("list"))
        for message in messages:
            ok(client.append("list", None, None, message))
    server.restart()
    command, url = options(server, way)
    # In pieces, so that each one stays within curl's --max-time.
    for first in range(1, len(messages) + 1, 100):
        last = min(first + 99, len(messages))
        run([*command, "-o", str(server.folder / "#1.out"), f"{url}/list;UID=[{first}-{last}]"])
    for number, message in enumerate(messages, 1):
        got = (server.folder / f"{number}.out").read_bytes()
        equal(got == message, True, f"message {number}, {len(message)} octets and {len(got)}")
    say(f"{len(messages)} messages came back byte for byte")


if __name__ == "__main__":
    main([test_curl, test_curl_sign_in, test_curl_mailing_list])
