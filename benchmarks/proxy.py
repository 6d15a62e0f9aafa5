"""Stands in front of the demo site as the proxy of a deployment does: compresses what is text."""

import gzip
import threading
from contextlib import contextmanager
from functools import cache
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import brotli

TEXT = ("text/", "application/json", "application/atom+xml", "image/svg+xml", "application/xml")
# Said anew for each hop.
DROPPED = {"connection", "transfer-encoding", "content-length", "server", "date", "keep-alive"}


@cache
def beside(body):
    """A static file as it lies compressed beside the site: as small as can be, and made but once."""
    return brotli.compress(body)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    upstream = ""

    def do_GET(self):
        connection = HTTPConnection(self.upstream)
        headers = {
            name: self.headers[name] for name in ("Accept", "Cookie") if name in self.headers
        }
        connection.request("GET", self.path, headers=headers | {"Host": self.upstream})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in DROPPED:
                self.send_header(name, value)
        packable = answer.getheader("Content-Type", "").startswith(
            (*TEXT, "application/javascript")
        )
        if packable:
            # A page is made now.
            static = self.path.startswith("/static/")
            body = beside(body) if static else gzip.compress(body, 6)
            self.send_header("Content-Encoding", "br" if static else "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Measurements are all that is said."""


@contextmanager
def compressing(url):
    """The address at which the site at ``url`` answers compressed."""
    handler = type("Handler", (Handler,), {"upstream": urlsplit(url).netloc})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
