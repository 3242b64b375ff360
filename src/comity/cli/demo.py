"""``make demo``: the whole story with real processes, real keys and invented persons.

Every step is a command that you can type; each promise is looked at, and one that is broken ends
the demo with exit status 1. With ``--once`` the last line is a JSON summary.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import httpx2

from comity.bureau.law import law_folder

ROOT = Path(__file__).parent.parent.parent.parent
AGREEMENT = ROOT / "agreements" / "training-entry"
DEMO = ROOT / "demo"
SECONDS = 60

LAW_CHANGE = """
[[clause]]
id        = "uto.categories"
kind      = "categories"
cite      = "Data Act of Utopia (training) s. 8"
text      = "Alerts under restrictive measures shall not be given to another country."
forbidden = ["travel-ban"]
"""


class Broken(Exception):
    """A promise of the demo was not kept."""


class Story:
    """The folder of the demo, its processes, and what has been shown."""

    def __init__(self, folder: Path, port: int) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.folder = folder
        self.port = port
        self.running: list[subprocess.Popen[bytes]] = []
        self.summary: dict[str, Any] = {}
        self.codes: dict[str, str] = {}

    def say(self, text: str) -> None:
        """Print a line of the story."""
        click.echo(text, err=False)
        sys.stdout.flush()

    def run(self, *words: str | Path, home: str = "", ok: tuple[int, ...] = (0,)) -> Any:
        """Run a ``comity`` command with ``--json``; its value."""
        told = [str(word) for word in words] + (["--home", home] if home else [])
        shown = " ".join(str(Path(w).name) if w.startswith("/") else w for w in told)
        self.say(f"  $ comity {shown}")
        command = [sys.executable, "-m", "comity", *told, "--json"]
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode not in ok:
            raise Broken(f"comity {shown}: exit {done.returncode}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout.splitlines()[-1])

    def serve(self, *words: str) -> None:
        """Start a serving process."""
        self.say(f"  $ comity {' '.join(words)} &")
        command = [sys.executable, "-m", "comity", *words]
        log = (self.folder / f"{'-'.join(words[:2])}-{len(self.running)}.log").open("wb")
        self.running.append(
            subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)  # noqa: S603
        )

    def wait(self, what: str, happened: Any) -> Any:
        """Ask ``happened`` until it gives something; Broken after a minute."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            found = happened()
            if found:
                return found
            if any(process.poll() is not None for process in self.running):
                raise Broken(f"a process ended while waiting until {what}")
            time.sleep(0.1)
        raise Broken(f"not within {SECONDS} s: {what}")

    def status(self, place: int) -> dict[str, Any]:
        """Ask a node's people door how it is; {} while it is not up."""
        try:
            answer = httpx2.get(f"http://127.0.0.1:{self.port + place}/api/v1/status", timeout=5)
        except httpx2.HTTPError:
            return {}
        said: dict[str, Any] = answer.json()
        return said

    def close(self) -> None:
        """Stop every process."""
        for process in self.running:
            process.terminate()
        for process in self.running:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def found_two_nodes(story: Story) -> None:
    """1. Two sovereign nodes and a witness, each with its own keys, store and log."""
    story.say("\n1. Two sovereign nodes start, and one witness")
    key = story.run("witness", "init", "witness", "--name", "witness.training/one")["key"]
    witness = ("--witness-url", f"http://127.0.0.1:{story.port + 5}", "--witness-key", key)
    for place, (home, country) in enumerate((("utopia", "UTO"), ("arcadia", "QMA"))):
        story.run(
            "node", "init", home, "--country", country, *witness,
            "--peer-port", str(story.port + 2 + place), "--people-port", str(story.port + place),
            "--round-seconds", "0.5",
        )  # fmt: skip
    for home, officer, role, authority in (
        ("utopia", "clerk", "bureau", "bureau"),
        ("arcadia", "guard", "first-line", "border-guard"),
        ("arcadia", "supervisor", "supervisor", "supervisor"),
    ):
        done = story.run(
            "officer", "add", officer, "--name", officer.title(), "--role", role,
            "--authority", authority, "--trained-until", "2030-12-31", home=home,
        )  # fmt: skip
        story.codes[f"{home} {officer}"] = done["code"]


def join_and_sign(story: Story) -> None:
    """2. They join by one signed file each, and sign one agreement."""
    story.say("\n2. They join by exchanging one signed file each, and sign one agreement")
    for home in ("utopia", "arcadia"):
        story.run("node", "card", "-o", f"{home}.comity-node", home=home)
        story.run("agreement", "sign", AGREEMENT, "-o", f"{home}.signature", home=home)
    story.run("witness", "trust", "witness", "utopia.comity-node", "arcadia.comity-node")
    for home, other in (("utopia", "arcadia"), ("arcadia", "utopia")):
        story.run("node", "join", f"{other}.comity-node", home=home)
        adopted = story.run("agreement", "adopt", AGREEMENT, f"{other}.signature", home=home)
        story.summary["agreement"] = adopted["hash"]
    story.serve("witness", "serve", "witness", "--port", str(story.port + 5))
    story.serve("node", "serve", "--home", "utopia")
    story.serve("node", "serve", "--home", "arcadia")
    story.wait("both nodes answer", lambda: story.status(0) and story.status(1))


