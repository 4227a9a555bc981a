# SPDX-License-Identifier: Apache-2.0
"""Log-in through SAML 2.0 (X-3), with a real identity provider:
SimpleSAMLphp, another implementation than ours and the simulator's."""
import urllib.parse

from e2e import check, equal, main, test
from php_provider import PhpProvider, available
from server import Server

if not available():
    print("1..0 # SKIP needs simplesamlphp, php-cli, php-xml, php-mbstring")
    raise SystemExit(0)

URL = "https://holdfast.example"
ENTITY = URL + "/api/v1/sign-on/saml/1/metadata"
CONSUMER = "/api/v1/sign-on/saml/1/consumer"


def post(server, fields, cookie):
    return server.ask(
        "POST", CONSUMER, urllib.parse.urlencode(fields).encode(),
        headers={"Cookie": cookie, "Sec-Fetch-Site": "cross-site",
                 "Content-Type": "application/x-www-form-urlencoded"},
        token="")


def begin(server):
    _, headers, body = server.ask("POST", "/api/v1/sign-on/saml", {}, token="")
    return body["url"], headers["Set-Cookie"].split(";")[0]


@test
def a_person_of_simplesamlphp_logs_in(directory):
    with PhpProvider(directory, ENTITY, URL + CONSUMER) as provider, \
            Server(directory, log__level="debug") as server:
        server.set_up()
        server.change_settings({
            "saml.enabled": True, "saml.metadata": provider.metadata(),
            "server.url": URL})
        roles = {r["name"]: r["id"]
                 for r in server.get("/api/v1/roles")["items"]}
        server.good("PUT", "/api/v1/group-roles", {"items": [
            {"source": "saml", "group": "admins", "role": roles["reader"]}]})
        url, cookie = begin(server)
        action, fields = provider.log_in(url, "oda")
        equal(action, URL + CONSUMER)
        status, headers, _ = post(server, fields, cookie)
        equal((status, server.log()[-2000:] if status != 200 else ""),
              (200, ""))
        session = [c for c in headers.get_all("Set-Cookie")
                   if c.startswith("__Host-holdfast=")][0].split(";")[0]
        me = server.ask("GET", "/api/v1/session", token="",
                        headers={"Cookie": session})[2]
        equal((me["login"], me["name"], me["source"]),
              ("oda", "Oda & Co <x>", "saml"))
        # The same person once more, without a password there.
        url, cookie = begin(server)
        _, again = provider.log_in(url, "oda")
        equal(post(server, {**fields, "RelayState": again["RelayState"]},
                   cookie)[0], 403)  # the response of before
        url, cookie = begin(server)
        _, again = provider.log_in(url, "oda")
        equal(post(server, again, cookie)[0], 200)
        equal(server.get("/api/v1/users")["total"], 2)
        # One letter of it is another one.
        url, cookie = begin(server)
        _, fields = provider.log_in(url, "oda")
        text = fields["SAMLResponse"]
        middle = len(text) // 2
        fields["SAMLResponse"] = text[:middle] + (
            "A" if text[middle] != "A" else "B") + text[middle + 1:]
        equal(post(server, fields, cookie)[0], 403)
        check("saml.refused" in server.log())


if __name__ == "__main__":
    raise SystemExit(main())
