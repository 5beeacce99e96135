"""Reference values for mixtures, pixel fields, rewards and data with a known velocity.

Run from the root of the package: python3 Fixtures/origin/worlds.py
Needs mpmath and numpy. Writes Fixtures/worlds/*.csv.

Velocities come from the conditional expectation E[noise - data | x_t] of the joint law: posterior
means of each component for mixtures, adaptive quadrature for the checkerboard. Derivatives are taken
by mpmath's numerical differentiation in 50 digits. The expected rewards of discretised chains on a
mixture come from propagating the density of the states forward on a fixed Gauss-Legendre grid in
double precision, and their gradients from central differences of that with one extrapolation; they
are written with 12 and 8 digits.
"""

from pathlib import Path

import numpy as np
from mpmath import mp, mpf, sqrt, exp, log, pi, cos, quad, diff

mp.dps = 50
HERE = Path(__file__).resolve().parents[1] / "worlds"
HERE.mkdir(exist_ok=True)


def digits(x):
    return mp.nstr(x, 25, strip_zeros=False)


def write(name, header, rows):
    text = header + "\n" + "".join(
        ",".join(c if isinstance(c, str) else digits(mpf(c)) for c in row) + "\n" for row in rows
    )
    (HERE / name).write_text(text)


# ---- mixture: velocity and its derivatives ----------------------------------------------


def velocity(theta, x, t, count, dimension, spread):
    logw = theta[:count]
    mu = [theta[count + j * dimension : count + (j + 1) * dimension] for j in range(count)]
    start = count * (1 + dimension)
    logs = [theta[start + j * spread : start + (j + 1) * spread] for j in range(count)]
    c = 1 - t
    weights, posterior = [], []
    for j in range(count):
        s2 = [exp(2 * logs[j][0 if spread == 1 else i]) for i in range(dimension)]
        var = [c**2 * s + t**2 for s in s2]
        w = exp(logw[j])
        mean = []
        for i in range(dimension):
            u = x[i] - c * mu[j][i]
            w *= exp(-(u**2) / (2 * var[i])) / sqrt(2 * pi * var[i])
            mean.append(mu[j][i] + c * s2[i] / var[i] * u)
        weights.append(w)
        posterior.append(mean)
    total = sum(weights)
    out = []
    for i in range(dimension):
        data = sum(w * m[i] for w, m in zip(weights, posterior)) / total
        # noise = (x - c data) / t, so noise - data = (x - data) / t
        out.append((x[i] - data) / t)
    return out


weights = [mpf(1) / 2, mpf(1) / 8, mpf(3) / 4]
means = [[mpf(1), mpf(0)], [mpf(-1), mpf(1) / 2], [mpf(1) / 4, mpf(-2)]]
rounds = [[mpf(1) / 4], [mpf(1)], [mpf(1) / 2]]
diagonals = [[mpf(1) / 4, mpf(1) / 2], [mpf(1), mpf(3) / 4], [mpf(1) / 8, mpf(3) / 2]]
cotangent = [mpf(3) / 4, mpf(-5) / 4]
rows = []
for kind, spreads in [("round", rounds), ("diagonal", diagonals)]:
    theta = (
        [log(w) for w in weights]
        + [v for m in means for v in m]
        + [log(v) for s in spreads for v in s]
    )
    for t in [mpf(1), mpf(7) / 8, mpf(1) / 2, mpf(1) / 16]:
        for x in [(0, 0), (mpf(3) / 4, mpf(-1) / 2), (mpf(-9) / 4, 3), (30, -40)]:
            x = [mpf(v) for v in x]

            def along(shift_theta, shift_x):
                v = velocity(shift_theta, shift_x, t, 3, 2, len(spreads[0]))
                return sum(a * b for a, b in zip(cotangent, v))

            def partial(index):
                return diff(
                    lambda h: along(
                        [v + (h if i == index else 0) for i, v in enumerate(theta)], x
                    ),
                    0,
                )

            def slope(index):
                return diff(
                    lambda h: along(theta, [v + (h if i == index else 0) for i, v in enumerate(x)]),
                    0,
                )

            v = velocity(theta, x, t, 3, 2, len(spreads[0]))
            products = [partial(i) for i in range(len(theta))]
            products += [mpf(0)] * (15 - len(products))
            rows.append((kind, t, *x, *v, slope(0), slope(1), *products))
