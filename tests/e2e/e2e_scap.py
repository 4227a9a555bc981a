# SPDX-License-Identifier: Apache-2.0
"""holdfast scap on content of our own, and beside OpenSCAP where it is
installed: the same rule results, the same scores."""
import glob
import json
import os
import re
import shutil
import subprocess
import sys

import scapdata
from e2e import Skip, check, equal, main, run, test
from scapdata import X

EXPECTED = {
    "pass": "pass", "fail": "fail", "value": "pass", "negate": "pass",
    "ocil": "notchecked", "none": "notchecked", "two": "pass",
    "missing": "notchecked", "vulnerable": "fail",
    "unscored": "informational", "unchecked": "notchecked",
    "other_system": "notapplicable", "this_system": "pass",
    "language": "pass", "requires_selected": "pass",
    "requires_unselected": "notselected",
    "conflicts_selected": "notselected", "never": "notselected",
    "unknown": "unknown", "complex_and": "fail", "complex_or": "pass",
    "complex_not": "pass", "selector": "fail", "weightless": "fail",
}
SCHEMAS = "/usr/share/openscap/schemas"


def put(directory, name, text):
    path = os.path.join(directory, name)
    with open(path, "wb") as out:
        out.write(text if isinstance(text, bytes) else text.encode())
    return path


def evaluate(directory, content, *more, root=None):
    """root "/": this machine."""
    out = os.path.join(directory, "out.json")
    root = root or scapdata.make_root(directory)
    where = [] if root == "/" else ["--root", root]
    code, _, err = run("scap", "eval", *where, "--json", out, *more, content)
    equal((code, err), (0, ""))
    with open(out) as text:
        return json.load(text)


def results(answer):
    """Rule results by the short name of the rule, in a list each."""
    found = {}
    for rule in answer["rules"]:
        found.setdefault(rule["id"][len(X + "rule_"):], []).append(
            rule["result"])
    return found


def scores(answer):
    return {s["model"].split(":")[-1]: (s["score"], s["maximum"])
            for s in answer["scores"] if s["asked"]}


def expect(found, **changed):
    wanted = {**EXPECTED, **changed}
    for name, result in wanted.items():
        equal((name, found[name]), (name, [result]))


@test
def each_rule_has_the_result_that_the_standard_gives__K_SCAP_12(directory):
    content = put(directory, "ds.xml", scapdata.stream())
    answer = evaluate(directory, content, "--profile", "all")
    found = results(answer)
    expect(found)
    equal(found["multi"], ["pass", "fail"])
    equal(set(scores(answer)),
          {"default", "flat", "flat-unweighted", "absolute"})
    why = {r["id"][len(X + "rule_"):]: r["message"] for r in answer["rules"]}
    check("OCIL" in why["ocil"], why["ocil"])
    check("no definition" in why["missing"], why["missing"])
    check("cpe:/o:test:other" in why["other_system"], why["other_system"])
    check("requires" in why["requires_unselected"])


@test
def profiles_refine_values_rules_and_weights__K_SCAP_6(directory):
    content = put(directory, "ds.xml", scapdata.stream())
    answer = evaluate(directory, content, "--profile", X + "profile_port")
    expect(results(answer), value="fail", selector="pass")
    by_id = {r["id"]: r for r in answer["rules"]}
    equal(by_id[X + "rule_fail"]["severity"], "high")
    equal(by_id[X + "rule_fail"]["weight"], 10)
    equal(scores(answer)["flat"], (11, 26))
    found = results(evaluate(directory, content, "--profile", "few"))
    equal(found["value"], ["fail"])
    equal(found["complex_or"], ["notselected"])


@test
def a_tailoring_changes_what_a_profile_selects__K_SCAP_6(directory):
    content = put(directory, "ds.xml", scapdata.stream())
    tailoring = put(directory, "ours.xml", scapdata.TAILORING)
    answer = evaluate(directory, content, "--tailoring", tailoring,
                      "--profile", X + "profile_ours")
    expect(results(answer), value="fail", fail="notselected")


