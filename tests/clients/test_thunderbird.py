"""Thunderbird without a screen: it signs in by itself, takes all mail, hears of more while it idles, and
when it comes back asks for what changed: it does CONDSTORE, if a setting says so."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess

from harness import (PASSWORD, PATIENCE, Skip, USER, end_group, equal, main, make_message, ok, say,
                     start_group)

INSTALLED = pathlib.Path("/usr/lib/thunderbird")

# Read at its start with the rights of its own code. The password is stored as if someone had typed it;
# and when a file asks for it, it writes down which flags it believes the messages to have, and ends
# as if someone had closed it.
PREPARE = f"""// the first line is not read
Services.obs.addObserver({{ observe() {{
    const Login = Components.Constructor("@mozilla.org/login-manager/loginInfo;1", "nsILoginInfo", "init");
    let done = false; // before it looks for mail
    Services.logins.addLoginAsync(new Login("imap://127.0.0.1", null, "imap://127.0.0.1",
        "{USER}", "{PASSWORD}", "", "")).catch(() => {{ /* it is there already */ }})
        .finally(() => {{ done = true; }});
    Services.tm.spinEventLoopUntilOrQuit("roost", () => done);
}} }}, "final-ui-startup");

function inProfile(name) {{
    const file = Services.dirsvc.get("ProfD", Components.interfaces.nsIFile);
    file.append(name);
    return file;
}}
function believed() {{
    const {{ MailServices }} = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
    const inbox = MailServices.folderLookup.getFolderForURL("imap://{USER}@127.0.0.1/INBOX");
    return Array.from(inbox.messages, (message) =>
        [message.messageKey, message.isRead, message.isFlagged]);
}}
const clock = Components.classes["@mozilla.org/timer;1"].createInstance(Components.interfaces.nsITimer);
clock.initWithCallback({{ notify() {{
    if (!inProfile("leave").exists()) {{
        return;
    }}
    clock.cancel();
    let text;
    try {{
        text = JSON.stringify(believed());
    }} catch (error) {{
        text = JSON.stringify(String(error));
    }}
    const out = Components.classes["@mozilla.org/network/file-output-stream;1"]
        .createInstance(Components.interfaces.nsIFileOutputStream);
    out.init(inProfile("believed"), -1, -1, 0);
    out.write(text, text.length);
    out.close();
    Services.startup.quit(Components.interfaces.nsIAppStartup.eForceQuit);
}} }}, 100, Components.interfaces.nsITimer.TYPE_REPEATING_SLACK);
"""
FIND_IT = """// the first line is not read
pref("general.config.filename", "roost.cfg");
pref("general.config.obscure_value", 0);
pref("general.config.sandbox_enabled", false);
"""


def settings(port):
    account = {"type": "imap", "hostname": "127.0.0.1", "port": port, "userName": USER,
               "name": "roost", "socketType": 0, "authMethod": 3, "login_at_startup": True,
               "check_new_mail": True, "use_condstore": True}
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
        if not (INSTALLED / "thunderbird").exists():
            raise Skip("thunderbird is not installed")
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
        self.process = start_group(
            [self.app / "thunderbird", "--headless", "--no-remote", "--profile", self.profile],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(self.server.folder)})
        return self

    def leave(self):
        """It ends as if someone had closed it; what it believes: {UID: flags}."""
        (self.profile / "leave").touch()
        equal(self.process.wait(PATIENCE), 0, "how Thunderbird ended")
        (self.profile / "leave").unlink()
        told = json.loads((self.profile / "believed").read_text())
        say(f"Thunderbird believes {told}")
        return {uid: {flag for flag, is_set in ((r"\Seen", read), (r"\Flagged", flagged)) if is_set}
                for uid, read, flagged in told}

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        end_group(self.process)


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


def pulled(lines):
    """Whether it asked for what changed since a moment that it remembers."""
    return any(re.match(r"UID fetch 1:\* \(FLAGS\) \(CHANGEDSINCE [1-9]", said)
               for _, said in spoken(lines))


def hears_of_mail(server):
    """What comes while it is busy it looks at much later: of what comes while it idles it takes one,
    unless it had something else to do just then."""
    begun = 0
    for number in range(11, 21):
        begun = server.log.wait(
            lambda lines, before=begun: max(idles(lines) - before, 0), "IDLE") + begun
        server.fill("INBOX", [make_message(number)])
        server.log.wait(lambda lines, begun=begun: fetched_from(lines, 11) or
                        idles(lines) > begun, "what became of a new message")
        if fetched_from(server.log.lines, 11):
            # It is at rest again.
            server.log.wait(lambda lines, begun=begun: idles(lines) > begun, "IDLE")
            return
    raise AssertionError("new messages are not fetched")


def flags(server):
    """{UID: flags}, without those that Thunderbird is not asked for."""
    with server.imap() as imap:
        ok(imap.select("INBOX", readonly=True))
        found = [re.search(rb"UID (\d+) FLAGS \(([^)]*)\)", line)
                 for line in ok(imap.fetch("1:*", "(UID FLAGS)"))]
    return {int(match[1]): set(match[2].decode().split()) & {r"\Seen", r"\Flagged"}
            for match in found}


def change(server, number):
    """Another client is here while Thunderbird is not."""
    with server.imap() as imap:
        ok(imap.select())
        ok(imap.uid("STORE", "4,7", "-+"[number % 2] + "FLAGS", r"(\Flagged)"))
        ok(imap.uid("STORE", str(number), "+FLAGS", r"(\Seen)"))
        ok(imap.append("INBOX", r"(\Flagged)", None, make_message(100 + number)))


def test_thunderbird(server, _):
    server.fill("INBOX", [make_message(number) for number in range(1, 11)])
    with Thunderbird(server) as client:
        server.uses("IDLE", "COMPRESS DEFLATE", "ID .*Thunderbird", "LANGUAGE ",
                    r'list \(subscribed\) "" "\*" return \(special-use\)',
                    r"UID fetch 1:10 \(UID RFC822.SIZE BODY.PEEK\[\]\)")
        hears_of_mail(server)
        client.leave()
    # It may have left without a mod-sequence to remember, but not again and again.
    for number in range(1, 4):
        change(server, number)
        server.restart()
        before = len(server.log.lines)
        with Thunderbird(server) as client:
            server.log.wait(lambda lines, before=before: idles(lines[before:]), "IDLE")
            equal(client.leave(), flags(server), "what it believes when it came back")
        if pulled(server.log.lines[before:]):
            return
    raise AssertionError("it never asks for what changed")


if __name__ == "__main__":
    main([test_thunderbird], ways=["plain"], trace=True)
