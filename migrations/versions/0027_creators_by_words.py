"""Creators are found by the words they are called, by an index and not by reading everybody."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# Whatever is neither a letter nor a digit stands between words: `ida.pa_stigen` has three.
_FUNCTIONS = (
    """
    CREATE FUNCTION plain_words(said text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
      SELECT btrim(regexp_replace(lower(said), '[^[:alnum:]]+', ' ', 'g'))
    $$
    """,
    """
    CREATE FUNCTION words_in(said text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
      SELECT to_tsvector('pg_catalog.simple'::regconfig, public.plain_words(said))
    $$
    """,
    """
    CREATE FUNCTION words_begun(said text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
      SELECT to_tsquery('pg_catalog.simple'::regconfig,
        replace(nullif(public.plain_words(said), ''), ' ', ':* & ') || ':*')
    $$
    """,
)
_INDEXES = {"creators": "name", "platform_accounts": "handle"}


def upgrade() -> None:
    for function in _FUNCTIONS:
        op.execute(function)
    # Nobody who signs up meanwhile waits for it; one that was broken off is made anew.
    with op.get_context().autocommit_block():
        for table, column in _INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS ix_{table}_words")
            op.execute(
                f"CREATE INDEX CONCURRENTLY ix_{table}_words ON {table}"
                f" USING gin (words_in({column}))"
            )


def downgrade() -> None:
    for table in _INDEXES:
        op.execute(f"DROP INDEX ix_{table}_words")
    for name in ("words_begun", "words_in", "plain_words"):
        op.execute(f"DROP FUNCTION {name}(text)")
