"""The device fit of src/device/fit in NumPy and SciPy: cells followed over the same times, one read at each, a power law.

t₀ of the shifted law; the last decade held out under four laws; moments and exponents of every level; the order of the
spread's polynomial by folds of the cells, its terms by their errors; tests of normality; forecasts of the laws that fit for
ten years. Errors are those of 200 bootstraps, whose sums are products with a matrix of how often each cell was drawn.
"""

import numpy as np
from scipy.special import ndtr
from scipy.stats import chi2, t as student

rng = np.random.default_rng(2)
points, grid = 65, np.linspace(0, 1, 101)


def axis_of(law, time, start):
    if law == 'shifted-power':
        return np.log1p(time / start)
    return np.log(np.maximum(time, start) / start) if law == 'power' else np.log(time)


def lines(x, y):
    """Slopes, values at 0 and residuals of the lines through y [..., times]."""
    off, centre = x - x.mean(), y.mean(-1, keepdims=True)
    leverage = off @ off
    slope = (y - centre) @ off / leverage
    left = y - centre - slope[..., None] * off
    return slope, centre[..., 0] - slope * x.mean(), (left * left).sum(-1), leverage


def start_times(counts, times, logs):
    low, high = np.log(times[0] / 30), np.log(times[-1])
    step = (high - low) / (points - 1)
    x = np.log1p(times / np.exp(low + step * np.arange(points))[:, None])
    x -= x.mean(1, keepdims=True)
    y = logs - logs.mean(-1, keepdims=True)
    cross = y @ (x / np.linalg.norm(x, axis=1, keepdims=True)).T
    total = (counts @ ((y * y).sum(-1, keepdims=True) - cross * cross)).sum(0)
    at = np.clip(total.argmin(1), 1, points - 2)
    a, b, c = (total[np.arange(len(total)), at + k] for k in (-1, 0, 1))
    best = np.exp(low + step * (at + 0.5 * (a - c) / (a - 2 * b + c)))
    return np.array([float(f'{value:.3g}') for value in best])


def moments(counts, values):
    """Mean and spread of values [levels, cells] over samples; [levels, samples]."""
    about = values.mean(1, keepdims=True)
    off = values - about
    sums = counts @ np.stack([np.ones_like(off), off, off * off], -1)
    n, mean = sums[..., 0], sums[..., 1] / sums[..., 0]
    return n, about + mean, np.sqrt(np.maximum(0, sums[..., 2] - n * mean * mean) / (n - 1))


def by_start(starts):
    order = np.argsort(starts, kind='stable')
    found, first = np.unique(starts[order], return_index=True)
    return zip(found, np.split(order, first[1:]))


def held_out(law, counts, times, reads, logs, starts):
    known, levels, n = times <= times[-1] / 10, len(reads), reads.shape[1]
    scale = reads[..., -1].mean(1, keepdims=True)
    sums = np.empty((levels, counts.shape[1], 2))
    for start, own in by_start(starts):
        if law == 'standstill':
            error = (reads[..., -1] - reads[..., known][..., -1]) / scale
        else:
            power = law != 'logarithmic'
            y = logs if power else reads
            slope, at, _, _ = lines(axis_of(law, times[known], start), y[..., known])
            error = (y[..., -1] - at - slope * axis_of(law, times[-1], start)) / (1 if power else scale)
        sums[:, own] = counts[:, own] @ np.stack([error, error * error], -1)
    mean = sums[..., 0] / n
    whole, drawn = mean[:, 0], mean[:, 1:]
    spread = np.maximum(drawn.std(1, ddof=1), 1e-9)
    distance = n / (n - 3) * (((drawn - whole[:, None]) / spread[:, None]) ** 2).sum(0)
    found = (np.maximum(0, np.abs(whole) - 1e-3) ** 2 / spread**2).sum()
    chance = chi2.sf(found * 2 * distance.mean() / distance.var(ddof=1), 2 * distance.mean() ** 2 / distance.var(ddof=1))
    return sums[:, 0].sum(0)[0] / n / levels, drawn.mean(0).std(ddof=1), np.sqrt(sums[:, 0, 1].sum() / n / levels), chance


def slopes_of(counts, slope, residual, freedom, leverage):
    n, mean, std = moments(counts, slope)
    noise = (counts @ residual[..., None])[..., 0] / (n * freedom)
    return mean, np.sqrt(np.maximum(0, std * std - noise / leverage)), noise


