"""A signed film: another process finds it valid, a changed byte and a stripped copy show, no private word is in it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import imageio_ffmpeg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from assembly.provenance import credentials as module
from assembly.provenance.credentials import credentials_for_a_test, read_credentials
from assembly.provenance.errors import UnfitCredentials
from assembly.provenance.signing import sign
from production.wrap.history import history_of
from production.wrap.provenance.making import making_of, source_type

FIRST, SECOND, SCENE = "SC010_SH0010", "SC010_SH0020", "SC010"
ASK = "import sys; from c2pa import Reader; print(Reader(sys.argv[1]).get_validation_state())"
WORDS = "Steam rises."


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """A real MP4 of half a second."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x36:d=0.5:r=24"]
    subprocess.run([*ffmpeg, "-pix_fmt", "yuv420p", str(path)], check=True, timeout=60)
    return path.read_bytes()


@pytest.fixture
def mastered(paid, gate, monkeypatch, clip):
    """A film of one final, whose takes are real MP4s that differ in a `free` box, and its master."""
    put = type(paid.services.vault).put_bytes

    def boxed(self, content):
        free = (8 + len(content)).to_bytes(4, "big") + b"free" + content
        return put(self, clip + free)

    monkeypatch.setattr(type(paid.services.vault), "put_bytes", boxed)
    paid.draft(FIRST)
    gate("approve", FIRST, "--yes", "--why", "the geheimnis is kept", "--prices", str(paid.prices))
    paid.make(FIRST, "clip", "final")
    monkeypatch.undo()
    out = paid.services.settings.out / SCENE
    out.mkdir(parents=True)
    (out / f"{SCENE}_final.mp4").write_bytes(clip)
    return paid


@pytest.fixture
def signed(mastered, gate):
    code, said, _ = gate("sign", SCENE, "--test-certificate", "--film", str(mastered.root))
    assert code == 0
    assert "TEST certificate" in said
    return mastered.services.settings.out / SCENE / "signed" / f"{SCENE}_final.mp4"


def test_another_process_finds_it_valid_and_the_master_is_as_it_was(signed, clip):
    asked = subprocess.run([sys.executable, "-c", ASK, str(signed)], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "Valid"
    assert signed.parent.with_name(signed.name).read_bytes() == clip


def test_it_names_its_clips_the_models_and_the_approvals_and_no_words(mastered, signed, gate):
    code, said, _ = gate("verify", str(signed), "--json")
    told = json.loads(said)
    final = next(t for t in mastered.services.ledger.takes(shot=FIRST, stage="clip") if t.tier == "final")
    assert (code, told["state"], told["sources"]) == (0, "valid", [FIRST])
    assert told["source_type"] == "algorithmicMedia", "previz was trained on nothing"
    assert told["making"]["scenes"][0]["clips"] == [
        {"shot": FIRST, "sha256": final.asset.sha256, "provider": "previz", "model": "previz-clip-1"}
    ]
    assert [(a["shot"], a["tier"]) for a in told["making"]["scenes"][0]["approvals"]] == [(FIRST, "final")]
    held = signed.read_bytes() + signed.with_suffix(".c2pa").read_bytes()
    for words in ("geheimnis", WORDS, mastered.services.shot(FIRST).motion, final.order.prompt):
        assert words.encode() not in held


def test_one_flipped_byte_and_a_copy_by_ffmpeg_both_show(signed, gate, tmp_path):
    changed = bytearray(signed.read_bytes())
    at = changed.index(b"mdat") + 40
    changed[at] ^= 1
    (tmp_path / "flipped.mp4").write_bytes(changed)
    code, said, _ = gate("verify", str(tmp_path / "flipped.mp4"))
    assert code == 1
    assert "assertion.bmffHash.mismatch" in said
    copy = tmp_path / "copy.mp4"
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(signed), "-c", "copy", str(copy)]
    subprocess.run(ffmpeg, check=True, timeout=60)
    code, _, why = gate("verify", str(copy))
    assert code == 2
    assert "put the sidecar, copy.c2pa, beside the file" in why
    shutil.copyfile(signed.with_suffix(".c2pa"), copy.with_suffix(".c2pa"))
    assert gate("verify", str(copy))[0] == 1, "the sidecar belongs to other bytes"


def test_a_hostile_manifest_of_somebody_else_is_read_and_moves_no_cursor(tmp_path, clip, gate):
    (tmp_path / "theirs.mp4").write_bytes(clip)
    sign(
        tmp_path / "theirs.mp4",
        tmp_path / "signed.mp4",
        title="nice\x1b[2Jfilm" + "x" * 5000,
        source_type="trainedAlgorithmicMedia",
        making={"scenes": [7, {"models": "all", "approvals": [{"by": "\x1b]0;x\x07"}, []]}]},
        clips=[],
        credentials=credentials_for_a_test(),
        program={"name": "other", "version": "1"},
    )
    code, said, _ = gate("verify", str(tmp_path / "signed.mp4"))
    assert code == 0
    assert "\x1b" not in said
    assert max(map(len, said.splitlines())) <= 2000


