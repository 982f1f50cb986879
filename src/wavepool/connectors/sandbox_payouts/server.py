"""The sandbox's bank as a server on loopback: `python -m wavepool.connectors.sandbox_payouts.server`."""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from typing_extensions import override

from wavepool.connectors.sandbox_payouts.bank import Bank
from wavepool.connectors.sandbox_payouts.desk import Desk

_BODY_MAX: Final = 1 << 20


class _Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for a desk."""

    desk: Desk
    silence_s: float
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Tell of one payment, or of all."""
        self._answer(None)

    def do_POST(self) -> None:
        """Pay."""
        length = int(self.headers.get("Content-Length", "0"))
        if length > _BODY_MAX:
            self.send_error(413)
            return
        self._answer(json.loads(self.rfile.read(length)))

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def _answer(self, body: Any) -> None:
        found = self.desk.answer(self.command, self.path, body)
        if found.is_silent:
            # The caller has given up long before; then there is nobody to answer.
            threading.Event().wait(self.silence_s)
            self.close_connection = True
            return
        text = json.dumps(found.body).encode()
        self.send_response(found.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@contextmanager
def serving(desk: Desk, *, port: int = 0, silence_s: float = 30) -> Iterator[str]:
    """Serve a desk on loopback while the block runs; gives its address."""
    handler = type("Handler", (_Handler,), {"desk": desk, "silence_s": silence_s})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    """Serve a folder until the terminal says stop."""
    parser = argparse.ArgumentParser(description="A bank that moves no money.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=8410)
    asked = parser.parse_args()
    with serving(Desk(Bank(asked.folder)), port=asked.port):
        threading.Event().wait()


if __name__ == "__main__":
    main()
