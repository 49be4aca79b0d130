"""google-genai, as PyPI has it, against our rehearsal of Google: it makes things, and raises its own right errors."""

from __future__ import annotations

import base64
import io
import json
import urllib.request
import uuid
import warnings

import pytest
from google import genai
from google.genai import errors, types
from PIL import Image
from pydantic import BaseModel, Field

from rehearsal.faults import AccountTerms, Fault, Script
from rehearsal.live import live

HOST = "https://generativelanguage.googleapis.com"
PANEL, JUDGE, VEO = "gemini-3-pro-image", "gemini-3.8-flash", "veo-3.1-generate-001"


class Score(BaseModel):
    score: int = Field(ge=0, le=10)
    why: str


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with live(tmp_path_factory.mktemp("rehearsal"), Script(pictures="plain", job_s=0)) as running:
        yield running


@pytest.fixture
def google(house):
    """Google's client with a key of its own; `faults` befall its calls."""
    key, made = f"rehearsal-{uuid.uuid4().hex}", []

    def client(*faults, key_sent=key, **options):
        account = AccountTerms(provider="gemini", key=key)
        house.tell(
            Script(pictures="plain", job_s=0, accounts=(account,), faults=tuple(Fault(**each) for each in faults))
        )
        http = types.HttpOptions(base_url=house.host(HOST), **options)
        made.append(genai.Client(api_key=key_sent, http_options=http))
        return made[-1]

    yield client
    for each in made:
        each.close()


@pytest.fixture
def png():
    file = io.BytesIO()
    Image.new("RGB", (320, 180), (90, 80, 70)).save(file, "PNG")
    return types.Part.from_bytes(data=file.getvalue(), mime_type="image/png")


def picture_config(size="1K", aspect="16:9"):
    return types.GenerateContentConfig(
        response_modalities=["TEXT", "IMAGE"],
        seed=7,
        image_config=types.ImageConfig(aspect_ratio=aspect, image_size=size),
    )


@pytest.mark.parametrize("version", ["v1", "v1beta"])
def test_a_picture_is_made_from_words_and_pictures(google, png, version):
    answer = google(api_version=version).models.generate_content(
        model=PANEL, contents=["make it red", png, png], config=picture_config("2K")
    )
    (inline,) = [part.inline_data for part in answer.parts if part.inline_data]
    with Image.open(io.BytesIO(inline.data)) as made:
        assert (made.format, made.size, inline.mime_type) == ("PNG", (2752, 1536), "image/png")
    used = answer.usage_metadata
    assert (used.candidates_token_count, used.thoughts_token_count) == (1120, 112)
    assert used.prompt_token_count >= 2 * 560
    assert used.total_token_count == used.prompt_token_count + 1120 + 112
    assert (answer.model_version, answer.candidates[0].finish_reason) == (PANEL, types.FinishReason.STOP)


async def test_its_other_client_makes_the_same(google):
    async with google().aio as client:
        answer = await client.models.generate_content(model=PANEL, contents="a quay", config=picture_config())
    with Image.open(io.BytesIO(answer.parts[-1].inline_data.data)) as made:
        assert made.size == (1376, 768)


def test_a_blocked_prompt_and_a_held_picture_are_as_it_knows_them(google):
    blocked = google({"fault": "moderation_input"}).models.generate_content(
        model=PANEL, contents="x", config=picture_config()
    )
    assert (blocked.candidates, blocked.text) == (None, None)
    assert blocked.prompt_feedback.block_reason == types.BlockedReason.PROHIBITED_CONTENT
    assert blocked.usage_metadata.prompt_token_count > 0
    held = google({"fault": "moderation_output"}).models.generate_content(
        model=PANEL, contents="x", config=picture_config()
    )
    assert held.candidates[0].finish_reason == types.FinishReason.IMAGE_SAFETY
    assert held.candidates[0].finish_message is None  # it drops it: the raw answer has it
    config = picture_config().model_copy(update={"should_return_http_response": True})
    raw = google({"fault": "moderation_output"}).models.generate_content(model=PANEL, contents="x", config=config)
    assert "Unable to show" in json.loads(raw.sdk_http_response.body)["candidates"][0]["finishMessage"]


