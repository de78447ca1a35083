import { gzipSync } from 'node:zlib'
import { primitives } from '@symbolon/primitives/node'
import { type Json, type JsonObject, type Primitives, parseJws } from '@symbolon/sd-jwt'
import { describe, expect, it, test } from 'vitest'
import { parseCredential } from '../src/formats/index.ts'
import { type Evidence, partKey } from '../src/model.ts'
import { setStatus, unsignedBitstringList } from '../src/status/index.ts'
import { needs } from '../src/verify/needs.ts'
import { SCHEMA } from './attestation_brick.ts'
import { newHolder } from './presentation_fixture.ts'
import {
  type Change,
  changed,
  check,
  DAY,
  evidenceOf,
  finding,
  holder,
  ISSUER,
  issue,
  issuer,
  KID,
  LIST,
  NOW,
  policy,
  show,
  trusted,
  version2,
} from './vc_jwt_fixture.ts'

const OTHER = 'did:ebsi:zZeKyEJfUTGwajhNyNX928z'
const gzip = (bytes: Uint8Array): Uint8Array => gzipSync(bytes, { level: 9 })
const stranger = newHolder()

/** Index 0 is right, 1 revoked; 6 is 1 only for who reads the least significant bit first. 13 is the other way round. */
const packed = new Uint8Array(131_072 / 8)
for (const index of [1, 10]) setStatus(packed, 1, index, 1)

const draft = {
  uri: LIST,
  issuer: ISSUER,
  issuedAt: NOW - 3600,
  expires: NOW + DAY,
  packed,
  schemas: [{ id: SCHEMA.other, type: 'JsonSchema' }],
}
const unsigned = unsignedBitstringList(draft, { algorithm: 'ES256', kid: KID }, gzip)
const list = unsigned.seal(await issuer.sign(unsigned.input))
const subjectOf = (text: string) => (parseJws(text).payload.vc as JsonObject).credentialSubject as JsonObject

/** The list with other members of its subject. */
const relisted = (subject: { [name: string]: Json | undefined }, change: Change = {}, by = issuer) =>
  changed(
    list,
    { ...change, inner: { ...change.inner, credentialSubject: JSON.parse(JSON.stringify({ ...subjectOf(list), ...subject })) } },
    by,
  )

const bits = (bytes: Uint8Array, compress = gzip) => compress(bytes).toBase64({ alphabet: 'base64url', omitPadding: true })

/** The same bits as EBSI's conformance lists have them. */
const list2021 = await relisted(
  { type: 'StatusList2021', encodedList: standard(subjectOf(list).encodedList) },
  { inner: { type: ['VerifiableCredential', 'VerifiableAttestation', 'StatusList2021Credential'] } },
)
function standard(encoded: Json | undefined): string {
  return Uint8Array.fromBase64(String(encoded).slice(1), { alphabet: 'base64url' }).toBase64()
}

const entry = (index: Json = '0', more: { [name: string]: Json | undefined } = {}) =>
  JSON.parse(
    JSON.stringify({
      id: `${LIST}#${String(index)}`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: index,
      statusListCredential: LIST,
      ...more,
    }),
  ) as JsonObject

const shownWith = async (...entries: readonly JsonObject[]) =>
  show(await changed(await issue(), { inner: { credentialStatus: [...entries] } }))
const judged = async (
  entries: readonly JsonObject[],
  lists: { [url: string]: string } = { [LIST]: list },
  change: Parameters<typeof check>[1] = {},
) => check(await shownWith(...entries), { evidence: evidenceOf(lists), ...change })
const status = async (...given: Parameters<typeof judged>) => finding(await judged(...given), 'status')

