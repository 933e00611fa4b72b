DROP FUNCTION sealed_key_id(bytea);
DROP TABLE field_key_checks;
