"""Thunderbird without a screen: it signs in by itself, takes all mail, and hears of more while it idles.

It is large, so script/bootstrap does not install it; without it the test is skipped everywhere."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

from harness import PASSWORD, SKIP, USER, main, make_message, say

INSTALLED = pathlib.Path("/usr/lib/thunderbird")

# Read at its start with the rights of its own code: the password is stored as if someone had typed it.
PREPARE = f"""// the first line is not read
Services.obs.addObserver({{ observe() {{
    const Login = Components.Constructor("@mozilla.org/login-manager/loginInfo;1", "nsILoginInfo", "init");
    let done = false; // before it looks for mail
    Services.logins.addLoginAsync(new Login("imap://127.0.0.1", null, "imap://127.0.0.1",
        "{USER}", "{PASSWORD}", "", "")).catch(() => {{ /* it is there already */ }})
        .finally(() => {{ done = true; }});
    Services.tm.spinEventLoopUntilOrQuit("roost", () => done);
}} }}, "final-ui-startup");
"""
FIND_IT = """// the first line is not read
pref("general.config.filename", "roost.cfg");
pref("general.config.obscure_value", 0);
pref("general.config.sandbox_enabled", false);
"""


def settings(port):
    account = {"type": "imap", "hostname": "127.0.0.1", "port": port, "userName": USER,
               "name": "roost", "socketType": 0, "authMethod": 3, "login_at_startup": True,
               "check_new_mail": True}
    values = {
        "mail.accountmanager.accounts": "account1",
        "mail.accountmanager.defaultaccount": "account1",
        "mail.account.account1.server": "server1",
        "mail.account.account1.identities": "id1",
        "mail.identity.id1.useremail": "anna@example.org",
        "mail.identity.id1.valid": True,
        "mail.rights.version": 1,
        "mail.shell.checkDefaultClient": False,
        "mail.provider.enabled": False,
        "mailnews.start_page.enabled": False,
        # It asks nobody but this server.
        "app.update.enabled": False,
        "extensions.update.enabled": False,
        "extensions.getAddons.cache.enabled": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "datareporting.healthreport.uploadEnabled": False,
        "toolkit.telemetry.enabled": False,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "services.settings.server": "data:,",
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": 9,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": 9,
        **{f"mail.server.server1.{name}": value for name, value in account.items()},
    }
    words = {True: "true", False: "false"}
    return "".join(f'user_pref("{name}", {words[value] if isinstance(value, bool) else value});\n'
                   if not isinstance(value, str) else f'user_pref("{name}", "{value}");\n'
                   for name, value in values.items())


class Thunderbird:
    """Runs from a copy of links to what is installed, which has a file more; a context manager."""

    def __init__(self, server):
        self.server = server
        self.app, self.profile = server.folder / "app", server.folder / "profile"
        if not self.app.is_dir():
            shutil.copytree(INSTALLED, self.app, copy_function=os.symlink)
            for name in ("thunderbird", "thunderbird-bin"):
                (self.app / name).unlink()
                shutil.copy(INSTALLED / name, self.app / name)
            (self.app / "defaults" / "pref").mkdir(parents=True, exist_ok=True)
            (self.app / "defaults" / "pref" / "roost.js").write_text(FIND_IT)
            (self.app / "roost.cfg").write_text(PREPARE)
            self.profile.mkdir()
            (self.profile / "user.js").write_text(settings(server.plain_port))

    def __enter__(self):
        self.process = subprocess.Popen(
            [self.app / "thunderbird", "--headless", "--no-remote", "--profile", self.profile],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, env={**os.environ, "HOME": str(self.server.folder)})
        return self

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def spoken(lines):
    """What the clients said, in order: which of them, and what."""
    found = [re.search(r' event=trace .* port=(\d+) from=client line="?(?:\S+ )?(.*?)"?$', line)
             for line in lines]
    return [(match[1], match[2]) for match in found if match]


def idles(lines):
    """How often a session with the INBOX began to idle, if one idles now."""
    commands = spoken(lines)
    last = dict(commands)
    inboxes = {port for port, said in commands if said.startswith(r'select \"INBOX')}
    begun = sum(port in inboxes and said == "IDLE" for port, said in commands)
    return begun if any(last[port] == "IDLE" for port in inboxes) else 0


def fetched_from(lines, number):
    """Whether a message with that UID or a higher one was asked for."""
    found = [re.match(r"UID fetch (\d+)\b.*BODY.PEEK", said) for _, said in spoken(lines)]
    return any(match and int(match[1]) >= number for match in found)


def test_thunderbird(server, _):
    server.fill("INBOX", [make_message(number) for number in range(1, 11)])
    with Thunderbird(server):
        server.uses("IDLE", "COMPRESS DEFLATE", "ID .*Thunderbird", "LANGUAGE ",
                    r'list \(subscribed\) "" "\*" return \(special-use\)',
                    r"UID fetch 1:10 \(UID RFC822.SIZE BODY.PEEK\[\]\)")
        # What comes while it is busy it looks at much later: of what comes while it idles it takes
        # one, unless it had something else to do just then.
        begun = 0
        for number in range(11, 21):
            begun = server.log.wait(
                lambda lines, before=begun: max(idles(lines) - before, 0), "IDLE") + begun
            server.fill("INBOX", [make_message(number)])
            server.log.wait(lambda lines, begun=begun: fetched_from(lines, 11) or
                            idles(lines) > begun, "what became of a new message")
            if fetched_from(server.log.lines, 11):
                return
        raise AssertionError("new messages are not fetched")


if __name__ == "__main__":
    if not (INSTALLED / "thunderbird").exists():
        say("skipped: thunderbird is not installed")
        sys.exit(SKIP)
    main([test_thunderbird], ways=["plain"], trace=True)
