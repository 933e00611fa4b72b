"""The fault table of the reminders' design, row by row, each with its pass condition."""
