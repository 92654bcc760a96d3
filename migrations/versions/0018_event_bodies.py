"""What an event of Stripe said is dropped long after it was worked; its hash stays."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_KEPT = "payload IS NOT NULL OR (body_hash IS NOT NULL AND status NOT IN ('stored', 'failed'))"


def upgrade() -> None:
    op.add_column("stripe_events", sa.Column("body_hash", sa.Text(), nullable=True))
    op.alter_column("stripe_events", "payload", existing_type=postgresql.JSONB(), nullable=True)
    op.create_check_constraint(
        op.f("ck_stripe_events_body_is_kept_until_worked"), "stripe_events", _KEPT
    )


def downgrade() -> None:
    op.drop_constraint(
        op.f("ck_stripe_events_body_is_kept_until_worked"), "stripe_events", type_="check"
    )
    # What was dropped can't be brought back.
    op.execute("UPDATE stripe_events SET payload = '{}' WHERE payload IS NULL")
    op.alter_column("stripe_events", "payload", existing_type=postgresql.JSONB(), nullable=False)
    op.drop_column("stripe_events", "body_hash")
