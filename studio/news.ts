import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { Activity } from '../src/studio/activities.ts';
import type { News } from '../src/studio/news.ts';
import { type Trace, tracesAfter } from '../src/studio/traces.ts';
import { answers } from './answers.ts';

let activities: readonly Activity[] = [];
let traces: readonly Trace[] = [];
let connected = true;
const listeners = new Set<() => void>();
const tell = () => {
  for (const hear of listeners) hear();
};

function hear(client: QueryClient, news: News): void {
  if (news.activities) {
    const ended = (all: readonly Activity[]) => all.filter(one => one.ended !== undefined).length;
    const before = ended(activities);
    activities = news.activities;
    if (ended(activities) !== before) refresh(client);
  }
  if (news.traces) traces = tracesAfter(traces, news.traces);
  if (news.runs !== undefined) refresh(client);
  tell();
}

/** Asks again for all that depends on what runs and studies on disk hold. */
const refresh = (client: QueryClient) =>
  void client.invalidateQueries({
    predicate: ({ queryKey: [name] }) => /^(home|run|compare|explore\.list|explore\.files)\b/.test(String(name)),
  });

/** Follows what happens. */
export function useNews(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      answers().follow(
        news => hear(client, news),
        is => {
          connected = is;
          tell();
        },
      ),
    [client],
  );
}

const listen = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** Long work, the latest first. */
export const useActivities = (): readonly Activity[] => useSyncExternalStore(listen, () => activities);

/** Lines by which long work is watched. */
export const useTraces = (): readonly Trace[] => useSyncExternalStore(listen, () => traces);

/** Whether the studio still answers. */
export const useConnected = (): boolean => useSyncExternalStore(listen, () => connected);
