"""migration.py - a store as the first program would have made it, which a new one takes over."""
import contextlib
import os
import pathlib
import re
import sqlite3

from client import sign_in
from crew import USERS
from look import folder_of
from worker import Worker

OLD_SCHEMA = pathlib.Path(__file__).parents[1] / "unit" / "local" / "mail_version_1.sql"
BULK = 500          # messages of each user


def make_old(folder):
    """Bring the mail.db of a user back to version 1 of the schema."""
    new, old = folder / "mail.db", folder / "old.db"
    with contextlib.closing(sqlite3.connect(old)) as db:
        db.execute("ATTACH ? AS new", (str(new),))
        for sql in re.findall(r"^CREATE TABLE .*;$", OLD_SCHEMA.read_text(), re.M):
            db.execute(sql)
            table = sql.split()[2]
            columns = ", ".join(row[1] for row in db.execute(f"PRAGMA main.table_info({table})"))
            db.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")
        db.execute("PRAGMA user_version = 1")
        db.commit()
    for path in folder.glob("search.db*"):
        path.unlink()
    for ending in ("-wal", "-shm"):
        pathlib.Path(str(new) + ending).unlink(missing_ok=True)
    os.replace(old, new)


def make(recording):
    """Have a server take over old mail, while a record is kept."""
    crew = recording.crew
    crew.make_mailboxes(recording.data)
    for user in USERS:
        bulk = Worker(user, "bulk", 0, lambda: 0, ["INBOX"])
        bulk.act = bulk.append
        bulk.limit = BULK
        crew.workers.append(bulk)
    with crew.serve(recording.data, delay="1h") as server:     # it knew no packs
        for worker in crew.workers:
            worker.limit = worker.limit or 40
            worker.clock = lambda: 0
            worker.start(server.ports)
        for worker in crew.workers:
            worker.join()
        crew.look(server, recording.data, None)
    for user in USERS:
        make_old(folder_of(recording.data, user))

    def work(server):
        for user in USERS:
            sign_in(server.ports[0], user).close()

    return recording.make(work)
