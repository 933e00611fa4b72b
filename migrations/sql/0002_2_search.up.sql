-- Search (ADR 10). First the folding of words and names. tracker/search/folding.py says the same in Python, for marking what was found;
-- a test holds the two equal, and tests/unit/search/test_folding.py has the names.

-- A text in plain small Latin letters and digits, words apart by single spaces: 'Łukaszenka, ЛУКАШЕНКО' -> 'lukaszenka lukashenko'.
CREATE FUNCTION search_words(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT btrim(regexp_replace(CASE WHEN octet_length(said) = length(said) THEN replace(replace(lower(said), '''', ''), '`', '') ELSE
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(translate(lower(said COLLATE "pg_c_utf8"),
      'абвгґдеёэєзиіїйыклмнопрстуўфàáâãäåāăąćčçďđèéêëēėęěģğìíîïīįıķľļłñńņňòóôõöøōőŕřśšşșťțùúûüūůűųŭýÿźžżьъ''’ʼ`´' || U&'\0300\0301\0302\0303\0304\0306\0307\0308\030a\030b\030c\0327\0328',
      'abvggdeeeeziiiyyklmnoprstuufaaaaaaaaacccddeeeeeeeeggiiiiiiiklllnnnnoooooooorrssssttuuuuuuuuuyyzzz'), 'ж', 'zh'), 'ш', 'sh'), 'ч'
    , 'ch'), 'щ', 'shch'), 'ц', 'ts'), 'х', 'kh'), 'ю', 'yu'), 'я', 'ya'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe')
  END, '[^a-z0-9]+', ' ', 'g'))
$$;

-- The skeleton of sounds that spellings of one name share, word by word, in capitals. Few sounds are told apart, on purpose: a, o, e and
-- their soft forms are one (Belarusian and Russian differ there), so are u, v, w, ў; i, y, j; g, h, kh, х; the hissing ones; t, ts, ц;
-- d, dz. Vowels at the end of a longer word fall. `ch` says how "ch" sounds: C as in Chernov, H as in Chrenin.
CREATE FUNCTION search_skeleton(said text, ch text, umlaut text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT btrim(regexp_replace(regexp_replace(regexp_replace(replace(replace(replace(replace(regexp_replace(translate(regexp_replace(
    regexp_replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
    replace(replace(replace(replace(replace(replace(replace(CASE WHEN octet_length(said) = length(said) THEN replace(replace(replace(
    lower(said), 'ue', umlaut), '''', ''), '`', '')
    ELSE replace(translate(replace(replace(lower(said COLLATE "pg_c_utf8"), 'ue', 'ü'), 'ü', umlaut),
      'аоэеёєяиіїйывўуюгґхжзшсцтчбдклмнпрфàáâãäåāăąćčçďđèéêëēėęěģğìíîïīįıķľļłñńņňòóôõöøōőŕřśšşșťțùúûūůűųŭýÿźžżьъ''’ʼ`´' || U&'\0300\0301\0302\0303\0304\0306\0307\0308\030a\030b\030c\0327\0328',
      'AAAAAAAIIIIIWWUUHHHSSSSTTCBDKLMNPRFaaaaaaaaaTCcddeeeeeeeeggiiiiiiiklllnnnnoooooooorrSSSSttuuuuuuuWyySSS'), 'щ', 'SC') END,
    'schtsch', 'SC'), 'shch', 'SC'), 'szcz', 'SC'), 'tsch', 'C'), 'tch', 'C'), 'cz', 'C'), 'sch', 'S'), 'sh', 'S'), 'sz', 'S'), 'zh',
    'S'), 'kh', 'H'), 'ph', 'F'), 'th', 'T'), 'ts', 'T'), 'tz', 'T'), 'x', 'KS'), 'qu', 'KW'), 'ß', 'S'), 'æ', 'A'), 'œ', 'A'), 'ch'
    , ch), 'ck(?![iy])', 'k', 'g'), 'c(?=[eiyk])|(?<=e)c(?![a-z])', 'T', 'g'), 'abdefghijklmnopqrstuvwyzc', 'ABDAFHHIIKLMNAPKRSTUWWISK'
    ), 'I+(?=[AU])', '', 'g'), 'U', 'V'), 'W', 'V'), 'DS', 'D'), 'ANDAR', 'ANDR'), '([A-Z])\1+', '\1', 'g'), '([A-Z]{4})[AI]+(?![A-Z])'
    , '\1', 'g'), '[^A-Z]+', ' ', 'g'))
$$;

