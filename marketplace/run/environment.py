"""What the programs are told: the settings a person gave, and demo values for the rest."""

import atexit
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from marketplace.config import ROOT, SANDBOX_KEY, Config, Misconfigured
from marketplace.run import CannotRun
from marketplace.run.claim import last_run
from marketplace.run.postgres import Embedded, Urls

LOWEST_PORT, HIGHEST_PORT = 1024, 65_534  # the sandbox takes the next one up
MADE_UP = {
    "SECRET_KEY": "",
    "STRIPE_WEBHOOK_SECRET": "whsec_",
    "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be started, decided from the environment alone."""

    port: int
    var_dir: Path
    is_production: bool
    is_sandboxed: bool
    is_embedded: bool

    @classmethod
    def of(cls, env: Mapping[str, str]) -> "Plan":
        production = env.get("APP_ENV", "demo") == "production"
        key = env.get("STRIPE_SECRET_KEY") or SANDBOX_KEY
        own_stripe = key.startswith(SANDBOX_KEY) and not env.get("STRIPE_API_BASE")
        return cls(
            port=_port(env.get("PORT") or "8000"),
            var_dir=Path(env.get("VAR_DIR") or ROOT / "var").resolve(),
            is_production=production,
            is_sandboxed=own_stripe and not production,
            is_embedded=not env.get("DATABASE_URL") and not production,
        )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_port(self) -> int:
        return self.port + 1

    @property
    def sandbox_address(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def log_dir(self) -> Path:
        return self.var_dir / "log"

    @property
    def stripe_state(self) -> Path:
        return self.var_dir / "stripe"

    @property
    def database_dir(self) -> Path:
        return self.var_dir / "postgres"


def _port(text: str) -> int:
    if not text.isdecimal() or not LOWEST_PORT <= int(text) <= HIGHEST_PORT:
        raise CannotRun(
            f"PORT must be a number from {LOWEST_PORT} to {HIGHEST_PORT}, and it is “{text}”. "
            "For example: make run PORT=8010"
        )
    return int(text)


def filled(env: Mapping[str, str], plan: Plan, urls: Urls | None) -> dict[str, str]:
    """The environment for the programs. In production nothing is made up."""
    full = {name: value for name, value in env.items() if value}
    full |= {"PORT": str(plan.port), "VAR_DIR": str(plan.var_dir)}
    if not plan.is_production:
        made_up = _kept_secrets(plan.var_dir / "secrets.json")
        if plan.is_sandboxed:
            made_up |= {
                "STRIPE_SECRET_KEY": SANDBOX_KEY,
                "STRIPE_API_BASE": plan.sandbox_address,
            }
        made_up["PUBLIC_URL"] = plan.address
        full = made_up | full
    if urls is not None:
        full |= {"DATABASE_URL": urls.app, "DATABASE_OWNER_URL": urls.owner}
    return full


def check(env: Mapping[str, str]) -> None:
    """Say what is wrong with the settings before anything is started with them."""
    try:
        Config.from_env(env)
    except Misconfigured as error:
        raise CannotRun(str(error)) from error


def for_a_command() -> None:
    """Give a command typed in a shell the settings `make run` gives its programs.

    The embedded database is joined if it runs, and started for as long as the command lasts if
    it does not. Does nothing where the settings are there already.
    """
    port = urlsplit(last_run(Plan.of(os.environ).var_dir).address).port
    env = ({"PORT": str(port)} if port else {}) | dict(os.environ)
    plan = Plan.of(env)
    if not plan.is_embedded:
        return
    if not plan.database_dir.exists():
        raise SystemExit("There is no database yet. Start Alongside once: make run")
    server = Embedded(plan.database_dir)
    try:
        os.environ.update(filled(env, plan, server.start()))
    except CannotRun as error:
        raise SystemExit(str(error)) from error
    atexit.register(server.stop)


def _kept_secrets(path: Path) -> dict[str, str]:
    """The secrets of this installation: made once, readable by its owner alone."""
    kept: dict[str, str] = {}
    if path.exists():
        try:
            kept = {name: str(value) for name, value in json.loads(path.read_text()).items()}
        except (ValueError, AttributeError) as error:
            raise CannotRun(
                f"{path} cannot be read ({error}). Delete it to have new secrets made; "
                "everybody will have to sign in again."
            ) from error
    missing = {
        name: prefix + secrets.token_urlsafe(32)
        for name, prefix in MADE_UP.items()
        if name not in kept
    }
    if missing:
        _write_privately(path, json.dumps(kept | missing, indent=1))
    return kept | missing


def _write_privately(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)
