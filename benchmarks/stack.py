"""The house's routing and codec without what is behind them: the same frame, the same middlewares, no seam."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import msgspec
import peers

from generated.contract import Medium, Operation, Parameter
from quarantine.server.app import ConnexionMiddleware, Front, respond
from quarantine.server.body import BodyReader
from quarantine.server.exchange import Reply, Request, body_at_hand
from quarantine.server.routing import Router
from quarantine.server.seam import decoded
from quarantine.server.signing import Signer


class Params(msgspec.Struct):
    item_id: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


def item_operation(number: int) -> Operation:
    """One operation as the generator makes them."""
    return Operation(
        id=f"put_item_{number}",
        tag="items",
        method="POST",
        path=f"/group{number}/{{item_id}}/item",
        action=f"PutItem{number}",
        permission=None,
        answered_by="local",
        status=200,
        call=lambda *_: None,
        params=Params,
        parameters=(Parameter("item_id", "path", "item_id", text="integer", required=True),),
        media=(Medium("application/json", "json", lambda: peers.Item),),
        body_required=True,
    )


async def answer(scope: Any, receive: Any, send: Any) -> None:
    """As `app.Answering` without threads, sessions and database: every check of the bytes stays."""
    match, headers = scope["match"], scope["fields"]
    operation = match.route.operation
    request = Request(operation=operation, path=match.path, query=scope["query_string"], headers=headers)
    raw = body_at_hand(scope, 1_000_000)
    request.raw = await BodyReader(receive, headers.get(b"content-length"), 1_000_000).first() if raw is None else raw
    params, item = decoded(request, 64)
    body = operation.encode(peers.Answer(params.item_id, item.name, item.tags, item.price))
    await respond(scope, send, Reply(status=200, body=body))


def codec_stack(operations: int) -> Any:
    """The application over as many operations as asked."""
    router = Router([item_operation(number) for number in range(operations)])
    # No request here asks for a signature: there is nothing in the folder.
    front = partial(Front, router=router, loopback=True, signer=Signer(Path()))
    return ConnexionMiddleware(answer, middlewares=[front])
