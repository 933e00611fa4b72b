DROP FUNCTION app_erase_contact(uuid, text[]);
