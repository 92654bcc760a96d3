"""What an exclusive deal keeps a creator from goes by its campaign's interests: when those change,
that is a change to the creator.
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION match_sought_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO match_outbox (creator_id)
            SELECT DISTINCT creator_id FROM deals WHERE campaign_id = NEW.id;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER match_change AFTER UPDATE OF sought ON campaigns FOR EACH ROW
        WHEN (NEW.sought IS DISTINCT FROM OLD.sought) EXECUTE FUNCTION match_sought_changed()
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER match_change ON campaigns")
    op.execute("DROP FUNCTION match_sought_changed()")
