"""A sweep over many virtual houses, faster than real time: `python -m tests.bench.bench_sweep [HOUSES] [AT ONCE]`.

One house in a hundred is wired wrong, whether anything runs behind that clamp or not. Prints how many of these were
found; who could not be found by anybody, as no such clamp carried a current in the whole sweep; who was missed though
one did; who was accused though right; how long the sweep took by the houses' clock, and what the fleet cost of a core
by the processor's. Goal: nobody accused, nobody missed.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter

from smappee_tui.fleet.service import Fleet
from smappee_tui.fleet.turns import Turns
from smappee_tui.simulator.fleet import street
from smappee_tui.simulator.house.truth import BUSY_AMPS
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.fleet.street import Heard

MOST_MINUTES = 90


def main(houses: int, most: int) -> None:
    plans = street(houses)
    heard = Heard(plans)
    fleet = Fleet(heard, clock=heard.clock, turns=Turns(most=most))
    spent = worst = 0.0
    view = fleet.view()
    wrong = {plan.identity.uuid: plan for plan in plans if plan.miswired}
    monitors = {plan.identity.uuid: monitor for plan, monitor in heard.houses}
    flowed, seen = ({uuid: Counter[int]() for uuid in wrong} for _ in range(2))
    for second in range(MOST_MINUTES * 60):
        heard.tick()
        for uuid in wrong:
            carrying = _carrying(monitors[uuid])
            flowed[uuid].update(carrying)
            if uuid in fleet.turns.now:
                seen[uuid].update(carrying)
        while True:
            begun = time.process_time()
            fleet.step(0.05)
            took = time.process_time() - begun
            spent, worst = spent + took, max(worst, took)
            if not fleet.turns.due(heard.now) and not heard.waiting:
                break
        if second % 60 == 59:
            view = fleet.view()
            counts, sweep, window = view.counts, view.sweep, view.window
            left = "-" if sweep.left is None else f"{sweep.left / 60:.0f}"
            print(
                f"{second // 60 + 1:3} min  live {counts.live:5} silent {counts.silent:3} judged {counts.judged:5} "
                f"fault {counts.fault:3} undecided {counts.undecided:4} ok {counts.ok:5}  at once {window.locations:4} "
                f"of {window.most:4}, {100 * window.share:4.1f} %  sweep {sweep.number}: {sweep.done}/{sweep.of}, "
                f"{left} min left  {100 * spent / (second + 1):5.1f} % of a core, {_memory():.0f} MB",
                flush=True,
            )
        if view.sweep.number > 1:
            break
    accused = {row.uuid: row for row in view.rows("fault")}
    found = wrong.keys() & accused.keys()
    hidden = {uuid for uuid in wrong.keys() - found if not sum(flowed[uuid].values())}
    missed = wrong.keys() - found - hidden
    print(
        f"wired wrong {len(wrong)}: found {len(found)}, could not be (no current in the whole sweep) {len(hidden)}, "
        f"missed though it carried a current {len(missed)}; right and accused {len(accused.keys() - wrong.keys())}"
    )
    for uuid in sorted(missed | hidden):
        row = view.row(uuid)
        print(
            f"  {'missed' if uuid in missed else 'could not'}: {wrong[uuid]} {row and row.verdict}; seconds with a "
            f"current, by input: {dict(flowed[uuid])}, of these in its turns: {dict(seen[uuid])}"
        )
    for uuid in accused.keys() - wrong.keys():
        plan = next(one for one in plans if one.identity.uuid == uuid)
        print(f"  accused: {plan.site} {plan.seed} {plan.faults} {accused[uuid].findings}")
    print(f"longest step {1000 * worst:.0f} ms; {len(view.changes)} changes told; notes {view.notes}")


def _carrying(monitor: VirtualMonitor) -> list[int]:
    """The inputs that are wired wrong and carry a current now."""
    sample = monitor.last_sample
    readings = sample.readings if sample is not None else ()
    return [
        one.input
        for one in readings
        if one.amps >= BUSY_AMPS and monitor.state_of(one.input)[0] not in ("ok", "unused")
    ]


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*(int(one) for one in [*sys.argv[1:], "1000", "600"][:2]))
