"""What was typed, before anything is made of it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

# What the help says of each source.
TOLD = {
    "directory": "the current folder",
    "project_uuid": "the project whose folder this is",
    "commit_uuid": "what the project was deployed as last",
    "data_uuid": "the dataset attached to the project, where it is one",
    "data_names": "the datasets attached to the project",
}


class Given(NamedTuple):
    """What was typed: texts by wire name, files by wire name, arguments by place, and what every command has."""

    texts: Mapping[str, Any]
    files: Mapping[str, str]
    places: Sequence[str]
    server: str = ""
    as_json: bool = False
    everything: bool = False
    no_wait: bool = False
