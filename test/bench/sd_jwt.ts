import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { primitives, signer } from '@symbolon/primitives/node'
import {
  compileFrame,
  conceal,
  type JsonObject,
  type Jwk,
  keyBindingJws,
  parseSdJwt,
  reveal,
  select,
  serialize,
  unsignedJws,
  verifySdJwt,
} from '@symbolon/sd-jwt'
import { type Contestant, measure, median, type Rates, ratio } from './measure.ts'
import type { BenchRow } from './row.ts'
import { peerVersion, sdJwtPeer } from './sd_jwt_peer.ts'

const NOW = Math.floor(Date.now() / 1000)
const AUDIENCE = 'x509_san_dns:verifier.example'
const NONCE = 'n-0S6_WzA2Mj7Qx9vRk3Lw'
const SHOWN = ['given_name', 'family_name', 'birthdate']

const claims: JsonObject = {
  given_name: 'Lieselotte',
  family_name: 'Vandenbroucke',
  birthdate: '1987-03-14',
  nationality: 'BE',
  statute: 'increased_reimbursement',
  statute_since: '2021-01-01',
  institution: 'Mutualiteit 120',
  institution_code: '120',
  dossier: 'c3f1a2d4-0b7e-4e19',
  address: { street: 'Dorpsstraat 12', postal_code: '9000', locality: 'Gent' },
}

/**
 * Issuing with 10 selectively disclosable claims and verifying 3 of them with key binding: the floor of the primitives, ours, and
 * `@sd-jwt/sd-jwt-vc`, in one process and in turns.
 */
export async function benchSdJwt(): Promise<BenchRow[]> {
  const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const holder = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const holderJwk = holder.publicKey.export({ format: 'jwk' }) as Jwk
  const envelope: JsonObject = {
    iss: 'https://issuer.example',
    iat: NOW,
    nbf: NOW,
    exp: NOW + 7_776_000,
    vct: 'https://issuer.example/vct/social-statute',
    cnf: { jwk: { kty: 'EC', crv: 'P-256', x: String(holderJwk.x), y: String(holderJwk.y) } },
  }
  const ours = await oursOf(issuer, holder.privateKey, envelope)
  const peers = { own: 'WebCrypto, as in its examples', sync: 'synchronous node:crypto' } as const
  const own = await sdJwtPeer('own', issuer.privateKey, issuer.publicKey, holder.privateKey, envelope, claims)
  const sync = await sdJwtPeer('sync', issuer.privateKey, issuer.publicKey, holder.privateKey, envelope, claims)
  const kb = { payload: { iat: NOW, aud: AUDIENCE, nonce: NONCE } }
  const frame = Object.fromEntries(SHOWN.map((name) => [name, true]))
  const shown = { own: await own.present(frame, kb), sync: await sync.present(frame, kb) }

  const issueFloor = floorOfIssue(issuer.privateKey)
  const verifyFloor = floorOfVerify(issuer, holder)
  const contestants: Contestant[] = [
    { name: 'issue floor', run: issueFloor },
    { name: 'issue', run: ours.issue },
    { name: 'issue own', run: () => own.issue() },
    { name: 'issue sync', run: () => sync.issue() },
    { name: 'verify floor', run: verifyFloor },
    { name: 'verify', run: ours.verify },
    { name: 'verify own', run: () => own.verify(shown.own, NONCE) },
    { name: 'verify sync', run: () => sync.verify(shown.sync, NONCE) },
  ]
  const rates = await measure(contestants)
  const peer = `@sd-jwt/sd-jwt-vc ${peerVersion()}`
  return [
    row(rates, 'sd-jwt: issue, 10 disclosable claims', 'issue', 'issue floor', 'floor: 1 sign, 10 SHA-256, 10 salts', 0.65),
    row(rates, 'sd-jwt: issue, 10 disclosable claims', 'issue', 'issue own', `${peer}, ${peers.own}`, 4),
    row(rates, 'sd-jwt: issue, 10 disclosable claims', 'issue', 'issue sync', `${peer}, ${peers.sync}`, null),
    row(rates, 'sd-jwt: verify 3 of 10 with key binding', 'verify', 'verify floor', 'floor: 2 verifications, 4 SHA-256, 1 key import', 0.7),
    row(rates, 'sd-jwt: verify 3 of 10 with key binding', 'verify', 'verify own', `${peer}, ${peers.own}`, 2.5),
    row(rates, 'sd-jwt: verify 3 of 10 with key binding', 'verify', 'verify sync', `${peer}, ${peers.sync}`, 1.6),
  ]
}

