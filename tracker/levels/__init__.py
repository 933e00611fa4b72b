"""The level of what hangs on a case: lowered by a lead, unsealed by two persons."""
