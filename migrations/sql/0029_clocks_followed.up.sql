-- A follow-up may hang on a clock of its case (ADR 24): as secret as the follow-up. The ledger is added to, never changed.

CREATE TABLE followed_clocks (
  follow_up_id uuid NOT NULL,
  rule_key varchar NOT NULL,
  party varchar NOT NULL,
  event_id uuid,
  due_on date,
  CONSTRAINT pk_followed_clocks PRIMARY KEY (follow_up_id),
  CONSTRAINT fk_followed_clocks_follow_up_id_follow_ups FOREIGN KEY (follow_up_id) REFERENCES follow_ups (id) ON DELETE CASCADE,
  CONSTRAINT fk_followed_clocks_event_id_case_events FOREIGN KEY (event_id) REFERENCES case_events (id) ON DELETE SET NULL
);
CREATE INDEX ix_followed_clocks_event_id ON followed_clocks (event_id);
COMMENT ON COLUMN followed_clocks.party IS 'the State whose own day it is; empty where there is one day for all';
COMMENT ON COLUMN followed_clocks.event_id IS 'the entry that starts the clock';
COMMENT ON COLUMN followed_clocks.due_on IS 'what the rule came to when it was last reckoned; null: nothing any more';

CREATE TABLE clock_moves (
  id uuid NOT NULL,
  follow_up_id uuid NOT NULL,
  at timestamptz NOT NULL,
  by_id uuid,
  old_on date,
  new_on date,
  cause varchar NOT NULL,
  event_id uuid,
  is_by_hand boolean NOT NULL,
  CONSTRAINT pk_clock_moves PRIMARY KEY (id),
  CONSTRAINT ck_clock_moves_cause CHECK (cause IN ('followed', 'corrected', 'voided')),
  CONSTRAINT fk_clock_moves_follow_up_id_follow_ups FOREIGN KEY (follow_up_id) REFERENCES follow_ups (id) ON DELETE CASCADE,
  CONSTRAINT fk_clock_moves_by_id_people FOREIGN KEY (by_id) REFERENCES people (id),
  CONSTRAINT fk_clock_moves_event_id_case_events FOREIGN KEY (event_id) REFERENCES case_events (id) ON DELETE SET NULL
);
CREATE INDEX ix_clock_moves_follow_up_id ON clock_moves (follow_up_id);
COMMENT ON COLUMN clock_moves.by_id IS 'null: the operator';
COMMENT ON COLUMN clock_moves.is_by_hand IS 'the day of the follow-up had been set by hand: it was flagged, and stayed';

ALTER TABLE followed_clocks ENABLE ROW LEVEL SECURITY;
ALTER TABLE clock_moves ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON followed_clocks TO tracker_app;
GRANT SELECT, INSERT ON clock_moves TO tracker_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON followed_clocks, clock_moves TO tracker_operator;
CREATE POLICY operator_sees_all ON followed_clocks TO tracker_operator USING (true) WITH CHECK (true);
CREATE POLICY operator_sees_all ON clock_moves TO tracker_operator USING (true) WITH CHECK (true);
CREATE POLICY sees ON followed_clocks TO tracker_app USING ((SELECT true FROM follow_ups f WHERE f.id = follow_up_id));
CREATE POLICY sees ON clock_moves FOR SELECT TO tracker_app USING ((SELECT true FROM follow_ups f WHERE f.id = follow_up_id));
CREATE POLICY writes ON clock_moves FOR INSERT TO tracker_app WITH CHECK (
  (SELECT true FROM follow_ups f WHERE f.id = follow_up_id) AND by_id = (SELECT app_person()));
