import { join } from 'node:path'
import { exclusively, UsageError } from '@symbolon/command-line'
import { CredentialError, parseVcJwt, printable, type VcJwt } from '@symbolon/credential'
import { fetchDocument, type Network, openNetwork, setAttributeData } from '@symbolon/did-provider-ebsi/registries'
import { type EbsiCode, EbsiError, parseAttributeId, readAccreditation } from '@symbolon/ebsi'
import { SdJwtError } from '@symbolon/sd-jwt'
import { commandRefused } from '../errors.ts'
import type { RegistrySettings } from './agent.ts'
import { loadIdentity, requireRegistered, type StoredIdentity, saveIdentity } from './identity_file.ts'
import { loadAgent } from './load_agent.ts'

/** What a person wants of a new identity. */
export interface Wish extends Partial<RegistrySettings> {
  /** A `VerifiableAuthorisationToOnboard` about it, as a VC-JWT; without it the identity is made here only. */
  readonly onboarding?: string | undefined
}

/** What every credential of EBSI is as well. */
const GENERAL_TYPES: readonly string[] = ['VerifiableCredential', 'VerifiableAttestation']
const ONBOARDING = 'VerifiableAuthorisationToOnboard'

/**
 * Makes an identity when there is none, and with an authorisation enters it into the registry, or what is missing of it there; it can be repeated at any time.
 *
 * It is written down before anybody outside hears of it, so that no DID is ever registered whose keys are lost. Throws `RefusedError`, `EbsiError`, `SettingsError` without
 * its keys, and `UsageError` for a new identity without a registry, or with an authorisation.
 */
export const createIdentity = (folder: string, wish: Wish): Promise<StoredIdentity> =>
  alone(folder, async () => {
    const found = loadIdentity(folder)
    // An authorisation names a DID, and the new one would be another.
    if (found === null && wish.onboarding !== undefined)
      throw new UsageError('keys ebsi create: there is no identity on EBSI to go on with; make one first, with --registry alone')
    const stored = found === null ? await make(folder, wish) : meant(found, wish)
    if (wish.onboarding === undefined) {
      if (stored.isRegistered) throw commandRefused('identity_registered', `this issuer is ${stored.did} already`)
      saveIdentity(folder, stored)
      return stored
    }
    checkOnboarding(wish.onboarding, stored)
    const { openAgent } = await loadAgent()
    if (!stored.isRegistered) saveIdentity(folder, stored)
    const agent = await openAgent(folder, stored)
    await agent.onboard(stored, wish.onboarding)
    const registered = { ...stored, isRegistered: true }
    saveIdentity(folder, registered)
    return registered
  })

/** An identity with other settings: its registry is changed only until that has it. */
function meant(found: StoredIdentity, { registry, chainId }: Wish): StoredIdentity {
  const root = registry === undefined ? found.registry : openNetwork({ registry }).root
  if (found.isRegistered && root !== found.registry)
    throw commandRefused('identity_of_other_registry', `${found.did} is registered at ${found.registry}`)
  return { ...found, registry: root, ...(chainId !== undefined && { chainId }) }
}

async function make(folder: string, { registry, chainId }: Wish): Promise<StoredIdentity> {
  if (registry === undefined)
    throw new UsageError('keys ebsi create: there is no identity on EBSI to go on with; name the registry with --registry')
  const settings = { registry: openNetwork({ registry }).root, ...(chainId !== undefined && { chainId }) }
  const { openAgent } = await loadAgent()
  const agent = await openAgent(folder, settings)
  const stored = { ...settings, ...(await agent.create()), isRegistered: false, accreditations: [] }
  saveIdentity(folder, stored)
  return stored
}

/** What the registry would refuse as well, said before it is asked. */
function checkOnboarding(text: string, { did }: StoredIdentity): void {
  const { vcdm, subjectId } = readCredential(text)
  if (!vcdm.types.includes(ONBOARDING)) throw commandRefused('onboarding_of_other', `this is no ${ONBOARDING}`)
  if (subjectId !== did) throw commandRefused('onboarding_of_other', `this authorisation is not for ${did}`)
}

