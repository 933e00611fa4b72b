"""Collect every string that a person may read, and bring the catalogues of all languages up to date.

    .venv/bin/python translations/catalogue.py           writes messages.pot and each messages.po
    .venv/bin/python translations/catalogue.py --check   writes nothing; fails when a string is missing
    .venv/bin/python translations/catalogue.py --compile writes messages.mo beside each messages.po

English is the language of the sources, so its catalogue stays untranslated and needs no compiling.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
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
        methods, options = parse_mapping_cfg(mapping)
    for file, line, message, comments, context in extract_from_dir(
        ROOT, method_map=methods, options_map=options, keywords=KEYWORDS, directory_filter=_is_ours
    ):
        catalogue.add(message, locations=[(file, line)], auto_comments=comments, context=context)
    for key, sentence in _of_pathways():
        catalogue.add(sentence, locations=[(key, 1)])
    return catalogue


def _of_pathways() -> list[tuple[str, str]]:
    sys.path.insert(0, str(ROOT))
    from tracker.pathways.registry import load_default
    from tracker.pathways.strings import GENERAL, translatable_strings

    found = [("tracker/pathways/strings.py", sentence) for sentence in GENERAL]
    for definition in load_default(None).all():
        file = f"tracker/pathways/definitions/{definition.key}.yaml"
        found += [(file, sentence) for sentence in translatable_strings(definition)]
    return found


def _is_ours(folder: str) -> bool:
    path = Path(folder)
    return path == ROOT or path.relative_to(ROOT).parts[0] in ("tracker", "worker", "templates")


def _languages() -> list[Path]:
    return sorted(HERE.glob("*/LC_MESSAGES/messages.po"))


def _write(path: Path, catalogue: Catalog) -> None:
    with path.open("wb") as file:
        # No line numbers: they would change the file with every edit of the code.
        write_po(file, catalogue, width=120, sort_output=True, no_location=False, include_lineno=False)


def update(fresh: Catalog) -> None:
    """Write the template, and merge it into every language without losing a translation."""
    _write(TEMPLATE, fresh)
    for path in _languages():
        with path.open("rb") as file:
            known = read_po(file, locale=path.parents[1].name)
        known.update(fresh, no_fuzzy_matching=path.parents[1].name == SOURCE_LANGUAGE)
        _write(path, known)


def missing(fresh: Catalog) -> list[str]:
    """Strings of the code that the template does not know."""
    with TEMPLATE.open("rb") as file:
        known = {message.id for message in read_po(file)}
    return sorted(str(message.id) for message in fresh if message.id not in known)


def compile_all() -> None:
    for path in _languages():
        with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source, locale=path.parents[1].name))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--compile", action="store_true")
    wanted = parser.parse_args()
    if wanted.compile:
        compile_all()
        return 0
    fresh = collect()
    if not wanted.check:
        update(fresh)
        return 0
    lost = missing(fresh)
    for text in lost:
        sys.stderr.write(f"not in messages.pot: {text}\n")
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
