"""Makes the tables under Fixtures/special with mpmath and exact integer series.

Each line of a table is the arguments, which are exact doubles in shortest decimal form, then the
value to 18 digits. The incomplete functions use series of positive terms in fixed point of 800 or
1,200 bits, not the library's own routines, and a sample is compared with mpmath's.

    python3 Fixtures/origin/special.py [table ...]
"""

import math
import random
import sys
from fractions import Fraction
from pathlib import Path

from mpmath import (
    betainc, erf, erfc, erfinv, exp, gammainc, hyp2f1, log, loggamma, mp, mpf, nstr, pi, sqrt)

FOLDER = Path(__file__).resolve().parent.parent / "special"
mp.dps = 60


def number(x):
    return repr(float(x))


def short(x, digits=6):
    return float(f"{x:.{digits}g}")


def value(x):
    return nstr(x, 18)


def write(name, header, rows):
    rows = list(dict.fromkeys(rows))
    text = f"# {header}\n" + "".join(row + "\n" for row in rows)
    (FOLDER / f"{name}.txt").write_text(text)
    print(f"{name}: {len(rows)} rows, {len(text) // 1024} KB")


def around(x, steps=4):
    """The doubles next to x on either side."""
    points, low, high = [x], x, x
    for _ in range(steps):
        low, high = math.nextafter(low, -math.inf), math.nextafter(high, math.inf)
        points += [low, high]
    return points


def log_uniform(rng, low, high, count, digits=6):
    return [short(10 ** rng.uniform(math.log10(low), math.log10(high)), digits) for _ in range(count)]


def uniform(rng, low, high, count, digits=7):
    return [short(rng.uniform(low, high), digits) for _ in range(count)]


# Functions of one argument.


def table_erf():
    rng = random.Random(1)
    points = [0.0, 5e-324, 1e-310, 2.2250738585072014e-308]
    points += log_uniform(rng, 1e-300, 1e-3, 300)
    points += uniform(rng, 0, 1, 500) + uniform(rng, 1, 6.2, 800) + uniform(rng, 6, 40, 20)
    for edge in (0.5, 1.0, 6.0, 2.0):
        points += around(edge)
    points += [i / 16 for i in range(100)]
    points = [(-1) ** i * x for i, x in enumerate(points)] + uniform(rng, -1, 1, 300)
    write("erf", "x erf(x)", (f"{number(x)} {value(erf(mpf(x)))}" for x in points))


def table_erfc():
    rng = random.Random(2)
    points = uniform(rng, -6.5, 0.5, 400) + uniform(rng, 0.5, 6, 500) + uniform(rng, 6, 26.5, 700)
    points += uniform(rng, 26.4, 27.3, 200) + log_uniform(rng, 1e-300, 1e-3, 60)
    points += [i / 8 for i in range(-50, 220)] + [28.0, 100.0, -28.0, 0.0, 5e-324]
    for edge in (0.5, 1.0, -1.0, 26.5, 4.0):
        points += around(edge)
    write("erfc", "x erfc(x)", (f"{number(x)} {value(erfc(mpf(x)))}" for x in points))


def table_normal_cdf():
    rng = random.Random(3)
    points = uniform(rng, -38.6, -0.7, 1000) + uniform(rng, -0.7, 8.5, 500)
    points += uniform(rng, -38.6, -37.4, 150) + uniform(rng, -1, 1, 150)
    points += [i / 8 for i in range(-310, 72)] + [-40.0, 40.0, -100.0, 5e-324]
    points += [-x for x in log_uniform(rng, 1e-300, 1e-3, 40)]
    for edge in (-0.7, -37.5, 0.0, -1.96):
        points += around(edge)
    write("normal-cdf", "x Phi(x)",
          (f"{number(x)} {value(erfc(-mpf(x) / sqrt(mpf(2))) / 2)}" for x in points))


