"""python -m marketplace.stripe_sandbox: the sandbox on its own port, on this machine only."""

import argparse
import ipaddress
import logging
import signal
import sys
import threading
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from marketplace.stripe_sandbox import Endpoint, create_sandbox
from marketplace.stripe_sandbox.store import Busy


class QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Only what goes wrong is worth a line."""
        if str(code).startswith("5"):
            super().log_request(code, size)


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    if not _is_loopback(options.host):
        return _stop(
            "The sandbox listens only on this machine. Give --host 127.0.0.1 instead of "
            f"{options.host}."
        )
    if not options.secret_key.startswith("sk_test_"):
        return _stop("Give a --secret-key that starts with sk_test_. A live key has no place here.")
    endpoints = _endpoints(options)
    try:
        app = create_sandbox(options.state, secret_key=options.secret_key, endpoints=endpoints)
    except Busy:
        return _stop(
            f"Another sandbox is running on {options.state}. Stop it, or give another --state."
        )
    try:
        server = make_server(
            options.host, options.port, app, threaded=True, request_handler=QuietHandler
        )
    except (OSError, SystemExit):  # werkzeug exits when the port is taken
        app.extensions["sandbox"].close()
        return _stop(f"The sandbox can't listen on port {options.port}: another program has it.")
    for name in (signal.SIGTERM, signal.SIGINT):
        # shutdown() waits for the loop that runs in this very thread, so it is asked from another.
        signal.signal(
            name, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start()
        )
    print(f"Stripe sandbox on http://{options.host}:{options.port} (no real money)", flush=True)
    server.serve_forever()
    server.server_close()
    app.extensions["sandbox"].close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m marketplace.stripe_sandbox", description=__doc__
    )
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument(
        "--state", type=Path, default=Path("var/stripe_sandbox"), help="folder for its one file"
    )
    parser.add_argument("--secret-key", default="sk_test_sandbox")
    parser.add_argument("--webhook", help="where the platform's events go")
    parser.add_argument("--webhook-secret", default="whsec_sandbox")
    parser.add_argument("--connect-webhook", help="where events of connected accounts go")
    parser.add_argument("--connect-secret", default="whsec_sandbox_connect")
    return parser


def _endpoints(options: argparse.Namespace) -> tuple[Endpoint, ...]:
    given = (
        Endpoint(options.webhook or "", options.webhook_secret),
        Endpoint(options.connect_webhook or "", options.connect_secret, connect=True),
    )
    return tuple(endpoint for endpoint in given if endpoint.url)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _stop(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
