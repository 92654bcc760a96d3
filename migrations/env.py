"""How migrations run: one at a time, as the owner of everything, never waiting long for a lock."""

from alembic import context
from sqlalchemy import create_engine, text

from marketplace.config import Config
from models import Model

target_metadata = Model.metadata

# Any number, as long as every installation uses the same.
_ONE_AT_A_TIME = 7_042_026


def include_name(name: str | None, type_: str, parents: dict[str, str | None]) -> bool:
    """Leave the job queue's tables to the queue."""
    return not (type_ == "table" and name is not None and name.startswith("procrastinate_"))


def run() -> None:
    engine = create_engine(Config.from_env().owner_database_url)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ONE_AT_A_TIME})
        connection.execute(text("SET lock_timeout = '4s'"))
        _make_roles(connection)
        connection.execute(text("SET ROLE alongside_owner"))
        connection.commit()
        context.configure(
            connection=connection, target_metadata=target_metadata, include_name=include_name
        )
        with context.begin_transaction():
            context.run_migrations()


def _make_roles(connection) -> None:
    """Who owns the tables and who may use them; both without a sign-in of their own."""
    for role in ("alongside_owner", "alongside_app"):
        found = connection.scalar(
            text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}
        )
        if not found:
            connection.execute(text(f"CREATE ROLE {role} NOLOGIN"))
        member = connection.scalar(text(f"SELECT pg_has_role(current_user, '{role}', 'SET')"))
        if not member:
            connection.execute(text(f"GRANT {role} TO CURRENT_USER"))
    database = connection.scalar(text("SELECT quote_ident(current_database())"))
    connection.execute(text(f"GRANT CREATE ON DATABASE {database} TO alongside_owner"))
    connection.execute(text("GRANT CREATE, USAGE ON SCHEMA public TO alongside_owner"))
    connection.execute(text("GRANT USAGE ON SCHEMA public TO alongside_app"))


run()
