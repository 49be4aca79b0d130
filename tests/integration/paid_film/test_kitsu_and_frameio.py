"""What is Kitsu's alone, and what is Frame.io's: moments, statuses, pages and uploads; and the command line."""

from __future__ import annotations

import json
import ssl

import pytest
import trustme

from manifests.decision import REVIEW_TOOL
from manifests.review.tools import KitsuTool
from production.review_tools import pulling, pushing
from production.review_tools.errors import ToolDown, ToolRefused, ToolUnready
from production.review_tools.gathering import Choice
from production.review_tools.kitsu import Kitsu
from production.review_tools.kitsu_client import KitsuKey
from tests.integration.paid_film.review_rigs import RIGS, FrameioRig, KitsuRig
from tests.stand_ins import frameio, kitsu
from tests.stand_ins.json_server import Answer, serving

FIRST = "SC010_SH0010"
PANEL, CLIP = b"a panel, as bytes", b"a clip, in more bytes than one part of an upload has"


@pytest.fixture
def in_kitsu(with_takes):
    with serving(kitsu.KitsuServer()) as live:
        rig = KitsuRig(live)
        rig.film = with_takes
        push(rig)
        yield rig


@pytest.fixture
def in_frameio(with_takes):
    with serving(frameio.FrameioServer()) as live:
        rig = FrameioRig(live)
        rig.film = with_takes
        yield rig


def push(rig):
    services = rig.film.services
    return pushing.push(services, rig.tool(), [services.scene("SC010")], Choice(), lambda _done, _of: None)


def pull(rig, **config):
    services, tool = rig.film.services, rig.tool(**config)
    found = pulling.find_new(services, tool, [services.scene("SC010")], lambda _done, _of: None)
    pulling.record(services, tool, found, "Tess")
    return [each.decision for each in services.ledger.decided("SC010")]


def test_kitsu_gets_the_film_as_a_production_with_its_rate_its_frames_and_its_words(in_kitsu):
    (project,) = in_kitsu.server.rows["projects"].values()
    assert (project["name"], project["fps"], project["ratio"]) == ("Tea", "24", "16:9")
    shots = [(row["name"], row["nb_frames"], row["description"]) for row in in_kitsu.server.rows["shots"].values()]
    assert shots == [("SH0010", 96, "She sets a cup down."), ("SH0020", 48, "Steam rises.")]

    in_kitsu.film.edit("scenes/SC010.yaml", lambda scene: scene["shots"][1].update(motion="The window fogs."))
    assert push(in_kitsu).updated == 1
    assert [row["description"] for row in in_kitsu.server.rows["shots"].values()][1] == "The window fogs."


def test_a_preview_that_kitsu_cannot_show_is_named(in_kitsu):
    for row in in_kitsu.server.rows["previews"].values():
        row["status"] = "broken"
    assert push(in_kitsu).broken == [f"{FIRST} panel v001", f"{FIRST} draft v001"]


def test_a_status_that_only_stands_while_people_talk_is_one_verdict(in_kitsu):
    mia, ben = in_kitsu.person("Mia Rossi"), in_kitsu.person("Ben Okoro")
    in_kitsu.say(FIRST, "The cup floats.", mia, word="retake")
    in_kitsu.say(FIRST, "It does.", ben, word="retake")

    said = [(each.kind, each.who) for each in pull(in_kitsu)]
    assert said == [("note", "Mia Rossi"), ("verdict", "Mia Rossi"), ("note", "Ben Okoro")]


def test_a_moment_in_a_comment_names_the_version_and_the_frame(in_kitsu):
    panel, _clip = in_kitsu.film.services.ledger.takes(shot=FIRST)
    in_kitsu.server.say("SH0010", "v1 00:00.000 (001) Her collar is open here.", "wfa", in_kitsu.person("Mia Rossi"))

    (note,) = pull(in_kitsu)
    assert (note.remark.take, note.remark.frame) == (panel.generation_key, 0)


def test_a_bot_leaves_a_note_and_gives_no_verdict(in_kitsu):
    bot = in_kitsu.server.person("Scout", "", bot=True)
    in_kitsu.say(FIRST, "The histogram is flat.", bot, word="done")

    (note,) = pull(in_kitsu)
    assert (note.kind, note.who, note.door) == ("note", "Scout", "program")


