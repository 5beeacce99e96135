#!/usr/bin/env python3
"""Reference values for rollout trees, from mpmath and numpy alone.

Writes Fixtures/trees/*.csv. Each table is computed in another way than the library computes it: counts by
walking the tree, leaf laws from the vectors of all noises that a leaf contains, estimators' variances by
enumerating index patterns with exact moments or by integrating over all noises, fused values by
integrating over the children themselves, kernels by integrating over both points.

    python3 Fixtures/origin/trees.py
"""

import itertools
import math
import pathlib

import numpy
from mpmath import mp, mpf, sqrt, exp, quad, pi, nstr, erfc, factorial

mp.dps = 30
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "trees"
FOLDER.mkdir(exist_ok=True)


def write(name, header, rows, digits=18):
    with open(FOLDER / name, "w") as file:
        file.write(",".join(header) + "\n")
        for row in rows:
            assert len(row) == len(header), (name, row)
            cells = [nstr(x, digits) if isinstance(x, mpf) else str(x) for x in row]
            file.write(",".join(cells) + "\n")


def density(x):
    return exp(-x * x / 2) / sqrt(2 * pi)


def tail(x):
    return erfc(x / sqrt(mpf(2))) / 2


# Counts by walking

def counts():
    rows = []
    cases = [(20, 2, s) for s in ((0, 3, 6, 9), (0, 4, 8, 12), (0, 5, 10, 15), (9, 12, 15, 18), (0, 3, 6),
                                  (0, 3, 6, 9, 12), (), (19,))]
    cases += [(20, 3, (0, 3, 6, 9)), (20, 4, (0, 3, 6, 9)), (12, 3, (1, 5, 11)), (1, 5, (0,))]
    for steps, width, splits in cases:
        level, nodes, edges, calls = [()], 1, 0, 0
        for step in range(steps):
            following = []
            for node in level:
                calls += 1
                for child in range(width if step in splits else 1):
                    following.append(node + (child,))
                    edges += 1
                    nodes += 1
            level = following
        rows.append([steps, width, " ".join(map(str, splits)) or "-", edges, calls, nodes, len(level)])
    write("counts.csv", ["steps", "width", "splits", "edges", "calls", "nodes", "leaves"], rows)


# Leaf laws from vectors of noises

def shifted(n, shift):
    t = [mpf(n - k) / n for k in range(n + 1)]
    return [shift * x / (1 + (shift - 1) * x) for x in t]


def step_slope(t, t2, eta, m, s):
    """The step applied to the states 0 and 1, noise apart."""
    def move(x):
        variance = (1 - t) ** 2 * s ** 2 + t ** 2
        v = -m + (t - (1 - t) * s ** 2) / variance * (x - (1 - t) * m)
        return x - (t - t2) * v - eta ** 2 * (t - t2) / 2 * (x + (1 - t) * v) / t
    return move(mpf(1)) - move(mpf(0)), move(mpf(0))


def uneven(depth, path):
    """The first branch forks thrice and late once or twice, the second forks at the last step."""
    if depth == 0 or depth == 5:
        return 2
    if depth == 2:
        return 3 if path[0] == 0 else 1
    if depth == 8:
        return 1 if path[5] else 2
    return 2 if depth == 11 and path[0] else 1


SHAPES = {
    # name: (T, function from (depth, path) to the number of children)
    "dense": (20, lambda d, p: 2 if d in (0, 3, 6, 9) else 1),
    "unseen": (12, lambda d, p: 3 if d in (1, 7) else 1),
    "uneven": (12, lambda d, p: uneven(d, p)),
}
GRIDS = {"dense": (3, "0.3", "0.5", "0.5"), "unseen": (5, "0.5", "-0.4", "1.3"),
         "uneven": (5, "0.5", "0.2", "0.7")}
NOISES = ["independent", "fork:1", "fork:4", "step:1", "step:0.5", "scaled:4", "scaled:0.3"]


