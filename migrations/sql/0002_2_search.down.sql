DROP FUNCTION search_name_keys(text);
DROP FUNCTION search_name_key(text);
DROP FUNCTION search_skeleton(text, text, text);
DROP FUNCTION search_words(text);
