import { readFileSync } from 'node:fs'
import { type Jwk, parseSdJwt, reveal, verifySdJwt } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { SETS } from './sets.ts'

interface Serialization {
  section: string
  kind: 'jwt' | 'sd-jwt' | 'sd-jwt+kb'
  disclosures: number
  header: { typ: string }
  compact: string
  kb_payload?: { nonce: string; aud: string; iat: number }
}

const VECTORS = new URL('../../../test/vectors/', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, VECTORS), 'utf8')

// Appendix A.5 of RFC 9901; the examples of SD-JWT VC use the same key.
const { issuer_keys } = parse(read('sd-jwt-rfc9901/example-specifications/settings.yml')).key_settings as { issuer_keys: Jwk[] }
const issuerKey: Jwk = { kty: 'EC', crv: 'P-256', x: String(issuer_keys[0]?.x), y: String(issuer_keys[0]?.y) }

const sources = [
  { name: 'RFC 9901', cases: JSON.parse(read('sd-jwt-rfc9901/serializations.json')) as Serialization[], count: 9 },
  { name: 'SD-JWT VC draft 19', cases: JSON.parse(read('sd-jwt-vc/serializations-draft-19.json')) as Serialization[], count: 5 },
]

describe.each(SETS)('published serialisations over $name', ({ primitives }) => {
  describe.each(sources)('$name', ({ cases, count }) => {
    it(`has ${count}`, () => {
      expect(cases).toHaveLength(count)
    })

    it.each(cases.map((one, index) => ({ ...one, index })))(
      '$index: $section ($kind)',
      async ({ kind, compact, header, disclosures, kb_payload }) => {
        const text = kind === 'jwt' ? `${compact}~` : compact
        const sdJwt = parseSdJwt(text)
        expect(sdJwt.disclosures).toHaveLength(disclosures)
        expect(sdJwt.keyBinding !== undefined).toBe(kind === 'sd-jwt+kb')
        const verified = await verifySdJwt(text, {
          key: await primitives.importKey(issuerKey, 'ES256'),
          algorithms: ['ES256'],
          primitives,
          typ: header.typ,
          now: kb_payload?.iat ?? 1_748_536_865,
          keyBinding: kb_payload === undefined ? 'forbidden' : { audience: kb_payload.aud, nonce: kb_payload.nonce },
        })
        const { claims, placed } = await reveal(sdJwt, primitives)
        expect(verified.claims).toEqual(claims)
        expect(placed).toHaveLength(disclosures)
        expect(JSON.stringify(claims)).not.toMatch(/"(_sd|_sd_alg|\.\.\.)":/)
      },
    )
  })
})