def leaf_vectors(shape, noise, scored, root):
    """Each leaf as {noise name: factor}; all named noises are iid standard normal."""
    steps, children = SHAPES[shape]
    shift, eta, m, s = GRIDS[shape]
    eta, m, s = mpf(eta), mpf(m), mpf(s)
    t = shifted(steps, mpf(shift))
    kind, _, value = noise.partition(":")
    value = mpf(value) if value else None
    level = [((), {"root": root})]
    mean = mpf(0)
    for k in range(steps):
        clean = scored == "cleanPrediction" and k == steps - 1
        slope, offset = step_slope(t[k], t[k + 1], mpf(0) if clean else eta, m, s)
        tau = mpf(0) if clean else eta * sqrt(t[k] - t[k + 1])
        mean = slope * mean + offset
        following = []
        for path, vector in level:
            count = children(k, path)
            for child in range(count):
                after = {name: slope * x for name, x in vector.items()}
                own = ("own", k, path, child)
                if count == 1 or kind == "independent":
                    after[own] = tau
                elif kind == "scaled":
                    after[own] = tau * value
                else:
                    shared = ("shared", k, path if kind == "fork" else None)
                    length = sqrt(1 + value ** 2)
                    after[own] = tau * value / length
                    after[shared] = tau / length
                following.append((path + (child,), after))
        level = following
    return mean, [vector for _, vector in level]


def leaves():
    rows, summary = [], []
    for shape in SHAPES:
        for noise in NOISES:
            for scored in ("finalState", "cleanPrediction"):
                for root in (1, 0):
                    if root == 0 and noise not in ("fork:1", "scaled:4"):
                        continue
                    mean, vectors = leaf_vectors(shape, noise, scored, mpf(root))
                    names = sorted({n for v in vectors for n in v}, key=str)
                    place = {n: i for i, n in enumerate(names)}
                    dense = [[mpf(0)] * len(names) for _ in vectors]
                    for i, vector in enumerate(vectors):
                        for name, x in vector.items():
                            dense[i][place[name]] = x
                    count = len(vectors)
                    cov = [[mpf(0)] * count for _ in range(count)]
                    for i in range(count):
                        for j in range(i + 1):
                            a, b = vectors[i], vectors[j]
                            cov[i][j] = cov[j][i] = sum((x * b[n] for n, x in a.items() if n in b), mpf(0))
                    pairs = [(i, j) for i in range(count) for j in range(i)]
                    chosen = pairs if count < 10 else [(i, j) for i, j in pairs if (7 * i + j) % 4 == 0] if count < 16 else [(15, 0), (8, 7), (1, 0), (3, 1), (7, 4), (12, 3)]
                    for i, j in chosen:
                        if root == 1:
                            rows.append([shape, noise, scored, i, j, cov[i][j]])
                    for i in (range(count) if count < 16 else (0, 5, 15)):
                        if root == 1:
                            rows.append([shape, noise, scored, i, i, cov[i][i]])
                    average = [mpf(0)] * len(names)
                    for v in dense:
                        average = [p + x / count for p, x in zip(average, v)]
                    spread = sum((x * x for x in average), mpf(0))
                    weights = [mpf(1 + (3 * i) % 5) / 10 for i in range(count)]
                    mixed = [sum((w * v[c] for w, v in zip(weights, dense)), mpf(0))
                             for c in range(len(names))]
                    weighted = sum((x * x for x in mixed), mpf(0))
                    sample = sum((sum((x - a) ** 2 for x, a in zip(v, average)) for v in dense), mpf(0))
                    sample = sample / (count - 1)
                    distance = sum((sum((x - y) ** 2 for x, y in zip(dense[i], dense[j]))
                                    for i, j in pairs), mpf(0)) / len(pairs)
                    summary.append([shape, noise, scored, root, count, mean, spread, weighted, sample,
                                    distance])
    write("leaf-covariances.csv", ["shape", "noise", "scored", "first", "second", "covariance"], rows)
    write("leaf-summaries.csv", ["shape", "noise", "scored", "root", "leaves", "mean", "varianceOfMean",
                                 "varianceOfWeighted", "sampleVariance", "squaredDistance"], summary)


