"""test_install.py - what `meson install` installs is enough to build a server against it."""
import glob
import imaplib
import os
import re
import select
import shlex
import shutil
import subprocess
import tempfile
import unittest

from program import PATIENCE

TOP = os.path.join(os.path.dirname(__file__), "../..")
BUILD = os.environ["ROOST_BUILD"]
MESON = os.environ["ROOST_MESON"]
CC = shlex.split(os.environ["ROOST_CC"])


def run(*command, **options):
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, timeout=PATIENCE, **options)
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {result.stdout}")
    return result.stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="roost-install-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        run(MESON, "install", "-C", BUILD, "--no-rebuild", "--destdir", cls.folder)
        cls.pc = cls.one("roost.pc")
        text = cls.read(cls.pc)
        cls.prefix = cls.folder + re.search(r"^prefix=(.*)$", text, re.MULTILINE)[1]
        cls.library = cls.one("libroost.so.0")
        # Outside of the project, as another project stands.
        shutil.copy(os.path.join(TOP, "examples", "hello.c"), cls.folder)

    @classmethod
    def one(cls, name):
        """The file of that name, of which there is one."""
        (path,) = glob.glob(os.path.join(cls.folder, "**", name), recursive=True)
        return path

    @staticmethod
    def read(path):
        with open(path, encoding="utf-8") as file:
            return file.read()

    def pkg_config(self, *arguments):
        environment = {**os.environ, "PKG_CONFIG_PATH": os.path.dirname(self.pc)}
        return run("pkg-config", "--define-variable=prefix=" + self.prefix, *arguments, "roost",
                   env=environment).split()

    def serve(self, program, environment):
        """Run the example, and read its message."""
        with subprocess.Popen([program, "0"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              text=True, env=environment) as process:
            try:
                self.assertTrue(select.select([process.stdout], [], [], PATIENCE)[0])
                port = int(process.stdout.readline().rpartition(":")[2])
                client = imaplib.IMAP4("127.0.0.1", port, timeout=PATIENCE)
                client.login("anna", "secret")
                client.select(readonly=True)
                message = client.fetch("1", "(BODY.PEEK[])")[1][0][1]
                client.logout()
            finally:
                process.kill()
        self.assertTrue(message.endswith(b"\r\n\r\nHello, world.\r\n"), message)

    def test_headers(self):
        installed = os.path.join(self.prefix, "include", "roost")
        ours = sorted(os.listdir(os.path.join(TOP, "include", "roost")))
        self.assertEqual(sorted(os.listdir(installed)), ours)

    def test_soname(self):
        self.assertIn("soname: [libroost.so.0]", run("readelf", "-d", self.library))

    def test_program(self):
        said = run(os.path.join(self.prefix, "bin", "roost"), "--version")
        self.assertEqual(said.split(), ["roost", self.pkg_config("--modversion")[0]])

    def test_shared(self):
        program = os.path.join(self.folder, "shared")
        run(*CC, "-Werror", "hello.c", *self.pkg_config("--cflags", "--libs"), "-o", program,
            cwd=self.folder)
        self.assertIn("[libroost.so.0]", run("readelf", "-d", program))
        path = {**os.environ, "LD_LIBRARY_PATH": os.path.dirname(self.library)}
        self.serve(program, path)

    def test_static(self):
        """roost.pc names what the archive needs."""
        program = os.path.join(self.folder, "static")
        libraries = [self.one("libroost.a") if word == "-lroost" else word
                     for word in self.pkg_config("--static", "--libs")]
        run(*CC, "-Werror", "hello.c", *self.pkg_config("--cflags"), *libraries, "-o", program,
            cwd=self.folder)
        self.assertNotIn("libroost", run("readelf", "-d", program))
        self.serve(program, None)


if __name__ == "__main__":
    unittest.main()
