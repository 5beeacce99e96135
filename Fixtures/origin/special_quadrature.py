"""Makes the tables under Fixtures/quadrature: Gauss rules at 50 digits.

Starts are numpy's nodes; Newton's method in mpmath on the three-term recurrence refines them.

    python3 Fixtures/origin/special_quadrature.py
"""

from pathlib import Path

import numpy as np
from mpmath import mp, mpf, nstr, sqrt

FOLDER = Path(__file__).resolve().parent.parent / "quadrature"
mp.dps = 50


def hermite(n, x):
    """The value of He_n over sqrt(n!), its derivative, and the weight at x."""
    before, here, total = mpf(0), mpf(1), mpf(0)
    for k in range(n):
        total += here * here
        before, here = here, (x * here - sqrt(mpf(k)) * before) / sqrt(mpf(k + 1))
    return here, sqrt(mpf(n)) * before, 1 / total


def legendre(n, x):
    before, here = mpf(0), mpf(1)
    for k in range(n):
        before, here = here, ((2 * k + 1) * x * here - k * before) / (k + 1)
    slope = n * (before - x * here) / (1 - x * x)
    return here, slope, 2 / ((1 - x * x) * slope * slope)


def rule(evaluate, starts, n):
    for start in starts:
        x = mpf(float(start))
        for _ in range(8):
            value, slope, _ = evaluate(n, x)
            x -= value / slope
        if abs(x) < mpf(10) ** -30:
            x = mpf(0)
        yield x, evaluate(n, x)[2]


def write(name, header, sizes, evaluate, starts):
    lines = [f"# {header}"]
    for n in sizes:
        for x, w in rule(evaluate, starts(n), n):
            if x >= 0:
                lines.append(f"{n} {nstr(x, 18)} {nstr(w, 18)}")
    (FOLDER / f"{name}.txt").write_text("\n".join(lines) + "\n")
    print(name, len(lines) - 1)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    sizes = (1, 2, 3, 4, 7, 16, 31, 64, 100, 127, 128)
    write("hermite", "n x w for the standard normal weight, x >= 0", sizes, hermite,
          lambda n: np.polynomial.hermite_e.hermegauss(n)[0])
    write("legendre", "n x w on -1 ... 1, x >= 0", sizes + (512,), legendre,
          lambda n: np.polynomial.legendre.leggauss(n)[0])
