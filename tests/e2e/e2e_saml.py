# SPDX-License-Identifier: Apache-2.0
"""Log-in through SAML 2.0 (X-3), against a simulated identity provider that
lies in every way a service provider must notice."""
import os
import time
import urllib.parse

from e2e import check, equal, main, test
from server import Server

try:
    import xmlsec
    from lxml import etree
    from saml_provider import (DS, NS, SamlProvider, parse_request, q, stamp,
                               wrappings)
except ImportError as missing:
    print("1..0 # SKIP needs python3-lxml and python3-xmlsec: %s" % missing)
    raise SystemExit(0)

URL = "https://holdfast.example"
CONSUMER = "/api/v1/sign-on/saml/1/consumer"


class Rig:
    """A server with a clock of its own and a provider that keeps to it."""
    def __init__(self, directory, **settings):
        self.clock_file = os.path.join(directory, "clock")
        self.offset = 0
        self.jump(0)
        self.provider = SamlProvider(directory, self.now)
        self.server = Server(directory, clock=self.clock_file,
                             log__level="debug")
        self.wanted = settings

    def jump(self, seconds):
        self.offset += seconds
        with open(self.clock_file, "w") as file:
            file.write("%d\n" % self.offset)

    def now(self):
        return int(time.time()) + self.offset

    def set(self, **values):
        self.server.change_settings({
            name.replace("__", "."): v for name, v in values.items()})

    def __enter__(self):
        self.server.start()
        self.server.set_up()
        self.set(saml__enabled=True, saml__metadata=self.provider.metadata(),
                 server__url=URL, **self.wanted)
        roles = {r["name"]: r["id"]
                 for r in self.server.get("/api/v1/roles")["items"]}
        self.server.good("PUT", "/api/v1/group-roles", {"items": [
            {"source": "saml", "group": "admins", "role": roles["reader"]}]})
        return self

    def __exit__(self, *_):
        self.server.stop()

    def begin(self):
        """(the provider's URL, the cookie)"""
        status, headers, body = self.server.ask(
            "POST", "/api/v1/sign-on/saml", {}, token="")
        equal((status, body if status != 200 else ""), (200, ""))
        cookie = headers["Set-Cookie"]
        check("SameSite=None" in cookie and "Secure" in cookie and
              "HttpOnly" in cookie, cookie)
        return body["url"], cookie.split(";")[0]

    def post(self, response, relay, cookie, path=CONSUMER):
        form = {"SAMLResponse": response, "RelayState": relay}
        return self.server.ask(
            "POST", path, urllib.parse.urlencode(form).encode(),
            headers={"Cookie": cookie, "Sec-Fetch-Site": "cross-site",
                     "Origin": "https://idp.example", "Content-Type":
                     "application/x-www-form-urlencoded"}, token="")

    def attempt(self, make):
        """make(url) gives a response; how the server answers it."""
        url, cookie = self.begin()
        response = make(url)
        if not isinstance(response, str):
            response = self.provider.pack(response)
        return self.post(response, parse_request(url)[1], cookie)

    def good(self, **more):
        return self.attempt(lambda url: self.provider.signed(url, **more))

    def refused(self, make, reason):
        before = len(self.server.log())
        status = self.attempt(make)[0]
        self.told(before, status, reason)

    def refused_start(self, reason):
        before = len(self.server.log())
        self.told(before, self.server.ask("POST", "/api/v1/sign-on/saml", {},
                                          token="")[0], reason)

    def told(self, before, status, reason):
        log = self.server.wait_for(
            lambda: "saml.refused" in self.server.log()[before:] and
            self.server.log()[before:], "a refusal in the log")
        equal((status, reason in log, reason, log if reason not in log
               else ""), (403, True, reason, ""))


