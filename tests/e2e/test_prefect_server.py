"""Prefect's server as we start it: which port it has, and who may speak to it."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import httpx
import pytest

from wiring.errors import PortTaken
from wiring.prefect_server import film_server
from wiring.settings import read_settings

HARBOUR = Path(__file__).parents[2] / "examples" / "harbour"
ASKED = {"limit": 1}


def test_a_port_that_somebody_has_is_refused_before_anything_is_said_to_what_listens_there(tmp_path):
    settings, before = read_settings(tmp_path), dict(os.environ)
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        port = theirs.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"port {port}: .*already in use.*gate up --port"):
            film_server.start(settings, port)
        theirs.settimeout(0)
        with pytest.raises(BlockingIOError):
            theirs.accept()
    assert dict(os.environ) == before
    assert not settings.state.exists()


def test_gate_up_says_which_port_is_taken_and_ends(gate, tmp_path):
    film = tmp_path / "film"
    shutil.copytree(HARBOUR, film, ignore=shutil.ignore_patterns(".gate"))
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        port = theirs.getsockname()[1]
        refused = gate("up", "--film", str(film), "--port", str(port))
    assert refused.returncode == 2
    assert f"gate: port {port}: it cannot be had: Address already in use by process {os.getpid()} (" in refused.stderr
    assert not (film / ".gate" / "up.json").exists()


def test_the_server_itself_refuses_another_sites_page_and_a_foreign_name_and_takes_our_programs(api_url):
    runs = f"{api_url}/flow_runs/filter"
    assert httpx.post(runs, json=ASKED).status_code == 200
    evil = {"origin": "https://evil.example"}
    simple = httpx.post(runs, content=b'{"limit": 1}', headers=evil | {"content-type": "text/plain"})
    assert simple.status_code == httpx.post(runs, json=ASKED, headers=evil).status_code == 403
    assert httpx.post(runs, json=ASKED, headers={"host": "evil.example"}).status_code == 403
    port = httpx.URL(api_url).port
    own = httpx.post(runs, json=ASKED, headers={"origin": f"http://localhost:{port}"})
    assert own.headers["access-control-allow-origin"] == f"http://localhost:{port}"
