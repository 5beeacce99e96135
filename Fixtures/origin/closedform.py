#!/usr/bin/env python3
"""Reference values for the closed forms, from mpmath and numpy alone.

Writes Fixtures/closedform/*.csv. Each table is computed in another way than the library computes
it: slopes by putting 0 and 1 into the step itself, value functions by integrating the reward
backwards step by step, expectations of advantages and ratios by integrating densities.

    python3 Fixtures/origin/closedform.py
"""

import math
import pathlib

import numpy
from mpmath import mp, mpf, sqrt, exp, log, gamma, quad, inf, pi, nstr, sin, cos, findroot
from mpmath import betainc

mp.dps = 40
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "closedform"


def write(name, header, rows):
    with open(FOLDER / name, "w") as file:
        file.write(",".join(header) + "\n")
        for row in rows:
            cells = [nstr(x, 20) if isinstance(x, mpf) else str(x) for x in row]
            file.write(",".join(cells) + "\n")


# Grids, noise and one step

def moved(x, shift):
    return shift * x / (1 + (shift - 1) * x)


def uniform(n):
    return [mpf(n - k) / n for k in range(n + 1)]


def shifted(n, shift):
    return [moved(t, mpf(shift)) for t in uniform(n)]


def double_shifted(n, shift):
    end = moved(mpf(1) / 1000, mpf(shift))
    return [moved(1 - (1 - end) * k / (n - 1), mpf(shift)) for k in range(n)] + [mpf(0)]


def exponential(n, mu):
    return [exp(mu) / (exp(mu) + (mpf(n) / (n - k) - 1)) for k in range(n)] + [mpf(0)]


def stretched(n, mu, terminal):
    t = exponential(n, mu)[:-1]
    return [1 - (1 - x) * (1 - terminal) / (1 - t[-1]) for x in t] + [mpf(0)]


def flow_noise(t, a):
    """s_k = a sqrt(t / (1 - t)), with 1 - t_1 for 1 - t in the first step."""
    return [a * sqrt(t[k] / ((1 - t[1]) if k == 0 else (1 - t[k]))) for k in range(len(t) - 1)]


def velocity(x, t, mu, s):
    """E[noise - data | x]: from the joint normal law of (noise - data) and x."""
    covariance = t - (1 - t) * s ** 2
    variance = (1 - t) ** 2 * s ** 2 + t ** 2
    return -mu + covariance / variance * (x - (1 - t) * mu)


def step_mean(x, t, u, s_k, mu, s):
    """The ODE point plus s_k^2 h / 2 times the score -(x + (1 - t) v) / t."""
    v = velocity(x, t, mu, s)
    h = t - u
    return x - h * v - s_k ** 2 * h / 2 * (x + (1 - t) * v) / t


def line(f):
    """Slope and offset of an affine function."""
    return f(mpf(1)) - f(mpf(0)), f(mpf(0))


# An unseen grid, everything about one coordinate

