"""The only place that sends anything: a sync and an async connection that carry out the steps of flows."""

import asyncio
import ipaddress
import os
import time
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from .endpoint import Request, Response
from .errors import ApiError, ConnectionFailed, TimedOut
from .flow import Flow, Patience, Pause

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a contract says of its servers: a usual address, the path of the API, and the names of variables."""

    address: str = ""
    base: str = ""
    environment: str = ""

    def variable(self, name: str) -> str:
        """What the environment says; empty where it says nothing."""
        return os.environ.get(f"{self.environment}_{name}", "") if self.environment else ""

    def place(self, address: str | None, token: str | None) -> tuple[str, str]:
        """The address and the token to use. A token of the environment goes to no other address than its own."""
        known = self.variable("ADDRESS")
        chosen = self.complete(address or known or self.address)
        if token is None:
            own = not address or not known or self.complete(known) == chosen
            token = self.variable("TOKEN") if own else ""
        return chosen, clean(token)

    def complete(self, address: str) -> str:
        """An address with the path of the API, where it has none; ValueError where it is no address."""
        try:
            url = httpx.URL(address.strip())
        except httpx.InvalidURL:
            url = httpx.URL("")
        if url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment or url.userinfo:
            raise ValueError("address: expected one such as http://127.0.0.1:9000, without a name or password in it")
        text = str(url).rstrip("/")
        return text if url.path not in {"", "/"} else text + self.base


def clean(token: str) -> str:
    """A token that can be sent; ValueError for another, which is not shown."""
    token = token.strip()
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise ValueError("token: expected letters, digits and signs without spaces")
    return token


def _near(address: str) -> bool:
    """Whether an address is of this machine: no proxy is asked for it."""
    host = httpx.URL(address).host
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Line:
    """What both connections know: where the server is, and who is asking."""

    defaults = Defaults()

    def __init__(self, address: str | None, token: str | None, repeats: int) -> None:
        self._address, self._token = self.defaults.place(address, token)
        self._repeats = repeats

    @property
    def address(self) -> str:
        """The server's address, with the path of the API."""
        return self._address

    @property
    def signed_in(self) -> bool:
        """Whether requests carry a token."""
        return bool(self._token)

    def use_token(self, token: str) -> None:
        """Carry this token from now on; none if it is empty."""
        self._token = clean(token)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._address}{' with a token' if self._token else ''}>"

    def _sent(self, request: Request) -> dict[str, Any]:
        """What httpx needs to know of a request."""
        headers = {"accept": "application/json", **request.headers}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        if request.cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in request.cookies.items())
        given: dict[str, Any] = {"headers": headers, "content": request.content}
        given |= {"data": request.form} if request.form is not None else {}
        given |= {"files": request.files} if request.files is not None else {}
        given |= {"params": list(request.params)} if request.params else {}
        return {"method": request.method, "url": self._address + request.path, **given}

    def _failed(self, wrong: httpx.HTTPError | httpx.InvalidURL) -> ConnectionFailed:
        kind = TimedOut if isinstance(wrong, httpx.TimeoutException) else ConnectionFailed
        what = "no answer in time" if kind is TimedOut else f"no answer: {wrong or type(wrong).__name__}"
        return kind(f"{self._address}: {what}")


def _came(response: httpx.Response) -> Response:
    return Response(response.status_code, {k.lower(): v for k, v in response.headers.items()}, response.content)


class Connection(_Line):
    """A connection that waits for each answer. It may be used by several threads, and as a context manager."""

    def __init__(
        self,
        address: str | None = None,
        token: str | None = None,
        *,
        timeout: float = 30.0,
        repeats: int = 3,
        http: httpx.Client | None = None,
    ) -> None:
        super().__init__(address, token, repeats)
        self._http = http or httpx.Client(timeout=timeout, trust_env=not _near(self._address))

    def run(self, flow: Flow[T]) -> T:
        """Carry out a flow."""
        try:
            step = next(flow)
            while True:
                try:
                    done = self._carry_out(step)
                except ApiError as wrong:
                    step = flow.throw(wrong)
                else:
                    step = flow.send(done)
        except StopIteration as end:
            result: T = end.value
            return result

    def _carry_out(self, step: Request | Pause | Patience) -> Any:
        if isinstance(step, Pause):
            return time.sleep(step.seconds)
        if isinstance(step, Patience):
            return self._repeats
        try:
            return _came(self._http.request(**self._sent(step)))
        except (httpx.HTTPError, httpx.InvalidURL) as wrong:
            raise self._failed(wrong) from wrong

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def __enter__(self: T) -> T:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncConnection(_Line):
    """A connection for `async` code; one for each event loop."""

    def __init__(
        self,
        address: str | None = None,
        token: str | None = None,
        *,
        timeout: float = 30.0,
        repeats: int = 3,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        super().__init__(address, token, repeats)
        self._http = http or httpx.AsyncClient(timeout=timeout, trust_env=not _near(self._address))

    async def run(self, flow: Flow[T]) -> T:
        """Carry out a flow."""
        try:
            step = next(flow)
            while True:
                try:
                    done = await self._carry_out(step)
                except ApiError as wrong:
                    step = flow.throw(wrong)
                else:
                    step = flow.send(done)
        except StopIteration as end:
            result: T = end.value
            return result

    async def _carry_out(self, step: Request | Pause | Patience) -> Any:
        if isinstance(step, Pause):
            return await asyncio.sleep(step.seconds)
        if isinstance(step, Patience):
            return self._repeats
        try:
            return _came(await self._http.request(**self._sent(step)))
        except (httpx.HTTPError, httpx.InvalidURL) as wrong:
            raise self._failed(wrong) from wrong

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def __aenter__(self: T) -> T:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
