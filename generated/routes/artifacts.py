# Generated from spec/artifacts.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import artifacts, common


class DownloadArtifactParams(Struct, kw_only=True):
    artifact_path: artifacts.ArtifactPath
    run_uuid: common.Uuid


class ListArtifactTreeParams(Struct, kw_only=True):
    level: Annotated[str, Meta(max_length=1, pattern="^[1-9]\\Z")] = "4"
    path: artifacts.ArtifactPath | None = None
    run_uuid: common.Uuid


class ArtifactsHandlers(Protocol):
    """What answers the operations of artifacts."""

    def download_artifact(
        self, context: Context, *, artifact_path: str, run_uuid: str
    ) -> artifacts.ArtifactDownloadResponseBody:
        """Read one artifact of a run."""

    def list_artifact_tree(
        self, context: Context, *, level: str = "4", path: str | None = None, run_uuid: str
    ) -> artifacts.ArtifactTreeStructureResponseBody:
        """Show the artifact folder of a run."""


def call_download_artifact(
    handlers: ArtifactsHandlers, context: Context, params: DownloadArtifactParams, body: None
) -> artifacts.ArtifactDownloadResponseBody:
    return handlers.download_artifact(context, artifact_path=params.artifact_path, run_uuid=params.run_uuid)


def call_list_artifact_tree(
    handlers: ArtifactsHandlers, context: Context, params: ListArtifactTreeParams, body: None
) -> artifacts.ArtifactTreeStructureResponseBody:
    return handlers.list_artifact_tree(context, level=params.level, path=params.path, run_uuid=params.run_uuid)
