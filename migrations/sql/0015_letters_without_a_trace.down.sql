-- As the revision before left it.

DROP POLICY settles ON reminders;
CREATE POLICY settles ON reminders FOR UPDATE TO tracker_app USING (
  recipient_id = (SELECT app_person())
  OR ((SELECT app_has_role('administrator')) AND NOT app_mail_is_sealed(case_id, subject_id))
  OR (SELECT true FROM follow_ups f WHERE f.id = subject_id));

DROP POLICY sees ON reminders;
CREATE POLICY sees ON reminders FOR SELECT TO tracker_app USING (
  (recipient_id = (SELECT app_person()) AND ((SELECT app_is_assured()) OR NOT app_mail_is_sealed(case_id, subject_id)))
  OR ((SELECT app_has_role('administrator')) AND NOT app_mail_is_sealed(case_id, subject_id))
  OR (SELECT true FROM follow_ups f WHERE f.id = subject_id));

CREATE OR REPLACE FUNCTION app_news(who uuid, asked_at timestamptz, assured boolean) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  unread integer; newest uuid; dead integer := 0; faulty integer := 0; late boolean := false; still boolean := false;
  administers boolean; coordinates boolean; late_before timestamptz := asked_at - interval '15 minutes';
BEGIN
  IF app_person() <> who THEN RETURN NULL; END IF;  -- nobody yet, or they themselves
  SELECT count(*), (array_agg(id ORDER BY scheduled_at DESC, id DESC))[1] INTO unread, newest
    FROM (SELECT r.id, r.scheduled_at FROM reminders r
           WHERE r.recipient_id = who AND r.read_at IS NULL AND r.status <> 'cancelled' AND r.scheduled_at <= asked_at
             AND (assured OR NOT app_mail_is_sealed(r.case_id, r.subject_id))
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
                         AND (assured OR NOT app_mail_is_sealed(r.case_id, r.subject_id))
                         AND ((c.level IN ('public', 'internal') AND coalesce(f.level, e.level, 'internal') IN ('public', 'internal'))
                              OR EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = c.id AND m.person_id = who
                                         AND m.ended_at IS NULL AND m.starts_at <= now()
                                         AND (m.ends_at IS NULL OR m.ends_at > now()))))))
             LIMIT 100) AS news;
    SELECT count(*) INTO faulty FROM people p WHERE p.mail_fault IS NOT NULL AND p.active;
    -- Each in the order of an index of its own, so that nobody walks over what was sent long ago: mails, lines of the bell and of
    -- digests, what was put off since, and what a worker has in hand.
    late := coalesce(
      (SELECT true FROM reminders r WHERE r.status = 'planned' AND r.via = 'mail' AND r.send_at < late_before
          AND r.scheduled_at < late_before AND r.created_at < late_before ORDER BY r.send_at LIMIT 1),
      (SELECT true FROM reminders r WHERE r.status = 'planned' AND r.via <> 'mail' AND r.send_at < late_before
          AND r.scheduled_at < late_before AND r.created_at < late_before ORDER BY r.send_at LIMIT 1),
      (SELECT true FROM reminders r WHERE r.status = 'planned' AND r.send_at <> r.scheduled_at AND r.scheduled_at < late_before
          AND r.created_at < late_before AND (r.via = 'mail' OR r.send_at < late_before) ORDER BY r.scheduled_at LIMIT 1),
      (SELECT true FROM reminders r WHERE r.status IN ('sending', 'committing') AND r.scheduled_at < late_before
          AND r.created_at < late_before AND (r.via = 'mail' OR r.send_at < late_before) ORDER BY r.lease_until LIMIT 1),
      false);
    still := coalesce((SELECT now() - s.seen_at > interval '5 minutes' FROM sightings s WHERE s.name = 'done'), false);
  END IF;
  RETURN jsonb_build_object('unread', unread, 'newest', newest, 'dead', dead, 'faulty', faulty, 'late', late, 'still', still) || app_duties(who, assured);
END $$;

DROP FUNCTION app_hears_of_commitment(uuid, uuid, boolean);
DROP FUNCTION app_letter_is_sealed(uuid, varchar, uuid, uuid);
DROP FUNCTION app_digest_is_sealed(uuid);

CREATE OR REPLACE FUNCTION app_mail_is_sealed(of_case uuid, of_follow_up uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ SELECT EXISTS (SELECT 1 FROM cases WHERE id = of_case AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM follow_ups WHERE id = of_follow_up AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM case_events WHERE id = of_follow_up AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM commitments m JOIN cases c ON c.id = m.case_id WHERE m.id = of_follow_up AND c.level = 'sealed')
       OR EXISTS (SELECT 1 FROM commitments m JOIN engagements g ON g.id = m.engagement_id WHERE m.id = of_follow_up
                  AND (g.level = 'sealed' OR EXISTS (SELECT 1 FROM engagement_cases x JOIN cases c ON c.id = x.case_id
                                                      WHERE x.engagement_id = g.id AND c.level = 'sealed'))) $$;
