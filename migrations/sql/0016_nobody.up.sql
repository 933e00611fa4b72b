-- A transaction in which nobody is named, be it by mistake, sees no person, no role and nobody's wishes. Whoever signs in is found by
-- what they gave: an address, a passkey, a link, a session's token; from there on the transaction sees that one person.

CREATE FUNCTION app_person_of_address(wanted text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ SELECT id FROM people WHERE lower(email) = lower(wanted) $$;
CREATE FUNCTION app_anybody_exists() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ SELECT EXISTS (SELECT FROM people) $$;
CREATE FUNCTION app_account_of_token(wanted bytea) RETURNS TABLE (id uuid, name varchar, email varchar, language varchar,
      time_zone varchar, country varchar, theme varchar, keyboard_shortcuts boolean, must_change_password boolean, roles varchar[])
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public
    AS $$ SELECT p.id, p.name, p.email, p.language, p.time_zone, p.country, p.theme, p.keyboard_shortcuts, p.must_change_password,
                 (SELECT array_agg(r.role) FROM person_roles r WHERE r.person_id = p.id)
            FROM sign_in_sessions s JOIN people p ON p.id = s.person_id WHERE s.token_hash = wanted AND p.active $$;
REVOKE EXECUTE ON FUNCTION app_person_of_address(text), app_anybody_exists(), app_account_of_token(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_person_of_address(text), app_anybody_exists(), app_account_of_token(bytea)
    TO tracker_app, tracker_operator;

DROP POLICY sees ON people;
CREATE POLICY sees ON people FOR SELECT TO tracker_app USING (
  (SELECT app_person()) IS NOT NULL OR id = (SELECT app_signing_in()));
DROP POLICY sees ON person_roles;
CREATE POLICY sees ON person_roles FOR SELECT TO tracker_app USING (
  (SELECT app_person()) IS NOT NULL OR person_id = (SELECT app_signing_in()));
DROP POLICY sees ON reminder_preferences;
CREATE POLICY sees ON reminder_preferences FOR SELECT TO tracker_app USING ((SELECT app_person()) IS NOT NULL);
