"""Imports only fall: import-linter's contracts in pyproject.toml, and what they cannot say."""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

# What a task may know of providers: what every one of them promises. An adapter is reached by its name in film.yaml.
PROMISES = ("providers.contract", "providers.errors", "providers.capabilities")


def test_every_import_contract_holds(root, project, folders, present, tmp_path):
    config = tmp_path / ".importlinter"
    _write_for_what_is_built(config, project["tool"]["importlinter"], set(folders) - present)
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--config", config, "--no-cache"], cwd=root, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_folder_of_the_product_escapes_the_contracts(project, folders, present):
    config = project["tool"]["importlinter"]
    contracts = {contract["id"]: contract for contract in config["contracts"]}
    layers = {name.strip(" ()") for layer in contracts["floors"]["layers"] for name in layer.split("|")}
    below_tasks = layers - {"tasks", "flows", "desk", "rehearsal"}

    assert present <= set(config["root_packages"])
    assert layers == set(folders)
    assert below_tasks | ({"rehearsal"} & present) == set(contracts["prefect"]["source_modules"])
    assert present <= set(contracts["product"]["source_modules"])


def test_every_contract_says_why(root):
    lines = (root / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    heads = [number for number, line in enumerate(lines) if line == "[[tool.importlinter.contracts]]"]
    silent = [lines[head + 1] for head in heads if not _comment_above(lines, head).startswith("# Why: ")]
    assert heads
    assert silent == []


def test_tasks_and_flows_know_of_providers_only_what_all_promise(product):
    known = [
        f"{source.path}:{line} {name}"
        for source in product
        if source.folder in {"tasks", "flows"}
        for name, line in source.names_used
        if name.partition(".")[0] == "providers" and not name.startswith(PROMISES)
    ]
    assert known == []


def test_no_import_is_relative(product):
    # A relative import hides from a reader which floor it looks at.
    relative = [source.path for source in product if "\nfrom ." in source.text]
    assert relative == []


def _comment_above(lines, head):
    first = head
    while lines[first - 1].startswith("#"):
        first -= 1
    return lines[first]


def _write_for_what_is_built(file, config, absent):
    """The same contracts for a house whose upper floors may still be missing:
    import-linter refuses what it cannot find.
    """

    def built(names):
        return "\n".join(name for name in names if name.partition(".")[0] not in absent)

    ini = configparser.ConfigParser()
    ini["importlinter"] = {"root_packages": built(config["root_packages"]), "include_external_packages": "True"}
    for contract in config["contracts"]:
        section = {key: "\n".join(value) if isinstance(value, list) else value for key, value in contract.items()}
        if contract["type"] == "layers":
            rows = [[name.strip(" ()") for name in layer.split("|")] for layer in contract["layers"]]
            section["layers"] = "\n".join(
                " | ".join(f"({name})" if name in absent else name for name in row) for row in rows
            )
        else:
            section["source_modules"] = built(contract["source_modules"])
        if section.get("source_modules", "some"):
            ini[f"importlinter:contract:{section.pop('id')}"] = section
    with file.open("w", encoding="utf-8") as out:
        ini.write(out)