@pytest.mark.parametrize("how", ["response_schema", "response_json_schema"])
def test_a_judge_answers_by_a_schema(google, png, how):
    schema = Score if how == "response_schema" else Score.model_json_schema()
    answer = google().models.generate_content(
        model=JUDGE,
        contents=["Is it her?", png],
        config=types.GenerateContentConfig(
            response_mime_type="application/json",
            temperature=0,
            media_resolution="MEDIA_RESOLUTION_LOW",
            thinking_config=types.ThinkingConfig(thinking_budget=0),
            **{how: schema},
        ),
    )
    parsed = answer.parsed if how == "response_schema" else Score.model_validate(answer.parsed)
    assert parsed == Score(score=5, why="nobody here drew this")
    assert answer.usage_metadata.candidates_token_count > 0


@pytest.mark.parametrize(
    ("fault", "error", "code", "status", "words"),
    [
        ({"fault": "rate_limited"}, errors.ClientError, 429, "RESOURCE_EXHAUSTED", "Please retry in 37"),
        ({"fault": "key_limit"}, errors.ClientError, 429, "RESOURCE_EXHAUSTED", "monthly spending cap"),
        ({"fault": "no_credit"}, errors.ClientError, 429, "RESOURCE_EXHAUSTED", "prepayment credits"),
        ({"fault": "forbidden"}, errors.ClientError, 403, "PERMISSION_DENIED", "permission"),
        ({"fault": "server_error_free", "status": 500}, errors.ServerError, 500, "INTERNAL", "internal error"),
        ({"fault": "server_error_free", "status": 503}, errors.ServerError, 503, "UNAVAILABLE", "overloaded"),
        ({"fault": "server_error_free", "status": 504}, errors.ServerError, 504, "DEADLINE_EXCEEDED", "Deadline"),
        ({"fault": "server_error_after_accept", "status": 502}, errors.ServerError, 502, "Bad Gateway", "Error 502"),
        (
            {"fault": "server_error_after_accept", "status": 503},
            errors.ServerError,
            503,
            "Service Unavailable",
            "Error 503",
        ),
    ],
)
def test_its_errors_are_raised_and_it_asks_once(google, house, fault, error, code, status, words):
    before = len(house.records.posts("gemini"))
    with pytest.raises(error) as caught:
        google(fault).models.generate_content(model=PANEL, contents="x", config=picture_config())
    assert (caught.value.code, caught.value.status) == (code, status)
    assert words in caught.value.message
    assert len(house.records.posts("gemini")) == before + 1


def test_details_of_a_quota_say_when_to_come_again(google):
    with pytest.raises(errors.ClientError) as caught:
        google({"fault": "rate_limited", "retry_after_s": 12}).models.generate_content(model=PANEL, contents="x")
    kinds = {each["@type"].rpartition(".")[2]: each for each in caught.value.details["error"]["details"]}
    assert kinds["RetryInfo"]["retryDelay"] == "12s"
    assert kinds["QuotaFailure"]["violations"][0]["quotaId"]


@pytest.mark.parametrize(
    ("call", "code", "status"),
    [
        ({"key_sent": "rehearsal-nobodys"}, 400, "INVALID_ARGUMENT"),
        ({"model": "gemini-2.5-flash"}, 404, "NOT_FOUND"),
        ({"model": "gemini-9"}, 404, "NOT_FOUND"),
        ({"config": picture_config("8K")}, 400, "INVALID_ARGUMENT"),
        ({"config": picture_config(aspect="5:1")}, 400, "INVALID_ARGUMENT"),
    ],
)
def test_what_google_does_not_take_is_refused_as_google_does(google, call, code, status):
    client = google(**{name: call[name] for name in ("key_sent",) if name in call})
    with pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(
            model=call.get("model", PANEL), contents="x", config=call.get("config", picture_config())
        )
    assert (caught.value.code, caught.value.status) == (code, status)
    if "key_sent" in call:
        assert caught.value.details["error"]["details"][0]["reason"] == "API_KEY_INVALID"


