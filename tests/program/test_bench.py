"""imapbench and limits: that they measure what they say, and print nothing when they cannot."""
import email
import email.policy
import json
import os
import socket
import subprocess
import threading
import unittest

import program

FOLDER = os.environ.get("ROOST_BENCH", "build/bench")
USERS = 12
COSTS = ["client_cpu", "server_cpu", "other_cpu", "wall"]


def bench(*arguments):
    return subprocess.run([os.path.join(FOLDER, "imapbench"), *map(str, arguments)],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=program.PATIENCE, check=False)


def limit(*arguments):
    return subprocess.run([os.path.join(FOLDER, "limits"), *arguments],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=program.PATIENCE, check=False)


class Case(program.FolderTest):
    def results(self, run):
        """The JSON lines of a run, each with what all have."""
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        results = [json.loads(line) for line in run.stdout.splitlines()]
        self.assertTrue(results)
        for result in results:
            self.assertIsInstance(result["name"], str)
            self.assertIsInstance(result["unit"], str)
            self.assertIsInstance(result["parameters"], dict)
            for key in ["value", *COSTS]:
                self.assertIsInstance(result[key], (int, float))
            for key in COSTS:
                self.assertGreaterEqual(result[key], 0)
        return results

    def refused(self, run, *words):
        """A run that ended with an error, and no result."""
        self.assertEqual((run.returncode, run.stdout), (1, ""))
        self.assertEqual(run.stderr.count("\n"), 1, run.stderr)
        for word in words:
            self.assertIn(word, run.stderr)


class ServerCase(Case):
    """With a server whose users are u0 and on."""
    options = ()

    def setUp(self):
        super().setUp()
        users = "".join(f"u{n}:pass\n" for n in range(USERS))
        file = self.write("users", users.encode())
        self.server = program.Server("--user-file", file, *self.options)
        self.addCleanup(self.server.__exit__)
        self.server.wait_ready()

    def run_bench(self, *arguments):
        return bench("--port", self.server.ports[0], "--pids", self.server.process.pid, *arguments)

    def measure(self, *arguments):
        return self.results(self.run_bench(*arguments))

    def messages(self, user):
        client = self.server.sign_in(user, "pass")
        try:
            return program.fetch_all(client)
        finally:
            client.logout()


