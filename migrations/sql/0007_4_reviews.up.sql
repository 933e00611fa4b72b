-- Who still needs to know: every ninety days the lead of a restricted or sealed case says so. Memberships that end by time, and what waits.

ALTER TABLE cases ADD COLUMN review_due_on date;
COMMENT ON COLUMN cases.review_due_on IS 'when its lead has to look at who sees it; null: seen by role';
CREATE INDEX ix_cases_review_due ON cases (lead_id, review_due_on) WHERE review_due_on IS NOT NULL;
CREATE FUNCTION app_dates_review() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.review_due_on := CASE WHEN NEW.level IN ('restricted', 'sealed') THEN coalesce(NEW.review_due_on, current_date + 90) END;
  RETURN NEW;
END $$;
CREATE TRIGGER dates_review BEFORE INSERT OR UPDATE OF level ON cases FOR EACH ROW EXECUTE FUNCTION app_dates_review();
UPDATE cases SET review_due_on = current_date + 90 WHERE level IN ('restricted', 'sealed');

CREATE TABLE access_reviews (
  id uuid CONSTRAINT pk_access_reviews PRIMARY KEY,
  case_id uuid NOT NULL CONSTRAINT fk_access_reviews_case_id REFERENCES cases (id) ON DELETE CASCADE,
  due_on date,
  reviewed_by_id uuid CONSTRAINT fk_access_reviews_reviewed_by_id REFERENCES people (id),
  reviewed_at timestamptz NOT NULL,
  kept integer NOT NULL,
  ended integer NOT NULL
);
COMMENT ON COLUMN access_reviews.kept IS 'memberships that were confirmed';
CREATE INDEX ix_access_reviews_case_id ON access_reviews (case_id, reviewed_at);
ALTER TABLE access_reviews ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON access_reviews TO tracker_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON access_reviews TO tracker_operator;
CREATE POLICY operator_sees_all ON access_reviews TO tracker_operator USING (true) WITH CHECK (true);
CREATE POLICY sees ON access_reviews FOR SELECT TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id));
CREATE POLICY notes ON access_reviews FOR INSERT TO tracker_app WITH CHECK (
  reviewed_by_id = (SELECT app_person()) AND app_manages_members(case_id));

-- A membership whose time is over is closed, and its end stands in the audit of the case; planning tells the rest.
CREATE FUNCTION app_end_memberships(most integer) RETURNS TABLE (case_id uuid, person_id uuid) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH over AS (
    UPDATE case_memberships m SET ended_at = m.ends_at WHERE m.id IN (
      SELECT o.id FROM case_memberships o WHERE o.ended_at IS NULL AND o.ends_at <= now() ORDER BY o.ends_at, o.id LIMIT most FOR UPDATE SKIP LOCKED)
    RETURNING m.id, m.case_id, m.person_id, m.kind),
  noted AS (
    INSERT INTO audit_entries (id, at, actor_kind, actor_id, action, object_type, object_id, case_id, detail)
    SELECT gen_random_uuid(), now(), 'planner', NULL, 'membership.ran_out', 'case', over.case_id, over.case_id,
           jsonb_build_object('person', over.person_id, 'kind', over.kind) FROM over),
  led AS (
    UPDATE cases c SET version = c.version + 1, lead_id = (
        SELECT m.person_id FROM case_memberships m JOIN people p ON p.id = m.person_id
         WHERE m.case_id = c.id AND m.kind = 'lead' AND p.active AND m.ended_at IS NULL AND (m.ends_at IS NULL OR m.ends_at > now())
         ORDER BY m.starts_at, m.id LIMIT 1)
     FROM over WHERE c.id = over.case_id AND c.lead_id = over.person_id)
  SELECT over.case_id, over.person_id FROM over;
END $$;
REVOKE EXECUTE ON FUNCTION app_end_memberships(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_end_memberships(integer) TO tracker_planner, tracker_operator;

-- What waits for somebody, counted for the frame of every page: requests that they may answer, reviews of cases that they lead, and cases
-- of theirs whose glass was broken within a week. Read with the session, so for `who`.
CREATE FUNCTION app_duties(who uuid, assured boolean) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE waiting integer; reviews integer; glass integer;
BEGIN
  SELECT count(*) INTO waiting FROM (SELECT 1 FROM approvals a LEFT JOIN cases c ON c.id = a.case_id
    WHERE a.decision IS NULL AND a.expires_at > now() AND (c.id IS NULL OR assured) AND app_seconds(who, a) LIMIT 99) few;
  SELECT count(*) INTO reviews FROM (SELECT 1 FROM cases c WHERE c.lead_id = who AND c.review_due_on <= current_date AND c.removed_at IS NULL
                                        AND (c.level <> 'sealed' OR assured) LIMIT 99) few;
  SELECT count(DISTINCT g.case_id) INTO glass
    FROM case_memberships g JOIN cases c ON c.id = g.case_id
    JOIN case_memberships m ON m.case_id = g.case_id AND m.person_id = who AND m.ended_at IS NULL AND m.starts_at <= now()
         AND (m.ends_at IS NULL OR m.ends_at > now())
   WHERE g.approval_id IS NOT NULL AND g.starts_at > now() - interval '7 days' AND g.person_id <> who AND c.removed_at IS NULL
     AND (c.level <> 'sealed' OR assured);
  RETURN jsonb_build_object('requests', waiting, 'reviews', reviews, 'glass', glass);
END $$;
REVOKE EXECUTE ON FUNCTION app_duties(uuid, boolean) FROM PUBLIC;
