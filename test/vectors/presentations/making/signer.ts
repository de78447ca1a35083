import { base64url, type JsonObject } from '@symbolon/sd-jwt'
import { bundle, type Content, ISSUER, metadataPart, NOW, party, present, statusList } from './flow.ts'
import { fail, pass, unknown, type Wish, type Wishes } from './wish.ts'

const untrusted = fail('trust')
const wrong = fail('signature')('signature_wrong')
const N = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
const notChecked = (reason: string): Wish['also'] => [{ check: 'signature', outcome: 'unknown', code: 'signature_not_checked', reason }]
const noKey = notChecked('without a key of the issuer there is nothing to check the signature with')

/** A DER-encoded signature: what OpenSSL writes by default. */
function der(signature: Uint8Array): Uint8Array {
  const integers = [signature.subarray(0, 32), signature.subarray(32)].flatMap((half) => {
    const magnitude = [...half.subarray(half.findIndex((byte) => byte !== 0))]
    const padded = (magnitude[0] ?? 0) >= 0x80 ? [0, ...magnitude] : magnitude
    return [0x02, padded.length, ...padded]
  })
  return Uint8Array.from([0x30, integers.length, ...integers])
}
const halves = (r: Uint8Array | null, s: Uint8Array | null) => (signature: Uint8Array) =>
  Uint8Array.from([...(r ?? signature.subarray(0, 32)), ...(s ?? signature.subarray(32))])
const zero = new Uint8Array(32)
const order = Uint8Array.fromHex(N)
const other = await present()

const misused = { spec: 'RFC 7518 section 3.4', pitfall: ['SD-26'], expect: wrong }

export const signatures: Wishes = {
  'payload-changed': {
    description: 'the end of the credential was moved after signing',
    spec: 'RFC 9901 section 7.1 (2.2)',
    jwt: (jwt) => {
      const [header = '', payload = '', signature = ''] = jwt.split('.')
      const changed = base64url.encodeText(base64url.decodeText(payload).replace(/"exp":\d+/, `"exp":${NOW + 86_400 * 365}`))
      return [header, changed, signature].join('.')
    },
    expect: wrong,
  },
  'header-changed': {
    description: 'a member was added to the header after signing',
    spec: 'RFC 9901 section 7.1 (2.2)',
    jwt: (jwt) => {
      const [header = '', payload = '', signature = ''] = jwt.split('.')
      return [base64url.encodeText(base64url.decodeText(header).replace('{', '{"a":1,')), payload, signature].join('.')
    },
    expect: wrong,
  },
  'signature-of-other-credential': {
    description: 'the signature of another credential of the same issuer',
    spec: 'RFC 9901 section 7.1 (2.2)',
    jwt: (jwt) => jwt.slice(0, jwt.lastIndexOf('.')) + (/\.[^.~]+(?=~)/.exec(other)?.[0] ?? ''),
    expect: wrong,
  },
  'signed-by-other-key': {
    description: 'signed with another key than the one in the certificate',
    spec: 'RFC 9901 section 7.1 (2.2)',
    issuer: { ...party('stranger_credential'), x5c: party('credential').x5c },
    expect: wrong,
  },
  'signed-by-holder': {
    description: 'signed with the key of the holder',
    spec: 'RFC 9901 section 7.1 (2.2)',
    issuer: { ...party('holder'), x5c: party('credential').x5c },
    expect: wrong,
  },
  'signature-der': { ...misused, description: 'the signature is DER-encoded', signature: der },
  'signature-r-zero': { ...misused, description: 'r of the signature is 0', signature: halves(zero, null) },
  'signature-s-zero': { ...misused, description: 's of the signature is 0', signature: halves(null, zero) },
  'signature-all-zero': { ...misused, description: 'r and s of the signature are 0', signature: halves(zero, zero) },
  'signature-r-too-large': { ...misused, description: 'r of the signature is the order of the curve', signature: halves(order, null) },
  'signature-s-too-large': { ...misused, description: 's of the signature is the order of the curve', signature: halves(null, order) },
  'signature-one-byte-short': { ...misused, description: 'the signature lacks its last byte', signature: (signature) => signature.subarray(0, 63) },
  'signature-one-byte-long': { ...misused, description: 'the signature has a byte too many', signature: (signature) => Uint8Array.from([...signature, 0]) },
  'signature-empty': { ...misused, description: 'there is no signature', signature: () => new Uint8Array() },
}

const forbidden = { spec: 'RFC 9901 section 7.1 (2.1)', pitfall: ['SD-13'], expect: fail('signature')('algorithm_not_allowed') }
const alg = (name: string) => (header: JsonObject) => ({ ...header, alg: name })

