-- An injected statement must not clear the count of guesses. The web adds to it through one function, which says under which id; whoever
-- was told that id, and nobody else, takes that one guess back, as long as the answer to it may take. All else goes with age, by a job.

REVOKE SELECT, INSERT, UPDATE, DELETE ON sign_in_attempts FROM tracker_app;
DROP POLICY counts ON sign_in_attempts;

CREATE FUNCTION app_count_guess(entry_id uuid, account bytea, origin bytea, what text, counted_at timestamptz, window_s integer,
                                most_of_both integer, most_of_origin integer, most_of_account integer, is_known boolean)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE since timestamptz := counted_at - make_interval(secs => window_s);
BEGIN
  IF (SELECT count(*) FROM sign_in_attempts a WHERE a.account_hash = account AND a.origin_hash = origin AND a.at > since AND a.purpose = what) >= most_of_both
     OR NOT is_known AND ((SELECT count(*) FROM sign_in_attempts a WHERE a.origin_hash = origin AND a.at > since AND a.purpose = what) >= most_of_origin
                          OR (SELECT count(*) FROM sign_in_attempts a WHERE a.account_hash = account AND a.at > since AND a.purpose = what) >= most_of_account) THEN
    RETURN false;
  END IF;
  INSERT INTO sign_in_attempts (id, account_hash, origin_hash, purpose, at) VALUES (entry_id, account, origin, what, counted_at);
  RETURN true;
END $$;

CREATE FUNCTION app_forget_guess(entry_id uuid, forgotten_at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  DELETE FROM sign_in_attempts WHERE id = entry_id AND at > forgotten_at - interval '5 minutes'
$$;

REVOKE EXECUTE ON FUNCTION app_count_guess(uuid, bytea, bytea, text, timestamptz, integer, integer, integer, integer, boolean),
                           app_forget_guess(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_count_guess(uuid, bytea, bytea, text, timestamptz, integer, integer, integer, integer, boolean),
                          app_forget_guess(uuid, timestamptz) TO tracker_app, tracker_operator;