function readCredential(text: string): VcJwt {
  // As of a pipe whose first half has failed.
  if (text === '') throw commandRefused('trust_credential_malformed', 'nothing was given: the file, or standard input, is empty')
  if (/^[[{"]/.test(text)) throw commandRefused('trust_credential_malformed', 'it is JSON; give the JWT in it alone')
  try {
    return parseVcJwt(text, 'registry')
  } catch (error) {
    if (error instanceof SdJwtError || error instanceof CredentialError)
      throw commandRefused('trust_credential_malformed', `this is no credential of EBSI in a JWT (${error.code})`)
    throw error
  }
}

/**
 * Enters an accreditation into the attribute that was reserved for it, and remembers it; twice is once.
 *
 * It is remembered only when the registry has it: nothing is issued by one that nobody could find. Throws `RefusedError` and `EbsiError`. `now` in seconds.
 */
export const accredit = (folder: string, text: string, now: number): Promise<StoredIdentity> =>
  alone(folder, async () => {
    // First of all: whoever has no identity either would hear it of `create` only then.
    const { openAgent } = await loadAgent()
    const stored = requireRegistered(folder)
    const attributeId = attributeOf(text, stored, now)
    const network = openNetwork(stored)
    try {
      await setAttributeData(network, await (await openAgent(folder, stored)).identity(stored), attributeId, text)
    } catch (error) {
      throw (await isForgotten(error, network, stored)) ? forgotten(stored) : error
    }
    const others = stored.accreditations.filter((one) => one.attributeId !== attributeId)
    const accredited = { ...stored, accreditations: [...others, { attributeId, credential: text }] }
    saveIdentity(folder, accredited)
    return accredited
  })

/** Whether a refusal comes of a registry that does not know the identity, as a service says it in words only. */
async function isForgotten(error: unknown, network: Network, { did }: StoredIdentity): Promise<boolean> {
  if (!(error instanceof EbsiError && REFUSALS.includes(error.code))) return false
  return (await fetchDocument(network, did).catch(() => undefined)) === null
}

const REFUSALS: readonly EbsiCode[] = ['authorisation_refused', 'registry_not_found', 'registry_refused']

const forgotten = ({ did, registry }: StoredIdentity) =>
  commandRefused(
    'identity_unknown_to_registry',
    `${did} is registered as this issuer knows, unknown to the registry ${registry}: it may be another registry, or it lost its records`,
  )

function attributeOf(text: string, { did }: StoredIdentity, now: number): string {
  const read = readAccreditation(text)
  if (read === 'malformed') {
    const types = readCredential(text).vcdm.types.filter((name) => !GENERAL_TYPES.includes(name))
    const said = types.length > 0 ? `; its type is ${printable(types.join(', '), 200)}` : ''
    throw commandRefused('trust_credential_malformed', `this cannot be read as an accreditation of EBSI${said}`)
  }
  const { subject, subjectId, expires } = typeof read === 'string' ? readCredential(text) : read.vc
  if (typeof read === 'string' || subjectId !== did) throw commandRefused('accreditation_of_other', `this accreditation is not for ${did}`)
  if (expires !== undefined && expires <= now)
    throw commandRefused('accreditation_ended', `this accreditation has ended, at ${new Date(expires * 1000).toISOString()}`)
  const { reservedAttributeId: reserved } = subject
  const attributeId = typeof reserved === 'string' ? parseAttributeId(reserved) : null
  if (attributeId === null)
    throw commandRefused('trust_credential_malformed', 'this accreditation names no attribute that was reserved for it')
  return attributeId
}

/** Two at once would make two identities, or one would forget the other's accreditation. */
const alone = <T>(folder: string, action: () => Promise<T>): Promise<T> => exclusively(join(folder, 'lock'), action)
