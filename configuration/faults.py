"""What is wrong with the environment, told as a whole."""

from __future__ import annotations


class ConfigurationFault(Exception):
    """The environment does not describe a system that may start. `faults` holds one sentence for each reason."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(["The configuration is not usable:", *(f"  - {fault}" for fault in faults)]))
