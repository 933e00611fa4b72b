-- Follow-ups made from a recommendation. Seen where both ends are (ADR 32).

CREATE TABLE recommendation_follow_ups (
  follow_up_id uuid NOT NULL,
  recommendation_id uuid NOT NULL,
  CONSTRAINT pk_recommendation_follow_ups PRIMARY KEY (follow_up_id),
  CONSTRAINT fk_recommendation_follow_ups_follow_up_id_follow_ups FOREIGN KEY (follow_up_id) REFERENCES follow_ups (id) ON DELETE CASCADE,
  CONSTRAINT fk_recommendation_follow_ups_recommendation_id_recommendations FOREIGN KEY (recommendation_id) REFERENCES recommendations (id) ON DELETE CASCADE
);
CREATE INDEX ix_recommendation_follow_ups_recommendation_id ON recommendation_follow_ups (recommendation_id);

ALTER TABLE recommendation_follow_ups ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON recommendation_follow_ups TO tracker_operator;
GRANT SELECT, INSERT ON recommendation_follow_ups TO tracker_app;
CREATE POLICY operator_sees_all ON recommendation_follow_ups TO tracker_operator USING (true) WITH CHECK (true);
CREATE POLICY sees ON recommendation_follow_ups FOR SELECT TO tracker_app USING (
  (SELECT true FROM follow_ups f WHERE f.id = follow_up_id) AND (SELECT true FROM recommendations r WHERE r.id = recommendation_id));
-- Whoever makes work on a case may say what it is about, of what stands on the same case; that is never said otherwise later.
CREATE FUNCTION app_makes_work_on_recommendation(wanted uuid, work uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT coalesce((SELECT app_works_on(r.case_id, 'legal_officer', 'coordinator') FROM recommendations r
                     JOIN follow_ups f ON f.case_id = r.case_id WHERE r.id = wanted AND f.id = work), false)
$$;
CREATE POLICY makes ON recommendation_follow_ups FOR INSERT TO tracker_app WITH CHECK (app_makes_work_on_recommendation(recommendation_id, follow_up_id));