class TestScenarios(ServerCase):
    def test_roundtrip(self):
        server_cpu = 0
        while server_cpu == 0:  # in ticks of the kernel: of some runs it may be 0
            server_cpu = self.race()
        self.assertEqual([len(self.messages(f"u{n}")) for n in range(4)], [3, 3, 3, 0])

    def race(self):
        """Round trips of each kind; the server's share of the processors."""
        server_cpu = 0
        for command in ["noop", "fetch"]:
            for count in [1, 3]:
                result, = self.measure("roundtrip", f"command={command}", f"connections={count}",
                                       "seconds=0.05", "messages=3", "size=2000")
                self.assertEqual(result["name"], f"roundtrip {command} {count}")
                self.assertEqual(result["unit"], "round trips/s")
                self.assertGreater(result["value"], 0)
                self.assertLessEqual(result["p50_us"], result["p99_us"])
                server_cpu += result["server_cpu"]
        return server_cpu

    def test_session(self):
        for command in ["none", "noop", "select"]:
            result, = self.measure("session", f"command={command}", "connections=3", "seconds=0.05")
            self.assertGreater(result["value"], 0)
            self.assertEqual(result["parameters"], {"command": command, "connections": 3, "users": 0,
                                                    "seconds": 0.05, "user": 0})
        result, = self.measure("session", "connections=3", "users=1", "seconds=0.05", f"user={USERS - 1}")
        self.assertGreater(result["value"], 0)

    def test_users(self):
        result, = self.measure("users", f"count={USERS}", "connections=4")
        self.assertAlmostEqual(result["value"] * result["wall"], USERS, delta=0.01)
        self.refused(self.run_bench("users", f"count={USERS + 1}"), f"user {USERS}", "NO")

    def test_append(self):
        for mailboxes in ["separate", "same"]:
            result, = self.measure("append", f"mailboxes={mailboxes}", "connections=3",
                                   "messages=10", "size=2000", "user=0")
            self.assertEqual(result["name"], f"append {mailboxes} 3")
            self.assertAlmostEqual(result["value"] * result["wall"], 10, delta=0.01)
        self.assertEqual(self.messages("u0"), [])

    def test_delivery(self):
        result, = self.measure("delivery", "rounds=3", "gap=0", "user=5")
        self.assertEqual(len(result["samples"]), 3)
        self.assertGreater(min(result["samples"]), 0)
        self.assertLess(result["from_answer_p50_ms"], result["value"])
        self.assertEqual(self.messages("u5"), [])

    def test_idle(self):
        empty, few, many, closed = self.measure(
            "idle", "connections=0,3,20", "users=4", "messages=1", "settle=0.02", "size=2000")
        self.assertEqual([r["name"] for r in [empty, few, many, closed]],
                         ["idle 0", "idle 3", "idle 20", "idle closed"])
        self.assertEqual(many["connections"], 20)
        self.assertEqual(many["processes"], 1)
        self.assertGreater(many["pss"], 0)
        self.assertGreaterEqual(many["rss"], many["pss"])
        self.assertAlmostEqual(many["value"], (many["pss"] - empty["pss"]) / 20, delta=1)
        self.refused(bench("--port", self.server.ports[0], "idle", "connections=1", "users=1"),
                     "--pids")

    def test_command(self):
        self.measure("fill", "user=1", "messages=5", "size=2000")
        result, = self.measure("command", "user=1", "text=UID FETCH 1:* (UID)", "repeat=3")
        self.assertEqual((len(result["samples"]), result["untagged"]), (3, 5))
        self.assertEqual(sorted(result["samples"])[1], result["value"])
        fresh, = self.measure("command", "user=1", "fresh=1", "repeat=2", "text=UID FETCH 1:* (UID)",
                              "name=mine")
        self.assertEqual((fresh["bytes"], fresh["name"]), (result["bytes"], "mine"))
        select, = self.measure("command", "user=1", "fresh=1", "repeat=2", "text=SELECT INBOX")
        self.assertGreater(select["untagged"], 3)
        copy, = self.measure("command", "user=1", "repeat=2", "text=COPY 1:* other",
                             "before=?DELETE other ; CREATE other", "after=NOOP")
        self.assertEqual(copy["untagged"], 0)
        self.refused(self.run_bench("command", "user=1", "text=COPY 1:* none"), "TRYCREATE")
        self.refused(self.run_bench("command", "user=1", "text=NONSENSE"), "BAD")
        self.refused(self.run_bench("command", "user=1", "before=CREATE INBOX"), "NO")

    def test_literals(self):
        """What looks like an answer in a message is none."""
        text = b"Subject: a\r\n\r\n* 7 EXISTS\r\na5 OK done\r\na4 BAD\r\n{5}\r\n* BYE\r\n" * 3000
        client = self.server.sign_in("u2", "pass")
        client.append("INBOX", None, None, text)
        client.logout()
        result, = self.measure("command", "user=2", "text=UID FETCH 1:* (BODY.PEEK[] FLAGS)")
        self.assertEqual(result["untagged"], 1)
        self.assertGreater(result["bytes"], len(text))
        self.assertLess(result["bytes"], len(text) + 200)


