"""store_message.py FOLDER - the MDA of the test with fetchmail: puts each message into a file."""

import pathlib
import sys
import tempfile

with tempfile.NamedTemporaryFile(dir=pathlib.Path(sys.argv[1]), delete=False) as file:
    file.write(sys.stdin.buffer.read())
