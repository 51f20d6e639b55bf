import { z } from 'zod';
import { decodeNpz, encodeNpz } from '../data/index.ts';
import { decodeJson, type Evaluated, type Files, rangesShape, writtenNumber } from '../pipeline/index.ts';

const schema = 'posterohm/evaluation/3';

const ends = z.object({ low: writtenNumber, high: writtenNumber });
const interval = ends.extend({ mean: writtenNumber });
const crossed = z.record(
  z.string(),
  z.object({ mean: writtenNumber, chips: ends.optional(), rows: ends.optional(), both: ends.optional() }),
);
const curves = z.looseObject({ reliability: z.array(z.looseObject({})), riskCoverage: z.array(interval.loose()) });
const side = z.looseObject({
  metrics: crossed,
  byTime: z.array(z.object({ time: z.number(), metrics: crossed })),
  chips: z.array(z.record(z.string(), writtenNumber)),
  curves,
  saturation: z.object({ inputs: interval, outputs: interval }),
  ranges: rangesShape,
});

/** What every evaluation holds; what some hold beside it is as it is. */
const shape = z.looseObject({
  schema: z.literal(schema),
  task: z.enum(['classification', 'regression']),
  outputs: z.array(z.string()),
  data: z.string(),
  evidence: z.object({ chips: z.number(), rows: z.number(), groups: z.number().optional() }),
  times: z.array(z.number()),
  headlineTime: z.number(),
  software: z.looseObject({ metrics: crossed, curves }),
  hardware: side,
  deterministic: side,
  preserved: z.object({
    over: z.enum(['grid', 'test']),
    metrics: crossed,
    chips: z.array(z.record(z.string(), writtenNumber)),
  }),
  weightDistance: z.object({ mean: writtenNumber, largest: writtenNumber }),
  againstDeterministic: z.record(z.string(), z.looseObject({ difference: z.looseObject({ mean: writtenNumber }) })),
});

/** The files of an evaluation; the first is what `encodeEvaluation` writes of its numbers. */
export const evaluationFiles = ['evaluation.json', 'maps.npz', 'evidence.npz'] as const;

/** Writes an evaluation; numbers that are not defined are null in JSON. */
export const encodeEvaluation = ({ evaluation, maps, evidence }: Evaluated): Files => ({
  'evaluation.json': new TextEncoder().encode(`${JSON.stringify({ schema, ...evaluation }, null, 1)}\n`),
  'maps.npz': encodeNpz(maps),
  'evidence.npz': encodeNpz(evidence),
});

/** Reads an evaluation, or says which of its files and fields is not what is written there. */
export function decodeEvaluation(files: Files): Evaluated {
  const arrays = (name: string) => decodeNpz(files[name]!, name);
  return {
    evaluation: readEvaluation(files['evaluation.json']!),
    maps: arrays('maps.npz'),
    evidence: arrays('evidence.npz'),
  };
}

/** Reads the numbers of an evaluation, the content of `evaluation.json`, or says which of its fields is not what is written there. */
export function readEvaluation(bytes: Uint8Array): Evaluated['evaluation'] {
  const { schema: _schema, ...evaluation } = decodeJson(bytes, 'evaluation.json', shape);
  return defined(evaluation) as Evaluated['evaluation'];
}

/** A value of JSON whose nulls are numbers that are not defined. */
function defined(value: unknown): unknown {
  if (value === null) return Number.NaN;
  if (Array.isArray(value)) return value.map(defined);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, defined(inner)]));
}
