import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { exported, KEYS, type Kept, keptIn, type Made } from '../../presentations/making/parties.ts'

/** Those who ask, of `shared/pki.json`; everybody else is of the presentations. */
export const asker = await keptIn(new URL('../shared/pki.json', import.meta.url), make)

async function make(): Promise<Record<string, Kept>> {
  const made: Record<string, Made & { readonly certificate: x509.X509Certificate }> = {}
  const { digitalSignature, keyCertSign, cRLSign } = x509.KeyUsageFlags
  const authority = [new x509.BasicConstraintsExtension(true, 0, true), new x509.KeyUsagesExtension(keyCertSign | cRLSign, true)]
  const leaf = [
    new x509.KeyUsagesExtension(digitalSignature, true),
    new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'desk.example' }]),
  ]
  const certify = async (name: string, subject: string, extensions: readonly x509.Extension[], above?: string, to = '2034-01-01') => {
    const keys = await crypto.subtle.generateKey(KEYS, true, ['sign', 'verify'])
    const issuer = above === undefined ? undefined : made[above]
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: (0x3000 + Object.keys(made).length).toString(16),
      issuer: issuer?.certificate.subject ?? subject,
      subject,
      notBefore: new Date('2024-01-01T00:00:00Z'),
      notAfter: new Date(`${to}T00:00:00Z`),
      publicKey: keys.publicKey,
      signingKey: (issuer?.keys ?? keys).privateKey,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      extensions: [...extensions],
    })
    made[name] = { keys, certificate }
  }
  const DESK = 'C=BE, O=Example Desk, CN=Test desk'
  await certify('access_ca', 'C=BE, O=Example Authority, CN=Test access CA', authority)
  await certify('access', DESK, leaf, 'access_ca')
  await certify('access_expired', DESK, leaf, 'access_ca', '2026-06-14')
  await certify('stranger_access_ca', 'C=BE, O=Example Stranger, CN=Test access CA', authority)
  await certify('stranger_access', DESK, leaf, 'stranger_access_ca')
  return exported(made)
}
