import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import {
  type Evidence,
  findSigner,
  gather,
  type Lookup,
  type Part,
  parseCredential,
  parseTrust,
  partKey,
  prepareAnchors,
} from '@symbolon/credential'
import { ebsiTrust } from '@symbolon/ebsi'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject, Primitives } from '@symbolon/sd-jwt'
import { attest, type EbsiRegistry, startEbsiRegistry } from '../../ebsi_registry/start.ts'
import { schemaUrl } from '../../ebsi_registry/state.ts'
import { measure, median, ratio } from '../measure.ts'
import type { BenchRow } from '../row.ts'
import { documentPart, recordPart } from './records.ts'

const encoding = { dsaEncoding: 'ieee-p1363' } as const
const SCHEMA = 'z5qB8tydkn3Xk3VXb15SJ9dAWW6wky1YEoVdGzudWzhcW'
const HOLDER =
  'did:key:z2dmzD81cgPx8Vki7JbuuMmFYrWPgYoytykUZ3eyqht1j9KbrbW6TAYvJtV4KthEnigh9YftvZj6pdvg3np8FaKEZ5AeeYfn2YGNFCzUceiezQ6h9E7LbYt1V7oebFy1h6w3BwiKdpdtrSExT4m8MC14hxSB8pDBF6EMNn3kBKPYLzbFEL'

/** Says yes to every signature at once: what a walk costs besides them. */
const without: Primitives = { ...primitives, importKey: () => ({}), verify: () => true }

/**
 * From an issuer to the root over three accreditations, as every check does it: gathering reads the six records, to see where each leads, then comes the walk.
 *
 * How much of either is spent on their three signatures: on just these, in their place (what the same costs without them is measured, too), and
 * beside three in a row with nothing in between. The last line is over records that an earlier credential of the issuer led to.
 */
export async function benchWalk(): Promise<BenchRow[]> {
  const registry = await startEbsiRegistry({ bootstrap: { tao: true, ti: true } })
  try {
    const { text, parts, rootDid } = await chainOf(registry)
    const anchors = await prepareAnchors(parseTrust(JSON.stringify([{ name: 'root', for: 'credential', did: rootDid }])), primitives)
    const mechanisms = [ebsiTrust({ registries: [{ root: registry.origin, network: 'local' }] })]
    const credential = await parseCredential(text, primitives)
    const { view, proof } = credential
    const claim = { purpose: 'credential', type: view.type, view, ...(view.issuer !== undefined && { issuer: view.issuer }) } as const
    const now = Math.floor(Date.now() / 1000)
    const records = new Map(parts.map((part) => [partKey(part), part]))
    // What was read is remembered with the part: a new one is a record of another issuer.
    const lookup: Lookup = (need) => {
      const part = records.get(partKey(need))
      return part && { ...part }
    }
    const gatherNew = () => gather(credential, lookup, mechanisms)
    const walk = async (evidence: Evidence | undefined, primitives: Primitives) => {
      if (evidence?.size !== records.size) throw new Error('not all records were gathered')
      const { code } = await findSigner(proof, claim, { anchors, mechanisms, evidence, primitives, now })
      if (code !== 'chain_trusted') throw new Error(`the walk ends with ${code}`)
    }
    const gathered: Evidence[] = []
    const prepare = async (runs: number) => {
      while (gathered.length < runs) gathered.push(await gatherNew())
    }
    const known = await gatherNew()
    const rates = await measure([
      { name: 'floor', run: floorOf(parts) },
      { name: 'walk', prepare, run: () => walk(gathered.pop(), primitives) },
      { name: 'walk without', prepare, run: () => walk(gathered.pop(), without) },
      { name: 'both', run: async () => walk(await gatherNew(), primitives) },
      { name: 'both without', run: async () => walk(await gatherNew(), without) },
      { name: 'again', run: () => walk(known, primitives) },
    ])
    // Promised: 1.3 times the cost of its signatures. Held against it is every way to measure that, with the reading and without. The last is out of
    // reach: among so much other work the signatures alone already cost 1.3 times what they do in a loop of nothing else.
    const row = (name: string, what: string, ratio: number, of: string, limit: number | null = 1 / 1.3): BenchRow => ({
      ...{ name: `ebsi: ${what}`, opsPerSecond: median(rates.get(name) ?? []), ratio, of, limit },
    })
    const [inPlace, hot] = ['its own 3 verifications, 3 key imports', 'floor: 3 verifications, 3 key imports, in a row']
    const spent = (name: string) => 1 - ratio(rates, name, `${name} without`)
    const WALK = 'walk of three links'
    const BOTH = 'gathering and walk, never seen'
    return [
      row('walk', WALK, spent('walk'), inPlace),
      row('walk', WALK, ratio(rates, 'walk', 'floor'), hot),
      row('both', BOTH, spent('both'), inPlace),
      row('both', BOTH, ratio(rates, 'both', 'floor'), hot),
      row('again', `${WALK}, seen before`, ratio(rates, 'again', 'floor'), hot, null),
    ]
  } finally {
    await registry.close()
  }
}

/** A credential of the trusted issuer, and all records between it and the root. */
async function chainOf({ origin, state, root, tao, ti }: EbsiRegistry) {
  if (tao === null || ti === null) throw new Error('the registry has no chain')
  const types = ['VerifiablePortableDocumentA1']
  const schema = schemaUrl(origin, SCHEMA)
  const text = attest(state, ti.identity, { types, subject: { id: HOLDER }, under: ti.attributeId, schema })
  const owners = [ti, tao, root]
  const parts = await Promise.all(
    owners.flatMap(({ did, attributeId }) => [documentPart(origin, did), recordPart(origin, did, attributeId)]),
  )
  return { text, parts, rootDid: root.did }
}

/** The three signatures, with the keys of the three documents made ready once each: the root's signed twice, the issuer's own is what a walk is for. */
function floorOf(parts: readonly Part[]): () => Promise<unknown> {
  const keys = new Map(parts.filter(({ kind }) => kind === 'did_document').flatMap(({ content }) => keysIn(JSON.parse(content))))
  const signed = parts
    .filter(({ kind }) => kind === 'accreditation')
    .map(({ content }) => {
      const jwt: string = JSON.parse(content).attribute.body
      const dot = jwt.lastIndexOf('.')
      const { kid } = JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString())
      return {
        input: Buffer.from(jwt.slice(0, dot)),
        signature: Buffer.from(jwt.slice(dot + 1), 'base64url'),
        kid,
      }
    })
  const read = (key: Buffer): KeyObject => createPublicKey({ key, format: 'der', type: 'spki' })
  return async () => {
    const ready = new Map([...keys].map(([kid, key]) => [kid, read(key)]))
    for (const { input, signature, kid } of signed) {
      const key = ready.get(kid)
      if (key === undefined || !verify('sha256', input, { key, ...encoding }, signature)) throw new Error('the floor does not hold')
    }
  }
}

const keysIn = ({ verificationMethod }: { verificationMethod: { id: string; publicKeyJwk: JsonObject }[] }): [string, Buffer][] =>
  verificationMethod
    .filter(({ publicKeyJwk }) => publicKeyJwk.crv === 'P-256')
    .map(({ id, publicKeyJwk }) => [id, createPublicKey({ key: publicKeyJwk, format: 'jwk' }).export({ format: 'der', type: 'spki' })])