def test_its_third_edition_sends_no_clip_for_a_key(google):
    with pytest.raises(ValueError, match="only supported in Gemini Enterprise"):
        google().models.generate_videos(model=VEO, source=types.GenerateVideosSource(prompt="x"))


def begun(house, key, body):
    """What its second edition sends: google-genai 2.34's own body of predictLongRunning."""
    address = f"{house.host(HOST)}/v1beta/models/{VEO}:predictLongRunning"
    headers = {"x-goog-api-key": key, "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(address, json.dumps(body).encode(), headers)) as answer:
        return json.load(answer)["name"]


def second_edition(png, **instance):
    picture = {"bytesBase64Encoded": base64.b64encode(png.inline_data.data).decode(), "mimeType": "image/png"}
    pictures = {
        name: picture if value is True else [{"image": picture, "referenceType": value}]
        for name, value in instance.items()
    }
    parameters = {
        "sampleCount": 1,
        "durationSeconds": 8,
        "aspectRatio": "16:9",
        "resolution": "720p",
        "personGeneration": "allow_adult",
        "negativePrompt": "x",
    }
    return {"instances": [{"prompt": "a cat", **pictures}], "parameters": parameters}


@pytest.mark.parametrize(
    "shown", [{"image": True, "lastFrame": True}, {"referenceImages": "ASSET"}, {"referenceImages": "asset"}]
)
def test_an_operation_is_polled_from_its_name_alone_and_its_file_downloaded(google, house, png, shown, tmp_path):
    client = google(api_version="v1beta")
    key = client._api_client.api_key
    name = begun(house, key, second_edition(png, **shown))
    operation = client.operations.get(types.GenerateVideosOperation(name=name))
    while not operation.done:
        operation = client.operations.get(types.GenerateVideosOperation(name=name))
    assert operation.error is None
    (made,) = operation.response.generated_videos
    content = client.files.download(file=made.video)
    assert content[4:8] == b"ftyp"
    made.video.save(str(tmp_path / "out.mp4"))
    assert (tmp_path / "out.mp4").read_bytes() == content


def test_a_filtered_clip_and_one_that_failed_are_as_it_knows_them(google, house, png):
    client = google({"fault": "moderation_output"}, api_version="v1beta")
    name = begun(house, client._api_client.api_key, second_edition(png, image=True))
    operation = client.operations.get(types.GenerateVideosOperation(name=name))
    assert (operation.done, operation.response.rai_media_filtered_count) == (True, 1)
    assert "not been charged" in operation.response.rai_media_filtered_reasons[0]
    client = google({"fault": "failed"}, api_version="v1beta")
    name = begun(house, client._api_client.api_key, second_edition(png, image=True))
    operation = client.operations.get(types.GenerateVideosOperation(name=name))
    assert (operation.done, operation.error["code"]) == (True, 13)


def test_an_operation_that_nobody_knows_is_not_found(google):
    with pytest.raises(errors.ClientError) as caught:
        google().operations.get(types.GenerateVideosOperation(name=f"models/{VEO}/operations/nobody"))
    assert (caught.value.code, caught.value.status) == (404, "NOT_FOUND")


def test_interactions_have_errors_of_another_family(google):
    client = google(retry_options=types.HttpRetryOptions(attempts=1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(Exception, match="Invalid interaction name") as unknown:
            client.interactions.get("v1_nobody")
        with pytest.raises(Exception, match="not rehearsed") as refused:
            client.interactions.create(model="gemini-omni-1.2-flash", input="x")
    for caught in (unknown, refused):
        assert type(caught.value).__name__ == "BadRequestError"
        assert caught.value.status_code == 400
        assert not isinstance(caught.value, errors.APIError)
