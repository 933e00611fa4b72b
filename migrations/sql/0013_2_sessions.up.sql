-- Before anybody is known a session is found by its token's digest alone, which nobody can guess; the rows themselves are seen by
-- their person, by whoever is about to become them, and by those who end the sessions of accounts.

CREATE FUNCTION app_session_of_token(wanted bytea) RETURNS SETOF sign_in_sessions
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public
    AS $$ SELECT * FROM sign_in_sessions WHERE token_hash = wanted $$;
REVOKE EXECUTE ON FUNCTION app_session_of_token(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_session_of_token(bytea) TO tracker_app, tracker_operator;

DROP POLICY sees ON sign_in_sessions;
CREATE POLICY sees ON sign_in_sessions FOR SELECT TO tracker_app USING (
  person_id = (SELECT app_person()) OR person_id = (SELECT app_signing_in()) OR (SELECT app_manages_people()));
