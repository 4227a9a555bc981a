# SPDX-License-Identifier: Apache-2.0
"""A simulator of a SAML 2.0 identity provider, made with lxml and xmlsec,
with knobs to lie. Tests play the browser themselves.

    provider = SamlProvider(directory)
    response, relay = provider.consent(url, groups=["admins"])
"""
import base64
import copy
import datetime
import os
import subprocess
import urllib.parse
import zlib

import xmlsec
from lxml import etree

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
DS = "http://www.w3.org/2000/09/xmldsig#"
NS = {"saml": SAML, "samlp": SAMLP, "ds": DS}
ENTITY = "https://idp.example/metadata"
SIGN_ON = "https://idp.example/sso"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


def q(prefix, name):
    return "{%s}%s" % (NS[prefix], name)


def stamp(seconds):
    return datetime.datetime.fromtimestamp(
        seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_request(url):
    """(AuthnRequest, RelayState, query) of the URL a browser is sent to."""
    parts = urllib.parse.urlsplit(url)
    query = dict(urllib.parse.parse_qsl(parts.query))
    packed = base64.b64decode(query["SAMLRequest"])
    request = etree.fromstring(zlib.decompress(packed, -15))
    assert request.tag == q("samlp", "AuthnRequest"), request.tag
    return request, query["RelayState"], query


class SamlProvider:
    def __init__(self, directory, clock):
        self.home = os.path.join(directory, "saml")
        os.makedirs(self.home)
        self.clock = clock      # () -> seconds
        self.key = self.make_key("idp", "rsa:2048")
        self.count = 0

    def make_key(self, name, kind, *more):
        path = os.path.join(self.home, name)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", kind, *more, "-nodes",
             "-keyout", path + ".key", "-out", path + ".pem", "-days", "2",
             "-subj", "/CN=" + name], check=True, stderr=subprocess.DEVNULL)
        return path

    def certificate(self, path=None):
        with open((path or self.key) + ".pem") as file:
            return "".join(file.read().split("\n")[1:-2])

    def metadata(self, *keys, sign_on=SIGN_ON):
        descriptors = "".join(
            '<KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data>'
            "<ds:X509Certificate>\n%s\n</ds:X509Certificate></ds:X509Data>"
            "</ds:KeyInfo></KeyDescriptor>" % self.certificate(key)
            for key in keys or (self.key,))
        return (
            '<?xml version="1.0"?><!-- ours --><EntityDescriptor '
            'xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="%s" '
            'entityID="%s"><IDPSSODescriptor protocolSupportEnumeration="%s">'
            '%s<SingleSignOnService Location="https://idp.example/post" '
            'Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/>'
            '<SingleSignOnService Location="%s" '
            'Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"/>'
            "</IDPSSODescriptor></EntityDescriptor>" %
            (DS, ENTITY, SAMLP, descriptors, sign_on))

    def fresh(self):
        self.count += 1
        return "_%s%d" % (os.urandom(8).hex(), self.count)

    def build(self, facts):
        """An unsigned response. facts: see respond()."""
        now = self.clock()
        times = {"before": stamp(now - 30), "after": stamp(now + 300),
                 "now": stamp(now)}
        facts = {**times, **facts}
        answer = ('InResponseTo="%(request)s"' % facts
                  if facts["request"] is not None else "")
        values = "".join(
            '<saml:Attribute Name="%s">%s</saml:Attribute>' %
            (name, "".join("<saml:AttributeValue>%s</saml:AttributeValue>" % v
                           for v in vs))
            for name, vs in facts["attributes"].items())
        return etree.fromstring("""
<samlp:Response xmlns:samlp="%(samlp)s" xmlns:saml="%(saml)s" Version="2.0"
 ID="%(response_id)s" IssueInstant="%(now)s" Destination="%(destination)s"
 %(answer)s><saml:Issuer>%(issuer)s</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="%(status)s"/></samlp:Status>
<saml:Assertion Version="2.0" ID="%(assertion_id)s" IssueInstant="%(now)s">
<saml:Issuer>%(issuer)s</saml:Issuer>
<saml:Subject><saml:NameID Format="%(format)s">%(name_id)s</saml:NameID>
<saml:SubjectConfirmation Method="%(method)s">
<saml:SubjectConfirmationData Recipient="%(recipient)s" %(answer)s
 NotOnOrAfter="%(confirm_after)s"/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="%(before)s" NotOnOrAfter="%(after)s">
%(audience)s</saml:Conditions>
<saml:AuthnStatement AuthnInstant="%(now)s"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password
</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement>%(values)s</saml:AttributeStatement>
</saml:Assertion></samlp:Response>""" % {
            "samlp": SAMLP, "saml": SAML, "response_id": self.fresh(),
            "assertion_id": self.fresh(), "answer": answer, "values": values,
            "confirm_after": facts["after"], **facts,
            "audience": "" if facts["audience"] is None else
            "<saml:AudienceRestriction><saml:Audience>%s</saml:Audience>"
            "</saml:AudienceRestriction>" % facts["audience"]})

    def sign(self, element, key=None, method=None, digest=None,
             transforms=None, place=1):
        """Puts a signature of the element into it."""
        template = xmlsec.template.create(
            element.getroottree(), xmlsec.Transform.EXCL_C14N,
            method or xmlsec.Transform.RSA_SHA256, ns="ds")
        element.insert(place, template)
        reference = xmlsec.template.add_reference(
            template, digest or xmlsec.Transform.SHA256,
            uri="#" + element.get("ID"))
        for transform in transforms or (xmlsec.Transform.ENVELOPED,
                                        xmlsec.Transform.EXCL_C14N):
            xmlsec.template.add_transform(reference, transform)
        context = xmlsec.SignatureContext()
        if isinstance(key, xmlsec.Key):
            context.key = key
        else:
            context.key = xmlsec.Key.from_file(
                (key or self.key) + ".key", xmlsec.KeyFormat.PEM)
        context.register_id(element, "ID")
        context.sign(template)
        return template

    def facts(self, url, attributes=None, **more):
        request = parse_request(url)[0] if url else None
        return {
            "issuer": ENTITY, "format": PERSISTENT, "name_id": "person-1",
            "status": "urn:oasis:names:tc:SAML:2.0:status:Success",
            "method": "urn:oasis:names:tc:SAML:2.0:cm:bearer",
            "request": request.get("ID") if url else None,
            "attributes": {"uid": ["oda"], "displayName": ["Oda Example"],
                           "mail": ["oda@example.org"], "groups": ["admins"],
                           **(attributes or {})},
            **({"destination": request.get("AssertionConsumerServiceURL"),
                "recipient": request.get("AssertionConsumerServiceURL"),
                "audience": request.findtext(q("saml", "Issuer"))}
               if url else {}), **more}

    def signed(self, url, **more):
        response = self.build(self.facts(url, **more))
        self.sign(response.find(q("saml", "Assertion")))
        return response

    @staticmethod
    def pack(response):
        text = response if isinstance(response, bytes) else \
            etree.tostring(response)
        return base64.b64encode(text).decode()

    def consent(self, url, **more):
        return self.pack(self.signed(url, **more)), parse_request(url)[1]


