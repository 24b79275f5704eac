# Generated from spec/openapi.yaml: do not edit.
"""Every operation: its address, its arguments and its answers."""

from __future__ import annotations

from .. import checking as _checking
from ..models import actions as _actions
from ..models import artifacts as _artifacts
from ..models import audits as _audits
from ..models import auth as _auth
from ..models import commits as _commits
from ..models import common as _common
from ..models import data as _data
from ..models import device as _device
from ..models import experiments as _experiments
from ..models import groups as _groups
from ..models import jobs as _jobs
from ..models import models as _models
from ..models import privacy as _privacy
from ..models import projects as _projects
from ..models import proxies as _proxies
from ..models import queries as _queries
from ..models import roles as _roles
from ..models import runs as _runs
from ..models import users as _users
from . import endpoint as _endpoint

ACTIVATE_PROXY: _endpoint.Endpoint[_proxies.ProxyActivateResponseBody] = _endpoint.Endpoint(
    "activate_proxy",
    "POST",
    "/proxies/{proxy_id}/activate",
    {200: lambda: _proxies.ProxyActivateResponseBody},
    {"proxy_id": (_endpoint.Place("path", "proxy_id", required=True),)},
)

ADD_GROUP_ROLE: _endpoint.Endpoint[_groups.GroupAddRoleResponseBody] = _endpoint.Endpoint(
    "add_group_role",
    "POST",
    "/groups/add-role",
    {200: lambda: _groups.GroupAddRoleResponseBody},
    {
        "group_id": (_endpoint.Place("field", "group_id"),),
        "group_name": (_endpoint.Place("field", "group_name"),),
        "role_id": (_endpoint.Place("field", "role_id"),),
        "role_name": (_endpoint.Place("field", "role_name"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

ADD_ROLE_GROUP: _endpoint.Endpoint[_roles.RoleAddGroupResponseBody] = _endpoint.Endpoint(
    "add_role_group",
    "POST",
    "/roles/add-group",
    {200: lambda: _roles.RoleAddGroupResponseBody},
    {
        "group_id": (_endpoint.Place("field", "group_id"),),
        "group_name": (_endpoint.Place("field", "group_name"),),
        "role_id": (_endpoint.Place("field", "role_id"),),
        "role_name": (_endpoint.Place("field", "role_name"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

ADD_USER_GROUP: _endpoint.Endpoint[_users.UserAddGroupResponseBody] = _endpoint.Endpoint(
    "add_user_group",
    "POST",
    "/users/add-group",
    {200: lambda: _users.UserAddGroupResponseBody},
    {
        "group_id": (_endpoint.Place("field", "group_id"),),
        "group_name": (_endpoint.Place("field", "group_name"),),
        "user_email": (_endpoint.Place("field", "user_email"),),
        "user_id": (_endpoint.Place("field", "user_id"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

ADD_USER_ROLE: _endpoint.Endpoint[_users.UserAddRoleResponseBody] = _endpoint.Endpoint(
    "add_user_role",
    "POST",
    "/users/add-role",
    {200: lambda: _users.UserAddRoleResponseBody},
    {
        "role_id": (_endpoint.Place("field", "role_id"),),
        "role_name": (_endpoint.Place("field", "role_name"),),
        "user_email": (_endpoint.Place("field", "user_email"),),
        "user_id": (_endpoint.Place("field", "user_id"),),
        "user_name": (_endpoint.Place("field", "user_name"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

ATTACH_PROJECT_DATA: _endpoint.Endpoint[_projects.ProjectAttachResponseBody] = _endpoint.Endpoint(
    "attach_project_data",
    "POST",
    "/projects/{project_uuid}/attach",
    {200: lambda: _projects.ProjectAttachResponseBody},
    {
        "project_uuid": (_endpoint.Place("path", "project_uuid", required=True),),
        "data_name": (_endpoint.Place("field", "data_name"),),
        "data_uuid": (_endpoint.Place("field", "data_uuid"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

AUTH_LOGIN: _endpoint.Endpoint[_auth.AuthLoginResponseBody] = _endpoint.Endpoint(
    "auth_login",
    "POST",
    "/auth/login",
    {200: lambda: _auth.AuthLoginResponseBody},
    {
        "email": (_endpoint.Place("field", "email", required=True),),
        "password": (_endpoint.Place("field", "password", required=True),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

AUTH_LOGOUT: _endpoint.Endpoint[_auth.AuthLogoutResponseBody] = _endpoint.Endpoint(
    "auth_logout",
    "POST",
    "/auth/logout",
    {200: lambda: _auth.AuthLogoutResponseBody},
)

AUTH_REGISTER: _endpoint.Endpoint[_auth.AuthRegisterResponseBody] = _endpoint.Endpoint(
    "auth_register",
    "POST",
    "/auth/register",
    {200: lambda: _auth.AuthRegisterResponseBody},
    {
        "email": (_endpoint.Place("field", "email", required=True),),
        "password": (_endpoint.Place("field", "password", required=True),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

AUTH_SESSION: _endpoint.Endpoint[_auth.AuthSessionResponseBody] = _endpoint.Endpoint(
    "auth_session",
    "GET",
    "/auth/session",
    {200: lambda: _auth.AuthSessionResponseBody},
)

BUY_PROFILE: _endpoint.Endpoint[_privacy.PrivacyProfileBuyResponseBody] = _endpoint.Endpoint(
    "buy_profile",
    "POST",
    "/privacy/profile",
    {200: lambda: _privacy.PrivacyProfileBuyResponseBody},
    {
        "epsilon": (_endpoint.Place("field", "epsilon", required=True),),
        "data_id": (_endpoint.Place("field", "data_id"),),
        "data_name": (_endpoint.Place("field", "data_name"),),
        "delta": (_endpoint.Place("field", "delta"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

CANCEL_JOB: _endpoint.Endpoint[_jobs.JobCancelResponseBody] = _endpoint.Endpoint(
    "cancel_job",
    "POST",
    "/jobs/{job_uuid}/cancel",
    {200: lambda: _jobs.JobCancelResponseBody},
    {"job_uuid": (_endpoint.Place("path", "job_uuid", required=True),), "force": (_endpoint.Place("field", "force"),)},
    media_type="application/json",
    codec="json",
)

CANCEL_QUERY: _endpoint.Endpoint[_queries.QueryCancelResponseBody] = _endpoint.Endpoint(
    "cancel_query",
    "POST",
    "/queries/{query_uuid}/cancel",
    {200: lambda: _queries.QueryCancelResponseBody},
    {
        "query_uuid": (_endpoint.Place("path", "query_uuid", required=True),),
        "force": (_endpoint.Place("field", "force"),),
    },
    media_type="application/json",
    codec="json",
)

CHANGE_PASSWORD: _endpoint.Endpoint[_users.UserLoginResponseBody] = _endpoint.Endpoint(
    "change_password",
    "POST",
    "/users/password",
    {200: lambda: _users.UserLoginResponseBody},
    {
        "current_password": (_endpoint.Place("field", "current_password", required=True),),
        "password": (_endpoint.Place("field", "password", required=True),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

CREATE_COMMIT: _endpoint.Endpoint[_common.Message] = _endpoint.Endpoint(
    "create_commit",
    "POST",
    "/projects/{project_uuid}/commits",
    {200: lambda: _common.Message},
    {
        "project_uuid": (_endpoint.Place("path", "project_uuid", required=True),),
        "entries": (_endpoint.Place("field", "entries", required=True),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

CREATE_DATA: _endpoint.Endpoint[_data.DataCreateResponseBody] = _endpoint.Endpoint(
    "create_data",
    "POST",
    "/data",
    {200: lambda: _data.DataCreateResponseBody},
    {"meta": (_endpoint.Place("field", "meta", required=True),)},
    media_type="application/json",
    codec="json",
    body_required=True,
)

CREATE_EXPERIMENT: _endpoint.Endpoint[_experiments.ExperimentCreateResponseBody] = _endpoint.Endpoint(
    "create_experiment",
    "POST",
    "/experiments",
    {200: lambda: _experiments.ExperimentCreateResponseBody},
    {
        "project_uuid": (_endpoint.Place("query", "project_uuid", required=True),),
        "experiment_name": (_endpoint.Place("field", "experiment_name", required=True),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

CREATE_GROUP: _endpoint.Endpoint[_groups.GroupCreateResponseBody] = _endpoint.Endpoint(
    "create_group",
    "POST",
    "/groups",
    {200: lambda: _groups.GroupCreateResponseBody},
    {"group_name": (_endpoint.Place("field", "group_name", required=True),)},
    media_type="application/json",
    codec="json",
    body_required=True,
)

CREATE_PROJECT: _endpoint.Endpoint[_projects.ProjectCreateResponseBody] = _endpoint.Endpoint(
    "create_project",
    "POST",
    "/projects",
    {200: lambda: _projects.ProjectCreateResponseBody},
    {
        "name": (_endpoint.Place("field", "name", required=True),),
        "working_dir": (_endpoint.Place("field", "working_dir", required=True),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

CREATE_PROXY: _endpoint.Endpoint[_proxies.ProxyCreateResponseBody] = _endpoint.Endpoint(
    "create_proxy",
    "POST",
    "/proxies",
    {200: lambda: _proxies.ProxyCreateResponseBody},
    {
        "hostname": (_endpoint.Place("field", "hostname", required=True),),
        "port": (_endpoint.Place("field", "port", required=True),),
        "public_key": (_endpoint.Place("field", "public_key"),),
        "request_uri": (_endpoint.Place("field", "request_uri"),),
        "scheme": (_endpoint.Place("field", "scheme"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

CREATE_QUERY: _endpoint.Endpoint[_queries.QueryCreateResponseBody] = _endpoint.Endpoint(
    "create_query",
    "POST",
    "/queries",
    {200: lambda: _queries.QueryCreateResponseBody},
    {
        "datasets": (_endpoint.Place("field", "datasets", required=True),),
        "query": (_endpoint.Place("field", "query", required=True),),
        "delta": (_endpoint.Place("field", "delta"),),
        "epsilon": (_endpoint.Place("field", "epsilon"),),
        "params": (_endpoint.Place("field", "params"),),
        "permissions": (_endpoint.Place("field", "permissions"),),
        "private_column": (_endpoint.Place("field", "private_column"),),
        "project_uuid": (_endpoint.Place("field", "project_uuid"),),
        "tau": (_endpoint.Place("field", "tau"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

CREATE_ROLE: _endpoint.Endpoint[_roles.RoleCreateResponseBody] = _endpoint.Endpoint(
    "create_role",
    "POST",
    "/roles",
    {200: lambda: _roles.RoleCreateResponseBody},
    {"role_name": (_endpoint.Place("field", "role_name", required=True),)},
    media_type="application/json",
    codec="json",
    body_required=True,
)

CREATE_RUN: _endpoint.Endpoint[_runs.RunCreateResponseBody] = _endpoint.Endpoint(
    "create_run",
    "POST",
    "/runs",
    {200: lambda: _runs.RunCreateResponseBody},
    {
        "project_uuid": (_endpoint.Place("field", "project_uuid", required=True),),
        "args": (_endpoint.Place("field", "args"),),
        "commit_uuid": (_endpoint.Place("field", "commit_uuid"),),
        "ml_project_entry_point": (_endpoint.Place("field", "ml_project_entry_point"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

DELETE_DATA: _endpoint.Endpoint[_data.DataDeleteResponseBody] = _endpoint.Endpoint(
    "delete_data",
    "DELETE",
    "/data/{data_uuid}",
    {200: lambda: _data.DataDeleteResponseBody},
    {"data_uuid": (_endpoint.Place("path", "data_uuid", required=True),)},
)

DELETE_EXPERIMENT: _endpoint.Endpoint[_experiments.ExperimentDeleteResponseBody] = _endpoint.Endpoint(
    "delete_experiment",
    "DELETE",
    "/experiments/{experiment_uuid}",
    {200: lambda: _experiments.ExperimentDeleteResponseBody},
    {"experiment_uuid": (_endpoint.Place("path", "experiment_uuid", required=True),)},
)

DELETE_GROUP: _endpoint.Endpoint[_groups.GroupDeleteResponseBody] = _endpoint.Endpoint(
    "delete_group",
    "DELETE",
    "/groups/{group_id}",
    {200: lambda: _groups.GroupDeleteResponseBody},
    {"group_id": (_endpoint.Place("path", "group_id", required=True),)},
)

DELETE_PROXY: _endpoint.Endpoint[_proxies.ProxyDeleteResponseBody] = _endpoint.Endpoint(
    "delete_proxy",
    "DELETE",
    "/proxies/{proxy_id}",
    {200: lambda: _proxies.ProxyDeleteResponseBody},
    {"proxy_id": (_endpoint.Place("path", "proxy_id", required=True),)},
)

DELETE_ROLE: _endpoint.Endpoint[_roles.RoleDeleteResponseBody] = _endpoint.Endpoint(
    "delete_role",
    "DELETE",
    "/roles/{role_id}",
    {200: lambda: _roles.RoleDeleteResponseBody},
    {"role_id": (_endpoint.Place("path", "role_id", required=True),)},
)

DELETE_RUN: _endpoint.Endpoint[_runs.RunDeleteResponseBody] = _endpoint.Endpoint(
    "delete_run",
    "DELETE",
    "/runs/{run_uuid}",
    {200: lambda: _runs.RunDeleteResponseBody},
    {"run_uuid": (_endpoint.Place("path", "run_uuid", required=True),)},
)

DELETE_USER: _endpoint.Endpoint[_users.UserDeleteResponseBody] = _endpoint.Endpoint(
    "delete_user",
    "DELETE",
    "/user/{user_id}",
    {200: lambda: _users.UserDeleteResponseBody},
    {"user_id": (_endpoint.Place("path", "user_id", required=True),)},
)

DEPLOY_PROJECT: _endpoint.Endpoint[_projects.ProjectDeployResponseBody] = _endpoint.Endpoint(
    "deploy_project",
    "POST",
    "/projects/{project_uuid}/deploy",
    {200: lambda: _projects.ProjectDeployResponseBody},
    {"project_uuid": (_endpoint.Place("path", "project_uuid", required=True),)},
)

DETACH_PROJECT_DATA: _endpoint.Endpoint[_projects.ProjectDetachResponseBody] = _endpoint.Endpoint(
    "detach_project_data",
    "POST",
    "/projects/{project_uuid}/detach",
    {200: lambda: _projects.ProjectDetachResponseBody},
    {
        "project_uuid": (_endpoint.Place("path", "project_uuid", required=True),),
        "data_name": (_endpoint.Place("field", "data_name"),),
        "data_uuid": (_endpoint.Place("field", "data_uuid"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

DOWNLOAD_ARTIFACT: _endpoint.Endpoint[_artifacts.ArtifactDownloadResponseBody] = _endpoint.Endpoint(
    "download_artifact",
    "GET",
    "/artifacts/download",
    {200: lambda: _artifacts.ArtifactDownloadResponseBody},
    {
        "artifact_path": (_endpoint.Place("query", "artifact_path", required=True),),
        "run_uuid": (_endpoint.Place("query", "run_uuid", required=True),),
    },
)

EXPLAIN_OWN_PERMISSION: _endpoint.Endpoint[_actions.ActionExplainResponseBody] = _endpoint.Endpoint(
    "explain_own_permission",
    "GET",
    "/actions/explain",
    {200: lambda: _actions.ActionExplainResponseBody},
    {
        "action": (_endpoint.Place("query", "action", required=True),),
        "data_uuid": (_endpoint.Place("query", "data_uuid"),),
        "project_uuid": (_endpoint.Place("query", "project_uuid"),),
    },
)

EXPLAIN_USER_PERMISSION: _endpoint.Endpoint[_actions.ActionExplainResponseBody] = _endpoint.Endpoint(
    "explain_user_permission",
    "GET",
    "/users/{user_id}/explain",
    {200: lambda: _actions.ActionExplainResponseBody},
    {
        "user_id": (_endpoint.Place("path", "user_id", required=True),),
        "action": (_endpoint.Place("query", "action", required=True),),
        "data_uuid": (_endpoint.Place("query", "data_uuid"),),
        "project_uuid": (_endpoint.Place("query", "project_uuid"),),
    },
)

GET_COMMIT: _endpoint.Endpoint[_commits.CommitInfoResponseBody] = _endpoint.Endpoint(
    "get_commit",
    "GET",
    "/commits/{commit_uuid}",
    {200: lambda: _commits.CommitInfoResponseBody},
    {"commit_uuid": (_endpoint.Place("path", "commit_uuid", required=True),)},
)

GET_COMMIT_CONTENT: _endpoint.Endpoint[_commits.CommitContentResponseBody] = _endpoint.Endpoint(
    "get_commit_content",
    "POST",
    "/commits/{commit_uuid}/content",
    {200: lambda: _commits.CommitContentResponseBody},
    {
        "commit_uuid": (_endpoint.Place("path", "commit_uuid", required=True),),
        "local_only": (_endpoint.Place("field", "local_only"),),
        "project_uuid": (_endpoint.Place("field", "project_uuid"),),
    },
    media_type="application/json",
    codec="json",
)

GET_CURRENT_PROXY: _endpoint.Endpoint[_proxies.ProxyCurrentResponseBody] = _endpoint.Endpoint(
    "get_current_proxy",
    "GET",
    "/proxies/current",
    {200: lambda: _proxies.ProxyCurrentResponseBody},
)

GET_DATA: _endpoint.Endpoint[_data.DataGetResponseBody] = _endpoint.Endpoint(
    "get_data",
    "GET",
    "/data/{data_uuid}",
    {200: lambda: _data.DataGetResponseBody},
    {"data_uuid": (_endpoint.Place("path", "data_uuid", required=True),)},
)

GET_EXPERIMENT: _endpoint.Endpoint[_experiments.ExperimentInfoResponseBody] = _endpoint.Endpoint(
    "get_experiment",
    "GET",
    "/experiments/{experiment_uuid}",
    {200: lambda: _experiments.ExperimentInfoResponseBody},
    {"experiment_uuid": (_endpoint.Place("path", "experiment_uuid", required=True),)},
)

GET_GROUP: _endpoint.Endpoint[_groups.GroupGetResponseBody] = _endpoint.Endpoint(
    "get_group",
    "GET",
    "/groups/{group_id}",
    {200: lambda: _groups.GroupGetResponseBody},
    {"group_id": (_endpoint.Place("path", "group_id", required=True),)},
)

GET_HEALTH: _endpoint.Endpoint[_device.HealthResponseBody] = _endpoint.Endpoint(
    "get_health",
    "GET",
    "/health",
    {200: lambda: _device.HealthResponseBody},
)

GET_IDENTITY: _endpoint.Endpoint[_device.IdentityResponseBody] = _endpoint.Endpoint(
    "get_identity",
    "GET",
    "/identity",
    {200: lambda: _device.IdentityResponseBody},
)

GET_JOB: _endpoint.Endpoint[_jobs.JobInfoResponseBody] = _endpoint.Endpoint(
    "get_job",
    "GET",
    "/jobs/{job_uuid}",
    {200: lambda: _jobs.JobInfoResponseBody},
    {"job_uuid": (_endpoint.Place("path", "job_uuid", required=True),)},
)

GET_METRIC_HISTORY: _endpoint.Endpoint[_runs.RunGetMetricHistoryResponseBody] = _endpoint.Endpoint(
    "get_metric_history",
    "GET",
    "/runs/{run_uuid}/metric_history",
    {200: lambda: _runs.RunGetMetricHistoryResponseBody},
    {
        "run_uuid": (_endpoint.Place("path", "run_uuid", required=True),),
        "metric_key": (_endpoint.Place("query", "metric_key"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
    },
)

GET_MODEL: _endpoint.Endpoint[_models.ModelInfoResponseBody] = _endpoint.Endpoint(
    "get_model",
    "GET",
    "/models/{model_uuid}",
    {200: lambda: _models.ModelInfoResponseBody},
    {"model_uuid": (_endpoint.Place("path", "model_uuid", required=True),)},
)

GET_MODEL_CONTENT: _endpoint.Endpoint[_models.ModelContentResponseBody] = _endpoint.Endpoint(
    "get_model_content",
    "POST",
    "/models/{model_uuid}/content",
    {200: lambda: _models.ModelContentResponseBody},
    {"model_uuid": (_endpoint.Place("path", "model_uuid", required=True),), "body": (_endpoint.Place("body", "body"),)},
    media_type="application/json",
    codec="json",
)

GET_OWN_PROFILE: _endpoint.Endpoint[_users.UserProfileCurrentResponseBody] = _endpoint.Endpoint(
    "get_own_profile",
    "GET",
    "/users/profile",
    {200: lambda: _users.UserProfileCurrentResponseBody},
)

GET_PROJECT: _endpoint.Endpoint[_projects.ProjectInfoResponseBody] = _endpoint.Endpoint(
    "get_project",
    "GET",
    "/projects/{project_uuid}",
    {200: lambda: _projects.ProjectInfoResponseBody},
    {"project_uuid": (_endpoint.Place("path", "project_uuid", required=True),)},
)

GET_PROJECT_META: _endpoint.Endpoint[_projects.ProjectMetaResponseBody] = _endpoint.Endpoint(
    "get_project_meta",
    "GET",
    "/projects/{project_uuid}/meta",
    {200: lambda: _projects.ProjectMetaResponseBody},
    {"project_uuid": (_endpoint.Place("path", "project_uuid", required=True),)},
)

GET_PROXY: _endpoint.Endpoint[_proxies.ProxyGetResponseBody] = _endpoint.Endpoint(
    "get_proxy",
    "GET",
    "/proxies/{proxy_id}",
    {200: lambda: _proxies.ProxyGetResponseBody},
    {"proxy_id": (_endpoint.Place("path", "proxy_id", required=True),)},
)

GET_QUERY: _endpoint.Endpoint[_queries.QueryInfoResponseBody] = _endpoint.Endpoint(
    "get_query",
    "GET",
    "/queries/{query_uuid}",
    {200: lambda: _queries.QueryInfoResponseBody},
    {
        "query_uuid": (_endpoint.Place("path", "query_uuid", required=True),),
        "include_result": (_endpoint.Place("query", "include_result"),),
        "include_run": (_endpoint.Place("query", "include_run"),),
    },
)

GET_ROLE: _endpoint.Endpoint[_roles.RoleGetResponseBody] = _endpoint.Endpoint(
    "get_role",
    "GET",
    "/roles/{role_id}",
    {200: lambda: _roles.RoleGetResponseBody},
    {"role_id": (_endpoint.Place("path", "role_id", required=True),)},
)

GET_RUN: _endpoint.Endpoint[_runs.RunInfoResponseBody] = _endpoint.Endpoint(
    "get_run",
    "GET",
    "/runs/{run_uuid}",
    {200: lambda: _runs.RunInfoResponseBody},
    {"run_uuid": (_endpoint.Place("path", "run_uuid", required=True),)},
)

GET_RUN_OUTPUT: _endpoint.Endpoint[_runs.RunOutputInfoResponseBody] = _endpoint.Endpoint(
    "get_run_output",
    "GET",
    "/runs/{run_uuid}/outputs/{output_id}",
    {200: lambda: _runs.RunOutputInfoResponseBody},
    {
        "run_uuid": (_endpoint.Place("path", "run_uuid", required=True),),
        "output_id": (_endpoint.Place("path", "output_id", required=True),),
    },
)

GET_USER: _endpoint.Endpoint[_users.UserGetResponseBody] = _endpoint.Endpoint(
    "get_user",
    "GET",
    "/users/{user_id}",
    {200: lambda: _users.UserGetResponseBody},
    {"user_id": (_endpoint.Place("path", "user_id", required=True),)},
)

GET_USER_PROFILE: _endpoint.Endpoint[_users.UserGetResponseBody] = _endpoint.Endpoint(
    "get_user_profile",
    "GET",
    "/users/profile/{user_id}",
    {200: lambda: _users.UserGetResponseBody},
    {"user_id": (_endpoint.Place("path", "user_id", required=True),)},
)

GET_VERSION: _endpoint.Endpoint[_device.DeviceVersionResponseBody] = _endpoint.Endpoint(
    "get_version",
    "GET",
    "/device/version",
    {200: lambda: _device.DeviceVersionResponseBody},
)

LIST_ACTIONS: _endpoint.Endpoint[_actions.ActionListResponseBody] = _endpoint.Endpoint(
    "list_actions",
    "GET",
    "/actions",
    {200: lambda: _actions.ActionListResponseBody},
    {
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
    },
)

LIST_ARTIFACT_TREE: _endpoint.Endpoint[_artifacts.ArtifactTreeStructureResponseBody] = _endpoint.Endpoint(
    "list_artifact_tree",
    "GET",
    "/artifacts/tree_structure",
    {200: lambda: _artifacts.ArtifactTreeStructureResponseBody},
    {
        "run_uuid": (_endpoint.Place("query", "run_uuid", required=True),),
        "level": (_endpoint.Place("query", "level"),),
        "path": (_endpoint.Place("query", "path"),),
    },
)

LIST_AUDITS: _endpoint.Endpoint[_audits.AuditListResponseBody] = _endpoint.Endpoint(
    "list_audits",
    "GET",
    "/audits",
    {200: lambda: _audits.AuditListResponseBody},
    {
        "action": (_endpoint.Place("query", "action"),),
        "actor": (_endpoint.Place("query", "actor"),),
        "from_": (_endpoint.Place("query", "from"),),
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
        "to": (_endpoint.Place("query", "to"),),
    },
)

LIST_BUDGETS: _endpoint.Endpoint[_privacy.PrivacyBudgetListResponseBody] = _endpoint.Endpoint(
    "list_budgets",
    "GET",
    "/privacy/budgets",
    {200: lambda: _privacy.PrivacyBudgetListResponseBody},
    {
        "data_id": (_endpoint.Place("query", "data_id"),),
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
    },
)

LIST_COMMITS: _endpoint.Endpoint[_commits.CommitListResponseBody] = _endpoint.Endpoint(
    "list_commits",
    "GET",
    "/commits",
    {200: lambda: _commits.CommitListResponseBody},
    {
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
        "project_uuid": (_endpoint.Place("query", "project_uuid"),),
        "user_id": (_endpoint.Place("query", "user_id"),),
    },
)

LIST_DATA: _endpoint.Endpoint[_data.DataListResponseBody] = _endpoint.Endpoint(
    "list_data",
    "GET",
    "/data",
    {200: lambda: _data.DataListResponseBody},
    {
        "commit_uuid": (_endpoint.Place("query", "commit_uuid"),),
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
        "project_uuid": (_endpoint.Place("query", "project_uuid"),),
        "user_id": (_endpoint.Place("query", "user_id"),),
    },
)

LIST_EXPERIMENTS: _endpoint.Endpoint[_experiments.ExperimentListResponseBody] = _endpoint.Endpoint(
    "list_experiments",
    "GET",
    "/experiments",
    {200: lambda: _experiments.ExperimentListResponseBody},
    {
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
        "project_uuid": (_endpoint.Place("query", "project_uuid"),),
        "user_id": (_endpoint.Place("query", "user_id"),),
    },
)

LIST_GROUPS: _endpoint.Endpoint[_groups.GroupListResponseBody] = _endpoint.Endpoint(
    "list_groups",
    "GET",
    "/groups",
    {200: lambda: _groups.GroupListResponseBody},
    {
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
    },
)

LIST_JOBS: _endpoint.Endpoint[_jobs.JobListResponseBody] = _endpoint.Endpoint(
    "list_jobs",
    "GET",
    "/jobs",
    {200: lambda: _jobs.JobListResponseBody},
    {
        "commit_uuid": (_endpoint.Place("query", "commit_uuid"),),
        "job_params": (_endpoint.Place("query", "job_params"),),
        "job_type": (_endpoint.Place("query", "job_type"),),
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
        "project_uuid": (_endpoint.Place("query", "project_uuid"),),
        "user_id": (_endpoint.Place("query", "user_id"),),
    },
)

LIST_MASKS: _endpoint.Endpoint[_privacy.PrivacyMaskListResponseBody] = _endpoint.Endpoint(
    "list_masks",
    "GET",
    "/privacy/masks",
    {200: lambda: _privacy.PrivacyMaskListResponseBody},
    {
        "data_id": (_endpoint.Place("query", "data_id"),),
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
    },
)

LIST_MODELS: _endpoint.Endpoint[_models.ModelListResponseBody] = _endpoint.Endpoint(
    "list_models",
    "GET",
    "/models",
    {200: lambda: _models.ModelListResponseBody},
    {
        "commit_uuid": (_endpoint.Place("query", "commit_uuid"),),
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
        "project_uuid": (_endpoint.Place("query", "project_uuid"),),
        "user_id": (_endpoint.Place("query", "user_id"),),
    },
)

LIST_PROJECTS: _endpoint.Endpoint[_projects.ProjectListResponseBody] = _endpoint.Endpoint(
    "list_projects",
    "GET",
    "/projects",
    {200: lambda: _projects.ProjectListResponseBody},
    {
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
    },
)

LIST_PROXIES: _endpoint.Endpoint[_proxies.ProxyListResponseBody] = _endpoint.Endpoint(
    "list_proxies",
    "GET",
    "/proxies",
    {200: lambda: _proxies.ProxyListResponseBody},
    {"page": (_endpoint.Place("query", "page"),), "page_size": (_endpoint.Place("query", "page_size"),)},
)

LIST_QUERIES: _endpoint.Endpoint[_queries.QueryListResponseBody] = _endpoint.Endpoint(
    "list_queries",
    "GET",
    "/queries",
    {200: lambda: _queries.QueryListResponseBody},
    {
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
        "user_id": (_endpoint.Place("query", "user_id"),),
    },
)

LIST_ROLES: _endpoint.Endpoint[_roles.RoleListResponseBody] = _endpoint.Endpoint(
    "list_roles",
    "GET",
    "/roles",
    {200: lambda: _roles.RoleListResponseBody},
    {
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
    },
)

LIST_RUN_OUTPUTS: _endpoint.Endpoint[_runs.RunOutputListResponseBody] = _endpoint.Endpoint(
    "list_run_outputs",
    "GET",
    "/runs/{run_uuid}/outputs",
    {200: lambda: _runs.RunOutputListResponseBody},
    {"run_uuid": (_endpoint.Place("path", "run_uuid", required=True),)},
)

LIST_RUNS: _endpoint.Endpoint[_runs.RunListResponseBody] = _endpoint.Endpoint(
    "list_runs",
    "GET",
    "/runs",
    {200: lambda: _runs.RunListResponseBody},
    {
        "commit_uuid": (_endpoint.Place("query", "commit_uuid"),),
        "experiment_uuid": (_endpoint.Place("query", "experiment_uuid"),),
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
        "project_uuid": (_endpoint.Place("query", "project_uuid"),),
        "user_id": (_endpoint.Place("query", "user_id"),),
    },
)

LIST_THRESHOLDS: _endpoint.Endpoint[_privacy.PrivacyThresholdListResponseBody] = _endpoint.Endpoint(
    "list_thresholds",
    "GET",
    "/privacy/thresholds",
    {200: lambda: _privacy.PrivacyThresholdListResponseBody},
    {
        "data_id": (_endpoint.Place("query", "data_id"),),
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
    },
)

LIST_USERS: _endpoint.Endpoint[_users.UserListResponseBody] = _endpoint.Endpoint(
    "list_users",
    "GET",
    "/users",
    {200: lambda: _users.UserListResponseBody},
    {
        "email": (_endpoint.Place("query", "email"),),
        "group_id": (_endpoint.Place("query", "group_id"),),
        "order_by": (_endpoint.Place("query", "order_by"),),
        "page": (_endpoint.Place("query", "page"),),
        "page_size": (_endpoint.Place("query", "page_size"),),
        "role_id": (_endpoint.Place("query", "role_id"),),
        "state": (_endpoint.Place("query", "state"),),
    },
)

PREDICT_MODEL: _endpoint.Endpoint[_models.ModelPredictResponseBody] = _endpoint.Endpoint(
    "predict_model",
    "POST",
    "/models/{model_uuid}/predict",
    {200: lambda: _models.ModelPredictResponseBody},
    {
        "model_uuid": (_endpoint.Place("path", "model_uuid", required=True),),
        "input_data": (_endpoint.Place("field", "input_data", required=True),),
        "input_type": (_endpoint.Place("field", "input_type"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

QUOTE_QUERY: _endpoint.Endpoint[_queries.QueryQuoteResponseBody] = _endpoint.Endpoint(
    "quote_query",
    "POST",
    "/queries/quote",
    {200: lambda: _queries.QueryQuoteResponseBody},
    {
        "datasets": (_endpoint.Place("field", "datasets", required=True),),
        "query": (_endpoint.Place("field", "query", required=True),),
        "delta": (_endpoint.Place("field", "delta"),),
        "epsilon": (_endpoint.Place("field", "epsilon"),),
        "params": (_endpoint.Place("field", "params"),),
        "permissions": (_endpoint.Place("field", "permissions"),),
        "private_column": (_endpoint.Place("field", "private_column"),),
        "project_uuid": (_endpoint.Place("field", "project_uuid"),),
        "tau": (_endpoint.Place("field", "tau"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

REFUSE_RUN: _endpoint.Endpoint[_runs.RunRefuseResponseBody] = _endpoint.Endpoint(
    "refuse_run",
    "POST",
    "/runs/{run_uuid}/refuse",
    {200: lambda: _runs.RunRefuseResponseBody},
    {
        "run_uuid": (_endpoint.Place("path", "run_uuid", required=True),),
        "reason": (_endpoint.Place("field", "reason", required=True),),
        "outputs": (_endpoint.Place("field", "outputs"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

REGISTER_MODEL: _endpoint.Endpoint[_models.ModelRegisterResponseBody] = _endpoint.Endpoint(
    "register_model",
    "POST",
    "/models/register",
    {200: lambda: _models.ModelRegisterResponseBody},
    {
        "run_uuid": (_endpoint.Place("field", "run_uuid", required=True),),
        "job_uuid": (_endpoint.Place("field", "job_uuid"),),
        "model_path": (_endpoint.Place("field", "model_path"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

REGISTER_PROJECT: _endpoint.Endpoint[_projects.ProjectRegisterResponseBody] = _endpoint.Endpoint(
    "register_project",
    "POST",
    "/projects/register",
    {200: lambda: _projects.ProjectRegisterResponseBody},
    {"name": (_endpoint.Place("field", "name", required=True),)},
    media_type="application/json",
    codec="json",
    body_required=True,
)

RELEASE_RUN: _endpoint.Endpoint[_runs.RunReleaseResponseBody] = _endpoint.Endpoint(
    "release_run",
    "POST",
    "/runs/{run_uuid}/release",
    {200: lambda: _runs.RunReleaseResponseBody},
    {
        "run_uuid": (_endpoint.Place("path", "run_uuid", required=True),),
        "outputs": (_endpoint.Place("field", "outputs"),),
    },
    media_type="application/json",
    codec="json",
)

REMOVE_GROUP_ROLE: _endpoint.Endpoint[_groups.GroupRemoveRoleResponseBody] = _endpoint.Endpoint(
    "remove_group_role",
    "POST",
    "/groups/remove-role",
    {200: lambda: _groups.GroupRemoveRoleResponseBody},
    {
        "group_id": (_endpoint.Place("field", "group_id"),),
        "group_name": (_endpoint.Place("field", "group_name"),),
        "role_id": (_endpoint.Place("field", "role_id"),),
        "role_name": (_endpoint.Place("field", "role_name"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

REMOVE_ROLE_GROUP: _endpoint.Endpoint[_roles.RoleRemoveGroupResponseBody] = _endpoint.Endpoint(
    "remove_role_group",
    "POST",
    "/roles/remove-group",
    {200: lambda: _roles.RoleRemoveGroupResponseBody},
    {
        "group_id": (_endpoint.Place("field", "group_id"),),
        "group_name": (_endpoint.Place("field", "group_name"),),
        "role_id": (_endpoint.Place("field", "role_id"),),
        "role_name": (_endpoint.Place("field", "role_name"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

REMOVE_USER_GROUP: _endpoint.Endpoint[_users.UserRemoveGroupResponseBody] = _endpoint.Endpoint(
    "remove_user_group",
    "POST",
    "/users/remove-group",
    {200: lambda: _users.UserRemoveGroupResponseBody},
    {
        "group_id": (_endpoint.Place("field", "group_id"),),
        "group_name": (_endpoint.Place("field", "group_name"),),
        "user_email": (_endpoint.Place("field", "user_email"),),
        "user_id": (_endpoint.Place("field", "user_id"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

REMOVE_USER_ROLE: _endpoint.Endpoint[_users.UserRemoveRoleResponseBody] = _endpoint.Endpoint(
    "remove_user_role",
    "POST",
    "/users/remove-role",
    {200: lambda: _users.UserRemoveRoleResponseBody},
    {
        "role_id": (_endpoint.Place("field", "role_id"),),
        "role_name": (_endpoint.Place("field", "role_name"),),
        "user_email": (_endpoint.Place("field", "user_email"),),
        "user_id": (_endpoint.Place("field", "user_id"),),
        "user_name": (_endpoint.Place("field", "user_name"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

RESTORE_EXPERIMENT: _endpoint.Endpoint[_experiments.ExperimentRestoreResponseBody] = _endpoint.Endpoint(
    "restore_experiment",
    "POST",
    "/experiments/{experiment_uuid}/restore",
    {200: lambda: _experiments.ExperimentRestoreResponseBody},
    {"experiment_uuid": (_endpoint.Place("path", "experiment_uuid", required=True),)},
)

RESTORE_RUN: _endpoint.Endpoint[_runs.RunRestoreResponseBody] = _endpoint.Endpoint(
    "restore_run",
    "POST",
    "/runs/{run_uuid}/restore",
    {200: lambda: _runs.RunRestoreResponseBody},
    {"run_uuid": (_endpoint.Place("path", "run_uuid", required=True),)},
)

RUN_COMMIT: _endpoint.Endpoint[_commits.CommitRunResponseBody] = _endpoint.Endpoint(
    "run_commit",
    "POST",
    "/commits/{commit_uuid}/run",
    {200: lambda: _commits.CommitRunResponseBody},
    {
        "commit_uuid": (_endpoint.Place("path", "commit_uuid", required=True),),
        "args": (_endpoint.Place("field", "args"),),
        "ml_project_entry_point": (_endpoint.Place("field", "ml_project_entry_point"),),
        "project_uuid": (_endpoint.Place("field", "project_uuid"),),
    },
    media_type="application/json",
    codec="json",
)

SAMPLE_DATA: _endpoint.Endpoint[_data.DataSampleResponseBody] = _endpoint.Endpoint(
    "sample_data",
    "GET",
    "/data/{data_uuid}/sample",
    {200: lambda: _data.DataSampleResponseBody},
    {"data_uuid": (_endpoint.Place("path", "data_uuid", required=True),)},
)

SET_ACCOUNTING: _endpoint.Endpoint[_common.Message] = _endpoint.Endpoint(
    "set_accounting",
    "POST",
    "/privacy/accounting",
    {200: lambda: _common.Message},
    {
        "rho": (_endpoint.Place("field", "rho", required=True),),
        "data_id": (_endpoint.Place("field", "data_id"),),
        "data_name": (_endpoint.Place("field", "data_name"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

SET_ACTION_PERMISSION: _endpoint.Endpoint[_actions.ActionPermissionSetResponseBody] = _endpoint.Endpoint(
    "set_action_permission",
    "POST",
    "/actions/set-permission",
    {200: lambda: _actions.ActionPermissionSetResponseBody},
    {
        "permission": (_endpoint.Place("field", "permission", required=True),),
        "action": (_endpoint.Place("field", "action"),),
        "action_id": (_endpoint.Place("field", "action_id"),),
        "role_id": (_endpoint.Place("field", "role_id"),),
        "role_name": (_endpoint.Place("field", "role_name"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

SET_BUDGET: _endpoint.Endpoint[_privacy.PrivacyBudgetPermissionSetResponseBody] = _endpoint.Endpoint(
    "set_budget",
    "POST",
    "/privacy/budgets",
    {200: lambda: _privacy.PrivacyBudgetPermissionSetResponseBody},
    {
        "current": (_endpoint.Place("field", "current", required=True),),
        "current_delta": (_endpoint.Place("field", "current_delta"),),
        "data_id": (_endpoint.Place("field", "data_id"),),
        "data_name": (_endpoint.Place("field", "data_name"),),
        "user_email": (_endpoint.Place("field", "user_email"),),
        "user_id": (_endpoint.Place("field", "user_id"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

SET_DATA_PERMISSION: _endpoint.Endpoint[_data.DataPermissionSetResponseBody] = _endpoint.Endpoint(
    "set_data_permission",
    "POST",
    "/data/{data_uuid}/permissions",
    {200: lambda: _data.DataPermissionSetResponseBody},
    {
        "data_uuid": (_endpoint.Place("path", "data_uuid", required=True),),
        "permission": (_endpoint.Place("field", "permission", required=True),),
        "data_id": (_endpoint.Place("field", "data_id"),),
        "data_name": (_endpoint.Place("field", "data_name"),),
        "role_id": (_endpoint.Place("field", "role_id"),),
        "role_name": (_endpoint.Place("field", "role_name"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

SET_EXPERIMENT_NAME: _endpoint.Endpoint[_projects.ProjectSetExperimentNameResponseBody] = _endpoint.Endpoint(
    "set_experiment_name",
    "POST",
    "/projects/{project_uuid}/set-experiment-name",
    {200: lambda: _projects.ProjectSetExperimentNameResponseBody},
    {
        "project_uuid": (_endpoint.Place("path", "project_uuid", required=True),),
        "experiment_name": (_endpoint.Place("field", "experiment_name", required=True),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

SET_MASK: _endpoint.Endpoint[_privacy.PrivacyMaskPermissionSetResponseBody] = _endpoint.Endpoint(
    "set_mask",
    "POST",
    "/privacy/masks",
    {200: lambda: _privacy.PrivacyMaskPermissionSetResponseBody},
    {
        "mask_data": (_endpoint.Place("field", "mask_data", required=True),),
        "data_id": (_endpoint.Place("field", "data_id"),),
        "data_name": (_endpoint.Place("field", "data_name"),),
        "user_email": (_endpoint.Place("field", "user_email"),),
        "user_id": (_endpoint.Place("field", "user_id"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

SET_PROJECT_PERMISSION: _endpoint.Endpoint[_projects.ProjectSetPermissionResponseBody] = _endpoint.Endpoint(
    "set_project_permission",
    "POST",
    "/projects/set-permission",
    {200: lambda: _projects.ProjectSetPermissionResponseBody},
    {
        "permission": (_endpoint.Place("field", "permission", required=True),),
        "project_id": (_endpoint.Place("field", "project_id"),),
        "project_name": (_endpoint.Place("field", "project_name"),),
        "project_uuid": (_endpoint.Place("field", "project_uuid"),),
        "role_id": (_endpoint.Place("field", "role_id"),),
        "role_name": (_endpoint.Place("field", "role_name"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

SET_REPETITION: _endpoint.Endpoint[_common.Message] = _endpoint.Endpoint(
    "set_repetition",
    "POST",
    "/privacy/repetition",
    {200: lambda: _common.Message},
    {
        "free": (_endpoint.Place("field", "free", required=True),),
        "data_id": (_endpoint.Place("field", "data_id"),),
        "data_name": (_endpoint.Place("field", "data_name"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

SET_ROLE_PERMISSION: _endpoint.Endpoint[_roles.RoleSetPermissionResponseBody] = _endpoint.Endpoint(
    "set_role_permission",
    "POST",
    "/roles/set-permission",
    {200: lambda: _roles.RoleSetPermissionResponseBody},
    {
        "permission": (_endpoint.Place("field", "permission", required=True),),
        "role_id": (_endpoint.Place("field", "role_id"),),
        "role_name": (_endpoint.Place("field", "role_name"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

SET_THRESHOLD: _endpoint.Endpoint[_privacy.PrivacyThresholdPermissionSetResponseBody] = _endpoint.Endpoint(
    "set_threshold",
    "POST",
    "/privacy/thresholds",
    {200: lambda: _privacy.PrivacyThresholdPermissionSetResponseBody},
    {
        "field": (_endpoint.Place("field", "field", required=True),),
        "threshold": (_endpoint.Place("field", "threshold", required=True),),
        "data_id": (_endpoint.Place("field", "data_id"),),
        "data_name": (_endpoint.Place("field", "data_name"),),
        "user_email": (_endpoint.Place("field", "user_email"),),
        "user_id": (_endpoint.Place("field", "user_id"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

TRANSFORM_COMMIT: _endpoint.Endpoint[_commits.CommitTransformResponseBody] = _endpoint.Endpoint(
    "transform_commit",
    "POST",
    "/commits/{commit_uuid}/transform",
    {200: lambda: _commits.CommitTransformResponseBody},
    {
        "commit_uuid": (_endpoint.Place("path", "commit_uuid", required=True),),
        "project_uuid": (_endpoint.Place("field", "project_uuid"),),
    },
    media_type="application/json",
    codec="json",
)

UNLINK_PROJECT: _endpoint.Endpoint[_projects.ProjectUnlinkResponseBody] = _endpoint.Endpoint(
    "unlink_project",
    "DELETE",
    "/projects/{project_uuid}",
    {200: lambda: _projects.ProjectUnlinkResponseBody},
    {"project_uuid": (_endpoint.Place("path", "project_uuid", required=True),)},
)

UNREGISTER_MODEL: _endpoint.Endpoint[_models.ModelUnregisterResponseBody] = _endpoint.Endpoint(
    "unregister_model",
    "POST",
    "/models/unregister",
    {200: lambda: _models.ModelUnregisterResponseBody},
    {"model_uuid": (_endpoint.Place("field", "model_uuid", required=True),)},
    media_type="application/json",
    codec="json",
    body_required=True,
)

UPDATE_DATA: _endpoint.Endpoint[_data.DataPatchResponseBody] = _endpoint.Endpoint(
    "update_data",
    "PATCH",
    "/data/{data_uuid}",
    {200: lambda: _data.DataPatchResponseBody},
    {
        "data_uuid": (_endpoint.Place("path", "data_uuid", required=True),),
        "meta": (_endpoint.Place("field", "meta", required=True),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

UPDATE_EXPERIMENT: _endpoint.Endpoint[_experiments.ExperimentUpdateResponseBody] = _endpoint.Endpoint(
    "update_experiment",
    "PATCH",
    "/experiments/{experiment_uuid}",
    {200: lambda: _experiments.ExperimentUpdateResponseBody},
    {
        "experiment_uuid": (_endpoint.Place("path", "experiment_uuid", required=True),),
        "experiment_name": (_endpoint.Place("field", "experiment_name", required=True),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

UPDATE_GROUP: _endpoint.Endpoint[_groups.GroupPatchResponseBody] = _endpoint.Endpoint(
    "update_group",
    "PATCH",
    "/groups/{group_id}",
    {200: lambda: _groups.GroupPatchResponseBody},
    {
        "group_id": (_endpoint.Place("path", "group_id", required=True),),
        "group_name": (_endpoint.Place("field", "group_name", required=True),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

UPDATE_MODEL: _endpoint.Endpoint[_models.ModelPatchResponseBody] = _endpoint.Endpoint(
    "update_model",
    "PATCH",
    "/models/{model_uuid}",
    {200: lambda: _models.ModelPatchResponseBody},
    {
        "model_uuid": (_endpoint.Place("path", "model_uuid", required=True),),
        "model_description": (_endpoint.Place("field", "model_description"),),
        "model_name": (_endpoint.Place("field", "model_name"),),
        "permissions": (_endpoint.Place("field", "permissions"),),
        "predictions_per_hour": (_endpoint.Place("field", "predictions_per_hour"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

UPDATE_PROFILE: _endpoint.Endpoint[_users.UserProfileUpdateResponseBody] = _endpoint.Endpoint(
    "update_profile",
    "PATCH",
    "/users/profile",
    {200: lambda: _users.UserProfileUpdateResponseBody},
    {
        "avatar": (_endpoint.Place("field", "avatar"),),
        "company": (_endpoint.Place("field", "company"),),
        "location": (_endpoint.Place("field", "location"),),
        "name": (_endpoint.Place("field", "name"),),
        "public_email": (_endpoint.Place("field", "public_email"),),
        "website": (_endpoint.Place("field", "website"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

UPDATE_ROLE: _endpoint.Endpoint[_roles.RolePatchResponseBody] = _endpoint.Endpoint(
    "update_role",
    "PATCH",
    "/roles/{role_id}",
    {200: lambda: _roles.RolePatchResponseBody},
    {
        "role_id": (_endpoint.Place("path", "role_id", required=True),),
        "role_name": (_endpoint.Place("field", "role_name", required=True),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

UPDATE_USER: _endpoint.Endpoint[_users.UserUpdateResponseBody] = _endpoint.Endpoint(
    "update_user",
    "PATCH",
    "/users/{user_id}",
    {200: lambda: _users.UserUpdateResponseBody},
    {
        "user_id": (_endpoint.Place("path", "user_id", required=True),),
        "roles": (_endpoint.Place("field", "roles"),),
        "state": (_endpoint.Place("field", "state"),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

USER_LOGIN: _endpoint.Endpoint[_users.UserLoginResponseBody] = _endpoint.Endpoint(
    "user_login",
    "POST",
    "/users/login",
    {200: lambda: _users.UserLoginResponseBody},
    {
        "email": (_endpoint.Place("field", "email", required=True),),
        "password": (_endpoint.Place("field", "password", required=True),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

USER_LOGOUT: _endpoint.Endpoint[_users.UserLogoutResponseBody] = _endpoint.Endpoint(
    "user_logout",
    "POST",
    "/users/logout",
    {200: lambda: _users.UserLogoutResponseBody},
)

USER_REGISTER: _endpoint.Endpoint[_users.UserRegisterResponseBody] = _endpoint.Endpoint(
    "user_register",
    "POST",
    "/users/register",
    {200: lambda: _users.UserRegisterResponseBody},
    {
        "email": (_endpoint.Place("field", "email", required=True),),
        "password": (_endpoint.Place("field", "password", required=True),),
    },
    media_type="application/json",
    codec="json",
    body_required=True,
)

USER_SESSION: _endpoint.Endpoint[_users.UserSessionResponseBody] = _endpoint.Endpoint(
    "user_session",
    "GET",
    "/users/session",
    {200: lambda: _users.UserSessionResponseBody},
)

WATCH_JOB: _endpoint.Endpoint[_checking.Raw] = _endpoint.Endpoint(
    "watch_job",
    "GET",
    "/jobs/{job_uuid}/events",
    {200: lambda: _checking.Raw},
    {
        "job_uuid": (_endpoint.Place("path", "job_uuid", required=True),),
        "last_event_id": (_endpoint.Place("header", "last-event-id"),),
    },
)
