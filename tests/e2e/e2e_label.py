# SPDX-License-Identifier: Apache-2.0
"""Labels of a real server: members from a directory (slapd), smart labels
that are worked out in the background, and lists of many devices."""
import os
import sys
import urllib.parse

from directory import BASE, READER, READER_PASSWORD, Directory, SLAPD
from e2e import Skip, check, equal, main, test
from server import Server

HOSTS = "ou=hosts," + BASE


def settings(server, **values):
    """Sets settings; '__' stands for the dot."""
    tag = server.ask("GET", "/api/v1/settings")[1]["ETag"].strip('"')
    server.good("PATCH", "/api/v1/settings",
                {"values": {name.replace("__", "."): value
                            for name, value in values.items()}},
                headers={"If-Match": '"%s"' % tag.split("-")[0]})


def add_host(ldap, name):
    ldap.change("dn: cn=%s,%s\nchangetype: add\nobjectClass: device\n"
                "cn: %s\n" % (name, HOSTS, name))


def members(server, label):
    return sorted(m["name"] for m in
                  server.get("/api/v1/labels/%d/members" % label)["items"])


@test
def members_come_from_a_directory(directory):
    if not os.path.exists(SLAPD):
        raise Skip("slapd is not here")
    ldap = Directory(directory)
    ldap.fill({"ann": "ann-secret-7c41"}, {"admins": ["ann"]})
    with ldap, Server(directory, outbound__allow="127.0.0.0/8") as server:
        server.set_up()
        for name in ("web-1", "web-2", "db-1.example.net"):
            server.post("/api/v1/devices", {"name": name})
        label = server.post("/api/v1/labels", {
            "name": "from ldap", "kind": "ldap",
            "query": "ldap:///%s?cn?one?(objectClass=device)" % HOSTS})["id"]
        path = "/api/v1/labels/%d" % label
        server.wait_for(lambda: "no directory is set" in
                        server.get(path)["problem"], "the problem is told")
        ldap.change("dn: %s\nchangetype: add\nobjectClass: "
                    "organizationalUnit\nou: hosts\n" % HOSTS)
        for name in ("WEB-1.example.net", "db-1", "other"):
            add_host(ldap, name)
        settings(server, ldap__url=ldap.url, ldap__ca=ldap.authority,
                 ldap__bind_dn=READER, ldap__bind_password=READER_PASSWORD)
        # A smart label that asks for it follows.
        smart = server.post("/api/v1/labels", {
            "name": "rest", "kind": "smart",
            "query": "not label(\"from ldap\")"})["id"]
        server.good("POST", path + "/refresh")
        server.wait_for(lambda: members(server, label) ==
                        ["db-1.example.net", "web-1"], "the first members")
        equal(server.get(path)["problem"], "")
        server.wait_for(lambda: members(server, smart) == ["web-2"],
                        "what is left")
        ldap.change("dn: cn=db-1,%s\nchangetype: delete\n" % HOSTS)
        add_host(ldap, "web-2")
        server.good("POST", path + "/refresh")
        server.wait_for(lambda: members(server, label) == ["web-1", "web-2"],
                        "members that changed")
        # A directory that is gone leaves the members and is told.
        settings(server, ldap__bind_password="not the one")
        server.good("POST", path + "/refresh")
        server.wait_for(lambda: server.get(path)["problem"] != "",
                        "the second problem")
        equal(members(server, label), ["web-1", "web-2"])


@test
def what_is_allowed_is_not_reached_by_a_label(directory):
    """Claim 28: a setting reaches no address of the inside."""
    with Server(directory) as server:
        server.set_up()
        settings(server, ldap__url="ldap://127.0.0.1:1", ldap__tls="off")
        label = server.post("/api/v1/labels", {
            "name": "inside", "kind": "ldap",
            "query": "ldap:///dc=x?cn"})["id"]
        path = "/api/v1/labels/%d" % label
        server.wait_for(lambda: server.get(path)["problem"] != "", "a refusal")
        check("127.0.0.1" in server.get(path)["problem"] or
              "not" in server.get(path)["problem"], server.get(path)["problem"])


@test
def labels_are_worked_out_while_others_are_served(directory):
    with Server(directory) as server:
        server.set_up()
        for i in range(120):
            server.post("/api/v1/devices", {"name": "d-%03d" % i})
        label = server.post("/api/v1/labels", {
            "name": "tens", "kind": "smart", "query": 'name ~ "0$"'})["id"]
        path = "/api/v1/labels/%d" % label
        server.wait_for(lambda: not server.get(path)["pending"],
                        "it is worked out")
        equal(server.get(path)["members"], 12)
        query = urllib.parse.quote('label("tens") and name > "d"')
        status, _, body = server.ask("GET", "/api/v1/devices?filter=" + query)
        equal((status, body["errors"][0]["field"]), (422, "filter"))
        query = urllib.parse.quote('label("tens") and name ~ "^d-1"')
        answer = server.get("/api/v1/devices?sort=-name&filter=" + query)
        equal([d["name"] for d in answer["items"]], ["d-110", "d-100"])
        seen, after = [], ""
        while True:
            page = server.get("/api/v1/devices?limit=50&after=" +
                              urllib.parse.quote(after))
            seen += [d["name"] for d in page["items"]]
            equal(page["total"], 120)
            if not page["next"]:
                break
            after = page["next"]
        equal(seen, ["d-%03d" % i for i in range(120)])
        status, headers, text = server.ask("GET",
                                           "/api/v1/devices?format=csv")
        equal(status, 200)
        equal(len(text.split(b"\r\n")), 122)
        check("devices.csv" in headers["Content-Disposition"])


sys.exit(main())
