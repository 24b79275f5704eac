"""The one tree that all three written forms become, and the names that may stand in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from quarantine.domain.metadata.document import Plain


class Level(StrEnum):
    """The levels of a dataset, from the top."""

    DATASET = "dataset"
    DATABASE = "database"
    SCHEMA = "schema"
    TABLE = "table"
    COLUMN = "column"

    @property
    def below(self) -> "Level | None":
        """The level of the child nodes."""
        levels = list(Level)
        position = levels.index(self) + 1
        return levels[position] if position < len(levels) else None


Groups = dict[str, dict[str, Plain]]


@dataclass(slots=True)
class Node:
    """One node; `path` says where it stands in the document.

    The old form has no databases: there `label` and `shown` let a fault name the place and key that the owner wrote.
    """

    level: Level
    path: str
    attributes: Groups = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    label: str = ""
    shown: Mapping[str, str] = field(default_factory=dict)


DATA = frozenset({"name", "description", "metadata_is_public"})
LEVEL_ONLY = frozenset({"privacy_level"})
CSV_OPTIONS = frozenset(
    {
        "sep",
        "decimal",
        "header_row",
        "header_columns",
        "use_original_header",
        "index_col",
        "na_values",
        "skipinitialspace",
    }
)
SERVER_OPTIONS = frozenset({"host", "port", "username", "password"})
AUTO_BOUNDS = frozenset({"use_auto_bounds", "auto_bounds_prob", "auto_lower", "auto_upper"})

# `nullable`, `unique`, `rows_are_public` and `persons` of `private_sql` are this server's own; all other names are
# those of the specification dataset_v1.
VOCABULARY: Mapping[Level, Mapping[str, frozenset[str]]] = {
    Level.DATASET: {"data": DATA | {"tags"}, "differential_privacy": LEVEL_ONLY},
    Level.DATABASE: {
        "data": DATA,
        "differential_privacy": LEVEL_ONLY,
        "connector": CSV_OPTIONS | SERVER_OPTIONS | {"type_name", "uri"},
    },
    Level.SCHEMA: {"data": DATA, "differential_privacy": LEVEL_ONLY},
    Level.TABLE: {
        "data": DATA | {"rows"},
        "differential_privacy": LEVEL_ONLY | {"budget_epsilon", "budget_delta", "privacy_column"},
        "private_sql": frozenset(
            {
                "max_ids",
                "row_privacy",
                "sample_max_ids",
                "clamp_counts",
                "clamp_columns",
                "censor_dims",
                "use_dpsu",
                "tau",
                "rows_are_public",
                "persons",
            }
        ),
        "private_synthesis": frozenset({"synth_allowed"}),
    },
    Level.COLUMN: {
        "data": DATA | {"data_type_name", "selectable"},
        "private_sql": AUTO_BOUNDS | {"private_id", "allowed_values", "mask", "nullable", "unique"},
        "private_sql_and_synthesis": frozenset({"bounded", "lower", "upper", "cardinality"}),
        "private_synthesis": frozenset({"synthesizable", "min_step", "discrete"}),
        "machine_learning": frozenset({"is_feature", "is_target"}),
    },
}


def group_of(level: Level, key: str) -> str | None:
    """The attribute group that holds `key` at this level; None for a name that is not part of the format."""
    return next((group for group, keys in VOCABULARY[level].items() if key in keys), None)
