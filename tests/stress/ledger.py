"""ledger.py - what is true for all sessions together: which bytes were stored, and which UID is what."""
import hashlib
from collections import defaultdict

from wire import check


class Ledger:
    def __init__(self):
        self.stored = defaultdict(dict)     # user: digest: size, of all that was ever sent
        self.digests = {}                   # (user, UID validity, UID): digest
        self.uid_next = defaultdict(int)    # (user, UID validity): the highest that was told
        self.recent = {}                    # (user, UID validity, UID): whose \Recent it is

    def count(self):
        return sum(map(len, self.stored.values()))

    @staticmethod
    def digest(message):
        return hashlib.blake2b(message, digest_size=16).digest()

    def sending(self, user, message):
        """From now on a session of the user may see these bytes."""
        self.stored[user][self.digest(message)] = len(message)

    def is_uid_of(self, user, validity, uid, digest):
        """A UID means the same bytes for ever."""
        known = self.digests.setdefault((user, validity, uid), digest)
        check(known == digest, lambda: f"UID {uid} of {validity} has become another message")

    def saw_bytes(self, user, validity, uid, message):
        digest = self.digest(message)
        check(digest in self.stored[user],
              lambda: f"UID {uid}: {len(message)} octets that this user never stored")
        if uid is not None:
            self.is_uid_of(user, validity, uid, digest)

    def saw_size(self, user, validity, uid, size):
        digest = self.digests.get((user, validity, uid))
        if digest is not None:
            check(self.stored[user][digest] == size, lambda: f"UID {uid} has the wrong size {size}")

    def saw_copy(self, user, from_validity, sources, validity, uids):
        check(len(sources) == len(uids), lambda: f"COPYUID: {sources} became {uids}")
        for source, uid in zip(sources, uids):
            digest = self.digests.get((user, from_validity, source))
            if digest is not None:
                self.is_uid_of(user, validity, uid, digest)

    def saw_recent(self, user, validity, uid, session):
        """Only one session that may change the mailbox has a message as \\Recent."""
        known = self.recent.setdefault((user, validity, uid), session)
        check(known == session, lambda: f"UID {uid} is \\Recent for {known} and {session}")

    def saw_uid_next(self, user, validity, uid_next, at_least):
        check(uid_next >= at_least, lambda: f"UIDNEXT went back from {at_least} to {uid_next}")
        self.uid_next[user, validity] = max(self.uid_next[user, validity], uid_next)
