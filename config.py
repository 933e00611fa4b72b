"""Settings, read once from the environment and checked as a whole. Imports nothing of the application.

Production refuses to start on the first look: every fault is listed in one go, so that an operator
mends the environment once. Development needs nothing set: secrets are made in the data folder, and the
addresses of the embedded servers come from the `make run` that runs on the same folder. How each setting is read stands
in `configuration/`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from configuration import addresses, own_secrets, plain_values
from configuration.faults import ConfigurationFault
from configuration.own_secrets import FieldKey
from configuration.refusals import refusals, refusals_of_ticks
from configuration.retention import DEFAULTS, periods
from configuration.running_copy import process_start, running_servers
from configuration.secret_files import with_files

__all__ = ["ConfigurationFault", "FieldKey", "Settings", "load_settings", "process_start"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. Secrets and addresses with passwords stay out of `repr`, hence out of logs.

    `field_keys`: the first one encrypts, all of them decrypt.
    `database_url`: the owner of the tables, for migrations and commands. `database_app_url`: the login of the web, and
    of jobs that render for a person; `database_jobs_url`: that of jobs. None: the owner's, narrowed by SET LOCAL ROLE.
    `sample`: whether a first start loads the sample cases.
    `trusted_proxies`: how many reverse proxies stand in front, whose word on address and scheme is taken.
    `smtp_url`: one relay or several, with commas, in the order in which they are tried; `relay_lookup_url`: one place
    for all of them or one for each. `resends_uncertain`: what becomes of a mail of which nobody can know whether the
    relay took it. Rates are mails a minute.
    `field_keys_file`: where the field keys were read, and are read again when it changes.
    `audit_keys`: the first one chains the audit, all of them verify it; whoever does neither needs none.
    `audit_mail`, `audit_anchor_dir`: where the signed head of the audit goes every day.
    `second_factor`: "required", or "offered" where a password alone may open everything.
    `retention`: days after which each sort of what passes goes, None for never.
    `mass_export_cases`: of more cases nobody exports lists within 24 hours without a second person.
    `reading_alarm`: past so many different cases, papers and contacts that one person opens in an hour administrators
    are told; `reading_stop`: past so many, whoever goes on shows first who they are. In a day four times as many.
    `mail_without_key`: what somebody who never gave an OpenPGP key is mailed of public and internal matters: "full", or
    "minimal" as of restricted ones.
    `only_ticks`: this process is a beat, which knows the broker and no secret beside its password.
    `clamav_socket`: where a ClamAV daemon listens, which then has to find every file clean.
    """

    environment: str
    data_dir: Path
    port: int
    base_url: str
    mail_from: str
    sample: bool
    secret_key: str = field(repr=False)
    field_keys: tuple[FieldKey, ...] = field(repr=False)
    database_url: str | None = field(default=None, repr=False)
    database_app_url: str | None = field(default=None, repr=False)
    database_jobs_url: str | None = field(default=None, repr=False)
    broker_url: str | None = field(default=None, repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    pathway_dir: Path | None = None
    calendar_dir: Path | None = None
    trusted_proxies: int = 0
    relay_lookup_url: str | None = field(default=None, repr=False)
    resends_uncertain: bool = True
    reminder_lease_s: int = 60
    reminder_grace_s: int = 30
    reminder_tick_s: int = 60
    reminder_pause_s: int = 21_600
    relay_rate: int | None = None
    domain_rate: int | None = None
    bounce_address: str | None = None
    metrics_token: str | None = field(default=None, repr=False)
    field_keys_file: Path | None = None
    audit_keys: tuple[FieldKey, ...] = field(default=(), repr=False)
    audit_mail: str | None = None
    audit_anchor_dir: Path | None = None
    clamav_socket: Path | None = None
    second_factor: str = "offered"
    mass_export_cases: int = 500
    retention: Mapping[str, int | None] = field(default_factory=lambda: DEFAULTS)
    reading_alarm: int = 200
    reading_stop: int = 500
    mail_without_key: str = "full"
    only_ticks: bool = False

    @property
    def is_production(self) -> bool:
        """Whether real people's data is at stake: cookies are `__Host-`, addresses are https."""
        return self.environment == "production"

    @property
    def of_web(self) -> Settings:
        """What a web process works with: in production nothing of the owner. A development copy stores definitions."""
        if not self.is_production:
            return self
        return replace(self, database_url=self.database_app_url or self.database_url, database_app_url=None)

    @property
    def of_worker(self) -> Settings:
        """What a worker works with: the login of jobs, and that of the web where it renders for a person."""
        return replace(self, database_url=self.database_jobs_url or self.database_url)

    @property
    def host(self) -> str:
        """The name in the address that people type, without a port."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def needs_second_factor(self) -> bool:
        """Whether a password alone opens nothing, and sealed cases ask for a passkey."""
        return self.second_factor == "required"

    @property
    def smtp_urls(self) -> tuple[str, ...]:
        """The relays, in the order in which they are tried."""
        return addresses.several(self.smtp_url)

    @property
    def relay_lookup_urls(self) -> tuple[str, ...]:
        """Where relays can be asked whether they took a mail: none, one for all, or one for each relay."""
        return addresses.several(self.relay_lookup_url)

    @property
    def redis_url(self) -> str | None:
        """The broker's address as the `redis` package writes it (`unix:///path?db=0` for a socket)."""
        return addresses.with_socket_scheme(self.broker_url, "unix")

    @property
    def limiter_url(self) -> str | None:
        """The broker's address as Flask-Limiter writes it (`redis+unix:///path?db=0` for a socket)."""
        return addresses.with_socket_scheme(self.broker_url, "redis+unix")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment (the process's own when none is given). Raises ConfigurationFault."""
    faults: list[str] = []
    values = with_files(os.environ if environ is None else environ, faults)
    environment = plain_values.environment(values, faults)
    production = environment == "production"
    only_ticks = plain_values.switch(values, "TRACKER_ONLY_TICKS", False, faults)
    data_dir = Path(values.get("TRACKER_DATA_DIR", "var")).expanduser().absolute()
    port = plain_values.port(values, faults)
    servers = {} if production else running_servers(data_dir)
    logins = servers if "DATABASE_URL" not in values else {}  # those of a running copy belong to its own database
    settings = Settings(
        environment=environment,
        data_dir=data_dir,
        port=port,
        base_url=addresses.base_url(values, port, faults),
        mail_from=values.get("TRACKER_MAIL_FROM", addresses.default_sender(values)),
        sample=plain_values.switch(values, "SAMPLE", not production, faults),
        trusted_proxies=plain_values.trusted_proxies(values, faults),
        secret_key="" if only_ticks else own_secrets.secret_key(values, data_dir, production, faults),
        field_keys=() if only_ticks else own_secrets.field_keys(values, data_dir, production, faults),
        database_url=addresses.database_url(values, "DATABASE_URL", servers, faults),
        database_app_url=addresses.database_url(values, "DATABASE_APP_URL", logins, faults),
        database_jobs_url=addresses.database_url(values, "DATABASE_JOBS_URL", logins, faults),
        broker_url=addresses.server_url(values, "BROKER_URL", servers, addresses.BROKER_SCHEMES, faults),
        smtp_url=addresses.server_urls(values, "SMTP_URL", servers, addresses.SMTP_SCHEMES, faults),
        pathway_dir=plain_values.folder(values, "TRACKER_PATHWAY_DIR", faults),
        calendar_dir=plain_values.folder(values, "TRACKER_CALENDAR_DIR", faults),
        relay_lookup_url=addresses.server_urls(values, "RELAY_LOOKUP_URL", {}, addresses.LOOKUP_SCHEMES, faults),
        resends_uncertain=plain_values.resends_uncertain(values, faults),
        reminder_lease_s=plain_values.number(values, "REMINDER_LEASE_S", 60, (3, 3600), faults),
        reminder_grace_s=plain_values.number(values, "REMINDER_GRACE_S", 30, (0, 3600), faults),
        reminder_tick_s=plain_values.number(values, "REMINDER_TICK_S", 60, (1, 3600), faults),
        reminder_pause_s=plain_values.number(values, "REMINDER_PAUSE_S", 21_600, (60, 31_536_000), faults),
        relay_rate=plain_values.number(values, "RELAY_RATE", 0, (0, 10_000_000), faults) or None,
        domain_rate=plain_values.number(values, "DOMAIN_RATE", 0, (0, 10_000_000), faults) or None,
        bounce_address=plain_values.address(values, "BOUNCE_ADDRESS", faults),
        metrics_token=values.get("METRICS_TOKEN"),
        field_keys_file=own_secrets.field_keys_file(values, data_dir, production),
        audit_keys=own_secrets.audit_keys(values, data_dir, production, faults),
        audit_mail=plain_values.address(values, "TRACKER_AUDIT_MAIL", faults),
        audit_anchor_dir=plain_values.folder(values, "TRACKER_AUDIT_ANCHOR_DIR", faults),
        clamav_socket=plain_values.socket(values, "TRACKER_CLAMAV_SOCKET", faults),
        second_factor=plain_values.second_factor(values, production, faults),
        retention=periods(values, faults),
        mass_export_cases=plain_values.number(values, "TRACKER_MASS_EXPORT_CASES", 500, (1, 1_000_000), faults),
        reading_alarm=plain_values.number(values, "TRACKER_READING_ALARM", 200, (1, 1_000_000), faults),
        reading_stop=plain_values.number(values, "TRACKER_READING_STOP", 500, (1, 1_000_000), faults),
        mail_without_key=plain_values.mail_without_key(values, faults),
        only_ticks=only_ticks,
    )
    if len(settings.relay_lookup_urls) > 1 and len(settings.relay_lookup_urls) != len(settings.smtp_urls):
        faults.append("RELAY_LOOKUP_URL must name one place for all relays, or one for each of SMTP_URL.")
    if production and only_ticks:
        faults += refusals_of_ticks(values)
    elif production:
        faults += refusals(values, settings.field_keys, settings.trusted_proxies)
    if faults:
        raise ConfigurationFault(faults)
    return settings
