"""How sure a rate is: the Wilson interval, and how many deals tell one rate from another.

Floats in and out; k and n may be credited parts. Start with ``wilson``.
"""

import math

from ropewalk.rules.exact import Number, exact

Z_95 = 1.959964  # two-sided 95 %
Z_POWER_80 = 0.841621  # power of 80 %
INTERVAL_SHOWN_UNDER = 100  # decided deals: below it a rate is shown with its interval


def wilson(k: Number, n: Number) -> tuple[float, float] | None:
    """The 95 % interval (low, high) of a rate of k in n, cut to 0..1; None for n = 0.

    Raises ValueError naming the argument where n is negative or k lies outside 0..n.
    """
    if n < 0:
        raise ValueError(f"n must not be negative, not {n}")
    if not 0 <= k <= n:
        raise ValueError(f"k must lie within 0..n, and {k} of {n} does not")
    if n == 0:
        return None
    count = float(exact(n, "n"))
    rate = float(exact(k, "k") / exact(n, "n"))
    square = Z_95 * Z_95 / count
    centre = rate + square / 2
    half = Z_95 * math.sqrt(rate * (1 - rate) / count + square / (4 * count))
    low = 0.0 if k == 0 else max((centre - half) / (1 + square), 0.0)
    high = 1.0 if k == n else min((centre + half) / (1 + square), 1.0)
    return low, high


def needed(p0: Number, p1: Number) -> int:
    """The decided deals per period that tell rate p0 from p1: two-sided alpha 5 %, power 80 %, rounded up.

    Normal approximation, unpooled. Raises ValueError where a rate lies outside 0..1, or both are the same.
    """
    old, new = exact(p0, "p0"), exact(p1, "p1")
    for name, rate in (("p0", old), ("p1", new)):
        if not 0 <= rate <= 1:
            raise ValueError(f"{name} must lie within 0..1, not {float(rate)}")
    if old == new:
        raise ValueError("p0 and p1 are the same rate: no number of deals tells them apart")
    reach = exact(Z_95) + exact(Z_POWER_80)
    return max(math.ceil(reach**2 * (old * (1 - old) + new * (1 - new)) / (new - old) ** 2), 1)
