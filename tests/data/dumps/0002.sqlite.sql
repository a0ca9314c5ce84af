BEGIN TRANSACTION;
CREATE TABLE accounts (
	id VARCHAR(32) NOT NULL, 
	account_number VARCHAR(70), 
	additional_email_addresses TEXT, 
	allow_invoice_edit BOOLEAN, 
	auto_pay BOOLEAN, 
	balance VARCHAR(41), 
	batch VARCHAR(32), 
	bcd_setting_option VARCHAR(32), 
	bill_cycle_day INTEGER, 
	bill_to_id VARCHAR(32), 
	communication_profile_id VARCHAR(32), 
	created_by_id VARCHAR(32), 
	created_date DATETIME, 
	crm_id VARCHAR(100), 
	currency VARCHAR(3), 
	customer_service_rep_name VARCHAR(255), 
	default_payment_method_id VARCHAR(32), 
	invoice_delivery_prefs_email BOOLEAN, 
	invoice_delivery_prefs_print BOOLEAN, 
	invoice_template_id VARCHAR(32), 
	last_invoice_date DATE, 
	name VARCHAR(255), 
	notes TEXT, 
	payment_gateway VARCHAR(40), 
	payment_term VARCHAR(100), 
	purchase_order_number VARCHAR(100), 
	sales_rep_name VARCHAR(255), 
	sold_to_id VARCHAR(32), 
	status VARCHAR(32), 
	tax_company_code VARCHAR(50), 
	tax_exempt_certificate_id VARCHAR(32), 
	tax_exempt_certificate_type VARCHAR(32), 
	tax_exempt_description VARCHAR(255), 
	tax_exempt_effective_date DATE, 
	tax_exempt_expiration_date DATE, 
	tax_exempt_issuing_jurisdiction VARCHAR(32), 
	tax_exempt_status VARCHAR(32), 
	updated_by_id VARCHAR(32), 
	updated_date DATETIME, 
	vat_id VARCHAR(25), credit_balance VARCHAR(41), parent_id VARCHAR(32), total_invoice_balance VARCHAR(41), 
	CONSTRAINT pk_accounts PRIMARY KEY (id)
);
INSERT INTO "accounts" VALUES('8a90a0b1000000000000000000000001','A00000001',NULL,NULL,NULL,'00000000000000000000000017.22',NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-23 08:46:35.330000',NULL,'EUR',NULL,NULL,NULL,NULL,NULL,NULL,'Société Générale d''Exemples & Söhne 株式会社',NULL,NULL,NULL,NULL,NULL,NULL,'Active',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-23 08:46:35.330000',NULL,NULL,NULL,NULL);
CREATE TABLE adjustment_numbers (
	number VARCHAR(255) NOT NULL, 
	adjustment_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_adjustment_numbers PRIMARY KEY (number)
);
INSERT INTO "adjustment_numbers" VALUES('IIA-00000001','01a20795ecb92ec6fa3c36b8ae87f81c');
INSERT INTO "adjustment_numbers" VALUES('IIA-00000002','01a20795ecb92ec6fa3c36b8ae87f81d');
INSERT INTO "adjustment_numbers" VALUES('IIA-00000003','01a20795ecb92ec6fa3c36b8ae87f81e');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE audit_entries (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	user_id VARCHAR(32) NOT NULL, 
	door VARCHAR(16) NOT NULL, 
	request_id VARCHAR(64) NOT NULL, 
	action VARCHAR(16) NOT NULL, 
	adjustment_id VARCHAR(32) NOT NULL, 
	detail TEXT NOT NULL, 
	CONSTRAINT pk_audit_entries PRIMARY KEY (id)
);
INSERT INTO "audit_entries" VALUES(1,'2026-11-23 08:46:35.705000','440dd6788355655d666bdb8c59b1cc12','soap','0a5c9f99c2724e41a34d15ecde9e0305','create','01a20795ecb92ec6fa3c36b8ae87f81c','{"AmountAsSent": "0.50"}');
INSERT INTO "audit_entries" VALUES(2,'2026-11-23 08:46:35.705000','440dd6788355655d666bdb8c59b1cc12','soap','0a5c9f99c2724e41a34d15ecde9e0305','create','01a20795ecb92ec6fa3c36b8ae87f81d','{"AmountAsSent": "0.51"}');
INSERT INTO "audit_entries" VALUES(3,'2026-11-23 08:46:35.705000','440dd6788355655d666bdb8c59b1cc12','soap','0a5c9f99c2724e41a34d15ecde9e0305','create','01a20795ecb92ec6fa3c36b8ae87f81e','{"AmountAsSent": "0.52"}');
INSERT INTO "audit_entries" VALUES(4,'2026-11-23 08:46:35.720000','440dd6788355655d666bdb8c59b1cc12','soap','d876e5170a13448fb822ee4a0ba3d67a','update','01a20795ecb92ec6fa3c36b8ae87f81d','{"status": ["Processed", "Canceled"]}');
INSERT INTO "audit_entries" VALUES(5,'2026-11-23 08:46:35.726000','440dd6788355655d666bdb8c59b1cc12','soap','9442b96caf5a48e1a7ea9e75c82da648','update','01a20795ecb92ec6fa3c36b8ae87f81e','{"status": ["Processed", "Canceled"]}');
INSERT INTO "audit_entries" VALUES(6,'2026-11-23 08:46:35.730000','440dd6788355655d666bdb8c59b1cc12','soap','6bd1b9eb33e84be48736dcbd86c0a16b','delete','01a20795ecb92ec6fa3c36b8ae87f81e','{"AdjustmentNumber": "IIA-00000003"}');
CREATE TABLE counters (
	name VARCHAR(32) NOT NULL, 
	last BIGINT NOT NULL, 
	CONSTRAINT pk_counters PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('adjustment_number',3);
CREATE TABLE invoice_item_adjustments (
	id VARCHAR(32) NOT NULL, 
	account_id VARCHAR(32) NOT NULL, 
	accounting_code VARCHAR(100), 
	adjustment_date DATE NOT NULL, 
	adjustment_number VARCHAR(255) NOT NULL, 
	amount VARCHAR(41) NOT NULL, 
	cancelled_by_id VARCHAR(32), 
	cancelled_date DATETIME, 
	comment VARCHAR(255), 
	created_by_id VARCHAR(32) NOT NULL, 
	created_date DATETIME NOT NULL, 
	invoice_id VARCHAR(32) NOT NULL, 
	invoice_item_name VARCHAR(255), 
	reason_code VARCHAR(32), 
	reference_id VARCHAR(60), 
	service_end_date DATE, 
	service_start_date DATE, 
	source_id VARCHAR(32) NOT NULL, 
	source_type VARCHAR(13) NOT NULL, 
	status VARCHAR(9) NOT NULL, 
	transferred_to_accounting VARCHAR(10), 
	type VARCHAR(6) NOT NULL, 
	updated_by_id VARCHAR(32) NOT NULL, 
	updated_date DATETIME NOT NULL, 
	CONSTRAINT pk_invoice_item_adjustments PRIMARY KEY (id), 
	CONSTRAINT fk_invoice_item_adjustments_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoices (id)
);
INSERT INTO "invoice_item_adjustments" VALUES('01a20795ecb92ec6fa3c36b8ae87f81c','8a90a0b1000000000000000000000001','Subscription Revenue','2030-01-31','IIA-00000001','00000000000000000000000000.5',NULL,NULL,NULL,'440dd6788355655d666bdb8c59b1cc12','2026-11-23 08:46:35.705000','8a90a0b2000000000000000000000001','Überwachung & Wartung 1',NULL,NULL,'2026-09-30','2026-09-01','8a90a0b3000000000000000000000001','InvoiceDetail','Processed',NULL,'Credit','440dd6788355655d666bdb8c59b1cc12','2026-11-23 08:46:35.705000');
INSERT INTO "invoice_item_adjustments" VALUES('01a20795ecb92ec6fa3c36b8ae87f81d','8a90a0b1000000000000000000000001','Subscription Revenue','2030-01-31','IIA-00000002','00000000000000000000000000.51','440dd6788355655d666bdb8c59b1cc12','2026-11-23 08:46:35.720000',NULL,'440dd6788355655d666bdb8c59b1cc12','2026-11-23 08:46:35.705000','8a90a0b2000000000000000000000001','Capacité supplémentaire <nœud> 2',NULL,NULL,'2026-09-30','2026-09-01','8a90a0b3000000000000000000000002','InvoiceDetail','Canceled',NULL,'Credit','440dd6788355655d666bdb8c59b1cc12','2026-11-23 08:46:35.720000');
CREATE TABLE invoice_items (
	id VARCHAR(32) NOT NULL, 
	accounting_code VARCHAR(100), 
	applied_to_invoice_item_id VARCHAR(32), 
	charge_amount VARCHAR(41) NOT NULL, 
	charge_date DATETIME, 
	charge_description VARCHAR(255), 
	charge_id VARCHAR(32), 
	charge_name VARCHAR(255), 
	charge_number VARCHAR(50), 
	charge_type VARCHAR(32), 
	created_by_id VARCHAR(32), 
	created_date DATETIME, 
	invoice_id VARCHAR(32) NOT NULL, 
	processing_type VARCHAR(41), 
	product_description VARCHAR(255), 
	product_id VARCHAR(32), 
	product_name VARCHAR(255), 
	product_rate_plan_charge_id VARCHAR(32), 
	quantity VARCHAR(41), 
	rate_plan_charge_id VARCHAR(32), 
	rev_rec_code VARCHAR(70), 
	rev_rec_start_date DATE, 
	rev_rec_trigger_condition VARCHAR(50), 
	service_end_date DATE, 
	service_start_date DATE, 
	sku VARCHAR(255), 
	subscription_id VARCHAR(32), 
	subscription_number VARCHAR(100), 
	tax_amount VARCHAR(41), 
	tax_code VARCHAR(64), 
	tax_exempt_amount VARCHAR(41), 
	tax_mode VARCHAR(32), 
	unit_price VARCHAR(41), 
	uom VARCHAR(255), 
	updated_by_id VARCHAR(32), 
	updated_date DATETIME, 
	balance VARCHAR(41) NOT NULL, 
	taken VARCHAR(41) NOT NULL, 
	adjusted VARCHAR(41) NOT NULL, applied_to_charge_number VARCHAR(50), 
	CONSTRAINT pk_invoice_items PRIMARY KEY (id), 
	CONSTRAINT fk_invoice_items_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoices (id)
);
INSERT INTO "invoice_items" VALUES('8a90a0b3000000000000000000000001','Subscription Revenue',NULL,'00000000000000000000000005.37',NULL,NULL,NULL,'Überwachung & Wartung 1',NULL,NULL,NULL,'2026-11-23 08:46:35.330000','8a90a0b2000000000000000000000001',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-09-30','2026-09-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'440dd6788355655d666bdb8c59b1cc12','2026-11-23 08:46:35.705000','00000000000000000000000004.87','00000000000000000000000000.5','-99999999999999999999999999.4~',NULL);
INSERT INTO "invoice_items" VALUES('8a90a0b3000000000000000000000002','Subscription Revenue',NULL,'00000000000000000000000005.74',NULL,NULL,NULL,'Capacité supplémentaire <nœud> 2',NULL,NULL,NULL,'2026-11-23 08:46:35.330000','8a90a0b2000000000000000000000001',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-09-30','2026-09-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'440dd6788355655d666bdb8c59b1cc12','2026-11-23 08:46:35.720000','00000000000000000000000005.74','00000000000000000000000000','00000000000000000000000000',NULL);
INSERT INTO "invoice_items" VALUES('8a90a0b3000000000000000000000003','Subscription Revenue',NULL,'00000000000000000000000006.11',NULL,NULL,NULL,'データ転送料 3',NULL,NULL,NULL,'2026-11-23 08:46:35.330000','8a90a0b2000000000000000000000001',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-09-30','2026-09-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'440dd6788355655d666bdb8c59b1cc12','2026-11-23 08:46:35.726000','00000000000000000000000006.11','00000000000000000000000000','00000000000000000000000000',NULL);
CREATE TABLE invoices (
	id VARCHAR(32) NOT NULL, 
	account_id VARCHAR(32) NOT NULL, 
	adjustment_amount VARCHAR(41) NOT NULL, 
	amount VARCHAR(41) NOT NULL, 
	amount_without_tax VARCHAR(41), 
	balance VARCHAR(41) NOT NULL, 
	bill_run_id VARCHAR(32), 
	comments TEXT, 
	created_by_id VARCHAR(32), 
	created_date DATETIME, 
	due_date DATE, 
	includes_one_time BOOLEAN, 
	includes_recurring BOOLEAN, 
	includes_usage BOOLEAN, 
	invoice_date DATE NOT NULL, 
	invoice_number VARCHAR(32) NOT NULL, 
	last_email_sent_date DATETIME, 
	payment_amount VARCHAR(41), 
	posted_by VARCHAR(32), 
	posted_date DATETIME, 
	refund_amount VARCHAR(41), 
	status VARCHAR(32) NOT NULL, 
	target_date DATE, 
	tax_amount VARCHAR(41), 
	tax_exempt_amount VARCHAR(41), 
	transferred_to_accounting VARCHAR(10), 
	updated_by_id VARCHAR(32), 
	updated_date DATETIME, 
	currency VARCHAR(3) NOT NULL, 
	minor_unit_digits INTEGER NOT NULL, 
	adjusted VARCHAR(41) NOT NULL, 
	CONSTRAINT pk_invoices PRIMARY KEY (id), 
	CONSTRAINT fk_invoices_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
);
INSERT INTO "invoices" VALUES('8a90a0b2000000000000000000000001','8a90a0b1000000000000000000000001','00000000000000000000000000.5','00000000000000000000000017.22',NULL,'00000000000000000000000016.72',NULL,NULL,NULL,'2026-11-23 08:46:35.330000','2026-10-31',NULL,NULL,NULL,'2026-10-01','INV00000001',NULL,NULL,NULL,NULL,NULL,'Posted',NULL,'00000000000000000000000000',NULL,NULL,'440dd6788355655d666bdb8c59b1cc12','2026-11-23 08:46:35.726000','EUR',2,'-99999999999999999999999999.4~');
CREATE TABLE query_locators (
	id VARCHAR(32) NOT NULL, 
	user_id VARCHAR(32) NOT NULL, 
	"query" TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_query_locators PRIMARY KEY (id)
);
CREATE TABLE query_pages (
	locator_id VARCHAR(32) NOT NULL, 
	rows_before BIGINT NOT NULL, 
	after_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_query_pages PRIMARY KEY (locator_id, rows_before)
);
CREATE TABLE sessions (
	token_hash VARCHAR(64) NOT NULL, 
	user_id VARCHAR(32) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (token_hash), 
	CONSTRAINT fk_sessions_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
INSERT INTO "sessions" VALUES('c4b5de44b44e3cfb512a18dd417c9da08524b8ddb783f5fb4e5023107ab21c1e','440dd6788355655d666bdb8c59b1cc12','2026-11-23 09:01:35.677000','2026-11-23 16:46:35.677000');
CREATE TABLE taxation_items (
	id VARCHAR(32) NOT NULL, 
	accounting_code VARCHAR(100), 
	created_by_id VARCHAR(32), 
	created_date DATETIME, 
	exempt_amount VARCHAR(41), 
	invoice_id VARCHAR(32) NOT NULL, 
	invoice_item_id VARCHAR(32) NOT NULL, 
	jurisdiction VARCHAR(255), 
	location_code VARCHAR(255), 
	name VARCHAR(255), 
	tax_amount VARCHAR(41) NOT NULL, 
	tax_code VARCHAR(64), 
	tax_code_description VARCHAR(255), 
	tax_date DATE, 
	tax_rate VARCHAR(41), 
	tax_rate_description VARCHAR(255), 
	tax_rate_type VARCHAR(32), 
	updated_by_id VARCHAR(32), 
	updated_date DATETIME, 
	balance VARCHAR(41) NOT NULL, 
	taken VARCHAR(41) NOT NULL, 
	adjusted VARCHAR(41) NOT NULL, 
	CONSTRAINT pk_taxation_items PRIMARY KEY (id), 
	CONSTRAINT fk_taxation_items_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoices (id), 
	CONSTRAINT fk_taxation_items_invoice_item_id FOREIGN KEY(invoice_item_id) REFERENCES invoice_items (id)
);
CREATE TABLE users (
	id VARCHAR(32) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	email VARCHAR(255) NOT NULL, 
	full_name VARCHAR(255) NOT NULL, 
	password_hash VARCHAR(255) NOT NULL, 
	active BOOLEAN NOT NULL, 
	created_date DATETIME NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (id)
);
INSERT INTO "users" VALUES('440dd6788355655d666bdb8c59b1cc12','ann@example.com','ann@example.com','Ann Example','$argon2id$v=19$m=65536,t=3,p=4$KTt6vwOKzqATXHEYtKP2fA$O3D/sA246yLK3MeYEx3KGjBDiERAhFf876R6jmp+V1M',1,'2026-11-23 08:46:35.510000');
CREATE INDEX ix_accounts_account_number ON accounts (account_number);
CREATE INDEX ix_audit_entries_adjustment_id ON audit_entries (adjustment_id);
CREATE INDEX ix_query_locators_expires_at ON query_locators (expires_at);
CREATE UNIQUE INDEX uq_users_name ON users (name);
CREATE INDEX ix_invoices_account_id_id ON invoices (account_id, id);
CREATE UNIQUE INDEX uq_invoices_invoice_number ON invoices (invoice_number);
CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);
CREATE INDEX ix_invoice_item_adjustments_account_id_id ON invoice_item_adjustments (account_id, id);
CREATE INDEX ix_invoice_item_adjustments_created_date_id ON invoice_item_adjustments (created_date, id);
CREATE INDEX ix_invoice_item_adjustments_invoice_id_id ON invoice_item_adjustments (invoice_id, id);
CREATE INDEX ix_invoice_item_adjustments_reference_id_id ON invoice_item_adjustments (reference_id, id);
CREATE INDEX ix_invoice_item_adjustments_source_id_id ON invoice_item_adjustments (source_id, id);
CREATE INDEX ix_invoice_item_adjustments_updated_date_id ON invoice_item_adjustments (updated_date, id);
CREATE UNIQUE INDEX uq_adjustments_number ON invoice_item_adjustments (adjustment_number);
CREATE INDEX ix_invoice_items_invoice_id_id ON invoice_items (invoice_id, id);
CREATE INDEX ix_taxation_items_invoice_id_id ON taxation_items (invoice_id, id);
CREATE INDEX ix_taxation_items_invoice_item_id_id ON taxation_items (invoice_item_id, id);
COMMIT;