def unseen_grid():
    t = shifted(16, 5)
    n, a, mu, s, g = 16, mpf(1), mpf("0.3"), mpf("0.6"), mpf("1.7")
    sigma = flow_noise(t, a)
    sigma[n - 1] = mpf(0)  # the last step follows the ODE
    tau = [sigma[k] * sqrt(t[k] - t[k + 1]) for k in range(n)]
    full = flow_noise(t, a)
    level = [full[k] * sqrt(t[k] - t[k + 1]) for k in range(n)]
    step = [line(lambda x, k=k: step_mean(x, t[k], t[k + 1], sigma[k], mu, s)) for k in range(n)]
    flow = [line(lambda x, k=k: step_mean(x, t[k], t[k + 1], mpf(0), mu, s)) for k in range(n)]
    jump = [line(lambda x, k=k: step_mean(x, t[k], t[k + 1], full[k], mu, s)) for k in range(n)]

    def carry(x, steps, start):
        for m, c in steps[start:]:
            x = m * x + c
        return x

    mean, variance = [mpf(0)], [mpf(1)]
    for k in range(n):
        mean.append(step[k][0] * mean[-1] + step[k][1])
        variance.append(step[k][0] ** 2 * variance[-1] + tau[k] ** 2)
    mean_level = sum(level[: n - 1]) / (n - 1)
    factor = [1 + full[k] ** 2 * (1 - t[k]) / (2 * t[k]) for k in range(n)]
    ratio = [level[k] / factor[k] for k in range(n - 1)]
    guard = [level[k] / (t[k] - t[k + 1]) for k in range(n - 1)]
    rows = []
    for k in range(n):
        phi = line(lambda x: carry(x, step, k))
        after = line(lambda x: carry(x, step, k + 1))[0]
        rest = sum(
            (line(lambda x, j=j: carry(x, step, j + 1))[0] * tau[j]) ** 2 for j in range(k, n))
        suffix = line(lambda x: carry(x, flow, k + 1))
        branch = abs(g * level[k] * suffix[0])
        path = flow[:k] + [jump[k]] + flow[k + 1:]
        seeds = line(lambda x: carry(x, path, 0))[0]
        kappa = (t[k] - t[k + 1]) * factor[k] / level[k]
        trained = k < n - 1
        rows.append([
            k, t[k], level[k], step[k][0], step[k][1], phi[0], carry(mpf("0.8"), step, k), rest,
            mean[k], variance[k], (g * after * tau[k]) ** 2, branch, abs(g * seeds), kappa,
            level[k] / mean_level if trained else mpf(0),
            ratio[k] * (n - 1) / sum(ratio) if trained else mpf(0),
            guard[k] * (n - 1) / sum(guard) if trained else mpf(0),
        ])
    rows.append([n, t[n]] + [mpf(0)] * 3 + [mpf(1), mpf("0.8"), mpf(0), mean[n], variance[n]]
                + [mpf(0)] * 7)
    write("unseen-grid.csv", [
        "step", "time", "deviation", "slope", "offset", "suffixSlope", "valueMean", "valueVariance",
        "mean", "variance", "varianceShare", "branchDeviation", "seedDeviation",
        "scoreCoefficient", "noiseAware", "balanced", "guarded"], rows)


# Turning scales

def turning_scales():
    schedules = {
        "uniform": (uniform(10), mpf("0.7")),
        "sd35": (double_shifted(10, 3), mpf("0.7")),
        "flux": (exponential(10, mpf("1.15")), mpf("0.9")),
        "qwen": (stretched(10, mpf("0.5") + mpf("0.4") * 768 / 7936, mpf("0.02")), mpf("1.2")),
    }

    def spreads(t, a, s):
        sigma = flow_noise(t, a)
        result = []
        for k in range(9):
            x0, x1 = mpf(0), sigma[k] * sqrt(t[k] - t[k + 1])
            for j in range(k + 1, 10):
                x0 = step_mean(x0, t[j], t[j + 1], mpf(0), mpf(0), s)
                x1 = step_mean(x1, t[j], t[j + 1], mpf(0), mpf(0), s)
            result.append(abs(x1 - x0))
        return result

    def correlation(x, y):
        mx, my = sum(x) / len(x), sum(y) / len(y)
        xy = sum((p - mx) * (q - my) for p, q in zip(x, y))
        return xy / sqrt(sum((p - mx) ** 2 for p in x) * sum((q - my) ** 2 for q in y))

    rows = []
    for name, (t, a) in schedules.items():
        sigma = flow_noise(t, a)
        level = [sigma[k] * sqrt(t[k] - t[k + 1]) for k in range(9)]
        mp.dps = 25
        spread = lambda s: log(spreads(t, a, s)[8] / max(spreads(t, a, s)[:3]))
        match = lambda s: correlation(spreads(t, a, s), level) - mpf(1) / 2
        for label, f in (("spread", spread), ("correlation", match)):
            points = [mpf(10) ** (mpf(i) / 20) for i in range(-80, 81)]
            values = [f(s) for s in points]
            for i in range(len(points) - 1):
                if values[i] * values[i + 1] < 0:
                    root = findroot(f, (points[i], points[i + 1]), solver="anderson", tol=1e-40)
                    rows.append([name, label, root])
        mp.dps = 40
    write("turning-scales.csv", ["schedule", "turn", "scale"], rows)


# Values of a state by backward integration of the reward

