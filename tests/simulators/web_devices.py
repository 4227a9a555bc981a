# SPDX-License-Identifier: Apache-2.0
"""Simulators of the web servers that only such devices have: ASA
(/admin/exec, /admin/config), IOS (/ios_web_exec/commandset, /level/N/exec) and
IPS (/cgi-bin/transaction-server, /cgi-bin/sdee-server), over TLS or clear.

The configuration behind them is that of devices.py. What a hostile device
sends instead of an answer is in HOSTILE.
"""
import base64
import html
import os
import re
import socket
import ssl
import subprocess
import threading
import time
import urllib.parse
import xml.etree.ElementTree as tree

from devices import ENABLE, PASSWORD, USER, VERSION, Session

AGENTS = {"ASDM", "CSM", "REST API Agent", "Holdfast"}

IPS_VERSION = """<?xml version="1.0" encoding="UTF-8"?>
<response xmlns="http://www.cisco.com/cids/idiom" schemaVersion="2.00">
 <respGetVersion><platform>IPS4240-SIM</platform>
  <productVersion>7.0(4)E4</productVersion>
  <licenseKey><status>valid</status></licenseKey>
  <applications><application><name>MainApp</name>
   <executionState>running</executionState></application></applications>
 </respGetVersion></response>"""
IPS_OPEN = """<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"
 xmlns:sd="http://example.org/2003/08/sdee"><env:Header>
 <sd:oobInfo><sd:sessionId>sim-session-1</sd:sessionId></sd:oobInfo>
 </env:Header><env:Body><sd:subscriptionId>sub-7</sd:subscriptionId>
 </env:Body></env:Envelope>"""
IPS_EVENTS = """<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope">
<env:Body><evIdsAlert severity="high" eventId="1"/></env:Body></env:Envelope>"""


def certificate(directory, bits=2048, digest="sha256"):
    """A self-signed certificate as devices make them: paths of both files."""
    key = os.path.join(directory, "device-%d-%s.key" % (bits, digest))
    crt = key[:-4] + ".crt"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:%d" % bits,
                    "-nodes", "-days", "30", "-subj", "/CN=sim1", "-%s" %
                    digest, "-keyout", key, "-out", crt], check=True,
                   capture_output=True)
    return key, crt


class Line(Session):
    """A command line whose words are caught; it reads nothing."""

    def __init__(self, device):
        self.said = []
        super().__init__(device, lambda: "\r", self.said.append)
        self.rows, self.enabled = 0, True

    def run(self, command):
        del self.said[:]
        (self.configure if self.configuring else self.execute)(command)
        return "".join(self.said).replace("\r\n", "\n")


