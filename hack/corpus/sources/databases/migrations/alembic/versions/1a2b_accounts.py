import sqlalchemy as sa
from alembic import op

revision, down_revision = "1a2b3c4d5e6f", None


def upgrade() -> None:
    op.create_table("accounts", sa.Column("id", sa.Integer, primary_key=True), sa.Column("owner", sa.Text))
