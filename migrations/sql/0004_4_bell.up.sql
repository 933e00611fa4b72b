-- The bell and the alarm in the frame of every page; who looks at dead letters; mail about a case's entries in the ledger.

ALTER TABLE reminders ADD COLUMN looked_at timestamptz;
COMMENT ON COLUMN reminders.looked_at IS 'when somebody who keeps mail in order saw that it is dead';
UPDATE reminders SET looked_at = coalesce(settled_at, created_at) WHERE status = 'dead';
CREATE INDEX ix_reminders_unlooked ON reminders (settled_at) WHERE status = 'dead' AND looked_at IS NULL;
GRANT UPDATE (looked_at, failures, fenced_at) ON reminders TO tracker_app;

-- Mail about a sealed entry of an open case is as sealed as that about a sealed follow-up.
CREATE OR REPLACE FUNCTION app_mail_is_sealed(of_case uuid, of_follow_up uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ SELECT EXISTS (SELECT 1 FROM cases WHERE id = of_case AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM follow_ups WHERE id = of_follow_up AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM case_events WHERE id = of_follow_up AND level = 'sealed') $$;

-- What is no follow-up's: an entry of a visible case, or the case itself (a period that ends).
CREATE POLICY sees_on_case ON reminders FOR SELECT TO tracker_app USING (
  (subject_type = 'case' AND (SELECT true FROM cases c WHERE c.id = reminders.case_id))
  OR (subject_type = 'case_event' AND (SELECT true FROM case_events e WHERE e.id = subject_id)));
CREATE POLICY settles_on_case ON reminders FOR UPDATE TO tracker_app USING (
  (subject_type = 'case' AND (SELECT true FROM cases c WHERE c.id = reminders.case_id))
  OR (subject_type = 'case_event' AND (SELECT true FROM case_events e WHERE e.id = subject_id)));

-- Read with the session, before the transaction acts as anybody, so the rule is written out for `who`. Numbers and yes or no: how
-- many reminders they have not read (counted to a hundred) and the newest; for those who keep mail in order also how many dead
-- letters that they may see nobody has looked at, to how many people mail comes back, whether mail is late, and whether the ticks have stopped.
CREATE FUNCTION app_news(who uuid, asked_at timestamptz) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  unread integer; newest uuid; dead integer := 0; faulty integer := 0; late boolean := false; still boolean := false;
  administers boolean; coordinates boolean;
BEGIN
  IF app_person() <> who THEN RETURN NULL; END IF;  -- nobody yet, or they themselves
  SELECT count(*), (array_agg(id ORDER BY scheduled_at DESC, id DESC))[1] INTO unread, newest
    FROM (SELECT r.id, r.scheduled_at FROM reminders r
           WHERE r.recipient_id = who AND r.read_at IS NULL AND r.status <> 'cancelled' AND r.scheduled_at <= asked_at
             AND (r.kind <> 'digest' OR r.status = 'dead')
           ORDER BY r.scheduled_at DESC, r.id DESC LIMIT 100) AS news;
  SELECT coalesce(bool_or(role = 'administrator'), false), coalesce(bool_or(role = 'coordinator'), false)
    INTO administers, coordinates FROM person_roles WHERE person_id = who;
  IF administers OR coordinates THEN
    SELECT count(*) INTO dead
      FROM (SELECT 1 FROM reminders r
             WHERE r.status = 'dead' AND r.looked_at IS NULL
               AND ((administers AND NOT app_mail_is_sealed(r.case_id, r.subject_id))
                    OR (coordinates AND EXISTS (
                      SELECT 1 FROM cases c
                       LEFT JOIN follow_ups f ON f.id = r.subject_id
                       LEFT JOIN case_events e ON e.id = r.subject_id
                       WHERE c.id = r.case_id AND c.removed_at IS NULL
                         AND ((c.level IN ('public', 'internal') AND coalesce(f.level, e.level, 'internal') IN ('public', 'internal'))
                              OR EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = c.id AND m.person_id = who
                                         AND m.ended_at IS NULL AND m.starts_at <= now()
                                         AND (m.ends_at IS NULL OR m.ends_at > now()))))))
             LIMIT 100) AS news;
    SELECT count(*) INTO faulty FROM people p WHERE p.mail_fault IS NOT NULL AND p.active;
    late := EXISTS (SELECT 1 FROM reminders r
                     WHERE r.status IN ('planned', 'sending', 'committing') AND r.scheduled_at < asked_at - interval '15 minutes'
                       AND r.created_at < asked_at - interval '15 minutes'
                       AND (r.via = 'mail' OR r.send_at < asked_at - interval '15 minutes'));
    still := coalesce((SELECT now() - s.seen_at > interval '5 minutes' FROM sightings s WHERE s.name = 'done'), false);
  END IF;
  RETURN jsonb_build_object('unread', unread, 'newest', newest, 'dead', dead, 'faulty', faulty, 'late', late, 'still', still);
END $$;
REVOKE EXECUTE ON FUNCTION app_news(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_news(uuid, timestamptz) TO tracker_app, tracker_operator;
