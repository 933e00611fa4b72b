"""What every object of a dossier file is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, PrivateAttr


class FileObject(BaseModel):
    """An object of the file. Unknown keys are an error, not ignored."""

    model_config = ConfigDict(extra="forbid")

    _path: str = PrivateAttr(default="")
    _faulty: frozenset[str] = PrivateAttr(default=frozenset())

    @property
    def path(self) -> str:
        """Where the object stands in the file."""
        return self._path

    @property
    def given(self) -> set[str]:
        """The keys that the file gives, null included, by the names of these attributes."""
        return self.model_fields_set

    def is_faulty(self, name: str) -> bool:
        """Whether the file gives this key a value that cannot be used, so that nothing follows from it."""
        return name in self._faulty
