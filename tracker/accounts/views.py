"""Every page about accounts, on one blueprint."""

from __future__ import annotations

from tracker.accounts import (
    account_views,
    draft_views,
    factor_views,
    half_way_views,
    invitation_views,
    passkey_views,
    preference_views,
    sign_in_views,
)
from tracker.accounts.blueprint import blueprint

__all__ = [
    "account_views",
    "blueprint",
    "draft_views",
    "factor_views",
    "half_way_views",
    "invitation_views",
    "passkey_views",
    "preference_views",
    "sign_in_views",
]
