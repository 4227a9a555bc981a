# SPDX-License-Identifier: Apache-2.0
"""A real SAML identity provider: SimpleSAMLphp of Debian, served by php on
loopback, in a directory of the test. It believes to be https://idp.example;
the test's browser knows better.

    with PhpProvider(directory, entity, consumer) as provider:
        provider.metadata()              # what an administrator copies
        provider.log_in(url, "oda")      # (action, fields) of the last form
"""
import html.parser
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from e2e import PATIENCE, free_port

HOME = "/usr/share/simplesamlphp"
BASE = "https://idp.example/simplesaml/"

CONFIG = """<?php
$config = ['baseurlpath' => '%(base)s', 'certdir' => '%(home)s/',
 'loggingdir' => '%(home)s/', 'datadir' => '%(home)s/',
 'tempdir' => '%(home)s/tmp', 'secretsalt' => 'a-salt-of-the-test',
 'auth.adminpassword' => 'not-used-5d1', 'timezone' => 'UTC',
 'technicalcontact_email' => 'na@example.org',
 'logging.handler' => 'file', 'enable.saml20-idp' => true,
 'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
 'store.type' => 'phpsession', 'session.phpsession.savepath' => '%(home)s/tmp',
 'session.cookie.secure' => false, 'language.default' => 'en',
 'metadata.sources' => [['type' => 'flatfile',
                         'directory' => '%(home)s/metadata']],
 'authproc.idp' => []];
"""
SOURCES = """<?php
$config = ['people' => ['exampleauth:UserPass',
 'oda:secret' => ['uid' => ['oda'], 'displayName' => ['Oda & Co <x>'],
                  'mail' => ['oda@example.org'],
                  'groups' => ['admins', 'others']]]];
"""
HOSTED = """<?php
$metadata['https://idp.example/entity'] = ['host' => '__DEFAULT__',
 'privatekey' => 'idp.key', 'certificate' => 'idp.pem', 'auth' => 'people',
 'authproc' => [3 => ['class' => 'saml:AttributeNameID', 'attribute' => 'uid',
  'Format' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent']]];
"""
REMOTE = """<?php
$metadata['%(entity)s'] = ['AssertionConsumerService' => '%(consumer)s',
 'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'];
"""


def available():
    return shutil.which("php") and os.path.isdir(HOME + "/www")


class Form(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.action, self.fields = None, {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form" and self.action is None:
            self.action = attrs.get("action", "")
        if tag == "input" and attrs.get("name"):
            self.fields[attrs["name"]] = attrs.get("value") or ""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class PhpProvider:
    def __init__(self, directory, entity, consumer):
        self.home = os.path.join(directory, "php")
        os.makedirs(self.home + "/metadata")
        os.makedirs(self.home + "/tmp")
        values = {"home": self.home, "base": BASE, "entity": entity,
                  "consumer": consumer}
        for name, text in (("config.php", CONFIG), ("authsources.php", SOURCES),
                           ("metadata/saml20-idp-hosted.php", HOSTED),
                           ("metadata/saml20-sp-remote.php", REMOTE)):
            with open(os.path.join(self.home, name), "w") as file:
                file.write(text % values)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-keyout", self.home + "/idp.key", "-out", self.home + "/idp.pem",
             "-days", "2", "-subj", "/CN=idp"], check=True,
            stderr=subprocess.DEVNULL)
        self.cookies = {}

    def __enter__(self):
        self.port = free_port()
        self.log = open(self.home + "/php.log", "wb")
        self.process = subprocess.Popen(
            ["php", "-d", "session.save_path=" + self.home + "/tmp", "-S",
             "127.0.0.1:%d" % self.port, "-t", HOME + "/www"],
            env={**os.environ, "SIMPLESAMLPHP_CONFIG_DIR": self.home},
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.ask(BASE + "saml2/idp/metadata.php")
                return self
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    self.__exit__()
                    with open(self.home + "/php.log") as file:
                        raise AssertionError("php does not serve: " +
                                             file.read())
                time.sleep(0.1)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.log.close()

    def ask(self, url, form=None):
        """The page that a browser ends at."""
        opener = urllib.request.build_opener(NoRedirect)
        for _ in range(10):
            assert url.startswith(BASE), url
            request = urllib.request.Request(
                "http://127.0.0.1:%d/%s" % (self.port, url[len(BASE):]),
                data=urllib.parse.urlencode(form).encode() if form else None,
                headers={"Host": "idp.example", "Cookie": "; ".join(
                    "%s=%s" % one for one in self.cookies.items())})
            try:
                answer = opener.open(request, timeout=PATIENCE)
            except urllib.error.HTTPError as error:
                answer = error
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.split(";")[0].partition("=")
                self.cookies[name] = value
            if answer.status not in (301, 302, 303):
                text = answer.read().decode()
                assert answer.status == 200, (answer.status, text)
                return url, text
            url, form = urllib.parse.urljoin(
                url, answer.headers["Location"]), None
        raise AssertionError("too many redirects")

    def metadata(self):
        return self.ask(BASE + "saml2/idp/metadata.php?output=xml")[1]

    def log_in(self, url, name, password="secret"):
        here, page = self.ask(url)
        form = Form(page)
        if "SAMLResponse" not in form.fields:   # not logged in there yet
            form.fields.update(username=name, password=password)
            here, page = self.ask(urllib.parse.urljoin(
                here, form.action or here), form.fields)
            form = Form(page)
        assert "SAMLResponse" in form.fields, page
        return form.action, form.fields
