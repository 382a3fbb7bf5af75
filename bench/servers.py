"""servers.py - the two servers: each with a folder of its own, on free ports of the loopback."""
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time

import process
from process import BenchError

PASSWORD = "pass"
# The hash of it. SHA-256-crypt with its fewest rounds: what hashing costs is not measured here.
PASSWORD_HASH = "$5$rounds=1000$roostbench$yLYjRE6VvbubNQF9U7y9hyUCdRrVnjuyEkjuFMyj.8A"
PATIENCE = 60


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def make_certificate(folder):
    """A certificate for localhost, and its key, as paths."""
    certificate, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7", "-subj",
                    "/CN=localhost", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    return certificate, key


class Server:
    """What both are: a context manager that starts and stops it."""

    name = ""

    def __init__(self, folder, certificate, ports=None):
        self.folder = folder
        self.certificate, self.key = certificate
        self.port, self.tls_port = ports or (free_port(), free_port())
        self.process = None
        self.log = os.path.join(folder, "log")

    def launch(self):
        """Start it, without waiting until it is ready."""
        raise NotImplementedError

    def wait_ready(self):
        """Wait until it greets."""
        end = time.monotonic() + PATIENCE
        for port in (self.port, self.tls_port):
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    if self.process.poll() is not None or time.monotonic() > end:
                        raise BenchError(f"{self.name} did not start: {self.tail()}") from None
                    time.sleep(0.001)

    def tail(self):
        """The end of its log."""
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                return "".join(file.readlines()[-5:])
        except OSError:
            return "it has written no log"

    def stop(self):
        if self.process is not None:
            process.stop(self.process)
            self.process = None

    def settle(self, patience=120):
        process.settle(self.process.pid, patience)

    def client(self, user):
        """A client that has signed in, for what is not measured."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=600)
        client.login(user, PASSWORD)
        return client

    def reach(self, tls=False):
        """The options of imapbench that say where it is."""
        port = ["--port", str(self.tls_port), "--tls"] if tls else ["--port", str(self.port)]
        return [*port, "--password", PASSWORD, "--pids", str(self.process.pid)]

    def __enter__(self):
        self.launch()
        self.wait_ready()
        return self

    def __exit__(self, *_):
        self.stop()


class Roost(Server):
    """roost with a store on disk, as it comes."""

    name = "roost"

    def __init__(self, folder, certificate, program, *options):
        super().__init__(folder, certificate)
        self.program = program
        self.options = options
        self.data = os.path.join(folder, "data")

    def add_users(self, numbers):
        """Make accounts of u0, u1 and so on."""
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as file:
            file.writelines(f"u{number}:{PASSWORD_HASH}\n" for number in numbers)
            file.flush()
            subprocess.run([self.program, "user", "import", file.name, "--data", self.data],
                           check=True, capture_output=True)

    def beside(self, *options):
        """Another server of the same store, with options of its own."""
        return Roost(self.folder, (self.certificate, self.key), self.program, *options)

    def launch(self):
        self.process = process.start(
            [self.program, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}",
             "--tls-listen", f"127.0.0.1:{self.tls_port}", "--tls-cert", self.certificate,
             "--tls-key", self.key, *self.options], self.log, stdout=subprocess.DEVNULL)

    def version(self):
        return self.version_of(self.program)

    @staticmethod
    def version_of(program):
        return subprocess.run([program, "--version"], check=True, capture_output=True,
                              text=True).stdout.strip()


DOVECOT_CONF = """
base_dir = {run}
state_dir = {state}
log_path = {log}
protocols = imap
listen = 127.0.0.1
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
mail_location = sdbox:{data}/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 0
default_process_limit = 60000
default_client_limit = 130000
default_vsz_limit = 4G
service imap-login {{
  process_limit = {cores}
  service_count = 0
  process_min_avail = {cores}
  client_limit = 65000
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service imap {{
  process_limit = 60000
  process_min_avail = {spare}
  {imap}
}}
namespace inbox {{
  inbox = yes
}}
{more}
"""

# A process serves many sessions, one after another: that makes sign-ins cheap.
FAST_IMAP = "service_count = 1000"
FAST = """
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={data}/%u
}}
"""

# Who is in IDLE and hears nothing costs no process of his own. Each user is another one of the system,
# for Linux lets none have more than a few hundred mailboxes watched.
HIBERNATING = """
passdb {{
  driver = passwd-file
  args = {users}
}}
userdb {{
  driver = passwd-file
  args = {users}
}}
imap_hibernate_timeout = 1s
service imap-hibernate {{
  client_limit = 65000
  unix_listener imap-hibernate {{
    mode = 0660
    group = dovecot
  }}
}}
"""
HIBERNATING_IMAP = """
  extra_groups = dovecot
  unix_listener imap-master {
    user = dovecot
  }
