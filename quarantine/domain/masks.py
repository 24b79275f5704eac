"""What an owner's masks and thresholds may name, by the metadata. Their effect on a query is the plan's to enforce."""

from collections.abc import Mapping, Sequence

import msgspec

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Column, Metadata, Table
from quarantine.domain.privacy.names import named

KINDS = ("hidden", "private", "public")
_SHOWN = 30


def checked(metadata: Metadata, mask: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """A mask, kind -> names, as it is kept: the metadata's spelling, each name once.

    Raises Refused for a column that no table has, one of two kinds, and a privacy unit that is to be public.
    """
    kept: dict[str, list[str]] = {}
    kinds: dict[tuple[str, str, str], str] = {}
    for kind in KINDS:
        for name in mask.get(kind, ()):
            for table, column in _meant(metadata, name):
                if kinds.setdefault((table.schema, table.name, column.name), kind) != kind:
                    raise Refused(f"mask_data: {name} is in two kinds; put a column in one of {', '.join(KINDS)}")
        kept[kind] = list(dict.fromkeys(spelled(metadata, name) for name in mask.get(kind, ())))
    for name in kept["public"]:
        if _protected(metadata, name):
            raise Refused(f"mask_data: {name} tells the protected persons apart; it can be hidden, not made public")
    return kept


def spelled(metadata: Metadata, name: str) -> str:
    """A column's name in the metadata's spelling, or as it is given where it means columns of several spellings.

    Raises Refused where no table has such a column, with those there are.
    """
    spellings = {column.name for _, column in _meant(metadata, name)}
    if spellings:
        return spellings.pop() if len(spellings) == 1 else name
    known = list(dict.fromkeys(column.name for table in metadata.tables for column in table.columns))
    more = ", ..." if len(known) > _SHOWN else ""
    raise Refused(f"there is no column {name}; the metadata has {', '.join(known[:_SHOWN])}{more}")


def still_public(metadata: Metadata, names: Sequence[str]) -> list[str]:
    """Those of these public columns that can still be so under another description of the data."""
    return [name for name in names if _meant(metadata, name) and not _protected(metadata, name)]


def without(table: Table, hidden: Sequence[str]) -> Table:
    """The table as it is for whom these columns are hidden."""
    gone = {column.name for name in hidden for column in named(table.columns, name)}
    return msgspec.structs.replace(table, columns=tuple(column for column in table.columns if column.name not in gone))


def _protected(metadata: Metadata, name: str) -> bool:
    return any(column.private_id or column.name == table.privacy_unit for table, column in _meant(metadata, name))


def _meant(metadata: Metadata, name: str) -> list[tuple[Table, Column]]:
    return [(table, column) for table in metadata.tables for column in named(table.columns, name)]
