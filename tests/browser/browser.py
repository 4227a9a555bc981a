# SPDX-License-Identifier: Apache-2.0
"""The console in a real browser, as TAP; the tests are in journeys.mjs. The
first of them makes the administrator; the world is filled when it has."""
import json
import os
import shutil
import sys
import tempfile

import world
from e2e import Skip


def run(directory):
    with world.World(directory) as one:
        ready = os.path.join(directory, "ready")
        for line in world.node("journeys.mjs", one, HOLDFAST_READY=ready,
                               HOLDFAST_SECRET=one.secret()):
            print(line, end="", flush=True)
            if line.startswith("ok 1 "):
                one.server.log_in()
                made = one.fill()
                with open(ready + ".new", "w") as file:
                    json.dump(made, file)
                os.rename(ready + ".new", ready)
            if line.startswith("exit status"):
                return 1
    return 0


def main():
    directory = tempfile.mkdtemp(prefix="holdfast-browser-")
    try:
        world.needs()
        return run(directory)
    except Skip as why:
        print("1..0 # SKIP %s" % why)
        return 0
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
