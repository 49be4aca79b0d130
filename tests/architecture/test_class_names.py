"""A class has a name of its own: a name that is read anywhere means one class."""

from __future__ import annotations

import ast
from collections import defaultdict


def test_no_two_classes_of_the_product_share_a_name(product):
    assert _shared(product) == {}


def test_a_shared_name_is_found_wherever_the_class_stands(source):
    planted = [
        source("desk/one.py", "class Offer: ...\nclass _Row: ...\nclass Only: ...\n"),
        source("flows/two.py", "def f():\n    class Offer: ...\n"),
        source("vault/three.py", "if True:\n    class _Row: ...\nclass A:\n    class B: ...\n"),
    ]
    assert _shared(planted) == {"Offer": ["desk/one.py", "flows/two.py"], "_Row": ["desk/one.py", "vault/three.py"]}


def _shared(sources):
    found = defaultdict(list)
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(source.path)
    return {name: sorted(paths) for name, paths in sorted(found.items()) if len(paths) > 1}
