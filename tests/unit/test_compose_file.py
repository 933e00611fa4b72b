"""docker-compose.yml: lawful by the compose specification, and shut as tightly as the operator guide says."""

from __future__ import annotations

import json
import re
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from configuration.secret_files import SECRETS
from tests.support.compose import FILE, ROOT, compose_file

SERVICES = ("database", "broker", "migrate", "web", "worker", "beat", "proxy", "backup", "keys", "mail")
OURS = ("migrate", "web", "worker", "beat", "backup", "keys")
WITH_KEYS = ("migrate", "web", "worker", "backup", "keys")
OF_OWNER = ("migrate", "backup", "keys")
LASTING = ("database", "broker", "web", "worker", "beat", "proxy", "mail")
MAY = {"database": {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}, "proxy": {"NET_BIND_SERVICE"}}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return compose_file()


def test_it_is_lawful_by_the_schema_of_the_compose_specification(compose: dict[str, Any]) -> None:
    place = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    schema = json.loads(place.read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    assert [error.message for error in kind(schema).iter_errors(compose)] == []
    wrong = compose | {"services": compose["services"] | {"web": {"image": "x", "comand": "y"}}}
    assert list(kind(schema).iter_errors(wrong)), "the schema looks at what it is given"


def test_it_names_every_service(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_no_container_has_privileges_or_writes_to_its_own_files(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert set(service.get("cap_add", ())) == MAY.get(name, set())
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")
    assert service["pids_limit"] <= 512
    # Some versions of compose start nothing where this is said in one of the two places alone.
    limits = service.get("deploy", {}).get("resources", {}).get("limits")
    assert limits is None or limits["pids"] == service["pids_limit"]
    assert not any("docker.sock" in str(volume) for volume in service.get("volumes", ()))


@pytest.mark.parametrize("name", LASTING)
def test_whatever_lasts_has_a_health_check_and_is_started_again(compose: dict[str, Any], name: str) -> None:
    assert compose["services"][name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert compose["services"][name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", OURS)
def test_our_own_get_their_secrets_as_files_and_by_no_other_way(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    for secret in SECRETS:
        value = service["environment"].get(secret, "")
        bare = re.sub(r"//tracker_(owner|web|jobs)@", "//", value)
        assert not value or (secret.endswith("_URL") and "@" not in bare), secret
    asked = {value for key, value in service["environment"].items() if key.endswith("_FILE")}
    ring = {"/run/ring/field_keys"} if name in WITH_KEYS else set()
    assert asked == {f"/run/secrets/{one}" for one in service["secrets"]} | ring


def test_a_beat_knows_the_broker_and_nothing_else(compose: dict[str, Any]) -> None:
    beat = compose["services"]["beat"]
    assert (beat["secrets"], beat["volumes"], beat["networks"]) == (["broker_password"], [], ["inside"])
    assert set(beat["environment"]) == {"TRACKER_ENV", "TRACKER_ONLY_TICKS", "BROKER_URL", "BROKER_PASSWORD_FILE"}


@pytest.mark.parametrize("name", OURS)
def test_only_migrations_and_commands_know_the_owner_of_the_tables(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    of_owner = {"database_owner_password", "DATABASE_URL", "DATABASE_PASSWORD_FILE"}
    assert bool(of_owner & {*service["secrets"], *service["environment"]}) is (name in OF_OWNER)
    chains = "TRACKER_AUDIT_KEY_FILE" in service["environment"]
    assert chains is ("DATABASE_JOBS_URL" in service["environment"]) is (name in (*OF_OWNER, "worker"))


@pytest.mark.parametrize("name", WITH_KEYS)
def test_the_ring_of_keys_is_a_folder_and_one_service_alone_writes_in_it(compose: dict[str, Any], name: str) -> None:
    """Keys are changed by putting a new file in the place of the old: a mounted file would stay the old one."""
    ring = next(one for one in compose["services"][name]["volumes"] if "/run/ring" in one)
    assert ring == "./secrets/ring:/run/ring" + ("" if name == "keys" else ":ro")


def test_what_a_container_finds_among_its_files_comes_out_of_a_file(compose: dict[str, Any]) -> None:
    """A text in the compose file can't be put into a container that is read-only."""
    for config in compose["configs"].values():
        assert (ROOT / config["file"]).is_file()


def test_a_backup_is_made_of_what_there_is(compose: dict[str, Any]) -> None:
    assert set(compose["services"]["backup"]["depends_on"]) == {"database"}


def test_every_secret_is_a_file_that_the_script_makes(compose: dict[str, Any], tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "SECRETS_DIR": str(tmp_path / "secrets")}
    command = [str(ROOT / "bin" / "make-secrets"), "evaluation"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    made = read_all(tmp_path / "secrets")
    needed = {one["file"] for one in compose["secrets"].values()} | {"./secrets/ring/field_keys"}
    assert {f"./secrets/{name}" for name in made} == needed
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    assert len(set(made.values())) == len(made), "no password serves two purposes"
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert read_all(tmp_path / "secrets") == made


def test_a_ring_of_keys_that_lay_beside_the_other_secrets_finds_its_folder(tmp_path: Path) -> None:
    (tmp_path / "field_keys").write_text("f1:kept")
    environment = {"PATH": "/usr/bin:/bin", "SECRETS_DIR": str(tmp_path)}
    subprocess.run([str(ROOT / "bin" / "make-secrets")], env=environment, check=True, capture_output=True)
    assert read_all(tmp_path)["ring/field_keys"] == "f1:kept"
    assert not (tmp_path / "field_keys").exists()


def read_all(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_the_owner_of_the_tables_and_the_superuser_have_passwords_of_their_own(compose: dict[str, Any]) -> None:
    database = compose["services"]["database"]
    assert database["environment"]["POSTGRES_PASSWORD_FILE"].endswith("database_superuser_password")
    assert "scram-sha-256" in database["environment"]["POSTGRES_INITDB_ARGS"]
    makes = (ROOT / compose["configs"]["make_owner"]["file"]).read_text()
    assert "database_owner_password" in makes
    assert "SUPERUSER" not in makes
    assert not any("database_superuser_password" in compose["services"][name]["secrets"] for name in OURS)


def test_only_the_proxy_and_on_this_machine_the_caught_mail_are_reached_from_outside(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert set(published) == {"proxy", "mail"}
    assert published["mail"] == ["127.0.0.1:8025:8025"]
    assert compose["networks"]["inside"]["internal"] is True
    outside = {name for name, service in compose["services"].items() if "outside" in service["networks"]}
    assert outside == {"proxy", "web", "worker", "mail"}


def test_the_proxy_logs_no_secret_no_reference_no_query_and_no_header(compose: dict[str, Any]) -> None:
    """Keys of links that met a dead web stand in its log of errors otherwise, and words that were searched for.

    A calendar is fetched each hour, whether the web is there or not.
    """
    said = (ROOT / compose["configs"]["caddyfile"]["file"]).read_text()
    general = said.partition("{$SITE}")[0]
    assert re.search(r"log default \{\s+format filter \{\s+wrap json\s+fields \{", general)
    written = re.search(r"request>uri regexp (\S+) (\S+)", general)
    assert written is not None
    for address, kept in {
        "/": "/",
        "/cases": "/cases",
        "/invitation?key=abc&next=/x": "/invitation-",
        "/?q=words": "/-",
        "/calendar/feeds/c2VjcmV0.ics": "/calendar-",
        "/cases/ICC-QQ72/charges": "/cases-",
        "//calendar/feeds/c2VjcmV0.ics": "/-",
        "https://cases.example.org/calendar/feeds/c2VjcmV0.ics": "https:-",
    }.items():
        assert re.sub(written[1], written[2].replace("$", "\\"), address) == kept
    assert "request>headers delete" in general and "resp_headers delete" in general


def test_several_of_each_run_and_nothing_before_the_database_is_brought_up(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        assert compose["services"][name]["deploy"]["replicas"] >= 2
        assert compose["services"][name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert compose["services"]["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert compose["services"]["mail"]["profiles"] == ["evaluation"]


def test_what_is_named_is_declared(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service.get("secrets", ())) <= set(compose["secrets"])
        assert set(service["networks"]) <= set(compose["networks"])
        assert {one["source"] for one in service.get("configs", ())} <= set(compose["configs"])
        assert set(service.get("depends_on", ())) <= set(compose["services"])
        named = {volume.split(":")[0] for volume in service.get("volumes", ()) if volume[0].isalpha()}
        assert named <= set(compose["volumes"])


def test_the_image_takes_in_all_that_the_program_imports() -> None:
    """A folder that is not let through or not copied is missed only when the image starts."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    let_through = (ROOT / ".dockerignore").read_text().split()
    for name in (
        "config.py",
        "commands.py",
        "configuration",
        "wsgi.py",
        "gunicorn.conf.py",
        "tracker",
        "worker",
        "migrations",
        "templates",
        "translations",
    ):
        assert f"!{name}" in let_through, name
        assert re.search(rf"^COPY .*\b{re.escape(name)}\b", dockerfile, re.M), name
    assert "USER tracker" in dockerfile
    assert not re.search(r"^(ENV|ARG).*(PASSWORD|SECRET|KEY)", dockerfile, re.M)


def test_every_foreign_image_can_be_pinned_by_its_digest(compose: dict[str, Any]) -> None:
    """Which digest that is, only a registry can say; the operator guide says how to ask."""
    foreign = {name: compose["services"][name]["image"] for name in ("database", "broker", "proxy")}
    pins = {name: re.fullmatch(r"\$\{(\w+_IMAGE):-[\w/]+:[\w.]+\}", image) for name, image in foreign.items()}
    assert all(pins.values()), foreign
    said = (ROOT / "Dockerfile").read_text()
    bases = re.findall(r"^FROM (\S+)", said, re.M)
    assert {re.fullmatch(r"\$\{(\w+)\}", base) is not None for base in bases} == {True}
    built_from = {base.strip("${}") for base in bases}
    assert built_from == set(compose["services"]["web"]["build"]["args"]) == set(re.findall(r"^ARG (\w+)=", said, re.M))
    guide = (ROOT / "docs" / "operator-guide.md").read_text()
    assert all(f"`{name}" in guide for name in {pin[1] for pin in pins.values() if pin} | built_from)


def test_the_assets_are_built_where_the_folders_are_that_name_their_icons() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text().partition("AS packages")[0]
    read = re.search(r"for \(const folder of \[(.*?)\]\)", (ROOT / "assets/build/icon_sprite.js").read_text())
    assert read is not None
    for folder in re.findall(r'"(\w+)"', read[1]):
        assert f"COPY {folder} /build/{folder}\n" in dockerfile


def test_no_secret_stands_in_the_file() -> None:
    assert not re.search(r"(?i)(password|secret|token|key): *['\"]?[A-Za-z0-9+/=_-]{12,}", FILE.read_text())
