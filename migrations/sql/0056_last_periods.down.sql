DROP TRIGGER mark_last_period ON periods;
DROP FUNCTION app_mark_last_period();
DROP INDEX ix_periods_ends_by;
ALTER TABLE periods DROP COLUMN is_last;
CREATE INDEX ix_periods_ends_by ON periods (ends_by, id) WHERE voided_at IS NULL AND ends_by IS NOT NULL;
