CREATE OR REPLACE FUNCTION app_erase_account(wanted uuid, also text[]) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE mark text := 'Former colleague [' || left(wanted::text, 8) || ']'; names text[]; forgotten text;
BEGIN
  SELECT also || p.name::text || p.email::text INTO names FROM people p WHERE p.id = wanted AND NOT p.active FOR UPDATE;
  IF names IS NULL THEN RETURN -1; END IF;
  FOREACH forgotten IN ARRAY ARRAY['person_passwords', 'totp_factors', 'passkeys', 'recovery_codes', 'invitations', 'sign_in_sessions', 'drafts',
      'reminder_preferences', 'openpgp_keys', 'person_roles', 'case_visits', 'case_watchers', 'follow_up_watchers',
      'person_pictures', 'dossier_imports'] LOOP
    EXECUTE format('DELETE FROM %I WHERE person_id = $1', forgotten) USING wanted;
  END LOOP;
  DELETE FROM saved_views WHERE owner_id = wanted AND NOT is_shared;
  UPDATE reminder_preferences SET substitute_id = NULL WHERE substitute_id = wanted;
  UPDATE people SET name = mark, email = 'erased-' || wanted::text || '@invalid', language = 'en', time_zone = 'UTC', country = NULL, picture = NULL,
         mail_fault = NULL, mail_fault_at = NULL, version = version + 1
   WHERE id = wanted;
  RETURN app_erase_words(names, mark);
END $$;

DROP FUNCTION app_calendar_feed(bytea);
DROP TABLE calendar_feeds;
