"""The same question to OpenFisca-Core: how long may this traveller stay, with DAY variables.

Run by an interpreter that has OpenFisca-Core (`pip install openfisca-core`); prints one JSON line.
Started by ``bench/stay_days.py --openfisca PYTHON``. AGPL code is run beside Comity, never in it.
"""

from __future__ import annotations

import datetime
import json
import statistics
import sys
import time

from openfisca_core import entities, periods, taxbenefitsystems, variables
from openfisca_core.simulations import SimulationBuilder

PERSON = entities.build_entity(key="person", plural="persons", label="", is_person=True)


class present(variables.Variable):  # noqa: N801 - OpenFisca names variables so
    """Whether the person is in the territory on a day."""

    value_type = bool
    entity = PERSON
    definition_period = periods.DateUnit.DAY


class days_used(variables.Variable):  # noqa: N801 - OpenFisca names variables so
    """Days of presence among the 180 that end with a day."""

    value_type = int
    entity = PERSON
    definition_period = periods.DateUnit.DAY

    def formula(person, period):  # noqa: N805, ANN001, ANN201, D102 - OpenFisca's calling convention
        return sum(person("present", period.offset(-back, "day")) * 1 for back in range(180))


def days_left(stays: list[list[str]], on: datetime.date) -> int:
    """Count days that may be stayed from ``on`` by asking day by day."""
    system = taxbenefitsystems.TaxBenefitSystem([PERSON])
    system.add_variables(present, days_used)
    simulation = SimulationBuilder().build_default_simulation(system, count=1)
    inside = {
        datetime.date.fromisoformat(entry) + datetime.timedelta(number)
        for entry, end in stays
        for number in range(
            (datetime.date.fromisoformat(end) - datetime.date.fromisoformat(entry)).days + 1
        )
    } | {on + datetime.timedelta(number) for number in range(91)}
    for day in inside:
        simulation.set_input("present", day.isoformat(), [True])
    left = 0
    while simulation.calculate("days_used", (on + datetime.timedelta(left)).isoformat())[0] <= 90:
        left += 1
    return left


def main() -> None:
    """Read the case from standard input, answer it three times, print answer and milliseconds."""
    case = json.load(sys.stdin)
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        answer = days_left(case["stays"], datetime.date.fromisoformat(case["on"]))
        spent.append((time.perf_counter() - start) * 1_000)
    print(json.dumps({"left": answer, "milliseconds": statistics.median(spent)}))


if __name__ == "__main__":
    main()
