"""Put ``resources/`` and the demo shop into the wheel; an installation in place finds them in the checkout."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Resources(BuildHookInterface[Any]):
    """The one build hook."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files from outside the package, unless this is an installation in place."""
        if version != "editable":
            build_data["force_include"]["resources"] = "shopstock/_resources"
            build_data["force_include"]["sample.db"] = "shopstock/_resources/sample.db"
