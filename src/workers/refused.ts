import { WorkError } from '../base/index.ts';

const wayOut = {
  build: 'compile or install posterohm again, then run the same command again',
  kernels: 'build the kernels again (npx posterohm doctor --build), then run the same command again',
};

/** A child process that might not give the bits that this one gives: it runs another build, or has other kernels. */
export class Refused extends WorkError {
  readonly what: 'build' | 'kernels';
  readonly own: string;
  readonly other: string;

  constructor(what: 'build' | 'kernels', own: string, other: string) {
    super(`${what}: must be the same in all processes, got '${other}' in a child and '${own}' here; ${wayOut[what]}.`);
    this.what = what;
    this.own = own;
    this.other = other;
  }
}
