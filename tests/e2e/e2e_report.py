# SPDX-License-Identifier: Apache-2.0
"""Reports of a real server: as files, as a PDF, and sent by mail to a real
SMTP server."""
from e2e import check, equal, main, test
from post import Post
from server import Server


@test
def reports_are_files_and_a_pdf(directory):
    with Server(directory) as server:
        server.set_up()
        equal(server.get("/api/v1/reports/summary")["items"], [])
        status, headers, body = server.ask(
            "GET", "/api/v1/reports/compliance?format=csv&lang=fr")[:3]
        equal(status, 200)
        check(b"Appareil" in body, body)
        status, headers, body = server.ask(
            "GET", "/api/v1/reports/compliance?format=pdf&lang=nl")[:3]
        equal(status, 200)
        check(body.startswith(b"%PDF-") and b"%%EOF" in body, body[:200])
        checks = {c["name"]: c for c in
                  server.get("/api/v1/reports/self")["checks"]}
        equal(checks["certificate"]["state"], "good")
        check("second_factor" in checks and "backup" in checks, checks)


@test
def a_report_is_sent_by_mail(directory):
    post = Post()
    with Server(directory, mail__server="smtp://127.0.0.1:%d" % post.port,
                mail__from="holdfast@example.org") as server:
        server.set_up()
        made = server.post("/api/v1/report-schedules", {
            "name": "weekly", "report": "compliance", "format": "pdf",
            "mail_to": "ann@example.org, bob@example.org",
            "schedule": {"type": "weekly", "time": "06:00",
                         "weekdays": ["mon"]}})
        path = "/api/v1/report-schedules/%d" % made["id"]
        server.good("POST", path + "/send")
        server.wait_for(lambda: server.get(path)["last_result"] != "",
                        "it was tried", 30)
        equal(server.get(path)["last_result"], "sent by mail")
        sender, to, mail = post.mails[0]
        equal(sender, "holdfast@example.org")
        equal(sorted(to), ["ann@example.org", "bob@example.org"])
        equal(mail["Subject"], "Holdfast: weekly")
        files = [p for p in mail.walk() if p.get_filename()]
        equal(files[0].get_filename(), "holdfast-compliance.pdf")
        check(files[0].get_payload(decode=True).startswith(b"%PDF-"))
        equal(len(post.mails), 1)


if __name__ == "__main__":
    main()
