REVOKE MAINTAIN ON files FROM tracker_operator;
DROP TABLE person_pictures;
ALTER TABLE people DROP COLUMN picture;
