# SPDX-License-Identifier: Apache-2.0
"""Log-in through OpenID Connect (X-3), against a simulated provider that
lies in every way a relying party must notice."""
import time
import urllib.parse

from e2e import check, equal, main, test
from provider import CLIENT, SECRET, Provider
from server import Server


def prepare(server, provider):
    server.set_up()
    server.change_settings({
        "oidc.enabled": True, "oidc.issuer": provider.issuer,
        "oidc.client_id": CLIENT, "oidc.client_secret": SECRET,
        "oidc.ca": provider.authority,
        "server.url": "https://holdfast.example"})
    roles = {r["name"]: r["id"]
             for r in server.get("/api/v1/roles")["items"]}
    server.good("PUT", "/api/v1/group-roles", {"items": [
        {"source": "oidc", "group": "admins", "role": roles["reader"]}]})


def begin(server):
    """(the provider's URL, the cookie)"""
    status, headers, body = server.ask("POST", "/api/v1/sign-on/oidc", {},
                                       token="")
    equal(status, 200)
    return body["url"], headers["Set-Cookie"].split(";")[0]


def back(server, code, state, cookie):
    return server.ask("GET", "/api/v1/sign-on/oidc/callback?" +
                      urllib.parse.urlencode({"code": code, "state": state}),
                      headers={"Cookie": cookie}, token="")


def attempt(server, provider, **consent):
    url, cookie = begin(server)
    return back(server, *provider.consent(url, **consent), cookie)


@test
def a_person_of_the_provider_logs_in_with_roles_of_the_groups(directory):
    with Provider(directory) as provider, \
            Server(directory, outbound__allow="127.0.0.0/8,::1") as server:
        prepare(server, provider)
        status, headers, _ = attempt(server, provider)
        equal(status, 200)
        cookie = [c for c in headers.get_all("Set-Cookie")
                  if c.startswith("__Host-holdfast=")][0].split(";")[0]
        status, _, me = server.ask("GET", "/api/v1/session", token="",
                                   headers={"Cookie": cookie})
        equal((status, me["login"], me["source"], me["name"]),
              (200, "oda", "oidc", "Oda Example"))
        equal(attempt(server, provider)[0], 200)
        equal(server.get("/api/v1/users")["total"], 2)
        equal(attempt(server, provider, sub="2", groups=["others"],
                      preferred_username="eve")[0], 403)
        # Somebody else's subject does not get an account by its login.
        equal(attempt(server, provider, sub="3")[0], 403)
        equal(attempt(server, provider, sub="3",
                      preferred_username="admin")[0], 403)


@test
def a_state_is_good_once_and_in_one_browser(directory):
    with Provider(directory) as provider, \
            Server(directory, outbound__allow="127.0.0.0/8,::1") as server:
        prepare(server, provider)
        url, cookie = begin(server)
        code, state = provider.consent(url)
        equal(back(server, code, "x" * 43, cookie)[0], 403)
        equal(back(server, code, state, "a=b")[0], 403)
        equal(back(server, code, state, cookie)[0], 403)  # spent by that
        url, cookie = begin(server)
        code, state = provider.consent(url)
        equal(back(server, code, state, cookie)[0], 200)
        equal(back(server, code, state, cookie)[0], 403)
        # A code of another log-in does not fit the verifier.
        first, first_cookie = begin(server)
        second, second_cookie = begin(server)
        code, _ = provider.consent(first)
        _, state = provider.consent(second)
        equal(back(server, code, state, second_cookie)[0], 403)
        check(first_cookie != second_cookie)