describe('Bitstring Status List 1.0', () => {
  it('passes by the list that its issuer makes, from the bits that the issuer keeps', async () => {
    const shown = await show(await issue({ status: { uri: LIST, index: 0 } }))
    const report = await check(shown, { evidence: evidenceOf({ [LIST]: list }) })
    expect(report.outcome).toBe('pass')
    expect(finding(report, 'status')).toBe('pass status_valid')
    expect(report.evidenceAge).toBe(3600)
    expect(report.checks.at(-1)?.spec).toBe('Bitstring Status List 1.0 section 3.2')
  })

  it('asks for the list', async () => {
    const credential = await parseCredential(await shownWith(entry()), primitives)
    const lists = (known: Evidence) => needs(credential, known).filter(({ kind }) => kind === 'status_list')
    expect(lists(new Map())).toEqual([{ kind: 'status_list', id: LIST }])
    expect(lists(evidenceOf({ [LIST]: list }))).toEqual([])
  })

  it('reads the most significant bit first: what would be revoked the other way round is not', async () => {
    expect(await Promise.all(['0', '1', '6', '10', '13'].map((index) => status([entry(index)])))).toEqual([
      'pass status_valid',
      'fail revoked',
      'pass status_valid',
      'fail revoked',
      'pass status_valid',
    ])
    // The list as somebody makes it who takes the least significant bit first.
    const wrongOrder = await relisted({ encodedList: `u${bits(packed)}` })
    expect(await Promise.all(['1', '6'].map((index) => status([entry(index)], { [LIST]: wrongOrder })))).toEqual([
      'pass status_valid',
      'fail revoked',
    ])
  })

  it('is of at least 131,072 entries, however few there are', () => {
    const small = unsignedBitstringList(
      { ...draft, packed: Uint8Array.of(1), ttl: 900, termsOfUse: [{ type: 'IssuanceCertificate' }] },
      { algorithm: 'ES256', kid: KID },
      (bytes) => bytes,
    )
    const { credentialSubject, termsOfUse } = parseJws(small.seal(new Uint8Array(64))).payload.vc as {
      credentialSubject: JsonObject
      termsOfUse: Json
    }
    expect(Uint8Array.fromBase64(String(credentialSubject.encodedList).slice(1), { alphabet: 'base64url' })).toEqual(
      Uint8Array.from({ length: 16_384 }, (_, at) => (at === 0 ? 0x80 : 0)),
    )
    expect([credentialSubject.ttl, termsOfUse]).toEqual([900_000, [{ type: 'IssuanceCertificate' }]])
  })

  const lists: [what: string, list: () => Promise<string>, finding: string, index?: string][] = [
    ['no JWT', async () => 'not a list', 'unknown status_list_malformed'],
    [
      'a list of another type',
      async () => relisted({}, { inner: { type: ['VerifiableCredential', 'VerifiableAttestation', 'List'] } }),
      'unknown status_list_malformed',
    ],
    ['a list of the other mechanism', async () => list2021, 'unknown status_list_malformed'],
    ['a subject of another type', async () => relisted({ type: 'RevocationList2020' }), 'unknown status_list_malformed'],
    ['claims that differ', async () => relisted({}, { payload: { iat: NOW } }), 'unknown status_list_malformed'],
    ['no encodedList', async () => relisted({ encodedList: undefined }), 'unknown status_list_malformed'],
    ['no multibase', async () => relisted({ encodedList: bits(packed) }), 'unknown status_list_malformed'],
    ['another multibase', async () => relisted({ encodedList: `z${bits(packed)}` }), 'unknown status_list_malformed'],
    [
      'padding',
      async () => relisted({ encodedList: `u${gzip(packed).toBase64({ alphabet: 'base64url' })}=` }),
      'unknown status_list_malformed',
    ],
    ['ZLIB in the place of GZIP', async () => relisted({ encodedList: `u${bits(packed, (bytes) => bytes)}` }), 'unknown zlib_malformed'],
    ['too few entries', async () => relisted({ encodedList: `u${bits(packed.subarray(1))}` }), 'unknown status_list_malformed'],
    ['a bomb', async () => relisted({ encodedList: `u${bits(new Uint8Array(5 * 1024 * 1024))}` }), 'unknown zlib_too_large'],
    ['a ttl that is text', async () => relisted({ ttl: '300000' }), 'unknown status_list_malformed'],
    ['a ttl that is over', async () => relisted({ ttl: 300_000 }), 'unknown status_too_old'],
    ['another purpose', async () => relisted({ statusPurpose: 'suspension' }), 'unknown status_list_purpose_wrong'],
    ['no purpose', async () => relisted({ statusPurpose: undefined }), 'unknown status_list_purpose_wrong'],
    ['several purposes, this one among them', async () => relisted({ statusPurpose: ['suspension', 'revocation'] }), 'pass status_valid'],
    [
      'another place',
      async () => relisted({ id: `${LIST}0#list` }, { payload: { sub: `${LIST}0#list`, jti: `${LIST}0` }, inner: { id: `${LIST}0` } }),
      'unknown status_list_of_other',
    ],
    ['another signer', async () => relisted({}, {}, stranger), 'unknown status_list_signature_wrong'],
    ['a key that is not known', async () => relisted({}, { header: { kid: `${ISSUER}#keys-9` } }), 'unknown status_list_not_trusted'],
    ['no signature', async () => relisted({}, { header: { alg: 'none' } }), 'unknown status_list_not_trusted'],
    ['a list from the future', async () => at(NOW + 61, NOW + DAY), 'unknown status_list_from_the_future'],
    ['a list that has ended', async () => at(NOW - 3600, NOW), 'unknown status_list_expired'],
    ['a list that has ended, and says revoked', async () => at(NOW - 3600, NOW), 'fail revoked', '1'],
    ['an old list', async () => at(NOW - DAY - 1, NOW + DAY), 'unknown status_too_old'],
    ['an old list that says revoked', async () => at(NOW - DAY - 1, NOW + DAY), 'fail revoked', '1'],
  ]
  test.each(lists)('%s', async (_, made, expected, index = '0') => {
    expect(await status([entry(index)], { [LIST]: await made() })).toBe(expected)
  })

  async function at(issuedAt: number, expires: number): Promise<string> {
    const { input, seal } = unsignedBitstringList({ ...draft, issuedAt, expires }, { algorithm: 'ES256', kid: KID }, gzip)
    return seal(await issuer.sign(input))
  }

  it('takes a list of the very issuer only, though the signer of another one is trusted too', async () => {
    const anchors = await trusted([
      { holder: issuer, kid: KID },
      { holder: stranger, kid: `${OTHER}#keys-1` },
    ])
    const change = { header: { kid: `${OTHER}#keys-1` }, payload: { iss: OTHER }, inner: { issuer: OTHER } }
    const foreign = await relisted({}, change, stranger)
    expect(await status([entry()], { [LIST]: foreign }, { anchors })).toBe('unknown status_list_of_other')
  })

  it('takes no list from a proxy of another issuer', async () => {
    const url = (did: string) => `https://registry.example/trusted-issuers-registry/v5/issuers/${did}/proxies/0x1/list`
    const at = async (did: string) => {
      const { input, seal } = unsignedBitstringList({ ...draft, uri: url(did) }, { algorithm: 'ES256', kid: KID }, gzip)
      return status([entry('0', { statusListCredential: url(did) })], { [url(did)]: seal(await issuer.sign(input)) })
    }
    expect([await at(ISSUER), await at(OTHER)]).toEqual(['pass status_valid', 'unknown status_list_of_other'])
  })

  it('takes a key for lists only when the trust file says so', async () => {
    const anchors = await trusted()
    const keys = anchors.keys.map((key) => ({ ...key, entries: key.entries.filter(({ purpose }) => purpose === 'credential') }))
    expect(await status([entry()], undefined, { anchors: { ...anchors, keys } })).toBe('unknown status_list_not_trusted')
  })

  it('may be used until its ttl is over, counted from when it was fetched', async () => {
    const { input, seal } = unsignedBitstringList({ ...draft, ttl: 900 }, { algorithm: 'ES256', kid: KID }, gzip)
    const text = seal(await issuer.sign(input))
    const fetched = (fetchedAt: number) => {
      const part = { kind: 'status_list', id: LIST, content: text, mediaType: 'application/jwt', fetchedAt } as const
      return status([entry()], {}, { evidence: new Map([[partKey(part), part]]) })
    }
    expect([await fetched(NOW - 900), await fetched(NOW - 901)]).toEqual(['pass status_valid', 'unknown status_too_old'])
  })

  it('may be of VCDM 2.0', async () => {
    const { credentialSubject, id } = parseJws(list).payload.vc as JsonObject
    const members = {
      id: id ?? '',
      credentialSubject: credentialSubject ?? null,
      credentialSchema: undefined,
      type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    }
    expect(await status([entry('1')], { [LIST]: await version2(members) })).toBe('fail revoked')
    expect(await status([entry('0')], { [LIST]: await version2({ ...members, validUntil: new Date(NOW * 1000).toISOString() }) })).toBe(
      'unknown status_list_expired',
    )
  })

  const entries: [what: string, entry: JsonObject, finding: string][] = [
    ['an index outside', entry('131072'), 'fail status_index_wrong'],
    ['an index that is a number', entry(0), 'fail status_reference_malformed'],
    ['an index with a sign', entry('+0'), 'fail status_reference_malformed'],
    ['an index with a zero before it', entry('01'), 'fail status_reference_malformed'],
    ['an index in hexadecimal', entry('0x1'), 'fail status_reference_malformed'],
    ['an index beyond all numbers', entry('9'.repeat(400)), 'fail status_reference_malformed'],
    ['no index', entry('0', { statusListIndex: undefined }), 'fail status_reference_malformed'],
    ['no list', entry('0', { statusListCredential: undefined }), 'fail status_reference_malformed'],
    ['a list that is no URL', entry('0', { statusListCredential: 'list' }), 'fail status_reference_malformed'],
    ['the list as its own name', entry('0', { id: LIST }), 'fail status_reference_malformed'],
    ['no purpose', entry('0', { statusPurpose: undefined }), 'fail status_reference_malformed'],
    ['a message', entry('0', { statusPurpose: 'message' }), 'unknown status_purpose_not_known'],
    ['two bits', entry('0', { statusSize: 2 }), 'unknown status_size_not_known'],
    ['no bits', entry('0', { statusSize: 0 }), 'fail status_reference_malformed'],
    ['one bit, said', entry('0', { statusSize: 1 }), 'pass status_valid'],
    ['another list, which is not there', entry('0', { statusListCredential: `${LIST}0` }), 'unknown status_list_missing'],
    ['an accreditation’s entry', { id: LIST, type: 'EbsiAccreditationEntry' }, 'unknown status_mechanism_unknown'],
    ['a kind that is not known', { type: 'RevocationList2020Status' }, 'unknown status_mechanism_unknown'],
    // The claim of a JWT is no entry of a credential, whatever it is called.
    ['a token status list in the wrong place', { type: 'x', status_list: { idx: 0, uri: LIST } }, 'unknown status_mechanism_unknown'],
  ]
  test.each(entries)('%s', async (_, one, expected) => {
    expect(await status([one])).toBe(expected)
  })

  it('counts the worst of several, whatever their order', async () => {
    const suspension = { [`${LIST}s`]: await suspensions() }
    const suspended = (index: string) => entry(index, { statusPurpose: 'suspension', statusListCredential: `${LIST}s` })
    const both = { [LIST]: list, ...suspension }
    const unknown = { type: 'RevocationList2020Status' }
    expect(await status([entry('0'), suspended('0')], both)).toBe('pass status_valid')
    expect(await status([entry('0'), suspended('1')], both)).toBe('fail suspended')
    expect(await status([unknown, entry('0')], both)).toBe('unknown status_mechanism_unknown')
    expect(await status([entry('0'), unknown], both)).toBe('unknown status_mechanism_unknown')
    expect(await status([unknown, entry('1')], both)).toBe('fail revoked')
    expect(await status([entry('0'), suspended('0')], { [LIST]: list })).toBe('unknown status_list_missing')
  })

  async function suspensions(): Promise<string> {
    const { input, seal } = unsignedBitstringList({ ...draft, uri: `${LIST}s` }, { algorithm: 'ES256', kid: KID }, gzip)
    const text = seal(await issuer.sign(input))
    return changed(text, { inner: { credentialSubject: { ...subjectOf(text), statusPurpose: 'suspension' } } })
  }

  it('verifies and inflates a list once, however many entries of one credential name it', async () => {
    const fresh = await relisted({})
    const text = await changed(await issue(), { inner: { credentialStatus: ['0', '2', '3', '4', '5'].map((index) => entry(index)) } })
    let verified = 0
    const counting: Primitives = {
      ...primitives,
      verify(algorithm, key, data, signature) {
        if (fresh.startsWith(String(data))) verified++
        return primitives.verify(algorithm, key, data, signature)
      },
    }
    const report = await check(await show(text), { evidence: evidenceOf({ [LIST]: fresh }), primitives: counting })
    expect([finding(report, 'status'), verified]).toEqual(['pass status_valid', 1])
  })

  it('does not let the claim `status` of the JWT hide an entry, nor the other way round', async () => {
    const text = await changed(await issue(), { payload: { status: { other: 1 } }, inner: { credentialStatus: entry('0') } })
    expect(finding(await check(await show(text), { evidence: evidenceOf({ [LIST]: list }) }), 'status')).toBe(
      'unknown status_mechanism_unknown',
    )
  })
})

