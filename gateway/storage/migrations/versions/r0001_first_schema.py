"""The first schema.

Every revision is frozen: it spells its tables out and imports neither ``gateway.storage.tables`` nor the
contract table, so that it makes tomorrow what it made when it was released.
"""

import sqlalchemy as sa
from alembic import op

from gateway.storage.types import ExactDecimal, UtcDateTime, plain_string, plain_text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables, and the counter that adjustment numbers are drawn from."""
    op.create_table(
        "accounts",
        sa.Column("id", plain_string(32), nullable=False),
        sa.Column("account_number", plain_string(70)),
        sa.Column("additional_email_addresses", plain_text()),
        sa.Column("allow_invoice_edit", sa.Boolean()),
        sa.Column("auto_pay", sa.Boolean()),
        sa.Column("balance", ExactDecimal()),
        sa.Column("batch", plain_string(32)),
        sa.Column("bcd_setting_option", plain_string(32)),
        sa.Column("bill_cycle_day", sa.Integer()),
        sa.Column("bill_to_id", plain_string(32)),
        sa.Column("communication_profile_id", plain_string(32)),
        sa.Column("created_by_id", plain_string(32)),
        sa.Column("created_date", UtcDateTime()),
        sa.Column("crm_id", plain_string(100)),
        sa.Column("currency", plain_string(3)),
        sa.Column("customer_service_rep_name", plain_string(255)),
        sa.Column("default_payment_method_id", plain_string(32)),
        sa.Column("invoice_delivery_prefs_email", sa.Boolean()),
        sa.Column("invoice_delivery_prefs_print", sa.Boolean()),
        sa.Column("invoice_template_id", plain_string(32)),
        sa.Column("last_invoice_date", sa.Date()),
        sa.Column("name", plain_string(255)),
        sa.Column("notes", plain_text()),
        sa.Column("payment_gateway", plain_string(40)),
        sa.Column("payment_term", plain_string(100)),
        sa.Column("purchase_order_number", plain_string(100)),
        sa.Column("sales_rep_name", plain_string(255)),
        sa.Column("sold_to_id", plain_string(32)),
        sa.Column("status", plain_string(32)),
        sa.Column("tax_company_code", plain_string(50)),
        sa.Column("tax_exempt_certificate_id", plain_string(32)),
        sa.Column("tax_exempt_certificate_type", plain_string(32)),
        sa.Column("tax_exempt_description", plain_string(255)),
        sa.Column("tax_exempt_effective_date", sa.Date()),
        sa.Column("tax_exempt_expiration_date", sa.Date()),
        sa.Column("tax_exempt_issuing_jurisdiction", plain_string(32)),
        sa.Column("tax_exempt_status", plain_string(32)),
        sa.Column("updated_by_id", plain_string(32)),
        sa.Column("updated_date", UtcDateTime()),
        sa.Column("vat_id", plain_string(25)),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
    )
    op.create_index("ix_accounts_account_number", "accounts", ["account_number"])

    op.create_table(
        "adjustment_numbers",
        sa.Column("number", plain_string(255), nullable=False),
        sa.Column("adjustment_id", plain_string(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_adjustment_numbers"),
    )

    op.create_table(
        "audit_entries",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=True
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("user_id", plain_string(32), nullable=False),
        sa.Column("door", plain_string(16), nullable=False),
        sa.Column("request_id", plain_string(64), nullable=False),
        sa.Column("action", plain_string(16), nullable=False),
        sa.Column("adjustment_id", plain_string(32), nullable=False),
        sa.Column("detail", plain_text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_adjustment_id", "audit_entries", ["adjustment_id"])

    op.create_table(
        "counters",
        sa.Column("name", plain_string(32), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )

    op.create_table(
        "query_locators",
        sa.Column("id", plain_string(32), nullable=False),
        sa.Column("user_id", plain_string(32), nullable=False),
        sa.Column("query", plain_text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_query_locators"),
    )
    op.create_index("ix_query_locators_expires_at", "query_locators", ["expires_at"])

    op.create_table(
        "query_pages",
        sa.Column("locator_id", plain_string(32), nullable=False),
        sa.Column("rows_before", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("after_id", plain_string(32), nullable=False),
        sa.PrimaryKeyConstraint("locator_id", "rows_before", name="pk_query_pages"),
    )

    op.create_table(
        "users",
        sa.Column("id", plain_string(32), nullable=False),
        sa.Column("name", plain_string(255), nullable=False),
        sa.Column("email", plain_string(255), nullable=False),
        sa.Column("full_name", plain_string(255), nullable=False),
        sa.Column("password_hash", plain_string(255), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_date", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
    )
    op.create_index("uq_users_name", "users", ["name"], unique=True)

    op.create_table(
        "invoices",
        sa.Column("id", plain_string(32), nullable=False),
        sa.Column("account_id", plain_string(32), nullable=False),
        sa.Column("adjustment_amount", ExactDecimal(), nullable=False),
        sa.Column("amount", ExactDecimal(), nullable=False),
        sa.Column("amount_without_tax", ExactDecimal()),
        sa.Column("balance", ExactDecimal(), nullable=False),
        sa.Column("bill_run_id", plain_string(32)),
        sa.Column("comments", plain_text()),
        sa.Column("created_by_id", plain_string(32)),
        sa.Column("created_date", UtcDateTime()),
        sa.Column("due_date", sa.Date()),
        sa.Column("includes_one_time", sa.Boolean()),
        sa.Column("includes_recurring", sa.Boolean()),
        sa.Column("includes_usage", sa.Boolean()),
        sa.Column("invoice_date", sa.Date(), nullable=False),
        sa.Column("invoice_number", plain_string(32), nullable=False),
        sa.Column("last_email_sent_date", UtcDateTime()),
        sa.Column("payment_amount", ExactDecimal()),
        sa.Column("posted_by", plain_string(32)),
        sa.Column("posted_date", UtcDateTime()),
        sa.Column("refund_amount", ExactDecimal()),
        sa.Column("status", plain_string(32), nullable=False),
        sa.Column("target_date", sa.Date()),
        sa.Column("tax_amount", ExactDecimal()),
        sa.Column("tax_exempt_amount", ExactDecimal()),
        sa.Column("transferred_to_accounting", plain_string(10)),
        sa.Column("updated_by_id", plain_string(32)),
        sa.Column("updated_date", UtcDateTime()),
        sa.Column("currency", plain_string(3), nullable=False),
        sa.Column("minor_unit_digits", sa.Integer(), nullable=False),
        sa.Column("adjusted", ExactDecimal(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invoices"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_invoices_account_id"),
    )
    op.create_index("ix_invoices_account_id_id", "invoices", ["account_id", "id"])
    op.create_index("uq_invoices_invoice_number", "invoices", ["invoice_number"], unique=True)

    op.create_table(
        "sessions",
        sa.Column("token_hash", plain_string(64), nullable=False),
        sa.Column("user_id", plain_string(32), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])

    op.create_table(
        "invoice_item_adjustments",
        sa.Column("id", plain_string(32), nullable=False),
        sa.Column("account_id", plain_string(32), nullable=False),
        sa.Column("accounting_code", plain_string(100)),
        sa.Column("adjustment_date", sa.Date(), nullable=False),
        sa.Column("adjustment_number", plain_string(255), nullable=False),
        sa.Column("amount", ExactDecimal(), nullable=False),
        sa.Column("cancelled_by_id", plain_string(32)),
        sa.Column("cancelled_date", UtcDateTime()),
        sa.Column("comment", plain_string(255)),
        sa.Column("created_by_id", plain_string(32), nullable=False),
        sa.Column("created_date", UtcDateTime(), nullable=False),
        sa.Column("invoice_id", plain_string(32), nullable=False),
        sa.Column("invoice_item_name", plain_string(255)),
        sa.Column("reason_code", plain_string(32)),
        sa.Column("reference_id", plain_string(60)),
        sa.Column("service_end_date", sa.Date()),
        sa.Column("service_start_date", sa.Date()),
        sa.Column("source_id", plain_string(32), nullable=False),
        sa.Column("source_type", plain_string(13), nullable=False),
        sa.Column("status", plain_string(9), nullable=False),
        sa.Column("transferred_to_accounting", plain_string(10)),
        sa.Column("type", plain_string(6), nullable=False),
        sa.Column("updated_by_id", plain_string(32), nullable=False),
        sa.Column("updated_date", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invoice_item_adjustments"),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name="fk_invoice_item_adjustments_invoice_id"
        ),
    )
    op.create_index(
        "ix_invoice_item_adjustments_account_id_id", "invoice_item_adjustments", ["account_id", "id"]
    )
    op.create_index(
        "ix_invoice_item_adjustments_created_date_id", "invoice_item_adjustments", ["created_date", "id"]
    )
    op.create_index(
        "ix_invoice_item_adjustments_invoice_id_id", "invoice_item_adjustments", ["invoice_id", "id"]
    )
    op.create_index(
        "ix_invoice_item_adjustments_reference_id_id", "invoice_item_adjustments", ["reference_id", "id"]
    )
    op.create_index(
        "ix_invoice_item_adjustments_source_id_id", "invoice_item_adjustments", ["source_id", "id"]
    )
    op.create_index(
        "ix_invoice_item_adjustments_updated_date_id", "invoice_item_adjustments", ["updated_date", "id"]
    )
    op.create_index("uq_adjustments_number", "invoice_item_adjustments", ["adjustment_number"], unique=True)

    op.create_table(
        "invoice_items",
        sa.Column("id", plain_string(32), nullable=False),
        sa.Column("accounting_code", plain_string(100)),
        sa.Column("applied_to_invoice_item_id", plain_string(32)),
        sa.Column("charge_amount", ExactDecimal(), nullable=False),
        sa.Column("charge_date", UtcDateTime()),
        sa.Column("charge_description", plain_string(255)),
        sa.Column("charge_id", plain_string(32)),
        sa.Column("charge_name", plain_string(255)),
        sa.Column("charge_number", plain_string(50)),
        sa.Column("charge_type", plain_string(32)),
        sa.Column("created_by_id", plain_string(32)),
        sa.Column("created_date", UtcDateTime()),
        sa.Column("invoice_id", plain_string(32), nullable=False),
        sa.Column("processing_type", ExactDecimal()),
        sa.Column("product_description", plain_string(255)),
        sa.Column("product_id", plain_string(32)),
        sa.Column("product_name", plain_string(255)),
        sa.Column("product_rate_plan_charge_id", plain_string(32)),
        sa.Column("quantity", ExactDecimal()),
        sa.Column("rate_plan_charge_id", plain_string(32)),
        sa.Column("rev_rec_code", plain_string(70)),
        sa.Column("rev_rec_start_date", sa.Date()),
        sa.Column("rev_rec_trigger_condition", plain_string(50)),
        sa.Column("service_end_date", sa.Date()),
        sa.Column("service_start_date", sa.Date()),
        sa.Column("sku", plain_string(255)),
        sa.Column("subscription_id", plain_string(32)),
        sa.Column("subscription_number", plain_string(100)),
        sa.Column("tax_amount", ExactDecimal()),
        sa.Column("tax_code", plain_string(64)),
        sa.Column("tax_exempt_amount", ExactDecimal()),
        sa.Column("tax_mode", plain_string(32)),
        sa.Column("unit_price", ExactDecimal()),
        sa.Column("uom", plain_string(255)),
        sa.Column("updated_by_id", plain_string(32)),
        sa.Column("updated_date", UtcDateTime()),
        sa.Column("balance", ExactDecimal(), nullable=False),
        sa.Column("taken", ExactDecimal(), nullable=False),
        sa.Column("adjusted", ExactDecimal(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invoice_items"),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name="fk_invoice_items_invoice_id"),
    )
    op.create_index("ix_invoice_items_invoice_id_id", "invoice_items", ["invoice_id", "id"])

    op.create_table(
        "taxation_items",
        sa.Column("id", plain_string(32), nullable=False),
        sa.Column("accounting_code", plain_string(100)),
        sa.Column("created_by_id", plain_string(32)),
        sa.Column("created_date", UtcDateTime()),
        sa.Column("exempt_amount", ExactDecimal()),
        sa.Column("invoice_id", plain_string(32), nullable=False),
        sa.Column("invoice_item_id", plain_string(32), nullable=False),
        sa.Column("jurisdiction", plain_string(255)),
        sa.Column("location_code", plain_string(255)),
        sa.Column("name", plain_string(255)),
        sa.Column("tax_amount", ExactDecimal(), nullable=False),
        sa.Column("tax_code", plain_string(64)),
        sa.Column("tax_code_description", plain_string(255)),
        sa.Column("tax_date", sa.Date()),
        sa.Column("tax_rate", ExactDecimal()),
        sa.Column("tax_rate_description", plain_string(255)),
        sa.Column("tax_rate_type", plain_string(32)),
        sa.Column("updated_by_id", plain_string(32)),
        sa.Column("updated_date", UtcDateTime()),
        sa.Column("balance", ExactDecimal(), nullable=False),
        sa.Column("taken", ExactDecimal(), nullable=False),
        sa.Column("adjusted", ExactDecimal(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_taxation_items"),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name="fk_taxation_items_invoice_id"),
        sa.ForeignKeyConstraint(
            ["invoice_item_id"], ["invoice_items.id"], name="fk_taxation_items_invoice_item_id"
        ),
    )
    op.create_index("ix_taxation_items_invoice_id_id", "taxation_items", ["invoice_id", "id"])
    op.create_index("ix_taxation_items_invoice_item_id_id", "taxation_items", ["invoice_item_id", "id"])

    counters = sa.table("counters", sa.column("name"), sa.column("last"))
    op.bulk_insert(counters, [{"name": "adjustment_number", "last": 0}])
