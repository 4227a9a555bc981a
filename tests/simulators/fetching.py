# SPDX-License-Identifier: Apache-2.0
"""Simulators of network devices that fetch what they are to be, which cannot
run here: a firewall that asks an Auto Update server (TB6), a router that calls
a Configuration Engine (TB7), and a Plug-n-Play agent.

They do what the protocols say in public, and misbehave when they are told to.
What is not public (the elements below DeviceDetails and UpdateInfo, how a
router tells its ConfigID) each of them can do in several ways, so that nothing
here proves that a real device takes it: that takes a capture of one.
"""
import base64
import hashlib
import http.client
import re
import ssl
import urllib.parse
import xml.etree.ElementTree as ElementTree

ROUNDS_MAX = 20  # of one poll: a device that goes on and on is broken


def plain(name):
    """{ns}Error-URL is errorurl."""
    return re.sub(r"^\{.*\}", "", name).replace("-", "").lower()


class Http:
    """Requests from an address of the device's own."""

    def __init__(self, source=None, cafile=None, connect=None):
        self.source = source
        self.cafile = cafile
        self.connect = connect or {}  # port in a URL: port to connect to

    def ask(self, method, url, body=None, headers=None):
        parts = urllib.parse.urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        options = {"timeout": 30}
        if self.source:
            options["source_address"] = (self.source, 0)
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=self.cafile)
            context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
            connection = http.client.HTTPSConnection(
                parts.hostname, port, context=context, **options)
        else:
            connection = http.client.HTTPConnection(parts.hostname, port,
                                                    **options)
        send = dict(headers or {})
        if parts.username is not None:
            pair = "%s:%s" % (urllib.parse.unquote(parts.username),
                              urllib.parse.unquote(parts.password or ""))
            send["Authorization"] = "Basic " + base64.b64encode(
                pair.encode()).decode()
        target = parts.path + ("?" + parts.query if parts.query else "")
        try:
            connection.request(method, target, body, send)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


