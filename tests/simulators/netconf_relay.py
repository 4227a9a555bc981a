# SPDX-License-Identifier: Apache-2.0
"""Stands before a real NETCONF subsystem and passes its bytes on as they are,
but hands the client's greeting and its first request over in one piece, as a
machine that is busy does by itself. netconfd 2.13 loses such a request, and
answers nothing in that session any more.

    netconf_relay.py FILE SUBSYSTEM ARGUMENTS...

FILE gets a line for each session: "together" or "apart". The next session is
one of the first kind when FILE.next is there, which is removed.
"""
import os
import subprocess
import sys

END = b"]]>]]>"


def both(stream):
    """The greeting, and something behind it that is whole."""
    held = b""
    while True:
        more = os.read(stream, 65536)
        held += more
        request = held.partition(END)[2]
        if more == b"" or request.endswith((END, b"\n##\n")):
            return held


def main():
    file, command = sys.argv[1], sys.argv[2:]
    try:
        os.unlink(file + ".next")
        how = "together"
    except FileNotFoundError:
        how = "apart"
    with open(file, "a", encoding="ascii") as log:
        log.write(how + "\n")
    with subprocess.Popen(command, stdin=subprocess.PIPE) as subsystem:
        into = subsystem.stdin.fileno()
        try:
            if how == "together":
                os.write(into, both(0))
            while more := os.read(0, 65536):
                os.write(into, more)
        except BrokenPipeError:
            pass
        subsystem.stdin.close()
        subsystem.kill()


main()
