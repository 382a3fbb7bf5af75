"""test_thread.py - THREAD and SORT over real and broken mail, against a threading of our own in Python.

It shares nothing with the server: it reads the header fields, and does what RFC 5256 says, step by step."""
import email.header
import email.utils
import imaplib
import os
import re
import tempfile
import unicodedata
import unittest

from program import Server

FOLDERS = ("LKML", "notmuch", "mime4j", "cpython", "ruby-mail", "MimeKit")
FIELDS = ("message-id", "references", "in-reply-to", "subject", "date")


def mails():
    """Mail of the corpus, if it is there, and some made up, which has every kind of trouble."""
    corpus = os.environ.get("ROOST_CORPUS", os.path.join(
        os.path.dirname(__file__), "../../../shared/corpus"))
    for folder in FOLDERS:
        for here, folders, names in os.walk(os.path.join(corpus, folder)):
            folders.sort()
            for name in sorted(names):
                with open(os.path.join(here, name), "rb") as file:
                    mail = file.read(1 << 20)
                if re.search(rb"^message-id:", mail.split(b"\n\n")[0], re.I | re.M):
                    yield mail
    for i in range(200):
        refers = [i * 7 % 200, (i * i + 3) % 250, i // 3][:i % 4]
        lines = [f"Message-ID: <{i % 190}@made.up>", f"Subject: {'Re: ' * (i % 3)}made {i % 17} up",
                 f"Date: {1 + i * 5 % 28} Mar 2020 {i % 24:02}:00:00 +0{i % 10}00"]
        if refers:
            lines.append("References: " + "\r\n ".join(f"<{r}@made.up>" for r in refers))
        yield "\r\n".join([*lines, "", "text", ""]).encode()


def base_subject(subject):
    """RFC 5256 section 2.1: the base, and whether something marked a reply."""
    parts = email.header.decode_header(re.sub(r"\r?\n(?=[ \t])", "", subject))
    text = "".join(p if isinstance(p, str) else p.decode(c or "ascii", "replace") for p, c in parts)
    text, reply = re.sub(r"\s+", " ", text), False
    while True:
        while match := re.search(r"(\(fwd\)|[ \t])$", text, re.I):
            text, reply = text[:match.start()], reply or match[0] not in " \t"
        while True:
            if match := re.match(r"[ \t]|(\[[^][]*\][ \t]*)*(re|fwd?)[ \t]*(\[[^][]*\][ \t]*)?:",
                                 text, re.I):
                text, reply = text[match.end():], reply or match[0] not in " \t"
            elif (match := re.match(r"\[[^][]*\][ \t]*", text)) and text[match.end():]:
                text = text[match.end():]
            else:
                break
        if not (text.lower().startswith("[fwd:") and text.endswith("]")):
            return unicodedata.normalize("NFKD", text.upper()).upper(), reply
        text, reply = text[5:-1], True


def ids(value):
    """The valid ids of a field, without quotes and white space."""
    found = re.findall(r'<((?:"(?:[^"\\]|\\.)*"|[^<>"])*@[^<>]+)>', value)
    return [re.sub(r'"((?:[^"\\]|\\.)*)"', lambda m: re.sub(r"\\(.)", r"\1", m[1]),
                   re.sub(r"\s+", "", i)) for i in found]


class Node:
    def __init__(self, uid=None):
        self.uid, self.parent, self.children = uid, None, []
        self.subject, self.reply, self.rank = "", False, 0

    def dummy(self):
        return self.uid is None

    def is_under(self, above):
        node = self
        while node is not None:
            if node is above:
                return True
            node = node.parent
        return False

    def move(self, parent):
        if self.parent is not None:
            self.parent.children.remove(self)
        self.parent = parent
        if parent is not None:
            parent.children.append(self)

    def first(self):
        """Itself, or the first child of a dummy by date."""
        return min(self.children, key=lambda c: c.rank) if self.dummy() else self

    def tell(self):
        children = sorted(self.children, key=lambda c: c.first().rank)
        own = [] if self.dummy() else [str(self.uid)]
        if len(children) == 1 and own:
            return f"{own[0]} {children[0].tell()}"
        return " ".join([*own, "".join(f"({c.tell()})" for c in children)]).strip()


def link(messages):
    """Step 1."""
    nodes, table = [], {}
    for uid, fields, _ in messages:
        own = ids(fields["message-id"])[:1]
        node = Node(uid)
        nodes.append(node)
        if own and own[0] not in table:
            table[own[0]] = node
    for node, (_, fields, rank) in zip(nodes, messages):
        node.rank = rank
        node.subject, node.reply = base_subject(fields["subject"])
        references = ids(fields["references"]) or ids(fields["in-reply-to"])[:1]
        last = None
        for reference in references:
            now = table.setdefault(reference, Node())
            if last is not None and now.parent is None and not last.is_under(now):
                now.move(last)
            last = now
        node.move(None)
        if last is not None and not last.is_under(node):
            node.move(last)
    everything = nodes + [n for n in table.values() if n.dummy()]
    return [n for n in everything if n.parent is None]


def prune(nodes, at_root):
    """Step 3: what stays of these siblings."""
    kept = []
    for node in nodes:
        node.children = prune(node.children, False)
        for child in node.children:
            child.parent = node
        if not node.dummy() or (at_root and len(node.children) > 1):
            kept.append(node)
        else:
            kept += node.children
    return kept


def thread(messages):
    tops = prune(link(messages), True)
    for top in tops:
        top.parent = None
    tops.sort(key=lambda n: n.first().rank)
    table = {}
    for top in tops:
        subject = top.first().subject
        there = table.get(subject)
        if subject and (there is None or not there.dummy() and
                        (top.dummy() or there.reply and not top.reply)):
            table[subject] = top
    gone = set()
    made = []
    for top in tops:
        subject = top.first().subject
        there = table.get(subject)
        if not subject or there is top:
            continue
        gone.add(top)
        if there.dummy() and top.dummy():
            for child in list(top.children):
                child.move(there)
        elif there.dummy() or top.reply and not there.reply:
            top.move(there)
        else:
            gone.add(there)
            table[subject] = Node()
            made.append(table[subject])
            top.move(table[subject])
            there.move(table[subject])
    tops = [t for t in tops if t not in gone] + made
    return "".join(f"({t.tell()})" for t in sorted(tops, key=lambda n: n.first().rank))


class Threads(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for name in ("cur", "new", "tmp"):
            os.mkdir(os.path.join(folder.name, name))
        for i, mail in enumerate(mails()):
            with open(os.path.join(folder.name, "cur", f"{1000000000 + i}.{i:05}.x:2,S"), "wb") as file:
                file.write(mail)
        self.server = Server("--user", "anna:secret", "--import", "anna/INBOX=" + folder.name)
        self.enterContext(self.server)
        self.server.wait_ready()
        imaplib._MAXLINE = 1 << 30
        self.client = self.server.sign_in()
        self.addCleanup(self.client.shutdown)
        self.client.select("INBOX", readonly=True)

    def numbers(self, *command):
        kind, answer = self.client.uid(*command)
        self.assertEqual(kind, "OK")
        return [int(n) for n in answer[0].split()]

    def messages(self):
        """(UID, fields, place by sent date) of each message."""
        places = {uid: i for i, uid in enumerate(self.numbers("SORT", "(DATE)", "UTF-8", "ALL"))}
        _, answer = self.client.uid(
            "FETCH", "1:*", f"(UID BODY.PEEK[HEADER.FIELDS ({' '.join(FIELDS).upper()})])")
        found = []
        for item in answer:
            if isinstance(item, tuple):
                header = item[1].decode("utf-8", "replace")
                fields = dict.fromkeys(FIELDS, "")
                for name, value in re.findall(r"^([\w-]+)[ \t]*:(.*(?:\r?\n[ \t].*)*)", header, re.M):
                    if name.lower() in fields and not fields[name.lower()].strip():
                        fields[name.lower()] = value.strip()
                uid = int(re.search(rb"UID (\d+)", item[0])[1])
                found.append((uid, fields, places[uid]))
        return found

    def test_references(self):
        messages = self.messages()
        self.assertGreaterEqual(len(messages), 200)
        _, answer = self.client.uid("THREAD", "REFERENCES", "UTF-8", "ALL")
        told = answer[0].decode()
        self.assertEqual(sorted(int(n) for n in re.findall(r"\d+", told)),
                         sorted(uid for uid, _, _ in messages))
        self.assertEqual(re.sub(r"^\(|\)$", "", told).split(")("),
                         re.sub(r"^\(|\)$", "", thread(messages)).split(")("))

    def test_kept(self):
        """Threads that are asked for again, of sets that change, while messages come and go."""
        writer = self.server.sign_in()
        self.addCleanup(writer.shutdown)
        writer.select("INBOX")
        messages = {uid: message for message in self.messages() for uid in [message[0]]}
        for turn in range(12):
            uids = sorted(messages)
            asked = [uids[0::2], uids, uids[1::3], uids][turn % 4]
            program = ("REFERENCES", "UTF-8", "UID " + ",".join(map(str, asked)))
            by_uid = thread([messages[uid] for uid in asked])
            places = {uid: place for place, uid in enumerate(uids, 1)}
            by_place = re.sub(r"\d+", lambda m: str(places[int(m[0])]), by_uid)
            for client in (self.client, writer, self.client):
                client.noop()
                self.assertEqual(client.uid("THREAD", *program)[1][0].decode(), by_uid)
                self.assertEqual(client.thread(*program)[1][0].decode(), by_place)
            if turn % 3 == 0:
                gone = uids[turn * 7 % len(uids)]
                writer.uid("STORE", str(gone), "+FLAGS", "\\Deleted")
                writer.expunge()
                del messages[gone]
            if turn % 3 == 1:
                refers = "".join(f"<{n}@made.up> " for n in range(turn, turn + 4))
                writer.append("INBOX", None, None, (
                    f"Message-ID: <new{turn}@made.up>\r\nReferences: {refers}\r\nSubject: made 3 up"
                    f"\r\nDate: {turn + 1} Mar 2020 12:00:00 +0000\r\n\r\ntext\r\n").encode())
                self.client.noop()
                messages = {uid: message for message in self.messages() for uid in [message[0]]}

    def test_subjects(self):
        """The order of base subjects, and one thread for each."""
        messages = self.messages()
        bases = {uid: base_subject(fields["subject"])[0] for uid, fields, _ in messages}
        self.assertEqual(self.numbers("SORT", "(SUBJECT)", "UTF-8", "ALL"),
                         sorted(bases, key=lambda uid: (bases[uid].encode(), uid)))
        groups = {}
        for uid, _, _ in sorted(messages, key=lambda message: message[2]):
            groups.setdefault(bases[uid], []).append(uid)
        expected = ""
        for first, *others in groups.values():
            children = "".join(f"({uid})" for uid in others) if len(others) > 1 else "".join(
                map(str, others))
            expected += f"({first} {children})" if others else f"({first})"
        _, answer = self.client.uid("THREAD", "ORDEREDSUBJECT", "UTF-8", "ALL")
        self.assertEqual(answer[0].decode(), expected)

    def test_dates(self):
        """Sent dates that Python reads are in order."""
        dates = {}
        for uid, fields, _ in self.messages():
            parsed = email.utils.parsedate_tz(fields["date"])
            if parsed and re.search(r"\d\d:\d\d:\d\d [+-]\d{4}( \(\w+\))?$", fields["date"]):
                dates[uid] = email.utils.mktime_tz(parsed)
        self.assertGreaterEqual(len(dates), 150)
        told = [uid for uid in self.numbers("SORT", "(DATE)", "UTF-8", "ALL") if uid in dates]
        self.assertEqual(told, sorted(dates, key=lambda uid: (dates[uid], uid)))


if __name__ == "__main__":
    unittest.main()
