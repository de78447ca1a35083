import { deflateSync } from 'node:zlib'
import { packedLength, setStatus } from '@symbolon/credential'
import { base64url, type JsonObject } from '@symbolon/sd-jwt'
import { bundle, bundleWith, ISSUER, type ListChange, metadataPart, NOW, party, PLACES, statusList, statute } from './flow.ts'
import { fail, pass, unknown, type Wish, type Wishes } from './wish.ts'

const at = (idx: number, uri = `${ISSUER}/status-lists/1`) => ({ draft: { status: { index: idx, uri } } })
const statuteAt = (idx: number) => ({ type: statute, ...at(idx, `${ISSUER}/status-lists/2`) })
const listed = async (change: ListChange) => ({ bundle: await bundleWith(await statusList('ehic', change)) })
const unusable = (code: string) => ({ expect: unknown('status')(code) })

/** The list as somebody would pack it who begins with the most significant bit. */
function mirrored(): Uint8Array {
  const packed = new Uint8Array(packedLength(PLACES.entries, 1))
  setStatus(packed, 1, PLACES.mirrorOfRevoked, 1)
  return packed
}
const lst = (bytes: Uint8Array) => (payload: JsonObject) => ({ ...payload, status_list: { bits: 1, lst: base64url.encode(bytes) } })
const cutOff = deflateSync(new Uint8Array(125)).subarray(0, -2)

