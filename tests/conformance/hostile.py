# SPDX-License-Identifier: Apache-2.0
"""Documents made to hurt: each is answered by a clear error or the right
result within a bound of time and of memory beyond the document's size."""
import os
import re

import harness
from harness import Document, criteria, criterion

SECONDS, MEMORY_KIB = 1.0, 64 * 1024
HEAD = ('<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<oval_definitions {harness.namespaces()}>' + harness.generator())
BODY = HEAD + '<definitions>'


def minimal():
    document = Document()
    value = document.variable_object(document.constant('string', ['a']))
    document.definition(criteria([criterion(
        document.test('ind:variable_test', value))]))
    return document.text()


def with_doctype(doctype, text='&a;'):
    return minimal().replace('?>\n', f'?>\n{doctype}\n', 1).replace(
        '<title>case', f'<title>{text}')


def entity_bomb():
    names = ''.join(f'<!ENTITY {b} "{("&" + a + ";") * 10}">'
                    for a, b in zip('abcdefghi', 'bcdefghij'))
    return with_doctype(
        f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{names}]>', '&j;')


def quadratic_blowup():
    return with_doctype(f'<!DOCTYPE x [<!ENTITY a "{"a" * 100000}">]>',
                        '&a;' * 10000)


REFUSED = { # name: (text, what the sentence says)
    'an entity bomb': (entity_bomb, r':2:.*document type'),
    'a quadratic entity blow-up': (quadratic_blowup, r':2:.*document type'),
    'an external entity': (lambda: with_doctype(
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        r':2:.*document type'),
    'an external DTD': (lambda: with_doctype(
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', 'a'),
        r':2:.*document type'),
    'a parameter entity': (lambda: with_doctype(
        '<!DOCTYPE x [<!ENTITY % a SYSTEM "/dev/zero">%a;]>', 'a'),
        r':2:.*document type'),
    'elements nested 10^6 deep': (
        lambda: BODY + '<criteria>' * 10**6, r':\d+:.*deep|nest|depth'),
    '300,000 attributes': (lambda: BODY + '<definition ' + ' '.join(
        f'a{i}="v"' for i in range(300000)) + '/>', r':\d+:.*attribute'),
    'a duplicate attribute': (
        lambda: BODY + '<definition id="a" id="b"/>', r':\d+:'),
    'a megabyte of element name': (
        lambda: BODY + '<' + 'n' * (1 << 21) + '/>', r':\d+:'),
    'invalid UTF-8': (lambda: minimal().replace('case', 'c\udcffse')
                      .encode('utf-8', 'surrogateescape'), r':\d+:'),
    'overlong UTF-8': (lambda: minimal().encode().replace(
        b'case', b'c\xc0\xaf'), r':\d+:'),
    'a surrogate in UTF-8': (lambda: minimal().encode().replace(
        b'case', b'c\xed\xa0\x80'), r':\d+:'),
    'a NUL byte': (lambda: minimal().replace('case', 'c\0'), r':\d+:'),
    'a forbidden character reference': (
        lambda: minimal().replace('case', '&#0;'), r':\d+:'),
    'an undeclared entity': (
        lambda: minimal().replace('case', '&nbsp;'), r':\d+:'),
    'an undeclared prefix': (
        lambda: minimal().replace('ind:variable_test', 'nope:variable_test'),
        r':\d+:'),
    'a document cut short': (lambda: minimal()[:-30], r':\d+:'),
    'text behind the document': (lambda: minimal() + 'x', r':\d+:'),
    'a second document behind it': (
        lambda: minimal() + '<x/>', r':\d+:'),
    'an empty file': (lambda: '', r'content\.xml'),
    'no XML at all': (lambda: 'hello\n', r':1:'),
    'bytes of a random machine': (
        lambda: bytes((i * 7919 + i // 251) % 256 for i in range(100000)),
        r'content\.xml'),
    'another kind of document': (
        lambda: '<?xml version="1.0"?><html><body/></html>', r':1:'),
    'a gzip that is damaged': (
        lambda: b'\x1f\x8b\x08\0\0\0\0\0\0\x03' + b'\xff' * 100,
        r'content\.xml'),
    'a bzip2 that is cut': (lambda: b'BZh91AY&SY' + b'\0' * 4,
                            r'content\.xml'),
    'a pack of another version': (
        lambda: b'HOLDPACK' + b'\xff' * 4096, r'content\.xml'),
}


def check_bounds(tap, program, name, run, size):
    if program.sanitized:
        tap.skip(f'{name}: in time and memory', 'built with a sanitizer')
        return
    limit = MEMORY_KIB + size // 1024
    tap.report(run.seconds < SECONDS + size / 50e6 and run.peak_kib < limit,
               f'{name}: in time and memory',
               f'{run.seconds:.2f} s, {run.peak_kib} KiB of {limit}')


def refuse(tap, work, name, text, pattern):
    text = text.encode('utf-8', 'surrogateescape') \
        if isinstance(text, str) else text
    content = work.write('content.xml', text)
    run = work.program.run('oval', 'eval', '--root', work.root, '--tsv', '-',
                           content, timeout=120)
    lines = [line for line in run.err.splitlines() if line]
    tap.report(run.status == 3 and len(lines) == 1 and run.out == '' and
               re.search(pattern, run.err) is not None,
               f'{name} is refused in one sentence',
               f'exit {run.status}: {run.err[:600]}')
    check_bounds(tap, work.program, name, run, len(text))


def refuse_gigabyte(tap, work):
    """1 GB of one attribute, through a pipe, so that no disk is needed."""
    run = work.program.run(
        'oval', 'eval', '--root', work.root, '--tsv', '-', '-', timeout=120,
        producer=['sh', '-c', f"printf '%s' '{BODY}<definition id=\"';"
                  'head -c 1000000000 /dev/zero | tr "\\0" a'])
    tap.report(run.status == 3 and 'standard input:' in run.err,
               'a gigabyte of one attribute is refused',
               f'exit {run.status}: {run.err[:600]}')
    check_bounds(tap, work.program, 'a gigabyte of one attribute', run, 0)


def refuse_bomb_archive(tap, work):
    """A small archive that becomes a very long text."""
    import bz2
    bomb = BODY + '<!--' + ' ' * 50_000_000
    text = bz2.compress(bomb.encode())
    refuse(tap, work, 'a decompression bomb', text, r'content\.xml')


def evaluates(tap, work, name, text, wanted, root=None):
    """wanted: the results in document order, or the result of all."""
    content = work.write('content.xml', text)
    run = work.program.run('oval', 'eval', '--root', root or work.root,
                           '--tsv', '-', content, timeout=120)
    got = list(run.results().values())
    if isinstance(wanted, str):
        wanted = [wanted] * max(len(got), 1)
    tap.report(run.status == 0 and got == wanted, f'{name} is {wanted[0]}',
               f'exit {run.status}, got {got[:8]}\n{run.err[:600]}')
    check_bounds(tap, work.program, name, run, len(text))


def regular_expressions(tap, work):
    document = Document()
    subject = document.variable_object(
        document.constant('string', ['a' * 5000 + '!']))
    wanted = []
    for pattern, result in (('^(a+)+$', 'error'), ('^(a|aa)+$', 'error'),
                            ('(a*)*b', 'error'), ('^(([a-z])+.)+[A-Z]$',
                                                  'error'),
                            ('a!$', 'true')):
        state = document.variable_state(pattern, operation='pattern match')
        document.definition(criteria([criterion(
            document.test('ind:variable_test', subject, [state]))]))
        wanted.append(result)
    content = work.write('content.xml', document.text())
    run = work.program.run('oval', 'eval', '--root', work.root, '--tsv', '-',
                           content, timeout=60)
    got = list(run.results().values())
    # An engine may be clever and decide one after all: never "true".
    good = len(got) == len(wanted) and got[-1] == 'true' and all(
        g in ('error', 'false') for g in got[:-1])
    tap.report(run.status == 0 and good,
               'catastrophic expressions end, and are not true', f'got {got}')
    tap.report('error' in got, 'a limit that was hit is an error',
               f'got {got}')
    check_bounds(tap, work.program, 'catastrophic expressions', run, 0)


def cycles(tap, work):
    count = 20000
    text = ''.join(
        f'<definition id="{harness.oval_id("definition", i)}" version="1" '
        'class="miscellaneous"><metadata><title>t</title><description>d'
        '</description></metadata><criteria><extend_definition '
        f'definition_ref="{harness.oval_id("definition", i % count + 1)}"/>'
        '</criteria></definition>' for i in range(1, count + 1))
    evaluates(tap, work, 'a ring of 20,000 definitions',
              BODY + text + '</definitions></oval_definitions>', 'error')
    document = Document()
    for i in range(1, count + 1):
        document.local('string', '<variable_component var_ref="'
                       f'{harness.oval_id("variable", i % count + 1)}"/>')
    obj = document.variable_object(harness.oval_id('variable', 1))
    document.definition(criteria([criterion(
        document.test('ind:variable_test', obj))]))
    evaluates(tap, work, 'a ring of 20,000 variables', document.text(),
              'error')


def products(tap, work):
    """Cartesian products that would never end."""
    document = Document()
    values = document.constant('string', [str(i) for i in range(200)])
    part = f'<variable_component var_ref="{values}"/>'
    obj = document.variable_object(
        document.local('string', f'<concat>{part * 8}</concat>'))
    document.definition(criteria([criterion(
        document.test('ind:variable_test', obj))]))
    evaluates(tap, work, 'a product of 200^8 values', document.text(),
              'error')


def long_chains(tap, work):
    """Deep, but legal: a chain of references that ends."""
    count = 20000
    document = Document()
    for i in range(1, count):
        document.local('string', '<variable_component var_ref="'
                       f'{harness.oval_id("variable", i + 1)}"/>')
    document.constant('string', ['end'])
    obj = document.variable_object(harness.oval_id('variable', 1))
    document.definition(criteria([criterion(
        document.test('ind:variable_test', obj))]))
    content = work.write('content.xml', document.text())
    run = work.program.run('oval', 'eval', '--root', work.root, '--tsv', '-',
                           content)
    got = list(run.results().values())
    tap.report(run.status == 0 and got in (['true'], ['error']),
               'a chain of 20,000 variables ends', f'got {got}: {run.err}')


def file_kinds(tap, work):
    """Where content expects a file, there is something else."""
    root = os.path.join(work.root, 'odd')
    os.makedirs(root, exist_ok=True)
    os.mkfifo(os.path.join(root, 'fifo'))
    os.symlink('loop2', os.path.join(root, 'loop'))
    os.symlink('loop', os.path.join(root, 'loop2'))
    os.symlink('/etc/shadow-of-another-machine', os.path.join(root, 'gone'))
    os.symlink('../../../../../../../etc/passwd', os.path.join(root, 'out'))
    os.mkdir(os.path.join(root, 'directory'))
    os.symlink('..', os.path.join(root, 'directory', 'up'))
    with open(os.path.join(root, 'zeros'), 'wb') as sparse:
        sparse.truncate(1 << 34)
    document = Document()
    names = ['fifo', 'loop', 'gone', 'out', 'directory']
    for name in names:
        obj = document.add(
            'object', 'ind:textfilecontent54_object',
            f'<ind:filepath>/odd/{name}</ind:filepath>'
            '<ind:pattern operation="pattern match">.</ind:pattern>'
            '<ind:instance datatype="int">1</ind:instance>')
        document.definition(criteria([criterion(
            document.test('ind:textfilecontent54_test', obj))]))
    evaluates(tap, work, 'a FIFO, loops and dangling links',
              document.text(), ['false'] * len(names))
    document = Document()
    obj = document.add(
        'object', 'ind:textfilecontent54_object',
        '<ind:behaviors recurse="symlinks and directories" max_depth="-1" '
        'recurse_direction="down"/><ind:path>/odd</ind:path>'
        '<ind:filename>nothing</ind:filename>'
        '<ind:pattern operation="pattern match">.</ind:pattern>'
        '<ind:instance datatype="int">1</ind:instance>')
    document.definition(criteria([criterion(
        document.test('ind:textfilecontent54_test', obj))]))
    evaluates(tap, work, 'a walk through a symlink loop', document.text(),
              ['false'])
    document = Document()
    obj = document.add(
        'object', 'ind:textfilecontent54_object',
        '<ind:filepath>/odd/zeros</ind:filepath>'
        '<ind:pattern operation="pattern match">x</ind:pattern>'
        '<ind:instance datatype="int">1</ind:instance>')
    document.definition(criteria([criterion(
        document.test('ind:textfilecontent54_test', obj))]))
    evaluates(tap, work, 'a file of 16 GiB', document.text(), ['error'])


def run(tap, work):
    for name, (text, pattern) in REFUSED.items():
        refuse(tap, work, name, text(), pattern)
    for part in (refuse_gigabyte, refuse_bomb_archive, regular_expressions,
                 cycles, products, long_chains, file_kinds):
        part(tap, work)
