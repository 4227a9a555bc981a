# SPDX-License-Identifier: Apache-2.0
"""A D-Bus that answers one client's method calls: enough of the protocol to
stand in for the system's bus with a service on it."""
import os
import socket
import struct
import threading


def align(data, n):
    data.extend(b"\0" * (-len(data) % n))


ALIGNMENT = {"y": 1, "b": 4, "u": 4, "i": 4, "t": 8, "x": 8, "s": 4, "o": 4,
             "g": 1, "v": 1, "a": 4, "(": 8, "{": 8}
NUMBERS = {"y": "<B", "b": "<I", "u": "<I", "i": "<i", "t": "<Q", "x": "<q"}


def one_type(signature):
    """The length of the first complete type."""
    if signature[0] == "a":
        return 1 + one_type(signature[1:])
    if signature[0] not in "({":
        return 1
    depth = 0
    for i, c in enumerate(signature):
        depth += (c in "({") - (c in ")}")
        if depth == 0:
            return i + 1
    raise ValueError(signature)


def split(signature):
    while signature:
        n = one_type(signature)
        yield signature[:n]
        signature = signature[n:]


def put(data, signature, value):
    """Appends value; a variant is (signature, value)."""
    kind = signature[0]
    align(data, ALIGNMENT[kind])
    if kind in NUMBERS:
        data += struct.pack(NUMBERS[kind], value)
    elif kind in "so":
        text = value.encode()
        data += struct.pack("<I", len(text)) + text + b"\0"
    elif kind == "g":
        data += bytes([len(value)]) + value.encode() + b"\0"
    elif kind == "v":
        put(data, "g", value[0])
        put(data, value[0], value[1])
    elif kind == "a":
        at = len(data)
        data += b"\0\0\0\0"
        align(data, ALIGNMENT[signature[1]])
        first = len(data)
        for element in value.items() if signature[1] == "{" else value:
            put(data, signature[1:], element)
        data[at:at + 4] = struct.pack("<I", len(data) - first)
    else:
        for part, element in zip(split(signature[1:-1]), value):
            put(data, part, element)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self, form, size):
        self.at += -self.at % size
        self.at += size
        return struct.unpack_from(form, self.data, self.at - size)[0]

    def text(self, length):
        self.at += length + 1
        return self.data[self.at - length - 1:self.at - 1].decode()

    def get(self, kind):
        if kind in NUMBERS:
            return self.number(NUMBERS[kind], ALIGNMENT[kind])
        if kind == "g":
            return self.text(self.number("<B", 1))
        return self.text(self.number("<I", 4))


def fields_of(header):
    """The fields of a message's header by their number."""
    reader = Reader(header)
    reader.at = 12
    end = 16 + reader.number("<I", 4)
    fields = {}
    while reader.at < end:
        reader.at += -reader.at % 8
        code = reader.get("y")
        fields[code] = reader.get(reader.get("g"))
    return fields


class Peer:
    """answer(member, argument) returns (signature, values), or the name of an
    error as text. Its address is for DBUS_SYSTEM_BUS_ADDRESS."""

    def __init__(self, directory, answer):
        path = os.path.join(directory, "bus")
        self.address = "unix:path=" + path
        self.answer = answer
        self.serial = 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client = self.listener.accept()[0]
            with client:
                try:
                    self.talk(client.makefile("rwb", 0))
                except (OSError, EOFError):
                    pass

    def talk(self, stream):
        stream.read(1)
        while True:
            line = stream.readline().split()
            if not line:
                raise EOFError
            if line[0] == b"AUTH":
                stream.write(b"OK 0123456789abcdef0123456789abcdef\r\n")
            elif line[0] == b"BEGIN":
                break
            elif line[0] == b"DATA":
                stream.write(b"OK 0123456789abcdef0123456789abcdef\r\n")
            else:
                stream.write(b"ERROR\r\n")
        while self.message(stream):
            pass

    def message(self, stream):
        head = self.exactly(stream, 16)
        if head is None:
            return False
        body_size, serial, fields_size = struct.unpack("<III", head[4:16])
        rest = self.exactly(stream, fields_size + -fields_size % 8 + body_size)
        fields = fields_of(head + rest[:fields_size])
        body = rest[fields_size + -fields_size % 8:]
        argument = None
        if fields.get(8, "").startswith("s"):
            argument = Reader(body).get("s")
        if fields.get(3) == "Hello":
            reply = ("s", [":1.1"])
        else:
            reply = self.answer(fields.get(3), fields.get(1), argument)
        self.reply(stream, serial, reply)
        return True

    @staticmethod
    def exactly(stream, size):
        data = b""
        while len(data) < size:
            part = stream.read(size - len(data))
            if not part:
                return None
            data += part
        return data

    def reply(self, stream, serial, reply):
        fields = [(5, ("u", serial)), (7, ("s", "org.freedesktop.DBus"))]
        if isinstance(reply, str):
            kind, signature, values = 3, "s", ["no"]
            fields.append((4, ("s", reply)))
        else:
            kind, (signature, values) = 2, reply
        fields.append((8, ("g", signature)))
        body = bytearray()
        for part, value in zip(split(signature), values):
            put(body, part, value)
        self.serial += 1
        data = bytearray(b"l" + bytes([kind, 0, 1]))
        data += struct.pack("<II", len(body), self.serial)
        put(data, "a(yv)", fields)
        align(data, 8)
        stream.write(bytes(data + body))
