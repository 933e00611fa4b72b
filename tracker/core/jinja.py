"""The application's Jinja environment: Flask's, in which what a page does a thousand times takes fewer steps."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Callable, KeysView, MutableMapping
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.utils import _PassArg
from markupsafe import Markup, escape

_PLAIN = (FunctionType, MethodType, BuiltinFunctionType)
_SPECIAL = re.compile("[&<>'\"]")
"""What `escape` changes."""


class _Globals(ChainMap[str, Any]):
    """Jinja asks at each import of a page whether it knows another name than its importer; a ChainMap's own view
    answers name by name."""

    def keys(self) -> KeysView[str]:
        known: dict[str, Any] = {}
        for names in reversed(self.maps):
            known.update(names)
        return known.keys()


class _QuickContext(Context):
    """Calls macros, and functions that want at most to know whether the template escapes, without asking twice."""

    def call(__self, __obj: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: N805  names of a template's own
        kind = type(__obj)
        if kind is Macro:
            args = (__self.eval_ctx, *args)
        elif kind not in _PLAIN:
            return super().call(__obj, *args, **kwargs)
        elif (wanted := getattr(__obj, "jinja_pass_arg", None)) is not None:
            if wanted is not _PassArg.eval_context:
                return super().call(__obj, *args, **kwargs)
            args = (__self.eval_ctx, *args)
        if kwargs:
            kwargs.pop("_loop_vars", None)
            kwargs.pop("_block_vars", None)
        return __obj(*args, **kwargs)


class _QuickCode(CodeGenerator):
    """Templates in Python: an attribute that is there is got without a function of Jinja's; so is markup."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802  Jinja's name
        self.write("(t_got if (t_got := getattr((t_of := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing else environment.getattr(t_of, {node.attr!r}))")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.shown(")


class QuickEnvironment(Environment):
    """Flask's, but for the way in which templates look up what all of them know, call, and write."""

    context_class = _QuickContext
    code_generator_class = _QuickCode

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template knows beside what it is given: `d`, and below that what all know."""
        return _Globals({} if d is None else d, self.globals)

    @staticmethod
    def shown(value: Any) -> str:
        """What stands for `value` on the page: markup as it is, everything else escaped."""
        if type(value) is Markup or (type(value) is str and _SPECIAL.search(value) is None):
            return value
        return escape(value)