"""


class Dovecot(Server):
    """A Dovecot at its best: sdbox, the login service for speed; hibernating if wanted. It shares
    nothing with a Dovecot of the system."""

    name = "Dovecot"

    def __init__(self, folder, certificate, hibernate=False):
        super().__init__(folder, certificate)
        self.hibernate = hibernate
        self.data = os.path.join(folder, "mail")
        # Not in self.folder: the names of sockets must be short.
        self.run = tempfile.mkdtemp(prefix="roost-bench-")

    def add_users(self, numbers):
        """Everybody is a user here."""

    def beside(self, *_):
        """There is nothing to leave out of this one."""
        return Dovecot(self.folder, (self.certificate, self.key), self.hibernate)

    def write_users(self, path, count):
        """A file of users, each with an id of his own."""
        with open(path, "w", encoding="utf-8") as file:
            for number in range(count):
                file.write(f"u{number}:{{PLAIN}}{PASSWORD}:{100000 + number}:{100000 + number}::"
                           f"{self.data}/u{number}::\n")

    def launch(self):
        user = pwd.getpwnam("nobody")
        values = {
            "run": os.path.join(self.run, "run"), "state": os.path.join(self.run, "state"),
            "log": self.log, "certificate": self.certificate, "key": self.key, "data": self.data,
            "user": user.pw_uid, "group": user.pw_gid, "cores": os.cpu_count(),
            "spare": 4 * os.cpu_count(), "port": self.port, "tls_port": self.tls_port,
            "password": PASSWORD, "users": os.path.join(self.run, "users")}
        if not os.path.isdir(self.data):
            os.makedirs(self.data)
        os.chmod(self.data, 0o777)
        os.chmod(self.run, 0o755)
        if self.hibernate:
            self.write_users(values["users"], 1000)
        config = DOVECOT_CONF.format(
            **values, imap=HIBERNATING_IMAP if self.hibernate else FAST_IMAP,
            more=(HIBERNATING if self.hibernate else FAST).format(**values))
        path = os.path.join(self.run, "dovecot.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(config)
        self.process = process.start(
            ["dovecot", "-F", "-c", path], self.log,
            env=dict(os.environ, PATH="/usr/sbin:/usr/bin:/sbin:/bin"))

    def stop(self):
        super().stop()
        shutil.rmtree(self.run, ignore_errors=True)

    @staticmethod
    def version():
        path = dict(os.environ, PATH="/usr/sbin:/usr/bin:/sbin:/bin")
        return "Dovecot " + subprocess.run(["dovecot", "--version"], check=True, text=True,
                                           capture_output=True, env=path).stdout.split()[0]

    @staticmethod
    def reason_not_to():
        """Why it cannot run here, or None."""
        if shutil.which("dovecot", path="/usr/sbin:/usr/bin") is None:
            return "Dovecot is not installed: script/bootstrap --bench installs it"
        if os.geteuid() != 0:
            return "Dovecot needs root, to change to users of its own"
        return None
