import type { Outcome } from '@symbolon/credential'

/** What one check must find. */
export interface Finding {
  /** The id of the check in the report. */
  readonly check: string
  readonly outcome: Outcome
  readonly code: string
}

/** A bundle as it stands in a vector: a part may be the name of a file in `shared/`, whose text it then is. */
export interface BundleVector {
  readonly manifest: string
  readonly parts: { readonly [digest: string]: string | { readonly file: string } }
}

/** One file: one presentation with one fault, and all that is needed to judge it. */
export interface Vector {
  /** The name of the file, without its ending. */
  readonly fault: string
  readonly description: string
  /** The pitfalls it stands for. */
  readonly pitfall?: readonly string[]
  /** The section that forbids, or allows, it. */
  readonly spec: string
  /** Seconds since 1970. */
  readonly now: number
  readonly presentation: string
  /** The name of a bundle in `shared/`; or a document; or a text that is none. */
  readonly bundle: string | BundleVector | { readonly text: string }
  /** The name of a trust file in `shared/`. */
  readonly trust: string
  /** What the verifier asked with; absent: it did not say. */
  readonly audience?: string
  readonly nonce?: string
  /** Seconds. */
  readonly maxStatusAge: number
  readonly expect: Finding
  /** Other checks that see the same fault, and why; every check that is not named passes. */
  readonly also?: readonly (Finding & { readonly reason: string })[]
}
