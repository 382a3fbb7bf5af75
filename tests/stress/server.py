"""server.py - the program that is stressed: started, asked to stop, and what it leaves behind."""
import os
import re
import select
import signal
import ssl
import subprocess
import tempfile
import time

PATIENCE = 120
# What the program promises is 5 seconds; a sanitizer's own work comes on top.
STOPS_WITHIN = float(os.environ.get("ROOST_STRESS_STOPS_WITHIN", "30"))


def split_arguments(arguments):
    """Our own, and those of `roost serve` behind --."""
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1:]


class Server:
    def __init__(self, program, users, arguments=(), lasting=False):
        self.folder = tempfile.TemporaryDirectory(prefix="roost-stress-")
        certificate, key = self._make_certificate()
        self.errors = tempfile.TemporaryFile("w+", errors="replace")
        self.data = os.path.join(self.folder.name, "mail") if lasting else None
        store = ["--data", self.data] if lasting else ["--memory"]
        command = [program, "serve", *store, "--listen", "127.0.0.1:0", "--tls-listen",
                   "127.0.0.1:0", "--tls-cert", certificate, "--tls-key", key,
                   "--log-level", "warning", *arguments]
        for user in users:
            command += ["--user", f"{user}:secret"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=self.errors, bufsize=0)
        self.took = 0.0
        self.port, self.tls_port = self._read_port(), self._read_port()

    def _make_certificate(self):
        certificate = os.path.join(self.folder.name, "cert.pem")
        key = os.path.join(self.folder.name, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        return certificate, key

    def _read_port(self):
        readable, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline().decode() if readable else ""
        match = re.fullmatch(r"roost: ready on .+:(\d+) \(imaps?\)\n", line)
        if not match:
            self.process.kill()
            raise SystemExit(f"no ready line but {line!r}: {self.stderr()}")
        return int(match[1])

    @staticmethod
    def tls():
        """A client's side of TLS, which takes any certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    def stderr(self):
        self.errors.flush()
        with open(f"/proc/self/fd/{self.errors.fileno()}", errors="replace") as file:
            return file.read()

    def status(self, key):
        """A number from /proc/PID/status, as VmRSS in KiB."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(rf"^{key}:\s+(\d+)", file.read(), re.M)[1])

    def ask_to_stop(self):
        self.asked = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self):
        """Wait for its end, and tell what is wrong with that: nothing, if all is well."""
        complaints = []
        try:
            status = self.process.wait(STOPS_WITHIN)
            self.took = time.monotonic() - self.asked
            if status != 0:
                complaints.append(f"exit status {status}")
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            complaints.append(f"did not stop within {STOPS_WITHIN} s")
        return complaints

    def end(self):
        """Clean up once it has ended, and tell what is wrong with what it said."""
        complaints = []
        errors = self.stderr()
        if re.search(r"Sanitizer|runtime error|contract|out.of.memory|news-not-told", errors):
            complaints.append("stderr: " + errors[:20000])
        self.process.stdout.close()
        self.errors.close()
        self.folder.cleanup()
        return complaints
