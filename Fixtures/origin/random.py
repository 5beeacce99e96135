"""Known answers of the random streams, by an implementation of its own: integers in plain Python, the
normal transform with mpmath at 40 digits.

    python3 Fixtures/origin/random.py        writes Fixtures/random/*.txt

philox.txt        counter (4 words), key (2 words), block (4 words); the first three are the known
                  answers published with Random123 (all zeros, all ones, digits of pi)
keys.txt          seed, path of children (#n a number, =name a name), key
uniforms.txt      seed, root, step, node, then words 0 to 9 of the address
permutations.txt  seed, root, step, node, then the order
normals.txt       radius word, angle word; for r cos and for r sin the nearest double, and what the
                  exact value has beyond it, in units in the last place of that double
"""
import os
import random
import struct

from mpmath import cos, fabs, floor, log, mp, mpf, pi, sin, sqrt

mp.dps = 40
M = 0xFFFFFFFF
here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "random")


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k[0], b & M, (a >> 32) ^ c[3] ^ k[1], a & M]
        k = [(k[0] + 0x9E3779B9) & M, (k[1] + 0xBB67AE85) & M]
    return c


PUBLISHED = [
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([M] * 4, [M] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    ([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0],
     [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]),
]
for c, k, w in PUBLISHED:
    assert philox(c, k) == w


def fnv1a(name):
    h = 0xCBF29CE484222325
    for byte in name.encode("utf-8"):
        h = ((h ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return h


def child(key, step):
    n, tag = (int(step[1:]), 1) if step[0] == "#" else (fnv1a(step[1:]), 2)
    w = philox([n & M, n >> 32, tag, M], [key & M, key >> 32])
    return w[0] | w[1] << 32


def words(key, root, step, node):
    block = 0
    while True:
        yield from philox([block, step, node, root], [key & M, key >> 32])
        block += 1


def permutation(key, root, step, node, count):
    stream, order = words(key, root, step, node), list(range(count))
    for i in range(count - 1, 0, -1):
        n = i + 1
        while True:
            product = next(stream) * n
            if product & M >= 2 ** 32 % n:
                break
        j = product >> 32
        order[i], order[j] = order[j], order[i]
    return order


def nearest(x):
    """The nearest double, and the rest of x in its units in the last place."""
    d = float(x)
    bits = struct.unpack(">Q", struct.pack(">d", abs(d)))[0]
    above = struct.unpack(">d", struct.pack(">Q", bits + 1))[0]
    rest = (x - mpf(d)) / (mpf(above) - mpf(abs(d)))
    return "%016x %.4f" % (struct.unpack(">Q", struct.pack(">d", d))[0], float(rest))


def normals(radius, angle):
    u0, u1 = (mpf(radius) + 0.5) / 2 ** 32, (mpf(angle) + 0.5) / 2 ** 32
    r = sqrt(-2 * log(u0))
    return r * cos(2 * pi * u1), r * sin(2 * pi * u1)


def save(name, lines):
    with open(os.path.join(here, name), "w") as f:
        f.write("\n".join(lines) + "\n")


rng = random.Random(20250101)
word = lambda: rng.getrandbits(32)

rows = [list(c) + list(k) for c, k, _ in PUBLISHED]
rows += [[1 << b if i == p else 0 for i in range(6)] for p in range(6) for b in (0, 7, 16, 31)]
rows += [[word() for _ in range(6)] for _ in range(64)]
save("philox.txt", [" ".join("%08x" % v for v in r + philox(r[:4], r[4:])) for r in rows])

paths = ["#0", "#1", "#4294967296", "#18446744073709551615", "=", "=noise", "=Noise", "=größe",
         "=initial #0", "=steps #7 =branch #3", "#1 #2 #3 #4"]
lines = []
for seed in (0, 1, 7, 0xDEADBEEFCAFEF00D):
    for path in paths:
        key = seed
        for part in path.split(" "):
            key = child(key, part)
        lines.append("%016x %016x %s" % (seed, key, path))
save("keys.txt", lines)

addresses = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (M - 1, M, M), (12345, 67, 8)]
lines, shuffles = [], []
for seed in (0, 3, 0x0123456789ABCDEF):
    for a in addresses:
        stream = words(seed, *a)
        head = "%016x %08x %08x %08x " % (seed, *a)
        lines.append(head + " ".join("%08x" % next(stream) for _ in range(10)))
        for count in (1, 2, 7, 100):
            shuffles.append(head + " ".join(map(str, permutation(seed, *a, count))))
save("uniforms.txt", lines)
save("permutations.txt", shuffles)

hard = set()
for e in range(33):
    for scale in (mpf(1), sqrt(mpf(2)) / 2):
        centre = int(floor(scale * 2 ** (32 - e)))
        hard.update(v for v in range(centre - 2, centre + 3) if 0 <= v <= M)
angles = {v & M for k in range(9) for v in range(k * 2 ** 29 - 3, k * 2 ** 29 + 4)}
hard, angles = sorted(hard), sorted(angles)
pairs = [(h, word()) for h in hard] + [(word(), a) for a in angles]
pairs += [(h, a) for h in (0, 1, M, M - 1) for a in angles]
pairs += [(word(), word()) for _ in range(2048)]
pairs += [(M - rng.getrandbits(16), word()) for _ in range(128)]
pairs += [(word(), (rng.randrange(8) << 29) + rng.getrandbits(12) & M) for _ in range(128)]
# The largest errors of the transform in 14 million random pairs of words.
pairs += [(2664983808, 3582809626), (2589656373, 1801454736), (3337894014, 3651745473),
          (4053691841, 2686775701), (1398946274, 1660544523), (4294894679, 226792173)]
pairs += [(word(), word()) for _ in range(-len(pairs) % 8)]
save("normals.txt", ["%08x %08x %s %s" % (r, a, *map(nearest, normals(r, a))) for r, a in pairs])
