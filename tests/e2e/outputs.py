#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""outputs.py HOLDFAST SCHEMAS - what holdfast writes, seen from outside.

Results and system characteristics are valid against the official schemas in
SCHEMAS (oval_5.11.2), when they are there; what was collected analyses to the
same results; JSON and HTML are well formed and say nothing that is masked.
Prints TAP.
"""
import glob
import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

DATA = os.path.join(os.path.dirname(__file__), '..', 'data', 'results')
CONTENT = os.path.join(DATA, 'content.xml')
SYSCHAR = os.path.join(DATA, 'syschar.xml')
DEFINITIONS = 'http://oval.mitre.org/XMLSchema/oval-definitions-5'
SECRETS = ('hunter2', 'topsecret')

STATUS = """Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.15-2+b7

Package: tzdata
Status: install ok installed
Architecture: all
Version: 2024a-0+deb12u1

"""


class Failed(Exception):
    pass


class Skipped(Exception):
    pass


def check(condition, what):
    if not condition:
        raise Failed(what)


class Run:
    def __init__(self, holdfast, schemas, directory):
        self.holdfast, self.schemas, self.dir = holdfast, schemas, directory

    def path(self, name):
        return os.path.join(self.dir, name)

    def text(self, name):
        with open(self.path(name), encoding='utf-8') as f:
            return f.read()

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), 'w', encoding='utf-8') as f:
            f.write(text)
        return self.path(name)

    def run(self, *arguments, status=0):
        done = subprocess.run([self.holdfast, *arguments], timeout=120,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False)
        check(done.returncode == status,
              f'{" ".join(arguments)}: exit {done.returncode}: '
              f'{done.stderr.strip()}')
        return done

    def schema(self):
        """A schema that imports all of OVAL's: the items of a family stand
        in a schema that the core schema does not import."""
        if not shutil.which('xmllint'):
            raise Skipped('xmllint is not installed')
        if not os.path.isdir(self.schemas):
            raise Skipped(f'no schemas in {self.schemas}')
        path = self.path('all.xsd')
        if os.path.exists(path):
            return path
        imports = ''
        for name in sorted(glob.glob(os.path.join(self.schemas, '*.xsd'))):
            with open(name, encoding='utf-8', errors='replace') as f:
                found = re.search(r'targetNamespace="([^"]+)"', f.read())
            if found:
                imports += (f'<xsd:import namespace="{found[1]}" '
                            f'schemaLocation="{os.path.abspath(name)}"/>')
        return self.write('all.xsd', '<xsd:schema xmlns:xsd="http://www.w3.org'
                          '/2001/XMLSchema" targetNamespace="urn:all">'
                          f'{imports}</xsd:schema>')

    def validate(self, *names):
        done = subprocess.run(
            ['xmllint', '--noout', '--nonet', '--schema', self.schema(),
             *[self.path(name) for name in names]],
            capture_output=True, text=True, check=False)
        check(done.returncode == 0, done.stderr[:2000])


    def validate_where_possible(self, *names):
        try:
            self.validate(*names)
        except Skipped:
            pass  # the tests that are about validity say so


def recorded_results_are_valid(run):
    run.schema()
    run.run('oval', 'analyse', '--syschar', SYSCHAR, '--results',
            run.path('r.xml'), CONTENT)
    run.validate('r.xml')
    check(not any(s in run.text('r.xml') for s in SECRETS), 'a secret shows')


def results_with_their_definitions_are_valid(run):
    run.schema()
    run.run('oval', 'analyse', '--syschar', SYSCHAR, '--include-definitions',
            '--results', run.path('i.xml'), CONTENT)
    run.validate('i.xml')
    check('<oval_definitions' in run.text('i.xml'), 'no definitions in it')


def two_contents_are_two_systems(run):
    run.run('oval', 'analyse', '--syschar', SYSCHAR, '--results',
            run.path('two.xml'), CONTENT, CONTENT)
    check(run.text('two.xml').count('<system>') == 2, 'not two systems')
    run.validate_where_possible('two.xml')


def a_pack_has_no_definitions_to_include(run):
    pack = run.path('c.pack')
    run.run('oval', 'compile', CONTENT, '-o', pack)
    done = run.run('oval', 'analyse', '--syschar', SYSCHAR,
                   '--include-definitions', '--results', run.path('p.xml'),
                   pack, status=3)
    check('c.pack' in done.stderr, done.stderr)
    check(not os.path.exists(run.path('p.xml')), 'a part of it was written')


def a_pack_gives_the_same_results(run):
    pack = run.path('c.pack')
    run.run('oval', 'compile', CONTENT, '-o', pack)
    for name, content in (('x', CONTENT), ('y', pack)):
        run.run('oval', 'analyse', '--syschar', SYSCHAR, '--tsv',
                run.path(name + '.tsv'), '--results', run.path(name + '.xml'),
                content)
    check(run.text('x.tsv') == run.text('y.tsv'), 'the TSV differs')
    strip = re.compile(r'<oval:timestamp>[^<]*')
    check(strip.sub('', run.text('x.xml')) == strip.sub('', run.text('y.xml')),
          'the results differ')


def deep_criteria_are_written(run):
    run.schema()
    text = open(CONTENT, encoding='utf-8').read()
    deep = 240
    text = text.replace(
        '<criteria operator="ONE">', '<criteria operator="ONE">' +
        '<criteria>' * deep + '<criterion test_ref="oval:example:tst:1"/>' +
        '</criteria>' * deep)
    content = run.write('deep.xml', text)
    run.run('oval', 'analyse', '--syschar', SYSCHAR, '--results',
            run.path('deep-r.xml'), content)
    run.validate('deep-r.xml')


def live_content():
    ns = DEFINITIONS
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<oval_definitions xmlns="{ns}" xmlns:i="{ns}#independent"
  xmlns:l="{ns}#linux" xmlns:u="{ns}#unix"
  xmlns:o="http://oval.mitre.org/XMLSchema/oval-common-5">
<generator><o:schema_version>5.11.2</o:schema_version>
<o:timestamp>2026-01-01T00:00:00</o:timestamp></generator>
<definitions>{''.join(f'''
<definition class="miscellaneous" id="oval:live:def:{n}" version="1">
<metadata><title>{n}</title><description>d</description></metadata>
<criteria><criterion test_ref="oval:live:tst:{n}"/></criteria>
</definition>''' for n in range(1, 8))}
</definitions>
<tests>
<i:family_test id="oval:live:tst:1" version="1" check="all" comment="c">
<i:object object_ref="oval:live:obj:1"/><i:state state_ref="oval:live:ste:1"/>
</i:family_test>
<l:dpkginfo_test id="oval:live:tst:2" version="1" check="all" comment="c">
<l:object object_ref="oval:live:obj:2"/><l:state state_ref="oval:live:ste:2"/>
</l:dpkginfo_test>
<l:dpkginfo_test id="oval:live:tst:3" version="1" check="all" comment="c"
 check_existence="none_exist"><l:object object_ref="oval:live:obj:3"/>
</l:dpkginfo_test>
<u:file_test id="oval:live:tst:4" version="1" check="all" comment="c">
<u:object object_ref="oval:live:obj:4"/></u:file_test>
<i:textfilecontent54_test id="oval:live:tst:5" version="1" check="all"
 comment="c"><i:object object_ref="oval:live:obj:5"/>
<i:state state_ref="oval:live:ste:5"/></i:textfilecontent54_test>
<i:variable_test id="oval:live:tst:6" version="1" check="all" comment="c">
<i:object object_ref="oval:live:obj:6"/><i:state state_ref="oval:live:ste:6"/>
</i:variable_test>
<l:dpkginfo_test id="oval:live:tst:7" version="1" check="all" comment="c">
<l:object object_ref="oval:live:obj:7"/></l:dpkginfo_test>
</tests>
<objects>
<i:family_object id="oval:live:obj:1" version="1"/>
<l:dpkginfo_object id="oval:live:obj:2" version="1"><l:name>bash</l:name>
</l:dpkginfo_object>
<l:dpkginfo_object id="oval:live:obj:3" version="1"><l:name>nginx</l:name>
</l:dpkginfo_object>
<u:file_object id="oval:live:obj:4" version="1"><u:path>/etc</u:path>
<u:filename operation="pattern match">release$</u:filename></u:file_object>
<i:textfilecontent54_object id="oval:live:obj:5" version="1">
<i:filepath>/etc/example-release</i:filepath>
<i:pattern operation="pattern match">^(\\w+) (\\d+)$</i:pattern>
<i:instance datatype="int">1</i:instance></i:textfilecontent54_object>
<i:variable_object id="oval:live:obj:6" version="1">
<i:var_ref>oval:live:var:1</i:var_ref></i:variable_object>
<l:dpkginfo_object id="oval:live:obj:7" version="1"><set xmlns="{ns}"
 set_operator="UNION"><object_reference>oval:live:obj:2</object_reference>
<object_reference>oval:live:obj:3</object_reference></set>
</l:dpkginfo_object>
</objects>
<states>
<i:family_state id="oval:live:ste:1" version="1"><i:family>unix</i:family>
</i:family_state>
<l:dpkginfo_state id="oval:live:ste:2" version="1">
<l:evr datatype="debian_evr_string" operation="less than">0:5.2.15-2+b8</l:evr>
</l:dpkginfo_state>
<i:textfilecontent54_state id="oval:live:ste:5" version="1">
<i:subexpression entity_check="at least one">12</i:subexpression>
</i:textfilecontent54_state>
<i:variable_state id="oval:live:ste:6" version="1"><i:value>12</i:value>
</i:variable_state>
</states>
<variables>
<local_variable id="oval:live:var:1" version="1" datatype="string" comment="c">
<regex_capture pattern="(\\d+)"><object_component object_ref="oval:live:obj:5"
 item_field="text"/></regex_capture></local_variable>
</variables>
</oval_definitions>
"""


