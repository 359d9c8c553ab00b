# Writes eigen.json: eigenvalues of Hermitian matrices and some of their eigenvectors, by numpy.
import json

import numpy as np


def numbers(seed, count):
    """Numerical Recipes' 32-bit linear congruential generator, in [-1/2, 1/2)."""
    out = []
    for _ in range(count):
        seed = (1664525 * seed + 1013904223) % 2**32
        out.append(seed / 2**32 - 0.5)
    return out


def random(n, seed):
    given = iter(numbers(seed, 2 * n * n))
    a = np.array([[complex(next(given), next(given)) for _ in range(n)] for _ in range(n)])
    lower = np.tril(a, -1)
    return lower + lower.conj().T + np.diag(a.diagonal().real)


def wilkinson(n):
    off = np.ones(n - 1)
    return np.diag(np.abs(np.arange(n) - (n - 1) // 2)) + np.diag(off, 1) + np.diag(off, -1)


def diatomic_chain(n, mass_ratio, q):
    """Mass-weighted nearest-neighbour springs of a chain of n atoms, alternately 1 and mass_ratio."""
    mass = np.where(np.arange(n) % 2 == 0, 1.0, mass_ratio)
    a = np.zeros((n, n), complex)
    for i in range(n):
        a[i, i] += 2 / mass[i]
        j = (i + 1) % n
        phase = np.exp(2j * np.pi * q) if j == 0 else 1
        a[i, j] -= phase / np.sqrt(mass[i] * mass[j])
        a[j, i] -= np.conj(phase) / np.sqrt(mass[i] * mass[j])
    return a


def case(a, rows):
    values, vectors = np.linalg.eigh(a)
    picked = {}
    for k in rows:
        v = vectors[:, k]
        picked[k] = np.column_stack([v.real, v.imag]).ravel().tolist()
    return {"n": len(a), "values": values.tolist(), "vectors": picked}


def with_matrix(a, rows=()):
    flat = np.stack([np.real(a), np.imag(a)], axis=-1).ravel().tolist()
    return {"matrix": flat, **case(a, rows)}


cases = {
    "random 40": {"seed": 40, **case(random(40, 40), [0, 20, 39])},
    "random 110": {"seed": 110, **case(random(110, 110), [0, 55, 109])},
    "Wilkinson's W21+": with_matrix(wilkinson(21)),
    "Hilbert's of order 12": with_matrix(
        1 / (np.arange(12)[:, None] + np.arange(12)[None] + 1.0), [11]
    ),
    "a diatomic chain": with_matrix(diatomic_chain(12, 2.5, 0.17), [0, 5, 11]),
}
with open("eigen.json", "w") as file:
    json.dump(cases, file, separators=(",", ":"))
    file.write("\n")
