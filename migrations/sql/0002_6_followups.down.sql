DROP FUNCTION app_take_comments_along(uuid);
DROP FUNCTION app_recur(uuid, uuid, text, date, text);
