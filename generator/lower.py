"""OpenAPI 3.1 as 3.0.3, which is what Connexion loads. What 3.0.3 has no word for is kept under `x-`."""

from typing import Any

_UNKNOWN = frozenset(
    {"$schema", "$id", "$anchor", "$comment", "$defs", "if", "then", "else", "dependentSchemas", "dependentRequired"}
    | {"prefixItems", "contains", "minContains", "maxContains", "patternProperties", "propertyNames", "examples"}
    | {"unevaluatedItems", "unevaluatedProperties", "contentEncoding", "contentMediaType", "contentSchema"}
)
_SCHEMAS = frozenset({"oneOf", "anyOf", "allOf"})
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


def lowered(document: dict[str, Any]) -> dict[str, Any]:
    """The document, as 3.0.3 where it was 3.1."""
    if not str(document.get("openapi", "")).startswith("3.1"):
        return document
    out = {k: v for k, v in document.items() if k not in {"jsonSchemaDialect", "webhooks"}}
    out["openapi"] = "3.0.3"
    for key in ("jsonSchemaDialect", "webhooks"):
        if key in document:
            out["x-" + key] = document[key]
    info = dict(out.get("info") or {})
    if "summary" in info:
        info["x-summary"] = info.pop("summary")
    license_ = info.get("license")
    if isinstance(license_, dict) and "identifier" in license_:
        info["license"] = {k if k != "identifier" else "x-identifier": v for k, v in license_.items()}
    out["info"] = info
    out["paths"] = {p: _item(i) for p, i in (out.get("paths") or {}).items()}
    if isinstance(out.get("components"), dict):
        out["components"] = _components(out["components"])
    return out


def _components(components: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for section, found in components.items():
        if section == "schemas":
            out[section] = {k: _schema(v) for k, v in found.items()}
        elif section == "pathItems":
            out["x-pathItems"] = found
        elif section in {"examples", "securitySchemes", "links"}:
            out[section] = found
        else:
            out[section] = {k: _holder(v) for k, v in found.items()} if isinstance(found, dict) else found
    return out


def _item(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    out = {k: _operation(v) if k in _METHODS else v for k, v in item.items()}
    if isinstance(out.get("parameters"), list):
        out["parameters"] = [_holder(p) for p in out["parameters"]]
    return out


def _operation(operation: Any) -> Any:
    if not isinstance(operation, dict):
        return operation
    out = dict(operation)
    if isinstance(out.get("parameters"), list):
        out["parameters"] = [_holder(p) for p in out["parameters"]]
    if "requestBody" in out:
        out["requestBody"] = _holder(out["requestBody"])
    responses = out.get("responses")
    out["responses"] = {k: _holder(v) for k, v in responses.items()} if isinstance(responses, dict) else {}
    return out


def _holder(node: Any) -> Any:
    """A parameter, header, body, response or media type: something that holds schemas."""
    if not isinstance(node, dict) or "$ref" in node:
        return {"$ref": node["$ref"]} if isinstance(node, dict) else node
    out = dict(node)
    if "schema" in out:
        out["schema"] = _schema(out["schema"])
    for key in ("content", "headers"):
        if isinstance(out.get(key), dict):
            out[key] = {k: _holder(v) for k, v in out[key].items()}
    return out


def _schema(schema: Any) -> Any:
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        rest = {k: v for k, v in schema.items() if k not in {"$ref", "description", "summary"}}
        ref = {"$ref": schema["$ref"]}
        return {"allOf": [ref, _schema(rest)]} if rest else ref
    out: dict[str, Any] = {}
    for key, value in schema.items():
        _keyword(out, key, value)
    _types(out)
    return out


def _keyword(out: dict[str, Any], key: str, value: Any) -> None:
    if key in {"items", "not", "additionalProperties"}:
        out[key] = value if key == "additionalProperties" and isinstance(value, bool) else _schema(value)
    elif key in _SCHEMAS and isinstance(value, list):
        out[key] = [_schema(v) for v in value]
    elif key == "properties" and isinstance(value, dict):
        out[key] = {k: _schema(v) for k, v in value.items()}
    elif key == "const":
        out["enum"] = [value]
    elif key in {"exclusiveMinimum", "exclusiveMaximum"} and not isinstance(value, bool):
        out["minimum" if key == "exclusiveMinimum" else "maximum"] = value
        out[key] = True
    elif key in _UNKNOWN:
        out["x-" + key.lstrip("$")] = value
        if key == "contentEncoding" and value == "base64":
            out["format"] = "byte"
    else:
        out[key] = value


def _types(out: dict[str, Any]) -> None:
    kinds = out.get("type")
    if not isinstance(kinds, list):
        if kinds == "array":
            out.setdefault("items", {})
        return
    del out["type"]
    rest = [k for k in kinds if k != "null"]
    if len(rest) == 1:
        out["type"] = rest[0]
        if rest[0] == "array":
            out.setdefault("items", {})
    elif rest:
        branches = [{"type": k, "items": {}} if k == "array" else {"type": k} for k in rest]
        out["allOf"] = [*out.get("allOf", ()), {"anyOf": branches}]
    if "null" in kinds:
        out["nullable"] = True
