/** Something a store must accept only once until `expires` (seconds since 1970): a nonce, or the name of a proof. Short, and nobody's own words. */
export interface Once {
  readonly value: string
  readonly expires: number
}
