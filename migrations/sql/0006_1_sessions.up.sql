-- How a session was begun. A partial one has given a password and still owes the second factor: it acts as nobody.
ALTER TABLE sign_in_sessions
    ADD COLUMN stage varchar NOT NULL DEFAULT 'full',
    ADD COLUMN method varchar NOT NULL DEFAULT 'password',
    ADD COLUMN is_assured boolean NOT NULL DEFAULT false,
    ADD COLUMN time_zone varchar,
    ADD CONSTRAINT ck_sign_in_sessions_stage CHECK (stage IN ('partial', 'full')),
    ADD CONSTRAINT ck_sign_in_sessions_method CHECK (method IN ('password', 'totp', 'passkey', 'recovery_code'));
COMMENT ON COLUMN sign_in_sessions.stage IS 'partial: the second factor is still owed';
COMMENT ON COLUMN sign_in_sessions.method IS 'the strongest thing shown in this session';
COMMENT ON COLUMN sign_in_sessions.is_assured IS 'a passkey was shown, or this installation asks for none: may see sealed cases';
COMMENT ON COLUMN sign_in_sessions.time_zone IS 'IANA name, as the browser said it: the only place that is kept';

CREATE FUNCTION app_is_assured() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public
    AS $$ SELECT current_setting('app.assured', true) = 'on' $$;
