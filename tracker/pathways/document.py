"""A YAML 1.2 text as plain data, with the line on which each part stands.

The nodes are read, not the constructed objects: that gives a line to every scalar, keeps dates and ``NO`` as text, and
finds every duplicate key instead of the first.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tracker.pathways.faults import Fault

LARGEST_FILE = 1_000_000
"""Bytes. The longest of our own definitions has 60,000."""

DEEPEST = 40
MOST_PARTS = 100_000
"""Values in a file, each alias counted out: a few lines of aliases can stand for more than any machine holds."""

Path = tuple[str | int, ...]


@dataclass
class Document:
    data: object = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of ``path``, or of the nearest thing around it that the file has."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, message: str, line: int | None = None) -> None:
        self.faults.append(Fault(line or self.line(path), path_text(path), message))


def path_text(path: Path) -> str:
    """``("statuses", 2, "next")`` as ``statuses[2].next``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def read_document(content: bytes) -> Document:
    """Never raises: what cannot be read is a fault of the document."""
    document = Document()
    if len(content) > LARGEST_FILE:
        document.fault((), f"the file has {len(content)} bytes; a definition has at most {LARGEST_FILE}")
        return document
    try:
        node = YAML(typ="safe", pure=True).compose(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        document.fault((), "the file is not UTF-8 text", line=content[: error.start].count(b"\n") + 1)
    except MarkedYAMLError as error:
        document.fault((), _yaml_message(error), line=_yaml_line(error))
    except (YAMLError, ValueError) as error:
        document.fault((), f"not YAML: {_first_line(error)}")
    except RecursionError:
        document.fault((), "nested too deeply")
    else:
        if node is None:
            document.fault((), "the file is empty")
        else:
            document.data = _Reader(document).read(node, ())
    return document


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.read_nodes = 0

    def read(self, node: Node, path: Path) -> object:
        self.document.lines.setdefault(path, node.start_mark.line + 1)
        self.read_nodes += 1
        if len(path) > DEEPEST:
            self.document.fault(path[:3], "nested too deeply")
            return None
        if self.read_nodes == MOST_PARTS:
            self.document.fault((), "too many values")
        if self.read_nodes >= MOST_PARTS:
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.read(item, (*path, number)) for number, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: Path) -> dict[Hashable, object]:
        data: dict[Hashable, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value if isinstance(key_node, ScalarNode) else None
            if not isinstance(key, str):
                self.document.fault(path, "a key must be a word", line=line)
            elif key in data:
                self.document.fault((*path, key), f"the key '{key}' is given twice", line=line)
            else:
                self.document.lines[(*path, key)] = line
                data[key] = self.read(value_node, (*path, key))
        return data

    def _scalar(self, node: Node, path: Path) -> object:
        tag = str(node.tag).removeprefix("tag:yaml.org,2002:")
        text: str = node.value
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        if tag == "int":
            return _whole_number(text)
        if tag not in ("str", "float", "timestamp"):
            self.document.fault(path, f"the tag '{node.tag}' has no place in a definition")
        return text


def _whole_number(text: str) -> object:
    try:
        return int(text.replace("_", ""), 0)
    except ValueError:
        return text


def _yaml_line(error: MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark is not None else 1


def _yaml_message(error: MarkedYAMLError) -> str:
    return f"not YAML: {error.problem or error.context or 'unreadable'}"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
