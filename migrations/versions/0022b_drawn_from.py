"""Whom the draws of a list could have picked, for whoever learns from what came of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022b"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "showings",
        sa.Column(
            "drawn_from",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
    )
    op.create_check_constraint(
        op.f("ck_showings_drawn_from_is_an_object"),
        "showings",
        "jsonb_typeof(drawn_from) = 'object'",
    )


def downgrade() -> None:
    op.drop_column("showings", "drawn_from")
