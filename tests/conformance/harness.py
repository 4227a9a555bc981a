# SPDX-License-Identifier: Apache-2.0
"""What the conformance tests share: OVAL documents, roots, running, TAP."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from xml.sax.saxutils import escape, quoteattr

D = 'http://oval.mitre.org/XMLSchema/oval-definitions-5'
S = 'http://oval.mitre.org/XMLSchema/oval-system-characteristics-5'
COMMON = 'http://oval.mitre.org/XMLSchema/oval-common-5'
FAMILIES = {'ind': 'independent', 'linux': 'linux', 'unix': 'unix',
            'win': 'windows', 'ios': 'ios', 'iosxe': 'iosxe', 'asa': 'asa',
            'pixos': 'pixos', 'catos': 'catos'}
KINDS = {'definition': 'def', 'test': 'tst', 'object': 'obj', 'state': 'ste',
         'variable': 'var'}
XSI = 'http://www.w3.org/2001/XMLSchema-instance'


def namespaces(base=D):
    suffix = '' if base == D else '-sys'
    text = f'xmlns="{base}" xmlns:oval="{COMMON}" xmlns:xsi="{XSI}"'
    for prefix, name in FAMILIES.items():
        text += f' xmlns:{prefix}{suffix}="{base}#{name}"'
    return text


def generator(version='5.11.2'):
    return ('<generator><oval:product_name>conformance</oval:product_name>'
            f'<oval:schema_version>{version}</oval:schema_version>'
            '<oval:timestamp>2026-01-01T00:00:00</oval:timestamp>'
            '</generator>')


def oval_id(kind, number):
    return f'oval:conformance:{KINDS[kind]}:{number}'


def attributes(**given):
    return ''.join(f' {name}={quoteattr(str(value))}'
                   for name, value in given.items() if value is not None)


class Document:
    """A definitions document that grows; numbers become full ids."""

    def __init__(self, version='5.11.2'):
        self.version = version
        self.parts = {kind: [] for kind in KINDS}

    def new_id(self, kind):
        return oval_id(kind, len(self.parts[kind]) + 1)

    def add(self, kind, element, inner, **given):
        """Adds one element of a kind and returns its id."""
        name = self.new_id(kind)
        self.parts[kind].append(
            f'<{element} id="{name}" version="1"{attributes(**given)}>'
            f'{inner}</{element}>')
        return name

    def definition(self, criteria, title='case'):
        inner = (f'<metadata><title>{escape(title)}</title>'
                 '<description>d</description></metadata>' + criteria)
        name = self.add('definition', 'definition', inner)
        self.parts['definition'][-1] = self.parts['definition'][-1].replace(
            ' version="1"', ' version="1" class="miscellaneous"', 1)
        return name

    def constant(self, datatype, values):
        return self.add('variable', 'constant_variable', ''.join(
            f'<value>{escape(value)}</value>' for value in values),
            datatype=datatype, comment='constant')

    def local(self, datatype, inner):
        return self.add('variable', 'local_variable', inner,
                        datatype=datatype, comment='local')

    def variable_object(self, variable):
        return self.add('object', 'ind:variable_object',
                        f'<ind:var_ref>{variable}</ind:var_ref>')

    def variable_state(self, value, **given):
        if value is None:
            inner = f'<ind:value{attributes(**given)}/>'
        else:
            inner = f'<ind:value{attributes(**given)}>{escape(value)}' \
                    '</ind:value>'
        return self.add('state', 'ind:variable_state', inner)

    def test(self, element, obj, states=(), check='all', **given):
        prefix = element.split(':')[0]
        inner = f'<{prefix}:object object_ref="{obj}"/>' + ''.join(
            f'<{prefix}:state state_ref="{state}"/>' for state in states)
        return self.add('test', element, inner, check=check, comment='test',
                        **given)

    def text(self):
        body = ''
        for kind, parts in self.parts.items():
            if parts:
                body += f'<{kind}s>\n' + '\n'.join(parts) + f'\n</{kind}s>\n'
        return ('<?xml version="1.0" encoding="UTF-8"?>\n'
                f'<oval_definitions {namespaces()}>'
                f'{generator(self.version)}\n{body}</oval_definitions>\n')


def criterion(test, **given):
    return f'<criterion test_ref="{test}"{attributes(**given)}/>'


def criteria(inner, **given):
    return f'<criteria{attributes(**given)}>{"".join(inner)}</criteria>'


class Run:
    """What one run of the program did."""

    def __init__(self, status, out, err, seconds, peak_kib):
        self.status, self.out, self.err = status, out, err
        self.seconds, self.peak_kib = seconds, peak_kib

    def results(self):
        found = {}
        for line in self.out.splitlines():
            name, _, result = line.partition('\t')
            found[name] = result
        return found


class Program:
    """The holdfast under test."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        with open(self.path, 'rb') as binary:
            self.sanitized = b'__asan_init' in binary.read()
        here = os.path.dirname(os.path.abspath(__file__))
        self.launcher = subprocess.Popen(
            [sys.executable, os.path.join(here, 'launcher.py')],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, 'LC_ALL': 'C.UTF-8'})

    def run(self, *arguments, producer=None, timeout=60):
        """Runs it with a wall-clock limit; the output of the command
        `producer` is its standard input. Output is decoded leniently."""
        with tempfile.TemporaryDirectory(prefix='holdfast-run-') as work:
            files = [os.path.join(work, name) for name in ('out', 'err')]
            self.launcher.stdin.write(json.dumps({
                'command': [self.path, *arguments], 'producer': producer,
                'out': files[0], 'err': files[1],
                'timeout': timeout}) + '\n')
            self.launcher.stdin.flush()
            done = json.loads(self.launcher.stdout.readline())
            texts = []
            for name in files:
                with open(name, encoding='utf-8', errors='replace') as text:
                    texts.append(text.read())
        return Run(done['status'], *texts, done['seconds'],
                   done['peak_kib'])

    def close(self):
        self.launcher.stdin.close()
        self.launcher.wait()


