"""transfer.py - a store on disk that mail is brought into and out of, for the tests of that."""
import base64
import os
import re

from program import FolderTest, Server, fetch_all, run


def decode_name(name):
    """A mailbox name from modified UTF-7."""
    def decode(match):
        if not match[1]:
            return "&"
        text = match[1].replace(",", "/")
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-16-be")
    return re.sub(r"&([^-]*)-", decode, name)


def encode_name(name):
    """A mailbox name in modified UTF-7."""
    def encode(match):
        if match[0] == "&":
            return "&-"
        text = base64.b64encode(match[0].encode("utf-16-be")).decode().rstrip("=")
        return "&" + text.replace("/", ",") + "-"
    return re.sub(r"&|[^ -~]+", encode, name)


def quoted(name):
    return '"' + encode_name(name).replace("\\", "\\\\").replace('"', '\\"') + '"'


def list_names(client, command="LIST"):
    """{name: set of attributes} of LIST or LSUB."""
    _, data = getattr(client, command.lower())('""', '"*"')
    names = {}
    for item in data:
        if item is None:
            continue
        text = item[0] + b" " + item[1] if isinstance(item, tuple) else item
        match = re.fullmatch(r'\(([^)]*)\) (?:"."|NIL) (?:\{\d+\} )?(.+)', text.decode())
        name = match[2]
        if name.startswith('"'):
            name = re.sub(r"\\(.)", r"\1", name[1:-1])
        names[decode_name(name)] = set(match[1].split())
    return names


SPECIAL_USES = {"\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Junk", "\\Sent", "\\Trash"}


class StoreTest(FolderTest):
    """A test with a store in self.data, whose user anna has the password secret."""

    def setUp(self):
        super().setUp()
        self.data = self.path("store")

    def serve(self, *arguments, data=None):
        return Server("--user", "anna:secret", "--log-level", "error", *arguments,
                      memory=("--data", data or self.data))

    def take(self, *arguments, status=0, data=None, user="anna", **options):
        """Run `roost import`; what it said."""
        result = run("import", user, *arguments, "--create-user", "--data", data or self.data,
                     **options)
        self.assertEqual(result.returncode, status, result.stderr)
        return result.stderr

    def give(self, *arguments, status=0, data=None, user="anna"):
        """Run `roost export`; what it said."""
        result = run("export", user, *arguments, "--data", data or self.data)
        self.assertEqual(result.returncode, status, result.stderr)
        return result.stderr

    def sums(self, *arguments, **options):
        """Run `roost import`; how many it took, and how many it knew."""
        said = self.take(*arguments, **options)
        match = re.search(r"roost: imported: (\d+), imported before: (\d+)", said)
        return int(match[1]), int(match[2])

    def contents(self, data=None):
        """All of the store: ({name: ([message], special uses)}, subscriptions)."""
        with self.serve(data=data) as server:
            client = server.wait_ready().sign_in()
            names = list_names(client)
            contents = {}
            for name, attributes in names.items():
                if "\\Noselect" not in attributes:
                    contents[name] = (fetch_all(client, quoted(name)[1:-1]),
                                      attributes & SPECIAL_USES)
            subscribed = set(list_names(client, "LSUB"))
            client.logout()
        return contents, subscribed

    def bodies(self, name="INBOX", data=None):
        contents, _ = self.contents(data)
        return [message[0] for message in contents[name][0]]

    def write_message(self, name, text, seconds):
        os.utime(self.write(name, text), (seconds, seconds))
