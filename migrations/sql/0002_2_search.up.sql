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

