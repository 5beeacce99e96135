#!/usr/bin/env python3
"""Shares of variance, and the best trees within the calls of a published one: numpy and mpmath.

Writes shares.csv, plans.csv and standardised.csv in Fixtures/trees. Everything is computed in another way
than the library computes it: shares by putting 0 and 1 through the sampler, variances from the
covariances of all pairs of leaves, and the best trees by trying every one.

    python3 Fixtures/origin/plan.py
"""

import itertools
import pathlib

import mpmath
import numpy

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "trees"


# Grids, noise and the sampler

def moved(x, shift):
    return shift * x / (1 + (shift - 1) * x)


def shifted(count, shift):
    return [moved(1 - k / count, shift) for k in range(count + 1)]


def double_shifted(count, shift):
    end = moved(1 / 1000, shift)
    return [moved(1 - (1 - end) * k / (count - 1), shift) for k in range(count)] + [0.0]


def exponential(count, mu):
    e = numpy.exp(mu)
    return [e / (e + count / (count - k) - 1) for k in range(count)] + [0.0]


def coefficients(times, family, scale):
    if family == "constant":
        return [scale] * (len(times) - 1)
    return [
        scale * numpy.sqrt(times[k] / ((1 - times[1]) if k == 0 else (1 - times[k])))
        for k in range(len(times) - 1)
    ]


def shares(times, family, scale, deviation, clean):
    """d_init and d_k: the squared effect of one unit of each noise on the scored value."""
    noise = coefficients(times, family, scale)
    count = len(times) - 1

    def step(k, x, xi):
        t, h = times[k], times[k] - times[k + 1]
        covariance = t - (1 - t) * deviation ** 2
        v = covariance / ((1 - t) ** 2 * deviation ** 2 + t ** 2) * x
        if clean and k == count - 1:
            return x - t * v
        score = -(x + (1 - t) * v) / t
        return x - h * v + noise[k] ** 2 * h / 2 * score + noise[k] * numpy.sqrt(h) * xi

    def effect(start, at):
        x = start
        for k in range(count):
            x = step(k, x, 1.0 if k == at else 0.0)
        return x

    return effect(1.0, None) ** 2, [effect(0.0, k) ** 2 for k in range(count)]


# Trees

def node_counts(widths):
    return [int(n) for n in numpy.cumprod(widths)]


def calls(widths):
    return 1 + sum(node_counts(widths)[:-1])


def variance_by_leaves(d, widths, rho):
    """The mean of the covariances of all pairs of leaves, given the root."""
    counts = node_counts(widths)
    leaves = counts[-1]
    total = numpy.zeros((leaves, leaves))
    parent = numpy.zeros(leaves, dtype=int)
    for k, share in enumerate(d):
        node = numpy.arange(leaves) // (leaves // counts[k])
        same = node[:, None] == node[None, :]
        siblings = parent[:, None] == parent[None, :]
        total += share * numpy.where(same, 1.0, numpy.where(siblings, rho, 0.0))
        parent = node
    return total.mean()


