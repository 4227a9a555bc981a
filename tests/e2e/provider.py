# SPDX-License-Identifier: Apache-2.0
"""A simulator of an OpenID Connect provider: discovery, keys and the token
endpoint over TLS, with knobs to lie. Tests play the browser themselves.

    with Provider(directory) as provider:
        code = provider.consent(url, sub="1", groups=["admins"])
"""
import base64
import hashlib
import hmac
import json
import os
import ssl
import subprocess
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from directory import authority

CLIENT, SECRET = "holdfast", "client-secret-5d27"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Provider:
    def __init__(self, directory):
        self.home = os.path.join(directory, "provider")
        os.makedirs(self.home)
        authority(self.home)
        with open(os.path.join(self.home, "ca.pem")) as file:
            self.authority = file.read()
        self.keys = {}
        self.make_key("key-1")
        self.header = {"alg": "RS256", "kid": "key-1", "typ": "JWT"}
        self.sign_with = "key-1"
        self.claims = {}       # over what is right; None takes one away
        self.discovery = {}
        self.codes = {}
        self.signer = None     # bytes -> signature, instead of the key's
        self.pages = {}        # path: url -> (status, headers, text)

    def make_key(self, kid):
        path = os.path.join(self.home, kid)
        subprocess.run(["openssl", "genrsa", "-out", path, "2048"],
                       check=True, stderr=subprocess.DEVNULL)
        text = subprocess.run(["openssl", "rsa", "-in", path, "-noout",
                               "-modulus"], check=True, capture_output=True)
        modulus = bytes.fromhex(text.stdout.decode().strip().split("=")[1])
        self.keys[kid] = {"kty": "RSA", "kid": kid, "use": "sig",
                          "alg": "RS256", "n": b64(modulus), "e": "AQAB"}

    def rsa(self, data):
        return subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign",
             os.path.join(self.home, self.sign_with)], input=data,
            check=True, capture_output=True).stdout

    def token(self, claims):
        body = {**claims, **self.claims}
        body = {k: v for k, v in body.items() if v is not None}
        text = "%s.%s" % (b64(json.dumps(self.header).encode()),
                          b64(json.dumps(body).encode()))
        signature = (self.signer or self.rsa)(text.encode())
        return text + "." + b64(signature)

    def hs256(self, data):
        """Algorithm confusion: the public key as a shared secret."""
        public = subprocess.run(
            ["openssl", "rsa", "-in", os.path.join(self.home, "key-1"),
             "-pubout"], check=True, capture_output=True).stdout
        return hmac.new(public, data, hashlib.sha256).digest()

    def consent(self, url, sub="subject-1", groups=("admins",), **claims):
        """The person agrees: (code, state) as in the way back."""
        asked = {k: v[0] for k, v in urllib.parse.parse_qs(
            urllib.parse.urlsplit(url).query).items()}
        assert asked["response_type"] == "code", asked
        assert asked["code_challenge_method"] == "S256", asked
        code = b64(os.urandom(16))
        now = int(time.time())
        self.codes[code] = (asked, {
            "iss": self.issuer, "aud": CLIENT, "sub": sub, "iat": now,
            "exp": now + 300, "nonce": asked["nonce"],
            "preferred_username": "oda", "name": "Oda Example",
            "email": "oda@example.org", "groups": list(groups), **claims})
        return code, asked["state"]

    def exchange(self, form):
        asked, claims = self.codes.pop(form.get("code", ""), (None, None))
        challenge = b64(hashlib.sha256(
            form.get("code_verifier", "").encode()).digest())
        if asked is None or challenge != asked["code_challenge"] or \
                form.get("client_secret") != SECRET or \
                form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer",
                     "id_token": self.token(claims)}

    def answer(self, path, form):
        if path == "/.well-known/openid-configuration":
            return 200, {"issuer": self.issuer,
                         "authorization_endpoint": self.issuer + "/authorize",
                         "token_endpoint": self.issuer + "/token",
                         "jwks_uri": self.issuer + "/jwks", **self.discovery}
        if path == "/jwks":
            return 200, {"keys": list(self.keys.values())}
        if path == "/token":
            return self.exchange(form)
        return 404, {}

    def __enter__(self):
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def show(self, page):
                """What a browser is shown."""
                status, headers, text = page(provider.issuer + self.path)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def reply(self):
                page = provider.pages.get(self.path.partition("?")[0])
                if page:
                    self.show(page)
                    return
                size = int(self.headers.get("Content-Length", 0))
                form = dict(urllib.parse.parse_qsl(
                    self.rfile.read(size).decode()))
                status, body = provider.answer(self.path, form)
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            do_GET = do_POST = reply

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(self.home, "server.pem"),
                                os.path.join(self.home, "server.key"))
        self.server.socket = context.wrap_socket(self.server.socket,
                                                 server_side=True)
        self.issuer = "https://localhost:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
