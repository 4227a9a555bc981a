# SPDX-License-Identifier: Apache-2.0
"""Network devices that fetch what they are to be from a real holdfastd: Auto
Update (R-AUS), CNS call-home (R-CNC), Plug-n-Play (R-INV-5)."""
import json
import os
import socket
import sqlite3
import subprocess
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "simulators"))
# pylint: disable=wrong-import-position
from e2e import PATIENCE, check, equal, main, test
from fetching import AusDevice, CnsDevice, Http, PnpAgent, ROUNDS_MAX
from server import HOLDFASTD, Refused, Server

CONFIG = """hostname fw1
enable password Planted-secret-77 encrypted
interface Ethernet0
 nameif outside
! end
"""
DELTA = "ntp server 192.0.2.1\nlogging host 192.0.2.2\nsnmp-server x\n"


class Bed:
    """A server with a gate, its three objects, and devices on them."""

    def __init__(self, directory, **settings):
        os.makedirs(directory, exist_ok=True)
        self.server = Server(directory, devices__listen="127.0.0.1:0",
                             devices__tls_listen="127.0.0.1:0",
                             clock=os.path.join(directory, "clock"),
                             **settings)
        with open(self.server.clock, "w") as file:
            file.write("0\n")

    def __enter__(self):
        self.server.start()
        self.server.set_up()
        self.server.change_settings({"network.approve_alone": True})
        self.base = "http://127.0.0.1:%d" % self.server.ports["devices"]
        self.secure = "https://localhost:%d" % \
            self.server.ports["devices_tls"]
        self.cafile = os.path.join(self.server.data, "keys", "ca.pem")
        return self

    def __exit__(self, *_):
        equal(self.server.stop(), 0)

    def jump(self, seconds):
        """Sessions end meanwhile."""
        self.server.jump(seconds)
        self.server.token = None
        self.server.log_in()

    def object(self, kind, **more):
        body = {"kind": kind, "name": kind, "address": "127.0.0.1",
                "port": self.server.ports["devices"],
                "networks": "127.0.0.0/8", **more}
        return self.server.post("/api/v1/device-servers", body)["id"]

    def device(self, name, family, server, identity):
        return self.server.post("/api/v1/network/devices", {
            "name": name, "family": family, "server": server,
            "identity": identity})["id"]

    def password(self, device):
        return self.server.good(
            "POST", "/api/v1/fetching-devices/%d/password" % device)

    def stage(self, device, text, **more):
        return self.server.good(
            "POST", "/api/v1/fetching-devices/%d/staged?%s" %
            (device, urllib.parse.urlencode(more)), text.encode(),
            headers={"Content-Type": "text/plain"})["id"]

    def image(self, name, data, **more):
        return self.server.good(
            "POST", "/api/v1/device-images?%s" %
            urllib.parse.urlencode({"name": name, **more}), data,
            headers={"Content-Type": "application/octet-stream"})["id"]

    def stage_image(self, device, image):
        return self.server.post("/api/v1/fetching-devices/%d/images" % device,
                                {"image": image})["id"]

    def staged(self, number):
        return self.server.get("/api/v1/staged/%d" % number)

    def requests(self, device):
        return self.server.get("/api/v1/fetching-devices/%d/requests" %
                               device)["items"]

    def firewall(self, name="fw1", **more):
        """(device, simulator)"""
        server = self.server.get("/api/v1/device-servers")["items"]
        server = server[0]["id"] if server else self.object("aus")
        device = self.device(name, "asa", server, name)
        return device, AusDevice(self.password(device)["url"], name, **more)

    def router(self, name="r1", **more):
        server = self.server.get("/api/v1/device-servers")["items"]
        server = server[0]["id"] if server else self.object("ce")
        device = self.device(name, "ios", server, name)
        return device, CnsDevice(self.base, name, **more)


