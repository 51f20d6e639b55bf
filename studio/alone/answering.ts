import { check, type Fault, InputError, jobOf, lookUp, type Pool } from '../../src/base/index.ts';
import { Activities, faultsOfError } from '../../src/studio/activities.ts';
import { freeFile } from '../../src/studio/free-file.ts';
import { type News, tellerOf } from '../../src/studio/news.ts';
import { jobOfParts } from '../../src/studio/parts.ts';
import type { Request } from '../../src/studio/request.ts';
import { anywhere } from '../../src/studio/rooms/anywhere.ts';
import { type RunWork, runKind } from '../../src/studio/tasks.ts';
import { uploadName } from '../../src/studio/upload-name.ts';
import { pack } from '../../src/studio/wire.ts';
import type { MemoryWorkspace } from './memory-workspace.ts';

/** What the page sends to its worker. */
export type Sent =
  | { readonly id: number; readonly name: string; readonly question: unknown }
  | { readonly id: number; readonly upload: string; readonly bytes: Uint8Array };

/** What comes back: an answer as the server sends it, what is wrong, or news of runs. */
export type Told =
  | { readonly id: number; readonly answer: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly faults: readonly Fault[] }
  | { readonly news: News };

/** Answers what the page asks as the server of a studio does, from a workspace in memory. */
export function answering(workspace: MemoryWorkspace, tell: (told: Told) => void): (sent: Sent) => Promise<void> {
  const pool: Pool = {
    run: async ({ kind, payload }, job) => {
      if (kind !== runKind) throw new Error(`internal: a page alone has no work '${kind}'`);
      const { file, directory } = payload as RunWork;
      let place = directory;
      const named = jobOfParts(job, () => place);
      named('prepare').progress(0);
      place ??= await workspace.begin(file!);
      named('prepare').progress(1);
      await workspace.evaluate(place, named);
    },
    close: async () => {},
  };
  const activities = new Activities(pool);
  const news = tellerOf(activities);
  activities.listen(() => tell({ news: news() }));
  const answer = async (sent: Sent): Promise<unknown> => {
    if ('upload' in sent) {
      return { file: await takeUpload(workspace, sent.upload, sent.bytes) };
    }
    const request = lookUp(anywhere as unknown as Readonly<Record<string, Request>>, sent.name, 'request');
    const question = check(request.schema, sent.question);
    if (request.where === 'here') return request.answer(question, { workspace, activities });
    return request.answer(question, { workspace, job: jobOf() });
  };
  return async sent => {
    try {
      tell({ id: sent.id, answer: pack(await answer(sent)) });
    } catch (error) {
      if (!(error instanceof InputError)) console.error(error);
      tell({ id: sent.id, faults: faultsOfError(error) });
    }
  };
}

/** Keeps a file that was dropped on the page and says under which path; what is there already is taken for it. */
async function takeUpload(workspace: MemoryWorkspace, name: string, bytes: Uint8Array): Promise<string> {
  const { stem, extension } = uploadName(name);
  if (bytes.length === 0) throw new InputError({ path: [], rule: 'is empty', value: name });
  const first = `${stem}${extension}`;
  const file = await freeFile(workspace, stem, extension);
  const there = file === first ? undefined : await workspace.read(first);
  if (there?.length === bytes.length && there.every((byte, i) => byte === bytes[i])) return first;
  await workspace.write(file, bytes);
  return file;
}
