"""`python -m worker.health`: whether this container's worker or beat can do its work; 1, and why, when it can't."""

from __future__ import annotations

import sys

import psycopg
import redis

from config import ConfigurationFault, Settings, load_settings

PATIENCE_S = 5


def fault_of(settings: Settings) -> str | None:
    """A sentence; None when database and broker answer to who we are. Of the database a beat knows nothing."""
    return (None if settings.only_ticks else _fault_of_database(settings)) or _fault_of_broker(settings)


def _fault_of_database(settings: Settings) -> str | None:
    try:
        url = settings.database_jobs_url or settings.database_app_url or settings.database_url or ""
        url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        with psycopg.connect(url, connect_timeout=PATIENCE_S) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error as error:
        return f"The database does not answer: {type(error).__name__}."
    return None


def _fault_of_broker(settings: Settings) -> str | None:
    client = redis.Redis.from_url(
        settings.redis_url or "", socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S
    )
    try:
        client.ping()
    except (redis.RedisError, OSError) as error:
        return f"The broker does not answer: {type(error).__name__}."
    finally:
        client.close()
    return None


def main() -> int:
    """0 when all is well."""
    try:
        fault = fault_of(load_settings())
    except ConfigurationFault as refused:
        fault = str(refused)
    if fault is not None:
        sys.stderr.write(f"{fault}\n")
    return 0 if fault is None else 1


if __name__ == "__main__":
    sys.exit(main())
