export { type NotCovered, uncovered } from './coverage.ts'
export { ebsiTrust } from './mechanism.ts'
export type { EbsiSettings } from './settings.ts'
export type { Hop } from './walk.ts'