def test_a_comment_that_was_edited_after_it_was_imported_answers_itself(in_kitsu):
    said = in_kitsu.say(FIRST, "Too dark.", in_kitsu.person("Mia Rossi"))
    pull(in_kitsu)
    said["text"] = "Too dark in the left half."

    notes = pull(in_kitsu)
    assert [(each.why, each.remark.answers) for each in notes] == [
        ("Too dark.", None),
        ("Too dark in the left half.", 1),
    ]
    assert pull(in_kitsu) == notes


def test_kitsu_names_what_it_has_where_film_yaml_names_something_else(in_kitsu):
    with pytest.raises(ToolUnready, match=r"no task type for shots called Grading.*Animation, Compositing.*task_type"):
        in_kitsu.tool(task_type="Grading").check()
    with pytest.raises(ToolUnready, match=r"no task status called ok.*wfa.*publish"):
        in_kitsu.tool(publish="ok").check()


def test_a_certificate_of_the_studios_own_authority_counts_where_this_machine_trusts_it(monkeypatch, tmp_path):
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    authority.cert_pem.write_to_path(tmp_path / "studio.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "studio.pem"))
    with serving(kitsu.KitsuServer(), tls) as live:
        assert KitsuRig(live).tool().check().user == "Tess Dey"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"token": "none at all"}, "does not take the key"),
        ({"token": "a.wrong.one"}, "does not take the key"),
        ({"email": kitsu.EMAIL, "password": "wrong-secret"}, "second factor"),
    ],
)
def test_kitsu_says_which_key_it_does_not_take(given, words):
    with serving(kitsu.KitsuServer()) as live, pytest.raises(ToolUnready, match=words) as refused:
        Kitsu(KitsuKey(url=live.url, **given), KitsuTool(), "Tea").check()
    assert not any(secret in str(refused.value) for secret in given.values() if secret != kitsu.EMAIL)


def test_an_address_that_is_not_the_api_is_said_to_be_none():
    with serving(kitsu.KitsuServer()) as live, pytest.raises(ToolUnready, match="with /api at its end"):
        Kitsu(KitsuKey(url=f"{live.url}/elsewhere", token=kitsu.TOKEN), KitsuTool(), "Tea")


def test_an_upload_goes_part_by_part_and_goes_on_at_the_part_that_broke(in_frameio):
    server, third = in_frameio.server, []
    admit = server.admit

    def once(asked):
        if asked.path.endswith("/2") and not third:
            third.append(asked)
            raise Answer(400, b"<Error/>")
        admit(asked)

    server.admit = once
    with pytest.raises(ToolRefused, match="400"):
        push(in_frameio)
    server.asked.clear()

    push(in_frameio)
    clip = next(row for row in server.files() if "draft" in row["name"])
    assert [path.rpartition("/")[2] for path in server.paths(f"PUT /s3/{clip['id']}")] == ["2", "3"]
    assert [bytes_ for _, bytes_ in server.versions()] == [PANEL, CLIP]


def test_an_upload_whose_addresses_have_expired_begins_again_and_leaves_no_half_file(in_frameio):
    server = in_frameio.server
    server.faults = [("PUT /s3/", Answer(403, b"<Error/>"))]

    push(in_frameio)
    assert [bytes_ for _, bytes_ in server.versions()] == [PANEL, CLIP]
    assert len(server.paths("DELETE")) == 1


def test_the_token_of_frameio_never_goes_to_the_address_of_an_upload(in_frameio):
    push(in_frameio)
    assert in_frameio.server.paths("PUT /s3/")
    assert in_frameio.server.leaked == []


def test_files_that_somebody_stacked_as_versions_are_found_again(in_frameio):
    push(in_frameio)
    server = in_frameio.server
    panel = server.files()[0]
    stack = server._add("version_stack", "SH0010", panel["parent_id"], panel["project_id"])
    for row in server.files():
        row["parent_id"] = stack["id"]
    (in_frameio.film.services.settings.state / "review_tools" / "frameio.json").unlink()

    assert push(in_frameio).there == 2


def test_comments_come_from_every_page_with_their_frames_and_whoever_closed_them(in_frameio):
    push(in_frameio)
    mia, server = in_frameio.person("Mia Rossi"), in_frameio.server
    clip = next(row for row in server.files() if "draft" in row["name"])
    for number in range(5):
        server.say(clip, f"Note {number}.", mia, timestamp=number * 10, duration=5)
    server.say(clip, "At two seconds.", mia, timestamp="00:00:02:03")
    closed = server.say(clip, "Done already.", mia)
    closed.update(completed_at="2026-11-21T13:00:00Z", completer_id=mia["id"])

    notes = pull(in_frameio)
    frames = [(each.remark.frame, each.remark.to_frame) for each in notes[:6]]
    assert frames == [(0, 4), (10, 14), (20, 24), (30, 34), (40, 44), (51, None)]
    assert [(each.remark.resolves, each.remark.answers, each.who) for each in notes[-1:]] == [(True, 7, "Mia Rossi")]
    assert {each.door for each in notes} == {REVIEW_TOOL}


