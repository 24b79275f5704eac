# Generated from spec/openapi.yaml: do not edit.
"""The clients."""

from __future__ import annotations

from functools import cached_property
from typing import Self

from . import connection as _connection
from . import endpoints as _endpoints
from . import flow as _flow
from .groups import actions as _actions_group
from .groups import artifacts as _artifacts_group
from .groups import audits as _audits_group
from .groups import auth as _auth_group
from .groups import commits as _commits_group
from .groups import data as _data_group
from .groups import device as _device_group
from .groups import experiments as _experiments_group
from .groups import groups as _groups_group
from .groups import jobs as _jobs_group
from .groups import models as _models_group
from .groups import privacy as _privacy_group
from .groups import projects as _projects_group
from .groups import proxies as _proxies_group
from .groups import queries as _queries_group
from .groups import roles as _roles_group
from .groups import runs as _runs_group
from .groups import users as _users_group

_DEFAULTS = _connection.Defaults(address="http://127.0.0.1:9000", base="/api", environment="DQ0")


class Client(_connection.Connection):
    """A client of dq0. Waits for each answer."""

    defaults = _DEFAULTS

    def login(self, *, email: str, password: str) -> Self:
        """Sign in, and carry the token from now on. Gives this client."""
        self.use_token((self.run(_flow.exchange(_endpoints.USER_LOGIN, {"email": email, "password": password}))).token)
        return self

    def logout(self) -> None:
        """Sign out, and forget the token."""
        self.run(_flow.exchange(_endpoints.USER_LOGOUT, {}))
        self.use_token("")

    @cached_property
    def actions(self) -> _actions_group.Actions:
        """What can be done here, and how much of it a role may do."""
        return _actions_group.Actions(self)

    @cached_property
    def artifacts(self) -> _artifacts_group.Artifacts:
        """Files that runs and queries leave behind, once released."""
        return _artifacts_group.Artifacts(self)

    @cached_property
    def audits(self) -> _audits_group.Audits:
        """Who did what, and when."""
        return _audits_group.Audits(self)

    @cached_property
    def auth(self) -> _auth_group.Auth:
        """Signing up, in and out at the quarantine behind the active proxy."""
        return _auth_group.Auth(self)

    @cached_property
    def commits(self) -> _commits_group.Commits:
        """Deployed states of projects."""
        return _commits_group.Commits(self)

    @cached_property
    def data(self) -> _data_group.Data:
        """Datasets in quarantine and who may use them."""
        return _data_group.Data(self)

    @cached_property
    def device(self) -> _device_group.Device:
        """The local server itself."""
        return _device_group.Device(self)

    @cached_property
    def experiments(self) -> _experiments_group.Experiments:
        """Named groups of runs in a project."""
        return _experiments_group.Experiments(self)

    @cached_property
    def groups(self) -> _groups_group.Groups:
        """People who share roles."""
        return _groups_group.Groups(self)

    @cached_property
    def jobs(self) -> _jobs_group.Jobs:
        """Work that takes longer than a request."""
        return _jobs_group.Jobs(self)

    @cached_property
    def models(self) -> _models_group.Models:
        """What training made, and predicting with it."""
        return _models_group.Models(self)

    @cached_property
    def privacy(self) -> _privacy_group.Privacy:
        """Budgets, masks and thresholds of datasets."""
        return _privacy_group.Privacy(self)

    @cached_property
    def projects(self) -> _projects_group.Projects:
        """A working folder, its dataset and its deployments."""
        return _projects_group.Projects(self)

    @cached_property
    def proxies(self) -> _proxies_group.Proxies:
        """The quarantines this server talks to, itself among them."""
        return _proxies_group.Proxies(self)

    @cached_property
    def queries(self) -> _queries_group.Queries:
        """SQL answered with differential privacy."""
        return _queries_group.Queries(self)

    @cached_property
    def roles(self) -> _roles_group.Roles:
        """Sets of permissions that people and groups bear."""
        return _roles_group.Roles(self)

    @cached_property
    def runs(self) -> _runs_group.Runs:
        """Code that travelled to the data, and what came of it."""
        return _runs_group.Runs(self)

    @cached_property
    def users(self) -> _users_group.Users:
        """People, their profiles and their state."""
        return _users_group.Users(self)


