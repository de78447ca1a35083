import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { signer } from '@symbolon/primitives/node'
import type { SignatureAlgorithm } from '@symbolon/sd-jwt'
import type { SignerKind, SignerPlace } from './index.ts'

/** The algorithm that goes with a curve (RFC 7518 section 3.4), by OpenSSL's name of the curve. */
const ALGORITHMS: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['prime256v1', 'ES256'],
  ['secp384r1', 'ES384'],
  ['secp521r1', 'ES512'],
])
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** A key in a PEM file (PKCS #8, not encrypted), and a PEM file with its certificate first and those above it after. */
export const fileSigner: SignerKind = {
  id: 'file',
  open: (place, now) => {
    const texts = readTexts(place)
    const key = readKey(texts.key, place.key)
    const algorithm = ALGORITHMS.get(key.asymmetricKeyDetails?.namedCurve ?? '')
    if (algorithm === undefined) throw new Error(`the key in ${place.key} is not on the curve P-256, P-384 or P-521`)
    const [certificate, ...above] = readChain(texts.chain, place.chain)
    if (certificate === undefined) throw new Error(`${place.chain} holds no certificate`)
    checkChain(certificate, above, key, place)
    checkTime([certificate, ...above], now())
    const inner = signer(key, algorithm)
    return {
      certificate,
      x5c: [certificate, ...above].map(({ raw }) => raw.toString('base64')),
      signer: {
        algorithm,
        // An expired signer must not keep signing because nobody restarted it.
        sign: (data) => {
          checkTime([certificate, ...above], now())
          return inner.sign(data)
        },
      },
    }
  },
}

/** A file that holds both is read once: another process may put a new one in its place meanwhile. */
function readTexts(place: SignerPlace): SignerPlace {
  const key = readText(place.key, 'a private key')
  return { key, chain: place.chain === place.key ? key : readText(place.chain, 'certificates') }
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new Error(`${path}: there is no such file`)
    throw unreadable(path, what)
  }
}

function readKey(pem: string, path: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    throw unreadable(path, 'a private key')
  }
}

function readChain(pem: string, path: string): X509Certificate[] {
  try {
    return Array.from(pem.matchAll(PEM_CERTIFICATE), ([one]) => new X509Certificate(one))
  } catch {
    throw unreadable(path, 'certificates')
  }
}

const unreadable = (path: string, what: string): Error => new Error(`${path} cannot be read as ${what} in PEM`)

function checkChain(leaf: X509Certificate, above: readonly X509Certificate[], key: KeyObject, place: { key: string; chain: string }): void {
  if (!leaf.checkPrivateKey(key)) throw new Error(`the first certificate in ${place.chain} is not for the key in ${place.key}`)
  const chain = [leaf, ...above]
  for (const [index, certificate] of chain.entries()) {
    if (certificate.checkIssued(certificate))
      throw new Error(`certificate ${index + 1} in ${place.chain} is self-signed; anchors stay out of the chain`)
    const issuer = chain[index + 1]
    if (issuer && !(certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey))) {
      throw new Error(`certificate ${index + 1} in ${place.chain} was not issued by the next one`)
    }
  }
}

/** Throws unless all are valid at `now`, in seconds; the code of the error is for the log. */
function checkTime(chain: readonly X509Certificate[], now: number): void {
  for (const { validFromDate, validToDate, subject } of chain) {
    const name = subject.replaceAll('\n', ', ')
    if (now * 1000 < validFromDate.getTime()) throw untimely('certificate_not_yet_valid', name, 'is valid only from', validFromDate)
    if (now * 1000 > validToDate.getTime()) throw untimely('certificate_expired', name, 'ended on', validToDate)
  }
}

const untimely = (code: string, name: string, what: string, when: Date): Error =>
  Object.assign(new Error(`the certificate of ${name} ${what} ${when.toISOString()}`), { code })
