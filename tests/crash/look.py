"""look.py - what a store holds after it was cut off, and whether that is what its clients were told."""
import collections
import contextlib
import os
import pathlib
import re
import sqlite3
import time
from typing import NamedTuple

from client import PATIENCE, sign_in
from worker import key_of, word_of

SEARCHES = 5        # in each mailbox


class Wrong(Exception):
    """The store is not as it must be."""


def check(condition, text):
    if not condition:
        raise Wrong(text)


class Mailbox(NamedTuple):
    validity: int
    uid_next: int
    modseq: int
    messages: dict          # (key, flags) by UID


# -- through the server

def read_messages(client, name):
    messages = {}
    for parts in client.must("UID FETCH 1:* (FLAGS RFC822.SIZE BODY.PEEK[])").untagged:
        found = re.search(rb"FETCH \(", parts[0])
        if not found or len(parts) < 2:
            continue
        text, body = b"".join(parts[::2]), parts[1]
        uid = int(re.search(rb"UID (\d+)", text)[1])
        flags = re.search(rb"FLAGS \(([^)]*)\)", text)[1].decode().split()
        key = key_of(body)
        check(key is not None, f"{name}: UID {uid} has other bytes")
        check(int(re.search(rb"RFC822.SIZE (\d+)", text)[1]) == len(body), f"{name}: size of {uid}")
        messages[uid] = (key, frozenset(flags) - {"\\Recent"})
    return messages


def search(client, name, messages):
    """Searches find what there is, however far an index has come."""
    for key in sorted({key for key, _ in messages.values()})[:SEARCHES]:
        answer = client.must(f"UID SEARCH BODY {word_of(key)}")
        found = {int(number) for number in answer.untagged[0][0].split()[2:]}
        wanted = {uid for uid, message in messages.items() if message[0] == key}
        check(found == wanted, f"{name}: a search for {key} finds {found}, not {wanted}")


def read_user(port, user, folder, spare=False):
    """All mailboxes of a user, as its client sees them; modseqs from the database."""
    client = sign_in(port, user)
    modseqs = check_database(folder_of(folder, user), spare)
    mailboxes = {}
    for parts in client.must('LIST "" "*"').untagged:
        name = parts[0].decode().rpartition(' "/" ')[2].strip('"')
        answer = client.must(f'EXAMINE "{name}"')
        exists = next(int(p[0].split()[1]) for p in answer.untagged if p[0].endswith(b" EXISTS"))
        messages = read_messages(client, name) if exists else {}
        search(client, name, messages)
        check(len(messages) == exists, f"{name}: {exists} exist, {len(messages)} are told")
        uid_next = int(answer.code(b"UIDNEXT")[0])
        check(max(messages, default=0) < uid_next, f"{name}: UIDNEXT is {uid_next}")
        mailboxes[name] = Mailbox(int(answer.code(b"UIDVALIDITY")[0]), uid_next, modseqs[name],
                                  messages)
    client.must("LOGOUT")
    client.close()
    return mailboxes


# -- past the server

def folder_of(folder, user):
    return pathlib.Path(folder) / "users" / user


TRUTHS = {
    "the counts of a mailbox": """
        SELECT name FROM mailbox LEFT JOIN (SELECT mailbox, COUNT(*) AS n, SUM(octets) AS o,
        SUM(flags & 1 = 0) AS u FROM message GROUP BY mailbox) AS is_so ON is_so.mailbox = id
        WHERE messages != COALESCE(n, 0) OR mailbox.octets != COALESCE(o, 0)
        OR unseen != COALESCE(u, 0)""",
    "UIDNEXT or HIGHESTMODSEQ of a mailbox": """
        SELECT name FROM mailbox WHERE EXISTS (SELECT 1 FROM message WHERE mailbox = id
        AND (uid >= uid_next OR message.modseq > mailbox.modseq))""",
    "messages in no mailbox": """
        SELECT mailbox, uid FROM message WHERE mailbox NOT IN (SELECT id FROM mailbox)""",
    "how often an email is used": """
        SELECT email.id FROM email LEFT JOIN (SELECT email, COUNT(*) AS n FROM message
        GROUP BY email) AS used ON used.email = email.id WHERE refs != COALESCE(n, 0) OR refs = 0""",
    "messages without an email": """
        SELECT mailbox, uid FROM message WHERE email NOT IN (SELECT id FROM email)""",
    "bodies": """
        SELECT email.id FROM email LEFT JOIN body ON body.email = email.id
        WHERE (in_file != 0) + (pack != 0) + (body.email IS NOT NULL) != 1
        OR length(bytes) != octets""",
    "what is in packs": """
        SELECT email.id FROM email LEFT JOIN pack ON pack.id = email.pack WHERE email.pack != 0
        AND (size IS NULL OR pack_at < 32 OR pack_at + 32 + octets > size)""",
    "how much of a pack is needed": """
        SELECT id FROM pack WHERE live != (SELECT COALESCE(SUM(octets + 32), 0) FROM email
        WHERE email.pack = pack.id) OR live = 0""",
    "bodies and outlines of no email": """
        SELECT email FROM (SELECT email FROM body UNION ALL SELECT email FROM outline)
        WHERE email NOT IN (SELECT id FROM email)""",
    "the octets of the account": """
        SELECT octets FROM account
        WHERE octets != (SELECT COALESCE(SUM(octets), 0) FROM message)""",
}


