# SPDX-License-Identifier: Apache-2.0
"""A simulator of the server's side of the agent protocol (src/proto/agent.h),
for tests of the agent that need a server which breaks off, lies or attacks.
It shares no code with the agent: the wire form is written down here again."""
import ctypes
import ctypes.util
import datetime
import hashlib
import http.server
import json
import os
import ssl
import subprocess
import threading
import time
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

from e2e import PATIENCE, free_port

# --- The wire form: members in order; see src/proto/wire.h. ---
I, B, T, Y = "int", "bool", "text", "bytes"


def shape(**members):
    return list(members.items())


def many(of):
    return ("list", of)


TERMS = shape(run=I, configuration=I, revision=I, while_logged_off=B, nice=I,
              memory_mb=I, limit_s=I)
ENROL = shape(token=T, csr=T, hostname=T, machine_id=T, agent_version=T)
ENROLLED = shape(device=T, certificate=T, authority=T,
                 keys=many(shape(key=Y)), agent_url=T, server_time=I)
CHECKIN = shape(agent_version=T, boot_id=T, boot_time=I, device_time=I,
                inventory_digest=Y, acknowledged_digest=Y, content_digest=Y,
                policy_revision=I, sessions=I, unsent_results=I, time_zone=T,
                download=T)
CHECKED_IN = shape(server_time=I, interval_s=I, send_inventory=B,
                   whole_inventory=B, renew=B, content_digest=Y,
                   content_size=I)
PACKAGE = shape(name=T, evr=T, arch=T, source=T, source_evr=T, key_id=T)
INVENTORY = shape(
    digest=Y, base_digest=Y, collected=I, hostname=T, manager=T,
    os=shape(id=T, version_id=T, name=T, codename=T, arch=T, kernel=T,
             family=T, build=T),
    hardware=shape(vendor=T, model=T, serial=T, cpu=T, cpus=I, memory_mb=I,
                   disk_mb=I, virtualisation=T),
    packages=many(PACKAGE), removed=many(PACKAGE),
    interfaces=many(shape(name=T, mac=T, addresses=many(shape(text=T)))),
    users=many(shape(name=T, terminal=T, since=I)), errors=T)
JOB = shape(id=I, type=I, target=T, nonce=Y, not_before=I, expires=I,
            content_digest=Y, body=Y)
SIGNED_JOBS = shape(jobs=many(shape(job=Y, signature=Y)))
EVENTS = shape(events=many(shape(job=I, state=I, at=I, text=T)))
RESULTS = shape(nonce=Y, job=I, terms=TERMS, due=I, started=I, ended=I,
                outcome=I, text=T, content_digest=Y, inventory_digest=Y,
                verdicts=Y, details=Y)
RENEW = shape(csr=T)
RENEWED = shape(certificate=T, authority=T)
ASSESS = shape(terms=TERMS)
CANCEL = shape(job=I)
POLICY = shape(revision=I, checkin_interval_s=I, inventory_interval_s=I,
               agent_url=T,
               schedules=many(shape(terms=TERMS, schedule=T, zone=T,
                                    content_digest=Y)),
               points=many(shape(url=T)))
TEXTS = many(shape(text=T))
REBOOT = shape(needed=B, level=I, reason=T, requester=T, since=I, deadline=I,
               action=T, action_at=I, action_by=T)
REBOOT_STATE = shape(nonce=Y, at=I, job=I, reboot=REBOOT)
MISSING = shape(name=T, arch=T, installed=T, candidate=T, origin=T, suite=T,
                repository=T, size=I, advisory=T, type=T, severity=T, title=T,
                held=B, security=B, problem=T, cves=TEXTS)
PATCH_SCAN = shape(nonce=Y, job=I, cause=I, collected=I, manager=T,
                   policy_revision=I, installed=I, missing=many(MISSING),
                   reboot=REBOOT, errors=T, failure=T)
