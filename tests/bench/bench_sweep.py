"""A sweep over many virtual houses, faster than real time: `python -m tests.bench.bench_sweep [HOUSES] [AT ONCE]`.

One house in a hundred is wired wrong. Prints how many of these were found, who was accused though right, how long the
sweep took by the houses' clock, and what the fleet cost of a core by the processor's. Goal: nobody accused, and all
found whose clamp carried a current while they had their turn.
"""

from __future__ import annotations

import resource
import sys
import time

from smappee_tui.fleet.service import Fleet
from smappee_tui.fleet.turns import Turns
from smappee_tui.simulator.fleet import street
from tests.fleet.street import Heard

MOST_MINUTES = 90


def main(houses: int, most: int) -> None:
    plans = street(houses)
    heard = Heard(plans)
    fleet = Fleet(heard, clock=heard.clock, turns=Turns(most=most))
    spent = worst = 0.0
    view = fleet.view()
    for second in range(MOST_MINUTES * 60):
        heard.tick()
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
    wrong = {plan.identity.uuid: plan for plan in plans if plan.miswired}
    accused = {row.uuid: row for row in view.rows("fault")}
    print(
        f"found {len(wrong.keys() & accused.keys())} of {len(wrong)}, right and accused {len(accused.keys() - wrong)}"
    )
    monitors = {plan.identity.uuid: monitor for plan, monitor in heard.houses}
    for uuid in wrong.keys() - accused.keys():
        row, channels = view.row(uuid), monitors[uuid].truth()["channels"]
        busy = {one["input"]: one["busy_seconds"] for one in channels if one["state"] not in ("ok", "unused")}
        print(f"  missed: {wrong[uuid]} {row and row.verdict}; seconds with a current, by input: {busy}")
    for uuid in accused.keys() - wrong.keys():
        plan = next(one for one in plans if one.identity.uuid == uuid)
        print(f"  accused: {plan.site} {plan.seed} {plan.faults} {accused[uuid].findings}")
    print(f"longest step {1000 * worst:.0f} ms; {len(view.changes)} changes told; notes {view.notes}")


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*(int(one) for one in [*sys.argv[1:], "1000", "600"][:2]))