def fidelity_by_matrices(d, widths, rho):
    """Squared correlation of each node's centred value with its step's noise, from matrices."""
    counts = node_counts(widths)
    leaves = counts[-1]
    covariances = []
    parent = numpy.zeros(leaves, dtype=int)
    for k in range(len(d)):
        node = numpy.arange(leaves) // (leaves // counts[k])
        same = node[:, None] == node[None, :]
        siblings = parent[:, None] == parent[None, :]
        covariances.append(numpy.where(same, 1.0, numpy.where(siblings, rho, 0.0)))
        parent = node
    total = sum(share * c for share, c in zip(d, covariances))
    result = []
    for k in range(len(d)):
        n = counts[k]
        below = numpy.kron(numpy.eye(n), numpy.full((1, leaves // n), n / leaves))
        centre = numpy.eye(n) - 1 / n
        value = centre @ below @ total @ below.T @ centre
        cross = centre @ (below @ covariances[k] @ below.T) * numpy.sqrt(d[k])
        result.append(0.0 if n == 1 or d[k] == 0 else cross[0, 0] ** 2 / value[0, 0])
    return result


def matrices(d, widths, rho):
    """The covariance of the leaves' noise of each step, and the number of nodes it draws."""
    counts = node_counts(widths)
    leaves = counts[-1]
    parent = numpy.zeros(leaves, dtype=int)
    result = []
    for count in counts:
        node = numpy.arange(leaves) // (leaves // count)
        same = node[:, None] == node[None, :]
        siblings = parent[:, None] == parent[None, :]
        result.append(numpy.where(same, 1.0, numpy.where(siblings, rho, 0.0)))
        parent = node
    return counts, result


def standardised_fidelity(d, widths, rho, k):
    """F_k of advantages divided by the sample deviation of their depth.

    From the eigenvalues of the centred values' covariance; the expectation of a quadratic form over
    the root of another by integrating the moment generating function of both.
    """
    counts, noise = matrices(d, widths, rho)
    n, leaves = counts[k], counts[-1]
    below = numpy.kron(numpy.eye(n), numpy.full((1, leaves // n), n / leaves))
    centre = numpy.eye(n) - 1 / n
    value = centre @ below @ sum(x * c for x, c in zip(d, noise)) @ below.T @ centre
    cross = centre @ below @ noise[k] @ below.T @ centre * numpy.sqrt(d[k])
    eigenvalues, vectors = numpy.linalg.eigh(value)
    rotated = vectors.T @ cross @ vectors
    keep = [i for i in range(n) if eigenvalues[i] > 1e-12 * eigenvalues[-1]]

    def integrand(y):
        product = mpmath.mpf(1)
        for i in keep:
            product /= mpmath.sqrt(1 + 2 * eigenvalues[i] * y * y)
        return product * sum(rotated[i, i] / (1 + 2 * eigenvalues[i] * y * y) for i in keep)

    mean = 2 / mpmath.sqrt(mpmath.pi) * mpmath.quad(integrand, [0, 0.5, 1, 2, 5, 20, mpmath.inf])
    return float(mean ** 2 / n)


def all_trees(count, widths, leaves, budget):
    """Every list of widths whose product and whose calls stay within the limits."""
    products = []
    for forks in range(0, 7):
        for combination in itertools.product(widths, repeat=forks):
            if numpy.prod(combination, initial=1) <= leaves:
                products.append(combination)
    for combination in products:
        for places in itertools.combinations(range(count), len(combination)):
            tree = [1] * count
            for place, width in zip(places, combination):
                tree[place] = width
            if calls(tree) <= budget:
                yield tree


def best(d, widths, leaves, budget):
    """The tree of least variance for independent siblings, then of fewest calls and leaves."""
    d = numpy.array(d)
    found = None
    for tree in all_trees(len(d), widths, leaves, budget):
        value = float((d / node_counts(tree)).sum())
        key = (round(value, 14), calls(tree), node_counts(tree)[-1])
        if found is None or key < found[0]:
            found = (key, value, tree)
    return found[2]


def forks(count, splits, width=2):
    return [width if k in splits else 1 for k in range(count)]


def text(tree):
    return " ".join(f"{k}:{w}" for k, w in enumerate(tree) if w > 1)


SETTINGS = [
    # name, times, family, scale, deviation, clean, largest width, leaves
    ("shift3", shifted(20, 3), "constant", 0.3, 1.0, False, 2, 16),
    ("shift3", shifted(20, 3), "constant", 0.3, 1.0, True, 2, 16),
    ("shift3", shifted(20, 3), "constant", 0.3, 1.0, True, 3, 16),
    ("shift3", shifted(20, 3), "constant", 0.3, 0.5, True, 3, 16),
    ("shift3", shifted(20, 3), "constant", 0.3, 0.2, True, 3, 32),
    ("shift3", shifted(20, 3), "flow", 0.7, 1.0, True, 2, 16),
    ("shift3", shifted(20, 3), "flow", 0.7, 1.0, True, 3, 16),
    ("shift3", shifted(20, 3), "flow", 0.7, 0.5, True, 3, 16),
    ("shift3", shifted(20, 3), "flow", 0.7, 0.1, True, 3, 16),
    ("sd3", double_shifted(20, 3), "flow", 0.7, 1.0, True, 3, 16),
    ("sd3", double_shifted(10, 3), "flow", 0.7, 1.0, True, 3, 16),
    ("sd3", double_shifted(10, 3), "flow", 0.7, 0.5, True, 3, 16),
    ("flux", exponential(20, 1.15), "flow", 0.9, 1.0, True, 3, 16),
    ("flux", exponential(20, 1.15), "constant", 0.3, 1.0, True, 3, 16),
    ("uniform", shifted(20, 1), "constant", 0.3, 1.0, True, 3, 16),
    ("uniform", shifted(10, 1), "flow", 0.7, 1.0, True, 3, 16),
]


def main():
    FOLDER.mkdir(exist_ok=True)
    with open(FOLDER / "shares.csv", "w") as file:
        file.write("grid,steps,noise,scale,deviation,clean,step,share,fidelity,correlated\n")
        for name, times, family, scale, deviation, clean, _, _ in SETTINGS[:2] + SETTINGS[11:12]:
            initial, d = shares(times, family, scale, deviation, clean)
            count = len(d)
            tree = forks(count, [p * count // 20 for p in (0, 3, 6, 9)])
            plain = fidelity_by_matrices(d, tree, 0.0)
            correlated = fidelity_by_matrices(d, tree, 0.2)
            prefix = f"{name},{count},{family},{scale},{deviation},{int(clean)}"
            file.write(f"{prefix},-1,{float(initial)!r},0,0\n")
            for k in range(count):
                file.write(
                    f"{prefix},{k},{float(d[k])!r},{float(plain[k])!r},{float(correlated[k])!r}\n")
    with open(FOLDER / "standardised.csv", "w") as file:
        file.write("shares,widths,correlation,step,fidelity\n")
        for d, widths, rho in [
            ([1.0, 2.0, 0.5], [2, 2, 2], 0.0), ([1.0, 2.0, 0.5], [2, 2, 2], 0.3),
            ([0.2, 3.0, 1.0, 0.7], [3, 1, 2, 1], 0.0), ([0.2, 3.0, 1.0, 0.7], [1, 3, 2, 2], 0.2),
            ([5.0, 0.1, 0.0, 2.0], [2, 1, 3, 1], 0.0), ([0.01, 1.0], [2, 8], 0.0),
        ]:
            for k in range(len(d)):
                if node_counts(widths)[k] > 1 and d[k] > 0:
                    cells = [
                        " ".join(map(str, d)), " ".join(map(str, widths)), rho, k,
                        repr(standardised_fidelity(d, widths, rho, k)),
                    ]
                    file.write(",".join(str(cell) for cell in cells) + "\n")
    with open(FOLDER / "plans.csv", "w") as file:
        file.write(
            "grid,steps,noise,scale,deviation,clean,largestWidth,leaves,calls,"
            "published,publishedVariance,correlatedVariance,best,bestCalls,bestVariance,gain\n")
        for name, times, family, scale, deviation, clean, widest, leaves in SETTINGS:
            _, d = shares(times, family, scale, deviation, clean)
            count = len(d)
            published = forks(count, [p * count // 20 for p in (0, 3, 6, 9)])
            budget = calls(published)
            own = variance_by_leaves(d, published, 0.0)
            tree = best(d, range(2, widest + 1), leaves, budget)
            value = variance_by_leaves(d, tree, 0.0)
            cells = [
                name, count, family, scale, deviation, int(clean), widest, leaves, budget,
                text(published), repr(float(own)),
                repr(float(variance_by_leaves(d, published, 0.2))), text(tree), calls(tree),
                repr(float(value)), repr(float(1 - value / own)),
            ]
            file.write(",".join(str(cell) for cell in cells) + "\n")


main()
