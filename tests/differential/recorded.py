#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""recorded.py HOLDFAST DATA - others' results on others' recorded systems.

The OVAL results documents below DATA/oval/mitre* hold the definitions, the
system characteristics and the results that their own evaluator came to. Every
definition and every test must come out here as it did there. Prints TAP.
"""
import glob
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

RESULTS = '{http://oval.mitre.org/XMLSchema/oval-results-5}'
DEFINITIONS = ('{http://oval.mitre.org/XMLSchema/oval-definitions-5}'
               'oval_definitions')


def verdicts(root):
    """What a results document says of each definition and test."""
    found = {}
    for kind in ('definition', 'test'):
        for node in root.iter(RESULTS + kind):
            found[node.get(kind + '_id')] = node.get('result')
    return found


def compare(holdfast, path, work):
    """How many verdicts agree, and the sentences about those that do not."""
    theirs = ET.parse(path).getroot()
    content = os.path.join(work, 'content.xml')
    ours = os.path.join(work, 'results.xml')
    ET.ElementTree(theirs.find(DEFINITIONS)).write(content)
    done = subprocess.run([holdfast, 'oval', 'analyse', '--syschar', path,
                           '--results', ours, content], timeout=60,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)
    if done.returncode:
        return 0, [done.stderr.strip()]
    wanted, got = verdicts(theirs), verdicts(ET.parse(ours).getroot())
    wrong = [f'{name}: {wanted[name]}, here {got.get(name)}'
             for name in wanted if wanted[name] != got.get(name)]
    return len(wanted) - len(wrong), wrong


def main():
    holdfast, data = sys.argv[1:3]
    paths = [path for path in sorted(glob.glob(
        os.path.join(data, 'oval', 'mitre*', '**', '*results*.xml'),
        recursive=True)) if ET.parse(path).getroot().find(DEFINITIONS)
        is not None]
    if not paths:
        print(f'1..0 # SKIP no results documents in {data}/oval/mitre*')
        return 0
    print(f'1..{len(paths)}')
    failed = 0
    for number, path in enumerate(paths, 1):
        with tempfile.TemporaryDirectory() as work:
            agree, wrong = compare(holdfast, path, work)
        failed += bool(wrong)
        print(f'{"not " if wrong else ""}ok {number} - '
              f'{os.path.basename(path)}: {agree} verdicts agree')
        for sentence in wrong:
            print('# ' + sentence)
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
