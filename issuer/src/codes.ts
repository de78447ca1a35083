import { type CredentialType, jwkThumbprint, type Part, thumbprintOf, typeDictionary } from '@symbolon/credential'
import { issuerKeys } from '@symbolon/openid4vc'
import type { JsonObject, Jwk, Primitives } from '@symbolon/sd-jwt'
import { type CertifiedSigner, numberOf, type Row, type Store, textOf } from '@symbolon/service'

/** What those who read codes need besides the code (specs/code.md): certificates that credentials name by their hash alone, and dictionaries. */
export interface Codes {
  /** The document at `/.well-known/jwt-vc-issuer` (SD-JWT VC section 4): the key that signs, and those that signed before. */
  keys(): Promise<JsonObject>
  /** The dictionaries of the types that have one now, by name. */
  readonly dictionaries: ReadonlyMap<string, string>
  /** The same for a bundle, with those of earlier certificates and descriptions. */
  parts(): Promise<Part[]>
}

/** Longer than any credential lives that names its certificates by their hash (specs/credential-type.md, `three_months`), in seconds. */
const LONGEST_LIFE = 100 * 86_400

/** How often it is written down that they are still in use, in seconds: bundles are asked for more often. */
const AGAIN = 3600

/** What codes need, in the store, so that a new certificate leaves nobody with an old code behind. `now` gives seconds. */
export async function openCodes(
  store: Store,
  types: readonly { readonly type: CredentialType; readonly integrity: string }[],
  signer: CertifiedSigner,
  primitives: Primitives,
  { url }: { url: string },
  now: () => number,
): Promise<Codes> {
  const { x5c } = signer
  const { algorithm } = signer.signer
  const leaf = Uint8Array.fromBase64(x5c[0] ?? '')
  const small = types.filter(({ type }) => type.certificates === 'by_hash')
  const made = await Promise.all(
    small.map(async ({ type, integrity }) => {
      const common = { type, issuer: url, algorithm, x5c, typeIntegrity: integrity, statusUri: `${url}/status-lists/${'A'.repeat(22)}` }
      return { name: type.name, ...(await typeDictionary(common, primitives)) }
    }),
  )
  const thumbprint = await thumbprintOf(leaf, primitives)
  const jwk = publicJwk(signer)
  const key = JSON.stringify({ jwk, kid: await jwkThumbprint(jwk, primitives) })
  let remembered = 0
  await remember()
  const keyRows = async (): Promise<Row[]> => {
    await remember()
    return store.all('select thumbprint, key, x5c from signing_keys where ends_at > $1 order by thumbprint', now())
  }
  return {
    dictionaries: new Map(made.map(({ name, text }) => [name, text])),

    async keys() {
      const rows = await keyRows()
      // The one that signs comes first.
      const isOurs = (row: Row) => textOf(row, 'thumbprint') === thumbprint
      return keysOf([...rows.filter(isOurs), ...rows.filter((row) => !isOurs(row))])
    },

    async parts() {
      // In an order that all processes have, whichever key they sign with: else each would make the bundle anew.
      const keys = keysOf(await keyRows())
      const rows = await store.all('select number, content from code_dictionaries where ends_at > $1 order by number', now())
      if (rows.length === 0) return []
      return [
        { kind: 'issuer_metadata', id: url, mediaType: 'application/json', content: JSON.stringify(keys) },
        ...rows.map((row) => ({ ...dictionaryPart(row), mediaType: 'text/plain;charset=iso-8859-1' })),
      ]
    },
  }

  /** What signs today is needed as long as the last credential of today lives; what signed before, until then. */
  async function remember(): Promise<void> {
    if (remembered > now() - AGAIN) return
    const until = now() + LONGEST_LIFE
    for (const table of ['signing_keys', 'code_dictionaries']) await store.run(`delete from ${table} where ends_at <= $1`, now())
    // Of several processes that start at once, any may be the first.
    const later = 'on conflict (NAME) do update set ends_at = excluded.ends_at'
    await store.run(
      `insert into signing_keys (thumbprint, x5c, key, ends_at) values ($1, $2, $3, $4) ${later.replace('NAME', 'thumbprint')}`,
      ...[thumbprint, JSON.stringify(x5c), key, until],
    )
    for (const { number, text } of made)
      await store.run(
        `insert into code_dictionaries (number, content, ends_at) values ($1, $2, $3) ${later.replace('NAME', 'number')}`,
        ...[number, text, until],
      )
    remembered = now()
  }

  function keysOf(rows: readonly Row[]): JsonObject {
    return issuerKeys(
      url,
      rows.map((row) => ({ ...(JSON.parse(textOf(row, 'key')) as { jwk: Jwk; kid: string }), x5c: JSON.parse(textOf(row, 'x5c')) })),
    )
  }
}

const dictionaryPart = (row: Row) =>
  ({ kind: 'code_dictionary', id: String(numberOf(row, 'number')), content: textOf(row, 'content') }) as const

/** The key of the certificate, which is the one that signs. */
function publicJwk({ certificate }: CertifiedSigner): Jwk {
  const { kty = '', crv = '', x = '', y = '' } = certificate.publicKey.export({ format: 'jwk' })
  return { kty, crv, x, y }
}
