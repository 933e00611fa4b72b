DROP FUNCTION app_name_key(text);
DROP FUNCTION app_unmerge_contacts(uuid);
DROP FUNCTION app_merge_contacts(uuid, uuid, uuid, jsonb);
DROP FUNCTION app_merges_contacts();
DROP FUNCTION app_contact_facts(uuid);
