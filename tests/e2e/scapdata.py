# SPDX-License-Identifier: Apache-2.0
"""Small SCAP content of our own, with one rule for each thing that resolution
and evaluation do; and the root directory that it looks at."""
import io
import os
import zipfile

NAMES = """ xmlns:ds="http://scap.nist.gov/schema/scap/source/1.2"
 xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:cat="urn:oasis:names:tc:entity:xmlns:xml:catalog\""""
X = "xccdf_test_"

# What the file of settings says; a rule "port" wants its value.
FILES = {"etc/port": "port=22\n", "etc/mode": "mode=safe\n"}


def check(name, href="oval.xml", exports="", more=""):
    return """<check system="http://oval.mitre.org/XMLSchema/oval-definitions-5"
 %s>%s<check-content-ref href="%s"%s/></check>""" % (
        more, exports, href, ' name="oval:test:def:%s"' % name if name else "")


def rule(name, body, more="", head=""):
    return """<Rule id="%srule_%s" %s><title>Rule %s</title>
 %s%s</Rule>""" % (X, name, more, name, head, body)


OCIL = ('<check system="http://scap.nist.gov/schema/ocil/2">'
        '<check-content-ref href="ocil.xml"/></check>')
PORT = ('<check-export value-id="%svalue_port" '
        'export-name="oval:test:var:1"/>' % X)

RULES = [
    # name, what it shows, (result in the profile "all")
    rule("pass", check("1"), 'severity="high" weight="3"',
         '<ident system="https://ncp.nist.gov/cce">CCE-10001-1</ident>'),
    rule("fail", check("2"), 'severity="medium" weight="2"'),
    rule("value", check("3", exports=PORT), 'severity="low"'),
    rule("negate", check("2", more='negate="true"')),
    rule("ocil", OCIL),
    rule("none", ""),
    rule("two", OCIL + check("1")),
    rule("missing", check("99")),
    rule("vulnerable", check("4")),
    rule("unscored", check("1"), 'role="unscored"'),
    rule("unchecked", check("1"), 'role="unchecked"'),
    rule("other_system", check("1"), "",
         '<platform idref="cpe:/o:test:other"/>'),
    rule("this_system", check("1"), "",
         '<platform idref="cpe:/o:test:this"/>'),
    rule("language", check("1"), "",
         '<platform idref="#not_other"/>'),
    rule("requires_selected", check("1"), "",
         '<requires idref="%srule_pass"/>' % X),
    rule("requires_unselected", check("1"), "",
         '<requires idref="%srule_never"/>' % X),
    rule("conflicts_selected", check("1"), "",
         '<conflicts idref="%srule_pass"/>' % X),
    rule("never", check("1"), 'selected="false"'),
    rule("unknown", check("5")),
    rule("complex_and", '<complex-check operator="AND">%s%s</complex-check>' %
         (check("1"), check("2"))),
    rule("complex_or", '<complex-check operator="OR">%s%s</complex-check>' %
         (check("1"), check("2"))),
    rule("complex_not",
         '<complex-check operator="AND" negate="true">%s%s</complex-check>' %
         (check("1"), check("2"))),
    rule("multi", check("", href="multi.xml", more='multi-check="true"')),
    rule("selector", check("2") + check("1", more='selector="soft"')),
    rule("weightless", check("2"), 'weight="0"'),
]

# The peer overlooks a model that stands right behind another one.
MODELS = "\n".join('<model system="urn:xccdf:scoring:%s"/>' % m for m in (
    "default", "flat", "flat-unweighted", "absolute"))

