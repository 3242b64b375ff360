"""``comity node``: create a node, join peers, serve, synchronise, diagnose."""

from __future__ import annotations

from pathlib import Path

import click

from comity.bureau import diagnosis, joining, officer, upkeep
from comity.bureau.courier import Courier
from comity.bureau.node import card, init_node
from comity.bureau.settings import Settings
from comity.cli.files import read_small, write_whole
from comity.cli.opening import home_option, officer_option, opened
from comity.cli.output import emit, json_option, table
from comity.terms.country import COUNTRIES, TRAINING_STATES, country_code


@click.group()
def command() -> None:
    """Create a node, join others by one signed file each, serve, see how it fares."""


@command.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--country", required=True, help="ICAO 9303 code; a training state for practice.")
@click.option("--name", default="", help="What people call this node.")
@click.option("--peer-url", default="", help="How other nodes reach it; https.")
@click.option("--peer-port", default=8443, show_default=True)
@click.option("--people-port", default=8080, show_default=True)
@click.option("--witness-url", default="")
@click.option("--witness-key", default="")
@click.option("--store", default="sqlite:node.db", show_default=True)
@click.option("--round-seconds", default=2.0, show_default=True)
@json_option
def init(
    folder: Path,
    *,
    country: str,
    name: str,
    peer_url: str,
    peer_port: int,
    people_port: int,
    witness_url: str,
    witness_key: str,
    store: str,
    round_seconds: float,
    as_json: bool,
) -> None:
    """Create a node in FOLDER: its keys, its store, its log."""
    code = country_code(country)
    settings = Settings(
        country=code,
        name=name or f"{COUNTRIES[code].name} node",
        training=code in TRAINING_STATES,
        store=store,
        peer_port=peer_port,
        peer_url=peer_url or f"https://127.0.0.1:{peer_port}",
        people_port=people_port,
        witness_url=witness_url,
        witness_key=witness_key,
        round_seconds=round_seconds,
    )
    node = init_node(folder, settings)
    shown = card(node)
    node.close()
    value = {"home": str(folder), "country": code, "fingerprint": shown.fingerprint}
    words = f"node of {settings.name} created in {folder}\nfingerprint: {shown.fingerprint}"
    emit(value, words, as_json=as_json)


@command.command("card")
@click.option("-o", "out", type=click.Path(path_type=Path), help="File, else <code>.comity-node.")
@home_option
@json_option
def show_card(*, out: Path | None, home: Path, as_json: bool) -> None:
    """Write this node's card: the one signed file by which others join it."""
    with opened(home) as node:
        shown = card(node)
    out = out or Path(shown.filename)
    write_whole(out, shown.text)
    value = {"file": str(out), "fingerprint": shown.fingerprint}
    words = f"{out}\nread this to the other side by telephone:\n{shown.spoken}"
    emit(value, words, as_json=as_json)


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="A known peer has a new key, compared by telephone.")
@home_option
@json_option
def join(file: Path, *, replace: bool, home: Path, as_json: bool) -> None:
    """Join the node whose card FILE is. Compare the fingerprint by telephone."""
    data = read_small(file)
    with opened(home) as node:
        joined = joining.join(node, data, replace=replace)
    value = {"peer": joined.code, "fingerprint": joined.fingerprint}
    words = f"joined {joined.name} ({joined.code})\nfingerprint: {joined.fingerprint}"
    emit(value, words, as_json=as_json)


@command.command()
@click.argument("code")
@click.option("--reason", required=True)
@home_option
@json_option
def leave(code: str, *, reason: str, home: Path, as_json: bool) -> None:
    """Cut the peer CODE off at once."""
    with opened(home) as node:
        joining.leave(node, code, reason=reason)
    emit({"peer": code, "state": "left"}, f"{code} is cut off", as_json=as_json)


@command.command()
@home_option
@json_option
def sync(*, home: Path, as_json: bool) -> None:
    """Make one round: expire, have the log witnessed, follow feeds, deliver. Exit 1 on a fault."""
    with opened(home) as node:
        courier = Courier(node)
        report = courier.make_round()
        courier.close()
    value = {
        "expired": report.expired,
        "witnessed": report.witnessed,
        "applied": report.applied,
        "delivered": report.delivered,
        "healed": report.healed,
        "faults": [{"what": what, "code": code} for what, code in report.faults],
    }
    words = (
        f"{report.applied} changes applied, {report.delivered} messages delivered, "
        f"{report.expired} alerts expired, log witnessed to {report.witnessed}"
    )
    faults = "".join(f"\n{what}: {code}" for what, code in report.faults)
    emit(value, words + faults, as_json=as_json)
    click.get_current_context().exit(1 if report.faults else 0)


@command.command()
@click.option("--reason", required=True, help="Which backup, and why; sealed in the log.")
@officer_option
@home_option
@json_option
def restored(*, reason: str, officer_id: str, home: Path, as_json: bool) -> None:
    """Say, before serving, that this store was put back from a backup.

    Letters from before it are refused, holders start their copies of our alerts anew, and our own
    copies support nothing until they are whole again.
    """
    with opened(home) as node:
        entry = upkeep.restored(node, officer.find(node, officer_id), reason=reason)
    emit({"entry": entry}, "peers start anew; synchronise with `comity node sync`", as_json=as_json)


@command.command()
@home_option
@json_option
def doctor(*, home: Path, as_json: bool) -> None:
    """Diagnose this node: keys, log, witness, peers, leases, overdue work. Exit 1 on a finding."""
    with opened(home) as node:
        findings = diagnosis.diagnose(node)
    rows = [{"state": f.state, "what": f.what, "said": f.said, "hint": f.hint} for f in findings]
    words = table(("", "what", "finding", "what to do"), [tuple(r.values()) for r in rows])
    emit(rows, words, as_json=as_json)
    click.get_current_context().exit(1 if any(f.state != "ok" for f in findings) else 0)


@command.command()
@click.option(
    "--replica",
    "port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="Only officers and systems, at PORT, beside the node that serves already.",
)
@home_option
def serve(*, port: int | None, home: Path) -> None:
    """Serve the node in this folder until interrupted: peers, officers, systems, and its rounds.

    Replicas share its load: each starts from the sealed snapshot of the index, keeps nothing of
    its own, and sees every change before it is acknowledged. On several machines the store is
    PostgreSQL and each has the node's folder.
    """
    # A command that only prints must not pay for a web server.
    from comity.cli.serving import serve_node, serve_replica  # noqa: PLC0415

    with opened(home) as node:
        if port is None:
            serve_node(node)
        else:
            serve_replica(node, port)
