-- How much people ask for is counted in the broker; while that is away, here. Names and marks are keyed digests. The web adds through
-- the function and reads nothing; what is past goes by a job.

CREATE TABLE volume_counts (
  name bytea NOT NULL,
  mark bytea NOT NULL,
  until timestamptz NOT NULL,
  CONSTRAINT pk_volume_counts PRIMARY KEY (name, mark)
);
COMMENT ON COLUMN volume_counts.name IS 'keyed digest of who, what and in which window';
COMMENT ON COLUMN volume_counts.mark IS 'keyed digest of one of the things that were counted';
CREATE INDEX ix_volume_counts_until ON volume_counts (until);
ALTER TABLE volume_counts ENABLE ROW LEVEL SECURITY;
GRANT SELECT, DELETE ON volume_counts TO tracker_operator;
CREATE POLICY operator_sees_all ON volume_counts TO tracker_operator USING (true);

-- The counts of each window with this one, and behind them how many windows did not know it yet. More than `most` are not kept apart.
CREATE FUNCTION app_count_volume(names bytea[], marks bytea[], seconds integer[], most integer, counted_at timestamptz)
RETURNS integer[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE counts integer[] := '{}'; known integer; news integer := 0;
BEGIN
  FOR one IN 1 .. cardinality(names) LOOP
    SELECT count(*) INTO known FROM volume_counts v WHERE v.name = names[one];
    IF known <= most THEN
      INSERT INTO volume_counts VALUES (names[one], marks[one], counted_at + make_interval(secs => seconds[one])) ON CONFLICT DO NOTHING;
      IF FOUND THEN
        known := known + 1;
        news := news + 1;
      END IF;
    END IF;
    counts := counts || known;
  END LOOP;
  RETURN counts || news;
END $$;
REVOKE EXECUTE ON FUNCTION app_count_volume(bytea[], bytea[], integer[], integer, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_count_volume(bytea[], bytea[], integer[], integer, timestamptz) TO tracker_app;

-- Who opened more than the house calls ordinary: step 0 tells administrators, from step 1 on a fresh sign-in is asked for.
CREATE TABLE reading_alarms (
  person_id uuid NOT NULL,
  span varchar NOT NULL,
  began_at timestamptz NOT NULL,
  step integer NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT pk_reading_alarms PRIMARY KEY (person_id, span, began_at, step),
  CONSTRAINT fk_reading_alarms_person_id_people FOREIGN KEY (person_id) REFERENCES people (id) ON DELETE CASCADE
);
COMMENT ON COLUMN reading_alarms.span IS 'hour or day';
COMMENT ON COLUMN reading_alarms.began_at IS 'when the window began that it was counted in';
COMMENT ON COLUMN reading_alarms.step IS '0: administrators are told; n: for the n-th time a fresh sign-in was asked for';
CREATE INDEX ix_reading_alarms_at ON reading_alarms (at);
ALTER TABLE reading_alarms ENABLE ROW LEVEL SECURITY;
GRANT SELECT, DELETE ON reading_alarms TO tracker_operator;
GRANT SELECT (step, at) ON reading_alarms TO tracker_planner;
CREATE POLICY operator_sees_all ON reading_alarms TO tracker_operator USING (true);
CREATE POLICY plans ON reading_alarms FOR SELECT TO tracker_planner USING (true);

-- When this step was first reached. The first time it is noted in the audit, about whoever acts.
CREATE FUNCTION app_note_reading(entry_id uuid, of_span text, window_began timestamptz, reached integer, noted_at timestamptz, request text)
RETURNS timestamptz LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE who uuid := app_person();
BEGIN
  IF who IS NULL THEN RETURN NULL; END IF;
  INSERT INTO reading_alarms VALUES (who, of_span, window_began, reached, noted_at) ON CONFLICT DO NOTHING;
  IF FOUND THEN
    INSERT INTO audit_entries (id, at, actor_kind, actor_id, action, object_type, object_id, detail, request_id)
    VALUES (entry_id, noted_at, 'person', who, CASE reached WHEN 0 THEN 'reading.much' ELSE 'reading.stopped' END, 'person', who,
            jsonb_build_object('span', of_span, 'step', reached), request);
  END IF;
  RETURN (SELECT a.at FROM reading_alarms a WHERE a.person_id = who AND a.span = of_span AND a.began_at = window_began AND a.step = reached);
END $$;
REVOKE EXECUTE ON FUNCTION app_note_reading(uuid, text, timestamptz, integer, timestamptz, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_note_reading(uuid, text, timestamptz, integer, timestamptz, text) TO tracker_app;