export const statuses: Wishes = {
  revoked: { description: 'the list says invalid', spec: 'Token Status List section 7.1', ...at(PLACES.revoked), expect: fail('status')('revoked') },
  'revoked-says-an-old-list': {
    description: 'the list is too old for the verifier and says invalid, which is final',
    spec: 'Token Status List section 7.1',
    ...at(PLACES.revoked),
    maxStatusAge: 60,
    expect: fail('status')('revoked'),
  },
  suspended: {
    description: 'the list says suspended',
    spec: 'Token Status List section 7.1',
    ...statuteAt(PLACES.suspended),
    expect: fail('status')('suspended'),
  },
  'status-reserved': {
    description: 'the list says something of which nobody agreed what it means',
    spec: 'Token Status List section 7.1',
    ...statuteAt(PLACES.reservedValue),
    expect: fail('status')('status_not_valid'),
  },
  'status-bits-from-the-right': {
    description: 'the place is revoked when bits are counted from the least significant one, as they are, and valid when counted from the other end',
    spec: 'Token Status List section 4.1',
    pitfall: ['ST-01'],
    ...at(PLACES.mirrorOfRevoked),
    ...(await listed({ draft: { packed: mirrored() } })),
    expect: fail('status')('revoked'),
  },
  'valid-status-bits-from-the-right': {
    description: 'the place is valid when bits are counted from the least significant one, as they are, and revoked when counted from the other end',
    spec: 'Token Status List section 4.1',
    pitfall: ['ST-01'],
    ...at(PLACES.mirrorOfRevoked),
    expect: pass('status')('status_valid'),
  },
  'status-index-past-the-end': {
    description: 'the list has no such place',
    spec: 'Token Status List section 8.3 (6)',
    pitfall: ['ST-03'],
    ...at(PLACES.entries),
    expect: fail('status')('status_index_wrong'),
  },
  'status-uri-no-url': {
    description: 'the uri of the list is no URL',
    spec: 'Token Status List section 6.2',
    ...at(PLACES.valid, 'list 1'),
    expect: fail('status')('status_reference_malformed'),
  },
  'status-missing': {
    description: 'the credential lives long and says nothing of a status, which its type asks for',
    spec: 'HAIP 1.0 section 6.1',
    payload: ({ status: _, ...payload }) => payload,
    expect: fail('status')('status_missing'),
  },
  'valid-short-life-without-status': {
    description: 'a credential of 24 hours needs no status',
    spec: 'HAIP 1.0 section 6.1',
    payload: ({ status: _, ...payload }) => ({ ...payload, exp: NOW + 14 * 3600, nbf: NOW - 10 * 3600 }),
    expect: pass('status')('status_not_needed'),
  },
  'valid-two-bits': {
    description: 'a list of two bits says valid',
    spec: 'Token Status List section 4.1',
    ...statuteAt(PLACES.valid),
    expect: pass('status')('status_valid'),
  },
  'status-list-missing': {
    description: 'the bundle does not have the list',
    spec: 'Token Status List section 8.3',
    pitfall: ['ST-08'],
    bundle: await bundle([metadataPart()]),
    ...unusable('status_list_missing'),
  },
  'status-list-not-served': {
    description: 'the manifest has the list, the document does not',
    spec: 'specs/bundle.md',
    bundle: await bundle([await statusList(), metadataPart()], {
      parts: (parts) => Object.fromEntries(Object.entries(parts).filter(([, part]) => typeof part !== 'string')),
    }),
    ...unusable('status_list_missing'),
  },
  'status-list-typ-wrong': {
    description: 'typ of the list is JWT',
    spec: 'Token Status List section 5.1',
    pitfall: ['ST-04'],
    ...(await listed({ header: (header) => ({ ...header, typ: 'JWT' }) })),
    ...unusable('status_list_malformed'),
  },
  'status-list-not-a-token': {
    description: 'what stands in the place of the list is a page of a web server',
    spec: 'Token Status List section 8.3',
    pitfall: ['ST-08'],
    bundle: await bundleWith({ need: { kind: 'status_list', id: `${ISSUER}/status-lists/1` }, content: '<html>404</html>' }),
    ...unusable('status_list_malformed'),
  },
  'status-list-of-other-uri': {
    description: 'sub of the list is another list',
    spec: 'Token Status List section 8.3 (4.1)',
    pitfall: ['ST-05'],
    ...(await listed({ payload: (payload) => ({ ...payload, sub: `${ISSUER}/status-lists/3` }) })),
    ...unusable('status_list_of_other'),
  },
  'status-list-expired': {
    description: 'the list in the bundle has expired',
    spec: 'Token Status List section 8.3 (4.3)',
    pitfall: ['ST-06', 'OF-03'],
    ...(await listed({ draft: { expires: NOW - 1 } })),
    ...unusable('status_list_expired'),
  },
  'status-list-from-the-future': {
    description: 'the list was signed tomorrow',
    spec: 'Token Status List section 8.3 (4.2)',
    ...(await listed({ draft: { issuedAt: NOW + 86_400 } })),
    ...unusable('status_list_from_the_future'),
  },
  'status-too-old': {
    description: 'the list is older than the verifier takes',
    spec: 'Token Status List section 8.3',
    maxStatusAge: 3599,
    ...unusable('status_too_old'),
  },
  'status-list-by-signer-of-credentials': {
    description: 'the list is signed by one who may sign credentials and not lists',
    spec: 'Token Status List section 11.3',
    pitfall: ['ST-07', 'KX-06'],
    ...(await listed({ signer: party('credential') })),
    ...unusable('status_list_not_trusted'),
  },
  'status-list-by-stranger': {
    description: 'the list is signed by nobody of the trust file',
    spec: 'Token Status List section 11.3',
    pitfall: ['ST-07'],
    ...(await listed({ signer: { ...party('stranger_status'), x5c: [...party('stranger_status').x5c, ...party('stranger_status_ca').x5c] } })),
    ...unusable('status_list_not_trusted'),
  },
  'status-list-signature-wrong': {
    description: 'a bit of the signature of the list was changed',
    spec: 'Token Status List section 5.1',
    ...(await listed({ signature: (signature) => signature.with(20, (signature[20] ?? 0) ^ 1) })),
    ...unusable('status_list_signature_wrong'),
  },
  'status-list-algorithm-none': {
    description: 'alg of the list is none',
    spec: 'Token Status List section 11.1',
    ...(await listed({ header: (header) => ({ ...header, alg: 'none' }), signature: () => new Uint8Array() })),
    ...unusable('status_list_not_trusted'),
  },
  'status-list-cut-off': {
    description: 'the compressed list lacks its end',
    spec: 'RFC 1950 section 2.2',
    ...(await listed({ payload: lst(cutOff) })),
    ...unusable('zlib_malformed'),
  },
  'status-list-too-large': {
    description: 'the list inflates to more than is read: a thousand times what it takes',
    spec: 'Token Status List section 8.3 (5)',
    pitfall: ['ST-02'],
    ...(await listed({ payload: lst(deflateSync(new Uint8Array(4 * 1024 * 1024 + 1), { level: 9 })) })),
    ...unusable('zlib_too_large'),
  },
  'status-list-of-three-bits': {
    description: 'the list says a status takes three bits',
    spec: 'Token Status List section 4.2',
    ...(await listed({ payload: (payload) => ({ ...payload, status_list: { ...(payload.status_list as JsonObject), bits: 3 } }) })),
    ...unusable('status_list_malformed'),
  },
} satisfies Record<string, Wish>