# --- Auto Update -------------------------------------------------------------
@test
def R_AUS_1_a_configuration_is_staged_fetched_and_confirmed(directory):
    with Bed(directory) as bed:
        device, firewall = bed.firewall()
        number = bed.stage(device, CONFIG, title="first")
        told = bed.staged(number)
        equal(told["state"], "staged")
        equal(told["file"], "fw1_full.cfg")           # R-DEP-1
        equal(told["delta"], False)                   # R-AUS-9
        check("Planted-secret-77" not in told["configuration"])

        _, offers, _ = firewall.ask()
        equal(list(offers), ["config"])
        equal(Http().ask("HEAD", offers["config"][0]), (200, b""))
        equal(bed.staged(number)["state"], "staged")
        check(firewall.take("config", offers["config"], None))
        equal(bed.staged(number)["state"], "fetched")
        equal(firewall.poll(), 200)
        told = bed.staged(number)
        equal(told["state"], "confirmed")
        equal(told["fetches"], 1)
        equal(firewall.config, CONFIG)
        versions = bed.server.get("/api/v1/network/devices/%d/configurations"
                                  % device)["items"]
        equal([v["cause"] for v in versions], ["confirmed by the device"])
        policy = bed.server.get("/api/v1/fetching-devices/%d/policy" % device)
        equal(policy["config"], 1)                    # R-AUS-3
        equal(policy["commands"].splitlines()[1:],
              ["auto-update poll-period 720",
               "auto-update device-id string fw1"])
        # What has ended is not to be had any more.
        equal(Http().ask("GET", offers["config"][0])[0], 404)

        # Secrets of devices are in no file of the server but sealed.
        for secret in (b"Planted-secret-77", b"hunter2secret"):
            for folder, _, names in os.walk(directory):
                for name in names:
                    with open(os.path.join(folder, name), "rb") as file:
                        check(secret not in file.read(), name)
        kept = bed.requests(device)
        check(any("<password>********</password>" in r["request"]
                  for r in kept), kept)


@test
def R_AUS_10_image_then_ASDM_then_configuration(directory):
    with Bed(directory) as bed:
        device, firewall = bed.firewall()
        # Larger than what is held in memory, and than an answer.
        system = os.urandom(1 << 20) * 12
        asdm = os.urandom(300000)
        numbers = [bed.stage(device, CONFIG),
                   bed.stage_image(device, bed.image("asdm-792.bin", asdm,
                                                     kind="asdm")),
                   bed.stage_image(device, bed.image("asa917.bin", system))]
        _, offers, _ = firewall.ask()
        equal(sorted(offers), ["asdm", "config", "image"])
        url = offers["image"][0]
        check(url.endswith("/asa917.bin"), url)
        equal(Http().ask("GET", url, headers={"Range": "bytes=100-199"}),
              (206, system[100:200]))
        equal(bed.staged(numbers[2])["state"], "staged")
        equal(firewall.poll(), 200)
        equal(firewall.fetched, ["image", "asdm", "config"])
        equal([bed.staged(n)["state"] for n in numbers], ["confirmed"] * 3)
        equal(Http().ask("GET", url)[0], 404)


@test
def R_AUS_10_a_file_that_vanished_is_brought_from_the_store(directory):
    with Bed(directory) as bed:
        device, firewall = bed.firewall()
        system = os.urandom(3 << 20)
        image = bed.image("asa917.bin", system)
        number = bed.stage_image(device, image)
        _, offers, _ = firewall.ask()
        url = offers["image"][0]
        folder = os.path.join(bed.server.data, "images")
        kept, = os.listdir(folder)
        os.unlink(os.path.join(folder, kept))
        equal(Http().ask("GET", url)[0], 503)
        equal(bed.staged(number)["state"], "staged")
        bed.server.wait_for(lambda: os.listdir(folder) == [kept],
                            "the file of the image")
        equal(Http().ask("GET", url), (200, system))
        # What no server has any more is said, not tried for ever.
        os.unlink(os.path.join(folder, kept))
        with sqlite3.connect(os.path.join(bed.server.data, "holdfast.db"),
                             timeout=60) as store:
            store.execute("DELETE FROM netdev_image_piece")
        store.close()
        equal(Http().ask("GET", url)[0], 410)
        try:
            bed.stage_image(device, image)
            check(False, "it was staged")
        except Refused as why:
            equal(why.status, 422)
            check("bring it again" in str(why.body), why.body)


@test
def R_AUS_10_an_image_that_arrives_damaged_is_told(directory):
    for fault in ("bad-md5", "truncated", "deaf"):
        with Bed(os.path.join(directory, fault)) as bed:
            device, firewall = bed.firewall(fault=fault)
            number = bed.stage_image(device, bed.image("asa917.bin",
                                                       b"image" * 1000))
            for _ in range(7):
                equal(firewall.poll(), 200)
            told = bed.staged(number)
            equal(told["state"], "failed")
            check("MD5" in told["told"] or "checksum" in told["told"], told)


