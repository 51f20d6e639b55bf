export type { Constraint, Evidence, JsonValue, Judged, Objective, Problem, Request } from '../explore/index.ts';
