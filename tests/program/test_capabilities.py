"""test_capabilities.py - doc/capabilities.md is what the server says, what README says and what is there."""
import fnmatch
import glob
import imaplib
import os
import re
import ssl
import tempfile
import unittest

from program import PATIENCE, FolderTest, Server, make_certificate

TOP = os.path.join(os.path.dirname(__file__), "../..")
PAGE = "doc/capabilities.md"
# Nobody here comes from another machine, and so nobody is shown it; login-disabled.t is.
NEVER_HERE = "where passwords are not taken"


def read(*names):
    with open(os.path.join(TOP, *names), encoding="utf-8") as file:
        return file.read()


def rows(page, columns):
    """The cells of each row of the tables with so many columns; not the two rows at their heads."""
    for line in re.findall(r"^\|(?!---)(.*)\|$", read(page), re.MULTILINE):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == columns and cells[0] not in ("capability", "part"):
            yield cells


def names(cell):
    return re.findall(r"`([^`]+)`", cell)


def transcripts():
    return sorted(os.path.basename(path)[:-2]
                  for path in glob.glob(os.path.join(TOP, "tests", "imap", "*.t")))


def readme_rows():
    """{capability: RFC} as README has it, as far as it works."""
    return {names(cells[0])[0]: cells[1] for cells in rows("README.md", 3)
            if names(cells[0]) and cells[2].startswith("works")}


def row_to_add(name, when="after sign-in"):
    """A first shot at the row of a capability, for who added it."""
    word = re.split(r"[=-]", re.sub("^search=", "", name.lower()))[0]
    code = [os.path.relpath(path, os.path.join(TOP, "lib"))
            for path in sorted(glob.glob(os.path.join(TOP, "lib", "*", f"*{word}*.c")))]
    shown = [transcript for transcript in transcripts() if word in transcript]
    cells = [f"`{name}`", readme_rows().get(name, "the RFC's number"), when,
             " ".join(f"`{path}`" for path in code) or "its files in lib/",
             " ".join(f"`{transcript}`" for transcript in shown) or "its transcripts in tests/imap/"]
    return f"{PAGE} needs a row for {name}, such as:\n| {' | '.join(cells)} |"


def bare(word):
    """A capability without the number that follows it."""
    return re.sub(r"^(APPENDLIMIT|MESSAGELIMIT|SAVELIMIT)=\d+$", r"\1", word)


class Capabilities(FolderTest):
    def setUp(self):
        super().setUp()
        self.table = {names(cells[0])[0]: cells[1:] for cells in rows(PAGE, 5)}
        self.assertGreater(len(self.table), 30)

    def expected(self, signed_in, facts):
        """What the column "shown" says for such a connection."""
        for name, (_, shown, *_) in self.table.items():
            when, _, condition = shown.partition(", ")
            self.assertIn(when, ("always", "before sign-in", "after sign-in"), name)
            self.assertIn(condition, ("", NEVER_HERE, *facts),
                          f"{name}: a condition that test_capabilities.py does not try")
            if (when != ("before sign-in" if signed_in else "after sign-in") and
                    condition != NEVER_HERE and facts.get(condition, True)):
                yield name

    def compare(self, client, facts, signed_in):
        shown = {bare(word) for word in client.capability()[1][0].decode().split()}
        expected = set(self.expected(signed_in, facts))
        when = "after sign-in" if signed_in else "before sign-in"
        self.assertFalse(shown - set(self.table), "\n" + "\n".join(
            row_to_add(name, when) for name in sorted(shown - set(self.table))))
        self.assertFalse(expected ^ shown, f"{PAGE}: the column \"shown\" is wrong {when}, {facts}")

    def connect(self, server, tls):
        if not tls:
            return imaplib.IMAP4("127.0.0.1", server.ports[0], timeout=PATIENCE)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return imaplib.IMAP4_SSL("127.0.0.1", server.ports[1], timeout=PATIENCE,
                                 ssl_context=context)

    def test_server_shows_them(self):
        certificate, key = make_certificate(self.folder)
        stores = (("--memory",), ("--data", self.path("mail")))
        for store in stores:
            for more in ((), ("--literal-minus", "--message-limit", "900", "--save-limit", "800")):
                with Server("--user", "anna:secret", "--tls-cert", certificate, "--tls-key", key,
                            "--tls-listen", "127.0.0.1:0", *more, memory=store) as server:
                    server.wait_ready(2)
                    for tls in (False, True):
                        facts = {"without TLS": not tls,
                                 "without `--literal-minus`": "--literal-minus" not in more}
                        for option in ("--literal-minus", "--message-limit", "--save-limit"):
                            facts[f"with `{option}`"] = option in more
                        with self.subTest(store=store[0], tls=tls, more=more):
                            client = self.connect(server, tls)
                            self.compare(client, facts, False)
                            client.login("anna", "secret")
                            self.compare(client, facts, True)
                            client.logout()

    def test_readme_has_them(self):
        readme = readme_rows()
        self.assertFalse(set(readme) - set(self.table), "\n" + "\n".join(
            row_to_add(name) for name in sorted(set(readme) - set(self.table))))
        for name, rfc in readme.items():
            self.assertEqual(self.table[name][0], rfc, f"{name}: the RFC in {PAGE}, and in README.md")
        self.assertEqual(set(self.table) - set(readme), {"LOGINDISABLED"},
                         f"in {PAGE}, and not in README.md")

    def test_code_is_there(self):
        known = read("lib", "session", "capability.c")
        for name, (_, _, code, _) in self.table.items():
            self.assertRegex(known, rf'"{re.escape(name)}=?"', f"{name} of {PAGE}")
        for what, code in [(cells[0], cells[-2]) for columns in (5, 3)
                           for cells in rows(PAGE, columns)]:
            self.assertTrue(names(code) or code == "the next table", f"{what}: no file")
            for name in names(code):
                self.assertTrue(os.path.exists(os.path.join(TOP, "lib", name)),
                                f"{PAGE}, {what}: there is no lib/{name}")

    def test_every_transcript_is_named(self):
        unnamed = set(transcripts())
        for what, cell in [(cells[0], cells[-1]) for columns in (5, 3)
                           for cells in rows(PAGE, columns)]:
            self.assertTrue(names(cell) or cell == "the next table", f"{what}: no transcript")
            for pattern in names(cell):
                if os.path.exists(os.path.join(TOP, pattern)):
                    continue  # a test of another kind
                found = fnmatch.filter(transcripts(), pattern)
                self.assertTrue(found, f"{PAGE}, {what}: there is no tests/imap/{pattern}.t")
                unnamed -= set(found)
        self.assertEqual(sorted(unnamed), [],
                         f"{PAGE} does not name them: add each to the row of what it shows, by its "
                         "name without .t, or so that a pattern with * has it")


if __name__ == "__main__":
    unittest.main()