@test
def R_AUS_10_all_forms_of_details_are_read_also_over_TLS(directory):
    with Bed(directory) as bed:
        server = bed.object("aus", address="localhost", tls=True, xml=True,
                            port=bed.server.ports["devices_tls"])
        device = bed.device("fw2", "asa", server, "fw/2 a")
        answer = bed.password(device)
        check(answer["url"].startswith("https://fw%2F2%20a:"), answer)
        firewall = AusDevice(answer["url"], "fw/2 a", form="elements",
                             cafile=bed.cafile)
        number = bed.stage(device, CONFIG)
        equal(firewall.poll(), 200)
        equal(bed.staged(number)["state"], "confirmed")
        check('<cli id="0">hostname fw1</cli>' in firewall.config)
        facts = bed.server.get("/api/v1/fetching-devices/%d" % device)
        equal(facts["facts"]["version"], "9.1(7)")
        check("memory-free" in bed.requests(device)[0]["unknown"])


@test
def R_AUS_10_damaged_and_cut_downloads_are_tried_again_and_end(directory):
    for fault in ("bad-md5", "truncated"):
        with Bed(os.path.join(directory, fault)) as bed:
            device, firewall = bed.firewall(fault=fault)
            number = bed.stage(device, CONFIG)
            equal(firewall.poll(), 200)
            told = bed.staged(number)
            equal(told["state"], "fetched")
            check("MD5 checksum" in told["told"], told)
            firewall.fault = None
            equal(firewall.poll(), 200)
            equal(bed.staged(number)["state"], "confirmed")

            firewall.fault = fault
            number = bed.stage(device, CONFIG + "! more\n")
            for _ in range(ROUNDS_MAX):
                firewall.poll()
            equal(bed.staged(number)["state"], "failed")


@test
def R_AUS_10_a_device_in_a_loop_is_not_served_for_ever(directory):
    with Bed(directory) as bed:
        device, firewall = bed.firewall(fault="deaf")
        number = bed.stage(device, CONFIG)
        equal(firewall.poll(), 200)
        told = bed.staged(number)
        equal(told["state"], "failed")
        equal(told["fetches"], 5)
        check("another checksum" in told["told"], told)


@test
def R_AUS_10_a_refused_configuration_fails_with_the_devices_words(directory):
    with Bed(directory) as bed:
        device, firewall = bed.firewall(fault="refuses")
        number = bed.stage(device, CONFIG)
        equal(firewall.poll(), 200)
        told = bed.staged(number)
        equal(told["state"], "failed")
        check("line 2 is not accepted" in told["told"], told)


@test
def R_AUS_4_nobody_is_told_anything_without_the_right_password(directory):
    with Bed(directory) as bed:
        device, firewall = bed.firewall()
        other, second = bed.firewall("fw9")
        bed.stage(device, CONFIG)
        good = firewall.url
        for url in (good.replace(":", ":x", 2).replace("http:x", "http:"),
                    good.split("//")[0] + "//" + good.split("@")[1],
                    second.url):  # another device's password
            firewall.url = url
            equal(firewall.poll(), 401)
        firewall.url = good
        firewall.device_id = "nobody"
        equal(firewall.poll(), 401)
        strange = bed.server.get("/api/v1/fetch-requests")["items"]
        check(any(r["identity"] == "nobody" for r in strange), strange)
        firewall.device_id = "fw1"
        bed.password(device)  # a new one: the old one is void
        equal(firewall.poll(), 401)
        equal(second.poll(), 200)
        equal(bed.requests(other)[0]["outcome"], "nothing to fetch")


@test
def R_COM_11_a_device_is_known_by_its_id_from_any_address(directory):
    with Bed(directory) as bed:
        device, firewall = bed.firewall()
        for source in ("127.0.0.1", "127.0.0.2"):
            firewall.http.source = source
            equal(firewall.poll(), 200)
            told = bed.server.get("/api/v1/fetching-devices/%d" % device)
            equal(told["last_address"], source)
        equal(len(bed.server.get("/api/v1/fetching-devices")["items"]), 1)


@test
def R_CNC_10_a_router_whose_address_changes_is_the_same_one(directory):
    with Bed(directory) as bed:
        device, router = bed.router()
        for source in ("127.0.0.1", "127.0.0.2"):
            router.http.source = source
            number = bed.stage(device, DELTA)
            equal(router.run()[0], 200)
            equal(bed.staged(number)["state"], "confirmed")
            told = bed.server.get("/api/v1/fetching-devices/%d" % device)
            equal(told["last_address"], source)
        equal(len(bed.server.get("/api/v1/fetching-devices")["items"]), 1)


