import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type CredentialType,
  formatNamed,
  integrity,
  lifetime,
  metadataText,
  type Path,
  packCode,
  parseCredential,
  parseType,
  typeDictionary,
} from '@symbolon/credential'
import { primitives, signer } from '@symbolon/primitives/node'
import { type Json, type Jwk, parseSdJwt } from '@symbolon/sd-jwt'
import { developmentAuthority, openSigner } from '@symbolon/service'
import { correction, generate } from 'lean-qr'
import { brick, filesOf } from './brick.ts'
import type { LimitRow } from './row.ts'

const NOW = 1_781_517_600
const ISSUER = 'https://issuer.example.be'
const LIST = `${ISSUER}/status-lists/4Zx0b2VjZ9dYz3P0bnC-_w`

/**
 * How large codes are: the version of the QR code at level M, and how many times the bytes that nothing can take away.
 *
 * Those are: signatures, keys, digests, salts, nonce, audience and certificate hashes, status index, times, disclosed text. Before Base45; the dictionary is
 * that of the type, and holds nothing of a person.
 */
export async function benchCodeSizes(): Promise<LimitRow[]> {
  const home = mkdtempSync(join(tmpdir(), 'symbolon-bench-'))
  try {
    const files = await developmentAuthority(home, ISSUER, NOW)
    const certified = openSigner({ key: files.credential, chain: files.credential }, () => Math.floor(Date.now() / 1000))
    const [eight, paper] = [brick('be-social-statute-code'), brick('be-social-statute-paper')]
    const rows = [
      ['code: one statute of 8', eight, 'disability_recognised', 19, 1.35],
      ['code: one statute of 4', ofFour(), 'disability_recognised', 16, 1.35],
      ['code: paper, name and birth date, of 4', paper, 'companion', 13, 1.6],
    ] as const
    const measured: LimitRow[] = []
    for (const [name, type, claim, version, times] of rows) {
      const size = await sizes(type, [claim], certified)
      measured.push({ name: `${name}: QR version, level M`, value: size.version, unit: '', limit: version })
      measured.push({ name: `${name}: of ${size.floor} B floor`, value: size.bytes / size.floor, unit: 'x', limit: times })
    }
    // Of a type that nobody has a dictionary for: it fits, which is all that is promised.
    const unknown = await sizes(eight, ['disability_recognised'], certified, false)
    measured.push({ name: 'code: of 8, generic dictionary: QR version', value: unknown.version, unit: '', limit: 40 })
    return measured
  } finally {
    rmSync(home, { recursive: true })
  }
}

/** The type of eight statutes with four of them. */
function ofFour(): CredentialType {
  const files = { ...filesOf('be-social-statute-code') }
  const kept = ['increased_reimbursement_any', 'limited_income_any', 'disability_recognised', 'companion']
  const only = (members: Record<string, Json>) => Object.fromEntries(Object.entries(members).filter(([name]) => kept.includes(name)))
  const edit = (name: string, change: (document: Record<string, never>) => object) => {
    files[name] = JSON.stringify(change(JSON.parse(files[name] ?? '{}')))
  }
  edit('credential.json', (json) => ({ ...json, totals: [{ path: [], total: 4 }] }))
  edit('schema.json', (json) => ({ ...json, properties: only(json.properties ?? {}), required: kept }))
  edit('sample.json', only)
  for (const language of ['nl', 'fr', 'de', 'en'])
    edit(`display/${language}.json`, (json) => ({
      ...json,
      claims: ((json.claims ?? []) as { path: string[] }[]).filter(({ path }) => kept.includes(path[0] ?? '')),
    }))
  const { type, faults } = parseType({ name: 'be-social-statute-code', files })
  if (type === undefined) throw new Error(JSON.stringify(faults))
  return type
}

async function sizes(type: CredentialType, path: Path, { signer: key, x5c }: ReturnType<typeof openSigner>, isKnown = true) {
  const common = {
    type,
    issuer: ISSUER,
    algorithm: key.algorithm,
    x5c,
    typeIntegrity: await integrity(metadataText(type), primitives),
    statusUri: LIST,
  }
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const bound = type.holderBinding === 'key'
  const unsigned = await formatNamed('dc+sd-jwt')?.build(
    {
      ...{ ...common, claims: type.sample, ...lifetime(type, type.sample, NOW) },
      ...(bound && { holderKey: publicKey.export({ format: 'jwk' }) as Jwk }),
      ...(type.status && { status: { uri: LIST, index: 654_321 } }),
    },
    primitives,
  )
  if (unsigned === undefined) throw new Error('a format that is not spoken')
  const shown = await (await parseCredential(unsigned.seal(await key.sign(unsigned.input)), primitives)).disclose([path])
  let text = shown.toString()
  if (bound) {
    const audience = {
      audience: `x509_hash:${randomBytes(32).toString('base64url')}`,
      nonce: randomBytes(16).toString('base64url'),
      issuedAt: NOW,
    }
    const presentation = await shown.bind(audience, 'ES256')
    text = presentation.seal(await signer(privateKey, 'ES256').sign(presentation.input))
  }
  const code = await packCode(text, primitives, isKnown ? await typeDictionary(common, primitives) : undefined)
  const bytes = Math.floor(((code.length - 4) / 3) * 2)
  // The version is (modules - 17) / 4.
  const version = (generate(code, { minCorrectionLevel: correction.M, maxCorrectionLevel: correction.M }).size - 17) / 4
  return { bytes, version, floor: floorOf(text, bound) }
}

/** What a presentation has that cannot be known before: of each value as many bytes as it has, of a number as many as it needs. */
function floorOf(text: string, bound: boolean): number {
  const { jwt, disclosures } = parseSdJwt(text)
  const digests = ((jwt.payload._sd ?? []) as string[]).length - disclosures.length
  const plain = ['family_name', 'given_name', 'birthdate'].flatMap((name) => jwt.payload[name] ?? [])
  const said = [
    ...plain,
    ...disclosures.map(({ text }) => (JSON.parse(Buffer.from(text, 'base64url').toString()) as Json[]).slice(1).join('')),
  ]
  const times = 3 * 4
  const holder = bound ? { signature: 64, key: 64, nonce: 16, audience: 32, time: 4 } : {}
  const status = jwt.payload.status === undefined ? 0 : 3
  return (
    64 +
    32 +
    times +
    status +
    32 * digests +
    16 * disclosures.length +
    Buffer.byteLength(said.join('')) +
    Object.values(holder).reduce((sum, one) => sum + one, 0)
  )
}
