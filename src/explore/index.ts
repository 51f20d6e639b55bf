export type { Survey } from './designs/survey.ts';
export { type Explored, explore } from './explore.ts';
export type { Found, TrialFound } from './found.ts';
export { type PlainProblem, problemOf, type Values } from './plain-problem.ts';
export type { Constraint, Evidence, JsonValue, Judged, Objective, Problem, Request } from './problem.ts';
export type { ProblemModule } from './problem-module.ts';
export { schemas } from './schemas.ts';
export { type StudyOptions, study } from './study.ts';
