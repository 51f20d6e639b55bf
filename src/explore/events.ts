import { z } from 'zod';
import type { Point, Variable } from '../search/index.ts';
import type { Constraint, JsonValue, Objective } from './problem.ts';
import { budgetSchema, settingsSchema } from './settings.ts';

/** The format of a study's record; a reader refuses any other. */
export const format = 'posterohm/study/1';

/** Milliseconds since 1970: for people, never for choices. */
const at = z.number();
const number = z.int().min(0);
const json = z.custom<JsonValue>(value => value !== undefined);

/** Why a piece of work failed: it threw, its process was killed again and again, or it took too long. */
const reasons = ['error', 'killed', 'limit'] as const;
export type Reason = (typeof reasons)[number];

/**
 * What a piece of work is for: a point of the user's, given at first or added later, or of the sampler's; more evidence for a trial that promises much,
 * that the sampler came back to, or that the front hangs on.
 */
const purposes = ['first', 'added', 'new', 'promoted', 'repeated', 'finish'] as const;
export type Purpose = (typeof purposes)[number];

const study = z.object({
  event: z.literal('study'),
  schema: z.literal(format),
  at,
  settings: settingsSchema,
  space: z.array(z.custom<Variable>()),
  objectives: z.array(z.custom<Objective>()),
  constraints: z.array(z.custom<Constraint>()),
  /** null where there is always more. */
  rungs: z.int().min(1).nullable(),
  identity: z.string().nullable(),
  /** What evidence comes from, each part by a name of its content. */
  made: z.record(z.string(), z.string()).nullable(),
});

export const eventSchema = z.discriminatedUnion('event', [
  study,
  /** A process begins to work on the study. */
  z.object({ event: z.literal('opened'), at, build: z.string(), kernels: z.string(), version: z.string() }),
  z.object({
    event: z.literal('asked'),
    at,
    request: number,
    trial: number,
    rung: number,
    purpose: z.enum(purposes),
    /** With the first request of a trial. */
    point: z.custom<Point>().optional(),
    design: json.optional(),
    /** Results that the choice had seen, where they are seen as they arrive. */
    saw: number.optional(),
  }),
  z.object({ event: z.literal('found'), at, request: number, seconds: z.number(), evidence: json }),
  z.object({
    event: z.literal('failed'),
    at,
    request: number,
    seconds: z.number(),
    reason: z.enum(reasons),
    error: z.string(),
  }),
  /** From this request on the last part of the budget is spent, or nothing more is asked: what time decided. */
  z.object({ event: z.literal('decided'), at, what: z.enum(['finish', 'end']), from: number }),
  /** A point that the user wants tried, beside the budget. */
  z.object({ event: z.literal('added'), at, point: z.custom<Point>() }),
  /** From here on all that was found, and will be, is judged by these. */
  z.object({
    event: z.literal('judged'),
    at,
    objectives: z.array(z.custom<Objective>()),
    constraints: z.array(z.custom<Constraint>()),
    identity: z.string().nullable(),
  }),
  /** From this request on another budget holds. */
  z.object({ event: z.literal('budget'), at, from: number, budget: budgetSchema }),
]);

export type StudyEvent = z.output<typeof eventSchema>;
export type Header = z.output<typeof study>;
