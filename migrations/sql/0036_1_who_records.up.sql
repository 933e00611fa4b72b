-- Who records contacts, organisations, posts, meetings and promises (access.md, "Doing"), and whose work its steps and helpers are. As in
-- 0024 triggers look at what a statement of the web's role would write; functions with the owner's rights ask for themselves.

CREATE FUNCTION app_records() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT app_has_role('legal_officer', 'coordinator')
      OR EXISTS (SELECT 1 FROM case_memberships m WHERE m.person_id = app_person() AND app_works_on(m.case_id, VARIADIC '{}'))
$$;
CREATE FUNCTION app_records_contact(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT app_has_role('legal_officer', 'coordinator')
      OR EXISTS (SELECT 1 FROM contacts c WHERE c.id = wanted
                    AND (c.created_by_id = app_person() OR (c.compartment_id IS NOT NULL AND app_works_on(c.compartment_id, VARIADIC '{}'))))
      OR EXISTS (SELECT 1 FROM case_contacts cc WHERE cc.contact_id = wanted AND app_works_on(cc.case_id, VARIADIC '{}'))
$$;
-- Of a meeting without cases yet: by role, or whoever is writing it down.
CREATE FUNCTION app_records_engagement(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN EXISTS (SELECT 1 FROM engagement_cases l WHERE l.engagement_id = wanted)
    THEN EXISTS (SELECT 1 FROM engagement_cases l WHERE l.engagement_id = wanted AND app_works_on(l.case_id, 'legal_officer', 'coordinator'))
    ELSE app_has_role('legal_officer', 'coordinator')
      OR EXISTS (SELECT 1 FROM engagements g WHERE g.id = wanted AND g.created_by_id = app_person()) END
$$;
CREATE FUNCTION app_gets_on_with(work uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT app_is_assigned(work)
      OR EXISTS (SELECT 1 FROM follow_ups f WHERE f.id = work AND app_works_on(f.case_id, 'legal_officer', 'coordinator', 'head'))
$$;
REVOKE EXECUTE ON FUNCTION app_records(), app_records_contact(uuid), app_records_engagement(uuid), app_gets_on_with(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_records(), app_records_contact(uuid), app_records_engagement(uuid), app_gets_on_with(uuid) TO tracker_app;

CREATE FUNCTION app_guards_contact() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT app_records() THEN PERFORM app_refuse_write('contacts'); END IF;
  ELSIF NOT app_records_contact(OLD.id) THEN PERFORM app_refuse_write('this contact');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_writing BEFORE INSERT OR UPDATE ON contacts FOR EACH ROW WHEN (current_user = 'tracker_app') EXECUTE FUNCTION app_guards_contact();

CREATE FUNCTION app_guards_office() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND NOT app_records_contact(OLD.contact_id) THEN PERFORM app_refuse_write('what this contact does'); END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF NOT app_records_contact(NEW.contact_id) THEN PERFORM app_refuse_write('what this contact does'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_writing BEFORE INSERT OR UPDATE OR DELETE ON offices FOR EACH ROW
  WHEN (current_user = 'tracker_app') EXECUTE FUNCTION app_guards_office();

-- Organisations and posts belong to the house: made by whoever records, changed by role.
CREATE FUNCTION app_guards_directory() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT app_records() THEN PERFORM app_refuse_write(TG_TABLE_NAME); END IF;
  ELSIF NOT app_has_role('legal_officer', 'coordinator') THEN PERFORM app_refuse_write(TG_TABLE_NAME);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_writing BEFORE INSERT OR UPDATE ON organisations FOR EACH ROW
  WHEN (current_user = 'tracker_app') EXECUTE FUNCTION app_guards_directory();
CREATE TRIGGER guards_writing BEFORE INSERT OR UPDATE ON posts FOR EACH ROW
  WHEN (current_user = 'tracker_app') EXECUTE FUNCTION app_guards_directory();

CREATE FUNCTION app_guards_engagement() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT app_records() THEN PERFORM app_refuse_write('meetings'); END IF;
  ELSIF NOT app_records_engagement(OLD.id) THEN PERFORM app_refuse_write('this meeting');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_writing BEFORE INSERT OR UPDATE ON engagements FOR EACH ROW
  WHEN (current_user = 'tracker_app') EXECUTE FUNCTION app_guards_engagement();

CREATE FUNCTION app_guards_participant() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND NOT app_records_engagement(OLD.engagement_id) THEN PERFORM app_refuse_write('who took part'); END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF NOT app_records_engagement(NEW.engagement_id) THEN PERFORM app_refuse_write('who took part'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_writing BEFORE INSERT OR UPDATE OR DELETE ON engagement_participants FOR EACH ROW
  WHEN (current_user = 'tracker_app') EXECUTE FUNCTION app_guards_participant();

CREATE FUNCTION app_records_commitment(of_case uuid, of_engagement uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN of_case IS NOT NULL THEN app_works_on(of_case, 'legal_officer', 'coordinator')
              WHEN of_engagement IS NOT NULL THEN app_records_engagement(of_engagement) ELSE app_has_role('legal_officer', 'coordinator') END
$$;
CREATE FUNCTION app_guards_commitment() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND NOT app_records_commitment(OLD.case_id, OLD.engagement_id) THEN PERFORM app_refuse_write('this promise'); END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF NOT app_records_commitment(NEW.case_id, NEW.engagement_id) THEN PERFORM app_refuse_write('promises'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_writing BEFORE INSERT OR UPDATE OR DELETE ON commitments FOR EACH ROW
  WHEN (current_user = 'tracker_app') EXECUTE FUNCTION app_guards_commitment();

CREATE FUNCTION app_guards_part_of_work() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND NOT app_gets_on_with(OLD.follow_up_id) THEN PERFORM app_refuse_write('this follow-up'); END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF NOT app_gets_on_with(NEW.follow_up_id) THEN PERFORM app_refuse_write('this follow-up'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_writing BEFORE INSERT OR UPDATE OR DELETE ON checklist_items FOR EACH ROW
  WHEN (current_user = 'tracker_app') EXECUTE FUNCTION app_guards_part_of_work();
CREATE TRIGGER guards_writing BEFORE INSERT OR UPDATE OR DELETE ON follow_up_dependencies FOR EACH ROW
  WHEN (current_user = 'tracker_app') EXECUTE FUNCTION app_guards_part_of_work();
