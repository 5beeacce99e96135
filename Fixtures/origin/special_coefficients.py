"""Prints the Chebyshev coefficients that Sources/RivuletNumerics/Special uses.

Each block is a Chebyshev interpolant at high precision, cut where the coefficients fall below the
rounding of a double; the largest error of the rounded series, evaluated exactly, stands above it.

    python3 Fixtures/origin/special_coefficients.py
"""

from mpmath import mp, mpf, cos, erf, erfc, erfinv, exp, findroot, log, loggamma, ncdf, pi, sqrt

mp.dps = 60


def interpolant(function, terms):
    """Chebyshev coefficients on [-1, 1], the first one already halved."""
    nodes = [cos(pi * (k + mpf(1) / 2) / terms) for k in range(terms)]
    values = [function(node) for node in nodes]
    return [
        (1 if j == 0 else 2) * sum(
            values[k] * cos(pi * j * (k + mpf(1) / 2) / terms) for k in range(terms)) / terms
        for j in range(terms)
    ]


def value(coefficients, t):
    ahead = behind = mpf(0)
    for c in reversed(coefficients[1:]):
        ahead, behind = c + 2 * t * ahead - behind, ahead
    return coefficients[0] + t * ahead - behind


def show(name, function, terms, keep):
    series = [mpf(float(c)) for c in interpolant(function, terms)[:keep]]
    grid = [mpf(i) / 250 - 1 for i in range(501)]
    worst = max(abs(value(series, t) / function(t) - 1) for t in grid[1:-1])
    print(f"{name}: {keep} terms, relative error {mp.nstr(worst, 3)}")
    for c in series:
        print(f"    {float(c)!r},")


def scaled_erfc(x):
    return exp(x * x) * erfc(x) if x < 1e3 else sum_tail(x)


def sum_tail(x):
    total = term = mpf(1)
    for n in range(1, 20):
        term *= -(2 * n - 1) / (2 * x * x)
        total += term
    return total / (x * sqrt(pi))


def erf_quotient(t):
    square = (t + 1) / 2
    x = sqrt(square)
    return erf(x) / x if x > 0 else 2 / sqrt(pi)


def weighted_scaled_erfc(t):
    x = 4 * (1 + t) / (1 - t)
    return (1 + 2 * x) * scaled_erfc(x)


def log_gamma_quotient(t):
    if abs(t) < mpf(10) ** -40:
        return 1 - mp.euler
    if abs(t + 1) < mpf(10) ** -40:
        return mp.euler
    return loggamma(2 + t) / (t * (1 + t))


def central_quantile(t):
    q = sqrt((t + 1) / 2) * mpf("0.4")
    return sqrt(mpf(2)) * erfinv(2 * q) / q if q > 0 else sqrt(2 * pi)


TAIL_START = 1 / sqrt(-2 * log(mpf("0.1")))


def tail_quantile(t):
    s = (t + 1) / 2 * mpf("0.468")
    r = 1 / s
    start = r - log(r * sqrt(2 * pi)) / r if r > 3 else r * mpf("0.7")
    return findroot(lambda z: log(erfc(z / sqrt(mpf(2))) / 2) + r * r / 2, start, tol=1e-30) / r


if __name__ == "__main__":
    show("erf(x) / x, t = 2 x^2 - 1, 0 <= x <= 1", erf_quotient, 30, 14)
    show("(1 + 2 x) exp(x^2) erfc(x), t = (x - 4) / (x + 4)", weighted_scaled_erfc, 50, 30)
    show("log gamma(x) / ((x - 1) (x - 2)), t = x - 2", log_gamma_quotient, 60, 30)
    show("quantile / q, t = 2 (q / 0.4)^2 - 1", central_quantile, 30, 9)
    show("-quantile / r, t = 2 / (0.468 r) - 1, r = sqrt(-2 log p)", tail_quantile, 40, 14)
