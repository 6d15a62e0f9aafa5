"""Servers on this machine that do what servers on the web do to a checker of links: `with HostileServer() as server`.

Each path below is one way of answering. What was asked is kept in ``asked``.
"""

import json
import socket
import ssl
import struct
import threading
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import unquote

ENDLESS = b"x" * 65536
# Made for these tests, and used nowhere else.
CERTIFICATE = Path(__file__).with_name("self_signed.pem")


class Handler(BaseRequestHandler):
    """Speaks HTTP by hand, so that it can also speak it wrongly."""

    def handle(self):
        head = b""
        while b"\r\n\r\n" not in head:
            part = self.request.recv(4096)
            if not part:
                return
            head += part
            if head[:1] == b"\x16":
                # Somebody speaks TLS to us.
                self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
        first, *lines = head.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        self.method, self.path, _ = first.split(" ", 2)
        self.headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        self.server.asked.append((self.method, self.path, self.headers))
        name = self.path.strip("/").split("/")[0].split("?")[0].replace("-", "_")
        try:
            getattr(self, f"do_{name}", self.do_gone)()
        except OSError:
            # The checker has hung up, as it should.
            return

    def answer(self, status, body=b"", **headers):
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.request.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        if self.method != "HEAD":
            self.request.sendall(body)

    def wait(self):
        """Until the test is over, or the checker hangs up."""
        self.server.over.wait(30)

    def do_ok(self):
        if self.headers.get("if-none-match") == '"one"':
            return self.answer(304, ETag='"one"')
        return self.answer(
            200, b"here", ETag='"one"', Last_Modified="Sun, 01 Nov 2026 10:00:00 GMT"
        )

    def do_moved(self):
        self.answer(301, Location="/ok")

    def do_moved_twice(self):
        self.answer(308, Location="/moved")

    def do_elsewhere_for_now(self):
        self.answer(302, Location="/moved")

    def do_moved_to_gone(self):
        self.answer(301, Location="/gone")

    def do_loop(self):
        self.answer(302, Location="/loop-back")

    def do_loop_back(self):
        self.answer(301, Location="/loop")

    def do_itself(self):
        self.answer(301, Location=self.path)

    def do_ever_on(self):
        step = int(self.path.rpartition("/")[2] or 0)
        self.answer(302, Location=f"/ever-on/{step + 1}")

    def do_nowhere(self):
        self.answer(302)

    def do_inward(self):
        self.answer(302, Location="http://169.254.169.254/latest/meta-data/")

    def do_file(self):
        self.answer(301, Location="file:///etc/passwd")

    def do_gone(self):
        self.answer(410 if self.path == "/gone" else 404, b"no")

    def do_secret(self):
        self.answer(403, b"no")

    def do_login(self):
        self.answer(401, b"no", WWW_Authenticate="Basic")

    def do_later(self):
        self.answer(429, b"", Retry_After="7200")

    def do_busy(self):
        self.answer(503, b"", Retry_After="60")

    def do_broken(self):
        self.answer(500, b"oh")

    def do_get_only(self):
        self.answer(200 if self.method == "GET" else 405, b"here")

    def do_hang(self):
        self.wait()

    def do_drip(self):
        """Sends its head byte by byte, each just before one would give up."""
        for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 10000:
            self.request.sendall(bytes([byte]))
            if self.server.over.wait(0.05):
                return

    def do_drip_body(self):
        if self.method == "HEAD":
            return self.answer(405)
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not self.server.over.wait(0.05):
            self.request.sendall(b"x")

    def do_huge(self):
        if self.method == "HEAD":
            return self.answer(405)
        self.request.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not self.server.over.is_set():
            self.request.sendall(ENDLESS)
            self.server.sent += len(ENDLESS)

    def do_huge_head(self):
        self.request.sendall(b"HTTP/1.1 200 OK\r\n")
        while not self.server.over.is_set():
            self.request.sendall(b"X-More: " + b"y" * 1000 + b"\r\n")

    def do_reset(self):
        # Linger for no time: the kernel answers with a reset.
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.request.close()

    def do_hangs_up(self):
        self.request.close()

    def do_nonsense(self):
        self.request.sendall(b"\x00\x01\x02 what is this\r\n\r\n")

    def do_crossref(self):
        """A registry in Crossref's shape: what it knows stands in ``works``."""
        doi, _, part = self.path.removeprefix("/crossref/works/").partition("/")
        doi = unquote(doi)
        work = self.server.works.get(doi)
        if part == "agency":
            return self.answer(200 if doi in self.server.elsewhere else 404, b"{}")
        if work is None:
            return self.answer(404, b"Resource not found.")
        body = work if isinstance(work, bytes) else json.dumps({"message": work}).encode()
        return self.answer(200, body, Content_Type="application/json")


class Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 50

    def __init__(self):
        self.asked, self.sent, self.over = [], 0, threading.Event()
        self.works, self.elsewhere = {}, set()
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request, client_address):
        """What the checker does to its connections is no news here."""

    def url(self, path, scheme="http"):
        return f"{scheme}://127.0.0.1:{self.server_address[1]}/{path}"

    def paths(self, method=None):
        return [path for asked, path, _ in self.asked if method in (None, asked)]


class TlsServer(Server):
    """With a certificate that nobody vouches for, though its name is right."""

    def __init__(self):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(CERTIFICATE)
        super().__init__()

    def get_request(self):
        plain, address = self.socket.accept()
        return self.context.wrap_socket(
            plain, server_side=True, do_handshake_on_connect=False
        ), address


@contextmanager
def serving(server):
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()


def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
