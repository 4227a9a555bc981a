# SPDX-License-Identifier: Apache-2.0
"""Webhooks (K-CMP-5) to a real HTTPS receiver, beside mail to a real SMTP
server that fails when it is told to."""
import hashlib
import hmac
import os
import socket
import time

from e2e import PATIENCE, check, equal, main, test
from post import Post
from receiver import Receiver
from server import Server


class Rig(Server):
    def __init__(self, directory, receiver, post=None, **settings):
        clock = os.path.join(directory, "clock")
        self.offset = 0
        with open(clock, "w") as file:
            file.write("0\n")
        if post:
            settings.update(mail__server="smtp://127.0.0.1:%d" % post.port,
                            mail__from="holdfast@example.org")
        super().__init__(directory, clock=clock, **settings)
        self.receiver = receiver
        self.post_office = post

    def prepare(self, url=None, authority=None):
        self.set_up()
        self.change_settings({
            "webhook.ca": authority or self.receiver.authority})
        # None of the jumps gets there.
        far = time.gmtime(time.time() + 3 * 86400)
        made = self.post("/api/v1/report-schedules", {
            "name": "weekly", "report": "compliance", "format": "csv",
            "webhook": url or self.receiver.url,
            **({"mail_to": "ann@example.org"} if self.post_office else {}),
            "schedule": {"type": "weekly", "time": "06:00",
                         "weekdays": [time.strftime("%a", far).lower()]}})
        self.path = "/api/v1/report-schedules/%d" % made["id"]
        self.secret = made["webhook_secret"]

    def forward(self, seconds):
        self.offset += seconds
        self.jump(self.offset)

    def result(self, text, timeout=PATIENCE):
        """Waits for a delivery that came to this."""
        return self.wait_for(
            lambda: text in self.get(self.path)["last_result"],
            text + " instead of " + self.get(self.path)["last_result"],
            timeout)

    def deliveries(self):
        return self.log().count("report.delivery")

    def wait_tried(self, before):
        self.wait_for(lambda: self.deliveries() > before, "a delivery")

    def check_signatures(self):
        for _, headers, body in self.receiver.posts:
            at = headers["X-Holdfast-Timestamp"]
            want = hmac.new(self.secret.encode(), at.encode() + b"." + body,
                            hashlib.sha256).hexdigest()
            equal(headers["X-Holdfast-Signature"], "sha256=" + want)
            check(abs(int(at) - time.time() - self.offset) < 600, at)


@test
def a_webhook_is_signed_and_not_repeated_when_the_mail_fails(directory):
    post = Post()
    post.answer = "451 4.3.0 later"
    with Receiver(directory) as receiver, \
            Rig(directory, receiver, post,
                outbound__allow="127.0.0.0/8,::1") as server:
        server.prepare()
        server.good("POST", server.path + "/send")
        server.result("the mail was not sent")
        equal(len(receiver.posts), 1)
        equal(receiver.posts[0][0], "/hook")
        check(receiver.posts[0][1]["Content-Type"].startswith("text/csv"))
        for wait in (61, 121):
            before = server.deliveries()
            server.forward(wait)
            server.wait_tried(before)
            equal(len(receiver.posts), 1)
        check(post.tries >= 3, post.tries)
        post.answer = None
        server.forward(241)
        server.result("sent to the webhook and by mail")
        equal((len(receiver.posts), len(post.mails)), (1, 1))
        server.check_signatures()
        # The next delivery is another one: both get it.
        server.good("POST", server.path + "/send")
        server.wait_for(lambda: len(post.mails) == 2, "a second mail")
        equal(len(receiver.posts), 2)
        server.check_signatures()


@test
def what_arrived_is_remembered_through_a_kill(directory):
    post = Post()
    post.answer = "451 4.3.0 later"
    with Receiver(directory) as receiver, \
            Rig(directory, receiver, post,
                outbound__allow="127.0.0.0/8,::1") as server:
        server.prepare()
        server.good("POST", server.path + "/send")
        server.wait_for(lambda: post.tries > 0, "a mail was tried")
        core = server.kill("core")
        server.wait_for(lambda: server.children().get("core") not in
                        (None, core), "a new core")
        server.close()
        post.answer = None
        server.forward(400)
        server.wait_for(lambda: post.mails, "a mail")
        equal(len(receiver.posts), 1)


@test
def a_receiver_that_fails_is_tried_again_with_the_same_delivery(directory):
    with Receiver(directory) as receiver, \
            Rig(directory, receiver,
                outbound__allow="127.0.0.0/8,::1") as server:
        receiver.answers = [500, 404, (302, "https://localhost:1/else")]
        server.prepare()
        server.good("POST", server.path + "/send")
        server.result("the webhook answered 500")
        server.forward(61)
        server.result("the webhook answered 404")
        server.forward(121)
        server.result("the webhook answered 302")  # which is not followed
        server.forward(241)
        server.result("sent to the webhook")
        equal(len(receiver.posts), 4)
        equal(len({h["X-Holdfast-Delivery"]
                   for _, h, _ in receiver.posts}), 1)
        server.check_signatures()
        # It ends: six times, then the next one by its schedule.
        receiver.answers = [503] * 9
        before = server.deliveries()
        server.good("POST", server.path + "/send")
        server.wait_tried(before)
        for wait in (61, 121, 241, 481, 961):
            before = server.deliveries()
            server.forward(wait)
            server.wait_tried(before)
        server.wait_for(lambda: len(receiver.posts) == 10, "six tries")
        server.forward(3000)
        time.sleep(1)
        equal(len(receiver.posts), 10)


@test
def claim_28_a_webhook_does_not_reach_what_is_not_permitted(directory):
    with Receiver(directory) as receiver, \
            Receiver(directory, "127.0.0.2", "127.0.0.2") as inner, \
            Rig(directory, receiver, outbound__allow="127.0.0.1") as server:
        # By address and by names; nothing at all was connected.
        server.prepare(inner.url)
        numbers = int.from_bytes(socket.inet_aton("127.0.0.2"), "big")
        for url in (inner.url, "https://[::1]:%d/" % inner.port,
                    "https://%d:%d/" % (numbers, inner.port),
                    "https://[::ffff:127.0.0.2]:%d/" % inner.port,
                    "https://127.2:%d/" % inner.port,
                    "https://0x7f.0.0.2:%d/" % inner.port,
                    "https://169.254.169.254/latest/meta-data/",
                    "https://10.0.0.1/", "https://[fe80::1]/"):
            schedule, headers = server.ask("GET", server.path)[2], \
                server.ask("GET", server.path)[1]
            schedule["webhook"] = url
            status, _, body = server.ask(
                "PATCH", server.path, {"webhook": url},
                headers={"If-Match": headers["ETag"]})
            if status == 422:
                continue
            equal((status, body if status != 200 else ""), (200, ""))
            before = server.deliveries()
            server.good("POST", server.path + "/send")
            server.wait_tried(before)
            result = server.get(server.path)["last_result"]
            check("was not reached" in result, url, result)
        equal((inner.connections, inner.posts), (0, []))


@test
def a_receiver_is_held_to_its_certificate(directory):
    other = os.path.join(directory, "other")
    os.makedirs(other)
    with Receiver(other) as stranger, Receiver(directory) as receiver, \
            Rig(directory, receiver,
                outbound__allow="127.0.0.0/8,::1") as server:
        server.prepare(authority=stranger.authority)
        server.good("POST", server.path + "/send")
        server.result("the webhook was not reached")
        equal(receiver.posts, [])


if __name__ == "__main__":
    raise SystemExit(main())
