import { readdirSync, readFileSync } from 'node:fs'
import {
  compileFrame,
  conceal,
  isObject,
  type Json,
  type JsonObject,
  type Jwk,
  keyBindingJws,
  parseSdJwt,
  parseSdJwtJson,
  reveal,
  serialize,
  unsignedJws,
  verifySdJwt,
} from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseSpecification } from './marked_yaml.ts'
import { SETS } from './sets.ts'

const VECTORS = new URL('../../../test/vectors/', import.meta.url)
const FOLDERS = [
  { folder: 'sd-jwt-rfc9901/example-specifications', count: 15, withResult: 0 },
  { folder: 'sd-jwt-vc/example-specifications', count: 3, withResult: 0 },
  { folder: 'sd-jwt-python-cases/testcases', count: 17, withResult: 17 },
  { folder: 'sd-jwt-python-cases/examples', count: 15, withResult: 0 },
] as const
const NOW = 1_700_000_000

interface Settings {
  identifiers: { verifier: string }
  key_settings: { issuer_key?: Jwk; issuer_keys?: Jwk[]; holder_key: Jwk }
  key_binding_nonce: string
}

type Path = readonly (string | number)[]

describe.each(SETS)('published specifications over $name', ({ primitives, signer }) => {
  describe.each(FOLDERS)('$folder', ({ folder, count, withResult }) => {
    const root = new URL(`${folder}/`, VECTORS)
    const settings = parse(readFileSync(new URL('settings.yml', root), 'utf8')) as Settings
    const cases = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => ({ name, specification: parseSpecification(readFileSync(new URL(`${name}/specification.yml`, root), 'utf8')) }))

    it(`has ${count}, ${withResult} of them with a result`, () => {
      expect(cases).toHaveLength(count)
      expect(cases.filter(({ specification }) => specification.expected !== undefined)).toHaveLength(withResult)
    })

    it.each(cases)('$name', async ({ specification }) => {
      const { claims, marks, disclosed, expected, keyBinding } = specification
      const issuerKey = settings.key_settings.issuer_key ?? settings.key_settings.issuer_keys?.[0]
      const holderKey = settings.key_settings.holder_key
      if (issuerKey === undefined) throw new Error('no issuer key')

      // Issue.
      const concealed = marks.map((path) => ({ path }))
      const hiddenAtTop = marks.filter((path) => path.length === 1).length
      const frame = compileFrame(concealed, specification.decoys ? [{ path: [], total: hiddenAtTop + 3 }] : [])
      const { payload, disclosures } = await conceal(claims, frame, primitives)
      expect(disclosures).toHaveLength(marks.length)
      if (specification.decoys) expect(payload._sd).toHaveLength(hiddenAtTop + 3)
      const envelope = keyBinding ? { cnf: { jwk: publicPart(holderKey) } } : {}
      const jws = unsignedJws({ alg: 'ES256', typ: 'example+sd-jwt', ...specification.header }, { ...envelope, ...payload })
      const issued = serialize(jws.seal(await (await signer(issuerKey, 'ES256')).sign(jws.input)), disclosures)

      // Hold: everything comes out again.
      const sdJwt = parseSdJwt(issued)
      const all = await reveal(sdJwt, primitives)
      expect(all.claims).toEqual({ ...envelope, ...claims })

      // Present.
      const shown = all.placed.filter(({ path }) => isTrue(at(disclosed, path)))
      let presentation = serialize(
        sdJwt.jwt,
        shown.map(({ disclosure }) => disclosure),
      )
      const binding = { audience: settings.identifiers.verifier, nonce: settings.key_binding_nonce }
      if (keyBinding) {
        const kb = await keyBindingJws(
          { ...binding, issuedAt: NOW, presented: presentation, hash: 'sha-256', algorithm: 'ES256' },
          primitives,
        )
        presentation += kb.seal(await (await signer(holderKey, 'ES256')).sign(kb.input))
      }

      // Verify, in every serialisation the specification asks for.
      const inputs = specification.json
        ? [flattened(presentation), general(presentation)].map((text) => parseSdJwtJson(text))
        : [parseSdJwt(presentation)]
      for (const input of inputs) {
        const verified = await verifySdJwt(input, {
          key: await primitives.importKey(publicPart(issuerKey), 'ES256'),
          algorithms: ['ES256'],
          primitives,
          now: NOW,
          typ: String(specification.header.typ ?? 'example+sd-jwt'),
          keyBinding: keyBinding ? binding : 'forbidden',
        })
        const { cnf, ...rest } = verified.claims
        if (!Object.hasOwn(claims, 'cnf')) expect(cnf).toEqual(envelope.cnf)
        const seen = Object.hasOwn(claims, 'cnf') ? verified.claims : rest
        expect(seen).toEqual(
          without(
            claims,
            marks,
            shown.map(({ path }) => path),
          ),
        )
        if (expected !== undefined) expect(seen).toEqual(expected)
      }
    })
  })
})

function publicPart({ kty, crv, x, y }: Jwk): Jwk & JsonObject {
  return { kty, crv: String(crv), x: String(x), y: String(y) }
}

/** What the disclosure marks of a specification say about a path. */
function at(marks: Json | undefined, path: Path): Json | undefined {
  const [step, ...rest] = path
  if (step === undefined) return marks
  if (Array.isArray(marks) && typeof step === 'number') return at(marks[step], rest)
  if (isObject(marks) && typeof step === 'string' && Object.hasOwn(marks, step)) return at(marks[step], rest)
  return undefined
}

/** True as the authors of the specifications mean it: an empty object or array is not. */
function isTrue(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value)
}

/** The claims without what is marked and not shown, worked out without any digest. */
function without(claims: Json, marks: readonly Path[], shown: readonly Path[], path: Path = []): Json {
  const hidden = (place: Path) => has(marks, place) && !has(shown, place)
  if (Array.isArray(claims)) {
    return claims.flatMap((element, index) => (hidden([...path, index]) ? [] : [without(element, marks, shown, [...path, index])]))
  }
  if (!isObject(claims)) return claims
  return Object.fromEntries(
    Object.entries(claims).flatMap(([name, value]) =>
      hidden([...path, name]) ? [] : [[name, without(value, marks, shown, [...path, name])]],
    ),
  )
}

function has(paths: readonly Path[], path: Path): boolean {
  return paths.some((one) => one.length === path.length && one.every((step, index) => step === path[index]))
}

function parts(compact: string) {
  const [jwt = '', ...rest] = compact.split('~')
  const [protectedHeader, payload, signature] = jwt.split('.')
  const keyBinding = rest.pop()
  return { payload, protectedHeader, signature, header: { disclosures: rest, ...(keyBinding && { kb_jwt: keyBinding }) } }
}

function flattened(compact: string): string {
  const { payload, protectedHeader, signature, header } = parts(compact)
  return JSON.stringify({ payload, protected: protectedHeader, signature, header })
}

function general(compact: string): string {
  const { payload, protectedHeader, signature, header } = parts(compact)
  const other = { protected: protectedHeader, signature, header: { kid: 'issuer-key-2' } }
  return JSON.stringify({ payload, signatures: [{ protected: protectedHeader, signature, header }, other] })
}
