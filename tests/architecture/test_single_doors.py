"""What may be done in one place only, so that one place can be made safe."""

from __future__ import annotations

import ast
import fnmatch

import pytest

# What is behind the door, and who may open it. A pattern ending in .* covers what lies below a module.
DOORS = {
    "start a process": (
        [
            "subprocess",
            "multiprocessing",
            "pty",
            "os.system",
            "os.popen",
            "os.exec*",
            "os.spawn*",
            "os.posix_spawn*",
            "os.fork*",
            "os.startfile",
            "asyncio.create_subprocess_*",
            "*.subprocess_exec",
            "*.subprocess_shell",
            "concurrent.futures.ProcessPoolExecutor",
            "concurrent.futures.process",
            "anyio.run_process",
            "anyio.open_process",
            "anyio.to_process",
            "ffmpeg.run",
            "ffmpeg.run_async",
            "ffmpeg.probe",
            "imageio_ffmpeg.read_frames",
            "imageio_ffmpeg.write_frames",
            "imageio_ffmpeg.count_frames_and_secs",
        ],
        {
            "assembly/child.py",  # ffmpeg, and the programs of local providers: ended with their call
            "wiring/prefect_server/serve.py",  # Prefect's server: a process that ends when its last user does
        },
    ),
    "read the environment": (
        ["os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv", "dotenv"],
        {"wiring/settings.py"},
    ),
    "speak HTTP": (
        [
            "httpx",
            "httpx2",
            "requests",
            "urllib.request",
            "urllib3",
            "http.client",
            "aiohttp",
            "websockets",
            "huggingface_hub",
            "torch.hub",
        ],
        {
            "providers/over_http/transport.py",  # what a call is
            "providers/over_http/exchange.py",  # one request of it, with or without our key
            "providers/over_http/connections.py",  # what it goes over
            "providers/over_http/addresses.py",  # sends nothing; what judges an address reads it as the client does
            "providers/over_http/guarded_session.py",  # the same rules for a library that speaks through requests
            "wiring/hub.py",  # weights of an image model, by the model hub's own client
        },
    ),
    "reach a bucket": (
        ["boto3", "botocore", "s3transfer"],
        {
            "vault/bucket.py",
            "vault/refusals.py",  # puts its errors into our words, without the keys they hold
        },
    ),
    "speak to Kitsu": (
        ["gazu"],
        {
            "production/review_tools/kitsu.py",
            "production/review_tools/kitsu_client.py",  # logs in, over our own session
        },
    ),
    "send a message": (["apprise"], {"production/messages/notifying.py"}),
    "make a certified artefact": (
        ["manifests.certificate.Certified()"],
        {
            "production/gating/result.py",  # after the gate has run
            "tasks/make_clip.py",  # what a person certified as an opening
            "production/journey/standing.py",  # gives back what the ledger filed as certified, when a run is resumed
        },
    ),
    "mint a grant": (["manifests.spending.grant.Grant.mint"], {"governor/*"}),
}


@pytest.mark.parametrize("door", DOORS)
def test_only_its_keepers_may(door, product):
    behind, keepers = DOORS[door]
    trespassers = [
        f"{source.path}:{line} {name}"
        for source in product
        if not any(fnmatch.fnmatch(source.path, keeper) for keeper in keepers)
        for name, line in source.names_used
        if _is_behind(name, behind)
    ]
    assert trespassers == []


@pytest.mark.parametrize(
    ("code", "door"),
    [
        ("import subprocess as s", "start a process"),
        ("from asyncio import create_subprocess_exec", "start a process"),
        ("import asyncio\nasync def f(): await asyncio.create_subprocess_shell('x')", "start a process"),
        ("import os\nos.execvp('x', [])", "start a process"),
        ("def f():\n    from multiprocessing import Process", "start a process"),
        ("from os import environ as e\ne['X']", "read the environment"),
        ("import os as o\no.getenv('X')", "read the environment"),
        ("import urllib.request", "speak HTTP"),
        ("from httpx import Client", "speak HTTP"),
        ("def f():\n    import boto3", "reach a bucket"),
        ("from botocore.config import Config", "reach a bucket"),
        ("def f():\n    from apprise import Apprise", "send a message"),
        ("import requests", "speak HTTP"),
        ("from gazu import task", "speak to Kitsu"),
        ("from manifests.certificate import Certified as C\nC(1, 2)", "make a certified artefact"),
        ("from manifests import certificate\ncertificate.Certified(1, 2)", "make a certified artefact"),
        ("from manifests.spending.grant import Grant\nGrant.mint('k', 1)", "mint a grant"),
        ("from manifests.spending import grant\nmake = grant.Grant.mint", "mint a grant"),
    ],
)
def test_a_trespasser_is_seen(code, door, source):
    assert any(_is_behind(name, DOORS[door][0]) for name, _ in source("planted.py", code).names_used)


def test_naming_the_type_of_a_certified_artefact_is_no_trespass(source):
    code = "from manifests.certificate import Certified\ndef f(panel: Certified): return panel.sha256"
    behind = DOORS["make a certified artefact"][0]
    assert not any(_is_behind(name, behind) for name, _ in source("planted.py", code).names_used)


def test_nobody_makes_a_grant_or_a_certified_artefact_behind_its_constructors_back(product):
    backdoors = [
        f"{source.path}:{node.lineno}"
        for source in product
        if source.path != "manifests/spending/grant.py"  # `mint` itself
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr == "__new__"
    ]
    assert backdoors == []


def _is_behind(name, patterns):
    return any(fnmatch.fnmatch(name, each) or fnmatch.fnmatch(name, f"{each}.*") for each in patterns)
