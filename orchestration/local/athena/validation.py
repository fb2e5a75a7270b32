"""Requests held against AWS's own description of the Athena API, which botocore has; refused in the service's words."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

from orchestration.local.athena.errors import ApiError, invalid_request

_SHOWN = 200
_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "long": int,
    "boolean": bool,
    "double": (int, float),
    "list": list,
    "map": dict,
    "structure": dict,
}


@cache
def model() -> ServiceModel:
    """Return the description of the API."""
    return botocore.session.get_session().get_service_model("athena")


def check(operation: str, params: Any) -> dict[str, Any]:
    """Return the parameters of a call if the API takes them; ApiError names every constraint that fails."""
    shape = model().operation_model(operation).input_shape
    if shape is None or not isinstance(params, dict):
        raise ApiError("SerializationException", "The body of the request is not a JSON object.")
    _check_kinds(params, shape, "")
    failures = list(_failures(params, shape, ""))
    if failures:
        noun = "error" if len(failures) == 1 else "errors"
        raise invalid_request(f"{len(failures)} validation {noun} detected: {'; '.join(failures)}")
    return params


def _check_kinds(value: Any, shape: Shape, path: str) -> None:
    expected = _KINDS.get(shape.type_name)
    wrong = expected and (not isinstance(value, expected) or (isinstance(value, bool) and shape.type_name != "boolean"))
    if wrong:
        what = f"{path or 'the request'} is a {type(value).__name__}, and should be a {shape.type_name}"
        raise ApiError("SerializationException", f"Could not read the request: {what}.")
    for name, one, inner in _members(value, shape):
        _check_kinds(one, inner, f"{path}.{name}" if path else name)


def _failures(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        for name in shape.required_members:
            if name not in value:
                yield _failure(None, _joined(path, name), "Member must not be null")
    elif value is not None:
        yield from _constraints(value, shape, path)
    for name, one, inner in _members(value, shape):
        yield from _failures(one, inner, _joined(path, name))


def _members(value: Any, shape: Shape) -> Iterator[tuple[str, Any, Shape]]:
    """Yield what a structure, list or map holds; what the API does not know is ignored, as the service does."""
    if isinstance(shape, StructureShape):
        for name, inner in shape.members.items():
            if value.get(name) is not None:
                yield name, value[name], inner
    elif isinstance(shape, ListShape):
        for position, one in enumerate(value, start=1):
            yield f"{position}.member", one, shape.member
    elif isinstance(shape, MapShape):
        for key, one in value.items():
            yield f"{key}.member", one, shape.value


def _constraints(value: Any, shape: Shape, path: str) -> Iterator[str]:
    rules = shape.metadata
    is_number = shape.type_name in ("integer", "long", "double")
    size = value if is_number else len(value) if hasattr(value, "__len__") else 0
    noun = "value" if is_number else "length"
    if "min" in rules and size < rules["min"]:
        yield _failure(value, path, f"Member must have {noun} greater than or equal to {rules['min']}")
    if "max" in rules and size > rules["max"]:
        yield _failure(value, path, f"Member must have {noun} less than or equal to {rules['max']}")
    if "pattern" in rules and not _matches(rules["pattern"], value):
        yield _failure(value, path, f"Member must satisfy regular expression pattern: {rules['pattern']}")
    if rules.get("enum") and value not in rules["enum"]:
        yield _failure(value, path, f"Member must satisfy enum value set: [{', '.join(rules['enum'])}]")


def _matches(pattern: str, value: str) -> bool:
    r"""Tell whether the whole value matches a pattern of Java's; its surrogate pairs are Python's `\U` ranges."""
    return re.fullmatch(pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"), value) is not None


def _failure(value: Any, path: str, constraint: str) -> str:
    shown = "" if value is None else f" '{str(value)[:_SHOWN]}'"
    return f"Value{shown} at '{path}' failed to satisfy constraint: {constraint}"


def _joined(path: str, name: str) -> str:
    lower = name[:1].lower() + name[1:]
    return f"{path}.{lower}" if path else lower
