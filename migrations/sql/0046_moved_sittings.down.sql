DELETE FROM clock_moves WHERE cause = 'sitting_moved';
ALTER TABLE clock_moves DROP CONSTRAINT ck_clock_moves_cause, ADD CONSTRAINT ck_clock_moves_cause CHECK (
  cause IN ('followed', 'corrected', 'voided', 'rule_changed', 'details_edited'));
ALTER TABLE timelines DROP CONSTRAINT ck_timelines_sitting, DROP COLUMN sitting_id, DROP COLUMN sitting_on;
