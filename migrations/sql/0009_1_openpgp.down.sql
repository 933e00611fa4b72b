DROP TABLE openpgp_keys;
