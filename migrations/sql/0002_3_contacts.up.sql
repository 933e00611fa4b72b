-- Two contacts who are one person. Their rows are moved wherever they are, also on cases that the actor does not see: the actor learns
-- nothing of them, and the undo puts back exactly those. `before` is what stood of the kept one before its fields were chosen
-- ({name, organisation_id, country, languages, private: {email, phone, notes} sealed, in base64, or null}).

CREATE FUNCTION app_contact_facts(wanted uuid) RETURNS jsonb LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT jsonb_build_object('name', c.name, 'organisation_id', c.organisation_id, 'country', c.country, 'languages', to_jsonb(c.languages),
           'private', (SELECT jsonb_build_object('email', encode(p.email_sealed, 'base64'), 'phone', encode(p.phone_sealed, 'base64'),
                                                 'notes', encode(p.notes_sealed, 'base64'))
                         FROM contact_private p WHERE p.contact_id = c.id))
    FROM contacts c WHERE c.id = wanted
$$;
REVOKE EXECUTE ON FUNCTION app_contact_facts(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_contact_facts(uuid) TO tracker_app, tracker_operator;

CREATE FUNCTION app_merges_contacts() RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public AS
$$ SELECT app_has_role('legal_officer', 'coordinator') OR (app_person() IS NULL AND current_setting('role') = 'tracker_operator') $$;

-- Returns why not: 'gone' where one of the two is not there (any more); null when it is done.
CREATE FUNCTION app_merge_contacts(merge_id uuid, kept uuid, gone uuid, before jsonb) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE moved jsonb; shift integer; acting uuid := app_person();
BEGIN
  IF NOT app_merges_contacts() THEN
    RAISE EXCEPTION 'only legal officers and coordinators merge contacts' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM 1 FROM contacts WHERE id IN (kept, gone) ORDER BY id FOR UPDATE;
  IF kept = gone OR (SELECT count(*) FROM contacts WHERE id IN (kept, gone) AND merged_into_id IS NULL) <> 2 THEN RETURN 'gone'; END IF;
  shift := coalesce((SELECT max(position) + 1 FROM offices WHERE contact_id = kept), 0);
  moved := jsonb_build_object(
    'before', before, 'after', app_contact_facts(kept), 'shift', shift,
    'offices', (SELECT coalesce(jsonb_agg(id), '[]') FROM offices WHERE contact_id = gone),
    'by', (SELECT coalesce(jsonb_agg(id), '[]') FROM commitments WHERE by_contact_id = gone),
    'to', (SELECT coalesce(jsonb_agg(id), '[]') FROM commitments WHERE to_contact_id = gone),
    'waiting', (SELECT coalesce(jsonb_agg(id), '[]') FROM follow_ups WHERE waiting_on_contact_id = gone),
    -- where both stand already, the row of the one that goes is taken away and kept here
    'taken_participants', (SELECT coalesce(jsonb_agg(to_jsonb(p)), '[]') FROM engagement_participants p WHERE p.contact_id = gone
       AND EXISTS (SELECT 1 FROM engagement_participants k WHERE k.engagement_id = p.engagement_id AND k.contact_id = kept)),
    'taken_roles', (SELECT coalesce(jsonb_agg(to_jsonb(r)), '[]') FROM case_contacts r WHERE r.contact_id = gone
       AND EXISTS (SELECT 1 FROM case_contacts k WHERE k.case_id = r.case_id AND k.role = r.role AND k.contact_id = kept)));
  DELETE FROM engagement_participants WHERE id IN (SELECT (one ->> 'id')::uuid FROM jsonb_array_elements(moved -> 'taken_participants') one);
  DELETE FROM case_contacts WHERE id IN (SELECT (one ->> 'id')::uuid FROM jsonb_array_elements(moved -> 'taken_roles') one);
  moved := moved || jsonb_build_object(
    'participants', (SELECT coalesce(jsonb_agg(id), '[]') FROM engagement_participants WHERE contact_id = gone),
    'roles', (SELECT coalesce(jsonb_agg(id), '[]') FROM case_contacts WHERE contact_id = gone));
  UPDATE offices SET contact_id = kept, position = position + shift WHERE contact_id = gone;
  UPDATE commitments SET by_contact_id = kept WHERE by_contact_id = gone;
  UPDATE commitments SET to_contact_id = kept WHERE to_contact_id = gone;
  UPDATE follow_ups SET waiting_on_contact_id = kept WHERE waiting_on_contact_id = gone;
  UPDATE engagement_participants SET contact_id = kept WHERE contact_id = gone;
  UPDATE case_contacts SET contact_id = kept WHERE contact_id = gone;
  UPDATE contacts SET merged_into_id = kept, version = version + 1 WHERE id = gone;
  INSERT INTO contact_merges (id, kept_id, gone_id, moved, merged_by_id, merged_at) VALUES (merge_id, kept, gone, moved, acting, now());
  INSERT INTO audit_entries (id, at, actor_kind, actor_id, action, object_type, object_id, detail)
  VALUES (gen_random_uuid(), now(), CASE WHEN acting IS NULL THEN 'operator' ELSE 'person' END, acting, 'contact.merged', 'contact', kept,
          jsonb_build_object('gone', gone, 'merge', merge_id));
  RETURN NULL;
END $$;

-- Returns why not: 'undone' already, 'merged_on' where the kept one became part of a third; null when it is done.
-- A field that was changed since then stays as it is, and so does a row that was given to somebody else.
CREATE FUNCTION app_unmerge_contacts(merge_id uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE was contact_merges%ROWTYPE; now_facts jsonb; old jsonb; new jsonb; acting uuid := app_person(); field text;
BEGIN
  IF NOT app_merges_contacts() THEN
    RAISE EXCEPTION 'only legal officers and coordinators undo a merge' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO was FROM contact_merges WHERE id = merge_id FOR UPDATE;
  IF was.id IS NULL OR was.undone_at IS NOT NULL THEN RETURN 'undone'; END IF;
  PERFORM 1 FROM contacts WHERE id IN (was.kept_id, was.gone_id) ORDER BY id FOR UPDATE;
  IF (SELECT merged_into_id IS NOT NULL FROM contacts WHERE id = was.kept_id) THEN RETURN 'merged_on'; END IF;
  UPDATE offices SET contact_id = was.gone_id, position = greatest(position - (was.moved ->> 'shift')::integer, 0)
   WHERE contact_id = was.kept_id AND was.moved -> 'offices' ? id::text;
  UPDATE commitments SET by_contact_id = was.gone_id WHERE by_contact_id = was.kept_id AND was.moved -> 'by' ? id::text;
  UPDATE commitments SET to_contact_id = was.gone_id WHERE to_contact_id = was.kept_id AND was.moved -> 'to' ? id::text;
  UPDATE follow_ups SET waiting_on_contact_id = was.gone_id WHERE waiting_on_contact_id = was.kept_id AND was.moved -> 'waiting' ? id::text;
  UPDATE engagement_participants SET contact_id = was.gone_id WHERE contact_id = was.kept_id AND was.moved -> 'participants' ? id::text;
  UPDATE case_contacts SET contact_id = was.gone_id WHERE contact_id = was.kept_id AND was.moved -> 'roles' ? id::text;
  INSERT INTO engagement_participants SELECT (jsonb_populate_record(NULL::engagement_participants, one)).* FROM jsonb_array_elements(was.moved -> 'taken_participants') one
   WHERE EXISTS (SELECT 1 FROM engagements e WHERE e.id = (one ->> 'engagement_id')::uuid) ON CONFLICT DO NOTHING;
  INSERT INTO case_contacts SELECT (jsonb_populate_record(NULL::case_contacts, one)).* FROM jsonb_array_elements(was.moved -> 'taken_roles') one
   WHERE EXISTS (SELECT 1 FROM cases c WHERE c.id = (one ->> 'case_id')::uuid) ON CONFLICT DO NOTHING;
  now_facts := app_contact_facts(was.kept_id);
  old := was.moved -> 'before';
  new := was.moved -> 'after';
  UPDATE contacts SET
    name = CASE WHEN now_facts -> 'name' = new -> 'name' THEN old ->> 'name' ELSE name END,
    organisation_id = CASE WHEN now_facts -> 'organisation_id' = new -> 'organisation_id' THEN (old ->> 'organisation_id')::uuid ELSE organisation_id END,
    country = CASE WHEN now_facts -> 'country' = new -> 'country' THEN old ->> 'country' ELSE country END,
    languages = CASE WHEN now_facts -> 'languages' = new -> 'languages'
                THEN ARRAY(SELECT jsonb_array_elements_text(old -> 'languages')) ELSE languages END,
    version = version + 1
   WHERE id = was.kept_id;
  IF now_facts -> 'private' = new -> 'private' AND old -> 'private' IS DISTINCT FROM new -> 'private' THEN
    UPDATE contact_private SET email_sealed = decode(old #>> '{private,email}', 'base64'), phone_sealed = decode(old #>> '{private,phone}', 'base64'),
      notes_sealed = decode(old #>> '{private,notes}', 'base64') WHERE contact_id = was.kept_id;
  END IF;
  UPDATE contacts SET merged_into_id = NULL, version = version + 1 WHERE id = was.gone_id;
  UPDATE contact_merges SET undone_at = now(), undone_by_id = acting WHERE id = merge_id;
  INSERT INTO audit_entries (id, at, actor_kind, actor_id, action, object_type, object_id, detail)
  VALUES (gen_random_uuid(), now(), CASE WHEN acting IS NULL THEN 'operator' ELSE 'person' END, acting, 'contact.unmerged', 'contact', was.kept_id,
          jsonb_build_object('back', was.gone_id, 'merge', merge_id));
  RETURN NULL;
END $$;

REVOKE EXECUTE ON FUNCTION app_merge_contacts(uuid, uuid, uuid, jsonb), app_unmerge_contacts(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_merge_contacts(uuid, uuid, uuid, jsonb), app_unmerge_contacts(uuid) TO tracker_app, tracker_operator;

-- The words of a name as they sound (0002_2_search), in the order of the alphabet: 'Lindqvist, Ada' is 'Ada Lindqvist'.
CREATE FUNCTION app_name_key(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT string_agg(word, ' ' ORDER BY word COLLATE "C") FROM string_to_table(search_name_key(said), ' ') word
$$;