def test_frameio_counts_frames_from_one_where_film_yaml_says_so(in_frameio):
    push(in_frameio)
    in_frameio.say(FIRST, "Here.", in_frameio.person("Mia Rossi"), frame=25)

    (note,) = pull(in_frameio, first_frame=1)
    assert note.remark.frame == 24


def test_a_token_that_reaches_more_than_one_workspace_is_asked_to_name_one(in_frameio):
    in_frameio.server.workspaces.append({**in_frameio.server.workspaces[0], "id": "2", "name": "Ads"})
    with pytest.raises(ToolUnready, match=r"2 workspaces.*GATE_FRAMEIO_WORKSPACE.*Films.*Ads"):
        push(in_frameio)


def test_a_list_that_never_ends_is_left(in_frameio):
    page = Answer(200, {"data": [], "links": {"next": "/v4/accounts?after=p3"}})
    in_frameio.server.faults = [("GET /v4/accounts", page)] * 3
    with pytest.raises(ToolDown, match="list without end"):
        push(in_frameio)


@pytest.fixture(params=RIGS)
def typed(request, with_takes, monkeypatch, gate):
    """The command line of a film whose settings name a tool; gives the tool's command and what types it."""
    kind, server = RIGS[request.param]
    with serving(server()) as live:
        rig = kind(live)
        rig.film = with_takes
        for name, value in rig.environment.items():
            monkeypatch.setenv(name, value)
        rig.type = lambda *words: gate(rig.command, *words)
        yield rig


def test_the_commands_check_push_and_pull_and_print_no_key(typed):
    assert "shows this user no such project" in typed.type("check")[1]
    code, _, err = typed.type("pull", "--yes")
    assert (code, f"Send the takes first: gate {typed.command} push" in err) == (2, True)
    code, out, _ = typed.type("push", "--plan", "--json")
    assert (code, json.loads(out)["sent"]) == (0, [f"{FIRST} panel v001", f"{FIRST} draft v001"])
    assert [path for path in typed.server.paths("POST") if not path.endswith("/login")] == []
    assert "2 versions sent" in typed.type("push", "SC010", "--stage", "panel", "--stage", "clip")[1]
    assert "Its project is Tea" in typed.type("check")[1]

    typed.say(FIRST, "The cup floats.", typed.person("Mia Rossi"), word="retake")
    code, out, _ = typed.type("pull", "--plan", "--json")
    assert [row["kind"] for row in json.loads(out)["new"]] == ["note", "verdict"]
    assert typed.type("pull")[0] == 3  # nobody was asked, and nothing is recorded
    assert typed.film.services.ledger.decided("SC010") == ()
    code, out, err = typed.type("pull", "--yes")
    assert (code, "1 notes and 1 verdicts were recorded" in out) == (0, True)
    assert not any(secret in out + err for secret in typed.secrets)


def test_an_agents_key_neither_sends_nor_imports(typed, monkeypatch):
    monkeypatch.setenv("GATE_AGENT_KEY", "an-agents-key-0815")
    for words in (("check",), ("push",), ("pull", "--yes")):
        code, _, err = typed.type(*words)
        assert (code, "agent's key" in err) == (1, True)
    assert typed.server.asked == []


def test_a_setting_that_is_missing_or_unsafe_is_named(typed, monkeypatch):
    variable = "GATE_KITSU_URL" if typed.name == "Kitsu" else "GATE_FRAMEIO_URL"
    monkeypatch.setenv(variable, "http://kitsu.studio.lan/api")
    assert "travel in clear" in typed.type("check")[2]
    monkeypatch.setenv(variable, typed.server.url)
    for name in typed.environment:
        if name != variable:
            monkeypatch.delenv(name)
    code, _, err = typed.type("check")
    assert (code, "it is not set" in err) == (2, True)


def test_a_rehearsal_sends_nothing_out_of_this_machine(typed, monkeypatch):
    variable = "GATE_KITSU_URL" if typed.name == "Kitsu" else "GATE_FRAMEIO_URL"
    monkeypatch.setenv(variable, "https://kitsu.studio.example/api")
    monkeypatch.setenv("GATE_REHEARSAL", "http://127.0.0.1:9")
    assert "nothing leaves the machine" in typed.type("push")[2]
