-- Timelines may count from a sitting of an institution; when its day is another, they move along.
ALTER TABLE timelines
  ADD COLUMN sitting_id uuid, ADD COLUMN sitting_on date,
  ADD CONSTRAINT fk_timelines_sitting_id_sittings FOREIGN KEY (sitting_id) REFERENCES sittings (id) ON DELETE SET NULL,
  ADD CONSTRAINT ck_timelines_sitting CHECK ((sitting_id IS NULL) OR (sitting_on IS NOT NULL));
CREATE INDEX ix_timelines_sitting_id ON timelines (sitting_id) WHERE sitting_id IS NOT NULL;
COMMENT ON COLUMN timelines.sitting_id IS 'the sitting whose first day is the reference';
COMMENT ON COLUMN timelines.sitting_on IS 'the first day of that sitting by which the timeline was last reckoned';

ALTER TABLE clock_moves DROP CONSTRAINT ck_clock_moves_cause, ADD CONSTRAINT ck_clock_moves_cause CHECK (
  cause IN ('followed', 'corrected', 'voided', 'rule_changed', 'details_edited', 'sitting_moved'));
