"""ImapFlow for Node.js, which script/bootstrap --tests installs as package-lock.json says."""

from harness import SOURCE, Skip, main, need, run, say


def test_imapflow(server, way):
    if not (SOURCE / "node_modules" / "imapflow").is_dir():
        raise Skip("imapflow is not installed")
    for steps in (["mailboxes"], ["messages"], ["idle"]) if server.data else ([],):
        done = run([need("node"), SOURCE / "imapflow_client.js", str(server.port(way)), way,
                    server.certificate, *steps])
        say(done.stdout.decode())
        server.restart()


if __name__ == "__main__":
    main([test_imapflow])
