"""What files and pages for deployment name is there: settings, commands, files, extras. The units fit the sandbox."""

import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from live import ROOT
from quarantine.domain.settings import CLIENTS_OWN, DESCRIPTIONS, Settings, read_settings
from quarantine.server.cli import parser

DEPLOY = ROOT / "examples" / "deploy"
PAGES = [ROOT / "docs" / "deploy.md", ROOT / "docs" / "operations.md"]
UNITS = {path.stem: path for path in DEPLOY.glob("*.service")}
OWN = {f"DQ0_{name.upper()}" for name in DESCRIPTIONS}
OF_TESTS = re.compile("DQ0_TEST_")
FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Bubblewrap does not work behind these: docs/deploy.md says why.
BREAKING = {"ProtectKernelTunables", "ProtectKernelLogs", "ProtectHostname", "ProcSubset", "RestrictNamespaces"}
CALLS = {"@system-service", "@mount", "sethostname", "landlock_restrict_self"}


def unit(name: str) -> dict[str, list[str]]:
    """A unit's settings; each may be there several times."""
    found: dict[str, list[str]] = {}
    for line in UNITS[name].read_text(encoding="utf8").splitlines():
        key, mark, value = line.partition("=")
        if mark and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def compose() -> dict[str, Any]:
    """The compose file, merged."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf8"))
    return found


def image() -> list[str]:
    """The Containerfile's instructions, each on one line."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text(encoding="utf8"))
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def commands() -> Iterator[list[str]]:
    """The words after `dq0` of every command of the server's own."""
    for name in UNITS:
        yield shlex.split(unit(name)["ExecStart"][0])[1:]
    yield from (each["command"] for each in compose()["services"].values() if "command" in each)
    for page in PAGES:
        blocks = "\n".join(FENCED.findall(page.read_text(encoding="utf8"))).replace("\\\n", " ")
        blocks = re.sub(r"\$\([^)]*\)", "X", blocks)
        for found in re.finditer(r"(?:\bdq0|\bworker) ((?:server|worker|audit) [a-z-]+[^#\n<|]*)", blocks):
            yield shlex.split(found[1])


@pytest.mark.parametrize("path", [*DEPLOY.iterdir(), *PAGES], ids=lambda path: str(path.name))
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"\bDQ0_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf8")))
    assert not {name for name in named - OWN - CLIENTS_OWN if not OF_TESTS.match(name)}


def test_every_command_of_the_server_is_one() -> None:
    found = list(commands())
    assert len(found) > 12
    for words in found:
        parser().parse_args(words)


def test_the_units_and_services_are_given_settings_that_fit() -> None:
    read: dict[str, Settings] = {}
    for name in UNITS:
        pairs = [word.split("=", 1) for line in unit(name)["Environment"] for word in line.split()]
        read[name] = read_settings(dict(pairs))
    for name, each in compose()["services"].items():
        given = {key: value for key, value in each["environment"].items() if key.startswith("DQ0_")}
        read[name] = read_settings(given)
    assert [read[name].worker for name in ("dq0-server", "server-1", "server-2")] == [False] * 3
    assert not read["dq0-server"].ambient_session
    assert len({read[name].database_url for name in ("server-1", "server-2", "worker")}) == 1


def test_the_worker_s_unit_takes_nothing_that_the_sandbox_needs() -> None:
    worker = unit("dq0-worker")
    assert not BREAKING & set(worker)
    assert set(" ".join(worker["SystemCallFilter"]).split()) >= CALLS
    assert "AF_NETLINK" in worker["RestrictAddressFamilies"][0]
    assert set(unit("dq0-server")) - {"Description"} > BREAKING - {"ProcSubset"}
    for name in UNITS:
        assert {unit(name)[key][0] for key in ("NoNewPrivileges", "ProtectHome", "PrivateTmp")} == {"yes"}
        assert (unit(name)["ProtectSystem"], unit(name)["CapabilityBoundingSet"]) == (["strict"], [""])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not there")
@pytest.mark.parametrize("name", sorted(UNITS))
def test_systemd_reads_the_units_without_a_complaint(name: str, tmp_path: Path) -> None:
    text = UNITS[name].read_text(encoding="utf8").replace("/opt/dq0/bin/dq0", "/bin/true")
    (tmp_path / UNITS[name].name).write_text(text, encoding="utf8")
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / UNITS[name].name)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_the_image_is_made_of_all_that_is_installed_and_of_extras_that_exist() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))
    lines = [line.split() for line in image()]
    copied = {path for word, *paths in lines if word == "COPY" and "--from" not in paths[0] for path in paths[:-1]}
    packages = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert copied == packages | {"pyproject.toml", project["project"]["readme"], *project["project"]["license-files"]}
    assert all((ROOT / path).exists() for path in copied)
    for path in (DEPLOY / "Containerfile", *PAGES):
        for extras in re.findall(r"'(?:\.|dq0-server)\[([\w,]+)\]'", path.read_text(encoding="utf8")):
            assert set(extras.split(",")) <= set(project["project"]["optional-dependencies"])


def test_the_image_runs_as_nobody_s_user_and_starts_what_the_services_say() -> None:
    lines = [line.split(maxsplit=1) for line in image()]
    words = {each[0]: each[1] for each in lines}
    assert words["USER"] == "dq0"
    assert (words["ENTRYPOINT"], words["CMD"]) == ('["dq0"]', '["server", "start"]')
    services = compose()["services"]
    assert {name for name, each in services.items() if each.get("image") == "dq0"} == {"server-1", "server-2", "worker"}
    build = services["worker"]["build"]
    assert (DEPLOY / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()


def test_the_services_reach_one_another_and_nobody_beyond_reaches_them() -> None:
    found = compose()
    for each in found["services"].values():
        assert set(each.get("depends_on", {})) <= set(found["services"])
        assert all(port.startswith("127.0.0.1:") for port in each.get("ports", ()))
        named = {volume.partition(":")[0] for volume in each["volumes"] if not volume.startswith(".")}
        assert named <= set(found["volumes"])
    url = found["services"]["worker"]["environment"]["DQ0_DATABASE_URL"]
    assert re.fullmatch(r"postgresql://(\w+):\$\{POSTGRES_PASSWORD:\?[^}]*\}@(\w+)/(\w+)", url)
    database = found["services"]["database"]["environment"]
    assert f"{database['POSTGRES_USER']}:" in url
    assert url.endswith(f"@database/{database['POSTGRES_DB']}")


def test_paths_in_the_pages_commands_exist() -> None:
    text = "\n".join(block for page in PAGES for block in FENCED.findall(page.read_text(encoding="utf8")))
    named = re.findall(r"\bexamples/[\w./-]+", text)
    assert len(named) >= 3
    assert all((ROOT / path).exists() for path in named)
