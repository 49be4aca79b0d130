"""gate frameio: hand takes to Frame.io for review, and import what people say there."""

from __future__ import annotations

from desk.cli.post.review_tool import tool_group

frameio = tool_group("frameio", "Frame.io")
