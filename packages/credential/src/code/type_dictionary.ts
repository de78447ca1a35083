import { isObject, type Json, type JsonObject, type Primitives, type SignatureAlgorithm } from '@symbolon/sd-jwt'
import { formatNamed } from '../formats/index.ts'
import { thumbprintOf } from '../keys/x5t.ts'
import type { Draft } from '../model.ts'
import { type CredentialType, readPlaces } from '../type/index.ts'
import { type Dictionary, dictionaryOf } from './dictionary.ts'
import { sdJwt } from './sd_jwt.ts'
import { latin1, MARK } from './values.ts'

/** What all credentials of a type from one issuer have in common, as long as it signs with these certificates. */
export interface CommonToType {
  readonly type: CredentialType
  readonly issuer: string
  readonly algorithm: SignatureAlgorithm
  readonly x5c: readonly string[]
  readonly typeIntegrity: string
  /** The address of a status list, if the type has a status. */
  readonly statusUri?: string
}

/** How a presentation to a verifier, or to whoever looks, ends (specs/code.md). */
const SHOWN = '\x07{"alg":"ES256","typ":"kb+jwt"}\x07{"iat":\b,"aud":"urn:symbolon:show:'
const ANSWERED = '\x07{"alg":"ES256","typ":"kb+jwt"}\x07{"iat":\b,"aud":"x509_hash:\x01","nonce":"\x02","sd_hash":"\x04"}'

/**
 * The dictionary of a type: the text of a presentation of it from which all has been taken out that is not the same for everybody.
 *
 * Made like a credential, of empty claims; of closed lists all values are there. Throws `TypeError` for a type of a format that no code holds.
 */
export async function typeDictionary(common: CommonToType, primitives: Primitives): Promise<Dictionary> {
  const { type, x5c, typeIntegrity, issuer } = common
  const format = type.formats.map(formatNamed).find((known) => known !== undefined)
  const unsigned = await format?.build(draftOf(common), primitives)
  const constants = [issuer, typeIntegrity, await thumbprintOf(Uint8Array.fromBase64(x5c[0] ?? ''), primitives)].join(' ')
  const packing = unsigned && (await sdJwt.pack(unsigned.seal(new Uint8Array(64)), constants, primitives))
  if (!packing) throw new TypeError(`the type ${type.name} has no format that codes hold`)
  const [header = '', payload = '', ...disclosures] = latin1(packing.literal).split('\x07')
  const shown = disclosures.map((text) => `\x07${text}`).sort()
  const bound = type.holderBinding === 'key' ? ANSWERED : ''
  const begin = type.holderBinding === 'key' ? SHOWN : ''
  return dictionaryOf(`${otherValues(type)}${begin}${header}\x07${withoutPlaces(payload)}${bound}${shown.join('')}`, primitives)
}

const FOUND = new RegExp(`${MARK.disclosure}.`, 'g')

/** The digests that are shown stand among the others in an order drawn by lot: here all look alike. */
const withoutPlaces = (payload: string): string => payload.replace(FOUND, '\x01')

function draftOf({ type, issuer, algorithm, x5c, typeIntegrity, statusUri }: CommonToType): Draft {
  return {
    ...{ type, issuer, algorithm, x5c, typeIntegrity },
    claims: emptied(type),
    // Times become marks, whatever they are.
    ...{ issuedAt: 1_700_000_000, notBefore: 1_700_000_000, expires: 1_700_000_000 },
    ...(type.holderBinding === 'key' && { holderKey: ZERO_KEY }),
    ...(type.status !== null && statusUri !== undefined && { status: { index: 0, uri: statusUri } }),
  }
}

const ZERO = new Uint8Array(32).toBase64({ alphabet: 'base64url', omitPadding: true })
const ZERO_KEY = { kty: 'EC', crv: 'P-256', x: ZERO, y: ZERO }

/** The claims of the sample without what it says: texts are empty, but for the first value of a closed list. */
function emptied(type: CredentialType): JsonObject {
  const lists = closedLists(type)
  const empty = (value: Json, path: string): Json => {
    if (Array.isArray(value)) return []
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, empty(member, `${path}/${name}`)]))
    return lists.get(path)?.[0] ?? ''
  }
  return empty(type.sample, '') as JsonObject
}

/** The ends of disclosures with the further values of closed lists. */
const otherValues = (type: CredentialType): string =>
  [...new Set([...closedLists(type).values()].flatMap((values) => values.slice(1)))].map((value) => `${JSON.stringify(value)}]`).join('')

/** The closed lists of a type, by the pointer to their claim. */
function closedLists({ schema }: CredentialType): Map<string, readonly string[]> {
  const lists = new Map<string, readonly string[]>()
  const visit = ({ path, values, members }: ReturnType<typeof readPlaces>['root']): void => {
    if (values !== undefined) lists.set(`/${path.join('/')}`, values)
    for (const member of members.values()) visit(member)
  }
  visit(readPlaces(schema).root)
  return lists
}