PATCH_TERMS = shape(run=I, configuration=I, version=I, task=T)
PATCH_OUTCOME = [("patch", T), ("package", T), ("from", T), ("to", T),
                 ("state", I), ("code", I), ("at", I), ("text", T)]
PATCH_RESULTS = shape(nonce=Y, job=I, terms=PATCH_TERMS, catch_up=B, due=I,
                      started=I, ended=I, phase=I, outcome=I, text=T,
                      policy_revision=I,
                      groups=many(shape(name=T, revision=I)),
                      outcomes=many(PATCH_OUTCOME), reboot=REBOOT)
CVE_FACT = shape(id=T, cvss20=I, cvss30=I, cvss31=I, cvss40=I, rating=I,
                 exploited=B)
PATCH_FACT = shape(id=T, title=T, type=T, severity=T, vendor=T, product=T,
                   product_version=T, released=I, preview=B, enablement=B,
                   reboot=B, supersedes=TEXTS, requires=TEXTS,
                   cves=many(CVE_FACT))
PATCH_HOLD = shape(target=T, is_package=B, reason=T, author=T, until=I)
PATCH_FREEZE = [("from", I), ("until", I), ("reason", T)]
APPROVALS = many(shape(key=Y, signature=Y))
PATCH_POLICY = shape(
    revision=I, since=I, configuration=I, version=I, name=T, settings=T,
    groups=many(shape(name=T, revision=I, patches=TEXTS)),
    patches=many(PATCH_FACT),
    packages=many(shape(name=T, arch=T, version=T, patch=T)),
    holds=many(PATCH_HOLD),
    suppressions=many(shape(cve=T, reason=T, author=T, until=I)),
    freezes=many(PATCH_FREEZE), ring=I, ring_open=B, ring_text=T,
    download_url=T, approvals=APPROVALS)
PATCH_JOB_SCAN = shape(run=I)
PATCH_JOB_DEPLOY = shape(terms=PATCH_TERMS, stage_only=B, patches=TEXTS,
                         approvals=APPROVALS)
REBOOT_JOB = shape(run=I, level=I, reason=T, deadline=I)
PATCH_STATES = {1: "queued", 2: "staged", 3: "downloading",
                4: "waiting for reboot", 5: "installing", 6: "installed",
                7: "pending reboot", 8: "failed", 9: "skipped",
                10: "superseded", 11: "cancelled by user", 12: "missed"}
PATCH_RUNS = {0: "goes on", 1: "done", 2: "error", 3: "skipped", 4: "missed"}
JOB_TYPES = {"assess": 1, "inventory": 2, "policy": 3, "renew": 4,
             "cancel": 5, "patch_policy": 6, "patch_scan": 7,
             "patch_deploy": 8, "reboot": 9}
STATES = {1: "taken", 2: "started", 3: "done", 4: "failed", 5: "refused",
          6: "waiting", 7: "skipped"}
DOMAIN = b"holdfast job v1\0"  # what a signature covers first
OUTCOMES = {1: "done", 2: "error", 3: "skipped"}


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def encode(kind, value):
    if kind == I:
        return varint(value << 1 if value >= 0 else (-value << 1) - 1)
    if kind == B:
        return bytes([bool(value)])
    if kind in (T, Y):
        data = value.encode() if isinstance(value, str) else value
        return varint(len(data)) + data
    if isinstance(kind, tuple):
        return varint(len(value)) + b"".join(encode(kind[1], v)
                                             for v in value)
    return b"".join(encode(k, value[name]) for name, k in kind)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def varint(self):
        n = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            n |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return n

    def read(self, kind):
        if kind == I:
            n = self.varint()
            return n >> 1 if n & 1 == 0 else -(n + 1 >> 1)
        if kind == B:
            self.at += 1
            return self.data[self.at - 1] == 1
        if kind in (T, Y):
            n = self.varint()
            data = self.data[self.at:self.at + n]
            self.at += n
            return data.decode() if kind == T else data
        if isinstance(kind, tuple):
            return [self.read(kind[1]) for _ in range(self.varint())]
        return {name: self.read(k) for name, k in kind}


