"""The Python types and the CRDs say the same: field by field, in both directions.

The YAML under crds/ is the source of truth. A field that only one side knows is data lost without a
word: the API server prunes what its schema lacks, and msgspec skips what its struct lacks.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
import yaml

from crashloop_doctor.api import v1alpha1
from crashloop_doctor.api.core import Condition

CRDS = Path(__file__).parents[2] / "crds"
METAV1_REQUIRES = {"type", "status", "reason", "message", "lastTransitionTime"}


def crd_of(kind: v1alpha1.Kind) -> dict[str, Any]:
    crd: dict[str, Any] = yaml.safe_load((CRDS / f"{kind.plural}.yaml").read_text())
    return crd


def schema_of(kind: v1alpha1.Kind) -> dict[str, Any]:
    schema: dict[str, Any] = crd_of(kind)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return schema


class Pair(NamedTuple):
    """A struct and the object schema that has to say the same."""

    path: str
    struct: msgspec.inspect.StructType
    schema: dict[str, Any]


def unwrapped(declared: msgspec.inspect.Type) -> msgspec.inspect.Type:
    """The type without `| None`: absence is a matter of being required, not of the type."""
    if isinstance(declared, msgspec.inspect.UnionType):
        (inner,) = (t for t in declared.types if not isinstance(t, msgspec.inspect.NoneType))
        return inner
    return declared


def pairs(path: str, declared: msgspec.inspect.Type, schema: dict[str, Any]) -> Iterator[Pair]:
    """Every struct below this type with its schema, wherever both sides know the field."""
    declared = unwrapped(declared)
    if isinstance(declared, msgspec.inspect.VarTupleType):
        yield from pairs(f"{path}[]", declared.item_type, schema.get("items", {}))
    if isinstance(declared, msgspec.inspect.StructType):
        yield Pair(path, declared, schema)
        for field in declared.fields:
            if field.encode_name in schema.get("properties", {}):
                if field.encode_name == "metadata" and "." not in path:
                    continue  # Kubernetes' own; a CRD may not describe it
                child = schema["properties"][field.encode_name]
                yield from pairs(f"{path}.{field.encode_name}", field.type, child)


KINDS = pytest.mark.parametrize("kind", v1alpha1.KINDS, ids=lambda kind: kind.kind)
PAIRS = [
    pair
    for kind in v1alpha1.KINDS
    for pair in pairs(kind.kind, msgspec.inspect.type_info(kind.type), schema_of(kind))
]
EACH_STRUCT = pytest.mark.parametrize("pair", PAIRS, ids=[pair.path for pair in PAIRS])


def json_type(declared: msgspec.inspect.Type) -> dict[str, str]:
    """What an OpenAPI schema has to say at least about a Python type."""
    match unwrapped(declared):
        case msgspec.inspect.StrType():
            return {"type": "string"}
        case msgspec.inspect.DateTimeType():
            return {"type": "string", "format": "date-time"}
        case msgspec.inspect.IntType():
            return {"type": "integer"}
        case msgspec.inspect.BoolType():
            return {"type": "boolean"}
        case msgspec.inspect.VarTupleType():
            return {"type": "array"}
        case msgspec.inspect.StructType() | msgspec.inspect.DictType():
            return {"type": "object"}
        case other:
            raise AssertionError(f"no rule for {other}")


def plain(value: Any) -> Any:
    return msgspec.to_builtins(value)


def default_of(field: msgspec.inspect.Field) -> Any:
    if field.default is not msgspec.NODEFAULT:
        return field.default
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return msgspec.NODEFAULT


def has_content(value: Any) -> bool:
    """Whether a default is more than emptiness, looking into structs with defaults of their own."""
    if isinstance(value, msgspec.Struct):
        return any(has_content(getattr(value, name)) for name in value.__struct_fields__)
    return value is not msgspec.NODEFAULT and bool(value)


def test_there_is_one_crd_for_each_kind_and_no_other() -> None:
    assert {path.stem for path in CRDS.glob("*.yaml")} == {kind.plural for kind in v1alpha1.KINDS}


@KINDS
def test_a_kind_is_addressed_as_the_types_say(kind: v1alpha1.Kind) -> None:
    spec = crd_of(kind)["spec"]

    assert spec["group"] == v1alpha1.GROUP
    assert [version["name"] for version in spec["versions"]] == [v1alpha1.VERSION]
    assert spec["names"]["kind"] == kind.kind
    assert spec["names"]["plural"] == kind.plural
    assert (spec["scope"] == "Namespaced") is kind.namespaced


@EACH_STRUCT
def test_both_sides_know_the_same_fields(pair: Pair) -> None:
    in_python = {field.encode_name for field in pair.struct.fields}
    in_schema = set(pair.schema.get("properties", {}))
    if "." not in pair.path:
        in_schema -= {"apiVersion", "kind"}  # known from the address

    assert in_python - in_schema == set(), "the API server would prune these"
    assert in_schema - in_python == set(), "the doctor would never see these"


@EACH_STRUCT
def test_both_sides_give_a_field_the_same_type(pair: Pair) -> None:
    for field in pair.struct.fields:
        schema = pair.schema["properties"][field.encode_name]
        declared = unwrapped(field.type)
        where = f"{pair.path}.{field.encode_name}"

        wanted = json_type(declared)
        assert {key: schema.get(key) for key in wanted} == wanted, where
        if wanted == {"type": "string"}:
            assert schema.get("format") != "date-time", f"{where} is a time in the schema only"
        if isinstance(declared, msgspec.inspect.VarTupleType):
            item = json_type(declared.item_type)
            assert {key: schema["items"].get(key) for key in item} == item, where
        if isinstance(declared, msgspec.inspect.DictType):
            value = json_type(declared.value_type)
            found = schema["additionalProperties"]
            assert {key: found.get(key) for key in value} == value, where


@EACH_STRUCT
def test_both_sides_require_the_same_fields(pair: Pair) -> None:
    required = {field.encode_name for field in pair.struct.fields if field.required}
    if pair.struct.cls is Condition:
        # The type also reads pods' conditions, which are sparser; for our own metav1's rules hold.
        required = METAV1_REQUIRES
    if "." not in pair.path:
        required -= {"metadata"}

    assert set(pair.schema.get("required", [])) == required


@EACH_STRUCT
def test_the_api_server_fills_in_the_defaults_that_the_doctor_assumes(pair: Pair) -> None:
    for field in pair.struct.fields:
        schema = pair.schema["properties"][field.encode_name]
        where = f"{pair.path}.{field.encode_name}"
        default = default_of(field)
        if isinstance(default, msgspec.Struct):
            # The schema's default {} makes the API server fill in the fields below.
            assert schema.get("default") == ({} if has_content(default) else None), where
        elif has_content(default):
            assert schema.get("default") == plain(default), where
        elif "default" in schema:
            assert schema["default"] == plain(default), where


@EACH_STRUCT
def test_an_omitted_default_is_never_a_required_field(pair: Pair) -> None:
    """Structs leave defaults out when written, so a required field may not have one, or the API server must add it."""
    for name in pair.schema.get("required", []):
        (field,) = (field for field in pair.struct.fields if field.encode_name == name)
        schema = pair.schema["properties"][name]
        filled_in = "default" in schema
        never_empty = schema.get("minLength", 0) > 0 or schema.get("format") == "date-time"
        assert field.required or filled_in or never_empty, f"{pair.path}.{name}"


def enums_named(name: str, schema: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The enums of every property of that name, in the schema itself or in the items of its list."""
    for key, child in schema.get("properties", {}).items():
        for holder in (child, child.get("items", {})):
            if key == name and "enum" in holder:
                yield tuple(holder["enum"])
            yield from enums_named(name, holder)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("cause", v1alpha1.CAUSES),
        ("causes", v1alpha1.CAUSES),
        ("mode", v1alpha1.MODES),
        ("remedy", v1alpha1.REMEDIES),
        ("requires", v1alpha1.REQUIREMENTS),
    ],
)
def test_every_enum_of_a_field_lists_exactly_the_values_of_the_types(
    field: str, values: tuple[str, ...]
) -> None:
    found = [enum for kind in v1alpha1.KINDS for enum in enums_named(field, schema_of(kind))]

    assert found
    assert set(found) == {values}


def test_a_policy_may_choose_exactly_the_remedies_of_the_types() -> None:
    for kind in v1alpha1.KINDS:
        if kind.type is v1alpha1.Policy:
            remedies = schema_of(kind)["properties"]["spec"]["properties"]["remedies"]
            assert tuple(remedies["items"]["properties"]["name"]["enum"]) == v1alpha1.REMEDIES


def test_the_two_policy_kinds_differ_only_in_what_they_say_about_namespaces() -> None:
    def spec(plural: str) -> dict[str, Any]:
        (kind,) = (kind for kind in v1alpha1.KINDS if kind.plural == plural)
        spec: dict[str, Any] = schema_of(kind)["properties"]["spec"]
        del spec["properties"]["selector"]["x-kubernetes-validations"]
        return spec

    assert spec("remediationpolicies") == spec("clusterremediationpolicies")
