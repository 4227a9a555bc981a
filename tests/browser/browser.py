# SPDX-License-Identifier: Apache-2.0
"""browser.py HOLDFAST AGENT WHAT - the console in a real browser, as TAP.

WHAT is a script of this folder. That called journeys.mjs makes the first
administrator itself; for the others there is one. The world is filled while
the script waits for what it needs."""
import json
import os
import shutil
import sys
import tempfile

import world
from e2e import Skip


def tell(path, made):
    with open(path + ".new", "w") as file:
        json.dump(made, file)
    os.rename(path + ".new", path)


def run(what, directory):
    with world.WORLDS[what](directory) as one:
        ready = os.path.join(directory, "ready")
        if what != "journeys":
            one.server.set_up()
            tell(ready, one.fill())
        for line in world.node(what + ".mjs", one, HOLDFAST_READY=ready,
                               HOLDFAST_SECRET=one.secret()):
            print(line, end="", flush=True)
            if what == "journeys" and line.startswith("ok 1 "):
                one.server.log_in()
                tell(ready, one.fill())
            if line.startswith("exit status"):
                return 1
    return 0


def main():
    directory = tempfile.mkdtemp(prefix="holdfast-browser-")
    try:
        world.needs()
        return run(sys.argv[3], directory)
    except Skip as why:
        print("1..0 # SKIP %s" % why)
        return 0
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