# Estimators as polynomials in independent normal numbers

def normal_moment(n):
    return 0 if n % 2 else math.prod(range(n - 1, 0, -2)) if n else 1


class Polynomial:
    """Sums of products of iid standard normal numbers, exact rationals apart from the coefficients."""

    def __init__(self, terms=None):
        self.terms = terms or {}

    @staticmethod
    def number(x):
        return Polynomial({(): mpf(x)})

    @staticmethod
    def variable(name):
        return Polynomial({((name, 1),): mpf(1)})

    def __add__(self, other):
        result = dict(self.terms)
        for key, x in other.terms.items():
            result[key] = result.get(key, mpf(0)) + x
        return Polynomial(result)

    def scaled(self, factor):
        return Polynomial({key: factor * x for key, x in self.terms.items()})

    def __mul__(self, other):
        result = {}
        for a, x in self.terms.items():
            for b, y in other.terms.items():
                powers = dict(a)
                for name, n in b:
                    powers[name] = powers.get(name, 0) + n
                key = tuple(sorted(powers.items()))
                result[key] = result.get(key, mpf(0)) + x * y
        return Polynomial(result)

    def mean(self):
        return sum((x * math.prod(normal_moment(n) for _, n in key) for key, x in self.terms.items()),
                   mpf(0))


def law(estimator):
    mean = estimator.mean()
    return mean, (estimator * estimator).mean() - mean ** 2


def total(polynomials):
    result = Polynomial()
    for p in polynomials:
        result = result + p
    return result


def sibling_noises(tag, count, rho):
    shared = Polynomial.variable(f"s{tag}").scaled(sqrt(rho))
    return [shared + Polynomial.variable(f"o{tag}{i}").scaled(sqrt(1 - rho)) for i in range(count)]


