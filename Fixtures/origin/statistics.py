#!/usr/bin/env python3
"""Reference values of the statistical assertions, with 40 digits from mpmath.

Run in the root of the package: python3 Fixtures/origin/statistics.py
Writes Fixtures/statistics/assertions.json and Fixtures/statistics/bounds.json.

Nothing here uses the formulas of the package where another way exists: binomial tails are sums of the
probabilities of all counts, Student's tail is an integral of the density, chi-square tails are
integrals through mpmath's incomplete gamma function, and every inverse is a bisection of a tail.
"""
import json
import mpmath as mp

mp.mp.dps = 40


def bisect(rises, low, high):
    """The point of [low, high] where the increasing function `rises` is zero."""
    low, high = mp.mpf(low), mp.mpf(high)
    for _ in range(140):
        middle = (low + high) / 2
        if rises(middle) > 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def normal_tail(z):
    return mp.erfc(z / mp.sqrt(2)) / 2


def normal_critical(tail):
    return bisect(lambda z: tail - normal_tail(z), -10, 10)


def student_tail(t, nu):
    """P(T > t) for t >= 0: the integral of the density."""
    log_constant = mp.loggamma((nu + 1) / mp.mpf(2)) - mp.loggamma(nu / mp.mpf(2))
    constant = mp.exp(log_constant) / mp.sqrt(nu * mp.pi)
    density = lambda x: constant * (1 + x * x / nu) ** (-(nu + 1) / mp.mpf(2))
    ends = [t] + [t + 2 ** k for k in range(0, 6)] + [mp.inf]
    return mp.quad(density, ends)


def student_critical(tail, nu):
    mp.mp.dps = 25
    low, high = mp.mpf(0), mp.mpf(1)
    while student_tail(high, nu) > tail:
        high *= 2
    result = mp.findroot(lambda t: mp.log(student_tail(t, nu) / tail), (low + high) / 2 if high > 1 else high)
    mp.mp.dps = 40
    return result


def chi2_lower(x, nu):
    return mp.gammainc(nu / mp.mpf(2), 0, x / 2, regularized=True)


def chi2_upper(x, nu):
    return mp.gammainc(nu / mp.mpf(2), x / 2, mp.inf, regularized=True)


def chi2_quantile_lower(p, nu):
    return bisect(lambda x: chi2_lower(x, nu) - p, 0, nu + 40 * mp.sqrt(nu) + 200)


def chi2_quantile_upper(q, nu):
    return bisect(lambda x: q - chi2_upper(x, nu), 0, nu + 40 * mp.sqrt(nu) + 200)


def binomial(n, q):
    """The probabilities of 0 ... n."""
    q = mp.mpf(q)
    if q == 0:
        return [mp.mpf(1)] + [mp.mpf(0)] * n
    if q == 1:
        return [mp.mpf(0)] * n + [mp.mpf(1)]
    term = (1 - q) ** n
    terms = [term]
    for k in range(n):
        term = term * (n - k) / (k + 1) * q / (1 - q)
        terms.append(term)
    return terms


def at_least(k, n, q):
    return mp.fsum(binomial(n, q)[k:])


def at_most(k, n, q):
    return mp.fsum(binomial(n, q)[: k + 1])


def row(kind, parameters, alpha, miss, p, closeness, lower, upper, effect):
    numbers = dict(alpha=alpha, missRate=miss, p=p, closeness=closeness, lower=lower, upper=upper,
                   effect=effect)
    return dict(kind=kind, **parameters, **{k: float(v) for k, v in numbers.items()})


def mean(observed, expected, sigma, count, known, alpha, miss):
    parameters = dict(observed=observed, expected=expected, sigma=sigma, count=count, known=known)
    o, e, s = mp.mpf(observed), mp.mpf(expected), mp.mpf(sigma)
    a, b = mp.mpf(alpha), mp.mpf(miss)
    error = s / mp.sqrt(count)
    z = abs(o - e) / error
    if known:
        p, critical = 2 * normal_tail(z), normal_critical(a / 2)
    else:
        nu = count - 1
        p, critical = 2 * student_tail(z, nu), student_critical(a / 2, nu)
    return row("mean", parameters, alpha, miss, p, 1 - p, o - critical * error, o + critical * error,
               (critical + normal_critical(b)) * error)


def variance(observed, expected, nu, alpha, miss):
    parameters = dict(observed=observed, expected=expected, degreesOfFreedom=nu)
    o, e, a, b = mp.mpf(observed), mp.mpf(expected), mp.mpf(alpha), mp.mpf(miss)
    x = nu * o / e
    p = min(mp.mpf(1), 2 * min(chi2_lower(x, nu), chi2_upper(x, nu)))
    high, low = chi2_quantile_upper(a / 2, nu), chi2_quantile_lower(a / 2, nu)
    above = e * high / chi2_quantile_lower(b, nu) - e
    below = e - e * low / chi2_quantile_upper(b, nu)
    return row("variance", parameters, alpha, miss, p, 1 - p, nu * o / high, nu * o / low,
               max(above, below))


