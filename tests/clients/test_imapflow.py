"""ImapFlow for Node.js, which script/bootstrap --tests installs as package-lock.json says."""

from harness import SOURCE, Skip, main, need, run, say


def test_imapflow(server, way):
    if not (SOURCE / "node_modules" / "imapflow").is_dir():
        raise Skip("imapflow is not installed")
    for steps in (["mailboxes"], ["messages"], ["idle"], ["extensions"]) if server.data else ([],):
        done = run([need("node"), SOURCE / "imapflow_client.js", str(server.port(way)), way,
                    server.certificate, *steps])
        say(done.stdout.decode())
        server.restart()
    # It has used what it was offered.
    server.uses("ENABLE .*CONDSTORE", "ENABLE .*IMAP4REV2", "COMPRESS DEFLATE", "NAMESPACE", "IDLE",
                r'LIST "" "\*" RETURN \(.*SPECIAL-USE.*SUBSCRIBED', r'LIST "" "\*" RETURN \(STATUS \(',
                "UID MOVE", "FETCH .* EMAILID", r"FETCH .*\(CHANGEDSINCE \d+\)", "UID SEARCH EMAILID")


if __name__ == "__main__":
    main([test_imapflow], trace=True)
