"""BytePlus's own client, as it is on PyPI, takes the rehearsal for ModelArk."""

import base64
import io
import time

import av
import byteplussdkarkruntime as ark
import httpx
import pytest
from PIL import Image

from rehearsal.faults import Script
from rehearsal.live import live

VIDEO, PICTURE = "dreamina-seedance-2-0-260128", "seedream-5-0-lite-260128"
TEXT = {"type": "text", "text": "A quay in the rain."}
SETTINGS = {"resolution": "480p", "ratio": "16:9", "duration": 4, "generate_audio": False, "watermark": False}
_PATIENCE = 400


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with live(tmp_path_factory.mktemp("rehearsal"), Script(pictures="plain", job_s=0)) as running:
        yield running


@pytest.fixture
def client(house):
    """Makes a client, while the rehearsal plays these faults."""
    made = []

    def make(*faults, key="rehearsal-byteplus", **script):
        house.tell(Script.model_validate({"pictures": "plain", "job_s": 0, "faults": faults, **script}))
        base_url = house.host("https://ark.ap-southeast.bytepluses.com/api/v3")
        made.append(ark.Ark(api_key=key, base_url=base_url, max_retries=0, http_client=httpx.Client(trust_env=False)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def ended(client, task_id):
    for _ in range(_PATIENCE):
        task = client.content_generation.tasks.get(task_id=task_id)
        if task.status not in {"queued", "running"}:
            return task
        time.sleep(0.02)
    raise AssertionError(task)


def frame():
    file = io.BytesIO()
    Image.new("RGB", (640, 360), "grey").save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def test_it_makes_a_clip_and_is_told_its_tokens(client):
    tasks = client().content_generation.tasks
    first = {"type": "image_url", "image_url": {"url": frame()}, "role": "first_frame"}
    made = tasks.create(model=VIDEO, content=[TEXT, first], safety_identifier="f" * 64, seed=7, **SETTINGS)
    assert made.safety_identifier == "f" * 64
    task = ended(client(), made.id)
    assert (task.status, task.usage.completion_tokens, task.duration, task.resolution) == (
        "succeeded",
        40_594,
        4,
        "480p",
    )
    content = httpx.get(task.content.video_url, trust_env=False).content
    with av.open(io.BytesIO(content)) as clip:
        assert (clip.streams.video[0].width, clip.streams.video[0].height) == (864, 496)


def test_it_lists_what_was_made_with_its_markers(client):
    tasks = client().content_generation.tasks
    marks = [f"{number:064d}" for number in range(3)]
    made = [tasks.create(model=VIDEO, content=[TEXT], safety_identifier=mark, **SETTINGS).id for mark in marks]
    listed = tasks.list(page_num=1, page_size=3)
    assert [(task.id, task.safety_identifier) for task in listed.items] == list(zip(made, marks, strict=True))[::-1]
    assert listed.total >= 3
    assert [task.id for task in tasks.list(task_ids=made[:1]).items] == made[:1]


def test_it_stops_a_queued_task_and_not_a_running_one(client):
    tasks = client(job_s=60).content_generation.tasks
    made = tasks.create(model=VIDEO, content=[TEXT], **SETTINGS)
    tasks.delete(task_id=made.id)
    assert tasks.get(task_id=made.id).status == "cancelled"
    tasks = client({"fault": "stuck"}).content_generation.tasks
    made = tasks.create(model=VIDEO, content=[TEXT], **SETTINGS)
    with pytest.raises(ark._exceptions.ArkConflictError) as refused:
        tasks.delete(task_id=made.id)
    assert refused.value.code == "InvalidAction.RunningTaskDeletion"


@pytest.mark.parametrize("form", ["url", "b64_json"])
def test_it_makes_a_picture(client, form):
    answer = client().images.generate(
        model=PICTURE, prompt="A quay.", size="2560x1440", response_format=form, watermark=False
    )
    assert answer.usage.generated_images == 1
    (made,) = answer.data
    content = base64.b64decode(made.b64_json) if form == "b64_json" else httpx.get(made.url, trust_env=False).content
    assert Image.open(io.BytesIO(content)).size == (2560, 1440)


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("moderation_input", "ArkBadRequestError", "InputTextSensitiveContentDetected"),
        ("no_credit", "ArkPermissionDeniedError", "AccountOverdueError"),
        ("forbidden", "ArkNotFoundError", "ModelNotOpen"),
        ("key_limit", "ArkRateLimitError", "SetLimitExceeded"),
        ("rate_limited", "ArkRateLimitError", "ModelAccountRpmRateLimitExceeded"),
        ("server_error_free", "ArkInternalServerError", "InternalServiceError"),
    ],
)
def test_it_raises_its_own_errors(client, fault, error, code):
    with pytest.raises(getattr(ark._exceptions, error)) as refused:
        client({"fault": fault}).content_generation.tasks.create(model=VIDEO, content=[TEXT], **SETTINGS)
    assert refused.value.code == code


def test_it_raises_its_own_errors_of_keys_tasks_and_arguments(client):
    with pytest.raises(ark._exceptions.ArkAuthenticationError) as refused:
        client(key="sk-test-nobodys").content_generation.tasks.create(model=VIDEO, content=[TEXT])
    assert refused.value.code == "AuthenticationError"
    with pytest.raises(ark._exceptions.ArkNotFoundError) as refused:
        client().content_generation.tasks.get(task_id="cgt-20260101000000-aaaaa")
    assert refused.value.code == "ResourceNotFound"
    with pytest.raises(ark._exceptions.ArkBadRequestError) as refused:
        client().content_generation.tasks.create(model=VIDEO, content=[TEXT], duration=3)
    assert (refused.value.code, refused.value.param) == ("InvalidParameter", "duration")
    with pytest.raises(ark._exceptions.ArkNotFoundError) as refused:
        client().content_generation.tasks.create(model="dreamina-seedance-9", content=[TEXT])
    assert refused.value.code == "InvalidEndpointOrModel.NotFound"


def test_a_clip_that_is_refused_when_it_is_made_fails_with_its_code(client):
    made = client({"fault": "moderation_output"}).content_generation.tasks.create(
        model=VIDEO, content=[TEXT], **SETTINGS
    )
    task = ended(client({"fault": "moderation_output"}), made.id)
    assert (task.status, task.error.code) == ("failed", "OutputVideoSensitiveContentDetected")


def test_a_dropped_answer_is_a_connection_error_and_the_task_exists(client, house):
    before = len(house.records.jobs("byteplus"))
    with pytest.raises(ark._exceptions.ArkAPIConnectionError):
        client({"fault": "lost_response"}).content_generation.tasks.create(model=VIDEO, content=[TEXT], **SETTINGS)
    assert len(house.records.jobs("byteplus")) == before + 1
