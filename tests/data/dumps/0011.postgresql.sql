SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.accounting_codes (
    code character varying(100) NOT NULL COLLATE pg_catalog."C",
    type character varying(50) COLLATE pg_catalog."C",
    active boolean NOT NULL
);
CREATE TABLE public.accounting_periods (
    name character varying(100) NOT NULL COLLATE pg_catalog."C",
    start_date date NOT NULL,
    end_date date NOT NULL,
    status character varying(16) NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.accounts (
    id character varying(32) NOT NULL COLLATE pg_catalog."C",
    account_number character varying(70) COLLATE pg_catalog."C",
    additional_email_addresses text,
    allow_invoice_edit boolean,
    auto_pay boolean,
    balance numeric(38,12),
    batch character varying(32) COLLATE pg_catalog."C",
    bcd_setting_option character varying(32) COLLATE pg_catalog."C",
    bill_cycle_day integer,
    bill_to_id character varying(32) COLLATE pg_catalog."C",
    communication_profile_id character varying(32) COLLATE pg_catalog."C",
    created_by_id character varying(32) COLLATE pg_catalog."C",
    created_date timestamp with time zone,
    crm_id character varying(100) COLLATE pg_catalog."C",
    currency character varying(3) COLLATE pg_catalog."C",
    customer_service_rep_name character varying(255) COLLATE pg_catalog."C",
    default_payment_method_id character varying(32) COLLATE pg_catalog."C",
    invoice_delivery_prefs_email boolean,
    invoice_delivery_prefs_print boolean,
    invoice_template_id character varying(32) COLLATE pg_catalog."C",
    last_invoice_date date,
    name character varying(255) COLLATE pg_catalog."C",
    notes text,
    payment_gateway character varying(40) COLLATE pg_catalog."C",
    payment_term character varying(100) COLLATE pg_catalog."C",
    purchase_order_number character varying(100) COLLATE pg_catalog."C",
    sales_rep_name character varying(255) COLLATE pg_catalog."C",
    sold_to_id character varying(32) COLLATE pg_catalog."C",
    status character varying(32) COLLATE pg_catalog."C",
    tax_company_code character varying(50) COLLATE pg_catalog."C",
    tax_exempt_certificate_id character varying(32) COLLATE pg_catalog."C",
    tax_exempt_certificate_type character varying(32) COLLATE pg_catalog."C",
    tax_exempt_description character varying(255) COLLATE pg_catalog."C",
    tax_exempt_effective_date date,
    tax_exempt_expiration_date date,
    tax_exempt_issuing_jurisdiction character varying(32) COLLATE pg_catalog."C",
    tax_exempt_status character varying(32) COLLATE pg_catalog."C",
    updated_by_id character varying(32) COLLATE pg_catalog."C",
    updated_date timestamp with time zone,
    vat_id character varying(25) COLLATE pg_catalog."C",
    credit_balance numeric(38,12),
    parent_id character varying(32) COLLATE pg_catalog."C",
    total_invoice_balance numeric(38,12)
);
CREATE TABLE public.adjustment_numbers (
    number character varying(255) NOT NULL COLLATE pg_catalog."C",
    adjustment_id character varying(32) NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.audit_entries (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    user_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    door character varying(16) NOT NULL COLLATE pg_catalog."C",
    request_id character varying(64) NOT NULL COLLATE pg_catalog."C",
    action character varying(16) NOT NULL COLLATE pg_catalog."C",
    adjustment_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    detail text NOT NULL,
    invoice_id character varying(32) COLLATE pg_catalog."C",
    seq bigint,
    hash character varying(64) COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.audit_entries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_entries_id_seq OWNED BY public.audit_entries.id;
CREATE TABLE public.configuration_entries (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    who character varying(255) NOT NULL COLLATE pg_catalog."C",
    action character varying(64) NOT NULL COLLATE pg_catalog."C",
    detail text NOT NULL
);
CREATE SEQUENCE public.configuration_entries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.configuration_entries_id_seq OWNED BY public.configuration_entries.id;
CREATE TABLE public.counters (
    name character varying(32) NOT NULL COLLATE pg_catalog."C",
    last bigint NOT NULL
);
CREATE TABLE public.custom_fields (
    id integer NOT NULL,
    object_name character varying(64) NOT NULL COLLATE pg_catalog."C",
    name character varying(64) NOT NULL COLLATE pg_catalog."C",
    type character varying(16) NOT NULL COLLATE pg_catalog."C",
    length integer,
    created_date timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.custom_fields_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.custom_fields_id_seq OWNED BY public.custom_fields.id;
CREATE TABLE public.custom_values (
    field_id integer NOT NULL,
    record_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    text character varying(255) COLLATE pg_catalog."C",
    number numeric(38,12),
    flag boolean,
    day date,
    moment timestamp with time zone
);
CREATE TABLE public.export_marks (
    name character varying(64) NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL,
    moved_at timestamp with time zone NOT NULL,
    part text,
    file text
);
CREATE TABLE public.idempotency_keys (
    user_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    operation character varying(32) NOT NULL COLLATE pg_catalog."C",
    key character varying(255) NOT NULL COLLATE pg_catalog."C",
    hash character varying(64) NOT NULL COLLATE pg_catalog."C",
    answer text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.ignored_fields (
    object_name character varying(64) NOT NULL COLLATE pg_catalog."C",
    name character varying(64) NOT NULL COLLATE pg_catalog."C",
    calls bigint NOT NULL,
    last_at timestamp with time zone NOT NULL
);
CREATE TABLE public.imported_adjustments (
    adjustment_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    object_name character varying(64) NOT NULL COLLATE pg_catalog."C",
    invoice_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    source_type character varying(13) COLLATE pg_catalog."C",
    source_id character varying(32) COLLATE pg_catalog."C",
    impact numeric(38,12) NOT NULL
);
CREATE TABLE public.invoice_adjustments (
    id character varying(32) NOT NULL COLLATE pg_catalog."C",
    account_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    accounting_code character varying(100) COLLATE pg_catalog."C",
    adjustment_date date NOT NULL,
    adjustment_number character varying(255) NOT NULL COLLATE pg_catalog."C",
    amount numeric(38,12) NOT NULL,
    cancelled_by_id character varying(32) COLLATE pg_catalog."C",
    cancelled_date timestamp with time zone,
    comment character varying(255) COLLATE pg_catalog."C",
    created_by_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    created_date timestamp with time zone NOT NULL,
    impact_amount numeric(38,12) NOT NULL,
    invoice_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    reason_code character varying(32) COLLATE pg_catalog."C",
    reference_id character varying(60) COLLATE pg_catalog."C",
    status character varying(9) NOT NULL COLLATE pg_catalog."C",
    transferred_to_accounting character varying(10) COLLATE pg_catalog."C",
    type character varying(6) NOT NULL COLLATE pg_catalog."C",
    updated_by_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    updated_date timestamp with time zone NOT NULL,
    accounting_date date,
    reverses_id character varying(32) COLLATE pg_catalog."C"
);
CREATE TABLE public.invoice_item_adjustments (
    id character varying(32) NOT NULL COLLATE pg_catalog."C",
    account_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    accounting_code character varying(100) COLLATE pg_catalog."C",
    adjustment_date date NOT NULL,
    adjustment_number character varying(255) NOT NULL COLLATE pg_catalog."C",
    amount numeric(38,12) NOT NULL,
    cancelled_by_id character varying(32) COLLATE pg_catalog."C",
    cancelled_date timestamp with time zone,
    comment character varying(255) COLLATE pg_catalog."C",
    created_by_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    created_date timestamp with time zone NOT NULL,
    invoice_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    invoice_item_name character varying(255) COLLATE pg_catalog."C",
    reason_code character varying(32) COLLATE pg_catalog."C",
    reference_id character varying(60) COLLATE pg_catalog."C",
    service_end_date date,
    service_start_date date,
    source_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    source_type character varying(13) NOT NULL COLLATE pg_catalog."C",
    status character varying(9) NOT NULL COLLATE pg_catalog."C",
    transferred_to_accounting character varying(10) COLLATE pg_catalog."C",
    type character varying(6) NOT NULL COLLATE pg_catalog."C",
    updated_by_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    updated_date timestamp with time zone NOT NULL,
    deferred_revenue_account character varying(100) COLLATE pg_catalog."C",
    recognized_revenue_account character varying(100) COLLATE pg_catalog."C",
    exclude_item_billing_from_revenue_accounting boolean,
    accounting_date date,
    reverses_id character varying(32) COLLATE pg_catalog."C"
);
CREATE TABLE public.invoice_items (
    id character varying(32) NOT NULL COLLATE pg_catalog."C",
    accounting_code character varying(100) COLLATE pg_catalog."C",
    applied_to_invoice_item_id character varying(32) COLLATE pg_catalog."C",
    charge_amount numeric(38,12) NOT NULL,
    charge_date timestamp with time zone,
    charge_description character varying(255) COLLATE pg_catalog."C",
    charge_id character varying(32) COLLATE pg_catalog."C",
    charge_name character varying(255) COLLATE pg_catalog."C",
    charge_number character varying(50) COLLATE pg_catalog."C",
    charge_type character varying(32) COLLATE pg_catalog."C",
    created_by_id character varying(32) COLLATE pg_catalog."C",
    created_date timestamp with time zone,
    invoice_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    processing_type numeric(38,12),
    product_description character varying(255) COLLATE pg_catalog."C",
    product_id character varying(32) COLLATE pg_catalog."C",
    product_name character varying(255) COLLATE pg_catalog."C",
    product_rate_plan_charge_id character varying(32) COLLATE pg_catalog."C",
    quantity numeric(38,12),
    rate_plan_charge_id character varying(32) COLLATE pg_catalog."C",
    rev_rec_code character varying(70) COLLATE pg_catalog."C",
    rev_rec_start_date date,
    rev_rec_trigger_condition character varying(50) COLLATE pg_catalog."C",
    service_end_date date,
    service_start_date date,
    sku character varying(255) COLLATE pg_catalog."C",
    subscription_id character varying(32) COLLATE pg_catalog."C",
    subscription_number character varying(100) COLLATE pg_catalog."C",
    tax_amount numeric(38,12),
    tax_code character varying(64) COLLATE pg_catalog."C",
    tax_exempt_amount numeric(38,12),
    tax_mode character varying(32) COLLATE pg_catalog."C",
    unit_price numeric(38,12),
    uom character varying(255) COLLATE pg_catalog."C",
    updated_by_id character varying(32) COLLATE pg_catalog."C",
    updated_date timestamp with time zone,
    balance numeric(38,12) NOT NULL,
    taken numeric(38,12) NOT NULL,
    adjusted numeric(38,12) NOT NULL,
    applied_to_charge_number character varying(50) COLLATE pg_catalog."C",
    imported_balance numeric(38,12),
    balance_stated boolean DEFAULT true NOT NULL
);
CREATE TABLE public.invoices (
    id character varying(32) NOT NULL COLLATE pg_catalog."C",
    account_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    adjustment_amount numeric(38,12) NOT NULL,
    amount numeric(38,12) NOT NULL,
    amount_without_tax numeric(38,12),
    balance numeric(38,12) NOT NULL,
    bill_run_id character varying(32) COLLATE pg_catalog."C",
    comments text,
    created_by_id character varying(32) COLLATE pg_catalog."C",
    created_date timestamp with time zone,
    due_date date,
    includes_one_time boolean,
    includes_recurring boolean,
    includes_usage boolean,
    invoice_date date NOT NULL,
    invoice_number character varying(32) NOT NULL COLLATE pg_catalog."C",
    last_email_sent_date timestamp with time zone,
    payment_amount numeric(38,12),
    posted_by character varying(32) COLLATE pg_catalog."C",
    posted_date timestamp with time zone,
    refund_amount numeric(38,12),
    status character varying(32) NOT NULL COLLATE pg_catalog."C",
    target_date date,
    tax_amount numeric(38,12),
    tax_exempt_amount numeric(38,12),
    transferred_to_accounting character varying(10) COLLATE pg_catalog."C",
    updated_by_id character varying(32) COLLATE pg_catalog."C",
    updated_date timestamp with time zone,
    currency character varying(3) NOT NULL COLLATE pg_catalog."C",
    minor_unit_digits integer NOT NULL,
    adjusted numeric(38,12) NOT NULL,
    audit_seq bigint DEFAULT '0'::bigint NOT NULL,
    audit_hash character varying(64) DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    imported_adjustment_amount numeric(38,12),
    imported_balance numeric(38,12),
    balance_stated boolean DEFAULT true NOT NULL,
    adjustment_amount_stated boolean DEFAULT true NOT NULL
);
CREATE TABLE public.job_chunks (
    job_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    number integer NOT NULL,
    rows_read integer NOT NULL,
    content bytea,
    outcomes bytea,
    made integer NOT NULL,
    refused integer NOT NULL,
    done_at timestamp with time zone
);
CREATE TABLE public.jobs (
    id character varying(32) NOT NULL COLLATE pg_catalog."C",
    kind character varying(16) NOT NULL COLLATE pg_catalog."C",
    user_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    door character varying(16) NOT NULL COLLATE pg_catalog."C",
    options text NOT NULL,
    sources text NOT NULL,
    fingerprint character varying(64) NOT NULL COLLATE pg_catalog."C",
    state character varying(16) NOT NULL COLLATE pg_catalog."C",
    staged boolean NOT NULL,
    rows_read bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone
);
CREATE TABLE public.oauth_clients (
    id character varying(36) NOT NULL COLLATE pg_catalog."C",
    user_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    label character varying(255) NOT NULL COLLATE pg_catalog."C",
    secret_hash character varying(64) NOT NULL COLLATE pg_catalog."C",
    created_date timestamp with time zone NOT NULL
);
CREATE TABLE public.query_locators (
    id character varying(32) NOT NULL COLLATE pg_catalog."C",
    user_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    query text NOT NULL,
    size bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    case_sensitive boolean DEFAULT true NOT NULL
);
CREATE TABLE public.query_pages (
    locator_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    rows_before bigint NOT NULL,
    after_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    after_values text
);
CREATE TABLE public.reason_codes (
    code character varying(32) NOT NULL COLLATE pg_catalog."C",
    active boolean NOT NULL,
    is_default boolean NOT NULL
);
CREATE TABLE public.sessions (
    token_hash character varying(64) NOT NULL COLLATE pg_catalog."C",
    user_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    expires_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    client_id character varying(36) COLLATE pg_catalog."C"
);
CREATE TABLE public.taxation_items (
    id character varying(32) NOT NULL COLLATE pg_catalog."C",
    accounting_code character varying(100) COLLATE pg_catalog."C",
    created_by_id character varying(32) COLLATE pg_catalog."C",
    created_date timestamp with time zone,
    exempt_amount numeric(38,12),
    invoice_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    invoice_item_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    jurisdiction character varying(255) COLLATE pg_catalog."C",
    location_code character varying(255) COLLATE pg_catalog."C",
    name character varying(255) COLLATE pg_catalog."C",
    tax_amount numeric(38,12) NOT NULL,
    tax_code character varying(64) COLLATE pg_catalog."C",
    tax_code_description character varying(255) COLLATE pg_catalog."C",
    tax_date date,
    tax_rate numeric(38,12),
    tax_rate_description character varying(255) COLLATE pg_catalog."C",
    tax_rate_type character varying(32) COLLATE pg_catalog."C",
    updated_by_id character varying(32) COLLATE pg_catalog."C",
    updated_date timestamp with time zone,
    balance numeric(38,12) NOT NULL,
    taken numeric(38,12) NOT NULL,
    adjusted numeric(38,12) NOT NULL,
    imported_balance numeric(38,12),
    balance_stated boolean DEFAULT true NOT NULL
);
CREATE TABLE public.tenant_settings (
    name character varying(64) NOT NULL COLLATE pg_catalog."C",
    value character varying(255) NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.users (
    id character varying(32) NOT NULL COLLATE pg_catalog."C",
    name character varying(255) NOT NULL COLLATE pg_catalog."C",
    email character varying(255) NOT NULL COLLATE pg_catalog."C",
    full_name character varying(255) NOT NULL COLLATE pg_catalog."C",
    password_hash character varying(255) NOT NULL COLLATE pg_catalog."C",
    active boolean NOT NULL,
    created_date timestamp with time zone NOT NULL,
    permissions character varying(255) COLLATE pg_catalog."C"
);
ALTER TABLE ONLY public.audit_entries ALTER COLUMN id SET DEFAULT nextval('public.audit_entries_id_seq'::regclass);
ALTER TABLE ONLY public.configuration_entries ALTER COLUMN id SET DEFAULT nextval('public.configuration_entries_id_seq'::regclass);
ALTER TABLE ONLY public.custom_fields ALTER COLUMN id SET DEFAULT nextval('public.custom_fields_id_seq'::regclass);
INSERT INTO public.accounts VALUES ('8a90a0b1000000000000000000000001', 'A00000001', NULL, NULL, NULL, 17.220000000000, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-29 11:41:59.817+00', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, NULL, 'Société Générale d''Exemples & Söhne 株式会社', NULL, NULL, NULL, NULL, NULL, NULL, 'Active', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-29 11:41:59.817+00', NULL, NULL, NULL, NULL);
INSERT INTO public.adjustment_numbers VALUES ('IIA-00000001', '01a2271cabb96eb00faa27966acc3262');
INSERT INTO public.adjustment_numbers VALUES ('IIA-00000002', '01a2271cabb96eb00faa27966acc3263');
INSERT INTO public.adjustment_numbers VALUES ('IIA-00000003', '01a2271cabb96eb00faa27966acc3264');
INSERT INTO public.alembic_version VALUES ('0011');
INSERT INTO public.audit_entries VALUES (1, '2026-11-29 11:42:00.121+00', 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', 'soap', '409fd857833b47adb9198d48fe02911a', 'create', '01a2271cabb96eb00faa27966acc3262', '{"after": {"account_id": "8a90a0b1000000000000000000000001", "accounting_code": "Subscription Revenue", "accounting_date": "2030-01-31", "adjustment_date": "2030-01-31", "adjustment_number": "IIA-00000001", "amount": "0.5", "created_by_id": "fa43bc2f7b53fcc2d9cf3b38aeb330d8", "created_date": "2026-11-29T11:42:00.121+00:00", "exclude_item_billing_from_revenue_accounting": false, "id": "01a2271cabb96eb00faa27966acc3262", "invoice_id": "8a90a0b2000000000000000000000001", "invoice_item_name": "Überwachung & Wartung 1", "reason_code": "Standard Adjustment", "service_end_date": "2026-09-30", "service_start_date": "2026-09-01", "source_id": "8a90a0b3000000000000000000000001", "source_type": "InvoiceDetail", "status": "Processed", "type": "Credit", "updated_by_id": "fa43bc2f7b53fcc2d9cf3b38aeb330d8", "updated_date": "2026-11-29T11:42:00.121+00:00"}, "amount_as_sent": "0.50"}', '8a90a0b2000000000000000000000001', 1, '7e34c6efad832aead2247131046967596ed91aa2dabb04cbf64bc3cd9ad06d21');
INSERT INTO public.audit_entries VALUES (2, '2026-11-29 11:42:00.121+00', 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', 'soap', '409fd857833b47adb9198d48fe02911a', 'create', '01a2271cabb96eb00faa27966acc3263', '{"after": {"account_id": "8a90a0b1000000000000000000000001", "accounting_code": "Subscription Revenue", "accounting_date": "2030-01-31", "adjustment_date": "2030-01-31", "adjustment_number": "IIA-00000002", "amount": "0.51", "created_by_id": "fa43bc2f7b53fcc2d9cf3b38aeb330d8", "created_date": "2026-11-29T11:42:00.121+00:00", "exclude_item_billing_from_revenue_accounting": false, "id": "01a2271cabb96eb00faa27966acc3263", "invoice_id": "8a90a0b2000000000000000000000001", "invoice_item_name": "Capacité supplémentaire <nœud> 2", "reason_code": "Standard Adjustment", "service_end_date": "2026-09-30", "service_start_date": "2026-09-01", "source_id": "8a90a0b3000000000000000000000002", "source_type": "InvoiceDetail", "status": "Processed", "type": "Credit", "updated_by_id": "fa43bc2f7b53fcc2d9cf3b38aeb330d8", "updated_date": "2026-11-29T11:42:00.121+00:00"}, "amount_as_sent": "0.51"}', '8a90a0b2000000000000000000000001', 2, '755793f4ccc15ef1e4a3aef5c203bb52c3ea059a9e807bbddf18e2f99cb3d46e');
INSERT INTO public.audit_entries VALUES (3, '2026-11-29 11:42:00.121+00', 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', 'soap', '409fd857833b47adb9198d48fe02911a', 'create', '01a2271cabb96eb00faa27966acc3264', '{"after": {"account_id": "8a90a0b1000000000000000000000001", "accounting_code": "Subscription Revenue", "accounting_date": "2030-01-31", "adjustment_date": "2030-01-31", "adjustment_number": "IIA-00000003", "amount": "0.52", "created_by_id": "fa43bc2f7b53fcc2d9cf3b38aeb330d8", "created_date": "2026-11-29T11:42:00.121+00:00", "exclude_item_billing_from_revenue_accounting": false, "id": "01a2271cabb96eb00faa27966acc3264", "invoice_id": "8a90a0b2000000000000000000000001", "invoice_item_name": "データ転送料 3", "reason_code": "Standard Adjustment", "service_end_date": "2026-09-30", "service_start_date": "2026-09-01", "source_id": "8a90a0b3000000000000000000000003", "source_type": "InvoiceDetail", "status": "Processed", "type": "Credit", "updated_by_id": "fa43bc2f7b53fcc2d9cf3b38aeb330d8", "updated_date": "2026-11-29T11:42:00.121+00:00"}, "amount_as_sent": "0.52"}', '8a90a0b2000000000000000000000001', 3, '5430934cdb1243e00d7eacd9efc6672d4bd46d09cc1b99eb19078c0bc4f58d31');
INSERT INTO public.audit_entries VALUES (4, '2026-11-29 11:42:00.137+00', 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', 'soap', '483515a95efd458a98d0ccd3d3a61288', 'update', '01a2271cabb96eb00faa27966acc3263', '{"after": {"cancelled_by_id": "fa43bc2f7b53fcc2d9cf3b38aeb330d8", "cancelled_date": "2026-11-29T11:42:00.137+00:00", "status": "Canceled", "updated_date": "2026-11-29T11:42:00.137+00:00"}, "before": {"cancelled_by_id": null, "cancelled_date": null, "status": "Processed", "updated_date": "2026-11-29T11:42:00.121+00:00"}}', '8a90a0b2000000000000000000000001', 4, '1976393037552d57ea77c0a40868f3ed8ccf31b20a36f983be7e947e721e4ccc');
INSERT INTO public.audit_entries VALUES (5, '2026-11-29 11:42:00.146+00', 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', 'soap', '15108f67255d42419af8714499e4bc4f', 'update', '01a2271cabb96eb00faa27966acc3264', '{"after": {"cancelled_by_id": "fa43bc2f7b53fcc2d9cf3b38aeb330d8", "cancelled_date": "2026-11-29T11:42:00.146+00:00", "status": "Canceled", "updated_date": "2026-11-29T11:42:00.146+00:00"}, "before": {"cancelled_by_id": null, "cancelled_date": null, "status": "Processed", "updated_date": "2026-11-29T11:42:00.121+00:00"}}', '8a90a0b2000000000000000000000001', 5, '1aed4db3fa4ab96b0bed6887951f5e9bc6b4eb932ad5321a49771bf4a8e1b800');
INSERT INTO public.audit_entries VALUES (6, '2026-11-29 11:42:00.154+00', 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', 'soap', '119a4d5262bc44feb65d1837ad4a7308', 'delete', '01a2271cabb96eb00faa27966acc3264', '{"before": {"account_id": "8a90a0b1000000000000000000000001", "accounting_code": "Subscription Revenue", "accounting_date": "2030-01-31", "adjustment_date": "2030-01-31", "adjustment_number": "IIA-00000003", "amount": "0.52", "cancelled_by_id": "fa43bc2f7b53fcc2d9cf3b38aeb330d8", "cancelled_date": "2026-11-29T11:42:00.146+00:00", "created_by_id": "fa43bc2f7b53fcc2d9cf3b38aeb330d8", "created_date": "2026-11-29T11:42:00.121+00:00", "exclude_item_billing_from_revenue_accounting": false, "id": "01a2271cabb96eb00faa27966acc3264", "invoice_id": "8a90a0b2000000000000000000000001", "invoice_item_name": "データ転送料 3", "reason_code": "Standard Adjustment", "service_end_date": "2026-09-30", "service_start_date": "2026-09-01", "source_id": "8a90a0b3000000000000000000000003", "source_type": "InvoiceDetail", "status": "Canceled", "type": "Credit", "updated_by_id": "fa43bc2f7b53fcc2d9cf3b38aeb330d8", "updated_date": "2026-11-29T11:42:00.146+00:00"}}', '8a90a0b2000000000000000000000001', 6, '0541e8f95e06b7f8c0f2d1be190b06046965c23dd5c372768f58ca3eef90eed1');
INSERT INTO public.counters VALUES ('invoice_adjustment_number', 0);
INSERT INTO public.counters VALUES ('configuration', 0);
INSERT INTO public.counters VALUES ('adjustment_number', 3);
INSERT INTO public.counters VALUES ('jobs', 1);
INSERT INTO public.export_marks VALUES ('books', 6, '2026-11-29 11:42:00.193+00', NULL, NULL);
INSERT INTO public.invoice_item_adjustments VALUES ('01a2271cabb96eb00faa27966acc3262', '8a90a0b1000000000000000000000001', 'Subscription Revenue', '2030-01-31', 'IIA-00000001', 0.500000000000, NULL, NULL, NULL, 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', '2026-11-29 11:42:00.121+00', '8a90a0b2000000000000000000000001', 'Überwachung & Wartung 1', 'Standard Adjustment', NULL, '2026-09-30', '2026-09-01', '8a90a0b3000000000000000000000001', 'InvoiceDetail', 'Processed', NULL, 'Credit', 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', '2026-11-29 11:42:00.121+00', NULL, NULL, false, '2030-01-31', NULL);
INSERT INTO public.invoice_item_adjustments VALUES ('01a2271cabb96eb00faa27966acc3263', '8a90a0b1000000000000000000000001', 'Subscription Revenue', '2030-01-31', 'IIA-00000002', 0.510000000000, 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', '2026-11-29 11:42:00.137+00', NULL, 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', '2026-11-29 11:42:00.121+00', '8a90a0b2000000000000000000000001', 'Capacité supplémentaire <nœud> 2', 'Standard Adjustment', NULL, '2026-09-30', '2026-09-01', '8a90a0b3000000000000000000000002', 'InvoiceDetail', 'Canceled', NULL, 'Credit', 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', '2026-11-29 11:42:00.137+00', NULL, NULL, false, '2030-01-31', NULL);
INSERT INTO public.invoice_items VALUES ('8a90a0b3000000000000000000000001', 'Subscription Revenue', NULL, 5.370000000000, NULL, NULL, NULL, 'Überwachung & Wartung 1', NULL, NULL, NULL, '2026-11-29 11:41:59.817+00', '8a90a0b2000000000000000000000001', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-09-30', '2026-09-01', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', '2026-11-29 11:42:00.121+00', 4.870000000000, 0.500000000000, -0.500000000000, NULL, 5.370000000000, false);
INSERT INTO public.invoice_items VALUES ('8a90a0b3000000000000000000000002', 'Subscription Revenue', NULL, 5.740000000000, NULL, NULL, NULL, 'Capacité supplémentaire <nœud> 2', NULL, NULL, NULL, '2026-11-29 11:41:59.817+00', '8a90a0b2000000000000000000000001', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-09-30', '2026-09-01', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', '2026-11-29 11:42:00.137+00', 5.740000000000, 0.000000000000, 0.000000000000, NULL, 5.740000000000, false);
INSERT INTO public.invoice_items VALUES ('8a90a0b3000000000000000000000003', 'Subscription Revenue', NULL, 6.110000000000, NULL, NULL, NULL, 'データ転送料 3', NULL, NULL, NULL, '2026-11-29 11:41:59.817+00', '8a90a0b2000000000000000000000001', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-09-30', '2026-09-01', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', '2026-11-29 11:42:00.146+00', 6.110000000000, 0.000000000000, 0.000000000000, NULL, 6.110000000000, false);
INSERT INTO public.invoices VALUES ('8a90a0b2000000000000000000000001', '8a90a0b1000000000000000000000001', 0.500000000000, 17.220000000000, NULL, 16.720000000000, NULL, NULL, NULL, '2026-11-29 11:41:59.817+00', '2026-10-31', NULL, NULL, NULL, '2026-10-01', 'INV00000001', NULL, NULL, NULL, NULL, NULL, 'Posted', NULL, 0.000000000000, NULL, NULL, 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', '2026-11-29 11:42:00.146+00', 'EUR', 2, -0.500000000000, 6, '0541e8f95e06b7f8c0f2d1be190b06046965c23dd5c372768f58ca3eef90eed1', 0.000000000000, 17.220000000000, true, false);
INSERT INTO public.job_chunks VALUES ('01a2271cabe51df2a1dbdb698190fc5a', 0, 0, NULL, NULL, 0, 0, NULL);
INSERT INTO public.job_chunks VALUES ('01a2271cabe51df2a1dbdb698190fc5a', 1, 1, NULL, '\x78018b8e36d031d2c92bcdc98110d1d14a9e7e618e3e9e2ef14032d4554947c933af2c3f3339d5af343729b508c80fc9482d4a55c82c56c8cb57c884c82994679664289464a42ae4815529a8030d3157d7538ad54198e7e902d41c9c5f5a949cea9982c39ccc92d45c85fc228592c48ac492ccfc3c05b000dc74cf140543a0a140000081243c11', 0, 1, '2026-11-29 11:42:00.176+00');
INSERT INTO public.jobs VALUES ('01a2271cabe51df2a1dbdb698190fc5a', 'adjust', 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', 'bulk', '{"chunk_rows": 1, "most": 1, "streamed": true}', '["/tmp/tmpwy9n9gx6/postgresql/job.csv"]', 'b12957f8660d2f60190e545c205d711c9696264d2f8e59e5b4f1c5cc4970cd5f', 'finished', false, 1, '2026-11-29 11:42:00.165+00', '2026-11-29 11:42:00.179+00', '2026-11-29 11:42:00.179+00');
INSERT INTO public.oauth_clients VALUES ('7fc7aca7-398a-4359-a09c-a04533106630', 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', 'nightly', 'f2bb62e3cc054b3cf2bdf1c4f5308903b7a15df3021ea1d92c1229cfe5c5138a', '2026-11-29 11:42:00.158+00');
INSERT INTO public.reason_codes VALUES ('Standard Adjustment', true, true);
INSERT INTO public.reason_codes VALUES ('Customer Satisfaction', true, false);
INSERT INTO public.reason_codes VALUES ('Incorrect Charge', true, false);
INSERT INTO public.reason_codes VALUES ('Write-off', true, false);
INSERT INTO public.reason_codes VALUES ('Other', true, false);
INSERT INTO public.sessions VALUES ('e734b155211b0b0cfaef190dbccf72dc9e81bae590edd622d9ec07dadf1c63d6', 'fa43bc2f7b53fcc2d9cf3b38aeb330d8', '2026-11-29 11:57:00.106+00', '2026-11-29 19:42:00.106+00', NULL);
INSERT INTO public.users VALUES ('fa43bc2f7b53fcc2d9cf3b38aeb330d8', 'ann@example.com', 'ann@example.com', 'Ann Example', '$argon2id$v=19$m=65536,t=3,p=4$d0eIIiu7FO6yd+O8T6RGYA$JJzQnvN9sadK+L07KlPtYOCaitMxwDCPPDffKuHS3Eg', true, '2026-11-29 11:41:59.969+00', 'cancel,change reason code,create,delete canceled');
SELECT pg_catalog.setval('public.audit_entries_id_seq', 6, true);
SELECT pg_catalog.setval('public.configuration_entries_id_seq', 1, false);
SELECT pg_catalog.setval('public.custom_fields_id_seq', 1, false);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.accounting_codes
    ADD CONSTRAINT pk_accounting_codes PRIMARY KEY (code);
ALTER TABLE ONLY public.accounting_periods
    ADD CONSTRAINT pk_accounting_periods PRIMARY KEY (name);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT pk_accounts PRIMARY KEY (id);
ALTER TABLE ONLY public.adjustment_numbers
    ADD CONSTRAINT pk_adjustment_numbers PRIMARY KEY (number);
ALTER TABLE ONLY public.audit_entries
    ADD CONSTRAINT pk_audit_entries PRIMARY KEY (id);
ALTER TABLE ONLY public.configuration_entries
    ADD CONSTRAINT pk_configuration_entries PRIMARY KEY (id);
ALTER TABLE ONLY public.counters
    ADD CONSTRAINT pk_counters PRIMARY KEY (name);
ALTER TABLE ONLY public.custom_fields
    ADD CONSTRAINT pk_custom_fields PRIMARY KEY (id);
ALTER TABLE ONLY public.custom_values
    ADD CONSTRAINT pk_custom_values PRIMARY KEY (field_id, record_id);
ALTER TABLE ONLY public.export_marks
    ADD CONSTRAINT pk_export_marks PRIMARY KEY (name);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT pk_idempotency_keys PRIMARY KEY (user_id, operation, key);
ALTER TABLE ONLY public.ignored_fields
    ADD CONSTRAINT pk_ignored_fields PRIMARY KEY (object_name, name);
ALTER TABLE ONLY public.imported_adjustments
    ADD CONSTRAINT pk_imported_adjustments PRIMARY KEY (adjustment_id);
ALTER TABLE ONLY public.invoice_adjustments
    ADD CONSTRAINT pk_invoice_adjustments PRIMARY KEY (id);
ALTER TABLE ONLY public.invoice_item_adjustments
    ADD CONSTRAINT pk_invoice_item_adjustments PRIMARY KEY (id);
ALTER TABLE ONLY public.invoice_items
    ADD CONSTRAINT pk_invoice_items PRIMARY KEY (id);
ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT pk_invoices PRIMARY KEY (id);
ALTER TABLE ONLY public.job_chunks
    ADD CONSTRAINT pk_job_chunks PRIMARY KEY (job_id, number);
ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT pk_jobs PRIMARY KEY (id);
ALTER TABLE ONLY public.oauth_clients
    ADD CONSTRAINT pk_oauth_clients PRIMARY KEY (id);
ALTER TABLE ONLY public.query_locators
    ADD CONSTRAINT pk_query_locators PRIMARY KEY (id);
ALTER TABLE ONLY public.query_pages
    ADD CONSTRAINT pk_query_pages PRIMARY KEY (locator_id, rows_before);
ALTER TABLE ONLY public.reason_codes
    ADD CONSTRAINT pk_reason_codes PRIMARY KEY (code);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT pk_sessions PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.taxation_items
    ADD CONSTRAINT pk_taxation_items PRIMARY KEY (id);
ALTER TABLE ONLY public.tenant_settings
    ADD CONSTRAINT pk_tenant_settings PRIMARY KEY (name);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT pk_users PRIMARY KEY (id);
CREATE INDEX ix_accounts_account_number ON public.accounts USING btree (account_number);
CREATE INDEX ix_audit_entries_adjustment_id ON public.audit_entries USING btree (adjustment_id);
CREATE INDEX ix_custom_values_field_id_text ON public.custom_values USING btree (field_id, text);
CREATE INDEX ix_custom_values_record_id ON public.custom_values USING btree (record_id);
CREATE INDEX ix_idempotency_keys_expires_at ON public.idempotency_keys USING btree (expires_at);
CREATE INDEX ix_imported_adjustments_invoice_id ON public.imported_adjustments USING btree (invoice_id);
CREATE INDEX ix_imported_adjustments_source_id ON public.imported_adjustments USING btree (source_id);
CREATE INDEX ix_invoice_adjustments_account_id_id ON public.invoice_adjustments USING btree (account_id, id);
CREATE INDEX ix_invoice_adjustments_created_date_id ON public.invoice_adjustments USING btree (created_date, id);
CREATE INDEX ix_invoice_adjustments_invoice_id_id ON public.invoice_adjustments USING btree (invoice_id, id);
CREATE INDEX ix_invoice_adjustments_reference_id_id ON public.invoice_adjustments USING btree (reference_id, id);
CREATE INDEX ix_invoice_adjustments_reverses_id ON public.invoice_adjustments USING btree (reverses_id);
CREATE INDEX ix_invoice_adjustments_updated_date_id ON public.invoice_adjustments USING btree (updated_date, id);
CREATE INDEX ix_invoice_item_adjustments_account_id_id ON public.invoice_item_adjustments USING btree (account_id, id);
CREATE INDEX ix_invoice_item_adjustments_created_date_id ON public.invoice_item_adjustments USING btree (created_date, id);
CREATE INDEX ix_invoice_item_adjustments_invoice_id_id ON public.invoice_item_adjustments USING btree (invoice_id, id);
CREATE INDEX ix_invoice_item_adjustments_reference_id_id ON public.invoice_item_adjustments USING btree (reference_id, id);
CREATE INDEX ix_invoice_item_adjustments_reverses_id ON public.invoice_item_adjustments USING btree (reverses_id);
CREATE INDEX ix_invoice_item_adjustments_source_id_id ON public.invoice_item_adjustments USING btree (source_id, id);
CREATE INDEX ix_invoice_item_adjustments_updated_date_id ON public.invoice_item_adjustments USING btree (updated_date, id);
CREATE INDEX ix_invoice_items_invoice_id_id ON public.invoice_items USING btree (invoice_id, id);
CREATE INDEX ix_invoices_account_id_id ON public.invoices USING btree (account_id, id);
CREATE INDEX ix_jobs_fingerprint ON public.jobs USING btree (fingerprint);
CREATE INDEX ix_jobs_started_at ON public.jobs USING btree (started_at);
CREATE INDEX ix_query_locators_expires_at ON public.query_locators USING btree (expires_at);
CREATE INDEX ix_sessions_client_id ON public.sessions USING btree (client_id);
CREATE INDEX ix_sessions_expires_at ON public.sessions USING btree (expires_at);
CREATE INDEX ix_taxation_items_invoice_id_id ON public.taxation_items USING btree (invoice_id, id);
CREATE INDEX ix_taxation_items_invoice_item_id_id ON public.taxation_items USING btree (invoice_item_id, id);
CREATE UNIQUE INDEX uq_adjustments_number ON public.invoice_item_adjustments USING btree (adjustment_number);
CREATE UNIQUE INDEX uq_audit_entries_seq ON public.audit_entries USING btree (invoice_id, seq);
CREATE UNIQUE INDEX uq_custom_fields_name ON public.custom_fields USING btree (object_name, name);
CREATE UNIQUE INDEX uq_invoice_adjustments_number ON public.invoice_adjustments USING btree (adjustment_number);
CREATE UNIQUE INDEX uq_invoices_invoice_number ON public.invoices USING btree (invoice_number);
CREATE UNIQUE INDEX uq_users_name ON public.users USING btree (name);
ALTER TABLE ONLY public.custom_values
    ADD CONSTRAINT fk_custom_values_field_id FOREIGN KEY (field_id) REFERENCES public.custom_fields(id);
ALTER TABLE ONLY public.invoice_adjustments
    ADD CONSTRAINT fk_invoice_adjustments_invoice_id FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);
ALTER TABLE ONLY public.invoice_item_adjustments
    ADD CONSTRAINT fk_invoice_item_adjustments_invoice_id FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);
ALTER TABLE ONLY public.invoice_items
    ADD CONSTRAINT fk_invoice_items_invoice_id FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);
ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT fk_invoices_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.oauth_clients
    ADD CONSTRAINT fk_oauth_clients_user_id FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT fk_sessions_user_id FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.taxation_items
    ADD CONSTRAINT fk_taxation_items_invoice_id FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);
ALTER TABLE ONLY public.taxation_items
    ADD CONSTRAINT fk_taxation_items_invoice_item_id FOREIGN KEY (invoice_item_id) REFERENCES public.invoice_items(id);
