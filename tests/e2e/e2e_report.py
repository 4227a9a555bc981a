# SPDX-License-Identifier: Apache-2.0
"""Reports of a real server: as files, as a PDF, and sent by mail to a real
SMTP server."""
import io
import zipfile
from xml.etree import ElementTree

from e2e import check, equal, main, test
from post import Post
from server import Server


MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = ["=1+1", "+1", "-1", "@cmd", "_x000D_", "<&> \u00e9"]


def sheet_of(body):
    """The rows of a spreadsheet: (type, text) of each cell."""
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        equal(file.testzip(), None)
        names = file.namelist()
        for name in names:
            ElementTree.fromstring(file.read(name))
        check("[Content_Types].xml" in names and
              "xl/workbook.xml" in names, names)
        sheet = ElementTree.fromstring(
            file.read("xl/worksheets/sheet1.xml"))
    equal([e.tag for e in sheet.iter() if e.tag == MAIN + "f"], [])
    return [[(cell.get("t", "n"), "".join(cell.itertext())) for cell in row]
            for row in sheet.iter(MAIN + "row")]


def check_sheet(server):
    """P-RPT-6: what a template chooses; no text becomes a formula."""
    for name in HOSTILE:
        server.post("/api/v1/devices", {"name": name})
    made = server.post("/api/v1/patch-report-templates", {
        "name": "mine", "source": "scan",
        "columns": ["device", "name", "state"]})
    path = "/api/v1/patch-report-templates/%d/rows" % made["id"]
    status, headers, body = server.ask("GET", path + "?format=xlsx")[:3]
    equal(status, 200)
    check("spreadsheetml" in headers["Content-Type"], headers)
    rows = sheet_of(body)
    equal(rows[0], [("inlineStr", "Number"), ("inlineStr", "Device"),
                    ("inlineStr", "State")])
    equal(sorted(row[1] for row in rows[1:]),
          sorted(("inlineStr", name.replace("_x000D_", "_x005F_x000D_"))
                 for name in HOSTILE))
    equal({row[0][0] for row in rows[1:]}, {"n"})
    equal({row[2][1] for row in rows[1:]}, {"no data"})


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
        check_sheet(server)
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
                        "it was tried")
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
