import { confirmProblemIn } from './confirm-folder.ts';

/** The problem of the confirmation in the folder that the address of this module names. */
export default (query: URLSearchParams) => confirmProblemIn(query.get('folder')!);
