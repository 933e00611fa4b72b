"""Celery: only the engine. The database holds the work; a job is told "look", never what to do."""
