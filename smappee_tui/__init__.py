"""Commission a Smappee energy monitor from a terminal."""

import os

__version__ = "0.1.0"

# numpy's OpenBLAS starts a thread a core and lets them spin: on the small tables here that costs up to four times the
# CPU time, the more the busier the laptop is. It is read when numpy is loaded, which is later.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
