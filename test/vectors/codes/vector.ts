import type { Outcome } from '@symbolon/credential'
import type { BundleVector } from '../presentations/vector.ts'

/** What must be found, and where: `unpack`, `challenge`, or the id of a check in the report. */
export interface Finding {
  readonly stage: string
  readonly outcome: Outcome
  readonly code: string
}

/** One file: one code or challenge with one fault, in it or around it, and all that is needed to judge it. */
export interface Vector {
  /** The name of the file, without its ending. */
  readonly fault: string
  readonly description: string
  /** The section that forbids, or allows, it. */
  readonly spec: string
  /** The vector that it was made of, which differs in one member; absent in those that are right. */
  readonly of?: string
  /** Seconds since 1970. */
  readonly now: number
  /** What a verifier scans; `challenge` is what a wallet scans. There is one of the two. */
  readonly code?: string
  readonly challenge?: string
  /** The name of a bundle in `shared/`, or a document; none for a challenge. */
  readonly bundle?: string | BundleVector
  /** The name of a trust file in `shared/`. */
  readonly trust: string
  /** What the verifier asked with, or the audience of what is shown to whoever looks. */
  readonly asked?: { readonly audience?: string; readonly nonce?: string; readonly showAudience?: string }
  /** The text in which the verifier keeps which bundles it saw; absent: nothing is kept. */
  readonly seen?: string
  /** Seconds. */
  readonly maxStatusAge?: number
  readonly expect: Finding
  /** Other checks that see the same fault, and why; every check that is not named passes. */
  readonly also?: readonly (Finding & { readonly reason: string })[]
}
