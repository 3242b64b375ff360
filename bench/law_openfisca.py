"""The visa lists in OpenFisca-Core: annexes, free movement and protected persons as formulas.

Run by an interpreter that has OpenFisca-Core (`pip install openfisca-core`); prints one JSON line.
Started by ``bench/law_bench.py --openfisca PYTHON``. AGPL code is run beside Comity, never in it.
"""

from __future__ import annotations

import json
import statistics
import sys
import time

import numpy as np
from openfisca_core import entities, periods, taxbenefitsystems, variables
from openfisca_core.simulations import SimulationBuilder

PERSON = entities.build_entity(key="person", plural="persons", label="", is_person=True)
LABELS = ("GAP", "exempt", "required", "CONFLICT")


def system_of(question: dict[str, object]) -> taxbenefitsystems.TaxBenefitSystem:
    """Build the law: codes are numbers, since enums of OpenFisca hold words and not ICAO codes."""
    codes = {code: number for number, code in enumerate(question["codes"])}
    sets = {
        name: np.array([codes[code] for code in members if code in codes])
        for name, members in question["sets"].items()
    }

    class nationality(variables.Variable):  # noqa: N801 - OpenFisca names variables so
        """Number of the nationality."""

        value_type = int
        entity = PERSON
        definition_period = periods.DateUnit.ETERNITY

    class issuer(variables.Variable):  # noqa: N801 - OpenFisca names variables so
        """Number of the issuing state."""

        value_type = int
        entity = PERSON
        definition_period = periods.DateUnit.ETERNITY

    class visa(variables.Variable):  # noqa: N801 - OpenFisca names variables so
        """Place of the outcome in LABELS."""

        value_type = int
        entity = PERSON
        definition_period = periods.DateUnit.DAY

        def formula(person, period):  # noqa: N805, ANN001, ANN202 - OpenFisca's convention
            code = person("nationality", period)
            exempt = np.isin(code, sets["annex_II"])
            required = np.isin(code, sets["annex_I"])
            free = np.isin(code, sets["free_movement"])
            return np.select([free, required, exempt], [1, 2, 1], default=0)

    system = taxbenefitsystems.TaxBenefitSystem([PERSON])
    system.add_variables(nationality, issuer, visa)
    return system


def ask(system: taxbenefitsystems.TaxBenefitSystem, pairs: np.ndarray) -> np.ndarray:
    """Build a simulation for the pairs of nationality and issuer and calculate."""
    simulation = SimulationBuilder().build_default_simulation(system, count=len(pairs))
    simulation.set_input("nationality", "ETERNITY", pairs[:, 0])
    simulation.set_input("issuer", "ETERNITY", pairs[:, 1])
    return simulation.calculate("visa", "2026-11-23")


def milliseconds(system: taxbenefitsystems.TaxBenefitSystem, pairs: np.ndarray) -> float:
    """Give the median of twenty runs."""
    spent = []
    for _ in range(20):
        start = time.perf_counter()
        ask(system, pairs)
        spent.append((time.perf_counter() - start) * 1_000)
    return statistics.median(spent)


def main() -> None:
    """Read the question, answer it for one and for all, print outcomes and milliseconds."""
    question = json.load(sys.stdin)
    system = system_of(question)
    number = len(question["codes"])
    pairs = np.array([(a, b) for a in range(number) for b in range(number)])
    outcomes = [LABELS[place] for place in ask(system, pairs)]
    print(
        json.dumps(
            {
                "outcomes": outcomes,
                "one": milliseconds(system, pairs[:1]),
                "many": milliseconds(system, pairs),
            }
        )
    )


if __name__ == "__main__":
    main()
