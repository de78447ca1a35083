import { gather, type Need, type Part, parseCredential } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject, Primitives, PublicKey } from '@symbolon/sd-jwt'
import { describe, expect, test } from 'vitest'
import { ebsiTrust } from '../src/index.ts'
import {
  accreditation,
  answerOf,
  documentPart,
  found,
  IDS,
  type Judging,
  judged,
  pda1,
  REGISTRIES,
  registry,
  root,
  step,
  stranger,
  tao,
  terms,
  ti,
} from './chain_fixture.ts'

const whole = await registry()
const without = (parts: readonly Part[], id: string) => parts.filter((part) => part.id !== id)

const OTHER = 'c'.repeat(64)
/** The records with one of them a second time, in another attribute of its subject. */
const movedTo = (did: string, id: string, parts: readonly Part[]) =>
  parts.flatMap((part) => (part.id === `${did} ${id}` ? [part, { ...part, id: `${did} ${OTHER}` }] : [part]))

describe('a chain is not walked for', () => {
  test('an accreditation that was taken back, in another attribute of its issuer', async () => {
    const moved = movedTo(ti.did, IDS.ti, whole)
    expect(await found(await pda1({ termsOfUse: [terms(ti.did, OTHER)] }), moved)).toBe('fail accreditation_attribute_mismatch')
    const below = await registry([{ id: IDS.ti, vc: { termsOfUse: [terms(tao.did, OTHER)] } }])
    expect(await found(await pda1(), movedTo(tao.did, IDS.tao, below))).toBe('fail accreditation_attribute_mismatch')
  })

  test('an issuer that is no legal entity of EBSI', async () => {
    const person = { ...ti, did: 'did:example:issuer', kid: 'did:example:issuer#sign' }
    const document = documentPart({ did: person.did, document: JSON.parse(JSON.stringify(ti.document).replaceAll(ti.did, person.did)) })
    expect(await found(await pda1({ termsOfUse: [terms(ti.did, IDS.ti)] }, person), [...whole, document])).toBe('fail issuer_not_did_ebsi')
    expect(await found(await pda1({ termsOfUse: [] }, person), [...whole, document])).toBe('fail issuer_not_trusted')
    const trust = [{ name: 'Issuer', did: person.did, for: 'credential' }]
    expect(await found(await pda1({ termsOfUse: [terms(ti.did, IDS.ti)] }, person), [...whole, document], { trust })).toBe(
      'pass issuer_trusted',
    )
  })

  test('a key of another curve', async () => {
    const { generateKeyPairSync } = await import('node:crypto')
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const document = {
      ...ti.document,
      verificationMethod: [
        { id: ti.kid, type: 'JsonWebKey2020', controller: ti.did, publicKeyJwk: publicKey.export({ format: 'jwk' }) as JsonObject },
      ],
      authentication: [],
    }
    const parts = [...without(whole, ti.did), documentPart({ did: ti.did, document })]
    expect(await found(await pda1(), parts)).toBe('fail algorithm_not_allowed')
  })

  test('a foreign host that answers with an unsigned root authorisation: it is not even asked for', async () => {
    const id = `https://example.org/trusted-issuers-registry/v5/issuers/${stranger.did}/attributes/${IDS.ti}`
    const text = await pda1({ termsOfUse: [{ id, type: 'IssuanceCertificate' }] }, stranger)
    const body = JSON.stringify({ type: ['VerifiableAuthorisationForTrustChain'], credentialSubject: { id: stranger.did } })
    const asked: string[] = []
    const { chainNeeds } = await import('../src/chain/needs.ts')
    const { completed } = await import('../src/chain/settings.ts')
    const { view } = await parseCredential(text, primitives)
    for (const need of chainNeeds(view, new Map(), completed({ registries: REGISTRIES }))) asked.push(need.id)
    expect(asked).toEqual([])
    const planted = accreditation(stranger.did, IDS.ti, {
      did: stranger.did,
      attribute: { hash: '', body, issuerType: 'RootTAO', tao: stranger.did, rootTao: stranger.did },
    })
    expect(await found(text, [...whole, planted])).toBe('fail terms_of_use_not_registry')
  })

  test('a chain that branches at every step is not followed for ever', async () => {
    const ids = Array.from({ length: 4 }, (_, n) => `${n}`.repeat(64))
    const many = await Promise.all(
      ids.map(async (id) =>
        accreditation(
          tao.did,
          id,
          await answerOf(
            { ...step({ subject: tao, by: tao, id, role: 'TAO' }), vc: { termsOfUse: ids.map((one) => terms(tao.did, one)) } },
            root.did,
          ),
        ),
      ),
    )
    const text = await pda1({ termsOfUse: ids.map((id) => terms(tao.did, id)) }, tao)
    expect(await found(text, [...many, documentPart(tao)], { settings: { maxDepth: 16 } })).toBe('fail terms_of_use_ambiguous')
  })

  test('nor are all its branches asked for', async () => {
    const idOf = (path: string) => path.padEnd(64, '0')
    const branches = (path: string) => ['1', '2', '3', '4'].map((one) => terms(stranger.did, idOf(path + one)))
    let asked = 0
    const lookup = async (need: Need) => {
      if (need.kind !== 'accreditation') return undefined
      asked++
      const id = need.id.slice(-64)
      const given = { ...step({ subject: stranger, by: stranger, id, role: 'TAO' }), vc: { termsOfUse: branches(id.replace(/0+$/, '')) } }
      return accreditation(stranger.did, id, await answerOf(given, root.did))
    }
    const credential = await parseCredential(await pda1({ termsOfUse: branches('') }, stranger), primitives)
    await gather(credential, lookup, [ebsiTrust({ registries: REGISTRIES })])
    // 32 by whatever is known at the time, at each of six depths: not 4 + 4² + 4³ + ...
    expect(asked).toBeGreaterThan(32)
    expect(asked).toBeLessThan(6 * 32)
  })

  test('facts name DIDs and dates, and nothing of what was shown', async () => {
    const { facts } = await judged(await pda1({ types: ['Diploma'] }), whole)
    expect(facts).toEqual({ did: ti.did })
    expect(JSON.stringify((await judged(await pda1(), whole, { judging: {} } as Judging)).facts)).not.toContain('eyJ')
  })
})

