"""Saved lists: creators a brand keeps together under a name, with a note on each."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_lists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_lists_has_a_name")),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_saved_lists_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_lists")),
    )
    op.create_index(
        "uq_saved_lists_name", "saved_lists", ["brand_id", sa.text("lower(name)")], unique=True
    )
    op.create_table(
        "saved_creators",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("creator_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["saved_lists.id"],
            name=op.f("fk_saved_creators_list_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creators.id"], name=op.f("fk_saved_creators_creator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_creators")),
        sa.UniqueConstraint(
            "list_id", "creator_id", name=op.f("uq_saved_creators_list_id_creator_id")
        ),
    )
    op.create_index(op.f("ix_saved_creators_creator_id"), "saved_creators", ["creator_id"])


def downgrade() -> None:
    op.drop_table("saved_creators")
    op.drop_table("saved_lists")
