"""Coefficients of the elementary functions in single precision (Sources/RivuletLanes/FloatLanes+*.swift).

Each fit minimises the largest relative error of the whole function. Polynomials and the quotient of the
hyperbolic tangent are found by Lawson's reweighted least squares on Chebyshev points; the coefficients are
rounded to single precision one by one, lowest power first, and the others are fitted again after each.

    tanh x    = x P(z) / Q(z)                  z = x^2, |x| <= 9.01, P and Q of degree 4 with P(0) = Q(0) = 1
    exp r     = 1 + r + r^2 E(r)               |r| <= log(2) / 2
    log m     = 2 s + s z L(z)                 s = (m - 1) / (m + 1), z = s^2, m in [sqrt(1/2), sqrt 2]
    sin 2pi r = r (2pi + z S(z))               z = r^2, |r| <= 1/8
    cos 2pi r = 1 + z C(z)                     z = r^2, |r| <= 1/8

    python3 Fixtures/origin/single_precision.py
"""
import numpy as np


def points(low, high, count=1500):
    return (low + high) / 2 - (high - low) / 2 * np.cos(np.pi * (np.arange(count) + 0.5) / count)


def lawson(columns, target, rounds=400):
    """Weights of columns with the least largest |columns @ c - target|."""
    w = np.full(len(target), 1.0)
    best, least = None, np.inf
    for _ in range(rounds):
        s = np.sqrt(w)
        scale = np.abs(columns).max(0)
        c = np.linalg.lstsq(columns / scale * s[:, None], target * s, rcond=None)[0] / scale
        e = np.abs(columns @ c - target)
        if e.max() < least:
            best, least = c, e.max()
        w = w * e
        w /= w.mean()
    return best


def fit(name, basis, target, weight):
    """Rounds the coefficients of target ~ sum_j c_j basis_j one after another."""
    fixed = []
    rest = target.astype(np.float64)
    for j in range(len(basis)):
        columns = np.stack([b * weight for b in basis[j:]], 1)
        c = np.float32(lawson(columns, rest * weight)[0])
        fixed.append(c)
        rest = rest - np.float64(c) * basis[j]
    print(name, "2^%.1f" % np.log2(np.abs(rest * weight).max()))
    for c in fixed:
        print("   ", float(c).hex(), float(c))


def fit_tanh(top, p, q):
    x = points(0, top, 3000)[1:]
    z = x * x
    f = np.where(x < 1e-3, 1 - z / 3 + 2 * z * z / 15, np.tanh(x) / x)
    # 1 + sum p_j z^j - f (1 + sum q_j z^j), relative to f Q of the round before
    fixed = {}
    names = [("p", j) for j in range(1, p + 1)] + [("q", j) for j in range(1, q + 1)]
    columns = {n: (z ** n[1] if n[0] == "p" else -f * z ** n[1]) for n in names}
    order = sorted(names, key=lambda n: n[1])
    denominator = np.ones_like(z)
    while True:
        free = [n for n in order if n not in fixed]
        rest = (1 - f) + sum(np.float64(c) * columns[n] for n, c in fixed.items())
        if not free:
            break
        w = np.ones_like(z)
        best, least = None, np.inf
        for _ in range(600):
            a = np.stack([columns[n] for n in free], 1) / (f * denominator)[:, None]
            b = -rest / (f * denominator)
            scale = np.abs(a).max(0)
            s = np.sqrt(w)
            c = np.linalg.lstsq(a / scale * s[:, None], b * s, rcond=None)[0] / scale
            q_now = 1 + sum(v * z ** n[1] for n, v in list(zip(free, c)) + list(fixed.items()) if n[0] == "q")
            e = np.abs((a @ c - b) * denominator / q_now)
            denominator = q_now
            if e.max() < least:
                best, least = c, e.max()
            w = w * (e + 1e-14)
            w /= w.mean()
        fixed[free[0]] = np.float32(best[0])
    e = rest / (f * denominator)
    print("tanh to %g, degrees %d and %d" % (top, p, q), "2^%.1f" % np.log2(np.abs(e).max()))
    for n in names:
        print("   ", n, float(fixed[n]).hex(), float(fixed[n]))


if __name__ == "__main__":
    fit_tanh(9.01, 4, 4)
    r = points(-np.log(2) / 2, np.log(2) / 2)
    fit("exp", [r ** j for j in range(5)], (np.expm1(r) - r) / r ** 2, r ** 2 / np.exp(r))
    s = points(1e-3, 3 - 2 * np.sqrt(2))
    z = s * s
    fit("log", [z ** j for j in range(4)], (2 * np.arctanh(s) - 2 * s) / (s * z), s * z / (2 * np.arctanh(s)))
    r = points(1e-3, 1 / 8)
    z = r * r
    fit("sin", [z ** j for j in range(4)], (np.sin(2 * np.pi * r) - 2 * np.pi * r) / (r * z),
        r * z / np.sin(2 * np.pi * r))
    fit("cos", [z ** j for j in range(4)], (np.cos(2 * np.pi * r) - 1) / z, z / np.cos(2 * np.pi * r))
