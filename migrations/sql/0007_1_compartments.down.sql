DO $do$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['cases', 'dossiers', 'subjects', 'contacts', 'organisations', 'documents', 'follow_ups', 'engagements', 'commitments'] LOOP
    EXECUTE format($sql$
      DROP TRIGGER finds_key_room ON %1$s;
      UPDATE %1$s SET ref = ref || '~' || key_room WHERE key_room IS NOT NULL;
      ALTER TABLE %1$s DROP CONSTRAINT uq_%1$s_sender_ref_key_room, DROP COLUMN key_room,
        ADD CONSTRAINT uq_%1$s_sender_ref UNIQUE (sender, ref);
      $sql$, name);
  END LOOP;
END $do$;
DROP FUNCTION app_finds_key_room();
DROP FUNCTION app_key_room(regclass, text, text, uuid);

DROP TRIGGER opens_compartment ON engagements;
DROP TRIGGER opens_compartment ON cases;
DROP TRIGGER shows_employers ON offices;
DROP TRIGGER shows_employers_of_new ON contacts;
DROP TRIGGER shows_employers ON contacts;
DROP TRIGGER shows_contacts ON case_contacts;
DROP TRIGGER shows_contacts ON engagement_participants;
DROP TRIGGER shows_contacts ON engagement_cases;
DROP TRIGGER shows_contacts ON commitments;
DROP FUNCTION app_opens_compartment();
DROP FUNCTION app_shows_employers();
DROP FUNCTION app_shown_by_case_contacts();
DROP FUNCTION app_shown_by_engagement_participants();
DROP FUNCTION app_shown_by_engagement_cases();
DROP FUNCTION app_shown_by_commitments();
DROP FUNCTION app_show_employers(uuid[]);
DROP FUNCTION app_show_contacts(uuid[]);
DROP FUNCTION app_contact_is_shown(uuid);
DROP FUNCTION app_engagement_is_shown(uuid);

DROP POLICY sees ON contacts;
DROP POLICY changes ON contacts;
DROP POLICY makes ON contacts;
DROP POLICY sees ON contact_private;
DROP POLICY sees ON organisations;
DROP POLICY changes ON organisations;
DROP POLICY makes ON organisations;
DROP POLICY sees ON posts;
DROP POLICY changes ON posts;
DROP POLICY makes ON posts;
CREATE POLICY sees ON contacts FOR SELECT TO tracker_app USING (
  (SELECT app_is_staff()) OR created_by_id = (SELECT app_person())
  OR (SELECT true FROM case_contacts cc WHERE cc.contact_id = contacts.id LIMIT 1));
CREATE POLICY changes ON contacts FOR UPDATE TO tracker_app USING (
  (SELECT app_is_staff()) OR created_by_id = (SELECT app_person())
  OR (SELECT true FROM case_contacts cc WHERE cc.contact_id = contacts.id LIMIT 1));
CREATE POLICY makes ON contacts FOR INSERT TO tracker_app WITH CHECK (created_by_id = (SELECT app_person()));
CREATE POLICY sees ON contact_private TO tracker_app USING (
  (SELECT app_has_role('legal_officer', 'coordinator'))
  OR (SELECT true FROM case_contacts cc WHERE cc.contact_id = contact_private.contact_id AND app_is_member(cc.case_id) LIMIT 1));
CREATE POLICY sees ON organisations FOR SELECT TO tracker_app USING (
  (SELECT app_is_staff())
  OR (SELECT true FROM contacts c WHERE c.organisation_id = organisations.id LIMIT 1)
  OR (SELECT true FROM offices o WHERE o.organisation_id = organisations.id LIMIT 1));
CREATE POLICY changes ON organisations FOR UPDATE TO tracker_app USING ((SELECT app_is_staff()));
CREATE POLICY makes ON organisations FOR INSERT TO tracker_app WITH CHECK ((SELECT app_person()) IS NOT NULL);
CREATE POLICY sees ON posts FOR SELECT TO tracker_app USING (
  (SELECT app_is_staff()) OR created_by_id = (SELECT app_person())
  OR (SELECT true FROM offices o WHERE o.post_id = posts.id LIMIT 1));
CREATE POLICY makes ON posts FOR INSERT TO tracker_app WITH CHECK (created_by_id = (SELECT app_person()));
CREATE POLICY changes ON posts FOR UPDATE TO tracker_app USING ((SELECT app_is_staff()));
CREATE OR REPLACE FUNCTION search_sees_contact(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN app_is_staff() OR EXISTS (SELECT 1 FROM contacts c WHERE c.id = wanted AND c.created_by_id = app_person())
      OR EXISTS (SELECT 1 FROM case_contacts cc WHERE cc.contact_id = wanted AND search_sees_case(cc.case_id));
END $$;
CREATE OR REPLACE FUNCTION search_sees_organisation(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN app_is_staff() OR EXISTS (SELECT 1 FROM contacts c WHERE c.organisation_id = wanted AND search_sees_contact(c.id))
      OR EXISTS (SELECT 1 FROM offices o WHERE o.organisation_id = wanted AND search_sees_contact(o.contact_id));
END $$;
DROP FUNCTION app_contact_has_cases(uuid);
ALTER TABLE contacts DROP COLUMN compartment_id;
ALTER TABLE organisations DROP COLUMN compartment_id;
ALTER TABLE posts DROP COLUMN compartment_id;
