# SPDX-License-Identifier: Apache-2.0
"""Runs the cases of cases/*.xml.

A case is an OVAL document without its boilerplate. <case> may hold <root>
(files to make), <device> (a network device: <show command="show version">
with the answer in each), <variables> (external values), and then definitions, tests,
objects, states and variables in any order. Ids and references are numbers.
<definition id="1" expect="true" title="..."> holds its criteria;
expect-error="REGEX" on <case> says that the document is refused with a
sentence like that, and exit status 3.
"""
import glob
import os
import re
import xml.etree.ElementTree as ET

import harness
import tables

HERE = os.path.dirname(os.path.abspath(__file__))
REFERENCES = {'definition_ref': 'definition', 'test_ref': 'test',
              'object_ref': 'object', 'state_ref': 'state',
              'var_ref': 'variable'}
TEXT_REFERENCES = {'object_reference': 'object', 'filter': 'state',
                   'var_ref': 'variable'}
SECTIONS = ('definition', 'test', 'object', 'state', 'variable')


def local_name(element):
    return element.tag.rsplit('}', 1)[-1]


def section_of(element):
    name = local_name(element)
    if name == 'definition':
        return name
    found = re.search(r'_(test|object|state|variable)$', name)
    return found[1] if found else None


def expand_ids(element):
    for node in element.iter():
        for name, kind in REFERENCES.items():
            value = node.get(name)
            if value is not None and value.isdigit():
                node.set(name, harness.oval_id(kind, value))
        kind = TEXT_REFERENCES.get(local_name(node))
        if kind and (node.text or '').strip().isdigit():
            node.text = harness.oval_id(kind, node.text.strip())


def add_defaults(element, kind):
    if element.get('id', '').isdigit():
        element.set('id', harness.oval_id(kind, element.get('id')))
    if element.get('version') is None:
        element.set('version', '1')
    if kind == 'test':
        element.attrib.setdefault('check', 'all')
    if kind in ('test', 'variable'):
        element.attrib.setdefault('comment', 'c')
    if kind != 'definition':
        return
    element.attrib.setdefault('class', 'miscellaneous')
    if element.find(f'{{{harness.D}}}metadata') is None:
        metadata = ET.Element(f'{{{harness.D}}}metadata')
        for name in ('title', 'description'):
            ET.SubElement(metadata, f'{{{harness.D}}}{name}').text = 'case'
        element.insert(0, metadata)


class Case:
    def __init__(self, path):
        self.name = os.path.basename(path)[:-4]
        with open(path, encoding='utf-8') as source:
            text = source.read()
        text = re.sub(r'<!--.*?-->', '', text, flags=re.S)
        top = ET.fromstring(text.replace(
            '<case', f'<case {harness.namespaces()}', 1))
        for prefix, name in harness.FAMILIES.items():
            ET.register_namespace(prefix, f'{harness.D}#{name}')
        ET.register_namespace('', harness.D)
        ET.register_namespace('oval', harness.COMMON)
        ET.register_namespace('xsi', harness.XSI)
        self.version = top.get('schema', '5.11.2')
        self.refused = top.get('expect-error')
        self.options = (top.get('options') or '').split()
        self.tree, self.device = None, None
        self.variables, self.expected = None, []
        self.parts = {kind: [] for kind in SECTIONS}
        for element in top:
            self.take(element)

    def take(self, element):
        name = local_name(element)
        kind = section_of(element)
        if name == 'root':
            for node in element.iter():
                node.tag = local_name(node)
            self.tree = element
        elif name == 'device':
            self.device = element
        elif name == 'variables':
            self.variables = element
        elif kind is None:
            raise ValueError(f'{self.name}: <{name}> belongs nowhere')
        else:
            expand_ids(element)
            add_defaults(element, kind)
            if kind == 'definition':
                title = element.attrib.pop('title', element.get('id'))
                expect = element.attrib.pop('expect', None)
                if expect:
                    self.expected.append((element.get('id'), title, expect))
            self.parts[kind].append(ET.tostring(element, encoding='unicode'))

    def text(self):
        document = harness.Document(self.version)
        document.parts = self.parts
        return document.text()

    def variables_text(self):
        inner = ''
        for node in self.variables:
            name = harness.oval_id('variable', node.get('id'))
            values = ''.join(f'<value>{value.text or ""}</value>'
                             for value in node)
            inner += f'<variable id="{name}" datatype="' \
                     f'{node.get("datatype")}" comment="c">{values}</variable>'
        space = 'http://oval.mitre.org/XMLSchema/oval-variables-5'
        return (f'<?xml version="1.0"?><oval_variables xmlns="{space}" '
                f'xmlns:oval="{harness.COMMON}">'
                f'{harness.generator(self.version)}'
                f'<variables>{inner}</variables></oval_variables>')


def run_case(tap, program, path):
    work = harness.Workspace(program)
    try:
        case = Case(path)
        options = list(case.options)
        if case.tree is not None:
            harness.make_tree(work.root, case.tree)
        if case.device is not None:
            harness.make_device(work.path('device'), case.device)
            options += ['--device', work.path('device')]
        if case.variables is not None:
            options += ['--variables',
                        work.write('variables.xml', case.variables_text())]
        run = work.evaluate(case.text(), *options)
        if case.refused:
            tap.report(run.status == 3 and
                       re.search(case.refused, run.err) is not None,
                       f'{case.name}: is refused',
                       f'exit {run.status}: {run.err}')
            return
        tables.report(tap, run, [
            (name, f'{case.name}: {title}', expect)
            for name, title, expect in case.expected], case.name)
        tables.compare_pack(tap, run, case.name)
    finally:
        work.close()


def run_cases(tap, program, wanted=None):
    for path in sorted(glob.glob(os.path.join(HERE, 'cases', '*.xml'))):
        if wanted is None or wanted in path:
            run_case(tap, program, path)
