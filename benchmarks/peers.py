"""The other side of the serving benchmark: FastAPI with SQLAlchemy as its guide has it, FastAPI alone, bare ASGI.

The row peer makes the same checks in the same order on the same kind of SQLite database: token hash, live session,
confirmed person, level over roles, the row and its owner, an audit row, one commit. Its audit row is a plain insert;
the server's is hash-chained, which is a read, a hash and an update more.
"""

import hashlib
import importlib.util
import inspect
import json
import secrets
import sys
import time
from collections.abc import Iterator
from keyword import iskeyword
from pathlib import Path
from typing import Annotated, Any

import msgspec
from fastapi import Depends, FastAPI, Header, HTTPException, Query
from pydantic import BaseModel, Field
from sqlalchemy import Engine, ForeignKey, create_engine, event, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

PASSWORD = "a long enough passphrase"
TOKEN = "a-token-of-43-characters-as-the-server-has-it"
JOB = "0d9b4b1e-8f0e-4b56-9a2f-6a0c3f1f2a3b"


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    user_id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    state: Mapped[str]
    password: Mapped[str] = mapped_column(default="")


class UserSession(Base):
    __tablename__ = "sessions"
    session_id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.user_id"))
    expires_at: Mapped[int]
    revoked_at: Mapped[int | None]


class Role(Base):
    __tablename__ = "roles"
    role_id: Mapped[int] = mapped_column(primary_key=True)
    permission: Mapped[int]


class UserRole(Base):
    __tablename__ = "user_roles"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.user_id"), primary_key=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.role_id"), primary_key=True)


class Job(Base):
    __tablename__ = "jobs"
    job_uuid: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.user_id"))
    job_type: Mapped[str]
    job_state: Mapped[str]
    job_progress: Mapped[float]
    job_params: Mapped[str] = mapped_column(default="")
    job_logs: Mapped[str] = mapped_column(default="")
    job_errors: Mapped[str] = mapped_column(default="")
    job_results: Mapped[str] = mapped_column(default="")
    created_at: Mapped[int]
    updated_at: Mapped[int]


class Audit(Base):
    __tablename__ = "audits"
    audit_id: Mapped[int] = mapped_column(primary_key=True)
    timestamp: Mapped[int]
    actor: Mapped[str]
    action: Mapped[str]
    object: Mapped[str]
    outcome: Mapped[str]


class LoginIn(BaseModel):
    email: str
    password: str


class TokenOut(BaseModel):
    token: str


class JobOut(BaseModel):
    job_uuid: str
    job_type: str
    job_state: str
    job_progress: float
    job_params: str
    job_logs: str
    job_errors: str
    job_results: str
    created_at: int
    updated_at: int
    user_id: int
    user_name: str


class JobPage(BaseModel):
    items: list[JobOut]
    page: int
    page_size: int
    total: int


