"""Draw the pages of two reports of one visit, before and after a fault was mended, and their comparison; and the pages
for the customer that come with them.

python -m screenshots.make_report        needs pdftoppm (poppler-utils)
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from smappee_tui.report.diff import compare, diff_text
from smappee_tui.report.formats import write
from tests.report.made import Visit

HERE = Path(__file__).parent
PAGES = 3
"""Of each report, from the first."""


def main() -> None:
    visit = Visit().whole()
    first = visit.report()
    visit.configure_reversed(6)
    visit.heat(6, "Car charger", 0, flip=(6,))
    second = visit.report()
    with TemporaryDirectory() as place:
        for name, report in (("report-first", first), ("report-second", second)):
            files = write(report, Path(place), ("pdf",), name=name).files
            for pdf, picture in ((files["pdf"], name), (files["handover-pdf"], name.replace("report", "handover"))):
                words = ["pdftoppm", "-r", "80", "-l", str(PAGES), "-png", str(pdf), str(HERE / picture)]
                subprocess.run(words, check=True)
    (HERE / "report-diff.txt").write_text(diff_text(compare(first, second)) + "\n", encoding="utf-8")
    sys.stdout.write("".join(f"{path.name}\n" for path in sorted((*HERE.glob("report-*"), *HERE.glob("handover-*")))))


if __name__ == "__main__":
    main()
