"""The polynomials of the elementary functions, and their other constants.

Prints the coefficients that stand in Sources/RivuletLanes, lowest power first, and the base-2
logarithm of the largest weighted error. Minimax by Remez exchange in high precision; the first
coefficients are rounded one by one before the rest is fitted, so that their rounding is made good.

Run: python3 Fixtures/origin/elementary_polynomials.py
"""

from mpmath import mp, mpf, matrix, lu_solve

mp.prec = 300
GRID = 1200


def remez(target, powers, low, high, weight):
    """Coefficients of x^p, p in powers, with the least largest weight(x) |sum - target(x)|."""
    n = len(powers)
    points = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / GRID) for i in range(GRID + 1)]
    points = [x for x in points if weight(x) != 0]
    values = [target(x) for x in points]
    weights = [weight(x) for x in points]
    terms = [[x**p for p in powers] for x in points]
    last = len(points) - 1
    reference = [round(last * i / n) for i in range(n + 1)]
    for _ in range(12):
        system = matrix(n + 1, n + 1)
        right = matrix(n + 1, 1)
        for i, k in enumerate(reference):
            for j in range(n):
                system[i, j] = terms[k][j]
            system[i, n] = (-1) ** i / weights[k]
            right[i] = values[k]
        solution = lu_solve(system, right)
        errors = [
            weights[k] * (sum(solution[j] * terms[k][j] for j in range(n)) - values[k])
            for k in range(last + 1)
        ]
        extrema = largest_of_each_sign(errors)
        while len(extrema) > n + 1:
            extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
        if len(extrema) < n + 1 or extrema == reference:
            break
        reference = extrema
    return [solution[j] for j in range(n)]


def largest_of_each_sign(errors):
    """The index of the largest error of each run of errors with one sign."""
    found = []
    k = 0
    while k < len(errors):
        best, positive = k, errors[k] > 0
        while k < len(errors) and (errors[k] > 0) == positive:
            if abs(errors[k]) > abs(errors[best]):
                best = k
            k += 1
        found.append(best)
    return found


def rounded(target, powers, low, high, weight, fixed=()):
    """Coefficients in double precision; the first three are rounded before the rest is fitted."""
    result = list(fixed)

    def rest(x):
        return target(x) - sum(mpf(c) * x**p for c, p in zip(result, powers))

    while len(result) < 3:
        result.append(float(remez(rest, powers[len(result):], low, high, weight)[0]))
    result += [float(c) for c in remez(rest, powers[len(result):], low, high, weight)]
    return result


def show(name, target, degree, low, high, weight, fixed=()):
    powers = list(range(degree + 1))
    coefficients = rounded(target, powers, low, high, weight, fixed)
    grid = [low + (high - low) * i / 3001 for i in range(3002)]
    error = max(
        weight(x) * abs(sum(mpf(c) * x**p for c, p in zip(coefficients, powers)) - target(x))
        for x in grid
    )
    print(f"{name}: 2^{float(mp.log(error, 2)):.2f}")
    for c in coefficients:
        print("   ", c.hex())


def parts(value, lengths):
    """Splits a number into parts of so many bits, rounded down, and a rounded rest."""
    found = []
    for bits in lengths:
        unit = mpf(2) ** (int(mp.floor(mp.log(value, 2))) + 1 - bits)
        part = mp.floor(value / unit) * unit
        found.append(float(part))
        value -= part
    return found + [float(value)]


def main():
    # exp(r) = 1 + r + r² q(r), relative to 1. The interval is a trifle longer than (ln 2)/2, and
    # uneven: an even one has singular systems.
    end = mp.log(2) / 2 * mpf("1.0005")
    show(
        "exp, q(r)", lambda r: sum(r**j / mp.factorial(j + 2) for j in range(45)), 10,
        -end, end * mpf("1.003"), lambda r: r * r if abs(r) > mpf("0.01") else mpf(0), (0.5,))
    # log((1 + s)/(1 - s)) = 2 s + s z R(z), z = s², relative to s.
    end = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * mpf("1.001")
    show(
        "log, R(z)", lambda z: sum(2 * z**j / (2 * j + 3) for j in range(60)), 6,
        mpf(0), end, lambda z: z)
    # sin(r) = r + r z S(z), relative to r; cos(r) = 1 - z/2 + z² C(z), relative to 1; z = r².
    end = (mp.pi / 4) ** 2 * mpf("1.002")
    show(
        "sin, S(z)", lambda z: sum((-1) ** (j + 1) * z**j / mp.factorial(2 * j + 3) for j in range(30)),
        5, mpf(0), end, lambda z: z)
    show(
        "cos, C(z)", lambda z: sum((-1) ** j * z**j / mp.factorial(2 * j + 4) for j in range(30)),
        5, mpf(0), end, lambda z: z * z)
    print("ln 2, 32 bits and rest:", [v.hex() for v in parts(mp.log(2), [32])])
    print("ln 2, 42 + 42 bits and rest:", [v.hex() for v in parts(mp.log(2), [42, 42])])
    print("1/ln 2:", float(1 / mp.log(2)).hex(), " sqrt(1/2):", float(mp.sqrt(mpf(1) / 2)).hex())
    mp.prec = 1500
    print("π/2, 38 + 38 bits and rest:", [v.hex() for v in parts(mp.pi / 2, [38, 38])])
    print("π/2 in two doubles:", [v.hex() for v in (float(mp.pi / 2), float(mp.pi / 2 - float(mp.pi / 2)))])
    print("2/π:", float(2 / mp.pi).hex())
    digits = "%0304x" % int(mp.floor(2 / mp.pi * mpf(2) ** 1216))
    print("2/π in words of 64 bits:")
    for start in range(0, 304, 16):
        print("    0x" + digits[start:start + 16])


if __name__ == "__main__":
    main()
