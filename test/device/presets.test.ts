import { expect, test } from 'vitest';
import {
  conductanceAt,
  findDevice,
  momentsAt,
  programCells,
  readCorrelation,
  readSequence,
  readStdOf,
} from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';

const uS = 1e-6;
const g = [0.01, 0.05, 0.2, 0.5, 1];

// np.polyval(sigma[::-1], g), np.where(g < limit, np.clip(…), np.polyval(…)), and Q·sqrt(log((3600 + t_c + t_read)/(2 t_read))).
const hermes = {
  'pcm-hermes-1': {
    sigma: [0.18084694, 0.26871841, 0.54168901, 0.86531292, 1.00756712],
    exponentStd: [0.04, 0.03364879, 0.01701325, 0.012075, 0.0055],
    read: [0.18645109, 0.12752319, 0.09051722, 0.10186191, 0.07886084],
  },
  'pcm-hermes-2': {
    sigma: [0.21236946, 0.38131912, 0.80792157, 0.9910132, 1.09269857],
    exponentStd: [0.04, 0.02935007, 0.01313042, 0.009, 0.0048],
    read: [0.18787454, 0.13221702, 0.07259096, 0.07849633, 0.05777142],
  },
};

test.each(Object.entries(hermes))('%s has the published curves', (name, expected) => {
  const device = findDevice(name);
  const { high } = device.range;
  g.forEach((share, i) => {
    const target = share * high;
    expect(device.programming.std(target) / uS).toBeCloseTo(expected.sigma[i]!, 7);
    expect(device.drift!.exponentMean(target)).toBeCloseTo([0.13, 0.09773484, 0.069336, 0.0564, 0.0174][i]!, 7);
    expect(device.drift!.exponentStd(target)).toBeCloseTo(expected.exponentStd[i]!, 7);
    expect(readStdOf(device, target, 3600, target) / target).toBeCloseTo(expected.read[i]!, 7);
  });
});

test('rram-wan has the published total spread at any time, scaled by its own range', () => {
  const device = findDevice('rram-wan');
  // np.interp(log(t), log([1, 86400, 172800]), [np.polyval(s, G/40) for s in tables]) at t = 1, 3600, 86400, 120000, 172800 s.
  const expected = {
    20: [2.0229375, 3.3816714436809185, 3.909, 3.9185378651651894, 3.929125],
    40: [1.103, 2.218191116316695, 2.651, 2.663322210896642, 2.677],
  };
  for (const [target, stds] of Object.entries(expected)) {
    [1, 3600, 86400, 120000, 172800].forEach((time, i) => {
      expect(momentsAt(device, Number(target) * uS, time).std / uS).toBeCloseTo(stds[i]!, 5);
    });
  }
  expect(readStdOf(device, 20 * uS, 1, 18 * uS)).toBeCloseTo(0.18 * uS, 12);
});

test('rram-wan at rest is cut at 0 once, so that its mean is that of the published total spread', () => {
  const device = findDevice('rram-wan');
  const targets = new Float32Array(200_000);
  const cells = programCells(keyOf(3), device, targets, { kind: 'single-pulse' });
  // E max(0, N(0, σ²)) = σ/sqrt(2π) and its spread σ·sqrt(1/2 − 1/(2π)), σ = .348, .701 and .782 µS at 1 s, 1 d and 2 d.
  for (const [time, sigma] of [
    [0, 0.348],
    [86400, 0.701],
    [172800, 0.782],
  ] as const) {
    const [mean, std] = [sigma / Math.sqrt(2 * Math.PI), sigma * Math.sqrt(0.5 - 0.5 / Math.PI)];
    expect(momentsAt(device, 0, time).mean / uS).toBeCloseTo(mean, 9);
    expect(momentsAt(device, 0, time).std / uS).toBeCloseTo(std, 9);
    const g = conductanceAt(device, cells, time, new Float32Array(targets.length));
    expect(g.reduce((a, b) => a + b) / targets.length / uS / mean).toBeCloseTo(1, 2);
    expect(g.filter(value => value === 0).length / targets.length).toBeCloseTo(0.5, 2);
  }
});

