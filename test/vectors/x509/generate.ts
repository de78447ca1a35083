/**
 * Makes the certificate chains of this folder: one file, one fault. Run by hand when a vector is added; tests read the
 * files only. The keys are thrown away, so every run makes other certificates.
 */
import 'reflect-metadata'
import { writeFileSync } from 'node:fs'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  BasicConstraints,
  Certificate,
  Extension,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  Name as Asn1Name,
  NameConstraints,
} from '@peculiar/asn1-x509'
import * as x509 from '@peculiar/x509'

/** 23 November 2026, noon. */
const NOW = 1_795_435_200
const DAY = 86_400
const ISSUER = 'https://issuer.example/social'
const TYPE = 'urn:example:statute'
const AUTHORITY = 'C=BE, O=Example Authority, CN=Credential CA'
const ROOT = 'C=BE, O=Example Authority, CN=Root'
const LEAF = 'C=BE, O=Example Institution, CN=Credential signer'

type Hash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'
interface Party {
  readonly name: string
  readonly keys: CryptoKeyPair
  readonly certificate: x509.X509Certificate
}
interface Wish {
  readonly subject?: string
  readonly keys?: CryptoKeyPair
  readonly from?: number
  readonly to?: number
  readonly hash?: Hash
  readonly extensions?: readonly x509.Extension[]
}

const ec = (namedCurve: 'P-256' | 'P-384' | 'P-521' = 'P-256'): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify'])
const rsa = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
    true,
    ['sign', 'verify'],
  )

const { digitalSignature, nonRepudiation, keyCertSign, cRLSign, keyAgreement } = x509.KeyUsageFlags
const caUsage = new x509.KeyUsagesExtension(keyCertSign | cRLSign, true)
const ca = (pathLength?: number): x509.Extension[] => [new x509.BasicConstraintsExtension(true, pathLength, true), caUsage]
const names = (...list: { type: 'dns' | 'url' | 'ip' | 'email'; value: string }[]) => new x509.SubjectAlternativeNameExtension(list)
const leafNames = names({ type: 'url', value: ISSUER }, { type: 'dns', value: 'issuer.example' })
const leafUsage = new x509.KeyUsagesExtension(digitalSignature, true)
const leafExtensions: readonly x509.Extension[] = [leafUsage, leafNames]

let serial = 1
async function certify(issuer: { name: string; keys: CryptoKeyPair }, wish: Wish & { subject: string }): Promise<Party> {
  const keys = wish.keys ?? (await ec())
  const signingAlgorithm =
    issuer.keys.privateKey.algorithm.name === 'ECDSA' ? { name: 'ECDSA', hash: wish.hash ?? 'SHA-256' } : issuer.keys.privateKey.algorithm
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: (0x1000 + serial++).toString(16),
    issuer: issuer.name,
    subject: wish.subject,
    notBefore: new Date((NOW + (wish.from ?? -30 * DAY)) * 1000),
    notAfter: new Date((NOW + (wish.to ?? 330 * DAY)) * 1000),
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm,
    extensions: [...(wish.extensions ?? [])],
  })
  return { name: wish.subject, keys, certificate }
}
const authority = (issuer: Party, wish: Wish = {}): Promise<Party> =>
  certify(issuer, { subject: 'C=BE, O=Example Authority, CN=Intermediate CA', extensions: ca(), ...wish })
const leaf = (issuer: Party, wish: Wish = {}): Promise<Party> => certify(issuer, { subject: LEAF, extensions: leafExtensions, ...wish })
async function selfSigned(subject: string, wish: Wish = {}): Promise<Party> {
  const keys = wish.keys ?? (await ec())
  return certify({ name: subject, keys }, { extensions: ca(), ...wish, subject, keys })
}

