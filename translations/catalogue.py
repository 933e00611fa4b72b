"""Collect every string that a person may read, and bring the catalogues of all languages up to date.

    .venv/bin/python translations/catalogue.py                writes messages.pot and each messages.po
    .venv/bin/python translations/catalogue.py --check        writes nothing; fails when sources and catalogues differ
    .venv/bin/python translations/catalogue.py --complete be  the same, and fails on a string that is not translated
    .venv/bin/python translations/catalogue.py --compile      writes messages.mo beside each messages.po that is newer
    .venv/bin/python translations/catalogue.py --todo be      prints what is not translated, to be filled in
    .venv/bin/python translations/catalogue.py --take be words.json   puts translations in: {"English": "…" or ["…", …]}
    .venv/bin/python translations/catalogue.py --count        translated and all, of each language

English is the language of the sources, so its catalogue stays untranslated and needs no compiling.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from babel.messages.catalog import Catalog, Message  # noqa: E402
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir  # noqa: E402
from babel.messages.frontend import parse_mapping_cfg  # noqa: E402
from babel.messages.mofile import write_mo  # noqa: E402
from babel.messages.pofile import read_po, write_po  # noqa: E402

from translations import checks  # noqa: E402

TEMPLATE = HERE / "messages.pot"
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
SOURCE_LANGUAGE = "en"
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def collect() -> Catalog:
    """Every string of the code, of the templates and of the pathways."""
    catalogue = Catalog(
        project="Accountability tracker",
        charset="utf-8",
        fuzzy=False,
        creation_date=NEVER,  # else every run would change every file
        revision_date=NEVER,
    )
    with (HERE / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    for file, line, message, comments, context in extract_from_dir(
        ROOT, method_map=methods, options_map=options, keywords=KEYWORDS, directory_filter=_is_ours
    ):
        catalogue.add(message, locations=[(file, line)], auto_comments=comments, context=context)
    for key, sentence in _of_pathways():
        catalogue.add(sentence, locations=[(key, 1)])
    return catalogue


def _of_pathways() -> list[tuple[str, str]]:
    from tracker.clocks.house import house_rules
    from tracker.pathways.registry import load_default
    from tracker.pathways.strings import GENERAL, strings_of_rule, translatable_strings, values_in_words

    found = [("tracker/pathways/strings.py", sentence) for sentence in GENERAL]
    for definition in load_default(None).all():
        file = f"tracker/pathways/definitions/{definition.key}.yaml"
        found += [(file, words) for words in (*translatable_strings(definition), *values_in_words(definition))]
    for rule in house_rules().values():
        found += [("tracker/clocks/house_rules.yaml", words) for words in strings_of_rule(rule)]
    return found


def _is_ours(folder: str) -> bool:
    path = Path(folder)
    return path == ROOT or path.relative_to(ROOT).parts[0] in ("tracker", "worker", "templates")


def languages() -> list[str]:
    """The keys of the languages that have a catalogue."""
    return sorted(path.parents[1].name for path in HERE.glob("*/LC_MESSAGES/messages.po"))


def file_of(language: str) -> Path:
    return HERE / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    with file_of(language).open("rb") as file:
        return read_po(file, locale=language)


def read_template() -> Catalog:
    with TEMPLATE.open("rb") as file:
        return read_po(file)


def _write(path: Path, catalogue: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        # No line numbers: they would change the file with every edit of the code. What is unused goes.
        write_po(
            file,
            catalogue,
            width=120,
            sort_output=True,
            no_location=False,
            include_lineno=False,
            ignore_obsolete=True,
        )


def update(fresh: Catalog) -> None:
    """Write the template, and merge it into every language without losing a translation. Nothing is guessed."""
    _write(TEMPLATE, fresh)
    for language in languages():
        known = read(language)
        known.update(fresh, no_fuzzy_matching=True)
        _write(file_of(language), known)


def complaints(fresh: Catalog) -> list[str]:
    """Everything in which the catalogues differ from the sources, or are not well formed."""
    template = read_template()
    found = checks.lacking(fresh, template, TEMPLATE.name) + checks.unused(fresh, template, TEMPLATE.name)
    for language in languages():
        known = read(language)
        found += checks.lacking(fresh, known, language) + checks.unused(fresh, known, language)
        found += checks.faults_of_form(known, language)
    return found


def compile_all() -> None:
    for language in languages():
        source = file_of(language)
        target = source.with_suffix(".mo")
        if language == SOURCE_LANGUAGE or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
            continue
        draft = target.with_suffix(".mo.new")
        with draft.open("wb") as file:
            write_mo(file, read(language))
        draft.replace(target)  # whoever reads it meanwhile has the old one or the new one


def take(language: str, words: dict[str, str | list[str]]) -> int:
    """Put translations into the catalogue of `language`; how many of them the sources ask for."""
    catalogue, taken = read(language), 0
    for message in catalogue:
        if not message.id:
            continue
        found = words.get(_source(message))
        if found and any(found):
            if isinstance(found, str) == bool(message.pluralizable):
                raise SystemExit(f"{language}: one text or {catalogue.num_plurals} forms? {_source(message)}")
            message.string = tuple(found) if message.pluralizable else found
            taken += 1
    _write(file_of(language), catalogue)
    return taken


def _todo(language: str) -> dict[str, str | list[str]]:
    """What `--take` takes, to be filled in: one text, or one for each plural form."""
    known = read(language)
    rows = [message for message in known if message.id and not checks.is_begun(message)]
    return {_source(row): [""] * known.num_plurals if row.pluralizable else "" for row in rows}


def _count() -> None:
    for language in languages():
        entries = [message for message in read(language) if message.id]
        done = sum(checks.is_begun(message) for message in entries)
        sys.stdout.write(f"{language}: {done} of {len(entries)}\n")


def _source(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _say(found: Sequence[str]) -> int:
    for sentence in found:
        sys.stderr.write(f"{sentence}\n")
    return 1 if found else 0


def _complete(language: str) -> int:
    return _say(complaints(collect()) + checks.untranslated(read(language), language))


def _take(arguments: Sequence[str]) -> int:
    language, *files = arguments
    for file in files:
        words = json.loads(Path(file).read_text(encoding="utf-8"))
        sys.stdout.write(f"{file}: {take(language, words)} of {len(words)} taken\n")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true")
    what.add_argument("--compile", action="store_true")
    what.add_argument("--count", action="store_true")
    what.add_argument("--complete", metavar="LANGUAGE")
    what.add_argument("--todo", metavar="LANGUAGE")
    what.add_argument("--take", nargs="+", metavar=("LANGUAGE", "FILE"))
    wanted = parser.parse_args()
    return _act(wanted)


def _act(wanted: argparse.Namespace) -> int:
    acts: tuple[tuple[object, Callable[[], int | None]], ...] = (
        (wanted.compile, compile_all),
        (wanted.count, _count),
        (wanted.check, lambda: _say(complaints(collect()))),
        (wanted.complete, lambda: _complete(wanted.complete)),
        (wanted.todo, lambda: _print_json(_todo(wanted.todo))),
        (wanted.take, lambda: _take(wanted.take)),
    )
    for asked, act in acts:
        if asked:
            return act() or 0
    update(collect())
    return 0


def _print_json(rows: dict[str, str | list[str]]) -> None:
    sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
