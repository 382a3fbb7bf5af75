"""test_manual.py - the manual pages: options as --help has them, and every example, run.

In an example a line that begins with "$ " is a command, and what follows is what it says; "…" stands for
anything in a line, and alone on a line for any lines. A line that begins with "# " is for root. The
store of the usual configuration has the user anna with the messages of examples/mail."""
import glob
import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import unittest

from program import PATIENCE, ROOST, FolderTest, make_certificate, run

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
PAGES = os.environ["ROOST_MANUAL"]
BUILD = os.environ["ROOST_BUILD"]
CC = os.environ.get("ROOST_CC")
VERBS = ("backup", "check", "config", "deliver", "export", "import", "restore", "serve", "stats",
         "user")
# Where the examples have things that tests have in their own folder.
PLACES = ("/var/lib/roost", "/backup")
ADDRESS = r"127\.0\.0\.1:[0-9]+"

# The installed program looks for the usual configuration; this one for the test's.
WRAPPER = """#!/bin/sh
verb=$1
case " $* " in
*" --config "* | *" --data "* | *" --memory "* | *" config check "*) exec {roost} "$@" ;;
*) shift; exec {roost} "$verb" --config {conf} "$@" ;;
esac
"""


def page_of(name):
    with open(os.path.join(PAGES, name + ".filled"), encoding="utf-8") as file:
        return file.read()


def names():
    return sorted(os.path.basename(path)[:-len(".filled")]
                  for path in glob.glob(os.path.join(PAGES, "*.filled")))


def blocks_of(text):
    """The examples of a page, as they are printed."""
    blocks = re.findall(r"(?ms)^```\n(.*?)^```$", text)
    for block in blocks:
        # scdoc would swallow a single one.
        assert "\\" not in block.replace("\\\\", ""), block
    return [block.replace("\\\\", "\\") for block in blocks]


class Text(unittest.TestCase):
    def test_pages(self):
        pages = {f"roost-{verb}.1" for verb in VERBS} | {"roost.1", "roost.conf.5", "libroost.3"}
        self.assertEqual(set(names()), pages)
        for verb in re.findall(r"(?m)^  roost (\w+)", run("--help").stdout):
            self.assertIn(verb, VERBS)

    def test_sections(self):
        for name in names():
            text = page_of(name)
            title, _, number = name.rpartition(".")
            self.assertTrue(text.startswith(f"{title}({number})\n\n# NAME\n\n{title} - "), name)
            self.assertNotRegex(text, r"@\w+@")
            order = [section for section in re.findall(r"(?m)^# ([A-Z ]+)$", text)]
            wanted = ["NAME", "SYNOPSIS", "DESCRIPTION", "OBJECTS", "HEADERS", "FORMAT", "KEYS",
                      "OPTIONS", "SIGNALS", "ENVIRONMENT", "EXIT STATUS", "FILES", "EXAMPLES",
                      "SEE ALSO"]
            self.assertEqual(order, [section for section in wanted if section in order], name)
            self.assertLessEqual({"NAME", "DESCRIPTION", "EXAMPLES", "SEE ALSO"}, set(order))
            if number == "1":
                self.assertIn("EXIT STATUS", order)
            # What is ours and named is there.
            for other in re.findall(r"\*((?:lib)?roost[\w.-]*)\*\((\d)\)", text):
                self.assertIn(".".join(other), names(), name)

    def test_options(self):
        """Those of --help, with the same values, and no others."""
        for verb in VERBS:
            helped = {tuple(re.findall(r"-[-\w]+", words)): value for words, value in re.findall(
                r"(?m)^  ((?:-\w, )?--[\w-]+)(?: ([A-Z][\w/=:]*))?(?: |$)", run(verb, "--help").stdout)}
            told = {tuple(re.findall(r"-[-\w]+", words)): value for words, value in re.findall(
                r"(?m)^(\*-.*?\*)(?: _([A-Z][\w/=:]*)_)?$", page_of(f"roost-{verb}.1"))}
            self.assertEqual(told, helped, verb)
            self.assertIn(("-h", "--help"), told)

    def test_usage(self):
        """What stands in the synopsis is what --help says."""
        for verb in VERBS:
            synopsis = page_of(f"roost-{verb}.1").partition("# SYNOPSIS\n\n")[2].partition("\n\n#")[0]
            lines = [re.sub(r"[*_]", "", line.removesuffix("++")) for line in synopsis.splitlines()]
            usage = run(verb, "--help").stdout.partition("\n\n")[0]
            self.assertEqual(lines, re.findall(r"(?m)roost .*$", usage), verb)

    def test_keys(self):
        text = page_of("roost.conf.5")
        shown = run("config", "show", "--config", "/dev/null").stdout
        keys = re.findall(r"(?m)^#([a-z-]+) =", shown)
        self.assertEqual(re.findall(r"(?m)^\*([a-z-]+)\* = _", text), keys)
        self.assertEqual(re.findall(r"(?m)^## \[([a-z]+)\]$", text),
                         re.findall(r"(?m)^\[([a-z]+)\]$", shown))

    def test_headers(self):
        told = re.findall(r"(?m)^_([a-z]+\.h)_$", page_of("libroost.3"))
        self.assertEqual(sorted(told), sorted(os.listdir(os.path.join(TOP, "include", "roost"))))

    @unittest.skipIf(shutil.which("groff") is None, "groff is not installed")
    def test_layout(self):
        """Nothing that the formatter complains of."""
        pages = [name for name in names() if os.path.exists(os.path.join(PAGES, name))]
        for name in pages:
            result = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", "-K", "utf8",
                                     os.path.join(PAGES, name)], capture_output=True, text=True,
                                    timeout=PATIENCE, check=False)
            self.assertEqual((result.returncode, result.stderr), (0, ""), name)


