"""Alerts: how creators want to hear of deals that fit, and what each was told of."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_PACES = "'at_once', 'daily', 'here', 'off'"


def upgrade() -> None:
    op.create_table(
        "alert_choices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("creator_id", sa.Uuid(), nullable=False),
        sa.Column("pace", sa.String(length=32), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"pace IN ({_PACES})", name=op.f("ck_alert_choices_alertpace")),
        sa.CheckConstraint(
            "least BETWEEN 1 AND 100", name=op.f("ck_alert_choices_least_is_a_score")
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["creators.id"], name=op.f("fk_alert_choices_creator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_choices")),
        sa.UniqueConstraint("creator_id", name=op.f("uq_alert_choices_creator_id")),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("creator_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("fit", sa.Integer(), nullable=False),
        sa.Column("mail_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("fit BETWEEN 0 AND 100", name=op.f("ck_alerts_fit_is_a_score")),
        sa.ForeignKeyConstraint(["creator_id"], ["creators.id"], name=op.f("fk_alerts_creator_id")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_alerts_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint(
            "creator_id", "campaign_id", name=op.f("uq_alerts_creator_id_campaign_id")
        ),
    )
    op.create_index(op.f("ix_alerts_campaign_id"), "alerts", ["campaign_id"])
    op.create_index(
        "ix_alerts_due",
        "alerts",
        ["mail_at"],
        postgresql_where=sa.text("mailed_at IS NULL AND mail_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("alerts")
    op.drop_table("alert_choices")
