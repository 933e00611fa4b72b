-- Need-to-know for what 0002 adds, in the manner of 0001: scalar sub-selects looked up row by row (ADR 2).

GRANT SELECT, INSERT, UPDATE, DELETE ON drafts, saved_views, posts, timeline_sets, timelines, checklist_items, follow_up_watchers,
  follow_up_dependencies, case_visits, case_watchers, comment_mentions TO tracker_app, tracker_operator;
GRANT SELECT, INSERT, UPDATE ON comments TO tracker_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON comments, follow_up_changes, contact_merges TO tracker_operator;
GRANT SELECT, INSERT, UPDATE (undone_at) ON follow_up_changes TO tracker_app;
-- `moved` names rows of cases that the reader may not see: only the functions that merge and undo read it.
GRANT SELECT (id, kept_id, gone_id, merged_by_id, merged_at, undone_at, undone_by_id) ON contact_merges TO tracker_app;
GRANT SELECT (snoozed_until, priority, recurs, rrule, timeline_id, commitment_id) ON follow_ups TO tracker_planner;
GRANT SELECT ON follow_up_watchers, case_watchers TO tracker_planner;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['drafts', 'saved_views', 'posts', 'timeline_sets', 'timelines', 'checklist_items', 'follow_up_watchers',
      'follow_up_dependencies', 'follow_up_changes', 'contact_merges', 'comments', 'comment_mentions', 'case_visits', 'case_watchers'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY operator_sees_all ON %I TO tracker_operator USING (true) WITH CHECK (true)', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['follow_up_watchers', 'case_watchers'] LOOP
    EXECUTE format('CREATE POLICY planner_sees_due_facts ON %I FOR SELECT TO tracker_planner USING (true)', name);
  END LOOP;
END $$;

-- A removed case is seen by nobody; with it goes all that hangs on it.
DROP POLICY sees ON cases;
DROP POLICY changes ON cases;
CREATE POLICY sees ON cases FOR SELECT TO tracker_app USING (
  removed_at IS NULL AND ((level IN ('public', 'internal') AND (SELECT app_is_staff())) OR app_is_member(id)));
CREATE POLICY changes ON cases FOR UPDATE TO tracker_app USING (
  removed_at IS NULL AND ((level IN ('public', 'internal') AND (SELECT app_is_staff())) OR app_is_member(id)));

CREATE POLICY owns ON drafts TO tracker_app USING (person_id = (SELECT app_person()));
CREATE POLICY sees ON saved_views FOR SELECT TO tracker_app USING (
  owner_id = (SELECT app_person()) OR (is_shared AND (SELECT app_is_staff())));
CREATE POLICY makes ON saved_views FOR INSERT TO tracker_app WITH CHECK (owner_id = (SELECT app_person()));
CREATE POLICY changes ON saved_views FOR UPDATE TO tracker_app USING (owner_id = (SELECT app_person()));
CREATE POLICY forgets ON saved_views FOR DELETE TO tracker_app USING (owner_id = (SELECT app_person()));

CREATE POLICY sees ON posts FOR SELECT TO tracker_app USING (
  (SELECT app_is_staff()) OR created_by_id = (SELECT app_person())
  OR (SELECT true FROM offices o WHERE o.post_id = posts.id LIMIT 1));
CREATE POLICY makes ON posts FOR INSERT TO tracker_app WITH CHECK (created_by_id = (SELECT app_person()));
CREATE POLICY changes ON posts FOR UPDATE TO tracker_app USING ((SELECT app_is_staff()));
CREATE POLICY sees ON contact_merges FOR SELECT TO tracker_app USING ((SELECT app_has_role('legal_officer', 'coordinator')));

CREATE POLICY sees ON timeline_sets TO tracker_app USING ((SELECT app_is_staff()));
CREATE POLICY sees ON timelines TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)
  AND (level IS NULL OR level IN ('public', 'internal') OR app_is_member(case_id)));
CREATE POLICY sees ON checklist_items TO tracker_app USING ((SELECT true FROM follow_ups f WHERE f.id = follow_up_id));
CREATE POLICY sees ON follow_up_watchers TO tracker_app USING ((SELECT true FROM follow_ups f WHERE f.id = follow_up_id));
CREATE POLICY sees ON follow_up_changes TO tracker_app USING ((SELECT true FROM follow_ups f WHERE f.id = follow_up_id))
  WITH CHECK ((SELECT true FROM follow_ups f WHERE f.id = follow_up_id) AND (by_id IS NULL OR by_id = (SELECT app_person())));
CREATE POLICY sees ON follow_up_dependencies TO tracker_app USING (
  (SELECT true FROM follow_ups f WHERE f.id = follow_up_id) AND (SELECT true FROM follow_ups f WHERE f.id = needs_id));

-- A comment belongs to its author; a comment on a follow-up is as secret as that.
CREATE POLICY sees ON comments FOR SELECT TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)
  AND (level IS NULL OR level IN ('public', 'internal') OR app_is_member(case_id))
  AND (follow_up_id IS NULL OR (SELECT true FROM follow_ups f WHERE f.id = follow_up_id)));
CREATE POLICY writes ON comments FOR INSERT TO tracker_app WITH CHECK (
  author_id = (SELECT app_person()) AND (SELECT true FROM cases c WHERE c.id = case_id));
CREATE POLICY changes ON comments FOR UPDATE TO tracker_app USING (
  author_id = (SELECT app_person()) AND (SELECT true FROM cases c WHERE c.id = case_id));
CREATE POLICY sees ON comment_mentions FOR SELECT TO tracker_app USING ((SELECT true FROM comments c WHERE c.id = comment_id));
CREATE POLICY calls ON comment_mentions FOR INSERT TO tracker_app WITH CHECK (
  (SELECT true FROM comments c WHERE c.id = comment_id AND c.author_id = (SELECT app_person())));
CREATE POLICY takes_back ON comment_mentions FOR DELETE TO tracker_app USING (
  (SELECT true FROM comments c WHERE c.id = comment_id AND c.author_id = (SELECT app_person())));
CREATE POLICY reads ON comment_mentions FOR UPDATE TO tracker_app USING (
  person_id = (SELECT app_person()) AND (SELECT true FROM comments c WHERE c.id = comment_id));

CREATE POLICY owns ON case_visits TO tracker_app USING (
  person_id = (SELECT app_person()) AND (SELECT true FROM cases c WHERE c.id = case_id));
CREATE POLICY sees ON case_watchers TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id));

-- What stood before 0002 gets the new facts.
UPDATE cases c SET last_event_on = (
  SELECT max(e.latest) FROM case_events e
   WHERE e.case_id = c.id AND e.voided_at IS NULL
     AND (e.level IS NULL OR e.level IN ('public', 'internal') OR c.level NOT IN ('public', 'internal')));
INSERT INTO posts (id, title, organisation_id, country, created_at, version)
SELECT gen_random_uuid(), o.title, o.organisation_id, min(c.country), now(), 1
  FROM offices o JOIN contacts c ON c.id = o.contact_id GROUP BY o.title, o.organisation_id;
UPDATE offices o SET post_id = p.id FROM posts p
 WHERE p.title = o.title AND p.organisation_id IS NOT DISTINCT FROM o.organisation_id;