def exact_quantile(p):
    """The quantile of an exact double p, by Newton's method at 60 digits."""
    p = mpf(p)
    if abs(p - 0.5) <= 0.45:
        return sqrt(mpf(2)) * erfinv(2 * p - 1)
    tail = min(p, 1 - p)
    target = log(tail)
    r = sqrt(-2 * target)
    z = r - log(r * sqrt(2 * pi)) / r
    for _ in range(60):
        upper = erfc(z / sqrt(mpf(2))) / 2
        step = (log(upper) - target) * upper / (exp(-z * z / 2) / sqrt(2 * pi))
        z += step
        if abs(step) < mpf(10) ** -50:
            break
    return -z if p < 0.5 else z


def table_normal_quantile():
    rng = random.Random(4)
    points = log_uniform(rng, 1e-300, 0.1, 800) + uniform(rng, 0.1, 0.9, 500)
    points += [0.5 + s * 2.0 ** -k for k in range(2, 54) for s in (1, -1) if 0.5 + s * 2.0 ** -k != 0.5]
    points += [0.5 + s * 10.0 ** -k for k in range(1, 16) for s in (1, -1)]
    points += [1 - x for x in log_uniform(rng, 1.2e-16, 0.1, 400)]
    points += [1 - j * 2.0 ** -53 for j in range(1, 40)] + [5e-324, 1e-323, 1e-320, 1e-310, 2.3e-308]
    points += [10.0 ** -k for k in range(1, 308, 2)] + [10.0 ** -k / 2 for k in range(1, 16)]
    points += around(0.1) + around(0.9)
    write("normal-quantile", "p z with Phi(z) = p",
          (f"{number(p)} {value(exact_quantile(p))}" for p in points if p != 0.5))


def table_log_gamma():
    rng = random.Random(5)
    points = log_uniform(rng, 1e-300, 1e-2, 200) + uniform(rng, 0, 3, 600) + uniform(rng, 3, 20, 400)
    points += log_uniform(rng, 20, 1e12, 300) + log_uniform(rng, 1e12, 2e305, 150)
    for zero in (1.0, 2.0):
        points += [zero + s * 10.0 ** -k for k in range(1, 16) for s in (1, -1)]
        points += [zero + s * 2.0 ** -k for k in range(1, 52) for s in (1, -1)]
        points += around(zero)
    points += around(3.0) + around(8.0) + around(0.5) + [i / 4 for i in range(1, 161)]
    points += [5e-324, 1e-310, 1.4616321449683623, 2.5e305]
    write("log-gamma", "x log Gamma(x)", (f"{number(x)} {value(loggamma(mpf(x)))}" for x in points))


def table_gamma_ratio():
    rng = random.Random(6)
    points = log_uniform(rng, 1e-300, 1e-2, 60) + uniform(rng, 0, 30, 500)
    points += log_uniform(rng, 10, 1e15, 300) + log_uniform(rng, 1e15, 1e300, 40)
    points += [i / 2 for i in range(1, 120)] + around(10.0)

    def ratio(x):
        with mp.workdps(60 if x < 1e15 else 400):
            return exp(loggamma(mpf(x) + mpf(1) / 2) - loggamma(mpf(x)))
    write("gamma-ratio-half", "x Gamma(x + 1/2) / Gamma(x)",
          (f"{number(x)} {value(ratio(x))}" for x in points))


# Incomplete functions.


def bits_for(*parameters):
    """Enough to take the far tail as one minus the near one; far tails have small parameters."""
    return 1200 if max(parameters) < 3e4 else 800


