#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py HOLDFAST [PART] - the conformance tests, as TAP.

The language of OVAL as data: tables/ holds the standard's own tables and
rows of single comparisons and functions, cases/ whole documents, hostile.py
makes what is too large to keep. README.md says how to add one. PART limits
the run: recorded, tables, hostile, or part of a case's name.
"""
import sys

import cases
import harness
import hostile
import tables


def main():
    program = harness.Program(sys.argv[1])
    part = sys.argv[2] if len(sys.argv) > 2 else None
    tap = harness.Tap()
    for name, run in (('recorded', tables.run_recorded),
                      ('tables', tables.run_evaluated),
                      ('hostile', hostile.run)):
        if part is None or part == name:
            work = harness.Workspace(program)
            try:
                run(tap, work)
            finally:
                work.close()
    if part not in ('recorded', 'tables', 'hostile'):
        cases.run_cases(tap, program, part)
    program.close()
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
