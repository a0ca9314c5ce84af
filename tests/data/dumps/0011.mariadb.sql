DROP TABLE IF EXISTS `accounting_codes`;
CREATE TABLE `accounting_codes` (
  `code` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `type` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `active` tinyint(1) NOT NULL,
  PRIMARY KEY (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `accounting_codes` WRITE;
UNLOCK TABLES;
DROP TABLE IF EXISTS `accounting_periods`;
CREATE TABLE `accounting_periods` (
  `name` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `start_date` date NOT NULL,
  `end_date` date NOT NULL,
  `status` varchar(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `accounting_periods` WRITE;
UNLOCK TABLES;
DROP TABLE IF EXISTS `accounts`;
CREATE TABLE `accounts` (
  `id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `account_number` varchar(70) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `additional_email_addresses` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `allow_invoice_edit` tinyint(1) DEFAULT NULL,
  `auto_pay` tinyint(1) DEFAULT NULL,
  `balance` decimal(38,12) DEFAULT NULL,
  `batch` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `bcd_setting_option` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `bill_cycle_day` int(11) DEFAULT NULL,
  `bill_to_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `communication_profile_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `created_by_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `created_date` datetime(3) DEFAULT NULL,
  `crm_id` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `currency` varchar(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `customer_service_rep_name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `default_payment_method_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `invoice_delivery_prefs_email` tinyint(1) DEFAULT NULL,
  `invoice_delivery_prefs_print` tinyint(1) DEFAULT NULL,
  `invoice_template_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `last_invoice_date` date DEFAULT NULL,
  `name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `notes` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `payment_gateway` varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `payment_term` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `purchase_order_number` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `sales_rep_name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `sold_to_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `status` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `tax_company_code` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `tax_exempt_certificate_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `tax_exempt_certificate_type` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `tax_exempt_description` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `tax_exempt_effective_date` date DEFAULT NULL,
  `tax_exempt_expiration_date` date DEFAULT NULL,
  `tax_exempt_issuing_jurisdiction` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `tax_exempt_status` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `updated_by_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `updated_date` datetime(3) DEFAULT NULL,
  `vat_id` varchar(25) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `credit_balance` decimal(38,12) DEFAULT NULL,
  `parent_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `total_invoice_balance` decimal(38,12) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `ix_accounts_account_number` (`account_number`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `accounts` WRITE;
INSERT INTO `accounts` VALUES
('8a90a0b1000000000000000000000001','A00000001',NULL,NULL,NULL,17.220000000000,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-29 11:42:00.812',NULL,'EUR',NULL,NULL,NULL,NULL,NULL,NULL,'Société Générale d\'Exemples & Söhne 株式会社',NULL,NULL,NULL,NULL,NULL,NULL,'Active',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-29 11:42:00.812',NULL,NULL,NULL,NULL);
UNLOCK TABLES;
DROP TABLE IF EXISTS `adjustment_numbers`;
CREATE TABLE `adjustment_numbers` (
  `number` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `adjustment_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  PRIMARY KEY (`number`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `adjustment_numbers` WRITE;
INSERT INTO `adjustment_numbers` VALUES
('IIA-00000001','01a2271caf95296d752729316612ac38'),
('IIA-00000002','01a2271caf95296d752729316612ac39'),
('IIA-00000003','01a2271caf95296d752729316612ac3a');
UNLOCK TABLES;
DROP TABLE IF EXISTS `alembic_version`;
CREATE TABLE `alembic_version` (
  `version_num` varchar(32) NOT NULL,
  PRIMARY KEY (`version_num`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `alembic_version` WRITE;
INSERT INTO `alembic_version` VALUES
('0011');
UNLOCK TABLES;
DROP TABLE IF EXISTS `audit_entries`;
CREATE TABLE `audit_entries` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `at` datetime(3) NOT NULL,
  `user_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `door` varchar(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `request_id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `action` varchar(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `adjustment_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `detail` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `invoice_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `seq` bigint(20) DEFAULT NULL,
  `hash` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq_audit_entries_seq` (`invoice_id`,`seq`),
  KEY `ix_audit_entries_adjustment_id` (`adjustment_id`)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `audit_entries` WRITE;
INSERT INTO `audit_entries` VALUES
(1,'2026-11-29 11:42:01.109','4019665be340f9369bb5136d87c01b17','soap','2fb666199f7642caa0453668d821e889','create','01a2271caf95296d752729316612ac38','{\"after\": {\"account_id\": \"8a90a0b1000000000000000000000001\", \"accounting_code\": \"Subscription Revenue\", \"accounting_date\": \"2030-01-31\", \"adjustment_date\": \"2030-01-31\", \"adjustment_number\": \"IIA-00000001\", \"amount\": \"0.5\", \"created_by_id\": \"4019665be340f9369bb5136d87c01b17\", \"created_date\": \"2026-11-29T11:42:01.109+00:00\", \"exclude_item_billing_from_revenue_accounting\": false, \"id\": \"01a2271caf95296d752729316612ac38\", \"invoice_id\": \"8a90a0b2000000000000000000000001\", \"invoice_item_name\": \"Überwachung & Wartung 1\", \"reason_code\": \"Standard Adjustment\", \"service_end_date\": \"2026-09-30\", \"service_start_date\": \"2026-09-01\", \"source_id\": \"8a90a0b3000000000000000000000001\", \"source_type\": \"InvoiceDetail\", \"status\": \"Processed\", \"type\": \"Credit\", \"updated_by_id\": \"4019665be340f9369bb5136d87c01b17\", \"updated_date\": \"2026-11-29T11:42:01.109+00:00\"}, \"amount_as_sent\": \"0.50\"}','8a90a0b2000000000000000000000001',1,'8d4822914575729252d4c8c998df3838aa9f6e0747b27e012f82a16d664a5605'),
(2,'2026-11-29 11:42:01.109','4019665be340f9369bb5136d87c01b17','soap','2fb666199f7642caa0453668d821e889','create','01a2271caf95296d752729316612ac39','{\"after\": {\"account_id\": \"8a90a0b1000000000000000000000001\", \"accounting_code\": \"Subscription Revenue\", \"accounting_date\": \"2030-01-31\", \"adjustment_date\": \"2030-01-31\", \"adjustment_number\": \"IIA-00000002\", \"amount\": \"0.51\", \"created_by_id\": \"4019665be340f9369bb5136d87c01b17\", \"created_date\": \"2026-11-29T11:42:01.109+00:00\", \"exclude_item_billing_from_revenue_accounting\": false, \"id\": \"01a2271caf95296d752729316612ac39\", \"invoice_id\": \"8a90a0b2000000000000000000000001\", \"invoice_item_name\": \"Capacité supplémentaire <nœud> 2\", \"reason_code\": \"Standard Adjustment\", \"service_end_date\": \"2026-09-30\", \"service_start_date\": \"2026-09-01\", \"source_id\": \"8a90a0b3000000000000000000000002\", \"source_type\": \"InvoiceDetail\", \"status\": \"Processed\", \"type\": \"Credit\", \"updated_by_id\": \"4019665be340f9369bb5136d87c01b17\", \"updated_date\": \"2026-11-29T11:42:01.109+00:00\"}, \"amount_as_sent\": \"0.51\"}','8a90a0b2000000000000000000000001',2,'802baec3749d37b982f862675932da42f270cc6225a3360daa637254020d68b4'),
(3,'2026-11-29 11:42:01.109','4019665be340f9369bb5136d87c01b17','soap','2fb666199f7642caa0453668d821e889','create','01a2271caf95296d752729316612ac3a','{\"after\": {\"account_id\": \"8a90a0b1000000000000000000000001\", \"accounting_code\": \"Subscription Revenue\", \"accounting_date\": \"2030-01-31\", \"adjustment_date\": \"2030-01-31\", \"adjustment_number\": \"IIA-00000003\", \"amount\": \"0.52\", \"created_by_id\": \"4019665be340f9369bb5136d87c01b17\", \"created_date\": \"2026-11-29T11:42:01.109+00:00\", \"exclude_item_billing_from_revenue_accounting\": false, \"id\": \"01a2271caf95296d752729316612ac3a\", \"invoice_id\": \"8a90a0b2000000000000000000000001\", \"invoice_item_name\": \"データ転送料 3\", \"reason_code\": \"Standard Adjustment\", \"service_end_date\": \"2026-09-30\", \"service_start_date\": \"2026-09-01\", \"source_id\": \"8a90a0b3000000000000000000000003\", \"source_type\": \"InvoiceDetail\", \"status\": \"Processed\", \"type\": \"Credit\", \"updated_by_id\": \"4019665be340f9369bb5136d87c01b17\", \"updated_date\": \"2026-11-29T11:42:01.109+00:00\"}, \"amount_as_sent\": \"0.52\"}','8a90a0b2000000000000000000000001',3,'c26736d32429b1d99e28b8723ec040413b5f88ad2cab68b5c1a75fc030f03f71'),
(4,'2026-11-29 11:42:01.122','4019665be340f9369bb5136d87c01b17','soap','a2c7a2679d76412391d26e06f0610ecd','update','01a2271caf95296d752729316612ac39','{\"after\": {\"cancelled_by_id\": \"4019665be340f9369bb5136d87c01b17\", \"cancelled_date\": \"2026-11-29T11:42:01.122+00:00\", \"status\": \"Canceled\", \"updated_date\": \"2026-11-29T11:42:01.122+00:00\"}, \"before\": {\"cancelled_by_id\": null, \"cancelled_date\": null, \"status\": \"Processed\", \"updated_date\": \"2026-11-29T11:42:01.109+00:00\"}}','8a90a0b2000000000000000000000001',4,'26a9fecaf0042d2aea598da76156f503ad2531a38b49d534ee442b8666e3f65b'),
(5,'2026-11-29 11:42:01.132','4019665be340f9369bb5136d87c01b17','soap','b088514282b648b5a582cdb088b9f89e','update','01a2271caf95296d752729316612ac3a','{\"after\": {\"cancelled_by_id\": \"4019665be340f9369bb5136d87c01b17\", \"cancelled_date\": \"2026-11-29T11:42:01.132+00:00\", \"status\": \"Canceled\", \"updated_date\": \"2026-11-29T11:42:01.132+00:00\"}, \"before\": {\"cancelled_by_id\": null, \"cancelled_date\": null, \"status\": \"Processed\", \"updated_date\": \"2026-11-29T11:42:01.109+00:00\"}}','8a90a0b2000000000000000000000001',5,'d9619e2aa3df1f188029bc8d4a6fc2db05dd3208820df81c288280f9e9f3b8fb'),
(6,'2026-11-29 11:42:01.139','4019665be340f9369bb5136d87c01b17','soap','6d108dfa7911471fb941b1ad57df983a','delete','01a2271caf95296d752729316612ac3a','{\"before\": {\"account_id\": \"8a90a0b1000000000000000000000001\", \"accounting_code\": \"Subscription Revenue\", \"accounting_date\": \"2030-01-31\", \"adjustment_date\": \"2030-01-31\", \"adjustment_number\": \"IIA-00000003\", \"amount\": \"0.52\", \"cancelled_by_id\": \"4019665be340f9369bb5136d87c01b17\", \"cancelled_date\": \"2026-11-29T11:42:01.132+00:00\", \"created_by_id\": \"4019665be340f9369bb5136d87c01b17\", \"created_date\": \"2026-11-29T11:42:01.109+00:00\", \"exclude_item_billing_from_revenue_accounting\": false, \"id\": \"01a2271caf95296d752729316612ac3a\", \"invoice_id\": \"8a90a0b2000000000000000000000001\", \"invoice_item_name\": \"データ転送料 3\", \"reason_code\": \"Standard Adjustment\", \"service_end_date\": \"2026-09-30\", \"service_start_date\": \"2026-09-01\", \"source_id\": \"8a90a0b3000000000000000000000003\", \"source_type\": \"InvoiceDetail\", \"status\": \"Canceled\", \"type\": \"Credit\", \"updated_by_id\": \"4019665be340f9369bb5136d87c01b17\", \"updated_date\": \"2026-11-29T11:42:01.132+00:00\"}}','8a90a0b2000000000000000000000001',6,'77f2ada1d11b78c57eb61a82335ae6d921c8a7844fbd4f61fd4b894eabf556a0');
UNLOCK TABLES;
DROP TABLE IF EXISTS `configuration_entries`;
CREATE TABLE `configuration_entries` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `at` datetime(3) NOT NULL,
  `who` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `action` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `detail` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `configuration_entries` WRITE;
UNLOCK TABLES;
DROP TABLE IF EXISTS `counters`;
CREATE TABLE `counters` (
  `name` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `last` bigint(20) NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `counters` WRITE;
INSERT INTO `counters` VALUES
('adjustment_number',3),
('configuration',0),
('invoice_adjustment_number',0),
('jobs',1);
UNLOCK TABLES;
DROP TABLE IF EXISTS `custom_fields`;
CREATE TABLE `custom_fields` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `object_name` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `name` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `type` varchar(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `length` int(11) DEFAULT NULL,
  `created_date` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq_custom_fields_name` (`object_name`,`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `custom_fields` WRITE;
UNLOCK TABLES;
DROP TABLE IF EXISTS `custom_values`;
CREATE TABLE `custom_values` (
  `field_id` int(11) NOT NULL,
  `record_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `text` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `number` decimal(38,12) DEFAULT NULL,
  `flag` tinyint(1) DEFAULT NULL,
  `day` date DEFAULT NULL,
  `moment` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`field_id`,`record_id`),
  KEY `ix_custom_values_record_id` (`record_id`),
  KEY `ix_custom_values_field_id_text` (`field_id`,`text`),
  CONSTRAINT `fk_custom_values_field_id` FOREIGN KEY (`field_id`) REFERENCES `custom_fields` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `custom_values` WRITE;
UNLOCK TABLES;
DROP TABLE IF EXISTS `export_marks`;
CREATE TABLE `export_marks` (
  `name` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `position` bigint(20) NOT NULL,
  `moved_at` datetime(3) NOT NULL,
  `part` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `file` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `export_marks` WRITE;
INSERT INTO `export_marks` VALUES
('books',6,'2026-11-29 11:42:01.167',NULL,NULL);
UNLOCK TABLES;
DROP TABLE IF EXISTS `idempotency_keys`;
CREATE TABLE `idempotency_keys` (
  `user_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `operation` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `key` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `hash` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `answer` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  PRIMARY KEY (`user_id`,`operation`,`key`),
  KEY `ix_idempotency_keys_expires_at` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `idempotency_keys` WRITE;
UNLOCK TABLES;
DROP TABLE IF EXISTS `ignored_fields`;
CREATE TABLE `ignored_fields` (
  `object_name` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `name` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `calls` bigint(20) NOT NULL,
  `last_at` datetime(3) NOT NULL,
  PRIMARY KEY (`object_name`,`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `ignored_fields` WRITE;
UNLOCK TABLES;
DROP TABLE IF EXISTS `imported_adjustments`;
CREATE TABLE `imported_adjustments` (
  `adjustment_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `object_name` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `invoice_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `source_type` varchar(13) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `source_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `impact` decimal(38,12) NOT NULL,
  PRIMARY KEY (`adjustment_id`),
  KEY `ix_imported_adjustments_invoice_id` (`invoice_id`),
  KEY `ix_imported_adjustments_source_id` (`source_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `imported_adjustments` WRITE;
UNLOCK TABLES;
DROP TABLE IF EXISTS `invoice_adjustments`;
CREATE TABLE `invoice_adjustments` (
  `id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `account_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `accounting_code` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `adjustment_date` date NOT NULL,
  `adjustment_number` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `amount` decimal(38,12) NOT NULL,
  `cancelled_by_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `cancelled_date` datetime(3) DEFAULT NULL,
  `comment` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `created_by_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `created_date` datetime(3) NOT NULL,
  `impact_amount` decimal(38,12) NOT NULL,
  `invoice_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `reason_code` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `reference_id` varchar(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `status` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `transferred_to_accounting` varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `type` varchar(6) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `updated_by_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `updated_date` datetime(3) NOT NULL,
  `accounting_date` date DEFAULT NULL,
  `reverses_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq_invoice_adjustments_number` (`adjustment_number`),
  KEY `ix_invoice_adjustments_account_id_id` (`account_id`,`id`),
  KEY `ix_invoice_adjustments_invoice_id_id` (`invoice_id`,`id`),
  KEY `ix_invoice_adjustments_reference_id_id` (`reference_id`,`id`),
  KEY `ix_invoice_adjustments_created_date_id` (`created_date`,`id`),
  KEY `ix_invoice_adjustments_updated_date_id` (`updated_date`,`id`),
  KEY `ix_invoice_adjustments_reverses_id` (`reverses_id`),
  CONSTRAINT `fk_invoice_adjustments_invoice_id` FOREIGN KEY (`invoice_id`) REFERENCES `invoices` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `invoice_adjustments` WRITE;
UNLOCK TABLES;
DROP TABLE IF EXISTS `invoice_item_adjustments`;
CREATE TABLE `invoice_item_adjustments` (
  `id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `account_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `accounting_code` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `adjustment_date` date NOT NULL,
  `adjustment_number` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `amount` decimal(38,12) NOT NULL,
  `cancelled_by_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `cancelled_date` datetime(3) DEFAULT NULL,
  `comment` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `created_by_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `created_date` datetime(3) NOT NULL,
  `invoice_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `invoice_item_name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `reason_code` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `reference_id` varchar(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `service_end_date` date DEFAULT NULL,
  `service_start_date` date DEFAULT NULL,
  `source_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `source_type` varchar(13) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `status` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `transferred_to_accounting` varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `type` varchar(6) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `updated_by_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `updated_date` datetime(3) NOT NULL,
  `deferred_revenue_account` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `recognized_revenue_account` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `exclude_item_billing_from_revenue_accounting` tinyint(1) DEFAULT NULL,
  `accounting_date` date DEFAULT NULL,
  `reverses_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq_adjustments_number` (`adjustment_number`),
  KEY `ix_invoice_item_adjustments_account_id_id` (`account_id`,`id`),
  KEY `ix_invoice_item_adjustments_created_date_id` (`created_date`,`id`),
  KEY `ix_invoice_item_adjustments_invoice_id_id` (`invoice_id`,`id`),
  KEY `ix_invoice_item_adjustments_reference_id_id` (`reference_id`,`id`),
  KEY `ix_invoice_item_adjustments_source_id_id` (`source_id`,`id`),
  KEY `ix_invoice_item_adjustments_updated_date_id` (`updated_date`,`id`),
  KEY `ix_invoice_item_adjustments_reverses_id` (`reverses_id`),
  CONSTRAINT `fk_invoice_item_adjustments_invoice_id` FOREIGN KEY (`invoice_id`) REFERENCES `invoices` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `invoice_item_adjustments` WRITE;
INSERT INTO `invoice_item_adjustments` VALUES
('01a2271caf95296d752729316612ac38','8a90a0b1000000000000000000000001','Subscription Revenue','2030-01-31','IIA-00000001',0.500000000000,NULL,NULL,NULL,'4019665be340f9369bb5136d87c01b17','2026-11-29 11:42:01.109','8a90a0b2000000000000000000000001','Überwachung & Wartung 1','Standard Adjustment',NULL,'2026-09-30','2026-09-01','8a90a0b3000000000000000000000001','InvoiceDetail','Processed',NULL,'Credit','4019665be340f9369bb5136d87c01b17','2026-11-29 11:42:01.109',NULL,NULL,0,'2030-01-31',NULL),
('01a2271caf95296d752729316612ac39','8a90a0b1000000000000000000000001','Subscription Revenue','2030-01-31','IIA-00000002',0.510000000000,'4019665be340f9369bb5136d87c01b17','2026-11-29 11:42:01.122',NULL,'4019665be340f9369bb5136d87c01b17','2026-11-29 11:42:01.109','8a90a0b2000000000000000000000001','Capacité supplémentaire <nœud> 2','Standard Adjustment',NULL,'2026-09-30','2026-09-01','8a90a0b3000000000000000000000002','InvoiceDetail','Canceled',NULL,'Credit','4019665be340f9369bb5136d87c01b17','2026-11-29 11:42:01.122',NULL,NULL,0,'2030-01-31',NULL);
UNLOCK TABLES;
DROP TABLE IF EXISTS `invoice_items`;
CREATE TABLE `invoice_items` (
  `id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `accounting_code` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `applied_to_invoice_item_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `charge_amount` decimal(38,12) NOT NULL,
  `charge_date` datetime(3) DEFAULT NULL,
  `charge_description` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `charge_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `charge_name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `charge_number` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `charge_type` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `created_by_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `created_date` datetime(3) DEFAULT NULL,
  `invoice_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `processing_type` decimal(38,12) DEFAULT NULL,
  `product_description` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `product_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `product_name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `product_rate_plan_charge_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `quantity` decimal(38,12) DEFAULT NULL,
  `rate_plan_charge_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `rev_rec_code` varchar(70) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `rev_rec_start_date` date DEFAULT NULL,
  `rev_rec_trigger_condition` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `service_end_date` date DEFAULT NULL,
  `service_start_date` date DEFAULT NULL,
  `sku` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `subscription_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `subscription_number` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `tax_amount` decimal(38,12) DEFAULT NULL,
  `tax_code` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `tax_exempt_amount` decimal(38,12) DEFAULT NULL,
  `tax_mode` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `unit_price` decimal(38,12) DEFAULT NULL,
  `uom` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `updated_by_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `updated_date` datetime(3) DEFAULT NULL,
  `balance` decimal(38,12) NOT NULL,
  `taken` decimal(38,12) NOT NULL,
  `adjusted` decimal(38,12) NOT NULL,
  `applied_to_charge_number` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `imported_balance` decimal(38,12) DEFAULT NULL,
  `balance_stated` tinyint(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`),
  KEY `ix_invoice_items_invoice_id_id` (`invoice_id`,`id`),
  CONSTRAINT `fk_invoice_items_invoice_id` FOREIGN KEY (`invoice_id`) REFERENCES `invoices` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `invoice_items` WRITE;
INSERT INTO `invoice_items` VALUES
('8a90a0b3000000000000000000000001','Subscription Revenue',NULL,5.370000000000,NULL,NULL,NULL,'Überwachung & Wartung 1',NULL,NULL,NULL,'2026-11-29 11:42:00.812','8a90a0b2000000000000000000000001',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-09-30','2026-09-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'4019665be340f9369bb5136d87c01b17','2026-11-29 11:42:01.109',4.870000000000,0.500000000000,-0.500000000000,NULL,5.370000000000,0),
('8a90a0b3000000000000000000000002','Subscription Revenue',NULL,5.740000000000,NULL,NULL,NULL,'Capacité supplémentaire <nœud> 2',NULL,NULL,NULL,'2026-11-29 11:42:00.812','8a90a0b2000000000000000000000001',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-09-30','2026-09-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'4019665be340f9369bb5136d87c01b17','2026-11-29 11:42:01.122',5.740000000000,0.000000000000,0.000000000000,NULL,5.740000000000,0),
('8a90a0b3000000000000000000000003','Subscription Revenue',NULL,6.110000000000,NULL,NULL,NULL,'データ転送料 3',NULL,NULL,NULL,'2026-11-29 11:42:00.812','8a90a0b2000000000000000000000001',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-09-30','2026-09-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'4019665be340f9369bb5136d87c01b17','2026-11-29 11:42:01.132',6.110000000000,0.000000000000,0.000000000000,NULL,6.110000000000,0);
UNLOCK TABLES;
DROP TABLE IF EXISTS `invoices`;
CREATE TABLE `invoices` (
  `id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `account_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `adjustment_amount` decimal(38,12) NOT NULL,
  `amount` decimal(38,12) NOT NULL,
  `amount_without_tax` decimal(38,12) DEFAULT NULL,
  `balance` decimal(38,12) NOT NULL,
  `bill_run_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `comments` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `created_by_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `created_date` datetime(3) DEFAULT NULL,
  `due_date` date DEFAULT NULL,
  `includes_one_time` tinyint(1) DEFAULT NULL,
  `includes_recurring` tinyint(1) DEFAULT NULL,
  `includes_usage` tinyint(1) DEFAULT NULL,
  `invoice_date` date NOT NULL,
  `invoice_number` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `last_email_sent_date` datetime(3) DEFAULT NULL,
  `payment_amount` decimal(38,12) DEFAULT NULL,
  `posted_by` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `posted_date` datetime(3) DEFAULT NULL,
  `refund_amount` decimal(38,12) DEFAULT NULL,
  `status` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `target_date` date DEFAULT NULL,
  `tax_amount` decimal(38,12) DEFAULT NULL,
  `tax_exempt_amount` decimal(38,12) DEFAULT NULL,
  `transferred_to_accounting` varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `updated_by_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `updated_date` datetime(3) DEFAULT NULL,
  `currency` varchar(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `minor_unit_digits` int(11) NOT NULL,
  `adjusted` decimal(38,12) NOT NULL,
  `audit_seq` bigint(20) NOT NULL DEFAULT 0,
  `audit_hash` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL DEFAULT '',
  `imported_adjustment_amount` decimal(38,12) DEFAULT NULL,
  `imported_balance` decimal(38,12) DEFAULT NULL,
  `balance_stated` tinyint(1) NOT NULL DEFAULT 1,
  `adjustment_amount_stated` tinyint(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq_invoices_invoice_number` (`invoice_number`),
  KEY `ix_invoices_account_id_id` (`account_id`,`id`),
  CONSTRAINT `fk_invoices_account_id` FOREIGN KEY (`account_id`) REFERENCES `accounts` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `invoices` WRITE;
INSERT INTO `invoices` VALUES
('8a90a0b2000000000000000000000001','8a90a0b1000000000000000000000001',0.500000000000,17.220000000000,NULL,16.720000000000,NULL,NULL,NULL,'2026-11-29 11:42:00.812','2026-10-31',NULL,NULL,NULL,'2026-10-01','INV00000001',NULL,NULL,NULL,NULL,NULL,'Posted',NULL,0.000000000000,NULL,NULL,'4019665be340f9369bb5136d87c01b17','2026-11-29 11:42:01.132','EUR',2,-0.500000000000,6,'77f2ada1d11b78c57eb61a82335ae6d921c8a7844fbd4f61fd4b894eabf556a0',0.000000000000,17.220000000000,1,0);
UNLOCK TABLES;
DROP TABLE IF EXISTS `job_chunks`;
CREATE TABLE `job_chunks` (
  `job_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `number` int(11) NOT NULL,
  `rows_read` int(11) NOT NULL,
  `content` longblob DEFAULT NULL,
  `outcomes` longblob DEFAULT NULL,
  `made` int(11) NOT NULL,
  `refused` int(11) NOT NULL,
  `done_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`job_id`,`number`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `job_chunks` WRITE;
INSERT INTO `job_chunks` VALUES
('01a2271cafbb7780453a7bfddc06072e',0,0,NULL,NULL,0,0,NULL),
('01a2271cafbb7780453a7bfddc06072e',1,1,NULL,0x78018B8E36D031D2C92BCDC98110D1D14A9E7E618E3E9E2EF14032D4554947C933AF2C3F3339D5AF343729B508C80FC9482D4A55C82C56C8CB57C884C82994679664289464A42AE4815529A8030D3157D7538AD54198E7E902D41C9C5F5A949CEA9982C39CCC92D45C85FC228592C48AC492CCFC3C05B000DC74CF140543A0A140000081243C11,0,1,'2026-11-29 11:42:01.157');
UNLOCK TABLES;
DROP TABLE IF EXISTS `jobs`;
CREATE TABLE `jobs` (
  `id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `kind` varchar(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `user_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `door` varchar(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `options` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `sources` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `fingerprint` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `state` varchar(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `staged` tinyint(1) NOT NULL,
  `rows_read` bigint(20) NOT NULL,
  `started_at` datetime(3) NOT NULL,
  `updated_at` datetime(3) NOT NULL,
  `finished_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `ix_jobs_fingerprint` (`fingerprint`),
  KEY `ix_jobs_started_at` (`started_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `jobs` WRITE;
INSERT INTO `jobs` VALUES
('01a2271cafbb7780453a7bfddc06072e','adjust','4019665be340f9369bb5136d87c01b17','bulk','{\"chunk_rows\": 1, \"most\": 1, \"streamed\": true}','[\"/tmp/tmpwy9n9gx6/mariadb/job.csv\"]','b12957f8660d2f60190e545c205d711c9696264d2f8e59e5b4f1c5cc4970cd5f','finished',0,1,'2026-11-29 11:42:01.147','2026-11-29 11:42:01.159','2026-11-29 11:42:01.159');
UNLOCK TABLES;
DROP TABLE IF EXISTS `oauth_clients`;
CREATE TABLE `oauth_clients` (
  `id` varchar(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `user_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `label` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `secret_hash` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `created_date` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `fk_oauth_clients_user_id` (`user_id`),
  CONSTRAINT `fk_oauth_clients_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `oauth_clients` WRITE;
INSERT INTO `oauth_clients` VALUES
('c059616e-70f1-4dbb-b567-432da41d14fb','4019665be340f9369bb5136d87c01b17','nightly','5f33a0c25aac15b3643123562e6180ed9f70ed2d11b984151921d35f0645063f','2026-11-29 11:42:01.142');
UNLOCK TABLES;
DROP TABLE IF EXISTS `query_locators`;
CREATE TABLE `query_locators` (
  `id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `user_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `query` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `size` bigint(20) NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  `case_sensitive` tinyint(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`),
  KEY `ix_query_locators_expires_at` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `query_locators` WRITE;
UNLOCK TABLES;
DROP TABLE IF EXISTS `query_pages`;
CREATE TABLE `query_pages` (
  `locator_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `rows_before` bigint(20) NOT NULL,
  `after_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `after_values` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  PRIMARY KEY (`locator_id`,`rows_before`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `query_pages` WRITE;
UNLOCK TABLES;
DROP TABLE IF EXISTS `reason_codes`;
CREATE TABLE `reason_codes` (
  `code` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `active` tinyint(1) NOT NULL,
  `is_default` tinyint(1) NOT NULL,
  PRIMARY KEY (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `reason_codes` WRITE;
INSERT INTO `reason_codes` VALUES
('Customer Satisfaction',1,0),
('Incorrect Charge',1,0),
('Other',1,0),
('Standard Adjustment',1,1),
('Write-off',1,0);
UNLOCK TABLES;
DROP TABLE IF EXISTS `sessions`;
CREATE TABLE `sessions` (
  `token_hash` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `user_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  `ends_at` datetime(3) NOT NULL,
  `client_id` varchar(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  PRIMARY KEY (`token_hash`),
  KEY `fk_sessions_user_id` (`user_id`),
  KEY `ix_sessions_expires_at` (`expires_at`),
  KEY `ix_sessions_client_id` (`client_id`),
  CONSTRAINT `fk_sessions_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `sessions` WRITE;
INSERT INTO `sessions` VALUES
('570176ab9a4a20358ee6948739d6b978edceece135ca29b603ccb1ca568353fc','4019665be340f9369bb5136d87c01b17','2026-11-29 11:57:01.096','2026-11-29 19:42:01.096',NULL);
UNLOCK TABLES;
DROP TABLE IF EXISTS `taxation_items`;
CREATE TABLE `taxation_items` (
  `id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `accounting_code` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `created_by_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `created_date` datetime(3) DEFAULT NULL,
  `exempt_amount` decimal(38,12) DEFAULT NULL,
  `invoice_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `invoice_item_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `jurisdiction` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `location_code` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `tax_amount` decimal(38,12) NOT NULL,
  `tax_code` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `tax_code_description` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `tax_date` date DEFAULT NULL,
  `tax_rate` decimal(38,12) DEFAULT NULL,
  `tax_rate_description` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `tax_rate_type` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `updated_by_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `updated_date` datetime(3) DEFAULT NULL,
  `balance` decimal(38,12) NOT NULL,
  `taken` decimal(38,12) NOT NULL,
  `adjusted` decimal(38,12) NOT NULL,
  `imported_balance` decimal(38,12) DEFAULT NULL,
  `balance_stated` tinyint(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`),
  KEY `ix_taxation_items_invoice_id_id` (`invoice_id`,`id`),
  KEY `ix_taxation_items_invoice_item_id_id` (`invoice_item_id`,`id`),
  CONSTRAINT `fk_taxation_items_invoice_id` FOREIGN KEY (`invoice_id`) REFERENCES `invoices` (`id`),
  CONSTRAINT `fk_taxation_items_invoice_item_id` FOREIGN KEY (`invoice_item_id`) REFERENCES `invoice_items` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `taxation_items` WRITE;
UNLOCK TABLES;
DROP TABLE IF EXISTS `tenant_settings`;
CREATE TABLE `tenant_settings` (
  `name` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `value` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `tenant_settings` WRITE;
UNLOCK TABLES;
DROP TABLE IF EXISTS `users`;
CREATE TABLE `users` (
  `id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `email` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `full_name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `password_hash` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `active` tinyint(1) NOT NULL,
  `created_date` datetime(3) NOT NULL,
  `permissions` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq_users_name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `users` WRITE;
INSERT INTO `users` VALUES
('4019665be340f9369bb5136d87c01b17','ann@example.com','ann@example.com','Ann Example','$argon2id$v=19$m=65536,t=3,p=4$s6mEjn2e9ueqQdu/etxEmw$8GkpAB7QDlUe8SQiuo0jRTl4I7V3VnptPf7T4Uro1I4',1,'2026-11-29 11:42:00.954','cancel,change reason code,create,delete canceled');
UNLOCK TABLES;
