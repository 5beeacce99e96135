#!/usr/bin/env python3
"""Reference values for optima and expected updates, from mpmath and numpy alone.

Writes Fixtures/optimum/*.csv by brute force. Optima: the objective of a chain of affine steps is evaluated
from its means and variances and maximised by Newton's method with numerical derivatives in 60 digits.
Expected updates: all noises of a batch are one normal vector, an advantage is a linear form of it over the
root of a quadratic one, and the mean of the product with a noise is integrated with dense matrices.

    python3 Fixtures/origin/optimum.py
"""

import itertools
import math
import pathlib

import numpy
from mpmath import mp, mpf, sqrt, exp, log, matrix, lu_solve, nstr, quad, pi

mp.dps = 60
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "optimum"
FOLDER.mkdir(exist_ok=True)


def write(name, header, rows, digits=18):
    with open(FOLDER / name, "w") as file:
        file.write(",".join(header) + "\n")
        for row in rows:
            assert len(row) == len(header), (name, row)
            cells = [nstr(x, digits) if isinstance(x, mpf) else str(x) for x in row]
            file.write(",".join(cells) + "\n")


# A chain of three steps, the last one with or without noise

def velocity(x, t, mu, s):
    """E[noise - data | x]: from the joint normal law of (noise - data) and x."""
    covariance = t - (1 - t) * s ** 2
    variance = (1 - t) ** 2 * s ** 2 + t ** 2
    return -mu + covariance / variance * (x - (1 - t) * mu)


def step_mean(x, t, u, sigma, mu, s, bias=0):
    """The ODE point plus sigma^2 h / 2 times the score -(x + (1 - t) v) / t."""
    v = velocity(x, t, mu, s) + bias
    h = t - u
    return x - h * v - sigma ** 2 * h / 2 * (x + (1 - t) * v) / t


TIMES = [mpf(1), mpf("0.7"), mpf("0.3"), mpf(0)]
NOISES = {"noisy": [mpf("0.8"), mpf("0.6"), mpf("0.5")], "quiet": [mpf("0.8"), mpf("0.6"), mpf(0)]}


def reference(noise, mu, s):
    steps = []
    for k in range(3):
        f = lambda x: step_mean(x, TIMES[k], TIMES[k + 1], NOISES[noise][k], mu, s)
        tau = NOISES[noise][k] * sqrt(TIMES[k] - TIMES[k + 1])
        steps.append((f(mpf(1)) - f(mpf(0)), f(mpf(0)), tau))
    return steps


def outcome(steps, base, q, g, r, mean=mpf(0), variance=mpf(1)):
    """E[R] and the divergence of a chain from another one with the same law of x_0."""
    divergence = mpf(0)
    for (a, c, tau), (m, d, sigma) in zip(steps, base):
        if sigma > 0:
            ratio = (tau / sigma) ** 2
            shift = (a - m) * mean + c - d
            divergence += ((a - m) ** 2 * variance + shift ** 2) / (2 * sigma ** 2)
            divergence += (ratio - 1 - log(ratio)) / 2
        mean = a * mean + c
        variance = a ** 2 * variance + tau ** 2
    return g * mean - q * (mean ** 2 + variance) / 2 + r, divergence


def newton(f, start):
    """The stationary point of f by Newton's method with central differences."""
    x, n, e = list(start), len(start), mpf(10) ** -14

    def at(*moves):
        y = list(x)
        for index, move in moves:
            y[index] += move
        return f(y)

    for _ in range(60):
        gradient = matrix(n, 1)
        hessian = matrix(n, n)
        for i in range(n):
            gradient[i] = (at((i, e)) - at((i, -e))) / (2 * e)
            for j in range(i + 1):
                hessian[i, j] = hessian[j, i] = (
                    at((i, e), (j, e)) - at((i, e), (j, -e)) - at((i, -e), (j, e))
                    + at((i, -e), (j, -e))) / (4 * e * e)
        move = lu_solve(hessian, -gradient)
        scale = mpf(1)
        base = f(x)
        while True:
            y = [x[i] + scale * move[i] for i in range(n)]
            value = f(y)
            if value is not None and value >= base - mpf(10) ** -40:
                break
            scale /= 2
            if scale < mpf(10) ** -6:
                raise ArithmeticError("no ascent")
        x = y
        if max(abs(m) for m in move) < mpf(10) ** -22:
            return x
    raise ArithmeticError("no convergence")