export const algorithms: Wishes = {
  'algorithm-none': { ...forbidden, description: 'alg is none, without a signature', header: alg('none'), signature: () => new Uint8Array() },
  'algorithm-rs256': { ...forbidden, description: 'alg is RS256 on an ECDSA signature', header: alg('RS256') },
  'algorithm-hs256': { ...forbidden, description: 'alg is HS256, so that the public key would be the secret', header: alg('HS256') },
  'algorithm-in-small-letters': { ...forbidden, description: 'alg is es256', header: alg('es256') },
  'algorithm-named-constructor': { ...forbidden, description: 'alg is constructor, which every object has', header: alg('constructor') },
  'algorithm-of-other-curve': {
    description: 'alg is ES384, and the key is one of P-256',
    spec: 'RFC 7518 section 3.4',
    pitfall: ['SD-13'],
    header: alg('ES384'),
    expect: untrusted('algorithm_not_for_key'),
    also: notChecked('a key is a key for one algorithm only'),
  },
}

const chainOf = (...names: string[]) => names.flatMap((name) => [...party(name).x5c])
const from = (name: string, ...above: string[]) => ({ ...party(name), x5c: chainOf(name, ...above) })

export const signers: Wishes = {
  'signer-of-unknown-root': {
    description: 'the chain is complete and leads to a root that is not in the trust file',
    spec: 'SD-JWT VC draft 19 section 2.5',
    pitfall: ['KX-02'],
    issuer: from('stranger_credential', 'stranger_credential_ca'),
    expect: untrusted('issuer_not_trusted'),
  },
  'signer-self-signed': {
    description: 'the leaf is signed by itself',
    spec: 'HAIP 1.0 section 6.1.1',
    pitfall: ['KX-01'],
    issuer: party('credential_self_signed'),
    expect: untrusted('certificate_self_signed'),
    also: noKey,
  },
  'anchor-in-chain': {
    description: 'the chain brings the anchor along',
    spec: 'HAIP 1.0 section 6.1.1',
    pitfall: ['KX-01'],
    issuer: from('credential', 'credential_ca'),
    expect: untrusted('certificate_anchor_in_chain'),
  },
  'signer-is-authority': {
    description: 'the authority itself signs',
    spec: 'RFC 5280 section 4.2.1.9',
    pitfall: ['KX-02'],
    issuer: party('credential_ca'),
    expect: untrusted('certificate_for_ca'),
    also: noKey,
  },
  'signer-below-leaf': {
    description: 'a leaf certified the leaf that signs',
    spec: 'RFC 5280 section 6.1.4 (k)',
    pitfall: ['KX-02'],
    issuer: from('credential_below_leaf', 'credential'),
    expect: untrusted('certificate_not_ca'),
  },
  'signer-expired': {
    description: 'the certificate of the signer has expired',
    spec: 'RFC 5280 section 6.1.3 (a)(2)',
    pitfall: ['KX-02'],
    issuer: party('credential_expired'),
    expect: untrusted('certificate_expired'),
  },
  'signer-not-yet-valid': {
    description: 'the certificate of the signer is not valid yet',
    spec: 'RFC 5280 section 6.1.3 (a)(2)',
    pitfall: ['KX-02'],
    issuer: party('credential_not_yet_valid'),
    expect: untrusted('certificate_not_yet_valid'),
  },
  'signer-for-status': {
    description: 'the signer of status lists signs a credential',
    spec: 'ETSI TS 119 602 annex H',
    pitfall: ['KX-06'],
    issuer: party('status'),
    expect: untrusted('anchor_for_other_purpose'),
  },
  'signer-for-bundles': {
    description: 'the signer of bundles signs a credential',
    spec: 'README, Trust',
    pitfall: ['KX-06'],
    issuer: party('bundle'),
    expect: untrusted('anchor_for_other_purpose'),
  },
  'signer-of-other-type': {
    description: 'the trust file lets the authority speak of another type only',
    spec: 'README, Trust',
    trust: 'trust-credentials-of-statute',
    expect: untrusted('issuer_not_authorised_for_type'),
  },
  'signer-named-otherwise': {
    description: 'iss is another institution than the certificate says',
    spec: 'SD-JWT VC draft 19 section 2.5',
    issuer: party('other_institution'),
    expect: untrusted('issuer_not_in_certificate'),
  },
  'signer-named-like-begin-of-host': {
    description: 'the host of iss begins with the one that the certificate names',
    spec: 'SD-JWT VC draft 19 section 2.5',
    payload: (payload) => ({ ...payload, iss: 'https://issuer.example.other' }),
    expect: untrusted('issuer_not_in_certificate'),
  },
  'trust-without-credentials': {
    description: 'the trust file names nobody for credentials',
    spec: 'README, Trust',
    pitfall: ['KX-04'],
    trust: 'trust-bundle-and-status',
    expect: untrusted('issuer_not_trusted'),
  },
  'x5c-empty': {
    description: 'x5c is an empty list',
    spec: 'RFC 7515 section 4.1.6',
    header: (header) => ({ ...header, x5c: [] }),
    expect: untrusted('chain_malformed'),
    also: noKey,
  },
  'x5c-url-instead': {
    description: 'x5u names a place for the certificates, x5c is missing',
    spec: 'HAIP 1.0 section 6.1.1',
    header: ({ x5c: _, ...header }) => ({ ...header, x5u: 'https://issuer.example/chain.pem' }),
    expect: unknown('trust')('chain_missing'),
    also: noKey,
  },
  'key-in-header': {
    description: 'the header brings a key of its own (jwk) and no certificates',
    spec: 'SD-JWT VC draft 19 section 2.5',
    issuer: party('stranger_credential'),
    header: ({ x5c: _, ...header }) => ({ ...header, jwk: { ...party('stranger_credential').jwk } as JsonObject }),
    expect: unknown('trust')('key_missing'),
    also: noKey,
  },
}

