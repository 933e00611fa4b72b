-- Charges of all cases in one list: what lapses soonest first, of one jurisdiction too; what has no date, by jurisdiction.
CREATE INDEX ix_charges_lapse ON charges (lapses_on, id) WHERE voided_at IS NULL AND lapses_on IS NOT NULL;
CREATE INDEX ix_charges_lapse_there ON charges (jurisdiction, lapses_on, id) WHERE voided_at IS NULL AND lapses_on IS NOT NULL;
CREATE INDEX ix_charges_undated ON charges (limitation, jurisdiction, id) WHERE voided_at IS NULL AND lapses_on IS NULL;
