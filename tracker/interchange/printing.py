"""A document as text. YAML is written so that a reader of YAML 1.1 gets the same facts: dates and `NO` in quotes."""

from __future__ import annotations

import io
import json
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter

# Words and shapes that some reader of YAML takes for something else than text.
_NEEDS_QUOTES = re.compile(r"[0-9+.\-].*|.*:|~|=|<<|(?:y|n|yes|no|on|off|true|false|null)", re.IGNORECASE | re.DOTALL)


class _Representer(SafeRepresenter):
    """Text that could be taken for a date, a number or a switch is quoted; the same text is never an alias."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  the library's signature
        return True

    def represent_text(self, data: str) -> ScalarNode:
        style = '"' if _NEEDS_QUOTES.fullmatch(data) or "\n" in data else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Representer.add_representer(str, _Representer.represent_text)


def dossier_as_yaml(document: dict[str, Any]) -> str:
    writer: Any = YAML(typ="safe", pure=True)
    writer.Representer = _Representer
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.width = 120
    writer.sort_base_mapping_type_on_output = False
    stream = io.StringIO()
    writer.dump(document, stream)
    return stream.getvalue()


def dossier_as_json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