def values():
    t = [1.0, 0.7, 0.45, 0.2, 0.0]
    coefficient = 0.6
    nodes, weights = numpy.polynomial.hermite_e.hermegauss(90)
    weights = weights / numpy.sqrt(2 * numpy.pi)

    def step(x, k, mu, s):
        covariance = t[k] - (1 - t[k]) * s ** 2
        variance = (1 - t[k]) ** 2 * s ** 2 + t[k] ** 2
        v = -mu + covariance / variance * (x - (1 - t[k]) * mu)
        h = t[k] - t[k + 1]
        return x - h * v - coefficient ** 2 * h / 2 * (x + (1 - t[k]) * v) / t[k]

    def value(reward, start, x, mu, s):
        """E of the reward of x_4 given x_start: one Gauss-Hermite rule for each remaining noise."""
        x = numpy.array([x], dtype=numpy.float64)
        w = numpy.ones(1)
        for k in range(start, 4):
            tau = coefficient * numpy.sqrt(t[k] - t[k + 1])
            x = (step(x, k, mu, s)[:, None] + tau * nodes[None, :]).ravel()
            w = (w[:, None] * weights[None, :]).ravel()
        return mpf(math.fsum(w * reward(x)))

    linear = lambda x: 1.3 * x - 0.2
    quadratic = lambda x: 0.4 + 0.7 * x - 0.5 * 0.9 * x * x
    bump = lambda x: 2.0 * numpy.exp(-((x - 0.5) ** 2) / (2 * 0.8 ** 2))
    other = lambda x: 1.5 * numpy.exp(-((x + 0.6) ** 2) / (2 * 1.1 ** 2))
    rows = []
    for start, x in ((1, -0.7), (2, 0.25), (3, 1.4)):
        mu, s = 0.2, 0.7
        for name, reward in (("linear", linear), ("quadratic", quadratic), ("bump", bump),
                             ("mixture", lambda y: bump(y) + other(y))):
            rows.append([name, 1, start, x, mpf(0), value(reward, start, x, mu, s)])
    # Two coordinates: the second has mean -0.4, scale 1.2, starts at y. A bump is a product.
    for start, x, y in ((2, 0.25, -0.9), (3, 1.4, 0.3)):
        one = value(bump, start, x, 0.2, 0.7)
        two = value(other, start, y, -0.4, 1.2)
        rows.append(["bump", 2, start, x, mpf(y), one * two])
    # Double precision: 14 digits are those that another processor prints too.
    rows = [[*row[:4], nstr(row[4], 14), nstr(row[5], 14)] for row in rows]
    write("values.csv", ["reward", "dimension", "step", "x", "y", "value"], rows)


# Advantages

def chi_density(n, u):
    return 2 * (mpf(1) / 2) ** (mpf(n) / 2) * u ** (n - 1) * exp(-u * u / 2) / gamma(mpf(n) / 2)


def advantages():
    rows = []
    for size in (2, 3, 4, 6, 8, 12, 24, 100):
        top = sqrt(mpf(size)) + 14
        grid = [0, sqrt(mpf(size)) / 2, sqrt(mpf(size)), sqrt(mpf(size)) + 4, top]
        # Sum of (xi - mean)^2 is chi^2 with size - 1 degrees; (1/G) sum A xi = chi^2 / (G S).
        root = quad(lambda u: u * chi_density(size - 1, u), grid)
        rows.append([size, "population", mpf(0), root / sqrt(mpf(size))])
        rows.append([size, "sample", mpf(0), root * sqrt(mpf(size - 1)) / size])
        for ratio in (mpf("0.01"), mpf(1), mpf(30)):
            for name, degrees in (("population", size), ("sample", size - 1)):
                shrunk = quad(
                    lambda u: u * u / (size * (u / sqrt(mpf(degrees)) + ratio))
                    * chi_density(size - 1, u), grid)
                rows.append([size, name, ratio, shrunk])
    write("advantage-factors.csv", ["size", "convention", "epsilonOverDeviation", "factor"], rows)

    rows = []
    for seeds, branches, ratio in (
            (4, 6, mpf("0.3")), (4, 6, mpf(2)), (2, 12, mpf(1)), (6, 4, mpf("0.7")), (1, 6, mpf(3)),
            (3, 2, mpf(40)), (4, 6, mpf(0)), (2, 2, mpf("0.05"))):
        size = seeds * branches
        root = quad(lambda u: u * chi_density(size - 1, u), [0, 3, 6, 10, 20]) / sqrt(mpf(size))
        a, b = mpf(seeds - 1) / 2, mpf(seeds * (branches - 1)) / 2
        if seeds == 1:
            mean = mpf(1)
        else:
            # E (1 + K (P/B)^2 T)^(-1/2), T ~ Beta(a, b); T = w^2 removes the end point's pole.
            norm = gamma(a + b) / gamma(a) / gamma(b)
            scale = branches * ratio ** 2
            def density(angle):
                w, q = sin(angle), cos(angle)
                return (2 * norm * w ** (2 * a - 1) * q ** (2 * b - 1) / sqrt(1 + scale * w * w))
            mean = quad(density, [0, mpf("0.01"), mpf("0.1"), mpf("0.5"), 1, pi / 2])
        rows.append([seeds, branches, ratio, root * mean])
    write("prompt-groups.csv", ["seeds", "branches", "seedOverBranch", "factor"], rows)

    rows = []
    for size in (2, 3, 6, 24):
        for share in (mpf("0.1"), mpf("0.5"), mpf("0.9")):
            bound = sqrt(mpf(size - 1))
            magnitude = share * bound
            if size == 2:
                probability = mpf(0)
            else:
                probability = betainc(mpf(1) / 2, mpf(size - 2) / 2, 0, share ** 2, regularized=True)
            rows.append([size, magnitude, probability])
    write("magnitudes.csv", ["size", "populationMagnitude", "probability"], rows)


