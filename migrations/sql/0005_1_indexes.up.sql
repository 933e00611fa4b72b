-- Fewer indexes get an entry when a mail is planned, and again at each step of its way.

-- Random, and asked for by nobody: rows are found by their number.
DROP INDEX uq_reminders_message_id;

-- What is planned stands in the order of its sending already (claim, gather); here only what was put off since.
DROP INDEX ix_reminders_unsent;
CREATE INDEX ix_reminders_put_off ON reminders (scheduled_at) WHERE status = 'planned' AND send_at <> scheduled_at;

-- Most follow-ups have none of these: an entry for each of them was written anew with every planning.
DROP INDEX ix_follow_ups_engagement_id, ix_follow_ups_post_id, ix_follow_ups_timeline_id, ix_follow_ups_waiting_on_contact_id;
CREATE INDEX ix_follow_ups_engagement_id ON follow_ups (engagement_id) WHERE engagement_id IS NOT NULL;
CREATE INDEX ix_follow_ups_post_id ON follow_ups (post_id) WHERE post_id IS NOT NULL;
CREATE INDEX ix_follow_ups_timeline_id ON follow_ups (timeline_id) WHERE timeline_id IS NOT NULL;
CREATE INDEX ix_follow_ups_waiting_on_contact_id ON follow_ups (waiting_on_contact_id) WHERE waiting_on_contact_id IS NOT NULL;

CREATE OR REPLACE FUNCTION app_news(who uuid, asked_at timestamptz) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  unread integer; newest uuid; dead integer := 0; faulty integer := 0; late boolean := false; still boolean := false;
  administers boolean; coordinates boolean; late_before timestamptz := asked_at - interval '15 minutes';
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
  RETURN jsonb_build_object('unread', unread, 'newest', newest, 'dead', dead, 'faulty', faulty, 'late', late, 'still', still);
END $$;
