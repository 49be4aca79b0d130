import pytest

from manifests.errors import GateError
from manifests.scene import Camera, Shot
from manifests.take import Request
from providers import errors, registry
from providers.capabilities import Capabilities, refuse_excluded
from providers.errors import Invalid

SOLD = Capabilities((4.0, 6.0, 8.0), ("720p", "1080p"), references_max=3, modes=("start_frame",))


def request(**changes):
    mode = changes.pop("mode", "start_frame")
    shot = Shot(id="SC010_SH0010", location="room", camera=Camera(size="wide"), motion="m", duration_s=6, mode=mode)
    settings = {
        "operation": "clip",
        "shot": shot.id,
        "staging": shot,
        "prompt": "p",
        "references": (),
        "resolution": "720p",
        "frames": 144,
        "seed": 1,
        **changes,
    }
    return Request(**settings)


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(Invalid, match="Did you mean previz"):
        registry.factory("prewiz")


def test_a_name_like_nothing_is_refused_with_the_list():
    with pytest.raises(Invalid, match=r"Known are .*previz"):
        registry.factory("zzz")


def test_another_distribution_can_offer_a_provider(monkeypatch):
    from importlib.metadata import EntryPoint

    offered = [EntryPoint(name="theirs", value="builtins:dict", group=registry.GROUP)]
    monkeypatch.setattr(registry, "entry_points", lambda group: offered if group == registry.GROUP else [])
    assert registry.factory("theirs") is dict
    assert registry.known() == tuple(sorted({*registry._OURS, "theirs"}))


def test_what_a_model_sells_is_let_through():
    assert refuse_excluded("m", SOLD, request()) is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"frames": 24 * 5}, "no clip of 5 s. The nearest it makes is 4 s"),
        ({"frames": 24 * 20}, "nearest it makes is 8 s"),
        ({"resolution": "480p"}, "no 480p. Ask for 720p"),
        ({"mode": "start_end_frames"}, "no mode start_end_frames. Use mode: start_frame"),
    ],
    ids=["between two lengths", "too long", "too small", "a mode it lacks"],
)
def test_what_it_does_not_sell_is_refused_with_the_nearest(changes, message):
    with pytest.raises(Invalid, match=message):
        refuse_excluded("m", SOLD, request(**changes))


def test_only_a_proof_that_nothing_was_accepted_makes_a_retry_help():
    family = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, GateError)]
    assert {kind.__name__ for kind in family if kind.retry_helps} == {"RateLimited", "Unavailable"}


def test_an_error_keeps_the_providers_own_words():
    error = errors.Refused("a panel", "moderation said no", "Change the words.", raw='{"code": "E005"}')
    assert error.raw == '{"code": "E005"}'
    assert str(error) == "a panel: moderation said no. Change the words."