# Ratios

def ratios():
    rows = []
    for delta, dimension, below, above in (
            (mpf("0.3"), 1, mpf("0.2"), mpf("0.2")), (mpf("0.05"), 1, mpf("0.1"), mpf("0.02")),
            (mpf(2), 1, mpf("0.2"), mpf("0.3")), (mpf("1.5"), 16, mpf("0.01"), mpf("0.01")),
            (mpf(3), 256, mpf("0.0001"), mpf("0.0001"))):
        mean = -delta ** 2 / (2 * dimension)
        spread = delta / dimension
        density = lambda z: exp(-z * z / 2) / sqrt(2 * pi)
        r = lambda z: exp(mean + spread * z)
        low, high = (log(1 - below) - mean) / spread, (log(1 + above) - mean) / spread
        cut = lambda *inner: sorted({mpf(-25), mpf(25), *[min(max(x, mpf(-25)), mpf(25)) for x in inner],
                                     *[mpf(i) for i in range(-20, 21, 2)]})
        total = quad(lambda z: r(z) * density(z), cut())
        fraction = quad(density, [x for x in cut(low) if x <= low] or [-25, -25])
        fraction += quad(density, [x for x in cut(high) if x >= high] or [25, 25])
        upper = quad(lambda z: min(r(z), 1 + above) * density(z), cut(high))
        lower = quad(lambda z: max(r(z), 1 - below) * density(z), cut(low))
        rows.append([delta, dimension, below, above, total, fraction, upper, lower])
    write("ratios.csv", ["shift", "dimension", "below", "above", "mean", "clipFraction",
                         "clippedAbove", "clippedBelow"], rows)


# Samplers

def samplers():
    def terminal(n, kind, level, s):
        t = uniform(n)
        variance, slope = mpf(1), mpf(1)
        sigma = flow_noise(t, level) if kind == "flow" else [level] * n
        for k in range(n):
            if kind == "cps" and k < n - 1:
                tau = t[k + 1] * sin(level * pi / 2)
                keep = sqrt(t[k + 1] ** 2 - tau ** 2)
                def move(x):
                    v = velocity(x, t[k], mpf(0), s)
                    return (1 - t[k + 1]) * (x - t[k] * v) + keep * (x + (1 - t[k]) * v)
            else:
                noise = mpf(0) if k == n - 1 or kind in ("ode", "cps") else sigma[k]
                tau = noise * sqrt(t[k] - t[k + 1])
                move = lambda x: step_mean(x, t[k], t[k + 1], noise, mpf(0), s)
            m = move(mpf(1)) - move(mpf(0))
            variance = m * m * variance + tau * tau
            slope *= m
        return variance, slope / sqrt(variance)

    mp.dps = 25
    rows = []
    for n in (2, 10, 100, 1000):
        for kind, level in (("ode", "0"), ("flow", "0.3"), ("flow", "0.7"), ("flow", "1"),
                            ("constant", "0.3"), ("cps", "0.7"), ("cps", "0.9")):
            for s in ("1", "0.2"):
                variance, memory = terminal(n, kind, mpf(level), mpf(s))
                rows.append([n, kind, level, s, variance, memory])
    mp.dps = 40
    write("samplers.csv", ["steps", "sampler", "level", "scale", "variance", "seedCorrelation"], rows)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    unseen_grid()
    turning_scales()
    values()
    advantages()
    ratios()
    samplers()