def decode(kind, data):
    reader = Reader(data)
    value = reader.read(kind)
    assert reader.at == len(data), "bytes after the message"
    return value


# --- zstd, by the library itself ---
ZSTD = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
ZSTD.ZSTD_compressBound.restype = ctypes.c_size_t
ZSTD.ZSTD_compress.restype = ctypes.c_size_t
ZSTD.ZSTD_decompress.restype = ctypes.c_size_t
ZSTD.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong


def compress(data):
    room = ctypes.create_string_buffer(
        ZSTD.ZSTD_compressBound(ctypes.c_size_t(len(data))))
    n = ZSTD.ZSTD_compress(room, ctypes.c_size_t(len(room)), data,
                           ctypes.c_size_t(len(data)), 3)
    return room.raw[:n]


def decompress(data):
    size = ZSTD.ZSTD_getFrameContentSize(data, ctypes.c_size_t(len(data)))
    room = ctypes.create_string_buffer(max(1, size))
    n = ZSTD.ZSTD_decompress(room, ctypes.c_size_t(size), data,
                             ctypes.c_size_t(len(data)))
    return room.raw[:n]


# --- The server. ---
def certificate(name, key, issuer, issuer_key, ca=False, days=30):
    now = datetime.datetime.utcnow() - datetime.timedelta(hours=1)
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (x509.CertificateBuilder().subject_name(named)
               .issuer_name(issuer or named).public_key(key)
               .serial_number(x509.random_serial_number())
               .not_valid_before(now)
               .not_valid_after(now + datetime.timedelta(days=days))
               .add_extension(x509.BasicConstraints(ca, None), True))
    if not ca:
        import ipaddress
        builder = builder.add_extension(x509.SubjectAlternativeName(
            [x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
             x509.DNSName("localhost")]), False)
    return builder.sign(issuer_key, hashes.SHA256())


def pem(thing):
    return thing.public_bytes(serialization.Encoding.PEM).decode()


def key_pem(key):
    return key.private_bytes(serialization.Encoding.PEM,
                             serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption()).decode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (OSError, ssl.SSLError):
            self.close_connection = True

    def do_GET(self):
        self.server.sim.handle(self, b"")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.sim.handle(self, body)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def get_request(self):
        sock, where = super().get_request()
        sock.settimeout(30)
        return sock, where

    def handle_error(self, *_):
        pass  # who breaks off a connection is no news


