"""gate explain: in one line, why a shot would cost money or not."""

from __future__ import annotations

from pathlib import Path

import click

from desk.options import film_option, json_option, open_film, prices_option, print_json


@click.command()
@click.argument("shot")
@film_option
@prices_option
@json_option
@click.option("--all", "everything", is_flag=True, help="Every take too, with its verdict.")
def explain(shot: str, film: Path | None, prices: Path | None, as_json: bool, everything: bool) -> None:
    """Say in one line why SHOT is cached, would run, or waits for a person."""
    from wiring.planning import plan_scene

    if "_" not in shot:
        raise click.BadParameter(f"{shot} is no shot; shots are called like SC010_SH0040", param_hint="SHOT")
    services = open_film(film, prices, scopes=[f"shot:{shot}"])
    steps = plan_scene(services, services.scene(shot.partition("_")[0])).of(shot)
    waits = {note.scope.rpartition(":")[2]: note.text for note in services.ledger.escalations(shot.partition("_")[0])}
    parts = [f"{s.tier} {s.stage} {s.why}" for s in steps if s.does != "cached"]
    cached = [f"{s.tier} {s.stage}" for s in steps if s.does == "cached"]
    state = "cached" if not parts else "will run" if any(s.does == "run" for s in steps) else "in flight"
    line = f"{shot}: {state}"
    line += f": {', '.join(cached)} made from the same words, pictures and model, and passed" if cached else ""
    line += f"; {'; '.join(parts)}" if parts else ""
    escalated = (
        waits.get(shot, "")
        if not any(s.stage == "clip" and s.tier == "draft" and s.does == "cached" for s in steps)
        else ""
    )
    takes = [
        {
            "take": f"{t.stage} {t.tier} v{t.version:03d}",
            "state": t.state,
            "changed": t.changed,
            "flaws": sorted(v.flaws) if (v := services.ledger.verdict(t.generation_key)) else [],
        }
        for t in services.ledger.takes(shot=shot)
    ]
    if as_json:
        print_json({"shot": shot, "state": state, "why": line, "waits_for": escalated, "takes": takes,
                    "steps": [{"stage": s.stage, "tier": s.tier, "does": s.does, "why": s.why} for s in steps]})  # fmt: skip
        return
    click.echo(line + (f"; waits for you: {escalated}" if escalated else ""))
    for take in takes if everything else ():
        flaws = ", ".join(take["flaws"])
        click.echo(f"  {take['take']:<22}{take['state']:<10}{take['changed']:<12}{flaws}")
