import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import {
  bundleDocument,
  type CommonToType,
  type CredentialType,
  type Dictionary,
  entryOf,
  formatNamed,
  integrity,
  metadataText,
  type Part,
  packCode,
  packedLength,
  parseCredential,
  setStatus,
  typeDictionary,
  unsignedManifest,
  unsignedStatusList,
} from '@symbolon/credential'
import { primitives, signer } from '@symbolon/primitives/node'
import type { Jwk, Signer } from '@symbolon/sd-jwt'
import { developmentAuthority, developmentTrust, openSigner } from '@symbolon/service'
import { brick } from '../brick.ts'

const URL_OF_ISSUER = 'https://issuer.example.be'
const LIST = `${URL_OF_ISSUER}/status-lists/1`
const AUDIENCE = 'https://desk.example.be'
const NONCE = '8Yt2mQ0cVx1pZb7nR4sL'
const DAY = 86_400
/** The list that an issuer of a country keeps: half a million, of whom one in fifty was revoked, here and there. */
const LISTED = 524_288
const isRevoked = (index: number): boolean => (Math.imul(index, 2_654_435_761) >>> 0) % 49 === 0

/** What a desk is given: the arguments of its check, and the codes that come one after another. */
export interface Prepared {
  readonly argv: readonly string[]
  readonly codes: readonly string[]
  /** One presentation as it stands in its code, for whoever wants to know its sizes. */
  readonly presentation: string
}

type Open = ReturnType<typeof openSigner>

/** What is shown: a type that is meant for codes, and one that brings its certificates and has a status. */
export const KINDS = {
  small: { type: 'be-social-statute-code', claim: 'disability_recognised' },
  card: { type: 'ehic', claim: 'document_number' },
} as const

/** Credentials shown as codes, each with another key and other salts, in the folder of a desk that trusts their issuer. */
export async function prepareCodes(home: string, count: number, kind: keyof typeof KINDS): Promise<Prepared> {
  const now = Math.floor(Date.now() / 1000)
  const files = await developmentAuthority(home, URL_OF_ISSUER, now)
  const type = brick(KINDS[kind].type)
  developmentTrust(join(home, 'trust.json'), home, [type.vct])
  const open = (path: string): Open => openSigner({ key: path, chain: path }, () => now)
  const issuer = open(files.credential)
  const typeIntegrity = await integrity(metadataText(type), primitives)
  const common = { type, issuer: URL_OF_ISSUER, algorithm: 'ES256' as const, x5c: issuer.x5c, typeIntegrity }
  const dictionary = type.certificates === 'by_hash' ? await typeDictionary(common, primitives) : undefined
  const forCodes = dictionary === undefined ? [] : [dictionaryPart(dictionary), keysOf(issuer)]
  const bundle = await bundled(type, forCodes, { lists: open(files.status), bundles: open(files.bundle) }, now)
  writeFileSync(join(home, 'bundle.json'), bundle)
  const codes: string[] = []
  let presentation = ''
  for (let index = 0; codes.length < count; index++) {
    if (isRevoked(index)) continue
    presentation = await shown(common, issuer, { index, now, claim: KINDS[kind].claim })
    codes.push(await packCode(presentation, primitives, dictionary))
  }
  const argv = ['check', '-', '--stream', '--bundle', join(home, 'bundle.json'), '--trust', join(home, 'trust.json')]
  // No data folder: what runs before saw must not decide.
  return { argv: [...argv, '--home', join(home, 'nowhere'), '--aud', AUDIENCE, '--nonce', NONCE, '--at', String(now)], codes, presentation }
}

const dictionaryPart = ({ number, text }: Dictionary): Part => ({
  ...{ kind: 'code_dictionary', id: String(number), content: text },
  mediaType: 'text/plain;charset=iso-8859-1',
})

const keysOf = ({ x5c }: Open): Part => ({
  ...{ kind: 'issuer_metadata', id: URL_OF_ISSUER, mediaType: 'application/json' },
  content: JSON.stringify({ issuer: URL_OF_ISSUER, jwks: { keys: [{ kid: '1', x5c }] } }),
})

/** One credential: issued to a key of its own, one claim shown, signed by its holder. */
async function shown(common: CommonToType, issuer: Open, { index, now, claim }: { index: number; now: number; claim: string }) {
  const format = formatNamed('dc+sd-jwt')
  if (format === undefined) throw new Error('the format is not there')
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const draft = {
    ...{ ...common, claims: common.type.sample },
    ...{ issuedAt: now - DAY / 2, notBefore: now - DAY / 2, expires: now + DAY / 2 },
    ...(common.type.status && { status: { uri: LIST, index } }),
    holderKey: publicKey.export({ format: 'jwk' }) as Jwk,
  }
  const credential = await parseCredential(await seal(await format.build(draft, primitives), issuer.signer), primitives)
  const chosen = await credential.disclose([[claim]])
  return seal(await chosen.bind({ audience: AUDIENCE, nonce: NONCE, issuedAt: now - 5 }, 'ES256'), signer(privateKey, 'ES256'))
}

/** The evidence of a whole country: its list and the description of the type, signed. */
async function bundled(
  type: CredentialType,
  more: readonly Part[],
  { lists, bundles }: { lists: Open; bundles: Open },
  now: number,
): Promise<string> {
  const packed = new Uint8Array(packedLength(LISTED, 1))
  for (let index = 0; index < LISTED; index++) if (isRevoked(index)) setStatus(packed, 1, index, 1)
  const draft = { uri: LIST, issuedAt: now - 3600, expires: now + 7 * DAY, ttl: 43_200, bits: 1 as const, packed }
  const list = await seal(
    unsignedStatusList(draft, { algorithm: 'ES256', x5c: lists.x5c }, (bytes) => deflateSync(bytes)),
    lists.signer,
  )
  const parts: Part[] = [
    { kind: 'status_list', id: LIST, mediaType: 'application/statuslist+jwt', content: list },
    { kind: 'type_metadata', id: type.vct, mediaType: 'application/json', content: metadataText(type) },
    ...more,
  ]
  const entries = await Promise.all(parts.map((part) => entryOf(part, primitives)))
  const manifest = { issuer: URL_OF_ISSUER, created: now - 1800, validUntil: now + 7 * DAY, nextUpdate: now + 3600, entries }
  const signed = await seal(unsignedManifest(manifest, { algorithm: 'ES256', x5c: bundles.x5c }), bundles.signer)
  return bundleDocument(signed, new Map(entries.map(({ digest }, at) => [digest, parts[at]?.content ?? ''])))
}

const seal = async (unsigned: { input: string; seal(signature: Uint8Array): string }, by: Signer): Promise<string> =>
  unsigned.seal(await by.sign(unsigned.input))
