"""Google's own client, told to do one request and no more: `google-genai` 3.x on our HTTP client.

Measured against a server of ours: it tries again by itself when told of retries, goes on by itself after a finishReason
of CONTINUATION, follows variables of the environment to other services, and drops an answer's finishMessage. So each is
said.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from providers.over_http.connections import TRUSTS_NOBODY

API_VERSION = "v1beta"
_UNUSED = {"verify": TRUSTS_NOBODY, "ssl": TRUSTS_NOBODY}
"""For the clients of HTTP and of web sockets that it makes beside ours, and which would each read all certificates."""


def one_call(base_url: str, key: str, model: str, body: Mapping[str, Any]) -> Callable[[Any], Awaitable[object]]:
    """A call for `Transport.through`: POST `body` to the model's generateContent, once.

    `base_url`: without a version. `body`: as the wire has it. The answer is read off the wire, not off what this
    returns.
    """
    from google import genai  # noqa: PLC0415  it takes half a second to load
    from google.genai import types  # noqa: PLC0415  same

    contents = [types.Content.model_validate(each) for each in body["contents"]]
    config = types.GenerateContentConfig.model_validate(
        {
            **body["generationConfig"],
            "shouldReturnHttpResponse": True,
            "automaticContinuation": False,
            "automaticFunctionCalling": {"disable": True},
        }
    )

    async def call(client: Any) -> object:
        options = types.HttpOptions(
            base_url=base_url,
            api_version=API_VERSION,
            retry_options=types.HttpRetryOptions(attempts=1),
            httpx_async_client=client,
            client_args=_UNUSED,
            async_client_args=_UNUSED,
        )
        google = genai.Client(api_key=key, vertexai=False, http_options=options)
        try:
            return await google.aio.models.generate_content(model=model, contents=list(contents), config=config)
        finally:
            google.close()

    return call
