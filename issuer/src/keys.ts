import { existsSync, readFileSync } from 'node:fs'
import { type Anchors, CredentialError, type CredentialType, findSigner, parseTrust, prepareAnchors } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import {
  type CertifiedSigner,
  developmentAuthority,
  developmentTrust,
  openSigner,
  PURPOSES,
  SettingsError,
  type SignerPlace,
  type SigningPurpose,
} from '@symbolon/service'
import type { Settings } from './config.ts'

export type Signers = Readonly<Record<SigningPurpose, CertifiedSigner>>

/**
 * Opens the four signing keys and holds them against our own trust file: an issuer whose credentials its own verifier would
 * refuse does not start. Development makes keys and trust file when they are missing. Throws `SettingsError` with all faults.
 */
export async function openSigners(settings: Settings, url: string, types: readonly CredentialType[], now: () => number): Promise<Signers> {
  const places = await placesOf(settings, url, now())
  const faults: string[] = []
  const opened = PURPOSES.map((purpose) => {
    const setting = `ISSUER_${purpose.toUpperCase()}_KEY_FILE`
    try {
      const place = places[purpose]
      if (place === undefined) throw new Error('key and certificates must both be named')
      const signer = openSigner(place, now)
      if (settings.mode === 'production' && signer.certificate.issuer.includes('O=Symbolon development')) {
        throw new Error('the certificate is of a development authority (SYMBOLON_ENV is production)')
      }
      return [purpose, signer] as const
    } catch (error) {
      faults.push(`${setting}: ${error instanceof Error ? error.message : 'the key cannot be opened'}`)
      return [purpose, undefined] as const
    }
  })
  if (faults.length > 0) throw new SettingsError(faults)
  if (settings.mode === 'development')
    developmentTrust(
      settings.trustFile,
      settings.home,
      types.map(({ vct }) => vct),
    )
  const signers = Object.fromEntries(opened) as Record<SigningPurpose, CertifiedSigner>
  await checkTrusted(settings.trustFile, signers, url, types, now())
  return signers
}

async function placesOf(settings: Settings, url: string, now: number): Promise<Settings['signers']> {
  const isNamed = PURPOSES.some((purpose) => settings.signers[purpose] !== undefined)
  if (settings.mode === 'production' || isNamed) return settings.signers
  const files = await developmentAuthority(settings.home, url, now)
  const places = PURPOSES.map((purpose): [SigningPurpose, SignerPlace] => [purpose, { key: files[purpose], chain: files[purpose] }])
  return Object.fromEntries(places) as Record<SigningPurpose, SignerPlace>
}

async function checkTrusted(path: string, signers: Signers, url: string, types: readonly CredentialType[], now: number): Promise<void> {
  const anchors = await readAnchors(path)
  const claims = [
    ...types.flatMap(({ vct }) => [
      { purpose: 'credential', type: vct, issuer: url } as const,
      { purpose: 'status', type: vct } as const,
      { purpose: 'bundle', type: vct } as const,
    ]),
    { purpose: 'access' } as const,
  ]
  const faults: string[] = []
  for (const claim of claims) {
    const { signer, x5c } = signers[claim.purpose]
    const proof = { header: { alg: signer.algorithm, x5c: [...x5c] }, algorithm: signer.algorithm }
    const { outcome, code } = await findSigner(proof, claim, { anchors, evidence: new Map(), primitives, now })
    if (outcome !== 'pass') {
      const about = 'type' in claim ? ` of ${claim.type}` : ''
      faults.push(`SYMBOLON_TRUST: ${path} does not vouch for our own ${claim.purpose} key${about} (${code}); add or correct the entry`)
    }
  }
  if (faults.length > 0) throw new SettingsError(faults)
}

async function readAnchors(path: string): Promise<Anchors> {
  if (!existsSync(path))
    throw new SettingsError([`SYMBOLON_TRUST: there is no ${path}; without it nobody is trusted, not even this issuer`])
  try {
    return await prepareAnchors(parseTrust(readFileSync(path, 'utf8')), primitives)
  } catch (error) {
    if (error instanceof CredentialError) throw new SettingsError([`SYMBOLON_TRUST: ${path}: ${error.message}`])
    throw error
  }
}
