import { problemIn } from './study-folder.ts';

/** The problem of a study, by its folder and identity, which the address of this module names. */
export default (query: URLSearchParams) => problemIn(query.get('folder')!, query.get('problem')!);
