-- Of the people of the house outside counsel see themselves and whom their cases name; of nobody's wishes about mail more than whom
-- they stand in for. Staff and administrators know everybody.

CREATE FUNCTION app_knows_everybody() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public AS
$$ SELECT app_has_role('legal_officer', 'coordinator', 'head', 'administrator') $$;

-- Asked once for a statement, and only for whoever does not know everybody: a few cases, and whoever stands in their rows. Who only
-- worked on such a case before, or read it, is not among them, but whose membership one ended oneself.
CREATE FUNCTION app_known_people() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE me uuid := app_person(); mine uuid[]; work uuid[]; meetings uuid[]; papers uuid[];
BEGIN
  IF me IS NULL THEN RETURN '{}'; END IF;
  mine := ARRAY(SELECT m.case_id FROM case_memberships m WHERE m.person_id = me AND m.ended_at IS NULL AND app_is_member(m.case_id));
  work := ARRAY(SELECT f.id FROM follow_ups f WHERE f.case_id = ANY (mine));
  meetings := ARRAY(SELECT e.engagement_id FROM engagement_cases e WHERE e.case_id = ANY (mine));
  papers := ARRAY(SELECT d.document_id FROM document_cases d WHERE d.case_id = ANY (mine));
  RETURN ARRAY(SELECT DISTINCT found.person FROM (
    SELECT unnest(ARRAY[m.person_id, m.given_by_id]) FROM case_memberships m WHERE m.case_id = ANY (mine) AND (m.ended_at IS NULL OR m.ended_by_id = me)
    UNION ALL SELECT unnest(ARRAY[c.lead_id, c.created_by_id, c.removed_by_id]) FROM cases c WHERE c.id = ANY (mine)
    UNION ALL SELECT unnest(ARRAY[e.entered_by_id, e.voided_by_id]) FROM case_events e WHERE e.case_id = ANY (mine)
    UNION ALL SELECT o.author_id FROM comments o WHERE o.case_id = ANY (mine)
    UNION ALL SELECT n.person_id FROM comment_mentions n JOIN comments o ON o.id = n.comment_id WHERE o.case_id = ANY (mine)
    UNION ALL SELECT w.person_id FROM case_watchers w WHERE w.case_id = ANY (mine)
    UNION ALL SELECT v.reviewed_by_id FROM access_reviews v WHERE v.case_id = ANY (mine)
    UNION ALL SELECT unnest(ARRAY[a.asked_by_id, a.decided_by_id]) FROM approvals a WHERE a.case_id = ANY (mine) OR a.asked_by_id = me
    UNION ALL SELECT unnest(ARRAY[f.assignee_id, f.created_by_id, f.completed_by_id]) FROM follow_ups f WHERE f.id = ANY (work)
    UNION ALL SELECT unnest(ARRAY[h.by_id, (h.before ->> 'assignee_id')::uuid, (h.after ->> 'assignee_id')::uuid])
                FROM follow_up_changes h WHERE h.follow_up_id = ANY (work)
    UNION ALL SELECT w.person_id FROM follow_up_watchers w WHERE w.follow_up_id = ANY (work)
    UNION ALL SELECT i.done_by_id FROM checklist_items i WHERE i.follow_up_id = ANY (work)
    UNION ALL SELECT t.applied_by_id FROM timelines t WHERE t.case_id = ANY (mine)
    UNION ALL SELECT e.created_by_id FROM engagements e WHERE e.id = ANY (meetings)
    UNION ALL SELECT unnest(ARRAY[k.created_by_id, k.checked_by_id]) FROM commitments k
               WHERE k.case_id = ANY (mine) OR k.engagement_id = ANY (meetings)
    UNION ALL SELECT d.created_by_id FROM documents d WHERE d.id = ANY (papers)
    UNION ALL SELECT f.uploaded_by_id FROM files f WHERE f.document_id = ANY (papers)
    UNION ALL SELECT s.written_by_id FROM secret_notes s WHERE s.object_id = ANY (mine || work || meetings)
    UNION ALL SELECT s.written_by_id FROM secret_notes s JOIN case_contacts c ON c.contact_id = s.object_id WHERE c.case_id = ANY (mine)
    UNION ALL SELECT r.recipient_id FROM reminders r WHERE r.case_id = ANY (mine)
    UNION ALL SELECT w.substitute_id FROM reminder_preferences w WHERE w.person_id = me
    UNION ALL SELECT w.person_id FROM reminder_preferences w WHERE w.substitute_id = me
  ) AS found (person) WHERE found.person IS NOT NULL);
END $$;
REVOKE EXECUTE ON FUNCTION app_known_people() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_known_people() TO tracker_app;

DROP POLICY sees ON people;
CREATE POLICY sees ON people FOR SELECT TO tracker_app USING (
  (SELECT app_knows_everybody()) OR id = (SELECT app_person()) OR id = (SELECT app_signing_in())
  OR id = ANY ((SELECT app_known_people())::uuid[]));
DROP POLICY sees ON person_roles;
CREATE POLICY sees ON person_roles FOR SELECT TO tracker_app USING (
  (SELECT app_knows_everybody()) OR person_id = (SELECT app_person()) OR person_id = (SELECT app_signing_in())
  OR person_id = ANY ((SELECT app_known_people())::uuid[]));
DROP POLICY sees ON reminder_preferences;
CREATE POLICY sees ON reminder_preferences FOR SELECT TO tracker_app USING (
  (SELECT app_is_staff()) OR person_id = (SELECT app_person()) OR substitute_id = (SELECT app_person()));