describe('what was found out of a record', () => {
  test('is of the DID that was asked for: another one that was asked for first takes nothing from it', async () => {
    const { linkOf } = await import('../src/chain/link.ts')
    const { referencesIn } = await import('../src/chain/references.ts')
    const [part] = whole.filter(({ id }) => id === `${ti.did} ${IDS.ti}`) as [Part]
    const termsOfUse = [terms(stranger.did, IDS.ti), terms(ti.did, IDS.ti)]
    const named = referencesIn({ types: [], schemas: [], termsOfUse, status: [] }, REGISTRIES) ?? []
    const evidence = new Map(named.map(({ attribute }) => [attribute?.key ?? '', { ...part }] as const))
    const read = () => named.map(({ attribute }) => attribute && linkOf(attribute, evidence)?.attribute)
    const shared = new Map([...evidence.keys()].map((key) => [key, part]))
    expect(read()).toEqual(['of_other', expect.objectContaining({ role: 'TI' })])
    expect(named.map(({ attribute }) => attribute && linkOf(attribute, shared)?.attribute)).toEqual(read())
  })

  test('is found out again by other primitives, also when they make the same keys ready', async () => {
    const keys = new Map<string, PublicKey>()
    const sharing: Primitives = {
      ...primitives,
      async importKey(key, algorithm) {
        const name = JSON.stringify(key)
        const ready = keys.get(name) ?? (await primitives.importKey(key, algorithm))
        keys.set(name, ready)
        return ready
      },
    }
    const forged = await registry([{ id: IDS.ti, vc: { key: stranger.key } }])
    expect(await found(await pda1(), forged, { primitives: { ...sharing, verify: () => true } })).toBe('pass chain_trusted')
    expect(await found(await pda1(), forged, { primitives: sharing })).toBe('fail accreditation_signature')
  })

  test('and a hash that could not be worked out is worked out the next time', async () => {
    const parts = await registry()
    let failures = 1
    const failing: Primitives = {
      ...primitives,
      digest: async (...given) => (failures-- > 0 ? Promise.reject(new Error('no digest now')) : primitives.digest(...given)),
    }
    await expect(found(await pda1(), parts, { primitives: failing })).rejects.toThrow('no digest now')
    expect(await found(await pda1(), parts, { primitives: failing })).toBe('pass chain_trusted')
  })
})