def fixed_sum(numerators, denominators, bits):
    """Sum of a series of positive terms that starts with one and has the given ratios."""
    term = total = 1 << bits
    index = 0
    while True:
        up, down = numerators(index), denominators(index)
        term = term * up // down
        total += term
        index += 1
        if term == 0 or (up < down and term * (down // (down - up) + 1) >> 60 == 0):
            return mpf(total) / mpf(2) ** bits


def gamma_parts(a, x):
    """P, Q and the density of log x at exact doubles a, x."""
    A, X = Fraction(a), Fraction(x)
    scale = A.denominator * X.denominator // math.gcd(A.denominator, X.denominator)
    up, down = int(X * scale), int(A * scale)
    bits = bits_for(a)
    with mp.workdps(400):
        series = fixed_sum(lambda n: up, lambda n: down + (n + 1) * scale, bits)
        a, x = mpf(a), mpf(x)
        lower = exp(a * log(x) - x - loggamma(a + 1)) * series
        assert 1 - lower > mpf(2) ** (100 - bits), (a, x)
        return lower, 1 - lower, exp(a * log(x) - x - loggamma(a))


def series_length(a, b, x):
    """How many terms of the beta series matter: a crude search on their logarithm."""
    def small(n):
        return (math.lgamma(a + b + n) - math.lgamma(a + b) - math.lgamma(a + 1 + n)
                + math.lgamma(a + 1) + n * math.log(x)) < -bits_for(a, b)
    n = 16
    while not small(n) and n < 1e8:
        n *= 2
    return n


def beta_parts(a, b, x):
    """I_x, 1 - I_x and the density of logit x at exact doubles."""
    flip = series_length(b, a, 1 - x if x < 1 else 1e-17) < series_length(a, b, x)
    A, B, X = Fraction(a), Fraction(b), Fraction(x)
    if flip:
        A, B, X = B, A, 1 - X
    scale = math.lcm(A.denominator, B.denominator)
    total, first = int((A + B) * scale), int((A + 1) * scale)
    up, down = X.numerator, X.denominator
    bits = bits_for(a, b)
    with mp.workdps(400):
        series = fixed_sum(
            lambda n: (total + n * scale) * up, lambda n: (first + n * scale) * down, bits)
        p, q = mpf(A.numerator) / A.denominator, mpf(B.numerator) / B.denominator
        z = mpf(up) / down
        density = exp(p * log(z) + q * log(1 - z) + loggamma(p + q) - loggamma(p) - loggamma(q))
        near = density / p * series
        assert 1 - near > mpf(2) ** (100 - bits), (a, b, x)
        return (1 - near, near, density) if flip else (near, 1 - near, density)


def gamma_cases():
    rng = random.Random(7)
    shapes = [k / 2 for k in range(1, 41)] * 8
    shapes += log_uniform(rng, 0.5, 1e4, 1250, 4) + log_uniform(rng, 1e4, 1e6, 380, 5)
    shapes += log_uniform(rng, 1e6, 1e8, 50, 8) + log_uniform(rng, 1e8, 1e9, 8, 9) + [1e9] * 6
    for a in shapes:
        # A point by its tail: z standard deviations on the cube-root scale, most within 8.
        z = rng.uniform(-8, 8) if rng.random() < 0.85 else rng.uniform(-20, 20)
        if a >= 1e6:
            z = rng.uniform(-7.7, 7.7)
        root = 1 - 1 / (9 * a) + z / (3 * math.sqrt(a))
        x = a * root ** 3 if root > 0.05 else a * 10 ** rng.uniform(-12, -1)
        yield a, short(x, 6 if a < 1e4 else 13)


def beta_cases():
    rng = random.Random(8)
    shapes = [(i / 2, j / 2) for i in range(1, 13) for j in range(1, 13)] * 4
    for low, high, count, digits in ((0.5, 1e3, 800, 4), (1, 1e5, 350, 5), (10, 1e6, 200, 6)):
        shapes += zip(log_uniform(rng, low, high, count, digits), log_uniform(rng, low, high, count, digits))
    shapes += [(k, n - k + 1.0) for n in (10.0, 1e3, 1e5) for k in (1.0, 2.0, n / 2, n - 1, n)] * 4
    shapes += zip(log_uniform(rng, 1e6, 1e9, 14, 9), log_uniform(rng, 1e6, 1e9, 14, 9))
    shapes += [(1e9, 1e9), (1e9, 1.0), (1.0, 1e9), (0.5, 1e9), (1e9, 0.5), (3.0, 1e9), (1e9, 1e6)] * 2
    for a, b in shapes:
        z = rng.uniform(-7.7, 7.7) if rng.random() < 0.9 else rng.uniform(-18, 18)
        if max(a, b) >= 1e6:
            z = rng.uniform(-7.5, 7.5)
        if min(a, b) < 3:
            z = rng.uniform(-5, 5)
        u = math.log(a / b) + z * math.sqrt(1 / a + 1 / b)
        x = short(1 / (1 + math.exp(-u)), 6 if max(a, b) < 1e4 else 13)
        if 0 < x < 1:
            yield a, b, x


def compare(name, ours, library):
    difference = abs(ours / library - 1)
    assert difference < mpf(10) ** -25, (name, ours, library)


def table_gamma():
    forward, inverse = [], []
    for index, (a, x) in enumerate(gamma_cases()):
        lower, upper, density = gamma_parts(a, x)
        if index % 40 == 0 and a < 1e4 and upper > 1e-30:
            with mp.workdps(120):
                compare("P", lower, gammainc(mpf(a), 0, mpf(x), regularized=True))
        forward.append(f"{number(a)} {number(x)} {value(lower)} {value(upper)}")
        inverse += inverse_rows(x, lower, upper, density / mpf(x), f"{number(a)}", index)
    write("incomplete-gamma", "a x P(a,x) Q(a,x)", forward)
    write("inverse-gamma", "side probability a x", inverse)


def table_beta():
    forward, inverse = [], []
    for index, (a, b, x) in enumerate(beta_cases()):
        lower, upper, density = beta_parts(a, b, x)
        if index % 40 == 0 and max(a, b) < 1e3 and lower > 1e-30:
            with mp.workdps(120):
                compare("I", lower, betainc(mpf(a), mpf(b), 0, mpf(x), regularized=True))
        forward.append(f"{number(a)} {number(b)} {number(x)} {value(lower)} {value(upper)}")
        slope = density / (mpf(x) * (1 - mpf(x)))
        inverse += inverse_rows(x, lower, upper, slope, f"{number(a)} {number(b)}", index)
    write("incomplete-beta", "a b x I_x(a,b) 1-I_x(a,b)", forward)
    write("inverse-beta", "side probability a b x", inverse)


def inverse_rows(x, lower, upper, slope, parameters, index):
    """A row for the smaller tail, now and then for the larger one: x moved to the rounded tail.

    The tail is rounded to a double; x moves by that change over the slope, whose square is lost.
    """
    small = ("lower", lower, 1) if lower < upper else ("upper", upper, -1)
    large = ("upper", upper, -1) if lower < upper else ("lower", lower, 1)
    rows = []
    for side, tail, sign in (small, large) if index % 10 == 0 else (small,):
        rounded = mpf(float(tail))
        if tail < 1e-280 or rounded >= 1 or (tail > 0.5 and 1 - rounded < 1e-9):
            continue
        moved = mpf(x) + sign * (rounded - tail) / slope
        rows.append(f"{side} {number(rounded)} {parameters} {value(moved)}")
    return rows


def table_hypergeometric():
    rng = random.Random(9)
    cases = []
    for n in (1, 2, 3, 4, 6, 8, 12, 24, 64):
        for k in (1, 2, 4, 6, 8, 16, 24):
            if n * k > 1:
                for z in (-1e-3, -0.25, -1.0, -2.7, -30.0, -1e3, -1e6):
                    cases.append((0.5, (n - 1) / 2, (n * k - 1) / 2, z * rng.choice((1, k))))
    for _ in range(250):
        b, rest = (short(10 ** rng.uniform(-0.3, 3), 4) for _ in range(2))
        cases.append((short(rng.uniform(-4, 10), 3), b, short(b + rest, 8), -short(10 ** rng.uniform(-8, 12), 5)))
    cases += [(0.5, 0.5, 1e6, -1.0), (0.5, 5e5, 1e6, -3.0), (0.5, 0.5, 1e6 + 0.5, -1e6)]

    def exact(a, b, c, z):
        if b == 0:
            return mpf(1)
        a, b, c, z = map(mpf, (a, b, c, z))
        with mp.workdps(60):
            return hyp2f1(a, b, c, z, maxterms=10 ** 7)
    write("hypergeometric", "a b c z 2F1(a,b;c;z)",
          (f"{a!r} {b!r} {c!r} {z!r} {value(exact(a, b, c, z))}" for a, b, c, z in cases))


TABLES = {
    "erf": table_erf, "erfc": table_erfc, "normal-cdf": table_normal_cdf,
    "normal-quantile": table_normal_quantile, "log-gamma": table_log_gamma,
    "gamma-ratio": table_gamma_ratio, "gamma": table_gamma, "beta": table_beta,
    "hypergeometric": table_hypergeometric,
}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or TABLES:
        TABLES[name]()
