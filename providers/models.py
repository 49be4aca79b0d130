"""The capabilities of each provider's models, read from its table: another model is another row, and no code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from manifests.film import Aspect, Fps, Resolution
from manifests.noun import Noun, Text
from manifests.reading.film_folder import read
from manifests.spending.price import PricedSize, Usage
from manifests.take import Operation, Request
from providers.capabilities import Capabilities, Mode, listed
from providers.errors import Invalid

_NAME_ONE = "Name one: providers: writer_model"
TABLES = Path(__file__).with_name("model_tables")


class Size(Noun):
    """One of a model's sizes: `says` is the wire's word for it and `priced` the price list's, where that is another."""

    says: Text
    priced: PricedSize | None = None
    width: Annotated[int, Field(strict=True, ge=64, le=8192)]
    height: Annotated[int, Field(strict=True, ge=64, le=8192)]

    def reshaped(self, width: int, height: int) -> Size:
        """The same size in another shape. A word that is the frame itself (2560x1440) is written anew."""
        if (width, height) == (self.width, self.height):
            return self
        says = f"{width}x{height}" if self.says == f"{self.width}x{self.height}" else self.says
        return self.model_copy(update={"says": says, "width": width, "height": height})


class ModelRow(Noun):
    """One model for one operation. The fields are those of `Capabilities`;
    `sizes` are at 16:9, by the film's resolution.

    `upright`: it is sold at 9:16, its frames turned. `square`: the side in pixels of its frames at 1:1, by resolution;
    empty where it is not sold so. `rates`: the frames a second that it makes.

    `audio`: it can make sound, and is told not to: a clip comes without. `default`: what is taken where film.yaml names
    no model. `wire`: whatever else the adapter asks its table.
    """

    id: Text
    operation: Operation
    default: bool = False
    durations_s: tuple[float, ...] = ()
    any_duration: bool = False
    sizes: dict[Resolution, Size]
    upright: bool = False
    square: dict[Resolution, Annotated[int, Field(strict=True, ge=64, le=8192)]] = {}
    rates: tuple[Fps, ...] = (24,)
    references_max: Annotated[int, Field(strict=True, ge=0, le=100)] = 0
    references_with_frames: bool = True
    modes: tuple[Mode, ...] = ()
    audio: bool = False
    seed: bool = True
    longest_only: tuple[Mode | Resolution, ...] = ()
    retires_on: date | None = None
    wire: dict[Text, Text] = {}

    def size(self, request: Request) -> Size:
        """What it makes of a request: at its resolution, in its shape."""
        wide = self.sizes[request.resolution]
        match request.aspect:
            case "16:9":
                return wide
            case "9:16":
                return wide.reshaped(wide.height, wide.width)
            case "1:1":
                side = self.square[request.resolution]
                return wide.reshaped(side, side)

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """The shapes in which it is sold."""
        upright: tuple[Aspect, ...] = ("9:16",) if self.upright else ()
        return ("16:9", *upright, *(("1:1",) if self.square else ()))

    def capabilities(self) -> Capabilities:
        """The row as the film's own words."""
        return Capabilities(
            durations_s=self.durations_s,
            any_duration=self.any_duration,
            resolutions=tuple(self.sizes),
            references_max=self.references_max,
            references_with_frames=self.references_with_frames,
            modes=self.modes,
            seed=self.seed,
            retires_on=self.retires_on,
            longest_only=frozenset(self.longest_only),
            sizes=tuple((name, size.width, size.height) for name, size in self.sizes.items()),
            aspects=self.aspects,
            squares=tuple(self.square.items()),
            rates=self.rates,
        )

    def clip_usage(self, provider: str, size: Size, output_ms: int, *, audio: bool | None = False) -> Usage:
        """The usage of a finished clip, which its bill is worked out from. `audio`: as in `Usage`."""
        return Usage(
            provider=provider,
            model=self.id,
            operation="clip",
            resolution=size.priced or size.says,
            output_ms=output_ms,
            width=size.width,
            height=size.height,
            audio=audio,
        )


class ModelTable(Noun):
    """A table as it lies in model_tables/: the provider, where it was looked up and when, and a row for each model.

    `any_model`: operations for which it takes every model that film.yaml names; one without a row is shown no pictures.
    """

    schema_name: ClassVar[str] = "gate/models/1"

    provider: Text
    source: Text
    as_of: date
    any_model: tuple[Operation, ...] = ()
    models: Annotated[tuple[ModelRow, ...], Field(max_length=200)]


@dataclass(frozen=True, slots=True)
class Models:
    """A provider's models. `chosen`: by operation what film.yaml names; else the table's default."""

    table: ModelTable
    chosen: dict[Operation, str]

    def row(self, operation: Operation) -> ModelRow:
        """The model that makes `operation`. Raises Invalid, naming what there is."""
        rows = [row for row in self.table.models if row.operation == operation]
        wanted = self.chosen.get(operation, "")
        for row in rows:
            if row.id == wanted or (not wanted and row.default):
                return row
        if operation in self.table.any_model:
            if wanted:
                return ModelRow(id=wanted, operation=operation, sizes={})
            raise Invalid(self.table.provider, "it has many text models, and film.yaml names none", _NAME_ONE)
        cause = f"it has no model {wanted} for a {operation}" if wanted else f"it makes no {operation}"
        raise Invalid(self.table.provider, cause, f"It has {listed([row.id for row in rows])}.")

    def selling(self, request: Request) -> tuple[str, ...]:
        """The other models that sell a clip of this length in this mode, each with the longest that it sells."""
        mode, seconds = request.staging.mode, request.frames / request.fps
        found = []
        for row in self.table.models:
            sold = row.durations_s
            if row.operation != "clip" or not sold or mode not in row.modes or request.aspect not in row.aspects:
                continue
            if min(sold) <= seconds <= max(sold) if row.any_duration else seconds in sold:
                found.append(f"{row.id} (up to {max(sold):g} s)")
        return tuple(found)

    def operations(self) -> frozenset[Operation]:
        """The operations that it can make at all."""
        return frozenset(row.operation for row in self.table.models) | frozenset(self.table.any_model)


@cache
def table_of(path: Path) -> ModelTable:
    """The table in one file. Raises ManifestError."""
    return read(path, ModelTable)


def models_of(provider: str, chosen: dict[Operation, str], tables: Path = TABLES) -> Models:
    """A provider's own table. `tables`: where a provider outside this package keeps its tables."""
    return Models(table_of(tables / f"{provider}.yaml"), chosen)