test('rram-cmo relaxes beyond the ends of its range, as a shift that does not depend on the state says', () => {
  const device = findDevice('rram-cmo');
  const { low, high } = device.range;
  const count = 100_000;
  for (const target of [0, low, high]) {
    const cells = programCells(keyOf(4), device, new Float32Array(count).fill(target), { kind: 'single-pulse' });
    const g = conductanceAt(device, cells, 86400, new Float32Array(count));
    const state = target === 0 ? low : target;
    // State −.08900206 log(86400), spread .04201137 log(86400) + .41183342 beside the programming's.
    const [mean, std] = [state / uS - 1.0116635, Math.hypot(0.00081107 + (0.00106879 * state) / uS, 0.8893659)];
    expect(momentsAt(device, target, 86400).mean / uS).toBeCloseTo(mean, 4);
    expect(momentsAt(device, target, 86400).std / uS).toBeCloseTo(std, 4);
    expect(g.reduce((a, b) => a + b) / count / uS).toBeCloseTo(mean, 1);
    // norm.cdf(1.01166/.88943), norm.cdf(−1.01166/.8944)
    const beyond = target === high ? g.filter(value => value > high) : g.filter(value => value < low);
    expect(beyond.length / count).toBeCloseTo(target === high ? 0.129 : 0.872, 2);
  }
});

test('read noise of phase-change memory follows the target, and readings are not cut at 0', () => {
  const device = findDevice('pcm-ibm');
  const count = 100_000;
  const cells = programCells(keyOf(5), device, new Float32Array(count).fill(0.25 * uS), { kind: 'single-pulse' });
  // .0088/max(.01^.65, 1e-3) cut at .2, times sqrt(log((86400 + 20 + 2.5e-7)/5e-7)): a share of the conductance, whatever that is.
  const share = 0.0088 / 0.01 ** 0.65;
  const relative = share * Math.sqrt(Math.log(86420.00000025 / 5e-7));
  for (const conductance of [0.05 * uS, 0.25 * uS, uS]) {
    expect(readStdOf(device, 0.25 * uS, 86400, conductance) / conductance).toBeCloseTo(relative, 9);
  }
  const g = new Float32Array(count).fill(0.1 * uS);
  const reads = readSequence(
    keyOf(6),
    device,
    cells,
    g,
    { count: 1, lag: 1e-3, time: 86400, memory: 'white' },
    new Float32Array(count),
  );
  expect(reads.reduce((a, b) => a + b) / count / (0.1 * uS)).toBeCloseTo(1, 1);
  // norm.cdf(−1/relative)
  expect(reads.filter(value => value < 0).length / count).toBeCloseTo(0.132, 2);
});

test('rram-milo has the published spread and current-voltage curve', () => {
  const device = findDevice('rram-milo');
  // 4.782321 − 0.009107 G; G·.3 + np.polyval(a2, log10 G)·.3² + np.polyval(a3, log10 G)·.3³.
  const rows = [
    [50, 4.326971, 1.2123684339621125e-5],
    [100, 3.871621, 2.92458e-5],
    [225, 2.733246, 6.734674542805548e-5],
  ] as const;
  for (const [target, std, current] of rows) {
    expect(device.programming.std(target * uS) / uS).toBeCloseTo(std, 9);
    expect(device.current!(target * uS, 0.3)).toBeCloseTo(current, 14);
  }
});

test('rram-cmo has both acceptances, relaxation and read noise', () => {
  const fine = findDevice('rram-cmo');
  const coarse = findDevice('rram-cmo-coarse');
  // .00081107 + .00106879 G; .0112185391 + .01129027418 G; .0277316483 log10(G) sqrt(log((3600 + 1e-6)/2e-6)).
  const rows = [
    [9, 0.01043018, 0.11283100672, 0.1221622133628482],
    [40, 0.04356267, 0.4628295063, 0.2050958666635816],
    [88.2, 0.09507834800000001, 1.007020721776, 0.24905906626108384],
  ] as const;
  for (const [target, sigma, sigmaCoarse, read] of rows) {
    expect(fine.programming.std(target * uS) / uS).toBeCloseTo(sigma, 9);
    expect(coarse.programming.std(target * uS) / uS).toBeCloseTo(sigmaCoarse, 9);
    expect(readStdOf(fine, target * uS, 3600, target * uS) / uS).toBeCloseTo(read, 9);
    // −.08900206 log(3600), .04201137 log(3600) + .41183342
    expect(momentsAt(fine, target * uS, 3600).mean / uS).toBeCloseTo(target - 0.7288102007751301, 6);
    expect(momentsAt(fine, target * uS, 3600).std / uS).toBeCloseTo(Math.hypot(sigma, 0.7558514686220014), 6);
  }
});

test('rram-lin reads with Laplace noise of the published scale', () => {
  const device = findDevice('rram-lin');
  // sqrt(2)·(−.0058 I² + .0324 I + .0141)/.2 with I = .2 G, µS.
  for (const [target, std] of [
    [2, 0.1847811440596686],
    [10, 0.393858477120907],
    [20, 0.3599173516239527],
  ] as const) {
    expect(readStdOf(device, target * uS, 0, target * uS) / uS).toBeCloseTo(std, 9);
  }
  expect(device.read!.shape).toBe('laplace');
});

