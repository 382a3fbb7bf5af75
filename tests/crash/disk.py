"""disk.py - a folder as a disk could have it after a power cut, from the record of power_cut.c.

What was synced is there. Of what was not, a disk may have kept anything: each block of each write or
not, and of what happened to the names in a folder as much as it had come to.
"""
import os
import pathlib
import struct

CREATE, WRITE, TRUNCATE, SYNC, SYNC_FOLDER, UNLINK, RENAME, MKDIR, RMDIR, LINK, LOSE = range(1, 12)
HEADER = struct.Struct("=IIQQ")
BLOCK = 512


class File:
    def __init__(self, content=b""):
        self.now = bytearray(content)       # as programs read it
        self.synced = bytearray(content)
        self.pending = []       # (where, bytes), or (size, None) for what is cut off

    @staticmethod
    def apply(content, where, data):
        if data is None:
            del content[where:]
        content.extend(bytes(max(0, where - len(content))))
        if data is not None:
            content[where:where + len(data)] = data

    def change(self, where, data):
        self.apply(self.now, where, data)
        self.pending.append((where, data))

    def sync(self):
        for change in self.pending:
            self.apply(self.synced, *change)
        self.pending = []

    def lose(self):
        """A sync has failed: what was written is never tried again."""
        self.pending = [change for change in self.pending if change[1] is None]

    def content(self, keep):
        """What there is when of each thing that was not synced keep() says whether it stayed."""
        content = bytearray(self.synced)
        for where, data in self.pending:
            if data is None:
                if keep():
                    self.apply(content, where, None)
                continue
            at = 0
            while at < len(data):
                size = min(len(data) - at, BLOCK - (where + at) % BLOCK)
                if keep():
                    self.apply(content, where + at, data[at:at + size])
                at += size
        return content


class Folder:
    def __init__(self):
        self.synced = {}        # files and folders by name
        self.now = {}
        self.pending = []       # {name: file, folder or None}: what changed at once

    def change(self, names):
        self.apply(self.now, names)
        self.pending.append(names)

    @staticmethod
    def apply(entries, names):
        for name, node in names.items():
            if node is None:
                entries.pop(name, None)
            else:
                entries[name] = node

    def sync(self):
        self.synced = dict(self.now)
        self.pending = []

    def entries(self, count):
        entries = dict(self.synced)
        for names in self.pending[:count]:
            self.apply(entries, names)
        return entries


class Disk:
    """The folder at a position of the record, which moves only forward."""

    def __init__(self, path, record):
        self.path = pathlib.Path(path)
        self.record = record
        self.position = 0
        self.files = {}         # by inode
        self.root = self._read(self.path)

    def _read(self, path):
        """What was there before the record began, all of it synced."""
        folder = Folder()
        for entry in os.scandir(path):
            if entry.is_dir():
                folder.now[entry.name] = self._read(entry.path)
            elif not entry.name.endswith("-shm"):
                file = File(pathlib.Path(entry.path).read_bytes())
                self.files[entry.inode()] = folder.now[entry.name] = file
        folder.sync()
        return folder

    def _find(self, path):
        """The folder that a path is in, and its name there."""
        folder = self.root
        *parents, name = pathlib.Path(path).relative_to(self.path).parts
        for parent in parents:
            folder = folder.now[parent]
        return folder, name

    def go_to(self, position):
        while self.position < position:
            kind, size, inode, at = HEADER.unpack_from(self.record, self.position)
            begin = self.position + HEADER.size
            self._take(kind, inode, at, self.record[begin:begin + size])
            self.position = begin + size

    def _take(self, kind, inode, at, data):
        if kind == WRITE:
            self.files[inode].change(at, data)
        elif kind == TRUNCATE:
            self.files[inode].change(at, None)
        elif kind == SYNC:
            self.files[inode].sync()
        elif kind == LOSE:
            self.files[inode].lose()
        elif kind == SYNC_FOLDER:
            path = os.fsdecode(bytes(data))
            if path == str(self.path):
                self.root.sync()
            else:
                folder, name = self._find(path)
                folder.now[name].sync()
        else:
            self._take_name(kind, inode, *map(os.fsdecode, bytes(data).split(b"\0")))

    def _take_name(self, kind, inode, path, to=None):
        folder, name = self._find(path)
        if kind == CREATE:
            self.files[inode] = File()
            folder.change({name: self.files[inode]})
        elif kind == MKDIR:
            folder.change({name: Folder()})
        elif kind in (UNLINK, RMDIR):
            folder.change({name: None})
        else:
            node = folder.now[name]
            to_folder, to_name = self._find(to)
            if kind == RENAME and folder is to_folder:
                folder.change({name: None, to_name: node})
                return
            to_folder.change({to_name: node})
            if kind == RENAME:
                folder.change({name: None})

    def write(self, path, way, rng):
        """Make a folder of what the disk has: "synced", no more than that; "all", as when only the
        program had died; "torn", anything in between."""
        self._write(self.root, pathlib.Path(path), way, rng)

    def _write(self, folder, path, way, rng):
        path.mkdir()
        count = {"synced": 0, "all": len(folder.pending)}.get(way)
        if count is None:
            count = rng.randint(0, len(folder.pending))
        for name, node in folder.entries(count).items():
            if isinstance(node, Folder):
                self._write(node, path / name, way, rng)
                continue
            share = 0 if way == "synced" else rng.choice((0, 0.1, 0.5, 0.9, 1))
            (path / name).write_bytes(
                node.now if way == "all" else node.content(lambda: rng.random() < share))


def positions(record):
    """Where each thing in the record ends, and what it is."""
    at = 0
    while at < len(record):
        kind, size, _, _ = HEADER.unpack_from(record, at)
        at += HEADER.size + size
        yield at, kind
