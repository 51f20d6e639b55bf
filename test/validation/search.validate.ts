import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { constrained, type Problem, study, trueVolume, zdt1 } from '../../bench/search.ts';
import { type AnySampler, searchSamplers } from '../../src/search/index.ts';
import { poolByPoint, pooledFront } from '../../src/search/pool.ts';
import { lacking, missingPackages, python } from '../support/python.ts';

const seeds = 10;
const { gp, nsga2, random, refine, tpe } = searchSamplers;
const missing = missingPackages('optuna', 'pymoo', 'numpy');
const script = join(import.meta.dirname, '../../bench/compare/search_peers.py');

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
};

/** Median true hypervolume of what is reported as front. */
function ours(sampler: AnySampler, problem: Problem, trials: number, noise = 0): number {
  return median(
    Array.from({ length: seeds }, (_, seed) => {
      const done = study(sampler, problem, trials, seed, { noise }).trials;
      return trueVolume(
        problem,
        pooledFront(poolByPoint(problem.space, done)).map(({ point }) => point),
      );
    }),
  );
}

function theirs(problem: string, sampler: string, trials: number): number {
  const done = spawnSync(python, [script, problem, sampler, String(trials), String(seeds)], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr || String(done.error));
  return median((JSON.parse(done.stdout) as { volumes: number[] }).volumes);
}

function say(what: string, figures: Readonly<Record<string, number>>): void {
  const parts = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(3)}`);
  console.log(`${what}: ${parts.join(', ')}`);
}

describe.skipIf(missing.length > 0)(`hypervolume beside Optuna and pymoo${lacking(missing)}`, () => {
  test('ZDT1, 2,000 trials of a population', () => {
    const figures = {
      nsga2: ours(nsga2, zdt1, 2000),
      pymoo: theirs('zdt1', 'pymoo', 2000),
      optuna: theirs('zdt1', 'nsga2', 2000),
    };
    say('ZDT1, 2,000 trials', figures);
    expect(figures.nsga2).toBeGreaterThan(Math.max(figures.pymoo, figures.optuna));
  });

  test('ZDT1, 300 trials of TPE', () => {
    const figures = { tpe: ours(tpe, zdt1, 300), optuna: theirs('zdt1', 'tpe', 300) };
    say('ZDT1, 300 trials', figures);
    expect(figures.tpe).toBeGreaterThan(figures.optuna);
  });

  test('mixed problem with constraints', () => {
    const figures = {
      gp: ours(gp, constrained, 100),
      tpe: ours(tpe, constrained, 300),
      nsga2: ours(nsga2, constrained, 300),
      refine: ours(refine, constrained, 300),
      random: ours(random, constrained, 300),
      optuna: theirs('constr', 'tpe', 300),
    };
    say('mixed with constraints, 300 trials, Gaussian processes 100', figures);
    expect(figures.gp).toBeGreaterThan(figures.optuna);
  });

  test('ZDT1 with noise of 0.1, 300 trials', () => {
    const figures = {
      gp: ours(gp, zdt1, 60, 0.1),
      tpe: ours(tpe, zdt1, 300, 0.1),
      nsga2: ours(nsga2, zdt1, 300, 0.1),
      pymoo: theirs('zdt1-noisy', 'pymoo', 300),
      'optuna tpe': theirs('zdt1-noisy', 'tpe', 300),
      'optuna nsga2': theirs('zdt1-noisy', 'nsga2', 300),
    };
    say('noisy ZDT1, 300 trials, Gaussian processes 60', figures);
    expect(figures.gp).toBeGreaterThan(Math.max(figures.pymoo, figures['optuna tpe'], figures['optuna nsga2']));
  });
});