test('sonos has the published spread in current over days', () => {
  const device = findDevice('sonos');
  // np.interp(days, d, A)·(1 − exp(−J/np.interp(days, d, B))) at days 0, 1.5, 5 with the shifted current
  // J = I + np.interp(days, d, shifts at I), and the read spread, nA.
  const rows = [
    [800, 19.673844179214242, 26.74158870616852, 33.79396428519012, 12.273851300733277],
    [1600, 19.884372777976164, 27.152675953338765, 34.56035091761745, 12.572901721006602],
  ] as const;
  for (const [current, day0, day15, day5, read] of rows) {
    const target = (current * 1e-9) / device.readVoltage;
    const std = (days: number): number => momentsAt(device, target, days * 86400).std * device.readVoltage * 1e9;
    expect(std(0)).toBeCloseTo(day0, 6);
    expect(std(1.5)).toBeCloseTo(day15, 6);
    expect(std(5)).toBeCloseTo(day5, 6);
    expect(readStdOf(device, target, 0, target) * device.readVoltage * 1e9).toBeCloseTo(read, 9);
  }
});

test('sonos shifts with its state as published', () => {
  const device = findDevice('sonos');
  // I + Σ cᵢ Iⁱ of Agrawal et al. 2022, Fig. 10, at days 1, 2 and 5, nA.
  for (const [current, means] of [
    [1200, [1192.6874, 1184.9348, 1171.4618]],
    [200, [201.0125, 201.5188, 202.6429]],
  ] as const) {
    const target = (current * 1e-9) / device.readVoltage;
    const mean = (days: number) => target + device.relaxation!.mean(target, days * 86400);
    [1, 2, 5].forEach((days, i) => {
      expect(mean(days) * device.readVoltage * 1e9).toBeCloseTo(means[i]!, 4);
    });
    expect(mean(0)).toBe(target);
    expect(mean(1.5)).toBeCloseTo((mean(1) + mean(2)) / 2, 12);
    expect(mean(50)).toBe(mean(5));
  }
});

test('mram-sot has two states whose spread is frozen in the device', () => {
  const device = findDevice('mram-sot');
  const { low, high } = device.range;
  expect(high / low).toBeCloseTo(2.3, 12);
  expect(device.levels).toEqual([low, high]);
  const targets = Float32Array.from({ length: 4000 }, (_, i) => (i % 2 ? high : low));
  const at = (cycle: number): Float32Array =>
    programCells(keyOf(cycle), device, targets, { kind: 'single-pulse' }, { deviceKey: keyOf(2) }).programmed;
  expect(at(1)).toEqual(at(3));
  let spread = 0;
  at(1).forEach((value, i) => {
    spread += (value / targets[i]! - 1) ** 2 / targets.length;
  });
  expect(Math.sqrt(spread)).toBeCloseTo(0.0635, 2);
});

test('fefet has 32 levels over a ratio of 45', () => {
  const { levels, range, programming } = findDevice('fefet');
  expect(levels).toHaveLength(32);
  expect(range.high / range.low).toBeCloseTo(45, 12);
  expect(range.high).toBeCloseTo(1 / 559e3, 15);
  expect(programming.std(range.high)).toBeCloseTo(0.005 * (range.high - range.low), 15);
});

test('read noise of phase-change memory has the memory of its 1/f spectrum', () => {
  // (Ci(2π f₂ τ) − Ci(2π f₁ τ))/log(f₂/f₁) with scipy.special.sici, f₁ = 1/20 s and 1/86,400 s, f₂ = 2 MHz.
  const device = findDevice('pcm-ibm');
  expect([1e-6, 1e-3, 0.1].map(lag => readCorrelation(device, lag, 0))).toEqual(
    [0.8220814007883861, 0.42780095932503887, 0.1647284688704016].map(value => expect.closeTo(value, 11)),
  );
  expect([1e-6, 1e-3, 0.1].map(lag => readCorrelation(device, lag, 86380))).toEqual(
    [0.8796402580228571, 0.6129143924803967, 0.43493955706722165].map(value => expect.closeTo(value, 11)),
  );
  expect(readCorrelation(device, 0, 5)).toBe(1);
});

test('a day after programming, phase-change memory at g = 0.5 keeps what its drift law says', () => {
  const device = findDevice('pcm-ibm');
  const targets = new Float32Array(20_000).fill(12.5e-6);
  const cells = programCells(keyOf(1), device, targets, { kind: 'single-pulse' });
  const g = conductanceAt(device, cells, 86400, new Float32Array(targets.length));
  const kept = g.reduce((a, b) => a + b) / cells.programmed.reduce((a, b) => a + b);
  // (86420/20)**−.049 = .6635; the spread of .008 in the exponent adds .0015.
  expect(kept).toBeCloseTo(0.665, 2);
});
