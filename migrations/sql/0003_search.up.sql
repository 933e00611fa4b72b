-- The newest entries that are walked for a common word may all be about something else: walk on before the index is asked.

CREATE OR REPLACE FUNCTION search_one(kind text, parts tsquery[], whole tsquery, most integer, since date, until date, pathways text[])
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
  collected double precision := 0; walk integer; walked integer := 0; most_walked double precision; step integer; found integer := 0;
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
      -- The newest may all be about something else (an import, a busy week): go on, four times as far each time, for a quarter of the
      -- time that the index would take.
      walk := least(entries, 3 * most * entries / likely + 200);
      most_walked := greatest(walk, (0.3 * collected + 3 * likely) / 2.5 / 4);
      LOOP
        RETURN QUERY EXECUTE format(
          'SELECT e.object_id, e.on_day FROM (SELECT * FROM search_%1$s e WHERE true %2$s ORDER BY e.on_day DESC, e.object_id DESC
             OFFSET %6$s LIMIT %3$s) e WHERE e.words @@ $1 AND %4$s %5$s LIMIT $4 - %7$s',
          kind, days, walk, sees, of_pathway, walked, found)
          USING asked, staff, app_person(), most, since, until, pathways, whole;
        GET DIAGNOSTICS step = ROW_COUNT;
        found := found + step;
        IF found >= most THEN RETURN; END IF;
        walked := walked + walk;
        EXIT WHEN walked >= most_walked;
        walk := least(3 * walked, most_walked - walked + 1);
      END LOOP;
    END IF;
  END IF;
  -- MATERIALIZED: else a LIMIT lets the planner walk the days after all.
  RETURN QUERY EXECUTE format(
    'WITH matched AS MATERIALIZED (SELECT * FROM search_%1$s e WHERE e.words @@ $9 %2$s)
     SELECT e.object_id, e.on_day FROM (SELECT * FROM matched e ORDER BY %3$s OFFSET 0) e
      WHERE e.words @@ $1 AND %4$s %5$s OFFSET %6$s LIMIT $4 - %6$s',
    kind, days, place, sees, of_pathway, found)
    USING asked, staff, app_person(), most, since, until, pathways, whole, indexed;
END $$;