@test
def stream_bundle_and_files_give_the_same__K_SCAP_2(directory):
    content = put(directory, "ds.xml", scapdata.stream())
    archive = put(directory, "bundle.zip", scapdata.bundle())
    folder = os.path.join(directory, "files")
    os.mkdir(folder)
    for name, text in scapdata.files().items():
        put(folder, name, text)
    packed = put(directory, "ds.zip",
                 scapdata.bundle({"ds.xml": scapdata.stream(),
                                  "readme.txt": "read me"}))
    one = evaluate(directory, content)
    for other in (archive, os.path.join(folder, "small-xccdf.xml"), packed):
        equal(results(evaluate(directory, other)), results(one))


@test
def xccdf_1_1_is_read__K_SCAP_2(directory):
    text = scapdata.stream().replace("checklists.nist.gov/xccdf/1.2",
                                     "checklists.nist.gov/xccdf/1.1")
    expect(results(evaluate(directory, put(directory, "ds.xml", text))))


@test
def a_benchmark_for_another_system_says_so_in_one_line__K_SCAP_14(directory):
    content = put(directory, "ds.xml", scapdata.stream(
        platform='<platform idref="cpe:/o:test:other"/>'))
    answer = evaluate(directory, content)
    equal(answer["applicable"], False)
    check("cpe:/o:test:other" in answer["not_applicable"])
    code, out, _ = run("scap", "eval", "--root",
                       os.path.join(directory, "root"), content)
    equal(code, 0)
    equal(len([line for line in out.splitlines() if "apply" in line]), 1)
    check(len(out.splitlines()) < 12, out)


def xmllint(schema, path):
    if not shutil.which("xmllint") or not os.path.exists(schema):
        raise Skip("xmllint or the schemas are not installed")
    done = subprocess.run(["xmllint", "--noout", "--nonet", "--schema",
                           schema, path], capture_output=True)
    check(done.returncode == 0, done.stderr.decode()[-2000:])


@test
def results_are_valid_against_the_schemas__K_SCAP_8(directory):
    content = put(directory, "ds.xml", scapdata.stream())
    root = scapdata.make_root(directory)
    for option, schema in (
            ("--results", SCHEMAS + "/xccdf/1.2/xccdf_1.2.xsd"),
            ("--arf", SCHEMAS + "/arf/1.1/asset-reporting-format_1.1.0.xsd")):
        for profile in ("all", "few"):
            out = os.path.join(directory, "out.xml")
            code, _, err = run("scap", "eval", "--root", root, "--profile",
                               profile, option, out, content)
            equal((code, err), (0, ""))
            xmllint(schema, out)


@test
def the_page_shows_what_failed_and_runs_nothing_foreign(directory):
    evil = scapdata.stream().replace(
        "<title>Rule fail</title>",
        "<title>Rule &lt;script&gt;alert(1)&lt;/script&gt;</title>")
    out = os.path.join(directory, "out.html")
    code, _, err = run("scap", "eval", "--root",
                       scapdata.make_root(directory), "--report", out,
                       put(directory, "ds.xml", evil))
    equal((code, err), (0, ""))
    page = open(out).read()
    check("<script>alert" not in page)
    check("&lt;script&gt;alert" in page)
    check("Content-Security-Policy" in page)


@test
def a_report_is_made_of_results_alone(directory):
    content = put(directory, "ds.xml", scapdata.stream())
    root = scapdata.make_root(directory)
    wanted = evaluate(directory, content, "--profile", "all", root=root)
    for option in ("--results", "--arf"):
        out = os.path.join(directory, "out.xml")
        equal(run("scap", "eval", "--root", root, "--profile", "all", option,
                  out, content)[0], 0)
        code, text, err = run("scap", "report", "--json", "-", out, content)
        equal((code, err), (0, ""))
        answer = json.loads(text)
        equal(results(answer), results(wanted))
        equal(scores(answer), scores(wanted))
        equal((answer["profile"], answer["counts"]),
              (wanted["profile"], wanted["counts"]))
        code, text, err = run("scap", "report", out, content)
        equal((code, err), (0, ""))
        check("Rule fail" in text)
    if shutil.which("oscap"):
        oscap(directory, content, root, "--profile", X + "profile_all")
        code, text, err = run("scap", "report", "--json", "-",
                              os.path.join(directory, "oscap.xml"), content)
        equal((code, err), (0, ""))
        equal(json.loads(text)["counts"], wanted["counts"])
    code, _, err = run("scap", "report", content, content)
    equal(code, 3)
    check("TestResult" in err, err)