def test_it_is_trusted_where_the_authority_is_named(mastered, gate, tmp_path, monkeypatch):
    key, chain = authority(tmp_path)
    monkeypatch.setenv("GATE_SIGN_KEY", str(key))
    monkeypatch.setenv("GATE_SIGN_CHAIN", str(chain))
    assert gate("sign", SCENE, "--film", str(mastered.root))[0] == 0
    signed = mastered.services.settings.out / SCENE / "signed" / f"{SCENE}_final.mp4"
    root = tmp_path / "root.pem"
    assert json.loads(gate("verify", str(signed), "--json")[1])["state"] == "valid"
    assert json.loads(gate("verify", str(signed), "--trust", str(root), "--json")[1])["state"] == "trusted"


def test_the_whole_film_is_signed_with_every_scene_of_it(mastered, gate, clip):
    assert gate("sign", "--test-certificate", "--film", str(mastered.root))[0] == 2, "gate film has made none yet"
    master = mastered.services.settings.out / "film" / f"{mastered.services.folder.film.code}_final.mp4"
    master.parent.mkdir()
    master.write_bytes(clip)
    assert gate("sign", "--test-certificate", "--film", str(mastered.root))[0] == 0
    told = json.loads(gate("verify", str(master.parent / "signed" / master.name), "--json")[1])
    assert (told["state"], [scene["scene"] for scene in told["making"]["scenes"]]) == ("valid", [SCENE])


def test_without_a_key_nothing_is_signed_and_the_message_names_both_ways(mastered, gate):
    code, _, why = gate("sign", SCENE, "--film", str(mastered.root))
    assert code == 2
    assert "GATE_SIGN_CHAIN" in why
    assert "--test-certificate" in why
    assert not (mastered.services.settings.out / SCENE / "signed").exists()


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ({"own": True}, "signed by itself"),
        ({"days": -1}, "and not now"),
        ({"usage": False}, "does not say what it may be used for"),
        ({"signs": False}, "may not sign"),
        ({"other": True}, "is not that of the key"),
    ],
    ids=["self-signed", "expired", "no-usage", "no-signature", "another-key"],
)
def test_a_chain_that_no_reader_would_take_is_refused_before_anything_is_signed(tmp_path, made, says):
    key, chain = authority(tmp_path, **made)
    with pytest.raises(UnfitCredentials, match=says) as refusal:
        read_credentials(key, chain)
    assert "PRIVATE" not in str(refusal.value)


def test_work_by_hand_makes_it_a_composite(mastered, monkeypatch):
    told = history_of(mastered.services, SCENE)
    assert source_type(mastered.services, [told], [FIRST]) == "algorithmicMedia"
    monkeypatch.setattr("manifests.take.Take.handwork", property(lambda _: True))
    assert source_type(mastered.services, [told], [FIRST]) == "compositeWithTrainedAlgorithmicMedia"
    assert source_type(mastered.services, [told], [SECOND]) == "algorithmicMedia"
    assert making_of(told, {}) | {"models": []} == {"scene": SCENE, "clips": [], "models": [], "approvals": []}


def authority(folder, *, own=False, days=30, usage=True, signs=True, other=False):
    """Write a key, a chain and its root as PEM files, with the fault that is asked for; gives key and chain."""
    now = datetime.now(UTC) - timedelta(days=3)
    above, mine = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP384R1())
    name = {who: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, who)]) for who in ("root", "signer")}

    def built(subject, issuer, public, until):
        start = x509.CertificateBuilder().subject_name(name[subject]).issuer_name(name[issuer])
        dated = start.not_valid_before(now).not_valid_after(until)
        return dated.public_key(public).serial_number(x509.random_serial_number())

    until = datetime.now(UTC) + timedelta(days=days)
    root = built("root", "root", above.public_key(), datetime.now(UTC) + timedelta(days=90))
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    root = root.add_extension(module._usage(sign=False), critical=True).sign(above, hashes.SHA384())
    leaf = built("signer", "signer" if own else "root", mine.public_key(), until)
    leaf = leaf.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    leaf = leaf.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False
    ).add_extension(x509.SubjectKeyIdentifier.from_public_key(mine.public_key()), critical=False)
    if usage:
        leaf = leaf.add_extension(module._usage(sign=signs), critical=True)
        leaf = leaf.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    leaf = leaf.sign(mine if own else above, hashes.SHA384())
    written = ec.generate_private_key(ec.SECP384R1()) if other else mine
    pem = serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(
        written.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    above_it = b"" if own else root.public_bytes(pem)
    (folder / "chain.pem").write_bytes(leaf.public_bytes(pem) + above_it)
    (folder / "root.pem").write_bytes(root.public_bytes(pem))
    return folder / "key.pem", folder / "chain.pem"
