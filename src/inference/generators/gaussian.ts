/** A digital circuit that makes normal numbers of 16 bits: whole multiples of 2⁻¹¹ within ±16. */
export interface GaussianCircuit {
  /** The next number in steps of 2⁻¹¹. */
  next(): number;
}

/** Steps of a unit in which the circuits count. */
export const unit = 2 ** 11;
