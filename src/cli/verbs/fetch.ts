import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { lookUp } from '../../base/index.ts';
import { catalogue } from '../../data/index.ts';
import { fetchData } from '../../run/index.ts';
import type { Verb } from '../verb.ts';

export const dataFetch: Verb = {
  examples: ['data fetch mnist', 'data fetch mitdb --out data/mitdb', 'data fetch wdbc --json'],
  async run([name], _options, shell) {
    const { about, licence, cite, data, members, files } = lookUp(catalogue, name!, 'data fetch');
    const folder = shell.out ?? join('data', name!);
    shell.say(`${name}: ${about}; licence: ${licence}`);
    await fetchData(name!, resolve(shell.folder, folder), fetch, shell.job(`fetch ${name}`).progress);
    const names = [...(members ?? files.map(file => file.name))];
    return {
      document: { name, about, licence, folder: resolve(shell.folder, folder), files: names, data, cite },
      text: [
        `${about}: ${names.length} files in ${folder}`,
        `Licence: ${licence}`,
        `Cite: ${cite.text}`,
        '',
        `For an experiment in ${folder}:`,
        stringify({ data }),
      ].join('\n'),
    };
  },
};
