# SPDX-License-Identifier: Apache-2.0
"""Advisories over the API: files are uploaded, read by the reader process,
listed, and sources that disagree stand side by side."""
import gzip
import os

from e2e import check, equal, main, test
from server import Server

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(HERE, "..", "..", "fuzz", "corpus", "advisory_import")
REAL = os.path.join(HERE, "..", "..", "..", "shared", "data", "oval", "redhat",
                    "com.redhat.rhsa-RHEL9.xml")
BYTES = {"Content-Type": "application/octet-stream"}


def corpus(name):
    with open(os.path.join(CORPUS, name), "rb") as file:
        return file.read()


def upload(server, name, body, more=""):
    return server.ask("POST", "/api/v1/advisories?name=" + name + more, body,
                      headers=BYTES)


@test
def uploads_add_to_what_is_in_use_or_change_nothing(directory):
    with Server(directory) as server:
        server.set_up()
        equal(server.get("/api/v1/advisories")["items"], [])
        status, _, said = upload(server, "list", corpus("dsa"))
        equal((status, said["format"]), (201, "dsa"))
        dsas = server.get("/api/v1/advisories")["items"]
        check(len(dsas) > 0)
        # Another source, compressed; the first stays.
        status, _, said = upload(server, "oval.xml.gz",
                                 gzip.compress(corpus("oval")))
        equal((status, said), (201, {"format": "oval", "advisories": 1,
                                     "source": "OVAL com.example"}))
        both = server.get("/api/v1/advisories")["items"]
        equal(len(both), len(dsas) + 1)
        # Bad: a torn document, no advisories at all.
        for body in (corpus("oval")[:900], b"<oval", b"\x00" * 5000):
            status, _, said = upload(server, "bad.xml", body)
            equal(status, 422)
            check("bad.xml" in said["detail"], said)
        equal(server.get("/api/v1/advisories")["items"], both)
        # Found by text, CVE, source, level; page by page.
        found = server.get("/api/v1/advisories?cve=CVE-2023-2001"
                           "&source=OVAL%20com.example&level=important")
        equal([one["id"] for one in found["items"]], ["EXSA-2023:9"])
        seen, after = [], ""
        while after is not None:
            page = server.get("/api/v1/advisories?limit=1" + after)
            seen += page["items"]
            after = page["next"] and "&after=" + page["next"]
        equal(seen, both)
        actions = [e["action"] for e in
                   server.get("/api/v1/audit")["items"]]
        equal(actions.count("advisories.uploaded"), 2)


@test
def sources_that_disagree_stand_side_by_side(directory):
    with Server(directory) as server:
        server.set_up()
        for name in ("dsa", "tracker", "oval"):
            equal(upload(server, name, corpus(name))[0], 201)
        sources = {s["name"] for s in
                   server.get("/api/v1/advisory/sources")["sources"]}
        check("OVAL com.example" in sources, sources)
        check(len(sources) == 3, sources)
        said = server.get("/api/v1/cve?id=CVE-2023-2001")["statements"]
        check(len({one["source"] for one in said}) >= 2, said)


@test
def real_patch_definitions_are_taken(directory):
    if not os.path.exists(REAL):
        return
    with Server(directory) as server, open(REAL, "rb") as file:
        server.set_up()
        status, _, said = upload(server, "rhel9.xml", file.read())
        equal((status, said["advisories"]), (201, 222))
        one = server.get("/api/v1/advisory?id=RHBA-2022:5749")["advisories"][0]
        check({"package": "dotnet-host", "release": "rhel:9",
               "fixed": "6.0.7-1.el9_0"}.items() <=
              {p["package"]: p for p in one["packages"]}["dotnet-host"]
              .items())


if __name__ == "__main__":
    main()
