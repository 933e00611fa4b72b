"""``flask pathway list|show|check``: reads the files alone, so that an author needs no database."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tracker.pathways.check import check_file
from tracker.pathways.faults import DefinitionFault
from tracker.pathways.registry import OWN_DIRECTORY, Registry, UnknownPathway, load_directories
from tracker.pathways.schema import Clock, Definition, Fact, FollowUpTemplate, Move, Status

pathway_group = click.Group(
    "pathway",
    help="The pathways: their statuses, moves and clocks. There is no --as here: the definitions are public files, "
    "the same for everybody, and are read without a database in which a person could be looked up.",
)

directory_option = click.option(
    "--directory",
    type=click.Path(path_type=Path),
    envvar="TRACKER_PATHWAY_DIR",
    help="A directory with definitions of your own, beside those that ship.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout and nothing else.")


@pathway_group.command("list")
@directory_option
@json_option
def list_pathways(directory: Path | None, as_json: bool) -> None:
    """Every pathway, one a line: key, version, label, number of statuses."""
    definitions = _load(directory).all()
    if as_json:
        _echo_json([_heading(definition) for definition in definitions])
        return
    for definition in definitions:
        click.echo(
            f"{definition.key:24} {definition.version:>3}  {definition.label} ({len(definition.statuses)} statuses)"
        )


@pathway_group.command("show")
@click.argument("key")
@directory_option
@json_option
def show_pathway(key: str, directory: Path | None, as_json: bool) -> None:
    """The whole definition KEY: statuses, moves, facts, follow-ups, clocks."""
    try:
        definition = _load(directory).get(key)
    except UnknownPathway as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        _echo_json(definition.model_dump(mode="json"))
        return
    for line in _lines(definition):
        click.echo(line)


@pathway_group.command("check")
@click.argument("file", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_context
def check_pathway(context: click.Context, file: tuple[Path, ...]) -> None:
    """Every fault in FILE as FILE:LINE: fault. Exit status 0 when there is none, else 1."""
    faults = [fault for path in file for fault in check_file(path)[1]]
    for fault in faults:
        click.echo(str(fault))
    if faults:
        context.exit(1)
    for path in file:
        click.echo(f"{path}: well")


def _load(directory: Path | None) -> Registry:
    try:
        return load_directories(OWN_DIRECTORY, *([directory] if directory is not None else []))
    except DefinitionFault as error:
        raise click.ClickException(f"The definitions cannot be used.\n{error}") from error


def _echo_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _heading(definition: Definition) -> dict[str, object]:
    return {
        "key": definition.key,
        "version": definition.version,
        "label": definition.label,
        "initial": list(definition.initial),
        "statuses": [status.key for status in definition.statuses],
    }


def _lines(definition: Definition) -> list[str]:
    lines = [f"{definition.key}, version {definition.version}: {definition.label}", definition.summary or ""]
    lines += [
        f"Source: {definition.source} [{definition.certainty}]",
        f"Begins with: {', '.join(definition.initial)}",
        "",
    ]
    for status in definition.statuses:
        lines += _status_lines(status)
    lines += ["Clocks (`flask clock explain` computes them)", *(_clock_line(clock) for clock in definition.clocks)]
    return lines


def _status_lines(status: Status) -> list[str]:
    level = status.confidentiality
    asked = f", at least {level.minimum}" if level is not None and level.minimum else ""
    return [
        f"{status.key} [{status.phase}{asked}] {status.label}",
        *(_move_line(move) for move in status.next),
        *(_fact_line(fact) for fact in status.facts),
        *(_follow_up_line(template) for template in status.follow_ups),
        "",
    ]


def _move_line(move: Move) -> str:
    return f"  -> {move.to} ({move.kind}): {move.verb}"


def _fact_line(fact: Fact) -> str:
    return f"  ?  {fact.key} ({fact.type}{'' if fact.required else ', if known'}): {fact.label}"


def _follow_up_line(template: FollowUpTemplate) -> str:
    months = f"{template.offset_months} months " if template.offset_months else ""
    days = f"{template.offset_days} days" if template.offset_days is not None else ""
    rhythm = f"every {template.every_days} days" if template.every_days else ""
    when = f"{months}{days}{rhythm}".strip() or "by hand"
    return f"  *  {when}{f' from {template.anchor}' if template.anchor else ''}: {template.title or 'Review'}"


def _clock_line(clock: Clock) -> str:
    period = f"{clock.amount} {clock.unit}" if clock.amount else "no period"
    return f"  {clock.key}: {clock.label}: {period} from {clock.trigger.event} [{clock.certainty}] {clock.source}"
