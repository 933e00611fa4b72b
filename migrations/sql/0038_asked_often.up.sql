-- What the policies ask in every statement. Bodies that are read when they are made, and not by the search path of whoever calls, need none
-- of their own; so PostgreSQL writes them into the question, and does not call.

CREATE OR REPLACE FUNCTION app_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(pg_catalog.current_setting('app.person', true), '')::uuid;
CREATE OR REPLACE FUNCTION app_signing_in() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(pg_catalog.current_setting('app.signing_in', true), '')::uuid;
CREATE OR REPLACE FUNCTION app_is_assured() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN pg_catalog.current_setting('app.assured', true) = 'on';
CREATE OR REPLACE FUNCTION app_has_role(VARIADIC wanted text[]) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, public
RETURN EXISTS (SELECT 1 FROM public.person_roles r JOIN public.people p ON p.id = r.person_id
                WHERE p.id = public.app_person() AND p.active AND r.role = ANY (wanted));
CREATE OR REPLACE FUNCTION app_is_staff() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN public.app_has_role('legal_officer', 'coordinator', 'head');
CREATE OR REPLACE FUNCTION app_knows_everybody() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN public.app_has_role('legal_officer', 'coordinator', 'head', 'administrator');

-- Nine of ten cases are open to staff: nobody looks for a membership there.
CREATE OR REPLACE FUNCTION search_sees_case(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM cases c WHERE c.id = wanted AND c.removed_at IS NULL
                 AND ((c.level IN ('public', 'internal') AND app_is_staff()) OR app_is_member(c.id)));
END $$;
