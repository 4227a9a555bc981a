# SPDX-License-Identifier: Apache-2.0
"""Benchmarks on a real server with a real agent: uploaded and validated,
chosen, run now and by schedule, kept on three levels, waived, compared."""
import hashlib
import os
import subprocess
import sys

import e2e
import scapdata
from e2e import check, equal, test
from e2e_enrolled import Fleet, begin, configure, query, run_now, state_of
from scapdata import X

OCTETS = {"Content-Type": "application/octet-stream"}


def upload(server, text, name="small.xml", **more):
    options = "".join("&%s=%s" % pair for pair in more.items())
    body = text if isinstance(text, bytes) else text.encode()
    return server.post("/api/v1/benchmarks?name=" + name + options, body,
                       headers=OCTETS)


def refused(server, text, **more):
    options = "".join("&%s=%s" % pair for pair in more.items())
    body = text if isinstance(text, bytes) else text.encode()
    status, _, problem = server.ask(
        "POST", "/api/v1/benchmarks?name=bad.xml" + options, body,
        headers=OCTETS)
    equal(status, 422)
    return problem["detail"]


def prepare(directory, server, agent, **more):
    scapdata.make_root(directory)
    begin(server, agent)
    return upload(server, scapdata.stream(**more))


def scan(server, content, name="small", profile="all", **more):
    scap = {"content": content["id"], "profile": X + "profile_" + profile}
    scap.update(more)
    return configure(server, name=name, scap=scap)


def finish(server, configuration):
    run = run_now(server, configuration["id"])
    server.wait_for(lambda: state_of(server, run) == ["done"], "the run")
    results = server.get("/api/v1/benchmark-results?run=%d" % run)["items"]
    equal(len(results), 1)
    return results[0]


def rules_of(server, result, more=""):
    items = server.get("/api/v1/benchmark-results/%d/rules?limit=1000%s" %
                       (result["id"], more))["items"]
    return {i["id"][len(X + "rule_"):]: i for i in items}


@test
def an_upload_is_validated_and_described__K_SCAP_5(directory):
    with Fleet(directory) as (server, _):
        text = scapdata.stream()
        digest = hashlib.sha256(text.encode()).hexdigest()
        made = upload(server, text, sha256=digest)
        equal((made["kind"], made["sha256"], made["size"]),
              ("benchmark", digest, len(text)))
        one = made["content"]["streams"][0]["benchmarks"][0]
        equal((one["id"], one["version"], one["status"], one["rules"]),
              (X + "benchmark_small", "1.0", "draft", len(scapdata.RULES)))
        equal(one["platforms"], ["cpe:/o:test:this"])
        check("digest" not in refused(server, "<a/>"))
        check("is not the one that was stated" in
              refused(server, text + "\n", sha256=digest))
        check("extends itself" in refused(server, text.replace(
            '<Profile id="xccdf_test_profile_all">',
            '<Profile id="xccdf_test_profile_all" '
            'extends="xccdf_test_profile_port">')))
        check("leads out" in refused(server, scapdata.bundle(
            {"../x.xml": text})))
        check("unpacks to more" in refused(server, scapdata.bundle(
            {"x.xml": "<a>" + " " * (64 << 20) + "</a>"})))
        equal(len(server.get("/api/v1/benchmarks")["items"]), 1)
        equal(upload(server, scapdata.bundle(), "b.zip")["content"]["form"],
              "bundle")
        equal(upload(server, scapdata.TAILORING, "t.xml")["kind"],
              "tailoring")


@test
def a_scan_gives_result_rules_and_scores__K_SCAP_10_11_12(directory):
    with Fleet(directory) as (server, agent):
        content = prepare(directory, server, agent)
        result = finish(server, scan(server, content))
        equal((result["benchmark"], result["profile"], result["applicable"]),
              (X + "benchmark_small", X + "profile_all", True))
        rules = rules_of(server, result)
        equal(rules["pass"]["result"], "pass")
        equal(rules["pass"]["idents"], ["CCE-10001-1"])
        equal(rules["fail"]["severity"], "medium")
        check("OCIL" in rules["ocil"]["message"])
        only = rules_of(server, result, "&result=fail&severity=medium")
        equal(list(only), ["fail"])
        equal(list(rules_of(server, result, "&search=CCE-10001")), ["pass"])
        counts = result["counts"]
        equal(sum(counts.values()), len(scapdata.RULES) + 1)
        for name, n in counts.items():
            items = server.get("/api/v1/benchmark-results/%d/rules?limit=1000"
                               "&result=%s" % (result["id"], name))["items"]
            equal((name, len(items)), (name, n))
        scores = server.get("/api/v1/benchmark-results/%d/scores" %
                            result["id"])["items"]
        equal(len(scores), 4)
        equal(scores[0]["score"], result["score"])