# --- Signature wrapping -----------------------------------------------------
def forged(assertion, name="admin"):
    """A copy of an assertion, without signature, for somebody else."""
    evil = copy.deepcopy(assertion)
    for signature in evil.findall(q("ds", "Signature")):
        evil.remove(signature)
    evil.set("ID", "_evil")
    evil.find(".//" + q("saml", "NameID")).text = name
    return evil


def wrappings(response):
    """{name: response}: the signed assertion is moved to where only the
    verifier looks, and a forged one stands where the reader looks."""
    out = {}

    def case(name):
        root = copy.deepcopy(response)
        assertion = root.find(q("saml", "Assertion"))
        out[name] = root
        return root, assertion, forged(assertion)

    root, signed, evil = case("the forged one comes first")
    root.insert(root.index(signed), evil)
    root, signed, evil = case("the forged one comes last")
    root.append(evil)
    root, signed, evil = case("the signed one is in the extensions")
    root.replace(signed, evil)
    extensions = etree.Element(q("samlp", "Extensions"))
    extensions.append(signed)
    root.insert(1, extensions)
    root, signed, evil = case("the signed one is in the forged one")
    root.replace(signed, evil)
    evil.append(signed)
    root, signed, evil = case("the signed one is in an object")
    signature = signed.find(q("ds", "Signature"))
    root.replace(signed, evil)
    signed.remove(signature)
    evil.insert(1, signature)
    etree.SubElement(signature, q("ds", "Object")).append(signed)
    root, signed, evil = case("the forged one has the signature and the ID")
    signature = signed.find(q("ds", "Signature"))
    evil.set("ID", signed.get("ID"))
    root.replace(signed, evil)
    evil.insert(1, signature)
    root, signed, evil = case("two of the same ID")
    evil.set("ID", signed.get("ID"))
    root.insert(root.index(signed), evil)
    root, signed, evil = case("the signature is of another element")
    signature = signed.find(q("ds", "Signature"))
    root.replace(signed, evil)
    evil.insert(1, copy.deepcopy(signature))
    advice = etree.SubElement(evil, q("saml", "Advice"))
    advice.append(signed)
    root, signed, evil = case("the response is inside another")
    outer = etree.fromstring(etree.tostring(root))
    inner = outer.find(q("saml", "Assertion"))
    outer.replace(inner, forged(inner))
    outer.set("ID", "_outer")
    etree.SubElement(outer.find(q("samlp", "Status")),
                     q("samlp", "StatusDetail")).append(root)
    out["the response is inside another"] = outer
    root, signed, evil = case("the signed one in an attribute value")
    root.replace(signed, evil)
    value = evil.find(".//" + q("saml", "AttributeValue"))
    value.append(signed)
    root, signed, evil = case("the signature stands beside both")
    signature = signed.find(q("ds", "Signature"))
    signed.remove(signature)
    root.insert(1, signature)
    root.insert(root.index(signed), evil)
    return out
