# SPDX-License-Identifier: Apache-2.0
"""A real SMTP server (smtpd of Python's library), on loopback."""
import asyncore
import email
import smtpd
import threading


class Post(smtpd.SMTPServer):
    """Keeps every mail that arrives."""

    def __init__(self):
        self.mails = []
        self.tries = 0
        self.answer = None  # "451 later": no mail is taken
        # A map of its own: the loop of another one would serve its sockets,
        # too, and both would read what one connection has.
        sockets = {}
        super().__init__(("127.0.0.1", 0), None, map=sockets)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=asyncore.loop, daemon=True,
                         kwargs={"timeout": 0.1,
                                 "map": sockets}).start()

    def process_message(self, peer, sender, to, data, **_):
        self.tries += 1
        if self.answer is None:
            self.mails.append((sender, to, email.message_from_bytes(data)))
        return self.answer