CREATE FUNCTION search_name_key(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$ SELECT search_skeleton(said, 'C', 'ue') $$;

-- All skeletons of the words of a name. Two names may be one when the arrays overlap (&&, with a GIN index).
CREATE FUNCTION search_name_keys(said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT CASE WHEN said ~* 'ch|ue|ü' THEN
    string_to_array(search_skeleton(said, 'C', 'ue'), ' ') || string_to_array(search_skeleton(said, 'H', 'u'), ' ')
  ELSE string_to_array(search_skeleton(said, 'C', 'ue'), ' ') END
$$;


-- One table a kind of thing, kept by triggers, so that pages, imports and the operator's shell all feed it. Nobody reads it but the
-- functions at the end, which apply the rule of visibility to each row.

CREATE FUNCTION search_array(folded text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  -- A lexeme ends at 2,046 bytes, and nobody types more than sixty letters of a word.
  SELECT string_to_array(CASE WHEN length(folded) > 1000 THEN regexp_replace(folded, '([^ ]{60})[^ ]+', '\1', 'g') ELSE folded END, ' ')
$$;

-- Every word of both, the keys of every word of `names`, and in `prose` the keys of words that begin with a capital.
CREATE FUNCTION search_lexemes(names text, prose text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT array_to_tsvector(search_array(left(search_words(names || ' ' || prose), 200000)) || search_array(left(array_to_string(
    search_name_keys(names || ' ' || regexp_replace(prose COLLATE "pg_c_utf8", '\m[[:lower:]0-9][[:alnum:]''’]*', '', 'g')), ' '), 200000)))
$$;

-- The keys of names with any one letter left out: two that share one differ by a slip of the hand.
CREATE FUNCTION search_slips(keys text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT coalesce(array_agg(DISTINCT overlay(key PLACING '' FROM place FOR width)), '{}')
    FROM (SELECT left(key, 40) FROM unnest(keys) AS all_keys (key) WHERE length(key) >= 4 LIMIT 30) AS long (key),
         (VALUES (0), (1)) AS widths (width), generate_series(1, CASE width WHEN 0 THEN 1 ELSE length(key) END) AS places (place)
$$;

-- What each kind is found by: `names` and `prose`, and `hidden`: names of contacts, which outside counsel may not see.
CREATE FUNCTION search_strings(facts jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN facts = '{}' THEN NULL ELSE
    (SELECT string_agg(value #>> '{}', ' ') FROM jsonb_path_query(facts, '$.** ? (@.type() == "string")') AS strings (value)) END
$$;

CREATE VIEW search_case_texts AS
  SELECT c.id AS object_id, c.id AS case_id, NULL::text AS own_level, (c.created_at AT TIME ZONE 'UTC')::date AS on_day,
         concat_ws(' ', c.reference, c.title, (SELECT string_agg(concat_ws(' ', s.name, array_to_string(s.aliases, ' ')), ' ')
           FROM case_subjects cs JOIN subjects s ON s.id = cs.subject_id WHERE cs.case_id = c.id)) AS names,
         concat_ws(' ', c.summary, search_strings(c.details)) AS prose, NULL::text AS hidden
    FROM cases c;
CREATE VIEW search_event_texts AS
  SELECT e.id AS object_id, e.case_id, e.level AS own_level, coalesce(e.latest, (e.entered_at AT TIME ZONE 'UTC')::date) AS on_day,
         '' AS names, concat_ws(' ', e.summary, e.new_facts, e.reason, e.authority, e.reference_no, e.location,
         search_strings(e.facts)) AS prose, NULL::text AS hidden
    FROM case_events e WHERE e.voided_at IS NULL;
CREATE VIEW search_follow_up_texts AS
  SELECT f.id AS object_id, f.case_id, f.level AS own_level, (f.created_at AT TIME ZONE 'UTC')::date AS on_day,
         f.title AS names, concat_ws(' ', f.notes, f.waiting_on,
         (SELECT string_agg(i.text, ' ') FROM checklist_items i WHERE i.follow_up_id = f.id)) AS prose, NULL::text AS hidden
    FROM follow_ups f;
CREATE VIEW search_comment_texts AS
  SELECT k.id AS object_id, k.case_id, k.level AS own_level, (k.created_at AT TIME ZONE 'UTC')::date AS on_day,
         '' AS names, k.body AS prose, NULL::text AS hidden
    FROM comments k WHERE k.removed_at IS NULL;
CREATE VIEW search_engagement_texts AS
  SELECT g.id AS object_id, NULL::uuid AS case_id, g.level AS own_level,
         coalesce(g.sort_on, (g.created_at AT TIME ZONE 'UTC')::date) AS on_day,
         concat_ws(' ', g.place, (SELECT string_agg(p.name, ' ') FROM engagement_participants p WHERE p.engagement_id = g.id)) AS names,
         concat_ws(' ', g.summary, g.date_text) AS prose,
         (SELECT string_agg(c.name, ' ') FROM engagement_participants p JOIN contacts c ON c.id = p.contact_id
           WHERE p.engagement_id = g.id) AS hidden
    FROM engagements g;
CREATE VIEW search_commitment_texts AS
  SELECT m.id AS object_id, m.case_id, NULL::text AS own_level, (m.created_at AT TIME ZONE 'UTC')::date AS on_day,
         concat_ws(' ', m.by_text, m.to_text) AS names, concat_ws(' ', m.text, m.check_note) AS prose,
         (SELECT nullif(concat_ws(' ', string_agg(c.name, ' '), (SELECT string_agg(o.name, ' ') FROM organisations o
            WHERE o.id IN (m.by_organisation_id, m.to_organisation_id))), '')
            FROM contacts c WHERE c.id IN (m.by_contact_id, m.to_contact_id)) AS hidden
    FROM commitments m;
CREATE VIEW search_contact_texts AS
  SELECT c.id AS object_id, NULL::uuid AS case_id, NULL::text AS own_level, (c.created_at AT TIME ZONE 'UTC')::date AS on_day,
         concat_ws(' ', c.name, (SELECT o.name FROM organisations o WHERE o.id = c.organisation_id),
         (SELECT string_agg(concat_ws(' ', f.title, o.name), ' ') FROM offices f LEFT JOIN organisations o ON o.id = f.organisation_id
           WHERE f.contact_id = c.id)) AS names, '' AS prose, NULL::text AS hidden
    FROM contacts c WHERE c.merged_into_id IS NULL;
CREATE VIEW search_organisation_texts AS
  SELECT o.id AS object_id, NULL::uuid AS case_id, NULL::text AS own_level, (o.created_at AT TIME ZONE 'UTC')::date AS on_day,
         o.name AS names, '' AS prose, NULL::text AS hidden
    FROM organisations o;
CREATE VIEW search_subject_texts AS
  SELECT s.id AS object_id, NULL::uuid AS case_id, NULL::text AS own_level, (s.created_at AT TIME ZONE 'UTC')::date AS on_day,
         concat_ws(' ', s.name, array_to_string(s.aliases, ' '), s.office) AS names, coalesce(s.notes, '') AS prose, NULL::text AS hidden
    FROM subjects s;
CREATE VIEW search_document_texts AS
  SELECT d.id AS object_id, NULL::uuid AS case_id, d.level AS own_level, (d.created_at AT TIME ZONE 'UTC')::date AS on_day,
         concat_ws(' ', d.title, d.from_text, d.to_text) AS names, coalesce(d.source, '') AS prose, NULL::text AS hidden
    FROM documents d;

-- Each kind: its table, and the function that writes the entries of some ids anew.
DO $do$
DECLARE kind text;
BEGIN
  FOREACH kind IN ARRAY ARRAY['case', 'event', 'follow_up', 'comment', 'engagement', 'commitment', 'contact', 'organisation', 'subject',
      'document'] LOOP
    EXECUTE format($sql$
      CREATE TABLE search_%1$s (
        object_id uuid PRIMARY KEY, case_id uuid, own_level text, on_day date NOT NULL,
        words tsvector NOT NULL, outside_words tsvector, slips text[]);
      ALTER TABLE search_%1$s ENABLE ROW LEVEL SECURITY;
      CREATE INDEX ix_search_%1$s_words ON search_%1$s USING gin (words) WITH (gin_pending_list_limit = 128);
      CREATE INDEX ix_search_%1$s_day ON search_%1$s (on_day DESC, object_id DESC);
      CREATE FUNCTION search_refresh_%1$s(ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = pg_catalog, public AS $body$
      BEGIN
        DELETE FROM search_%1$s WHERE object_id = ANY (ids);
        INSERT INTO search_%1$s (object_id, case_id, own_level, on_day, words, outside_words, slips)
        SELECT object_id, case_id, own_level, on_day, search_lexemes(concat_ws(' ', names, hidden), prose),
               CASE WHEN hidden IS NOT NULL THEN search_lexemes(names, prose) END,
               %2$s
          FROM search_%1$s_texts WHERE object_id = ANY (ids);
      END $body$;
      REVOKE ALL ON search_%1$s, search_%1$s_texts FROM PUBLIC;
      REVOKE EXECUTE ON FUNCTION search_refresh_%1$s(uuid[]) FROM PUBLIC;
      $sql$, kind, CASE WHEN kind IN ('contact', 'organisation', 'subject') THEN 'search_slips(search_name_keys(names))' ELSE 'NULL' END);
    IF kind IN ('case', 'event', 'follow_up', 'comment') THEN
      EXECUTE format('CREATE INDEX ix_search_%1$s_case ON search_%1$s (case_id)', kind);
    ELSIF kind IN ('contact', 'organisation', 'subject') THEN
      EXECUTE format('CREATE INDEX ix_search_%1$s_slips ON search_%1$s USING gin (slips)', kind);
    END IF;
  END LOOP;
END $do$;

-- Triggers. New and deleted rows: once for a statement, so that an import of thousands is one. Changed rows: only those whose texts
-- changed, tested without calling anything, since most updates of a case touch no text.
DO $do$
DECLARE kind text; source text; texts text; ids text; one record;
BEGIN
  FOR kind, source, texts IN VALUES
    ('case', 'cases', 'reference, title, summary, details, created_at'),
    ('event', 'case_events', 'case_id, level, latest, summary, new_facts, reason, authority, reference_no, location, facts, voided_at'),
    ('follow_up', 'follow_ups', 'case_id, level, title, notes, waiting_on'),
    ('comment', 'comments', 'case_id, level, body, removed_at'),
    ('engagement', 'engagements', 'level, sort_on, place, summary, date_text'),
    ('commitment', 'commitments',
     'case_id, by_text, to_text, text, check_note, by_contact_id, to_contact_id, by_organisation_id, to_organisation_id'),
    ('contact', 'contacts', 'name, organisation_id, merged_into_id'),
    ('organisation', 'organisations', 'name'),
    ('subject', 'subjects', 'name, aliases, office, notes'),
    ('document', 'documents', 'level, title, from_text, to_text, source')
  LOOP
    EXECUTE format($sql$
      CREATE FUNCTION search_%1$s_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS
      $body$ BEGIN PERFORM search_refresh_%1$s(ARRAY(SELECT id FROM made)); RETURN NULL; END $body$;
      CREATE TRIGGER search_made AFTER INSERT ON %2$s REFERENCING NEW TABLE AS made
        FOR EACH STATEMENT EXECUTE FUNCTION search_%1$s_made();
      CREATE FUNCTION search_%1$s_gone() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS
      $body$ BEGIN DELETE FROM search_%1$s WHERE object_id IN (SELECT id FROM gone); RETURN NULL; END $body$;
      CREATE TRIGGER search_gone AFTER DELETE ON %2$s REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION search_%1$s_gone();
      CREATE FUNCTION search_%1$s_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS
      $body$ BEGIN PERFORM search_refresh_%1$s(ARRAY[NEW.id]); RETURN NULL; END $body$;
      CREATE TRIGGER search_changed AFTER UPDATE ON %2$s FOR EACH ROW WHEN ((%3$s) IS DISTINCT FROM (%4$s))
        EXECUTE FUNCTION search_%1$s_changed();
      $sql$, kind, source,
      (SELECT string_agg('OLD.' || btrim(name), ', ') FROM regexp_split_to_table(texts, ',') AS names (name)),
      (SELECT string_agg('NEW.' || btrim(name), ', ') FROM regexp_split_to_table(texts, ',') AS names (name)));
  END LOOP;

  -- What stands in one row and is found by another: (table, whose entry, which ids of it for the rows `x` that changed).
  FOR one IN SELECT * FROM (VALUES
    ('case_subjects', 'case', 'SELECT case_id FROM x', NULL),
    ('checklist_items', 'follow_up', 'SELECT follow_up_id FROM x', NULL),
    ('engagement_participants', 'engagement', 'SELECT engagement_id FROM x', NULL),
    ('offices', 'contact', 'SELECT contact_id FROM x', NULL),
    ('subjects', 'case', 'SELECT cs.case_id FROM x JOIN case_subjects cs ON cs.subject_id = x.id', 'name, aliases'),
    ('contacts', 'engagement', 'SELECT p.engagement_id FROM x JOIN engagement_participants p ON p.contact_id = x.id', 'name'),
    ('contacts', 'commitment', 'SELECT m.id FROM x JOIN commitments m ON m.by_contact_id = x.id OR m.to_contact_id = x.id', 'name'),
    ('organisations', 'commitment',
     'SELECT m.id FROM x JOIN commitments m ON m.by_organisation_id = x.id OR m.to_organisation_id = x.id', 'name'),
    ('organisations', 'contact', 'SELECT c.id FROM x JOIN contacts c ON c.organisation_id = x.id
      UNION SELECT o.contact_id FROM x JOIN offices o ON o.organisation_id = x.id', 'name')
  ) AS links (source, kind, ids, texts) LOOP
    EXECUTE format($sql$
      CREATE FUNCTION search_%1$s_of_%2$s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS
      $body$ BEGIN PERFORM search_refresh_%1$s(ARRAY(%3$s)); RETURN NULL; END $body$;
      $sql$, one.kind, one.source, one.ids);
    IF one.texts IS NULL THEN
      EXECUTE format($sql$
        CREATE TRIGGER search_%1$s_made AFTER INSERT ON %2$s REFERENCING NEW TABLE AS x
          FOR EACH STATEMENT EXECUTE FUNCTION search_%1$s_of_%2$s();
        CREATE TRIGGER search_%1$s_gone AFTER DELETE ON %2$s REFERENCING OLD TABLE AS x
          FOR EACH STATEMENT EXECUTE FUNCTION search_%1$s_of_%2$s();
        CREATE FUNCTION search_%1$s_from_%2$s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public AS
        $body$ BEGIN PERFORM search_refresh_%1$s(ARRAY(SELECT %3$s FROM was UNION SELECT %3$s FROM x)); RETURN NULL; END $body$;
        CREATE TRIGGER search_%1$s_changed AFTER UPDATE ON %2$s REFERENCING OLD TABLE AS was NEW TABLE AS x
          FOR EACH STATEMENT EXECUTE FUNCTION search_%1$s_from_%2$s();
        $sql$, one.kind, one.source, split_part(one.ids, ' ', 2));
    ELSE
      EXECUTE format($sql$
        CREATE FUNCTION search_%1$s_from_%2$s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public AS
        $body$ BEGIN PERFORM search_refresh_%1$s(ARRAY(WITH x AS (SELECT NEW.id) %3$s)); RETURN NULL; END $body$;
        CREATE TRIGGER search_%1$s_changed AFTER UPDATE ON %2$s FOR EACH ROW
          WHEN (OLD.name IS DISTINCT FROM NEW.name %4$s) EXECUTE FUNCTION search_%1$s_from_%2$s();
        DROP FUNCTION search_%1$s_of_%2$s();
        $sql$, one.kind, one.source, one.ids,
        CASE WHEN one.texts LIKE '%%aliases%%' THEN 'OR OLD.aliases IS DISTINCT FROM NEW.aliases' ELSE '' END);
    END IF;
  END LOOP;
END $do$;

-- What stood before.
DO $do$
DECLARE kind text; source text;
BEGIN
  FOR kind, source IN VALUES ('case', 'cases'), ('event', 'case_events'), ('follow_up', 'follow_ups'), ('comment', 'comments'),
    ('engagement', 'engagements'), ('commitment', 'commitments'), ('contact', 'contacts'), ('organisation', 'organisations'),
    ('subject', 'subjects'), ('document', 'documents') LOOP
    EXECUTE format('SELECT search_refresh_%s(ARRAY(SELECT id FROM %I))', kind, source);
  END LOOP;
END $do$;

-- The words that are asked for: two letters or more, eight at most.
CREATE FUNCTION search_asked(said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg(word) FROM (SELECT word FROM string_to_table(search_words(left(said, 200)), ' ') AS words (word)
                                WHERE length(word) >= 2 LIMIT 8) AS asked
$$;

-- The question, word by word. Each must be found, as the beginning of a word or as the key of a name; `whole`: the word itself.
CREATE FUNCTION search_queries(said text, whole boolean DEFAULT false) RETURNS tsquery[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg(concat_ws(' | ', '''' || word || CASE WHEN whole THEN '''' ELSE ''':*' END,
      (SELECT string_agg('''' || key || CASE WHEN whole THEN '''' ELSE ''':*' END, ' | ')
         FROM unnest(search_name_keys(word)) AS keys (key) WHERE length(key) >= 3))::tsquery)
    FROM (SELECT DISTINCT left(word, 60) AS word FROM unnest(search_asked(said)) AS words (word)) AS asked
$$;

-- All of them; NULL: nothing to look for.
CREATE FUNCTION search_all(parts tsquery[]) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT string_agg('(' || one::text || ')', ' & ')::tsquery FROM unnest(parts) AS queries (one) $$;

CREATE FUNCTION search_query(said text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT search_all(search_queries(said)) $$;

-- Whether the acting person sees what an entry stands for: the policies' rule, once more, kind by kind, about `e`. $2: is staff, $3: who.
CREATE FUNCTION search_rule(kind text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN kind = 'case' THEN seen_case
    WHEN kind IN ('event', 'follow_up') THEN seen_case || own_level
    WHEN kind = 'comment' THEN seen_case || own_level || $r$ AND (SELECT k.follow_up_id IS NULL OR
      (SELECT (f.case_id = k.case_id OR search_sees_case(f.case_id))  -- the work may have been handed over to another case
          AND (f.level IS NULL OR f.level IN ('public', 'internal') OR app_is_member(f.case_id)) FROM follow_ups f WHERE f.id = k.follow_up_id)
      FROM comments k WHERE k.id = e.object_id)$r$
    WHEN kind = 'engagement' THEN 'search_sees_engagement(e.object_id)'
    WHEN kind = 'commitment' THEN 'search_sees_commitment(e.object_id)'
    WHEN kind = 'document' THEN 'search_sees_document(e.object_id)'
    WHEN kind = 'contact' THEN '($2 OR search_sees_contact(e.object_id))'
    WHEN kind = 'organisation' THEN '($2 OR search_sees_organisation(e.object_id))'
    WHEN kind = 'subject' THEN 'search_sees_subject(e.object_id)'
  END
  FROM (VALUES (
    $r$(SELECT c.removed_at IS NULL AND (($2 AND c.level IN ('public', 'internal')) OR app_is_member(c.id)) FROM cases c WHERE c.id = e.case_id)$r$,
    $r$ AND (e.own_level IS NULL OR e.own_level IN ('public', 'internal') OR app_is_member(e.case_id))$r$
  )) AS rules (seen_case, own_level)
$$;

CREATE FUNCTION search_sees_case(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM cases c WHERE c.id = wanted AND c.removed_at IS NULL
                 AND (app_is_member(c.id) OR (c.level IN ('public', 'internal') AND app_is_staff())));
END $$;

CREATE FUNCTION search_sees_engagement(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM engagements g WHERE g.id = wanted AND (
    EXISTS (SELECT 1 FROM engagement_cases ec WHERE ec.engagement_id = g.id AND search_sees_case(ec.case_id)
            AND (g.level IN ('public', 'internal') OR app_is_member(ec.case_id)))
    OR (((g.level IN ('public', 'internal') AND app_is_staff()) OR g.created_by_id = app_person())
        AND NOT EXISTS (SELECT 1 FROM engagement_cases ec WHERE ec.engagement_id = g.id))));
END $$;

CREATE FUNCTION search_sees_commitment(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM commitments m WHERE m.id = wanted
    AND (m.engagement_id IS NULL OR search_sees_engagement(m.engagement_id)) AND (m.case_id IS NULL OR search_sees_case(m.case_id))
    AND (m.engagement_id IS NOT NULL OR m.case_id IS NOT NULL OR app_is_staff()));
END $$;

CREATE FUNCTION search_sees_document(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  -- A paper without a case has no page yet, so it is not found.
  RETURN EXISTS (SELECT 1 FROM documents d JOIN document_cases dc ON dc.document_id = d.id
                 WHERE d.id = wanted AND search_sees_case(dc.case_id)
                   AND (d.level IN ('public', 'internal') OR app_is_member(dc.case_id)));
END $$;

CREATE FUNCTION search_sees_contact(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN app_is_staff() OR EXISTS (SELECT 1 FROM contacts c WHERE c.id = wanted AND c.created_by_id = app_person())
      OR EXISTS (SELECT 1 FROM case_contacts cc WHERE cc.contact_id = wanted AND search_sees_case(cc.case_id));
END $$;

CREATE FUNCTION search_sees_organisation(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN app_is_staff() OR EXISTS (SELECT 1 FROM contacts c WHERE c.organisation_id = wanted AND search_sees_contact(c.id))
      OR EXISTS (SELECT 1 FROM offices o WHERE o.organisation_id = wanted AND search_sees_contact(o.contact_id));
END $$;

CREATE FUNCTION search_sees_subject(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM case_subjects cs WHERE cs.subject_id = wanted AND search_sees_case(cs.case_id))
      OR (NOT EXISTS (SELECT 1 FROM case_subjects cs WHERE cs.subject_id = wanted)
          AND (app_is_staff() OR EXISTS (SELECT 1 FROM subjects s WHERE s.id = wanted AND s.created_by_id = app_person())));
END $$;

-- The share of entries of a kind that one word of a question is likely to find, from what ANALYZE noted of the commonest lexemes. (The
-- planner's own guess for the beginning of a word is a constant where the vocabulary is small.) NULL: none of them begins so.
CREATE FUNCTION search_share(kind text, one tsquery) RETURNS double precision LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT max(found.share)
    FROM pg_stats noted, LATERAL (SELECT noted.most_common_elems::text::text[] AS elems) AS listed,
         LATERAL (SELECT least(sum(freq), 1) AS share
                    FROM unnest(elems, noted.most_common_elem_freqs[1:cardinality(elems)]) AS lexemes (lexeme, freq),
                         regexp_matches(one::text, '''([A-Za-z0-9]+)''', 'g') AS begins (begin)
                   WHERE starts_with(lexeme, begin[1]) GROUP BY begin[1]) AS found
   WHERE noted.schemaname = 'public' AND noted.tablename = 'search_' || kind AND noted.attname = 'words'
   GROUP BY noted.most_common_elem_freqs, elems
$$;

-- The entries of one kind that the acting person sees, newest first (people and organisations: whole words first), at most `most`.
-- A rare word is looked up in the index of words. A common one would give hundreds of thousands there, so the newest entries are walked
-- instead until enough are found; statistics of the words say which. Both see the rule applied before anything counts.
CREATE FUNCTION search_one(kind text, parts tsquery[], whole tsquery, most integer, since date, until date, pathways text[])
RETURNS TABLE (object_id uuid, on_day date) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  asked tsquery := search_all(parts);
  indexed tsquery := asked;
  one tsquery;
  fewest double precision;
  staff boolean := app_is_staff();
  by_case boolean := kind IN ('case', 'event', 'follow_up', 'comment');
  sees text := search_rule(kind);
  days text := '';
  of_pathway text := '';
  place text := 'e.on_day DESC, e.object_id DESC';
  likely double precision; entries double precision; guess double precision;
  collected double precision := 0; walk integer; found integer;
BEGIN
  IF asked IS NULL OR sees IS NULL OR most < 1 THEN RETURN; END IF;
  IF current_setting('role') = 'tracker_operator' THEN
    sees := 'true';
  ELSIF app_person() IS NULL THEN
    RETURN;
  END IF;
  IF since IS NOT NULL THEN days := days || ' AND e.on_day >= $5'; END IF;
  IF until IS NOT NULL THEN days := days || ' AND e.on_day <= $6'; END IF;
  IF pathways IS NOT NULL THEN
    IF NOT by_case THEN RETURN; END IF;
    of_pathway := ' AND (SELECT c.pathway = ANY ($7) FROM cases c WHERE c.id = e.case_id)';
  END IF;
  IF kind IN ('contact', 'organisation', 'subject') THEN
    place := '(e.words @@ $8) DESC, ' || place;
  END IF;

  IF NOT staff AND sees <> 'true' THEN
    -- Counsel: few cases, so begin there; and without the names of contacts, which they may not see.
    RETURN QUERY EXECUTE format(
      'SELECT e.object_id, e.on_day FROM search_%1$s e WHERE coalesce(e.outside_words, e.words) @@ $1 AND e.words @@ $1 %2$s %3$s AND %4$s %5$s
        ORDER BY %6$s LIMIT $4',
      kind, days, CASE WHEN by_case THEN 'AND e.case_id IN (SELECT m.case_id FROM case_memberships m WHERE m.person_id = $3 AND m.ended_at IS NULL)'
      ELSE '' END, sees, of_pathway, place)
      USING asked, staff, app_person(), most, since, until, pathways, whole;
    RETURN;
  END IF;

  SELECT reltuples INTO entries FROM pg_class WHERE oid = ('search_' || kind)::regclass;
  IF entries > 5000 AND kind NOT IN ('contact', 'organisation', 'subject') THEN
    likely := entries;
    FOREACH one IN ARRAY parts LOOP
      guess := coalesce(search_share(kind, one), 0) * entries;
      likely := likely * guess / entries;
      collected := collected + guess;
      IF fewest IS NULL OR guess < fewest THEN
        fewest := guess;
        -- Beside a rare word the index is not asked for the common ones: all their places would be collected first.
        IF guess < 5000 THEN indexed := one; END IF;
      END IF;
    END LOOP;
    -- In microseconds, measured: an entry walked 2.5, a place collected from the index 0.3, an entry fetched from there 3.
    IF fewest >= 5000 AND 2.5 * most * entries / greatest(likely, 1) < 0.3 * collected + 3 * likely THEN
      walk := least(entries, 3 * most * entries / likely + 200);
      RETURN QUERY EXECUTE format(
        'SELECT e.object_id, e.on_day FROM (SELECT * FROM search_%1$s e WHERE true %2$s ORDER BY e.on_day DESC, e.object_id DESC LIMIT %3$s) e
          WHERE e.words @@ $1 AND %4$s %5$s LIMIT $4', kind, days, walk, sees, of_pathway)
        USING asked, staff, app_person(), most, since, until, pathways, whole;
      GET DIAGNOSTICS found = ROW_COUNT;
      IF found >= most THEN RETURN; END IF;
    END IF;
  END IF;
  -- MATERIALIZED: else a LIMIT lets the planner walk the days after all.
  RETURN QUERY EXECUTE format(
    'WITH matched AS MATERIALIZED (SELECT * FROM search_%1$s e WHERE e.words @@ $9 %2$s)
     SELECT e.object_id, e.on_day FROM (SELECT * FROM matched e ORDER BY %3$s OFFSET 0) e
      WHERE e.words @@ $1 AND %4$s %5$s OFFSET %6$s LIMIT $4 - %6$s',
    kind, days, place, sees, of_pathway, coalesce(found, 0))
    USING asked, staff, app_person(), most, since, until, pathways, whole, indexed;
END $$;

-- All kinds at once, for the page and the panel.
CREATE FUNCTION app_search(said text, kinds text[], most integer, since date DEFAULT NULL, until date DEFAULT NULL,
                           pathways text[] DEFAULT NULL)
RETURNS TABLE (kind text, object_id uuid, place bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE parts tsquery[] := search_queries(said); whole tsquery := search_all(search_queries(said, true)); one text;
BEGIN
  FOREACH one IN ARRAY kinds LOOP
    RETURN QUERY SELECT one, found.object_id, found.place
      FROM search_one(one, parts, whole, least(most, 10000), since, until, pathways) WITH ORDINALITY AS found (object_id, on_day, place);
  END LOOP;
END $$;

-- All of one kind, for a list that has an order of its own.
CREATE FUNCTION app_search_ids(kind text, said text) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 100
SET search_path = pg_catalog, public AS
$$ SELECT found.object_id FROM search_one(kind, search_queries(said), search_query(said), 10000000, NULL, NULL, NULL) AS found $$;

-- How many of a kind the words are likely to find: a guess from statistics, the same for everybody; -1: no such kind.
CREATE FUNCTION app_search_likely(kind text, said text) RETURNS integer LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE one tsquery; likely double precision;
BEGIN
  IF search_rule(kind) IS NULL THEN RETURN -1; END IF;
  SELECT greatest(reltuples, 0) INTO likely FROM pg_class WHERE oid = ('search_' || kind)::regclass;
  FOREACH one IN ARRAY coalesce(search_queries(said), '{}') LOOP
    likely := likely * coalesce(search_share(kind, one), 0);
  END LOOP;
  RETURN likely;
END $$;

-- Whether one object that the person sees is found by a question: for lists that walk an order of their own.
CREATE FUNCTION app_search_matches(kind text, wanted uuid, asked tsquery) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER COST 20
SET search_path = pg_catalog, public AS $$
BEGIN
  CASE kind
    WHEN 'case' THEN RETURN (SELECT e.words @@ asked FROM search_case e WHERE e.object_id = wanted) AND search_sees_case(wanted);
    WHEN 'follow_up' THEN RETURN (SELECT e.words @@ asked AND search_sees_case(e.case_id)
        AND (e.own_level IS NULL OR e.own_level IN ('public', 'internal') OR app_is_member(e.case_id))
        FROM search_follow_up e WHERE e.object_id = wanted);
    WHEN 'contact' THEN RETURN (SELECT e.words @@ asked FROM search_contact e WHERE e.object_id = wanted) AND search_sees_contact(wanted);
    WHEN 'organisation' THEN RETURN (SELECT e.words @@ asked FROM search_organisation e WHERE e.object_id = wanted)
        AND search_sees_organisation(wanted);
    WHEN 'engagement' THEN RETURN (SELECT CASE WHEN app_is_staff() THEN e.words ELSE coalesce(e.outside_words, e.words) END @@ asked
        FROM search_engagement e WHERE e.object_id = wanted) AND search_sees_engagement(wanted);
    WHEN 'commitment' THEN RETURN (SELECT CASE WHEN app_is_staff() THEN e.words ELSE coalesce(e.outside_words, e.words) END @@ asked
        FROM search_commitment e WHERE e.object_id = wanted) AND search_sees_commitment(wanted);
    ELSE RETURN false;
  END CASE;
END $$;

-- People and organisations that a slip of the hand away from a word of `said`, where nothing was found.
CREATE FUNCTION app_search_near(said text, most integer) RETURNS TABLE (kind text, object_id uuid) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE near text[] := search_slips(search_name_keys(said)); one text;
BEGIN
  IF near = '{}' OR app_person() IS NULL THEN RETURN; END IF;
  FOREACH one IN ARRAY ARRAY['subject', 'contact', 'organisation'] LOOP
    RETURN QUERY EXECUTE format('SELECT %1$L::text, e.object_id FROM search_%1$s e WHERE e.slips && $1 AND %2$s LIMIT $4', one, search_rule(one))
      USING near, app_is_staff(), app_person(), most;
  END LOOP;
END $$;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['search_one(text, tsquery[], tsquery, integer, date, date, text[])', 'app_search(text, text[], integer, date, date, text[])',
      'app_search_ids(text, text)', 'app_search_likely(text, text)', 'app_search_matches(text, uuid, tsquery)', 'app_search_near(text, integer)',
      'search_share(text, tsquery)', 'search_sees_case(uuid)', 'search_sees_engagement(uuid)', 'search_sees_commitment(uuid)', 'search_sees_document(uuid)',
      'search_sees_contact(uuid)', 'search_sees_organisation(uuid)', 'search_sees_subject(uuid)'] LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', name);
    IF name LIKE 'app\_%' THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO tracker_app, tracker_operator', name);
    END IF;
  END LOOP;
END $$;
