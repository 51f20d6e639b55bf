import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { Activity } from '../src/studio/activities.ts';
import type { News } from '../src/studio/events.ts';

let activities: readonly Activity[] = [];
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
  if (news.runs !== undefined) refresh(client);
  tell();
}

/** Asks again for all that depends on what runs and studies on disk hold. */
const refresh = (client: QueryClient) =>
  void client.invalidateQueries({
    predicate: ({ queryKey: [name] }) => /^(home|run|compare|explore\.list)\b/.test(String(name)),
  });

/**
 * Listens to the studio while the page is seen: browsers open six connections to a place at most, and pages in the background
 * would hold all of them.
 */
export function useNews(): void {
  const client = useQueryClient();
  useEffect(() => {
    let source: EventSource | undefined;
    const follow = () => {
      if (document.hidden) {
        source?.close();
        source = undefined;
        return;
      }
      if (source) return;
      source = new EventSource('api/events');
      source.onmessage = event => hear(client, JSON.parse(event.data) as News);
      source.onopen = () => {
        connected = true;
        tell();
      };
      source.onerror = () => {
        connected = false;
        tell();
      };
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      source?.close();
    };
  }, [client]);
}

const listen = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** Long work, the latest first. */
export const useActivities = (): readonly Activity[] => useSyncExternalStore(listen, () => activities);

/** Whether the studio still answers. */
export const useConnected = (): boolean => useSyncExternalStore(listen, () => connected);