@test
def R_AUS_12_the_next_poll_is_foretold_and_an_overdue_device_shows(directory):
    with Bed(directory) as bed:
        device, firewall = bed.firewall()
        path = "/api/v1/fetching-devices/%d" % device
        tag = bed.server.ask("GET", path)[1]["ETag"]
        bed.server.good("PATCH", path, {"poll_minutes": 30, "retry_count": 2,
                                        "retry_minutes": 5},
                        headers={"If-Match": tag.split("-")[0] + '"'
                                 if "-" in tag else tag})
        equal(firewall.poll(), 200)
        told = bed.server.get(path)
        check(told["next_poll"] > told["last_seen"])
        equal(told["overdue"], False)
        bed.jump(41 * 60)
        equal(bed.server.get(path)["overdue"], True)


@test
def what_is_staged_expires_and_something_newer_replaces_it(directory):
    with Bed(directory) as bed:
        device, firewall = bed.firewall()
        first = bed.stage(device, CONFIG)
        second = bed.stage(device, CONFIG + "! 2\n", hours=1)
        equal(bed.staged(first)["state"], "replaced")
        url = firewall.ask()[1]["config"][0]
        bed.jump(3601)
        equal(Http().ask("GET", url)[0], 404)
        equal(firewall.poll(), 200)
        equal(firewall.fetched, [])
        equal(bed.staged(second)["state"], "expired")


@test
def R_AUS_11_a_device_learns_of_a_new_server_from_the_old_one(directory):
    with Bed(directory) as bed:
        device, firewall = bed.firewall()
        path = "/api/v1/network/devices/%d" % device
        new = bed.object("aus", name="new", address="127.0.0.5")
        router = bed.object("ce", name="ce")

        def move(server):
            tag = bed.server.ask("GET", path)[1]["ETag"].strip('"')
            return bed.server.ask(
                "PATCH", path, {"server": server},
                headers={"If-Match": '"%s"' % tag.split("-")[0]})

        equal(firewall.poll(), 200)
        status, _, answer = move(new)
        equal((status, "R-AUS-11" in answer["detail"]), (422, True))
        number = bed.stage(device, CONFIG + "auto-update server http://fw1:"
                           "secret-9@127.0.0.5:80/autoupdate/"
                           "AutoUpdateServlet\n")
        equal(firewall.poll(), 200)
        equal(bed.staged(number)["state"], "confirmed")
        check("secret-9" not in bed.staged(number)["configuration"])
        equal(move(new)[0], 200)
        # R-COM-10: Auto Update is not for routers.
        try:
            bed.device("r1", "ios", new, "r1")
            check(False, "a router on an Auto Update server")
        except Refused as refused:
            equal(refused.status, 422)
        bed.device("r1", "ios", router, "r1")


# --- call-home ---------------------------------------------------------------
@test
def R_CNC_a_router_fetches_the_job_and_posts_its_status(directory):
    for tells in ("query", "header", "path", "body"):
        with Bed(os.path.join(directory, tells)) as bed:
            device, router = bed.router(tells=tells)
            equal(router.run(), (200, []))           # nothing to be done
            number = bed.stage(device, DELTA)
            told = bed.staged(number)
            equal(told["file"], "r1_delta.cfg")      # R-CNE-6, R-DEP-1
            router.http.source = "127.0.0.3"         # R-CNC-10
            equal(router.run()[0], 200)
            equal("\n".join(router.applied) + "\n", DELTA)
            equal(bed.staged(number)["state"], "confirmed")
            equal(router.run(), (200, []))


@test
def R_CNE_7_what_was_applied_before_a_refused_line_is_told(directory):
    with Bed(directory) as bed:
        device, router = bed.router(refuses="snmp")
        number = bed.stage(device, DELTA)
        router.run()
        told = bed.staged(number)
        equal(told["state"], "partial")
        equal(told["applied_lines"], 2)
        equal(told["remaining"], "snmp-server x\n")
        router.refuses = "ntp"
        number = bed.stage(device, DELTA)
        router.run()
        equal(bed.staged(number)["state"], "failed")
        router.refuses, router.warns = None, "ntp may be late"
        number = bed.stage(device, DELTA)
        router.run()
        told = bed.staged(number)
        equal(told["state"], "confirmed")
        check("ntp may be late" in told["told"], told)