/** The same certificate with something changed that no generator would write, signed again by its issuer. */
async function forge(party: Party, issuer: Party, change: (certificate: Certificate) => void): Promise<Party> {
  const certificate = AsnConvert.parse(party.certificate.rawData, Certificate)
  certificate.tbsCertificateRaw = undefined as never
  change(certificate)
  const signed = AsnConvert.serialize(certificate.tbsCertificate)
  const raw = new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, issuer.keys.privateKey, signed))
  certificate.signatureValue = derSignature(raw.subarray(0, 32), raw.subarray(32)).buffer
  return { ...party, certificate: new x509.X509Certificate(AsnConvert.serialize(certificate)) }
}
/** A change after signing, to the bytes themselves. */
const bytes = (party: Party): Uint8Array<ArrayBuffer> => new Uint8Array(party.certificate.rawData)
function derSignature(r: Uint8Array, s: Uint8Array): Uint8Array<ArrayBuffer> {
  const integers = [r, s].flatMap((half) => {
    const from = half.findIndex((byte) => byte !== 0)
    const magnitude = [...half.subarray(from)]
    const padded = (magnitude[0] ?? 0) >= 0x80 ? [0, ...magnitude] : magnitude
    return [0x02, padded.length, ...padded]
  })
  return Uint8Array.from([0x30, integers.length, ...integers])
}
function setSignature(party: Party, value: Uint8Array<ArrayBuffer>): Party {
  const certificate = AsnConvert.parse(party.certificate.rawData, Certificate)
  certificate.signatureValue = value.buffer
  return { ...party, certificate: new x509.X509Certificate(AsnConvert.serialize(certificate)) }
}
const signatureOf = (party: Party): Uint8Array<ArrayBuffer> => new Uint8Array(AsnConvert.parse(party.certificate.rawData, Certificate).signatureValue)

const limits = (permitted: GeneralName[], excluded: GeneralName[] = []): x509.Extension =>
  new x509.Extension(
    '2.5.29.30',
    true,
    AsnConvert.serialize(
      new NameConstraints({
        ...(permitted.length > 0 && { permittedSubtrees: new GeneralSubtrees(permitted.map((base) => new GeneralSubtree({ base }))) }),
        ...(excluded.length > 0 && { excludedSubtrees: new GeneralSubtrees(excluded.map((base) => new GeneralSubtree({ base }))) }),
      }),
    ),
  )
const dns = (dNSName: string) => new GeneralName({ dNSName })
const uri = (uniformResourceIdentifier: string) => new GeneralName({ uniformResourceIdentifier })
const directory = (name: string) => new GeneralName({ directoryName: AsnConvert.parse(new x509.Name(name).toArrayBuffer(), Asn1Name) })
const email = (rfc822Name: string) => new GeneralName({ rfc822Name })

type Text = string | Party | Uint8Array<ArrayBuffer>
const base64 = (text: Text): string =>
  typeof text === 'string' ? text : 'certificate' in text ? bytes(text).toBase64() : text.toBase64()
interface Vector {
  readonly about: string
  readonly section: string
  readonly x5c: unknown
  readonly trust: readonly object[]
  readonly outcome: 'pass' | 'fail' | 'unknown'
  readonly code: string
  readonly purpose?: string
  readonly type?: string
  readonly issuer?: string | null
  readonly algorithm?: string
  readonly now?: number
}
const anchor = (party: Party, more: object = {}): object => ({ name: 'Example anchor', for: 'credential', certificate: base64(party), ...more })
let written = 0
function write(file: string, vector: Vector): void {
  const { about, section, x5c, trust, outcome, code, now = NOW, purpose = 'credential', type = TYPE, issuer = ISSUER, algorithm = 'ES256' } = vector
  const content = { about, section, now, purpose, type, issuer, algorithm, trust, x5c, expect: { outcome, code } }
  writeFileSync(new URL(`${file}.json`, import.meta.url), `${JSON.stringify(content, null, 1)}\n`)
  written++
}
const fail = (file: string, code: string, section: string, about: string, chain: readonly Text[], trusted: Party, more: Partial<Vector> = {}): void =>
  write(file, { about, section, x5c: chain.map(base64), trust: [anchor(trusted)], outcome: 'fail', code, ...more })
const pass = (file: string, section: string, about: string, chain: readonly Text[], trusted: Party, more: Partial<Vector> = {}): void =>
  write(file, { about, section, x5c: chain.map(base64), trust: [anchor(trusted)], outcome: 'pass', code: 'issuer_trusted', ...more })

const root = await selfSigned(ROOT)
const top = await certify(root, { subject: AUTHORITY, extensions: ca() })
const middle = await authority(top)
const good = await leaf(top)
const below = await leaf(middle)

