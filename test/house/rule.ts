import type { Source } from './tree.ts'

/** One rule of the house: what it finds wrong in a tree, and trees that break it, so that a rule which cannot fail is noticed. */
export interface Rule {
  readonly name: string
  faults(tree: readonly Source[]): string[]
  /** Each is a small tree with exactly this fault in it; files of another name are there to be compared with. */
  readonly broken: readonly (readonly Source[])[]
}

/** A file of a sample tree. */
export const file = (path: string, text: string): Source => ({ path, text })

/** A program of ours, tests and scripts too. */
export const isCode = ({ path }: Source): boolean => /\.[jt]s$/.test(path) && !path.startsWith('test/vectors/')

/** The code that ships: no tests, no scripts. */
export const isShipped = (source: Source): boolean =>
  isCode(source) && /^(packages\/[^/]+|issuer|verifier|wallet-cli)\/(src|bin)\//.test(source.path)
