import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderOnce, writePrivately } from '../files.ts'

/** What an issuer signs, each with a key and under an authority of its own: a key for one purpose is worthless for another. */
export const PURPOSES = ['credential', 'status', 'bundle', 'access'] as const
export type SigningPurpose = (typeof PURPOSES)[number]

export const YEAR = 365
/** A leaf with less than this left is replaced at the next start, so that a development home never rots. */
export const MONTH = 30 * 86_400

/** Where the development authority of a home keeps its keys and certificates: files with a key and the certificate over it. */
export const developmentFolder = (home: string): string => join(home, 'development-authority')

/** What stands in the trust file of a development home: what an issuer signs, and who says what a relying party is registered for. */
export const ANCHORS = [...PURPOSES, 'registration'] as const
export type AnchorPurpose = (typeof ANCHORS)[number]

/** The certificate that stands in the trust file for a purpose. */
export const developmentAnchor = (home: string, purpose: AnchorPurpose): X509Certificate =>
  new X509Certificate(readFileSync(join(developmentFolder(home), purpose, 'authority.pem')))

/**
 * The development authority of a home: a root, under it one authority for each purpose, under each of these one signer for `url`.
 *
 * Made once; signers are renewed when they end soon or are for another address. Answers the file of each signer, key and
 * certificate in one. `now` in seconds.
 */
export async function developmentAuthority(home: string, url: string, now: number): Promise<Record<SigningPurpose, string>> {
  const folder = await authoritiesOnce(home, now)
  const files = PURPOSES.map(async (purpose) => [purpose, await signerFile(join(folder, purpose), purpose, url, now)] as const)
  return Object.fromEntries(await Promise.all(files)) as Record<SigningPurpose, string>
}

/** The folder of the development authority, with everything that is made once. */
export async function authoritiesOnce(home: string, now: number): Promise<string> {
  const folder = developmentFolder(home)
  await folderOnce(folder, (path) => makeAuthorities(path, now))
  // Homes of earlier versions have one less.
  for (const purpose of ANCHORS) await folderOnce(join(folder, purpose), (path) => makeAuthority(path, folder, purpose, now))
  return folder
}

/** Loaded where a certificate has to be made, and nowhere else: the library takes longer to load than an issuer to start. */
export const maker = () => import('./certificates.ts')

const subject = (name: string): string => `O=Symbolon development, CN=${name}`

async function makeAuthorities(folder: string, now: number): Promise<void> {
  const { certify } = await maker()
  const root = await certify({ subject: subject('development authority'), now, days: 10 * YEAR, pathLength: 1 })
  writePrivately(join(folder, 'root.pem'), root)
  for (const purpose of ANCHORS) await makeAuthority(join(folder, purpose), folder, purpose, now)
}

async function makeAuthority(path: string, folder: string, purpose: AnchorPurpose, now: number): Promise<void> {
  const { certify } = await maker()
  const profile = { subject: subject(`development authority for ${purpose}`), now, days: 9 * YEAR, pathLength: 0 }
  writePrivately(join(path, 'authority.pem'), await certify(profile, readFileSync(join(folder, 'root.pem'), 'utf8')))
}

async function signerFile(folder: string, purpose: SigningPurpose, url: string, now: number): Promise<string> {
  const path = join(folder, 'signer.pem')
  if (!existsSync(path) || !usable(path, url, now)) {
    const { certify } = await maker()
    const authority = readFileSync(join(folder, 'authority.pem'), 'utf8')
    const subject = `O=Symbolon development, CN=development ${purpose} signer`
    writePrivately(path, await certify({ subject, now, days: YEAR, addresses: [url] }, authority))
  }
  return path
}

/** Whether a signer's file holds a certificate that is good for a month and for this address. */
function usable(path: string, url: string, now: number): boolean {
  try {
    const { validToDate, subjectAltName = '' } = new X509Certificate(readFileSync(path))
    return validToDate.getTime() / 1000 > now + MONTH && subjectAltName.split(', ').includes(`URI:${url}`)
  } catch {
    return false
  }
}
