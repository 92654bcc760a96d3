"""Deals and disputes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("creator_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "offered",
                "accepted",
                "funded",
                "delivered",
                "revising",
                "approved",
                "released",
                "disputed",
                "settling",
                "settled",
                "refunding",
                "refunded",
                "declined",
                "withdrawn",
                "expired",
                "cancelled",
                name="dealstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_bps", sa.Integer(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("terms_hash", sa.Text(), nullable=True),
        sa.Column("deliver_by", sa.Date(), nullable=False),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.Column("revisions_used", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("funded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'released') = (released_at IS NOT NULL)",
            name=op.f("ck_deals_released_has_a_time"),
        ),
        sa.CheckConstraint(
            "status IN ('offered','declined','withdrawn','expired') OR accepted_at IS NOT NULL",
            name=op.f("ck_deals_later_states_are_accepted"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('funded','delivered','revising','approved','released','disputed','settling','settled','refunding','refunded') OR funded_at IS NOT NULL",
            name=op.f("ck_deals_paid_states_are_funded"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('offered','accepted','funded','delivered','revising','disputed') OR due_at IS NOT NULL",
            name=op.f("ck_deals_waiting_has_a_clock"),
        ),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (terms_hash IS NULL)", name=op.f("ck_deals_accepted_is_hashed")
        ),
        sa.CheckConstraint("fee_bps BETWEEN 0 AND 5000", name=op.f("ck_deals_fee_in_range")),
        sa.CheckConstraint(
            "fee_minor BETWEEN 0 AND price_minor", name=op.f("ck_deals_fee_within_price")
        ),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_deals_price_is_positive")),
        sa.CheckConstraint(
            "revisions_used BETWEEN 0 AND revisions", name=op.f("ck_deals_revisions_within_terms")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_deals_application_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_deals_brand_id")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_deals_campaign_id")
        ),
        sa.ForeignKeyConstraint(["creator_id"], ["creators.id"], name=op.f("fk_deals_creator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deals")),
    )
    op.create_index(op.f("ix_deals_brand_id"), "deals", ["brand_id"], unique=False)
    op.create_index(op.f("ix_deals_campaign_id"), "deals", ["campaign_id"], unique=False)
    op.create_index(op.f("ix_deals_creator_id"), "deals", ["creator_id"], unique=False)
    op.create_index(
        "ix_deals_due", "deals", ["due_at"], unique=False, postgresql_where="due_at IS NOT NULL"
    )
    op.create_index(op.f("ix_deals_status"), "deals", ["status"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("links", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("change_asked", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_deliveries_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("deal_id", "number", name=op.f("uq_deliveries_deal_id_number")),
    )
    op.create_table(
        "disputes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=False, start=101), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "answered",
                "ruled",
                name="disputestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "not_delivered",
                "late",
                "part_missing",
                "not_as_agreed",
                "change_refused",
                "no_answer",
                "other",
                name="disputereason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("asks_minor", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_asks_minor", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("to_creator_minor", sa.BigInteger(), nullable=True),
        sa.Column("to_brand_minor", sa.BigInteger(), nullable=True),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("ruled_by_id", sa.Uuid(), nullable=True),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'ruled') = (ruled_at IS NOT NULL AND to_creator_minor IS NOT NULL AND to_brand_minor IS NOT NULL AND why IS NOT NULL)",
            name=op.f("ck_disputes_ruled_is_complete"),
        ),
        sa.CheckConstraint(
            "answer_asks_minor >= 0", name=op.f("ck_disputes_answer_asks_not_negative")
        ),
        sa.CheckConstraint("asks_minor >= 0", name=op.f("ck_disputes_asks_not_negative")),
        sa.CheckConstraint(
            "to_creator_minor >= 0 AND to_brand_minor >= 0",
            name=op.f("ck_disputes_split_not_negative"),
        ),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_disputes_deal_id")),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["people.id"], name=op.f("fk_disputes_opened_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["ruled_by_id"], ["people.id"], name=op.f("fk_disputes_ruled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("number", name=op.f("uq_disputes_number")),
    )
    op.create_index(op.f("ix_disputes_deal_id"), "disputes", ["deal_id"], unique=False)
    op.create_index(
        "uq_disputes_live",
        "disputes",
        ["deal_id"],
        unique=True,
        postgresql_where="status <> 'ruled'",
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("body <> ''", name=op.f("ck_messages_says_something")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_messages_deal_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_messages_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_deal_id"), "messages", ["deal_id"], unique=False)
    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_offers_price_is_positive")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_offers_deal_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_offers_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("deal_id", "number", name=op.f("uq_offers_deal_id_number")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "link <> '' OR file_id IS NOT NULL OR note <> ''",
            name=op.f("ck_evidence_shows_something"),
        ),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["disputes.id"], name=op.f("fk_evidence_dispute_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_evidence_file_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_evidence_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_dispute_id"), "evidence", ["dispute_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_evidence_dispute_id"), table_name="evidence")
    op.drop_table("evidence")
    op.drop_table("offers")
    op.drop_index(op.f("ix_messages_deal_id"), table_name="messages")
    op.drop_table("messages")
    op.drop_index("uq_disputes_live", table_name="disputes", postgresql_where="status <> 'ruled'")
    op.drop_index(op.f("ix_disputes_deal_id"), table_name="disputes")
    op.drop_table("disputes")
    op.drop_table("deliveries")
    op.drop_index(op.f("ix_deals_status"), table_name="deals")
    op.drop_index("ix_deals_due", table_name="deals", postgresql_where="due_at IS NOT NULL")
    op.drop_index(op.f("ix_deals_creator_id"), table_name="deals")
    op.drop_index(op.f("ix_deals_campaign_id"), table_name="deals")
    op.drop_index(op.f("ix_deals_brand_id"), table_name="deals")
    op.drop_table("deals")
