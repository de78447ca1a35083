import { createPublicKey, hash, verify as verifyWith } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { base64url } from '@symbolon/sd-jwt'
import { didJwtVc, issue, issuer, judgeWith, show } from '../oracles/vc_jwt_peers.ts'
import { measure, median, ratio } from './measure.ts'
import type { BenchRow } from './row.ts'

/**
 * Judging a W3C credential as it is, and shown by its holder: every check, by the issuer's key in the trust file. The floor of the primitives, ours, and
 * did-jwt-vc, in one process and in turns.
 */
export async function benchVcJwt(): Promise<BenchRow[]> {
  const credential = await issue()
  const shown = await show(credential)
  const alone = judgeWith('none')
  const bound = judgeWith('key')
  if (!(await didJwtVc.credential(credential)) || (await bound(shown)).outcome !== 'pass') throw new Error('what is measured does not pass')
  const free = await issue({ bound: false })
  if ((await alone(free)).outcome !== 'pass') throw new Error('what is measured does not pass')
  const rates = await measure([
    { name: 'floor', run: floorOf(free, 1) },
    { name: 'verify', run: () => alone(free) },
    { name: 'did-jwt-vc', run: () => didJwtVc.credential(credential) },
    { name: 'shown floor', run: floorOf(shown, 2) },
    { name: 'shown', run: () => bound(shown) },
  ])
  const rate = (name: string): number => median(rates.get(name) ?? [])
  const row = (name: string, run: string, of: string, ofName: string, limit: number | null): BenchRow => ({
    name,
    opsPerSecond: rate(run),
    ratio: ratio(rates, run, of),
    of: ofName,
    limit,
  })
  return [
    row('vc-jwt: verify a credential', 'verify', 'floor', 'floor: 1 verify, 1 key import, 1 SHA-256', 0.6),
    row('vc-jwt: verify a credential', 'verify', 'did-jwt-vc', `did-jwt-vc ${peerVersion()}`, 10),
    row('vc-jwt: verify a presentation, every check', 'shown', 'shown floor', 'floor: 2 verify, 1 key import, 1 SHA-256', null),
  ]
}

/** So many signatures over such a text, the import of one key, and the hash that names it. */
function floorOf(text: string, signatures: number) {
  const end = text.lastIndexOf('.')
  const input = Buffer.from(text.slice(0, end))
  const signature = base64url.decode(text.slice(end + 1))
  const jwk = issuer.jwk as JsonWebKey
  return async (): Promise<unknown> => {
    const key = createPublicKey({ key: jwk as object, format: 'jwk' })
    for (let n = 0; n < signatures; n++) verifyWith('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature)
    return hash('sha256', 'W'.repeat(130), 'base64url')
  }
}

function peerVersion(): string {
  const manifest = new URL('../package.json', import.meta.resolve('did-jwt-vc'))
  return String(JSON.parse(readFileSync(manifest, 'utf8')).version)
}