class AusDevice:
    """A PIX or ASA. `fault` is one of: None, "bad-md5" (what it fetches is
    damaged), "truncated", "deaf" (it never has what it fetched), "refuses"
    (the configuration has a line it does not take)."""

    ORDER = ("image", "asdm", "config")

    def __init__(self, url, device_id, fault=None, form="attributes", **more):
        self.url = url
        self.device_id = device_id
        self.fault = fault
        self.form = form
        self.http = Http(**more)
        self.sums = {"image": "0" * 32, "asdm": "1" * 32, "config": "2" * 32}
        self.config = ""
        self.fetched = []
        self.reports = []

    def details(self):
        if self.form == "elements":
            return ("""<?xml version="1.0"?>
<!DOCTYPE DeviceDetails SYSTEM "urn:com-cisco-nm-callhome:DeviceDetails">
<dd:DeviceDetails xmlns:dd="urn:x"><dd:device-id>%s</dd:device-id>
<dd:hostname>fw1</dd:hostname><dd:platform>ASA5510</dd:platform>
<dd:version>9.1(7)</dd:version>
<dd:component><dd:type>image</dd:type><dd:checksum>0x%s</dd:checksum>
</dd:component><dd:component><dd:type>asdm</dd:type><dd:checksum>0x%s
</dd:checksum></dd:component><dd:component><dd:type>config</dd:type>
<dd:checksum>0x%s</dd:checksum></dd:component>
<dd:running-config-cryptochecksum>%s</dd:running-config-cryptochecksum>
<dd:memory-free>42</dd:memory-free></dd:DeviceDetails>""" %
                    (self.device_id, self.sums["image"], self.sums["asdm"],
                     self.sums["config"], "f" * 32)).encode()
        parts = "".join('<Component type="%s" checksum="%s"/>' % (kind, value)
                        for kind, value in self.sums.items())
        return ('<DeviceDetails DeviceID="%s" hostname="fw1" platform="ASA5510"'
                ' version="9.1(7)"><password>hunter2secret</password>%s'
                '</DeviceDetails>' % (self.device_id, parts)).encode()

    def ask(self):
        """(status, {kind: (url, checksum)}, error URL)."""
        status, body = self.http.ask("POST", self.url, self.details(),
                                     {"Content-Type": "text/xml"})
        if status != 200:
            return status, {}, None
        body = re.sub(rb"<!DOCTYPE[^>]*>", b"", body)
        offers, error_url = {}, None
        for element in ElementTree.fromstring(body):
            if plain(element.tag) == "errorurl":
                error_url = element.text
                continue
            told = {plain(child.tag): child.text for child in element}
            offers[element.get("type")] = (told["url"], told["checksum"])
        return status, offers, error_url

    def report(self, error_url, kind, text):
        body = ('<ErrorList><component>%s</component><error-code>7'
                '</error-code><message>%s</message></ErrorList>' %
                (kind, text)).encode()
        self.reports.append(text)
        return self.http.ask("POST", error_url, body,
                             {"Content-Type": "text/xml"})[0]

    def take(self, kind, offer, error_url):
        """True: it has it now, and looks again from the start."""
        url, checksum = offer
        status, body = self.http.ask("GET", url)
        if status != 200:
            self.report(error_url, kind, "download failed with %d" % status)
            return False
        self.fetched.append(kind)
        if self.fault == "bad-md5":
            body += b"!"
        if self.fault == "truncated":
            body = body[:len(body) // 2]
        if hashlib.md5(body).hexdigest() != checksum:
            self.report(error_url, kind, "MD5 checksum of the file differs")
            return False
        if self.fault == "refuses" and kind == "config":
            self.report(error_url, kind, "ERROR: line 2 is not accepted")
            return False
        if self.fault == "deaf":
            return True
        self.sums[kind] = checksum
        if kind == "config":
            self.config = body.decode()
        return True

    def poll(self):
        """One poll, from the first step until all checksums match."""
        for _ in range(ROUNDS_MAX):
            status, offers, error_url = self.ask()
            if status != 200:
                return status
            wanted = [kind for kind in self.ORDER if kind in offers and
                      self.sums[kind] != offers[kind][1]]
            if not wanted:
                return 200
            if not self.take(wanted[0], offers[wanted[0]], error_url):
                return 200
        raise AssertionError("the device goes round and round")


class CnsDevice:
    """A router with `cns config retrieve`. `tells` is how its ConfigID gets
    to the server; it refuses lines that match `refuses`."""

    def __init__(self, base, config_id, tells="query", refuses=None,
                 warns=None, page="JobbedDynaConfig", **more):
        self.base = base
        self.config_id = config_id
        self.tells = tells
        self.refuses = refuses
        self.warns = warns
        self.page = page
        self.http = Http(**more)
        self.applied = []
        self.identifier = "device-made-1"

    def retrieve(self):
        """(status, body)"""
        url = "%s/cns/%s" % (self.base, self.page)
        method, body, headers = "GET", None, {}
        if self.tells == "query":
            url += "?" + urllib.parse.urlencode({"config_id": self.config_id})
        elif self.tells == "header":
            headers["Cisco-CNS-ID"] = self.config_id
        elif self.tells == "path":
            url += "/" + urllib.parse.quote(self.config_id, safe="")
        elif self.tells == "body":
            method = "POST"
            body = ("<request><config-id>%s</config-id></request>" %
                    self.config_id).encode()
        return self.http.ask(method, url, body, headers)

    def lines(self, body):
        text = body.decode()
        if not text.startswith("<?xml"):
            return text.splitlines()
        root = ElementTree.fromstring(text)
        self.identifier = root.findtext("identifier")
        return [element.text or "" for element in root.iter("cli")]

    def apply(self, lines):
        """The first line that is refused ends it (R-CNE-7): its number."""
        for number, line in enumerate(lines, 1):
            if self.refuses and re.search(self.refuses, line):
                return number
            self.applied.append(line)
        return 0

    def status(self, refused=0):
        ids = "<identifier>%s</identifier><config-id>%s</config-id>" % (
            self.identifier, self.config_id)
        if refused:
            body = ("<config-failure>%s<error-info><line-number>%d"
                    "</line-number><error-message>%% Invalid input detected"
                    "</error-message></error-info></config-failure>" %
                    (ids, refused))
        elif self.warns:
            body = ("<config-warning>%s<error-info><line-number>1"
                    "</line-number><error-message>%s</error-message>"
                    "</error-info></config-warning>" % (ids, self.warns))
        else:
            body = "<config-success>%s</config-success>" % ids
        return self.http.ask("POST", self.base + "/cns/PostStatus",
                             body.encode(), {"Content-Type": "text/xml"})

    def run(self):
        """Fetches, applies, reports: (status of the fetch, lines)."""
        status, body = self.retrieve()
        if status != 200:
            return status, []
        lines = [line for line in self.lines(body)]
        if all(line.startswith("!") for line in lines):
            return status, []
        self.status(self.apply(lines))
        return status, lines


class PnpAgent:
    """`fault` is one of: None, "fails" (work fails with an error code),
    "faults" (it does not know the element), "damaged" (checksums differ)."""

    def __init__(self, base, serial, product="C1131-8PWB", fault=None,
                 version="17.3.1", installs=None, **more):
        self.installs = installs  # the version that an image makes of it
        self.base = base
        self.udi = "PID:%s,VID:V01,SN:%s" % (product, serial)
        self.fault = fault
        self.version = version
        self.http = Http(**more)
        self.config = ""
        self.work = []
        self.count = 0
        self.backoff_s = 0

    def hello(self):
        return self.http.ask("GET", self.base + "/pnp/HELLO")[0]

    def post(self, page, inner):
        body = ('<?xml version="1.0" encoding="UTF-8"?>\n<pnp '
                'xmlns="urn:cisco:pnp" version="1.0" udi="%s">%s</pnp>' %
                (self.udi, inner)).encode()
        return self.http.ask("POST", self.base + "/pnp/" + page, body,
                             {"Content-Type": "text/xml"})

    def respond(self, kind, correlator, inner="", success=True):
        return self.post("WORK-RESPONSE",
                         '<response xmlns="urn:cisco:pnp:%s" correlator="%s" '
                         'success="%d">%s</response>' %
                         (kind, correlator, success, inner))

    def fail(self, kind, correlator, code):
        return self.respond(
            kind, correlator, "<errorInfo><errorSeverity>ERROR</errorSeverity>"
            "<errorCode>PnP Service Error %d</errorCode><errorMessage>it "
            "cannot</errorMessage></errorInfo>" % code, success=False)

    def step(self):
        """Asks for work once and does it; what it was."""
        self.count += 1
        correlator = "CiscoPnP-1.0-%d" % self.count
        status, body = self.post(
            "WORK-REQUEST", '<info xmlns="urn:cisco:pnp:work-info" '
            'correlator="%s"><deviceId><udi>%s</udi></deviceId></info>' %
            (correlator, self.udi))
        if status != 200:
            return "status %d: %s" % (status, body.decode())
        element = ElementTree.fromstring(body)[0]
        kind = element.tag[1:].split("}")[0].rsplit(":", 1)[1]
        correlator = element.get("correlator")
        self.work.append(kind)
        if self.fault == "faults" and kind not in ("backoff", "device-info"):
            self.post("WORK-RESPONSE", '<response '
                      'xmlns="urn:cisco:pnp:fault"><fault><faultcode>XSVC:'
                      'Client</faultcode><faultstring>An unknown XML tag has '
                      'been received</faultstring></fault></response>')
            return kind
        getattr(self, "do_" + kind.replace("-", "_"))(element, correlator)
        return kind

    def do_backoff(self, element, correlator):
        units = {"hours": 3600, "minutes": 60, "seconds": 1}
        self.backoff_s = sum(int(child.text) * units[plain(child.tag)]
                             for child in element.iter()
                             if plain(child.tag) in units)
        self.respond("backoff", correlator)

    def do_device_info(self, element, correlator):
        self.respond("device-info", correlator, """
<udi><primary-chassis>%s</primary-chassis></udi>
<imageInfo><versionString>%s</versionString>
<imageFile>bootflash:c1100.bin</imageFile></imageInfo>
<hardwareInfo><hostname>Router</hostname><platformName>C1131-8PWB
</platformName></hardwareInfo>""" % (self.udi, self.version))

    def fetch(self, element):
        source = next(child for child in element.iter()
                      if plain(child.tag) == "source")
        told = {plain(child.tag): child.text for child in source}
        status, body = self.http.ask("GET", told["location"])
        good = status == 200 and self.fault != "damaged" and \
            hashlib.md5(body).hexdigest() == told["checksum"]
        return good, body

    def do_config_upgrade(self, element, correlator):
        good, body = self.fetch(element)
        if not good:
            self.fail("config-upgrade", correlator, 1402)
        elif self.fault == "fails":
            self.fail("config-upgrade", correlator, 1413)
        else:
            self.config = body.decode()
            self.respond("config-upgrade", correlator)

    def do_image_install(self, element, correlator):
        good, _ = self.fetch(element)
        if not good or self.fault == "fails":
            self.fail("image-install", correlator, 1402)
        else:
            self.respond("image-install", correlator)
            self.version = self.installs or self.version
