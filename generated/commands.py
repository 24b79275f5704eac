# Generated from spec/openapi.yaml: do not edit.
"""All commands, by context and name, and what each context is about."""

from .console import Command, Option

CONTEXTS: dict[str, str] = {
    "action": "What can be done here, and how much of it a role may do.",
    "artifact": "Files that runs and queries leave behind, once released.",
    "audit": "Who did what, and when.",
    "auth": "Signing up, in and out at the quarantine behind the active proxy.",
    "commit": "Deployed states of projects.",
    "data": "Datasets in quarantine and who may use them.",
    "device": "The local server itself.",
    "experiment": "Named groups of runs in a project.",
    "group": "People who share roles.",
    "job": "Work that takes longer than a request.",
    "model": "What training made, and predicting with it.",
    "privacy": "Budgets, masks and thresholds of datasets.",
    "project": "A working folder, its dataset and its deployments.",
    "proxy": "The quarantines this server talks to, itself among them.",
    "query": "SQL answered with differential privacy.",
    "role": "Sets of permissions that people and groups bear.",
    "run": "Code that travelled to the data, and what came of it.",
    "user": "People, their profiles and their state.",
}
COMMANDS: tuple[Command, ...] = (
    Command(
        "action",
        "explain",
        "explain_own_permission",
        "GET",
        "/actions/explain",
        help="Tell why the asking person may or may not do something.",
        description=(
            "The level that an action needs, the level that the asking person has, and every "
            "role that gives one, with the group it comes through. An action on a dataset or "
            "a project needs the object's uuid; one that the person may not see is 404."
        ),
        options=(
            Option("action", "action", "query", required=True, help="The name of the action."),
            Option("data-uuid", "data_uuid", "query", help="The dataset that the action is on."),
            Option("project-uuid", "project_uuid", "query", help="The project that the action is on."),
        ),
        arguments=("action",),
    ),
    Command(
        "action",
        "list",
        "list_actions",
        "GET",
        "/actions",
        help="List the actions.",
        description=(
            "Every operation of this contract is an action with a number and a name; a role c"
            "an be given a level on each."
        ),
        options=(
            Option(
                "order-by",
                "order_by",
                "query",
                choices=("action_id", "-action_id", "action_name", "-action_name"),
                default="action_id",
                help="The field that sorts the list, with a leading minus for descending.",
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
        ),
        columns=("action_id", "action_name"),
    ),
    Command(
        "action",
        "set-permission",
        "set_action_permission",
        "POST",
        "/actions/set-permission",
        help="Set a role's level on an action.",
        description=(
            "Names the action and the role by number, by name or by both. What is not found, "
            "or not named at all, is 404; a number and a name that mean different things are "
            "409. Nobody can raise a role that is their own."
        ),
        options=(
            Option(
                "permission",
                "permission",
                "body",
                kind="integer",
                required=True,
                choices=(0, 1, 2, 3, 4),
                names=("none", "see", "use", "change", "own"),
                help=(
                    "How much is allowed, each level including those below it: 0 nothing, 1 see, 2 us"
                    "e, 3 change, 4 own."
                ),
            ),
            Option(
                "action", "action", "body", help="The name of an operation as permissions and audit entries use it."
            ),
            Option("action-id", "action_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("role-id", "role_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("role-name", "role_name", "body", help="A name on one line, without control characters."),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "artifact",
        "download",
        "download_artifact",
        "GET",
        "/artifacts/download",
        help="Read one artifact of a run.",
        description=(
            "Hands over a single released file, such as a query's `results.csv`. What a run w"
            "rote itself stays withheld until the data's owner releases it (403), and a run t"
            "hat has not ended has nothing to show yet (409)."
        ),
        options=(
            Option(
                "artifact-path",
                "artifact_path",
                "query",
                required=True,
                help="Where the file lies below the run's artifact folder.",
            ),
            Option(
                "run-uuid",
                "run_uuid",
                "query",
                required=True,
                help="The run, which is the uuid of the job that carried it out.",
            ),
        ),
        arguments=("run_uuid", "artifact_path"),
    ),
    Command(
        "artifact",
        "tree",
        "list_artifact_tree",
        "GET",
        "/artifacts/tree_structure",
        help="Show the artifact folder of a run.",
        description=("Lists released files and folders as a tree, folders first, each level sorted by name."),
        options=(
            Option(
                "run-uuid",
                "run_uuid",
                "query",
                required=True,
                help="The run, which is the uuid of the job that carried it out.",
            ),
            Option(
                "level",
                "level",
                "query",
                default="4",
                help="How many levels of folders to open, one digit from 1 to 9.",
            ),
            Option("path", "path", "query", help="Start at this folder in place of the top."),
        ),
        arguments=("run_uuid", "path"),
    ),
    Command(
        "audit",
        "list",
        "list_audits",
        "GET",
        "/audits",
        help="List what was done, by whom and when.",
        description=(
            "Reads the audit chain, newest first unless asked otherwise. Entries name people "
            "and objects, never passwords, tokens or values of private data."
        ),
        options=(
            Option("action", "action", "query", help="Keep only this action."),
            Option("actor", "actor", "query", help="Keep only what this address did; an empty text for nobody."),
            Option("from", "from", "query", kind="integer", help="Keep only what was done at this time or later."),
            Option(
                "order-by",
                "order_by",
                "query",
                choices=("timestamp", "-timestamp"),
                default="-timestamp",
                help="The order in time, with a leading minus for the newest first.",
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
            Option("to", "to", "query", kind="integer", help="Keep only what was done at this time or earlier."),
        ),
        columns=("timestamp", "actor", "action", "object", "outcome", "description"),
    ),
    Command(
        "auth",
        "login",
        "auth_login",
        "POST",
        "/auth/login",
        help="Sign in.",
        description=(
            "Opens a session of 30 days in the quarantine behind the active proxy. A server o"
            "n a loopback address also keeps it as its own session. Unknown address and wrong"
            " password are the same 401; a person who still waits for confirmation, or is blo"
            "cked, gets 403."
        ),
        options=(
            Option(
                "email",
                "email",
                "body",
                required=True,
                help="An address that tells people apart; letters are compared without regard to case.",
            ),
            Option(
                "password",
                "password",
                "body",
                required=True,
                secret=True,
                help=("The secret that proves who somebody is. It is kept as an argon2id hash and never shown again."),
            ),
        ),
        arguments=("email",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "auth",
        "logout",
        "auth_logout",
        "POST",
        "/auth/logout",
        help="Sign out.",
        description=("Ends the session that the request came with; its token is worth nothing from then on."),
    ),
    Command(
        "auth",
        "register",
        "auth_register",
        "POST",
        "/auth/register",
        help="Ask for an account.",
        description=(
            "Registers a person in the quarantine behind the active proxy. On a loopback serv"
            "er the first one becomes its administrator; everybody else waits for an administ"
            "rator's confirmation. The answer is the same for an address that is already regi"
            "stered, and that account stays as it is."
        ),
        options=(
            Option(
                "email",
                "email",
                "body",
                required=True,
                help="An address that tells people apart; letters are compared without regard to case.",
            ),
            Option(
                "password",
                "password",
                "body",
                required=True,
                secret=True,
                help=("The secret that proves who somebody is. It is kept as an argon2id hash and never shown again."),
            ),
        ),
        arguments=("email",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "auth",
        "session",
        "auth_session",
        "GET",
        "/auth/session",
        help="Show the current session.",
        description=(
            "Tells the token that this request acts under at the active proxy, be it the sent"
            " one or the one the local server keeps."
        ),
    ),
    Command(
        "commit",
        "content",
        "get_commit_content",
        "POST",
        "/commits/{commit_uuid}/content",
        help="Show a commit within its project.",
        description=(
            "Answers like the plain reading of a commit, and lists its files. A `project_uuid"
            "` that is not the commit's own is 404. With `local_only` the files are those of "
            "the working folder as it is now, for who may deploy it."
        ),
        options=(
            Option("commit-uuid", "commit_uuid", "path", required=True, source="commit_uuid", help="The commit."),
            Option(
                "local-only",
                "local_only",
                "body",
                kind="boolean",
                default=False,
                help="List the files of the working folder.",
            ),
            Option("project-uuid", "project_uuid", "body", help="A canonical lowercase UUID."),
        ),
        arguments=("commit_uuid",),
        media="application/json",
    ),
    Command(
        "commit",
        "info",
        "get_commit",
        "GET",
        "/commits/{commit_uuid}",
        help="Show a commit.",
        description=("Tells the commit's project, its dataset and how the latest experiment on it went."),
        options=(
            Option("commit-uuid", "commit_uuid", "path", required=True, source="commit_uuid", help="The commit."),
        ),
        arguments=("commit_uuid",),
    ),
    Command(
        "commit",
        "list",
        "list_commits",
        "GET",
        "/commits",
        help="List the commits.",
        description=("Shows the deployed states of all projects that the asking person may see, unlinked ones too."),
        options=(
            Option(
                "order-by",
                "order_by",
                "query",
                choices=("created_at", "-created_at", "updated_at", "-updated_at"),
                default="-created_at",
                help=(
                    "The field that sorts the list, with a leading minus for descending. Ties are bro"
                    "ken by the item's own id, so that pages neither overlap nor skip. The newest ite"
                    "m comes first where nothing is said."
                ),
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
            Option("project-uuid", "project_uuid", "query", help="Keep only what belongs to this project."),
            Option("user-id", "user_id", "query", kind="integer", help="Keep only what this person made."),
        ),
        columns=("commit_uuid", "project_name", "data_name", "created_at"),
    ),
    Command(
        "commit",
        "run",
        "run_commit",
        "POST",
        "/commits/{commit_uuid}/run",
        help="Run a commit.",
        description=(
            "Starts a job that runs one entry point of the commit, `main` where none is named"
            ". The message ends with the job's uuid. An entry point or argument that the comm"
            "it's MLproject does not declare is 422."
        ),
        options=(
            Option("commit-uuid", "commit_uuid", "path", required=True, source="commit_uuid", help="The commit."),
            Option(
                "args",
                "args",
                "body",
                kind="object",
                help=("Entry point parameters by name. An empty text, which the public SDK sends, stands for none."),
            ),
            Option(
                "ml-project-entry-point",
                "ml_project_entry_point",
                "body",
                help="The name of an entry point that the commit's MLproject file declares.",
            ),
            Option("project-uuid", "project_uuid", "body", source="project_uuid", help="A canonical lowercase UUID."),
        ),
        arguments=("commit_uuid",),
        media="application/json",
        waits=True,
    ),
    Command(
        "commit",
        "transform",
        "transform_commit",
        "POST",
        "/commits/{commit_uuid}/transform",
        help="Preprocess the attached dataset.",
        description=(
            "Starts a job that carries out the commit's entry point `preprocess` on the one a"
            "ttached dataset. The table that it writes is held until who owns that dataset re"
            "leases it (`POST /runs/{run_uuid}/release`). It then is a new dataset under the "
            "old one's budget, and takes its place in the project, if who asked may change th"
            "at. What the table is to be follows from the source's description and the commit"
            "'s `dataset.yaml`, and is refused at once where it cannot be. The message ends w"
            "ith the job's uuid, which is a run's, too."
        ),
        options=(
            Option("commit-uuid", "commit_uuid", "path", required=True, source="commit_uuid", help="The commit."),
            Option("project-uuid", "project_uuid", "body", source="project_uuid", help="A canonical lowercase UUID."),
        ),
        arguments=("commit_uuid",),
        media="application/json",
        waits=True,
    ),
    Command(
        "data",
        "attach",
        "attach_project_data",
        "POST",
        "/projects/{project_uuid}/attach",
        help="Attach a dataset.",
        description=(
            "Ties the dataset named by `data_uuid` or `data_name`, which the asking person mu"
            "st be allowed to use, to a project and notes it in `.meta`. Attaching twice is a"
            " success that says so."
        ),
        options=(
            Option("project-uuid", "project_uuid", "path", required=True, source="project_uuid", help="The project."),
            Option(
                "data-name",
                "data_name",
                "body",
                help="A dataset's name, without commas, since lists of names are written with them.",
            ),
            Option(
                "data-uuid",
                "data_uuid",
                "body",
                more_flags=("data-source-uuid", "id"),
                help="A canonical lowercase UUID.",
            ),
        ),
        arguments=("data_name",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "data",
        "create",
        "create_data",
        "POST",
        "/data",
        help="Register a dataset.",
        description=(
            "Takes the dataset's description in YAML, in any of the three forms: simple, full"
            " or old. The dataset answers queries once the job `job_uuid` has made its bounde"
            "d copy. Metadata that contradicts itself, or a source outside the allowed folder"
            "s, is 422 with the place of the fault; a name that is taken is 409."
        ),
        options=(
            Option(
                "meta", "meta", "body", required=True, files=("meta-file",), help="The dataset's metadata as YAML text."
            ),
        ),
        media="application/json",
        body_required=True,
        waits=True,
    ),
    Command(
        "data",
        "delete",
        "delete_data",
        "DELETE",
        "/data/{data_uuid}",
        help="Remove a dataset.",
        description=(
            "Takes the dataset and its bounded copy away and leaves the source alone. The bud"
            "get that its source has spent is remembered: whoever registers it again finds it"
            " spent."
        ),
        options=(Option("data-uuid", "data_uuid", "path", required=True, help="The dataset."),),
        arguments=("data_uuid",),
    ),
    Command(
        "data",
        "detach",
        "detach_project_data",
        "POST",
        "/projects/{project_uuid}/detach",
        help="Detach a dataset.",
        description=(
            "Ends the tie between a project and the dataset named by `data_uuid` or `data_nam"
            "e`, and notes it in `.meta`."
        ),
        options=(
            Option("project-uuid", "project_uuid", "path", required=True, source="project_uuid", help="The project."),
            Option(
                "data-name",
                "data_name",
                "body",
                help="A dataset's name, without commas, since lists of names are written with them.",
            ),
            Option(
                "data-uuid",
                "data_uuid",
                "body",
                more_flags=("data-source-uuid", "id"),
                help="A canonical lowercase UUID.",
            ),
        ),
        arguments=("data_name",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "data",
        "info",
        "get_data",
        "GET",
        "/data/{data_uuid}",
        help="Show a dataset.",
        description=("Tells what the asking person's level allows; the rest is left out rather than emptied."),
        options=(
            Option(
                "data-uuid",
                "data_uuid",
                "path",
                required=True,
                source="data_uuid",
                more_flags=("data-source-uuid", "id"),
                help="The dataset.",
            ),
        ),
        arguments=("data_uuid",),
    ),
    Command(
        "data",
        "list",
        "list_data",
        "GET",
        "/data",
        help="List the datasets.",
        description=(
            "Shows the datasets that the asking person's roles may at least see. The others d"
            "o not count in `total` either."
        ),
        options=(
            Option("commit-uuid", "commit_uuid", "query", help="Keep only what belongs to this commit."),
            Option(
                "order-by",
                "order_by",
                "query",
                choices=(
                    "created_at",
                    "-created_at",
                    "updated_at",
                    "-updated_at",
                    "data_name",
                    "-data_name",
                    "data_type",
                    "-data_type",
                ),
                default="-created_at",
                help="The field that sorts the list, with a leading minus for descending.",
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
            Option("project-uuid", "project_uuid", "query", help="Keep only what belongs to this project."),
            Option("user-id", "user_id", "query", kind="integer", help="Keep only what this person made."),
        ),
        columns=("data_id", "data_uuid", "data_name", "data_type", "data_state"),
    ),
    Command(
        "data",
        "sample",
        "sample_data",
        "GET",
        "/data/{data_uuid}/sample",
        help="Show synthetic rows of a dataset.",
        description=(
            "Makes up rows from the declared types, bounds and allowed values alone, so that "
            "code can be tried on the right shape. No real row is read and no budget spent."
        ),
        options=(Option("data-uuid", "data_uuid", "path", required=True, source="data_uuid", help="The dataset."),),
        arguments=("data_uuid",),
    ),
    Command(
        "data",
        "set-permission",
        "set_data_permission",
        "POST",
        "/data/{data_uuid}/permissions",
        help="Set a role's level on a dataset.",
        description=(
            "Names the role by number, by name or by both; 404 where it is not found or not n"
            "amed. Where the body names the dataset too, it has to be the one in the path (40"
            "9)."
        ),
        options=(
            Option("data-uuid", "data_uuid", "path", required=True, source="data_uuid", help="The dataset."),
            Option(
                "permission",
                "permission",
                "body",
                kind="integer",
                required=True,
                choices=(0, 1, 2, 3, 4),
                names=("none", "see", "use", "change", "own"),
                help=(
                    "How much is allowed, each level including those below it: 0 nothing, 1 see, 2 us"
                    "e, 3 change, 4 own."
                ),
            ),
            Option("data-id", "data_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option(
                "data-name",
                "data_name",
                "body",
                help="A dataset's name, without commas, since lists of names are written with them.",
            ),
            Option("role-id", "role_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("role-name", "role_name", "body", help="A name on one line, without control characters."),
        ),
        arguments=("data_uuid",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "data",
        "update",
        "update_data",
        "PATCH",
        "/data/{data_uuid}",
        help="Replace a dataset's metadata.",
        description=(
            "Reads the new description in full and builds the bounded copy anew where it matt"
            "ers. What was spent of the budget stays spent. Sources, columns, the privacy uni"
            "t, bounds on contributions and masks take the level own."
        ),
        options=(
            Option("data-uuid", "data_uuid", "path", required=True, source="data_uuid", help="The dataset."),
            Option(
                "meta", "meta", "body", required=True, files=("meta-file",), help="The dataset's metadata as YAML text."
            ),
        ),
        arguments=("data_uuid",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "device",
        "health",
        "get_health",
        "GET",
        "/health",
        help="Tell whether the server answers.",
        description=(
            "For monitors. Looks at the local server and its database only, and says no more than that they work."
        ),
    ),
    Command(
        "device",
        "identity",
        "get_identity",
        "GET",
        "/identity",
        help="Show the server's public key.",
        description=(
            "The Ed25519 key of this server, never that of a quarantine behind it. A request "
            "with a `DQ0-Challenge` header has its answer signed, this one like every other, "
            "which proves that the server holds the private key."
        ),
    ),
    Command(
        "device",
        "version",
        "get_version",
        "GET",
        "/device/version",
        help="Tell what runs here.",
        description=("Names the versions and the platform of the local server, never those of a quarantine behind it."),
    ),
    Command(
        "experiment",
        "create",
        "create_experiment",
        "POST",
        "/experiments",
        help="Create an experiment in a project.",
        description=("An experiment groups runs of one project under a name; a name that is taken there is 409."),
        options=(
            Option(
                "experiment-name",
                "experiment_name",
                "body",
                required=True,
                help="A name on one line, without control characters.",
            ),
            Option(
                "project-uuid",
                "project_uuid",
                "query",
                required=True,
                source="project_uuid",
                help="The project that the experiment belongs to.",
            ),
        ),
        arguments=("experiment_name",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "experiment",
        "delete",
        "delete_experiment",
        "DELETE",
        "/experiments/{experiment_uuid}",
        help="Delete an experiment.",
        description=(
            "Marks it as deleted, so that no run can join it; it can be restored. While jobs "
            "of it wait or run, and when it is deleted already, this is 409."
        ),
        options=(Option("experiment-uuid", "experiment_uuid", "path", required=True, help="The experiment."),),
        arguments=("experiment_uuid",),
    ),
    Command(
        "experiment",
        "info",
        "get_experiment",
        "GET",
        "/experiments/{experiment_uuid}",
        help="Show an experiment.",
        description="Tells the experiment's project and how the latest run in it went.",
        options=(Option("experiment-uuid", "experiment_uuid", "path", required=True, help="The experiment."),),
        arguments=("experiment_uuid",),
    ),
    Command(
        "experiment",
        "list",
        "list_experiments",
        "GET",
        "/experiments",
        help="List the experiments.",
        description=("Shows the experiments of all projects that the asking person may see, deleted ones too."),
        options=(
            Option(
                "order-by",
                "order_by",
                "query",
                choices=(
                    "created_at",
                    "-created_at",
                    "updated_at",
                    "-updated_at",
                    "experiment_name",
                    "-experiment_name",
                ),
                default="-created_at",
                help="The field that sorts the list, with a leading minus for descending.",
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
            Option("project-uuid", "project_uuid", "query", help="Keep only what belongs to this project."),
            Option("user-id", "user_id", "query", kind="integer", help="Keep only what this person made."),
        ),
        columns=("experiment_uuid", "experiment_name", "project_name", "experiment_stage", "created_at"),
    ),
    Command(
        "experiment",
        "restore",
        "restore_experiment",
        "POST",
        "/experiments/{experiment_uuid}/restore",
        help="Restore a deleted experiment.",
        description=(
            "Takes the mark away again; one that bears no mark stays as it is. Where another "
            "experiment bears its name by now, this is 409."
        ),
        options=(Option("experiment-uuid", "experiment_uuid", "path", required=True, help="The experiment."),),
        arguments=("experiment_uuid",),
    ),
    Command(
        "experiment",
        "update",
        "update_experiment",
        "PATCH",
        "/experiments/{experiment_uuid}",
        help="Rename an experiment.",
        description="Its runs come along. A name that another experiment of the project bears is 409.",
        options=(
            Option("experiment-uuid", "experiment_uuid", "path", required=True, help="The experiment."),
            Option(
                "experiment-name",
                "experiment_name",
                "body",
                required=True,
                help="A name on one line, without control characters.",
            ),
        ),
        arguments=("experiment_uuid",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "group",
        "add-role",
        "add_group_role",
        "POST",
        "/groups/add-role",
        help="Give a group a role.",
        description=(
            "Group and role are named by number, by name or by both; what is not found, or no"
            "t named at all, is 404, and a number and a name that mean different things are 4"
            "09. A role that the group has already stays."
        ),
        options=(
            Option("group-id", "group_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("group-name", "group_name", "body", help="A name on one line, without control characters."),
            Option("role-id", "role_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("role-name", "role_name", "body", help="A name on one line, without control characters."),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "group",
        "create",
        "create_group",
        "POST",
        "/groups",
        help="Create a group.",
        description="Makes an empty group without roles. A name that is taken is 409.",
        options=(
            Option(
                "group-name",
                "group_name",
                "body",
                required=True,
                help="A name on one line, without control characters.",
            ),
        ),
        arguments=("group_name",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "group",
        "delete",
        "delete_group",
        "DELETE",
        "/groups/{group_id}",
        help="Delete a group.",
        description=(
            "Its people lose the roles they had through it alone. Where that would leave the "
            "server without an administrator, it is 409."
        ),
        options=(Option("group-id", "group_id", "path", kind="integer", required=True, help="The group."),),
        arguments=("group_id",),
    ),
    Command(
        "group",
        "info",
        "get_group",
        "GET",
        "/groups/{group_id}",
        help="Show a group.",
        description="Tells the group's name and when it was made and last changed.",
        options=(Option("group-id", "group_id", "path", kind="integer", required=True, help="The group."),),
        arguments=("group_id",),
    ),
    Command(
        "group",
        "list",
        "list_groups",
        "GET",
        "/groups",
        help="List the groups.",
        description="A group hands its roles to the people in it.",
        options=(
            Option(
                "order-by",
                "order_by",
                "query",
                choices=("group_id", "-group_id", "group_name", "-group_name", "created_at", "-created_at"),
                default="group_id",
                help="The field that sorts the list, with a leading minus for descending.",
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
        ),
        columns=("group_id", "group_name", "created_at"),
    ),
    Command(
        "group",
        "remove-role",
        "remove_group_role",
        "POST",
        "/groups/remove-role",
        help="Take a role from a group.",
        description=(
            "Group and role are named as for adding. A role that the group does not have is n"
            "o fault; one that would leave the server without an administrator is 409."
        ),
        options=(
            Option("group-id", "group_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("group-name", "group_name", "body", help="A name on one line, without control characters."),
            Option("role-id", "role_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("role-name", "role_name", "body", help="A name on one line, without control characters."),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "group",
        "update",
        "update_group",
        "PATCH",
        "/groups/{group_id}",
        help="Rename a group.",
        description="Its people and roles stay. A name that another group bears is 409.",
        options=(
            Option("group-id", "group_id", "path", kind="integer", required=True, help="The group."),
            Option(
                "group-name",
                "group_name",
                "body",
                required=True,
                help="A name on one line, without control characters.",
            ),
        ),
        arguments=("group_id",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "job",
        "cancel",
        "cancel_job",
        "POST",
        "/jobs/{job_uuid}/cancel",
        help="Cancel a job.",
        description=(
            "Ends everything that the job started, at first politely and with `force` at once"
            ". Once nothing of it lives, its state is `cancelled` and its progress 1.0. Priva"
            "cy budget that was charged stays charged."
        ),
        options=(
            Option("job-uuid", "job_uuid", "path", required=True, help="The job."),
            Option(
                "force",
                "force",
                "body",
                kind="boolean",
                default=False,
                help="Kill at once instead of asking the work to end first.",
            ),
        ),
        arguments=("job_uuid",),
        media="application/json",
    ),
    Command(
        "job",
        "info",
        "get_job",
        "GET",
        "/jobs/{job_uuid}",
        help="Show a job.",
        description=(
            "State, progress, texts and results of one job. A client that waits asks again un"
            "til `job_state` is an end, which is also when `job_progress` is 1.0. Warnings go"
            " to `job_logs`; `job_errors` has text only if the job failed."
        ),
        options=(Option("job-uuid", "job_uuid", "path", required=True, help="The job."),),
        arguments=("job_uuid",),
    ),
    Command(
        "job",
        "list",
        "list_jobs",
        "GET",
        "/jobs",
        help="List jobs.",
        description="The jobs that the asking person may see, newest first unless told otherwise.",
        options=(
            Option("commit-uuid", "commit_uuid", "query", help="Keep only what belongs to this commit."),
            Option(
                "job-params",
                "job_params",
                "query",
                help="Keep only jobs whose parameters hold this text, compared letter by letter.",
            ),
            Option(
                "job-type",
                "job_type",
                "query",
                choices=(
                    "commit.run",
                    "commit.transform",
                    "data.prepare",
                    "data.profile",
                    "model.predict",
                    "query.run",
                ),
                help="Keep only jobs that do this.",
            ),
            Option(
                "order-by",
                "order_by",
                "query",
                choices=("created_at", "-created_at", "updated_at", "-updated_at"),
                default="-created_at",
                help=(
                    "The field that sorts the list, with a leading minus for descending. Ties are bro"
                    "ken by the item's own id, so that pages neither overlap nor skip. The newest ite"
                    "m comes first where nothing is said."
                ),
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
            Option("project-uuid", "project_uuid", "query", help="Keep only what belongs to this project."),
            Option("user-id", "user_id", "query", kind="integer", help="Keep only what this person made."),
        ),
        columns=("job_uuid", "job_type", "job_state", "job_progress", "created_at"),
    ),
    Command(
        "job",
        "wait",
        "get_job",
        "GET",
        "/jobs/{job_uuid}",
        help="Wait for a job to end.",
        description=(
            "State, progress, texts and results of one job. A client that waits asks again un"
            "til `job_state` is an end, which is also when `job_progress` is 1.0. Warnings go"
            " to `job_logs`; `job_errors` has text only if the job failed."
        ),
        options=(Option("job-uuid", "job_uuid", "path", required=True, help="The job."),),
        arguments=("job_uuid",),
        waits=True,
    ),
    Command(
        "job",
        "watch",
        "watch_job",
        "GET",
        "/jobs/{job_uuid}/events",
        help="Watch a job.",
        description=(
            "State, progress and released log of one job as server-sent events, sent when the"
            "y change, until the job has ended. An event is called `job`, the last one `end`;"
            " its data is a JSON object with `job_uuid`, `job_state`, `run_status`, `job_prog"
            "ress`, `job_errors`, and in `job_logs` the text that was added since the event b"
            "efore. Lines that begin with a colon say that the server is still there. Who com"
            "es back with the `id` of the last event that he has seen gets what is new. What "
            "`GET /jobs/{job_uuid}` does not show is not here either: what code wrote that is"
            " held is not streamed. The stream ends when the session ends or the person may n"
            "o longer see the job; the last event is called `closed` then, with the reason. P"
            "lain Connexion answers with what is new and closes: clients of such streams come"
            " back by themselves."
        ),
        options=(
            Option("job-uuid", "job_uuid", "path", required=True, help="The job."),
            Option(
                "last-event-id",
                "last-event-id",
                "header",
                help=(
                    "The `id` of the last event that was seen, as browsers send it by themselves; any"
                    " other text counts as none."
                ),
            ),
        ),
        arguments=("job_uuid",),
    ),
    Command(
        "model",
        "cancel",
        "cancel_job",
        "POST",
        "/jobs/{job_uuid}/cancel",
        help="Cancel a training or a prediction.",
        description=(
            "Ends everything that the job started, at first politely and with `force` at once"
            ". Once nothing of it lives, its state is `cancelled` and its progress 1.0. Priva"
            "cy budget that was charged stays charged."
        ),
        options=(
            Option("job-uuid", "job_uuid", "path", required=True, help="The job."),
            Option(
                "force",
                "force",
                "body",
                kind="boolean",
                default=False,
                help="Kill at once instead of asking the work to end first.",
            ),
        ),
        arguments=("job_uuid",),
        media="application/json",
    ),
    Command(
        "model",
        "content",
        "get_model_content",
        "POST",
        "/models/{model_uuid}/content",
        help="Show a model by POST.",
        description=("Answers what `get_model` answers. Weights and files of the model are never part of it."),
        options=(Option("model-uuid", "model_uuid", "path", required=True, help="The model."),),
        arguments=("model_uuid",),
        media="application/json",
    ),
    Command(
        "model",
        "info",
        "get_model",
        "GET",
        "/models/{model_uuid}",
        help="Show a model.",
        description="Where the model comes from and what may be done with it.",
        options=(Option("model-uuid", "model_uuid", "path", required=True, help="The model."),),
        arguments=("model_uuid",),
    ),
    Command(
        "model",
        "list",
        "list_models",
        "GET",
        "/models",
        help="List models.",
        description="The registered models that the asking person may see.",
        options=(
            Option("commit-uuid", "commit_uuid", "query", help="Keep only what belongs to this commit."),
            Option(
                "order-by",
                "order_by",
                "query",
                choices=("created_at", "-created_at", "updated_at", "-updated_at"),
                default="-created_at",
                help=(
                    "The field that sorts the list, with a leading minus for descending. Ties are bro"
                    "ken by the item's own id, so that pages neither overlap nor skip. The newest ite"
                    "m comes first where nothing is said."
                ),
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
            Option("project-uuid", "project_uuid", "query", help="Keep only what belongs to this project."),
            Option("user-id", "user_id", "query", kind="integer", help="Keep only what this person made."),
        ),
        columns=("model_uuid", "model_name", "project_name", "permissions"),
    ),
    Command(
        "model",
        "predict",
        "predict_model",
        "POST",
        "/models/{model_uuid}/predict",
        help="Predict.",
        description=(
            "Queues a job that lets the model predict from the given rows inside the sandbox."
            " The last word of the message is the job's uuid; the job leaves `results.csv`: t"
            "he prediction of each row and, with `predict_proba_allowed`, the share of each c"
            "lass. A model without `predict_allowed` is 403; a second prediction while one is"
            " under way is 409."
        ),
        options=(
            Option("model-uuid", "model_uuid", "path", required=True, help="The model."),
            Option(
                "input-data",
                "input_data",
                "body",
                required=True,
                files=("input-data-file", "input-path"),
                help=(
                    "Rows as JSON text of nested lists, or as CSV, which may begin with a line of the columns' names."
                ),
            ),
            Option(
                "input-type",
                "input_type",
                "body",
                choices=("json", "csv"),
                default="json",
                help="The form of `input_data`.",
            ),
        ),
        arguments=("model_uuid",),
        media="application/json",
        body_required=True,
        waits=True,
    ),
    Command(
        "model",
        "register",
        "register_model",
        "POST",
        "/models/register",
        help="Register a model.",
        description=(
            "Makes a model of what a finished run left at `model_path`. Registering the same "
            "place twice gives the same model. A model of the trusted trainer may predict at "
            "once, any other waits for review."
        ),
        options=(
            Option("run-uuid", "run_uuid", "body", required=True, help="A canonical lowercase UUID."),
            Option("job-uuid", "job_uuid", "body", help="A canonical lowercase UUID."),
            Option(
                "model-path",
                "model_path",
                "body",
                default="pyfunc_model",
                help=(
                    "The place of the model among the run's artifacts, a folder with a `model.onnx` o"
                    "r such a file. Quotation marks around the text are dropped."
                ),
            ),
        ),
        arguments=("run_uuid",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "model",
        "state",
        "get_job",
        "GET",
        "/jobs/{job_uuid}",
        help="Tell how far a training or a prediction is.",
        description=(
            "State, progress, texts and results of one job. A client that waits asks again un"
            "til `job_state` is an end, which is also when `job_progress` is 1.0. Warnings go"
            " to `job_logs`; `job_errors` has text only if the job failed."
        ),
        options=(Option("job-uuid", "job_uuid", "path", required=True, help="The job."),),
        arguments=("job_uuid",),
    ),
    Command(
        "model",
        "train",
        "create_run",
        "POST",
        "/runs",
        help="Train a model with differential privacy.",
        description=(
            "Queues a job that executes an entry point of a deployed commit inside the sandbo"
            "x and returns at once. The last word of the message is the uuid of the job, whic"
            "h is the uuid of the run, too. An entry point that is not in the project, or an "
            "argument that it does not declare, is refused."
        ),
        options=(
            Option(
                "project-uuid",
                "project_uuid",
                "body",
                required=True,
                source="project_uuid",
                help="A canonical lowercase UUID.",
            ),
            Option(
                "args",
                "args",
                "body",
                kind="object",
                help=("Entry point parameters by name. An empty text, which the public SDK sends, stands for none."),
            ),
            Option("commit-uuid", "commit_uuid", "body", source="commit_uuid", help="A canonical lowercase UUID."),
            Option(
                "ml-project-entry-point",
                "ml_project_entry_point",
                "body",
                default="main",
                help="An entry point of the project's `MLproject` file.",
            ),
        ),
        media="application/json",
        body_required=True,
        values=(("ml_project_entry_point", "train_use_dq0_makedp"),),
        waits=True,
    ),
    Command(
        "model",
        "unregister",
        "unregister_model",
        "POST",
        "/models/unregister",
        help="Unregister a model.",
        description=(
            "Takes the model from the list, so that it predicts no more. Its run and the run's artifacts stay."
        ),
        options=(Option("model-uuid", "model_uuid", "body", required=True, help="A canonical lowercase UUID."),),
        arguments=("model_uuid",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "model",
        "update",
        "update_model",
        "PATCH",
        "/models/{model_uuid}",
        help="Change a model.",
        description=(
            "Changes the name, the description or the permissions; what is left out stays. On"
            "ly somebody who owns the dataset that the model learned from may change `permiss"
            "ions`: that is how an owner lets a model predict that waited for review."
        ),
        options=(
            Option("model-uuid", "model_uuid", "path", required=True, help="The model."),
            Option(
                "model-description",
                "model_description",
                "body",
                help="One line of text without control characters; may be empty.",
            ),
            Option(
                "model-name", "model_name", "body", help="One line of text without control characters; may be empty."
            ),
            Option(
                "permissions",
                "permissions",
                "body",
                many=True,
                help="The new permissions, as an array or as the text of one.",
            ),
            Option(
                "predictions-per-hour",
                "predictions_per_hour",
                "body",
                kind="integer",
                help=(
                    "How many predictions the model makes in an hour, over all people; 0 for as many as are asked for."
                ),
            ),
        ),
        arguments=("model_uuid",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "privacy",
        "budgets",
        "list_budgets",
        "GET",
        "/privacy/budgets",
        help="List privacy budgets.",
        description=(
            "What was granted and what is left, for each dataset that the asking person may q"
            "uery. A budget belongs to the data itself, over all people, and outlives renamin"
            "g and registering anew. An item with a `user_id` is what that person alone may s"
            "pend of it at most: the asking person's own cap, and for an owner everybody's. `"
            "initial` is then what the person may spend in all, and `current` what he has lef"
            "t."
        ),
        options=(
            Option("data-id", "data_id", "query", kind="integer", help="Keep only what concerns this dataset."),
            Option(
                "order-by",
                "order_by",
                "query",
                choices=("created_at", "-created_at", "updated_at", "-updated_at"),
                default="-created_at",
                help=(
                    "The field that sorts the list, with a leading minus for descending. Ties are bro"
                    "ken by the item's own id, so that pages neither overlap nor skip. The newest ite"
                    "m comes first where nothing is said."
                ),
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
        ),
        columns=("data_id", "data_name", "user_id", "current", "initial", "current_delta"),
    ),
    Command(
        "privacy",
        "buy-profile",
        "buy_profile",
        "POST",
        "/privacy/profile",
        help="Buy a private profile of a dataset.",
        description=(
            "Has the number of rows and the mean and standard deviation of every bounded colu"
            "mn computed with noise, for this price, and shows them to all who may use the da"
            "taset (`data_size`, `data_mean`, `data_std`, `data_stats`). The price is granted"
            " to the dataset's ledger and charged at once: what is left for queries stays as "
            "it is. A new profile takes the place of an older one, a change of the descriptio"
            "n takes it away, and the price stays charged."
        ),
        options=(
            Option("epsilon", "epsilon", "body", kind="number", required=True, help="An amount of epsilon."),
            Option("data-id", "data_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option(
                "data-name",
                "data_name",
                "body",
                help="A dataset's name, without commas, since lists of names are written with them.",
            ),
            Option(
                "delta",
                "delta",
                "body",
                kind="number",
                default=0.0,
                help=(
                    "What it may cost in delta beside, for Gaussian noise where that is smaller; 0 is"
                    " Laplace noise alone."
                ),
            ),
        ),
        media="application/json",
        body_required=True,
        waits=True,
    ),
    Command(
        "privacy",
        "masks",
        "list_masks",
        "GET",
        "/privacy/masks",
        help="List column masks.",
        description=(
            "Which columns are hidden, private or public, for each dataset that the asking pe"
            "rson may see. Only an owner sees the masks made for others."
        ),
        options=(
            Option("data-id", "data_id", "query", kind="integer", help="Keep only what concerns this dataset."),
            Option(
                "order-by",
                "order_by",
                "query",
                choices=("created_at", "-created_at", "updated_at", "-updated_at"),
                default="-created_at",
                help=(
                    "The field that sorts the list, with a leading minus for descending. Ties are bro"
                    "ken by the item's own id, so that pages neither overlap nor skip. The newest ite"
                    "m comes first where nothing is said."
                ),
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
        ),
        columns=("data_id", "data_name", "user_id", "hidden", "private", "public"),
    ),
    Command(
        "privacy",
        "set-accounting",
        "set_accounting",
        "POST",
        "/privacy/accounting",
        help="Set how a dataset's budget is counted.",
        description=(
            "With a `rho` above 0 the dataset has a zCDP filter: what queries cost in zero-co"
            "ncentrated differential privacy is added up, everything charged before included,"
            " and must not exceed `rho`; the epsilons that were granted then bound nothing, t"
            "he deltas still do. Many small queries go further so. With 0, the default, epsil"
            "ons are added up. Both are entries of the ledger, and people's caps are counted "
            "in epsilon either way."
        ),
        options=(
            Option(
                "rho",
                "rho",
                "body",
                kind="number",
                required=True,
                help="An amount of zero-concentrated differential privacy.",
            ),
            Option("data-id", "data_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option(
                "data-name",
                "data_name",
                "body",
                help="A dataset's name, without commas, since lists of names are written with them.",
            ),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "privacy",
        "set-budget",
        "set_budget",
        "POST",
        "/privacy/budgets",
        help="Set a privacy budget.",
        description=(
            "Sets how much may still be spent from now on. The dataset is named by `data_id` "
            "or by `data_name`; two that differ are 409. The change is an entry of its own in"
            " the ledger, and nothing spent is forgotten. With `user_id` or `user_email` it i"
            "s a cap on what this person may still spend, beside the dataset's budget: a quer"
            "y has to be covered by both. A cap without `current_delta` keeps the person's ca"
            "p on delta; the first one does not limit it."
        ),
        options=(
            Option("current", "current", "body", kind="number", required=True, help="An amount of epsilon."),
            Option("current-delta", "current_delta", "body", kind="number", help="An amount of delta."),
            Option("data-id", "data_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option(
                "data-name",
                "data_name",
                "body",
                help="A dataset's name, without commas, since lists of names are written with them.",
            ),
            Option(
                "user-email",
                "user_email",
                "body",
                help="An address that tells people apart; letters are compared without regard to case.",
            ),
            Option("user-id", "user_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "privacy",
        "set-mask",
        "set_mask",
        "POST",
        "/privacy/masks",
        help="Set a column mask.",
        description=(
            "Replaces the mask of a dataset for everybody, or for one person named by `user_i"
            "d` or `user_email` (two that differ are 409). A person's own mask takes the plac"
            "e of the one for everybody. A hidden column cannot be named in a query nor seen "
            "in a sample, a private one only be aggregated; a public one can be used although"
            " the metadata does not make it selectable. An empty mask removes what was set. A"
            " column that the metadata lacks, one of two kinds, and a public privacy unit are"
            " refused."
        ),
        options=(
            Option(
                "mask-data",
                "mask_data",
                "body",
                kind="object",
                required=True,
                help="The columns of each kind; what is left out counts as empty.",
            ),
            Option("data-id", "data_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option(
                "data-name",
                "data_name",
                "body",
                help="A dataset's name, without commas, since lists of names are written with them.",
            ),
            Option(
                "user-email",
                "user_email",
                "body",
                help="An address that tells people apart; letters are compared without regard to case.",
            ),
            Option("user-id", "user_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "privacy",
        "set-repetition",
        "set_repetition",
        "POST",
        "/privacy/repetition",
        help="Set whether repeating a query is free.",
        description=(
            "While it is, which is the default, a query that was answered from the same data "
            "under the same policy gives that answer again and is not charged. Otherwise each"
            " is computed with noise of its own and charged."
        ),
        options=(
            Option(
                "free",
                "free",
                "body",
                kind="boolean",
                required=True,
                help="Whether an identical query on unchanged data is answered again at no charge.",
            ),
            Option("data-id", "data_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option(
                "data-name",
                "data_name",
                "body",
                help="A dataset's name, without commas, since lists of names are written with them.",
            ),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "privacy",
        "set-threshold",
        "set_threshold",
        "POST",
        "/privacy/thresholds",
        help="Set a threshold.",
        description=(
            "Groups of this column whose noisy count stays below the threshold are left out o"
            "f answers, for everybody or for one person named by `user_id` or `user_email`, w"
            "hose own threshold then takes the place of the one for everybody. It raises the "
            "safe threshold and cannot lower it; 0 removes what was set. It is also what a qu"
            "ery's `permissions` can ask for at the least."
        ),
        options=(
            Option("field", "field", "body", required=True, help="The name of a column."),
            Option(
                "threshold",
                "threshold",
                "body",
                kind="integer",
                required=True,
                help="The least noisy count at which a group is shown.",
            ),
            Option("data-id", "data_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option(
                "data-name",
                "data_name",
                "body",
                help="A dataset's name, without commas, since lists of names are written with them.",
            ),
            Option(
                "user-email",
                "user_email",
                "body",
                help="An address that tells people apart; letters are compared without regard to case.",
            ),
            Option("user-id", "user_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "privacy",
        "thresholds",
        "list_thresholds",
        "GET",
        "/privacy/thresholds",
        help="List thresholds.",
        description=(
            "The least counts that owners ask for, for each dataset that the asking person ma"
            "y see. Only an owner sees the thresholds made for others."
        ),
        options=(
            Option("data-id", "data_id", "query", kind="integer", help="Keep only what concerns this dataset."),
            Option(
                "order-by",
                "order_by",
                "query",
                choices=("created_at", "-created_at", "updated_at", "-updated_at"),
                default="-created_at",
                help=(
                    "The field that sorts the list, with a leading minus for descending. Ties are bro"
                    "ken by the item's own id, so that pages neither overlap nor skip. The newest ite"
                    "m comes first where nothing is said."
                ),
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
        ),
        columns=("data_id", "data_name", "user_id", "field", "threshold"),
    ),
    Command(
        "project",
        "attach",
        "attach_project_data",
        "POST",
        "/projects/{project_uuid}/attach",
        help="Attach a dataset.",
        description=(
            "Ties the dataset named by `data_uuid` or `data_name`, which the asking person mu"
            "st be allowed to use, to a project and notes it in `.meta`. Attaching twice is a"
            " success that says so."
        ),
        options=(
            Option("project-uuid", "project_uuid", "path", required=True, source="project_uuid", help="The project."),
            Option(
                "data-name",
                "data_name",
                "body",
                help="A dataset's name, without commas, since lists of names are written with them.",
            ),
            Option("data-uuid", "data_uuid", "body", help="A canonical lowercase UUID."),
        ),
        arguments=("data_name",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "project",
        "create",
        "create_project",
        "POST",
        "/projects",
        help="Create a project.",
        description=(
            "Makes the folder `name` inside `working_dir` on the machine this server runs on,"
            " with a `.meta` file, an `MLproject` file and a model to start from. The last wo"
            "rd of the message is the name; the uuid stands in `.meta`. A folder that exists "
            "already is 409; a `working_dir` that cannot be written or is a link, and one out"
            "side the folders that the server opens to projects, is 422."
        ),
        options=(
            Option("name", "name", "body", required=True, help="The name of a project, which is a folder's name, too."),
            Option(
                "working-dir",
                "working_dir",
                "body",
                required=True,
                source="directory",
                help=("An absolute path on the machine this server runs on; the folder is made inside it."),
            ),
        ),
        arguments=("name",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "project",
        "create-commit",
        "create_commit",
        "POST",
        "/projects/{project_uuid}/commits",
        help="Deploy files that were sent.",
        description=(
            "Keeps files and folders as a commit of a project whose working folder is elsewhe"
            "re. A folder comes before what is in it. The last word of the message is the uui"
            "d of the commit; unchanged files give the commit that is already there. Too many"
            " or too large files and paths that lead out are 422; a project whose folder is o"
            "n this machine is 409."
        ),
        options=(
            Option("project-uuid", "project_uuid", "path", required=True, source="project_uuid", help="The project."),
            Option(
                "entries",
                "entries",
                "body",
                kind="any",
                required=True,
                help="All files and folders of the working folder.",
            ),
        ),
        arguments=("project_uuid",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "project",
        "deploy",
        "deploy_project",
        "POST",
        "/projects/{project_uuid}/deploy",
        help="Deploy a project.",
        description=(
            "Sends the files of the working folder to the quarantine as a new commit and note"
            "s it in `.meta`. The last word of the message is the uuid of the commit. Unchang"
            "ed files give the commit that is already there. What git would ignore stays at h"
            "ome. Links that lead out of the folder, hard links, devices and too many or too "
            "large files are refused; a working folder that is not there any more is 409."
        ),
        options=(
            Option("project-uuid", "project_uuid", "path", required=True, source="project_uuid", help="The project."),
        ),
        arguments=("project_uuid",),
    ),
    Command(
        "project",
        "detach",
        "detach_project_data",
        "POST",
        "/projects/{project_uuid}/detach",
        help="Detach a dataset.",
        description=(
            "Ends the tie between a project and the dataset named by `data_uuid` or `data_nam"
            "e`, and notes it in `.meta`."
        ),
        options=(
            Option("project-uuid", "project_uuid", "path", required=True, source="project_uuid", help="The project."),
            Option(
                "data-name",
                "data_name",
                "body",
                help="A dataset's name, without commas, since lists of names are written with them.",
            ),
            Option("data-uuid", "data_uuid", "body", help="A canonical lowercase UUID."),
        ),
        arguments=("data_name",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "project",
        "info",
        "get_project",
        "GET",
        "/projects/{project_uuid}",
        help="Show a project.",
        description="The attached dataset, the latest experiment and the latest model of a project.",
        options=(
            Option("project-uuid", "project_uuid", "path", required=True, source="project_uuid", help="The project."),
        ),
        arguments=("project_uuid",),
    ),
    Command(
        "project",
        "list",
        "list_projects",
        "GET",
        "/projects",
        help="List projects.",
        description="The projects that the asking person may see, newest first unless told otherwise.",
        options=(
            Option(
                "order-by",
                "order_by",
                "query",
                choices=("created_at", "-created_at", "updated_at", "-updated_at"),
                default="-created_at",
                help=(
                    "The field that sorts the list, with a leading minus for descending. Ties are bro"
                    "ken by the item's own id, so that pages neither overlap nor skip. The newest ite"
                    "m comes first where nothing is said."
                ),
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
        ),
        columns=("project_uuid", "project_name", "data_name", "created_at"),
    ),
    Command(
        "project",
        "meta",
        "get_project_meta",
        "GET",
        "/projects/{project_uuid}/meta",
        help="Show what a project's .meta file ought to say.",
        description=("Its name and uuid, the last commit, the experiment's name and the attached datasets, in YAML."),
        options=(
            Option("project-uuid", "project_uuid", "path", required=True, source="project_uuid", help="The project."),
        ),
        arguments=("project_uuid",),
    ),
    Command(
        "project",
        "register",
        "register_project",
        "POST",
        "/projects/register",
        help="Register a project whose folder is elsewhere.",
        description=(
            "Notes a project of which this server has no working folder: another server does "
            "this for its user, makes the folder on its own machine and deploys from there."
        ),
        options=(
            Option("name", "name", "body", required=True, help="The name of a project, which is a folder's name, too."),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "project",
        "set-experiment-name",
        "set_experiment_name",
        "POST",
        "/projects/{project_uuid}/set-experiment-name",
        help="Name the experiment.",
        description=(
            "The experiment that later runs of this project belong to; it is made at the firs"
            "t run. The name is noted in `.meta`."
        ),
        options=(
            Option("project-uuid", "project_uuid", "path", required=True, source="project_uuid", help="The project."),
            Option(
                "experiment-name",
                "experiment_name",
                "body",
                required=True,
                help="A name on one line, without control characters.",
            ),
        ),
        arguments=("experiment_name",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "project",
        "set-permission",
        "set_project_permission",
        "POST",
        "/projects/set-permission",
        help="Set a role's level on a project.",
        description=(
            "Grants the people of a role a level on one project; 0 takes it away. Project and"
            " role are each named by any one of their fields; several that differ are 409."
        ),
        options=(
            Option(
                "permission",
                "permission",
                "body",
                kind="integer",
                required=True,
                choices=(0, 1, 2, 3, 4),
                names=("none", "see", "use", "change", "own"),
                help=(
                    "How much is allowed, each level including those below it: 0 nothing, 1 see, 2 us"
                    "e, 3 change, 4 own."
                ),
            ),
            Option("project-id", "project_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option(
                "project-name", "project_name", "body", help="The name of a project, which is a folder's name, too."
            ),
            Option("project-uuid", "project_uuid", "body", help="A canonical lowercase UUID."),
            Option("role-id", "role_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("role-name", "role_name", "body", help="A name on one line, without control characters."),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "project",
        "unlink",
        "unlink_project",
        "DELETE",
        "/projects/{project_uuid}",
        help="Unlink a project.",
        description=(
            "Takes the project from the list. The files of its working folder stay where they"
            " are, and so does everything that was deployed: its commits and experiments can "
            "still be read."
        ),
        options=(Option("project-uuid", "project_uuid", "path", required=True, help="The project."),),
        arguments=("project_uuid",),
    ),
    Command(
        "proxy",
        "activate",
        "activate_proxy",
        "POST",
        "/proxies/{proxy_id}/activate",
        help="Activate a proxy.",
        description=(
            "From now on this quarantine answers. Sign in again unless a session with it is s"
            "till kept. A quarantine that shows another key than the pinned one is 409, and o"
            "ne that cannot be reached 422."
        ),
        options=(
            Option("proxy-id", "proxy_id", "path", kind="integer", required=True, help="The number of the proxy."),
        ),
        arguments=("proxy_id",),
    ),
    Command(
        "proxy",
        "add",
        "create_proxy",
        "POST",
        "/proxies",
        help="Add a proxy.",
        description=(
            "Notes another quarantine and pins the key that it proves to have now; a differen"
            "t key is refused later, and one that is not the given `public_key` at once (409)"
            ". An address where no DQ0 server proves its key is 422, and so is http beyond lo"
            "opback. The last word of the message is the number of the proxy. It takes effect"
            " once activated."
        ),
        options=(
            Option("hostname", "hostname", "body", required=True, help="A host name or an address."),
            Option("port", "port", "body", kind="integer", required=True, help="A TCP port."),
            Option("public-key", "public_key", "body", help="An Ed25519 key, 32 bytes in base64."),
            Option(
                "request-uri",
                "request_uri",
                "body",
                default="/api",
                help="The path that the quarantine's operations stand under.",
            ),
            Option(
                "scheme", "scheme", "body", choices=("http", "https"), default="https", help="How to speak to the host."
            ),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "proxy",
        "current",
        "get_current_proxy",
        "GET",
        "/proxies/current",
        help="Show the active proxy.",
        description="The quarantine that answers at present.",
    ),
    Command(
        "proxy",
        "delete",
        "delete_proxy",
        "DELETE",
        "/proxies/{proxy_id}",
        help="Forget a proxy.",
        description=(
            "Takes a quarantine from the list, with the session kept for it. The active one a"
            "nd the server itself cannot go."
        ),
        options=(
            Option("proxy-id", "proxy_id", "path", kind="integer", required=True, help="The number of the proxy."),
        ),
        arguments=("proxy_id",),
    ),
    Command(
        "proxy",
        "info",
        "get_proxy",
        "GET",
        "/proxies/{proxy_id}",
        help="Show a proxy.",
        description="Address and pinned key of one quarantine.",
        options=(
            Option("proxy-id", "proxy_id", "path", kind="integer", required=True, help="The number of the proxy."),
        ),
        arguments=("proxy_id",),
    ),
    Command(
        "proxy",
        "list",
        "list_proxies",
        "GET",
        "/proxies",
        help="List proxies.",
        description="The quarantines that this server can speak to. A fresh server knows one: itself.",
        options=(
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
        ),
        columns=("proxy_id", "scheme", "hostname", "port", "active"),
    ),
    Command(
        "query",
        "cancel",
        "cancel_query",
        "POST",
        "/queries/{query_uuid}/cancel",
        help="Cancel a query.",
        description=("Ends the query's job in the way `cancel_job` does. What the query was charged stays charged."),
        options=(
            Option(
                "query-uuid", "query_uuid", "path", required=True, help="The query; job and run have the same uuid."
            ),
            Option(
                "force",
                "force",
                "body",
                kind="boolean",
                default=False,
                help="Kill at once instead of asking the work to end first.",
            ),
        ),
        arguments=("query_uuid",),
        media="application/json",
    ),
    Command(
        "query",
        "info",
        "get_query",
        "GET",
        "/queries/{query_uuid}",
        help="Show a query.",
        description=("Statement and state of one query. The fields of its run and its result come on request only."),
        options=(
            Option(
                "query-uuid", "query_uuid", "path", required=True, help="The query; job and run have the same uuid."
            ),
            Option(
                "include-result",
                "include_result",
                "query",
                kind="boolean",
                default=False,
                help="Add `query_result_data` and `query_result_message` once the query has finished.",
            ),
            Option(
                "include-run",
                "include_run",
                "query",
                kind="boolean",
                default=False,
                help="Add the fields whose names begin with `run_`.",
            ),
        ),
        arguments=("query_uuid",),
    ),
    Command(
        "query",
        "list",
        "list_queries",
        "GET",
        "/queries",
        help="List queries.",
        description=(
            "The queries that the asking person may see, newest first unless told otherwise, without their results."
        ),
        options=(
            Option(
                "order-by",
                "order_by",
                "query",
                choices=("created_at", "-created_at", "updated_at", "-updated_at"),
                default="-created_at",
                help=(
                    "The field that sorts the list, with a leading minus for descending. Ties are bro"
                    "ken by the item's own id, so that pages neither overlap nor skip. The newest ite"
                    "m comes first where nothing is said."
                ),
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
            Option("user-id", "user_id", "query", kind="integer", help="Keep only what this person made."),
        ),
        columns=("job_uuid", "job_state", "created_at", "query_statement"),
    ),
    Command(
        "query",
        "quote",
        "quote_query",
        "POST",
        "/queries/quote",
        help="Quote a private query.",
        description=(
            "What a query would cost and how precise its answer would be, from the statement "
            "and the owner's description alone: no data is touched, nothing is charged and no"
            " job is made. It is refused for what the query would be refused for, the budget "
            "excepted, which `covered` tells."
        ),
        options=(
            Option(
                "datasets",
                "datasets",
                "body",
                required=True,
                source="data_names",
                help=(
                    "Names or uuids of the datasets, separated by commas; what is not read is not cha"
                    "rged. Quotation marks around the text are dropped."
                ),
            ),
            Option(
                "query",
                "query",
                "body",
                required=True,
                files=("query-file",),
                help="One SELECT statement; tables are named `schema.table`.",
            ),
            Option(
                "delta",
                "delta",
                "body",
                kind="number",
                default=0.0,
                help=(
                    "What the query may cost in delta, beside that of groups that are not public, so "
                    "that its noise may be Gaussian. It is charged only if that noise is the smaller "
                    "one, as with many numbers or many groups for each person."
                ),
            ),
            Option(
                "epsilon",
                "epsilon",
                "body",
                kind="number",
                default=1.0,
                help="What the whole query may cost, shared out over all its statistics.",
            ),
            Option(
                "params",
                "params",
                "body",
                many=True,
                help=(
                    "Conditions such as `households<75`, in one text or several. In `permissions` the"
                    "y ask that groups of a column be shown from that noisy count on; granted where t"
                    "he owner's threshold allows it, and never below the safe one."
                ),
            ),
            Option(
                "permissions",
                "permissions",
                "body",
                many=True,
                help=(
                    "Conditions such as `households<75`, in one text or several. In `permissions` the"
                    "y ask that groups of a column be shown from that noisy count on; granted where t"
                    "he owner's threshold allows it, and never below the safe one."
                ),
            ),
            Option(
                "private-column",
                "private_column",
                "body",
                help=(
                    "The column that tells people apart; empty for the one the metadata names. Another one is refused."
                ),
            ),
            Option(
                "project-uuid",
                "project_uuid",
                "body",
                source="project_uuid",
                help="The project that the query belongs to; empty for none.",
            ),
            Option(
                "tau",
                "tau",
                "body",
                kind="number",
                default=0.0,
                help=(
                    "The least noisy count at which a group that is not public is shown. It raises th"
                    "e safe threshold and cannot lower it."
                ),
            ),
        ),
        arguments=("query",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "query",
        "run",
        "create_query",
        "POST",
        "/queries",
        help="Ask a private query.",
        description=(
            "Checks the statement, charges its whole price (`epsilon`, and a delta where grou"
            "ps are not public) to each of the datasets whose private tables it reads, to all"
            " or to none, and queues a job that computes and perturbs the answer. A statement"
            " outside the allowed language is refused at no cost; from the charge on nothing "
            "is given back. An identical query that was answered from the same data is not ch"
            "arged: its answer is given again, unless the owner has decided otherwise. The an"
            "swer is fetched as the artifact `results.csv` of the job, or with `include_resul"
            "t`."
        ),
        options=(
            Option(
                "datasets",
                "datasets",
                "body",
                required=True,
                source="data_names",
                help=(
                    "Names or uuids of the datasets, separated by commas; what is not read is not cha"
                    "rged. Quotation marks around the text are dropped."
                ),
            ),
            Option(
                "query",
                "query",
                "body",
                required=True,
                files=("query-file",),
                help="One SELECT statement; tables are named `schema.table`.",
            ),
            Option(
                "delta",
                "delta",
                "body",
                kind="number",
                default=0.0,
                help=(
                    "What the query may cost in delta, beside that of groups that are not public, so "
                    "that its noise may be Gaussian. It is charged only if that noise is the smaller "
                    "one, as with many numbers or many groups for each person."
                ),
            ),
            Option(
                "epsilon",
                "epsilon",
                "body",
                kind="number",
                default=1.0,
                help="What the whole query may cost, shared out over all its statistics.",
            ),
            Option(
                "params",
                "params",
                "body",
                many=True,
                help=(
                    "Conditions such as `households<75`, in one text or several. In `permissions` the"
                    "y ask that groups of a column be shown from that noisy count on; granted where t"
                    "he owner's threshold allows it, and never below the safe one."
                ),
            ),
            Option(
                "permissions",
                "permissions",
                "body",
                many=True,
                help=(
                    "Conditions such as `households<75`, in one text or several. In `permissions` the"
                    "y ask that groups of a column be shown from that noisy count on; granted where t"
                    "he owner's threshold allows it, and never below the safe one."
                ),
            ),
            Option(
                "private-column",
                "private_column",
                "body",
                help=(
                    "The column that tells people apart; empty for the one the metadata names. Another one is refused."
                ),
            ),
            Option(
                "project-uuid",
                "project_uuid",
                "body",
                source="project_uuid",
                help="The project that the query belongs to; empty for none.",
            ),
            Option(
                "tau",
                "tau",
                "body",
                kind="number",
                default=0.0,
                help=(
                    "The least noisy count at which a group that is not public is shown. It raises th"
                    "e safe threshold and cannot lower it."
                ),
            ),
        ),
        arguments=("query",),
        media="application/json",
        body_required=True,
        waits=True,
    ),
    Command(
        "query",
        "state",
        "get_job",
        "GET",
        "/jobs/{job_uuid}",
        help="Tell how far a query is.",
        description=(
            "State, progress, texts and results of one job. A client that waits asks again un"
            "til `job_state` is an end, which is also when `job_progress` is 1.0. Warnings go"
            " to `job_logs`; `job_errors` has text only if the job failed."
        ),
        options=(Option("job-uuid", "job_uuid", "path", required=True, help="The job."),),
        arguments=("job_uuid",),
    ),
    Command(
        "role",
        "add-group",
        "add_role_group",
        "POST",
        "/roles/add-group",
        help="Give a group a role.",
        description=(
            "Everybody in the group has the role from now on. Each is named by number or by n"
            "ame; adding twice changes nothing."
        ),
        options=(
            Option("group-id", "group_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("group-name", "group_name", "body", help="A name on one line, without control characters."),
            Option("role-id", "role_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("role-name", "role_name", "body", help="A name on one line, without control characters."),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "role",
        "create",
        "create_role",
        "POST",
        "/roles",
        help="Create a role.",
        description=(
            "A new role has the level 0 until it is set. The last word of the message is the number of the role."
        ),
        options=(
            Option(
                "role-name", "role_name", "body", required=True, help="A name on one line, without control characters."
            ),
        ),
        arguments=("role_name",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "role",
        "delete",
        "delete_role",
        "DELETE",
        "/roles/{role_id}",
        help="Delete a role.",
        description="Removes a role from everybody who has it. Built-in roles stay.",
        options=(Option("role-id", "role_id", "path", kind="integer", required=True, help="The number of the role."),),
        arguments=("role_id",),
    ),
    Command(
        "role",
        "info",
        "get_role",
        "GET",
        "/roles/{role_id}",
        help="Show a role.",
        description="Name and level of one role.",
        options=(Option("role-id", "role_id", "path", kind="integer", required=True, help="The number of the role."),),
        arguments=("role_id",),
    ),
    Command(
        "role",
        "list",
        "list_roles",
        "GET",
        "/roles",
        help="List roles.",
        description="All roles, those built in among them.",
        options=(
            Option(
                "order-by",
                "order_by",
                "query",
                choices=("created_at", "-created_at", "updated_at", "-updated_at"),
                default="-created_at",
                help=(
                    "The field that sorts the list, with a leading minus for descending. Ties are bro"
                    "ken by the item's own id, so that pages neither overlap nor skip. The newest ite"
                    "m comes first where nothing is said."
                ),
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
        ),
        columns=("role_id", "role_name", "permission", "created_at"),
    ),
    Command(
        "role",
        "remove-group",
        "remove_role_group",
        "POST",
        "/roles/remove-group",
        help="Take a role from a group.",
        description=(
            "The people of the group lose what they had by this role only. Taking the last administrator's role is 409."
        ),
        options=(
            Option("group-id", "group_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("group-name", "group_name", "body", help="A name on one line, without control characters."),
            Option("role-id", "role_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("role-name", "role_name", "body", help="A name on one line, without control characters."),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "role",
        "set-permission",
        "set_role_permission",
        "POST",
        "/roles/set-permission",
        help="Set a role's own level.",
        description=(
            "The level that the people of a role have over actions. The role is named by `rol"
            "e_id` or `role_name`. Nobody can raise the own level this way, and one person wi"
            "th the level own always remains."
        ),
        options=(
            Option(
                "permission",
                "permission",
                "body",
                kind="integer",
                required=True,
                choices=(0, 1, 2, 3, 4),
                names=("none", "see", "use", "change", "own"),
                help=(
                    "How much is allowed, each level including those below it: 0 nothing, 1 see, 2 us"
                    "e, 3 change, 4 own."
                ),
            ),
            Option("role-id", "role_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("role-name", "role_name", "body", help="A name on one line, without control characters."),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "role",
        "update",
        "update_role",
        "PATCH",
        "/roles/{role_id}",
        help="Rename a role.",
        description="Gives a role another name. The built-in roles keep theirs.",
        options=(
            Option("role-id", "role_id", "path", kind="integer", required=True, help="The number of the role."),
            Option(
                "role-name", "role_name", "body", required=True, help="A name on one line, without control characters."
            ),
        ),
        arguments=("role_id",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "run",
        "cancel",
        "cancel_job",
        "POST",
        "/jobs/{job_uuid}/cancel",
        help="Cancel a run.",
        description=(
            "Ends everything that the job started, at first politely and with `force` at once"
            ". Once nothing of it lives, its state is `cancelled` and its progress 1.0. Priva"
            "cy budget that was charged stays charged."
        ),
        options=(
            Option("job-uuid", "job_uuid", "path", required=True, help="The job."),
            Option(
                "force",
                "force",
                "body",
                kind="boolean",
                default=False,
                help="Kill at once instead of asking the work to end first.",
            ),
        ),
        arguments=("job_uuid",),
        media="application/json",
    ),
    Command(
        "run",
        "create",
        "create_run",
        "POST",
        "/runs",
        help="Start a run.",
        description=(
            "Queues a job that executes an entry point of a deployed commit inside the sandbo"
            "x and returns at once. The last word of the message is the uuid of the job, whic"
            "h is the uuid of the run, too. An entry point that is not in the project, or an "
            "argument that it does not declare, is refused."
        ),
        options=(
            Option(
                "project-uuid",
                "project_uuid",
                "body",
                required=True,
                source="project_uuid",
                help="A canonical lowercase UUID.",
            ),
            Option(
                "args",
                "args",
                "body",
                kind="object",
                help=("Entry point parameters by name. An empty text, which the public SDK sends, stands for none."),
            ),
            Option("commit-uuid", "commit_uuid", "body", source="commit_uuid", help="A canonical lowercase UUID."),
            Option(
                "ml-project-entry-point",
                "ml_project_entry_point",
                "body",
                default="main",
                help="An entry point of the project's `MLproject` file.",
            ),
        ),
        media="application/json",
        body_required=True,
        waits=True,
    ),
    Command(
        "run",
        "delete",
        "delete_run",
        "DELETE",
        "/runs/{run_uuid}",
        help="Put a run aside.",
        description=(
            "Turns the stage of a run to `deleted`. Nothing is erased and no privacy budget c"
            "omes back. A run whose job has not ended must be cancelled first."
        ),
        options=(Option("run-uuid", "run_uuid", "path", required=True, help="The run; its job's uuid is the same."),),
        arguments=("run_uuid",),
    ),
    Command(
        "run",
        "info",
        "get_run",
        "GET",
        "/runs/{run_uuid}",
        help="Show a run.",
        description="Everything kept about one run, with the last value of each released metric.",
        options=(Option("run-uuid", "run_uuid", "path", required=True, help="The run; its job's uuid is the same."),),
        arguments=("run_uuid",),
    ),
    Command(
        "run",
        "list",
        "list_runs",
        "GET",
        "/runs",
        help="List runs.",
        description=(
            "The runs that the asking person may see, newest first unless told otherwise. Run"
            "s in the stage `deleted` stay in the list, so that they can be restored."
        ),
        options=(
            Option("commit-uuid", "commit_uuid", "query", help="Keep only what belongs to this commit."),
            Option("experiment-uuid", "experiment_uuid", "query", help="Keep only the runs of this experiment."),
            Option(
                "order-by",
                "order_by",
                "query",
                choices=("created_at", "-created_at", "updated_at", "-updated_at"),
                default="-created_at",
                help=(
                    "The field that sorts the list, with a leading minus for descending. Ties are bro"
                    "ken by the item's own id, so that pages neither overlap nor skip. The newest ite"
                    "m comes first where nothing is said."
                ),
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
            Option("project-uuid", "project_uuid", "query", help="Keep only what belongs to this project."),
            Option("user-id", "user_id", "query", kind="integer", help="Keep only what this person made."),
        ),
        columns=("run_uuid", "experiment_name", "run_status", "job_state", "created_at"),
    ),
    Command(
        "run",
        "metric-history",
        "get_metric_history",
        "GET",
        "/runs/{run_uuid}/metric_history",
        help="Show how a metric went.",
        description=(
            "The run, with `run_metrics` holding every released value instead of the last one"
            " only, ordered by metric, step and time. Without `metric_key` the values of all "
            "metrics come. Long histories come in pages where `page` is given; a page with fe"
            "wer values than `page_size` is the last."
        ),
        options=(
            Option("run-uuid", "run_uuid", "path", required=True, help="The run; its job's uuid is the same."),
            Option("metric-key", "metric_key", "query", help="Keep only the values of this metric."),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                help="Which page of the values to return, counted from 1. Without it all of them come.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=1000,
                help="How many values a page holds at most; without `page` it says nothing.",
            ),
        ),
        arguments=("run_uuid",),
    ),
    Command(
        "run",
        "output",
        "get_run_output",
        "GET",
        "/runs/{run_uuid}/outputs/{output_id}",
        help="Look at something that a run wrote.",
        description=(
            "For the owner of the data, before the decision; who asked for the run sees it once it is released."
        ),
        options=(
            Option("output-id", "output_id", "path", kind="integer", required=True, help="The number of the output."),
            Option("run-uuid", "run_uuid", "path", required=True, help="The run; its job's uuid is the same."),
        ),
        arguments=("run_uuid", "output_id"),
    ),
    Command(
        "run",
        "outputs",
        "list_run_outputs",
        "GET",
        "/runs/{run_uuid}/outputs",
        help="List what a run wrote.",
        description=(
            "For the owner of the data that the run's code could read: names, sizes and diges"
            "ts of everything that it wrote, and what was decided on each."
        ),
        options=(Option("run-uuid", "run_uuid", "path", required=True, help="The run; its job's uuid is the same."),),
        arguments=("run_uuid",),
        columns=("output_id", "kind", "name", "file_size", "state"),
    ),
    Command(
        "run",
        "refuse",
        "refuse_run",
        "POST",
        "/runs/{run_uuid}/refuse",
        help="Refuse to release what a run wrote.",
        description=(
            "For the owner of the data that the run's code could read: everything that is hel"
            "d, or the outputs named, is never shown, and its content forgotten. Who asked fo"
            "r the run sees the reason."
        ),
        options=(
            Option("run-uuid", "run_uuid", "path", required=True, help="The run; its job's uuid is the same."),
            Option("reason", "reason", "body", required=True, help="For who asked for the run."),
            Option(
                "outputs",
                "outputs",
                "body",
                kind="integer",
                many=True,
                help="Numbers of outputs; everything that is held where it is left out.",
            ),
        ),
        arguments=("run_uuid",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "run",
        "release",
        "release_run",
        "POST",
        "/runs/{run_uuid}/release",
        help="Release what a run wrote.",
        description=(
            "For the owner of the data that the run's code could read: everything that is hel"
            "d, or the outputs named, is shown from now on to who may see the run. It cannot "
            "be taken back. The table of a transform is shown to nobody: it becomes a dataset"
            ", and the message ends with the uuid of the job that prepares it."
        ),
        options=(
            Option("run-uuid", "run_uuid", "path", required=True, help="The run; its job's uuid is the same."),
            Option(
                "outputs",
                "outputs",
                "body",
                kind="integer",
                many=True,
                help="Numbers of outputs; everything that is held where it is left out.",
            ),
        ),
        arguments=("run_uuid",),
        media="application/json",
    ),
    Command(
        "run",
        "restore",
        "restore_run",
        "POST",
        "/runs/{run_uuid}/restore",
        help="Bring a run back.",
        description=(
            "Turns the stage of a run that was put aside to `active` again; a run that is active stays as it is."
        ),
        options=(Option("run-uuid", "run_uuid", "path", required=True, help="The run; its job's uuid is the same."),),
        arguments=("run_uuid",),
    ),
    Command(
        "run",
        "wait",
        "get_run",
        "GET",
        "/runs/{run_uuid}",
        help="Wait for a run to end.",
        description="Everything kept about one run, with the last value of each released metric.",
        options=(Option("run-uuid", "run_uuid", "path", required=True, help="The run; its job's uuid is the same."),),
        arguments=("run_uuid",),
        waits=True,
    ),
    Command(
        "user",
        "add-group",
        "add_user_group",
        "POST",
        "/users/add-group",
        help="Put a user into a group.",
        description=(
            "Gives the person the roles of the group. Each is named by any one of its fields;"
            " several that differ are 409. Adding twice changes nothing."
        ),
        options=(
            Option("group-id", "group_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("group-name", "group_name", "body", help="A name on one line, without control characters."),
            Option(
                "user-email",
                "user_email",
                "body",
                help="An address that tells people apart; letters are compared without regard to case.",
            ),
            Option("user-id", "user_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "user",
        "add-role",
        "add_user_role",
        "POST",
        "/users/add-role",
        help="Give a user a role.",
        description=(
            "Person and role are each named by any one of their fields; several that differ a"
            "re 409. Nobody can give a role to themselves."
        ),
        options=(
            Option("role-id", "role_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("role-name", "role_name", "body", help="A name on one line, without control characters."),
            Option(
                "user-email",
                "user_email",
                "body",
                help="An address that tells people apart; letters are compared without regard to case.",
            ),
            Option("user-id", "user_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("user-name", "user_name", "body", help="A name on one line, without control characters."),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "user",
        "change-password",
        "change_password",
        "POST",
        "/users/password",
        help="Change the own password.",
        description=(
            "Ends every session of the person, on all devices, and opens a new one; the local"
            " server keeps it in place of the old. The wrong current password is 403 and coun"
            "ts as a failed sign-in."
        ),
        options=(
            Option(
                "current-password",
                "current_password",
                "body",
                required=True,
                secret=True,
                help=("The secret that proves who somebody is. It is kept as an argon2id hash and never shown again."),
            ),
            Option(
                "password",
                "password",
                "body",
                required=True,
                secret=True,
                help=("The secret that proves who somebody is. It is kept as an argon2id hash and never shown again."),
            ),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "user",
        "delete",
        "delete_user",
        "DELETE",
        "/user/{user_id}",
        help="Delete a user.",
        description=(
            "Ends the account and its sessions. What the person made and spent stays on recor"
            "d. The last administrator cannot go."
        ),
        options=(
            Option("user-id", "user_id", "path", kind="integer", required=True, help="The number of the account."),
        ),
        arguments=("user_id",),
    ),
    Command(
        "user",
        "explain",
        "explain_user_permission",
        "GET",
        "/users/{user_id}/explain",
        help="Tell why somebody may or may not do something.",
        description=(
            "As `GET /actions/explain`, of another person. What that person may not see is to"
            "ld apart from what does not exist."
        ),
        options=(
            Option("user-id", "user_id", "path", kind="integer", required=True, help="The number of the account."),
            Option("action", "action", "query", required=True, help="The name of the action."),
            Option("data-uuid", "data_uuid", "query", help="The dataset that the action is on."),
            Option("project-uuid", "project_uuid", "query", help="The project that the action is on."),
        ),
        arguments=("user_id",),
    ),
    Command(
        "user",
        "info",
        "get_user",
        "GET",
        "/users/{user_id}",
        help="Show a user.",
        description="The profile of an account.",
        options=(
            Option("user-id", "user_id", "path", kind="integer", required=True, help="The number of the account."),
        ),
        arguments=("user_id",),
    ),
    Command(
        "user",
        "list",
        "list_users",
        "GET",
        "/users",
        help="List users.",
        description="Every account with its state and its strongest role.",
        options=(
            Option("email", "email", "query", help="Keep only the account with this address."),
            Option("group-id", "group_id", "query", kind="integer", help="Keep only who is in this group."),
            Option(
                "order-by",
                "order_by",
                "query",
                choices=("created_at", "-created_at", "updated_at", "-updated_at"),
                default="-created_at",
                help=(
                    "The field that sorts the list, with a leading minus for descending. Ties are bro"
                    "ken by the item's own id, so that pages neither overlap nor skip. The newest ite"
                    "m comes first where nothing is said."
                ),
            ),
            Option(
                "page",
                "page",
                "query",
                kind="integer",
                default=1,
                help="Which page of the list to return, counted from 1.",
            ),
            Option(
                "page-size",
                "page_size",
                "query",
                kind="integer",
                default=100,
                help="How many items a page holds at most.",
            ),
            Option(
                "role-id",
                "role_id",
                "query",
                kind="integer",
                help="Keep only who holds this role, alone or through a group.",
            ),
            Option(
                "state",
                "state",
                "query",
                choices=("waiting", "confirmed", "blocked"),
                help="Keep only the accounts in this state.",
            ),
        ),
        columns=("id", "email", "state", "role_name", "created_at"),
    ),
    Command(
        "user",
        "login",
        "user_login",
        "POST",
        "/users/login",
        help="Sign in.",
        description=(
            "Opens a session of 30 days at the active quarantine. A server bound to a loopbac"
            "k address keeps it and acts as it when a request names no token. Unknown people "
            "and wrong passwords get the same 401; who is not confirmed gets 403."
        ),
        options=(
            Option(
                "email",
                "email",
                "body",
                required=True,
                help="An address that tells people apart; letters are compared without regard to case.",
            ),
            Option(
                "password",
                "password",
                "body",
                required=True,
                secret=True,
                help=("The secret that proves who somebody is. It is kept as an argon2id hash and never shown again."),
            ),
        ),
        arguments=("email",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "user",
        "logout",
        "user_logout",
        "POST",
        "/users/logout",
        help="Sign out.",
        description="Ends the session that the request acts under; its token is worthless afterwards.",
    ),
    Command(
        "user",
        "own-profile",
        "get_own_profile",
        "GET",
        "/users/profile",
        help="Show the own profile.",
        description="What the asking person tells about themselves.",
    ),
    Command(
        "user",
        "profile",
        "get_user_profile",
        "GET",
        "/users/profile/{user_id}",
        help="Show a profile.",
        description="What another person tells about themselves.",
        options=(
            Option("user-id", "user_id", "path", kind="integer", required=True, help="The number of the account."),
        ),
        arguments=("user_id",),
    ),
    Command(
        "user",
        "register",
        "user_register",
        "POST",
        "/users/register",
        help="Ask for an account.",
        description=(
            "Registers an address. The first person on a server bound to a loopback address i"
            "s its administrator, everybody else waits to be confirmed. An address that is al"
            "ready known gets the same answer and is left alone."
        ),
        options=(
            Option(
                "email",
                "email",
                "body",
                required=True,
                help="An address that tells people apart; letters are compared without regard to case.",
            ),
            Option(
                "password",
                "password",
                "body",
                required=True,
                secret=True,
                help=("The secret that proves who somebody is. It is kept as an argon2id hash and never shown again."),
            ),
        ),
        arguments=("email",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "user",
        "remove-group",
        "remove_user_group",
        "POST",
        "/users/remove-group",
        help="Take a user out of a group.",
        description=("The person loses what came by this group only. The last administrator cannot be removed."),
        options=(
            Option("group-id", "group_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("group-name", "group_name", "body", help="A name on one line, without control characters."),
            Option(
                "user-email",
                "user_email",
                "body",
                help="An address that tells people apart; letters are compared without regard to case.",
            ),
            Option("user-id", "user_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "user",
        "remove-role",
        "remove_user_role",
        "POST",
        "/users/remove-role",
        help="Take a role from a user.",
        description=("The person and the role are named as in `add_user_role`. The last administrator keeps the role."),
        options=(
            Option("role-id", "role_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("role-name", "role_name", "body", help="A name on one line, without control characters."),
            Option(
                "user-email",
                "user_email",
                "body",
                help="An address that tells people apart; letters are compared without regard to case.",
            ),
            Option("user-id", "user_id", "body", kind="integer", help="A number the server gave out, from 1 up."),
            Option("user-name", "user_name", "body", help="A name on one line, without control characters."),
        ),
        media="application/json",
        body_required=True,
    ),
    Command(
        "user",
        "session",
        "user_session",
        "GET",
        "/users/session",
        help="Show the current session.",
        description="The token that this request acts under, sent along or kept by the local server.",
    ),
    Command(
        "user",
        "update",
        "update_user",
        "PATCH",
        "/users/{user_id}",
        help="Confirm, block or give roles.",
        description=(
            "Sets the state or replaces the roles of an account; what is left out stays. A re"
            "gistered person can sign in once the state is `confirmed`; `blocked` ends all se"
            "ssions. One's own account and the last administrator are out of reach."
        ),
        options=(
            Option("user-id", "user_id", "path", kind="integer", required=True, help="The number of the account."),
            Option("roles", "roles", "body", kind="integer", many=True),
            Option(
                "state",
                "state",
                "body",
                choices=("waiting", "confirmed", "blocked"),
                help="Whether an account can sign in; only a confirmed one can.",
            ),
        ),
        arguments=("user_id",),
        media="application/json",
        body_required=True,
    ),
    Command(
        "user",
        "update-profile",
        "update_profile",
        "PATCH",
        "/users/profile",
        help="Change the own profile.",
        description="Changes what is given; an empty text removes a field, what is left out stays.",
        options=(
            Option("avatar", "avatar", "body", help="A web address, or nothing."),
            Option("company", "company", "body", help="One line of text without control characters; may be empty."),
            Option("location", "location", "body", help="One line of text without control characters; may be empty."),
            Option("name", "name", "body", help="One line of text without control characters; may be empty."),
            Option("public-email", "public_email", "body", help="An address for everybody to see, or nothing."),
            Option("website", "website", "body", help="A web address, or nothing."),
        ),
        media="application/json",
        body_required=True,
    ),
)
