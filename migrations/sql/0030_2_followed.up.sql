-- By which version of its rule a follow-up's clock was last reckoned; and that a change of the rule moved it.

ALTER TABLE followed_clocks ADD COLUMN rule_version integer DEFAULT 0 NOT NULL;
CREATE INDEX ix_followed_clocks_rule ON followed_clocks (rule_key, rule_version);
COMMENT ON COLUMN followed_clocks.rule_version IS 'of the rule here, by which it was last reckoned; 0: as it shipped';
ALTER TABLE clock_moves ADD COLUMN rule_version integer;
COMMENT ON COLUMN clock_moves.rule_version IS 'of the rule, where its change was the cause';
ALTER TABLE clock_moves DROP CONSTRAINT ck_clock_moves_cause, ADD CONSTRAINT ck_clock_moves_cause CHECK (
  cause IN ('followed', 'corrected', 'voided', 'rule_changed'));
