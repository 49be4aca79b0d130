"""A file of tasks/ is one task of Prefect's, called by the file's name."""

from __future__ import annotations

import ast


def test_each_file_of_tasks_has_one_task_with_its_name(product):
    files = [
        source for source in product if source.path.startswith("tasks/") and not source.path.endswith("__init__.py")
    ]
    assert {source.path: _tasks(source.tree) for source in files} == {
        source.path: [source.path.removeprefix("tasks/").removesuffix(".py")] for source in files
    }
    assert len(files) > 10


def test_a_second_task_in_a_file_is_found(source):
    planted = source(
        "tasks/one.py", "@task\nasync def one(): ...\n@task(name='b')\nasync def two(): ...\ndef f(): ...\n"
    )
    assert _tasks(planted.tree) == ["one", "two"]


def _tasks(tree):
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [function.name for function in functions if any(_is_task(each) for each in function.decorator_list)]


def _is_task(decorator):
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id == "task"