@test
def R_CNC_7_the_page_of_the_template_gives_no_job(directory):
    with Bed(directory) as bed:
        device, router = bed.router(page="DynaConfig")
        number = bed.stage(device, DELTA)
        equal(router.run(), (200, []))
        equal(bed.staged(number)["state"], "staged")
        check("R-CNC-7" in bed.requests(device)[0]["outcome"])


@test
def a_status_that_comes_again_or_of_another_changes_nothing(directory):
    with Bed(directory) as bed:
        server = bed.object("ce", xml=True)
        device = bed.device("r1", "ios", server, "r1")
        router = CnsDevice(bed.base, "r1")
        router.status()                               # of nothing
        number = bed.stage(device, DELTA)
        router.status()
        equal(bed.staged(number)["state"], "staged")
        equal(router.run()[0], 200)
        check(router.identifier.startswith("hf-"), router.identifier)
        equal(bed.staged(number)["state"], "confirmed")
        second = bed.stage(device, DELTA)
        equal(router.retrieve()[0], 200)
        router.status(2)                              # the first one's
        equal(bed.staged(second)["state"], "fetched")
        check("nothing that was fetched" in
              bed.requests(device)[0]["outcome"])
        router.config_id = "somebody"
        equal(router.status()[0], 404)
        equal(bed.staged(second)["state"], "fetched")


@test
def devices_that_do_not_log_in_are_served_in_their_network_only(directory):
    with Bed(directory) as bed:
        server = bed.object("ce", networks="127.0.0.1/32")
        device = bed.device("r1", "ios", server, "r1")
        bed.stage(device, DELTA)
        router = CnsDevice(bed.base, "r1", source="127.0.0.2")
        equal(router.run(), (404, []))
        router.http.source = "127.0.0.1"
        equal(router.run()[1][0], "ntp server 192.0.2.1")
        try:
            bed.object("ce", name="open", networks="")
            check(False, "a server for everybody")
        except Refused as refused:
            equal(refused.status, 422)


# --- Plug-n-Play ---------------------------------------------------------------
@test
def R_INV_5_a_stranger_is_listed_claimed_and_configured(directory):
    with Bed(directory) as bed:
        agent = PnpAgent(bed.base, "FGL2548AAAA")
        equal(agent.hello(), 404)                     # no server described
        server = bed.object("pnp")
        told = bed.server.get("/api/v1/device-servers/%d" % server)
        equal(told["dhcp_option_43"], "5A1N;K4;B2;I127.0.0.1;J%d" %
              bed.server.ports["devices"])
        equal(agent.hello(), 200)
        equal([agent.step() for _ in range(2)], ["device-info", "backoff"])
        equal(agent.backoff_s, 600)
        found = bed.server.get("/api/v1/unclaimed-devices")["items"]
        equal([(s["serial"], s["version"]) for s in found],
              [("FGL2548AAAA", "17.3.1")])
        device = bed.server.post(
            "/api/v1/unclaimed-devices/%d/claim" % found[0]["id"],
            {"name": "branch-7"})["device"]
        equal(bed.server.get("/api/v1/unclaimed-devices")["items"], [])
        number = bed.stage(device, CONFIG)
        work = [agent.step() for _ in range(3)]
        equal(work, ["device-info", "config-upgrade", "backoff"])
        equal(agent.config, CONFIG)
        equal(bed.staged(number)["state"], "confirmed")


def claimed(bed, agent, name):
    agent.step()
    found = bed.server.get("/api/v1/unclaimed-devices")["items"][0]
    return bed.server.post("/api/v1/unclaimed-devices/%d/claim" % found["id"],
                           {"name": name})["device"]


@test
def R_INV_5_an_image_is_installed_before_the_configuration(directory):
    with Bed(directory) as bed:
        bed.object("pnp")
        image = bed.image("c1100.17.9.4.bin", b"system" * 9999,
                          version="17.9.4")
        for installs, state in (("17.9.4", "confirmed"), (None, "fetched")):
            agent = PnpAgent(bed.base, "IMG%s" % state, installs=installs)
            device = claimed(bed, agent, state)
            number = bed.stage_image(device, image)
            configuration = bed.stage(device, CONFIG)
            work = [agent.step() for _ in range(4)]
            equal(work[:2], ["device-info", "image-install"])
            equal(bed.staged(number)["state"], state)
            if installs is None:    # it did not restart with it
                continue
            equal(work[2:], ["device-info", "config-upgrade"])
            equal(bed.staged(configuration)["state"], "confirmed")
        agent = PnpAgent(bed.base, "IMGfails", fault="fails")
        number = bed.stage_image(claimed(bed, agent, "fails"), image)
        for _ in range(3):
            agent.step()
        told = bed.staged(number)
        equal(told["state"], "failed")
        check("PnP Service Error 1402" in told["told"], told)