class TestMail(ServerCase):
    """The messages that are filled in."""

    def fill(self, user, *arguments):
        result, = self.measure("fill", f"user={user}", *arguments)
        return result

    def test_fill(self):
        result = self.fill(0, "messages=30", "size=4000")
        self.assertEqual((result["appended"], result["way"]), (30, "MULTIAPPEND"))
        messages = self.messages("u0")
        self.assertEqual({len(text) for text, _, _ in messages}, {4000})
        self.assertEqual([number + 1 for number, (_, flags, _) in enumerate(messages)
                          if "\\Seen" not in flags], [10, 20, 30])
        rare = result["rare_word"].encode()
        self.assertEqual(sum(text.count(rare) for text, _, _ in messages), 1)
        self.check_parsed([email.message_from_bytes(text, policy=email.policy.default)
                           for text, _, _ in messages], result["subject_word"])

    def check_parsed(self, messages, word):
        self.assertFalse([part.defects for message in messages for part in message.walk()
                          if part.defects])
        types = [message.get_content_type() for message in messages]
        self.assertEqual({kind: types.count(kind) for kind in types},
                         {"text/plain": 18, "multipart/alternative": 9, "multipart/mixed": 3})
        ids = [message["Message-ID"] for message in messages]
        self.assertEqual(len(set(ids)), 30)
        for number, message in enumerate(messages):
            first = number - number % 5
            references = (message["References"] or "").split()
            self.assertEqual(references, ids[first:number])
            self.assertEqual(word in message["Subject"], first == 0)
        self.assertGreater(len({message["From"] for message in messages}), 20)
        self.assertGreater(len({message["Date"] for message in messages}), 20)

    def test_more(self):
        """Filling goes on where it ended, with what would have come then."""
        self.fill(0, "messages=12", "size=2000", "users=2")
        self.assertEqual(self.fill(1, "messages=4")["appended"], 0)
        self.fill(2, "messages=5", "size=2000")
        self.assertEqual(self.fill(2, "messages=12", "size=2000")["appended"], 7)
        self.assertEqual(self.messages("u2"), self.messages("u0"))
        self.assertEqual(self.messages("u1"), self.messages("u0"))

    def test_mailbox(self):
        result = self.fill(3, "messages=3", "mailbox=other", "multiparts=0", "unread=1")
        self.assertEqual(result["appended"], 3)
        self.assertEqual(self.messages("u3"), [])

    def test_sizes(self):
        for user, size in [(4, 1), (5, 1700), (6, 3000000)]:
            self.fill(user, "messages=12", f"size={size}")
            for text, _, _ in self.messages(f"u{user}"):
                self.assertGreaterEqual(len(text), size)
                self.assertLess(len(text), max(size + 1, 2500))


class TestOneByOne(ServerCase):
    """With a server that takes no large literal without being asked."""
    options = ("--literal-minus",)

    def test_fill(self):
        result, = self.measure("fill", "user=0", "messages=40", "size=5000")
        self.assertEqual((result["appended"], result["way"]), (40, "one by one"))
        with program.Server("--user", "u0:pass") as other:
            other.wait_ready()
            self.results(bench("--port", other.ports[0], "fill", "user=0", "messages=40",
                               "size=5000"))
            client = other.sign_in("u0", "pass")
            messages = program.fetch_all(client)
            client.logout()
        self.assertEqual({text for text, _, _ in self.messages("u0")},
                         {text for text, _, _ in messages})

    def test_append(self):
        self.measure("append", "connections=2", "messages=6", "size=5000", "user=0")
        self.measure("delivery", "rounds=2", "gap=0", "size=5000", "user=0")


class TestTLS(Case):
    def test_scenarios(self):
        certificate, key = program.make_certificate(self.folder)
        with program.Server("--user", "u0:pass", "--user", "u1:pass", "--tls-cert", certificate,
                            "--tls-key", key,
                            listen=("--tls-listen", "127.0.0.1:0")) as server:
            server.wait_ready()
            tls = ["--port", server.ports[0], "--pids", server.process.pid, "--tls"]
            self.results(bench(*tls, "fill", "user=0", "messages=20", "size=100000"))
            result, = self.results(bench(*tls, "command", "user=0", "text=FETCH 1:* BODY.PEEK[]"))
            self.assertEqual(result["untagged"], 20)
            self.assertGreater(result["bytes"], 2000000)
            self.results(bench(*tls, "roundtrip", "connections=2", "seconds=0.05", "messages=1"))
            self.results(bench(*tls, "session", "connections=2", "seconds=0.05"))
            self.results(bench(*tls, "append", "connections=1", "messages=5", "user=1"))
            self.results(bench(*tls, "delivery", "rounds=2", "gap=0", "user=1"))
            self.results(bench(*tls, "idle", "connections=4", "users=2", "messages=1",
                               "settle=0.02"))


