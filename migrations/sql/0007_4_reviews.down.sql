DROP FUNCTION app_duties(uuid, boolean);
DROP FUNCTION app_end_memberships(integer);
DROP TABLE access_reviews;
DROP TRIGGER dates_review ON cases;
DROP FUNCTION app_dates_review();
ALTER TABLE cases DROP COLUMN review_due_on;