@test
def plug_n_play_work_that_fails_is_told(directory):
    with Bed(directory) as bed:
        bed.object("pnp")
        for fault, words in (("fails", "PnP Service Error 1413"),
                             ("damaged", "PnP Service Error 1402"),
                             ("faults", "unknown XML tag")):
            agent = PnpAgent(bed.base, "SER" + fault)
            agent.step()
            found = bed.server.get("/api/v1/unclaimed-devices")["items"][0]
            device = bed.server.post(
                "/api/v1/unclaimed-devices/%d/claim" % found["id"],
                {"name": fault})["device"]
            number = bed.stage(device, CONFIG)
            agent.fault = fault
            while agent.step() != "config-upgrade":
                check(agent.count < 10)
            told = bed.staged(number)
            equal(told["state"], "failed")
            check(words in told["told"], told)


@test
def a_work_response_that_nobody_asked_for_changes_nothing(directory):
    with Bed(directory) as bed:
        bed.object("pnp")
        agent = PnpAgent(bed.base, "REPLAY1")
        agent.step()
        found = bed.server.get("/api/v1/unclaimed-devices")["items"][0]
        device = bed.server.post(
            "/api/v1/unclaimed-devices/%d/claim" % found["id"],
            {"name": "replay"})["device"]
        number = bed.stage(device, CONFIG)
        agent.respond("config-upgrade", "CiscoPnP-1.0-1")
        equal(bed.staged(number)["state"], "staged")
        check("no work" in bed.requests(device)[0]["outcome"])


