/** One measured line of the table. */
export interface BenchRow {
  readonly name: string
  readonly opsPerSecond: number
  /** How many times as fast as `of`. */
  readonly ratio: number
  /** What it is compared with: a floor, or a peer with its version. */
  readonly of: string
  /** The ratio we promise at least; null for a line that only informs. */
  readonly limit: number | null
}

/** Something with an upper limit: seconds, megabytes. */
export interface LimitRow {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** The most we promise; null for a line that only informs. */
  readonly limit: number | null
}
