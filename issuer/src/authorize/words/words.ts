import type { PageCode } from '../faults.ts'

/** Everything the pages say, in one language. */
export interface Words {
  readonly consent: {
    readonly title: string
    readonly asks: (wallet: string) => string
    readonly signedInAs: (person: string) => string
    /** Before the names of types that the sources say nothing about. */
    readonly nothingFor: string
    readonly meaning: string
    /** One sentence each: what happens when the person agrees. */
    readonly means: readonly string[]
    readonly renewal: (days: number) => string
    readonly registered: (host: string) => string
    readonly notRegistered: string
    readonly agree: string
    readonly refuse: string
  }
  readonly synthetic: {
    readonly title: string
    readonly about: string
    readonly cancel: string
  }
  /** What went wrong, and what the person can do. */
  readonly faults: Readonly<Record<PageCode, { readonly title: string; readonly text: string; readonly next: string }>>
}