# --- hostile ------------------------------------------------------------------
@test
def hostile_requests_are_refused_and_the_gate_stays_up(directory):
    bomb = b"<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">]><x>&a;</x>"
    deep = b"<a>" * 5000
    wide = b"<a>" + b"<b/>" * 60000 + b"</a>"
    with Bed(directory) as bed:
        bed.object("aus")
        gate = bed.server.children()["gate"]
        url = bed.base + "/autoupdate/AutoUpdateServlet"
        for body, status in ((bomb, 400), (deep, 400), (b"\x1f\x8b\x08" * 9,
                                                        400),
                             (b"", 400), (b"<a", 400), (b"\x00" * 99, 400),
                             (b"<DeviceDetails/>", 401),
                             (b"<a>\xff\xfe</a>", 400), (wide, 413),
                             (b"x" * 60000, 413)):
            equal((Http().ask("POST", url, body)[0], body[:20]),
                  (status, body[:20]))
        equal(Http().ask("GET", url)[0], 400)
        for path in ("/", "/api/v1/health", "/gate/v1/ask", "/fetch/x/y",
                     "/cns/", "/pnp/WORK-REQUEST", "/fetch/../api"):
            check(Http().ask("GET", bed.base + path)[0] in (400, 404), path)
        kept = bed.server.get("/api/v1/fetch-requests")["items"]
        check(0 < len(kept) <= 20, len(kept))
        check(any("DOCTYPE" in r["outcome"] or "DOCTYPE" in r["request"]
                  for r in kept), kept)
        # A chunked body without end, and one that drips.
        with socket.create_connection(
                ("127.0.0.1", bed.server.ports["devices"])) as drip:
            drip.sendall(b"POST /autoupdate/AutoUpdateServlet HTTP/1.1\r\n"
                         b"Host: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            try:
                for _ in range(100):
                    drip.sendall(b"400\r\n" + b"y" * 1024 + b"\r\n")
                drip.sendall(b"0\r\n\r\n")
                answer = drip.recv(100)
                check(b"413" in answer or answer == b"", answer)
            except OSError:
                pass
        equal(bed.server.children()["gate"], gate)


@test
def the_gate_is_off_unless_configured_and_serves_nothing_else(directory):
    with Server(directory) as server:
        check("gate" not in server.children())
        check("devices" not in server.ports)


@test
def R_INV_2_a_server_is_not_removed_while_a_device_uses_it(directory):
    with Bed(directory) as bed:
        device, _ = bed.firewall()
        server = bed.server.get("/api/v1/device-servers")["items"][0]["id"]
        path = "/api/v1/device-servers/%d" % server
        status, _, answer = bed.server.ask("DELETE", path)
        equal(status, 409)
        check("1 devices use" in answer["detail"], answer)
        check(device > 0)


# --- TMS: carried by hand ------------------------------------------------------
ROUTER = """!
version 12.4
hostname r1
!
ntp server %s
!
end
"""


def media(directory, *arguments):
    done = subprocess.run([HOLDFASTD, "--data",
                           os.path.join(directory, "media-data"), *arguments],
                          capture_output=True, timeout=PATIENCE)
    return (done.returncode, done.stdout.decode(), done.stderr.decode())


def order(directory, **more):
    """A file that media-write takes."""
    for name, server in (("new", "192.0.2.2"), ("old", "192.0.2.1")):
        with open(os.path.join(directory, name), "w") as file:
            file.write(ROUTER % server)
    path = os.path.join(directory, "order.json")
    with open(path, "w") as file:
        json.dump({"name": "r1", "family": "ios", "version": "12.4(15)T",
                   "model": "1841",
                   "configuration": os.path.join(directory, "new"),
                   "previous": os.path.join(directory, "old"), **more}, file)
    return path


@test
def R_TMS_3_a_folder_for_a_token_is_written_and_checked(directory):
    os.mkdir(os.path.join(directory, "media-data"))
    folder = os.path.join(directory, "usb")
    code, out, err = media(directory, "media-write", order(directory), folder)
    equal((code, err), (0, ""))
    key = out.split()[-1]
    equal(sorted(os.listdir(folder)),
          ["COPY.txt", "MANIFEST", "r1_delta.cfg", "r1_full.cfg"])  # R-DEP-1
    with open(os.path.join(folder, "r1_delta.cfg")) as file:
        delta = file.read()
    equal(delta, "no ntp server 192.0.2.1\nntp server 192.0.2.2\n"
                 "end\n")                                       # R-TMS-2
    with open(os.path.join(folder, "COPY.txt")) as file:
        check("copy usbtoken0:r1_delta.cfg running-config" in file.read())
    equal(media(directory, "media-check", folder, key)[0], 0)
    code, _, err = media(directory, "media-check", folder, "0" * 64)
    check(code != 0 and "not of this key" in err, err)
    with open(os.path.join(folder, "r1_full.cfg"), "a") as file:
        file.write("enable password x\n")
    code, _, err = media(directory, "media-check", folder, key)
    check(code != 0 and "is not what was signed" in err, err)


@test
def R_TMS_3_a_folder_may_be_encrypted(directory):
    os.mkdir(os.path.join(directory, "media-data"))
    folder = os.path.join(directory, "usb")
    passphrase = os.path.join(directory, "passphrase")
    with open(passphrase, "w") as file:
        file.write("a passphrase of some length\n")
    code, out, err = media(
        directory, "media-write",
        order(directory, medium="usbflash0", passphrase_file=passphrase),
        folder)
    equal((code, err), (0, ""))
    equal(sorted(os.listdir(folder)), ["COPY.txt", "MANIFEST",
                                       "r1_delta.cfg.vault",
                                       "r1_full.cfg.vault"])
    equal(media(directory, "media-check", folder, out.split()[-1],
                passphrase)[0], 0)
    with open(os.path.join(folder, "r1_full.cfg")) as file:
        equal(file.read(), ROUTER % "192.0.2.2")


@test
def R_TMS_4_only_routers_that_read_tokens_are_written_for(directory):
    os.mkdir(os.path.join(directory, "media-data"))
    for more, words in (({"version": "12.2(8)"}, "R-"),
                        ({"model": "2950"}, "R-TMS-4"),
                        ({"family": "catalyst"}, "R-"),
                        ({"family": "asa", "version": "9.1"}, "R-"),
                        ({"name": "../x"}, "name"),
                        ({"medium": "disk0"}, "medium")):
        code, _, err = media(directory, "media-write",
                             order(directory, **more),
                             os.path.join(directory, "usb"))
        check(code == 3 and words in err, more, err)
        check(not os.path.exists(os.path.join(directory, "usb")))


if __name__ == "__main__":
    sys.exit(main())
