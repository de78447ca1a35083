import { readText, UsageError, verb } from '@symbolon/command-line'
import { readTypes } from '@symbolon/command-line/folders'
import { type CredentialType, formatOf } from '@symbolon/credential'
import { commandSettings, type Settings } from '../config.ts'
import { accreditationsOf, covers } from '../ebsi/accreditations.ts'
import { kidOf, whyNot } from '../ebsi/ebsi_identity.ts'
import { requireIdentity, type StoredIdentity } from '../ebsi/identity_file.ts'
import { missingRoots } from '../keys.ts'

const LARGEST = 65_536
const seconds = (): number => Math.floor(Date.now() / 1000)
/** Loaded by the commands that need it only: what signs and reads transactions takes longer to load than any other command to run. */
const registering = () => import('../ebsi/registering.ts')

/** `keys ebsi`: the identity on EBSI, as far as others may know it. */
export const keysEbsi = verb({
  name: 'keys ebsi',
  summary: 'shows the identity on EBSI, what it is accredited for, and which types are issued under it',
  usage: '',
  example: 'symbolon-issuer keys ebsi',
  options: {},
  notes: [
    '`keys ebsi create` makes an identity and registers it, `keys ebsi accredit` registers its accreditation; each has a --help of its own.',
    'The registry is not asked: what it says now, a verifier finds with `symbolon-verifier bundle fetch --ebsi`.',
  ].join('\n'),
  async run({ options }) {
    const settings = commandSettings(options)
    return shown(requireIdentity(settings.ebsiFolder), settings)
  },
})

/** `keys ebsi create`: an identity, and its entry in the DID Registry. */
export const keysEbsiCreate = verb({
  name: 'keys ebsi create',
  summary: 'makes an identity on EBSI, and registers it with an authorisation to onboard',
  usage: '--registry URL [--chain-id NUMBER] | --onboarding FILE|-',
  example: 'symbolon-issuer keys ebsi create --registry https://api-pilot.ebsi.eu --chain-id 0x181f',
  options: {
    registry: { type: 'string', value: 'URL', help: 'the root of the registries; https, or http on this machine' },
    'chain-id': {
      type: 'string',
      value: 'NUMBER',
      help: 'the number of the ledger, as its operator publishes it: no transaction for another one is signed; without it, one for any',
    },
    onboarding: {
      type: 'string',
      value: 'FILE',
      help: 'the VerifiableAuthorisationToOnboard about this DID, as a VC-JWT; - for standard input',
    },
  },
  notes: [
    'First without --onboarding: it prints the DID, for which an accreditor of EBSI gives an authorisation to onboard; then with it.',
    'It can be repeated after a failure, and goes on where it stopped. Nothing is issued before the registry has all of it.',
    'The keys stand in the folder issuer/ebsi of the home (ISSUER_EBSI_FOLDER); keep a copy: a DID whose keys are lost cannot be used again.',
  ].join('\n'),
  async run({ options, stdin }) {
    const settings = commandSettings(options)
    const chainId = options['chain-id'] === undefined ? undefined : readChainId(options['chain-id'])
    const onboarding = options.onboarding === undefined ? undefined : (await readText(options.onboarding, LARGEST, stdin)).trim()
    const { registry } = options
    const { createIdentity } = await registering()
    return shown(
      await createIdentity(settings.ebsiFolder, {
        ...(registry !== undefined && { registry }),
        ...(chainId !== undefined && { chainId }),
        onboarding,
      }),
      settings,
    )
  },
})

/** `keys ebsi accredit`: an accreditation, and its entry in the Trusted Issuers Registry. */
export const keysEbsiAccredit = verb({
  name: 'keys ebsi accredit',
  summary: 'registers an accreditation, by which types can then be issued',
  usage: 'FILE|-',
  example: 'symbolon-issuer keys ebsi accredit accreditation.jwt',
  options: {},
  operands: [1, 1],
  notes:
    'FILE holds the accreditation (VC-JWT) with the attribute that its accreditor has reserved. A running issuer must be started again.',
  async run({ options, operands: [path = ''], stdin }) {
    const settings = commandSettings(options)
    const text = (await readText(path, LARGEST, stdin)).trim()
    const { accredit } = await registering()
    return shown(await accredit(settings.ebsiFolder, text, seconds()), settings)
  },
})

function readChainId(text: string): number {
  const number = Number(text)
  if (/^(0x[0-9a-f]{1,12}|[0-9]{1,15})$/i.test(text) && number > 0) return number
  throw new UsageError('keys ebsi create: --chain-id is no number of a ledger', 'give one as 6175 or 0x181f')
}

async function shown(stored: StoredIdentity, settings: Settings) {
  const { did, registry, isRegistered } = stored
  const types = readTypes(settings.types).types.filter((type) => formatOf(type).signedBy === 'did')
  const accreditations = accreditationsOf(stored)
  const data = {
    did,
    kid: kidOf(stored),
    registry,
    state: isRegistered ? 'registered' : 'created',
    accreditations: accreditations.map((one) => ({
      attribute: one.url,
      by: one.by,
      valid_until: new Date(one.expires * 1000).toISOString(),
      types: types.filter((type) => covers(one, type)).map(({ name }) => name),
    })),
    types: types.map(({ name }) => name),
  }
  const next = isRegistered ? [] : ['not registered: bring an authorisation to onboard for this DID with --onboarding FILE']
  const text = [
    `did        ${did}`,
    `key        ${data.kid}`,
    `registry   ${registry}`,
    `state      ${data.state}`,
    ...data.accreditations.map(
      (one) =>
        `accredited by ${one.by} until ${one.valid_until} for ${one.types.join(', ') || 'no type that is here'}\n           ${one.attribute}`,
    ),
    ...(await Promise.all(types.map((type) => typeLine(type, settings)))),
    ...next,
  ]
  return { data, text: text.join('\n') }
}

async function typeLine(type: CredentialType, settings: Settings): Promise<string> {
  const reason = whyNot(settings.ebsiFolder, type, seconds()) ?? (await missingRoots(settings, [type]))[0] ?? null
  return reason === null ? `${type.name}: is issued` : `${type.name}: is not issued: ${reason}`
}
