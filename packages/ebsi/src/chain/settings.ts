import { isOneNetwork, type Registry } from '../identifiers/index.ts'

/** What a verifier decides about the trust chains of EBSI. Whose root it trusts stands in its trust file: `did` entries for `credential`. */
export interface EbsiSettings {
  /** The deployments whose records may be referred to, all of one network: evidence does not say of which it is. */
  readonly registries: readonly Registry[]
  /** How many accreditations may stand above one another; 6 when absent. */
  readonly maxDepth?: number
  /** The oldest record of a registry that still counts, in seconds; a week when absent. */
  readonly maxAge?: number
  /** When accreditations must be valid: now, or also when what they cover was issued. `now` when absent, as EBSI's own verifiers do. */
  readonly accreditationMoment?: 'now' | 'now_and_issuance'
  /** A URI; what is shown must have been issued by somebody accredited for it, or without limit. */
  readonly jurisdiction?: string
}

const DEFAULTS = { maxDepth: 6, maxAge: 7 * 86_400, accreditationMoment: 'now' } as const

/** The settings with what is absent filled in; throws `RangeError` for registries of several networks. */
export function completed(settings: EbsiSettings) {
  if (!isOneNetwork(settings.registries)) throw new RangeError('the registries of one network')
  return { ...DEFAULTS, ...settings }
}
export type Completed = ReturnType<typeof completed>
