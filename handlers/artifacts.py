"""What jobs have published."""

import base64
from collections.abc import Mapping
from typing import Literal

from generated.models.artifacts import ArtifactDownloadResponseBody, ArtifactTreeStructureResponseBody
from quarantine.domain.errors import Conflict, Forbidden, NotFound
from quarantine.store import jobs, rows, runs
from quarantine.store.context import Context


def download_artifact(context: Context, *, artifact_path: str, run_uuid: str) -> ArtifactDownloadResponseBody:
    """One published file: text as text, anything else as base64."""
    if context.row.job_state not in jobs.ENDED:
        raise Conflict("the job has not ended yet; wait until its job_state is finished")
    found = jobs.artifact(context.connection, run_uuid, artifact_path)
    if found is None:
        check_released(context, run_uuid)
        raise NotFound("the job has no such artifact")
    content, encoding = text_of(found.content)
    return ArtifactDownloadResponseBody(data_path=artifact_path, data_string=content, data_encoding=encoding)


def check_released(context: Context, run_uuid: str) -> None:
    """Raises Forbidden where something is held, the same for every path: which files there are is held, too."""
    if runs.held(context.connection, [run_uuid]):
        raise Forbidden("what the run wrote is held until the data's owner releases it; GET /runs/{run_uuid} says who")


def text_of(content: bytes) -> tuple[str, Literal["text", "base64"]]:
    """UTF-8 as it is, other bytes as base64; and which it was."""
    try:
        return content.decode(), "text"
    except UnicodeDecodeError:
        return base64.b64encode(content).decode(), "base64"


def list_artifact_tree(
    context: Context, *, level: str = "4", path: str | None = None, run_uuid: str
) -> ArtifactTreeStructureResponseBody:
    """Published files as a tree: folders first, each level by name, `level` levels of folders opened."""
    if context.row.job_state not in jobs.ENDED:
        raise Conflict("the job has not ended yet; wait until its job_state is finished")
    found = {row.path: row.size for row in jobs.artifacts(context.connection, run_uuid)}
    if path is not None:
        found = {name: size for name, size in found.items() if name.startswith(f"{path}/")}
        if not found:
            raise NotFound("the run has no such folder")
    tree = folder(found, "" if path is None else f"{path}/", int(level))
    return rows.into(context.row, ArtifactTreeStructureResponseBody, run_id=run_uuid, artifact_files=tree)


def folder(found: Mapping[str, int], above: str, level: int) -> list[dict[str, object]]:
    """What is directly in a folder; `above` is its path with a slash at the end."""
    files: list[dict[str, object]] = []
    inside: dict[str, dict[str, int]] = {}
    for name, size in sorted(found.items()):
        label, more, _ = name.removeprefix(above).partition("/")
        if more:
            inside.setdefault(label, {})[name] = size
        else:
            files.append({"path": name, "label": label, "is_dir": False, "file_size": str(size)})
    folders: list[dict[str, object]] = []
    for label, below in sorted(inside.items()):
        children = {"children": folder(below, f"{above}{label}/", level - 1)} if level > 1 else {}
        folders.append({"path": above + label, "label": label, "is_dir": True, **children})
    return folders + files
