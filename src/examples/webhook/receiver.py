"""Hears one webhook, checks who sent it, and prints what it says. Needs nothing but Python.

The first line that it prints is its port. Usage: receiver.py SECRET
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = base64.b64decode(sys.argv[1].removeprefix("whsec_"))


def is_genuine(headers, body):
    """Whether the holder of the secret made it, less than five minutes ago."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()
    given = headers["webhook-signature"].split()
    recent = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return recent and any(hmac.compare_digest(expected, one) for one in given)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        genuine = is_genuine(self.headers, body)
        self.send_response(204 if genuine else 401)
        self.end_headers()
        if genuine:
            event = json.loads(body)
            counts = event["data"]["counts"]
            print(event["type"], event["data"]["state"], counts["succeeded"], "of", counts["total"], flush=True)
            self.server.last = event["type"]

    def log_message(self, *args):
        pass


with HTTPServer(("127.0.0.1", 0), Receiver) as server:
    server.last = None
    print(server.server_port, flush=True)
    while server.last != "job.ended":
        server.handle_request()
