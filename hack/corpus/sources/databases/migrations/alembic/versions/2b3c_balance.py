import sqlalchemy as sa
from alembic import op

revision, down_revision = "2b3c4d5e6f70", "1a2b3c4d5e6f"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("balance", sa.Numeric, nullable=False))