BENCHMARK = """<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2"
 xmlns:lang="http://cpe.mitre.org/language/2.0" id="%(x)sbenchmark_small"
 resolved="1">
 <status date="2026-01-01">draft</status>
 <title>A small benchmark</title><description>For tests</description>
 <lang:platform-specification>
  <lang:platform id="not_other"><lang:logical-test operator="AND"
   negate="true"><lang:fact-ref name="cpe:/o:test:other"/>
  </lang:logical-test></lang:platform>
 </lang:platform-specification>
 %(platform)s
 <version>1.0</version>
 %(models)s
 <Profile id="%(x)sprofile_all"><title>All of it</title></Profile>
 <Profile id="%(x)sprofile_port" extends="%(x)sprofile_all">
  <title>Another port</title>
  <refine-value idref="%(x)svalue_port" selector="high"/>
  <refine-rule idref="%(x)srule_selector" selector="soft"/>
  <refine-rule idref="%(x)srule_fail" weight="10" severity="high"/>
 </Profile>
 <Profile id="%(x)sprofile_few"><title>A few</title>
  <select idref="%(x)sgroup_second" selected="false"/>
  <set-value idref="%(x)svalue_port">23</set-value>
 </Profile>
 <Value id="%(x)svalue_port" type="number" operator="equals">
  <title>The port</title><value>22</value>
  <value selector="high">8022</value></Value>
 <Group id="%(x)sgroup_first"><title>First</title>%(first)s</Group>
 <Group id="%(x)sgroup_second" weight="2"><title>Second</title>
  %(second)s</Group>
</Benchmark>"""

OVAL = """<oval_definitions
 xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5"
 xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5"
 xmlns:ind="http://oval.mitre.org/XMLSchema/oval-definitions-5#independent">
 <generator><oval:schema_version>5.11.2</oval:schema_version>
 <oval:timestamp>2026-01-02T03:04:05</oval:timestamp></generator>
 <definitions>%(definitions)s</definitions>
 <tests>%(tests)s
  <ind:unknown_test id="oval:test:tst:5" version="1" check="all"
   comment="nobody knows"/></tests>
 <objects>%(objects)s</objects>
 <states>
  <ind:textfilecontent54_state id="oval:test:ste:1" version="1">
   <ind:subexpression datatype="int" var_ref="oval:test:var:1"/>
  </ind:textfilecontent54_state>
 </states>
 <variables><external_variable id="oval:test:var:1" version="1"
  datatype="int" comment="the port"/></variables>
</oval_definitions>"""


def definition(number, test, kind="compliance"):
    return """<definition id="oval:test:def:%s" version="1" class="%s">
 <metadata><title>Definition %s</title><description>d</description></metadata>
 <criteria><criterion test_ref="oval:test:tst:%s" comment="c"/></criteria>
 </definition>""" % (number, kind, number, test)


def content_test(number, path, name, pattern, state=""):
    test = """<ind:textfilecontent54_test id="oval:test:tst:%s" version="1"
 check="all" check_existence="at_least_one_exists" comment="%s">
 <ind:object object_ref="oval:test:obj:%s"/>%s</ind:textfilecontent54_test>
""" % (number, name, number, state)
    thing = """<ind:textfilecontent54_object id="oval:test:obj:%s" version="1">
 <ind:path>%s</ind:path><ind:filename>%s</ind:filename>
 <ind:pattern operation="pattern match">%s</ind:pattern>
 <ind:instance datatype="int">1</ind:instance>
 </ind:textfilecontent54_object>""" % (number, path, name, pattern)
    return test, thing


def oval(numbers=None):
    rows = [content_test("1", "/etc", "mode", "^mode=safe$"),
            content_test("2", "/etc", "mode", "^mode=wild$"),
            content_test("3", "/etc", "port", "^port=([0-9]+)$",
                         '<ind:state state_ref="oval:test:ste:1"/>')]
    definitions = {"1": definition("1", "1"), "2": definition("2", "2"),
                   "3": definition("3", "3"),
                   "4": definition("4", "1", "vulnerability"),
                   "5": definition("5", "5"),
                   "6": definition("6", "2", "inventory")}
    return OVAL % {
        "definitions": "".join(definitions[n] for n in numbers or "12345"),
        "tests": "".join(r[0] for r in rows),
        "objects": "".join(r[1] for r in rows)}


