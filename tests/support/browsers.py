"""Finding a real browser, and the flags under which Chromium keeps quiet in a container."""

from __future__ import annotations

import os
import shutil

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def chromium() -> str | None:
    """The path of a Chromium on this machine; CHROMIUM names one.

    The headless shell is the same engine without the windows of a browser around it, at half the cost.
    """
    candidates = (
        *(os.environ.get("CHROMIUM"), "chromium-headless-shell"),
        *("chromium", "chromium-browser", "google-chrome"),
    )
    return next((found for name in candidates if name and (found := shutil.which(name))), None)