@test
def info_and_validate_describe_content__K_SCAP_5(directory):
    content = put(directory, "ds.xml", scapdata.stream())
    code, out, _ = run("scap", "info", "--json", "-", content)
    facts = json.loads(out)
    one = facts["streams"][0]["benchmarks"][0]
    equal((code, one["id"], one["version"], one["status"]),
          (0, X + "benchmark_small", "1.0", "draft"))
    equal([p["id"][len(X):] for p in one["profiles"]],
          ["profile_all", "profile_port", "profile_few"])
    code, out, _ = run("scap", "validate", content)
    equal(code, 0)
    check("def:99" in out, out)


BAD = [
    ("not XML", lambda s: s.replace("</ds:component>", "", 1), "ds.xml:"),
    ("a doctype", lambda s: s.replace("<ds:data-stream-collection",
                                      '<!DOCTYPE a [<!ENTITY b "c">]>\n'
                                      "<ds:data-stream-collection", 1),
     "ds.xml:"),
    ("no benchmark", lambda s: s.replace("<Benchmark", "<Bench").replace(
        "</Benchmark", "</Bench"), "no XCCDF benchmark"),
    ("a component twice", lambda s: s.replace(
        'id="scap_test_comp_multi.xml"', 'id="scap_test_comp_oval.xml"'),
     "twice"),
    ("a reference to nothing", lambda s: s.replace(
        'xlink:href="#scap_test_comp_oval.xml"', 'xlink:href="#nothing"'),
     "nothing"),
    ("a profile that extends itself", lambda s: s.replace(
        '<Profile id="xccdf_test_profile_all">',
        '<Profile id="xccdf_test_profile_all" '
        'extends="xccdf_test_profile_port">'), "extends itself"),
    ("a profile of nothing", lambda s: s.replace(
        'extends="xccdf_test_profile_all"', 'extends="xccdf_x_profile_y"'),
     "xccdf_x_profile_y"),
    ("a value of nothing", lambda s: s.replace(
        'value-id="xccdf_test_value_port"', 'value-id="xccdf_x_value_y"'),
     "xccdf_x_value_y"),
    ("a rule twice", lambda s: s.replace("rule_none", "rule_ocil"), "twice"),
    ("depth", lambda s: s.replace("<title>First</title>", "<a>" * 300 +
                                  "</a>" * 300), "deep"),
]


@test
def bad_content_is_refused_with_the_reason(directory):
    for what, change, reason in BAD:
        text = change(scapdata.stream())
        code, out, err = run("scap", "validate",
                             put(directory, "ds.xml", text))
        equal((what, code), (what, 3))
        check(reason in out + err, what, out, err)


@test
def a_profile_that_extends_itself_is_never_evaluated(directory):
    text = BAD[5][1](scapdata.stream())
    code, _, err = run("scap", "eval", "--root",
                       scapdata.make_root(directory), "--profile", "port",
                       put(directory, "ds.xml", text))
    equal(code, 3)
    check("extends itself" in err, err)


