import { type ComponentType, lazy } from 'react';

/** A room as the page lists it. */
export interface Room {
  /** First part of its addresses; empty for home. */
  readonly name: string;
  readonly title: string;
  /** One sentence. */
  readonly about: string;
  readonly view: ComponentType<{ readonly about: string }>;
  /** Whether it is about what only a server has. */
  readonly server: boolean;
}

const room = (
  name: string,
  title: string,
  about: string,
  load: () => Promise<{ default: Room['view'] }>,
  server = false,
): Room => ({
  name,
  title,
  about,
  view: lazy(load),
  server,
});

/** Every room, in the order of the list; each is a line and is loaded when it is opened. */
export const rooms: readonly Room[] = [
  room('', 'Home', 'Begin, or take up what you were at.', () => import('./home.tsx')),
  room(
    'experiment',
    'Experiment',
    'Say what to train, on which device, and what to measure.',
    () => import('./experiment.tsx'),
  ),
  room('run', 'Run', 'Follow a run, stop it, take it up again, read its results.', () => import('./run.tsx')),
  room(
    'uncertainty',
    'Uncertainty',
    'What is predicted with how much doubt, in software and on chips at any time.',
    () => import('./uncertainty.tsx'),
  ),
  room('device', 'Device', 'What cells do over time, and what they are good for.', () => import('./device.tsx')),
  room(
    'cost',
    'Cost',
    'What a decision costs, part by part, and what changing a number does.',
    () => import('./cost.tsx'),
  ),
  room('array', 'Array', 'Every cell of a chip: asked for, programmed, aged, broken.', () => import('./array.tsx')),
  room(
    'explore',
    'Explore',
    'What a search has found: its front as it grows, its variables, its answer.',
    () => import('./explore.tsx'),
    true,
  ),
  room('compare', 'Compare', 'Runs beside each other, and pairs of them tested.', () => import('./compare.tsx')),
];
