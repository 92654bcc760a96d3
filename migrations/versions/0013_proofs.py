"""Proofs of holdings: a tree over everything owed, once a day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proofs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("totals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("stripe_minor", sa.BigInteger(), nullable=False),
        sa.Column("books_minor", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("total_minor >= 0", name=op.f("ck_proofs_total_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proofs")),
        sa.UniqueConstraint("number", name=op.f("uq_proofs_number")),
    )
    op.create_index(op.f("ix_proofs_taken_at"), "proofs", ["taken_at"])
    op.create_table(
        "proof_levels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proof_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("nodes", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proof_id"], ["proofs.id"], name=op.f("fk_proof_levels_proof_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_levels")),
        sa.UniqueConstraint("proof_id", "level", name=op.f("uq_proof_levels_proof_id_level")),
    )
    # Parts of a level are read by their place; a compressed one would be unpacked whole.
    op.execute("ALTER TABLE proof_levels ALTER COLUMN nodes SET STORAGE EXTERNAL")
    op.create_table(
        "proof_parts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proof_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("pieces", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_proof_parts_amount_is_positive")),
        sa.ForeignKeyConstraint(["proof_id"], ["proofs.id"], name=op.f("fk_proof_parts_proof_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_parts")),
        sa.UniqueConstraint("proof_id", "party", name=op.f("uq_proof_parts_proof_id_party")),
    )
    op.create_index("ix_proof_parts_party", "proof_parts", ["party"])
    # What was published stays as it was, whoever asks.
    op.execute(
        "CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON proofs"
        " FOR EACH ROW EXECUTE FUNCTION ledger.deny()"
    )
    op.execute(
        "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON proofs"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny()"
    )


def downgrade() -> None:
    op.drop_table("proof_parts")
    op.drop_table("proof_levels")
    op.drop_table("proofs")
