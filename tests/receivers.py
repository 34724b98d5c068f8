"""Real local receivers for what leaves the system: an HTTP server and an SMTP server that note what reached them.

``effects`` counts each business key once, as an honest receiver does; ``deliveries`` keeps every arrival.
"""

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller


class HttpReceiver:
    """``behave(number, key)`` says how the number-th arrival is treated; see ``_Handler.do_POST`` for the words."""

    def __init__(self, behave=lambda number, key: "ok"):
        self.behave = behave
        self.deliveries: list[str] = []
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.effects: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.release = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.receiver = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc):
        self.release.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook?from=liancun"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = self.headers["Idempotency-Key"]
        with receiver.lock:
            receiver.deliveries.append(key)
            receiver.requests.append((dict(self.headers), body))
            number = len(receiver.deliveries)
        how = receiver.behave(number, key)
        if how in ("ok", "taken-then-500", "taken-then-cut", "robot-no"):
            with receiver.lock:
                receiver.effects[key] = 1
        match how:
            case "ok":
                self._answer(200, b"{}")
            case "robot-no":
                self._answer(200, b'{"errcode": 45009, "errmsg": "slow down"}')
            case "portal":
                self._answer(200, b"<html>sign in to the network</html>", "text/html")
            case "redirect":
                self._answer(302, b"", location="http://127.0.0.1:1/")
            case "taken-then-500":
                self._answer(500, b"")
            case "taken-then-cut" | "cut":
                self.close_connection = True
            case "drip":
                self._drip()
            case "hang":
                receiver.release.wait(30)
                self.close_connection = True
            case "later":
                self._answer(429, b"", retry_after="120")
            case _:
                self._answer(int(how), b"")

    def _answer(self, status, body, kind="application/json", location="", retry_after=""):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body)

    def _drip(self):
        """One byte of a header at a time, for ever: no single read ever times out."""
        self.close_connection = True
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not self.server.receiver.release.wait(0.05):
                self.wfile.write(b"x")
                self.wfile.flush()
        except OSError:
            pass

    def log_message(self, *args):
        pass


class _AnyPort(Controller):
    """Takes a port the system chooses; the library itself must be told one."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class MailReceiver:
    """An SMTP server; ``answer(number, key)`` is the reply to DATA, ``refuse`` the reply to a recipient."""

    def __init__(self, answer=lambda number, key: "250 OK", refuse: str = ""):
        self.answer = answer
        self.refuse = refuse
        self.deliveries: list[str] = []
        self.messages: list[bytes] = []
        self.effects: Counter[str] = Counter()
        self._controller = _AnyPort(self, hostname="127.0.0.1", port=0)

    def __enter__(self):
        self._controller.start()
        return self

    def __exit__(self, *exc):
        self._controller.stop()

    @property
    def port(self) -> int:
        return self._controller.port

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        head = envelope.content.decode(errors="replace")
        key = next(line.split(":", 1)[1].strip() for line in head.splitlines() if line.startswith("X-LianCun-Key:"))
        self.deliveries.append(key)
        self.messages.append(envelope.content)
        reply = self.answer(len(self.deliveries), key)
        if reply.startswith("250"):
            self.effects[key] = 1
        return reply
