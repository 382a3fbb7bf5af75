"""fill.py - a manual page with what the program itself knows: fill.py PAGE ROOST CONF.

@keys@ and @options@, each on a line of its own, become the keys of roost.conf and the options of
roost serve; @conf@ becomes the path of the configuration."""
import subprocess
import sys


def ask(program, *arguments):
    return subprocess.run([program, "config", "manual", *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, check=True).stdout.decode().rstrip("\n")


def main(page, program, conf):
    with open(page, encoding="utf-8") as file:
        text = file.read()
    if "@keys@" in text:
        text = text.replace("@keys@", ask(program))
    if "@options@" in text:
        text = text.replace("@options@", ask(program, "--options"))
    sys.stdout.buffer.write(text.replace("@conf@", conf).encode())


main(*sys.argv[1:])
