"""``comity``: every act of a node as a command.

Commands are loaded when first asked for, so that ``comity law ask`` needs no database driver and
``comity verify`` no web server.
"""

from __future__ import annotations

import importlib
import os
import pathlib
import sys
import traceback

import click

from comity import __version__
from comity.cli import output
from comity.errors import ComityError

COMMANDS = {
    "agreement": "sign, accept, list and test agreements",
    "alert": "issue, extend, restrict, withdraw and show one alert",
    "alerts": "import alerts from a file, list them, list overdue acknowledgements",
    "audit": "write the evidence of an act for a supervisor or a court",
    "check": "check one traveller or a manifest: is there an alert, and may I be told",
    "law": "ask what the law requires; count days; compare and sweep law packs",
    "match": "confirm or reject a match; measure the matcher",
    "mrz": "read a machine-readable zone, with its check digits",
    "node": "create a node, join a peer, serve, synchronise, diagnose",
    "officer": "register the officers of this node",
    "screen": "screen a manifest in bulk, resumable",
    "terms": "print the vocabulary: countries, categories, purposes",
    "verify": "verify an evidence bundle offline",
    "witness": "run a witness that cosigns the logs of nodes",
}
"""Every command and what it is for; each lives in the module of its name in this package."""


class Tree(click.Group):
    """The commands above, imported on demand."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Name them all."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of the command and give its ``command``."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"comity.cli.{cmd_name}")
        command = module.command
        assert isinstance(command, click.Command)  # noqa: S101 - a bug of ours, not of the input
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Tree, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def comity() -> None:
    """Comity: states cooperate in immigration law, lawfully and provably.

    Two questions about a traveller: is there an alert, and may I be told? What does the law
    require? Every command has --json and a true exit status; `comity COMMAND --help` explains it.
    Software never decides about a person: a named person does, with reasons.
    """


def main() -> None:
    """Run the command line; an expected error is one line and an exit status, never a traceback."""
    as_json = output.wants_json()
    try:
        status = comity.main(prog_name="comity", standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except ComityError as error:
        sys.exit(output.report(error, as_json=as_json))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        sys.exit(output.report_usage(error, as_json=as_json))
    except (click.Abort, KeyboardInterrupt):
        click.echo("comity: interrupted; what was recorded stands", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except Exception as error:
        if os.environ.get("COMITY_DEBUG"):
            raise
        # The error's own text may hold what a person typed: only its kind and place are said.
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{pathlib.Path(frame.filename).name}:{frame.lineno}"
        click.echo(
            f"comity: a fault of this program: {type(error).__name__} at {place} "
            "(COMITY_DEBUG=1 shows where; please report it) [fault]",
            err=True,
        )
        sys.exit(70)