def baselines():
    rows = []
    for count, rho, offset, slope, curvature in (
            (2, 0, 1, 1, 0), (4, 0, 0, 1, 0), (3, "0.5", "0.7", 1, 0), (4, "0.2", "-1.5", "0.6", 0),
            (2, 0, 0, 1, "0.5"), (3, 0, "0.3", 1, "-0.8"), (4, 0, 0, 1, 2)):
        rho, offset, slope, curvature = mpf(rho), mpf(offset), mpf(slope), mpf(curvature)
        noises = sibling_noises("", count, rho)
        rewards = [Polynomial.number(offset) + x.scaled(slope) + (x * x).scaled(curvature) for x in noises]
        average = total(rewards).scaled(mpf(1) / count)
        plain = total(r * x for r, x in zip(rewards, noises)).scaled(mpf(1) / count)
        centred = total((r + average.scaled(-1)) * x for r, x in zip(rewards, noises)).scaled(mpf(1) / count)
        rows.append([count, rho, offset, slope, curvature, *law(plain), *law(centred)])
    write("sibling-baselines.csv", ["siblings", "rho", "offset", "slope", "curvature", "plainMean",
                                    "plainVariance", "centredMean", "centredVariance"], rows)

    # Two forks; reward a u + xi + b u xi + c xi^2.
    rows = []
    for parents, children, rho, a, b, c in (
            (2, 2, 0, "0.2", 0, 0), (2, 2, 0, 3, 0, 0), (2, 2, "0.5", "1.1", 0, 0),
            (3, 2, "0.2", "0.7", 0, 0), (2, 3, "0.5", "0.4", 0, 0),
            (2, 2, 0, "0.5", "0.3", "0.4"), (2, 3, 0, "0.9", "-0.4", "0.2"), (3, 2, 0, 1, "0.6", "-0.3")):
        rho, a, b, c = mpf(rho), mpf(a), mpf(b), mpf(c)
        ups = sibling_noises("u", parents, rho)
        downs = [sibling_noises(f"x{i}", children, rho) for i in range(parents)]
        rewards = [[u.scaled(a) + x + (u * x).scaled(b) + (x * x).scaled(c) for x in row]
                   for u, row in zip(ups, downs)]
        n = parents * children
        everything = total(r for row in rewards for r in row).scaled(-mpf(1) / n)
        depth = total((r + everything) * x for row, noise in zip(rewards, downs)
                      for r, x in zip(row, noise)).scaled(mpf(1) / n)
        sibling = Polynomial()
        for row, noise in zip(rewards, downs):
            average = total(row).scaled(-mpf(1) / children)
            sibling = sibling + total((r + average) * x for r, x in zip(row, noise)).scaled(mpf(1) / n)
        rows.append([parents, children, rho, a, b, c, *law(sibling), *law(depth)])
    write("two-forks.csv", ["parents", "children", "rho", "a", "b", "c", "siblingMean", "siblingVariance",
                            "depthMean", "depthVariance"], rows)

    # r = 1/xi outside |xi| < edge, xi/edge^2 inside, K = 2: integrals over the quadrant of (r - r')(xi - xi').
    mp.dps = 20
    rows = []
    for edge in (mpf("0.3"), mpf(1)):
        reward = lambda x: 1 / x if x > edge else x / edge ** 2
        cuts = [0, edge, 1, 3, 6, 11] if edge < 1 else [0, edge, 3, 6, 11]
        mean = quad(lambda x: 2 * reward(x) * x * density(x), cuts)
        plain = quad(lambda x: 2 * (reward(x) * x) ** 2 * density(x), cuts) - mean ** 2
        nodes, weights = numpy.polynomial.legendre.leggauss(60)
        points, masses = [], []
        for low, high in zip(cuts, cuts[1:]):
            for z, w in zip(nodes, weights):
                x = float(low) + (float(high) - float(low)) * (z + 1) / 2
                points += [x, -x]
                masses += [w * (float(high) - float(low)) / 2 * math.exp(-x * x / 2) / math.sqrt(2 * math.pi)] * 2
        x, w = numpy.array(points), numpy.array(masses)
        r = numpy.where(numpy.abs(x) > float(edge), 1 / x, x / float(edge) ** 2)
        g = 0.25 * (r[:, None] - r[None, :]) * (x[:, None] - x[None, :])
        first = float((w[:, None] * w[None, :] * g).sum())
        second = float((w[:, None] * w[None, :] * g * g).sum())
        rows.append([edge, plain / 2, mpf(second - first ** 2), mpf(first)])
    mp.dps = 30
    write("reciprocal.csv", ["edge", "plainVariance", "centredVariance", "centredMean"], rows, 11)

    # r = cos(a u + xi + 0.6), P = K = 2: integration over all six noises at once.
    nodes, weights = numpy.polynomial.hermite_e.hermegauss(17)
    weights = weights / math.sqrt(2 * math.pi)
    rows = []
    for a in (0.3, 2.0):
        reward = numpy.cos(a * nodes[:, None] + nodes[None, :] + 0.6)
        sums = numpy.zeros(4)
        shape = (17,) * 4
        x = [nodes.reshape([17 if i == k else 1 for i in range(4)]) for k in range(4)]
        w4 = numpy.ones(shape)
        for k in range(4):
            w4 = w4 * weights.reshape([17 if i == k else 1 for i in range(4)])
        for i, j in itertools.product(range(17), repeat=2):
            r = [reward[i if k < 2 else j].reshape([17 if q == k else 1 for q in range(4)]) for k in range(4)]
            average = sum(r) / 4
            depth = sum((r[k] - average) * x[k] for k in range(4)) / 4
            one, two = (r[0] + r[1]) / 2, (r[2] + r[3]) / 2
            sibling = sum((r[k] - (one if k < 2 else two)) * x[k] for k in range(4)) / 4
            w = weights[i] * weights[j] * w4
            sums += [(w * sibling).sum(), (w * sibling ** 2).sum(), (w * depth).sum(), (w * depth ** 2).sum()]
        rows.append([a, mpf(sums[0]), mpf(sums[1] - sums[0] ** 2), mpf(sums[2]), mpf(sums[3] - sums[2] ** 2)])
    write("two-forks-cosine.csv", ["a", "siblingMean", "siblingVariance", "depthMean", "depthVariance"], rows, 7)


