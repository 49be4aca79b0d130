"""OpenRouter's own client, unmodified, takes the rehearsal for OpenRouter:
it makes a clip, and raises its own errors.
"""

from __future__ import annotations

import io
import itertools

import av
import httpx
import pytest
from openrouter import OpenRouter, errors
from openrouter.utils import RetryConfig

from rehearsal.faults import Script
from rehearsal.live import live

NUMBERS = itertools.count(1)
ASKED = {
    "model": "bytedance/seedance-2.0-fast",
    "prompt": "A quay in the rain.",
    "duration": 4,
    "resolution": "480p",
    "aspect_ratio": "16:9",
    "generate_audio": False,
    "seed": 7,
}
BILL_USD = 0.170495
ONCE = RetryConfig("none", None, retry_connection_errors=False)
"""As it comes it sends a paid call again after a 5xx."""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with live(tmp_path_factory.mktemp("rehearsal"), Script(pictures="plain", job_s=0)) as running:
        yield running


@pytest.fixture
def night(house):
    """Plays a script for an account of its own, and gives the client that has its key."""
    clients = []

    def begin(*faults, key=None, **account):
        mine = f"sk-test-or-sdk-{next(NUMBERS)}"
        accounts = [{"provider": "openrouter", "key": mine, **account}]
        told = {"pictures": "plain", "job_s": 0, "faults": faults, "accounts": accounts}
        house.tell(Script.model_validate(told))
        client = OpenRouter(
            api_key=key or mine,
            server_url=house.host("https://openrouter.ai/api/v1"),
            retry_config=ONCE,
            client=httpx.Client(trust_env=False, follow_redirects=True),
        )
        clients.append(client)
        return client.video_generation, client

    yield begin
    for client in clients:
        client.sdk_configuration.client.close()


def ended(videos, job_id):
    for _ in range(400):
        told = videos.get_generation(job_id=job_id)
        if told.status not in {"pending", "in_progress"}:
            return told
    raise AssertionError(told)


def test_it_makes_a_clip(night):
    videos, _ = night()
    frame = {
        "type": "image_url",
        "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="},
        "frame_type": "first_frame",
    }
    job = videos.generate(**ASKED, frame_images=[frame])
    assert (job.status, job.polling_url) == ("pending", f"/api/v1/videos/{job.id}")
    told = ended(videos, job.id)
    assert (told.status, told.usage.cost, told.usage.is_byok) == ("completed", BILL_USD, False)
    content = videos.get_video_content(job_id=job.id, index=0).read()
    with av.open(io.BytesIO(content)) as film:
        shown = film.streams.video[0]
        assert (shown.width, shown.height, sum(1 for _ in film.decode(shown))) == (864, 496, 96)


def test_it_makes_a_clip_from_references(night):
    videos, _ = night()
    shown = [{"type": "image_url", "image_url": {"url": "https://bucket.example.com/1.png"}}]
    assert ended(videos, videos.generate(**ASKED, input_references=shown).id).status == "completed"


def test_it_reads_the_catalogue_and_its_prices(night):
    videos, _ = night()
    models = {model.id: model for model in videos.list_videos_models().data}
    assert models["bytedance/seedance-2.0-fast"].pricing_skus["video_tokens"] == "0.0000042"
    assert models["x-ai/grok-imagine-video"].seed is None
    assert len(models) == 11


@pytest.mark.filterwarnings("ignore:.*DEPRECATED:DeprecationWarning")  # the client's own word for its `rate_limit`
@pytest.mark.parametrize(("limit", "left"), [("2.50", 2.5), (None, None)])
def test_it_reads_what_is_left_of_a_key(night, limit, left):
    _, client = night(limit_usd=limit, limit_reset="monthly")
    told = client.api_keys.get_current_key_metadata().data
    assert (told.limit_remaining, told.limit_reset) == (left, "monthly" if limit else None)
    assert (told.effective_budget and told.effective_budget.remaining_usd) == left


@pytest.mark.parametrize(
    ("asked", "faults", "account", "error", "words"),
    [
        ({}, [], {"key": "sk-test-nobody"}, errors.UnauthorizedResponseError, "No auth credentials found"),
        ({}, [], {"credit_usd": "0.10"}, errors.PaymentRequiredResponseError, "Insufficient credits"),
        ({}, [], {"limit_usd": "0.10"}, errors.ForbiddenResponseError, "Key limit exceeded (total limit)"),
        (
            {},
            [],
            {"limit_usd": "0.10", "limit_reset": "daily"},
            errors.ForbiddenResponseError,
            "Key limit exceeded (daily limit)",
        ),
        ({"model": "maker/none"}, [], {}, errors.NotFoundResponseError, "Resource not found"),
        ({"duration": 3}, [], {}, errors.BadRequestResponseError, "Duration must be between 4 and 15"),
        ({}, [{"fault": "moderation_input"}], {}, errors.BadRequestResponseError, "InputTextSensitiveContentDetected"),
        (
            {},
            [{"fault": "rate_limited", "retry_after_s": 1}],
            {},
            errors.TooManyRequestsResponseError,
            "Rate limit exceeded",
        ),
        (
            {},
            [{"fault": "server_error_free", "status": 500}],
            {},
            errors.InternalServerResponseError,
            "Internal Server Error",
        ),
        (
            {},
            [{"fault": "server_error_after_accept", "status": 503}],
            {},
            errors.ServiceUnavailableResponseError,
            "Provider returned error",
        ),
    ],
)
def test_what_is_refused_is_its_own_error(night, asked, faults, account, error, words):
    videos, _ = night(*faults, **account)
    with pytest.raises(error) as refused:
        videos.generate(**{**ASKED, **asked})
    assert words in str(refused.value.data.error.message)


def test_a_job_that_is_not_there_is_its_own_error(night):
    videos, _ = night()
    with pytest.raises(errors.NotFoundResponseError):
        videos.get_generation(job_id="gen-vid-1-none")


def test_what_moderation_refuses_afterwards_is_a_job_that_failed_with_the_makers_words(night):
    videos, _ = night({"fault": "moderation_output"})
    told = ended(videos, videos.generate(**ASKED).id)
    assert told.status == "failed"
    assert "may contain sensitive information" in told.error
