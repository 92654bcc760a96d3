"""The programs that make up a running Alongside, and how each is called."""

import json
import sys
from collections.abc import Mapping

from marketplace.run.environment import Plan
from marketplace.run.processes import Program

SANDBOX = "sandbox"
PYTHON = (sys.executable, "-m")
FLASK = (*PYTHON, "flask", "--app", "app")


def web(plan: Plan) -> Program:
    conf = "python:marketplace.run.gunicorn_conf"
    command = (*PYTHON, "gunicorn", "app:app", "--config", conf)
    return Program("web", command, f"{plan.address}/healthz")


def worker() -> Program:
    return Program("worker", (*FLASK, "worker"))


def migrate() -> Program:
    return Program(
        "migrate", (*PYTHON, "alembic", "-c", "migrations/alembic.ini", "upgrade", "head")
    )


def demo() -> Program:
    return Program("demo", (*FLASK, "demo", "load"))


def sandbox(plan: Plan, env: Mapping[str, str]) -> Program:
    hooks = f"{plan.address}/webhooks/stripe"
    options = {
        "--port": str(plan.sandbox_port),
        "--state": str(plan.stripe_state),
        "--secret-key": env["STRIPE_SECRET_KEY"],
        "--webhook": hooks,
        "--webhook-secret": env["STRIPE_WEBHOOK_SECRET"],
        "--connect-webhook": f"{hooks}/connect",
        "--connect-secret": env["STRIPE_CONNECT_WEBHOOK_SECRET"],
    }
    words = tuple(word for pair in options.items() for word in pair)
    command = (*PYTHON, "marketplace.stripe_sandbox", *words)
    return Program(SANDBOX, command, f"{plan.sandbox_address}/_sandbox/clock")


class DemoWorld:
    """Whether the demo world is there, by a note in var: it is made once, and wholly."""

    def __init__(self, plan: Plan) -> None:
        self._note = plan.var_dir / "demo.json"
        self._fits = plan.is_embedded and plan.is_sandboxed
        self.was_interrupted = self._fits and self._state() == "begun"

    def is_wanted(self, *, database_is_new: bool) -> bool:
        return self._fits and (database_is_new or self._state() != "finished")

    def begin(self) -> None:
        self._note.write_text(json.dumps({"state": "begun"}))

    def finished(self) -> None:
        self._note.write_text(json.dumps({"state": "finished"}))

    def _state(self) -> str:
        try:
            return str(json.loads(self._note.read_text())["state"])
        except (OSError, ValueError, KeyError, TypeError):
            return "missing"
