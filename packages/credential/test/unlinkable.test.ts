import { join } from 'node:path'
import { readTypes } from '@symbolon/command-line/folders'
import { primitives } from '@symbolon/primitives/node'
import { describe, expect, it } from 'vitest'
import { type Dictionary, packCode, typeDictionary, unpackCode } from '../src/code/index.ts'
import { sdJwt } from '../src/code/sd_jwt.ts'
import { latin1 } from '../src/code/values.ts'
import { formatNamed, parseCredential } from '../src/formats/index.ts'
import { type CredentialType, integrity, lifetime, metadataText } from '../src/type/index.ts'
import { type Holder, ISSUER, issuer, NOW, newHolder } from './presentation_fixture.ts'

const PAIRS = 1000
/** So many equal bytes anywhere are no accident: among a thousand pairs they come by chance less than once in a million runs of this test. */
const TELLING = 6
const AUDIENCE = `x509_hash:${'u8eK2y3Zl1Y0g5u8eK2y3Zl1Y0g5u8eK2y3Zl1Y0g5A'}`
const { types } = readTypes(join(import.meta.dirname, '../../../specs/credentials'))
const named = (name: string): CredentialType => types.find((type) => type.name === name) as CredentialType
const code = named('be-social-statute-code')

const common = async (type: CredentialType) => ({
  ...{ type, claims: type.sample, issuer: ISSUER, algorithm: 'ES256' as const, x5c: issuer.x5c },
  ...{ ...lifetime(type, type.sample, NOW), typeIntegrity: await integrity(metadataText(type), primitives) },
})
const dictionary: Dictionary = await typeDictionary(await common(code), primitives)
const format = formatNamed('dc+sd-jwt')
if (format === undefined) throw new Error('no format')

/** Copies of one credential of one citizen, as an issuer makes them, each with its key. */
async function copiesOf(count: number): Promise<{ text: string; holder: Holder }[]> {
  const holders = Array.from({ length: count }, newHolder)
  const drafts = holders.map(({ jwk }) => ({ holderKey: jwk }))
  const unsigned = await format?.buildCopies(await common(code), drafts, primitives)
  return Promise.all(
    (unsigned ?? []).map(async ({ input, seal }, at) => ({ text: seal(await issuer.sign(input)), holder: holders[at] as Holder })),
  )
}

let nonces = 0
async function shown({ text, holder }: { text: string; holder: Holder }, issuedAt: number): Promise<string> {
  const credential = await (await parseCredential(text, primitives)).disclose([['disability_recognised']])
  const nonce = Buffer.from(primitives.random(16)).toString('base64url')
  nonces++
  const unsigned = await credential.bind({ audience: AUDIENCE, nonce, issuedAt }, 'ES256')
  return unsigned.seal(await holder.sign(unsigned.input))
}

/** What is in a code: the text in which all values are marks, and the values. Those of everybody on that day are taken out: the times of issue, and whom it is for. */
async function partsOf(presentation: string): Promise<{ text: string; values: Buffer }> {
  const packing = await sdJwt.pack(presentation, dictionary.text, primitives)
  if (packing === null) throw new Error('not packed')
  const { issuedAt, expires } = await common(code)
  const hash = Buffer.from(AUDIENCE.slice('x509_hash:'.length), 'base64url')
  const time = (seconds: number) => Buffer.from([seconds >>> 24, (seconds >>> 16) & 255, (seconds >>> 8) & 255, seconds & 255])
  // The lengths of the two signatures, then what everybody's code of that day has.
  let values = Buffer.from(packing.raw)
  for (const constant of [Buffer.concat([time(issuedAt), time(issuedAt), time(expires)]), hash]) {
    const at = values.indexOf(constant)
    expect(at).toBeGreaterThan(0)
    values = Buffer.concat([values.subarray(0, at), values.subarray(at + constant.length)])
  }
  return { text: latin1(packing.literal), values }
}

/** The longest run of bytes that both have, if it tells. */
function sharedBy(one: Buffer, other: Buffer): string | undefined {
  const runs = new Set<string>()
  for (let at = 0; at + TELLING <= one.length; at++) runs.add(one.toString('latin1', at, at + TELLING))
  for (let at = 0; at + TELLING <= other.length; at++) if (runs.has(other.toString('latin1', at, at + TELLING))) return `at ${at}`
  return undefined
}

describe('two showings of one citizen', () => {
  it('share no bytes but those of everybody, in 1,000 pairs of codes', { timeout: 60_000 }, async () => {
    const copies = await copiesOf(2 * PAIRS)
    const texts = new Set<string>()
    let told = 0
    for (let pair = 0; pair < PAIRS; pair++) {
      const [first, second] = await Promise.all(
        [copies[2 * pair], copies[2 * pair + 1]].map(async (copy, at) =>
          partsOf(await shown(copy as (typeof copies)[number], NOW + 1000 * pair + 7 * at)),
        ),
      )
      if (first === undefined || second === undefined) throw new Error('no pair')
      for (const { text } of [first, second]) texts.add(text)
      if (sharedBy(first.values, second.values) !== undefined) told++
    }
    expect([told, nonces]).toEqual([0, 2 * PAIRS])
    // What is no value is the same for everybody, but for the place of the claim that is shown: one of eight, drawn by lot.
    expect(texts.size).toBe(8)
  })

  it('would be found out if they shared anything: a key, a salt, a digest, a nonce', async () => {
    const [copy, other] = await copiesOf(2)
    if (copy === undefined || other === undefined) throw new Error('no copies')
    const [first, again] = [await partsOf(await shown(copy, NOW)), await partsOf(await shown(copy, NOW + 60))]
    expect(sharedBy(first.values, again.values)).toBeDefined()
    const stained = Buffer.concat([(await partsOf(await shown(other, NOW))).values, first.values.subarray(100, 106)])
    expect(sharedBy(first.values, stained)).toBeDefined()
  })

  it('are the same copy within one session, and on paper, which is said', async () => {
    const [copy] = await copiesOf(1)
    if (copy === undefined) throw new Error('no copy')
    const [one, two] = [await shown(copy, NOW), await shown(copy, NOW + 60)]
    expect(one.split('~', 1)).toEqual(two.split('~', 1))
    const paper = named('be-social-statute-paper')
    const status = { uri: `${ISSUER}/status-lists/4Zx0b2VjZ9dYz3P0bnC-_w`, index: 7 }
    const unsigned = await format.build({ ...(await common(paper)), status }, primitives)
    const text = (
      await (await parseCredential(unsigned.seal(await issuer.sign(unsigned.input)), primitives)).disclose([['companion']])
    ).toString()
    expect(await packCode(text, primitives)).toBe(await packCode(text, primitives))
    expect(await unpackCode(await packCode(text, primitives), primitives)).toBe(text)
  })
})
