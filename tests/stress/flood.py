"""flood.py - a flood of mail to very many mailboxes, with clients that wait for news with NOTIFY.

flood.py PROGRAM [--mailboxes N] [--rounds N] [--measure] [--lasting] [-- OPTION-OF-SERVE...]

Every client that reads ends with the state that is in the store, or was told that it was too much; one that
does not read costs no more memory for it; and there are far fewer lines than messages.
"""
import argparse
import asyncio
import re
import sys
import time

from server import Server, split_arguments

EVENTS = "(MessageNew MessageExpunge FlagChange MailboxName)"
PATIENCE = 240
# What happens within these seconds is told together; and some lines more, where the clock of the server lags.
TOGETHER = 0.02
LAGGING = 50


class Client:
    async def connect(self, port):
        # A small buffer, so that the server soon has to keep what is not read.
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port, limit=65536)
        self.known = {}
        self.lines = 0
        self.overflow = False
        self.tags = 0
        await self.line()
        await self.run("LOGIN anna secret")

    def note(self, line):
        match = re.match(rb'\* STATUS (\S+) \(MESSAGES (\d+) ', line)
        if match:
            self.lines += 1
            self.known[match[1].decode()] = int(match[2])
        self.overflow = self.overflow or b"[NOTIFICATIONOVERFLOW]" in line

    async def line(self):
        line = await asyncio.wait_for(self.reader.readline(), PATIENCE)
        if not line.endswith(b"\r\n"):
            raise ConnectionResetError("hung up")
        self.note(line)
        return line

    def send(self, command):
        self.tags += 1
        self.writer.write(b"t%d %s\r\n" % (self.tags, command.encode()))
        return b"t%d " % self.tags

    async def answer(self, tag):
        while not (line := await self.line()).startswith(tag):
            pass
        if not line.startswith(tag + b"OK"):
            raise AssertionError(line)

    async def run(self, command):
        await self.answer(self.send(command))

    async def listen(self):
        await self.run(f"NOTIFY SET STATUS (PERSONAL {EVENTS})")
        self.lines = 0

    async def wait_for(self, expected):
        """Read until all is known, or it was too much."""
        while not self.overflow and any(self.known.get(k) != n for k, n in expected.items()):
            await self.line()


async def pour(port, names, rounds):
    """Append to all mailboxes in turn, many commands at once."""
    client = Client()
    await client.connect(port)
    tags = []
    for number in range(rounds):
        for name in names:
            tags.append(client.send(f"APPEND {name} {{4+}}\r\na: b"))
            if len(tags) == 50:
                await client.writer.drain()
                for tag in tags:
                    await client.answer(tag)
                tags = []
    for tag in tags:
        await client.answer(tag)
    client.writer.close()


async def flood(server, options):
    maker = Client()
    await maker.connect(server.port)
    names = [f"box{number}" for number in range(options.mailboxes)]
    for name in names:
        await maker.run(f"CREATE {name}")
    readers, sleeper = [Client() for _ in range(5)], Client()
    for client in [*readers, sleeper]:
        await client.connect(server.port)
        await client.listen()
    before = server.status("VmRSS")
    expected = {name: 2 * options.rounds for name in names}
    tasks = [asyncio.ensure_future(client.wait_for(expected)) for client in readers]
    halves = [pour(server.port, names, options.rounds), pour(server.port, names[::-1], options.rounds)]
    await asyncio.gather(*halves)
    await asyncio.gather(*tasks)
    grown = server.status("VmRSS") - before
    await sleeper.wait_for(expected)
    for client in readers:
        if not client.overflow and client.lines > 2 * options.rounds * options.mailboxes:
            raise AssertionError(f"{client.lines} lines for as many messages")
    # Who was told too much hears nothing more until it asks again, and then all.
    for client in [*readers, sleeper]:
        if client.overflow:
            client.overflow = False
            await client.listen()
            await client.wait_for(expected)
    # One mailbox, very many messages: few lines, unless the messages take their time. What it is still
    # to hear of all others comes first.
    await readers[0].run("NOOP")
    lines, begin = readers[0].lines, time.monotonic()
    await pour(server.port, names[:1], 500)
    expected[names[0]] += 500
    for client in [*readers, sleeper]:
        await client.wait_for(expected)
    burst, took = readers[0].lines - lines, time.monotonic() - begin
    if burst > took / TOGETHER + LAGGING:
        raise AssertionError(f"{burst} lines for 500 messages in one mailbox, in {took:.2f} s")
    print(f"{options.mailboxes} mailboxes, {[c.lines for c in readers]} lines, {burst} for a burst of 500 "
          f"in {took:.2f} s, {grown} KiB more")
    messages = 2 * options.rounds * options.mailboxes
    if options.measure and grown > 16384 + 2 * messages:
        raise AssertionError(f"{grown} KiB more than before the flood of {messages} messages")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--mailboxes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--measure", action="store_true", help="look at what the server takes")
    parser.add_argument("--lasting", action="store_true", help="mail is in a folder")
    own, serve = split_arguments(sys.argv[1:])
    options = parser.parse_args(own)
    server = Server(options.program, ["anna"], serve, options.lasting)
    failed = None
    try:
        asyncio.run(flood(server, options))
    except (AssertionError, OSError, asyncio.TimeoutError) as error:
        failed = error
    server.ask_to_stop()
    complaints = server.wait() + server.end()
    for complaint in [*([repr(failed)] if failed else []), *complaints]:
        print(complaint, file=sys.stderr)
    return 1 if failed or complaints else 0


if __name__ == "__main__":
    sys.exit(main())
