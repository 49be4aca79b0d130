"""How a picture travels to a provider: by a link, inside the call, or ahead of it."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from providers.errors import Invalid, Unavailable
from providers.over_http import references
from providers.over_http.references import Travel, address

SHA = "0a" * 32
LINK = f"https://bucket.example/{SHA}?X-Amz-Signature=abc"


@pytest.fixture
def picture(tmp_path):
    """A PNG of 64×48, called by its hash and nothing else, as in a vault."""
    return saved(tmp_path / SHA, "PNG")


def saved(path, form, size=(64, 48)):
    Image.new("RGB", size, 7).save(path, form)
    return path


def nowhere(_sha256):
    return None


class Shelf:
    """Takes files in, and counts them."""

    def __init__(self):
        self.taken = []

    async def __call__(self, path, media_type):
        self.taken.append((path, media_type))
        return f"https://files.example/{len(self.taken)}"


async def test_a_link_is_the_cheapest_way(picture):
    shelf = Shelf()
    assert await address(SHA, picture, Travel(True, 1 << 20, shelf), lambda sha256: LINK) == LINK
    assert shelf.taken == []


@pytest.mark.parametrize("travel", [Travel(True, 1 << 20, Shelf()), Travel(False, 1 << 20, Shelf())])
async def test_a_small_picture_travels_inside_the_call_where_there_is_no_link(picture, travel):
    told = await address(SHA, picture, travel, nowhere)
    kind, _, content = told.partition(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(content) == picture.read_bytes()
    assert travel.upload.taken == []


async def test_a_provider_that_fetches_nothing_gets_no_link(picture):
    assert (await address(SHA, picture, Travel(False, 1 << 20), lambda sha256: LINK)).startswith("data:")


async def test_a_jpeg_says_what_it_is(tmp_path):
    told = await address(SHA, saved(tmp_path / SHA, "JPEG"), Travel(False, 1 << 20), nowhere)
    assert told.startswith("data:image/jpeg;base64,")


async def test_the_largest_picture_that_may_travel_inside_is_one_of_the_bound(picture):
    size = picture.stat().st_size
    assert (await address(SHA, picture, Travel(False, size), nowhere)).startswith("data:")
    with pytest.raises(Invalid):
        await address(SHA, picture, Travel(False, size - 1), nowhere)


async def test_a_large_picture_is_sent_ahead_once(picture):
    shelf = Shelf()
    travel = Travel(True, 10, shelf)
    told = [await address(SHA, picture, travel, nowhere) for _ in range(3)]
    assert told == ["https://files.example/1"] * 3
    assert shelf.taken == [(picture, "image/png")]
    assert await address("0b" * 32, picture, travel, nowhere) == "https://files.example/2"
    assert await address(SHA, picture, Travel(True, 10, shelf), nowhere) == "https://files.example/3"


async def test_what_was_sent_ahead_is_sent_again_when_it_may_be_gone(picture, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(references.time, "monotonic", lambda: now[0])
    travel = Travel(False, 0, Shelf(), upload_life_s=60)
    first = await address(SHA, picture, travel, nowhere)
    now[0] += 59
    assert await address(SHA, picture, travel, nowhere) == first
    now[0] += 1
    assert await address(SHA, picture, travel, nowhere) == "https://files.example/2"


async def test_what_could_not_be_sent_ahead_is_not_remembered(picture):
    answers = [Unavailable("acme", "it is down", "Wait."), "https://files.example/1"]

    async def upload(_path, _media_type):
        said = answers.pop(0)
        if isinstance(said, Exception):
            raise said
        return said

    travel = Travel(False, 0, upload)
    with pytest.raises(Unavailable):
        await address(SHA, picture, travel, nowhere)
    assert await address(SHA, picture, travel, nowhere) == "https://files.example/1"


async def test_a_picture_that_only_a_link_could_carry_asks_for_a_vault_that_has_links(picture):
    with pytest.raises(Invalid, match=r"reference characters/ada/coat/front: .* GATE_VAULT=s3://"):
        await address(SHA, picture, Travel(True, 10), nowhere, name="characters/ada/coat/front")


async def test_a_picture_that_no_way_leads_for_is_refused_with_the_bound(picture):
    with pytest.raises(Invalid, match=r"more than the 10 that the provider takes. Lock a smaller"):
        await address(SHA, picture, Travel(False, 10), nowhere)


@pytest.mark.parametrize(
    ("travel", "words"),
    [
        (Travel(True, side_px_max=63), "64x48 pixels, and the provider takes 0 to 63"),
        (Travel(True, side_px_min=49), "64x48 pixels, and the provider takes 49 to any number"),
        (Travel(True, ratio_max=1.3), "64x48 pixels, and the provider takes no side more than 1.3 times"),
        (Travel(True, formats=("image/jpeg",)), "it is image/png, and the provider reads image/jpeg"),
    ],
)
async def test_a_picture_that_the_provider_could_not_take_is_refused_before_any_way_is_tried(picture, travel, words):
    before = picture.read_bytes()
    with pytest.raises(Invalid, match=words):
        await address(SHA, picture, travel, lambda sha256: LINK)
    assert picture.read_bytes() == before


async def test_a_picture_at_the_bounds_is_taken(picture):
    assert (
        await address(SHA, picture, Travel(True, side_px_min=48, side_px_max=64, ratio_max=4 / 3), lambda sha256: LINK)
        == LINK
    )


@pytest.mark.parametrize("content", [b"", b"<html>", b"GIF89a" + bytes(20), b"\x89PNG\r\n\x1a\n"])
async def test_what_is_no_picture_travels_nowhere(tmp_path, content):
    path = tmp_path / SHA
    path.write_bytes(content)
    with pytest.raises(Invalid, match="it is not a picture"):
        await address(SHA, path, Travel(True), lambda sha256: LINK)


async def test_a_webp_is_read_where_the_provider_reads_it(tmp_path):
    into = io.BytesIO()
    Image.new("RGB", (64, 48)).save(into, "WEBP")
    (tmp_path / SHA).write_bytes(into.getvalue())
    told = await address(SHA, tmp_path / SHA, Travel(False, 1 << 20, formats=("image/webp",)), nowhere)
    assert told.startswith("data:image/webp;base64,")