def make_root(run):
    run.write('root/var/lib/dpkg/status', STATUS)
    run.write('root/etc/example-release', 'release 12\n')
    return run.path('root')


def what_is_collected_analyses_to_the_same(run):
    content = run.write('live.xml', live_content())
    root = make_root(run)
    run.run('oval', 'eval', '--root', root, '--tsv', run.path('a.tsv'),
            '--syschar', run.path('a-sc.xml'), '--results',
            run.path('a-r.xml'), content)
    for line in run.text('a.tsv').splitlines():
        check(line.endswith('\ttrue'), line)
    run.run('oval', 'analyse', '--syschar', run.path('a-sc.xml'), '--tsv',
            run.path('b.tsv'), content)
    check(run.text('a.tsv') == run.text('b.tsv'), 'the TSV differs')
    run.run('oval', 'analyse', '--syschar', run.path('a-r.xml'), '--tsv',
            run.path('c.tsv'), content)
    check(run.text('a.tsv') == run.text('c.tsv'), 'from results: it differs')
    run.run('oval', 'collect', '--root', root, '--syschar',
            run.path('d-sc.xml'), content)
    run.run('oval', 'analyse', '--syschar', run.path('d-sc.xml'), '--tsv',
            run.path('d.tsv'), content)
    check(run.text('a.tsv') == run.text('d.tsv'), 'from collect: it differs')
    run.validate_where_possible('a-sc.xml', 'a-r.xml', 'd-sc.xml')


