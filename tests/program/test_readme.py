"""test_readme.py - what README and doc/ say is so."""
import glob
import imaplib
import os
import re
import shlex
import subprocess
import tempfile
import unittest

from program import PATIENCE, Server, make_certificate

TOP = os.path.join(os.path.dirname(__file__), "../..")


def read(*names):
    with open(os.path.join(TOP, *names), encoding="utf-8") as file:
        return file.read()


def pages():
    for path in sorted(glob.glob(os.path.join(TOP, "*.md")) +
                       glob.glob(os.path.join(TOP, "doc", "*.md"))):
        yield os.path.relpath(path, TOP), read(path)


class Readme(unittest.TestCase):
    def setUp(self):
        self.readme = read("README.md")

    def blocks(self, language):
        return re.findall(rf"^```{language}\n(.*?)^```$", self.readme, re.MULTILINE | re.DOTALL)

    def test_backend_is_the_example(self):
        """The backend that README shows stands in examples/hello.c, word for word."""
        (block,) = self.blocks("c")
        example = read("examples", "hello.c")
        for part in re.split(r"^\t*…\n", block, flags=re.MULTILINE):
            self.assertIn(part.strip("\n"), example)
        self.assertGreater(len(block.splitlines()), 20)

    def capabilities(self, *options):
        """What the server shows before and after sign-in."""
        with Server("--user", "anna:secret", *options) as server:
            server.wait_ready()
            client = imaplib.IMAP4("127.0.0.1", server.ports[0], timeout=PATIENCE)
            words = client.capability()[1][0].decode().split()
            client.login("anna", "secret")
            words += client.capability()[1][0].decode().split()
            client.logout()
        return {re.sub(r"^(APPENDLIMIT|MESSAGELIMIT|SAVELIMIT)=\d+$", r"\1", word) for word in words}

    def test_capabilities_are_shown(self):
        """What the table of capabilities says works, the server shows; and nothing else."""
        table = re.findall(r"^\| `([A-Za-z0-9+=-]+)`.*\| works", self.readme, re.MULTILINE)
        self.assertGreater(len(table), 15)
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = make_certificate(folder)
            shown = self.capabilities("--tls-cert", certificate, "--tls-key", key)
            shown |= self.capabilities("--literal-minus", "--message-limit", "1000",
                                       "--save-limit", "1000")
        self.assertEqual(sorted(table), sorted(shown))

    def test_session_with_curl(self):
        """The commands of the session answer what README shows."""
        (session,) = self.blocks("console")
        with Server("--user", "anna:secret", "--import",
                    "anna/INBOX=" + os.path.join(TOP, "examples", "mail")) as server:
            server.wait_ready()
            for command, answer in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session,
                                              re.MULTILINE):
                with self.subTest(command):
                    command = command.replace(":1143", f":{server.ports[0]}")
                    command = command.replace("$PASSWORD", "secret")
                    self.assertTrue(command.startswith("curl "))
                    result = subprocess.run(shlex.split(command), stdin=subprocess.DEVNULL,
                                            capture_output=True, timeout=PATIENCE, check=True)
                    said = result.stdout.decode().replace("\r\n", "\n")
                    shown = answer.replace("…\n", "")
                    self.assertTrue(said == answer or said.startswith(shown) and shown != answer,
                                    f"{said!r} is not {answer!r}")


class Pages(unittest.TestCase):
    def test_names_are_in_the_headers(self):
        headers = "".join(read(path) for path in
                          glob.glob(os.path.join(TOP, "include", "roost", "*.h")))
        known = set(re.findall(r"\b(?:roost|ROOST)_\w+", headers))
        for page, text in pages():
            for name in sorted(set(re.findall(r"\b(?:roost|ROOST)_\w+", text))):
                if not name.endswith("_") and name not in ("ROOST_PORT", "ROOST_CORPUS"):
                    self.assertIn(name, known, page)
            for struct, member in re.findall(r"\b(roost_\w+)\.(\w+)", text):
                body = re.search(r"struct " + struct + r" \{(.*?)\n\}", headers, re.DOTALL)
                self.assertIsNotNone(body, f"{page}: {struct}")
                self.assertRegex(body[1], rf"\b{member}\b", f"{page}: {struct}.{member}")

    def test_files_are_there(self):
        for page, text in pages():
            named = re.findall(r"`((?:script|examples|doc|include|lib|backends|program|tests|fuzz"
                               r"|\.ci)/[\w./-]*)`", text)
            named += [link for link in re.findall(r"\]\(([^)#]+)\)", text) if ":" not in link]
            for name in named:
                self.assertTrue(os.path.exists(os.path.join(TOP, name)) or
                                os.path.exists(os.path.join(TOP, os.path.dirname(page), name)),
                                f"{page}: {name}")

    def test_verbs(self):
        """README names the verbs that the program has."""
        told = re.findall(r"`roost ([a-z]+)`", "".join(
            re.findall(r"(?m)^\|(.*?)\|", read("README.md"))))
        helped = subprocess.run([os.environ["ROOST_PROGRAM"], "--help"], capture_output=True, text=True,
                                timeout=PATIENCE, check=True).stdout
        self.assertEqual(sorted(told), sorted(re.findall(r"(?m)^  roost (\w+)", helped)))

    def test_dependencies(self):
        """README names the libraries that script/bootstrap installs, and nothing that it does not."""
        named = re.findall(r"^\| `([a-z0-9.+-]+)` \|", read("README.md"), re.MULTILINE)
        bootstrap = read("script", "bootstrap")
        installed = re.findall(r"^([a-z0-9.+-]+) +\S+$", bootstrap, re.MULTILINE)
        libraries = re.findall(r"^([a-z0-9.+-]+) +pc:", bootstrap, re.MULTILINE)
        self.assertGreater(len(libraries), 4)
        build = re.findall(r"^([a-z0-9.+-]+) +\S+$",
                           re.search(r"build_packages='\n(.*?)'", bootstrap, re.DOTALL)[1], re.MULTILINE)
        for package in build:
            self.assertIn(f"`{package}`", read("README.md"))
        self.assertEqual(set(libraries) - set(named), set())
        self.assertEqual(set(named) - set(installed), set())


if __name__ == "__main__":
    unittest.main()
