# SPDX-License-Identifier: Apache-2.0
"""Claim 26: no secret in any log, answer, export, backup, or readable in the
store. Secrets of every kind are planted; then everything that there is, is
searched for each of them, as text, hexadecimal and base64."""
import base64
import glob
import hashlib
import hmac
import json
import os
import struct
import subprocess
import time

from e2e import check, equal, main, test
from receiver import Receiver
from server import Refused, Server

CANARY = "canary-secret-%s-7f3a91d0"
# Where secrets are kept: read by the server's own user only.
KEPT = ("keys", "secret.key", "setup-secret")


def totp(secret, at):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", at // 30), hashlib.sha1).digest()
    number = struct.unpack(">I", digest[digest[-1] & 15:][:4])[0] & 0x7fffffff
    return "%06d" % (number % 1000000)


def forms(secret):
    data = secret.encode()
    for cut in range(3):   # base64 of it at any place in something longer
        text = base64.b64encode(b"\0" * cut + data + b"\0\0").decode()
        yield text[4 if cut else 0:][:len(data) * 4 // 3 - 6]
    yield from (secret, data.hex(), data.hex().upper())


class Search:
    def __init__(self):
        self.secrets = {}    # name: text
        self.seen = 0

    def plant(self, name):
        self.secrets[name] = CANARY % name
        return self.secrets[name]

    def add(self, name, text):
        check(len(text) >= 6, name, text)
        self.secrets[name] = text
        return text

    def look(self, where, data):
        data = data if isinstance(data, bytes) else data.encode()
        self.seen += 1
        for name, secret in self.secrets.items():
            for form in forms(secret):
                check(form.encode() not in data, name, "is in", where)


def plant_settings(server, search, receiver):
    key = subprocess.run(["openssl", "genpkey", "-algorithm", "RSA"],
                         check=True, capture_output=True,
                         text=True).stdout
    search.add("saml.key", key.split("\n")[5])
    server.change_settings({
        "webhook.ca": receiver.authority, "saml.key": key,
        "ldap.bind_password": search.plant("ldap"),
        "oidc.client_secret": search.plant("oidc")})


def plant_people(server, search):
    password = search.plant("password")
    server.post("/api/v1/users", {
        "login": "bob", "name": "", "email": "", "roles": [],
        "password": password})
    for wrong in (search.plant("wrong"), password):
        try:
            server.post("/api/v1/session", {"login": "bob",
                                            "password": wrong}, token="")
        except Refused:
            pass
    made = server.post("/api/v1/tokens", {
        "name": "t", "permissions": ["device.read"],
        "expires": time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                 time.gmtime(time.time() + 86400))})
    search.add("token", made["token"])
    search.add("enrolment", server.post("/api/v1/enrol-tokens",
                                        {})["token"])
    factor = server.post("/api/v1/account/second-factor",
                         {"password": search.secrets["admin"]})
    search.add("totp", factor["secret"])
    codes = server.good("PUT", "/api/v1/account/second-factor", {
        "code": totp(factor["secret"], int(time.time()))})
    search.add("recovery", codes["recovery_codes"][0])
    # A token where none belongs: in a path, in a body that is wrong.
    server.ask("GET", "/api/v1/devices?" + search.plant("query"))
    server.ask("POST", "/api/v1/labels", {"nonsense": search.plant("body")})
    server.ask("GET", "/api/v1/devices", token=search.plant("bearer"))
    server.ask("GET", "/api/v1/devices", token="", headers={
        "Cookie": "__Host-holdfast=" + search.plant("cookie")})


def plant_report(server, search, receiver):
    made = server.post("/api/v1/report-schedules", {
        "name": "weekly", "report": "compliance", "format": "csv",
        "webhook": receiver.url, "mail_to": "ann@example.org",
        "schedule": {"type": "weekly", "time": "06:00",
                     "weekdays": ["mon"]}})
    search.add("webhook", made["webhook_secret"])
    path = "/api/v1/report-schedules/%d" % made["id"]
    server.good("POST", path + "/send")
    server.wait_for(lambda: server.get(path)["last_result"], "a delivery")


