export type { Constraint, Evidence, JsonValue, Judged, Objective, Problem, Request } from './problem.ts';
