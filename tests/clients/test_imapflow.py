"""ImapFlow for Node.js, which npm installs in the version that package-lock.json names."""

import pathlib
import shutil
import subprocess
import sys

from harness import SOURCE, Skip, main, need, run, say


def modules():
    """The folder of the installed packages: installed once for each build folder."""
    folder = pathlib.Path(sys.argv[2]).resolve() / "imapflow"
    lock = (SOURCE / "package-lock.json").read_bytes()
    installed = folder / "installed"
    if not installed.exists() or installed.read_bytes() != lock:
        npm = need("npm")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SOURCE / name, folder)
        done = subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
                              cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=120)
        if done.returncode != 0:
            say(done.stdout.decode("utf-8", "replace"))
            raise Skip("npm does not get imapflow")
        installed.write_bytes(lock)
    return folder / "node_modules"


def test_imapflow(server, way):
    done = run([need("node"), SOURCE / "imapflow_client.js", str(server.port(way)), way,
                server.certificate], env={"NODE_PATH": str(modules())})
    say(done.stdout.decode())


if __name__ == "__main__":
    main([test_imapflow])
