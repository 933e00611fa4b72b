"""Measuring: a data generator, scenarios, one table of figures. Never part of a test run."""
