"""Products and campaigns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "hidden",
                name="productstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("commission_bps", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "handle ~ '^[a-z0-9-]{1,120}$'", name=op.f("ck_products_handle_is_plain")
        ),
        sa.CheckConstraint(
            "commission_bps BETWEEN 0 AND 9000", name=op.f("ck_products_commission_in_range")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_products_brand_id")),
        sa.ForeignKeyConstraint(["picture_id"], ["files.id"], name=op.f("fk_products_picture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("brand_id", "handle", name=op.f("uq_products_brand_id_handle")),
    )
    op.create_index(op.f("ix_products_brand_id"), "products", ["brand_id"], unique=False)
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "open",
                "closed",
                name="campaignstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("product_text", sa.Text(), nullable=False),
        sa.Column("deliverables", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sought", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("required", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("budget_minor", sa.BigInteger(), nullable=True),
        sa.Column("price_min_minor", sa.BigInteger(), nullable=True),
        sa.Column("price_max_minor", sa.BigInteger(), nullable=True),
        sa.Column("commission_bps", sa.Integer(), nullable=True),
        sa.Column("apply_by", sa.Date(), nullable=True),
        sa.Column("deliver_by", sa.Date(), nullable=True),
        sa.Column("rights", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("disclosure", sa.Text(), nullable=False),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'draft') = (published_at IS NULL)",
            name=op.f("ck_campaigns_draft_is_unpublished"),
        ),
        sa.CheckConstraint("slug ~ '^[a-z0-9-]{2,80}$'", name=op.f("ck_campaigns_slug_is_plain")),
        sa.CheckConstraint(
            "status = 'draft' OR (budget_minor IS NOT NULL AND apply_by IS NOT NULL AND deliver_by IS NOT NULL AND (price_max_minor IS NOT NULL OR commission_bps IS NOT NULL))",
            name=op.f("ck_campaigns_open_is_complete"),
        ),
        sa.CheckConstraint("budget_minor > 0", name=op.f("ck_campaigns_budget_is_positive")),
        sa.CheckConstraint(
            "commission_bps BETWEEN 0 AND 9000", name=op.f("ck_campaigns_commission_in_range")
        ),
        sa.CheckConstraint("deliver_by >= apply_by", name=op.f("ck_campaigns_dates_in_order")),
        sa.CheckConstraint(
            "price_min_minor <= price_max_minor", name=op.f("ck_campaigns_prices_in_order")
        ),
        sa.CheckConstraint("price_min_minor > 0", name=op.f("ck_campaigns_price_min_is_positive")),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_campaigns_brand_id")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_campaigns_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaigns_slug")),
    )
    op.create_index(op.f("ix_campaigns_brand_id"), "campaigns", ["brand_id"], unique=False)
    op.create_index(
        "ix_campaigns_open",
        "campaigns",
        ["apply_by"],
        unique=False,
        postgresql_where="status = 'open'",
    )
    op.create_table(
        "shelf_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("creator_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_featured", sa.Boolean(), nullable=False),
        sa.Column("commission_bps", sa.Integer(), nullable=False),
        sa.Column("commission_locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creators.id"], name=op.f("fk_shelf_items_creator_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_shelf_items_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf_items")),
        sa.UniqueConstraint(
            "creator_id", "product_id", name=op.f("uq_shelf_items_creator_id_product_id")
        ),
    )
    op.create_index(op.f("ix_shelf_items_creator_id"), "shelf_items", ["creator_id"], unique=False)
    op.create_index(op.f("ix_shelf_items_product_id"), "shelf_items", ["product_id"], unique=False)
    op.create_table(
        "variants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_variants_price_is_positive")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_variants_stock_not_negative")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_variants_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variants")),
        sa.UniqueConstraint("product_id", "title", name=op.f("uq_variants_product_id_title")),
    )
    op.create_index(op.f("ix_variants_product_id"), "variants", ["product_id"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("creator_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "sent",
                "accepted",
                "declined",
                "expired",
                name="invitationstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_invitations_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creators.id"], name=op.f("fk_invitations_creator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
    )
    op.create_index(
        op.f("ix_invitations_campaign_id"), "invitations", ["campaign_id"], unique=False
    )
    op.create_index(op.f("ix_invitations_creator_id"), "invitations", ["creator_id"], unique=False)
    op.create_index(
        "uq_invitations_waiting",
        "invitations",
        ["campaign_id", "creator_id"],
        unique=True,
        postgresql_where="status = 'sent'",
    )
    op.create_table(
        "applications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("creator_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "sent",
                "offered",
                "declined",
                "withdrawn",
                name="applicationstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("pitch", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_applications_price_is_positive")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_applications_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creators.id"], name=op.f("fk_applications_creator_id")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name=op.f("fk_applications_invitation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
    )
    op.create_index(
        op.f("ix_applications_campaign_id"), "applications", ["campaign_id"], unique=False
    )
    op.create_index(
        op.f("ix_applications_creator_id"), "applications", ["creator_id"], unique=False
    )
    op.create_index(
        "uq_applications_live",
        "applications",
        ["campaign_id", "creator_id"],
        unique=True,
        postgresql_where="status IN ('sent', 'offered')",
    )


def downgrade() -> None:
    op.drop_index(
        "uq_applications_live",
        table_name="applications",
        postgresql_where="status IN ('sent', 'offered')",
    )
    op.drop_index(op.f("ix_applications_creator_id"), table_name="applications")
    op.drop_index(op.f("ix_applications_campaign_id"), table_name="applications")
    op.drop_table("applications")
    op.drop_index(
        "uq_invitations_waiting", table_name="invitations", postgresql_where="status = 'sent'"
    )
    op.drop_index(op.f("ix_invitations_creator_id"), table_name="invitations")
    op.drop_index(op.f("ix_invitations_campaign_id"), table_name="invitations")
    op.drop_table("invitations")
    op.drop_index(op.f("ix_variants_product_id"), table_name="variants")
    op.drop_table("variants")
    op.drop_index(op.f("ix_shelf_items_product_id"), table_name="shelf_items")
    op.drop_index(op.f("ix_shelf_items_creator_id"), table_name="shelf_items")
    op.drop_table("shelf_items")
    op.drop_index("ix_campaigns_open", table_name="campaigns", postgresql_where="status = 'open'")
    op.drop_index(op.f("ix_campaigns_brand_id"), table_name="campaigns")
    op.drop_table("campaigns")
    op.drop_index(op.f("ix_products_brand_id"), table_name="products")
    op.drop_table("products")
