-- Lists ask what words find of many rows at once, and not of each: a call for each took longer than everything else of the page (ADR 10).

-- Which of these a question finds and the acting person sees: for a list that walks an order of its own. Nobody but a person asks so.
CREATE FUNCTION app_search_among(kind text, wanted uuid[], asked tsquery) RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, public AS $$
DECLARE rule text := search_rule(kind);
BEGIN
  IF rule IS NULL OR app_person() IS NULL THEN RETURN; END IF;
  -- (SELECT $1): else the planner looks at each id for itself, which takes longer than finding them.
  RETURN QUERY EXECUTE format(
    'SELECT e.object_id FROM search_%1$s e
      WHERE e.object_id = ANY ((SELECT $1)::uuid[]) AND CASE WHEN $2 THEN e.words ELSE coalesce(e.outside_words, e.words) END @@ $4 AND %2$s', kind, rule)
    USING wanted, app_is_staff(), app_person(), asked;
END $$;
REVOKE EXECUTE ON FUNCTION app_search_among(text, uuid[], tsquery) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_search_among(text, uuid[], tsquery) TO tracker_app, tracker_operator;