def sizes_of_files(folder):
    """By name. A file that goes while one looks is not there."""
    sizes = {}
    for entry in os.scandir(folder):
        with contextlib.suppress(FileNotFoundError):
            sizes[entry.name] = entry.stat().st_size
    return sizes


def read_files(folder, db):
    """The files of bodies and packs, and those that there should be, by name."""
    db.execute("BEGIN")
    files = {f"{number:016x}": octets for number, octets in
             db.execute("SELECT id, octets FROM email WHERE in_file = 1")}
    packs = {f"pack-{number:016x}": size for number, size in
             db.execute("SELECT id, size FROM pack")}
    there = sizes_of_files(folder / "bodies")
    db.execute("COMMIT")
    for name, size in packs.items():
        # Behind what counts there may be what a crash has left.
        files[name] = max(size, there.get(name, 0))
    return files, there


def check_files(folder, db, spare):
    """Packs may be in the making, or about to go, or have gone since; the file of a message that was refused
    may be about to go. `spare`: what is to go cannot yet."""
    until = time.monotonic() + PATIENCE
    files, there = read_files(folder, db)
    while files != there and time.monotonic() < until:
        check(all(name.startswith("pack-") for name in files.keys() - there.keys()),
              f"{folder}: there are the files {there}, and rows of {files}")
        time.sleep(0.01)
        files, there = read_files(folder, db)
        if spare:
            there = {name: size for name, size in there.items() if name in files}
    check(files == there, f"{folder}: there are still the files {there}, and rows of {files}")


def check_database(folder, spare):
    """Nothing in a user's folder contradicts anything else; the modseqs of its mailboxes."""
    path = f"file:{folder}/mail.db?mode=ro"
    with contextlib.closing(sqlite3.connect(path, uri=True, isolation_level=None)) as db:
        db.execute("BEGIN")
        told = db.execute("PRAGMA integrity_check").fetchall()
        check(told == [("ok",)], f"{folder}: {told}")
        for truth, sql in TRUTHS.items():
            wrong = db.execute(sql).fetchall()
            check(not wrong, f"{folder}: {truth}: {wrong[:10]}")
        modseqs = dict(db.execute("SELECT name, modseq FROM mailbox"))
        db.execute("COMMIT")
        check_files(folder, db, spare)
        return modseqs


# -- what was told

def difference(worker, state, pictures):
    """Why the messages of a worker are not those of a state; None when they are."""
    mine = worker.name + "-"
    names = {name for name in pictures if name.startswith("Own/" + mine)}
    if names != ({state.mailbox} if state.mailbox else set()):
        return f"own mailboxes {names}, not {state.mailbox}"
    have = {(name, uid): message for name, picture in pictures.items()
            for uid, message in picture.messages.items() if message[0].startswith(mine)}
    unknown = collections.Counter()
    for item in state.items.values():
        if item.uid is None:
            unknown[item.mailbox, item.key, item.flags] += 1
            continue
        there = have.pop((item.mailbox, item.uid), None)
        if there != (item.key, item.flags):
            return f"{item} is {there}"
    surplus = collections.Counter((name, *message) for (name, _), message in have.items())
    if surplus != unknown:
        return f"too many {list(surplus - unknown)}, too few {list(unknown - surplus)}"
    return None


def resolve(worker, states, pictures):
    """The state, of those that may be, that there is; with the UIDs that were not told."""
    complaints = []
    for state in states:
        complaint = difference(worker, state, pictures)
        if complaint is None:
            return with_uids(worker, state, pictures)
        complaints.append(complaint)
    raise Wrong(f"{worker.name} of {worker.user}: " + "; and not after the next command, as "
                .join(complaints))


def with_uids(worker, state, pictures):
    known = {(item.mailbox, item.uid) for item in state.items.values()}
    found = collections.defaultdict(list)
    for name, picture in pictures.items():
        for uid, (key, flags) in picture.messages.items():
            if key.startswith(worker.name + "-") and (name, uid) not in known:
                found[name, key, flags].append(uid)
    items = {number: item if item.uid is not None else
             item._replace(uid=found[item.mailbox, item.key, item.flags].pop())
             for number, item in state.items.items()}
    return state._replace(items=items)


class Marks:
    """UID validities, UIDs and modseqs only grow."""

    def __init__(self):
        self.last = {}

    def told(self, user, marks):
        for name, validity, uid_next in marks:
            last = self.last.get((user, name), (0, 0, 0))
            if validity > last[0]:
                last = (validity, 0, 0)
            if validity == last[0]:
                self.last[user, name] = (validity, max(uid_next, last[1]), last[2])

    def seen(self, user, pictures):
        for name, picture in pictures.items():
            validity, uid_next, modseq = self.last.get((user, name), (0, 0, 0))
            check(picture.validity >= validity,
                  f"{name}: UIDVALIDITY fell from {validity} to {picture.validity}")
            if picture.validity == validity:
                check(picture.uid_next >= uid_next,
                      f"{name}: UIDNEXT fell from {uid_next} to {picture.uid_next}")
                check(picture.modseq >= modseq,
                      f"{name}: HIGHESTMODSEQ fell from {modseq} to {picture.modseq}")
            self.last[user, name] = (picture.validity, picture.uid_next, picture.modseq)
