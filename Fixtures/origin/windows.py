"""Moving windows, compressed schedules, truncated times and bfloat16 numbers, computed anew.

Run from the root of the package: python3 Fixtures/origin/windows.py
Needs mpmath. Writes Fixtures/windows/*.csv.

Windows are simulated as a machine with state, one iteration after the other, as the published trainer
runs: take the steps, count the iteration, move when the count is reached, look whether the end is past.
The Swift code computes the same from the iteration number alone. Schedules are in 50-digit arithmetic,
bfloat16 numbers by exact fractions.
"""

from fractions import Fraction
from math import ceil
from pathlib import Path

from mpmath import mp, mpf, exp

mp.dps = 50
HERE = Path(__file__).resolve().parents[1] / "windows"
HERE.mkdir(exist_ok=True)


def write(name, header, rows):
    text = header + "\n" + "".join(",".join(str(c) for c in row) + "\n" for row in rows)
    (HERE / name).write_text(text)


# ---- windows ------------------------------------------------------------------------------


def duration(kind, start, last, bound):
    if kind[0] == "progressive":
        return kind[1]
    if kind[0] == "decay":
        progress = Fraction(start, last) if last else 0
        if last == bound:  # the trainer computes in 64-bit numbers
            progress = float(progress)
        return max(kind[2], int(kind[1] * (1 - progress) + kind[2] * progress))
    assert kind[0] == "exponential"
    return int(ceil(kind[1] * exp(-mpf(1) / 10 * max(0, start - 13))))


def published(kind, bound, size, stride, rolls_back, iterations):
    """Past the end only beyond the bound; the window is cut at the bound."""
    start, count, windows = 0, 0, []
    for _ in range(iterations):
        windows.append((start, min(start + size, bound)))
        count += 1
        if count >= duration(kind, start, bound, bound):
            count = 0
            start += stride
        if start > bound:
            start, count = (0, 0) if rolls_back else (bound, count)
    return windows


def complete(kind, bound, size, stride, rolls_back, iterations):
    """Never cut: the last stride is shortened, and after the last start the window returns or stays."""
    last, start, count, windows = bound - size, 0, 0, []
    for _ in range(iterations):
        windows.append((start, start + size))
        count += 1
        if count >= duration(kind, start, last, bound):
            count = 0
            if stride == 0:
                continue
            if start == last:
                start = 0 if rolls_back else last
            else:
                start = min(start + stride, last)
    return windows


CASES = [
    ("mixgrpo", ("progressive", 25), 23, 4, 1, True, published),
    ("mixgrpo", ("progressive", 25), 24, 4, 1, True, complete),
    ("flash", ("progressive", 20), 23, 4, 1, True, published),
    ("flash", ("progressive", 20), 24, 4, 1, True, complete),
    ("flash-star", ("progressive", 20), 23, 4, 0, True, published),
    ("flash-star", ("progressive", 20), 24, 4, 0, True, complete),
    ("stay", ("progressive", 25), 23, 4, 1, False, published),
    ("stay", ("progressive", 25), 23, 4, 1, False, complete),
    ("apart", ("progressive", 7), 23, 4, 4, True, published),
    ("apart", ("progressive", 7), 23, 4, 4, True, complete),
    ("apart-stay", ("progressive", 7), 23, 5, 5, False, published),
    ("apart-stay", ("progressive", 7), 23, 5, 5, False, complete),
    ("decay", ("decay", 25, 6), 23, 4, 1, True, published),
    ("decay", ("decay", 25, 6), 23, 4, 1, True, complete),
    ("exponential", ("exponential", 25), 23, 4, 1, True, published),
    ("exponential", ("exponential", 25), 23, 4, 1, True, complete),
    ("all", ("progressive", 3), 6, 6, 2, True, published),
    ("all", ("progressive", 3), 6, 6, 2, True, complete),
]

rows = []
for name, kind, bound, size, stride, rolls, form in CASES:
    before = None
    for iteration, window in enumerate(form(kind, bound, size, stride, rolls, 1400)):
        if window != before:
            rows.append((name, form.__name__, iteration, window[0], window[1]))
            before = window
write("moving.csv", "name,form,iteration,start,stop", rows)


# ---- schedules ----------------------------------------------------------------------------


def shifted(u, s=3):
    return s * u / (1 + (s - 1) * u)


rows = []
for form in ("points", "steps"):
    for ratio in (Fraction(2, 5), Fraction(1, 5), Fraction(1, 1)):
        for start in (4, 8, 16, 17, 20, 21, 22, 23, 24, 25):
            u = Fraction(25 - start, 25)
            remaining = 25 - start
            if remaining == 0:
                suffix = []
            elif form == "points":
                points = max(1, int(ratio * (remaining + 1)))
                suffix = [u * (points - 1 - i) / (points - 1) for i in range(1, points)]
            else:
                steps = max(1, int(ratio * remaining))
                suffix = [u * (steps - i) / steps for i in range(1, steps + 1)]
            end = shifted(suffix[-1] if suffix else u)
            middle = shifted(suffix[len(suffix) // 2] if suffix else u)
            rows.append((form, float(ratio), start, len(suffix), float(middle), float(end)))
write("suffixes.csv", "form,ratio,start,steps,middle,end", rows)

rows = []
for steps in (10, 16, 20, 25):
    for step in range(steps):
        t = shifted(Fraction(steps - step, steps))
        rows.append((steps, step, int(1000 * t), float(t - Fraction(int(1000 * t), 1000))))
write("truncated.csv", "steps,step,thousandths,error", rows)


# ---- bfloat16 -----------------------------------------------------------------------------


def brain(x):
    """The nearest multiple of the spacing at x, ties to the even multiple."""
    value = Fraction(x)
    if value == 0:
        return x
    size = abs(value)
    exponent = -126
    while Fraction(2) ** (exponent + 1) <= size:
        exponent += 1
    spacing = Fraction(2) ** (exponent - 7)
    count, rest = divmod(size, spacing)
    count += rest > spacing / 2 or (rest == spacing / 2 and count % 2 == 1)
    result = count * spacing
    if result >= Fraction(2) ** 128:
        return float("inf") if value > 0 else float("-inf")
    return float(result) if value > 0 else -float(result)


def irregular(count, state=0x9E3779B97F4A7C15):
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield state


inputs = []
for word in irregular(60):
    exponent = word % 268 - 139
    inputs.append((1 if word >> 20 & 1 else -1) * (1 + (word >> 12) / 2.0**52) * 2.0**exponent)
for k in range(128, 140):
    for sign in (1, -1):
        inputs.append(sign * (k + 0.5) / 128)
        inputs.append(sign * (k + 0.5 + 2.0**-44) / 128)
        inputs.append(sign * (k + 0.5 - 2.0**-44) / 128)
edges = ["0x1.fep127", "0x1.ffp127", "0x1.fefffffffffffp127", "0x1.fp-127", "0x1.ffffp-127"]
inputs += [float.fromhex(x) for x in edges] + [3.3e38, 3.39e38, 3.4e38, 1e300, 5e-324]
inputs += [2.0**-133, 2.0**-134, 1.5 * 2.0**-133, 2.5 * 2.0**-133, 2.0**-126 - 2.0**-140]
write("bfloat16.csv", "value,rounded", [(float.hex(x), float.hex(brain(x))) for x in inputs])