@test
def a_person_of_the_provider_logs_in_with_roles_of_the_groups(directory):
    with Rig(directory) as rig:
        server = rig.server
        status, headers, _ = rig.good()
        equal(status, 200)
        cookie = [c for c in headers.get_all("Set-Cookie")
                  if c.startswith("__Host-holdfast=")][0].split(";")[0]
        status, _, me = server.ask("GET", "/api/v1/session", token="",
                                   headers={"Cookie": cookie})
        equal((status, me["login"], me["source"], me["name"]),
              (200, "oda", "saml", "Oda Example"))
        equal(rig.good()[0], 200)
        equal(server.get("/api/v1/users")["total"], 2)
        # No group of theirs has a role here.
        equal(rig.good(name_id="person-2", attributes={
            "groups": ["others"], "uid": ["eve"]})[0], 403)
        # Somebody else's subject does not get an account by its login.
        equal(rig.good(name_id="person-3")[0], 403)
        equal(rig.good(name_id="person-3",
                       attributes={"uid": ["admin"]})[0], 403)
        # A name that is made anew each time is nobody's.
        rig.refused(lambda url: rig.provider.signed(
            url, format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"),
            "saml.subject_attribute")
        rig.set(saml__subject_attribute="id")
        equal(rig.good(attributes={"id": ["person-1"]})[0], 200)
        rig.refused(rig.provider.signed, "not exactly one value")
        rig.refused(lambda url: rig.provider.signed(
            url, attributes={"id": ["person-1", "person-2"]}),
            "not exactly one value")


@test
def the_metadata_and_the_request_are_what_the_standard_says(directory):
    with Rig(directory) as rig:
        status, headers, body = rig.server.ask(
            "GET", "/api/v1/sign-on/saml/1/metadata", token="")
        equal((status, headers["Content-Type"]),
              (200, "application/samlmetadata+xml"))
        root = etree.fromstring(body)
        md = "{urn:oasis:names:tc:SAML:2.0:metadata}"
        role = root.find(md + "SPSSODescriptor")
        equal(root.get("entityID"), URL + "/api/v1/sign-on/saml/1/metadata")
        equal(role.get("WantAssertionsSigned"), "true")
        equal(role.find(md + "AssertionConsumerService").get("Location"),
              URL + CONSUMER)
        equal(rig.server.ask("GET", "/api/v1/sign-on/saml/9/metadata",
                             token="")[0], 404)
        url, _ = rig.begin()
        request, relay, query = parse_request(url)
        equal(request.get("Destination"), "https://idp.example/sso")
        equal(request.findtext(q("saml", "Issuer")), root.get("entityID"))
        check(len(relay) <= 80 and "Signature" not in query, query)
        # Signed, when there is a key.
        ours = rig.provider.make_key("ours", "rsa:2048")
        with open(ours + ".key") as key, open(ours + ".pem") as pem:
            rig.set(saml__key=key.read(), saml__certificate=pem.read(),
                    saml__entity="urn:holdfast")
        url, cookie = rig.begin()
        query = urllib.parse.urlsplit(url).query
        signed, _, signature = query.rpartition("&Signature=")
        check("SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256" in signed,
              query)
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_file(ours + ".pem",
                                           xmlsec.KeyFormat.CERT_PEM)
        import base64
        context.verify_binary(
            signed.encode(), xmlsec.Transform.RSA_SHA256,
            base64.b64decode(urllib.parse.unquote(signature)))
        body = rig.server.ask("GET", "/api/v1/sign-on/saml/1/metadata",
                              token="")[2]
        check(rig.provider.certificate(ours).encode() in body, body)
        equal(rig.post(*rig.provider.consent(url), cookie)[0], 200)


@test
def a_response_answers_this_browsers_request_once(directory):
    with Rig(directory) as rig:
        provider = rig.provider
        url, cookie = rig.begin()
        response, relay = provider.consent(url)
        equal(rig.post(response, "x" * 43, cookie)[0], 403)
        equal(rig.post(response, relay, "a=b")[0], 403)
        equal(rig.post(response, relay, cookie)[0], 403)  # spent by that
        url, cookie = rig.begin()
        response, relay = provider.consent(url)
        equal(rig.post(response, relay, cookie)[0], 200)
        equal(rig.post(response, relay, cookie)[0], 403)  # replay
        # A response to the request of another browser.
        theirs, _ = rig.begin()
        mine, my_cookie = rig.begin()
        before = len(rig.server.log())
        status = rig.post(provider.consent(theirs)[0],
                          parse_request(mine)[1], my_cookie)[0]
        rig.told(before, status, "does not answer this browser's request")
        # One of the two places names another request.
        for path in (".", ".//" + q("saml", "SubjectConfirmationData")):
            def make(url, path=path):
                root = provider.build(provider.facts(url))
                root.find(path).set("InResponseTo", "_another")
                provider.sign(root.find(q("saml", "Assertion")))
                return root
            rig.refused(make, "does not answer this browser's request")

            def make_none(url, path=path):
                root = provider.build(provider.facts(url))
                del root.find(path).attrib["InResponseTo"]
                provider.sign(root.find(q("saml", "Assertion")))
                return root
            rig.refused(make_none, "does not answer this browser's request")
        # Of another organisation.
        equal(rig.post(response, relay, cookie,
                       "/api/v1/sign-on/saml/7/consumer")[0], 404)


@test
def log_ins_that_begin_at_the_provider_are_refused_unless_allowed(directory):
    with Rig(directory) as rig:
        provider = rig.provider

        def unsolicited(**more):
            root = provider.build({**provider.facts(
                None, destination=URL + CONSUMER, recipient=URL + CONSUMER,
                audience=URL + "/api/v1/sign-on/saml/1/metadata"), **more})
            provider.sign(root.find(q("saml", "Assertion")))
            return provider.pack(root)

        equal(rig.post(unsolicited(), "", "")[0], 403)
        rig.set(saml__unsolicited=True)
        response = unsolicited()
        equal(rig.post(response, "", "")[0], 200)
        before = len(rig.server.log())
        rig.told(before, rig.post(response, "", "")[0], "used before")
        # Not one that answers somebody's request.
        url, _ = rig.begin()
        before = len(rig.server.log())
        rig.told(before, rig.post(provider.consent(url)[0], "", "")[0],
                 "answers a request that is not known here")
        # A log-in that began here is still held to its browser.
        url, cookie = rig.begin()
        equal(rig.post(unsolicited(), parse_request(url)[1], "a=b")[0], 403)
        # What was used is remembered as long as it would be good.
        rig.jump(200)
        before = len(rig.server.log())
        rig.told(before, rig.post(response, "", "")[0], "used before")
        rig.jump(400)
        before = len(rig.server.log())
        rig.told(before, rig.post(response, "", "")[0], "not valid any more")


@test
def what_a_response_says_is_held_to_the_standard(directory):
    with Rig(directory) as rig:
        now = rig.now
        for facts, reason in (
                ({"audience": "https://other.example"}, "another audience"),
                ({"audience": None}, "does not say for whom"),
                ({"audience": ""}, "another audience"),
                ({"recipient": "https://other.example/acs"},
                 "another recipient"),
                ({"recipient": URL + CONSUMER + "/"}, "another recipient"),
                ({"destination": "https://other.example/acs"},
                 "another address"),
                ({"issuer": "https://evil.example"}, "another issuer"),
                ({"after": stamp(now() - 61)}, "not valid any more"),
                ({"confirm_after": stamp(now() - 61)}, "not valid any more"),
                ({"before": stamp(now() + 120)}, "not valid yet"),
                ({"now": stamp(now() + 120)}, "not valid yet"),
                ({"after": "soon"}, "not a time"),
                ({"after": "2040-01-01T00:00:00+05:00"}, "not a time"),
                ({"method":
                  "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"},
                 "not for who brings it"),
                ({"name_id": ""}, "no NameID"),
                ({"status": "urn:oasis:names:tc:SAML:2.0:status:Requester"},
                 "the provider refused")):
            rig.refused(lambda url, facts=facts:
                        rig.provider.signed(url, **facts), reason)

        def no_end(url):
            root = rig.provider.build(rig.provider.facts(url))
            data = root.find(".//" + q("saml", "SubjectConfirmationData"))
            del data.attrib["NotOnOrAfter"]
            rig.provider.sign(root.find(q("saml", "Assertion")))
            return root
        rig.refused(no_end, "does not say until when")

        def new_condition(url):
            root = rig.provider.build(rig.provider.facts(url))
            etree.SubElement(root.find(".//" + q("saml", "Conditions")),
                             q("saml", "Condition"))
            rig.provider.sign(root.find(q("saml", "Assertion")))
            return root
        rig.refused(new_condition, "condition that is not known")
        # A clock that differs by less than a minute.
        equal(rig.good(after=stamp(now() - 20))[0], 200)
        # A response that waited.
        url, cookie = rig.begin()
        response, relay = rig.provider.consent(url)
        rig.jump(400)
        before = len(rig.server.log())
        rig.told(before, rig.post(response, relay, cookie)[0],
                 "not valid any more")
        equal(rig.good()[0], 200)


@test
def signatures_are_of_the_provider_and_of_known_algorithms(directory):
    with Rig(directory) as rig:
        provider = rig.provider
        other = provider.make_key("other", "rsa:2048")

        def signed(root=None, **how):
            def make(url):
                root = provider.build(provider.facts(url))
                provider.sign(root.find(q("saml", "Assertion")), **how)
                return root
            return make

        rig.refused(lambda url: provider.build(provider.facts(url)),
                    "the assertion is not signed")

        def only_response(url):
            root = provider.build(provider.facts(url))
            provider.sign(root)
            return root
        rig.refused(only_response, "the assertion is not signed")
        rig.refused(signed(key=other), "not of a key of the provider")

        def brings_key(url):
            root = provider.build(provider.facts(url))
            template = provider.sign(root.find(q("saml", "Assertion")),
                                     key=other)
            info = etree.SubElement(template, q("ds", "KeyInfo"))
            data = etree.SubElement(info, q("ds", "X509Data"))
            etree.SubElement(data, q("ds", "X509Certificate")).text = \
                provider.certificate(other)
            return root
        rig.refused(brings_key, "not of a key of the provider")

        def points(url):
            root = provider.signed(url)
            info = etree.SubElement(root.find(".//" + q("ds", "Signature")),
                                    q("ds", "KeyInfo"))
            etree.SubElement(info, q("ds", "RetrievalMethod"),
                             URI="file:///etc/passwd")
            return root
        rig.refused(points, "points elsewhere")

        # Algorithm confusion: the public certificate as a shared secret.
        with open(provider.key + ".pem", "rb") as file:
            secret = xmlsec.Key.from_binary_data(xmlsec.KeyData.HMAC,
                                                 file.read())
        rig.refused(signed(key=secret,
                           method=xmlsec.Transform.HMAC_SHA256),
                    "is not allowed")
        rig.refused(signed(method=xmlsec.Transform.RSA_SHA1),
                    "rsa-sha1 is not allowed")
        rig.refused(signed(digest=xmlsec.Transform.SHA1),
                    "sha1 is not allowed")
        for transform in ("http://www.w3.org/TR/1999/REC-xpath-19991116",
                          "http://www.w3.org/TR/1999/REC-xslt-19991116"):
            def transformed(url, transform=transform):
                root = provider.signed(url)
                root.findall(".//" + q("ds", "Transform"))[1].set(
                    "Algorithm", transform)
                return root
            rig.refused(transformed, "second transform")
        rig.refused(signed(transforms=(xmlsec.Transform.ENVELOPED,)),
                    "not exclusively canonical")

        # The response's own signature counts, too, when it is there.
        def both(url, key=None):
            root = provider.signed(url)
            provider.sign(root, key=key)
            return root
        equal(rig.attempt(both)[0], 200)
        rig.refused(lambda url: both(url, other),
                    "not of a key of the provider")

        # What was changed after it was signed.
        def changed(path, text):
            def make(url):
                root = provider.signed(url)
                root.find(".//" + path).text = text
                return root
            return make
        for path in (q("saml", "NameID"), q("saml", "AttributeValue"),
                     q("ds", "DigestValue"), q("ds", "SignatureValue")):
            rig.refused(changed(path, "aaaa"), "not of a key of the provider")

        # Other good keys: a second one of the metadata, a curve, SHA-512.
        curve = provider.make_key("curve", "ec", "-pkeyopt",
                                  "ec_paramgen_curve:prime256v1")
        rig.set(saml__metadata=provider.metadata(other, curve, provider.key))
        equal(rig.attempt(signed(key=other))[0], 200)
        equal(rig.attempt(signed(method=xmlsec.Transform.RSA_SHA512,
                                 digest=xmlsec.Transform.SHA512))[0], 200)
        rig.refused(signed(key=curve, method=xmlsec.Transform.ECDSA_SHA256),
                    "is not allowed")
        # A key that the metadata does not name any more.
        rig.set(saml__metadata=provider.metadata(provider.key))
        rig.refused(signed(key=other), "not of a key of the provider")
        # Where the administrator must live with old ones.
        rig.set(saml__sha1=True)
        equal(rig.attempt(signed(method=xmlsec.Transform.RSA_SHA1,
                                 digest=xmlsec.Transform.SHA1))[0], 200)
        # Keys of another kind verify nothing.
        rig.set(saml__metadata=provider.metadata(curve))
        rig.refused_start("of an RSA key")
        # Keys that are too short to trust.
        short = provider.make_key("short", "rsa:1024")
        rig.set(saml__metadata=provider.metadata(short))
        rig.refused_start("fewer than 2048 bits")


@test
def signature_wrapping_is_refused(directory):
    with Rig(directory) as rig:
        url, _ = rig.begin()
        names = list(wrappings(rig.provider.signed(url)))
        check(len(names) >= 11, names)
        for name in names:
            rig.refused(lambda url, name=name:
                        wrappings(rig.provider.signed(url))[name], "")
        equal(rig.server.get("/api/v1/users")["total"], 1)
        equal(rig.good()[0], 200)


@test
def what_two_readers_could_read_differently_is_refused(directory):
    with Rig(directory) as rig:
        provider = rig.provider

        def text(change):
            return lambda url: provider.pack(
                change(etree.tostring(provider.signed(url))))

        # The truncation attack: canonical XML leaves comments out.
        def comment(url):
            root = provider.signed(url, name_id="admin.evil.example")
            name = root.find(".//" + q("saml", "NameID"))
            name.text = "admin"
            comment = etree.Comment("")
            comment.tail = ".evil.example"
            name.append(comment)
            return root
        rig.refused(comment, "comment")
        rig.refused(text(lambda t: t.replace(b"person-1",
                                             b"per<![CDATA[son]]>-1")),
                    "CDATA")
        rig.refused(text(lambda t: t.replace(b"person-1",
                                             b"per<?x y?>son-1")),
                    "processing instruction")
        bomb = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + b"".join(
            b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10)
            for i in range(9)) + b"]>"
        rig.refused(text(lambda t: bomb + t.replace(b"person-1", b"&j;")),
                    "DOCTYPE")
        rig.refused(text(lambda t: b'<!DOCTYPE a SYSTEM "file:///etc/passwd">'
                         + t), "DOCTYPE")
        rig.refused(text(lambda t: t.decode().encode("utf-16")), "UTF-8")
        rig.refused(text(lambda t: b'<?xml version="1.0" encoding="UTF-7"?>'
                         + t), "UTF-8")
        rig.refused(text(lambda t: b"\xef\xbb\xbf" + t), "not XML")
        rig.refused(text(lambda t: t + b"<a/>"), "")
        rig.refused(text(lambda t: t[:-5]), "")
        rig.refused(text(lambda t: b"<a>" * 1000), "")
        rig.refused(text(lambda t: b"<a " + b" ".join(
            b'a%d=""' % i for i in range(5000)) + b"/>"), "")
        rig.refused(text(lambda t: b"\x1f\x8b\x08" + t), "")
        rig.refused(text(lambda t: b""" """), "")
        rig.refused(lambda url: "not base64!", "base64")

        # Encrypted ones are not supported, and say so.
        def encrypted(url):
            root = provider.signed(url)
            assertion = root.find(q("saml", "Assertion"))
            wrapped = etree.Element(q("saml", "EncryptedAssertion"))
            root.replace(assertion, wrapped)
            return root
        rig.refused(encrypted, "encrypted")
        # The form itself.
        url, cookie = rig.begin()
        response, relay = provider.consent(url)
        kind = "application/x-www-form-urlencoded"
        for body, status in ((b"RelayState=a&RelayState=b", 422),
                             (b"SAMLResponse=%41&SAMLResponse=b", 422),
                             (b"SAMLResponse=%4", 422), (b"", 422),
                             (b"SAMLResponse=" + b"a" * 600000, 422),
                             (b"SAMLResponse=" + b"a" * 900000, 413)):
            equal((rig.server.ask("POST", CONSUMER, body, token="",
                                  headers={"Content-Type": kind})[0],
                   body[:40]), (status, body[:40]))
        equal(rig.server.ask("POST", CONSUMER, b"{}", token="", headers={
            "Content-Type": "application/json"})[0], 415)
        equal(rig.post(response, relay, cookie)[0], 200)


@test
def settings_that_are_not_right_are_told(directory):
    with Rig(directory) as rig:
        for metadata, reason in (
                ("<a/>", "not SAML 2.0 metadata"),
                ("nonsense", "metadata"),
                (rig.provider.metadata(sign_on="http://idp.example"),
                 "no https://"),
                (rig.provider.metadata().replace("signing", "encryption"),
                 "no certificate"),
                ('<!DOCTYPE a [<!ENTITY a "b">]>' +
                 rig.provider.metadata()[21:], "document type")):
            rig.set(saml__metadata=metadata)
            rig.refused_start(reason)
        rig.set(saml__metadata=rig.provider.metadata(), saml__key="nonsense")
        rig.refused_start("saml.key")
        rig.set(saml__key=None, saml__enabled=False)
        equal(rig.server.ask("POST", "/api/v1/sign-on/saml", {},
                             token="")[0], 403)
        equal(rig.post("eA==", "", "")[0], 403)


if __name__ == "__main__":
    raise SystemExit(main())
