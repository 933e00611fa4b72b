-- A legal officer asks to verify, correct or switch off a rule of law; another one, or a head, agrees (ADR 26).

ALTER TABLE approvals DROP CONSTRAINT ck_approvals_kind, ADD CONSTRAINT ck_approvals_kind CHECK (
  kind IN ('unseal', 'export_all', 'administrator', 'erase', 'destroy', 'break_glass', 'factors', 'hand_over', 'clock_rule'));
CREATE OR REPLACE FUNCTION app_seconds(who uuid, asked approvals) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE has varchar[];
BEGIN
  SELECT array_agg(r.role) INTO has FROM person_roles r JOIN people p ON p.id = r.person_id WHERE p.id = who AND p.active;
  IF has IS NULL OR who = asked.asked_by_id OR app_depends_on(who, asked.asked_by_id) THEN RETURN false; END IF;
  RETURN CASE
    WHEN asked.kind = 'unseal' THEN
      has && ARRAY['legal_officer', 'coordinator', 'head', 'outside_counsel']::varchar[]
      AND EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = asked.case_id AND m.person_id = who AND m.kind IN ('member', 'lead')
                  AND m.ended_at IS NULL AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now()))
    WHEN asked.kind = 'administrator' THEN 'administrator' = ANY (has)
      OR ('head' = ANY (has) AND NOT EXISTS (
        SELECT 1 FROM person_roles r JOIN people p ON p.id = r.person_id
         WHERE r.role = 'administrator' AND p.active AND p.id NOT IN (asked.asked_by_id, coalesce(asked.object_id, asked.asked_by_id))))
    WHEN asked.kind = 'break_glass' THEN has && ARRAY['head', 'administrator']::varchar[]
    WHEN asked.kind = 'factors' THEN who <> asked.object_id AND has && ARRAY['head', 'administrator']::varchar[]
    WHEN asked.kind = 'hand_over' THEN who <> asked.object_id AND who::text IS DISTINCT FROM asked.payload ->> 'successor'
      AND has && ARRAY['head', 'administrator']::varchar[]
    WHEN asked.kind = 'clock_rule' THEN has && ARRAY['legal_officer', 'head']::varchar[]
    ELSE 'head' = ANY (has) OR (has && ARRAY['legal_officer', 'coordinator']::varchar[] AND app_leads_a_case(who))
  END;
END $$;

CREATE TABLE clock_rule_versions (
  id uuid NOT NULL,
  rule_key varchar NOT NULL,
  number integer NOT NULL,
  what varchar NOT NULL,
  body jsonb NOT NULL,
  shipped jsonb NOT NULL,
  reason varchar NOT NULL,
  source varchar NOT NULL,
  asked_by_id uuid NOT NULL,
  agreed_by_id uuid NOT NULL,
  approval_id uuid NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT pk_clock_rule_versions PRIMARY KEY (id),
  CONSTRAINT uq_clock_rule_versions_rule_key_number UNIQUE (rule_key, number),
  CONSTRAINT uq_clock_rule_versions_approval_id UNIQUE (approval_id),
  CONSTRAINT ck_clock_rule_versions_what CHECK (what IN ('verified', 'corrected', 'switched_off', 'switched_on', 'restored')),
  CONSTRAINT ck_clock_rule_versions_two_persons CHECK (asked_by_id <> agreed_by_id),
  CONSTRAINT ck_clock_rule_versions_number CHECK (number >= 1),
  CONSTRAINT fk_clock_rule_versions_asked_by_id_people FOREIGN KEY (asked_by_id) REFERENCES people (id),
  CONSTRAINT fk_clock_rule_versions_agreed_by_id_people FOREIGN KEY (agreed_by_id) REFERENCES people (id),
  CONSTRAINT fk_clock_rule_versions_approval_id_approvals FOREIGN KEY (approval_id) REFERENCES approvals (id)
);
COMMENT ON COLUMN clock_rule_versions.body IS 'the rule as it holds from here on, but label and trigger';
COMMENT ON COLUMN clock_rule_versions.shipped IS 'what the release said of it at that time';
COMMENT ON COLUMN clock_rule_versions.source IS 'what was looked at: article, edition, decision';

CREATE TABLE clock_recomputations (
  id uuid NOT NULL,
  rule_key varchar NOT NULL,
  number integer NOT NULL,
  asked_at timestamptz NOT NULL,
  begun_at timestamptz,
  finished_at timestamptz,
  total integer NOT NULL,
  done integer NOT NULL,
  moved integer NOT NULL,
  flagged integer NOT NULL,
  stopped integer NOT NULL,
  failed integer NOT NULL,
  CONSTRAINT pk_clock_recomputations PRIMARY KEY (id),
  CONSTRAINT uq_clock_recomputations_rule_key_number UNIQUE (rule_key, number)
);
CREATE INDEX ix_clock_recomputations_waiting ON clock_recomputations (asked_at) WHERE finished_at IS NULL;
COMMENT ON COLUMN clock_recomputations.number IS 'of the version of the rule';
COMMENT ON COLUMN clock_recomputations.total IS 'open follow-ups on clocks of the rule, when it began';
COMMENT ON COLUMN clock_recomputations.flagged IS 'their day had been set by hand';
COMMENT ON COLUMN clock_recomputations.stopped IS 'the rule gives no date any more';

ALTER TABLE clock_rule_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE clock_recomputations ENABLE ROW LEVEL SECURITY;
-- Added to, never changed: not by the operator either.
GRANT SELECT, INSERT ON clock_rule_versions, clock_recomputations TO tracker_app;
GRANT SELECT, INSERT ON clock_rule_versions TO tracker_operator;
GRANT SELECT, INSERT, UPDATE, DELETE ON clock_recomputations TO tracker_operator;
CREATE POLICY operator_sees_all ON clock_rule_versions TO tracker_operator USING (true) WITH CHECK (true);
CREATE POLICY operator_sees_all ON clock_recomputations TO tracker_operator USING (true) WITH CHECK (true);
-- The law is the same for everybody of the house.
CREATE POLICY sees ON clock_rule_versions FOR SELECT TO tracker_app USING ((SELECT app_person()) IS NOT NULL);
CREATE POLICY sees ON clock_recomputations FOR SELECT TO tracker_app USING ((SELECT app_person()) IS NOT NULL);
-- By the second person, for exactly what was asked and agreed to, and before it is noted as carried out.
CREATE POLICY adds ON clock_rule_versions FOR INSERT TO tracker_app WITH CHECK (
  agreed_by_id = (SELECT app_person())
  AND app_agreed('clock_rule', NULL, NULL, jsonb_build_object('rule', rule_key, 'what', what, 'body', body))
  AND (SELECT true FROM approvals a WHERE a.id = approval_id AND a.kind = 'clock_rule' AND a.decision = 'agreed' AND a.done_at IS NULL
          AND a.asked_by_id = clock_rule_versions.asked_by_id AND a.decided_by_id = agreed_by_id AND a.payload ->> 'rule' = rule_key
          AND (a.payload ->> 'after')::integer + 1 = number));
CREATE POLICY adds ON clock_recomputations FOR INSERT TO tracker_app WITH CHECK (
  begun_at IS NULL AND finished_at IS NULL AND total = 0 AND done = 0
  AND (SELECT true FROM clock_rule_versions v
        WHERE v.rule_key = clock_recomputations.rule_key AND v.number = clock_recomputations.number AND v.agreed_by_id = (SELECT app_person())));