// What must pass.
pass('valid-leaf', 'RFC 5280 section 6.1', 'leaf below the anchor, itself an intermediate authority', [good], top)
pass('valid-intermediate', 'RFC 5280 section 6.1', 'leaf and intermediate below the anchor', [below, middle], top)
pass('valid-root-anchor', 'RFC 5280 section 6.1', 'the anchor is a self-signed root', [good, top], root)
pass('valid-without-iss', 'SD-JWT VC draft 19 section 2.5', 'no iss: the subject of the leaf is the issuer', [good], top, { issuer: null })
pass('valid-iss-by-dns-name', 'SD-JWT VC draft 19 section 2.5', 'the host of iss is in the leaf', [await leaf(top, { extensions: [leafUsage, names({ type: 'dns', value: 'issuer.example' })] })], top)
pass('valid-no-key-usage-in-leaf', 'RFC 5280 section 4.2.1.3', 'a leaf without key usage may be used for anything', [await leaf(top, { extensions: [leafNames] })], top)
pass('valid-content-commitment', 'RFC 5280 section 4.2.1.3', 'a leaf for seals: contentCommitment alone', [await leaf(top, { extensions: [new x509.KeyUsagesExtension(nonRepudiation, true), leafNames] })], top)
pass('valid-last-second', 'RFC 5280 section 4.1.2.5', 'notAfter belongs to the validity', [await leaf(top, { to: 0 })], top)
pass('valid-name-case', 'RFC 5280 section 7.1', 'names differ by case and spaces only', [await certify({ ...top, name: 'C=BE, O=example  AUTHORITY, CN=credential ca' }, { subject: LEAF, extensions: leafExtensions })], top)
pass('valid-key-purpose-jwt', 'RFC 9509 section 3', 'extended key usage id-kp-jwt', [await leaf(top, { extensions: [...leafExtensions, new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.37'], true)] })], top)
const renewed = await certify(root, { subject: AUTHORITY, extensions: ca() })
pass('valid-anchor-renewed', 'RFC 5280 section 6.1', 'two anchors of one name, the second one signed', [await leaf(renewed)], top, { trust: [anchor(top), anchor(renewed)] })
const again = (wish: Wish): Promise<Party> => certify(root, { subject: AUTHORITY, extensions: ca(), keys: top.keys, ...wish })
pass('valid-anchor-renewed-same-key', 'RFC 5280 section 6.1', 'two certificates of one authority with one key, of which the first has ended', [good], top, { trust: [anchor(await again({ to: -1 })), anchor(top)] })
pass('valid-anchor-renewed-other-purpose', 'RFC 5280 section 6.1', 'two certificates of one authority with one key, of which the first is for status lists', [good], top, { trust: [anchor(await again({}), { for: 'status' }), anchor(top)] })
for (const [curve, hash, algorithm] of [['P-384', 'SHA-384', 'ES384'], ['P-521', 'SHA-512', 'ES512']] as const) {
  const large = await selfSigned(AUTHORITY, { keys: await ec(curve), hash })
  pass(`valid-${curve.toLowerCase()}`, 'RFC 7518 section 3.4', `${curve} with ${hash} all the way`, [await leaf(large, { keys: await ec(curve), hash })], large, { algorithm })
}
const limited = await certify(root, { subject: AUTHORITY, extensions: [...ca(), limits([dns('example'), uri('issuer.example'), directory('C=BE')], [dns('other.example')])] })
pass('valid-name-constraints', 'RFC 5280 section 4.2.1.10', 'all names within the permitted subtrees', [await leaf(limited)], limited)

// x5c itself.
const raw = (file: string, code: string, about: string, x5c: unknown): void =>
  write(file, { about, section: 'RFC 7515 section 4.1.6', x5c, trust: [anchor(top)], outcome: 'fail', code })
raw('x5c-empty', 'chain_malformed', 'x5c without certificates', [])
raw('x5c-not-a-list', 'chain_malformed', 'x5c is the certificate itself', base64(good))
raw('x5c-base64url', 'chain_malformed', 'base64url without padding instead of base64', [bytes(good).toBase64({ alphabet: 'base64url', omitPadding: true }).replace(/^(.{100})./, '$1_')])
raw('x5c-line-breaks', 'chain_malformed', 'base64 broken into lines, as in PEM', [base64(good).replace(/(.{64})/g, '$1\n')])
raw('x5c-pem', 'chain_malformed', 'PEM instead of base64 of the DER', [good.certificate.toString('pem')])
raw('x5c-number', 'chain_malformed', 'a number among the certificates', [base64(good), 7])
raw('x5c-nine-certificates', 'chain_too_long', 'more certificates than anybody has authorities', Array.from({ length: 9 }, () => base64(good)))

// Certificates that are none.
const broken = (file: string, about: string, text: Text): void => fail(file, 'certificate_malformed', 'RFC 5280 section 4.1', about, [text], top)
const der = bytes(good)
broken('certificate-cut-off', 'the last byte is missing', der.slice(0, -1))
broken('certificate-byte-after-end', 'one byte after the end', Uint8Array.from([...der, 0]))
broken('certificate-not-der', 'its length takes one byte more than needed', Uint8Array.from([0x30, 0x83, 0, ...der.subarray(2)]))
broken('certificate-is-text', 'text instead of a certificate', new TextEncoder().encode('this is not a certificate'))
broken('certificate-nested-deep', 'two thousand sequences in one another', nested(2000))
broken('certificate-version-1', 'version 1 cannot carry extensions', await forge(await leaf(top, { extensions: [] }), top, ({ tbsCertificate }) => { tbsCertificate.version = 0; delete tbsCertificate.extensions }))
broken('certificate-extension-twice', 'basicConstraints cA false, then cA true', await forge(good, top, ({ tbsCertificate }) => {
  const basic = (cA: boolean) => new Extension({ extnID: '2.5.29.19', critical: true, extnValue: new OctetString(AsnConvert.serialize(new BasicConstraints({ cA }))) })
  tbsCertificate.extensions?.push(basic(false), basic(true))
}))
broken('certificate-two-algorithms', 'the algorithm inside is not the one outside', await forge(good, top, ({ tbsCertificate }) => { tbsCertificate.signature.algorithm = '1.2.840.10045.4.3.3' }))
broken('certificate-issuer-without-name', 'an empty issuer', await forge(good, top, ({ tbsCertificate }) => { tbsCertificate.issuer = new Asn1Name() }))
broken('certificate-broken-key-usage', 'key usage that is no bit string', await forge(good, top, ({ tbsCertificate }) => {
  for (const extension of tbsCertificate.extensions ?? []) if (extension.extnID === '2.5.29.15') extension.extnValue = new OctetString(Uint8Array.of(4, 1, 0x80))
}))
broken('certificate-name-constraints-in-leaf', 'name constraints in a certificate that is no authority', await leaf(top, { extensions: [...leafExtensions, limits([dns('example')])] }))

// HAIP 6.1.1.
const alone = await selfSigned(LEAF, { extensions: leafExtensions })
fail('leaf-self-signed', 'certificate_self_signed', 'HAIP 1.0 section 6.1.1', 'the leaf signed itself', [alone], top)
fail('leaf-self-signed-in-trust-file', 'certificate_self_signed', 'HAIP 1.0 section 6.1.1', 'a self-signed authority signs the credential itself and stands in the trust file', [top.name === AUTHORITY ? await selfSigned('CN=Itself') : top], top)
fail('leaf-is-authority', 'certificate_for_ca', 'SD-JWT VC draft 19 section 2.5', 'an authority signs the credential with its own key', [await leaf(top, { extensions: [new x509.BasicConstraintsExtension(true, undefined, true), new x509.KeyUsagesExtension(digitalSignature | keyCertSign, true), leafNames] })], top)
fail('anchor-in-chain', 'certificate_anchor_in_chain', 'HAIP 1.0 section 6.1.1', 'x5c carries the anchor', [good, top], top)
fail('root-anchor-in-chain', 'certificate_anchor_in_chain', 'HAIP 1.0 section 6.1.1', 'x5c carries the self-signed anchor', [good, top, root], root)

// Trust.
const stranger = await selfSigned('C=XX, CN=Stranger CA')
const purpose = 'README, Trust'
fail('root-not-trusted', 'issuer_not_trusted', 'RFC 5280 section 6.1', 'the authority is not in the trust file', [await leaf(stranger)], top)
fail('root-in-chain-not-trusted', 'issuer_not_trusted', 'RFC 5280 section 6.1', 'x5c brings its own root along', [await leaf(stranger), stranger], top)
fail('trust-file-empty', 'issuer_not_trusted', purpose, 'an empty trust file trusts nobody', [good], top, { trust: [] })
const impostor = await selfSigned(AUTHORITY)
fail('authority-of-same-name', 'certificate_signature_wrong', 'RFC 5280 section 6.1.3 (a)(1)', 'another key under the name of the anchor', [await leaf(impostor)], top)
fail('anchor-for-status', 'anchor_for_other_purpose', purpose, 'the anchor vouches for status lists only', [good], top, { trust: [anchor(top, { for: 'status' })] })
fail('anchor-for-credential-signs-status', 'anchor_for_other_purpose', purpose, 'the anchor vouches for credentials only', [good], top, { purpose: 'status' })
fail('anchor-of-other-types', 'issuer_not_authorised_for_type', purpose, 'the anchor vouches for another type', [good], top, { trust: [anchor(top, { types: ['urn:example:other'] })] })

// The issuer's name.
const named = (file: string, about: string, issuer: string, ...list: Parameters<typeof names>): Promise<void> =>
  leaf(top, { extensions: [leafUsage, ...(list.length > 0 ? [names(...list)] : [])] }).then((party) =>
    fail(file, 'issuer_not_in_certificate', 'SD-JWT VC draft 19 section 2.5', about, [party], top, { issuer }))
await named('iss-of-other-host', 'iss is at another host', 'https://other.example/social', { type: 'url', value: ISSUER }, { type: 'dns', value: 'issuer.example' })
await named('iss-of-subdomain', 'iss is below the certified host', 'https://evil.issuer.example', { type: 'dns', value: 'issuer.example' })
await named('iss-other-path', 'iss is another URI at the host, and the host itself is not certified', 'https://issuer.example/other', { type: 'url', value: ISSUER })
await named('iss-http', 'iss at the certified host without https', 'http://issuer.example/social', { type: 'dns', value: 'issuer.example' })
await named('iss-without-alternative-names', 'the leaf certifies no such name at all', ISSUER)
fail('algorithm-not-for-key', 'algorithm_not_for_key', 'RFC 7515 section 4.1.1', 'the header says ES384, the leaf has a P-256 key', [good], top, { algorithm: 'ES384' })

// 6.1.3 (a)(1): signatures.
const flipped = signatureOf(good)
flipped[flipped.length - 1] = (flipped[flipped.length - 1] ?? 0) ^ 1
const wrong = 'certificate_signature_wrong'
const a1 = 'RFC 5280 section 6.1.3 (a)(1)'
fail('leaf-signature-changed', wrong, a1, 'one bit of the signature', [setSignature(good, flipped)], top)
fail('leaf-content-changed', wrong, a1, 'the subject was changed after signing', [Uint8Array.from(Buffer.from(Buffer.from(bytes(good)).toString('latin1').replace('Example Institution', 'Example Impostorion'), 'latin1'))], top)
fail('leaf-signed-by-stranger', wrong, a1, 'the leaf names the intermediate, a stranger signed it', [await certify({ name: middle.name, keys: stranger.keys }, { subject: LEAF, extensions: leafExtensions }), middle], top)
fail('intermediate-signature-changed', wrong, a1, 'the intermediate was signed by another key of that name', [below, await certify({ name: AUTHORITY, keys: stranger.keys }, { subject: middle.name, keys: middle.keys, extensions: ca() })], top)
const plain = signatureOf(good)
fail('signature-padded', wrong, 'RFC 3279 section 2.2.3', 'the first number of the signature has a needless zero', [setSignature(good, Uint8Array.from([0x30, (plain[1] ?? 0) + 1, 2, (plain[3] ?? 0) + 1, 0, ...plain.subarray(4)]))], top)
fail('signature-not-der', wrong, 'RFC 3279 section 2.2.3', 'r and s side by side, as in a JWS', [setSignature(good, new Uint8Array(64).fill(7))], top)
fail('signature-zero', wrong, 'RFC 3279 section 2.2.3', 'r and s are zero', [setSignature(good, Uint8Array.of(0x30, 6, 2, 1, 0, 2, 1, 0))], top)
const noAlgorithm = 'certificate_algorithm_not_allowed'
fail('algorithm-sha1', noAlgorithm, a1, 'signed with SHA-1', [await forge(good, top, (certificate) => { certificate.signatureAlgorithm.algorithm = certificate.tbsCertificate.signature.algorithm = '1.2.840.10045.4.1' })], top)
fail('algorithm-other-hash', noAlgorithm, 'RFC 7518 section 3.4', 'P-256 with SHA-384', [await leaf(top, { hash: 'SHA-384' })], top)
const rsaMiddle = await authority(top, { keys: await rsa() })
fail('algorithm-rsa-intermediate', 'certificate_key_unusable', 'RFC 5280 section 4.1.2.7', 'the intermediate has an RSA key', [await leaf(rsaMiddle), rsaMiddle], top)
fail('algorithm-rsa-leaf', 'certificate_key_unusable', 'RFC 5280 section 4.1.2.7', 'the leaf has an RSA key', [await leaf(top, { keys: await rsa() })], top)
fail('leaf-key-off-curve', 'certificate_key_unusable', 'RFC 5480 section 2.2', 'the key of the leaf is no point of the curve', [await forge(good, top, ({ tbsCertificate }) => {
  const key = new Uint8Array(tbsCertificate.subjectPublicKeyInfo.subjectPublicKey)
  key[64] = (key[64] ?? 0) ^ 1
  tbsCertificate.subjectPublicKeyInfo.subjectPublicKey = key.buffer
})], top)

// 6.1.3 (a)(2): times.
const a2 = 'RFC 5280 section 6.1.3 (a)(2)'
fail('leaf-expired', 'certificate_expired', a2, 'the leaf ended a second ago', [await leaf(top, { to: -1 })], top)
fail('leaf-not-yet-valid', 'certificate_not_yet_valid', a2, 'the leaf begins in a second', [await leaf(top, { from: 1 })], top)
const oldMiddle = await authority(top, { to: -1 })
fail('intermediate-expired', 'certificate_expired', a2, 'the intermediate ended a second ago', [await leaf(oldMiddle), oldMiddle], top)
const newMiddle = await authority(top, { from: 1 })
fail('intermediate-not-yet-valid', 'certificate_not_yet_valid', a2, 'the intermediate begins in a second', [await leaf(newMiddle), newMiddle], top)
const oldTop = await certify(root, { subject: AUTHORITY, extensions: ca(), to: -1 })
fail('anchor-expired', 'certificate_expired', a2, 'the anchor itself ended a second ago', [await leaf(oldTop)], oldTop)

// 6.1.3 (a)(4): names.
const a4 = 'certificate_issuer_wrong'
const order = 'RFC 5280 section 6.1.3 (a)(4)'
fail('chain-out-of-order', 'certificate_for_ca', 'RFC 7515 section 4.1.6', 'the intermediate comes first', [middle, below], top)
fail('intermediate-of-other-leaf', a4, order, 'the intermediate did not certify the leaf', [good, middle], top)
fail('intermediate-twice', a4, order, 'the intermediate is given twice', [below, middle, middle], top)
fail('intermediate-missing', 'issuer_not_trusted', order, 'nobody of the trust file is above the leaf', [below], top)

// 6.1.3 (b), (c): name constraints.
async function constrained(file: string, about: string, limit: x509.Extension, wish: Wish = {}): Promise<void> {
  const above = await authority(top, { extensions: [...ca(), limit] })
  fail(file, 'certificate_name_not_permitted', 'RFC 5280 section 4.2.1.10', about, [await leaf(above, wish), above], top)
}
await constrained('name-dns-not-permitted', 'the host is outside the permitted one', limits([dns('other.example')]))
await constrained('name-dns-excluded', 'the host is excluded', limits([], [dns('example')]))
await constrained('name-dns-suffix-not-label', 'the permitted name is a suffix of the host but not of its labels', limits([dns('er.example')]))
await constrained('name-uri-not-permitted', 'the URI is at another host', limits([uri('other.example')]))
await constrained('name-uri-excluded', 'the host of the URI is excluded', limits([], [uri('issuer.example')]))
await constrained('name-uri-without-host', 'a URI without a host under a constraint on hosts', limits([uri('issuer.example')]), { extensions: [leafUsage, names({ type: 'url', value: ISSUER }, { type: 'url', value: 'urn:example:issuer' })] })
await constrained('name-directory-not-permitted', 'the subject is outside the permitted directory', limits([directory('C=NL')]))
await constrained('name-directory-excluded', 'the subject is in the excluded directory, written in capitals', limits([], [directory('C=BE, O=EXAMPLE INSTITUTION')]))
await constrained('name-ip-not-comparable', 'a constraint on addresses, and an address in the leaf', limits([new GeneralName({ iPAddress: '10.0.0.0' })]), { extensions: [leafUsage, names({ type: 'url', value: ISSUER }, { type: 'ip', value: '10.0.0.1' })] })
await constrained('name-email-not-comparable', 'a constraint on mail, and an address in the subject', limits([], [email('other.example')]), { subject: `${LEAF}, E=someone@institution.example` })
const limitedAnchor = await certify(root, { subject: AUTHORITY, extensions: [...ca(), limits([dns('other.example')])] })
fail('name-not-permitted-by-anchor', 'certificate_name_not_permitted', 'RFC 5937 section 3.2', "the anchor's own constraints hold too", [await leaf(limitedAnchor)], limitedAnchor)

// 6.1.4 (k) to (n), 6.1.5: what a certificate may be used for.
async function unfit(file: string, code: string, section: string, about: string, extensions: readonly x509.Extension[]): Promise<void> {
  const above = await authority(top, { extensions })
  fail(file, code, section, about, [await leaf(above), above], top)
}
const k = 'RFC 5280 section 6.1.4 (k)'
await unfit('intermediate-without-basic-constraints', 'certificate_not_ca', k, 'an authority without basicConstraints', [caUsage])
await unfit('intermediate-not-authority', 'certificate_not_ca', k, 'basicConstraints with cA false', [new x509.BasicConstraintsExtension(false, undefined, true), caUsage])
fail('leaf-certifies-leaf', 'certificate_not_ca', k, 'a leaf certifies another', [await leaf(good, { subject: 'CN=Below a leaf' }), good], top)
await unfit('intermediate-without-key-usage', 'certificate_key_usage', 'RFC 5280 section 4.2.1.3', 'an authority without key usage', [new x509.BasicConstraintsExtension(true, undefined, true)])
await unfit('intermediate-may-not-certify', 'certificate_key_usage', 'RFC 5280 section 6.1.4 (n)', 'an authority without keyCertSign', [new x509.BasicConstraintsExtension(true, undefined, true), new x509.KeyUsagesExtension(cRLSign, true)])
fail('leaf-may-not-sign', 'certificate_key_usage', 'RFC 5280 section 4.2.1.3', 'a leaf for key agreement only', [await leaf(top, { extensions: [new x509.KeyUsagesExtension(keyAgreement, true), leafNames] })], top)
const shortTop = await certify(root, { subject: AUTHORITY, extensions: ca(0) })
const underShort = await authority(shortTop)
fail('path-too-long-for-anchor', 'certificate_path_too_long', 'RFC 5280 section 6.1.4 (l)', 'the anchor allows no authority below it', [await leaf(underShort), underShort], shortTop)
const first = await authority(top, { extensions: ca(0) })
const second = await authority(first, { subject: 'CN=Second intermediate' })
fail('path-too-long-for-intermediate', 'certificate_path_too_long', 'RFC 5280 section 6.1.4 (m)', 'the upper intermediate allows no authority below it', [await leaf(second), second, first], top)

// 6.1.4 (o), 6.1.5 (f): critical extensions.
const critical = new x509.Extension('1.3.6.1.4.1.99999.1', true, Uint8Array.of(5, 0).buffer)
const o = 'RFC 5280 section 6.1.5 (f)'
fail('leaf-unknown-critical', 'certificate_extension_unknown', o, 'a critical extension nobody knows', [await leaf(top, { extensions: [...leafExtensions, critical] })], top)
await unfit('intermediate-unknown-critical', 'certificate_extension_unknown', 'RFC 5280 section 6.1.4 (o)', 'a critical extension nobody knows', [...ca(), critical])
fail('leaf-critical-policies', 'certificate_extension_unknown', o, 'critical certificate policies, which are not processed', [await leaf(top, { extensions: [...leafExtensions, new x509.CertificatePolicyExtension(['1.3.6.1.4.1.99999.2'], true)] })], top)

// Extended key usage.
const tls = new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1'])
const eku = 'RFC 5280 section 4.2.1.12'
fail('leaf-for-tls', 'certificate_extended_key_usage', eku, 'a leaf for web servers only', [await leaf(top, { extensions: [...leafExtensions, tls] })], top)
await unfit('intermediate-for-tls', 'certificate_extended_key_usage', eku, 'an authority for web servers only', [...ca(), tls])

console.log(`${written} vectors`)

function nested(depth: number): Uint8Array<ArrayBuffer> {
  let value: number[] = []
  for (let level = 0; level < depth; level++) {
    const length = value.length
    value = [0x30, ...(length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]), ...value]
  }
  return Uint8Array.from(value)
}
