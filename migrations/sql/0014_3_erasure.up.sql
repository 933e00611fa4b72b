-- Erasing takes two persons on the web: a contact, a subject, or the account of somebody who left. What people typed about them is the
-- same for all three, so it is one function.

CREATE FUNCTION app_erase_words(words text[], mark text) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  names text[] := ARRAY(SELECT DISTINCT btrim(one) FROM unnest(words) AS one WHERE length(btrim(one)) >= 4);
  pattern text; place record; done integer; changed integer := 0;
BEGIN
  IF names = '{}' THEN RETURN 0; END IF;
  pattern := '(' || (SELECT string_agg(regexp_replace(one, '([][*+?^${}()|\\.])', '\\\1', 'g'), '|' ORDER BY length(one) DESC)
                       FROM unnest(names) AS one) || ')';
  FOR place IN
    SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
     WHERE c.table_schema = 'public' AND c.data_type IN ('text', 'character varying', 'jsonb', 'ARRAY')
       AND (c.data_type <> 'ARRAY' OR c.udt_name IN ('_text', '_varchar'))
       AND c.table_name IN ('cases', 'case_events', 'case_memberships', 'case_subjects', 'subjects', 'dossiers', 'comments', 'contact_merges',
         'follow_ups', 'follow_up_changes', 'checklist_items', 'timelines', 'timeline_sets', 'engagements', 'engagement_participants',
         'commitments', 'documents', 'organisations', 'saved_views', 'contacts', 'offices', 'posts', 'approvals')
       AND c.column_name NOT IN ('sender', 'ref', 'reference', 'kind', 'digest', 'decision')
  LOOP
    EXECUTE format(
      CASE place.data_type
        WHEN 'jsonb' THEN 'UPDATE %1$I SET %2$I = regexp_replace(%2$I::text, $1, $2, ''gi'')::jsonb WHERE %2$I::text ~* $1'
        WHEN 'ARRAY' THEN 'UPDATE %1$I SET %2$I = ARRAY(SELECT regexp_replace(one, $1, $2, ''gi'') FROM unnest(%2$I) AS one)
                            WHERE array_to_string(%2$I, '' '') ~* $1'
        ELSE 'UPDATE %1$I SET %2$I = regexp_replace(%2$I, $1, $2, ''gi'') WHERE %2$I ~* $1' END, place.table_name, place.column_name)
    USING pattern, mark;
    GET DIAGNOSTICS done = ROW_COUNT;
    changed := changed + done;
  END LOOP;
  RETURN changed;
END $$;

CREATE OR REPLACE FUNCTION app_erase_contact(wanted uuid, also text[]) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE names text[] := also || (SELECT name::text FROM contacts WHERE id = wanted);
BEGIN
  IF NOT EXISTS (SELECT 1 FROM contacts WHERE id = wanted) THEN RETURN -1; END IF;
  DELETE FROM contact_private WHERE contact_id = wanted;
  DELETE FROM secret_notes WHERE object_type = 'contact' AND object_id = wanted;
  DELETE FROM contact_merges WHERE kept_id = wanted OR gone_id = wanted;
  DELETE FROM offices WHERE contact_id = wanted;
  DELETE FROM drafts WHERE strpos(form_key, wanted::text) > 0;
  UPDATE contacts SET name = NULL, organisation_id = NULL, country = NULL, languages = '{}', sender = 'local',
         ref = 'erased-' || left(wanted::text, 8), version = version + 1
   WHERE id = wanted;
  RETURN app_erase_words(names, '[' || left(wanted::text, 8) || ']');
END $$;

-- That somebody was accused, in which role and with what outcome, stays; who they are goes.
CREATE FUNCTION app_erase_subject(wanted uuid, also text[]) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE mark text := '[' || left(wanted::text, 8) || ']'; names text[];
BEGIN
  SELECT also || s.name::text || s.aliases INTO names FROM subjects s WHERE s.id = wanted;
  IF names IS NULL THEN RETURN -1; END IF;
  DELETE FROM drafts WHERE strpos(form_key, wanted::text) > 0;
  UPDATE subjects SET name = mark, aliases = '{}', office = NULL, notes = NULL, sender = 'local', ref = 'erased-' || left(wanted::text, 8),
         version = version + 1
   WHERE id = wanted;
  RETURN app_erase_words(names, mark);
END $$;

-- A closed account: nobody signs in with it again, its name and address are gone everywhere but in mails that went out.
CREATE FUNCTION app_erase_account(wanted uuid, also text[]) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE mark text := 'Former colleague [' || left(wanted::text, 8) || ']'; names text[]; forgotten text;
BEGIN
  SELECT also || p.name::text || p.email::text INTO names FROM people p WHERE p.id = wanted AND NOT p.active FOR UPDATE;
  IF names IS NULL THEN RETURN -1; END IF;
  FOREACH forgotten IN ARRAY ARRAY['person_passwords', 'totp_factors', 'passkeys', 'recovery_codes', 'invitations', 'sign_in_sessions', 'drafts',
      'reminder_preferences', 'openpgp_keys', 'person_roles', 'case_visits', 'case_watchers', 'follow_up_watchers'] LOOP
    EXECUTE format('DELETE FROM %I WHERE person_id = $1', forgotten) USING wanted;
  END LOOP;
  DELETE FROM saved_views WHERE owner_id = wanted AND NOT is_shared;
  UPDATE reminder_preferences SET substitute_id = NULL WHERE substitute_id = wanted;
  UPDATE people SET name = mark, email = 'erased-' || wanted::text || '@invalid', language = 'en', time_zone = 'UTC', country = NULL,
         mail_fault = NULL, mail_fault_at = NULL, version = version + 1
   WHERE id = wanted;
  RETURN app_erase_words(names, mark);
END $$;

-- What two persons agreed to; the second is acting. Afterwards the request itself says nothing of whom it was about but the number.
CREATE FUNCTION app_carry_out_erasure(asked uuid) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE a approvals%ROWTYPE; also text[]; places integer;
BEGIN
  SELECT * INTO a FROM approvals WHERE id = asked AND kind = 'erase' AND decision = 'agreed' AND done_at IS NULL AND expires_at > now()
     FOR UPDATE;
  IF a.id IS NULL OR a.decided_by_id IS DISTINCT FROM app_person() OR NOT app_seconds(a.decided_by_id, a)
     OR NOT EXISTS (SELECT 1 FROM people p JOIN person_roles r ON r.person_id = p.id
                     WHERE p.id = a.asked_by_id AND p.active AND r.role = 'administrator') THEN
    RAISE EXCEPTION 'erasing needs two persons' USING ERRCODE = 'insufficient_privilege';
  END IF;
  also := ARRAY(SELECT jsonb_array_elements_text(a.payload -> 'also'));
  places := CASE a.payload ->> 'what'
    WHEN 'contact' THEN app_erase_contact(a.object_id, also)
    WHEN 'subject' THEN app_erase_subject(a.object_id, also)
    WHEN 'account' THEN app_erase_account(a.object_id, also)
    ELSE -1 END;
  IF places >= 0 THEN
    UPDATE approvals SET done_at = now(), payload = payload - 'also', version = version + 1 WHERE id = a.id;
  END IF;
  RETURN places;
END $$;
REVOKE EXECUTE ON FUNCTION app_erase_words(text[], text), app_erase_subject(uuid, text[]), app_erase_account(uuid, text[]),
  app_carry_out_erasure(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_erase_subject(uuid, text[]), app_erase_account(uuid, text[]) TO tracker_operator;
GRANT EXECUTE ON FUNCTION app_carry_out_erasure(uuid) TO tracker_app;