def this_machine_is_written_validly(run):
    run.schema()
    content = run.write('live.xml', live_content())
    run.run('oval', 'eval', '--syschar', run.path('m-sc.xml'), '--results',
            run.path('m-r.xml'), content)
    run.validate('m-sc.xml', 'm-r.xml')


def json_is_one_document(run):
    run.run('oval', 'analyse', '--syschar', SYSCHAR, '--json',
            run.path('j.json'), CONTENT)
    report = json.loads(run.text('j.json'))
    check(sum(report['counts'].values()) == len(report['definitions']) == 10,
          'counts and definitions differ')
    first = report['definitions'][0]
    check(first['severity'] == {'value': 'Critical',
                                'source': 'security@example.com'},
          first['severity'])
    check(first['fixes'][0] == {'package': 'bash', 'installed': '0:5.2-1',
                                'fixed': '0:5.2-2'}, first['fixes'])
    check(report['definitions'][1]['severity'] is None, 'a severity is made')
    check(report['definitions'][5]['messages'], 'an error without a reason')
    check(not any(s in run.text('j.json') for s in SECRETS), 'a secret shows')


class Page(html.parser.HTMLParser):
    VOID = {'meta', 'br', 'input', 'link', 'img', 'hr'}

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.links, self.loads = [], [], [], []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == 'href':
                self.links.append(value)
            if name in ('src', 'srcset', 'data', 'action', 'style') or \
                    name.startswith('on'):
                self.loads.append(f'{tag} {name}={value}')

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def the_report_is_one_page_that_loads_nothing(run):
    run.run('oval', 'analyse', '--syschar', SYSCHAR, '--report',
            run.path('h.html'), CONTENT)
    text, page = run.text('h.html'), Page()
    page.feed(text)
    page.close()
    check(not page.wrong and not page.open,
          f'tags do not match: {page.wrong} {page.open}')
    check(not page.loads, page.loads)
    for link in page.links:
        check(re.match(r'(https?://|#)', link), link)
    check('<script>alert' not in text, 'a title became markup')
    check(not any(s in text for s in SECRETS), 'a secret shows')
    check(text.count('<script>') == 1, 'more than our script')


def main():
    tests = [value for value in list(globals().values())
             if callable(value) and getattr(value, '__code__', None) and
             value.__code__.co_varnames[:1] == ('run',) and
             value.__name__ not in ('make_root',)]
    print(f'1..{len(tests)}')
    failed = 0
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace('_', ' ')
        with tempfile.TemporaryDirectory() as directory:
            try:
                test(Run(sys.argv[1], sys.argv[2], directory))
                print(f'ok {number} - {name}')
            except Skipped as reason:
                print(f'ok {number} - {name} # SKIP {reason}')
            except (Failed, OSError, subprocess.TimeoutExpired,
                    ValueError) as reason:
                failed += 1
                print(f'not ok {number} - {name}')
                print('# ' + str(reason).replace('\n', '\n# '))
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
