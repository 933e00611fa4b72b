DROP INDEX ix_charges_undated;
DROP INDEX ix_charges_lapse_there;
DROP INDEX ix_charges_lapse;
