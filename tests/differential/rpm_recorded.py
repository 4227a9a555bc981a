# SPDX-License-Identifier: Apache-2.0
"""Writes the system characteristics that a feed's objects have on a machine
of which only the list of rpm packages is known: NAME EPOCH VERSION RELEASE
ARCH a line, the running kernel in the first line's comment. As the reference
did, it takes every package to be signed with the key the feed asks for."""
import re
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

DEFINITIONS = '{http://oval.mitre.org/XMLSchema/oval-definitions-5}'
LINUX = '{http://oval.mitre.org/XMLSchema/oval-definitions-5#linux}'
SYSTEM = 'http://oval.mitre.org/XMLSchema/oval-system-characteristics-5'
COMMON = 'http://oval.mitre.org/XMLSchema/oval-common-5'


def read_inventory(path):
    packages, kernel = {}, ''
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            if line.startswith('#'):
                found = re.search(r'kernel (\S+?),', line)
                kernel = found[1] if found else kernel
                continue
            fields = line.split()
            if len(fields) == 5:
                packages.setdefault(fields[0], []).append(fields)
    return packages, kernel


class Characteristics:
    def __init__(self, feed, packages, kernel):
        self.packages, self.kernel = packages, kernel
        top = ET.parse(feed).getroot()
        keys = [node.text for node in top.iter(LINUX + 'signature_keyid')]
        self.key = keys[0] if keys else ''
        self.variables = {
            node.get('id'): [value.text for value in node]
            for node in top.iter(DEFINITIONS + 'constant_variable')}
        self.items, self.objects, self.made = [], [], {}
        for node in top.find(DEFINITIONS + 'objects'):
            self.add_object(node)

    def item(self, kind, prefix, inner, identity):
        """The id of an item, made once."""
        if identity not in self.made:
            self.made[identity] = len(self.made) + 1
            self.items.append(
                f'<{prefix}:{kind}_item xmlns:{prefix}="{SYSTEM}#'
                f'{"linux" if prefix == "linux-sys" else "unix"}" '
                f'id="{self.made[identity]}" status="exists">{inner}'
                f'</{prefix}:{kind}_item>')
        return self.made[identity]

    def rpminfo(self, fields):
        name, epoch, version, release, arch = fields
        texts = (('name', '', name), ('arch', '', arch),
                 ('epoch', '', epoch), ('release', '', release),
                 ('version', '', version),
                 ('evr', ' datatype="evr_string"',
                  f'{epoch}:{version}-{release}'),
                 ('signature_keyid', '', self.key))
        inner = ''.join(
            f'<linux-sys:{tag}{more}>{escape(text)}</linux-sys:{tag}>'
            for tag, more, text in texts)
        return self.item('rpminfo', 'linux-sys', inner, tuple(fields))

    def release_file(self):
        """The one file every feed verifies: /etc/redhat-release."""
        for name, epoch, version, release, arch in self.packages.get(
                'redhat-release', []):
            texts = (('name', name), ('epoch', epoch), ('version', version),
                     ('release', release), ('arch', arch),
                     ('filepath', '/etc/redhat-release'))
            inner = ''.join(
                f'<linux-sys:{tag}>{escape(text)}</linux-sys:{tag}>'
                for tag, text in texts)
            return [self.item('rpmverifyfile', 'linux-sys', inner, 'file')]
        return []

    def uname(self):
        texts = (('machine_class', 'x86_64'), ('node_name', 'machine'),
                 ('os_name', 'Linux'), ('os_release', self.kernel),
                 ('os_version', '1'), ('processor_type', 'x86_64'))
        inner = ''.join(f'<unix-sys:{tag}>{escape(text)}</unix-sys:{tag}>'
                        for tag, text in texts)
        return [self.item('uname', 'unix-sys', inner, 'uname')]

    def add_object(self, node):
        kind = node.tag.rsplit('}', 1)[1]
        found = []
        if kind == 'rpminfo_object':
            name = node.find(LINUX + 'name')
            names = [name.text] if name.get('var_ref') is None else \
                self.variables[name.get('var_ref')]
            matches = re.compile(names[0]).search if \
                name.get('operation') == 'pattern match' else \
                set(names).__contains__
            found = [self.rpminfo(fields)
                     for package, every in self.packages.items()
                     if matches(package) for fields in every]
        elif kind == 'rpmverifyfile_object':
            found = self.release_file()
        elif kind == 'uname_object':
            found = self.uname()
        flag = 'complete' if found else 'does not exist'
        refs = ''.join(f'<reference item_ref="{i}"/>' for i in found)
        self.objects.append(
            f'<object id="{node.get("id")}" '
            f'version="{node.get("version")}" flag="{flag}">{refs}</object>')

    def write(self, path):
        with open(path, 'w', encoding='utf-8') as out:
            out.write(
                '<?xml version="1.0" encoding="UTF-8"?>\n'
                f'<oval_system_characteristics xmlns="{SYSTEM}" '
                f'xmlns:oval="{COMMON}"><generator>'
                '<oval:schema_version>5.11.2</oval:schema_version>'
                '<oval:timestamp>2026-01-01T00:00:00</oval:timestamp>'
                '</generator><system_info><os_name>Linux</os_name>'
                '<os_version>1</os_version><architecture>x86_64'
                '</architecture><primary_host_name>machine'
                '</primary_host_name><interfaces/></system_info>\n'
                '<collected_objects>\n')
            out.write('\n'.join(self.objects))
            out.write('\n</collected_objects>\n<system_data>\n')
            out.write('\n'.join(self.items))
            out.write('\n</system_data>\n</oval_system_characteristics>\n')
