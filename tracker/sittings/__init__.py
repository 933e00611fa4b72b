"""When institutions sit: dates that are taken in from a file, each with its source and how certain it is."""
