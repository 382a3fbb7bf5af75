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

    @unittest.skipUnless(os.path.exists(os.path.join(BUILD, "man", "roost.1")),
                         "built without the manual")
    def test_manual(self):
        pages = [name[:-len(".scd")] for name in os.listdir(os.path.join(TOP, "man"))
                 if name.endswith(".scd")]
        self.assertIn("libroost.3", pages)
        for page in pages:
            text = self.read(os.path.join(self.prefix, "share", "man", "man" + page[-1], page))
            self.assertIn('.TH "' + page[:-2] + '" "' + page[-1] + '"', text)

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

    # Where a file goes below the prefix, and what must stand in it; {} is the prefix.
    SERVICE = {
        "lib/systemd/system/roost.service":
            ["ExecStart={}/bin/roost serve --config {}/etc/roost/roost.conf", "Type=notify",
             "ExecReload=", "ProtectSystem=strict", "NoNewPrivileges=yes", "StateDirectory=roost",
             "SystemCallFilter=", "MemoryDenyWriteExecute=yes", "RestrictAddressFamilies=",
             "User=roost"],
        "lib/systemd/system/roost-imap.socket":
            ["ListenStream=143", "FileDescriptorName=imap", "Service=roost.service"],
        "lib/systemd/system/roost-imaps.socket":
            ["ListenStream=993", "FileDescriptorName=imaps", "Service=roost.service"],
        "lib/systemd/system/roost-lmtp.socket":
            ["ListenStream=/run/roost/lmtp", "FileDescriptorName=lmtp", "Service=roost.service"],
        "lib/sysusers.d/roost.conf": ["u roost - "],
        "lib/tmpfiles.d/roost.conf":
            ["C {}/etc/roost/roost.conf 0640 root roost - {}/share/roost/roost.conf",
             "d /run/roost "],
        "share/roost/roost.conf": ["data = /var/lib/roost", "#append-limit = 64M"],
    }

    def service_file(self, name):
        path = os.path.join(self.prefix, name)
        # With the prefix /usr, what is not the system's own stands outside of it.
        return path if os.path.exists(path) else self.folder + "/" + name

    def test_service_files(self):
        prefix = self.prefix[len(self.folder):]
        for name, lines in self.SERVICE.items():
            text = self.read(self.service_file(name))
            self.assertNotRegex(text, r"@\w+@")
            for line in lines:
                line = line.replace("{}", prefix).replace("/usr/etc/", "/etc/")
                self.assertRegex(text, f"(?m)^{re.escape(line)}")

    def test_first_configuration(self):
        path = self.service_file("share/roost/roost.conf")
        said = run(os.path.join(self.prefix, "bin", "roost"), "config", "check", path)
        self.assertIn("good", said)
        self.assertEqual(run(os.path.join(self.prefix, "bin", "roost"), "config", "show",
                             "--config", path), self.read(path))

    def units(self):
        """The units in a folder of their own, for a program that is there."""
        folder = tempfile.mkdtemp(dir=self.folder)
        paths = []
        for name in self.SERVICE:
            if "/system/" in name:
                text = self.read(self.service_file(name))
                program = os.path.join(self.prefix, "bin", "roost")
                text = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=" + program, text)
                paths.append(os.path.join(folder, os.path.basename(name)))
                with open(paths[-1], "w", encoding="utf-8") as file:
                    file.write(text)
        return paths

    @unittest.skipIf(shutil.which("systemd-analyze") is None, "systemd is not installed")
    def test_units(self):
        self.assertEqual(run("systemd-analyze", "verify", "--man=no", *self.units()), "")

    @unittest.skipIf(shutil.which("systemd-analyze") is None, "systemd is not installed")
    def test_sandbox(self):
        service = self.units()[0]
        try:
            run("systemd-analyze", "security", "--offline=yes", "--threshold=20", service)
        except AssertionError as error:
            if "unrecognized option" in str(error):
                self.skipTest("this systemd cannot look at a unit offline")
            raise

    @unittest.skipIf(shutil.which("systemd-sysusers") is None or
                     shutil.which("systemd-tmpfiles") is None or os.geteuid() != 0,
                     "needs systemd and root")
    def test_user_and_folders(self):
        """On a system of its own: the user, the folders, and a configuration where there is none."""
        root = tempfile.mkdtemp(dir=self.folder)
        os.mkdir(root + "/etc")
        for name in ("lib/sysusers.d/roost.conf", "lib/tmpfiles.d/roost.conf",
                     "share/roost/roost.conf"):
            source = self.service_file(name)
            target = root + source[len(self.folder):]
            os.makedirs(os.path.dirname(target))
            shutil.copy(source, target)
        sysusers, tmpfiles = (self.service_file(f"lib/{kind}.d/roost.conf")[len(self.folder):]
                              for kind in ("sysusers", "tmpfiles"))
        run("systemd-sysusers", "--root=" + root, root + sysusers)
        self.assertRegex(self.read(root + "/etc/passwd"), r"(?m)^roost:.*:/var/lib/roost:")
        for _ in range(2):
            run("systemd-tmpfiles", "--root=" + root, "--create", root + tmpfiles)
            (conf,) = glob.glob(root + "/**/etc/roost/roost.conf", recursive=True)
            run(os.path.join(self.prefix, "bin", "roost"), "config", "check", conf)
            with open(conf, "a", encoding="utf-8") as file:
                file.write("# mine\n")
        self.assertIn("# mine\n# mine\n", self.read(conf))
        self.assertEqual(os.stat(root + "/var/lib/roost").st_mode & 0o777, 0o700)


if __name__ == "__main__":
    unittest.main()