class Examples(FolderTest):
    def setUp(self):
        super().setUp()
        self.servers = []
        self.ports = {}
        self.addCleanup(self.stop_servers)
        self.write("bin/roost", WRAPPER.format(roost=shlex.quote(os.path.abspath(ROOST)),
                                               conf=self.path("etc/roost.conf")).encode())
        os.chmod(self.path("bin", "roost"), 0o755)
        self.write("etc/roost.conf", f"[mail]\ndata = {self.path('var/lib/roost')}\n".encode())
        os.makedirs(self.path("var/lib"))
        os.mkdir(self.path("backup"))
        self.write("etc/roost.pc", f"Name: roost\nDescription:\nVersion: 0\nCflags: -I{TOP}/include\n"
                                   f"Libs: -L{BUILD} -lroost\n".encode())
        self.environment = {
            **os.environ, "PATH": self.path("bin") + ":" + os.environ["PATH"], "HOME": self.folder,
            "PKG_CONFIG_PATH": self.path("etc"), "LC_ALL": "C.UTF-8",
            "LD_LIBRARY_PATH": BUILD,
        }
        self.make_mail()

    def make_mail(self):
        mail = []
        for path in sorted(glob.glob(os.path.join(TOP, "examples/mail/*.eml"))):
            with open(path, "rb") as file:
                mail.append(file.read())
        self.write("archive.mbox", b"".join(b"From x Mon Jan  1 00:00:00 2024\n" +
                                            text.replace(b"\r\n", b"\n") + b"\n" for text in mail))
        self.write("message", mail[0])
        for i, text in enumerate(mail):
            self.write(f"letters/{i}.eml", text)
        for i in range(3):
            self.write(f"Maildir/cur/{i}.x:2,S", b"Subject: of a Maildir\n\n%d\n" % i)
        os.mkdir(self.path("Maildir/new"))
        os.mkdir(self.path("Maildir/tmp"))
        bcrypt = "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"
        self.write("passwd-file", f"dora:{bcrypt}\nemil:{{BLF-CRYPT}}{bcrypt}::::\n".encode())
        for command in ("roost user add anna", "roost import anna letters"):
            self.assertEqual(self.shell(command)[0], 0)

    def stop_servers(self):
        for process in self.servers:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(PATIENCE)
            process.stdout.close()
        self.servers.clear()
        self.ports.clear()

    def translate(self, command):
        """What an example says, for the test's own folder and ports."""
        for place in PLACES:
            command = re.sub(rf"(?<![\w/]){place}(?!\w)", self.path(place[1:]), command)
        for address, port in self.ports.items():
            command = command.replace(address, f"127.0.0.1:{port}")
        return command

    def translate_back(self, said):
        return said.replace(self.folder + "/", "/")

    def shell(self, command):
        result = subprocess.run(["bash", "-c", self.translate(command)], input=b"secret\n",
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.folder,
                                env=self.environment, timeout=PATIENCE, check=False)
        return result.returncode, self.translate_back(result.stdout.decode().replace("\r\n", "\n"))

    def serve(self, command, expected):
        """Start what serves, on free ports; its lines, with the ports of the example."""
        self.stop_servers()
        addresses = re.findall(ADDRESS, expected)
        command = re.sub(ADDRESS, "127.0.0.1:0", command)
        command = re.sub(r"^(\./words) \d+", r"\1 0", command)
        if command.startswith("roost serve") and "listen" not in command:
            command += " --listen 127.0.0.1:0"
        # pylint: disable-next=consider-using-with
        process = subprocess.Popen(["bash", "-c", "exec " + self.translate(command)],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, bufsize=0,
                                   stderr=subprocess.DEVNULL, cwd=self.folder, env=self.environment,
                                   start_new_session=True)
        self.servers.append(process)
        said = ""
        for address in addresses:
            self.assertTrue(select.select([process.stdout], [], [], PATIENCE)[0], command)
            line = process.stdout.readline().decode()
            port = re.search(r"127\.0\.0\.1:(\d+)", line)
            self.assertIsNotNone(port, f"{command}: {line}")
            self.ports[address] = port[1]
            said += line.replace(port[0], address)
        return said

    def compare(self, command, expected, said):
        if not re.search(r"\S", expected):
            return
        pattern = "".join(".*" if part == "…\n" else re.escape(part).replace("…", "[^\\n]*")
                          for part in expected.splitlines(keepends=True))
        # What it begins with is shown.
        self.assertRegex(said, f"(?s)\\A{pattern}" + ("" if "…" in expected else r"\Z"), command)

    def serve_old(self):
        """The server that mail is moved from, mail.old.example."""
        if "mail.old.example" not in self.ports:
            certificate, key = make_certificate(self.folder)
            self.serve("roost serve --memory --tls-listen 127.0.0.1:993 "
                       f"--user anna@old.example:secret --tls-cert {certificate} --tls-key {key} "
                       "--import anna@old.example/Work=archive.mbox", "127.0.0.1:993")
            self.ports["mail.old.example"] = f"{self.ports['127.0.0.1:993']} --insecure"

    def run_commands(self, block):
        for command, expected in re.findall(r"(?m)^\$ (.*)\n((?:(?!\$ ).*\n)*)", block):
            if command.startswith(("roost serve", "./words")):
                self.compare(command, expected, self.serve(command, expected))
                continue
            if "mail.old.example" in command:
                self.serve_old()
            status, said = self.shell(command)
            self.compare(command, expected, said)
            if not expected.startswith("roost: ") and "…: " not in expected and "wrong" not in expected:
                self.assertEqual(status, 0, f"{command}: {said}")

    def run_as_root(self, block):
        """Not here; but what is named is there."""
        for command in re.findall(r"(?m)^# (.*)$", block):
            words = command.split()
            self.assertIn(words[0], ("systemd-sysusers", "systemd-tmpfiles", "systemctl"))
            for unit in words[1:]:
                if "." in unit:
                    self.assertTrue(glob.glob(os.path.join(TOP, "service", unit + "*")), unit)

    def check_configuration(self, block):
        self.write("example.conf", block.encode())
        self.assertEqual(self.shell("roost config check example.conf"),
                         (0, "The configuration is good\n"))

    def check_postfix(self, block):
        """Postfix knows what it is told."""
        if shutil.which("postconf") is None:
            self.skipTest("Postfix is not installed")
        master = block.startswith("roost unix")
        self.write("postfix/main.cf", b"compatibility_level = 3.6\n" + (b"" if master else block.encode()))
        self.write("postfix/master.cf", block.encode() if master else b"")
        status, said = self.shell("postconf -c postfix " + ("-M roost/unix" if master else "-n"))
        self.assertEqual(status, 0, said)
        self.assertNotIn("warning", said)
        for line in [] if master else block.splitlines():
            self.assertIn(line + "\n", said)
        if master:
            command = re.search(r"argv=(.*)", block)[1].replace("/usr/local/bin/", "")
            for name, value in (("sender", "ben@farm.example"), ("user", "anna"), ("extension", "''"),
                                ("recipient", "anna@farm.example")):
                self.assertIn("${%s}" % name, command)
                command = command.replace("${%s}" % name, value)
            self.assertEqual(self.shell(command + " < message")[0], 0)

    def compile(self, block):
        """A program, or lines of one."""
        if CC is None:
            return
        name = re.match(r"/\* (\w+\.c) ", block)
        if name:
            self.write(name[1], block.encode())
            self.write("bin/cc", f'#!/bin/sh\nPATH={shlex.quote(os.environ["PATH"])}\n'
                       f'exec {CC} -Wall -Werror "$@"\n'.encode())
            os.chmod(self.path("bin", "cc"), 0o755)
            return
        self.write("lines.c", ("#include <stdio.h>\n#include <roost/roost.h>\nint main(void)\n{\n"
                               "struct roost_backend *backend;\nif (roost_memory_create(NULL, &backend) < 0) "
                               "{\nreturn 1;\n}\n" + block +
                               "roost_backend_destroy(backend);\nreturn 0;\n}\n").encode())
        status, said = self.shell("cc lines.c $(pkg-config --cflags --libs roost) -o lines && ./lines")
        self.assertEqual(status, 0, said)
        self.assertGreater(int(said), 0)

    def run_block(self, block):
        if block.startswith("$ "):
            if CC is None and ("$ cc " in block or "-u anna" in block and not self.servers):
                return  # the program of libroost(3)
            self.run_commands(block)
        elif block.startswith("# "):
            self.run_as_root(block)
        elif block.startswith("["):
            self.check_configuration(block)
        elif re.match(r"\w+ = |roost unix ", block):
            self.check_postfix(block)
        elif "{" in block:
            self.compile(block)
        else:
            self.fail(f"what kind of example is this? {block}")

    def run_page(self, name):
        if name == "roost-serve.1":
            with open(self.path("mail.pem"), "wb") as chain:
                for path in make_certificate(self.folder):
                    with open(path, "rb") as file:
                        chain.write(file.read())
        blocks = blocks_of(page_of(name))
        self.assertGreater(len(blocks), 0)
        for block in blocks:
            self.run_block(block)


for page in names():
    setattr(Examples, "test_" + re.sub(r"\W", "_", page),
            lambda self, page=page: self.run_page(page))

if __name__ == "__main__":
    unittest.main()
