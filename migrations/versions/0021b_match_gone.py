"""A line of the matching outbox names the account that was taken away: its row has to go."""

import sqlalchemy as sa
from alembic import op

revision = "0021b"
down_revision = "0022b"
branch_labels = None
depends_on = None

_WITH_ACCOUNT = """
CREATE OR REPLACE FUNCTION match_rows_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'creators' THEN
        INSERT INTO match_outbox (creator_id) SELECT id FROM changed;
    WHEN 'audiences' THEN
        INSERT INTO match_outbox (creator_id)
        SELECT DISTINCT a.creator_id FROM changed JOIN platform_accounts a ON a.id = account_id;
    WHEN 'rates' THEN
        INSERT INTO match_outbox (creator_id) SELECT DISTINCT creator_id FROM changed;
    ELSE
        IF TG_OP = 'DELETE' THEN
            INSERT INTO match_outbox (creator_id, gone_id) SELECT creator_id, id FROM changed;
        ELSE
            INSERT INTO match_outbox (creator_id) SELECT DISTINCT creator_id FROM changed;
        END IF;
    END CASE;
    RETURN NULL;
END $$
"""
_WITHOUT = _WITH_ACCOUNT.replace(
    "INSERT INTO match_outbox (creator_id, gone_id) SELECT creator_id, id FROM changed;",
    "INSERT INTO match_outbox (creator_id) SELECT DISTINCT creator_id FROM changed;",
)


def upgrade() -> None:
    op.add_column("match_outbox", sa.Column("gone_id", sa.Uuid(), nullable=True))
    op.execute(_WITH_ACCOUNT)


def downgrade() -> None:
    op.execute(_WITHOUT)
    op.drop_column("match_outbox", "gone_id")
