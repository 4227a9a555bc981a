#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""official.py HOLDFAST CONTENT - OVAL's own test content, as TAP.

Its authors say that each document evaluates to true unless it says otherwise
(linux/README.md), on a Red Hat Enterprise Linux 5 prepared as they describe,
with support/ in /tmp/support. official.tsv lists what a document is evaluated
on instead, or what it gives on another machine, and why. CONTENT that is not
there is skipped.
"""
import fnmatch
import os
import shutil
import sys
import tempfile
import xml.etree.ElementTree as ET

import harness

HERE = os.path.dirname(os.path.abspath(__file__))


def expectations():
    return list(harness.read_table(os.path.join(HERE, 'official.tsv')))


def wanted(rows, document, definition):
    """(where to evaluate, the results that are right, the reason)."""
    for row in rows:
        if fnmatch.fnmatchcase(document, row['document']) and \
                fnmatch.fnmatchcase(definition, row['definition']):
            return row['where'], row['results'].split('|'), row['reason']
    return 'machine', ['true'], ''


def make_support(content, text, top):
    """Content names /tmp/support: gives it a directory of its own."""
    support = os.path.join(top, 'support')
    if not os.path.isdir(support):
        shutil.copytree(os.path.join(content, 'support'), support)
    return text.replace('/tmp/support', support)


def run_document(tap, program, content, name, rows, top):
    with open(os.path.join(content, 'linux', name), encoding='utf-8') as f:
        text = make_support(content, f.read(), top)
    path = os.path.join(top, name)
    with open(path, 'w', encoding='utf-8') as out:
        out.write(text)
    where = wanted(rows, name, '')[0]
    run = program.run(
        'oval', 'eval', '--tsv', '-', '--variables',
        os.path.join(top, 'variables.xml'),
        *(['--root', os.path.join(top, 'root')] if where == 'root' else []),
        path)
    results = run.results()
    if run.status != 0 or not results:
        tap.report(False, name, f'exit {run.status}: {run.err}')
    for definition, result in results.items():
        _, right, reason = wanted(rows, name, definition)
        tap.report(result in right,
                   f'{name}: {definition} is {" or ".join(right)}',
                   f'got {result}; {reason}\n{run.err}')


def main():
    program, content = harness.Program(sys.argv[1]), sys.argv[2]
    documents = os.path.join(content, 'linux')
    if not os.path.isdir(documents):
        print(f'1..0 # SKIP no OVAL test content in {content}')
        return 0
    tap, rows = harness.Tap(), expectations()
    top = tempfile.mkdtemp(prefix='holdfast-official-')
    try:
        os.chmod(top, 0o755)
        make_support(content, '', top)
        harness.make_tree(os.path.join(top, 'root'), ET.parse(
            os.path.join(HERE, 'official-root.xml')).getroot())
        source = os.path.join(content, 'support', 'var',
                              'linux-external-variables.xml')
        shutil.copyfile(source, os.path.join(top, 'variables.xml'))
        os.chmod(os.path.join(top, 'variables.xml'), 0o644)
        for name in sorted(os.listdir(documents)):
            if name.endswith('.xml'):
                run_document(tap, program, content, name, rows, top)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    program.close()
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
