"""Runs the real supervisor over stand-ins for the product's programs: one tiny server each."""

import sys
from collections.abc import Mapping

from marketplace.run import __main__ as command
from marketplace.run import processes, programs
from marketplace.run.environment import Plan
from marketplace.run.processes import Program

SERVE = """
import http.server, signal, sys
class Fine(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"fine")
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Fine).serve_forever()
"""
WAIT = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); signal.pause()"
CONNECT = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", "")) as db:
    print(db.execute("SELECT current_user").fetchone())
"""
DIE = "import sys; sys.exit('the stand-in was told to die')"


def _python(name: str, script: str, *words: str, health: str | None = None) -> Program:
    return Program(name, (sys.executable, "-c", script, *words), health)


def _web(plan: Plan) -> Program:
    return _python("web", SERVE, str(plan.port), health=f"{plan.address}/healthz")


def _sandbox(plan: Plan, env: Mapping[str, str]) -> Program:
    assert env["STRIPE_WEBHOOK_SECRET"].startswith("whsec_")
    port = plan.sandbox_port
    return _python("sandbox", SERVE, str(port), health=f"http://127.0.0.1:{port}/_sandbox/clock")


def main() -> int:
    broken = sys.argv[1] if len(sys.argv) > 1 else ""
    processes.FIRST_WAIT = 0.02
    programs.web = _web
    programs.sandbox = _sandbox
    programs.worker = lambda: _python("worker", DIE if broken == "worker" else WAIT)
    programs.migrate = lambda: _python("migrate", DIE if broken == "migrate" else CONNECT)
    programs.demo = lambda: _python("demo", WAIT if broken == "demo" else CONNECT)
    return command.main()


if __name__ == "__main__":
    sys.exit(main())
