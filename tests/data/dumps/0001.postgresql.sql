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
    vat_id character varying(25) COLLATE pg_catalog."C"
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
    detail text NOT NULL
);
CREATE SEQUENCE public.audit_entries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_entries_id_seq OWNED BY public.audit_entries.id;
CREATE TABLE public.counters (
    name character varying(32) NOT NULL COLLATE pg_catalog."C",
    last bigint NOT NULL
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
    updated_date timestamp with time zone NOT NULL
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
    adjusted numeric(38,12) NOT NULL
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
    adjusted numeric(38,12) NOT NULL
);
CREATE TABLE public.query_locators (
    id character varying(32) NOT NULL COLLATE pg_catalog."C",
    user_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    query text NOT NULL,
    size bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.query_pages (
    locator_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    rows_before bigint NOT NULL,
    after_id character varying(32) NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.sessions (
    token_hash character varying(64) NOT NULL COLLATE pg_catalog."C",
    user_id character varying(32) NOT NULL COLLATE pg_catalog."C",
    expires_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL
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
    adjusted numeric(38,12) NOT NULL
);
CREATE TABLE public.users (
    id character varying(32) NOT NULL COLLATE pg_catalog."C",
    name character varying(255) NOT NULL COLLATE pg_catalog."C",
    email character varying(255) NOT NULL COLLATE pg_catalog."C",
    full_name character varying(255) NOT NULL COLLATE pg_catalog."C",
    password_hash character varying(255) NOT NULL COLLATE pg_catalog."C",
    active boolean NOT NULL,
    created_date timestamp with time zone NOT NULL
);
ALTER TABLE ONLY public.audit_entries ALTER COLUMN id SET DEFAULT nextval('public.audit_entries_id_seq'::regclass);
INSERT INTO public.accounts VALUES ('8a90a0b1000000000000000000000001', 'A00000001', NULL, NULL, NULL, 17.220000000000, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-23 08:46:22.901+00', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, NULL, 'Société Générale d''Exemples & Söhne 株式会社', NULL, NULL, NULL, NULL, NULL, NULL, 'Active', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-23 08:46:22.901+00', NULL);
INSERT INTO public.adjustment_numbers VALUES ('IIA-00000001', '01a20795bd4c68a82dd00415be235413');
INSERT INTO public.adjustment_numbers VALUES ('IIA-00000002', '01a20795bd4c68a82dd00415be235414');
INSERT INTO public.adjustment_numbers VALUES ('IIA-00000003', '01a20795bd4c68a82dd00415be235415');
INSERT INTO public.alembic_version VALUES ('0001');
INSERT INTO public.audit_entries VALUES (1, '2026-11-23 08:46:23.564+00', '82412f9e519e47faa50d906c0874de6e', 'soap', 'f25501c7f3e64cc79f9c9f9401e54f77', 'create', '01a20795bd4c68a82dd00415be235413', '{"AmountAsSent": "0.50"}');
INSERT INTO public.audit_entries VALUES (2, '2026-11-23 08:46:23.564+00', '82412f9e519e47faa50d906c0874de6e', 'soap', 'f25501c7f3e64cc79f9c9f9401e54f77', 'create', '01a20795bd4c68a82dd00415be235414', '{"AmountAsSent": "0.51"}');
INSERT INTO public.audit_entries VALUES (3, '2026-11-23 08:46:23.564+00', '82412f9e519e47faa50d906c0874de6e', 'soap', 'f25501c7f3e64cc79f9c9f9401e54f77', 'create', '01a20795bd4c68a82dd00415be235415', '{"AmountAsSent": "0.52"}');
INSERT INTO public.audit_entries VALUES (4, '2026-11-23 08:46:23.606+00', '82412f9e519e47faa50d906c0874de6e', 'soap', 'd4e00f9825af46b1b36e96bde66928ac', 'update', '01a20795bd4c68a82dd00415be235414', '{"status": ["Processed", "Canceled"]}');
INSERT INTO public.audit_entries VALUES (5, '2026-11-23 08:46:23.655+00', '82412f9e519e47faa50d906c0874de6e', 'soap', '51291cdbf94f4e46b5848f842576a223', 'update', '01a20795bd4c68a82dd00415be235415', '{"status": ["Processed", "Canceled"]}');
INSERT INTO public.audit_entries VALUES (6, '2026-11-23 08:46:23.663+00', '82412f9e519e47faa50d906c0874de6e', 'soap', 'e067b7fe4c4a47668193f27fe8230bad', 'delete', '01a20795bd4c68a82dd00415be235415', '{"AdjustmentNumber": "IIA-00000003"}');
INSERT INTO public.counters VALUES ('adjustment_number', 3);
INSERT INTO public.invoice_item_adjustments VALUES ('01a20795bd4c68a82dd00415be235413', '8a90a0b1000000000000000000000001', 'Subscription Revenue', '2030-01-31', 'IIA-00000001', 0.500000000000, NULL, NULL, NULL, '82412f9e519e47faa50d906c0874de6e', '2026-11-23 08:46:23.564+00', '8a90a0b2000000000000000000000001', 'Überwachung & Wartung 1', NULL, NULL, '2026-09-30', '2026-09-01', '8a90a0b3000000000000000000000001', 'InvoiceDetail', 'Processed', NULL, 'Credit', '82412f9e519e47faa50d906c0874de6e', '2026-11-23 08:46:23.564+00');
INSERT INTO public.invoice_item_adjustments VALUES ('01a20795bd4c68a82dd00415be235414', '8a90a0b1000000000000000000000001', 'Subscription Revenue', '2030-01-31', 'IIA-00000002', 0.510000000000, '82412f9e519e47faa50d906c0874de6e', '2026-11-23 08:46:23.606+00', NULL, '82412f9e519e47faa50d906c0874de6e', '2026-11-23 08:46:23.564+00', '8a90a0b2000000000000000000000001', 'Capacité supplémentaire <nœud> 2', NULL, NULL, '2026-09-30', '2026-09-01', '8a90a0b3000000000000000000000002', 'InvoiceDetail', 'Canceled', NULL, 'Credit', '82412f9e519e47faa50d906c0874de6e', '2026-11-23 08:46:23.606+00');
INSERT INTO public.invoice_items VALUES ('8a90a0b3000000000000000000000001', 'Subscription Revenue', NULL, 5.370000000000, NULL, NULL, NULL, 'Überwachung & Wartung 1', NULL, NULL, NULL, '2026-11-23 08:46:22.901+00', '8a90a0b2000000000000000000000001', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-09-30', '2026-09-01', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '82412f9e519e47faa50d906c0874de6e', '2026-11-23 08:46:23.564+00', 4.870000000000, 0.500000000000, -0.500000000000);
INSERT INTO public.invoice_items VALUES ('8a90a0b3000000000000000000000002', 'Subscription Revenue', NULL, 5.740000000000, NULL, NULL, NULL, 'Capacité supplémentaire <nœud> 2', NULL, NULL, NULL, '2026-11-23 08:46:22.901+00', '8a90a0b2000000000000000000000001', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-09-30', '2026-09-01', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '82412f9e519e47faa50d906c0874de6e', '2026-11-23 08:46:23.606+00', 5.740000000000, 0.000000000000, 0.000000000000);
INSERT INTO public.invoice_items VALUES ('8a90a0b3000000000000000000000003', 'Subscription Revenue', NULL, 6.110000000000, NULL, NULL, NULL, 'データ転送料 3', NULL, NULL, NULL, '2026-11-23 08:46:22.901+00', '8a90a0b2000000000000000000000001', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-09-30', '2026-09-01', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '82412f9e519e47faa50d906c0874de6e', '2026-11-23 08:46:23.655+00', 6.110000000000, 0.000000000000, 0.000000000000);
INSERT INTO public.invoices VALUES ('8a90a0b2000000000000000000000001', '8a90a0b1000000000000000000000001', 0.500000000000, 17.220000000000, NULL, 16.720000000000, NULL, NULL, NULL, '2026-11-23 08:46:22.901+00', '2026-10-31', NULL, NULL, NULL, '2026-10-01', 'INV00000001', NULL, NULL, NULL, NULL, NULL, 'Posted', NULL, 0.000000000000, NULL, NULL, '82412f9e519e47faa50d906c0874de6e', '2026-11-23 08:46:23.655+00', 'EUR', 2, -0.500000000000);
INSERT INTO public.sessions VALUES ('76d469beb3cfa77af09c8f563e20897421a4227c87e9625b4d8cbc54fced16b3', '82412f9e519e47faa50d906c0874de6e', '2026-11-23 09:01:23.533+00', '2026-11-23 16:46:23.533+00');
INSERT INTO public.users VALUES ('82412f9e519e47faa50d906c0874de6e', 'ann@example.com', 'ann@example.com', 'Ann Example', '$argon2id$v=19$m=65536,t=3,p=4$XgPkm1I0AKPvf/0zuaznnw$SH6538nT+0AulPw75V6ic1ldLcUIuZQEZbbrIUfdtMo', true, '2026-11-23 08:46:23.304+00');
SELECT pg_catalog.setval('public.audit_entries_id_seq', 6, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT pk_accounts PRIMARY KEY (id);
ALTER TABLE ONLY public.adjustment_numbers
    ADD CONSTRAINT pk_adjustment_numbers PRIMARY KEY (number);
ALTER TABLE ONLY public.audit_entries
    ADD CONSTRAINT pk_audit_entries PRIMARY KEY (id);
ALTER TABLE ONLY public.counters
    ADD CONSTRAINT pk_counters PRIMARY KEY (name);
ALTER TABLE ONLY public.invoice_item_adjustments
    ADD CONSTRAINT pk_invoice_item_adjustments PRIMARY KEY (id);
ALTER TABLE ONLY public.invoice_items
    ADD CONSTRAINT pk_invoice_items PRIMARY KEY (id);
ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT pk_invoices PRIMARY KEY (id);
ALTER TABLE ONLY public.query_locators
    ADD CONSTRAINT pk_query_locators PRIMARY KEY (id);
ALTER TABLE ONLY public.query_pages
    ADD CONSTRAINT pk_query_pages PRIMARY KEY (locator_id, rows_before);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT pk_sessions PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.taxation_items
    ADD CONSTRAINT pk_taxation_items PRIMARY KEY (id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT pk_users PRIMARY KEY (id);
CREATE INDEX ix_accounts_account_number ON public.accounts USING btree (account_number);
CREATE INDEX ix_audit_entries_adjustment_id ON public.audit_entries USING btree (adjustment_id);
CREATE INDEX ix_invoice_item_adjustments_account_id_id ON public.invoice_item_adjustments USING btree (account_id, id);
CREATE INDEX ix_invoice_item_adjustments_created_date_id ON public.invoice_item_adjustments USING btree (created_date, id);
CREATE INDEX ix_invoice_item_adjustments_invoice_id_id ON public.invoice_item_adjustments USING btree (invoice_id, id);
CREATE INDEX ix_invoice_item_adjustments_reference_id_id ON public.invoice_item_adjustments USING btree (reference_id, id);
CREATE INDEX ix_invoice_item_adjustments_source_id_id ON public.invoice_item_adjustments USING btree (source_id, id);
CREATE INDEX ix_invoice_item_adjustments_updated_date_id ON public.invoice_item_adjustments USING btree (updated_date, id);
CREATE INDEX ix_invoice_items_invoice_id_id ON public.invoice_items USING btree (invoice_id, id);
CREATE INDEX ix_invoices_account_id_id ON public.invoices USING btree (account_id, id);
CREATE INDEX ix_query_locators_expires_at ON public.query_locators USING btree (expires_at);
CREATE INDEX ix_sessions_expires_at ON public.sessions USING btree (expires_at);
CREATE INDEX ix_taxation_items_invoice_id_id ON public.taxation_items USING btree (invoice_id, id);
CREATE INDEX ix_taxation_items_invoice_item_id_id ON public.taxation_items USING btree (invoice_item_id, id);
CREATE UNIQUE INDEX uq_adjustments_number ON public.invoice_item_adjustments USING btree (adjustment_number);
CREATE UNIQUE INDEX uq_invoices_invoice_number ON public.invoices USING btree (invoice_number);
CREATE UNIQUE INDEX uq_users_name ON public.users USING btree (name);
ALTER TABLE ONLY public.invoice_item_adjustments
    ADD CONSTRAINT fk_invoice_item_adjustments_invoice_id FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);
ALTER TABLE ONLY public.invoice_items
    ADD CONSTRAINT fk_invoice_items_invoice_id FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);
ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT fk_invoices_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT fk_sessions_user_id FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.taxation_items
    ADD CONSTRAINT fk_taxation_items_invoice_id FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);
ALTER TABLE ONLY public.taxation_items
    ADD CONSTRAINT fk_taxation_items_invoice_item_id FOREIGN KEY (invoice_item_id) REFERENCES public.invoice_items(id);
