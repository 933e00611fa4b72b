-- Contacts, organisations and posts that were made for a sealed case are sealed with it, and a refused key tells nothing (ADR 17).

ALTER TABLE contacts ADD COLUMN compartment_id uuid;
ALTER TABLE organisations ADD COLUMN compartment_id uuid;
ALTER TABLE posts ADD COLUMN compartment_id uuid;
COMMENT ON COLUMN contacts.compartment_id IS 'the sealed case that it was made for; null: seen by role';
COMMENT ON COLUMN organisations.compartment_id IS 'the sealed case that it was made for; null: seen by role';
COMMENT ON COLUMN posts.compartment_id IS 'the sealed case that it was made for; null: seen by role';
CREATE INDEX ix_contacts_compartment ON contacts (compartment_id) WHERE compartment_id IS NOT NULL;
CREATE INDEX ix_organisations_compartment ON organisations (compartment_id) WHERE compartment_id IS NOT NULL;
CREATE INDEX ix_posts_compartment ON posts (compartment_id) WHERE compartment_id IS NOT NULL;

CREATE FUNCTION app_contact_has_cases(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$ SELECT EXISTS (SELECT 1 FROM case_contacts WHERE contact_id = wanted) $$;

-- Whether something that is not sealed shows an engagement, and somebody outside.
CREATE FUNCTION app_engagement_is_shown(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM engagements e WHERE e.id = wanted AND e.level <> 'sealed' AND (
    NOT EXISTS (SELECT 1 FROM engagement_cases ec WHERE ec.engagement_id = e.id)
    OR EXISTS (SELECT 1 FROM engagement_cases ec JOIN cases c ON c.id = ec.case_id WHERE ec.engagement_id = e.id AND c.level <> 'sealed')))
$$;
CREATE FUNCTION app_contact_is_shown(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM case_contacts cc JOIN cases c ON c.id = cc.case_id WHERE cc.contact_id = wanted AND c.level <> 'sealed')
      OR EXISTS (SELECT 1 FROM engagement_participants p WHERE p.contact_id = wanted AND app_engagement_is_shown(p.engagement_id))
      OR EXISTS (SELECT 1 FROM commitments k LEFT JOIN cases c ON c.id = k.case_id
                  WHERE (k.by_contact_id = wanted OR k.to_contact_id = wanted)
                    AND CASE WHEN k.engagement_id IS NULL THEN coalesce(c.level, 'internal') <> 'sealed'
                             ELSE app_engagement_is_shown(k.engagement_id) END)
$$;

-- What is linked to something open becomes open itself, with its organisations and posts.
CREATE FUNCTION app_show_contacts(ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE contacts SET compartment_id = NULL WHERE id = ANY (ids) AND compartment_id IS NOT NULL AND app_contact_is_shown(id);
END $$;
CREATE FUNCTION app_show_employers(ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE organisations o SET compartment_id = NULL
    FROM contacts c LEFT JOIN offices f ON f.contact_id = c.id
   WHERE c.id = ANY (ids) AND c.compartment_id IS NULL AND o.id IN (c.organisation_id, f.organisation_id) AND o.compartment_id IS NOT NULL;
  UPDATE posts p SET compartment_id = NULL
    FROM contacts c JOIN offices f ON f.contact_id = c.id
   WHERE c.id = ANY (ids) AND c.compartment_id IS NULL AND p.id = f.post_id AND p.compartment_id IS NOT NULL;
END $$;
REVOKE EXECUTE ON FUNCTION app_engagement_is_shown(uuid), app_contact_is_shown(uuid), app_show_contacts(uuid[]), app_show_employers(uuid[]) FROM PUBLIC;

DO $do$
DECLARE one record;
BEGIN
  FOR one IN SELECT * FROM (VALUES
    ('case_contacts', 'INSERT', 'SELECT x.contact_id FROM x JOIN contacts c ON c.id = x.contact_id'),
    ('engagement_participants', 'INSERT', 'SELECT x.contact_id FROM x JOIN contacts c ON c.id = x.contact_id'),
    ('engagement_cases', 'INSERT',
     'SELECT p.contact_id FROM x JOIN engagement_participants p ON p.engagement_id = x.engagement_id JOIN contacts c ON c.id = p.contact_id'),
    ('commitments', 'INSERT', 'SELECT c.id FROM x JOIN contacts c ON c.id IN (x.by_contact_id, x.to_contact_id)')
  ) AS links (source, event, ids) LOOP
    EXECUTE format($sql$
      CREATE FUNCTION app_shown_by_%1$s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS
      $body$ BEGIN PERFORM app_show_contacts(ARRAY(%2$s WHERE c.compartment_id IS NOT NULL)); RETURN NULL; END $body$;
      CREATE TRIGGER shows_contacts AFTER INSERT ON %1$s REFERENCING NEW TABLE AS x
        FOR EACH STATEMENT EXECUTE FUNCTION app_shown_by_%1$s();
      $sql$, one.source, one.ids);
  END LOOP;
END $do$;

CREATE FUNCTION app_shows_employers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_TABLE_NAME = 'offices' THEN PERFORM app_show_employers(ARRAY[NEW.contact_id]); ELSE PERFORM app_show_employers(ARRAY[NEW.id]); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER shows_employers AFTER UPDATE OF compartment_id, organisation_id ON contacts FOR EACH ROW
  WHEN (NEW.compartment_id IS NULL) EXECUTE FUNCTION app_shows_employers();
CREATE TRIGGER shows_employers_of_new AFTER INSERT ON contacts FOR EACH ROW
  WHEN (NEW.compartment_id IS NULL AND NEW.organisation_id IS NOT NULL) EXECUTE FUNCTION app_shows_employers();
CREATE TRIGGER shows_employers AFTER INSERT OR UPDATE OF organisation_id, post_id ON offices FOR EACH ROW
  WHEN (NEW.organisation_id IS NOT NULL OR NEW.post_id IS NOT NULL) EXECUTE FUNCTION app_shows_employers();

CREATE FUNCTION app_opens_compartment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_TABLE_NAME = 'cases' THEN
    UPDATE contacts SET compartment_id = NULL WHERE compartment_id = NEW.id;
    UPDATE organisations SET compartment_id = NULL WHERE compartment_id = NEW.id;
    UPDATE posts SET compartment_id = NULL WHERE compartment_id = NEW.id;
  ELSE
    PERFORM app_show_contacts(ARRAY(SELECT p.contact_id FROM engagement_participants p WHERE p.engagement_id = NEW.id));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER opens_compartment AFTER UPDATE OF level ON cases FOR EACH ROW
  WHEN (OLD.level = 'sealed' AND NEW.level <> 'sealed') EXECUTE FUNCTION app_opens_compartment();
CREATE TRIGGER opens_compartment AFTER UPDATE OF level ON engagements FOR EACH ROW
  WHEN (OLD.level = 'sealed' AND NEW.level <> 'sealed') EXECUTE FUNCTION app_opens_compartment();

-- Who sees them. Outside counsel: those on their cases, and what they wrote down themselves until it has a role somewhere.
DROP POLICY sees ON contacts;
DROP POLICY changes ON contacts;
DROP POLICY makes ON contacts;
CREATE POLICY sees ON contacts FOR SELECT TO tracker_app USING (
  (compartment_id IS NULL AND ((SELECT app_is_staff())
                               OR (created_by_id = (SELECT app_person()) AND NOT app_contact_has_cases(id))))
  OR (compartment_id IS NOT NULL AND app_is_member(compartment_id))
  OR (SELECT true FROM case_contacts cc WHERE cc.contact_id = contacts.id LIMIT 1));
CREATE POLICY changes ON contacts FOR UPDATE TO tracker_app USING (
  (compartment_id IS NULL AND ((SELECT app_is_staff())
                               OR (created_by_id = (SELECT app_person()) AND NOT app_contact_has_cases(id))))
  OR (compartment_id IS NOT NULL AND app_is_member(compartment_id))
  OR (SELECT true FROM case_contacts cc WHERE cc.contact_id = contacts.id LIMIT 1));
CREATE POLICY makes ON contacts FOR INSERT TO tracker_app WITH CHECK (
  created_by_id = (SELECT app_person()) AND (compartment_id IS NULL OR app_is_member(compartment_id)));
DROP POLICY sees ON contact_private;
CREATE POLICY sees ON contact_private TO tracker_app USING (
  ((SELECT app_has_role('legal_officer', 'coordinator')) AND (SELECT true FROM contacts c WHERE c.id = contact_id))
  OR (SELECT true FROM contacts c WHERE c.id = contact_id AND c.compartment_id IS NOT NULL AND app_is_member(c.compartment_id))
  OR (SELECT true FROM case_contacts cc WHERE cc.contact_id = contact_private.contact_id AND app_is_member(cc.case_id) LIMIT 1));
DROP POLICY sees ON organisations;
DROP POLICY changes ON organisations;
DROP POLICY makes ON organisations;
CREATE POLICY sees ON organisations FOR SELECT TO tracker_app USING (
  (compartment_id IS NULL AND (SELECT app_is_staff()))
  OR (compartment_id IS NOT NULL AND app_is_member(compartment_id))
  OR (SELECT true FROM contacts c WHERE c.organisation_id = organisations.id LIMIT 1)
  OR (SELECT true FROM offices o WHERE o.organisation_id = organisations.id LIMIT 1));
CREATE POLICY changes ON organisations FOR UPDATE TO tracker_app USING (
  (SELECT app_is_staff()) AND (compartment_id IS NULL OR app_is_member(compartment_id)));
CREATE POLICY makes ON organisations FOR INSERT TO tracker_app WITH CHECK (
  (SELECT app_person()) IS NOT NULL AND (compartment_id IS NULL OR app_is_member(compartment_id)));
DROP POLICY sees ON posts;
DROP POLICY changes ON posts;
DROP POLICY makes ON posts;
CREATE POLICY sees ON posts FOR SELECT TO tracker_app USING (
  (compartment_id IS NULL AND ((SELECT app_is_staff()) OR created_by_id = (SELECT app_person())))
  OR (compartment_id IS NOT NULL AND app_is_member(compartment_id))
  OR (SELECT true FROM offices o WHERE o.post_id = posts.id LIMIT 1));
CREATE POLICY makes ON posts FOR INSERT TO tracker_app WITH CHECK (
  created_by_id = (SELECT app_person()) AND (compartment_id IS NULL OR app_is_member(compartment_id)));
CREATE POLICY changes ON posts FOR UPDATE TO tracker_app USING (
  (SELECT app_is_staff()) AND (compartment_id IS NULL OR app_is_member(compartment_id)));

-- Search has the rule once more.
CREATE OR REPLACE FUNCTION search_sees_contact(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM contacts c WHERE c.id = wanted AND CASE WHEN c.compartment_id IS NULL
                   THEN app_is_staff() OR (c.created_by_id = app_person() AND NOT app_contact_has_cases(c.id))
                   ELSE app_is_member(c.compartment_id) END)
      OR EXISTS (SELECT 1 FROM case_contacts cc WHERE cc.contact_id = wanted AND search_sees_case(cc.case_id));
END $$;
CREATE OR REPLACE FUNCTION search_sees_organisation(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM organisations o WHERE o.id = wanted AND CASE WHEN o.compartment_id IS NULL
                   THEN app_is_staff() ELSE app_is_member(o.compartment_id) END)
      OR EXISTS (SELECT 1 FROM contacts c WHERE c.organisation_id = wanted AND search_sees_contact(c.id))
      OR EXISTS (SELECT 1 FROM offices o WHERE o.organisation_id = wanted AND search_sees_contact(o.contact_id));
END $$;

-- Keys of imports are unique among what one sees. A newcomer whose key a hidden row has already gets a room of its own, and whoever
-- brings it learns nothing. The one function looks past the row policies; the trigger asks it only where nothing visible has the key.
CREATE FUNCTION app_key_room(kind regclass, of_sender text, of_ref text, newcomer uuid) RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE taken boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s WHERE sender = $1 AND ref = $2)', kind) INTO taken USING of_sender, of_ref;
  RETURN CASE WHEN taken THEN newcomer END;
END $$;
REVOKE EXECUTE ON FUNCTION app_key_room(regclass, text, text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_key_room(regclass, text, text, uuid) TO tracker_app;
CREATE FUNCTION app_finds_key_room() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE seen boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s WHERE sender = $1 AND ref = $2)', TG_RELID::regclass) INTO seen USING NEW.sender, NEW.ref;
  NEW.key_room := CASE WHEN NOT seen THEN app_key_room(TG_RELID, NEW.sender, NEW.ref, NEW.id) END;
  RETURN NEW;
END $$;
DO $do$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['cases', 'dossiers', 'subjects', 'contacts', 'organisations', 'documents', 'follow_ups', 'engagements', 'commitments'] LOOP
    EXECUTE format($sql$
      ALTER TABLE %1$s ADD COLUMN key_room uuid, DROP CONSTRAINT uq_%1$s_sender_ref,
        ADD CONSTRAINT uq_%1$s_sender_ref_key_room UNIQUE NULLS NOT DISTINCT (sender, ref, key_room);
      COMMENT ON COLUMN %1$s.key_room IS 'set where a row that its maker could not see had the key already';
      CREATE TRIGGER finds_key_room BEFORE INSERT ON %1$s FOR EACH ROW
        WHEN (NEW.sender <> 'local' AND current_setting('role') = 'tracker_app') EXECUTE FUNCTION app_finds_key_room();
      $sql$, name);
  END LOOP;
END $do$;
