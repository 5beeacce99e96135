"""Reference values for grids, steps, fields and samplers, in 50-digit arithmetic.

Run from the root of the package: python3 Fixtures/origin/flow.py
Needs mpmath. Writes Fixtures/flow/*.csv, each number with 25 digits.

The formulas are written from the definitions (papers and their code), not from the Swift sources:
every schedule is built anew, steps of the samplers are composed as in the papers' code, and the
velocity of Gaussian data comes from the conditional expectation E[noise - data | x_t] of the joint
Gaussian law.
"""

from pathlib import Path

from mpmath import mp, mpf, matrix, sqrt, exp, log, pi, sin, inverse

mp.dps = 50
HERE = Path(__file__).resolve().parents[1] / "flow"


def digits(x):
    return mp.nstr(x, 25, strip_zeros=False)


def write(name, header, rows):
    text = header + "\n" + "".join(
        ",".join(c if isinstance(c, str) else digits(c) for c in row) + "\n" for row in rows
    )
    (HERE / name).write_text(text)


# ---- grids ------------------------------------------------------------------------------


def linspace(a, b, n):
    return [a + (b - a) * mpf(i) / (n - 1) for i in range(n)]


def shift(x, s):
    return s * x / (1 + (s - 1) * x)


def uniform(n):
    return linspace(mpf(1), mpf(0), n + 1)


def shifted(n, s):
    return [shift(u, s) for u in uniform(n)]


def double_shifted(n, s):
    # the scheduler takes its end point from an already shifted list, then shifts the whole list
    return [shift(u, s) for u in linspace(mpf(1), shift(mpf(1) / 1000, s), n)] + [mpf(0)]


def exponential(n, mu):
    return [exp(mu) / (exp(mu) + (1 / u - 1)) for u in linspace(mpf(1), 1 / mpf(n), n)]


def flux(n, mu):
    return exponential(n, mu) + [mpf(0)]


def qwen(n, mu, terminal):
    t = exponential(n, mu)
    scale = (1 - t[-1]) / (1 - terminal)
    return [1 - (1 - x) / scale for x in t] + [mpf(0)]


def flow_sigma(times, a):
    return [
        a * sqrt(t / (1 - (times[1] if t == 1 else t))) for t in times[:-1]
    ]


def tenth(x):
    return mpf(x) / 10


def schedule_rows(name, times, sigma):
    rows = []
    for k, s in enumerate(sigma):
        t, d = times[k], times[k] - times[k + 1]
        n = s * sqrt(d)
        # the coefficient of the velocity in Flow-GRPO's mean is dt (1 + s^2 (1 - t) / (2 t))
        score = d * (1 + s**2 * (1 - t) / (2 * t)) / n
        rows.append((name, str(k), t, d, s, n, score))
    return rows


published = [
    ("uniform", uniform(10), tenth(7)),
    ("sd35", double_shifted(10, mpf(3)), tenth(7)),
    ("flux", flux(10, mpf(115) / 100), tenth(9)),
    ("qwen", qwen(10, mpf(1) / 2 + mpf(4) / 10 * 768 / 7936, mpf(2) / 100), tenth(12)),
    # not printed anywhere: they show that the recipes hold for other numbers too
    ("unseen-double", double_shifted(16, mpf(5)), mpf(1)),
    ("unseen-shifted", shifted(16, mpf(5)), mpf(1)),
    ("unseen-flux", flux(7, mpf(-1) / 3), mpf(1)),
    ("unseen-qwen", qwen(13, mpf(9) / 10, mpf(5) / 100), mpf(1)),
]
rows = []
for name, times, a in published:
    rows += schedule_rows(name, times, flow_sigma(times, a))
for name, steps in [("dance16", 16), ("branch20", 20)]:
    times = shifted(steps, mpf(3))
    rows += schedule_rows(name, times, [tenth(3)] * steps)
write("schedules.csv", "schedule,step,time,size,sigma,level,score", rows)

# ---- velocity of correlated Gaussian data -----------------------------------------------

mean = matrix([mpf(1) / 2, mpf(-5) / 4, mpf(2)])
sigma = matrix(
    [
        [mpf(2), mpf(1) / 2, mpf(-1) / 4],
        [mpf(1) / 2, mpf(1), mpf(3) / 8],
        [mpf(-1) / 4, mpf(3) / 8, mpf(1) / 2],
    ]
)
states = [
    matrix([mpf(0), mpf(0), mpf(0)]),
    matrix([mpf(1), mpf(-1) / 2, mpf(3) / 4]),
    matrix([mpf(-9) / 4, mpf(3), mpf(1) / 8]),
]
rows = []
for t in [mpf(1), mpf(7) / 8, mpf(1) / 2, mpf(1) / 16, mpf(0)]:
    # x_t = (1-t) data + t noise; regression of noise - data on x_t
    cov_xt = (1 - t) ** 2 * sigma + t**2 * mp.eye(3)
    cross = t * mp.eye(3) - (1 - t) * sigma
    for x in states:
        v = -mean + cross * inverse(cov_xt) * (x - (1 - t) * mean)
        rows.append((digits(t), *list(x), *list(v)))
write("correlated.csv", "time,x0,x1,x2,v0,v1,v2", rows)

