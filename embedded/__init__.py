"""Real servers out of wheels, for a laptop and for tests: PostgreSQL, Valkey, a mail catcher, and who keeps them alive.

Imported by the bootstrap of `flask`, by `make run` and by tests alone; production names its servers by address.
"""
