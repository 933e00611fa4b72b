"""What a service found wrong, shown at the field where it is wrong."""

from __future__ import annotations

from typing import Any

from tracker.core.errors import Invalid


def show_faults(form: Any, invalid: Invalid) -> None:
    """Put each fault at its field of the WTForms `form`, or above the form when it belongs to none."""
    for fault in invalid.faults:
        if fault.path in form:
            form[fault.path].errors = [*form[fault.path].errors, fault.message]
        else:
            form.form_errors = [*form.form_errors, fault.message]
