import { generateKeyPairSync, hash, randomBytes, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { formatNamed, gather, openBundle, parseCredential, parseTrust, prepareAnchors, verify } from '@symbolon/credential'
import { primitives, signer } from '@symbolon/primitives/node'
import type { Jwk } from '@symbolon/sd-jwt'
import type { Vector } from '../vectors/presentations/vector.ts'
import { brick } from './brick.ts'
import { measure, median, ratio } from './measure.ts'
import type { BenchRow } from './row.ts'

const vectors = new URL('../vectors/presentations/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, vectors), 'utf8')

/**
 * The whole product on one credential, for information: a social statute issued with its 100 salts and decoys, and a
 * presentation judged with certificates, type, periods, key binding and status, as an offline check does.
 */
export async function benchCredential(): Promise<BenchRow[]> {
  const { issue, digests } = issuing()
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const floor = async (): Promise<unknown> => {
    const random = randomBytes(16 * digests)
    const salts: string[] = []
    for (let n = 0; n < digests; n++) salts.push(random.toString('base64url', n * 16, n * 16 + 16))
    for (let n = 0; n < digests; n++) hash('sha256', 'W'.repeat(80), 'base64url')
    return [salts, sign('sha256', Buffer.alloc(6000, 'a'), { key, dsaEncoding: 'ieee-p1363' })]
  }
  const rates = await measure([
    { name: 'floor', run: floor },
    { name: 'issue', run: issue },
    { name: 'check', run: await checking() },
  ])
  const rate = (name: string): number => median(rates.get(name) ?? [])
  return [
    {
      name: 'credential: issue a social statute',
      opsPerSecond: rate('issue'),
      ratio: ratio(rates, 'issue', 'floor'),
      of: `floor: 1 sign, ${digests} SHA-256, ${digests} salts`,
      limit: null,
    },
    {
      name: 'credential: offline check, every check',
      opsPerSecond: rate('check'),
      ratio: ratio(rates, 'check', 'issue'),
      of: 'issuing',
      limit: null,
    },
  ]
}

function issuing() {
  const type = brick('be-social-statute')
  const format = formatNamed('dc+sd-jwt')
  if (format === undefined) throw new Error('the format is not there')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { sign: seal } = signer(privateKey, 'ES256')
  const holderKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }) as Jwk
  const times = { issuedAt: 1_781_474_400, notBefore: 1_781_474_400, expires: 1_782_856_800 }
  const status = { uri: 'https://issuer.example.be/status-lists/1', index: 4711 }
  const draft = {
    type,
    claims: type.sample,
    issuer: 'https://issuer.example.be',
    algorithm: 'ES256',
    x5c: [],
    ...times,
    holderKey,
    status,
  } as const
  const issue = async (): Promise<string> => {
    const unsigned = await format.build(draft, primitives)
    return unsigned.seal(await seal(unsigned.input))
  }
  return { issue, digests: type.totals.reduce((sum, { total }) => sum + total, 0) }
}

async function checking(): Promise<() => Promise<unknown>> {
  const vector: Vector = JSON.parse(read('valid.json'))
  const { presentation, audience = '', nonce = '', maxStatusAge, now } = vector
  const anchors = await prepareAnchors(parseTrust(read(`shared/${vector.trust}.json`)), primitives)
  const document: { parts: Record<string, string | { file: string }> } = JSON.parse(read(`shared/${vector.bundle}.json`))
  const parts = Object.entries(document.parts).map(([digest, part]) => [
    digest,
    typeof part === 'string' ? part : read(`shared/${part.file}`),
  ])
  const bundle = await openBundle(JSON.stringify({ ...document, parts: Object.fromEntries(parts) }), { anchors, primitives, now })
  const ehic = brick('ehic')
  const policy = { types: new Map([[ehic.vct, ehic]]), maxStatusAge, audience, nonce }
  const check = async () => {
    const credential = await parseCredential(presentation, primitives)
    const evidence = await gather(credential, bundle.lookup)
    return verify(credential, { evidence, anchors, policy, now, primitives })
  }
  const { outcome } = await check()
  if (outcome !== 'pass') throw new Error('the presentation does not pass')
  return check
}