# Fusion

def fusion():
    """Fused E|xi|^2: over the children themselves for K = 2, 3; for more the Laplace integral over s, on a
    mesh of its logarithm and of the lengths' logarithm."""
    def radial(d, count=2401):
        # y = log of the length; the density of y is proportional to exp(D y - e^{2y}/2).
        top = math.log(d) / 2
        y = numpy.linspace(top - min(26, 40 / d + 5), math.log(math.sqrt(d) + 9), count)
        q = numpy.exp(2 * y)
        w = numpy.exp(d * (y - top) - (q - d) / 2)
        return q, w / w.sum()

    rows = []
    for children, d, beta, reduction, scale in (
            (2, 1, 1, "sum", 1), (2, 1, 0.5, "sum", 1), (2, 1, 0.1, "sum", 1), (2, 1, 4, "sum", 1),
            (2, 3, 1, "sum", 1), (2, 3, 1, "mean", 2), (3, 1, 1, "sum", 1), (3, 2, 0.7, "sum", 1)):
        g = beta * scale ** 2 / (d if reduction == "mean" else 1)
        q, w = radial(d, 2401 if children == 2 else 401)
        e = numpy.exp(-g * q / 2)
        if children == 2:
            gap = q[:, None] - q[None, :]
            fused = (q[:, None] + q[None, :]) / 2 - numpy.tanh(g * gap / 4) * gap / 2
            value = float(w @ fused @ w)
        else:
            value = 0.0
            for i in range(len(q)):
                under = e[i] + e[:, None] + e[None, :]
                over = q[i] * e[i] + (q * e)[:, None] + (q * e)[None, :]
                value += w[i] * float(w @ (over / under) @ w)
        rows.append([children, d, mpf(beta), reduction, mpf(scale), mpf(value)])
    # More children: E = K int ds E[q e e^{-s e}] E[e^{-s e}]^{K-1}, s = e^z.
    for children, d, beta, reduction, scale in (
            (4, 1, 1, "sum", 1), (16, 1, 1, "sum", 1), (4, 2, 1, "sum", 1), (4, 2, 1, "mean", 1),
            (16, 5, 0.5, "mean", 4)):
        g = beta * scale ** 2 / (d if reduction == "mean" else 1)
        q, w = radial(d, 6001)
        e = numpy.exp(-g * q / 2)
        z = numpy.linspace(-45, 45 + 20 * g, 6001)
        value = 0.0
        for s in numpy.exp(z):
            inner = numpy.exp(-s * e)
            value += s * float(w @ (q * e * inner)) * float(w @ inner) ** (children - 1)
        value *= children * (z[1] - z[0])
        rows.append([children, d, mpf(beta), reduction, mpf(scale), mpf(value)])
    write("fusion.csv", ["children", "dimension", "beta", "reduction", "scale", "square"], rows, 10)

    # Largest weight. Two children: q = S B and S (1 - B), S chi-square of 2 D, B = cos^2 of an angle of
    # density (sin cos)^{D-1}; the larger weight is 1/(1 + exp(-g |q - q'|/2)).
    rows = []
    nodes, weights = numpy.polynomial.legendre.leggauss(200)
    for d, beta, reduction in ((1, 1, "sum"), (2, 1, "sum"), (2, 1, "mean"), (6, 3, "sum")):
        g = beta / (d if reduction == "mean" else 1)
        s, ws = 60 * (nodes + 1), weights * (60 * (nodes + 1)) ** (d - 1) * numpy.exp(-30 * (nodes + 1))
        angle = math.pi / 8 * (nodes + 1)
        wa = weights * (numpy.sin(angle) * numpy.cos(angle)) ** (d - 1)
        gap = s[:, None] * numpy.cos(2 * angle)[None, :]
        value = float(ws @ (1 / (1 + numpy.exp(-g * gap / 2))) @ wa) / (ws.sum() * wa.sum())
        rows.append([2, d, mpf(beta), reduction, mpf(value)])
    for children, d, beta, reduction in ((3, 2, 1, "sum"), (3, 2, 1, "mean")):
        g = beta / (d if reduction == "mean" else 1)
        # Exponential law of |xi|^2/2 in two dimensions: p = exp(-q/2) is uniform, weights p^g.
        nodes, weights = numpy.polynomial.legendre.leggauss(120)
        # Largest p first: p1 = u, others u v, u v': density 3 u^2.
        # v^g with g = 1/2 has a root at 0: v = y^2.
        u, wu = (nodes + 1) / 2, weights / 2 * (nodes + 1)
        low = u ** (2 * g)
        inner = float((wu[:, None] * wu[None, :] / (1 + low[:, None] + low[None, :])).sum())
        rows.append([children, d, mpf(beta), reduction, mpf(inner)])
    for beta, reduction in ((1, "sum"), (1, "mean")):
        # Four children in two dimensions alike: E 1/(1 + v^g + v'^g + v''^g) over the cube.
        nodes, weights = numpy.polynomial.legendre.leggauss(120)
        u, wu = (nodes + 1) / 2, weights / 2
        g = beta / (2 if reduction == "mean" else 1)
        low, weight = (u ** (2 * g)), wu * 2 * u
        a = low[:, None, None] + low[None, :, None] + low[None, None, :]
        b = weight[:, None, None] * weight[None, :, None] * weight[None, None, :]
        rows.append([4, 2, mpf(beta), reduction, mpf(float((b / (1 + a)).sum()))])
    write("largest-weights.csv", ["children", "dimension", "beta", "reduction", "weight"], rows, 8)