class Sim:
    """One server. Everything that it was sent stays in its lists."""

    def __init__(self, directory, interval=60):
        self.dir = directory
        self.interval = interval
        self.lock = threading.Condition()
        self.ca_key = ec.generate_private_key(ec.SECP256R1())
        self.ca = certificate("test CA", self.ca_key.public_key(), None,
                              self.ca_key, ca=True)
        self.job_key = ed25519.Ed25519PrivateKey.generate()
        self.tokens = {"hfe-good"}
        self.devices = 0
        self.device = None
        self.jobs = []       # (id, signed job)
        self.noted = set()   # ids the agent said it took, or refused
        self.events = []     # every one, also repeated
        self.results = {}    # by nonce
        self.results_sent = 0
        self.inventory = None
        self.inventories = []
        self.checkins = []
        self.patch_scans = []    # each once, by nonce, in their order
        self.patch_results = []
        self.patch_reboots = []
        self.packs = {}
        self.content = b""   # digest the check-in names
        self.requests = []
        self.faults = []     # (path part, what): "drop", "lost", a status
        self.renewed = 0
        self.ask_renew = False
        self.next_job = 1
        self.ranges = []
        # Also when it is away for a while, nobody else listens there.
        self.port, self.enrol_port = free_port(), free_port()
        self.servers = []
        self.start()

    @property
    def fingerprint(self):
        return self.ca.fingerprint(hashes.SHA256()).hex()

    @property
    def url(self):
        return "https://127.0.0.1:%d" % self.port

    def start(self):
        key = ec.generate_private_key(ec.SECP256R1())
        cert = certificate("server", key.public_key(), self.ca.subject,
                           self.ca_key)
        chain = os.path.join(self.dir, "server.pem")
        ca = os.path.join(self.dir, "ca.pem")
        with open(chain, "w") as out:
            out.write(key_pem(key) + pem(cert) + pem(self.ca))
        with open(ca, "w") as out:
            out.write(pem(self.ca))
        for name, client in (("port", True), ("enrol_port", False)):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.minimum_version = ssl.TLSVersion.TLSv1_3
            context.load_cert_chain(chain)
            if client:
                context.verify_mode = ssl.CERT_REQUIRED
                context.load_verify_locations(ca)
            server = Server(("127.0.0.1", getattr(self, name)), Handler)
            server.socket = context.wrap_socket(
                server.socket, server_side=True,
                do_handshake_on_connect=False)
            server.sim = self
            setattr(self, name, server.server_address[1])
            threading.Thread(target=server.serve_forever,
                             kwargs={"poll_interval": 0.05},
                             daemon=True).start()
            self.servers.append(server)

    def stop(self):
        """As a machine that is switched off: nothing listens any more."""
        for server in self.servers:
            server.shutdown()
            server.server_close()
        self.servers = []
        with self.lock:
            self.lock.notify_all()

    # --- jobs ---
    def make_job(self, kind, body=b"", key=None, **other):
        now = int(time.time()) + other.pop("offset", 0)
        job = {"id": self.next_job, "type": JOB_TYPES.get(kind, kind),
               "target": self.device or "d-1", "nonce": os.urandom(16),
               "not_before": now - 5, "expires": now + 3600,
               "content_digest": b"", "body": body}
        job.update(other)
        self.next_job = max(self.next_job, job["id"]) + 1
        data = encode(JOB, job)
        signature = (key or self.job_key).sign(DOMAIN + data)
        return job["id"], {"job": data, "signature": signature}

    def add(self, made):
        with self.lock:
            self.jobs.append(made)
            self.lock.notify_all()
        return made[0]

    def order(self, kind, body=b"", **other):
        return self.add(self.make_job(kind, body, **other))

    def assess(self, digest, offset=0, **terms):
        values = {"run": 0, "configuration": 1, "revision": 1,
                  "while_logged_off": True, "nice": 0, "memory_mb": 0,
                  "limit_s": 0}
        values.update(terms)
        return self.order("assess", encode(ASSESS, {"terms": values}),
                          content_digest=digest, offset=offset)

    def policy(self, revision, schedules, offset=0, **other):
        rows = []
        for number, row in enumerate(schedules, 1):
            terms = {"run": 0, "configuration": number, "revision": 1,
                     "while_logged_off": True, "nice": 0, "memory_mb": 0,
                     "limit_s": 0}
            terms.update(row.get("terms", {}))
            rows.append({"terms": terms, "schedule": row["schedule"],
                         "zone": row.get("zone", ""),
                         "content_digest": row["content"]})
        body = {"revision": revision, "checkin_interval_s": 60,
                "inventory_interval_s": 86400, "agent_url": "",
                "schedules": rows, "points": []}
        body.update(other)
        return self.order("policy", encode(POLICY, body), offset=offset)

    def add_pack(self, path):
        with open(path, "rb") as file:
            data = file.read()
        digest = hashlib.sha256(data).digest()
        self.packs[digest.hex()] = data
        return digest

    # --- requests ---
    def handle(self, request, body):
        path = urllib.parse.urlsplit(request.path)
        if not self.servers:  # switched off: kept connections are dead, too
            request.close_connection = True
            return
        with self.lock:
            self.requests.append((request.command, request.path))
            fault = next((f for f in self.faults if f[0] in path.path), None)
            if fault is not None:
                self.faults.remove(fault)
        if fault is not None and fault[1] == "drop":
            request.close_connection = True
            return
        if fault is not None and isinstance(fault[1], int):
            request.answer(fault[1])
            return
        name = path.path.split("/")[3].replace("-", "_")
        status, answer = getattr(self, "on_" + name)(request, path, body)
        if fault is not None and fault[1] == "lost":
            request.close_connection = True  # done, but never heard of
            return
        if answer is not None:
            request.answer(status, answer)

    def on_enrol(self, _request, _path, body):
        asked = decode(ENROL, decompress(body))
        if asked["token"] not in self.tokens:
            return 403, b""
        self.tokens.remove(asked["token"])
        self.devices += 1
        self.device = "d-%d" % self.devices
        csr = x509.load_pem_x509_csr(asked["csr"].encode())
        cert = certificate("device-%d" % self.devices, csr.public_key(),
                           self.ca.subject, self.ca_key)
        public = self.job_key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return 200, compress(encode(ENROLLED, {
            "device": self.device, "certificate": pem(cert),
            "authority": pem(self.ca), "keys": [{"key": public}],
            "agent_url": self.url, "server_time": int(time.time())}))

    def on_checkin(self, _request, _path, body):
        asked = decode(CHECKIN, decompress(body))
        with self.lock:
            self.checkins.append(asked)
            self.lock.notify_all()
        have = self.inventory["digest"] if self.inventory else b""
        want = have != asked["inventory_digest"]
        return 200, compress(encode(CHECKED_IN, {
            "server_time": int(time.time()), "interval_s": self.interval,
            "send_inventory": want and not have,
            "whole_inventory": not have, "renew": self.ask_renew,
            "content_digest": self.content,
            "content_size": len(self.packs.get(self.content.hex(), b""))}))

    def on_inventory(self, _request, _path, body):
        sent = decode(INVENTORY, decompress(body))
        with self.lock:
            base = sent["base_digest"]
            if base and (not self.inventory or
                         self.inventory["digest"] != base):
                return 409, b""
            self.inventories.append(sent)
            whole = dict(sent)
            if base:
                gone = {(p["name"], p["evr"], p["arch"])
                        for p in sent["removed"] + sent["packages"]}
                whole["packages"] = [
                    p for p in self.inventory["packages"]
                    if (p["name"], p["evr"], p["arch"]) not in gone
                ] + sent["packages"]
            self.inventory = whole
            self.lock.notify_all()
        return 204, b""

    def on_results(self, _request, _path, body):
        sent = decode(RESULTS, decompress(body))
        with self.lock:
            self.results_sent += 1
            old = self.results.get(sent["nonce"])
            assert old is None or old == sent, "one nonce, two results"
            self.results[sent["nonce"]] = sent
            self.lock.notify_all()
        return 204, b""

    def keep_once(self, where, value):
        with self.lock:
            if value["nonce"] not in [v["nonce"] for v in where]:
                where.append(value)
            self.lock.notify_all()
        return 204, b""

    def on_patch_scan(self, _request, _path, body):
        return self.keep_once(self.patch_scans,
                              decode(PATCH_SCAN, decompress(body)))

    def on_patch_results(self, _request, _path, body):
        return self.keep_once(self.patch_results,
                              decode(PATCH_RESULTS, decompress(body)))

    def on_patch_reboot(self, _request, _path, body):
        return self.keep_once(self.patch_reboots,
                              decode(REBOOT_STATE, decompress(body)))

    def patch_policy(self, revision, settings=None, **other):
        """Settings: the configuration as an object, or None for none."""
        body = {"revision": revision, "since": 0,
                "configuration": 0 if settings is None else 3,
                "version": 0 if settings is None else 7, "name": "servers",
                "settings": "" if settings is None else json.dumps(settings),
                "groups": [], "patches": [], "packages": [], "holds": [],
                "suppressions": [], "freezes": [], "ring": 0,
                "ring_open": False, "ring_text": "", "download_url": "",
                "approvals": []}
        offset = other.pop("offset", 0)
        body.update(other)
        return self.order("patch_policy", encode(PATCH_POLICY, body),
                          offset=offset)

    def patch_deploy(self, patches=(), stage_only=False, offset=0,
                     approvals=(), version=7):
        return self.order("patch_deploy", encode(PATCH_JOB_DEPLOY, {
            "terms": {"run": 11, "configuration": 3, "version": version,
                      "task": "routine"},
            "stage_only": stage_only,
            "patches": [{"text": p} for p in patches],
            "approvals": list(approvals)}), offset=offset)

    def on_events(self, _request, _path, body):
        with self.lock:
            for event in decode(EVENTS, decompress(body))["events"]:
                self.events.append(event)
                self.noted.add(event["job"])
            self.lock.notify_all()
        return 204, b""

    def on_jobs(self, request, path, _body):
        asked = urllib.parse.parse_qs(path.query)
        after = int(asked["after"][0])
        until = time.monotonic() + min(20, int(asked["wait_s"][0]))
        servers = self.servers
        with self.lock:
            while True:
                if self.servers is not servers or not self.servers:
                    request.close_connection = True
                    return 0, None
                jobs = [j for i, j in self.jobs
                        if i > after and i not in self.noted]
                if jobs or time.monotonic() >= until:
                    break
                self.lock.wait(0.5)
        return 200, compress(encode(SIGNED_JOBS, {"jobs": jobs}))

    def on_renew(self, _request, _path, body):
        csr = x509.load_pem_x509_csr(
            decode(RENEW, decompress(body))["csr"].encode())
        self.renewed += 1
        self.ask_renew = False
        cert = certificate("device-1", csr.public_key(), self.ca.subject,
                           self.ca_key)
        return 200, compress(encode(RENEWED, {"certificate": pem(cert),
                                              "authority": pem(self.ca)}))

    def on_content(self, request, path, _body):
        data = self.packs.get(path.path.split("/")[4])
        if data is None:
            return 404, b""
        start = 0
        given = request.headers.get("Range")
        self.ranges.append(given)
        if given:
            start = int(given[len("bytes="):].rstrip("-"))
        if start >= len(data):
            return 416, b""
        part = data[start:]
        broken = any(f[0] == "half" for f in self.faults)
        request.send_response(206 if given else 200)
        if given:
            request.send_header("Content-Range", "bytes %d-%d/%d" % (
                start, len(data) - 1, len(data)))
        request.send_header("Content-Length", str(len(part)))
        request.end_headers()
        if broken:
            self.faults = [f for f in self.faults if f[0] != "half"]
            request.wfile.write(part[:len(part) // 2])
            request.wfile.flush()
            request.close_connection = True
            request.connection.close()
        else:
            request.wfile.write(part)
        return 0, None

    # --- waiting ---
    def wait(self, what):
        """Until what() is true; its value."""
        until = time.monotonic() + PATIENCE
        with self.lock:
            while True:
                value = what()
                if value:
                    return value
                if time.monotonic() > until:
                    raise AssertionError("waited too long")
                self.lock.wait(0.1)

    def states(self, job):
        """The states of a job, each once, in the order they came first."""
        seen = []
        for event in self.events:
            name = STATES[event["state"]]
            if event["job"] == job and name not in seen:
                seen.append(name)
        return seen

    def texts(self, job):
        return " ".join(e["text"] for e in self.events if e["job"] == job)

    def outcome(self, job):
        """The results of a job, or None."""
        return next((r for r in self.results.values() if r["job"] == job),
                    None)


def pack_of(holdfast, directory, document, name="content"):
    """Compiles an OVAL document into a pack, as the server's reader does."""
    xml = os.path.join(directory, name + ".xml")
    pack = os.path.join(directory, name + ".pack")
    with open(xml, "wb") as out:
        out.write(document)
    subprocess.run([holdfast, "oval", "compile", xml, "-o", pack], check=True,
                   capture_output=True, timeout=PATIENCE)
    return pack