class Tap:
    """Prints TAP; the plan comes last."""

    def __init__(self):
        self.n = self.failed = 0

    def report(self, good, name, note=''):
        self.n += 1
        self.failed += not good
        print(f'{"ok" if good else "not ok"} {self.n} - '
              f'{name.replace("#", "no.")}')
        if note and not good:
            for line in note.rstrip().split('\n')[:12]:
                print('# ' + line[:300])

    def equal(self, name, got, wanted, note=''):
        self.report(got == wanted, name,
                    f'wanted {wanted!r}, got {got!r}\n{note}')

    def skip(self, name, reason):
        self.n += 1
        print(f'ok {self.n} - {name} # SKIP {reason}')

    def end(self):
        print(f'1..{self.n}', flush=True)
        return 1 if self.failed else 0


class Workspace:
    """A temporary directory with an empty root in it."""

    def __init__(self, program):
        self.program = program
        self.dir = tempfile.mkdtemp(prefix='holdfast-test-')
        self.root = os.path.join(self.dir, 'root')
        os.mkdir(self.root)

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text):
        mode = 'wb' if isinstance(text, bytes) else 'w'
        with open(self.path(name), mode) as out:
            out.write(text)
        return self.path(name)

    def evaluate(self, text, *options, root=None):
        """Evaluates a document from XML and from a pack."""
        content = self.write('content.xml', text)
        if '--device' not in options:
            options = ['--root', root or self.root, *options]
        run = self.program.run('oval', 'eval', *options, '--tsv', '-',
                               content)
        pack = self.path('content.pack')
        if run.status == 0:
            packed = self.program.run('oval', 'compile', content, '-o', pack)
            if packed.status == 0:
                packed = self.program.run('oval', 'eval', *options, '--tsv',
                                          '-', pack)
            run.packed = packed
        return run

    def analyse(self, text, characteristics, *options):
        content = self.write('content.xml', text)
        recorded = self.write('recorded.xml', characteristics)
        return self.program.run('oval', 'analyse', '--syschar', recorded,
                                *options, '--tsv', '-', content)

    def close(self):
        shutil.rmtree(self.dir, ignore_errors=True)


def make_tree(top, element):
    """Makes the files that a <root> element lists."""
    for node in element:
        path = os.path.join(top, node.get('path').lstrip('/'))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if node.tag == 'dir':
            os.makedirs(path, exist_ok=True)
        elif node.tag == 'link':
            os.symlink(node.get('to'), path)
        elif node.tag == 'fifo':
            os.mkfifo(path)
        else:
            data = (node.text or '').encode()
            if node.get('hex'):
                data = bytes.fromhex(node.get('hex'))
            with open(path, 'wb') as out:
                out.write(data)
        if node.get('mode'):
            os.chmod(path, int(node.get('mode'), 8))


def make_device(top, element):
    """Writes the answers that a <device> element lists."""
    os.mkdir(top)
    for number, node in enumerate(element):
        with open(os.path.join(top, f'{number}.txt'), 'w',
                  encoding='utf-8') as out:
            out.write(node.get('command') + node.text)


def read_table(path):
    """Rows of a table: tabs between columns, names in the first line."""
    names = None
    with open(path, encoding='utf-8') as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip('\n')
            if not line or line.startswith('#'):
                continue
            cells = [re.sub(r'\\(.)', unescape, cell)
                     for cell in re.split('\t+', line)]
            if names is None:
                names = cells
                continue
            row = dict(zip(names, cells))
            row['line'] = number
            yield row


def unescape(found):
    return {'n': '\n', 't': '\t', 'r': '\r', 'e': '', 's': ' '}.get(
        found[1], found[1])
