import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError } from '../../base/index.ts';
import { exportPage, serveStudio } from '../../studio/index.ts';
import { useOption } from '../experiment.ts';
import type { Verb } from '../verb.ts';
import { wholeNumber } from '../whole-number.ts';

export const studio: Verb = {
  options: [
    { flags: '--port <number>', summary: 'port to listen on; 8642 by default, or a free one where that is taken' },
    {
      flags: '--host <address>',
      summary: 'address to listen on; 127.0.0.1 by default, which only this machine reaches',
    },
    {
      flags: '--allow-host <list>',
      summary: 'further names, separated by commas, under which browsers reach it, such as that of a proxy',
    },
    {
      flags: '--export <folder>',
      summary: 'write the page that needs no server as static files into a new folder, and open nothing',
    },
    useOption,
  ],
  examples: [
    'studio',
    'studio experiments --port 9000',
    'studio --allow-host hub.example.org',
    'studio --export public',
  ],
  async run([path = '.'], { port, host, allowHost, export: out }, shell) {
    if (out !== undefined) {
      await exportPage(resolve(shell.folder, String(out)));
      return { document: { folder: String(out) }, text: `The page is in ${out}: any file server shows it.` };
    }
    const folder = resolve(shell.folder, path);
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
      throw new InputError(`${path}: is no folder; name the one that holds experiments and runs.`);
    }
    const { signal } = shell.job('studio');
    const { address, close } = await serveStudio({
      folder,
      threads: shell.threads,
      ...(port !== undefined && { port: wholeNumber(port, '--port', 0) }),
      ...(host !== undefined && { host: String(host) }),
      ...(allowHost !== undefined && { allowed: String(allowHost).split(',').filter(Boolean) }),
    });
    shell.say(`The studio of ${folder} is open: ${address}`, 'needed');
    shell.say('Ctrl-C closes it; runs can be taken up again.');
    await new Promise<void>(leave => signal.addEventListener('abort', () => leave(), { once: true }));
    await close();
    return { document: { folder, address }, text: 'The studio is closed.' };
  },
};