def transforms():
    cases = [("noisy", "0", "1", "0.5", "0", "1.2", "0"), ("quiet", "0.4", "0.6", "0.3", "0", "-0.9", "0.2"),
             ("noisy", "0.3", "0.8", "0.5", "1.1", "0.7", "0.1"),
             ("quiet", "-0.5", "1.4", "0.25", "2.3", "-1.6", "0"),
             ("noisy", "0.2", "1", "1.5", "-0.6", "0.4", "-0.3")]
    rows = []
    for noise, mu, s, beta, q, g, r in cases:
        base = reference(noise, mpf(mu), mpf(s))
        free = [k for k in range(3) if base[k][2] > 0]
        b, args = mpf(beta), (mpf(q), mpf(g), mpf(r))
        for kind in ("free", "held"):
            def steps(y):
                result = list(base)
                for index, k in enumerate(free):
                    tau = base[k][2]
                    if kind == "free":
                        tau = y[2 * len(free) + index]
                    result[k] = (y[2 * index], y[2 * index + 1], tau)
                return result

            def objective(y):
                chosen = steps(y)
                if any(tau < 0 or (tau == 0 and old > 0) for (_, _, tau), (_, _, old) in zip(chosen, base)):
                    return None
                reward, divergence = outcome(chosen, base, *args)
                return reward - b * divergence

            start = [x for k in free for x in base[k][:2]]
            if kind == "free":
                start += [base[k][2] for k in free]
            best = newton(objective, start)
            reward, divergence = outcome(steps(best), base, *args)
            flat = [x for step in steps(best) for x in step]
            rows.append([noise, mu, s, beta, q, g, r, kind, reward, divergence, reward - b * divergence] + flat)
    write("transforms.csv", ["noise", "mean", "deviation", "penalty", "curvature", "gradient", "offset", "kind",
                             "reward", "divergence", "objective"]
          + [f"{name}{k}" for k in range(3) for name in ("slope", "offset", "deviation")], rows)


def biases():
    """Two coordinates, one bias for each trained step and coordinate, penalties that differ over steps."""
    data = [(mpf("0.3"), mpf("0.7")), (mpf("-0.2"), mpf("1.3"))]
    cases = [("0.5 0.5 0.5", "0 0", "1.1 -0.4"), ("0.5 - 0.5", "0 0", "1.1 -0.4"),
             ("0.4 0.9 0.2", "0 0", "0.6 1.5"), ("0.5 0.5 0.5", "0.8 1.7", "1.1 -0.4"),
             ("0.4 - 0.2", "1.3 -0.4", "0.6 1.5")]
    rows = []
    for penalties, curvatures, gradient in cases:
        beta = [None if word == "-" else mpf(word) for word in penalties.split()]
        q = [mpf(word) for word in curvatures.split()]
        g = [mpf(word) for word in gradient.split()]
        trained = [k for k in range(3) if beta[k] is not None]

        def parts(y):
            reward, divergences = mpf(0), [mpf(0)] * 3
            for i, (mu, s) in enumerate(data):
                base = reference("noisy", mu, s)
                moved = list(base)
                for index, k in enumerate(trained):
                    f = lambda x: step_mean(x, TIMES[k], TIMES[k + 1], NOISES["noisy"][k], mu, s,
                                            y[2 * index + i])
                    moved[k] = (base[k][0], f(mpf(0)), base[k][2])
                    divergences[k] += (moved[k][1] - base[k][1]) ** 2 / (2 * base[k][2] ** 2)
                reward += outcome(moved, base, q[i], g[i], mpf(0))[0]
            return reward, divergences

        objective = lambda y: parts(y)[0] - sum(beta[k] * parts(y)[1][k] for k in trained)
        best = newton(objective, [mpf(0)] * (2 * len(trained)))
        zero = [mpf(0)] * (2 * len(trained))
        rise = parts(best)[0] - parts(zero)[0]
        flat = [mpf(0)] * 6
        for index, k in enumerate(trained):
            flat[2 * k], flat[2 * k + 1] = best[2 * index], best[2 * index + 1]
        rows.append([penalties, curvatures, gradient, rise, sum(parts(best)[1]), objective(best) - objective(zero)]
                    + flat)
    write("biases.csv", ["penalties", "curvatures", "gradient", "rise", "divergence", "objectiveRise"]
          + [f"bias{k}{i}" for k in range(3) for i in range(2)], rows)