# ---- one step: mean, log-density, divergence --------------------------------------------


def flow_step(x, v, t, t2, s):
    dt = t2 - t
    mean = [
        xi * (1 + s**2 / (2 * t) * dt) + vi * (1 + s**2 * (1 - t) / (2 * t)) * dt
        for xi, vi in zip(x, v)
    ]
    return mean, s * sqrt(-dt)


def cps_step(x, v, t, t2, eta):
    tau = t2 * sin(eta * pi / 2)
    data = [xi - t * vi for xi, vi in zip(x, v)]
    noise = [xi + (1 - t) * vi for xi, vi in zip(x, v)]
    return [(1 - t2) * d + sqrt(t2**2 - tau**2) * n for d, n in zip(data, noise)], tau


x = [mpf(1) / 2, mpf(-3) / 4, mpf(2)]
v = [mpf(5) / 4, mpf(1) / 8, mpf(-1)]
reference = [mpf(1), mpf(1) / 2, mpf(-9) / 8]
xi = [mpf(-1) / 2, mpf(1), mpf(7) / 4]
rows = []
for rule, parameter, t, t2 in [
    ("sde", mpf(3) / 4, mpf(5) / 8, mpf(1) / 2),
    ("sde", mpf(9) / 4, mpf(1), mpf(7) / 8),
    ("sde", mpf(1) / 4, mpf(1) / 8, mpf(0)),
    ("cps", mpf(3) / 4, mpf(5) / 8, mpf(1) / 2),
    ("cps", mpf(1) / 2, mpf(1), mpf(7) / 8),
]:
    step = flow_step if rule == "sde" else cps_step
    mu, tau = step(x, v, t, t2, parameter)
    other, _ = step(x, reference, t, t2, parameter)
    after = [m + tau * z for m, z in zip(mu, xi)]
    logp = sum(
        -((a - m) ** 2) / (2 * tau**2) - log(tau) - log(sqrt(2 * pi)) for a, m in zip(after, mu)
    )
    distance = sum((m - o) ** 2 for m, o in zip(mu, other))
    exact = distance / (2 * tau**2)
    rows.append((rule, parameter, t, t2, *mu, tau, logp, exact, exact * (t - t2)))
write("steps.csv", "rule,parameter,time,next,mean0,mean1,mean2,tau,logp,exact,withoutStepSize", rows)

# ---- moments of discretised samplers ----------------------------------------------------


def moments(times, step, s):
    """Variance of the last state and its correlation with the first, data N(0, s^2), last step ODE."""
    variance, slope = mpf(1), mpf(1)
    for k in range(len(times) - 1):
        t, t2 = times[k], times[k + 1]
        alpha = (t - (1 - t) * s**2) / ((1 - t) ** 2 * s**2 + t**2)
        if k == len(times) - 2:
            factor, tau = 1 - (t - t2) * alpha, mpf(0)
        else:
            out, tau = step([mpf(1)], [alpha], k)
            factor = out[0]
        variance = factor**2 * variance + tau**2
        slope *= factor
    return variance, slope / sqrt(variance)


rows = []
for name, times, s in [
    ("uniform", uniform(10), mpf(1)),
    ("uniform", uniform(10), mpf(1) / 2),
    ("uniform", uniform(100), mpf(1)),
    ("uniform", uniform(200), mpf(1)),
    ("uniform", uniform(1000), mpf(1)),
    ("sd35", double_shifted(10, mpf(3)), mpf(1)),
    ("sd35", double_shifted(10, mpf(3)), mpf(1) / 10),
]:
    sig = flow_sigma(times, tenth(7))
    rules = [
        ("ode", lambda x, v, k: flow_step(x, v, times[k], times[k + 1], mpf(0))),
        ("flow", lambda x, v, k: flow_step(x, v, times[k], times[k + 1], sig[k])),
        ("constant", lambda x, v, k: flow_step(x, v, times[k], times[k + 1], tenth(3))),
        ("cps", lambda x, v, k: cps_step(x, v, times[k], times[k + 1], tenth(7))),
    ]
    for rule, step in rules:
        variance, correlation = moments(times, step, s)
        rows.append((name, str(len(times) - 1), rule, s, variance, correlation))
write("moments.csv", "grid,steps,rule,deviation,variance,correlation", rows)

# ---- rewards ----------------------------------------------------------------------------

centers = [[mpf(1), mpf(0)], [mpf(-1), mpf(1) / 2], [mpf(0), mpf(-2)]]
weights = [mpf(1) / 2, mpf(1) / 4, mpf(1) / 8]
width = mpf(3) / 4
rows = []
for x in [(0, 0), (1, 0), (mpf(-5) / 4, mpf(3) / 8), (40, -30), (mpf(10) ** 6, mpf(10) ** 6)]:
    parts = [
        w * exp(-sum((mpf(a) - b) ** 2 for a, b in zip(x, c)) / (2 * width**2))
        for w, c in zip(weights, centers)
    ]
    bump = exp(-sum((mpf(a) - b) ** 2 for a, b in zip(x, centers[1])) / (2 * width**2))
    rows.append((mpf(x[0]), mpf(x[1]), log(sum(parts)), bump))
write("rewards.csv", "x0,x1,mixture,bump", rows)
