"""gate vault, and a film whose media are in a bucket, as people and programs meet them."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import shutil
import socket

import pytest

from desk.cli import progress
from desk.cli.tools import doctor
from manifests.roster import RosterGap, compare
from manifests.spending.grant import Grant
from production.planning.rehearsing import lay_out
from vault.bucket import Bucket, Patience
from vault.errors import StoreDown
from wiring.opening import open_services
from wiring.settings import read_settings
from wiring.stores import both_stores, open_store

SHOT = "SC010_SH0010"
NAMES = 5


@pytest.fixture
def url(paid, s3, tmp_path) -> str:
    """A place in the bucket for this test; the film is not told of it yet."""
    return f"s3://{s3.bucket}/desk/{tmp_path.name}"


@pytest.fixture
def behind(s3, url):
    """Changes the bucket behind our back."""

    class Behind:
        client, prefix = s3.client(), url.removeprefix(f"s3://{s3.bucket}/")

        def key(self, sha256: str) -> str:
            return f"{self.prefix}/objects/{sha256[:2]}/{sha256}"

        def delete(self, sha256: str) -> None:
            self.client.delete_object(Bucket=s3.bucket, Key=self.key(sha256))

        def spoil(self, sha256: str) -> None:
            self.client.put_object(Bucket=s3.bucket, Key=self.key(sha256), Body=b"spoilt")

    return Behind()


@pytest.fixture
def drafted(paid):
    """The film with one draft; gives the hashes of its clip and its panel."""
    paid.draft()
    takes = {take.stage: take.asset.sha256 for take in paid.services.ledger.takes(shot=SHOT)}
    return takes["clip"], takes["panel"]


def facts(gate, *words: str) -> tuple[object, dict]:
    code, out, _ = gate("vault", *words, "--json")
    return code, json.loads(out)


# push and pull


def test_a_push_carries_everything_once_and_a_pull_brings_it_to_another_machine(
    paid, drafted, url, gate, tmp_path, monkeypatch
):
    local = dict(open_store(read_settings()).vault.sizes())
    code, sent = facts(gate, "push", "--to", url)
    assert (code, sent["sent"], sent["names_written"]) == (0, len(local), NAMES)
    assert sent["sent_bytes"] == sum(local.values())
    code, again = facts(gate, "push", "--to", url)
    assert (code, again["sent"], again["there"], again["names_written"], again["names_there"]) == (
        0,
        0,
        len(local),
        0,
        NAMES,
    )

    monkeypatch.setenv("GATE_STATE", str(tmp_path / "elsewhere"))
    code, fetched = facts(gate, "pull", "--from", url)
    assert (code, fetched["sent"], fetched["names_written"]) == (0, len(local), NAMES)
    there = open_store(read_settings())
    assert dict(there.vault.sizes()) == local
    assert there.canon.links() == open_store(read_settings(paid.root)).canon.links()
    assert facts(gate, "pull", "--from", url)[1]["there"] == len(local)


def test_a_push_says_in_plain_words_what_it_did(paid, url, gate):
    paid.services.store_picture(next((paid.root / "assets").rglob("*.png")), 40, 120)
    code, out, err = gate("vault", "push", "--to", url)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == f"{paid.root / '.gate' / 'vault'} → {url}"
    assert "2 copied (0.0 MB), 0 there already" in out
    assert f"{NAMES} written, 0 there already" in out


def test_a_name_that_stands_for_something_else_there_is_left_alone_until_asked(paid, url, gate):
    def say(content: bytes, who: str) -> None:
        paid.services.canon.link("locations/kitchen", paid.services.vault.put_bytes(content), who)

    say(b"a kitchen", "Ada")
    assert facts(gate, "push", "--to", url)[0] == 0
    say(b"another kitchen", "Ben")
    canon = both_stores(read_settings(), url)[1].canon
    code, out, _ = gate("vault", "push", "--to", url)
    assert code == 1
    assert "differing locations/kitchen" in out
    assert "gate vault push --replace" in out
    assert canon.resolve("locations/kitchen").approved_by == "Ada"
    code, sent = facts(gate, "push", "--to", url, "--replace")
    assert (code, sent["names_written"]) == (0, 1)
    assert canon.resolve("locations/kitchen").approved_by == "Ben"


def test_what_is_damaged_here_is_left_out_and_named(paid, drafted, url, gate):
    clip, _ = drafted
    spoilt = open_store(read_settings()).vault.path(clip)
    spoilt.chmod(0o644)
    spoilt.write_bytes(b"spoilt")
    code, sent = facts(gate, "push", "--to", url)
    assert code == 1
    assert [each["name"] for each in sent["left_out"]] == [clip]
    assert "Restore a file" in sent["left_out"][0]["cure"]
    assert clip not in dict(both_stores(read_settings(), url)[1].vault.sizes())


def test_a_name_whose_picture_is_damaged_here_is_not_pushed(paid, url, gate):
    canon = paid.services.canon
    spoilt = paid.services.vault.path(paid.services.vault.put_bytes(b"a kitchen"))
    canon.link("locations/kitchen", spoilt.name, "Ada")
    spoilt.chmod(0o644)
    spoilt.write_bytes(b"spoilt")
    code, sent = facts(gate, "push", "--to", url)
    assert (code, sent["names_written"]) == (1, NAMES - 1)
    assert "locations/kitchen" not in both_stores(read_settings(), url)[1].canon.names()


def test_a_pushed_copy_heals_what_was_damaged_in_the_bucket(drafted, url, gate, behind):
    clip, _ = drafted
    facts(gate, "push", "--to", url)
    behind.spoil(clip)
    assert facts(gate, "check", "--in", url)[0] == 1
    assert facts(gate, "push", "--to", url)[0] == 0
    assert facts(gate, "check", "--in", url)[0] == 0


def test_progress_is_told_while_it_takes_long(paid, drafted, url, gate, monkeypatch):
    monkeypatch.setattr(progress, "_QUIET_S", -1.0)
    code, out, err = gate("vault", "push", "--to", url, "--json")
    assert code == 0
    count = json.loads(out)["sent"]
    assert f"  {count} of {count} sent or there …" in err


@pytest.mark.parametrize("words", [["push"], ["pull"]], ids=" ".join)
def test_without_a_bucket_the_command_asks_for_one(paid, s3, gate, words):
    code, _, err = gate("vault", *words)
    assert code == 2
    assert "s3://my-bucket/my-film, or set GATE_VAULT" in err


@pytest.mark.parametrize("words", [["push"], ["pull"], ["check"]], ids=" ".join)
def test_a_folder_without_a_film_is_refused(s3, gate, tmp_path, words):
    code, _, err = gate("vault", *words, "--film", str(tmp_path))
    assert code == 2
    assert "there is no film.yaml in it" in err


@pytest.mark.parametrize(
    "url",
    [
        "https://sk-planted@s3.amazonaws.com/b",
        "s3://B",
        "s3://film/../other",
        "s3://film//x",
        "s3://sk-planted:secret@film/x",
        "film",
    ],
)
def test_an_address_that_is_none_is_refused_and_not_repeated(paid, s3, gate, url):
    code, out, err = gate("vault", "push", "--to", url)
    assert (code, out) == (2, "")
    assert "Write it as s3://my-bucket/my-film" in err
    assert "sk-planted" not in err


@pytest.mark.parametrize(
    "endpoint", ["127.0.0.1:8333", "https://sk-planted:secret@r2.example.com", "https://r2.example.com/film"]
)
def test_an_endpoint_that_is_none_is_refused_and_not_repeated(paid, s3, gate, monkeypatch, endpoint):
    monkeypatch.setenv("GATE_VAULT_ENDPOINT", endpoint)
    code, _, err = gate("vault", "push", "--to", "s3://film")
    assert code == 2
    assert "Write GATE_VAULT_ENDPOINT=https://HOST" in err
    assert "sk-planted" not in err


# check


def test_a_sound_vault_is_said_to_be_sound_here_and_in_the_bucket(paid, drafted, url, gate):
    facts(gate, "push", "--to", url)
    for words in ([], ["--in", url]):
        code, out, _ = gate("vault", "check", *words)
        assert code == 0
        assert "every byte was read" in out
        assert "Nothing is missing, and nothing has changed." in out


def test_what_is_missing_is_named_with_who_names_it(drafted, url, gate, behind):
    clip, panel = drafted
    facts(gate, "push", "--to", url)
    behind.delete(clip)
    behind.delete(panel)
    code, found = facts(gate, "check", "--in", url)
    assert code == 1
    named = {each["sha256"]: each["named_by"] for each in found["missing"]}
    assert set(named) == {clip, panel}
    assert named[clip] == [f"{SHOT} draft clip v001", f"certificate of {SHOT} draft clip"]
    assert f"{SHOT} draft panel v001" in named[panel]
    code, out, _ = gate("vault", "check", "--in", url)
    assert code == 1
    assert f"missing   {clip[:12]}  {SHOT} draft clip v001" in out
    assert "gate vault push" in out


def test_what_has_changed_is_found_by_its_bytes_and_not_by_its_name(drafted, url, gate, behind):
    clip, _ = drafted
    facts(gate, "push", "--to", url)
    behind.spoil(clip)
    code, found = facts(gate, "check", "--in", url)
    assert (code, found["missing"]) == (1, [])
    assert [each["name"] for each in found["changed"]] == [clip]
    assert "changed" in gate("vault", "check", "--in", url)[1]
    code, quick = facts(gate, "check", "--in", url, "--quick")
    assert (code, quick["changed"], quick["bytes_were_read"]) == (0, [], False)


def test_what_nothing_names_is_counted_and_is_no_fault(paid, drafted, gate):
    orphan = paid.services.vault.put_bytes(b"nobody asked for this")
    code, found = facts(gate, "check")
    assert (code, found["orphaned"]) == (0, [{"sha256": orphan, "bytes": 21}])
    assert "1 (0.0 MB): no canonical name, lock, take, certificate or free step" in gate("vault", "check")[1]


@pytest.mark.parametrize("folder", ["steps", "last_frames", "guides"])
def test_what_a_free_step_has_made_here_is_no_orphan(paid, drafted, gate, folder):
    made = paid.services.vault.put_bytes(b"a cut, a last frame or a guide")
    note = paid.services.settings.vault / folder / "note-1"
    note.parent.mkdir(exist_ok=True)
    note.write_text(json.dumps({"result": {"sha256": made}}))
    assert facts(gate, "check")[1]["orphaned"] == []


def test_a_link_that_cannot_be_read_is_a_change(paid, drafted, gate):
    link = paid.services.settings.vault / "canon" / "props" / "cup.json"
    link.parent.mkdir()
    link.write_text("{")
    code, found = facts(gate, "check")
    assert code == 1
    assert [each["name"] for each in found["changed"]] == ["props/cup"]


def test_a_damaged_link_is_written_anew_from_its_picture(paid, gate):
    link = paid.services.settings.vault / "canon" / "locations" / "kitchen.json"
    good = link.read_text()
    link.write_text("{")
    (paid.root / "scenes/SC010.yaml").touch()  # this process opens the film anew
    assert gate("vault", "check")[0] == 0
    assert link.read_text() == good


# A film whose media are in a bucket


@pytest.fixture
def in_bucket(url, monkeypatch) -> str:
    monkeypatch.setenv("GATE_VAULT", url)
    return url


def test_another_machine_finds_the_film_in_the_bucket_and_its_roster_too(
    in_bucket, paid, drafted, gate, tmp_path, monkeypatch
):
    clip, _ = drafted
    assert paid.services.vault.place == in_bucket
    (tmp_path / "elsewhere").mkdir()
    for books in (paid.root / ".gate").glob("ledger.sqlite*"):  # its newest pages may lie beside it
        shutil.copy(books, tmp_path / "elsewhere")
    monkeypatch.setenv("GATE_STATE", str(tmp_path / "elsewhere"))
    shutil.rmtree(paid.root / "assets")
    (paid.root / "assets").mkdir()

    there = paid.services
    assert (len(there.canon.names()), compare(there.folder.bible, frozenset(there.canon.names()))) == (
        NAMES,
        RosterGap((), ()),
    )
    assert set(there.references().paths) == set(there.canon.names())
    assert there.vault.path(clip).is_relative_to(tmp_path / "elsewhere" / "vault")
    assert paid.steps()["draft", "clip"].does == "cached"
    assert facts(gate, "check")[0] == 0


def test_a_rehearsal_borrows_the_pictures_of_the_bucket_and_puts_nothing_into_it(in_bucket, paid, gate):
    vault = paid.services.vault
    before = dict(vault.sizes())
    apart = open_services(lay_out(read_settings(paid.root), dt.datetime(2026, 11, 21, tzinfo=dt.UTC)))
    apart.vault.put_bytes(b"a rehearsed take")
    assert apart.vault.place.endswith("/.gate/vault")
    assert apart.hashes() == paid.services.hashes()
    assert dict(vault.sizes()) == before


def test_doctor_says_which_vault_it_is_and_which_of_its_links_is_damaged(
    in_bucket, paid, gate, behind, s3, monkeypatch
):
    monkeypatch.setattr(doctor, "_EXAMS", {"vault": doctor._vault})
    code, out, _ = gate("doctor")
    first, *_ = out.splitlines()
    assert (code, first.split()) == (0, ["✓", "vault", f"{in_bucket},", str(NAMES), "canonical", "names"])
    behind.client.put_object(Bucket=s3.bucket, Key=f"{behind.prefix}/canon/props/cup.json", Body=b"{")
    (paid.root / "scenes/SC010.yaml").touch()  # this process opens the film anew
    code, out, _ = gate("doctor")
    assert code == 1
    assert "props/cup: its link cannot be read" in out


def test_a_server_that_is_down_ends_a_command_with_a_sentence_and_nothing_is_written(paid, s3, gate, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setattr("vault.bucket.Patience", lambda: Patience(1, 1, attempts=1))
    monkeypatch.setenv("GATE_VAULT", "s3://film/tea")
    monkeypatch.setenv("GATE_VAULT_ENDPOINT", f"http://127.0.0.1:{port}")
    for words in (["plan", "SC010"], ["vault", "check"], ["vault", "push"]):
        code, out, err = gate(*words)
        assert (code, out) == (1, "")
        assert err.startswith(
            "gate: s3://film/tea: its server cannot be reached (EndpointConnectionError). Nothing is lost: try again."
        )
        assert s3.key not in err
        assert s3.secret not in err
    assert not (paid.root / ".gate").exists()


async def test_a_paid_output_that_the_bucket_cannot_take_now_stays_held_and_is_collected_later(
    in_bucket, paid, gate, monkeypatch
):
    grants, minted = [], Grant.mint.__func__
    monkeypatch.setattr(Grant, "mint", classmethod(lambda *given: grants.append(minted(*given)) or grants[-1]))
    key = paid.hold(SHOT, "panel")
    services = paid.services
    job = await services.provider("panel").submit(grants[-1], key, services.ledger.take(key).request)
    services.ledger.submitted(key, job.job_id)

    def down(self, key, *_, **__):
        raise StoreDown(self.address(key), "its server has no time or is in trouble (SlowDown)", "Try again.")

    with monkeypatch.context() as patched:
        patched.setattr(Bucket, "put", down)
        _, said, _ = await asyncio.to_thread(gate, "reconcile")
    assert "SlowDown" in said
    balance = services.ledger.balance("scene:SC010")
    assert (services.ledger.take(key).state, balance.settled) == ("submitted", 0)
    assert balance.held > 0

    assert (await asyncio.to_thread(gate, "reconcile"))[0] == 0
    take = services.ledger.take(key)
    assert (take.state, services.ledger.audit()) == ("settled", [])
    services.vault.examine(take.asset.sha256)
