DELETE FROM clock_moves WHERE cause = 'rule_changed';
ALTER TABLE clock_moves DROP CONSTRAINT ck_clock_moves_cause, ADD CONSTRAINT ck_clock_moves_cause CHECK (
  cause IN ('followed', 'corrected', 'voided'));
ALTER TABLE clock_moves DROP COLUMN rule_version;
DROP INDEX ix_followed_clocks_rule;
ALTER TABLE followed_clocks DROP COLUMN rule_version;
