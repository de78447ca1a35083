import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadTrust } from '@symbolon/command-line'
import { bundleDocument, entryOf, openBundle, type Part, prepareAnchors, unsignedManifest } from '@symbolon/credential'
import { createDidEbsi } from '@symbolon/ebsi'
import { primitives } from '@symbolon/primitives/node'
import { type CertifiedSigner, developmentAuthority, developmentTrust, openSigner } from '@symbolon/service'
import { startEbsiRegistry } from '../../ebsi_registry/start.ts'
import { median } from '../measure.ts'
import type { LimitRow } from '../row.ts'
import { documentPart, recordPart } from './records.ts'

const ISSUERS = 10_000
const TURNS = 5
const LOOK_UPS = 1000
const DAY = 86_400
const URL_OF_DESK = 'https://desk.example.be'

/** What a desk pays that has all issuers of a registry in one bundle: each with its document and its accreditation. */
export async function benchRegistryBundle(): Promise<LimitRow[]> {
  const home = mkdtempSync(join(tmpdir(), 'symbolon-bench-'))
  try {
    const now = Math.floor(Date.now() / 1000)
    const files = await developmentAuthority(home, URL_OF_DESK, now)
    developmentTrust(join(home, 'trust.json'), home, ['VerifiablePortableDocumentA1'])
    const anchors = await prepareAnchors(await loadTrust(join(home, 'trust.json')), primitives)
    const parts = await records(now)
    const text = await bundle(
      parts,
      openSigner({ key: files.bundle, chain: files.bundle }, () => now),
      now,
    )
    const opened: number[] = []
    const looked: number[] = []
    for (let turn = 0; turn < TURNS; turn++) {
      let lookup: Awaited<ReturnType<typeof openBundle>>['lookup'] = () => undefined
      opened.push(await seconds(async () => ({ lookup } = await openBundle(text, { anchors, primitives, now }))))
      const wanted = Array.from({ length: LOOK_UPS }, (_, at) => parts[Math.floor((at * parts.length) / LOOK_UPS)])
      const spent = await seconds(async () => {
        for (const part of wanted)
          if (part === undefined || (await lookup(part, ANY))?.content !== part.content) throw new Error('a record is not in the bundle')
      })
      looked.push((spent * 1000) / LOOK_UPS)
    }
    const name = `bundle of ${ISSUERS} issuers`
    return [
      // The slowest, which is the first of a process that has compiled nothing yet.
      { name: `${name}: opening it`, value: Math.max(...opened), unit: 's', limit: 1 },
      { name: `${name}: a look-up`, value: median(looked), unit: 'ms', limit: 1 },
    ]
  } finally {
    rmSync(home, { recursive: true })
  }
}

const ANY = { format: '', type: 'VerifiablePortableDocumentA1', claims: {}, envelope: {}, disclosable: [] }

/** Records as a registry answers them, one issuer written over with the names of all the others: nobody verifies them on opening. */
async function records(now: number): Promise<Part[]> {
  const registry = await startEbsiRegistry({ bootstrap: { tao: true, ti: true } })
  try {
    const { origin, ti } = registry
    if (ti === null) throw new Error('the registry has no issuer')
    const [document, record] = await Promise.all([documentPart(origin, ti.did), recordPart(origin, ti.did, ti.attributeId)])
    return Array.from({ length: ISSUERS }, () => {
      const did = createDidEbsi(primitives.random)
      const renamed = (part: Part): Part => ({
        ...part,
        ...{ id: part.id.replace(ti.did, did), content: part.content.replaceAll(ti.did, did), fetchedAt: now - 60 },
      })
      return [renamed(document), renamed(record)]
    }).flat()
  } finally {
    await registry.close()
  }
}

async function bundle(parts: readonly Part[], { signer, x5c }: CertifiedSigner, now: number): Promise<string> {
  const entries = await Promise.all(parts.map((part) => entryOf(part, primitives)))
  const times = { created: now - 30, validUntil: now + 7 * DAY, nextUpdate: now + 3600 }
  const unsigned = unsignedManifest({ issuer: URL_OF_DESK, ...times, entries }, { algorithm: 'ES256', x5c })
  const manifest = unsigned.seal(await signer.sign(unsigned.input))
  return bundleDocument(manifest, new Map(entries.map(({ digest }, at) => [digest, parts[at]?.content ?? ''])))
}

/** Time on the processor: what others take on a busy machine does not count. */
async function seconds(run: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}
