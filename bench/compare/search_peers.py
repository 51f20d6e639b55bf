"""Optuna and pymoo on the problems of the search samplers: python search_peers.py PROBLEM SAMPLER TRIALS SEEDS.

PROBLEM is zdt1, zdt1-noisy (standard deviation 0.1 on both objectives) or constr; SAMPLER is random, nsga2, tpe, gp
(needs PyTorch) of Optuna, or pymoo (NSGA-II, population 20). Prints JSON: the hypervolume at (1.1, 1.1) of the true
objectives of what is reported as front, one a seed, and milliseconds a trial.
"""
import json
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
NOISE = 0.1
REFERENCE = (1.1, 1.1)


def zdt1(x):
    g = 1 + 9 * sum(x[1:]) / 9
    return x[0], g * (1 - (x[0] / g) ** 0.5)


def constr(kind, n, r, z, bits):
    shift = {"a": 0.0, "b": 0.15, "c": 0.3}[kind]
    loss = 0.05 + shift * (1 - z) + 0.5 / (1 + n) ** 0.5 + 0.3 * (np.log10(r) + 1.7) ** 2 / 3 + 0.4 * 2.0 ** (-bits)
    cost = (n / 64) * (0.2 + 0.8 * bits / 8) * (1.2 - 2 * shift) + 0.2 * z
    limits = 0.6 - (z + 0.3 * n / 64 + (0.2 if kind == "b" else 0)), loss - 0.6
    return (float(loss), float(cost)), tuple(map(float, limits))


def hypervolume(values):
    volume, height = 0.0, REFERENCE[1]
    for a, b in sorted(v for v in map(tuple, values) if v[0] < REFERENCE[0] and v[1] < REFERENCE[1]):
        if b < height:
            volume += (REFERENCE[0] - a) * (height - b)
            height = b
    return volume


def optuna_study(problem, sampler, trials, seed):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    noise = np.random.default_rng(1000 + seed)
    limits = (lambda trial: trial.user_attrs["limits"]) if problem == "constr" else None

    def objective(trial):
        if problem == "constr":
            point = (
                trial.suggest_categorical("kind", ["a", "b", "c"]),
                trial.suggest_int("n", 1, 64, log=True),
                trial.suggest_float("r", 1e-3, 1, log=True),
                trial.suggest_float("z", 0, 1),
                trial.suggest_int("bits", 2, 8),
            )
            values, found = constr(*point)
            trial.set_user_attr("limits", found)
        else:
            values = zdt1([trial.suggest_float(f"x{i}", 0, 1) for i in range(10)])
        trial.set_user_attr("true", values)
        return tuple(noise.normal(values, NOISE)) if problem == "zdt1-noisy" else values

    make = {
        "random": lambda: optuna.samplers.RandomSampler(seed=seed),
        "nsga2": lambda: optuna.samplers.NSGAIISampler(seed=seed, population_size=50, constraints_func=limits),
        "tpe": lambda: optuna.samplers.TPESampler(seed=seed, constraints_func=limits),
        "gp": lambda: optuna.samplers.GPSampler(seed=seed, constraints_func=limits),
    }
    study = optuna.create_study(directions=["minimize"] * 2, sampler=make[sampler]())
    study.optimize(objective, n_trials=trials)
    if problem == "constr":
        return [t.values for t in study.trials if max(t.user_attrs["limits"]) <= 0]
    return [t.user_attrs["true"] for t in study.best_trials]


def pymoo_run(problem, trials, seed):
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import ElementwiseProblem
    from pymoo.optimize import minimize

    noise = np.random.default_rng(1000 + seed)

    class Zdt1(ElementwiseProblem):
        def __init__(self):
            super().__init__(n_var=10, n_obj=2, xl=0, xu=1)

        def _evaluate(self, x, out):
            out["F"] = noise.normal(zdt1(x), NOISE) if problem == "zdt1-noisy" else zdt1(x)

    result = minimize(Zdt1(), NSGA2(pop_size=20), ("n_eval", trials), seed=seed, verbose=False)
    return [zdt1(x) for x in np.atleast_2d(result.X)]


problem, sampler, trials, seeds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
volumes, milliseconds = [], []
for seed in range(seeds):
    start = time.process_time()
    front = pymoo_run(problem, trials, seed) if sampler == "pymoo" else optuna_study(problem, sampler, trials, seed)
    milliseconds.append((time.process_time() - start) / trials * 1e3)
    volumes.append(hypervolume(front))
print(json.dumps({"volumes": volumes, "milliseconds": float(np.median(milliseconds))}))