const byKid =
  (kid: string) =>
  ({ x5c: _, ...header }: JsonObject): JsonObject => ({ ...header, kid })
const published = (issuer: string, keys: JsonObject): Content => ({
  need: { kind: 'issuer_metadata', id: ISSUER },
  content: JSON.stringify({ issuer, ...keys }),
})
const key = (name: string, kid: string): JsonObject => ({ ...(party(name).jwk as JsonObject), kid, use: 'sig' })
const list = await statusList()
const bundled = async (metadata?: Content) => bundle([list, metadataPart(), ...(metadata === undefined ? [] : [metadata])])
const metadataSigner = {
  spec: 'SD-JWT VC draft 19 section 4',
  issuer: party('published_key'),
  header: byKid('2026-1'),
  trust: 'trust-published-key',
}
const good = { keys: [key('published_key', '2026-1'), key('another_published_key', '2026-2')] }

export const metadata: Wishes = {
  'valid-key-published-by-issuer': {
    ...metadataSigner,
    description: 'the key is published by the issuer and stands in the trust file',
    bundle: await bundled(published(ISSUER, { jwks: good })),
    expect: pass('trust')('issuer_trusted'),
  },
  'issuer-metadata-missing': {
    ...metadataSigner,
    description: 'the issuer publishes its key, and the bundle does not have it',
    bundle: await bundled(),
    expect: unknown('trust')('key_missing'),
    also: noKey,
  },
  'issuer-metadata-of-other': {
    ...metadataSigner,
    description: 'the metadata in the bundle say they are of another issuer',
    bundle: await bundled(published('https://other.example', { jwks: good })),
    expect: unknown('trust')('issuer_metadata_not_of_issuer'),
    also: noKey,
  },
  'issuer-metadata-without-that-key': {
    ...metadataSigner,
    description: 'the metadata have no key of that kid',
    header: byKid('2025-1'),
    bundle: await bundled(published(ISSUER, { jwks: good })),
    expect: unknown('trust')('key_not_in_metadata'),
    also: noKey,
  },
  'issuer-metadata-with-kid-twice': {
    ...metadataSigner,
    description: 'the metadata have two keys of that kid',
    bundle: await bundled(published(ISSUER, { jwks: { keys: [key('published_key', '2026-1'), key('another_published_key', '2026-1')] } })),
    expect: unknown('trust')('key_not_in_metadata'),
    also: noKey,
  },
  'issuer-metadata-by-url': {
    ...metadataSigner,
    description: 'the metadata name another place for the keys (jwks_uri)',
    bundle: await bundled(published(ISSUER, { jwks_uri: `${ISSUER}/jwks` })),
    expect: unknown('trust')('issuer_metadata_without_keys'),
    also: noKey,
  },
  'issuer-metadata-key-not-trusted': {
    ...metadataSigner,
    description: 'the issuer publishes the key, and the trust file does not have it',
    issuer: party('another_published_key'),
    header: byKid('2026-2'),
    bundle: await bundled(published(ISSUER, { jwks: good })),
    expect: untrusted('issuer_not_trusted'),
  },
}
