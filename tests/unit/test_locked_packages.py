"""Packages are locked by version and hash, installed by hash alone, and listed whole in the bill of materials."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LISTS = sorted((ROOT / "requirements").glob("*.txt"))
INSTALLING = [ROOT / "Dockerfile", ROOT / "bin" / "setup-environment", ROOT / "bin" / "build-assets"]
_LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]]*\])?==(?P<version>[^ ;\\]+)")
_INSTALLS = re.compile(r"\b(?:pip install|pip sync|pip --python \S+ install)\b.*")
NOWHERE = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:1")


def entries(path: Path) -> list[str]:
    """Each requirement with what follows it, on one line."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]


def test_the_lists_are_those_that_are_installed() -> None:
    assert {path.stem for path in LISTS} == {"runtime", "embedded", "dev", "node", "uv"}
    assert len(entries(ROOT / "requirements" / "runtime.txt")) > 50


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_every_package_is_locked_by_version_and_hash(path: Path) -> None:
    assert [one for one in entries(path) if not (_LOCKED.match(one) and "--hash=sha256:" in one)] == []


@pytest.mark.parametrize("path", INSTALLING, ids=lambda path: path.name)
def test_nothing_is_installed_but_by_its_hash(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    found = _INSTALLS.findall(text)
    assert found
    assert [line for line in found if "--require-hashes" not in line] == []


def test_assets_are_built_from_their_lock() -> None:
    lock = json.loads((ROOT / "assets" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name and not one.get("link")}
    assert [name for name, one in packages.items() if not one.get("integrity", "").startswith("sha512-")] == []
    for path in (ROOT / "Dockerfile", ROOT / "bin" / "build-assets"):
        text = path.read_text(encoding="utf-8")
        assert "npm ci" in text and "npm install" not in text, path.name


_AS_IN_THE_IMAGE = """
import importlib, pkgutil, re, sys
from importlib import metadata

locked = set(sys.argv[1].split(","))
of_module = metadata.packages_distributions()


class OnlyWhatIsLocked:
    def find_spec(self, name, path=None, target=None):
        owners = of_module.get(name.partition(".")[0])
        if owners and not any(re.sub("[-_.]+", "-", owner).lower() in locked for owner in owners):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


sys.meta_path.insert(0, OnlyWhatIsLocked())
for module in ("config", "commands", "tracker", "worker", "migrations"):
    there = importlib.import_module(module)
    for found in pkgutil.walk_packages(getattr(there, "__path__", ()), f"{module}."):
        if ".versions." not in found.name and not found.name.endswith((".env", ".__main__")):
            importlib.import_module(found.name)
from kombu import Connection
from worker.app import app

Connection("redis://broker:6379/0").transport
for module in ("celery.bin.beat", "celery.bin.worker", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread"):
    importlib.import_module(module)
importlib.import_module("whitenoise.compress")
print(len(sys.modules))
"""


def test_the_program_needs_no_package_that_the_image_does_not_have(tmp_path: Path) -> None:
    """Whoever tests has many more packages than the image installs: there a worker would not start for want of one."""
    locked = [_LOCKED.match(one) for one in entries(ROOT / "requirements" / "runtime.txt")]
    names = ",".join(re.sub("[-_.]+", "-", one["name"]).lower() for one in locked if one)
    environment = {"PATH": os.environ["PATH"], "TRACKER_DATA_DIR": str(tmp_path), "BROKER_URL": "redis://broker:6379/0"}
    done = subprocess.run(
        [sys.executable, "-c", _AS_IN_THE_IMAGE, names],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 1000


@pytest.mark.long
@pytest.mark.parametrize("name", ["runtime", "embedded"])
def test_the_bill_of_materials_names_every_locked_package_also_without_a_network(name: str, tmp_path: Path) -> None:
    made = tmp_path / "sbom.json"
    words = ["requirements", "--output-reproducible", "--of", "JSON", "-o", str(made), f"requirements/{name}.txt"]
    tool = str(Path(sys.executable).with_name("cyclonedx-py"))
    subprocess.run([tool, *words], cwd=ROOT, env=os.environ | NOWHERE, check=True, capture_output=True, timeout=300)
    assert " ".join(words[:4]) in (ROOT / "Makefile").read_text(encoding="utf-8"), "as `make sbom` does"
    document = json.loads(made.read_text(encoding="utf-8"))
    assert document["bomFormat"] == "CycloneDX"
    listed = {(one["name"], one["version"]) for one in document["components"]}
    locked = [_LOCKED.match(one) for one in entries(ROOT / "requirements" / f"{name}.txt")]
    assert listed == {(one["name"], one["version"]) for one in locked if one}
    hashes = [part.get("hashes") for one in document["components"] for part in one["externalReferences"]]
    assert hashes and all(hashes)


@pytest.mark.long
def test_the_audit_itself_says_not_audited_where_there_is_no_network() -> None:
    tool = str(Path(sys.executable).with_name("pip-audit"))
    environment = os.environ | NOWHERE | {"PIP_AUDIT": tool}
    done = subprocess.run(
        [str(ROOT / "bin" / "audit-packages")],
        env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode != 0
    assert len(re.findall("NOT AUDITED", done.stdout)) == 3
    assert "nothing known" not in done.stdout
