"""An audit that looked at nothing is never green."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

PRETENDED = """#!/bin/sh
while [ $# -gt 0 ]; do [ "$1" = --output ] && out=$2; [ "$1" = --requirement ] && list=$2; shift; done
echo "No known vulnerabilities found" >&2
{}
"""
AS_JSON = r"""'s/(.*)==(.*)/{{"name": "\1", "version": "\2", "vulns": [{vulns}]}}/'"""
WHOLE = (
    """grep -oE '^[A-Za-z0-9][^= ]*==[^ ]+' "$list" | sed -E """
    + AS_JSON
    + """ | paste -sd, | sed 's/.*/{{"dependencies": [&]}}/' > "$out"; exit {status}"""
)


def audited(folder: Path, does: str) -> subprocess.CompletedProcess[str]:
    tool = folder / "pip-audit"
    tool.write_text(PRETENDED.format(does))
    tool.chmod(0o755)
    command = [str(ROOT / "bin" / "audit-packages")]
    environment = {"PATH": "/usr/bin:/bin", "PIP_AUDIT": str(tool)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    "does",
    [
        "exit 0",
        "exit 1",
        "echo '{\"dependencies\": []}' > $out; exit 0",
        'echo \'{"dependencies": [{"name": "flask", "skip_reason": "no answer"}]}\' > $out; exit 0',
        'echo \'{"dependencies": [{"name": "flask", "version": "3", "vulns": []}]}\' > $out; exit 0',
        "echo nonsense > $out; exit 0",
    ],
)
def test_whoever_looked_at_nothing_says_so(tmp_path: Path, does: str) -> None:
    done = audited(tmp_path, does)
    assert done.returncode != 0
    assert len(re.findall("NOT AUDITED", done.stdout)) == 3
    assert "nothing known" not in done.stdout


def test_whoever_looked_at_everything_and_found_nothing_is_green(tmp_path: Path) -> None:
    done = audited(tmp_path, WHOLE.format(vulns="", status=0))
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("nothing known against them") == 3


def test_what_is_known_is_named(tmp_path: Path) -> None:
    vulnerability = json.dumps({"id": "PYSEC-1"}).replace('"', '\\"').replace('\\"', '"')
    done = audited(tmp_path, WHOLE.format(vulns=vulnerability, status=1))
    assert done.returncode != 0
    assert "PYSEC-1" in done.stdout
