import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import { NAME_CONSTRAINTS, nameConstraints } from './name_constraints.ts'

const KEYS = { name: 'ECDSA', namedCurve: 'P-256' }
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' }
const DAY = 86_400_000

x509.cryptoProvider.set(crypto)

/** What a certificate says. `now` and `days` bound its validity; `pathLength` makes it an authority; addresses go into its alternative names. */
export interface Profile {
  readonly subject: string
  readonly now: number
  readonly days: number
  readonly pathLength?: number
  readonly addresses?: readonly string[]
  /** The only hosts that may stand in certificates under this authority; absent: any. */
  readonly onlyFor?: readonly string[]
  /** The names and numbers of a server: they make the certificate one for https (RFC 9110 section 4.3.4). */
  readonly hosts?: readonly string[]
}

/**
 * Makes a key and a certificate by the rules of RFC 5280 section 4.2; without an issuer it is signed by itself.
 *
 * What it makes, and the issuer, is PEM with both the key and the certificate.
 */
export async function certify(profile: Profile, issuer?: string): Promise<string> {
  const keys = await crypto.subtle.generateKey(KEYS, true, ['sign', 'verify'])
  const notBefore = new Date((profile.now - 60) * 1000)
  const common = {
    // Positive, 127 bits from a random source (RFC 5280 section 4.1.2.2).
    serialNumber: numberFrom(randomBytes(16)),
    notBefore,
    notAfter: new Date(notBefore.getTime() + profile.days * DAY),
    signingAlgorithm: SIGNATURE,
  }
  const above = issuer === undefined ? undefined : new x509.X509Certificate(block(issuer, 'CERTIFICATE'))
  const extensions = await extensionsOf(profile, keys.publicKey, above)
  const certificate =
    issuer !== undefined && above
      ? await x509.X509CertificateGenerator.create({
          ...common,
          subject: profile.subject,
          issuer: above.subjectName,
          publicKey: keys.publicKey,
          signingKey: await importKey(block(issuer, 'PRIVATE KEY')),
          extensions,
        })
      : await x509.X509CertificateGenerator.createSelfSigned({ ...common, name: profile.subject, keys, extensions })
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n${certificate.toString('pem')}\n`
}

async function extensionsOf(profile: Profile, publicKey: CryptoKey, above?: x509.X509Certificate): Promise<x509.Extension[]> {
  const { pathLength, onlyFor, addresses = [], hosts = [] } = profile
  const extensions: x509.Extension[] = [await x509.SubjectKeyIdentifierExtension.create(publicKey)]
  extensions.push(await x509.AuthorityKeyIdentifierExtension.create(above?.publicKey ?? publicKey))
  if (pathLength === undefined) {
    extensions.push(new x509.BasicConstraintsExtension(false, undefined, true))
    extensions.push(new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true))
  } else {
    extensions.push(new x509.BasicConstraintsExtension(true, pathLength, true))
    extensions.push(new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true))
  }
  if (onlyFor !== undefined) extensions.push(new x509.Extension(NAME_CONSTRAINTS, true, nameConstraints(onlyFor)))
  // SD-JWT VC section 2.5 and HAIP 6.1.1: the issuer's URL must be a name of the certificate that signs for it.
  const names = [...addresses.flatMap(addressNames), ...hosts.map(hostName)]
  if (names.length > 0) extensions.push(new x509.SubjectAlternativeNameExtension(names))
  if (hosts.length > 0) extensions.push(new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]))
  return extensions
}

const addressNames = (address: string): x509.JsonGeneralName[] => [
  { type: 'url', value: address },
  hostName(new URL(address).hostname.replace(/^\[|\]$/g, '')),
]

const hostName = (host: string): x509.JsonGeneralName => ({ type: isIP(host) === 0 ? 'dns' : 'ip', value: host })

const importKey = (pkcs8: ArrayBuffer): Promise<CryptoKey> => crypto.subtle.importKey('pkcs8', pkcs8, KEYS, false, ['sign'])

function block(pem: string, kind: string): ArrayBuffer {
  const found = x509.PemConverter.decodeWithHeaders(pem).find(({ type }) => type === kind)
  if (found === undefined) throw new Error(`a file of the development authority has no ${kind}`)
  return found.rawData
}

function numberFrom(bytes: Uint8Array): string {
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return Buffer.from(bytes).toString('hex')
}
