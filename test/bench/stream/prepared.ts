import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import {
  bundleDocument,
  type CredentialType,
  entryOf,
  formatNamed,
  integrity,
  metadataText,
  type Part,
  packCode,
  packedLength,
  parseCredential,
  setStatus,
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

/** Cards shown as codes, each with another key, other salts and another number, in the folder of a desk that trusts their issuer. */
export async function prepareCodes(home: string, count: number): Promise<Prepared> {
  const now = Math.floor(Date.now() / 1000)
  const files = await developmentAuthority(home, URL_OF_ISSUER, now)
  const ehic = brick('ehic')
  developmentTrust(join(home, 'trust.json'), home, [ehic.vct])
  const open = (path: string): Open => openSigner({ key: path, chain: path }, () => now)
  const bundle = await bundled(ehic, { lists: open(files.status), bundles: open(files.bundle) }, now)
  writeFileSync(join(home, 'bundle.json'), bundle)
  const issuer = open(files.credential)
  const typeIntegrity = await integrity(metadataText(ehic), primitives)
  const codes: string[] = []
  let presentation = ''
  for (let index = 0; codes.length < count; index++) {
    if (isRevoked(index)) continue
    presentation = await shown(ehic, issuer, { index, now, typeIntegrity })
    codes.push(await packCode(presentation, primitives))
  }
  const argv = ['check', '-', '--stream', '--bundle', join(home, 'bundle.json'), '--trust', join(home, 'trust.json')]
  // No data folder: what runs before saw must not decide.
  return { argv: [...argv, '--home', join(home, 'nowhere'), '--aud', AUDIENCE, '--nonce', NONCE, '--at', String(now)], codes, presentation }
}

/** One card: issued to a key of its own, its number shown, signed by its holder. */
async function shown(
  type: CredentialType,
  issuer: Open,
  { index, now, typeIntegrity }: { index: number; now: number; typeIntegrity: string },
) {
  const format = formatNamed('dc+sd-jwt')
  if (format === undefined) throw new Error('the format is not there')
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const draft = {
    ...{ type, claims: type.sample, issuer: URL_OF_ISSUER, algorithm: 'ES256' as const, x5c: issuer.x5c, typeIntegrity },
    ...{ issuedAt: now - DAY, notBefore: now - DAY, expires: now + 90 * DAY, status: { uri: LIST, index } },
    holderKey: publicKey.export({ format: 'jwk' }) as Jwk,
  }
  const credential = await parseCredential(await seal(await format.build(draft, primitives), issuer.signer), primitives)
  const chosen = await credential.disclose([['document_number']])
  return seal(await chosen.bind({ audience: AUDIENCE, nonce: NONCE, issuedAt: now - 5 }, 'ES256'), signer(privateKey, 'ES256'))
}

/** The evidence of a whole country: its list and the description of the type, signed. */
async function bundled(type: CredentialType, { lists, bundles }: { lists: Open; bundles: Open }, now: number): Promise<string> {
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
  ]
  const entries = await Promise.all(parts.map((part) => entryOf(part, primitives)))
  const manifest = { issuer: URL_OF_ISSUER, created: now - 1800, validUntil: now + 7 * DAY, nextUpdate: now + 3600, entries }
  const signed = await seal(unsignedManifest(manifest, { algorithm: 'ES256', x5c: bundles.x5c }), bundles.signer)
  return bundleDocument(signed, new Map(entries.map(({ digest }, at) => [digest, parts[at]?.content ?? ''])))
}

const seal = async (unsigned: { input: string; seal(signature: Uint8Array): string }, by: Signer): Promise<string> =>
  unsigned.seal(await by.sign(unsigned.input))
