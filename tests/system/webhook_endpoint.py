#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a registry may have at the other end of a webhook: HTTPS that checks who sends, and does what it is told.

usage: webhook_endpoint.py PORT CERTIFICATE KEY SECRET ORDERS LOG

ORDERS has lines "CHILD ANSWER", * for all others: an HTTP status, one with Retry-After behind a slash, "hang" (takes it and never answers) or "close" (takes it and
closes). Who does not know the secret, or sends an old time, gets 401. LOG gets one JSON object for each request."""
import hashlib
import hmac
import http.server
import json
import ssl
import sys
import time


class Endpoint(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    secret, orders, log = b"", "", ""

    def log_message(self, *args):       # pylint: disable=arguments-differ
        pass

    def fault(self, body):
        """Why it is not believed; None: it is."""
        when, mac = self.headers.get("Cdswalk-Timestamp", ""), self.headers.get("Cdswalk-Signature", "")
        wanted = hmac.new(self.secret, when.encode() + b"." + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(mac, wanted):
            return "wrong signature"
        if abs(time.time() - int(when)) > 30:
            return "old"
        change = json.loads(body)
        return None if change["id"] == self.headers.get("Cdswalk-Id") else "another id"

    def order(self, child):
        with open(self.orders, encoding="utf-8") as f:
            given = dict(line.split() for line in f)
        return given.get(child, given.get("*", "200"))

    def do_POST(self):                  # pylint: disable=invalid-name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.fault(body)
        change = json.loads(body)
        order = "401" if fault else self.order(change["child"])
        with open(self.log, "a", encoding="utf-8") as f:
            f.write(json.dumps({"id": change["id"], "child": change["child"], "order": order, "fault": fault, "body": body.decode(),
                                "at": time.monotonic()}) + "\n")
        if order == "hang":
            time.sleep(3600)
        if order in ("hang", "close"):
            self.close_connection = True
            return
        said = (fault or "as told").encode()
        status, _, later = order.partition("/")
        self.send_response(int(status))
        if later == "date":
            later = self.date_time_string(time.time() + 4)
        if later:
            self.send_header("Retry-After", later)
        self.send_header("Content-Length", str(len(said)))
        self.send_header("Location", "https://127.0.0.1/elsewhere")
        self.end_headers()
        self.wfile.write(said)


def main():
    port, certificate, key, secret, Endpoint.orders, Endpoint.log = sys.argv[1:]
    with open(secret, "rb") as f:
        Endpoint.secret = f.read().strip()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Endpoint)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


if __name__ == "__main__":
    main()
