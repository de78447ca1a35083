import {
  type Anchors,
  type Check,
  type Credential,
  CredentialError,
  type Evidence,
  formatNamed,
  gather,
  type Lookup,
  parseCredential,
  type TrustMechanism,
  type View,
  verify,
} from '@symbolon/credential'
import type { Registry } from '@symbolon/ebsi'
import type { CredentialConfiguration } from '@symbolon/openid4vc'
import { type Jwk, type Primitives, SdJwtError } from '@symbolon/sd-jwt'
import { WalletError } from './errors.ts'
import { publicPart, sameKey } from './keys.ts'
import { foreignRegistry } from './registry.ts'
import type { HeldCopy, HeldKey } from './state/index.ts'

/** What was asked for: from whom, which configuration, for which keys. */
export interface Expected {
  readonly issuer: string
  readonly configuration: CredentialConfiguration
  /** Empty when no key was sent. */
  readonly keys: readonly HeldKey[]
}

/** What judging needs; `now` in seconds since 1970. */
export interface Judging {
  readonly anchors: Anchors
  readonly mechanisms: readonly TrustMechanism[]
  /** What the issuer publishes. */
  readonly evidence: Evidence
  /** The registries of EBSI that are believed. */
  readonly registries: readonly Registry[]
  /** What is known of it elsewhere. */
  readonly lookup: Lookup
  readonly primitives: Primitives
  readonly now: number
}

/** Of all checks those that a fresh credential must pass: it has not been shown yet, and its status list is the verifier's affair. */
const DEMANDED = ['structure', 'signature', 'trust', 'validity']

/** What cannot be known of an issuer without the registry that it is in. */
const OF_ISSUER: readonly string[] = ['signature', 'trust']

/**
 * Reads the copies of one delivery and refuses all of them unless each is exactly what was asked for and no two can be linked.
 *
 * In any order, and fewer than keys were sent (OpenID4VCI 1.0 section 8.3). Throws WalletError `credential_refused` with the reason (section 13.5), or
 * `registry_not_believed`.
 */
export async function checkReceived(texts: readonly string[], expected: Expected, judging: Judging): Promise<HeldCopy[]> {
  const credentials = await Promise.all(texts.map((text) => parse(text, judging.primitives)))
  const copies: HeldCopy[] = []
  for (const [index, credential] of credentials.entries()) {
    const key = await checkOne(credential, expected, judging)
    const { expires } = credential.view
    copies.push({
      text: texts[index] ?? '',
      ...(key && { keyId: key.id }),
      received: judging.now,
      ...(expires !== undefined && { expires }),
      shown: 0,
    })
  }
  checkDistinct(credentials, copies)
  return copies
}

/** Answers the key it is bound to. */
async function checkOne(credential: Credential, expected: Expected, judging: Judging): Promise<HeldKey | undefined> {
  const { view, binding } = credential
  if (binding !== undefined) throw refused('the issuer sent a presentation with a key binding, not a credential')
  if (view.format !== expected.configuration.format) throw refused('it has another format than was asked for')
  if (view.type !== expected.configuration.type) throw refused('it is of another type than was asked for')
  if (view.issuer !== expected.issuer && !isNamedByDid(view)) throw refused('it names another issuer than the one that sent it')
  const key = keyAmong(view.holderKey, expected.keys)
  const policy = { types: new Map(), maxStatusAge: 0 }
  const evidence = new Map([...judging.evidence, ...(await gather(credential, judging.lookup, judging.mechanisms))])
  const report = await verify(credential, { ...judging, evidence, policy })
  for (const id of DEMANDED) {
    const check = report.checks.find((found) => found.id === id)
    if (check?.outcome === 'pass') continue
    const foreign = OF_ISSUER.includes(id) && isNamedByDid(view) ? foreignRegistry(view, judging.registries) : undefined
    if (foreign !== undefined && check?.code !== 'signature_wrong')
      throw new WalletError(
        'registry_not_believed',
        `the credential names the registry ${foreign}, which is none of SYMBOLON_EBSI_REGISTRIES`,
      )
    throw refused(`${id} ${check?.code ?? 'was not checked'}`, undefined, check)
  }
  return key
}

/** An issuer with a DID has no address to compare: that the trust file stands behind the DID for this type is all there is. */
const isNamedByDid = ({ format, issuer }: View): boolean => formatNamed(format)?.signedBy === 'did' && issuer?.startsWith('did:') === true

function keyAmong(bound: Jwk | undefined, keys: readonly HeldKey[]): HeldKey | undefined {
  if (bound === undefined && keys.length === 0) return undefined
  const key = keys.find((sent) => sameKey(publicPart(sent), bound))
  if (key === undefined) throw refused('it is bound to another key than the one that was sent')
  return key
}

/** Copies are there to be unlinkable: what two of them share would tell that they have one holder (OpenID4VCI 1.0 sections 8.3 and 15.4). */
function checkDistinct(credentials: readonly Credential[], copies: readonly HeldCopy[]): void {
  const marks = [
    { what: 'key', of: copies.map(({ keyId }) => keyId) },
    { what: 'entry of a status list', of: credentials.flatMap(({ view }) => statusEntries(view)) },
    { what: 'salt', of: credentials.flatMap(({ salts }) => salts) },
    { what: 'identifier', of: credentials.map(({ view: { envelope } }) => envelope.id ?? envelope.jti) },
  ]
  for (const { what, of } of marks) {
    const there = of.filter((mark) => mark !== undefined)
    if (new Set(there).size !== there.length) throw refused(`two have the same ${what}: whoever sees both can link them`)
  }
}

/** However it says where its status stands. */
const statusEntries = ({ status, vcdm }: View): string[] => [
  ...(status ? [`${status.uri} ${status.index}`] : []),
  ...(vcdm?.status ?? []).map(({ statusListCredential: list, statusListIndex: index, id }) =>
    list === undefined || index === undefined ? JSON.stringify(id ?? null) : `${list} ${index}`,
  ),
]

const refused = (detail: string, cause?: unknown, check?: Check): WalletError => new WalletError('credential_refused', detail, cause, check)

async function parse(text: string, primitives: Primitives): Promise<Credential> {
  try {
    return await parseCredential(text, primitives)
  } catch (cause) {
    if (cause instanceof CredentialError || cause instanceof SdJwtError) throw refused(`it is malformed: ${cause.code}`, cause)
    throw cause
  }
}
