import {
  BUNDLE_MEDIA_TYPE,
  bundleDocument,
  type CredentialType,
  type Entry,
  entryOf,
  MANIFEST_MEDIA_TYPE,
  metadataText,
  type Part,
  unsignedManifest,
} from '@symbolon/credential'
import type { Primitives } from '@symbolon/sd-jwt'
import { type CertifiedSigner, numberOf, type Store, textOf } from '@symbolon/service'
import type { Codes } from './codes.ts'
import { refused } from './errors.ts'
import type { StatusLists } from './status_lists.ts'

/** One published text and what it is served as. */
export interface Published {
  readonly mediaType: string
  readonly content: string
  /** Seconds since 1970; absent for what never changes under its address. */
  readonly issuedAt?: number
}

/** The offline bundle (specs/bundle.md), made anew when a part of it changed or it grew old. */
export interface Bundles {
  document(): Promise<Published>
  manifest(): Promise<Published>
  /** Throws a 404 refusal. */
  part(digest: string): Promise<Published>
}

/** How long a part stays after it was last listed, in seconds: for those who fetched the manifest before. */
const MEMORY = 3600

/** Bundles in the store, so that all processes serve the same. `now` gives seconds. */
export function openBundles(
  store: Store,
  lists: StatusLists,
  types: readonly CredentialType[],
  codes: Codes,
  signer: CertifiedSigner,
  primitives: Primitives,
  settings: { url: string; evidenceLife: number; bundleUpdate: number },
  now: () => number,
): Bundles {
  return {
    async document() {
      const { manifest, entries, createdAt } = await current()
      const contents = new Map(entries.map(({ digest, content }) => [digest, content]))
      return { mediaType: BUNDLE_MEDIA_TYPE, content: bundleDocument(manifest, contents), issuedAt: createdAt }
    },
    async manifest() {
      const { manifest, createdAt } = await current()
      return { mediaType: MANIFEST_MEDIA_TYPE, content: manifest, issuedAt: createdAt }
    },
    async part(digest) {
      const row = await store.get('select media_type, content from bundle_parts where digest = $1', digest)
      if (row === undefined) throw refused('part_not_found')
      return { mediaType: textOf(row, 'media_type'), content: textOf(row, 'content') }
    },
  }

  async function current(): Promise<{ manifest: string; entries: (Entry & Part)[]; createdAt: number }> {
    const entries = await Promise.all((await parts()).map(async (part) => ({ ...part, ...(await entryOf(part, primitives)) })))
    const digests = entries.map(({ digest }) => digest).join(' ')
    const known = await store.get('select manifest, parts, created_at from bundles')
    if (known?.parts === digests && numberOf(known, 'created_at') + settings.bundleUpdate > now()) {
      return { manifest: textOf(known, 'manifest'), entries, createdAt: numberOf(known, 'created_at') }
    }
    const createdAt = now()
    const manifest = await sign(entries, createdAt)
    await store.transaction(async (tx) => {
      await tx.run('delete from bundles')
      await tx.run('insert into bundles (manifest, parts, created_at) values ($1, $2, $3)', manifest, digests, createdAt)
      for (const { digest, mediaType, content } of entries) {
        await tx.run(
          `insert into bundle_parts (digest, media_type, content, listed_at) values ($1, $2, $3, $4)
           on conflict (digest) do update set listed_at = excluded.listed_at`,
          digest,
          mediaType,
          content,
          createdAt,
        )
      }
      await tx.run('delete from bundle_parts where listed_at < $1', createdAt - MEMORY)
    })
    return { manifest, entries, createdAt }
  }

  async function parts(): Promise<Part[]> {
    const forCodes = await codes.parts()
    const tokens = await Promise.all((await lists.ids()).map((id) => lists.token(id)))
    return [
      ...tokens.map(({ uri, token, mediaType }) => ({ kind: 'status_list', id: uri, mediaType, content: token }) as const),
      ...types.map(
        (type) => ({ kind: 'type_metadata', id: type.vct, mediaType: 'application/json', content: metadataText(type) }) as const,
      ),
      ...forCodes,
    ]
  }

  async function sign(entries: readonly Entry[], createdAt: number): Promise<string> {
    const manifest = {
      issuer: settings.url,
      created: createdAt,
      validUntil: createdAt + settings.evidenceLife,
      nextUpdate: createdAt + settings.bundleUpdate,
      entries,
    }
    const { signer: key, x5c } = signer
    const unsigned = unsignedManifest(manifest, { algorithm: key.algorithm, x5c })
    return unsigned.seal(await key.sign(unsigned.input))
  }
}