def sampled_penalties():
    """Slopes and offsets at which the gradient of E[R] equals that of the penalties at sampled states."""
    cases = [("0.4 0.4 0.4", "1.3", "0.7"), ("0.5 0.5 0.5", "0", "1.2"), ("0.3 0.9 0.2", "2.1", "-1.1"),
             ("0.6 - 0.4", "0.8", "0.5"), ("1.5 1.5 1.5", "-0.4", "0.6")]
    rows = []
    base = reference("noisy", mpf("0.3"), mpf("0.8"))
    for penalties, curvature, gradient in cases:
        beta = [None if word == "-" else mpf(word) for word in penalties.split()]
        q, g = mpf(curvature), mpf(gradient)
        trained = [k for k in range(3) if beta[k] is not None]

        def steps(y):
            result = list(base)
            for index, k in enumerate(trained):
                result[k] = (y[2 * index], y[2 * index + 1], base[k][2])
            return result

        def update(*y):
            chain, e = steps(y), mpf(10) ** -18
            moments = [(mpf(0), mpf(1))]
            for a, c, tau in chain:
                m, v = moments[-1]
                moments.append((a * m + c, a * a * v + tau ** 2))
            result = []
            for index in range(2 * len(trained)):
                k = trained[index // 2]
                up, down = list(y), list(y)
                up[index] += e
                down[index] -= e
                slope = (outcome(steps(up), base, q, g, 0)[0] - outcome(steps(down), base, q, g, 0)[0]) / (2 * e)
                (m, v), (a, c, tau), (a0, c0, _) = moments[k], chain[k], base[k]
                # d/da and d/dc of E[((a - a0) x + c - c0)^2]/(2 tau^2), x ~ N(m, v) held.
                shift = (a - a0) * m + c - c0
                pull = ((a - a0) * v + shift * m, shift)[index % 2] / tau ** 2
                result.append(slope - beta[k] * pull)
            return result

        start = [x for k in trained for x in base[k][:2]]
        root = mp.findroot(update, start, tol=mpf(10) ** -50, maxsteps=200)
        found = steps(list(root))
        reward, divergence = outcome(found, base, q, g, mpf(0))
        rows.append([penalties, curvature, gradient, reward, divergence]
                    + [x for step in found for x in step[:2]])
    write("sampled-penalties.csv", ["penalties", "curvature", "gradient", "reward", "divergence"]
          + [f"{name}{k}" for k in range(3) for name in ("slope", "offset")], rows)


# Expected updates

GRID = [1.0, 0.75, 0.45, 0.2, 0.0]
COEFFICIENT = 0.6
DATA = [0.7, 1.3]
GRADIENT = [1.1, -0.4]


def slope(k, s, sigma):
    return step_mean(1.0, GRID[k], GRID[k + 1], sigma, 0.0, s) - step_mean(
        0.0, GRID[k], GRID[k + 1], sigma, 0.0, s)


def influences(noisy):
    """w of the initial noise and of each step, [5][2]; noisy[k] says whether the other steps add noise."""
    result = []
    for start in range(5):
        row = []
        for s, g in zip(DATA, GRADIENT):
            x = g if start == 0 else g * COEFFICIENT * math.sqrt(GRID[start - 1] - GRID[start])
            for k in range(start, 4):
                x *= slope(k, s, COEFFICIENT if noisy[k] else 0.0)
            row.append(x)
        result.append(numpy.array(row))
    return result


class Noise:
    """Names the entries of one long standard normal vector."""

    def __init__(self):
        self.count = 0
        self.names = {}

    def __getitem__(self, name):
        if name not in self.names:
            self.names[name] = self.count
            self.count += 1
        return self.names[name]


def form(noise, *terms):
    vector = numpy.zeros(4000)
    for name, factor in terms:
        vector[noise[name]] += factor
    return vector


NODES, WEIGHTS = numpy.polynomial.legendre.leggauss(600)


def mean_product(values, offsets, pairs, squares, divisor, noise):
    """E of sum over (value row, noise row) of value * noise / sqrt(sum of squares of rows / divisor).

    Values and squares are rows applied to (all numbers values[i].e + offsets[i])."""
    n = noise.count
    v = numpy.array([row[:n] for row in values])
    offsets = numpy.array(offsets)
    a = numpy.zeros((n, n))
    linear = numpy.zeros(n)
    for row, target in pairs:
        a += numpy.outer(row @ v, target[:n])
        linear += (row @ offsets) * target[:n]
    a = (a + a.T) / 2
    if squares is None:
        return numpy.trace(a)
    c = v.T @ squares.T @ squares @ v
    h0 = v.T @ squares.T @ squares @ offsets
    constant = offsets @ squares.T @ squares @ offsets
    scale = numpy.trace(c) + constant
    total = 0.0
    for x, weight in zip(NODES, WEIGHTS):
        angle = math.pi / 4 * (1 + x)
        u = math.tan(angle) / math.sqrt(scale)
        du = math.pi / 4 / math.cos(angle) ** 2 / math.sqrt(scale)
        t = u * u
        p = numpy.eye(n) + 2 * t * c
        m = numpy.linalg.solve(p, -2 * t * h0)
        inverse = numpy.linalg.inv(p)
        logdet = numpy.linalg.slogdet(p)[1]
        exponent = -t * constant + 0.5 * (-2 * t * h0) @ m - logdet / 2
        total += weight * du * math.exp(exponent) * (numpy.trace(a @ inverse) + m @ a @ m + linear @ m)
    return total * 2 / math.sqrt(math.pi) * math.sqrt(divisor)


def centred(count, members):
    """One row for each member: its value minus the mean of the members; and the identity rows."""
    rows = []
    for i in members:
        row = numpy.zeros(count)
        row[i] += 1
        for j in members:
            row[j] -= 1 / len(members)
        rows.append(row)
    return rows


def group_factors(name, values, offsets, groups, spread, noises, influence, noise, rows):
    """The factor f of E[(1/n) sum A xi] = f w for each convention; groups share a mean.

    `spread` lists the members that share a spread, the same for all groups, or None for each group its own."""
    count = len(values)
    for convention in ("none", "leaveOneOut", "population", "sample"):
        result = []
        for coordinate in range(2):
            total = 0.0
            edges = 0
            for group in groups:
                pairs = [(row, noises[i][coordinate]) for row, i in zip(centred(count, group), group)
                         if noises[i] is not None]
                edges += len(pairs)
                members = spread or group
                if convention in ("none", "leaveOneOut"):
                    factor = len(group) / (len(group) - 1) if convention == "leaveOneOut" else 1
                    total += factor * mean_product(values, offsets, pairs, None, 1, noise)
                else:
                    squares = numpy.array(centred(count, members))
                    divisor = len(members) if convention == "population" else len(members) - 1
                    total += mean_product(values, offsets, pairs, squares, divisor, noise)
            result.append(total / edges / influence[coordinate])
        assert abs(result[0] - result[1]) < 1e-9 * abs(result[0]), (name, result)
        rows.append([name, convention, "%.15e" % result[0]])


def updates():
    rows = []
    all_noisy = [True] * 4
    w = influences(all_noisy)

    # Groups of five chains, private or shared initial noise, step 1.
    for shared in (False, True):
        noise = Noise()
        values, noises = [], []
        for i in range(5):
            terms = []
            for d in range(2):
                terms.append((("initial", 0 if shared else i, d), w[0][d]))
                terms += [((k, i, d), w[k + 1][d]) for k in range(4)]
            values.append(form(noise, *terms))
            noises.append([form(noise, ((1, i, d), 1)) for d in range(2)])
        group_factors("chains-shared" if shared else "chains-private", values, [0.0] * 5, [range(5)], None, noises,
                      w[2], noise, rows)

    # Batches of three prompts with four members; the first prompt has the reward of the problem, the others
    # have offsets and rewards of their own size, the last one too a shared part.
    for name, means, sizes, shared in (("batch-equal", (0.0, 0.0, 0.0), (1, 1, 1), (0, 0, 0)),
                                       ("batch-offsets", (0.5, -1.0, 1.5), (1, 1, 1), (0, 0, 0)),
                                       ("batch-sizes", (0.5, -1.0, 1.5), (1, 2.5, 0.4), (0.0, 0.7, 0.2))):
        noise = Noise()
        values, noises, offsets = [], [], []
        sigma = math.sqrt(sum(float(x @ x) for x in w))
        for p in range(3):
            for i in range(4):
                if p == 0:
                    terms = []
                    for d in range(2):
                        terms.append((("initial", i, d), w[0][d]))
                        terms += [((k, i, d), w[k + 1][d]) for k in range(4)]
                    noises.append([form(noise, ((1, i, d), 1)) for d in range(2)])
                else:
                    terms = [(("own", p, i), sizes[p] * sigma)]
                    noises.append(None)
                if shared[p]:
                    terms.append((("shared", p), shared[p]))
                values.append(form(noise, *terms))
                offsets.append(means[p])
        group_factors(name, values, offsets, [range(0, 4)], range(12), noises, w[2], noise, rows)

    # Branches at step 1 of three seeds with four branches each.
    branch = influences([False, True, False, False])
    seeds = branch[0]
    own = influences([False, False, False, False])[2]
    assert numpy.allclose(branch[2], own)
    for name, groups, rho in (("branches-seed", [range(4 * s, 4 * s + 4) for s in range(3)], 0.0),
                              ("branches-correlated", [range(4 * s, 4 * s + 4) for s in range(3)], 0.35),
                              ("branches-prompt", [range(12)], 0.0)):
        noise = Noise()
        values, noises = [], []
        for s in range(3):
            for j in range(4):
                terms = [(("initial", s, d), seeds[d]) for d in range(2)]
                xi = [[((s, j, d), math.sqrt(1 - rho)), (("fork", s, d), math.sqrt(rho))] for d in range(2)]
                for d in range(2):
                    terms += [(key, factor * own[d]) for key, factor in xi[d]]
                values.append(form(noise, *terms))
                noises.append([form(noise, *xi[d]) for d in range(2)])
        group_factors(name, values, [0.0] * 12, groups, None, noises, own, noise, rows)

    # A tree with the widths 2, 1, 3, 1: edges of a fork and of a chain, three baselines.
    for rho, scale in ((0.0, 1.0), (0.3, 1.0), (0.0, 4.0)):
        for step in range(4):
            tree_factors(w, step, rho, scale, rows)
    write("updates.csv", ["case", "convention", "factor"], rows)


def tree_factors(w, step, rho, scale, rows):
    """Fork noise is `scale` times a standard normal one, and scored by its residual over tau."""
    widths = [2, 1, 3, 1]
    noise = Noise()
    paths = [()]
    for width in widths:
        paths = [path + (child,) for path in paths for child in range(width)]

    def xi(node, d):
        """The noise of the edge to a node, named by its path."""
        if widths[len(node) - 1] == 1:
            return [((node, d), 1.0)]
        if rho == 0:
            return [((node, d), scale)]
        return [((node, d), math.sqrt(1 - rho)), ((node[:-1], "fork", d), math.sqrt(rho))]

    leaves = []
    for path in paths:
        terms = []
        for depth in range(1, 5):
            for d in range(2):
                terms += [(key, factor * w[depth][d]) for key, factor in xi(path[:depth], d)]
        leaves.append(form(noise, *terms))
    nodes = sorted({path[: step + 1] for path in paths})
    below = [[i for i, path in enumerate(paths) if path[: step + 1] == node] for node in nodes]
    values = [sum(leaves[i] for i in part) / len(part) for part in below]
    noises = [[form(noise, *xi(node, d)) for d in range(2)] for node in nodes]
    name = f"step {step} " + (f"rho {rho:g}" if scale == 1 else f"scale {scale:g}")
    n, count = len(nodes), len(leaves)
    group_factors(f"tree-depth {name}", values, [0.0] * n, [range(n)], None, noises, w[step + 1], noise, rows)

    # Siblings: the children of the last fork at or above the step, compared by the mean of their leaves.
    fork = max(k for k in range(step + 1) if widths[k] > 1)
    children = sorted({path[: fork + 1] for path in paths})
    parts = [[i for i, path in enumerate(paths) if path[: fork + 1] == child] for child in children]
    compared = [sum(leaves[i] for i in part) / len(part) for part in parts]
    parents = sorted({child[:fork] for child in children})
    groups = [[i for i, child in enumerate(children) if child[:fork] == parent] for parent in parents]
    edges = []
    for child in children:
        (node,) = [node for node in nodes if node[: fork + 1] == child]
        edges.append([form(noise, *xi(node, d)) for d in range(2)])
    group_factors(f"tree-siblings {name}", compared, [0.0] * len(children), groups, None, edges, w[step + 1], noise,
                  rows)

    # Flat: the leaves as one group; an edge has the mean of the advantages below it.
    for convention in ("none", "leaveOneOut", "population", "sample"):
        result = []
        for d in range(2):
            pairs = []
            for part, target in zip(below, noises):
                row = numpy.full(count, -1 / count)
                for i in part:
                    row[i] += 1 / len(part)
                pairs.append((row, target[d]))
            if convention in ("none", "leaveOneOut"):
                factor = count / (count - 1) if convention == "leaveOneOut" else 1
                total = factor * mean_product(leaves, [0.0] * count, pairs, None, 1, noise)
            else:
                squares = numpy.array(centred(count, range(count)))
                divisor = count if convention == "population" else count - 1
                total = mean_product(leaves, [0.0] * count, pairs, squares, divisor, noise)
            result.append(total / n / w[step + 1][d])
        assert abs(result[0] - result[1]) < 1e-9 * abs(result[0])
        rows.append([f"tree-flat {name}", convention, "%.15e" % result[0]])


def windows():
    """Factors of members that draw their windows, by the sum over all draws of the other members."""
    rows = []
    cases = {"equal": ((0.25, 0.75), (0.0, 0.0), (0.8, 1.5)), "offsets": ((0.3, 0.7), (0.9, -0.4), (0.6, 1.1))}
    prompts, members = 2, 3
    count = prompts * members
    for name, (chances, means, sizes) in cases.items():
        for window in range(2):
            totals = {convention: 0.0 for convention in ("none", "leaveOneOut", "population", "sample")}
            for others in itertools.product(range(2), repeat=count - 1):
                drawn = (window,) + others
                chance = math.prod(chances[s] for s in others)
                noise = Noise()
                values = [form(noise, (i, sizes[s])) for i, s in enumerate(drawn)]
                offsets = [means[s] for s in drawn]
                pairs = [(centred(count, range(members))[0], form(noise, (0, 1)))]
                for convention in totals:
                    if convention in ("none", "leaveOneOut"):
                        factor = members / (members - 1) if convention == "leaveOneOut" else 1
                        product = factor * mean_product(values, offsets, pairs, None, 1, noise)
                    else:
                        squares = numpy.array(centred(count, range(count)))
                        divisor = count if convention == "population" else count - 1
                        product = mean_product(values, offsets, pairs, squares, divisor, noise)
                    totals[convention] += chance * product / sizes[window]
            rows += [[f"{name} {window}", convention, "%.15e" % total] for convention, total in totals.items()]
    write("windows.csv", ["case", "convention", "factor"], rows)


# Clips and clamps

def density(x):
    return exp(-x * x / 2) / sqrt(2 * pi)


def clips():
    """Integrals of the surrogate, its slope and its clipped samples over the noise, piece by piece."""
    mp.dps = 25
    rows = []
    for shift in ("0.05", "0.4", "0.9", "2.5"):
        for sign in (1, -1):
            for below, above in (("0.2", "0.2"), ("0.1", "0.5"), ("0.0001", "0.0001")):
                d, lo, hi = mpf(shift), 1 - mpf(below), 1 + mpf(above)
                ratio = lambda x: exp(d * x - d * d / 2)
                clipped = lambda x: min(max(ratio(x), lo), hi)
                term = lambda x: min(ratio(x) * sign * x, clipped(x) * sign * x)
                has = lambda x: 1 if (ratio(x) < hi if sign * x > 0 else ratio(x) > lo) else 0
                edges = sorted([mpf(0), (log(lo) + d * d / 2) / d, (log(hi) + d * d / 2) / d])
                points = [mpf(-14)] + [x for x in edges if -14 < x < 16] + [mpf(16)]

                def whole(f):
                    return sum(quad(f, [a, (a + b) / 2, b]) for a, b in zip(points, points[1:]) if b > a)

                value = whole(lambda x: term(x) * density(x))
                slope = whole(lambda x: has(x) * ratio(x) * x * (x - d) * density(x))
                lost = whole(lambda x: (1 - has(x)) * density(x))
                rows.append([shift, sign, below, above, value, slope, lost])
    write("clips.csv", ["shift", "sign", "below", "above", "value", "gradientFactor", "clipped"], rows)
    rows = []
    for size in (2, 3, 4, 8, 24, 64):
        for form, bound in (("population", sqrt(mpf(size - 1))), ("sample", (size - 1) / sqrt(mpf(size)))):
            for clamp in ("0.3", "1", "2.5", "5"):
                c = mpf(clamp)
                if size == 2:
                    rows.append([size, form, clamp, min(c, bound) / bound])
                    continue
                # A = bound cos(angle) of a direction that is uniform in size - 1 dimensions.
                weight = lambda a: mp.sin(a) ** (size - 3)
                top = mp.acos(min(c / bound, mpf(1)))
                square = lambda a: (bound * mp.cos(a)) ** 2 * weight(a)
                kept = quad(square, [top, pi / 2]) + quad(lambda a: c * bound * mp.cos(a) * weight(a), [0, top])
                rows.append([size, form, clamp, kept / quad(square, [0, pi / 2])])
    write("clamps.csv", ["groupSize", "convention", "clamp", "share"], rows)
    mp.dps = 60


if __name__ == "__main__":
    clips()
    transforms()
    biases()
    sampled_penalties()
    updates()
    windows()
