"""Coefficients of the Box-Muller transform of Sources/RivuletLanes/Lanes+BoxMuller.swift.

Three functions are fitted on their reduced ranges, each in the variable z that its polynomial uses:

    log m     = 2 s + s z L(z)        s = (m - 1) / (m + 1),  z = s^2,  m in [sqrt(1/2), sqrt 2]
    sin 2pi r = 2pi r + r z S(z)      z = r^2,  |r| <= 1/8
    cos 2pi r = 1 + z C(z)            z = r^2,  |r| <= 1/8

Each fit minimises the largest relative error of the whole function by the exchange algorithm of
Remez at 60 digits; the coefficients are then rounded to double precision, and the error that
remains with the rounded ones is printed beside them.

    python3 Fixtures/origin/random_coefficients.py
"""
import struct
from mpmath import mp, mpf, sqrt, atanh, sin, cos, pi, matrix, lu_solve

mp.dps = 60


def remez(target, weight, top, count):
    """Coefficients of the polynomial p with the least max of |(p - target) weight| on [0, top]."""
    n = count + 1
    nodes = [top * (1 - cos(pi * (mpf(i) + mpf(1) / 2) / n)) / 2 for i in range(n)]
    for _ in range(12):
        a = matrix(n, n)
        b = matrix(n, 1)
        for i, z in enumerate(nodes):
            for j in range(count):
                a[i, j] = z ** j
            a[i, count] = (-1) ** i / weight(z)
            b[i] = target(z)
        x = lu_solve(a, b)
        c = [x[j] for j in range(count)]

        def error(z):
            return (sum(c[j] * z ** j for j in range(count)) - target(z)) * weight(z)

        grid = [top * (1 - cos(pi * mpf(i) / 600)) / 2 for i in range(601)]
        grid[0] = top * mpf(10) ** -12
        values = [error(z) for z in grid]
        extremes = []
        for i in range(601):
            if extremes and (values[i] > 0) == (extremes[-1][1] > 0):
                if abs(values[i]) > abs(extremes[-1][1]):
                    extremes[-1] = (grid[i], values[i])
            else:
                extremes.append((grid[i], values[i]))
        while len(extremes) > n:
            extremes.pop(0 if abs(extremes[0][1]) < abs(extremes[-1][1]) else -1)
        if len(extremes) < n:
            break
        nodes = [z for z, _ in extremes]
        sizes = [abs(v) for _, v in extremes]
        if max(sizes) / min(sizes) < mpf("1.01"):
            break
    return c


def report(name, target, weight, top, count):
    exact = remez(target, weight, top, count)
    rounded = [mpf(float(v)) for v in exact]
    worst = max(
        abs((sum(c * z ** j for j, c in enumerate(rounded)) - target(z)) * weight(z))
        for z in (top * mpf(i) / 2000 for i in range(1, 2001)))
    print(f"{name}: relative error of the function 2^{float(mp.log(worst, 2)):.2f}")
    for c in rounded:
        print("   ", repr(float(c)), struct.pack(">d", float(c)).hex())


def log_target(z):
    s = sqrt(z)
    return (2 * atanh(s) - 2 * s) / (s * z)


def sin_target(z):
    r = sqrt(z)
    return (sin(2 * pi * r) - 2 * pi * r) / (r * z)


def cos_target(z):
    return (cos(2 * pi * sqrt(z)) - 1) / z


top = ((sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1)) ** 2
report("L", log_target, lambda z: sqrt(z) * z / (2 * atanh(sqrt(z))), top, 7)
report("S", sin_target, lambda z: sqrt(z) * z / sin(2 * pi * sqrt(z)), mpf(1) / 64, 6)
report("C", cos_target, lambda z: z / cos(2 * pi * sqrt(z)), mpf(1) / 64, 7)