@test
def archives_that_lie_are_refused(directory):
    outside = os.path.join(directory, "outside.xml")
    for name in ("../outside.xml", "/outside.xml", "a/../../outside.xml",
                 "a\\..\\outside.xml", "C:outside.xml"):
        archive = put(directory, "x.zip",
                      scapdata.bundle({name: scapdata.stream()}))
        code, _, err = run("scap", "validate", archive)
        equal((name, code), (name, 3))
        check("outside" in err, err)
    check(not os.path.exists(outside))
    bomb = put(directory, "bomb.zip", scapdata.bundle(
        {"ds.xml": "<a>" + " " * (64 << 20) + "</a>"}))
    check(os.path.getsize(bomb) < 1 << 20)
    code, _, err = run("scap", "validate", bomb)
    equal(code, 3)
    check("unpacks to more" in err, err)
    whole = scapdata.bundle()
    for cut in (30, len(whole) // 2, len(whole) - 10):
        code, _, _ = run("scap", "validate",
                         put(directory, "cut.zip", whole[:cut]))
        equal(code, 3)
    damaged = bytearray(whole)
    damaged[len(whole) // 3] ^= 0xff
    code, _, _ = run("scap", "validate", put(directory, "d.zip",
                                             bytes(damaged)))
    equal(code, 3)


@test
def usage_mistakes_name_what_there_is(directory):
    content = put(directory, "ds.xml", scapdata.stream())
    root = scapdata.make_root(directory)
    code, _, err = run("scap", "eval", "--root", root, "--profile", "nope",
                       content)
    equal(code, 3)
    check(X + "profile_port" in err, err)
    code, _, err = run("scap", "eval", "--root", root, "--benchmark-id",
                       "nope", content)
    equal(code, 3)
    code, out, _ = run("scap", "eval", "--root", root, "--exit-code",
                       content)
    equal(code, 1)
    check("Rule fail" in out, out)


# --- beside OpenSCAP ---------------------------------------------------------

def oscap(directory, content, root, *more):
    if not shutil.which("oscap"):
        raise Skip("oscap is not installed")
    out = os.path.join(directory, "oscap.xml")
    if os.path.exists(out):
        os.unlink(out)
    env = dict(os.environ)
    if root != "/":
        env["OSCAP_PROBE_ROOT"] = root
    done = subprocess.run(["oscap", "xccdf", "eval", "--results", out, *more,
                           content], env=env, capture_output=True,
                          timeout=600)
    check(os.path.exists(out), done.stderr.decode()[-500:])
    text = open(out).read()
    text = text[text.rfind("<TestResult"):]
    rules = re.findall(r'<rule-result idref="([^"]+)"[^>]*>.*?'
                       r"<result>(\w+)</result>", text, re.S)
    found = dict(re.findall(r'<score system="[^"]*?([^":]+)"[^>]*>'
                            r"([\d.]+)</score>", text))
    return rules, found


def compare(directory, content, root, *more):
    theirs, their_scores = oscap(directory, content, root, *more)
    answer = evaluate(directory, content, *more, root=root)
    ours = [(r["id"], r["result"]) for r in answer["rules"]]
    # The results of one rule (multi-check) have no order.
    found = set(ours) ^ set(theirs)
    check(len(ours) == len(theirs) and not found,
          len(ours), len(theirs), sorted(found)[:20])
    mine = scores(answer)
    for name, score in their_scores.items():
        check(abs(mine[name][0] - float(score)) < 0.01, name, mine[name],
              score)
    return len(ours)


@test
def rules_and_scores_are_those_of_OpenSCAP__K_SCAP_13(directory):
    # The peer leaves a refined weight out of its scores (NISTIR 7275, 6.5.3:
    # refine-rule overrides the weight), so here none is refined.
    content = put(directory, "ds.xml", scapdata.stream().replace(
        ' weight="10" severity="high"/>', ' severity="high"/>'))
    root = scapdata.make_root(directory)
    for profile in ("all", "port", "few"):
        compare(directory, content, root, "--profile",
                X + "profile_" + profile)
    compare(directory, content, root)


@test
def published_content_gives_what_OpenSCAP_gives__K_SCAP_13(directory):
    """Profiles of the Debian guide on this machine, with the platform of the
    benchmark taken out: otherwise nothing might apply. A root is no use: the
    peer's package probe does not look into one."""
    guides = glob.glob("/usr/share/xml/scap/ssg/content/ssg-debian11-ds.xml")
    if not guides:
        raise Skip("ssg-debian is not installed")
    content = put(directory, "ssg.xml", "".join(
        line for line in open(guides[0])
        if '<xccdf-1.2:platform idref="cpe:/o:' not in line))
    rules = 0
    for profile in ("standard", "anssi_np_nt28_high"):
        for attempt in range(3):  # other tests may change the machine
            try:
                rules += compare(
                    directory, content, "/", "--profile",
                    "xccdf_org.ssgproject.content_profile_" + profile)
                break
            except AssertionError:
                if attempt == 2:
                    raise
    print("# %d rule results agree" % rules)


if __name__ == "__main__":
    sys.exit(main())