write(
    "mixtures.csv",
    "kind,time,x0,x1,v0,v1,dx0,dx1," + ",".join(f"p{i}" for i in range(15)),
    rows,
)

# ---- cosines ----------------------------------------------------------------------------

rows = []
for n in [1, 2, 3, 5, 8, 16]:
    x = [mpf(((7 * i + 3) % 11) - 5) / 4 for i in range(n)]
    for k in range(n):
        a = sqrt(mpf(1 if k == 0 else 2) / n)
        rows.append(
            (str(n), str(k), a * sum(v * cos(pi * (2 * i + 1) * k / (2 * n)) for i, v in enumerate(x)))
        )
write("cosines.csv", "size,frequency,coefficient", rows)

# ---- velocity of the checkerboard -------------------------------------------------------


def strip(x, t, a, b):
    c = 1 - t
    place = min(max(x / c if c else (a + b) / 2, a), b)
    shift = (c * place - x) ** 2 / (2 * t**2)
    width = t / c if c else b - a
    points = sorted({a, b, *(min(max(place + k * width, a), b) for k in (-30, -9, -3, 3, 9, 30))})
    weight = lambda y: exp(-((c * y - x) ** 2) / (2 * t**2) + shift)
    mass = quad(weight, points)
    mean = quad(lambda y: y * weight(y), points) / mass
    return mass * exp(-shift), mean


rows = []
side, scale = 4, mpf(2)
mp.dps = 30
for t in [mpf(1), mpf(15) / 16, mpf(1) / 2, mpf(1) / 8, mpf(1) / 64]:
    for x in [(mpf(1) / 4, mpf(-3) / 4), (mpf(-3) / 2, mpf(5) / 4), (mpf(1) / 8, mpf(9) / 4), (5, -7)]:
        x = [mpf(v) for v in x]
        width = 2 * scale / side
        parts = [
            [strip(v, t, i * width - scale, (i + 1) * width - scale) for i in range(side)] for v in x
        ]
        total, data = mpf(0), [mpf(0), mpf(0)]
        for j in range(side):
            for i in range(side):
                if (i + j) % 2 == 0:
                    w = parts[0][i][0] * parts[1][j][0]
                    total += w
                    data[0] += w * parts[0][i][1]
                    data[1] += w * parts[1][j][1]
        rows.append((t, *x, *[(v - d / total) / t for v, d in zip(x, data)]))
write("checkerboard.csv", "time,x0,x1,v0,v1", rows)
mp.dps = 50

# ---- rewards ----------------------------------------------------------------------------


def bumps(x):
    heights, widths = [mpf(2), mpf(-1) / 2, mpf(1)], [mpf(3) / 4, mpf(1), mpf(1) / 2]
    return sum(
        h * exp(-((x[0] - m[0]) ** 2 + (x[1] - m[1]) ** 2) / (2 * w**2))
        for h, m, w in zip(heights, means, widths)
    )


def mode(x):
    parts = [
        w
        * exp(-((x[0] - m[0]) ** 2) / (2 * s[0] ** 2) - (x[1] - m[1]) ** 2 / (2 * s[1] ** 2))
        / (s[0] * s[1])
        for w, m, s in zip(weights, means, diagonals)
    ]
    return log(parts[1] / sum(parts))


def half(x):
    return -log(1 + exp(-((x[0] * mpf(3) / 4 - x[1] / 2) - mpf(1) / 4) / (mpf(1) / 8)))


rows = []
for name, reward in [("bumps", bumps), ("mode", mode), ("half", half)]:
    for x in [(0, 0), (mpf(3) / 4, mpf(-1) / 2), (mpf(-9) / 4, 3), (6, -8)]:
        x = [mpf(v) for v in x]
        rows.append(
            (
                name,
                *x,
                reward(x),
                diff(lambda h: reward([x[0] + h, x[1]]), 0),
                diff(lambda h: reward([x[0], x[1] + h]), 0),
            )
        )
write("rewards.csv", "reward,x0,x1,value,d0,d1", rows)

# ---- chains on a mixture in one dimension -----------------------------------------------

NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)


def composite(low, high, panels):
    edges = np.linspace(low, high, panels + 1)
    half = (edges[1:] - edges[:-1]) / 2
    middle = (edges[1:] + edges[:-1]) / 2
    return (middle[:, None] + half[:, None] * NODES).ravel(), (half[:, None] * WEIGHTS).ravel()


