# SPDX-License-Identifier: Apache-2.0
"""screenshots.py HOLDFAST AGENT OUT [PATH...] - see screenshots.mjs."""
import json
import sys
import tempfile

import world
from shown import Shown
from e2e import Skip


def main():
    try:
        world.needs()
        with tempfile.TemporaryDirectory() as directory, \
                Shown(directory) as one:
            one.server.set_up()
            made = one.fill()
            for line in world.node("screenshots.mjs", one, *sys.argv[3:],
                                   HOLDFAST_MADE=json.dumps(made)):
                print(line, end="", flush=True)
    except Skip as why:
        sys.exit(str(why))


if __name__ == "__main__":
    main()
