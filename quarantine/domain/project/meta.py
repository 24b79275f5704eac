"""The `.meta` file of a working folder: which project it is, what it was deployed as, and what is attached."""

from collections.abc import Mapping

import yaml

FILE = ".meta"
# Its next version, while it is written.
PASSING = ".meta.new"


def written(
    *, project_name: str, project_uuid: str, commit_uuid: str, experiment_name: str, datasets: Mapping[str, str]
) -> str:
    """The file's text, YAML; `datasets` is name -> uuid, and what is not there yet is an empty text."""
    fields = {
        "project_name": project_name,
        "project_uuid": project_uuid,
        "commit_uuid": commit_uuid,
        "experiment_name": experiment_name,
        "datasets": dict(datasets),
    }
    return yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=10_000)


def belongs_to(text: str, project_uuid: str) -> bool:
    """Whether a `.meta` file is this project's.

    Only the one line that `written` makes is looked for: a whole parser would be open to whatever stands there.
    """
    forms = {f"project_uuid: {quote}{project_uuid}{quote}" for quote in ("", "'", '"')}
    return any(line.rstrip() in forms for line in text.splitlines())
