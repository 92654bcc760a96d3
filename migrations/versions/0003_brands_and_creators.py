"""Brands and creators."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brands",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("returns_address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("slug ~ '^[a-z0-9-]{2,60}$'", name=op.f("ck_brands_slug_is_plain")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_brands_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brands")),
        sa.UniqueConstraint("person_id", name=op.f("uq_brands_person_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_brands_slug")),
    )
    op.create_table(
        "creators",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("topics", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_available", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("slug ~ '^[a-z0-9-]{2,60}$'", name=op.f("ck_creators_slug_is_plain")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_creators_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_creators")),
        sa.UniqueConstraint("person_id", name=op.f("uq_creators_person_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_creators_slug")),
    )
    op.create_index(op.f("ix_creators_country"), "creators", ["country"], unique=False)
    op.create_table(
        "platform_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("creator_id", sa.Uuid(), nullable=False),
        sa.Column(
            "platform",
            sa.Enum(
                "instagram",
                "tiktok",
                "youtube",
                name="platform",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("followers", sa.Integer(), nullable=False),
        sa.Column("engagements", sa.Integer(), nullable=False),
        sa.Column("posts_counted", sa.Integer(), nullable=False),
        sa.Column("sampled_followers", sa.Integer(), nullable=False),
        sa.Column("real_followers", sa.Integer(), nullable=False),
        sa.Column("sampled_comments", sa.Integer(), nullable=False),
        sa.Column("genuine_comments", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "engagements >= 0", name=op.f("ck_platform_accounts_engagements_not_negative")
        ),
        sa.CheckConstraint(
            "followers >= 0", name=op.f("ck_platform_accounts_followers_not_negative")
        ),
        sa.CheckConstraint(
            "genuine_comments <= sampled_comments",
            name=op.f("ck_platform_accounts_genuine_within_sampled"),
        ),
        sa.CheckConstraint(
            "posts_counted >= 0", name=op.f("ck_platform_accounts_posts_not_negative")
        ),
        sa.CheckConstraint(
            "real_followers <= sampled_followers",
            name=op.f("ck_platform_accounts_real_within_sampled"),
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creators.id"], name=op.f("fk_platform_accounts_creator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_accounts")),
        sa.UniqueConstraint(
            "platform", "handle", name=op.f("uq_platform_accounts_platform_handle")
        ),
    )
    op.create_index(
        op.f("ix_platform_accounts_creator_id"), "platform_accounts", ["creator_id"], unique=False
    )
    op.create_table(
        "rates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("creator_id", sa.Uuid(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "reel",
                "story",
                "post",
                "short",
                "video",
                "live",
                "photos",
                "audio",
                name="deliverabletype",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_rates_price_is_positive")),
        sa.ForeignKeyConstraint(["creator_id"], ["creators.id"], name=op.f("fk_rates_creator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rates")),
        sa.UniqueConstraint("creator_id", "type", name=op.f("uq_rates_creator_id_type")),
    )
    op.create_table(
        "audiences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "provenance",
            sa.Enum(
                "api",
                "file",
                "self_declared",
                name="provenance",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("dimensions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "jsonb_typeof(dimensions) = 'object'", name=op.f("ck_audiences_dimensions_is_an_object")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["platform_accounts.id"], name=op.f("fk_audiences_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audiences")),
    )
    op.create_index(op.f("ix_audiences_account_id"), "audiences", ["account_id"], unique=False)
    op.create_index(
        "uq_audiences_current",
        "audiences",
        ["account_id"],
        unique=True,
        postgresql_where="superseded_at IS NULL",
    )


def downgrade() -> None:
    op.drop_index(
        "uq_audiences_current", table_name="audiences", postgresql_where="superseded_at IS NULL"
    )
    op.drop_index(op.f("ix_audiences_account_id"), table_name="audiences")
    op.drop_table("audiences")
    op.drop_table("rates")
    op.drop_index(op.f("ix_platform_accounts_creator_id"), table_name="platform_accounts")
    op.drop_table("platform_accounts")
    op.drop_index(op.f("ix_creators_country"), table_name="creators")
    op.drop_table("creators")
    op.drop_table("brands")
