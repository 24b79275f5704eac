"""Projects of another quarantine whose working folder is on this machine: read here, deployed there.

The folder is what `quarantine.store.folders` makes of it, the project is a row there. After each change the `.meta`
file here becomes what that row says. A project without a folder here is forwarded like everything else.
"""

import time
from collections.abc import Mapping
from typing import Any

import msgspec

from generated.contract import Operation
from generated.models.projects import ProjectMetaResponseBody, ProjectRegisterResponseBody
from quarantine.domain.errors import Conflict, DomainError, Forbidden, Unreachable
from quarantine.domain.project import meta, template
from quarantine.server.elsewhere import Bound
from quarantine.server.exchange import JSON, Reply, Request, Streamed
from quarantine.server.forward import Content, Forwarder
from quarantine.server.runtime import Runtime
from quarantine.server.seam import decoded
from quarantine.store import carried, folders, packing
from quarantine.store.folders import Place

Answer = tuple[Reply | Streamed, str]
STALE = "it is done in the quarantine, but the .meta file here is not current: {}"
NOT_YOURS = "working folders on this machine are for the session that this server keeps, on a loopback address"


class Carrier:
    """Does here what is about a folder here, and asks for the rest; `run` takes a function to a thread."""

    def __init__(self, runtime: Runtime, operations: Mapping[str, Operation], forwarder: Forwarder, run: Any) -> None:
        self._database = runtime.database
        self._settings = runtime.settings
        self._operations = operations
        self._forwarder = forwarder
        self._run = run

    def concerns(self, operation: Operation) -> bool:
        """Whether an operation is about a working folder."""
        return operation.tag == "projects" and operation.answered_by == "local"

    async def answer(self, request: Request, bound: Bound) -> Answer:
        """The reply; raises what folders and quarantines are refused with."""
        if request.operation.id == "create_project":
            self._check_whose(bound)
            return await self._create(request, bound)
        place: Place | None = await self._run(self._place_of, request.path["project_uuid"], bound)
        if place is None:
            return await self._forwarder.ask(request, bound, request.raw)
        self._check_whose(bound)
        # A folder that is gone is refused before anything is changed.
        await self._run(folders.read_meta, place)
        if request.operation.id == "deploy_project":
            found = await self._deploy(request, bound, place)
        else:
            found = await self._forwarder.ask(request, bound, request.raw)
        if found[0].status == 200 and request.operation.id == "unlink_project":
            await self._run(self._forget, place, bound)
        elif found[0].status == 200:
            await self._refresh(request, bound, place)
        return found

    async def local_content(self, request: Request, bound: Bound) -> Answer:
        """A commit's content with the files of the folder here in place of the deployed ones."""
        found, there = await self._ask("get_commit_content", request, bound, request.path)
        if found.status != 200:
            return found, there
        told: dict[str, Any] = _read(found, dict)
        place: Place | None = await self._run(self._place_of, str(told.get("project_uuid", "")), bound)
        if place is None:
            return await self._forwarder.ask(request, bound, request.raw)
        self._check_whose(bound)
        # What it takes to see this of the project takes it here, too.
        allowed, _ = await self._ask("get_project_meta", request, bound, {"project_uuid": place.project_uuid})
        if allowed.status != 200:
            return allowed, there
        told["files"] = await self._run(self._listed, place)
        return Reply(status=200, body=msgspec.json.encode(told)), there

    def _check_whose(self, bound: Bound) -> None:
        if not self._settings.loopback or bound.session is None or not bound.session.email:
            raise Forbidden(NOT_YOURS)

    async def _create(self, request: Request, bound: Bound) -> Answer:
        body: Any = decoded(request, self._settings.depth_limit)[1]
        parent: str = await self._run(folders.checked, self._settings, body.working_dir, body.name)
        reply, there = await self._ask("register_project", request, bound, {}, {"name": body.name})
        if reply.status != 200:
            return reply, there
        key = _read(reply, ProjectRegisterResponseBody).project_uuid
        place = Place(parent, body.name, str(key))
        try:
            await self._run(self._make, place, bound)
        except DomainError:
            await self._ask("unlink_project", request, bound, {"project_uuid": place.project_uuid})
            raise
        message = f"successfully created new project: {body.name}"
        return Reply(status=200, body=msgspec.json.encode({"message": message})), there

    async def _deploy(self, request: Request, bound: Bound, place: Place) -> Answer:
        content: bytes = await self._run(self._packed, place)
        return await self._ask("create_commit", request, bound, request.path, content)

    async def _refresh(self, request: Request, bound: Bound, place: Place) -> None:
        reply, _ = await self._ask("get_project_meta", request, bound, request.path)
        if reply.status != 200:
            raise Conflict(STALE.format(f"its quarantine answers {reply.status}"))
        text = _read(reply, ProjectMetaResponseBody).meta
        if not meta.belongs_to(text, place.project_uuid):
            raise Conflict(STALE.format("what its quarantine says is about another project"))
        try:
            await self._run(folders.write_meta, place, text)
        except Conflict as error:
            raise Conflict(STALE.format(error.message)) from None

    async def _ask(
        self, name: str, request: Request, bound: Bound, path: Mapping[str, str], body: object = None
    ) -> Answer:
        """Another operation there, for the same person; a body is an object or JSON already."""
        raw: Content = b"" if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body)
        headers = {b"content-type": JSON, b"via": request.headers.get(b"via", b"")}
        asked = Request(operation=self._operations[name], path=path, headers=headers)
        return await self._forwarder.ask(asked, bound, raw)

    # On a thread.

    def _place_of(self, project_uuid: str, bound: Bound) -> Place | None:
        with self._database.transaction() as connection:
            return carried.place(connection, bound.proxy_id, project_uuid)

    def _listed(self, place: Place) -> list[packing.PackedFile]:
        with folders.working_folder(place) as folder:
            return packing.listed(packing.walk(self._settings, folder))

    def _make(self, place: Place, bound: Bound) -> None:
        files = template.files(place.project_name, place.project_uuid)
        folders.make(place.working_dir, place.project_name, files, (template.MODELS,))
        try:
            with self._database.transaction(write=True, durable=True) as connection:
                carried.note(connection, bound.proxy_id, place, int(time.time()))
        except BaseException:
            folders.remove(place)
            raise

    def _forget(self, place: Place, bound: Bound) -> None:
        with self._database.transaction(write=True, durable=True) as connection:
            carried.forget(connection, bound.proxy_id, place.project_uuid)

    def _packed(self, place: Place) -> bytes:
        with folders.working_folder(place) as folder:
            return msgspec.json.encode({"entries": packing.walk(self._settings, folder)})


def _read(reply: Reply | Streamed, kind: type[Any]) -> Any:
    """What a quarantine has answered, typed; raises Unreachable for anything else."""
    try:
        return msgspec.json.decode(reply.body if isinstance(reply, Reply) else b"", type=kind)
    except (msgspec.MsgspecError, ValueError):
        raise Unreachable("the active proxy's quarantine has answered what this version does not know") from None
