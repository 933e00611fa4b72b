-- Follow-ups: who writes and undoes their history, and the schedule that makes the next one of a series.

DROP POLICY sees ON follow_up_changes;
CREATE POLICY sees ON follow_up_changes FOR SELECT TO tracker_app USING ((SELECT true FROM follow_ups f WHERE f.id = follow_up_id));
CREATE POLICY writes ON follow_up_changes FOR INSERT TO tracker_app WITH CHECK (
  (SELECT true FROM follow_ups f WHERE f.id = follow_up_id) AND (by_id IS NULL OR by_id = (SELECT app_person())));
-- Whoever may change the follow-up may undo what a colleague did to it; only `undone_at` can be written.
CREATE POLICY undoes ON follow_up_changes FOR UPDATE TO tracker_app USING ((SELECT true FROM follow_ups f WHERE f.id = follow_up_id));

-- The next of a series is a copy of what the planner can't read. It is made once: the index over `recurrence_of_id` settles races,
-- and the rule moves on to the new one in the same transaction, so that a worker killed half-way leaves nothing behind.
CREATE FUNCTION app_recur(former uuid, successor uuid, next_ref text, next_on date, next_rule text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  was follow_ups%ROWTYPE;
BEGIN
  SELECT * INTO was FROM follow_ups WHERE id = former AND recurs = 'by_date' AND rrule IS NOT NULL AND status <> 'cancelled' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE follow_ups SET rrule = NULL, recurs = NULL, version = version + 1 WHERE id = former;
  IF next_on IS NULL OR (SELECT removed_at IS NOT NULL FROM cases WHERE id = was.case_id) THEN
    RETURN false;
  END IF;
  INSERT INTO follow_ups (id, sender, ref, case_id, engagement_id, title, kind, status, due_on, due_version, assignee_id, assignee_named, notes, level,
                          priority, post_id, rrule, recurs, recurrence_of_id, due_by_hand, created_by_id, created_at, next_plan_at, version)
  VALUES (successor, 'local', next_ref, was.case_id, was.engagement_id, was.title, was.kind, 'open', next_on, 1, was.assignee_id, was.assignee_named, was.notes, was.level,
          was.priority, was.post_id, next_rule, 'by_date', former, false, was.created_by_id, now(), now(), 1)
  ON CONFLICT (recurrence_of_id) DO NOTHING;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO checklist_items (id, follow_up_id, position, text)
    SELECT uuidv7(), successor, position, text FROM checklist_items WHERE follow_up_id = former;
  INSERT INTO follow_up_watchers (follow_up_id, person_id, added_at)
    SELECT successor, person_id, now() FROM follow_up_watchers WHERE follow_up_id = former;
  INSERT INTO follow_up_changes (id, follow_up_id, kind, before, after, at)
    VALUES (uuidv7(), successor, 'created', '{}', jsonb_build_object('due_on', next_on), now());
  INSERT INTO audit_entries (id, at, actor_kind, action, object_type, object_id, case_id, detail)
    VALUES (uuidv7(), now(), 'planner', 'follow_up.recurred', 'follow_up', successor, was.case_id, jsonb_build_object('after', former));
  UPDATE cases SET next_due_on = next_on
   WHERE id = was.case_id AND was.level IS NULL AND (next_due_on IS NULL OR next_due_on > next_on);
  RETURN true;
END $$;
REVOKE EXECUTE ON FUNCTION app_recur(uuid, uuid, text, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_recur(uuid, uuid, text, date, text) TO tracker_planner;

-- What was remarked on work goes along to the case that took it over; a comment belongs to its author, so the application
-- may not move it itself. Remarks for the members of the former case only stay where those members are.
CREATE FUNCTION app_take_comments_along(work uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE there uuid;
BEGIN
  SELECT f.case_id INTO there FROM follow_ups f JOIN cases c ON c.id = f.case_id
   WHERE f.id = work AND app_sees_case(c.id, c.level, c.removed_at);
  IF there IS NOT NULL THEN
    UPDATE comments SET case_id = there
     WHERE follow_up_id = work AND case_id <> there AND (level IS NULL OR level IN ('public', 'internal'));
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION app_take_comments_along(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_take_comments_along(uuid) TO tracker_app, tracker_operator;