# Pruning

def pruning():
    rows = []
    for count in (1, 2, 3, 4, 16, 81):
        cuts = [-12, -8, -5, -3, -2, -1, 0, 1, 2, 3, 4, 5, 8, 12]
        for rank in sorted({1, 2, count // 2, count - 3, count - 1, count}):
            if not 1 <= rank <= count:
                continue
            constant = factorial(count) / factorial(rank - 1) / factorial(count - rank)
            weight = lambda x: constant * tail(-x) ** (rank - 1) * tail(x) ** (count - rank) * density(x)
            rows.append([count, rank, quad(lambda x: x * weight(x), cuts),
                         quad(lambda x: x * x * weight(x), cuts)])
    # A mean of zero is left by cancellation: print it as that.
    rows = [[c, r, m if abs(m) > mpf(10) ** -20 else mpf(0), s] for c, r, m, s in rows]
    write("order-statistics.csv", ["count", "rank", "mean", "square"], rows, 16)

    # The better of two by its reward: the density of xi twice, the other's reward integrated over the set
    # where it is worse. Rotated by 45 degrees: V from 0, U over the line, |.| from the sign of the gain.
    rows = []
    for c in (mpf("0.1"), mpf("0.5"), mpf(1), mpf(3)):
        kink = -1 / (sqrt(mpf(2)) * c)
        def top(u):
            # E over V of A_top xi_top: gain = sqrt(2) V (1 + sqrt(2) c u), xi_top = (u + sign V)/sqrt(2).
            slope = abs(1 + sqrt(mpf(2)) * c * u)
            # (1/2) sqrt(2) slope |V| (u + sign(gain) V)/sqrt(2): the mean of |V| u falls with u's odd part.
            mean_abs = sqrt(2 / pi)
            sign = 1 if 1 + sqrt(mpf(2)) * c * u > 0 else -1
            return (slope * mean_abs * u + sign * slope) / 2
        cuts = sorted({mpf(x) for x in (-12, -6, -3, -1, 0, 1, 3, 6, 12)} | ({kink} if kink > -12 else set()))
        rows.append([c, quad(lambda u: top(u) * density(u), cuts)])
    write("better-of-two.csv", ["curvature", "product"], rows, 16)


# Kernels

def kernels():
    nodes, weights = numpy.polynomial.hermite_e.hermegauss(60)
    weights = weights / math.sqrt(2 * math.pi)
    rows = []
    for d, mx, p, my, q, c in ((1, 0.3, 0.8, -0.2, 1.5, 0.4), (2, 0.3, 0.8, -0.2, 1.5, -0.6),
                               (1, 0.5, 0.2, 0.5, 0.2, 0.14), (3, -0.7, 0.4, 0.9, 0.3, 0.0)):
        root = math.sqrt(q - c * c / p)
        x = mx + math.sqrt(p) * nodes[:, None] + 0 * nodes[None, :]
        y = my + c / math.sqrt(p) * nodes[:, None] + root * nodes[None, :]
        w = weights[:, None] * weights[None, :]
        width = 1.7
        one = float((w * numpy.exp(-(x - y) ** 2 / (2 * width ** 2))).sum())
        moments = [float((w * (x * y) ** j).sum()) for j in range(4)]
        # (1 + sum_i z_i / D)^3 by multinomial enumeration over which coordinate each factor takes.
        cubic = 1.0 + 3 * moments[1]
        for power, factor in ((2, 3), (3, 1)):
            for chosen in itertools.product(range(d), repeat=power):
                term = 1.0
                for i in range(d):
                    term *= moments[chosen.count(i)]
                cubic += factor * term / d ** power
        rows.append([d, mpf(mx), mpf(p), mpf(my), mpf(q), mpf(c), mpf(one ** d), mpf(cubic)])
    write("kernels.csv", ["dimension", "firstMean", "firstVariance", "secondMean", "secondVariance",
                          "covariance", "gaussian", "cubic"], rows, 12)


# Rounding

def rounding():
    """E[(round(x) - x)^2] cell by cell: the integral over each cell of one spacing, not a uniform law."""
    def error(m, s, digits):
        result = 0.0
        for sign in (1, -1):
            for e in range(-14, 5):
                unit = 2.0 ** (e + 1 - digits)
                count = 2 ** (digits - 1)
                centres = 2.0 ** e + unit * numpy.arange(count)
                # Below the first centre of a binade the cells are half as wide; to first order in their
                # number (one in 128) that matters, so cut there.
                lows = centres - unit / 2
                lows[0] = centres[0] - unit / 4
                highs = centres + unit / 2
                highs[-1] = 2.0 ** (e + 1) - unit / 2
                nodes, weights = numpy.polynomial.legendre.leggauss(8)
                half = (highs - lows) / 2
                x = (highs + lows)[:, None] / 2 + half[:, None] * nodes[None, :]
                value = numpy.exp(-(sign * x - m) ** 2 / (2 * s * s)) / (s * math.sqrt(2 * math.pi))
                value = value * (x - centres[:, None]) ** 2
                # Cells at the lower edge of a binade are not symmetric; each half is smooth all the same.
                result += float((value * weights[None, :] * half[:, None]).sum())
        return result

    rows = [[mpf(m), mpf(s), digits, mpf(error(m, s, digits))]
            for m, s, digits in ((0, 1, 8), (0, 1.3, 8), (0.5, 0.6, 8), (-2, 0.3, 8), (0, 1, 11))]
    write("rounding.csv", ["mean", "deviation", "digits", "square"], rows, 10)


if __name__ == "__main__":
    counts()
    leaves()
    baselines()
    fusion()
    pruning()
    kernels()
    rounding()