DICTIONARY = """<cpe-list xmlns="http://cpe.mitre.org/dictionary/2.0">
 <cpe-item name="cpe:/o:test:this"><title xml:lang="en">This</title>
  <check system="http://oval.mitre.org/XMLSchema/oval-definitions-5"
   href="cpe-oval.xml">oval:test:def:1</check></cpe-item>
 <cpe-item name="cpe:/o:test:other"><title xml:lang="en">Other</title>
  <check system="http://oval.mitre.org/XMLSchema/oval-definitions-5"
   href="cpe-oval.xml">oval:test:def:6</check></cpe-item>
</cpe-list>"""

TAILORING = """<?xml version="1.0"?>
<Tailoring xmlns="http://checklists.nist.gov/xccdf/1.2"
 id="%(x)stailoring_ours"><version time="2026-01-01T00:00:00">1</version>
 <Profile id="%(x)sprofile_ours" extends="%(x)sprofile_all">
  <title>Ours</title>
  <select idref="%(x)srule_fail" selected="false"/>
  <set-value idref="%(x)svalue_port">2222</set-value>
 </Profile></Tailoring>""" % {"x": X}


def benchmark(platform='<platform idref="cpe:/o:test:this"/>', rules=None):
    rules = RULES if rules is None else rules
    half = len(rules) // 2
    return BENCHMARK % {"x": X, "platform": platform, "models": MODELS,
                        "first": "\n".join(rules[:half]),
                        "second": "\n".join(rules[half:])}


def component(name, text):
    return ('<ds:component id="scap_test_comp_%s" '
            'timestamp="2026-01-01T00:00:00">%s</ds:component>' %
            (name, text.split("?>\n")[-1]))


def ref(name, uris=()):
    rows = "".join('<cat:uri name="%s" uri="#scap_test_cref_%s"/>' % (u, u)
                   for u in uris)
    catalog = "<cat:catalog>%s</cat:catalog>" % rows if rows else ""
    return ('<ds:component-ref id="scap_test_cref_%s" '
            'xlink:href="#scap_test_comp_%s">%s</ds:component-ref>' %
            (name, name, catalog))


def stream(**more):
    """A source data stream of SCAP 1.3."""
    parts = {"xccdf.xml": benchmark(**more), "oval.xml": oval(),
             "multi.xml": oval("12"), "cpe-oval.xml": oval("16"),
             "cpe.xml": DICTIONARY}
    return """<?xml version="1.0" encoding="UTF-8"?>
<ds:data-stream-collection%s id="scap_test_collection_small"
 schematron-version="1.3">
 <ds:data-stream id="scap_test_datastream_small" scap-version="1.3"
  use-case="CONFIGURATION">
  <ds:dictionaries>%s</ds:dictionaries>
  <ds:checklists>%s</ds:checklists>
  <ds:checks>%s%s%s</ds:checks>
 </ds:data-stream>%s
</ds:data-stream-collection>
""" % (NAMES, ref("cpe.xml", ["cpe-oval.xml"]),
       ref("xccdf.xml", ["oval.xml", "multi.xml"]), ref("oval.xml"),
       ref("multi.xml"), ref("cpe-oval.xml"),
       "\n".join(component(n, t) for n, t in parts.items()))


def files():
    """The same as documents that lie beside each other."""
    return {"small-xccdf.xml": benchmark(), "oval.xml": oval(),
            "multi.xml": oval("12"), "cpe-oval.xml": oval("16"),
            "small-cpe-dictionary.xml": DICTIONARY}


def bundle(names=None):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (names or files()).items():
            archive.writestr(name, text)
    return out.getvalue()


def make_root(directory, **changed):
    root = os.path.join(directory, "root")
    for name, text in {**FILES, **changed}.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as out:
            out.write(text)
    return root
