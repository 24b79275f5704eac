# Generated from spec/openapi.yaml: do not edit.
"""Which module answers which tag. A handler that is missing or mistyped fails the type check here."""

from types import ModuleType

from handlers import actions as actions_handlers
from handlers import artifacts as artifacts_handlers
from handlers import audits as audits_handlers
from handlers import auth as auth_handlers
from handlers import commits as commits_handlers
from handlers import data as data_handlers
from handlers import device as device_handlers
from handlers import experiments as experiments_handlers
from handlers import groups as groups_handlers
from handlers import jobs as jobs_handlers
from handlers import models as models_handlers
from handlers import privacy as privacy_handlers
from handlers import projects as projects_handlers
from handlers import proxies as proxies_handlers
from handlers import queries as queries_handlers
from handlers import roles as roles_handlers
from handlers import runs as runs_handlers
from handlers import users as users_handlers

from .routes import actions as routes_actions
from .routes import artifacts as routes_artifacts
from .routes import audits as routes_audits
from .routes import auth as routes_auth
from .routes import commits as routes_commits
from .routes import data as routes_data
from .routes import device as routes_device
from .routes import experiments as routes_experiments
from .routes import groups as routes_groups
from .routes import jobs as routes_jobs
from .routes import models as routes_models
from .routes import privacy as routes_privacy
from .routes import projects as routes_projects
from .routes import proxies as routes_proxies
from .routes import queries as routes_queries
from .routes import roles as routes_roles
from .routes import runs as routes_runs
from .routes import users as routes_users

_actions: routes_actions.ActionsHandlers = actions_handlers
_artifacts: routes_artifacts.ArtifactsHandlers = artifacts_handlers
_audits: routes_audits.AuditsHandlers = audits_handlers
_auth: routes_auth.AuthHandlers = auth_handlers
_commits: routes_commits.CommitsHandlers = commits_handlers
_data: routes_data.DataHandlers = data_handlers
_device: routes_device.DeviceHandlers = device_handlers
_experiments: routes_experiments.ExperimentsHandlers = experiments_handlers
_groups: routes_groups.GroupsHandlers = groups_handlers
_jobs: routes_jobs.JobsHandlers = jobs_handlers
_models: routes_models.ModelsHandlers = models_handlers
_privacy: routes_privacy.PrivacyHandlers = privacy_handlers
_projects: routes_projects.ProjectsHandlers = projects_handlers
_proxies: routes_proxies.ProxiesHandlers = proxies_handlers
_queries: routes_queries.QueriesHandlers = queries_handlers
_roles: routes_roles.RolesHandlers = roles_handlers
_runs: routes_runs.RunsHandlers = runs_handlers
_users: routes_users.UsersHandlers = users_handlers

_MODULES: dict[str, ModuleType] = {
    "actions": actions_handlers,
    "artifacts": artifacts_handlers,
    "audits": audits_handlers,
    "auth": auth_handlers,
    "commits": commits_handlers,
    "data": data_handlers,
    "device": device_handlers,
    "experiments": experiments_handlers,
    "groups": groups_handlers,
    "jobs": jobs_handlers,
    "models": models_handlers,
    "privacy": privacy_handlers,
    "projects": projects_handlers,
    "proxies": proxies_handlers,
    "queries": queries_handlers,
    "roles": roles_handlers,
    "runs": runs_handlers,
    "users": users_handlers,
}


def handlers_of(tag: str) -> ModuleType:
    """The module that answers the operations of a tag."""
    return _MODULES[tag]
