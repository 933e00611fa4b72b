CREATE OR REPLACE FUNCTION app_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public AS
$$ SELECT nullif(current_setting('app.person', true), '')::uuid $$;
CREATE OR REPLACE FUNCTION app_signing_in() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public AS
$$ SELECT nullif(current_setting('app.signing_in', true), '')::uuid $$;
CREATE OR REPLACE FUNCTION app_is_assured() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public AS
$$ SELECT current_setting('app.assured', true) = 'on' $$;
CREATE OR REPLACE FUNCTION app_has_role(VARIADIC wanted text[]) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ SELECT EXISTS (SELECT 1 FROM person_roles r JOIN people p ON p.id = r.person_id
                  WHERE p.id = app_person() AND p.active AND r.role = ANY (wanted)) $$;
CREATE OR REPLACE FUNCTION app_is_staff() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public AS
$$ SELECT app_has_role('legal_officer', 'coordinator', 'head') $$;
CREATE OR REPLACE FUNCTION app_knows_everybody() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public AS
$$ SELECT app_has_role('legal_officer', 'coordinator', 'head', 'administrator') $$;

CREATE OR REPLACE FUNCTION search_sees_case(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM cases c WHERE c.id = wanted AND c.removed_at IS NULL
                 AND (app_is_member(c.id) OR (c.level IN ('public', 'internal') AND app_is_staff())));
END $$;