def endless(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def drip(connection):
    for c in b"HTTP/1.1 200 OK\r\nX: ":
        connection.sendall(bytes([c]))
    while True:
        connection.sendall(b"y")
        time.sleep(0.05)


HOSTILE = {
    "endless body": endless,
    "endless header": lambda c: [c.sendall(b"HTTP/1.1 200 OK\r\n")] + [
        c.sendall(b"X-%d: y\r\n" % i) for i in range(1000000)],
    "long header line": lambda c: [c.sendall(b"HTTP/1.1 200 OK\r\nX: ")] + [
        c.sendall(b"z" * 65536) for i in range(1600)],
    "announced size": lambda c: c.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\nx"),
    "wrong size": lambda c: c.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx"),
    "half closed": lambda c: c.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf"),
    "binary": lambda c: c.sendall(bytes(range(256)) * 512),
    "another protocol": lambda c: c.sendall(b"SSH-2.0-Cisco-1.25\r\n"),
    "interim answers": lambda c: [c.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                                  for i in range(1000)],
    "slow drip": drip,
    "nothing": lambda c: None,
    "redirect": lambda c: c.sendall(
        b"HTTP/1.1 301 Moved\r\nLocation: http://192.0.2.66/\r\n"
        b"Content-Length: 0\r\n\r\n"),
}


class WebServer:
    """Listens on loopback at a port the kernel picks; use it with `with`.

    level: of the user; local: whether users are known at all; sets: whether
    there are command sets; token: wanted with them; agents: clients that are
    let in (ASA); hostile: a key of HOSTILE, after the first `fair` answers.
    """

    def __init__(self, device, files=None, level=15, local=True, sets=True,
                 token=None, agents=AGENTS, hostile=None, fair=0,
                 closes=False, context=None):
        self.device, self.level, self.local = device, level, local
        self.sets, self.token, self.agents = sets, token, agents
        self.hostile, self.fair, self.closes = hostile, fair, closes
        self.requests, self.connections = [], 0
        self.context = context
        if files is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(files[1], files[0])
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        self.open = True
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *why):
        self.open = False
        self.listener.close()

    def accept(self):
        while self.open:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.guard, args=(connection,),
                             daemon=True).start()

    def guard(self, connection):
        try:
            connection.settimeout(60)
            if self.context is not None:
                connection = self.context.wrap_socket(connection,
                                                      server_side=True)
            self.talk(connection)
        except (OSError, ValueError, EOFError):
            pass
        finally:
            connection.close()

    def talk(self, connection):
        file = connection.makefile("rb")
        while True:
            first = file.readline(65536).decode("latin-1").split()
            if len(first) != 3:
                return
            fields = {}
            while True:
                field = file.readline(65536).decode("latin-1").strip()
                if not field:
                    break
                name, _, value = field.partition(":")
                fields[name.lower()] = value.strip()
            body = file.read(int(fields.get("content-length", 0)))
            if self.hostile and self.fair == 0:
                HOSTILE[self.hostile](connection)
                return
            self.fair -= self.fair > 0
            if self.device.is_cut():
                return
            self.requests.append((first[0], first[1], body))
            time.sleep(self.device.delay)
            status, answer, kind = self.answer(first[0], first[1], fields,
                                               body.decode())
            if self.device.is_cut():
                return
            data = answer.encode()
            connection.sendall(
                (b"HTTP/1.1 %d x\r\nServer: sim\r\nContent-Type: %s\r\n"
                 b"Content-Length: %d\r\n%s\r\n" % (
                     status, kind.encode(), len(data),
                     b"Connection: close\r\n" * self.closes)) + data)
            if self.closes:
                return

    def who(self, fields):
        """The level of whoever asks; None: nobody that is known."""
        given = fields.get("authorization", "")
        try:
            user, _, password = base64.b64decode(
                given.partition("Basic ")[2]).decode().partition(":")
        except ValueError:
            return None
        if self.local:
            return self.level if (user, password) == (USER, PASSWORD) else None
        return 15 if (user, password) == ("", ENABLE) else None

    def answer(self, method, path, fields, body):
        level = self.who(fields)
        if self.device.kind == "asa" and \
                fields.get("user-agent") not in self.agents:
            return 400, "Bad Request", "text/html"
        wanted = int((re.match(r"/level/(\d+)/", path) or [0, 15])[1])
        if self.device.kind == "ips":
            wanted = 1
        if level is None or level < wanted:
            return 401, "Unauthorized", "text/html"
        return getattr(self, self.device.kind)(method, path, fields, body)

    # --- ASA ---------------------------------------------------------------

    def asa(self, method, path, fields, body):
        line = Line(self.device)
        if path == "/admin/config" and method == "GET":
            return 200, self.device.running() + "\n", "text/plain"
        if path == "/admin/config":
            return 200, self.asa_lines(body), "text/xml"
        if not path.startswith("/admin/exec/"):
            return 404, "Not Found", "text/html"
        said = ""
        for command in path[12:].split("/"):
            command = urllib.parse.unquote(command)
            self.device.said.append(command)
            said += self.asa_exec(line, command)
        return 200, said, "text/plain"

    def asa_exec(self, line, command):
        d = self.device
        found = re.match(r"reload in (\d+) noconfirm$", command)
        if found:
            d.reload_in(int(found[1]))
            return "\n***\n*** --- SHUTDOWN in 0:%s:00 ---\n***\n" % found[1]
        if command == "reload cancel":
            d.reload_cancel()
            return "\n***\n*** --- SHUTDOWN ABORTED ---\n***\n"
        if command.startswith("copy /noconfirm running-config disk0:"):
            d.files[command.split(":")[1]] = d.running()
            return "Cryptochecksum: 00000000 00000000\n\n9 bytes copied\n"
        return line.run(command)

    def asa_lines(self, body):
        document, line, out = tree.fromstring(body), Line(self.device), []
        line.configuring = True
        for cli in document.iter("cli"):
            self.device.said.append(cli.text)
            said = line.run(cli.text)
            if said.strip():
                out.append('<error-info id="%s" type="%s">%s</error-info>' % (
                    cli.get("id"), "error" if "ERROR" in said else "info",
                    html.escape(said)))
        return ('<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
                '<!DOCTYPE ErrorList SYSTEM "urn:com-cisco-nm-callhome:'
                'ErrorList">\n<ErrorList><config-failure>%s</config-failure>'
                '</ErrorList>\n' % "".join(out))

    # --- IOS ---------------------------------------------------------------

    def ios(self, method, path, fields, body):
        if path == "/get_csrf" and self.token:
            return 200, self.token, "text/plain"
        if path == "/ios_web_exec/commandset" and self.sets:
            if self.token and fields.get("x-csrf-token") != self.token:
                return 403, "Forbidden", "text/html"
            return 200, self.ios_set(body), "text/plain"
        found = re.match(r"/level/\d+/exec/-/(.+)/CR$", path)
        if not found:
            return 404, "Not Found", "text/html"
        command = " ".join(urllib.parse.unquote(word)
                           for word in found[1].split("/"))
        self.device.said.append(command)
        return 200, ("<HTML><HEAD><TITLE>sim1 /level/15/exec/-</TITLE></HEAD>"
                     "<BODY><H1>sim1</H1><PRE><HR><FORM METHOD=POST ACTION="
                     "\"/level/15/exec/-\"><DL>%s</DL></FORM></PRE></BODY>"
                     "</HTML>" % html.escape(Line(self.device).run(command))
                     ), "text/html"

    def ios_set(self, body):
        config = 'MODE="1"' in body
        line, out = Line(self.device), []
        line.configuring = config
        for command in body.split("! OPTIONS END\n")[1].split("! END")[
                0].strip().split("\n"):
            self.device.said.append(command)
            said = line.run(command)
            wrong = "Invalid input" in said
            out.append('! COMMAND BEGIN\n! COMMAND="%s" STATUS="%d" '
                       'PARSE_ERROR="%d"\n! OUTPUT BEGIN\n%s! OUTPUT END\n'
                       '! COMMAND END\n' % (command, wrong, 2 * wrong, said))
            if wrong and config:
                break
        return ('! COMMANDSET VERSION="1.0" STATUS="0"\n%s! COMMANDSET END\n'
                % "".join(out))

    # --- IPS ---------------------------------------------------------------

    def ips(self, method, path, fields, body):
        if self.level < 15:
            return 403, "Forbidden", "text/html"
        if path.startswith("/cgi-bin/transaction-server"):
            if "<getVersion" in body:
                return 200, IPS_VERSION, "text/xml"
            if "<getHostStatistics" in body:
                return 200, ("<response><respGetHostStatistics><memory>12"
                             "</memory></respGetHostStatistics></response>"
                             ), "text/xml"
            return 200, ("<response><error><errorMessage>not understood"
                         "</errorMessage></error></response>"), "text/xml"
        if path.startswith("/cgi-bin/sdee-server?action=open"):
            return 200, IPS_OPEN, "text/xml"
        if "subscriptionId=sub-7" in path and "sessionId=sim-session-1" in path:
            return 200, "" if "close" in path else IPS_EVENTS, "text/xml"
        return 404, "Not Found", "text/html"


assert VERSION