@test
def files_of_a_result_are_XCCDF_and_ARF__K_SCAP_8(directory):
    with Fleet(directory) as (server, agent):
        content = prepare(directory, server, agent)
        result = finish(server, scan(server, content))
        for name, schema in (
                ("xccdf", "xccdf/1.2/xccdf_1.2.xsd"),
                ("arf", "arf/1.1/asset-reporting-format_1.1.0.xsd")):
            path = os.path.join(directory, name)
            status, _, body = server.ask(
                "GET", "/api/v1/benchmark-results/%d/%s" %
                (result["id"], name))
            equal(status, 200)
            with open(path, "wb") as out:
                out.write(body if isinstance(body, bytes) else body.encode())
            schema = "/usr/share/openscap/schemas/" + schema
            if os.path.exists(schema):
                subprocess.run(["xmllint", "--noout", "--nonet", "--schema",
                                schema, path], check=True,
                               capture_output=True)


@test
def the_files_that_go_to_devices_are_shown__K_SCAP_7(directory):
    with Fleet(directory) as (server, agent):
        content = prepare(directory, server, agent)
        tailoring = upload(server, scapdata.TAILORING, "ours.xml")
        made = scan(server, content, profile="ours",
                    tailoring=tailoring["id"])
        equal(made["scap"]["tailoring"], tailoring["id"])
        files = server.get("/api/v1/configurations/%d/files" %
                           made["id"])["items"]
        equal([f["kind"] for f in files],
              ["pack", "benchmark", "tailoring"])
        equal(files[1]["sha256"], content["sha256"])
        rules = rules_of(server, finish(server, made))
        equal(rules["fail"]["result"], "notselected")
        equal(rules["value"]["result"], "fail")
        status, _, problem = server.ask(
            "DELETE", "/api/v1/benchmarks/%d" % content["id"])
        equal(status, 409)
        check("use it" in problem["detail"])


@test
def a_choice_of_nothing_is_refused_with_the_field__K_SCAP_6(directory):
    with Fleet(directory) as (server, _):
        content = upload(server, scapdata.stream())
        tailoring = upload(server, scapdata.TAILORING, "t.xml")
        for field, change in (("content", {"content": 99}),
                              ("content", {"content": tailoring["id"]}),
                              ("stream", {"stream": "nope"}),
                              ("benchmark", {"benchmark": "nope"}),
                              ("profile", {"profile": "nope"}),
                              ("tailoring", {"tailoring": content["id"]})):
            scap = {"content": content["id"], **change}
            status, _, problem = server.ask(
                "POST", "/api/v1/configurations",
                {"name": "x", "enabled": True, "while_logged_off": True,
                 "targets": {"systems": [""]}, "schedule": {"type": "none"},
                 "confirm_all": True, "scap": scap})
            equal((field, status), (field, 422))
            check(field in str(problem), problem)


@test
def scans_run_by_the_schedule_of_the_policy__K_SCAP_1(directory):
    with Fleet(directory) as (server, agent):
        content = prepare(directory, server, agent)
        configure(server, name="planned",
                  schedule={"type": "daily", "time": "03:00"},
                  scap={"content": content["id"],
                        "profile": X + "profile_all"})
        agent.stop()
        agent.start()
        agent.wait(lambda: agent.status()["schedules"] == 1)
        agent.wait(lambda: agent.status()["contents"] == 1)


@test
def a_waiver_is_seen_and_ends__K_SCAP_15(directory):
    with Fleet(directory) as (server, agent):
        content = prepare(directory, server, agent)
        result = finish(server, scan(server, content))
        waiver = {"rule": X + "rule_fail", "device": result["device"],
                  "reason": "until the new image",
                  "expires": "2099-01-01T00:00:00Z"}
        for field, change in (("reason", {"reason": " "}),
                              ("expires", {"expires":
                                           "2001-01-01T00:00:00Z"}),
                              ("device", {"device": 99}),
                              ("device", {"label": 1})):
            status, _, problem = server.ask("POST", "/api/v1/waivers",
                                            {**waiver, **change})
            equal((field, status), (field, 422))
            check(field in str(problem), problem)
        made = server.post("/api/v1/waivers", waiver)
        rule = rules_of(server, result)["fail"]
        equal((rule["result"], rule["shown"], rule["waiver"]["reason"]),
              ("fail", "fail (waived)", "until the new image"))
        equal(list(rules_of(server, result, "&waived=true")), ["fail"])
        equal(made["author"], rule["waiver"]["author"])
        equal(server.ask("DELETE", "/api/v1/waivers/%d" % made["id"])[0],
              204)
        equal(rules_of(server, result)["fail"]["shown"], "fail")
        label = server.post("/api/v1/labels", {"name": "old",
                                               "kind": "manual"})
        server.good("POST", "/api/v1/labels/%d/members" % label["id"],
                    {"add": [result["device"]]})
        server.post("/api/v1/waivers", {"rule": X + "rule_complex_and",
                                        "label": label["id"],
                                        "reason": "old machines",
                                        "expires": "2099-01-01T00:00:00Z"})
        equal(list(rules_of(server, result, "&waived=true")),
              ["complex_and"])


