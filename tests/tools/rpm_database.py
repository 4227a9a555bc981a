#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes an rpm database from a list of packages, for tests.

    rpm_database.py LIST ROOT [--format sqlite|ndb|bdb] [--by-rpm] [--key ID]

LIST has a line a package: NAME EPOCH VERSION RELEASE ARCH, where EPOCH is a
number or (none). The database is written below ROOT in the place where
distributions keep it. With --by-rpm the headers are imported by rpm itself
(sqlite and ndb), otherwise they are written here: SQLite by Python's module,
ndb by its description, Berkeley DB by db5.3_load. With --wal the last half of
the packages is in SQLite's write-ahead log only. Every package carries a
signature packet that names key ID; it verifies nowhere.
"""
import argparse
import pathlib
import shutil
import sqlite3
import struct
import subprocess

KEY = "199e2f91fd431d51"
INT32, STRING, BIN, TEXTS, I18N = 4, 6, 7, 8, 9
SIZES = {INT32: 4, STRING: 1, BIN: 1, TEXTS: 1, I18N: 1}


def signature(key):
    """A version 4 signature packet with an issuer, and no numbers."""
    issuer = bytes([9, 16]) + bytes.fromhex(key)
    body = bytes([4, 0, 1, 8, 0, 0]) + struct.pack(">H", len(issuer)) + issuer
    return bytes([0xC2, len(body)]) + body


SENSES = {"<": 2, ">": 4, "=": 8, "<=": 10, ">=": 12}
RELATIONS = {"provides": (1047, 1113, 1112), "requires": (1049, 1050, 1048),
             "conflicts": (1054, 1055, 1053)}


def add_relations(tags, words):
    """Words are KIND:NAME or KIND:NAME SENSE VERSION with _ for blanks."""
    for kind, (names, versions, flags) in RELATIONS.items():
        found = [w.split(":", 1)[1].replace("_", " ") for w in words
                 if w.startswith(kind + ":")]
        parts = [[r] if r[0] == "(" else r.split(" ") for r in found]
        if parts:
            tags[names] = (TEXTS, [p[0] for p in parts])
            tags[versions] = (TEXTS, [p[2] if p[1:] else "" for p in parts])
            tags[flags] = (INT32, [SENSES[p[1]] if p[1:] else 0
                                   for p in parts])


def header(name, epoch, version, release, arch, key, words=()):
    files = [word for word in words if word.startswith("/")]
    tags = {
        268: (BIN, signature(key)),
        1000: (STRING, name),
        1001: (STRING, version),
        1002: (STRING, release),
        1004: (I18N, [name]),
        1005: (I18N, [name]),
        1009: (INT32, [1]),
        1014: (STRING, "none"),
        1021: (STRING, "linux"),
        1022: (STRING, arch),
    }
    if epoch not in ("(none)", "none"):
        tags[1003] = (INT32, [int(epoch)])
    if files:
        directories = sorted({f.rsplit("/", 1)[0] + "/" for f in files})
        tags[1028] = (INT32, [0] * len(files))
        tags[1116] = (INT32, [directories.index(f.rsplit("/", 1)[0] + "/")
                              for f in files])
        tags[1117] = (TEXTS, [f.rsplit("/", 1)[1] for f in files])
        tags[1118] = (TEXTS, directories)
    add_relations(tags, words)
    if name == "gpg-pubkey":
        del tags[1022], tags[268]
    index, store = b"", b""
    for tag, (kind, value) in sorted(tags.items()):
        store += b"\0" * (-len(store) % SIZES[kind])
        if kind == STRING:
            data, count = value.encode() + b"\0", 1
        elif kind == BIN:
            data, count = value, len(value)
        elif kind == INT32:
            data, count = struct.pack(f">{len(value)}I", *value), len(value)
        else:
            data = b"".join(v.encode() + b"\0" for v in value)
            count = len(value)
        index += struct.pack(">4I", tag, kind, len(store), count)
        store += data
    return struct.pack(">2I", len(index) // 16, len(store)) + index + store


def read_list(path, key):
    """LIST may also have files and relations: NAME E V R A /path ...
    provides:NAME_=_VERSION requires:NAME (see add_relations)."""
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            words = line.split()
            yield header(*words[:5], key, words[5:])


def write_sqlite(path, headers, page_size=4096, wal=False):
    path.unlink(missing_ok=True)
    work = path.with_name("work.sqlite")
    db = sqlite3.connect(work)
    db.execute(f"PRAGMA page_size={page_size}")
    db.execute("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY "
               "AUTOINCREMENT, blob BLOB NOT NULL)")
    db.execute("CREATE TABLE 'Name' (key TEXT NOT NULL, hnum INTEGER, "
               "idx INTEGER)")
    insert = "INSERT INTO Packages (blob) VALUES (?)"
    half = len(headers) // 2 if wal else len(headers)
    db.executemany(insert, [(h,) for h in headers[:half]])
    db.commit()
    if wal:
        db.execute("PRAGMA journal_mode=WAL")
        db.executemany(insert, [(h,) for h in headers[half:]])
        db.commit()
        shutil.copy(f"{work}-wal", f"{path}-wal")
    shutil.copy(work, path)
    db.close()
    work.unlink()


def write_ndb(path, headers):
    pages = (len(headers) + 2 + 255) // 256
    slots = struct.pack("<4s7I", b"RpmP", 0, 1, pages, len(headers) + 1,
                        0, 0, 0)
    blobs, block = b"", pages * 256
    for number, blob in enumerate(headers, 1):
        size = -(-(16 + len(blob) + 12) // 16) * 16
        slots += struct.pack("<4s3I", b"Slot", number, block, size // 16)
        data = struct.pack("<4s3I", b"BlbS", number, 1, len(blob)) + blob
        data += b"\0" * (size - 12 - len(data))
        blobs += data + struct.pack("<2I4s", 0, len(blob), b"BlbE")
        block += size // 16
    while len(slots) < pages * 4096:
        slots += struct.pack("<4s3I", b"Slot", 0, 0, 0)
    path.write_bytes(slots + blobs)


def write_bdb(path, headers, page_size=4096):
    path.unlink(missing_ok=True)
    text = ["VERSION=3", "format=bytevalue", "type=hash",
            f"db_pagesize={page_size}", "HEADER=END"]
    rows = [(0, struct.pack("<I", len(headers)))]
    rows += list(enumerate(headers, 1))
    for number, blob in rows:
        text += [" " + struct.pack("<I", number).hex(), " " + blob.hex()]
    subprocess.run(["db5.3_load", str(path)], check=True, text=True,
                   input="\n".join(text + ["DATA=END", ""]))


def import_by_rpm(directory, headers, backend):
    magic = bytes.fromhex("8eade80100000000")
    define = ["--dbpath", str(directory.resolve()),
              "--define", f"_db_backend {backend}"]
    subprocess.run(["rpmdb", *define, "--initdb"], check=True)
    subprocess.run(["rpmdb", *define, "--importdb"], check=True,
                   input=b"".join(magic + h for h in headers))


FILES = {"sqlite": ("rpmdb.sqlite", write_sqlite),
         "ndb": ("Packages.db", write_ndb), "bdb": ("Packages", write_bdb)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("list", type=pathlib.Path)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--format", choices=FILES, default="sqlite")
    parser.add_argument("--by-rpm", action="store_true")
    parser.add_argument("--page-size", type=int, default=4096)
    parser.add_argument("--wal", action="store_true")
    parser.add_argument("--key", default=KEY)
    args = parser.parse_args()
    directory = args.root / "var/lib/rpm"
    directory.mkdir(parents=True, exist_ok=True)
    headers = list(read_list(args.list, args.key))
    name, write = FILES[args.format]
    if args.by_rpm:
        import_by_rpm(directory, headers, args.format)
    elif args.format == "ndb":
        write(directory / name, headers)
    elif args.wal:
        write(directory / name, headers, args.page_size, True)
    else:
        write(directory / name, headers, args.page_size)


if __name__ == "__main__":
    main()
