"""What jobs have published."""

import base64
from typing import Literal

from generated.models import artifacts
from generated.models.artifacts import ArtifactDownloadResponseBody
from quarantine.domain.errors import Conflict, NotBuilt, NotFound
from quarantine.store import jobs
from quarantine.store.context import Context


def download_artifact(context: Context, *, artifact_path: str, run_uuid: str) -> ArtifactDownloadResponseBody:
    """One published file: text as text, anything else as base64."""
    if context.row.job_state not in jobs.ENDED:
        raise Conflict("the job has not ended yet; wait until its job_state is finished")
    found = jobs.artifact(context.connection, run_uuid, artifact_path)
    if found is None:
        raise NotFound("the job has no such artifact")
    content, encoding = text_of(found.content)
    return ArtifactDownloadResponseBody(data_path=artifact_path, data_string=content, data_encoding=encoding)


def text_of(content: bytes) -> tuple[str, Literal["text", "base64"]]:
    """UTF-8 as it is, other bytes as base64; and which it was."""
    try:
        return content.decode(), "text"
    except UnicodeDecodeError:
        return base64.b64encode(content).decode(), "base64"


def list_artifact_tree(
    context: Context, *, level: str = "4", path: str | None = None, run_uuid: str
) -> artifacts.ArtifactTreeStructureResponseBody:
    """Show the artifact folder of a run."""
    raise NotBuilt("list_artifact_tree is documented, not built yet")
