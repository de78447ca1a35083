import { SettingsError } from '@symbolon/command-line'
import type { TrustMechanism, Vocabulary } from '@symbolon/credential'
import { DEFAULT_NETWORK, EBSI_WORDS, type EbsiSettings, ebsiTrust, NETWORKS, parseRegistries } from '@symbolon/ebsi'

/** Ways to the trust file besides those of packages/credential, and what their codes mean. */
export const mechanismsOf = (ebsi: EbsiSettings): readonly TrustMechanism[] => [ebsiTrust(ebsi)]
export const VOCABULARIES: readonly Vocabulary[] = [EBSI_WORDS]

/** What of the environment is about EBSI. */
interface Environment {
  readonly SYMBOLON_EBSI_REGISTRIES?: string
  readonly SYMBOLON_EBSI_JURISDICTION?: string
  readonly SYMBOLON_EBSI_ACCREDITED_AT?: string
}

/** By which registries accreditations may be named, and when they must be valid; throws `SettingsError` for what cannot be read. */
export function ebsiSettings({
  SYMBOLON_EBSI_REGISTRIES,
  SYMBOLON_EBSI_JURISDICTION,
  SYMBOLON_EBSI_ACCREDITED_AT,
}: Environment): EbsiSettings {
  const moment = MOMENTS.find((known) => known === (SYMBOLON_EBSI_ACCREDITED_AT || 'now'))
  if (moment === undefined) throw new SettingsError([`SYMBOLON_EBSI_ACCREDITED_AT: must be one of ${MOMENTS.join(', ')}`])
  const registries = parseRegistries(SYMBOLON_EBSI_REGISTRIES || DEFAULT_NETWORK)
  if (registries === null)
    throw new SettingsError([
      `SYMBOLON_EBSI_REGISTRIES: must be one network: one of ${NETWORKS.join(', ')}, or NETWORK=URL, several with spaces between them`,
    ])
  return {
    registries,
    accreditationMoment: moment,
    ...(SYMBOLON_EBSI_JURISDICTION && { jurisdiction: SYMBOLON_EBSI_JURISDICTION }),
  }
}

const MOMENTS = ['now', 'now_and_issuance'] as const