def search_api(server, search):
    document = server.get("/api/v1/openapi.json")
    asked = 0
    for path, methods in sorted(document["paths"].items()):
        if "get" not in methods or "event" in path or \
                path.startswith("/agent"):
            continue
        filled = "/".join("1" if part.startswith("{") else part
                          for part in path.split("/"))
        for query in ("", "?format=csv", "?format=html", "?limit=1000"):
            status, headers, body = server.ask("GET", filled + query)
            body = body if isinstance(body, bytes) else json.dumps(body)
            search.look("GET %s%s (%d)" % (filled, query, status), body)
            search.look("the headers of " + filled, str(headers))
            asked += status == 200
    check(asked > 30, asked)


def search_files(search, directory, data):
    for path in glob.glob(os.path.join(data, "**"), recursive=True):
        name = os.path.relpath(path, data)
        if os.path.isfile(path) and name.split("/")[0] not in KEPT:
            with open(path, "rb") as file:
                search.look("the file " + name, file.read())
    for name in KEPT:
        path = os.path.join(data, name)
        if os.path.exists(path):
            equal(os.stat(path).st_mode & 0o077, 0)


def search_processes(server, search):
    for role, pid in [("supervisor", server.process.pid),
                      *server.children().items()]:
        for what in ("cmdline", "environ"):
            with open("/proc/%d/%s" % (pid, what), "rb") as file:
                search.look("%s of %s" % (what, role), file.read())


@test
def claim_26_no_secret_in_logs_answers_exports_backups_and_the_store(
        directory):
    search = Search()
    mail = os.path.join(directory, "mail-password")
    with open(mail, "w") as file:
        file.write(search.plant("mail") + "\n")
    os.chmod(mail, 0o600)
    phrase = os.path.join(directory, "passphrase")
    with open(phrase, "w") as file:
        file.write(search.plant("backup") + "\n")
    os.chmod(phrase, 0o600)
    with Receiver(directory) as receiver, Server(
            directory, log__level="debug", outbound__allow="127.0.0.0/8,::1",
            mail__server="smtp://127.0.0.1:1", mail__user="user",
            mail__password_file=mail,
            mail__from="holdfast@example.org") as server:
        with open(os.path.join(server.data, "setup-secret")) as file:
            search.add("setup", file.read().strip())
        server.set_up(password=search.plant("admin"))
        search.add("session", server.token)
        plant_settings(server, search, receiver)
        plant_people(server, search)
        plant_report(server, search, receiver)
        search_api(server, search)
        search_processes(server, search)
        backup = os.path.join(directory, "backup")
        done = subprocess.run([*server.arguments(), "backup", backup, phrase],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=120)
        equal((done.returncode, done.stderr), (0, b""))
        search.look("what backup says", done.stdout)
        with open(backup, "rb") as file:
            search.look("the backup", file.read())
        search_files(search, directory, server.data)
        for _, headers, body in receiver.posts:
            search.look("the webhook", str(headers).encode() + body)
        check(receiver.posts, "a webhook arrived")
    # What was restored elsewhere has no more of them.
    other = os.path.join(directory, "other")
    os.mkdir(other)
    copy = Server(other)
    os.makedirs(copy.data)
    done = subprocess.run([*copy.arguments(), "restore", backup, phrase],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=120)
    equal((done.returncode, done.stderr), (0, b""))
    search_files(search, directory, copy.data)
    search.look("the log", server.log())
    check(len(search.secrets) >= 16 and search.seen > 200, search.seen)
    # The search itself finds.
    for form in forms(CANARY % "x"):
        check(form in form + "x")


if __name__ == "__main__":
    raise SystemExit(main())
