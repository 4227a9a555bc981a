# SPDX-License-Identifier: Apache-2.0
"""People and rights against real services: LDAP log-in with slapd (X-3), and
what must not leak (claims 26 and 28)."""
import os
import shutil

from directory import BASE, READER, READER_PASSWORD, Directory, SLAPD
from e2e import Skip, check, equal, main, test
from server import PASSWORD, Refused, Server

PEOPLE = {"ann": "ann-secret-7c41", "bob": "bob-secret-88d2",
          "cat": "cat-secret-9fe3"}
GROUPS = {"admins": ["ann"], "readers": ["ann", "bob"]}


def settings(server, **values):
    """Sets settings; '__' stands for the dot."""
    revision = server.ask("GET", "/api/v1/settings")[1]["ETag"].strip('"')
    server.good("PATCH", "/api/v1/settings",
                {"values": {name.replace("__", "."): value
                            for name, value in values.items()}},
                headers={"If-Match": '"%s"' % revision.split("-")[0]})


def role(server, name):
    return next(r["id"] for r in server.get("/api/v1/roles")["items"]
                if r["name"] == name)


def group_roles(server, *pairs):
    server.good("PUT", "/api/v1/group-roles", {"items": [
        {"source": "ldap", "group": "cn=%s,ou=groups,%s" % (group, BASE),
         "role": role(server, name)} for group, name in pairs]})


def use(server, ldap, **more):
    settings(server, **{
        "ldap__enabled": True, "ldap__url": ldap.url,
        "ldap__ca": ldap.authority, "ldap__bind_dn": READER,
        "ldap__bind_password": READER_PASSWORD,
        "ldap__user_base": "ou=people," + BASE,
        "ldap__group_base": "ou=groups," + BASE, **more})
    group_roles(server, ("admins", "administrator"), ("readers", "reader"))


def refused(server, status, login, password):
    got, _, body = server.ask("POST", "/api/v1/session", {
        "login": login, "password": password, "bearer": True}, token="")
    equal((got, login), (status, login))
    return body


def token_of(server, login, password):
    return server.good("POST", "/api/v1/session", {
        "login": login, "password": password, "bearer": True},
        token="")["token"]


def begin(directory):
    if not os.path.exists(SLAPD):
        raise Skip("slapd is not here")
    ldap = Directory(directory)
    ldap.fill(PEOPLE, GROUPS)
    return ldap


@test
def accounts_of_a_directory_log_in_with_roles_of_their_groups(directory):
    with begin(directory) as ldap, \
            Server(directory, outbound__allow="127.0.0.0/8") as server:
        server.set_up()
        use(server, ldap)
        for url in (ldap.url, ldap.secure_url):
            settings(server, ldap__url=url)
            bob = token_of(server, "bob", PEOPLE["bob"])
            me = server.get("/api/v1/session", token=bob)
            equal((me["login"], me["name"], me["source"]),
                  ("bob", "Bob Example", "ldap"))
            check("user.read" not in me["permissions"])
        ann = token_of(server, "Ann", PEOPLE["ann"])
        equal(server.get("/api/v1/users", token=ann)["total"], 3)
        # No group of hers has a role.
        refused(server, 403, "cat", PEOPLE["cat"])
        equal(server.get("/api/v1/users")["total"], 3)
        # The local administrator is no business of the directory's.
        token_of(server, "admin", PASSWORD)
        # Groups are asked at each log-in.
        ldap.change("dn: cn=admins,ou=groups,%s\nchangetype: modify\n"
                    "add: member\nmember: uid=bob,ou=people,%s\n" %
                    (BASE, BASE))
        bob = token_of(server, "bob", PEOPLE["bob"])
        check("user.read" in
              server.get("/api/v1/session", token=bob)["permissions"])
        bob_id = next(u["id"] for u in server.get("/api/v1/users")["items"]
                      if u["login"] == "bob")
        server.good("PATCH", "/api/v1/users/%d" % bob_id, {"disabled": True},
                    headers={"If-Match": '"1"'})
        refused(server, 401, "bob", PEOPLE["bob"])


@test
def a_directory_is_not_talked_into_anything(directory):
    with begin(directory) as ldap, \
            Server(directory, outbound__allow="127.0.0.0/8") as server:
        server.set_up()
        use(server, ldap)
        wrong = refused(server, 401, "bob", "wrong")
        equal(refused(server, 401, "nobody", "wrong"), wrong)
        # An anonymous bind is no log-in.
        refused(server, 422, "bob", "")
        for login in ("*", "b*", "bob)(uid=*", "bob)(|(uid=*", "\\62ob",
                      "(uid=bob)", "*)(objectClass=*"):
            equal(refused(server, 401, login, PEOPLE["bob"]), wrong)
        # More than one account fits: none is taken.
        settings(server, ldap__user_filter="(objectClass=inetOrgPerson)")
        refused(server, 401, "bob", PEOPLE["bob"])
        settings(server, ldap__user_filter=None,
                 ldap__bind_password="not the one")
        refused(server, 502, "bob", PEOPLE["bob"])
        settings(server, ldap__bind_password=READER_PASSWORD)
        # Too many wrong passwords close the account for a while.
        token_of(server, "bob", PEOPLE["bob"])
        for _ in range(5):
            refused(server, 401, "bob", "wrong")
        refused(server, 401, "bob", PEOPLE["bob"])


@test
def passwords_go_to_the_directory_only_through_tls_that_is_checked(directory):
    with begin(directory) as ldap, \
            Server(directory, outbound__allow="127.0.0.0/8") as server:
        server.set_up()
        with open(os.path.join(server.data, "keys", "ca.pem")) as file:
            another = file.read()
        for url in (ldap.url, ldap.secure_url):
            use(server, ldap, ldap__url=url)
            token_of(server, "bob", PEOPLE["bob"])
            settings(server, ldap__ca=another)
            refused(server, 502, "bob", PEOPLE["bob"])
            settings(server, ldap__ca="no certificates")
            refused(server, 502, "bob", PEOPLE["bob"])
        settings(server, ldap__tls="off", ldap__url=ldap.url)
        token_of(server, "bob", PEOPLE["bob"])
        settings(server, ldap__url="http://localhost/")
        refused(server, 502, "bob", PEOPLE["bob"])


@test
def claim_28_a_directory_at_a_forbidden_address_is_not_asked(directory):
    with begin(directory) as ldap, Server(directory) as server:
        server.set_up()
        use(server, ldap)
        refused(server, 502, "bob", PEOPLE["bob"])
        server.wait_for(lambda: "not permitted" in server.log(),
                        "the reason in the log")
        settings(server, ldap__url="ldap://169.254.169.254")
        refused(server, 502, "bob", PEOPLE["bob"])
        settings(server, ldap__url="ldap://[::ffff:127.0.0.1]:%d" % ldap.port)
        refused(server, 502, "bob", PEOPLE["bob"])


@test
def a_courier_that_is_killed_is_started_again(directory):
    with begin(directory) as ldap, \
            Server(directory, outbound__allow="127.0.0.0/8") as server:
        server.set_up()
        use(server, ldap)
        old = server.kill("courier")
        server.wait_for(lambda: server.children().get("courier", old) != old,
                        "a new courier")
        server.wait_for(lambda: server.ask("POST", "/api/v1/session", {
            "login": "bob", "password": PEOPLE["bob"], "bearer": True},
            token="")[0] == 201, "a log-in")


if __name__ == "__main__":
    raise SystemExit(main())
