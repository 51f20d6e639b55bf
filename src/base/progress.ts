/** Receives how far a long piece of work is; `fraction` in 0…1, `note` a short text such as the current loss. */
export type Progress = (fraction: number, note?: string) => void;

/** Progress that nobody watches. */
export const silent: Progress = () => {};

/** The part [from, to] of a larger piece of work. */
export function partOfProgress(progress: Progress, from: number, to: number): Progress {
  return (fraction, note) => progress(from + (to - from) * fraction, note);
}
