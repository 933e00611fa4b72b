DROP FUNCTION app_calendar_feed(bytea);
CREATE FUNCTION app_calendar_feed(wanted bytea) RETURNS TABLE (id uuid, person_id uuid, name varchar, whose varchar, is_neutral boolean,
      token_hash bytea, made_at timestamptz, last_used_at timestamptz, withdrawn_at timestamptz, seal bytea,
      language varchar, time_zone varchar, roles varchar[], gave_key boolean)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public
    AS $$ SELECT f.id, f.person_id, f.name, f.whose, f.is_neutral, f.token_hash, f.made_at, f.last_used_at, f.withdrawn_at, f.seal,
                 p.language, p.time_zone, (SELECT array_agg(r.role) FROM person_roles r WHERE r.person_id = p.id),
                 EXISTS (SELECT 1 FROM openpgp_keys k WHERE k.person_id = p.id)
            FROM calendar_feeds f JOIN people p ON p.id = f.person_id
           WHERE f.token_hash = wanted AND f.withdrawn_at IS NULL AND p.active AND NOT p.must_change_password $$;
REVOKE EXECUTE ON FUNCTION app_calendar_feed(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_calendar_feed(bytea) TO tracker_app;

ALTER TABLE calendar_feeds DROP COLUMN with_sittings;
DROP TABLE sittings;
