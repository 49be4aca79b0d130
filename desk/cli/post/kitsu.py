"""gate kitsu: hand takes to Kitsu for review, and import what people say there."""

from __future__ import annotations

from desk.cli.post.review_tool import tool_group

kitsu = tool_group("kitsu", "Kitsu")
