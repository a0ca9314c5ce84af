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
('8a90a0b1000000000000000000000001','A00000001',NULL,NULL,NULL,17.220000000000,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-23 08:46:38.463',NULL,'EUR',NULL,NULL,NULL,NULL,NULL,NULL,'Société Générale d\'Exemples & Söhne 株式会社',NULL,NULL,NULL,NULL,NULL,NULL,'Active',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-23 08:46:38.463',NULL,NULL,NULL,NULL);
UNLOCK TABLES;
DROP TABLE IF EXISTS `adjustment_numbers`;
CREATE TABLE `adjustment_numbers` (
  `number` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `adjustment_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  PRIMARY KEY (`number`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `adjustment_numbers` WRITE;
INSERT INTO `adjustment_numbers` VALUES
('IIA-00000001','01a20795f907667da4a04c4cc0658f26'),
('IIA-00000002','01a20795f907667da4a04c4cc0658f27'),
('IIA-00000003','01a20795f907667da4a04c4cc0658f28');
UNLOCK TABLES;
DROP TABLE IF EXISTS `alembic_version`;
CREATE TABLE `alembic_version` (
  `version_num` varchar(32) NOT NULL,
  PRIMARY KEY (`version_num`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `alembic_version` WRITE;
INSERT INTO `alembic_version` VALUES
('0002');
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
  PRIMARY KEY (`id`),
  KEY `ix_audit_entries_adjustment_id` (`adjustment_id`)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `audit_entries` WRITE;
INSERT INTO `audit_entries` VALUES
(1,'2026-11-23 08:46:38.855','d413564bf91faeb200e54344aa24e931','soap','65851cc8cbbf482399722d5a5e211eb7','create','01a20795f907667da4a04c4cc0658f26','{\"AmountAsSent\": \"0.50\"}'),
(2,'2026-11-23 08:46:38.855','d413564bf91faeb200e54344aa24e931','soap','65851cc8cbbf482399722d5a5e211eb7','create','01a20795f907667da4a04c4cc0658f27','{\"AmountAsSent\": \"0.51\"}'),
(3,'2026-11-23 08:46:38.855','d413564bf91faeb200e54344aa24e931','soap','65851cc8cbbf482399722d5a5e211eb7','create','01a20795f907667da4a04c4cc0658f28','{\"AmountAsSent\": \"0.52\"}'),
(4,'2026-11-23 08:46:38.867','d413564bf91faeb200e54344aa24e931','soap','70f058b488174baa97909dd61d16ee80','update','01a20795f907667da4a04c4cc0658f27','{\"status\": [\"Processed\", \"Canceled\"]}'),
(5,'2026-11-23 08:46:38.875','d413564bf91faeb200e54344aa24e931','soap','a24f951e34eb43c7abc622082361c267','update','01a20795f907667da4a04c4cc0658f28','{\"status\": [\"Processed\", \"Canceled\"]}'),
(6,'2026-11-23 08:46:38.881','d413564bf91faeb200e54344aa24e931','soap','cde1577c9f9d4b5fa1a156edefd6e7a1','delete','01a20795f907667da4a04c4cc0658f28','{\"AdjustmentNumber\": \"IIA-00000003\"}');
UNLOCK TABLES;
DROP TABLE IF EXISTS `counters`;
CREATE TABLE `counters` (
  `name` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `last` bigint(20) NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `counters` WRITE;
INSERT INTO `counters` VALUES
('adjustment_number',3);
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
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq_adjustments_number` (`adjustment_number`),
  KEY `ix_invoice_item_adjustments_account_id_id` (`account_id`,`id`),
  KEY `ix_invoice_item_adjustments_created_date_id` (`created_date`,`id`),
  KEY `ix_invoice_item_adjustments_invoice_id_id` (`invoice_id`,`id`),
  KEY `ix_invoice_item_adjustments_reference_id_id` (`reference_id`,`id`),
  KEY `ix_invoice_item_adjustments_source_id_id` (`source_id`,`id`),
  KEY `ix_invoice_item_adjustments_updated_date_id` (`updated_date`,`id`),
  CONSTRAINT `fk_invoice_item_adjustments_invoice_id` FOREIGN KEY (`invoice_id`) REFERENCES `invoices` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `invoice_item_adjustments` WRITE;
INSERT INTO `invoice_item_adjustments` VALUES
('01a20795f907667da4a04c4cc0658f26','8a90a0b1000000000000000000000001','Subscription Revenue','2030-01-31','IIA-00000001',0.500000000000,NULL,NULL,NULL,'d413564bf91faeb200e54344aa24e931','2026-11-23 08:46:38.855','8a90a0b2000000000000000000000001','Überwachung & Wartung 1',NULL,NULL,'2026-09-30','2026-09-01','8a90a0b3000000000000000000000001','InvoiceDetail','Processed',NULL,'Credit','d413564bf91faeb200e54344aa24e931','2026-11-23 08:46:38.855'),
('01a20795f907667da4a04c4cc0658f27','8a90a0b1000000000000000000000001','Subscription Revenue','2030-01-31','IIA-00000002',0.510000000000,'d413564bf91faeb200e54344aa24e931','2026-11-23 08:46:38.867',NULL,'d413564bf91faeb200e54344aa24e931','2026-11-23 08:46:38.855','8a90a0b2000000000000000000000001','Capacité supplémentaire <nœud> 2',NULL,NULL,'2026-09-30','2026-09-01','8a90a0b3000000000000000000000002','InvoiceDetail','Canceled',NULL,'Credit','d413564bf91faeb200e54344aa24e931','2026-11-23 08:46:38.867');
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
  PRIMARY KEY (`id`),
  KEY `ix_invoice_items_invoice_id_id` (`invoice_id`,`id`),
  CONSTRAINT `fk_invoice_items_invoice_id` FOREIGN KEY (`invoice_id`) REFERENCES `invoices` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `invoice_items` WRITE;
INSERT INTO `invoice_items` VALUES
('8a90a0b3000000000000000000000001','Subscription Revenue',NULL,5.370000000000,NULL,NULL,NULL,'Überwachung & Wartung 1',NULL,NULL,NULL,'2026-11-23 08:46:38.463','8a90a0b2000000000000000000000001',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-09-30','2026-09-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'d413564bf91faeb200e54344aa24e931','2026-11-23 08:46:38.855',4.870000000000,0.500000000000,-0.500000000000,NULL),
('8a90a0b3000000000000000000000002','Subscription Revenue',NULL,5.740000000000,NULL,NULL,NULL,'Capacité supplémentaire <nœud> 2',NULL,NULL,NULL,'2026-11-23 08:46:38.463','8a90a0b2000000000000000000000001',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-09-30','2026-09-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'d413564bf91faeb200e54344aa24e931','2026-11-23 08:46:38.867',5.740000000000,0.000000000000,0.000000000000,NULL),
('8a90a0b3000000000000000000000003','Subscription Revenue',NULL,6.110000000000,NULL,NULL,NULL,'データ転送料 3',NULL,NULL,NULL,'2026-11-23 08:46:38.463','8a90a0b2000000000000000000000001',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-09-30','2026-09-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'d413564bf91faeb200e54344aa24e931','2026-11-23 08:46:38.875',6.110000000000,0.000000000000,0.000000000000,NULL);
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
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq_invoices_invoice_number` (`invoice_number`),
  KEY `ix_invoices_account_id_id` (`account_id`,`id`),
  CONSTRAINT `fk_invoices_account_id` FOREIGN KEY (`account_id`) REFERENCES `accounts` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `invoices` WRITE;
INSERT INTO `invoices` VALUES
('8a90a0b2000000000000000000000001','8a90a0b1000000000000000000000001',0.500000000000,17.220000000000,NULL,16.720000000000,NULL,NULL,NULL,'2026-11-23 08:46:38.463','2026-10-31',NULL,NULL,NULL,'2026-10-01','INV00000001',NULL,NULL,NULL,NULL,NULL,'Posted',NULL,0.000000000000,NULL,NULL,'d413564bf91faeb200e54344aa24e931','2026-11-23 08:46:38.875','EUR',2,-0.500000000000);
UNLOCK TABLES;
DROP TABLE IF EXISTS `query_locators`;
CREATE TABLE `query_locators` (
  `id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `user_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `query` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `size` bigint(20) NOT NULL,
  `expires_at` datetime(3) NOT NULL,
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
  PRIMARY KEY (`locator_id`,`rows_before`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `query_pages` WRITE;
UNLOCK TABLES;
DROP TABLE IF EXISTS `sessions`;
CREATE TABLE `sessions` (
  `token_hash` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `user_id` varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  `ends_at` datetime(3) NOT NULL,
  PRIMARY KEY (`token_hash`),
  KEY `fk_sessions_user_id` (`user_id`),
  KEY `ix_sessions_expires_at` (`expires_at`),
  CONSTRAINT `fk_sessions_user_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `sessions` WRITE;
INSERT INTO `sessions` VALUES
('8d7b5f134b3736e329a7b7d190634900017db0d9fae06a9ed78376e00a698fe7','d413564bf91faeb200e54344aa24e931','2026-11-23 09:01:38.836','2026-11-23 16:46:38.836');
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
  PRIMARY KEY (`id`),
  KEY `ix_taxation_items_invoice_id_id` (`invoice_id`,`id`),
  KEY `ix_taxation_items_invoice_item_id_id` (`invoice_item_id`,`id`),
  CONSTRAINT `fk_taxation_items_invoice_id` FOREIGN KEY (`invoice_id`) REFERENCES `invoices` (`id`),
  CONSTRAINT `fk_taxation_items_invoice_item_id` FOREIGN KEY (`invoice_item_id`) REFERENCES `invoice_items` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `taxation_items` WRITE;
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
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq_users_name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `users` WRITE;
INSERT INTO `users` VALUES
('d413564bf91faeb200e54344aa24e931','ann@example.com','ann@example.com','Ann Example','$argon2id$v=19$m=65536,t=3,p=4$y/WNadtGhFoGK9wFuiRwvA$8Oays2msbH+k2jQ26RN0UNFXUxcUapWgQ6yDk9DRfYE',1,'2026-11-23 08:46:38.657');
UNLOCK TABLES;
