"""The chain of audit entries of each invoice, and the imported part of each balance: what a proof needs."""

import sqlalchemy as sa
from alembic import op

from gateway.storage.types import ExactDecimal, exact_add, exact_subtract, plain_string

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; entries written before stand in no chain, imported parts are what is not ours."""
    op.add_column("audit_entries", sa.Column("invoice_id", plain_string(32)))
    op.add_column("audit_entries", sa.Column("seq", sa.BigInteger()))
    op.add_column("audit_entries", sa.Column("hash", plain_string(64)))
    op.create_index("uq_audit_entries_seq", "audit_entries", ["invoice_id", "seq"], unique=True)
    op.add_column("invoices", sa.Column("audit_seq", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column(
        "invoices", sa.Column("audit_hash", plain_string(64), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("invoices", sa.Column("imported_adjustment_amount", ExactDecimal()))
    invoices = _with_imported_balance("invoices", "adjustment_amount", "imported_adjustment_amount")
    imported = exact_add(invoices.c.adjustment_amount, invoices.c.adjusted)
    op.execute(invoices.update().values(imported_adjustment_amount=imported))
    _with_imported_balance("invoice_items")
    _with_imported_balance("taxation_items")


def _with_imported_balance(name: str, *more: str) -> sa.TableClause:
    """Add the column to a table, fill it, and return the table with its columns."""
    op.add_column(name, sa.Column("imported_balance", ExactDecimal()))
    columns = ("balance", "adjusted", "imported_balance", *more)
    table = sa.table(name, *(sa.column(column, ExactDecimal()) for column in columns))
    imported = exact_subtract(table.c.balance, table.c.adjusted)
    op.execute(table.update().values(imported_balance=imported))
    return table
