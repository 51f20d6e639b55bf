import type { Fault } from '../src/base/index.ts';
import type { News } from '../src/studio/news.ts';
import { unpack } from '../src/studio/wire.ts';
import { type Answers, Refusal } from './answers.ts';

async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new Refusal([{ path: [], rule: 'The studio does not answer; is it still running in its terminal?' }]);
  }
  if (response.ok) return response;
  const { faults } = (await response.json().catch(() => ({}))) as { faults?: Fault[] };
  throw new Refusal(faults ?? [{ path: [], rule: `The studio answered ${response.status}.` }]);
}

/** The server that the page came from answers. */
export const serverAnswers: Answers = {
  alone: false,
  async ask(name, question) {
    const headers = { 'content-type': 'application/json' };
    const response = await send(`api/ask/${name}`, { method: 'POST', headers, body: JSON.stringify(question) });
    return unpack(await response.arrayBuffer());
  },
  async upload(file) {
    const response = await send(`api/upload?name=${encodeURIComponent(file.name)}`, { method: 'PUT', body: file });
    return ((await response.json()) as { file: string }).file;
  },
  /** While the page is seen: browsers open six connections to a place at most, and pages in the background would hold all of them. */
  follow(hear, connected) {
    let source: EventSource | undefined;
    const listen = () => {
      if (document.hidden) {
        source?.close();
        source = undefined;
        return;
      }
      if (source) return;
      source = new EventSource('api/events');
      source.onmessage = event => hear(JSON.parse(event.data) as News);
      source.onopen = () => connected(true);
      source.onerror = () => connected(false);
    };
    listen();
    document.addEventListener('visibilitychange', listen);
    return () => {
      document.removeEventListener('visibilitychange', listen);
      source?.close();
    };
  },
};
