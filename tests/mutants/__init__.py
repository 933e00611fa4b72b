"""Permission checks, listed from the code and taken away one by one: a test must notice each (`make mutants`)."""
