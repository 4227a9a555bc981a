# SPDX-License-Identifier: Apache-2.0
"""A real HTTPS server on loopback that keeps what is posted to it.

    with Receiver(directory) as receiver:
        receiver.url, receiver.authority (PEM text), receiver.posts
"""
import os
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from directory import authority


class Receiver:
    def __init__(self, directory, address="127.0.0.1", name="localhost"):
        self.home = os.path.join(directory, "receiver" + address)
        os.makedirs(self.home)
        authority(self.home)
        with open(os.path.join(self.home, "ca.pem")) as file:
            self.authority = file.read()
        self.address = address
        self.name = name
        self.posts = []        # (path, headers, body)
        self.answers = []      # status, or (status, location); then 200
        self.connections = 0

    def __enter__(self):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers.get("Content-Length", 0))
                receiver.posts.append((self.path, self.headers,
                                       self.rfile.read(size)))
                answer = receiver.answers.pop(0) if receiver.answers else 200
                status, location = answer if isinstance(answer, tuple) \
                    else (answer, None)
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Length", "0")
                self.end_headers()
            do_GET = do_POST

            def log_message(self, *_):
                pass

        class Listener(ThreadingHTTPServer):
            def verify_request(self, request, client_address):
                receiver.connections += 1
                return True

            def get_request(self):
                plain, address = super().get_request()
                return context.wrap_socket(
                    plain, server_side=True,
                    do_handshake_on_connect=False), address

            def handle_error(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(self.home, "server.pem"),
                                os.path.join(self.home, "server.key"))
        self.server = Listener((self.address, 0), Handler)
        self.port = self.server.server_address[1]
        self.url = "https://%s:%d/hook" % (self.name, self.port)
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