@test
def tokens_that_are_not_right_are_refused(directory):
    with Provider(directory) as provider, \
            Server(directory, outbound__allow="127.0.0.0/8,::1") as server:
        prepare(server, provider)
        now = int(time.time())
        right = dict(provider.header)
        equal(attempt(server, provider)[0], 200)
        for claims in ({"aud": "another"}, {"aud": ["another"]}, {"aud": None},
                       {"aud": [CLIENT, "another"]},
                       {"aud": [CLIENT, "another"], "azp": "another"},
                       {"azp": "another"}, {"iss": "https://evil.example"},
                       {"iss": provider.issuer + "/"}, {"iss": None},
                       {"exp": now - 300}, {"exp": None}, {"exp": "soon"},
                       {"exp": now + 0.5}, {"iat": now + 900}, {"iat": None},
                       {"nbf": now + 900}, {"nonce": "another"},
                       {"nonce": None}, {"nonce": ""}, {"sub": None},
                       {"sub": ""}, {"sub": "x" * 300}):
            provider.claims = claims
            equal((attempt(server, provider)[0], claims), (403, claims))
        provider.claims = {"aud": [CLIENT, "another"], "azp": CLIENT}
        equal(attempt(server, provider)[0], 200)
        provider.claims = {}
        # Algorithm confusion, and none at all.
        for header, signer in (
                ({"alg": "none"}, lambda data: b""),
                ({"alg": "None", "kid": "key-1"}, lambda data: b"x"),
                ({"alg": "HS256", "kid": "key-1"}, provider.hs256),
                ({"alg": "HS256"}, provider.hs256),
                ({"alg": "RS512", "kid": "key-1"}, provider.rsa),
                ({"alg": "RS256", "kid": "key-1"}, lambda data: b"\0" * 256),
                ({"alg": "RS256", "kid": "key-1"}, lambda data: b"x"),
                ({"alg": "ES256", "kid": "key-1"}, provider.rsa),
                ({"alg": "PS256", "kid": "key-1"}, provider.rsa),
                ({**right, "crit": ["exp"]}, provider.rsa),
                ({**right, "kid": "another"}, provider.rsa),
                ({**right, "kid": "../key-1"}, provider.rsa),
                ({**right, "kid": 7}, provider.rsa),
                ({**right, "kid": ""}, provider.rsa)):
            provider.header, provider.signer = header, signer
            equal((attempt(server, provider)[0], header), (403, header))
        # A key of the token's own, inside the token.
        provider.header, provider.signer = right, None
        known = dict(provider.keys)
        provider.make_key("evil")
        evil, provider.keys = provider.keys["evil"], known
        provider.sign_with = "evil"
        for header in ({**right, "jwk": evil}, {**right, "kid": "evil"},
                       {"alg": "RS256", "jwk": evil},
                       {**right, "jku": provider.issuer + "/jwks"}):
            provider.header = header
            equal((attempt(server, provider)[0], header), (403, header))
        provider.header, provider.sign_with = right, "key-1"
        equal(attempt(server, provider)[0], 200)
        # A symmetric key in the provider's set is no key for us.
        provider.keys["oct"] = {"kty": "oct", "kid": "oct", "k": "AAAA"}
        provider.header = {"alg": "RS256", "kid": "oct"}
        equal(attempt(server, provider)[0], 403)


@test
def a_provider_is_held_to_its_name_and_to_https(directory):
    with Provider(directory) as provider, \
            Server(directory, outbound__allow="127.0.0.0/8,::1") as server:
        prepare(server, provider)
        for change in ({"issuer": "https://evil.example"},
                       {"token_endpoint": "http://localhost/token"},
                       {"jwks_uri": "file:///etc/passwd"},
                       {"authorization_endpoint": "javascript:alert(1)"}):
            provider.discovery = change
            equal(server.ask("POST", "/api/v1/sign-on/oidc", {},
                             token="")[0], 403)
        # Where the code is sent is not permitted (claim 28).
        provider.discovery = {}
        url, cookie = begin(server)
        provider.discovery = {"token_endpoint": "https://169.254.169.254/x"}
        equal(back(server, *provider.consent(url), cookie)[0], 403)


@test
def claim_26_the_secrets_are_in_no_log_and_no_answer(directory):
    with Provider(directory) as provider, \
            Server(directory, outbound__allow="127.0.0.0/8,::1",
                   log__level="debug") as server:
        prepare(server, provider)
        equal(attempt(server, provider)[0], 200)
        texts = [server.log()]
        for path in ("/api/v1/settings", "/api/v1/audit", "/api/v1/users",
                     "/api/v1/sessions?everyone=true"):
            texts.append(str(server.get(path)))
        for secret in (SECRET, server.token, "correct horse"):
            check(not any(secret in text for text in texts), secret)


if __name__ == "__main__":
    raise SystemExit(main())
