-- As 0004 left it.

CREATE OR REPLACE FUNCTION app_news(who uuid, asked_at timestamptz) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
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
DROP INDEX ix_follow_ups_engagement_id, ix_follow_ups_post_id, ix_follow_ups_timeline_id, ix_follow_ups_waiting_on_contact_id;
CREATE INDEX ix_follow_ups_engagement_id ON follow_ups (engagement_id);
CREATE INDEX ix_follow_ups_post_id ON follow_ups (post_id);
CREATE INDEX ix_follow_ups_timeline_id ON follow_ups (timeline_id);
CREATE INDEX ix_follow_ups_waiting_on_contact_id ON follow_ups (waiting_on_contact_id);
DROP INDEX ix_reminders_put_off;
CREATE INDEX ix_reminders_unsent ON reminders (scheduled_at) WHERE status IN ('planned', 'sending', 'committing');
CREATE UNIQUE INDEX uq_reminders_message_id ON reminders (message_id);