def issue_alerts(story: Story) -> None:
    """3. Utopia issues alerts; they reach Arcadia's copy over the network."""
    story.say("\n3. Utopia issues alerts, by hand and from a list in the UN's format")
    issued = story.run("alert", "issue", DEMO / "alerts.jsonl", "--as", "clerk", home="utopia")
    report = story.run(
        "alerts", "import", DEMO / "un-list.xml", "--as", "clerk", home="utopia", ok=(0, 1)
    )
    again = story.run(
        "alerts", "import", DEMO / "un-list.xml", "--as", "clerk", home="utopia", ok=(0, 1)
    )
    if not again["again"]:
        raise Broken("the same file twice changed something")
    total = len(issued["issued"]) + report["counts"]["new"]
    start = time.monotonic()
    story.wait(f"Arcadia holds {total} alerts", lambda: story.status(1).get("alerts") == total)
    story.say(
        f"  {len(issued['issued'])} drafted + {report['counts']['new']} imported, "
        f"{report['counts']['refused']} row refused ({report['refused'][0]['reason']}); "
        f"all {total} held by Arcadia {time.monotonic() - start:.1f} s later"
    )
    story.summary["alerts"] = total
    story.summary["refused_rows"] = report["counts"]["refused"]


def check_manifest(story: Story) -> dict[str, Any]:
    """4. Arcadia checks the passengers; each outcome with reason and article."""
    story.say("\n4. Arcadia checks the passengers of a flight")
    start = time.monotonic()
    done = story.run("check", DEMO / "manifest.csv", "--as", "guard", home="arcadia", ok=(0, 1))
    seconds = time.monotonic() - start
    rows: list[dict[str, Any]] = done["rows"]
    story.say(f"  {len(rows)} travellers in {seconds:.1f} s: {json.dumps(done['counts'])}\n")
    for row in rows:
        if row["state"] != "no-match":
            story.say(_describe(row))
    quiet = next(row for row in rows if row["state"] == "no-match")
    story.say(_describe(quiet))
    counts = done["counts"]
    if not (counts["match"] >= 5 and counts["not-permitted"] == 3 and counts["no-match"] > 150):
        raise Broken(f"the outcomes are not those of the story: {counts}")
    if not all(row["witnessed"] for row in rows):
        raise Broken("an answer was not witnessed")
    story.summary["travellers"] = len(rows)
    story.summary["outcomes"] = counts
    story.summary["check_seconds"] = round(seconds, 2)
    strong = [r for r in rows if r["state"] == "match" and r["candidates"][0]["band"] == "strong"]
    return next(r for r in strong if not r["candidates"][0]["alert"].startswith("UTO-un"))


def _describe(row: dict[str, Any]) -> str:
    label = {"match": "MATCH", "no-match": "no match", "not-permitted": "not permitted"}
    why = row["rule"]
    if row["candidates"]:
        one = row["candidates"][0]
        found = ", ".join(f"{c['attribute']} {c['verdict']}" for c in one["compared"])
        why = f"{one['band']} candidate: {found}"
    outcome = label.get(row["state"], row["state"])
    return f"  {row['reference']:10} {outcome:14} {why}\n  {'':25} {row['article']}"


def confirm_and_withdraw(story: Story, row: dict[str, Any]) -> None:
    """5. A person confirms; the issuer is told; it withdraws; the copy goes, acknowledged."""
    story.say("\n5. An officer confirms one match; Utopia is told, and withdraws the alert")
    one = row["candidates"][0]
    story.run(
        "match", "confirm", one["match"], "--reason", "same document, same face, says so herself",
        "--as", "guard", home="arcadia",
    )  # fmt: skip
    hits = story.wait(
        "Utopia is told of the hit", lambda: story.run("match", "hits", home="utopia")
    )
    if hits[0]["alert"] != one["alert"]:
        raise Broken("the issuer was told of another alert")
    story.run(
        "alert", "withdraw", one["alert"], "--event", "decision-withdrawn",
        "--reason", "the ban was annulled on appeal", "--as", "clerk", home="utopia",
    )  # fmt: skip
    start = time.monotonic()

    def acknowledged() -> Any:
        held = story.run("alert", "holders", one["alert"], home="utopia")
        return held and held[0]["op"] == "withdraw" and held[0]["acknowledged_at"]

    story.wait("Arcadia acknowledges the withdrawal", acknowledged)
    story.summary["withdrawal_acknowledged_seconds"] = round(time.monotonic() - start, 2)
    single = story.folder / "one.csv"
    lines = (DEMO / "manifest.csv").read_text("utf-8").splitlines()
    single.write_text(f"{lines[0]}\n{lines[row['line'] - 1]}\n", "utf-8")
    after = story.run("check", single, "--as", "guard", home="arcadia")
    if after["rows"][0]["state"] != "no-match":
        raise Broken("the withdrawn alert still answers")
    story.say("  the same traveller, checked again: no match")
    story.summary["after_withdrawal"] = "no-match"