def polynomials(g, std, weight, terms):
    """Weighted least squares of [levels, samples]; [samples, terms]."""
    design = g[:, None] ** np.array(terms)
    root = np.sqrt(weight)
    q, r = np.linalg.qr(root.T[..., None] * design)
    return np.linalg.solve(r, (q * (root * std).T[..., None]).sum(1)[..., None])[..., 0]


def spread_polynomials(g, std, weight, terms):
    """Fewer terms where the polynomial is negative somewhere; [samples, terms]."""
    x = g[0] + (1 - g[0]) * grid
    out = np.zeros((std.shape[1], len(terms)))
    left = np.arange(std.shape[1])
    for n in range(len(terms), 0, -1):
        out[left] = 0
        out[left, :n] = polynomials(g, std[:, left], weight[:, left], terms[:n])
        left = left[(out[left] @ (x[:, None] ** np.array(terms)).T < 0).any(1)]
        if left.size == 0:
            break
    return out


def certain_terms(order, polynomials_of):
    """Terms that are left when the least certain is taken away until all are, and their coefficients over samples."""
    terms = list(range(order + 1))
    while True:
        coefficients = polynomials_of(terms)
        error = coefficients[1:].std(0, ddof=1)
        certain = np.abs(coefficients[0]) / np.where(error > 0, error, 1e-300)
        if len(terms) == 1 or certain.min() > 2:
            return terms, coefficients
        del terms[int(certain.argmin())]


def weights_of(n, std, read):
    return n / (np.maximum(std, 0.05 * std.max(0)) ** 2 + read)


def normality(values):
    ordered = np.sort((values - values.mean(1, keepdims=True)) / values.std(1, ddof=1, keepdims=True), 1)
    p, n = ndtr(ordered), values.shape[1]
    return np.maximum(np.arange(1, n + 1) / n - p, p - np.arange(n) / n).max(1)


def mean_power(a, mean, std):
    half = 0.5 * (a * std) ** 2
    down, up = np.exp(half - a * mean), np.exp(half + a * mean)
    return down * ndtr(mean / std - a * std) + up * ndtr(-mean / std - a * std)


def forecasts(law, counts, times, reads, logs, starts, ahead):
    last = (counts @ reads[..., -1:])[..., 0] / reads.shape[1]
    out = np.empty((len(ahead), *last.shape))
    for start, own in by_start(starts):
        slope, _, residual, leverage = lines(axis_of(law, times, start), logs)
        mean, std, _ = slopes_of(counts[:, own], slope, residual, times.size - 2, leverage)
        known = last[:, own] / mean_power(axis_of(law, times[-1], start), -mean, std)
        for k, time in enumerate(ahead):
            out[k][:, own] = known * mean_power(axis_of(law, time, start), -mean, std)
    return out


