"""Tables of the elementary functions in high precision, for the tests of their error bounds.

Writes Fixtures/elementary/<function>.csv, one argument a line:

    argument   bits of the argument, hexadecimal
    result     bits of the correctly rounded result
    fraction   (exact - result) / ulp, where ulp is the unit in the last place of the exact result;
               0 where the result is infinite or NaN

Run from anywhere: python3 Fixtures/origin/elementary.py [function ...]
"""

import pathlib
import random
import struct
import sys

import mpmath
from mpmath import mp, mpf

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "elementary"
INFINITY = float("inf")
LARGEST = sys.float_info.max
SMALLEST_NORMAL = 2.0**-1022
RANDOM_POINTS = 250  # a range


def bits_of(value):
    return struct.unpack("<Q", struct.pack("<d", value))[0]


def double_of(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def around(value, steps=3):
    """The double nearest to `value` and its neighbours."""
    center = bits_of(float(abs(value)))
    numbers = [double_of(max(0, center + step)) for step in range(-steps, steps + 1)]
    return [-number if value < 0 else number for number in numbers]


def uniform(source, low, high, count=RANDOM_POINTS):
    return [source.uniform(low, high) for _ in range(count)]


def exponents(source, low, high, count=RANDOM_POINTS, signs=(1.0, -1.0)):
    """Random significands under random exponents from `low` to `high`; -1023 makes subnormals."""
    numbers = []
    for _ in range(count):
        power = source.randint(low, high)
        numbers.append(source.choice(signs) * double_of(((power + 1023) << 52) | source.getrandbits(52)))
    return numbers


def powers_of_two(low, high, signs=(1.0, -1.0)):
    return [sign * 2.0**power for power in range(low, high + 1) for sign in signs]


SPECIAL = [
    0.0, -0.0, 5e-324, -5e-324, 1e-310, -1e-310, SMALLEST_NORMAL, -SMALLEST_NORMAL,
    double_of(bits_of(SMALLEST_NORMAL) - 1), LARGEST, -LARGEST, INFINITY, -INFINITY,
    float("nan"), 1.0, -1.0, 0.5, -0.5, 2.0, -2.0,
]


def reduction_borders(count):
    """Arguments where the nearest multiple of ln 2 changes."""
    ln2 = mp.log(2)
    return [x for k in range(-count, count) for x in around((k + mpf(1) / 2) * ln2, 1)]


def exp_arguments(source):
    numbers = reduction_borders(60) + powers_of_two(-60, 9) + powers_of_two(-1074, -1070)
    for border in (709.78, 710, -708.396, -744.44, -745.133, -746, 1023.5 * 0.6931471805599453):
        numbers += around(border)
    ln2 = mp.log(2)
    for power in list(range(-1076, -1015)) + [1023, 1024]:
        numbers += around(power * ln2, 1)
    numbers += uniform(source, -746, 710) + uniform(source, -2, 2) + uniform(source, -0.4, 0.4)
    numbers += uniform(source, -745.2, -708, 400) + uniform(source, 700, 709.8)
    return numbers + exponents(source, -60, 9) + exponents(source, -1023, 1023, 100)


def expm1_arguments(source):
    numbers = reduction_borders(60) + powers_of_two(-60, 9) + powers_of_two(-1074, -1070)
    for border in (709.78, 710, -36.7, -37.4, -38.5, -60, 54 * 0.6931471805599453,
                   69.3147, 100.5 * 0.6931471805599453):
        numbers += around(border)
    numbers += uniform(source, -60, 60) + uniform(source, -2, 2) + uniform(source, -0.4, 0.4, 400)
    numbers += uniform(source, 0.3, 1.1) + uniform(source, 700, 709.8, 100)
    return numbers + exponents(source, -60, 9, 500) + exponents(source, -1023, 1023)


def log_arguments(source):
    numbers = powers_of_two(-1074, 1023, (1.0,))[::5]
    root = mp.sqrt(mpf(1) / 2)
    for power in list(range(-20, 20)) + [-1021, -1022, -1023, 1022, 1023]:
        numbers += around(root * mpf(2) ** power, 1)
    numbers += around(1.0, 40) + around(SMALLEST_NORMAL, 5)
    numbers += [1 + sign * 2.0**-power for power in range(1, 53) for sign in (1, -1)]
    for power in range(-700, 710, 29):
        numbers += around(mp.exp(power), 1)
    numbers += uniform(source, 0.6, 1.7, 500) + uniform(source, 0.99, 1.01) + uniform(source, 0, 10)
    numbers += exponents(source, -1023, -1023, 150, (1.0,)) + exponents(source, -1022, 1023, 500, (1.0,))
    return numbers + exponents(source, -1023, 1023, 20, (-1.0,))


def log1p_arguments(source):
    numbers = powers_of_two(-60, 60) + powers_of_two(-1074, -1070) + powers_of_two(60, 1023, (1.0,))[::9]
    for power in range(-20, 100):
        numbers += around(mp.sqrt(2) * mpf(2) ** power - 1, 1)
    for power in range(1, 53):
        numbers.append(-1 + 2.0**-power)
    numbers += around(-1.0, 6) + [x for n in range(1, 30) for x in around(mpf(2) ** n - 1, 1)]
    numbers += uniform(source, -0.5, 0.5, 500) + uniform(source, -1, 10, 400) + uniform(source, -1, -0.9, 100)
    numbers += [abs(x) for x in exponents(source, -5, 1023)] + exponents(source, -60, -1, 400)
    return numbers + exponents(source, -1023, -60, 100)


def angle_arguments(source):
    quarter = mp.pi / 2
    numbers = powers_of_two(-60, 1023, (1.0,))[::4] + powers_of_two(-1074, -1070)
    # Multiples of an eighth of a turn: near a zero of one function, and borders of the reduction.
    for number in list(range(1, 90)) + [1000, 83442, 83443, 83444, 83445, 10**6, 10**9, 10**15]:
        numbers += around(number * quarter / 2, 1)
    numbers += around(2.0**17, 4) + around(-(2.0**17), 1)
    numbers += hard_angles()
    numbers += uniform(source, -0.8, 0.8) + uniform(source, -10, 10) + uniform(source, -131072, 131072)
    numbers += uniform(source, 120000, 140000, 100) + exponents(source, -30, 16)
    return numbers + exponents(source, 17, 1023, 500) + exponents(source, -1023, -30, 60)


def hard_angles():
    """For each exponent, a double that comes very near to a multiple of π/2.

    m 2^e = n π/2 asks for n/m near 2^e/(π/2), so the convergents of that ratio are the candidates.
    """
    found = []
    for power in range(-52, 972):
        ratio = mpf(2) ** power / (mp.pi / 2)
        before, now = (0, 1), (1, 0)  # (n, m) of the last two convergents
        while True:
            whole = int(mp.floor(ratio))
            before, now = now, (whole * now[0] + before[0], whole * now[1] + before[1])
            if now[1] >= 2**53:
                break
            n, m = now
            if n > 0 and m > 0:
                multiple = 2**53 // m
                if multiple * m >= 2**52 and multiple <= 64:
                    distance = abs(m * mpf(2) ** power - n * mp.pi / 2) * multiple
                    found.append((distance, float(multiple * m) * 2.0**power))
            ratio = 1 / (ratio - whole)
    found.sort()
    return [angle for _, angle in found[:500]]


def tanh_arguments(source):
    numbers = [x / 2 for x in reduction_borders(60)] + powers_of_two(-60, 6) + powers_of_two(-1074, -1070)
    for border in (0.5 * mp.log(3), 18.715, 19.0615, 22, mp.atanh(mpf(1) / 2), 1e-8):
        numbers += around(border) + around(-border)
    numbers += uniform(source, -1, 1, 500) + uniform(source, -20, 20) + uniform(source, 0.1, 0.6, 400)
    return numbers + exponents(source, -60, 4, 600) + exponents(source, -1023, 1023)


def exact_angle(function):
    return lambda x: function(mpf(x)) if abs(x) < INFINITY else mp.nan


def exact_log(x):
    if x == 0:
        return -mp.inf
    return mp.log(mpf(x)) if x > 0 else mp.nan


def exact_log1p(x):
    if x == -1:
        return -mp.inf
    return mp.log(1 + mpf(x)) if x > -1 else mp.nan


FUNCTIONS = {
    "exp": (exp_arguments, lambda x: mp.exp(mpf(x)), False),
    "expm1": (expm1_arguments, lambda x: mp.expm1(mpf(x)), True),
    "log": (log_arguments, exact_log, False),
    "log1p": (log1p_arguments, exact_log1p, True),
    "sin": (angle_arguments, exact_angle(mp.sin), True),
    "cos": (angle_arguments, exact_angle(mp.cos), False),
    "tanh": (tanh_arguments, lambda x: mp.tanh(mpf(x)), True),
}

# Arguments with the largest errors that searches have found.
FOUND = {
    "exp": [
        "-0x1.62603018f91fap+9", "0x1.b66b2ea7030ecp+8", "-0x1.627fb01644fc1p+9",
        "-0x1.6260b10e960c4p+9", "-0x1.626072028f25cp+9",
    ],
    "expm1": [
        "0x1.6e7de8702e928p-2", "0x1.64a73e099726p-2", "0x1.63b19f365d98p-2",
        "0x1.657ec620b6fd4p-2",
    ],
    "log": [
        "0x1.67a84cbd61ebfp-1", "0x1.67f47b3de5671p+0", "0x1.65b27d369873cp+0",
        "0x1.68cb1a8062d9fp-1", "0x1.69ef30b0fa3a7p-1",
    ],
    "log1p": [
        "0x1.a23dd40670e94p-2", "-0x1.33d669ced5462p-2", "0x1.adfe207deb505p-2",
        "0x1.b1d69519fa057p-2",
    ],
    "sin": [
        "0x1.860d2bc44d95ep-1", "0x1.f30b13d529bfcp+1", "0x1.0b0a3f1a1bf15p+17",
        "0x1.681b101751f78p+942",
    ],
    "cos": [
        "0x1.9320c29497c46p-1", "0x1.92a2eef4c8f5p-1", "0x1.f1503f0c549f6p+16",
        "0x1.92a076c1c24dep-1",
    ],
    "tanh": [
        "0x1.6da35dbcf880cp-3", "0x1.68e9a46a6358p-3", "0x1.6ff6aa954db3bp-3",
        "0x1.68911931824b8p-3", "0x1.638fa244a741p-3",
    ],
}


def row(x, exact, is_odd_at_zero):
    """The correctly rounded result and what it lacks, by whole numbers alone."""
    if x != x or mpmath.isnan(exact):
        return 0x7FF8000000000000, "0"
    if mpmath.isinf(exact):
        return bits_of(float(exact)), "0"
    if exact == 0:
        return bits_of(x if is_odd_at_zero else 0.0), "0"
    sign, man, power, length = exact._mpf_
    last = max(length + power - 1, -1022) - 52
    scaled = mpf((0, man, power - last, length))
    whole = int(mp.floor(scaled + mpf(1) / 2))
    fraction = scaled - whole
    sign = -1 if sign else 1
    if last > 971 or (whole == 2**53 and last == 971):
        return bits_of(sign * INFINITY), "0"
    text = mpmath.nstr(sign * fraction, 5) if abs(fraction) > mpf("1e-9") else "0"
    # The product is exact: a whole number of at most 53 bits and a power of two.
    return bits_of(sign * (float(whole) * 2.0**last)), text


def main(names):
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names:
        arguments, function, is_odd_at_zero = FUNCTIONS[name]
        mp.prec = 1500
        source = random.Random("rivulet elementary " + name)
        chosen = {}
        for x in SPECIAL + [float.fromhex(text) for text in FOUND[name]] + arguments(source):
            chosen[bits_of(float(x))] = float(x)
        with open(FOLDER / f"{name}.csv", "w", encoding="ascii") as file:
            file.write("argument,result,fraction\n")
            for bits, x in sorted(chosen.items()):
                # Angles need the digits of π up to their exponent; expm1 and tanh of small numbers
                # lose as many bits as the exponent is below zero.
                mp.prec = 200
                if x == x and abs(x) < INFINITY and x != 0:
                    mp.prec = 250 + abs(mpmath.frexp(mpf(x))[1])
                result, fraction = row(x, function(x), is_odd_at_zero)
                file.write(f"{bits:016x},{result:016x},{fraction}\n")
        print(name, len(chosen))


if __name__ == "__main__":
    main(sys.argv[1:] or list(FUNCTIONS))