class AsyncClient(_connection.AsyncConnection):
    """A client of dq0. For `async` code."""

    defaults = _DEFAULTS

    async def login(self, *, email: str, password: str) -> Self:
        """Sign in, and carry the token from now on. Gives this client."""
        self.use_token(
            (await self.run(_flow.exchange(_endpoints.USER_LOGIN, {"email": email, "password": password}))).token
        )
        return self

    async def logout(self) -> None:
        """Sign out, and forget the token."""
        await self.run(_flow.exchange(_endpoints.USER_LOGOUT, {}))
        self.use_token("")

    @cached_property
    def actions(self) -> _actions_group.AsyncActions:
        """What can be done here, and how much of it a role may do."""
        return _actions_group.AsyncActions(self)

    @cached_property
    def artifacts(self) -> _artifacts_group.AsyncArtifacts:
        """Files that runs and queries leave behind, once released."""
        return _artifacts_group.AsyncArtifacts(self)

    @cached_property
    def audits(self) -> _audits_group.AsyncAudits:
        """Who did what, and when."""
        return _audits_group.AsyncAudits(self)

    @cached_property
    def auth(self) -> _auth_group.AsyncAuth:
        """Signing up, in and out at the quarantine behind the active proxy."""
        return _auth_group.AsyncAuth(self)

    @cached_property
    def commits(self) -> _commits_group.AsyncCommits:
        """Deployed states of projects."""
        return _commits_group.AsyncCommits(self)

    @cached_property
    def data(self) -> _data_group.AsyncData:
        """Datasets in quarantine and who may use them."""
        return _data_group.AsyncData(self)

    @cached_property
    def device(self) -> _device_group.AsyncDevice:
        """The local server itself."""
        return _device_group.AsyncDevice(self)

    @cached_property
    def experiments(self) -> _experiments_group.AsyncExperiments:
        """Named groups of runs in a project."""
        return _experiments_group.AsyncExperiments(self)

    @cached_property
    def groups(self) -> _groups_group.AsyncGroups:
        """People who share roles."""
        return _groups_group.AsyncGroups(self)

    @cached_property
    def jobs(self) -> _jobs_group.AsyncJobs:
        """Work that takes longer than a request."""
        return _jobs_group.AsyncJobs(self)

    @cached_property
    def models(self) -> _models_group.AsyncModels:
        """What training made, and predicting with it."""
        return _models_group.AsyncModels(self)

    @cached_property
    def privacy(self) -> _privacy_group.AsyncPrivacy:
        """Budgets, masks and thresholds of datasets."""
        return _privacy_group.AsyncPrivacy(self)

    @cached_property
    def projects(self) -> _projects_group.AsyncProjects:
        """A working folder, its dataset and its deployments."""
        return _projects_group.AsyncProjects(self)

    @cached_property
    def proxies(self) -> _proxies_group.AsyncProxies:
        """The quarantines this server talks to, itself among them."""
        return _proxies_group.AsyncProxies(self)

    @cached_property
    def queries(self) -> _queries_group.AsyncQueries:
        """SQL answered with differential privacy."""
        return _queries_group.AsyncQueries(self)

    @cached_property
    def roles(self) -> _roles_group.AsyncRoles:
        """Sets of permissions that people and groups bear."""
        return _roles_group.AsyncRoles(self)

    @cached_property
    def runs(self) -> _runs_group.AsyncRuns:
        """Code that travelled to the data, and what came of it."""
        return _runs_group.AsyncRuns(self)

    @cached_property
    def users(self) -> _users_group.AsyncUsers:
        """People, their profiles and their state."""
        return _users_group.AsyncUsers(self)
