-- What is sealed on an open case is opened as a sealed case is: a lead asks, another member or lead agrees. Requests about it name the case
-- and the thing; they are there for sessions that see what is sealed.

DROP POLICY sees ON approvals;
CREATE POLICY sees ON approvals FOR SELECT TO tracker_app USING (
  (case_id IS NULL OR ((SELECT true FROM cases c WHERE c.id = case_id) AND (object_id IS NULL OR (SELECT app_is_assured()))))
  AND (asked_by_id = (SELECT app_person()) OR app_seconds((SELECT app_person()), approvals)));
COMMENT ON COLUMN approvals.object_id IS 'the person whom it is about, what is to be destroyed, or what on the case is to be unsealed';

CREATE FUNCTION app_higher_level(one varchar, other varchar) RETURNS varchar LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN array_position(ARRAY['public', 'internal', 'restricted', 'sealed']::varchar[], coalesce(one, 'public'))
                >= array_position(ARRAY['public', 'internal', 'restricted', 'sealed']::varchar[], coalesce(other, 'public'))
              THEN coalesce(one, 'public') ELSE other END
$$;

-- A follow-up counts as secret as the higher of its own level and its case's; so moving it to another case can unseal it, too.
CREATE FUNCTION app_guards_unsealing_work() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE stands varchar := app_higher_level(NEW.level, (SELECT c.level FROM cases c WHERE c.id = NEW.case_id));
BEGIN
  IF stands <> 'sealed' AND app_higher_level(OLD.level, (SELECT c.level FROM cases c WHERE c.id = OLD.case_id)) = 'sealed'
     AND NOT (NEW.case_id = OLD.case_id AND app_agreed('unseal', NEW.case_id, NEW.id, jsonb_build_object('level', stands))) THEN
    RAISE EXCEPTION 'unsealing needs a second person' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_unsealing BEFORE UPDATE OF level, case_id ON follow_ups FOR EACH ROW
  WHEN ((OLD.level, OLD.case_id) IS DISTINCT FROM (NEW.level, NEW.case_id) AND current_setting('role') = 'tracker_app')
  EXECUTE FUNCTION app_guards_unsealing_work();

-- Of an entry nothing changes but its level, and that only downwards: by a lead, or by two persons when it is sealed. Entered anew, it is
-- as secret as it was.
GRANT UPDATE (level) ON case_events TO tracker_app;
CREATE FUNCTION app_guards_entry_level() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE of_case varchar := (SELECT c.level FROM cases c WHERE c.id = OLD.case_id);
        stood varchar := app_higher_level(OLD.level, of_case);
        stands varchar := app_higher_level(NEW.level, of_case);
BEGIN
  IF stands = stood OR app_higher_level(stands, stood) <> stood OR NOT (CASE
    WHEN stood = 'sealed' THEN app_agreed('unseal', OLD.case_id, OLD.id, jsonb_build_object('level', stands))
    ELSE EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = OLD.case_id AND m.person_id = app_person() AND m.kind = 'lead'
                  AND m.ended_at IS NULL AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now())) END) THEN
    RAISE EXCEPTION 'the level of an entry is lowered by a lead, and unsealed by two persons' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_level BEFORE UPDATE OF level ON case_events FOR EACH ROW
  WHEN (OLD.level IS DISTINCT FROM NEW.level AND current_setting('role') = 'tracker_app') EXECUTE FUNCTION app_guards_entry_level();

CREATE FUNCTION app_guards_entry_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.level IS DISTINCT FROM 'sealed' AND EXISTS (
    SELECT 1 FROM case_events e JOIN cases c ON c.id = NEW.case_id WHERE e.id = NEW.replaces_id AND e.level = 'sealed' AND c.level <> 'sealed') THEN
    RAISE EXCEPTION 'unsealing needs a second person' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_unsealing BEFORE INSERT ON case_events FOR EACH ROW
  WHEN (NEW.replaces_id IS NOT NULL AND current_setting('role') = 'tracker_app') EXECUTE FUNCTION app_guards_entry_anew();

-- Meetings and papers may stand on several cases: two persons of one of them suffice.
CREATE FUNCTION app_guards_unsealing_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE holds jsonb := jsonb_build_object('level', NEW.level);
BEGIN
  IF NOT EXISTS (SELECT 1 FROM engagement_cases l WHERE TG_TABLE_NAME = 'engagements' AND l.engagement_id = NEW.id
                    AND app_agreed('unseal', l.case_id, NEW.id, holds))
     AND NOT EXISTS (SELECT 1 FROM document_cases l WHERE TG_TABLE_NAME = 'documents' AND l.document_id = NEW.id
                        AND app_agreed('unseal', l.case_id, NEW.id, holds)) THEN
    RAISE EXCEPTION 'unsealing needs a second person' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_unsealing BEFORE UPDATE OF level ON engagements FOR EACH ROW
  WHEN (OLD.level = 'sealed' AND NEW.level <> 'sealed' AND current_setting('role') = 'tracker_app')
  EXECUTE FUNCTION app_guards_unsealing_record();
CREATE TRIGGER guards_unsealing BEFORE UPDATE OF level ON documents FOR EACH ROW
  WHEN (OLD.level = 'sealed' AND NEW.level <> 'sealed' AND current_setting('role') = 'tracker_app')
  EXECUTE FUNCTION app_guards_unsealing_record();

-- Of a paper nothing changed until now; its level does, by whoever sees it and works on its case.
REVOKE UPDATE ON documents FROM tracker_app;
GRANT UPDATE (level, version) ON documents TO tracker_app;
CREATE POLICY lowers ON documents FOR UPDATE TO tracker_app USING (
  (SELECT true FROM document_cases dc WHERE dc.document_id = documents.id
          AND (documents.level IN ('public', 'internal') OR ((documents.level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(dc.case_id)))
          AND app_works_on(dc.case_id, 'legal_officer') LIMIT 1));

REVOKE EXECUTE ON FUNCTION app_guards_unsealing_work(), app_guards_entry_level(), app_guards_entry_anew(), app_guards_unsealing_record() FROM PUBLIC;