def field(theta, x, t):
    logw, mu, logs = theta[:2], theta[2:4], theta[4:]
    c = 1 - t
    s2 = np.exp(2 * logs)
    var = c * c * s2 + t * t
    u = x[:, None] - c * mu
    e = logw - u * u / (2 * var) - np.log(var) / 2
    g = np.exp(e - e.max(axis=1, keepdims=True))
    g /= g.sum(axis=1, keepdims=True)
    data = (g * (mu + c * s2 / var * u)).sum(axis=1)
    return (x - data) / t


def chain(theta, moved, times, sigma, stochastic, trained, reward, panels):
    """E[R] when the trained steps use the parameters `moved` and the others theta."""
    # Steps without noise make the map from the first states steep.
    x, w = composite(-9, 9, 60 if stochastic[0] else 240 if any(stochastic) else 2000)
    w = w * np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
    coarse = composite(-12, 12, panels)
    fine = composite(-12, 12, 1280) if panels > 80 else coarse
    last = max([k for k, s in enumerate(stochastic) if s], default=-1)
    for k in range(len(times) - 1):
        t, h = times[k], times[k] - times[k + 1]
        s = sigma[k] if stochastic[k] else 0.0
        v = field(moved if trained[k] else theta, x, t)
        mean = x - h * (v + s * s / (2 * t) * (x + (1 - t) * v))
        if s == 0:
            x = mean
            continue
        tau = s * np.sqrt(h)
        # Nothing smooths what follows the last noise.
        grid, gw = fine if k == last and k < len(times) - 2 else coarse
        z = (grid[:, None] - mean) / tau
        density = (np.exp(-z * z / 2) * w).sum(axis=1) / (tau * np.sqrt(2 * np.pi))
        x, w = grid, gw * density
    return float((w * reward(x)).sum())


def flow(times, a):
    return [a * np.sqrt(t / (1 - (times[1] if t == 1 else t))) for t in times[:-1]]


def posterior(theta):
    def reward(x):
        e = theta[:2] - (x[:, None] - theta[2:4]) ** 2 / (2 * np.exp(2 * theta[4:])) - theta[4:]
        return e[:, 0] - np.logaddexp(e[:, 0], e[:, 1])

    return reward


def gradient(theta, *rest):
    out = []
    for i in range(6):
        unit = np.zeros(6)
        unit[i] = 1
        slopes = [
            (chain(theta, theta + d * unit, *rest) - chain(theta, theta - d * unit, *rest)) / (2 * d)
            for d in (2e-3, 1e-3)
        ]
        out.append((4 * slopes[1] - slopes[0]) / 3)
    return out


soft = np.array([np.log(0.75), np.log(0.25), 1.0, -1.5, np.log(0.5), np.log(0.75)])
steep = np.array([np.log(0.5), np.log(0.5), 2.0, -2.0, np.log(0.25), np.log(0.25)])
rewards = {
    "linear": lambda theta: lambda x: 0.5 * x - 0.25,
    "quadratic": lambda theta: lambda x: x - 0.75 * x * x / 2,
    "bump": lambda theta: lambda x: np.exp(-((x - 0.5) ** 2) / (2 * 0.75**2)),
    "mode": posterior,
}
rows, slopes = [], []
for world, theta, panels in [("soft", soft, 80), ("steep", steep, 160)]:
    for plan, steps in [("full", range(5)), ("last", range(6)), ("window", range(2, 4)), ("ode", [])]:
        times = np.linspace(1, 0, 7)
        stochastic = [k in steps for k in range(6)]
        trained = stochastic if plan != "ode" else [True] * 6
        sigma = flow(times, 0.7)
        if world == "steep" and not steps:
            continue  # layers of the flow's map are narrower than any fixed grid
        for name, make in rewards.items():
            if world == "steep" and plan == "window" and name == "mode":
                continue  # so is the kink of this reward after two steps without noise
            rest = (times, sigma, stochastic, trained, make(theta), panels)
            rows.append((world, plan, name, f"{chain(theta, theta, *rest):.11e}"))
            if world == "soft":
                slopes.append((world, plan, name, *[f"{v:.7e}" for v in gradient(theta, *rest)]))
write("chains.csv", "world,plan,reward,value", rows)
write("gradients.csv", "world,plan,reward," + ",".join(f"g{i}" for i in range(6)), slopes)
