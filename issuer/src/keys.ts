import { existsSync, readFileSync } from 'node:fs'
import { type Anchors, CredentialError, type CredentialType, findSigner, formatOf, parseTrust, prepareAnchors } from '@symbolon/credential'
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
import type { EbsiIdentity } from './ebsi/ebsi_identity.ts'

export type Signers = Readonly<Record<SigningPurpose, CertifiedSigner>>

/**
 * Opens the four signing keys and holds them, and the identity on EBSI, against our own trust file: an issuer whose credentials its own
 * verifier would refuse does not start. Development makes keys and trust file when they are missing. Throws `SettingsError` with all faults.
 *
 * Of an identity on EBSI is not checked what only the registry knows: whether its key and its accreditations still stand there, and to which root they lead.
 */
export async function openSigners(
  settings: Settings,
  url: string,
  types: readonly CredentialType[],
  ebsi: EbsiIdentity | null,
  now: () => number,
): Promise<Signers> {
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
  const certified = types.filter((type) => formatOf(type).signedBy === 'certificates')
  if (settings.mode === 'development') developmentTrust(settings.trustFile, settings.home, certified.map(nameOf), types.map(nameOf))
  const signers = Object.fromEntries(opened) as Record<SigningPurpose, CertifiedSigner>
  const anchors = await readAnchors(settings.trustFile)
  const accredited = types.filter((type) => formatOf(type).signedBy === 'did' && ebsi?.issuanceOf(type, now()))
  const untrusted = [
    ...(await untrustedSigners(anchors, signers, url, certified, [...certified, ...accredited], now())),
    ...untrustedTypes(anchors, accredited),
  ]
  if (untrusted.length > 0) throw new SettingsError(untrusted.map((fault) => inTrust(settings.trustFile, fault)))
  return signers
}

async function placesOf(settings: Settings, url: string, now: number): Promise<Settings['signers']> {
  const isNamed = PURPOSES.some((purpose) => settings.signers[purpose] !== undefined)
  if (settings.mode === 'production' || isNamed) return settings.signers
  const files = await developmentAuthority(settings.home, url, now)
  const places = PURPOSES.map((purpose): [SigningPurpose, SignerPlace] => [purpose, { key: files[purpose], chain: files[purpose] }])
  return Object.fromEntries(places) as Record<SigningPurpose, SignerPlace>
}

const nameOf = ({ vct }: CredentialType): string => vct

/** Our own keys that nobody vouches for; bundles may speak of more types than the certified key signs. */
async function untrustedSigners(
  anchors: Anchors,
  signers: Signers,
  url: string,
  certified: readonly CredentialType[],
  bundled: readonly CredentialType[],
  now: number,
): Promise<string[]> {
  const claims = [
    ...certified.flatMap(({ vct }) => [
      { purpose: 'credential', type: vct, issuer: url } as const,
      { purpose: 'status', type: vct } as const,
    ]),
    ...bundled.map(({ vct }) => ({ purpose: 'bundle', type: vct }) as const),
    { purpose: 'access' } as const,
  ]
  const faults: string[] = []
  for (const claim of claims) {
    const { signer, x5c } = signers[claim.purpose]
    const proof = { header: { alg: signer.algorithm, x5c: [...x5c] }, algorithm: signer.algorithm }
    const { outcome, code } = await findSigner(proof, claim, { anchors, evidence: new Map(), primitives, now })
    if (outcome !== 'pass') {
      const about = 'type' in claim ? ` of ${claim.type}` : ''
      faults.push(`does not vouch for our own ${claim.purpose} key${about} (${code}); add or correct the entry`)
    }
  }
  return faults
}

/** What is missing in the trust file for types that are issued by an accreditation, as `openSigners` would say it; one that is not there yet names no root. */
export async function missingRoots({ trustFile }: Pick<Settings, 'trustFile'>, accredited: readonly CredentialType[]): Promise<string[]> {
  const anchors = existsSync(trustFile) ? await readAnchors(trustFile) : { dids: new Map() }
  return untrustedTypes(anchors, accredited).map((fault) => inTrust(trustFile, fault))
}

const inTrust = (trustFile: string, fault: string): string => `SYMBOLON_TRUST: ${trustFile} ${fault}`

/** Types that are issued by an accreditation, and no root is trusted for. */
function untrustedTypes({ dids }: Pick<Anchors, 'dids'>, accredited: readonly CredentialType[]): string[] {
  const roots = [...dids.values()].flat().filter(({ purpose }) => purpose === 'credential')
  return accredited.flatMap(({ vct }) =>
    roots.some(({ types }) => types === undefined || types.includes(vct))
      ? []
      : [
          `names no root of EBSI for ${vct}, which this issuer is accredited for; add the DID of the root that its accreditation leads to, as its operator publishes it: symbolon-verifier trust add DID --name NAME --for credential --type ${vct}`,
        ],
  )
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
