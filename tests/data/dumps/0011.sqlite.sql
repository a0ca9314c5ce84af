BEGIN TRANSACTION;
CREATE TABLE accounting_codes (
	code VARCHAR(100) NOT NULL, 
	type VARCHAR(50), 
	active BOOLEAN NOT NULL, 
	CONSTRAINT pk_accounting_codes PRIMARY KEY (code)
);
CREATE TABLE accounting_periods (
	name VARCHAR(100) NOT NULL, 
	start_date DATE NOT NULL, 
	end_date DATE NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_accounting_periods PRIMARY KEY (name)
);
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
INSERT INTO "accounts" VALUES('8a90a0b1000000000000000000000001','A00000001',NULL,NULL,NULL,'00000000000000000000000017.22',NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-29 11:41:59.095000',NULL,'EUR',NULL,NULL,NULL,NULL,NULL,NULL,'Société Générale d''Exemples & Söhne 株式会社',NULL,NULL,NULL,NULL,NULL,NULL,'Active',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-29 11:41:59.095000',NULL,NULL,NULL,NULL);
CREATE TABLE adjustment_numbers (
	number VARCHAR(255) NOT NULL, 
	adjustment_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_adjustment_numbers PRIMARY KEY (number)
);
INSERT INTO "adjustment_numbers" VALUES('IIA-00000001','01a2271ca91278d11f81fbfab63e9e54');
INSERT INTO "adjustment_numbers" VALUES('IIA-00000002','01a2271ca91278d11f81fbfab63e9e55');
INSERT INTO "adjustment_numbers" VALUES('IIA-00000003','01a2271ca91278d11f81fbfab63e9e56');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0011');
CREATE TABLE audit_entries (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	user_id VARCHAR(32) NOT NULL, 
	door VARCHAR(16) NOT NULL, 
	request_id VARCHAR(64) NOT NULL, 
	action VARCHAR(16) NOT NULL, 
	adjustment_id VARCHAR(32) NOT NULL, 
	detail TEXT NOT NULL, invoice_id VARCHAR(32), seq BIGINT, hash VARCHAR(64), 
	CONSTRAINT pk_audit_entries PRIMARY KEY (id)
);
INSERT INTO "audit_entries" VALUES(1,'2026-11-29 11:41:59.442000','51fc670413a2c817607da541bcbbb9b4','soap','3f3b8f86022749f09ebb083770e9b7b9','create','01a2271ca91278d11f81fbfab63e9e54','{"after": {"account_id": "8a90a0b1000000000000000000000001", "accounting_code": "Subscription Revenue", "accounting_date": "2030-01-31", "adjustment_date": "2030-01-31", "adjustment_number": "IIA-00000001", "amount": "0.5", "created_by_id": "51fc670413a2c817607da541bcbbb9b4", "created_date": "2026-11-29T11:41:59.442+00:00", "exclude_item_billing_from_revenue_accounting": false, "id": "01a2271ca91278d11f81fbfab63e9e54", "invoice_id": "8a90a0b2000000000000000000000001", "invoice_item_name": "Überwachung & Wartung 1", "reason_code": "Standard Adjustment", "service_end_date": "2026-09-30", "service_start_date": "2026-09-01", "source_id": "8a90a0b3000000000000000000000001", "source_type": "InvoiceDetail", "status": "Processed", "type": "Credit", "updated_by_id": "51fc670413a2c817607da541bcbbb9b4", "updated_date": "2026-11-29T11:41:59.442+00:00"}, "amount_as_sent": "0.50"}','8a90a0b2000000000000000000000001',1,'52412a265f6a966b40f2e09ba42feb017c32007a253ce9d4cf57c90fe1963726');
INSERT INTO "audit_entries" VALUES(2,'2026-11-29 11:41:59.442000','51fc670413a2c817607da541bcbbb9b4','soap','3f3b8f86022749f09ebb083770e9b7b9','create','01a2271ca91278d11f81fbfab63e9e55','{"after": {"account_id": "8a90a0b1000000000000000000000001", "accounting_code": "Subscription Revenue", "accounting_date": "2030-01-31", "adjustment_date": "2030-01-31", "adjustment_number": "IIA-00000002", "amount": "0.51", "created_by_id": "51fc670413a2c817607da541bcbbb9b4", "created_date": "2026-11-29T11:41:59.442+00:00", "exclude_item_billing_from_revenue_accounting": false, "id": "01a2271ca91278d11f81fbfab63e9e55", "invoice_id": "8a90a0b2000000000000000000000001", "invoice_item_name": "Capacité supplémentaire <nœud> 2", "reason_code": "Standard Adjustment", "service_end_date": "2026-09-30", "service_start_date": "2026-09-01", "source_id": "8a90a0b3000000000000000000000002", "source_type": "InvoiceDetail", "status": "Processed", "type": "Credit", "updated_by_id": "51fc670413a2c817607da541bcbbb9b4", "updated_date": "2026-11-29T11:41:59.442+00:00"}, "amount_as_sent": "0.51"}','8a90a0b2000000000000000000000001',2,'023654fc9a8aaeef71b8c98379adec489721abafed3492268637ff1291c1a80c');
INSERT INTO "audit_entries" VALUES(3,'2026-11-29 11:41:59.442000','51fc670413a2c817607da541bcbbb9b4','soap','3f3b8f86022749f09ebb083770e9b7b9','create','01a2271ca91278d11f81fbfab63e9e56','{"after": {"account_id": "8a90a0b1000000000000000000000001", "accounting_code": "Subscription Revenue", "accounting_date": "2030-01-31", "adjustment_date": "2030-01-31", "adjustment_number": "IIA-00000003", "amount": "0.52", "created_by_id": "51fc670413a2c817607da541bcbbb9b4", "created_date": "2026-11-29T11:41:59.442+00:00", "exclude_item_billing_from_revenue_accounting": false, "id": "01a2271ca91278d11f81fbfab63e9e56", "invoice_id": "8a90a0b2000000000000000000000001", "invoice_item_name": "データ転送料 3", "reason_code": "Standard Adjustment", "service_end_date": "2026-09-30", "service_start_date": "2026-09-01", "source_id": "8a90a0b3000000000000000000000003", "source_type": "InvoiceDetail", "status": "Processed", "type": "Credit", "updated_by_id": "51fc670413a2c817607da541bcbbb9b4", "updated_date": "2026-11-29T11:41:59.442+00:00"}, "amount_as_sent": "0.52"}','8a90a0b2000000000000000000000001',3,'dec9ec91339b5380e88b924c746eb8f78a95b1c703468a2e87b5291558f9c934');
INSERT INTO "audit_entries" VALUES(4,'2026-11-29 11:41:59.454000','51fc670413a2c817607da541bcbbb9b4','soap','fb3616f10f54418e8efeb71384ee12d9','update','01a2271ca91278d11f81fbfab63e9e55','{"after": {"cancelled_by_id": "51fc670413a2c817607da541bcbbb9b4", "cancelled_date": "2026-11-29T11:41:59.454+00:00", "status": "Canceled", "updated_date": "2026-11-29T11:41:59.454+00:00"}, "before": {"cancelled_by_id": null, "cancelled_date": null, "status": "Processed", "updated_date": "2026-11-29T11:41:59.442+00:00"}}','8a90a0b2000000000000000000000001',4,'e5ee55dd81b4f4b3805a2e912d7328a6edd750fa639846ed45920a73e4b9afc2');
INSERT INTO "audit_entries" VALUES(5,'2026-11-29 11:41:59.461000','51fc670413a2c817607da541bcbbb9b4','soap','1652b9d20cf348b7b89e5d4c288edc7a','update','01a2271ca91278d11f81fbfab63e9e56','{"after": {"cancelled_by_id": "51fc670413a2c817607da541bcbbb9b4", "cancelled_date": "2026-11-29T11:41:59.461+00:00", "status": "Canceled", "updated_date": "2026-11-29T11:41:59.461+00:00"}, "before": {"cancelled_by_id": null, "cancelled_date": null, "status": "Processed", "updated_date": "2026-11-29T11:41:59.442+00:00"}}','8a90a0b2000000000000000000000001',5,'84265d5f46f4a0261fe87e8c01a8d76a12b224249971664b1e93c32fc2570d6e');
INSERT INTO "audit_entries" VALUES(6,'2026-11-29 11:41:59.466000','51fc670413a2c817607da541bcbbb9b4','soap','386172234c53415ea4a5a46acaf0f336','delete','01a2271ca91278d11f81fbfab63e9e56','{"before": {"account_id": "8a90a0b1000000000000000000000001", "accounting_code": "Subscription Revenue", "accounting_date": "2030-01-31", "adjustment_date": "2030-01-31", "adjustment_number": "IIA-00000003", "amount": "0.52", "cancelled_by_id": "51fc670413a2c817607da541bcbbb9b4", "cancelled_date": "2026-11-29T11:41:59.461+00:00", "created_by_id": "51fc670413a2c817607da541bcbbb9b4", "created_date": "2026-11-29T11:41:59.442+00:00", "exclude_item_billing_from_revenue_accounting": false, "id": "01a2271ca91278d11f81fbfab63e9e56", "invoice_id": "8a90a0b2000000000000000000000001", "invoice_item_name": "データ転送料 3", "reason_code": "Standard Adjustment", "service_end_date": "2026-09-30", "service_start_date": "2026-09-01", "source_id": "8a90a0b3000000000000000000000003", "source_type": "InvoiceDetail", "status": "Canceled", "type": "Credit", "updated_by_id": "51fc670413a2c817607da541bcbbb9b4", "updated_date": "2026-11-29T11:41:59.461+00:00"}}','8a90a0b2000000000000000000000001',6,'bd18685f8c780a43c1333e97f3ba45f321624b534741a7f525b92cabd81bc545');
CREATE TABLE configuration_entries (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	who VARCHAR(255) NOT NULL, 
	action VARCHAR(64) NOT NULL, 
	detail TEXT NOT NULL, 
	CONSTRAINT pk_configuration_entries PRIMARY KEY (id)
);
CREATE TABLE counters (
	name VARCHAR(32) NOT NULL, 
	last BIGINT NOT NULL, 
	CONSTRAINT pk_counters PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('adjustment_number',3);
INSERT INTO "counters" VALUES('invoice_adjustment_number',0);
INSERT INTO "counters" VALUES('configuration',0);
INSERT INTO "counters" VALUES('jobs',1);
CREATE TABLE custom_fields (
	id INTEGER NOT NULL, 
	object_name VARCHAR(64) NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	type VARCHAR(16) NOT NULL, 
	length INTEGER, 
	created_date DATETIME NOT NULL, 
	CONSTRAINT pk_custom_fields PRIMARY KEY (id)
);
CREATE TABLE custom_values (
	field_id INTEGER NOT NULL, 
	record_id VARCHAR(32) NOT NULL, 
	text VARCHAR(255), 
	number VARCHAR(41), 
	flag BOOLEAN, 
	day DATE, 
	moment DATETIME, 
	CONSTRAINT pk_custom_values PRIMARY KEY (field_id, record_id), 
	CONSTRAINT fk_custom_values_field_id FOREIGN KEY(field_id) REFERENCES custom_fields (id)
);
CREATE TABLE export_marks (
	name VARCHAR(64) NOT NULL, 
	position BIGINT NOT NULL, 
	moved_at DATETIME NOT NULL, 
	part TEXT, 
	file TEXT, 
	CONSTRAINT pk_export_marks PRIMARY KEY (name)
);
INSERT INTO "export_marks" VALUES('books',6,'2026-11-29 11:41:59.493000',NULL,NULL);
CREATE TABLE idempotency_keys (
	user_id VARCHAR(32) NOT NULL, 
	operation VARCHAR(32) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	answer TEXT NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_idempotency_keys PRIMARY KEY (user_id, operation, "key")
);
CREATE TABLE ignored_fields (
	object_name VARCHAR(64) NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	calls BIGINT NOT NULL, 
	last_at DATETIME NOT NULL, 
	CONSTRAINT pk_ignored_fields PRIMARY KEY (object_name, name)
);
CREATE TABLE imported_adjustments (
	adjustment_id VARCHAR(32) NOT NULL, 
	object_name VARCHAR(64) NOT NULL, 
	invoice_id VARCHAR(32) NOT NULL, 
	source_type VARCHAR(13), 
	source_id VARCHAR(32), 
	impact VARCHAR(41) NOT NULL, 
	CONSTRAINT pk_imported_adjustments PRIMARY KEY (adjustment_id)
);
CREATE TABLE invoice_adjustments (
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
	impact_amount VARCHAR(41) NOT NULL, 
	invoice_id VARCHAR(32) NOT NULL, 
	reason_code VARCHAR(32), 
	reference_id VARCHAR(60), 
	status VARCHAR(9) NOT NULL, 
	transferred_to_accounting VARCHAR(10), 
	type VARCHAR(6) NOT NULL, 
	updated_by_id VARCHAR(32) NOT NULL, 
	updated_date DATETIME NOT NULL, accounting_date DATE, reverses_id VARCHAR(32), 
	CONSTRAINT pk_invoice_adjustments PRIMARY KEY (id), 
	CONSTRAINT fk_invoice_adjustments_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoices (id)
);
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
	updated_date DATETIME NOT NULL, deferred_revenue_account VARCHAR(100), recognized_revenue_account VARCHAR(100), exclude_item_billing_from_revenue_accounting BOOLEAN, accounting_date DATE, reverses_id VARCHAR(32), 
	CONSTRAINT pk_invoice_item_adjustments PRIMARY KEY (id), 
	CONSTRAINT fk_invoice_item_adjustments_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoices (id)
);
INSERT INTO "invoice_item_adjustments" VALUES('01a2271ca91278d11f81fbfab63e9e54','8a90a0b1000000000000000000000001','Subscription Revenue','2030-01-31','IIA-00000001','00000000000000000000000000.5',NULL,NULL,NULL,'51fc670413a2c817607da541bcbbb9b4','2026-11-29 11:41:59.442000','8a90a0b2000000000000000000000001','Überwachung & Wartung 1','Standard Adjustment',NULL,'2026-09-30','2026-09-01','8a90a0b3000000000000000000000001','InvoiceDetail','Processed',NULL,'Credit','51fc670413a2c817607da541bcbbb9b4','2026-11-29 11:41:59.442000',NULL,NULL,0,'2030-01-31',NULL);
INSERT INTO "invoice_item_adjustments" VALUES('01a2271ca91278d11f81fbfab63e9e55','8a90a0b1000000000000000000000001','Subscription Revenue','2030-01-31','IIA-00000002','00000000000000000000000000.51','51fc670413a2c817607da541bcbbb9b4','2026-11-29 11:41:59.454000',NULL,'51fc670413a2c817607da541bcbbb9b4','2026-11-29 11:41:59.442000','8a90a0b2000000000000000000000001','Capacité supplémentaire <nœud> 2','Standard Adjustment',NULL,'2026-09-30','2026-09-01','8a90a0b3000000000000000000000002','InvoiceDetail','Canceled',NULL,'Credit','51fc670413a2c817607da541bcbbb9b4','2026-11-29 11:41:59.454000',NULL,NULL,0,'2030-01-31',NULL);
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
	adjusted VARCHAR(41) NOT NULL, applied_to_charge_number VARCHAR(50), imported_balance VARCHAR(41), balance_stated BOOLEAN DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_invoice_items PRIMARY KEY (id), 
	CONSTRAINT fk_invoice_items_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoices (id)
);
INSERT INTO "invoice_items" VALUES('8a90a0b3000000000000000000000001','Subscription Revenue',NULL,'00000000000000000000000005.37',NULL,NULL,NULL,'Überwachung & Wartung 1',NULL,NULL,NULL,'2026-11-29 11:41:59.095000','8a90a0b2000000000000000000000001',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-09-30','2026-09-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'51fc670413a2c817607da541bcbbb9b4','2026-11-29 11:41:59.442000','00000000000000000000000004.87','00000000000000000000000000.5','-99999999999999999999999999.4~',NULL,'00000000000000000000000005.37',0);
INSERT INTO "invoice_items" VALUES('8a90a0b3000000000000000000000002','Subscription Revenue',NULL,'00000000000000000000000005.74',NULL,NULL,NULL,'Capacité supplémentaire <nœud> 2',NULL,NULL,NULL,'2026-11-29 11:41:59.095000','8a90a0b2000000000000000000000001',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-09-30','2026-09-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'51fc670413a2c817607da541bcbbb9b4','2026-11-29 11:41:59.454000','00000000000000000000000005.74','00000000000000000000000000','00000000000000000000000000',NULL,'00000000000000000000000005.74',0);
INSERT INTO "invoice_items" VALUES('8a90a0b3000000000000000000000003','Subscription Revenue',NULL,'00000000000000000000000006.11',NULL,NULL,NULL,'データ転送料 3',NULL,NULL,NULL,'2026-11-29 11:41:59.095000','8a90a0b2000000000000000000000001',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-09-30','2026-09-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'51fc670413a2c817607da541bcbbb9b4','2026-11-29 11:41:59.461000','00000000000000000000000006.11','00000000000000000000000000','00000000000000000000000000',NULL,'00000000000000000000000006.11',0);
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
	adjusted VARCHAR(41) NOT NULL, audit_seq BIGINT DEFAULT '0' NOT NULL, audit_hash VARCHAR(64) DEFAULT '' NOT NULL, imported_adjustment_amount VARCHAR(41), imported_balance VARCHAR(41), balance_stated BOOLEAN DEFAULT '1' NOT NULL, adjustment_amount_stated BOOLEAN DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_invoices PRIMARY KEY (id), 
	CONSTRAINT fk_invoices_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
);
INSERT INTO "invoices" VALUES('8a90a0b2000000000000000000000001','8a90a0b1000000000000000000000001','00000000000000000000000000.5','00000000000000000000000017.22',NULL,'00000000000000000000000016.72',NULL,NULL,NULL,'2026-11-29 11:41:59.095000','2026-10-31',NULL,NULL,NULL,'2026-10-01','INV00000001',NULL,NULL,NULL,NULL,NULL,'Posted',NULL,'00000000000000000000000000',NULL,NULL,'51fc670413a2c817607da541bcbbb9b4','2026-11-29 11:41:59.461000','EUR',2,'-99999999999999999999999999.4~',6,'bd18685f8c780a43c1333e97f3ba45f321624b534741a7f525b92cabd81bc545','00000000000000000000000000','00000000000000000000000017.22',1,0);
CREATE TABLE job_chunks (
	job_id VARCHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	rows_read INTEGER NOT NULL, 
	content BLOB, 
	outcomes BLOB, 
	made INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	done_at DATETIME, 
	CONSTRAINT pk_job_chunks PRIMARY KEY (job_id, number)
);
INSERT INTO "job_chunks" VALUES('01a2271ca93414e489d36499017330cc',0,0,NULL,NULL,0,0,NULL);
INSERT INTO "job_chunks" VALUES('01a2271ca93414e489d36499017330cc',1,1,NULL,X'78018B8E36D031D2C92BCDC98110D1D14A9E7E618E3E9E2EF14032D4554947C933AF2C3F3339D5AF343729B508C80FC9482D4A55C82C56C8CB57C884C82994679664289464A42AE4815529A8030D3157D7538AD54198E7E902D41C9C5F5A949CEA9982C39CCC92D45C85FC228592C48AC492CCFC3C05B000DC74CF140543A0A140000081243C11',0,1,'2026-11-29 11:41:59.482000');
CREATE TABLE jobs (
	id VARCHAR(32) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	user_id VARCHAR(32) NOT NULL, 
	door VARCHAR(16) NOT NULL, 
	options TEXT NOT NULL, 
	sources TEXT NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	staged BOOLEAN NOT NULL, 
	rows_read BIGINT NOT NULL, 
	started_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	CONSTRAINT pk_jobs PRIMARY KEY (id)
);
INSERT INTO "jobs" VALUES('01a2271ca93414e489d36499017330cc','adjust','51fc670413a2c817607da541bcbbb9b4','bulk','{"chunk_rows": 1, "most": 1, "streamed": true}','["/tmp/tmpwy9n9gx6/sqlite/job.csv"]','b12957f8660d2f60190e545c205d711c9696264d2f8e59e5b4f1c5cc4970cd5f','finished',0,1,'2026-11-29 11:41:59.476000','2026-11-29 11:41:59.485000','2026-11-29 11:41:59.485000');
CREATE TABLE oauth_clients (
	id VARCHAR(36) NOT NULL, 
	user_id VARCHAR(32) NOT NULL, 
	label VARCHAR(255) NOT NULL, 
	secret_hash VARCHAR(64) NOT NULL, 
	created_date DATETIME NOT NULL, 
	CONSTRAINT pk_oauth_clients PRIMARY KEY (id), 
	CONSTRAINT fk_oauth_clients_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
INSERT INTO "oauth_clients" VALUES('ad133c9c-f416-4620-bbc0-833abf038e98','51fc670413a2c817607da541bcbbb9b4','nightly','c4cf12d3e936001735f6546977b431e8d4950ce4f1c9f1ce8ce7066926d00528','2026-11-29 11:41:59.471000');
CREATE TABLE query_locators (
	id VARCHAR(32) NOT NULL, 
	user_id VARCHAR(32) NOT NULL, 
	"query" TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	expires_at DATETIME NOT NULL, case_sensitive BOOLEAN DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_query_locators PRIMARY KEY (id)
);
CREATE TABLE query_pages (
	locator_id VARCHAR(32) NOT NULL, 
	rows_before BIGINT NOT NULL, 
	after_id VARCHAR(32) NOT NULL, after_values TEXT, 
	CONSTRAINT pk_query_pages PRIMARY KEY (locator_id, rows_before)
);
CREATE TABLE reason_codes (
	code VARCHAR(32) NOT NULL, 
	active BOOLEAN NOT NULL, 
	is_default BOOLEAN NOT NULL, 
	CONSTRAINT pk_reason_codes PRIMARY KEY (code)
);
INSERT INTO "reason_codes" VALUES('Standard Adjustment',1,1);
INSERT INTO "reason_codes" VALUES('Customer Satisfaction',1,0);
INSERT INTO "reason_codes" VALUES('Incorrect Charge',1,0);
INSERT INTO "reason_codes" VALUES('Write-off',1,0);
INSERT INTO "reason_codes" VALUES('Other',1,0);
CREATE TABLE sessions (
	token_hash VARCHAR(64) NOT NULL, 
	user_id VARCHAR(32) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, client_id VARCHAR(36), 
	CONSTRAINT pk_sessions PRIMARY KEY (token_hash), 
	CONSTRAINT fk_sessions_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
INSERT INTO "sessions" VALUES('358aba7979652144bc26f90cea2b34720c9549a716ab30882e801f35af45835a','51fc670413a2c817607da541bcbbb9b4','2026-11-29 11:56:59.427000','2026-11-29 19:41:59.427000',NULL);
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
	adjusted VARCHAR(41) NOT NULL, imported_balance VARCHAR(41), balance_stated BOOLEAN DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_taxation_items PRIMARY KEY (id), 
	CONSTRAINT fk_taxation_items_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoices (id), 
	CONSTRAINT fk_taxation_items_invoice_item_id FOREIGN KEY(invoice_item_id) REFERENCES invoice_items (id)
);
CREATE TABLE tenant_settings (
	name VARCHAR(64) NOT NULL, 
	value VARCHAR(255) NOT NULL, 
	CONSTRAINT pk_tenant_settings PRIMARY KEY (name)
);
CREATE TABLE users (
	id VARCHAR(32) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	email VARCHAR(255) NOT NULL, 
	full_name VARCHAR(255) NOT NULL, 
	password_hash VARCHAR(255) NOT NULL, 
	active BOOLEAN NOT NULL, 
	created_date DATETIME NOT NULL, permissions VARCHAR(255), 
	CONSTRAINT pk_users PRIMARY KEY (id)
);
INSERT INTO "users" VALUES('51fc670413a2c817607da541bcbbb9b4','ann@example.com','ann@example.com','Ann Example','$argon2id$v=19$m=65536,t=3,p=4$kOoLJAKtdsCJMbX1uLFhBw$jWAKb5mTfbVKT5p2KN5sijnU9+8CdhbPbTJyDwRYtpI',1,'2026-11-29 11:41:59.268000','cancel,change reason code,create,delete canceled');
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
CREATE UNIQUE INDEX uq_invoice_adjustments_number ON invoice_adjustments (adjustment_number);
CREATE INDEX ix_invoice_adjustments_account_id_id ON invoice_adjustments (account_id, id);
CREATE INDEX ix_invoice_adjustments_invoice_id_id ON invoice_adjustments (invoice_id, id);
CREATE INDEX ix_invoice_adjustments_reference_id_id ON invoice_adjustments (reference_id, id);
CREATE INDEX ix_invoice_adjustments_created_date_id ON invoice_adjustments (created_date, id);
CREATE INDEX ix_invoice_adjustments_updated_date_id ON invoice_adjustments (updated_date, id);
CREATE UNIQUE INDEX uq_custom_fields_name ON custom_fields (object_name, name);
CREATE INDEX ix_custom_values_record_id ON custom_values (record_id);
CREATE INDEX ix_custom_values_field_id_text ON custom_values (field_id, text);
CREATE UNIQUE INDEX uq_audit_entries_seq ON audit_entries (invoice_id, seq);
CREATE INDEX ix_invoice_item_adjustments_reverses_id ON invoice_item_adjustments (reverses_id);
CREATE INDEX ix_invoice_adjustments_reverses_id ON invoice_adjustments (reverses_id);
CREATE INDEX ix_idempotency_keys_expires_at ON idempotency_keys (expires_at);
CREATE INDEX ix_imported_adjustments_invoice_id ON imported_adjustments (invoice_id);
CREATE INDEX ix_imported_adjustments_source_id ON imported_adjustments (source_id);
CREATE INDEX ix_jobs_fingerprint ON jobs (fingerprint);
CREATE INDEX ix_jobs_started_at ON jobs (started_at);
CREATE INDEX ix_sessions_client_id ON sessions (client_id);
COMMIT;