def fitted(reads, target, cell, time, bootstraps=200, most=4):
    order = np.lexsort((time, cell, target))
    times, target = np.unique(time), np.unique(target)
    levels = target.size
    cells = reads.size // levels // times.size
    reads = reads[order].reshape(levels, cells, times.size)
    g, logs = target / target[-1], np.log(reads)
    middle = np.median(reads[..., 0], 1, keepdims=True)
    spread = 1.4826 * np.median(np.abs(reads[..., 0] - middle), 1, keepdims=True)
    far = np.abs(reads[..., 0] - middle) > 8 * spread
    assert not (far & (reads[..., 0] < 0.2 * middle)).any()

    drawn = rng.integers(0, cells, (levels, bootstraps, cells))
    drawn += cells * np.arange(levels * bootstraps).reshape(levels, bootstraps, 1)
    counts = np.ones((levels, bootstraps + 1, cells))
    counts[:, 1:] = np.bincount(drawn.ravel(), minlength=drawn.size).reshape(drawn.shape)

    plain = np.full(bootstraps + 1, times[0])
    told = times <= times[-1] / 10
    shifted = start_times(counts, times[told], logs[..., told])
    laws = 'power', 'shifted-power', 'logarithmic', 'standstill'
    held = {
        law: held_out(law, counts, times, reads, logs, shifted if law == 'shifted-power' else plain) for law in laws
    }
    fitting = ['power'] + [law for law in laws[:2] if law != 'power' and held[law][-1] >= 0.01]

    slope, start, residual, leverage = lines(axis_of('power', times, times[0]), logs)
    programmed = np.exp(start)
    n, mean, std = moments(counts, programmed)
    exponent, exponent_std, noise = slopes_of(counts, slope, residual, times.size - 2, leverage)
    squares = counts @ (reads * reads) / n[..., None]
    read = noise * squares[..., 0]
    own = np.sqrt(np.maximum(0, std * std - read))
    relative = np.sqrt(noise)[..., None] * np.ones(times.size)

    part = np.stack([rng.permutation(cells) % 5 for _ in range(levels)])
    kept = (part[:, None] != np.arange(5)[:, None]).astype(float)
    some, fold_mean, fold_std = moments(kept, programmed)
    _, _, fold_noise = slopes_of(kept, slope, residual, times.size - 2, leverage)
    fold_read = fold_noise * (kept @ (reads[..., :1] ** 2))[..., 0] / some
    fold_own = np.sqrt(np.maximum(0, fold_std**2 - fold_read))

    def score(means, stds):
        z = (programmed[:, None] - means[..., None]) / stds[..., None]
        return ((1 - kept) * (-np.log(stds)[..., None] - 0.5 * z * z)).sum()

    fold_weights = weights_of(some, fold_own, fold_read)
    spread_scores = []
    for degree in range(most + 1):
        found = polynomials(g, fold_own, fold_weights, range(degree + 1)) @ (g[:, None] ** np.arange(degree + 1)).T
        spread_scores.append(score(fold_mean, np.hypot(found.T, np.sqrt(fold_read))) if (found > 0).all() else -np.inf)
    mean_scores = []
    for degree in range(4):
        found = polynomials(g, fold_mean, some / (fold_own**2 + fold_read), range(degree + 1))
        found = (found @ (g[:, None] ** np.arange(degree + 1)).T).T if degree else target[:, None]
        mean_scores.append(score(found * np.ones_like(fold_mean), np.hypot(fold_own, np.sqrt(fold_read))))
    best = int(np.argmax(mean_scores))
    mean_order = best if mean_scores[best] - mean_scores[0] > 3 else 0

    weights, mean_weights = weights_of(n, own, read), n / (own * own + read)
    terms, coefficients = certain_terms(
        int(np.argmax(spread_scores)), lambda terms: spread_polynomials(g, own, weights, terms)
    )
    curve = coefficients @ (g[:, None] ** np.array(terms)).T
    mean_terms, mean_coefficients = certain_terms(mean_order, lambda terms: polynomials(g, mean, mean_weights, terms))
    mean_curve = mean_coefficients @ (g[:, None] ** np.array(mean_terms)).T
    centre = mean_curve[0] if mean_order else target

    tests = normality(programmed), normality(np.log(programmed))
    total = np.hypot(curve[0], np.sqrt(read[:, 0]))
    ordered = ndtr((np.sort(programmed, 1) - centre[:, None]) / total[:, None])
    rank = np.arange(cells + 1) / cells
    device = np.maximum(rank[1:] - ordered, ordered - rank[:-1]).max(1)

    parameters = [coefficients.T, curve.T, mean_coefficients.T, mean_curve.T, mean, -exponent, exponent_std, *np.moveaxis(relative, 2, 0)]
    numbers = [(one[:, 0], one[:, 1:].std(1, ddof=1)) for one in parameters]

    ahead = [times[-1]]
    while ahead[-1] * 10 < 3.15576e8:
        ahead.append(ahead[-1] * 10)
    ahead = np.array([*ahead, 3.15576e8])
    full = start_times(counts, times, logs)
    factor = student.ppf(0.975, cells - 1) * np.sqrt(cells / (cells - 1))
    bands = []
    for law in fitting:
        found = forecasts(law, counts, times, reads, logs, full if law == 'shifted-power' else plain, ahead)
        decades = 1e-3 * found[..., 0] * np.log10(ahead / times[-1])[:, None]
        half = factor * np.hypot(found[..., 1:].std(-1, ddof=1), decades)
        bands.append((found[..., 0] - half, found[..., 0] + half))
    band = np.min([low for low, _ in bands], 0), np.max([high for _, high in bands], 0)
    return {'mean_terms': mean_terms, 'held': held, 'fitting': fitting, 'terms': terms, 'numbers': numbers, 'tests': tests, 'device': device,
            'start': full[0], 'ahead': ahead, 'band': band, 'scores': spread_scores}
