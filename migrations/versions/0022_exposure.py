"""Who was shown to whom, and what that comes to for each creator and each size band."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0024"
branch_labels = None
depends_on = None

_KINDS = ("score", "lifted", "drawn", "sorted")
_BANDS = ("under_10k", "to_50k", "to_250k", "above")


def _base(name: str) -> list[sa.Column | sa.Constraint]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    ]


def _of(table: str, column: str, other: str) -> list[sa.Column | sa.Constraint]:
    return [
        sa.Column(column, sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}")),
    ]


def upgrade() -> None:
    op.create_table(
        "showings",
        *_base("showings"),
        *_of("showings", "campaign_id", "campaigns"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("formula", sa.Text(), nullable=False),
        sa.Column("pool", sa.Integer(), nullable=False),
        sa.Column("fitting", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("pool >= 0", name=op.f("ck_showings_pool_not_negative")),
        sa.UniqueConstraint("campaign_id", "day", name=op.f("uq_showings_campaign_id_day")),
    )
    op.create_index(
        "ix_showings_uncounted", "showings", ["day"], postgresql_where=sa.text("counted_at IS NULL")
    )
    op.create_table(
        "impressions",
        *_base("impressions"),
        *_of("impressions", "campaign_id", "campaigns"),
        sa.Column("day", sa.Date(), nullable=False),
        *_of("impressions", "creator_id", "creators"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*_KINDS, name="slotkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.CheckConstraint(
            "position > 0 AND place > 0", name=op.f("ck_impressions_positions_from_one")
        ),
        sa.CheckConstraint(
            "propensity > 0 AND propensity <= 1",
            name=op.f("ck_impressions_propensity_is_a_chance"),
        ),
        sa.CheckConstraint(
            "kind = 'drawn' OR propensity = 1", name=op.f("ck_impressions_only_draws_are_chance")
        ),
        sa.CheckConstraint(
            "score > 0 AND score <= 100", name=op.f("ck_impressions_score_in_range")
        ),
        sa.UniqueConstraint(
            "campaign_id",
            "day",
            "creator_id",
            name=op.f("uq_impressions_campaign_id_day_creator_id"),
        ),
    )
    op.create_index("ix_impressions_day", "impressions", ["day"])
    op.create_index("ix_impressions_creator_id_day", "impressions", ["creator_id", "day"])
    op.create_table(
        "exposures",
        *_base("exposures"),
        *_of("exposures", "creator_id", "creators"),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Float(), nullable=False),
        sa.Column("due", sa.Float(), nullable=False),
        sa.Column("owed", sa.Float(), nullable=False),
        sa.CheckConstraint(
            "extract(day FROM month) = 1", name=op.f("ck_exposures_month_is_its_first_day")
        ),
        sa.CheckConstraint(
            "times >= 0 AND shown >= 0 AND due >= 0",
            name=op.f("ck_exposures_counts_not_negative"),
        ),
        sa.CheckConstraint("owed >= 0", name=op.f("ck_exposures_owed_not_negative")),
        sa.UniqueConstraint("creator_id", "month", name=op.f("uq_exposures_creator_id_month")),
    )
    op.create_table(
        "exposure_bands",
        *_base("exposure_bands"),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column(
            "band",
            sa.Enum(*_BANDS, name="sizeband", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("eligible", "fitting", "times")
        ),
        sa.Column("shown", sa.Float(), nullable=False),
        sa.Column("due", sa.Float(), nullable=False),
        sa.CheckConstraint(
            "extract(day FROM month) = 1",
            name=op.f("ck_exposure_bands_month_is_its_first_day"),
        ),
        sa.UniqueConstraint("month", "band", name=op.f("uq_exposure_bands_month_band")),
    )


def downgrade() -> None:
    for name in ("exposure_bands", "exposures", "impressions", "showings"):
        op.drop_table(name)
