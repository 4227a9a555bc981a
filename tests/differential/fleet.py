#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fleet.py HOLDFAST DATA - feeds on inventories, against other evaluators.

Turns every inventory of feeds.tsv into a line of JSON and has `holdfast fleet
assess` evaluate the feed on it. What it finds true or false must be that in
DATA/expected, where other evaluators saw the whole machine. Unknown is right
for what an inventory does not tell (files, the running kernel, who signed a
package), and only for feeds that ask such things. Without DATA all is
skipped.
"""
import collections
import gzip
import json
import os
import subprocess
import sys
import tempfile

import rpm_recorded
from run import compare, read_results, read_table

# Feeds that are about packages and the release only: nothing is unknown.
DECIDED = ('debian12-bookworm', 'debian12-live', 'debian10-buster',
           'ubuntu1404-trusty-cve', 'ubuntu2004-focal-cve')
SYSTEMS = {'debian_10': ('debian', '10'), 'debian_12': ('debian', '12'),
           'ubuntu_1404': ('ubuntu', '14.04'),
           'ubuntu_2004': ('ubuntu', '20.04'),
           'ubuntu_2204': ('ubuntu', '22.04'),
           'rhel_80': ('rhel', '8.0'), 'rhel_90': ('rhel', '9.0')}
RESULTS = ('true', 'false', 'unknown', 'error', 'not evaluated',
           'not applicable')


def dpkg_packages(path):
    packages = []
    with open(path, encoding='utf-8') as text:
        for stanza in text.read().split('\n\n'):
            fields = dict(line.split(': ', 1) for line in stanza.split('\n')
                          if ': ' in line and line[0] != ' ')
            if fields.get('Status', '').endswith(' installed'):
                packages.append([fields['Package'], fields['Version'],
                                 fields['Architecture']])
    return packages


def rpm_packages(path):
    packages = []
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            fields = line.split()
            if line.startswith('#') or len(fields) < 5:
                continue
            name, epoch, version, release, arch = fields[:5]
            packages.append([name, f'{epoch}:{version}-{release}', arch])
    return packages


def device(data, feed):
    path = os.path.join(data, feed['inventory'])
    name = os.path.basename(path).rsplit('.', 1)[0]
    system, version = SYSTEMS[name]
    os_ = {'id': system, 'version_id': version, 'arch': 'x86_64'}
    if 'rpm-qa' in path:
        os_['kernel'] = rpm_recorded.read_inventory(path)[1]
        return {'device': name, 'os': os_, 'manager': 'rpm',
                'packages': rpm_packages(path)}
    return {'device': name, 'os': os_, 'manager': 'dpkg',
            'packages': dpkg_packages(path)}


def assess(holdfast, data, feed, work):
    path = os.path.join(work, 'fleet.jsonl')
    with open(path, 'w', encoding='utf-8') as out:
        out.write(json.dumps(device(data, feed)) + '\n')
    run = subprocess.run(
        [holdfast, 'fleet', 'assess', '--pack',
         os.path.join(data, feed['feed']), '--inventories', path, '--json',
         '-'], capture_output=True, text=True, timeout=300, check=True)
    return {row['id']: next(r for r in RESULTS if row[r] == 1)
            for row in json.loads(run.stdout)['definitions']}


def check(feed, ours, theirs):
    """What is wrong, and how many are unknown."""
    name = feed['expected']
    wrong, _ = compare(name, ours, theirs, read_table('differences.tsv'))
    unknown = [line for line in wrong if ': ours unknown, ' in line]
    if name not in DECIDED:
        wrong = [line for line in wrong if line not in unknown]
    return wrong, len(unknown)


def main():
    holdfast, data = os.path.abspath(sys.argv[1]), sys.argv[2]
    if not os.path.isdir(os.path.join(data, 'expected')):
        print(f'1..0 # SKIP no expected results in {data}')
        return 0
    feeds, failed = read_table('feeds.tsv'), 0
    print(f'1..{len(feeds)}')
    for number, feed in enumerate(feeds, 1):
        with gzip.open(os.path.join(data, 'expected',
                                    feed['expected'] + '.tsv.gz'),
                       'rt', encoding='utf-8') as source:
            theirs = read_results(source.read())
        with tempfile.TemporaryDirectory(prefix='holdfast-') as work:
            ours = assess(holdfast, data, feed, work)
        wrong, unknown = check(feed, ours, theirs)
        counts = collections.Counter(ours.values())
        failed += bool(wrong)
        print(f'{"not ok" if wrong else "ok"} {number} - '
              f'{feed["expected"]}: {counts["true"]} true, {unknown} of '
              f'{len(ours)} not told', flush=True)
        for line in wrong[:20]:
            print('# ' + line)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
