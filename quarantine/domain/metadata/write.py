"""The model back to text, in any of the three forms, and what of it others may be told."""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote

import msgspec
import yaml

from quarantine.domain.metadata.addresses import Server
from quarantine.domain.metadata.fields import moment
from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Source, Table
from quarantine.domain.metadata.nodes import Level, group_of

Form = Literal["simple", "full", "old"]
Tree = dict[str, Any]


def write_metadata(metadata: Metadata, form: Form = "simple") -> str:
    """YAML that `read_metadata` reads back to the same model.

    The old form has one source per schema: tables of one schema with different sources cannot be written in it, nor can
    the spark connector beside another one. A database's password is never written.
    """
    written = _old(metadata) if form == "old" else _wrapped(metadata, form)
    return yaml.safe_dump(written, sort_keys=False, allow_unicode=True, default_flow_style=False)


def summary(metadata: Metadata) -> Tree:
    """What a person who may see the dataset is told: names, types and settings; no values, bounds, paths or budgets."""
    return {
        "name": metadata.name,
        "description": metadata.description,
        "type": metadata.type,
        "tags": list(metadata.tags),
        "tables": [_table_summary(table) for table in metadata.tables],
    }


def _table_summary(table: Table) -> Tree:
    return {
        "schema": table.schema,
        "name": table.name,
        "description": table.description,
        "privacy_level": table.privacy_level,
        "privacy_unit": table.privacy_unit,
        "max_ids": table.contribution_bound,
        "columns": [_column_summary(column) for column in table.columns],
    }


def _column_summary(column: Column) -> Tree:
    return {
        "name": column.name,
        "type": column.type.value,
        "description": column.description,
        "nullable": column.nullable,
        "selectable": column.selectable,
        "private_id": column.private_id,
        "bounded": column.bounded,
        "masked": column.mask is not None,
        "is_feature": column.is_feature,
        "is_target": column.is_target,
    }


def _changed(thing: msgspec.Struct, names: Mapping[str, str]) -> Tree:
    """The fields that differ from their defaults, under their written names."""
    fields = {field.name: field for field in msgspec.structs.fields(thing)}
    found: Tree = {}
    for name, written in names.items():
        value = getattr(thing, name)
        if value != fields[name].default:
            found[written] = list(value) if isinstance(value, tuple) else value
    return found


def _column(column: Column) -> Tree:
    names = (
        "selectable",
        "private_id",
        "nullable",
        "unique",
        "lower",
        "upper",
        "cardinality",
        "allowed_values",
        "mask",
    )
    rest = ("description", "is_feature", "is_target", "synthesizable")
    found = {"data_type_name": column.type.value, **_changed(column, {name: name for name in names + rest})}
    if column.type is ColumnType.DATETIME:
        found.update({key: moment(found[key]) for key in ("lower", "upper") if key in found})
    return found


def _table(table: Table, metadata: Metadata) -> Tree:
    names = (
        "rows_are_public",
        "persons",
        "tau",
        "clamp_counts",
        "clamp_columns",
        "censor_dims",
        "sample_max_ids",
        "rows",
        "synth_allowed",
    )
    found = _changed(table, {name: name for name in ("description", "max_ids", *names)})
    found["privacy_level"] = table.privacy_level
    found["row_privacy"] = table.row_privacy
    return found | _changed(metadata, {name: name for name in ("budget_epsilon", "budget_delta")})


def _source(source: Source) -> Tree:
    found = _changed(source, {"skip_initial_space": "skipinitialspace", "index_column": "index_col"})
    if source.na_values:
        found["na_values"] = {column: list(values) for column, values in source.na_values.items()}
    if source.server is not None:
        return found
    found["uri"] = [*source.uris] if source.further else source.uri
    if source.file_format == "parquet":
        return found
    found |= {"sep": source.separator, "decimal": source.decimal, "use_original_header": source.use_original_header}
    if source.header_columns:
        found["header_columns"] = list(source.header_columns)
    found["header_row"] = False if source.header_row is None else source.header_row
    return found


def _server(server: Server | None) -> Tree:
    if server is None:
        return {}
    return {"host": server.host, "port": server.port, **_changed(server, {"username": "username"})}


def _dataset(metadata: Metadata) -> Tree:
    return _changed(
        metadata, {"description": "description", "tags": "tags", "metadata_is_public": "metadata_is_public"}
    )


def _old(metadata: Metadata) -> Tree:
    kind = {"type": "SPARK"} if metadata.type == "SPARK" else {}
    written: Tree = {"name": metadata.name, **kind, **_dataset(metadata)}
    for table in metadata.tables:
        flat_source = _source(table.source)
        schema = written.setdefault(table.schema, {"connection": _connection(table.source, flat_source)})
        columns: Tree = {}
        for column in table.columns:
            flat = _column(column)
            columns[column.name] = {"type": flat.pop("data_type_name"), **flat}
        schema[table.name] = {**flat_source, **_table(table, metadata), **columns}
    return written


def _connection(source: Source, flat: Tree) -> Any:
    """The place of the rows in one text or a list of them; taken out of the flat settings."""
    if source.server is None:
        return flat.pop("uri")
    name = f"{quote(source.server.username, safe='')}@" if source.server.username else ""
    return source.server.address.replace("://", f"://{name}", 1)


def _wrapped(metadata: Metadata, form: Form) -> Tree:
    databases = []
    for number, table in enumerate(metadata.tables):
        columns = [_node(Level.COLUMN, column.name, _column(column), []) for column in table.columns]
        inner = _node(Level.TABLE, table.name, _table(table, metadata), columns)
        schema = _node(Level.SCHEMA, table.schema, {}, [inner])
        server = table.source.server
        source = {"type_name": table.source.connector, **_source(table.source), **_server(server)}
        name = f"database {number}" if server is None else server.database
        databases.append(_node(Level.DATABASE, name, source, [schema]))
    top = {**_dataset(metadata), "privacy_level": 2}
    dataset = _node(Level.DATASET, metadata.name, top, databases)
    node = _full(dataset) if form == "full" else _simple([dataset])
    return {"meta_dataset": {"format": form, "node": node, "specification": "dataset_v1"}}


def _node(level: Level, name: str, flat: Tree, children: list[Tree]) -> Tree:
    groups: Tree = {"data": {"name": name}}
    for key, value in flat.items():
        groups.setdefault(group_of(level, key) or "data", {})[key] = value
    return {"level": level.value, "groups": groups, "children": children}


def _simple(nodes: list[Tree]) -> Tree:
    written: Tree = {}
    for number, node in enumerate(nodes):
        key = node["level"] if len(nodes) == 1 else f"{node['level']}_{number}"
        written[key] = {"attributes": node["groups"]}
        if node["children"]:
            written[key]["child_nodes"] = _simple(node["children"])
    return written


def _full(node: Tree) -> Tree:
    written: Tree = {"type_name": node["level"], "attributes": [_attribute(*pair) for pair in node["groups"].items()]}
    if node["children"]:
        written["child_nodes"] = [_full(child) for child in node["children"]]
    return written


def _attribute(key: str | None, value: Any) -> Tree:
    kind, inner = _typed(value)
    return {"type_name": kind, **({} if key is None else {"key": key}), "value": inner}


def _typed(value: Any) -> tuple[str, Any]:
    if isinstance(value, dict):
        return "list", [_attribute(*pair) for pair in value.items()]
    if isinstance(value, list):
        return "list", [_attribute(None, item) for item in value]
    kinds = {bool: "boolean", int: "int", float: "float", str: "string"}
    return kinds[type(value)], value