@test
def two_results_are_compared__K_SCAP_16(directory):
    with Fleet(directory) as (server, agent):
        content = prepare(directory, server, agent, platform="")
        configuration = scan(server, content)
        before = finish(server, configuration)
        scapdata.make_root(directory, **{"etc/mode": "mode=wild\n"})
        after = finish(server, configuration)
        path = "/api/v1/benchmark-results/%d/compare?with=%d&limit=1000" % (
            after["id"], before["id"])
        changes = {i["rule"][len(X + "rule_"):]: i["change"]
                   for i in server.get(path)["items"]}
        equal(changes["pass"], "newly_failing")
        equal(changes["fail"], "newly_passing")
        check("ocil" not in changes)
        same = server.get(path + "&change=unchanged")["items"]
        check(X + "rule_ocil" in [i["rule"] for i in same])
        back = server.get("/api/v1/benchmark-results/%d/compare?with=%d"
                          "&change=newly_failing" %
                          (before["id"], after["id"]))["items"]
        check(X + "rule_fail" in [i["rule"] for i in back])


@test
def all_of_it_is_a_command(directory):
    with Fleet(directory) as (server, agent):
        prepare(directory, server, agent)
        path = os.path.join(directory, "more.xml")
        with open(path, "w") as out:
            out.write(scapdata.stream())
        env = {"HOLDFAST_SERVER": "https://127.0.0.1:%d" %
               server.ports["api"], "HOLDFAST_TOKEN": server.token,
               "HOLDFAST_CA": os.path.join(server.data, "keys", "ca.pem")}

        def run(*arguments, code=0):
            done, out, err = e2e.run(*arguments, env=env)
            equal((arguments[:2], done, err), (arguments[:2], code, ""))
            return out
        run("benchmark", "add", path)
        check("more.xml" in run("benchmark", "list"))
        run("configuration", "add", "--name", "cis", "--enabled", "true",
            "--while-logged-off", "true", "--targets",
            '{"systems": [""]}', "--schedule", '{"type": "none"}',
            "--confirm-all", "true", "--scap",
            '{"content": 2, "profile": "%sprofile_all"}' % X)
        check("more.xml" in run("benchmark", "files", "1"))
        run("configuration", "run", "1")
        server.wait_for(lambda: query(
            server, "SELECT id FROM benchmark_result"), "a result")
        check("web-1" in run("benchmark", "results"))
        check("Rule fail" in run("benchmark", "rules", "1", "--result",
                                 "fail"))
        check("flat" in run("benchmark", "scores", "1"))
        check("<TestResult" in run("benchmark", "xccdf", "1"))
        check("asset-report-collection" in run("benchmark", "arf", "1"))
        run("waiver", "add", "--rule", X + "rule_fail", "--device", "1",
            "--reason", "known", "--expires", "2099-01-01T00:00:00Z")
        check("fail (waived)" in run("benchmark", "rules", "1", "--waived",
                                     "true"))
        check("known" in run("waiver", "list"))
        kept = os.path.join(directory, "data", "keeper", "benchmark")
        check(os.path.getsize(kept) > 0)


@test
def a_device_without_agent_is_not_scanned__K_OV_2(directory):
    with Fleet(directory) as (server, _):
        content = upload(server, scapdata.stream())
        server.post("/api/v1/devices", {"name": "printer"})
        run = run_now(server, scan(server, content)["id"])
        server.wait_for(
            lambda: state_of(server, run) == ["unavailable"], "the run")
        row = server.get("/api/v1/runs/%d/devices" % run)["items"][0]
        equal(row["text"], "not available: no agent")


@test
def another_organisation_sees_nothing_of_it(directory):
    with Fleet(directory) as (server, agent):
        content = prepare(directory, server, agent)
        finish(server, scan(server, content))
        equal(len(query(server, "SELECT id FROM benchmark_result")), 1)
        status, _, _ = server.ask("GET", "/api/v1/benchmark-results/99")
        equal(status, 404)


if __name__ == "__main__":
    e2e.TESTS[:] = [t for t in e2e.TESTS if t.__module__ == "__main__"]
    sys.exit(e2e.main())