function row(rates: Rates, name: string, ours: string, other: string, of: string, limit: number | null): BenchRow {
  return { name, opsPerSecond: median(rates.get(ours) ?? []), ratio: ratio(rates, ours, other), of, limit }
}

/** Our two operations, checked once before they are measured. */
async function oursOf(issuer: { privateKey: KeyObject; publicKey: KeyObject }, holder: KeyObject, envelope: JsonObject) {
  const issuerSigner = signer(issuer.privateKey, 'ES256')
  const frame = compileFrame(Object.keys(claims).map((name) => ({ path: [name] })))
  const header = { alg: 'ES256', typ: 'dc+sd-jwt', kid: 'issuer-2026' }
  const issue = async () => {
    const { payload, disclosures } = await conceal(claims, frame, primitives)
    const jws = unsignedJws(header, { ...envelope, _sd_alg: 'sha-256', ...payload })
    return serialize(jws.seal(await issuerSigner.sign(jws.input)), disclosures)
  }

  const issued = parseSdJwt(await issue())
  const revealed = await reveal(issued, primitives)
  const presented = serialize(
    issued.jwt,
    select(
      revealed,
      SHOWN.map((name) => [name]),
    ),
  )
  const binding = { audience: AUDIENCE, nonce: NONCE, issuedAt: NOW, presented, hash: revealed.hash, algorithm: 'ES256' } as const
  const keyBinding = await keyBindingJws(binding, primitives)
  const presentation = presented + keyBinding.seal(await signer(holder, 'ES256').sign(keyBinding.input))
  const key = await primitives.importKey(issuer.publicKey.export({ format: 'der', type: 'spki' }), 'ES256')
  const policy = { audience: AUDIENCE, nonce: NONCE }
  const verifyOne = () =>
    verifySdJwt(presentation, { key, algorithms: ['ES256'], primitives, now: NOW, typ: 'dc+sd-jwt', keyBinding: policy })
  const { claims: seen } = await verifyOne()
  if (!SHOWN.every((name) => name in seen)) throw new Error('the presentation does not show what it should')
  return { issue, verify: verifyOne }
}

/** What issuing cannot do without. */
function floorOfIssue(key: KeyObject): () => Promise<unknown> {
  const options = { key, dsaEncoding: 'ieee-p1363' } as const
  const disclosure = 'W'.repeat(80)
  const input = Buffer.alloc(1100, 'a')
  return async () => {
    const random = randomBytes(160)
    const salts: string[] = []
    for (let n = 0; n < 10; n++) salts.push(random.toString('base64url', n * 16, n * 16 + 16))
    for (let n = 0; n < 10; n++) hash('sha256', disclosure, 'base64url')
    return [salts, sign('sha256', input, options)]
  }
}

/** What verifying cannot do without. */
function floorOfVerify(issuer: { privateKey: KeyObject; publicKey: KeyObject }, holder: { privateKey: KeyObject; publicKey: KeyObject }) {
  const encoding = { dsaEncoding: 'ieee-p1363' } as const
  const input = Buffer.alloc(1100, 'a')
  const bound = Buffer.alloc(240, 'b')
  const signature = sign('sha256', input, {
    key: createPrivateKey(issuer.privateKey.export({ format: 'pem', type: 'pkcs8' })),
    ...encoding,
  })
  const bindingSignature = sign('sha256', bound, { key: holder.privateKey, ...encoding })
  const jwk = holder.publicKey.export({ format: 'jwk' })
  const disclosure = 'W'.repeat(80)
  const presented = 'W'.repeat(1500)
  return async () => {
    for (let n = 0; n < 3; n++) hash('sha256', disclosure, 'base64url')
    hash('sha256', presented, 'base64url')
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    const right =
      verify('sha256', input, { key: issuer.publicKey, ...encoding }, signature) &&
      verify('sha256', bound, { key, ...encoding }, bindingSignature)
    if (!right) throw new Error('the floor does not hold')
  }
}

if (import.meta.main) console.table(await benchSdJwt())
