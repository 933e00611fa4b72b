"""Faults on purpose: real workers, beats, PostgreSQL and Valkey, a relay that misbehaves, every mail counted."""
