"""What is installed, what is locked, and what is released agree."""

from __future__ import annotations

import re
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from desk.cli import own_packages

OURS = "check-the-gate"


@pytest.fixture(scope="module")
def locks(root):
    return {file: _pins(root / file) for file in ("requirements.lock", "requirements-dev.lock")}


def test_no_other_distribution_owns_one_of_our_folder_names(folders):
    owners = packages_distributions()
    others = {folder: set(owners[folder]) - {OURS} for folder in folders if folder in owners}
    assert {folder: names for folder, names in others.items() if names} == {}


def test_the_start_looks_at_each_of_our_folder_names(folders):
    assert set(own_packages._NAMES) == set(folders)


def test_the_locks_are_names_and_versions_and_where_they_apply(root, locks):
    for file, pins in locks.items():
        lines = (root / file).read_text(encoding="utf-8").splitlines()
        assert lines[0] == "# Made by `make lock` from pyproject.toml. Do not edit."
        odd = [line for line in lines[1:] if not re.fullmatch(r"[a-z0-9][a-z0-9-]*==[0-9][0-9a-z.]*(; .+)?", line)]
        assert odd == []
        assert len(pins) == len(lines) - 1


def test_no_cuda_package_is_locked(locks):
    # They are gigabytes, and which ones a machine needs is for pip to find where there is a GPU.
    cuda = [name for pins in locks.values() for name in pins if name.startswith(("nvidia", "cuda", "triton"))]
    assert cuda == []


def test_the_lock_satisfies_pyproject(project, locks):
    wishes = [Requirement(wish) for wish in (*project["project"]["dependencies"], *project["build-system"]["requires"])]
    pins = locks["requirements.lock"]
    wrong = [str(wish) for wish in wishes if not wish.specifier.contains(pins.get(canonicalize_name(wish.name), "0"))]
    assert wrong == [], "run make lock"


def test_the_development_lock_adds_the_extras_and_repeats_nothing(project, locks):
    extras = project["project"]["optional-dependencies"]
    wishes = [Requirement(wish) for wishes in extras.values() for wish in wishes]
    pins = {**locks["requirements.lock"], **locks["requirements-dev.lock"]}
    wrong = [str(wish) for wish in wishes if not wish.specifier.contains(pins.get(canonicalize_name(wish.name), "0"))]
    assert wrong == [], "run make lock"
    assert not locks["requirements.lock"].keys() & locks["requirements-dev.lock"].keys()


def test_every_dependency_is_explained(root, project):
    text = (root / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = {canonicalize_name(name) for name in re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)}
    extras = project["project"]["optional-dependencies"].values()
    wishes = [*project["project"]["dependencies"], *(wish for extra in extras for wish in extra)]
    assert {canonicalize_name(Requirement(wish).name) for wish in wishes} - explained == set()


def test_the_changelogs_newest_version_is_the_projects(root, project):
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    released = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)", head) for head in heads[1:]]
    assert re.fullmatch(r"\[Unreleased\]( \(will be \d+\.\d+\.\d+\))?", heads[0])
    assert all(released), "a release reads: ## [1.2.3] - 2026-12-31"

    planned = re.search(r"will be (\S+)\)", heads[0])
    newest = planned[1] if planned else released[0][1]
    assert newest == project["project"]["version"]


def test_it_can_never_be_published_by_mistake(project):
    # Its top-level folders have names that belong to nobody, and so to everybody.
    assert "Private :: Do Not Upload" in project["project"]["classifiers"]


def _pins(file):
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.partition(";")[0].split("==") for line in lines if not line.startswith("#"))
