"""gate calibrate: how often each rule is wrong by people's labels, and the threshold that costs least."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.asking import confirm, decides, said_yes
from desk.cli.options import dollars, film_option, json_option, open_film, prices_option, print_json, typed, usd
from desk.cli.output_file import Output

if TYPE_CHECKING:
    from checks.calibration import Calibration, Costs, Counts
    from manifests.decision import Door
    from production.learning.calibrating import MistakeCosts
    from production.learning.labelling import Gathered
    from wiring.services import Services

_PLOT = Output("--plot", "a plot of ours", ".png")


@click.command()
@click.argument("scene", required=False)
@click.option(
    "--labels",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="CSV",
    help="Labels from a file instead of the ledger: columns file or sha256, rule, value, label.",
)
@click.option("--rule", "rules", multiple=True, metavar="CODE", help="Only this rule, such as V102; repeatable.")
@click.option(
    "--false-reject-usd",
    "reject",
    metavar="USD",
    help="The cost of rejecting a good take, in US dollars. Default: the price book.",
)
@click.option(
    "--false-accept-usd",
    "accept",
    metavar="USD",
    help="The cost of passing a bad take, in US dollars. Default: the price book.",
)
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), metavar="PNG", help="Draw the ROC curves too.")
@decides
@click.option("--why", default="", help="The reason; it is recorded with the thresholds.")
@film_option
@prices_option
@json_option
def calibrate(
    scene: str | None,
    labels: Path | None,
    rules: tuple[str, ...],
    reject: str | None,
    accept: str | None,
    plot: Path | None,
    why: str,
    film: Path | None,
    prices: Path | None,
    as_json: bool,
) -> None:
    """Compare the gates' scores with people's verdicts (gate verdict, and every approval) on the film, or on one SCENE.

    Per rule: AUC, precision and recall at today's threshold, and the threshold of least expected cost. With --yes, or
    after your answer on a terminal, the cheapest thresholds go into film.yaml; otherwise the command only reports.
    """
    from checks.rules import catalogue
    from production.learning.calibrating import calibrations, priced, writable
    from production.learning.labelling import from_file, from_ledger

    named = ((reject, "--false-reject-usd"), (accept, "--false-accept-usd"))
    costs_given = [dollars(text, option) if text else None for text, option in named]
    _check(plot, labels, why)
    only = [catalogue.page(code.upper()).code for code in rules]
    services = open_film(film, prices, scopes=[f"scene:{scene}"] if scene else [])
    scenes = [scene] if scene else sorted(services.folder.scenes)
    gathered = from_file(labels, services) if labels else from_ledger(services, scenes)
    costs = priced(services, scenes, *costs_given)
    told = calibrations(services, gathered.labels, costs, only)
    if plot is not None and told:
        _PLOT.draw(plot, lambda into: _draw([each for each, _ in told], services, into))
    new = [each for each, _ in told if writable(each)]
    if not as_json:
        _tell(told, gathered, costs, film)
    yes = said_yes() or (bool(new) and not as_json and sys.stdin.isatty())
    if yes and new:
        door = confirm(f"Write {len(new)} threshold{'s' if len(new) > 1 else ''} into film.yaml?")
        _write(services, new, why.strip() or click.prompt("Why", err=True), door, costs)
    if as_json:
        print_json(_facts(told, gathered, costs, new, written=yes and bool(new)))
    elif plot is not None and told:
        click.echo(f"plot: {plot}")
    if yes and not as_json:
        _say_written(services, new, film)


def _check(plot: Path | None, labels: Path | None, why: str) -> None:
    """Raise for a plot that would replace another file, a missing reason and unreadable labels,
    before the film is opened.
    """
    from production.learning.labelling import labelled_rows

    if plot is not None:
        _PLOT.check(plot)
    if said_yes() and not why.strip():
        raise click.BadParameter("give a reason; it is recorded", param_hint="--why")
    if labels is not None:
        labelled_rows(labels)


def _write(services: Services, new: list[Calibration], why: str, door: Door, costs: MistakeCosts) -> None:
    from desk.cli.deciding import decision_of
    from production.learning.calibrating import write_thresholds

    scope = f"film:{services.folder.film.code}"
    decisions = [
        decision_of(
            services,
            "set_threshold",
            scope,
            why,
            subject=f"{t.rule}: {t.now.threshold:g} → {t.best.threshold:g} ({t.good} good, {t.bad} bad; "
            f"{costs.source})",
            door=door,
        )
        for t in new
    ]
    write_thresholds(services, new, decisions)


def _say_written(services: Services, new: list[Calibration], film: Path | None) -> None:
    if not new:
        click.echo("No threshold is cheaper than the one that holds: film.yaml stays as it is.")
        return
    said = ", ".join(f"{t.rule} {t.best.threshold:g}" for t in new)
    click.echo(
        f"film.yaml: thresholds {said}. Decided by {services.settings.who}. Takes on file are judged again, "
        f"for nothing."
    )
    click.echo("Next:\n  " + typed("gate lint", film))


def _tell(
    told: tuple[tuple[Calibration, Costs], ...], gathered: Gathered, costs: MistakeCosts, film: Path | None
) -> None:
    from checks.calibration import ENOUGH
    from checks.rules import catalogue

    for each, cost in told:
        page = catalogue.page(each.rule)
        click.echo(f"{each.rule} {page.name} ({page.direction})")
        few = "" if each.enough else f"   ! fewer than {ENOUGH} of {_scarce(each)}: a hint, no more"
        click.echo(f"  labels  {each.good} good, {each.bad} bad{few}")
        if each.auc is None or each.interval is None:
            click.echo("  This needs labels of both kinds.\n")
            continue
        click.echo(f"  AUC     {each.auc:.3f} (95 %: {each.interval[0]:.3f} to {each.interval[1]:.3f})")
        click.echo(f"  now     {_said(each.now, costs)}")
        click.echo(f"  best    {_said(each.best, costs) if each.moves else 'the same'}")
        if costs.in_money:
            click.echo(
                f"          a false reject costs {_money(cost.false_reject)}, a false accept "
                f"{_money(cost.false_accept)}"
            )
        click.echo()
    if gathered.unnamed:
        one = (
            "1 take is called bad and names"
            if gathered.unnamed == 1
            else f"{gathered.unnamed} takes are called bad and name"
        )
        click.echo(f"{one} no rule; say which: gate verdict SHOT fail --rule V102")
    if gathered.unscored:
        click.echo(f"Labelled takes that no gate has measured are left out: {gathered.unscored}.")
    if not told:
        click.echo("There are no verdicts yet. Give one: " + typed("gate verdict SC010_SH0010 pass", film))
        return
    click.echo(f"Costs: {costs.source}.")


def _scarce(each: Calibration) -> str:
    from checks.calibration import ENOUGH

    kinds = [name for name, count in (("good", each.good), ("bad", each.bad)) if count < ENOUGH]
    return "each kind" if len(kinds) > 1 else f"the {kinds[0]} ones"


def _said(counts: Counts, costs: MistakeCosts) -> str:
    bad, good = counts.caught + counts.missed, counts.thrown_away + counts.kept
    precision = "n/a" if counts.precision is None else f"{counts.precision:.2f}"
    cost = f"{_money(counts.cost)} a take" if costs.in_money else f"{counts.cost:.3f} mistakes a take"
    return (
        f"{counts.threshold:<8g} catches {counts.caught} of {bad} bad (recall {counts.recall or 0.0:.2f}), "
        f"throws {counts.thrown_away} "
        f"of {good} good away (precision {precision}); expected {cost}"
    )


def _money(microusd: float) -> str:
    return f"${microusd / 1_000_000:.4f}"


def _facts(
    told: tuple[tuple[Calibration, Costs], ...],
    gathered: Gathered,
    costs: MistakeCosts,
    new: list[Calibration],
    *,
    written: bool,
) -> dict[str, object]:
    rows = []
    for each, cost in told:
        row: dict[str, object] = each.model_dump(mode="json")
        for name, counts in (("now", each.now), ("best", each.best)):
            row[name] = counts.model_dump() | {"precision": counts.precision, "recall": counts.recall}
        unit = (
            {"false_reject_usd": usd(cost.false_reject), "false_accept_usd": usd(cost.false_accept)}
            if costs.in_money
            else {}
        )
        rows.append(row | unit | {"enough": each.enough, "proposed": each in new})
    cost_unit = "micro-dollars a take" if costs.in_money else "mistakes a take"
    return {
        "rules": rows,
        "costs": costs.source,
        "cost_unit": cost_unit,
        "labels": len(gathered.labels),
        "unnamed": gathered.unnamed,
        "unscored": gathered.unscored,
        "written": written,
    }


def _draw(told: list[Calibration], services: Services, into: Path) -> None:
    from assembly import roc_chart
    from checks.rules import catalogue

    def place(counts: Counts) -> tuple[float, float]:
        return counts.thrown_away / (counts.thrown_away + counts.kept), counts.caught / (counts.caught + counts.missed)

    lines = [
        roc_chart.RocLine(
            f"{each.rule} {catalogue.page(each.rule).name}",
            each.roc,
            place(each.now),
            place(each.best),
            f"AUC {each.auc:.2f} ({each.interval[0]:.2f} to {each.interval[1]:.2f}), {each.good} good, {each.bad} bad",
        )
        for each in told
        if each.auc is not None and each.interval is not None
    ]
    roc_chart.render(
        lines,
        into,
        title="What the gates catch, and what they throw away",
        subtitle=f"{services.folder.film.title}, by people's labels",
    )
