/** A source of numbers or methods. A run lists the citations of exactly what it used. */
export interface Citation {
  /** Short tag, such as `Dalgaty21`. */
  readonly tag: string;
  /** Authors, title, venue and year in one line. */
  readonly text: string;
  /** DOI or arXiv identifier, where there is one. */
  readonly id?: string;
}
