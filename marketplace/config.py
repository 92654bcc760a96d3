"""Every setting, read from the environment once and checked before anything starts."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from models.currency import KNOWN

ROOT = Path(__file__).resolve().parent.parent
# The database takes no larger fee of a deal.
MOST_FEE_BPS = 5_000
SANDBOX_KEY = "sk_test_sandbox"


class Misconfigured(Exception):
    """A setting is missing or too weak; the message says which, and what to put there."""


@dataclass(frozen=True, slots=True)
class Config:
    is_production: bool
    port: int
    public_url: str
    var_dir: Path
    database_url: str
    owner_database_url: str
    secret_key: str
    stripe_secret_key: str
    stripe_api_base: str | None
    stripe_webhook_secrets: tuple[str, ...]
    stripe_connect_secrets: tuple[str, ...]
    smtp_url: str | None
    mail_from: str
    currency: str
    # What we keep of a deal's price and of a sale, in basis points.
    deal_fee_bps: int = 1_000
    sale_fee_bps: int = 500
    # Whose money Stripe's own fee of a deal's payment is.
    stripe_fee_borne_by: str = "platform"
    # Where that is the brand's: what Stripe is expected to keep of a payment.
    surcharge_bps: int = 150
    surcharge_minor: int = 25
    # Where our Stripe account is: it says how long we may hold others' money.
    platform_country: str = "SE"
    # How connected accounts are made: by controller properties, or Accounts v2.
    stripe_accounts: str = "v1"
    # How creators are matched: auto (by how many there are), sql, or columnar.
    match_engine: str = "auto"
    pool_size: int = 16
    testing: bool = False

    @property
    def is_sandbox(self) -> bool:
        """No real money: the stand-in for Stripe answers."""
        return self.stripe_secret_key.startswith(SANDBOX_KEY)

    @property
    def is_live(self) -> bool:
        """Real money: a live key, secret or restricted."""
        return self.stripe_secret_key.startswith(("sk_live", "rk_live"))

    @property
    def is_demo(self) -> bool:
        """The demo clock and the mailbox page are there only on the sandbox."""
        return self.is_sandbox and not self.is_production

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def matching_dir(self) -> Path:
        """Where the snapshot of the matching engine is: worker and web share it."""
        return self.var_dir / "matching"

    @property
    def host(self) -> str:
        return urlsplit(self.public_url).netloc

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Config":
        """Read the environment. Raises Misconfigured, naming every setting that is wrong."""
        env = os.environ if env is None else env
        production = env.get("APP_ENV", "demo") == "production"
        port = int(env.get("PORT", "8000"))
        key = env.get("STRIPE_SECRET_KEY") or SANDBOX_KEY
        sandbox = key.startswith(SANDBOX_KEY)
        config = cls(
            is_production=production,
            port=port,
            public_url=env.get("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/"),
            var_dir=Path(env.get("VAR_DIR", ROOT / "var")).resolve(),
            database_url=_psycopg(env.get("DATABASE_URL", "")),
            owner_database_url=_psycopg(
                env.get("DATABASE_OWNER_URL") or env.get("DATABASE_URL", "")
            ),
            secret_key=env.get("SECRET_KEY", "" if production else secrets.token_hex(32)),
            stripe_secret_key=key,
            stripe_api_base=env.get("STRIPE_API_BASE")
            or (f"http://127.0.0.1:{port + 1}" if sandbox else None),
            stripe_webhook_secrets=_list(env.get("STRIPE_WEBHOOK_SECRET", "")),
            stripe_connect_secrets=_list(
                env.get("STRIPE_CONNECT_WEBHOOK_SECRET") or env.get("STRIPE_WEBHOOK_SECRET", "")
            ),
            smtp_url=env.get("SMTP_URL") or None,
            mail_from=env.get("MAIL_FROM", "Alongside <hello@alongside.example>"),
            currency=env.get("CURRENCY", "eur").lower(),
            deal_fee_bps=_bps("DEAL_FEE_BPS", env.get("DEAL_FEE_BPS", "1000")),
            sale_fee_bps=_bps("SALE_FEE_BPS", env.get("SALE_FEE_BPS", "500")),
            stripe_fee_borne_by=env.get("STRIPE_FEE_BORNE_BY", "platform"),
            surcharge_bps=_bps("SURCHARGE_BPS", env.get("SURCHARGE_BPS", "150")),
            surcharge_minor=_minor("SURCHARGE_MINOR", env.get("SURCHARGE_MINOR", "25")),
            platform_country=env.get("PLATFORM_COUNTRY", "SE").upper(),
            stripe_accounts=env.get("STRIPE_ACCOUNTS", "v1"),
            match_engine=env.get("MATCH_ENGINE", "auto"),
        )
        config.check()
        return config

    def check(self) -> None:
        """Refuse to start on what would lose money or leak it."""
        wrong = []
        if not self.database_url:
            wrong.append("DATABASE_URL is missing: postgresql://user:password@host/database")
        if self.currency not in KNOWN:
            wrong.append(
                f"CURRENCY={self.currency} is no currency we can settle in. One of: "
                + ", ".join(sorted(KNOWN))
            )
        if self.stripe_fee_borne_by not in ("platform", "creator", "brand"):
            wrong.append("STRIPE_FEE_BORNE_BY must be platform, creator or brand")
        if not re.fullmatch(r"[A-Z]{2}", self.platform_country):
            wrong.append("PLATFORM_COUNTRY must be two letters, such as SE")
        if self.stripe_accounts not in ("v1", "v2"):
            wrong.append("STRIPE_ACCOUNTS must be v1 or v2")
        if self.match_engine not in ("auto", "sql", "columnar"):
            wrong.append("MATCH_ENGINE must be auto, sql or columnar")
        if self.is_live and not self.is_production:
            wrong.append("STRIPE_SECRET_KEY is a live key: set APP_ENV=production with it")
        if self.is_production:
            wrong += self._unfit_for_production()
        if wrong:
            raise Misconfigured("\n".join(wrong))

    def _unfit_for_production(self) -> list[str]:
        wrong = []
        if self.is_sandbox or self.stripe_api_base:
            wrong.append("STRIPE_SECRET_KEY is missing: production never runs on the sandbox")
        if len(self.secret_key) < 32 or len(set(self.secret_key)) < 10:
            wrong.append("SECRET_KEY is missing or weak: use 32 random characters or more")
        if not self.stripe_webhook_secrets:
            wrong.append("STRIPE_WEBHOOK_SECRET is missing: whsec_… of your Stripe endpoint")
        if not self.is_https:
            wrong.append("PUBLIC_URL is missing or not https://")
        if not self.smtp_url:
            wrong.append("SMTP_URL is missing: smtp://user:password@host:587")
        return wrong


def _bps(name: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) > MOST_FEE_BPS:
        raise Misconfigured(f"{name} must be a whole number from 0 to {MOST_FEE_BPS}: 1000 is 10 %")
    return int(text)


def _minor(name: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise Misconfigured(f"{name} must be a whole number of minor units: 25 is 25 cents")
    return int(text)


def _psycopg(url: str) -> str:
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)


def _list(text: str) -> tuple[str, ...]:
    """Several secrets may be valid at once while one is rotated: separated by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
