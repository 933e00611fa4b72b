-- What somebody waits for is little, among much that they have to do: home asks for it by person.
CREATE INDEX ix_follow_ups_assignee_waiting ON follow_ups (assignee_id, due_on, id) WHERE status = 'waiting';