describe('Status List 2021, read only', () => {
  const entry2021 = (index: string) => entry(index, { type: 'StatusList2021Entry' })
  it('reads the same bits from standard base64, with or without padding', async () => {
    const encoded = String(subjectOf(list2021).encodedList).replace(/=+$/, '')
    const unpadded = await relisted(
      { ...subjectOf(list2021), encodedList: encoded },
      { inner: { type: (parseJws(list2021).payload.vc as JsonObject).type } },
    )
    for (const text of [list2021, unpadded]) {
      expect(await Promise.all(['0', '1', '6', '10'].map((index) => status([entry2021(index)], { [LIST]: text })))).toEqual([
        'pass status_valid',
        'fail revoked',
        'pass status_valid',
        'fail revoked',
      ])
    }
  })

  const inner = { type: ['VerifiableCredential', 'VerifiableAttestation', 'StatusList2021Credential'] }
  const lists: [what: string, encodedList: string, finding: string][] = [
    ['base64url', `${bits(packed)}-_`, 'unknown status_list_malformed'],
    ['white space', `${standard(subjectOf(list).encodedList)}\n`, 'unknown status_list_malformed'],
    ['too much padding', `${standard(subjectOf(list).encodedList).replace(/=+$/, '')}===`, 'unknown status_list_malformed'],
    ['cut off', 'H4sIAAAA', 'unknown zlib_malformed'],
    ['a multibase', String(subjectOf(list).encodedList), 'unknown status_list_malformed'],
  ]
  test.each(lists)('%s', async (_, encodedList, expected) => {
    expect(await status([entry2021('0')], { [LIST]: await relisted({ type: 'StatusList2021', encodedList }, { inner }) })).toBe(expected)
  })

  it('takes no list of the other mechanism', async () => {
    expect(await status([entry2021('0')], { [LIST]: list })).toBe('unknown status_list_malformed')
  })
})

test('without a status a credential lives for a day, or says where it is', async () => {
  const short = await issue({ notBefore: NOW - 3600, expires: NOW + DAY - 3600 })
  expect(finding(await check(await show(short)), 'status')).toBe('pass status_not_needed')
  const forever = await version2({ validUntil: undefined, credentialStatus: entry('0') })
  const report = await check(await show(forever, holder), { evidence: evidenceOf({ [LIST]: list }), policy })
  expect([finding(report, 'validity'), finding(report, 'status')]).toEqual(['pass valid_now', 'pass status_valid'])
})