def proportion(k, n, q, alpha, miss):
    parameters = dict(successes=k, trials=n, expected=q)
    qm, a, b = mp.mpf(q), mp.mpf(alpha), mp.mpf(miss)
    terms = binomial(n, qm)
    p = min(mp.mpf(1), 2 * min(mp.fsum(terms[: k + 1]), mp.fsum(terms[k:])))
    distance = abs(k - n * qm) + mp.mpf(10) ** -20
    closeness = mp.fsum(t for j, t in enumerate(terms) if abs(j - n * qm) <= distance)
    lower = 0 if k == 0 else bisect(lambda x: at_least(k, n, x) - a / 2, 0, 1)
    upper = 1 if k == n else bisect(lambda x: a / 2 - at_most(k, n, x), 0, 1)
    rise, fall = 1 - qm, qm
    if q < 1:
        critical = next((j for j in range(n + 1) if mp.fsum(terms[j:]) <= a / 2), None)
        if critical is not None:
            rise = bisect(lambda x: at_least(critical, n, x) - (1 - b), 0, 1) - qm
    if q > 0:
        critical = next((j for j in range(n, -1, -1) if mp.fsum(terms[: j + 1]) <= a / 2), None)
        if critical is not None:
            fall = qm - bisect(lambda x: (1 - b) - at_most(critical, n, x), 0, 1)
    return row("proportion", parameters, alpha, miss, p, closeness, lower, upper, max(rise, fall))


assertions = [
    mean(0.013, 0.01, 1.0, 10000, True, 1e-2, 1e-3),
    mean(-2.5, -2.5000001, 0.25, 400, True, 1e-6, 1e-6),
    mean(1.08, 1.0, 1.0, 10000, True, 5e-9, 1e-6),
    mean(3.0, -1.0, 2.0, 100, True, 1e-9, 1e-6),
    mean(0.5, 0.1, 0.7, 3, False, 1e-2, 1e-3),
    mean(10.2, 10.0, 1.5, 12, False, 1e-3, 1e-3),
    mean(0.2, 0.0, 1.0, 1000, False, 1e-6, 1e-6),
    mean(7.001, 7.0, 0.5, 5000, False, 5e-9, 1e-6),
    variance(0.4, 1.0, 1, 1e-2, 1e-3),
    variance(2.0, 1.5, 7, 1e-2, 1e-3),
    variance(1.31, 1.0, 200, 1e-6, 1e-6),
    variance(0.9, 1.0, 3000, 5e-9, 1e-6),
    variance(4.0001, 4.0, 2500, 1e-6, 1e-6),
    proportion(0, 10, 0.25, 1e-2, 1e-3),
    proportion(10, 10, 0.5, 1e-2, 1e-3),
    proportion(3, 20, 0.3, 1e-2, 1e-3),
    proportion(480, 1000, 0.5, 1e-6, 1e-6),
    proportion(500, 1000, 0.5, 1e-6, 1e-6),
    proportion(7, 600, 0.001, 5e-9, 1e-6),
    proportion(0, 300, 0.0, 1e-6, 1e-6),
    proportion(1, 300, 0.0, 1e-6, 1e-6),
    proportion(300, 300, 1.0, 1e-6, 1e-6),
]


def bernstein(count, variance, span, alpha):
    log = mp.log(4 / mp.mpf(alpha))
    radius = mp.sqrt(2 * mp.mpf(variance) * log / count) + 7 * mp.mpf(span) * log / (3 * (count - 1))
    return dict(count=count, variance=variance, range=span, alpha=alpha, radius=float(radius))


def band(count, alpha):
    return dict(count=count, alpha=alpha, radius=float(mp.sqrt(mp.log(2 / mp.mpf(alpha)) / (2 * count))))


def mixture(sigma, spread, alpha, count):
    square = mp.mpf(spread) ** 2
    growth = count * square + 1
    radius = sigma * mp.sqrt(growth / (count ** 2 * square) * mp.log(growth / mp.mpf(alpha) ** 2))
    return dict(sigma=sigma, spread=spread, alpha=alpha, count=count, radius=float(radius))


def sample_size(effect, sigma, alpha, miss):
    root = (normal_critical(mp.mpf(alpha) / 2) + normal_critical(mp.mpf(miss))) * sigma / mp.mpf(effect)
    return dict(effect=effect, sigma=sigma, alpha=alpha, missRate=miss, count=int(mp.ceil(root ** 2)))


bounds = dict(
    bernstein=[bernstein(2, 0.0, 1.0, 0.05), bernstein(100, 0.2, 1.0, 1e-6), bernstein(50000, 3.5, 12.0, 1e-9)],
    band=[band(1, 0.05), band(1000, 1e-6), band(1000000, 1e-9)],
    mixture=[mixture(1.0, 1.0, 0.05, 1), mixture(2.0, 0.1, 1e-6, 500), mixture(0.3, 0.01, 1e-3, 100000)],
    sampleSize=[sample_size(0.1, 1.0, 1e-6, 1e-6), sample_size(0.02, 0.5, 5e-9, 1e-6), sample_size(3.0, 1.0, 0.5, 0.4)],
)

for name, content in (("assertions", assertions), ("bounds", bounds)):
    with open(f"Fixtures/statistics/{name}.json", "w") as file:
        json.dump(content, file, indent=1)
        file.write("\n")