class TestWrongUse(Case):
    def test_arguments(self):
        for words in [
                [], ["noop"], ["fill", "messages"], ["fill", "message=1"], ["fill", "messages=0"],
                ["fill", "messages=1x"], ["fill", "messages="], ["fill", "size=9999999999999999G"],
                ["fill", "messages=99999999999999999999"], ["roundtrip", "command=list"],
                ["roundtrip", "seconds=-1"], ["roundtrip", "seconds=nan"],
                ["idle", "connections=5,3"], ["idle", "connections=1,"]]:
            with self.subTest(words):
                self.refused(bench("--port", 1, "--pids", os.getpid(), *words))
        for options in [["--port", "0"], ["--port", "65536"], ["--port", "x"], [],
                        ["--port", "1", "--host", "nowhere"], ["--port", "1", "--sources", "900"],
                        ["--port", "1", "--pids", "1,x"], ["--port", "1", "--pids", "-1"],
                        ["--port", "1", "--pid-file", "/none"]]:
            with self.subTest(options):
                self.refused(bench(*options, "users"))

    def test_help(self):
        for run in [bench("--help"), limit("--help")]:
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            self.assertIn("usage:", run.stdout)


class TestBadServer(Case):
    """Whatever a server does wrong is an error, not a figure."""

    def serve(self, answers):
        """A server that says the first of `answers`, and one more for each line it hears."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def work():
            try:
                connection, _ = listener.accept()
                with connection, connection.makefile("rb") as lines:
                    connection.sendall(answers[0])
                    for answer in answers[1:]:
                        lines.readline()
                        connection.sendall(answer)
                    connection.shutdown(socket.SHUT_WR)
                    lines.read()
            except OSError:
                pass

        thread = threading.Thread(target=work)
        thread.start()
        self.addCleanup(thread.join)
        return listener.getsockname()[1]

    def test_answers(self):
        login = [b"* OK\r\n", b"a1 OK\r\n"]
        for answers, word in [
                ([b""], "closed"),
                ([b"* OK\r\n"], "closed"),
                ([b"* OK\r\n", b"a1 NO\r\n"], "NO"),
                ([b"* OK\r\n", b"a2 OK\r\n"], "unexpected"),
                ([b"* OK\r\n", b"nonsense\r\n"], "unexpected"),
                ([b"* OK\r\na1 OK\r\n"], "unexpected"),
                ([b"* OK\r\n", b"* 5 FETCH {9999999999999999999999}\r\n"], "closed"),
                ([*login, b"a2 BAD\r\n"], "BAD"),
                ([*login, b"* CAPABILITY IMAP4rev1\r\na2 OK\r\n", b"* BYE\r\n"], "closed")]:
            with self.subTest(answers):
                port = self.serve(answers)
                self.refused(bench("--port", port, "command", "repeat=1"), word)

    def test_gone(self):
        with socket.socket() as silent:  # nobody else gets its port, and it does not listen
            silent.bind(("127.0.0.1", 0))
            port = silent.getsockname()[1]
            self.refused(bench("--port", port, "users", "count=1"), "refused")


FILES = ("sendfile", "pieces", "tls_sendfile", "fdatasync")  # limits that make one


class TestLimits(Case):
    def test_all(self):
        for words, unit in [
                (["echo", "connections=1", "seconds=0.05"], "round trips/s"),
                (["echo", "connections=5", "seconds=0.05"], "round trips/s"),
                (["sendfile", "bytes=1MB", "repeat=3"], "MB/s"),
                (["pieces", "bytes=102400", "repeat=3", "way=copy"], "MB/s"),
                (["pieces", "bytes=102400", "repeat=3", "way=sendfile"], "MB/s"),
                (["tls_sendfile", "bytes=1MB", "repeat=3"], "MB/s"),
                (["fdatasync", "seconds=0.05"], "messages/s"),
                (["fdatasync", "seconds=0.05", "writers=4"], "messages/s"),
                (["memcpy", "bytes=1MB", "repeat=3"], "MB/s"),
                (["memmem", "bytes=1MB", "repeat=3"], "MB/s")]:
            folder = [f"folder={self.folder}"] if words[0] in FILES else []
            with self.subTest(words):
                result, = self.results(limit(*words, *folder))
                self.assertEqual(result["unit"], unit)
                self.assertGreater(result["value"], 0)
                self.assertEqual(len(result.get("samples", [1, 2, 3])), 3)
        self.assertEqual(os.listdir(self.folder), [])

    def test_wrong_use(self):
        for words in [[], ["nothing"], ["echo", "connections=0"], ["memcpy", "bytes=9G"],
                      ["fdatasync", "folder=/none"]]:
            with self.subTest(words):
                self.refused(limit(*words))


if __name__ == "__main__":
    unittest.main()
