DROP FUNCTION app_search_among(text, uuid[], tsquery);
