"""Numbers, switches and words of the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

ENVIRONMENTS = ("development", "production", "test")
MAIL_ADDRESS = re.compile(r"[^\s@<>,]+@[^\s@<>,]+")
SECOND_FACTOR = ("required", "offered")
MAIL_WITHOUT_KEY = ("full", "minimal")
_SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def environment(values: Mapping[str, str], faults: list[str]) -> str:
    """Which kind of copy this is; whoever mistypes it gets the strictest."""
    text = values.get("TRACKER_ENV", "development")
    if text not in ENVIRONMENTS:
        faults.append(f"TRACKER_ENV is {text!r}; it can be {', '.join(ENVIRONMENTS)}.")
        return "production"
    return text


def port(values: Mapping[str, str], faults: list[str]) -> int:
    """Where the web server listens."""
    text = values.get("PORT", "8000")
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    faults.append(f"PORT is {text!r}; it must be a whole number from 1 to 65535.")
    return 8000


def trusted_proxies(values: Mapping[str, str], faults: list[str]) -> int:
    """How many reverse proxies stand in front."""
    text = values.get("TRACKER_TRUSTED_PROXIES", "0")
    if text.isascii() and text.isdigit() and int(text) <= 10:
        return int(text)
    faults.append(f"TRACKER_TRUSTED_PROXIES is {text!r}; it must be the number of reverse proxies in front, 0 to 10.")
    return 0


def switch(values: Mapping[str, str], name: str, default: bool, faults: list[str]) -> bool:
    """On or off."""
    text = values.get(name)
    if text is None:
        return default
    if text.lower() not in _SWITCH:
        faults.append(f"{name} is {text!r}; it can be 1 or 0.")
    return _SWITCH.get(text.lower(), default)


def second_factor(values: Mapping[str, str], production: bool, faults: list[str]) -> str:
    """Whether a password alone may open anything."""
    text = values.get("TRACKER_SECOND_FACTOR", "required" if production else "offered")
    if text not in SECOND_FACTOR:
        faults.append(f"TRACKER_SECOND_FACTOR is {text!r}; it can be {' or '.join(SECOND_FACTOR)}.")
    elif production and text != "required":
        faults.append("TRACKER_SECOND_FACTOR is 'offered': a stolen password would open everything. Leave it out.")
    return text


def number(values: Mapping[str, str], name: str, default: int, bounds: tuple[int, int], faults: list[str]) -> int:
    """A whole number within `bounds`."""
    text = values.get(name, str(default))
    if text.isascii() and text.isdigit() and bounds[0] <= int(text) <= bounds[1]:
        return int(text)
    faults.append(f"{name} is {text!r}; it must be a whole number from {bounds[0]} to {bounds[1]}.")
    return default


def resends_uncertain(values: Mapping[str, str], faults: list[str]) -> bool:
    """Whether a mail whose end nobody knows goes again."""
    text = values.get("UNCERTAIN_MAIL", "resend")
    if text not in ("resend", "hold"):
        faults.append(f"UNCERTAIN_MAIL is {text!r}; it can be resend or hold.")
    return text != "hold"


def mail_without_key(values: Mapping[str, str], faults: list[str]) -> str:
    """How much a mail says that is not encrypted; whoever mistypes it gets the least."""
    text = values.get("TRACKER_MAIL_WITHOUT_KEY", "full")
    if text not in MAIL_WITHOUT_KEY:
        faults.append(f"TRACKER_MAIL_WITHOUT_KEY is {text!r}; it can be {' or '.join(MAIL_WITHOUT_KEY)}.")
        return "minimal"
    return text


def address(values: Mapping[str, str], name: str, faults: list[str]) -> str | None:
    """One mail address."""
    text = values.get(name)
    if text is not None and not MAIL_ADDRESS.fullmatch(text):
        faults.append(f"{name} must be a plain address such as bounces@example.org.")
    return text


def socket(values: Mapping[str, str], name: str, faults: list[str]) -> Path | None:
    """The path of a Unix socket; whether somebody listens there may change."""
    text = values.get(name)
    if text is None:
        return None
    if not text.startswith("/"):
        faults.append(f"{name} is {text!r}; it must be the whole path of a Unix socket.")
    return Path(text)


def folder(values: Mapping[str, str], name: str, faults: list[str]) -> Path | None:
    """A folder that must be there."""
    text = values.get(name)
    if text is None:
        return None
    path = Path(text).expanduser().absolute()
    if not path.is_dir():
        faults.append(f"{name} is {text!r}, which is not a folder.")
    return path
