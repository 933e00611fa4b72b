DROP TABLE recommendation_follow_ups;
DROP FUNCTION app_makes_work_on_recommendation(uuid, uuid);
