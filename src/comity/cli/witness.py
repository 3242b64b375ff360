"""``comity witness``: run a witness that cosigns the logs of nodes (C2SP tlog-witness)."""

from __future__ import annotations

from pathlib import Path

import click
import uvicorn

from comity.bureau.node import init_witness, open_witness
from comity.cli.files import read_small
from comity.cli.output import emit, json_option
from comity.exchange.card import parse_card
from comity.exchange.witness_server import witness_app

folder_argument = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@click.group()
def command() -> None:
    """Run a witness: it signs that it has seen one growing history of a log, and no other."""


@command.command()
@folder_argument
@click.option("--name", required=True, help="The witness's name, such as witness.example/w1.")
@json_option
def init(folder: Path, *, name: str, as_json: bool) -> None:
    """Create a witness in FOLDER and print its key."""
    key = init_witness(folder, name)
    emit({"key": key}, key, as_json=as_json)


@command.command()
@folder_argument
@click.argument("cards", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
@json_option
def trust(folder: Path, cards: tuple[Path, ...], *, as_json: bool) -> None:
    """Cosign the logs of the nodes whose CARDS these are."""
    witness = open_witness(folder)
    names = []
    for file in cards:
        card = parse_card(read_small(file))
        witness.trust(card.vkey)
        names.append(card.code)
    emit({"trusted": names}, f"cosigns the logs of {', '.join(names)}", as_json=as_json)


@command.command()
@folder_argument
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8444, show_default=True)
def serve(folder: Path, *, host: str, port: int) -> None:
    """Serve the witness in FOLDER until interrupted."""
    app = witness_app(open_witness(folder))
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)