def _engine(home: Path) -> Engine:
    engine = create_engine(f"sqlite:///{home / 'peer.sqlite'}", connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")

    Base.metadata.create_all(engine)
    return engine


def row_app(home: Path, url: str = "") -> FastAPI:
    """FastAPI with SQLAlchemy's ORM, a session per request, dependencies for the database and the person."""
    # Not at the top: the start of the other peers is measured.
    from quarantine.store.passwords import matches

    engine = create_engine(url) if url else _engine(home)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        if session.get(User, 1) is None:
            _fill(session)
    app = FastAPI()

    def database() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    def person(
        session: Annotated[Session, Depends(database)], authorization: Annotated[str, Header()] = ""
    ) -> tuple[User, int]:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise HTTPException(401)
        digest = hashlib.sha256(token.encode()).hexdigest()
        found = session.scalar(
            select(User)
            .join(UserSession, UserSession.user_id == User.user_id)
            .where(UserSession.token_hash == digest, UserSession.revoked_at.is_(None))
            .where(UserSession.expires_at > int(time.time()), User.state == "confirmed")
        )
        if found is None:
            raise HTTPException(401)
        roles = select(func.max(Role.permission)).join(UserRole, UserRole.role_id == Role.role_id)
        return found, session.scalar(roles.where(UserRole.user_id == found.user_id)) or 0

    @app.get("/api/jobs/{job_uuid}")
    def get_job(
        job_uuid: str,
        session: Annotated[Session, Depends(database)],
        who: Annotated[tuple[User, int], Depends(person)],
    ) -> JobOut:
        user, level = who
        found = session.execute(
            select(Job, User.email).join(User, User.user_id == Job.user_id).where(Job.job_uuid == job_uuid)
        ).first()
        if found is None or (level < 4 and found[0].user_id != user.user_id):
            raise HTTPException(404)
        out = _shown(*found)
        _audit(session, user.email, "JobGet", job_uuid)
        session.commit()
        return out

    @app.get("/api/jobs")
    def list_jobs(
        session: Annotated[Session, Depends(database)],
        who: Annotated[tuple[User, int], Depends(person)],
        page: Annotated[int, Query(ge=1)] = 1,
        page_size: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> JobPage:
        user, level = who
        seen = select(Job, User.email).join(User, User.user_id == Job.user_id)
        seen = seen if level >= 4 else seen.where(Job.user_id == user.user_id)
        total = session.scalar(select(func.count()).select_from(seen.subquery())) or 0
        ordered = seen.order_by(Job.created_at.desc(), Job.job_uuid).limit(page_size).offset((page - 1) * page_size)
        items = [_shown(job, email) for job, email in session.execute(ordered)]
        _audit(session, user.email, "JobList", "")
        session.commit()
        return JobPage(items=items, page=page, page_size=page_size, total=total)

    @app.post("/api/users/login")
    def login(given: LoginIn, session: Annotated[Session, Depends(database)]) -> TokenOut:
        found = session.scalar(select(User).where(User.email == given.email, User.state == "confirmed"))
        if found is None or not matches(found.password, given.password):
            raise HTTPException(401)
        token, now = secrets.token_urlsafe(32), int(time.time())
        digest = hashlib.sha256(token.encode()).hexdigest()
        session.add(UserSession(token_hash=digest, user_id=found.user_id, expires_at=now + 86_400))
        _audit(session, found.email, "UserLogin", "")
        session.commit()
        return TokenOut(token=token)

    return app


def _shown(job: Job, email: str) -> JobOut:
    values = {name: getattr(job, name) for name in JobOut.model_fields if name != "user_name"}
    return JobOut(**values, user_name=email)


def _audit(session: Session, actor: str, action: str, what: str) -> None:
    session.add(Audit(timestamp=int(time.time()), actor=actor, action=action, object=what, outcome="ok"))


def _fill(session: Session) -> None:
    from quarantine.store.passwords import hashed

    now = int(time.time())
    person = User(user_id=1, email="admin@example.org", state="confirmed", password=hashed(PASSWORD))
    session.add_all([person, Role(role_id=1, permission=4)])
    session.flush()
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    session.add(UserSession(token_hash=digest, user_id=1, expires_at=now + 86_400))
    session.add(UserRole(user_id=1, role_id=1))
    times = {"created_at": now, "updated_at": now}
    session.add(Job(job_uuid=JOB, user_id=1, job_type="query.run", job_state="finished", job_progress=1.0, **times))
    session.commit()


class ItemOut(BaseModel):
    item_id: int
    name: str = Field(min_length=1, max_length=100)
    tags: list[str]
    price: float = Field(ge=0)


class ItemIn(BaseModel):
    name: str = Field(min_length=1, max_length=100)
    tags: list[str]
    price: float = Field(ge=0)


def codec_app() -> FastAPI:
    """FastAPI alone: a path integer, a body, a response model."""
    app = FastAPI()

    @app.post("/api/group0/{item_id}/item")
    async def put_item(item_id: int, item: ItemIn) -> ItemOut:
        return ItemOut(item_id=item_id, name=item.name, tags=item.tags, price=item.price)

    return app


def whole_app(home: Path, document: Path, models: Path) -> FastAPI:
    """FastAPI and SQLAlchemy with every operation of an OpenAPI document: paths, queries, bodies and answers.

    The models are datamodel-code-generator's.
    """
    spec = importlib.util.spec_from_file_location("models", models)
    assert spec is not None and spec.loader is not None
    module = sys.modules["models"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    _engine(home)
    app = FastAPI()

    def model(content: Any) -> Any:
        reference = content.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
        return getattr(module, reference.rpartition("/")[2], None)

    def add(method: str, path: str, operation: Any) -> None:
        taken, given = model(operation.get("requestBody", {})), model(operation["responses"]["200"])

        def answer(**values: Any) -> Any:
            return {}

        keyword = inspect.Parameter.KEYWORD_ONLY
        described = (contents["components"]["parameters"][ref] if ref else given for ref, given in referred(operation))
        parameters = [
            inspect.Parameter(each["name"], keyword, annotation=str)
            if each["in"] == "path"
            # Neither a keyword nor a dash can be in a name in Python; what it is called costs nothing here.
            else inspect.Parameter(
                each["name"].replace("-", "_") + "_" * iskeyword(each["name"]),
                keyword,
                annotation=kinds.get(each["schema"].get("type"), str) | None,
                default=None,
            )
            for each in described
        ]
        parameters += [inspect.Parameter("body", keyword, annotation=taken)] if taken else []
        answer.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        app.add_api_route(f"/api{path}", answer, methods=[method.upper()], response_model=given)

    def referred(operation: Any) -> Iterator[tuple[str, Any]]:
        for each in operation.get("parameters", []):
            yield each.get("$ref", "").rpartition("/")[2], each

    contents = json.loads(document.read_text())
    kinds: dict[str, Any] = {"integer": int, "boolean": bool}
    for path, item in contents["paths"].items():
        for method, operation in item.items():
            if method in ("get", "post", "patch", "delete"):
                add(method, path, operation)

    @app.get("/api/ready")
    def ready() -> dict[str, str]:
        return {"status": "ok"}

    return app


class Item(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    tags: list[str]
    price: Annotated[float, msgspec.Meta(ge=0)]


class Answer(msgspec.Struct):
    item_id: int
    name: str
    tags: list[str]
    price: float


def bare_app() -> Any:
    """ASGI and msgspec, nothing else: what the protocol and the codec cost by themselves."""
    decode, encode = msgspec.json.Decoder(Item).decode, msgspec.json.Encoder().encode

    async def app(scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        item = decode(message["body"])
        body = encode(Answer(int(scope["path"].split("/")[3]), item.name, item.tags, item.price))
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app