def prove(story: Story, row: dict[str, Any]) -> None:
    """6. One file of evidence, verified offline by one file of code; one byte flipped: refused."""
    story.say("\n6. The evidence of that check, verified offline by a single file")
    bundle = story.folder / "check.evidence"
    story.run(
        "audit", "evidence", "--check", str(row["entry"]), "--open", "--as", "supervisor",
        "--purpose", "the supervisor's test of one check", "-o", bundle, home="arcadia",
    )  # fmt: skip
    verifier = ROOT / "verifier" / "comity_verify.py"
    good = subprocess.run(  # noqa: S603 - our own file
        [sys.executable, "-I", verifier, bundle], capture_output=True, text=True, check=False
    )
    story.say("  " + good.stdout.strip().replace("\n", "\n  "))
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    flipped = story.folder / "flipped.evidence"
    flipped.write_bytes(bytes(data))
    bad = subprocess.run(  # noqa: S603 - our own file
        [sys.executable, "-I", verifier, flipped], capture_output=True, text=True, check=False
    )
    story.say(f"  one byte flipped: {(bad.stdout + bad.stderr).strip().splitlines()[-1]}")
    if good.returncode != 0 or bad.returncode == 0:
        raise Broken("the verifier accepts the wrong file, or refuses the right one")
    logs = [story.run("audit", "verify", home=home) for home in ("utopia", "arcadia")]
    story.summary["evidence"] = {"verified": True, "flipped_refused": True}
    story.summary["log_entries"] = [one["entries"] for one in logs]
    story.summary["log_witnessed"] = [one["cosigned"] for one in logs]


def change_the_law(story: Story) -> None:
    """7. Utopia forbids to give its travel bans away, and repeals that: the exchange obeys."""
    story.say("\n7. Utopia changes its law on data that leave; the exchange asks it each time")
    held = story.status(1)["alerts"]
    _declare(story, "uto.narrow", LAW_CHANGE)
    gate = story.run("law", "gate", home="utopia", ok=(1,))
    (shut,) = [one for one in gate["rulings"] if one["state"] != "OPEN"]
    story.wait("Arcadia lets them go", lambda: story.status(1)["alerts"] == held - shut["withheld"])
    story.say(
        f"  {shut['state']}: {shut['withheld']} alerts of {shut['category']} leave Arcadia "
        f"({shut['cite']}); the others stay"
    )
    _declare(story, "uto.whole", "")
    story.wait("Arcadia holds them again", lambda: story.status(1)["alerts"] == held)
    story.say(f"  the law is repealed: Arcadia holds {held} alerts again")
    story.summary["law_blocked"] = shut["withheld"]


def _declare(story: Story, name: str, added: str) -> None:
    folder = story.folder / name
    shutil.copytree(law_folder() / "uto.data", folder)
    with (folder / "clauses.toml").open("a", encoding="utf-8") as file:
        file.write(added)
    story.run("law", "sign", folder, "-o", f"{name}.signature", home="utopia")
    story.run("law", "trust", folder, f"{name}.signature", home="arcadia")


@click.command()
@click.option("--once", is_flag=True, help="End after the story, with a JSON summary.")
@click.option("--folder", type=click.Path(path_type=Path), default=ROOT / "demo-run")
@click.option("--port", default=18080, show_default=True, help="First of six ports used.")
def main(*, once: bool, folder: Path, port: int) -> None:
    """Show the whole story of two countries and one witness."""
    start = time.monotonic()
    story = Story(folder.resolve(), port)
    try:
        found_two_nodes(story)
        join_and_sign(story)
        issue_alerts(story)
        row = check_manifest(story)
        confirm_and_withdraw(story, row)
        prove(story, row)
        change_the_law(story)
        story.summary["seconds"] = round(time.monotonic() - start, 1)
        if not once:
            stay(story)
        click.echo(json.dumps({"ok": True, **story.summary}, sort_keys=True))
    except Broken as error:
        click.echo(f"\na promise is broken: {error}", err=True)
        click.echo(json.dumps({"ok": False, "broken": str(error)[:500]}))
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("\nstopped")
    finally:
        story.close()


def stay(story: Story) -> None:
    """Keep serving the pages until Ctrl-C."""
    story.say("\nThe nodes serve on until Ctrl-C. Sign in with these codes (training persons):")
    for place, home in enumerate(("utopia", "arcadia")):
        story.say(f"  http://127.0.0.1:{story.port + place}/  {home}")
        for who, code in story.codes.items():
            if who.startswith(home):
                story.say(f"      officer {who.split()[1]:11} code {code}")
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main()
