# Generated from spec/artifacts.yaml: do not edit.
from __future__ import annotations

from ...models import artifacts as _artifacts
from .. import endpoints as _endpoints
from .. import group as _group


class Artifacts(_group.Group):
    """Files that runs and queries leave behind, once released."""

    def download(self, *, artifact_path: str, run_uuid: str) -> _artifacts.ArtifactDownloadResponseBody:
        """Read one artifact of a run.

        Hands over a single released file, such as a query's `results.csv`. What a run wrote itself stays withheld
        until the data's owner releases it (403), and a run that has not ended has nothing to show yet (409).

        artifact_path: Where the file lies below the run's artifact folder.
        run_uuid: The run, which is the uuid of the job that carried it out.
        """
        return self._call(_endpoints.DOWNLOAD_ARTIFACT, {"artifact_path": artifact_path, "run_uuid": run_uuid})

    def list_tree(
        self, *, run_uuid: str, level: str | None = None, path: str | None = None
    ) -> _artifacts.ArtifactTreeStructureResponseBody:
        """Show the artifact folder of a run.

        Lists released files and folders as a tree, folders first, each level sorted by name.

        run_uuid: The run, which is the uuid of the job that carried it out.
        level: How many levels of folders to open, one digit from 1 to 9. ('4' if left out.)
        path: Start at this folder in place of the top.
        """
        return self._call(_endpoints.LIST_ARTIFACT_TREE, {"run_uuid": run_uuid, "level": level, "path": path})


class AsyncArtifacts(_group.AsyncGroup):
    """Files that runs and queries leave behind, once released."""

    async def download(self, *, artifact_path: str, run_uuid: str) -> _artifacts.ArtifactDownloadResponseBody:
        """Read one artifact of a run.

        Hands over a single released file, such as a query's `results.csv`. What a run wrote itself stays withheld
        until the data's owner releases it (403), and a run that has not ended has nothing to show yet (409).

        artifact_path: Where the file lies below the run's artifact folder.
        run_uuid: The run, which is the uuid of the job that carried it out.
        """
        return await self._call(_endpoints.DOWNLOAD_ARTIFACT, {"artifact_path": artifact_path, "run_uuid": run_uuid})

    async def list_tree(
        self, *, run_uuid: str, level: str | None = None, path: str | None = None
    ) -> _artifacts.ArtifactTreeStructureResponseBody:
        """Show the artifact folder of a run.

        Lists released files and folders as a tree, folders first, each level sorted by name.

        run_uuid: The run, which is the uuid of the job that carried it out.
        level: How many levels of folders to open, one digit from 1 to 9. ('4' if left out.)
        path: Start at this folder in place of the top.
        """
        return await self._call(_endpoints.LIST_ARTIFACT_TREE, {"run_uuid": run_uuid, "level": level, "path": path})
