"""What a file counted beside its audience, and lists of creators that come in one file."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0021"
branch_labels = None
depends_on = None

_STATUSES = ("reading", "read", "saving", "saved", "unreadable", "dropped")
_PLATFORMS = ("instagram", "tiktok", "youtube")


def upgrade() -> None:
    json = postgresql.JSONB(astext_type=sa.Text())
    figures = sa.Column("figures", json, server_default="{}", nullable=False)
    op.add_column("audiences", figures)
    op.alter_column("audiences", "figures", server_default=None)
    op.create_table(
        "rosters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("platform", _one_of("platform", _PLATFORMS), nullable=False),
        sa.Column("invites", sa.Boolean(), nullable=False),
        sa.Column("status", _one_of("rosterstatus", _STATUSES), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("counts", json, nullable=False),
        sa.Column("notes", json, nullable=False),
        sa.Column("wrong", json, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "done >= 0 AND done <= steps", name=op.f("ck_rosters_done_within_steps")
        ),
        sa.CheckConstraint(
            "status NOT IN ('reading', 'read', 'saving') OR content IS NOT NULL",
            name=op.f("ck_rosters_content_until_saved"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_rosters_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rosters")),
    )
    op.create_index(op.f("ix_rosters_person_id"), "rosters", ["person_id"], unique=False)


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def downgrade() -> None:
    op.drop_table("rosters")
    op.drop_column("audiences", "figures")
